import { columnName, type DuplicatePolicy, enteredFields, type Field, type ResourceDefinition } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import type { CellValue, ImportTarget, ReadyRow, WrittenRow } from './importer.ts';

/** Values by field key; references are ids once verified. */
export type ResourceRow = Record<string, CellValue>;

const sqlTypes: Readonly<Partial<Record<Field['kind'], string>>> = {
  integer: 'int',
  decimal: 'numeric',
  money: 'bigint',
  day: 'date',
  boolean: 'boolean',
  reference: 'uuid',
};

interface StoredColumn {
  key: string;
  name: string;
  type: string;
}

/** Fields with a column of their own that the file has. Lists of choices and tags live elsewhere. */
function storedColumns(definition: ResourceDefinition, rows: readonly ReadyRow<ResourceRow>[]): StoredColumn[] {
  const first = rows[0]?.row ?? {};
  return enteredFields(definition)
    .filter(([key, field]) => field.kind !== 'tags' && field.kind !== 'choices' && first[key] !== undefined)
    .map(([key, field]) => ({ key, name: columnName(key, field), type: sqlTypes[field.kind] ?? 'text' }));
}

const arrayOf = (rows: readonly ReadyRow<ResourceRow>[], { key, type }: StoredColumn): Sql =>
  sql`${rows.map(({ row }) => row[key] ?? null)}::${raw(`${type}[]`)}`;

/** `t.company_id = … and t.number = n.number`: the row that is there already. */
function sameRow(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  keys: readonly StoredColumn[],
): Sql {
  const scope = definition.isCommunityScoped ? sql` and t.community_id = ${target.communityId}` : sql``;
  const same = keys.map(({ name }) => sql`t.${identifier(name)} is not distinct from n.${identifier(name)}`);
  return sql`t.company_id = ${ctx.companyId}${scope} and ${join(same, ' and ')}`;
}

async function findExisting(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  identityKeys: readonly string[],
  rows: readonly ReadyRow<ResourceRow>[],
): Promise<Map<number, string>> {
  if (rows.length === 0) return new Map();
  const keys = storedColumns(definition, rows).filter((column) => identityKeys.includes(column.key));
  const found = await ctx.tx.ad<{ row_number: number; id: string }>(sql`select n.row_number, t.id
    from unnest(${rows.map((one) => one.number)}::int[], ${join(keys.map((column) => arrayOf(rows, column)))})
      as n (row_number, ${join(keys.map((column) => identifier(column.name)))})
    join ${identifier(definition.table)} t on ${sameRow(ctx, definition, target, keys)}`);
  return new Map(found.map((one) => [one.row_number, one.id]));
}

/** How many of the rows are there already. */
export async function countExisting(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  identityKeys: readonly string[],
  rows: readonly ReadyRow<ResourceRow>[],
): Promise<number> {
  return (await findExisting(ctx, definition, target, identityKeys, rows)).size;
}

/** Writes a chunk by a few statements; what is there is left, or takes over the cells that are not empty. */
export async function writeResourceRows(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  identityKeys: readonly string[],
  rows: readonly ReadyRow<ResourceRow>[],
  policy: DuplicatePolicy,
  tagIds: ReadonlyMap<string, string>,
): Promise<{ added: number; updated: number; skipped: number; rows: WrittenRow[] }> {
  const existing = await findExisting(ctx, definition, target, identityKeys, rows);
  const added = await insertRows(
    ctx,
    definition,
    target,
    rows.filter((one) => !existing.has(one.number)),
  );
  const known = policy === 'replace' ? rows.filter((one) => existing.has(one.number)) : [];
  const changed = new Set(await replaceRows(ctx, definition, known, existing));
  const ids = new Map([
    ...added,
    ...known.map((one): [number, string] => [one.number, existing.get(one.number) ?? '']),
  ]);
  for (const id of await attachTags(ctx, definition, target, rows, ids, tagIds)) changed.add(id);
  const updated = known.filter((one) => changed.has(existing.get(one.number) ?? '')).length;
  const written = [...ids].map(([number, id]) => ({
    number,
    id,
    isNew: added.has(number),
    isChanged: changed.has(id),
  }));
  return { added: added.size, updated, skipped: rows.length - added.size - updated, rows: written };
}

