import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import type { HouseImport, HouseImportRow, ImportedHouses, NumberedRow } from './house-import.ts';
import { houseNames } from './house-name.ts';
import { importOwners, importPhoneOwners, phonesOfOthers } from './import-owners.ts';
import { findPlaces, importPlaces } from './import-places.ts';
import { importTags } from './import-tags.ts';

/** Columns of table `house` that a file may fill, in the order of the unnest, with what an empty cell is stored as. */
const columns = [
  { key: 'floor', name: 'floor', type: 'int', empty: 'null' },
  { key: 'usage', name: 'usage', type: 'text', empty: "'residential'" },
  { key: 'status', name: 'status', type: 'text', empty: "'unoccupied'" },
  { key: 'builtArea', name: 'built_area', type: 'numeric', empty: 'null' },
  { key: 'innerArea', name: 'inner_area', type: 'numeric', empty: 'null' },
  { key: 'sharedArea', name: 'shared_area', type: 'numeric', empty: 'null' },
  { key: 'orientation', name: 'orientation', type: 'text', empty: "''" },
  { key: 'handoverDate', name: 'handover_date', type: 'date', empty: 'null' },
  { key: 'propertyRightYears', name: 'property_right_years', type: 'int', empty: 'null' },
  { key: 'rooms', name: 'rooms', type: 'int', empty: 'null' },
  { key: 'halls', name: 'halls', type: 'int', empty: 'null' },
  { key: 'baths', name: 'baths', type: 'int', empty: 'null' },
  { key: 'votingWeight', name: 'voting_weight', type: 'numeric', empty: 'null' },
  { key: 'votingArea', name: 'voting_area', type: 'numeric', empty: 'null' },
  { key: 'sortOrder', name: 'sort_order', type: 'int', empty: '0' },
  { key: 'note', name: 'note', type: 'text', empty: "''" },
] as const satisfies readonly { key: keyof HouseImportRow; name: string; type: string; empty: string }[];

interface PlacedRow extends NumberedRow {
  buildingId: string;
  unitId: string | null;
}

/**
 * What the database has against rows that are right in themselves: a phone that belongs to somebody else. Also says
 * which rows are houses that are already there.
 */
export async function verifyHouseImport(
  ctx: Context,
  communityId: string,
  rows: readonly NumberedRow[],
): Promise<{ failures: ImportedHouses['failures']; existing: number[] }> {
  const failures = await phonesOfOthers(ctx, rows);
  const { placed } = await placeRows(ctx, communityId, rows, 'find');
  const there = await findHouses(ctx, communityId, placed);
  return { failures, existing: placed.filter((one) => there.has(placeKey(one))).map((one) => one.number) };
}

/** Rows with where they lie; what is not there yet is made, or the row is missing. */
async function placeRows(
  ctx: Context,
  communityId: string,
  rows: readonly NumberedRow[],
  mode: 'make' | 'find',
): Promise<{ placed: PlacedRow[]; missing: NumberedRow[] }> {
  const places =
    mode === 'make' ? await importPlaces(ctx, communityId, rows) : await findPlaces(ctx, communityId, rows);
  const placed: PlacedRow[] = [];
  const missing: NumberedRow[] = [];
  for (const one of rows) {
    const place = places(one.row);
    if (place) placed.push({ ...one, ...place });
    else missing.push(one);
  }
  return { placed, missing };
}

/**
 * Writes a chunk of houses with the buildings and units they lie in, their owners and their tags, by a handful of
 * statements. Repeatable: what is there is found by its name, number or phone and not made again. What becomes of houses
 * that were there is the policy's to say (`duplicatePolicy` of the contract).
 */
