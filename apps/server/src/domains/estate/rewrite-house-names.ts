import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { houseNames } from './house-name.ts';

/** What a building or a unit is about to be called. */
export interface NewNames {
  building?: { id: string; name: string };
  unit?: { id: string; name: string };
}

/**
 * Gives the houses of a renamed building or unit their new names, in the transaction that renames it.
 * The row itself need not be written yet: the new name is given. Returns how many houses changed.
 */
export async function rewriteHouseNames(ctx: Context, names: NewNames): Promise<number> {
  const { building, unit } = names;
  const rows = await ctx.tx.rows<{
    id: string;
    number: string;
    building: string;
    unit: string | null;
    full_name: string;
  }>(
    sql`select h.id, h.number, h.full_name, coalesce(${building?.name ?? null}, b.name) as building,
        case when h.unit_id is null then null else coalesce(${unit?.name ?? null}, u.name) end as unit
      from house h join building b on b.company_id = h.company_id and b.id = h.building_id
        left join unit u on u.company_id = h.company_id and u.id = h.unit_id
      where h.company_id = ${ctx.companyId} and (h.building_id = ${building?.id ?? null} or h.unit_id = ${unit?.id ?? null})
      order by h.id for update of h`,
  );
  const changed = rows
    .map((row) => ({ id: row.id, was: row.full_name, ...houseNames(row.building, row.unit, row.number) }))
    .filter((row) => row.fullName !== row.was);
  if (changed.length === 0) return 0;
  return ctx.tx.run(sql`update house h set full_name = n.full_name, search_key = n.search_key, updated_at = ${nowText(ctx)}
    from unnest(${changed.map((one) => one.id)}::uuid[], ${changed.map((one) => one.fullName)}::text[],
      ${changed.map((one) => one.searchKey)}::text[]) as n (id, full_name, search_key)
    where h.company_id = ${ctx.companyId} and h.id = n.id`);
}
