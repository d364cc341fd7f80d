import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** What one statement of an import did to one table, as the tables' triggers wrote it down (0013-imports.sql). */
export interface ImportEffect {
  id: string;
  tableName: string;
  action: 'added' | 'changed' | 'removed';
  rowKeys: readonly string[];
}

/** The effects of an import without their rows, the last first: the order in which they are taken back. */
export async function effectsOf(ctx: Context, importId: string): Promise<ImportEffect[]> {
  return ctx.tx.ad<ImportEffect>(sql`select id, table_name as "tableName", action, row_keys as "rowKeys" from import_effect
    where company_id = ${ctx.companyId} and import_batch_id = ${importId} order by sequence desc`);
}

/** Whether rows as they were have been forgotten since, because somebody named in them asked to be erased (0017-residents.sql). */
export async function isForgotten(ctx: Context, importId: string): Promise<boolean> {
  const effect = await ctx.tx.first(sql`select id from import_effect
    where company_id = ${ctx.companyId} and import_batch_id = ${importId} and action <> 'added' and rows_before is null limit 1`);
  return effect !== undefined;
}

export interface Footprint {
  /** Keys of rows that the import made, by table. */
  added: ReadonlyMap<string, ReadonlySet<string>>;
  /** Key → version after the import's last touch, by table; for tables whose rows have versions. */
  versions: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Everything an import left behind, a row once however often it was touched. */
export async function footprintOf(ctx: Context, importId: string): Promise<Footprint> {
  const rows = await ctx.tx.ad<{ table: string; action: string; keys: string[]; versions: number[] | null }>(
    sql`select table_name as table, action, row_keys as keys, versions from import_effect
      where company_id = ${ctx.companyId} and import_batch_id = ${importId} order by sequence`,
  );
  const added = new Map<string, Set<string>>();
  const versions = new Map<string, Map<string, number>>();
  for (const { table, action, keys, versions: after } of rows) {
    const made = entry(added, table, () => new Set<string>());
    const last = entry(versions, table, () => new Map<string, number>());
    for (const [index, key] of keys.entries()) {
      if (action === 'added') made.add(key);
      if (action === 'removed') made.delete(key);
      const version = after?.[index];
      if (action === 'removed') last.delete(key);
      else if (version !== undefined) last.set(key, version);
    }
  }
  return { added, versions };
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

/** Arrays no longer than `size`, so that no statement carries a hundred thousand keys. */
export function* pieces<Item>(items: Iterable<Item>, size = 5000): Generator<Item[]> {
  let piece: Item[] = [];
  for (const item of items) {
    piece.push(item);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
