import { PassThrough, type Readable } from 'node:stream';
import { type Field, ownerColumn, type Permission, platformFail, type ResourceDefinition } from '@anlin/contract';
import { type OutputColumn, writeSpreadsheet } from '@anlin/spreadsheet';
import { recordAudit } from '../platform/audit/record-audit.ts';
import type { Context } from '../platform/context.ts';
import { identifier, type Sql, sql } from '../platform/database/sql.ts';
import { recordFile } from '../platform/files/file-record.ts';
import { requirePermission } from '../platform/rights/require-right.ts';
import type { TaskHandler, TaskRun } from '../platform/tasks/task.ts';
import type { ResourceBinding } from './binding.ts';
import { readableValue, readCustomValues } from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { seesPhones, toWire } from './field-values.ts';
import { whereClause } from './list-filter.ts';
import { orderBy } from './list-sort.ts';
import { readableSelect } from './select-rows.ts';
import type { ExportRequest } from './start-export.ts';

const chunkRows = 5000;
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type ExportTask = ExportRequest & { resource: string };

interface ExportColumn extends OutputColumn {
  isPhone: boolean;
  /** Of a field of the company's own: its key. */
  customKey: string | undefined;
  /** What goes into the cell, from what PostgreSQL gave. */
  read(value: unknown): unknown;
}

/**
 * Writes what a list's filter shows to an .xlsx in the file store: result `{ fileId, fileName, rows }`. A cursor reads
 * the rows in the list's own order from one snapshot, a chunk at a time, so memory stays flat at any size. The file
 * carries the task's id: running the task again replaces it.
 */
export function exportResource(bindings: readonly ResourceBinding[]): TaskHandler<ExportTask> {
  const byName = new Map(bindings.map((one) => [one.definition.name, one]));
  return async (run) => {
    const binding = byName.get(run.input.resource);
    if (!binding) throw platformFail('resource.notFound', { label: '列表' });
    return run.transaction((ctx) => writeExport(ctx, binding, run));
  };
}

async function writeExport(
  ctx: Context,
  plain: ResourceBinding,
  run: TaskRun<ExportTask>,
): Promise<Record<string, unknown>> {
  const binding = await asCompanyHasIt(ctx, plain);
  const { definition } = binding;
  const permission = definition.permissions.export;
  // Rights are those of now, not of when the export was asked for.
  if (permission) requirePermission(ctx, permission);
  const where = whereClause(ctx, binding, run.input);
  const [count] = await ctx.tx.ad<{ total: bigint }>(
    sql`select count(*) as total from ${identifier(definition.table)} t where ${where}`,
  );
  const total = Number(count!.total);
  // No column chosen is no choice: a sheet without columns helps nobody.
  const keys = run.input.columns?.length ? run.input.columns : Object.keys(definition.fields);
  const columns = exportColumns(binding, keys, seesPhones(ctx));
  const query = exportQuery(ctx, binding, keys, where, run.input.sort);
  const batches = readBatches(ctx, definition, query, columns, (done) => run.report(done, total));
  const stream = new PassThrough({ highWaterMark: 1024 * 1024 });
  const [stored, written] = await Promise.all([
    storeStream(run, stream),
    writeSpreadsheet(stream, { sheets: [{ name: definition.label, columns, rows: { batches } }] }),
  ]);
  const fileName = `${definition.label}-${ctx.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate()}.xlsx`;
  await recordExport(ctx, run.taskId, { ...stored, name: fileName, permission });
  await recordAudit(ctx, {
    action: `${definition.name}.export`,
    targetKind: definition.name,
    targetId: null,
    targetLabel: fileName,
    communityId: run.input.communityId ?? null,
    after: { rows: written.rowCount, hasWholePhones: seesPhones(ctx) && columns.some((one) => one.isPhone) },
  });
  return { fileId: run.taskId, fileName, rows: written.rowCount };
}

function storeStream(run: TaskRun<ExportTask>, stream: Readable): Promise<{ sizeBytes: number; sha256: Buffer }> {
  return run.files.write(run.companyId, run.taskId, stream);
}

