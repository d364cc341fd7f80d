import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { HouseImport, HouseImportRow, ImportedHouses, NumberedRow } from './house-import.ts';
import { insertResidents, residentsByPhone } from './import-residents.ts';

interface Owned {
  number: number;
  houseId: string;
  /** Added just now: nobody can have lived there. */
  isNew: boolean;
  row: HouseImportRow;
}

interface Owner {
  residentId: string;
  houseId: string;
  movedInOn: string;
}

/** Phones of the file that belong to a resident of another name: one phone is one person in a company (EST-7). */
export async function phonesOfOthers(ctx: Context, rows: readonly NumberedRow[]): Promise<ImportedHouses['failures']> {
  const named = rows.filter(({ row }) => row.ownerPhone && row.ownerName);
  if (named.length === 0) return [];
  const residents = await residentsByPhone(
    ctx,
    named.map(({ row }) => row.ownerPhone ?? ''),
  );
  return named.flatMap(({ number, row }) => {
    const resident = residents.get(row.ownerPhone ?? '');
    if (!resident || resident.name === row.ownerName) return [];
    const message = `这个手机号已登记在住户“${resident.name}”名下，与本行姓名“${row.ownerName}”不同。请核对姓名或手机号`;
    return [{ row: number, key: 'ownerPhone' as const, message }];
  });
}

/**
 * The people whose phones the rows name, made where the company lacks them: phone → id. A phone that is missing from
 * the result belongs to somebody whom the actor may not see.
 */
export async function importPhoneOwners(ctx: Context, rows: readonly NumberedRow[]): Promise<Map<string, string>> {
  const nameOfPhone = new Map(
    rows.flatMap(({ row }) => (row.ownerPhone ? [[row.ownerPhone, row.ownerName ?? '']] : [])),
  );
  const ids = new Map<string, string>();
  for (const [phone, { id }] of await residentsByPhone(ctx, [...nameOfPhone.keys()])) ids.set(phone, id);
  const missing = [...nameOfPhone].flatMap(([phone, name]) => (ids.has(phone) ? [] : [{ key: phone, name, phone }]));
  for (const [phone, id] of await insertResidents(ctx, missing)) ids.set(phone, id);
  return ids;
}

/**
 * Ties owners to their houses, from the handover on or from today. A person is known by the phone within the company,
 * without one by the name within the house. Who has ever been owner of the house is not made one again. Under `replace`
 * the owners of the file take the place of the present ones, who move out today and are kept in the history.
 * Returns the houses whose owners changed.
 */
export async function importOwners(
  ctx: Context,
  options: HouseImport,
  rows: readonly Owned[],
  phoneOwners: ReadonlyMap<string, string>,
): Promise<string[]> {
  const owned = rows.filter(({ row }) => row.ownerName);
  if (owned.length === 0) return [];
  const nameless = await importOwnersWithoutPhone(
    ctx,
    owned.filter(({ row }) => !row.ownerPhone),
  );
  const isReplacing = options.policy === 'replace';
  const there = await ownersOf(
    ctx,
    owned.filter((one) => !one.isNew).map((one) => one.houseId),
  );
  const isKept = (one: KnownOwner) => !isReplacing || one.isPresent;
  const known = new Set(there.filter(isKept).map(ownerKey));
  const taken = new Set(isReplacing ? there.filter((one) => one.isPresent).map((one) => one.houseId) : []);
  const owners = owned.flatMap(({ houseId, row }): Owner[] => {
    const residentId = row.ownerPhone ? phoneOwners.get(row.ownerPhone) : nameless.get(homeKey(houseId, row.ownerName));
    const movedInOn = taken.has(houseId) ? options.today : (row.handoverDate ?? options.today);
    return residentId ? [{ residentId, houseId, movedInOn }] : [];
  });
  const left = isReplacing ? await moveOutOthers(ctx, options, owners) : [];
  const tied = await tieOwners(
    ctx,
    options,
    owners.filter((one) => !known.has(ownerKey(one))),
  );
  return [...left, ...tied];
}

async function tieOwners(ctx: Context, options: HouseImport, wanted: readonly Owner[]): Promise<string[]> {
  const now = nowText(ctx);
  const tied = await ctx.tx.ad<{ house_id: string }>(sql`insert into occupancy
      (company_id, id, community_id, house_id, resident_id, role, moved_in_on, moved_in_how, moved_in_by, created_at, updated_at)
    select ${ctx.companyId}::uuid, n.id, ${options.communityId}::uuid, n.house_id, n.resident_id, 'owner', n.moved_in_on, 'import', ${ctx.actor.id}::uuid, ${now}::timestamptz, ${now}::timestamptz
    from unnest(${wanted.map(() => ctx.newId())}::uuid[], ${wanted.map((one) => one.houseId)}::uuid[],
      ${wanted.map((one) => one.residentId)}::uuid[], ${wanted.map((one) => one.movedInOn)}::date[]) as n (id, house_id, resident_id, moved_in_on)
    on conflict do nothing returning house_id`);
  return tied.map((one) => one.house_id);
}

/** Ends the stay of present owners whom the file does not name, for the houses for which it names one. */
async function moveOutOthers(ctx: Context, options: HouseImport, owners: readonly Owner[]): Promise<string[]> {
  const left = await ctx.tx.ad<{ house_id: string }>(sql`update occupancy o
    set moved_out_on = greatest(${options.today}::date, o.moved_in_on), moved_out_how = 'import', moved_out_by = ${ctx.actor.id},
      version = o.version + 1, updated_at = ${nowText(ctx)}
    from unnest(${owners.map((one) => one.houseId)}::uuid[], ${owners.map((one) => one.residentId)}::uuid[]) as n (house_id, resident_id)
    where o.company_id = ${ctx.companyId} and o.house_id = n.house_id and o.resident_id <> n.resident_id and o.role = 'owner'
      and o.moved_out_on is null returning o.house_id`);
  return left.map((one) => one.house_id);
}

interface KnownOwner {
  houseId: string;
  residentId: string;
  isPresent: boolean;
}

const ownerKey = (owner: { houseId: string; residentId: string }) => `${owner.houseId} ${owner.residentId}`;

/** Who is or ever was an owner of the houses. */
async function ownersOf(ctx: Context, houseIds: readonly string[]): Promise<KnownOwner[]> {
  if (houseIds.length === 0) return [];
  return ctx.tx.ad<KnownOwner>(sql`select house_id as "houseId", resident_id as "residentId", moved_out_on is null as "isPresent"
    from occupancy where company_id = ${ctx.companyId} and house_id = any (${houseIds}::uuid[]) and role = 'owner'`);
}

const homeKey = (houseId: string, name: string | undefined) => `${houseId} ${name}`;

/** Finds people by name among those of the house, or makes them: house and name → id. */
async function importOwnersWithoutPhone(ctx: Context, owned: readonly Owned[]): Promise<Map<string, string>> {
  if (owned.length === 0) return new Map();
  const atHome = await ctx.tx.ad<{ id: string; name: string; house_id: string }>(sql`select r.id, r.name, o.house_id
    from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.house_id = any (${owned.map((one) => one.houseId)}::uuid[])`);
  const ids = new Map(atHome.map((one) => [homeKey(one.house_id, one.name), one.id]));
  const missing = owned
    .map(({ houseId, row }) => ({ key: homeKey(houseId, row.ownerName), name: row.ownerName ?? '', phone: '' }))
    .filter(({ key }) => !ids.has(key));
  for (const [key, id] of await insertResidents(ctx, missing)) ids.set(key, id);
  return ids;
}
