import { type ImportKindName, type ImportMappingView, importFail } from '@anlin/contract';
import { cleanText } from '@anlin/spreadsheet';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { ColumnMapping } from './columns.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter, ImportColumn } from './importer.ts';

/** Key of the importer's column → heading of the file. */
export type Headings = Readonly<Record<string, string>>;

export interface SavedMapping {
  id: string;
  name: string;
  headings: Headings;
}

/** The company's saved mappings of a list, the one changed last first. */
export function savedMappings(ctx: Context, kind: ImportKindName): Promise<SavedMapping[]> {
  return ctx.tx.rows<SavedMapping>(sql`select id, name, headings from import_mapping
    where company_id = ${ctx.companyId} and kind = ${kind} order by updated_at desc, id desc`);
}

/** Throws import.mappingNotFound. */
export async function findMapping(ctx: Context, kind: ImportKindName, id: string): Promise<SavedMapping> {
  const row = await ctx.tx.first<SavedMapping>(
    sql`select id, name, headings from import_mapping where company_id = ${ctx.companyId} and kind = ${kind} and id = ${id}`,
  );
  if (!row) throw importFail('import.mappingNotFound');
  return row;
}

/**
 * The saved mapping that fits a file: all headings it names are in the file. Of several the one that names most; of
 * equals the first, which is the one changed last.
 */
export function bestMapping<Saved extends { headings: Headings }>(
  { headings }: Pick<ColumnMapping, 'headings'>,
  saved: readonly Saved[],
): Saved | undefined {
  const titles = new Set(headings.map((heading) => cleanText(heading.title)));
  const size = (one: Saved) => Object.keys(one.headings).length;
  const fitting = saved.filter(
    (one) => size(one) > 0 && Object.values(one.headings).every((title) => titles.has(cleanText(title))),
  );
  return fitting.reduce<Saved | undefined>((best, one) => (best && size(best) >= size(one) ? best : one), undefined);
}

/**
 * The mapping with the headings a saved one names, as far as the file has them. Columns it does not speak of stay as they
 * were recognised, unless their heading is taken. Columns the list no longer has are passed over.
 */
export function withHeadings(
  columns: readonly ImportColumn[],
  mapping: ColumnMapping,
  headings: Headings,
): ColumnMapping {
  const named: Record<string, number> = {};
  const taken = new Set<number>();
  for (const { key } of columns) {
    const title = headings[key];
    if (title === undefined) continue;
    const heading = mapping.headings.find((one) => cleanText(one.title) === cleanText(title) && !taken.has(one.index));
    if (!heading) continue;
    named[key] = heading.index;
    taken.add(heading.index);
  }
  const others = Object.entries(mapping.columns).filter(([key, index]) => !(key in named) && !taken.has(index));
  return { ...mapping, columns: { ...Object.fromEntries(others), ...named } };
}

/** The saved mappings as the wizard lists them. */
export async function listMappings(ctx: Context, importer: AnyImporter): Promise<ImportMappingView[]> {
  const rows = await ctx.tx.rows<SavedMapping & { version: number; created_by_name: string; updated_at: string }>(
    sql`select m.id, m.name, m.headings, m.version, m.updated_at, s.name as created_by_name from import_mapping m
      join staff s on s.company_id = m.company_id and s.id = m.created_by
      where m.company_id = ${ctx.companyId} and m.kind = ${importer.kind} order by m.name collate natural_order, m.id`,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    columns: importer.columns.flatMap(({ key, title }) => {
      const heading = row.headings[key];
      return heading === undefined ? [] : [{ key, title, heading }];
    }),
    createdByName: row.created_by_name,
    updatedAt: row.updated_at,
    version: row.version,
  }));
}

/** Keeps how the columns of an import are read. Throws import.mappingEmpty, import.mappingNameTaken. */
export async function saveMapping(
  ctx: Context,
  batch: ImportBatch,
  { name, isReplacing }: { name: string; isReplacing: boolean },
): Promise<string> {
  const titles = new Map(batch.mapping.headings.map((heading) => [heading.index, heading.title]));
  const headings: Headings = Object.fromEntries(
    Object.entries(batch.mapping.columns).flatMap(([key, index]) => {
      const title = titles.get(index);
      return title ? [[key, title]] : [];
    }),
  );
  if (Object.keys(headings).length === 0) throw importFail('import.mappingEmpty');
  const now = nowText(ctx);
  const row = await ctx.tx.first<{ id: string }>(sql`
    insert into import_mapping as m (company_id, id, kind, name, headings, created_by, created_at, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${batch.kind}, ${name}, ${JSON.stringify(headings)}, ${ctx.actor.id}, ${now}, ${now})
    on conflict (company_id, kind, name) do update set headings = excluded.headings, version = m.version + 1, updated_at = excluded.updated_at
      where ${isReplacing}::boolean
    returning id`);
  if (!row) throw importFail('import.mappingNameTaken', { name });
  await ctx.tx.run(
    sql`update import_batch set import_mapping_id = ${row.id} where company_id = ${ctx.companyId} and id = ${batch.id}`,
  );
  await audit(ctx, batch.kind, 'save', { id: row.id, name }, headings);
  return row.id;
}

export interface MappingChange {
  version: number;
  name?: string | undefined;
  headings?: Headings | undefined;
}

/** Throws import.mappingNotFound, import.mappingChanged, import.mappingEmpty, import.mappingNameTaken. */
export async function editMapping(
  ctx: Context,
  kind: ImportKindName,
  id: string,
  { version, name, headings }: MappingChange,
): Promise<void> {
  const before = await findMapping(ctx, kind, id);
  const after = { name: name ?? before.name, headings: headings ?? before.headings };
  if (Object.keys(after.headings).length === 0) throw importFail('import.mappingEmpty');
  const taken = await ctx.tx.first(
    sql`select id from import_mapping where company_id = ${ctx.companyId} and kind = ${kind} and name = ${after.name} and id <> ${id}`,
  );
  if (taken) throw importFail('import.mappingNameTaken', { name: after.name });
  const changed =
    await ctx.tx.run(sql`update import_mapping set name = ${after.name}, headings = ${JSON.stringify(after.headings)}, version = version + 1,
      updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and kind = ${kind} and id = ${id} and version = ${version}`);
  if (changed === 0) throw importFail('import.mappingChanged');
  await audit(ctx, kind, 'edit', { id, name: after.name }, after.headings, before);
}

/** Imports that were read by it stay as they are. Throws import.mappingNotFound. */
export async function deleteMapping(ctx: Context, kind: ImportKindName, id: string): Promise<void> {
  const before = await findMapping(ctx, kind, id);
  await ctx.tx.run(
    sql`delete from import_mapping where company_id = ${ctx.companyId} and kind = ${kind} and id = ${id}`,
  );
  await audit(ctx, kind, 'delete', { id, name: before.name }, undefined, before);
}

function audit(
  ctx: Context,
  kind: ImportKindName,
  verb: string,
  { id, name }: { id: string; name: string },
  after?: Headings,
  before?: unknown,
): Promise<void> {
  return recordAudit(ctx, {
    action: `${kind}.importMapping.${verb}`,
    targetKind: 'importMapping',
    targetId: id,
    targetLabel: name,
    before,
    after,
  });
}