/** A run that was killed after registering its file finds it registered. */
async function recordExport(
  ctx: Context,
  id: string,
  file: { name: string; sizeBytes: number; sha256: Buffer; permission: Permission | undefined },
): Promise<void> {
  await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${id}`);
  await recordFile(ctx, { id, mediaType: xlsx, ...file });
}

function exportQuery(
  ctx: Context,
  binding: ResourceBinding,
  keys: readonly string[],
  where: Sql,
  sort: string | undefined,
): Sql {
  const { columns, joins } = readableSelect(binding, keys);
  return sql`select ${columns}, t.${identifier(ownerColumn(binding.definition))} from ${identifier(binding.definition.table)} t ${joins}
    where ${where} and t.company_id = ${ctx.companyId} order by ${orderBy(binding, sort)}`;
}

/** The rows by cursor. While one batch is written, PostgreSQL is already at work on the next. */
async function* readBatches(
  ctx: Context,
  definition: ResourceDefinition,
  query: Sql,
  columns: readonly ExportColumn[],
  report: (done: number) => Promise<void>,
): AsyncGenerator<unknown[][]> {
  const { client } = ctx.tx;
  // The whole answer is wanted, not the first rows quickly.
  await client.query('set local cursor_tuple_fraction = 1');
  await client.query({ text: `declare export_rows no scroll cursor for ${query.text}`, values: query.values });
  const fetch = async () => {
    const { rows } = await client.query<unknown[]>({ text: `fetch ${chunkRows} from export_rows`, rowMode: 'array' });
    return rows;
  };
  let ahead = fetch();
  for (let done = 0; ; ) {
    const rows = await ahead;
    const isLast = rows.length < chunkRows;
    if (!isLast) {
      ahead = fetch();
      // Its failure is met where it is awaited, also when the writing fails first.
      ahead.catch(() => {});
    }
    await putCustomValues(ctx, definition, columns, rows);
    for (const row of rows) for (let n = 0; n < columns.length; n += 1) row[n] = columns[n]!.read(row[n]);
    yield rows;
    done += rows.length;
    await report(done);
    if (isLast) break;
  }
  await client.query('close export_rows');
}

/** Takes the id of whoever has the values off the end of each row and puts what the company's own fields hold in their columns. */
async function putCustomValues(
  ctx: Context,
  definition: ResourceDefinition,
  columns: readonly ExportColumn[],
  rows: unknown[][],
): Promise<void> {
  const ids = rows.map((row) => row.pop() as string);
  const places = columns.flatMap(({ customKey }, index) =>
    customKey === undefined ? [] : [[index, customKey] as const],
  );
  if (places.length === 0) return;
  const values = await readCustomValues(ctx, definition, [...new Set(ids)]);
  for (const [n, row] of rows.entries())
    for (const [index, key] of places) row[index] = values.get(ids[n]!)?.[key] ?? null;
}

/** One column for each of `readableSelect`, in its order. */
function exportColumns({ definition }: ResourceBinding, keys: readonly string[], isOpen: boolean): ExportColumn[] {
  const columns = keys.map((key) => {
    const field = definition.fields[key] as Field;
    return {
      title: field.label,
      kind: outputKind(field),
      isPhone: field.kind === 'phone',
      customKey: field.customFieldId === undefined ? undefined : key,
      read: reader(field, isOpen),
    };
  });
  if (!definition.isCommunityScoped) return columns;
  return [{ title: '小区', kind: 'text', isPhone: false, customKey: undefined, read: (value) => value }, ...columns];
}

function outputKind(field: Field): OutputColumn['kind'] {
  switch (field.kind) {
    case 'integer':
      return 'integer';
    case 'decimal':
      return 'number';
    case 'money':
      return 'money';
    case 'day':
      return 'date';
    default:
      return 'text';
  }
}

/** A cell as a person reads it: labels for choices, 是/否, the time in China. References, tags and files come as their names. */
function reader(field: Field, isOpen: boolean): (value: unknown) => unknown {
  switch (field.kind) {
    case 'choice':
      return (value) => field.options[value as string] ?? value;
    case 'choices':
      return (value) => ((value ?? []) as string[]).map((one) => field.options[one] ?? one).join('、');
    case 'boolean':
      return (value) => (value ? '是' : '否');
    case 'instant':
      return (value) => (value ? instantInChina(value as string) : null);
    case 'files':
      return field.customFieldId === undefined ? (value) => value : (value) => readableValue(field, value);
    case 'reference':
    case 'references':
    case 'tags':
      return (value) => value;
    default:
      return (value) => toWire(field, value, isOpen);
  }
}

function instantInChina(text: string): string {
  const time = Temporal.Instant.from(text).toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime();
  return time.toString({ smallestUnit: 'second' }).replace('T', ' ');
}