export async function importHouses(
  ctx: Context,
  options: HouseImport,
  rows: readonly NumberedRow[],
): Promise<ImportedHouses> {
  const { policy, communityId } = options;
  const { placed, missing } = await placeRows(ctx, communityId, rows, policy === 'updateOnly' ? 'find' : 'make');
  const there = await findHouses(ctx, communityId, placed);
  const isThere = (one: PlacedRow) => there.has(placeKey(one));
  if (policy === 'updateOnly') {
    const known = placed.filter(isThere).map((one) => ({ ...one, houseId: there.get(placeKey(one)) as string }));
    const replaced = new Set(await replaceHouses(ctx, known));
    const updated = replaced.size;
    const failures = [...missing, ...placed.filter((one) => !isThere(one))].map(({ number }) => notThere(number));
    const kept = known.map(({ number, houseId: id }) => ({ number, id, isNew: false, isChanged: replaced.has(id) }));
    return { added: 0, updated, skipped: known.length - updated, failures, rows: kept };
  }
  const concerned = placed.filter((one) => policy !== 'skip' || !isThere(one));
  const phoneOwners = await importPhoneOwners(ctx, concerned);
  const isUnseen = ({ row }: PlacedRow) => Boolean(row.ownerPhone) && !phoneOwners.has(row.ownerPhone as string);
  const admitted = concerned.filter((one) => !isUnseen(one));
  const inserted = await insertHouses(
    ctx,
    options,
    admitted.filter((one) => !isThere(one)),
  );
  const known = admitted.filter(isThere);
  const housed = admitted.flatMap((one) => {
    const houseId = inserted.get(one.number) ?? there.get(placeKey(one));
    return houseId ? [{ ...one, houseId, isNew: inserted.has(one.number) }] : [];
  });
  const replacedIds = await replaceHouses(
    ctx,
    housed.filter((one) => !one.isNew),
  );
  const ownedIds = await importOwners(ctx, options, housed, phoneOwners);
  const tagged = housed.map(({ houseId, row }) => ({ id: houseId, names: row.tags ?? [] }));
  const taggedIds = await importTags(ctx, 'house', communityId, tagged, policy === 'replace' ? 'replace' : 'add');
  const changed = new Set([...replacedIds, ...ownedIds, ...taggedIds]);
  const updated = known.filter((one) => changed.has(there.get(placeKey(one)) ?? '')).length;
  const written = housed.map(({ number, houseId: id, isNew }) => ({ number, id, isNew, isChanged: changed.has(id) }));
  const failures = concerned.filter(isUnseen).map(({ number }) => unseenOwner(number));
  return {
    added: inserted.size,
    updated,
    skipped: rows.length - inserted.size - updated - failures.length,
    failures,
    rows: written,
  };
}

function notThere(row: number): ImportedHouses['failures'][number] {
  return {
    row,
    key: 'number',
    message: '没有这套房屋，未新建（您选择了“仅更新”）。请核对楼宇、单元和房号，或改用其他处理方式',
  };
}

function unseenOwner(row: number): ImportedHouses['failures'][number] {
  const message = '这个手机号已登记给另一位住户，他（她）在您看不到的小区。这一行没有写入，请核对手机号或联系管理员';
  return { row, key: 'ownerPhone', message };
}

function placeKey(place: { buildingId: string; unitId: string | null; row: { number: string } }): string {
  return `${place.buildingId} ${place.unitId ?? ''} ${place.row.number}`;
}

/**
 * Houses that are there, by their place. Planned anew each time: a plan made while the table was empty would go through
 * all of it for every row once it is full. In two halves, because `is not distinct from` knows no index.
 */
async function findHouses(ctx: Context, communityId: string, rows: readonly PlacedRow[]): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const wanted = sql`unnest(${rows.map((one) => one.buildingId)}::uuid[], ${rows.map((one) => one.unitId)}::uuid[],
    ${rows.map((one) => one.row.number)}::text[]) as n (building_id, unit_id, number)`;
  const found = await ctx.tx.ad<{ id: string; building_id: string; unit_id: string | null; number: string }>(
    sql`select h.id, h.building_id, h.unit_id, h.number from ${wanted}
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.building_id = n.building_id
        and h.unit_id = n.unit_id and h.number = n.number
      union all select h.id, h.building_id, h.unit_id, h.number from ${wanted}
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.building_id = n.building_id
        and h.unit_id is null and n.unit_id is null and h.number = n.number`,
  );
  return new Map(
    found.map((one) => [
      placeKey({ buildingId: one.building_id, unitId: one.unit_id, row: { number: one.number } }),
      one.id,
    ]),
  );
}

