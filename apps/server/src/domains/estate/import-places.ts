import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { HouseImportRow, NumberedRow } from './house-import.ts';

type Place = { buildingId: string; unitId: string | null };

/**
 * Makes the buildings and units that rows name and the community lacks, sorted in the order in which they appear, and
 * returns where each row lies.
 */
export async function importPlaces(
  ctx: Context,
  communityId: string,
  rows: readonly NumberedRow[],
): Promise<(row: HouseImportRow) => Place> {
  const buildings = await importBuildings(ctx, communityId, [...new Set(rows.map((one) => one.row.buildingName))]);
  const buildingOf = (row: HouseImportRow) => buildings.get(row.buildingName) as string;
  const wanted = new Map<string, { buildingId: string; name: string }>();
  for (const { row } of rows) {
    if (row.unitName === null) continue;
    const unit = { buildingId: buildingOf(row), name: row.unitName };
    wanted.set(unitKey(unit), unit);
  }
  const units = await importUnits(ctx, communityId, [...wanted.values()]);
  return (row) => {
    const buildingId = buildingOf(row);
    const unitId = row.unitName === null ? null : (units.get(unitKey({ buildingId, name: row.unitName })) as string);
    return { buildingId, unitId };
  };
}

const unitKey = (unit: { buildingId: string; name: string }) => `${unit.buildingId} ${unit.name}`;

/** Where rows lie among what is there already; nothing for a row whose building or unit is yet to be made. */
export async function findPlaces(
  ctx: Context,
  communityId: string,
  rows: readonly NumberedRow[],
): Promise<(row: HouseImportRow) => Place | undefined> {
  const buildings = await findBuildings(ctx, communityId, [...new Set(rows.map((one) => one.row.buildingName))]);
  const units = await findUnits(ctx, [...buildings.values()]);
  return (row) => {
    const buildingId = buildings.get(row.buildingName);
    if (buildingId === undefined) return undefined;
    if (row.unitName === null) return { buildingId, unitId: null };
    const unitId = units.get(unitKey({ buildingId, name: row.unitName }));
    return unitId === undefined ? undefined : { buildingId, unitId };
  };
}

async function findBuildings(ctx: Context, communityId: string, names: string[]): Promise<Map<string, string>> {
  const rows = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from building where company_id = ${ctx.companyId} and community_id = ${communityId} and name = any (${names}::text[])`,
  );
  return new Map(rows.map((one) => [one.name, one.id]));
}

async function findUnits(ctx: Context, buildingIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await ctx.tx.rows<{ id: string; building_id: string; name: string }>(
    sql`select id, building_id, name from unit where company_id = ${ctx.companyId} and building_id = any (${buildingIds}::uuid[])`,
  );
  return new Map(rows.map((one) => [unitKey({ buildingId: one.building_id, name: one.name }), one.id]));
}

async function importBuildings(ctx: Context, communityId: string, names: string[]): Promise<Map<string, string>> {
  const found = await findBuildings(ctx, communityId, names);
  const missing = names.filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, sort_order, created_at, updated_at)
    select ${ctx.companyId}, n.id, ${communityId}, n.name, n.place + (select coalesce(max(sort_order), 0) from building
      where company_id = ${ctx.companyId} and community_id = ${communityId}), ${now}, ${now}
    from unnest(${missing.map(() => ctx.newId())}::uuid[], ${missing}::text[]) with ordinality as n (id, name, place)
    on conflict do nothing`);
  return findBuildings(ctx, communityId, names);
}

/** Makes units that buildings lack, sorted behind those there; returns the ids of all by building and name. */
export async function importUnits(
  ctx: Context,
  communityId: string,
  units: readonly { buildingId: string; name: string }[],
): Promise<Map<string, string>> {
  if (units.length === 0) return new Map();
  const buildingIds = [...new Set(units.map((one) => one.buildingId))];
  const found = await findUnits(ctx, buildingIds);
  const missing = units.filter((unit) => !found.has(unitKey(unit)));
  if (missing.length === 0) return found;
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into unit (company_id, id, community_id, building_id, name, sort_order, created_at, updated_at)
    select ${ctx.companyId}, n.id, ${communityId}, n.building_id, n.name, row_number() over (partition by n.building_id order by n.place)
      + coalesce((select max(u.sort_order) from unit u where u.company_id = ${ctx.companyId} and u.building_id = n.building_id), 0), ${now}, ${now}
    from unnest(${missing.map(() => ctx.newId())}::uuid[], ${missing.map((one) => one.buildingId)}::uuid[], ${missing.map((one) => one.name)}::text[])
      with ordinality as n (id, building_id, name, place)
    on conflict do nothing`);
  return findUnits(ctx, buildingIds);
}
