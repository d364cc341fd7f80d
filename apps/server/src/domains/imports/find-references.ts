import { chargeStandardResource, meterResource, parkingSpaceResource, vehicleResource } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { plateOf, searchKeyOf } from '../estate/index.ts';

/** Id of the row that a text names; `several` when it names more than one; nothing when none. */
export type FoundReferences = ReadonlyMap<string, string | 'several'>;

interface Candidate {
  id: string;
  text: string;
}

function gather(candidates: readonly Candidate[]): Map<string, string | 'several'> {
  const found = new Map<string, string | 'several'>();
  for (const { id, text } of candidates) {
    const known = found.get(text);
    found.set(text, known === undefined || known === id ? id : 'several');
  }
  return found;
}

/** Finds rows of another resource in the community by what people call them. */
export function findReferences(
  ctx: Context,
  communityId: string | null,
  to: string,
  texts: readonly string[],
): Promise<FoundReferences> {
  const wanted = [...new Set(texts)];
  if (wanted.length === 0) return Promise.resolve(new Map());
  switch (to) {
    case 'house':
      return findHouses(ctx, communityId, wanted);
    case 'building':
      return findBuildings(ctx, communityId, wanted);
    case parkingSpaceResource.name:
      return findParkingSpaces(ctx, communityId, wanted);
    case vehicleResource.name:
      return findVehicles(ctx, communityId, wanted);
    case chargeStandardResource.name:
      return findStandards(ctx, wanted);
    case meterResource.name:
      return findMeters(ctx, communityId, wanted);
    default:
      throw new Error(`imports cannot look up ${to}`);
  }
}

/** By full name, by number, or by the search key, whichever is the first to know it: 1栋1单元101, 1-1-101. */
async function findHouses(
  ctx: Context,
  communityId: string | null,
  texts: readonly string[],
): Promise<FoundReferences> {
  const keys = texts.map((text) => searchKeyOf(text));
  const rows = await ctx.tx.rows<Candidate & { rank: number }>(sql`
    select h.id, n.text, 1 as rank from unnest(${texts}::text[]) as n (text)
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.full_name = n.text
    union all select h.id, n.text, 2 from unnest(${texts}::text[]) as n (text)
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.number = n.text
    union all select h.id, n.text, 3 from unnest(${texts}::text[], ${keys}::text[]) as n (text, key)
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.search_key = n.key`);
  const found = new Map<string, string | 'several'>();
  for (const rank of [1, 2, 3]) {
    for (const [text, id] of gather(rows.filter((row) => row.rank === rank))) if (!found.has(text)) found.set(text, id);
  }
  return found;
}

async function findBuildings(
  ctx: Context,
  communityId: string | null,
  texts: readonly string[],
): Promise<FoundReferences> {
  return gather(
    await ctx.tx.rows<Candidate>(sql`select id, name as text from building
      where company_id = ${ctx.companyId} and community_id = ${communityId} and name = any (${texts}::text[])`),
  );
}

async function findParkingSpaces(
  ctx: Context,
  communityId: string | null,
  texts: readonly string[],
): Promise<FoundReferences> {
  return gather(
    await ctx.tx.rows<Candidate>(sql`select id, number as text from parking_space
      where company_id = ${ctx.companyId} and community_id = ${communityId} and number = any (${texts}::text[])`),
  );
}

/** By plate, however it is written: 粤B·12345. */
async function findVehicles(
  ctx: Context,
  communityId: string | null,
  texts: readonly string[],
): Promise<FoundReferences> {
  return gather(
    await ctx.tx.rows<Candidate>(sql`select v.id, n.text
      from unnest(${texts}::text[], ${texts.map((text) => plateOf(text.replace(/^车辆/, '')))}::text[]) as n (text, plate)
      join vehicle v on v.company_id = ${ctx.companyId} and v.community_id = ${communityId} and v.plate = n.plate`),
  );
}

async function findStandards(ctx: Context, texts: readonly string[]): Promise<FoundReferences> {
  return gather(
    await ctx.tx.rows<Candidate>(sql`select id, name as text from charge_standard
      where company_id = ${ctx.companyId} and name = any (${texts}::text[])`),
  );
}

async function findMeters(
  ctx: Context,
  communityId: string | null,
  texts: readonly string[],
): Promise<FoundReferences> {
  return gather(
    await ctx.tx.rows<Candidate>(sql`select id, number as text from meter
      where company_id = ${ctx.companyId} and community_id = ${communityId} and number = any (${texts}::text[])`),
  );
}
