import { estateFail, type HouseBatch, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type PlannedHouse, planHouses } from './house-batch.ts';

interface Building {
  id: string;
  name: string;
  communityId: string;
}

async function findBuilding(ctx: Context, id: string): Promise<Building> {
  // Two generators of one building wait for each other here, so neither makes a unit twice.
  const row = await ctx.tx.first<Building>(sql`select id, name, community_id as "communityId" from building
    where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '楼宇' });
  return row;
}

interface PreviewRow {
  unit: string;
  floor: number;
  number: string;
  fullName: string;
  isExisting: boolean;
}

const previewRows = 500;

/** What the pattern would make; the first 500 houses are shown, all are counted. */
export async function previewHouses(
  ctx: Context,
  buildingId: string,
  batch: HouseBatch,
): Promise<{ count: number; existingCount: number; rows: PreviewRow[] }> {
  const building = await findBuilding(ctx, buildingId);
  const planned = planHouses(building.name, batch);
  const existing = await existingKeys(ctx, buildingId);
  const isExisting = (house: PlannedHouse) => existing.has(keyOf(house.unit, house.number));
  return {
    count: planned.length,
    existingCount: planned.filter(isExisting).length,
    rows: planned.slice(0, previewRows).map((one) => ({
      unit: one.unit ?? '',
      floor: one.floor,
      number: one.number,
      fullName: one.fullName,
      isExisting: isExisting(one),
    })),
  };
}

/**
 * Makes the houses of a building by a pattern, and its units where they are missing, in one transaction.
 * Errors: resource.notFound, house.batchExists and those of `planHouses`.
 */
export async function generateHouses(
  ctx: Context,
  buildingId: string,
  batch: HouseBatch,
): Promise<{ houseCount: number; unitCount: number }> {
  const building = await findBuilding(ctx, buildingId);
  const planned = planHouses(building.name, batch);
  const existing = await existingKeys(ctx, buildingId);
  const clashes = planned.filter((one) => existing.has(keyOf(one.unit, one.number)));
  if (clashes.length > 0 && batch.existing === 'refuse') {
    throw estateFail('house.batchExists', { count: clashes.length, first: (clashes[0] as PlannedHouse).fullName });
  }
  const wanted = planned.filter((one) => !existing.has(keyOf(one.unit, one.number)));
  const units = await ensureUnits(ctx, building, [...new Set(wanted.flatMap((one) => one.unit ?? []))]);
  await insertHouses(ctx, building, batch, wanted, units.idByName);
  await recordAudit(ctx, {
    action: 'building.generateHouses',
    targetKind: 'building',
    targetId: buildingId,
    targetLabel: building.name,
    communityId: building.communityId,
    after: { houseCount: wanted.length, unitCount: units.added, pattern: batch.pattern },
  });
  return { houseCount: wanted.length, unitCount: units.added };
}

const keyOf = (unit: string | null, number: string) => `${unit ?? ''}\n${number}`;

async function existingKeys(ctx: Context, buildingId: string): Promise<Set<string>> {
  const rows = await ctx.tx.rows<{
    unit: string | null;
    number: string;
  }>(sql`select u.name as unit, h.number from house h
    left join unit u on u.company_id = h.company_id and u.id = h.unit_id
    where h.company_id = ${ctx.companyId} and h.building_id = ${buildingId}`);
  return new Set(rows.map((row) => keyOf(row.unit, row.number)));
}

async function ensureUnits(
  ctx: Context,
  building: Building,
  names: readonly string[],
): Promise<{ idByName: Map<string, string>; added: number }> {
  const now = nowText(ctx);
  const added =
    await ctx.tx.run(sql`insert into unit (company_id, id, community_id, building_id, name, sort_order, created_at, updated_at)
    select ${ctx.companyId}, n.id, ${building.communityId}, ${building.id}, n.name, n.place, ${now}, ${now}
    from unnest(${names.map(() => ctx.newId())}::uuid[], ${[...names]}::text[]) with ordinality as n (id, name, place)
    on conflict (company_id, building_id, name) do nothing`);
  const rows = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from unit where company_id = ${ctx.companyId} and building_id = ${building.id}`,
  );
  return { idByName: new Map(rows.map((row) => [row.name, row.id])), added };
}

async function insertHouses(
  ctx: Context,
  building: Building,
  batch: HouseBatch,
  houses: readonly PlannedHouse[],
  unitIds: ReadonlyMap<string, string>,
): Promise<void> {
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, unit_id, number, full_name, search_key, floor,
      usage, status, built_area, sort_order, created_at, updated_at)
    select ${ctx.companyId}, n.id, ${building.communityId}, ${building.id}, n.unit_id, n.number, n.full_name, n.search_key, n.floor,
      ${batch.usage}, ${batch.status}, ${batch.builtArea}::numeric, 0, ${now}, ${now}
    from unnest(${houses.map(() => ctx.newId())}::uuid[], ${houses.map((one) => (one.unit === null ? null : unitIds.get(one.unit)))}::uuid[],
      ${houses.map((one) => one.number)}::text[], ${houses.map((one) => one.fullName)}::text[],
      ${houses.map((one) => one.searchKey)}::text[], ${houses.map((one) => one.floor)}::int[])
      as n (id, unit_id, number, full_name, search_key, floor)`);
}
