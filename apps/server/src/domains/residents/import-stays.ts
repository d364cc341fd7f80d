import type { OccupancyRole } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { KnownPerson } from './recognise-people.ts';
import type { NumberedResident, ResidentImport, ResidentImportRow } from './resident-import.ts';

/** A stay of a row's person in the row's house. */
interface KnownStay {
  id: string;
  houseId: string;
  residentId: string;
  role: OccupancyRole;
  movedInOn: string;
  movedOutOn: string | null;
}

const roleOf = (row: ResidentImportRow): OccupancyRole => row.role ?? 'owner';

/**
 * The stay that each row speaks of, by row of the file. The present one, of the row's own role first; else one of the same
 * role that has ended, unless the file says that the person moved in again since: importing a file once more must bring
 * nobody back.
 */
export async function staysOf(
  ctx: Context,
  rows: readonly NumberedResident[],
  people: ReadonlyMap<number, KnownPerson>,
): Promise<Map<number, KnownStay>> {
  const known = rows.filter((one) => people.has(one.number));
  if (known.length === 0) return new Map();
  const all =
    await ctx.tx.rows<KnownStay>(sql`select o.id, o.house_id as "houseId", o.resident_id as "residentId", o.role,
      o.moved_in_on as "movedInOn", o.moved_out_on as "movedOutOn"
    from occupancy o where o.company_id = ${ctx.companyId} and o.house_id = any (${known.map((one) => one.row.houseId)}::uuid[])
      and o.resident_id = any (${known.map((one) => people.get(one.number)!.id)}::uuid[])
    order by o.moved_in_on desc, o.id`);
  const groups = Map.groupBy(all, (one) => `${one.houseId} ${one.residentId}`);
  const stays = new Map<number, KnownStay>();
  for (const { number, row } of known) {
    const own = groups.get(`${row.houseId} ${people.get(number)!.id}`) ?? [];
    const present = own.filter((one) => one.movedOutOn === null);
    const stay =
      present.find((one) => one.role === roleOf(row)) ??
      present[0] ??
      own.find(
        (one) => one.role === roleOf(row) && (!row.movedInOn || row.movedInOn < (one.movedOutOn ?? row.movedInOn)),
      );
    if (stay) stays.set(number, stay);
  }
  return stays;
}

/** People move in, on the day of the file or today. */
export async function addStays(
  ctx: Context,
  { communityId, today }: ResidentImport,
  stays: readonly (ResidentImportRow & { residentId: string })[],
): Promise<void> {
  if (stays.length === 0) return;
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into occupancy
      (company_id, id, community_id, house_id, resident_id, role, moved_in_on, valid_until, moved_in_how, moved_in_by, created_at, updated_at)
    select ${ctx.companyId}::uuid, n.id, ${communityId}::uuid, n.house_id, n.resident_id, n.role, n.moved_in_on, n.valid_until, 'import',
      ${ctx.actor.id}::uuid, ${now}::timestamptz, ${now}::timestamptz
    from unnest(${stays.map(() => ctx.newId())}::uuid[], ${stays.map((one) => one.houseId)}::uuid[], ${stays.map((one) => one.residentId)}::uuid[],
      ${stays.map(roleOf)}::text[], ${stays.map((one) => one.movedInOn ?? today)}::date[], ${stays.map((one) => one.validUntil ?? null)}::date[])
      as n (id, house_id, resident_id, role, moved_in_on, valid_until)
    on conflict do nothing`);
}

/** What a row says of a stay that is there. */
export interface StayChange {
  number: number;
  stay: KnownStay;
  row: ResidentImportRow;
}

/**
 * Dates of the file, and its role: under `replace` in the place of the present one, under `replaceAndAdd` beside it.
 * A stay that has ended is left as it is. Returns the rows of the file whose stay changed.
 */
export async function changeStays(
  ctx: Context,
  options: ResidentImport,
  changes: readonly StayChange[],
): Promise<Set<number>> {
  const present = changes.filter((one) => one.stay.movedOutOn === null);
  const isOther = ({ stay, row }: StayChange) => row.role !== undefined && row.role !== null && row.role !== stay.role;
  const beside = options.policy === 'replaceAndAdd' ? present.filter(isOther) : [];
  await addStays(
    ctx,
    options,
    beside.map(({ stay, row }) => ({ ...row, residentId: stay.residentId })),
  );
  const inPlace = present.filter((one) => !beside.includes(one));
  const changed = await ctx.tx.rows<{ id: string }>(sql`update occupancy o
    set role = coalesce(n.role, o.role), moved_in_on = coalesce(n.moved_in_on, o.moved_in_on), valid_until = coalesce(n.valid_until, o.valid_until),
      version = o.version + 1, updated_at = ${nowText(ctx)}
    from unnest(${inPlace.map((one) => one.stay.id)}::uuid[],
      ${inPlace.map((one) => (options.policy === 'replace' && isOther(one) ? one.row.role : null))}::text[],
      ${inPlace.map((one) => one.row.movedInOn ?? null)}::date[], ${inPlace.map((one) => one.row.validUntil ?? null)}::date[])
      as n (id, role, moved_in_on, valid_until)
    where o.company_id = ${ctx.companyId} and o.id = n.id and row(o.role, o.moved_in_on, o.valid_until) is distinct from
      row(coalesce(n.role, o.role), coalesce(n.moved_in_on, o.moved_in_on), coalesce(n.valid_until, o.valid_until))
    returning o.id`);
  const ids = new Set(changed.map((one) => one.id));
  return new Set([...beside, ...inPlace.filter((one) => ids.has(one.stay.id))].map((one) => one.number));
}
