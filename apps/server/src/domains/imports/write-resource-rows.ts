import { columnName, type DuplicatePolicy, enteredFields, type Field, type ResourceDefinition } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { importTags } from '../estate/index.ts';
import type { Applied, CellValue, ImportTarget, ReadyRow, RowFailure, WrittenRow } from './importer.ts';
import { putLinks } from './write-links.ts';

/** Values by field key; references are ids once verified. */
export type ResourceRow = Record<string, CellValue>;

const sqlTypes: Readonly<Partial<Record<Field['kind'], string>>> = {
  integer: 'int',
  decimal: 'numeric',
  money: 'bigint',
  day: 'date',
  boolean: 'boolean',
  reference: 'uuid',
  references: 'uuid',
};

/** What is particular to one resource's import. */
export interface ResourceShape {
  definition: ResourceDefinition;
  /** Fields by which rows are the same. */
  identityKeys: readonly string[];
  /** What an empty cell of a new row is stored as, where the table takes no null: `{ sortOrder: 0 }`. */
  emptyValues: Readonly<Record<string, CellValue>>;
}

interface StoredColumn {
  key: string;
  name: string;
  type: string;
}

/** Fields with a column of their own that the file has; of several references, the first. Lists of choices and tags live elsewhere. */
function storedColumns(definition: ResourceDefinition, rows: readonly ReadyRow<ResourceRow>[]): StoredColumn[] {
  const first = rows[0]?.row ?? {};
  return enteredFields(definition)
    .filter(([key, field]) => field.kind !== 'tags' && field.kind !== 'choices' && first[key] !== undefined)
    .map(([key, field]) => ({
      key,
      name: field.kind === 'references' ? field.firstColumn : columnName(key, field),
      type: sqlTypes[field.kind] ?? 'text',
    }));
}

const arrayOf = (rows: readonly ReadyRow<ResourceRow>[], { key, type }: StoredColumn): Sql =>
  sql`${rows.map(({ row }) => singleValue(row[key]))}::${raw(`${type}[]`)}`;

const singleValue = (value: CellValue | undefined) => (Array.isArray(value) ? value[0] : value) ?? null;

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
  { definition, identityKeys }: ResourceShape,
  target: ImportTarget,
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

/** Numbers of the rows that are there already. */
export async function numbersExisting(
  ctx: Context,
  shape: ResourceShape,
  target: ImportTarget,
  rows: readonly ReadyRow<ResourceRow>[],
): Promise<number[]> {
  return [...(await findExisting(ctx, shape, target, rows)).keys()];
}

export interface WrittenRows extends Applied {
  /** Rows that were added or that the policy lets change. */
  rows: readonly WrittenRow[];
}

/** Writes a chunk by a few statements; what becomes of rows that are there is the policy's to say (`duplicatePolicy`). */
export async function writeResourceRows(
  ctx: Context,
  shape: ResourceShape,
  target: ImportTarget,
  rows: readonly ReadyRow<ResourceRow>[],
  policy: DuplicatePolicy,
): Promise<WrittenRows> {
  const { definition } = shape;
  const existing = await findExisting(ctx, shape, target, rows);
  const missing = rows.filter((one) => !existing.has(one.number));
  const added = policy === 'updateOnly' ? new Map<number, string>() : await insertRows(ctx, shape, target, missing);
  const known = policy === 'skip' ? [] : rows.filter((one) => existing.has(one.number));
  const changed = new Set(await replaceRows(ctx, definition, known, existing, policy));
  const ids = new Map([
    ...added,
    ...known.map((one): [number, string] => [one.number, existing.get(one.number) ?? '']),
  ]);
  if (policy !== 'updateOnly')
    for (const id of await putTags(ctx, definition, target, rows, ids, policy)) changed.add(id);
  for (const id of await putLinks(ctx, definition, target.communityId, rows, ids, policy)) changed.add(id);
  const updated = known.filter((one) => changed.has(existing.get(one.number) ?? '')).length;
  const written = [...ids].map(([number, id]) => ({
    number,
    id,
    isNew: added.has(number),
    isChanged: changed.has(id),
  }));
  const failures = policy === 'updateOnly' ? missing.map(({ number }) => notThere(shape, number)) : [];
  return {
    added: added.size,
    updated,
    skipped: rows.length - added.size - updated - failures.length,
    failures,
    rows: written,
  };
}

function notThere({ definition, identityKeys }: ResourceShape, row: number): RowFailure {
  const labels = identityKeys.map((key) => definition.fields[key]?.label ?? key).join('、');
  const message = `没有这个${definition.label}，未新建（您选择了“仅更新”）。请核对${labels}，或改用其他处理方式`;
  return { row, key: identityKeys[0] ?? '', message };
}

/** An empty cell of a yes-or-no column is what the form begins with. */
function insertedValue({ key, name, type }: StoredColumn, { definition, emptyValues }: ResourceShape): Sql {
  const field = definition.fields[key];
  const empty = emptyValues[key] ?? (field?.kind === 'boolean' ? (field.isOnByDefault ?? false) : null);
  return empty === null ? sql`n.${identifier(name)}` : sql`coalesce(n.${identifier(name)}, ${empty}::${raw(type)})`;
}

async function insertRows(
  ctx: Context,
  shape: ResourceShape,
  target: ImportTarget,
  rows: readonly ReadyRow<ResourceRow>[],
): Promise<Map<number, string>> {
  if (rows.length === 0) return new Map();
  const { definition } = shape;
  const columns = storedColumns(definition, rows);
  const ids = rows.map(() => ctx.newId());
  const names = join(columns.map((column) => identifier(column.name)));
  const now = nowText(ctx);
  const communityName = definition.isCommunityScoped ? sql`, community_id` : sql``;
  const community = definition.isCommunityScoped ? sql`, ${target.communityId}::uuid` : sql``;
  const inserted = await ctx.tx.ad<{ id: string }>(sql`insert into ${identifier(definition.table)}
      (company_id, id${communityName}, created_at, updated_at, ${names})
    select ${ctx.companyId}::uuid, n.id${community}, ${now}::timestamptz, ${now}::timestamptz, ${join(columns.map((column) => insertedValue(column, shape)))}
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
  policy: DuplicatePolicy,
): Promise<string[]> {
  if (rows.length === 0) return [];
  const columns = storedColumns(definition, rows);
  const names = join(columns.map((column) => identifier(column.name)));
  const value = ({ name, type }: StoredColumn) => {
    // Where relations are only added, the one that is there stays, or stays the first.
    if (type === 'uuid' && policy === 'replaceAndAdd')
      return sql`coalesce(t.${identifier(name)}, n.${identifier(name)})`;
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

function putTags(
  ctx: Context,
  definition: ResourceDefinition,
  target: ImportTarget,
  rows: readonly ReadyRow<ResourceRow>[],
  ids: ReadonlyMap<number, string>,
  policy: DuplicatePolicy,
): Promise<Set<string>> {
  const keys = Object.entries(definition.fields).flatMap(([key, field]) => (field.kind === 'tags' ? [key] : []));
  const tagged = rows.flatMap(({ number, row }) => {
    const id = ids.get(number);
    return id ? [{ id, names: keys.flatMap((key) => (row[key] as readonly string[] | undefined) ?? []) }] : [];
  });
  return importTags(ctx, definition.table, target.communityId, tagged, policy === 'replace' ? 'replace' : 'add');
}
