import type { DuplicatePolicy, ImportCounts, ImportProblem } from '@anlin/contract';
import type { Row } from '@anlin/spreadsheet';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import { applySafely } from './apply-safely.ts';
import { chunkRows } from './check-import.task.ts';
import { examineFile, placeFailures } from './examine-rows.ts';
import { forgetSource } from './forget-source.ts';
import { chooser, forgetGoodRows } from './good-rows.ts';
import { findImport, type ImportBatch, targetOf } from './import-batch.ts';
import type { AnyImporter, ImportTarget, ReadyRow } from './importer.ts';
import { importerOf } from './importers.ts';
import { openSource } from './open-source.ts';
import { writeFailedRows } from './write-failed-rows.ts';

type WaitingRow = ReadyRow<unknown> & { source: Row };

/** Statistics are taken anew each time the import has become this many times as large. */
const refreshGrowth = 4;

/**
 * Writes the good rows, a thousand in a transaction, and in the same transaction how far it came: killed at any point
 * it goes on behind the last chunk that was committed, and no row is written twice.
 */
export async function runImport(run: TaskRun<{ importId: string; kind: string }>): Promise<Record<string, unknown>> {
  const { importer, batch, target } = await run.transaction(async (ctx) => {
    const found = await importerOf(ctx, run.input.kind);
    const one = await findImport(ctx, found.kind, run.input.importId);
    return { importer: found, batch: one, target: targetOf(ctx, one) };
  });
  // Killed between the end of the import and the end of its task.
  if (batch.state === 'done') {
    await forgetSource(run, importer, batch);
    return { importId: batch.id, kind: importer.kind, ...batch.counts };
  }
  return run.files.withLocalCopy(run.companyId, batch.fileId, (path) =>
    writeFile(run, { importer, batch, target, path }),
  );
}

interface FileImport {
  importer: AnyImporter;
  batch: ImportBatch;
  target: ImportTarget;
  /** Of the file on this machine. */
  path: string;
}

async function writeFile(
  run: TaskRun<unknown>,
  { importer, batch, target, path }: FileImport,
): Promise<Record<string, unknown>> {
  const examination = examineFile(importer, target, await openSource(path), batch.mapping);
  const isChosen = chooser(batch.chosenRows);
  let goodRows = 0;
  let read = 0;
  let chunk: WaitingRow[] = [];
  let written = 0;
  let refreshAt = 1;
  const write = async () => {
    if (chunk.length === 0) return;
    const rows = chunk;
    const end = goodRows;
    chunk = [];
    await run.transaction((ctx) => writeChunk(ctx, importer, batch, target, rows, end));
    written += 1;
    if (written < refreshAt) return;
    refreshAt *= refreshGrowth;
    await run.transaction(refreshStatistics);
  };
  for await (const row of examination.rows) {
    read += 1;
    if (read % chunkRows === 0) await run.report(read, batch.counts.rows);
    if (!row.isOk || !isChosen(row.number)) continue;
    goodRows += 1;
    if (goodRows <= batch.appliedRows) continue;
    chunk.push(row);
    if (chunk.length >= chunkRows) await write();
  }
  await write();
  const failedRowsFileId = await writeFailedRows(run, importer, batch, target, path);
  const counts = await run.transaction((ctx) => finishImport(ctx, batch.id, failedRowsFileId));
  await forgetSource(run, importer, batch);
  await run.report(batch.counts.rows, batch.counts.rows);
  return { importId: batch.id, kind: importer.kind, ...counts };
}