/** Values of a column for every row; `status` is what the owner's presence says where the file is silent. */
function valuesOf(rows: readonly NumberedRow[], key: (typeof columns)[number]['key'], isNew: boolean) {
  return rows.map(({ row }) => {
    const value = row[key];
    if (key === 'status' && isNew && (value ?? '') === '') return row.ownerName ? 'ownerOccupied' : 'unoccupied';
    return value === undefined || value === '' ? null : value;
  });
}

function columnArrays(rows: readonly NumberedRow[], isNew: boolean): Sql {
  return join(columns.map(({ key, type }) => sql`${valuesOf(rows, key, isNew)}::${raw(`${type}[]`)}`));
}

const columnNames = raw(columns.map((column) => column.name).join(', '));
const filledColumns = raw(columns.map(({ name, empty }) => `coalesce(n.${name}, ${empty})`).join(', '));

/** Inserts and says which rows went in, row of the file → id. One that somebody else has just added stays out. */
async function insertHouses(
  ctx: Context,
  options: HouseImport,
  rows: readonly PlacedRow[],
): Promise<Map<number, string>> {
  if (rows.length === 0) return new Map();
  const ids = rows.map(() => ctx.newId());
  const names = rows.map(({ row }) => houseNames(row.buildingName, row.unitName, row.number));
  const now = nowText(ctx);
  const inserted = await ctx.tx.ad<{ id: string }>(sql`insert into house
      (company_id, id, community_id, building_id, unit_id, number, full_name, search_key, import_batch_id, created_at, updated_at, ${columnNames})
    select ${ctx.companyId}::uuid, n.id, ${options.communityId}::uuid, n.building_id, n.unit_id, n.number, n.full_name, n.search_key, ${options.importId}::uuid, ${now}::timestamptz, ${now}::timestamptz,
      ${filledColumns}
    from unnest(${ids}::uuid[], ${rows.map((one) => one.buildingId)}::uuid[], ${rows.map((one) => one.unitId)}::uuid[],
      ${rows.map((one) => one.row.number)}::text[], ${names.map((one) => one.fullName)}::text[], ${names.map((one) => one.searchKey)}::text[],
      ${columnArrays(rows, true)}) as n (id, building_id, unit_id, number, full_name, search_key, ${columnNames})
    on conflict do nothing returning id`);
  const went = new Set(inserted.map((one) => one.id));
  return new Map(rows.flatMap((one, index) => (went.has(ids[index] ?? '') ? [[one.number, ids[index] ?? '']] : [])));
}

const replaced = columns.map(({ name }) => `coalesce(n.${name}, h.${name})`).join(', ');
const present = columns.map(({ name }) => `h.${name}`).join(', ');

/** Takes over cells that are not empty; returns the houses that really changed. */
async function replaceHouses(ctx: Context, known: readonly (NumberedRow & { houseId: string })[]): Promise<string[]> {
  if (known.length === 0) return [];
  const changed = await ctx.tx.ad<{ id: string }>(sql`update house h
    set (${columnNames}) = row(${raw(replaced)}), version = h.version + 1, updated_at = ${nowText(ctx)}
    from unnest(${known.map((one) => one.houseId)}::uuid[], ${columnArrays(known, false)}) as n (id, ${columnNames})
    where h.company_id = ${ctx.companyId} and h.id = n.id and row(${raw(present)}) is distinct from row(${raw(replaced)})
    returning h.id`);
  return changed.map((one) => one.id);
}