/** An empty cell of a yes-or-no column is no, as in the form. */
function insertedValue({ name, type }: StoredColumn): Sql {
  return type === 'boolean' ? sql`coalesce(n.${identifier(name)}, false)` : sql`n.${identifier(name)}`;
}

async function insertRows(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  rows: readonly ReadyRow<ResourceRow>[],
): Promise<Map<number, string>> {
  if (rows.length === 0) return new Map();
  const columns = storedColumns(definition, rows);
  const ids = rows.map(() => ctx.newId());
  const names = join(columns.map((column) => identifier(column.name)));
  const now = nowText(ctx);
  const communityName = definition.isCommunityScoped ? sql`, community_id` : sql``;
  const community = definition.isCommunityScoped ? sql`, ${target.communityId}::uuid` : sql``;
  const inserted = await ctx.tx.ad<{ id: string }>(sql`insert into ${identifier(definition.table)}
      (company_id, id${communityName}, created_at, updated_at, ${names})
    select ${ctx.companyId}::uuid, n.id${community}, ${now}::timestamptz, ${now}::timestamptz, ${join(columns.map(insertedValue))}
    from unnest(${ids}::uuid[], ${join(columns.map((column) => arrayOf(rows, column)))}) as n (id, ${names})
    on conflict do nothing returning id`);
  const went = new Set(inserted.map((one) => one.id));
  return new Map(rows.flatMap((one, index) => (went.has(ids[index] ?? '') ? [[one.number, ids[index] ?? '']] : [])));
}

async function replaceRows(
  ctx: Context,
  definition: ResourceDefinition,
  rows: readonly ReadyRow<ResourceRow>[],
  existing: ReadonlyMap<number, string>,
): Promise<string[]> {
  if (rows.length === 0) return [];
  const columns = storedColumns(definition, rows);
  const names = join(columns.map((column) => identifier(column.name)));
  const value = ({ name, type }: StoredColumn) => {
    const given = type === 'text' ? sql`nullif(n.${identifier(name)}, '')` : sql`n.${identifier(name)}`;
    return sql`coalesce(${given}, t.${identifier(name)})`;
  };
  const changed = await ctx.tx.ad<{ id: string }>(sql`update ${identifier(definition.table)} t
    set ${join(columns.map((column) => sql`${identifier(column.name)} = ${value(column)}`))}, version = t.version + 1, updated_at = ${nowText(ctx)}
    from unnest(${rows.map((one) => existing.get(one.number))}::uuid[], ${join(columns.map((column) => arrayOf(rows, column)))}) as n (id, ${names})
    where t.company_id = ${ctx.companyId} and t.id = n.id
      and row(${join(columns.map((column) => sql`t.${identifier(column.name)}`))}) is distinct from row(${join(columns.map(value))})
    returning t.id`);
  return changed.map((one) => one.id);
}

/** Tags are added, never taken away. Table and column follow from the resource's table: `vehicle_tag.vehicle_id`. */
async function attachTags(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  rows: readonly ReadyRow<ResourceRow>[],
  ids: ReadonlyMap<number, string>,
  tagIds: ReadonlyMap<string, string>,
): Promise<string[]> {
  const keys = Object.entries(definition.fields).filter(([, field]) => field.kind === 'tags');
  const pairs = rows.flatMap(({ number, row }) =>
    keys.flatMap(([key]) =>
      ((row[key] as readonly string[] | undefined) ?? []).map((name) => ({
        id: ids.get(number),
        tagId: tagIds.get(name),
      })),
    ),
  );
  const known = pairs.filter((one) => one.id !== undefined && one.tagId !== undefined);
  if (known.length === 0) return [];
  const column = identifier(`${definition.table}_id`);
  const put = await ctx.tx.ad<{
    id: string;
  }>(sql`insert into ${identifier(`${definition.table}_tag`)} (company_id, community_id, ${column}, tag_id)
    select ${ctx.companyId}::uuid, ${target.communityId}::uuid, n.id, n.tag_id
    from unnest(${known.map((one) => one.id)}::uuid[], ${known.map((one) => one.tagId)}::uuid[]) as n (id, tag_id)
    on conflict do nothing returning ${column} as id`);
  return put.map((one) => one.id);
}