async function writeChunk(
  ctx: Context,
  importer: AnyImporter,
  batch: ImportBatch,
  target: ImportTarget,
  rows: readonly WaitingRow[],
  end: number,
): Promise<void> {
  // The lock keeps the count of rows right should two runners ever meet here.
  const locked = await ctx.tx.first<{ applied_rows: number; duplicate_policy: DuplicatePolicy }>(
    sql`select applied_rows, duplicate_policy from import_batch where company_id = ${ctx.companyId} and id = ${batch.id} for update`,
  );
  if (locked?.applied_rows !== end - rows.length) return;
  // From here on the tables write down what becomes of their rows, so that the import can be taken back.
  await ctx.tx.rows(sql`select set_config('app.import_id', ${batch.id}, true)`);
  const { failures } = await importer.verify(ctx, target, rows);
  const refused = new Set(failures.map((failure) => failure.row));
  const good = rows.filter((row) => !refused.has(row.number));
  const applied = await applySafely(ctx, importer, target, good, locked.duplicate_policy);
  const sources = new Map(rows.map((row) => [row.number, row.source]));
  const problems = placeFailures(importer, batch.mapping, sources, [...failures, ...applied.failures]);
  await keepFailures(ctx, batch.id, problems);
  const failed = await countOfGood(ctx, batch.id, [...new Set(problems.map((problem) => problem.row))]);
  await ctx.tx.run(sql`update import_batch set applied_rows = ${end}, counts = counts || jsonb_build_object(
      'added', coalesce((counts ->> 'added')::int, 0) + ${applied.added}::int, 'updated', coalesce((counts ->> 'updated')::int, 0) + ${applied.updated}::int,
      'skipped', coalesce((counts ->> 'skipped')::int, 0) + ${applied.skipped}::int, 'failed', coalesce((counts ->> 'failed')::int, 0) + ${failed}::int)
    where company_id = ${ctx.companyId} and id = ${batch.id}`);
}

/** How many of these rows the check found good: the others were counted as bad then. */
async function countOfGood(ctx: Context, importId: string, rowNumbers: readonly number[]): Promise<number> {
  if (rowNumbers.length === 0) return 0;
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from import_row
    where company_id = ${ctx.companyId} and import_batch_id = ${importId} and row_number = any (${[...rowNumbers]}::int[])`);
  return row?.count ?? 0;
}

async function keepFailures(ctx: Context, importId: string, problems: readonly ImportProblem[]): Promise<void> {
  if (problems.length === 0) return;
  await ctx.tx.run(sql`insert into import_failure (company_id, id, import_batch_id, row_number, column_title, value, message)
    select ${ctx.companyId}, one.id, ${importId}, one.row_number, one.column_title, one.value, one.message
    from unnest(${problems.map(() => ctx.newId())}::uuid[], ${problems.map((one) => one.row)}::int[], ${problems.map((one) => one.column)}::text[],
      ${problems.map((one) => one.value)}::text[], ${problems.map((one) => one.message)}::text[]) as one (id, row_number, column_title, value, message)`);
}

async function finishImport(ctx: Context, importId: string, failedRowsFileId: string | null): Promise<ImportCounts> {
  const row = await ctx.tx.first<{ kind: string; community_id: string | null; counts: ImportCounts }>(
    sql`update import_batch set state = 'done', failed_rows_file_id = ${failedRowsFileId},
        counts = counts || jsonb_build_object('leftOut', greatest(0, (counts ->> 'good')::int - coalesce((counts ->> 'added')::int, 0)
          - coalesce((counts ->> 'updated')::int, 0) - coalesce((counts ->> 'skipped')::int, 0) - coalesce((counts ->> 'failed')::int, 0)))
      where company_id = ${ctx.companyId} and id = ${importId} and state = 'importing' returning kind, community_id, counts`,
  );
  if (!row) throw new Error('the import is no longer being run');
  await forgetGoodRows(ctx, importId);
  await recordAudit(ctx, {
    action: `${row.kind}.import.finish`,
    targetKind: 'import',
    targetId: importId,
    communityId: row.community_id,
    after: row.counts,
  });
  return row.counts;
}

/** In a transaction of its own: it holds locks on the tables against other imports doing the same. */
async function refreshStatistics(ctx: Context): Promise<void> {
  await ctx.tx.rows(sql`select refresh_estate_statistics()`);
}
