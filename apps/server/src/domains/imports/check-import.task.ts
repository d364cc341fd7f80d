import type { ImportCounts, ImportProblem } from '@anlin/contract';
import { importFail } from '@anlin/contract';
import type { Row } from '@anlin/spreadsheet';
import { sql } from '../../platform/database/sql.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import { examineFile, placeFailures } from './examine-rows.ts';
import { forgetGoodRows, keepGoodRows } from './good-rows.ts';
import { findImport, type ImportBatch, noCounts, targetOf } from './import-batch.ts';
import type { AnyImporter, ImportTarget, ReadyRow, Verified } from './importer.ts';
import { importerOf } from './importers.ts';
import { openSource } from './open-source.ts';

export const chunkRows = 1000;
/** Problems kept for the preview; all of them are in the file of failed rows. */
const problemsKept = 500;

/** Goes through the whole file and says what is wrong, writing nothing but that. Starts anew when it was cut off. */
export async function checkImport(run: TaskRun<{ importId: string; kind: string }>): Promise<Record<string, unknown>> {
  const { importer, batch, target } = await run.transaction(async (ctx) => {
    const found = await importerOf(ctx, run.input.kind);
    const one = await findImport(ctx, found.kind, run.input.importId);
    await forgetGoodRows(ctx, one.id);
    return { importer: found, batch: one, target: targetOf(ctx, one) };
  });
  return run.files.withLocalCopy(run.companyId, batch.fileId, (path) =>
    checkFile(run, { importer, batch, target, path }),
  );
}

interface FileCheck {
  importer: AnyImporter;
  batch: ImportBatch;
  target: ImportTarget;
  path: string;
}

async function checkFile(
  run: TaskRun<unknown>,
  { importer, batch, target, path }: FileCheck,
): Promise<Record<string, unknown>> {
  const source = await openSource(path);
  const examination = examineFile(importer, target, source, batch.mapping);
  const found = collect(importer, batch.mapping);
  const settle = async () => {
    const rows = found.waiting;
    const verified = await run.transaction(async (ctx) => {
      const outcome = await importer.verify(ctx, target, rows);
      await keepGoodRows(ctx, importer, batch, rows, outcome);
      return outcome;
    });
    found.settle(verified);
  };
  for await (const row of examination.rows) {
    found.counts.rows += 1;
    if (row.isOk) found.wait(row);
    else found.refuse(row.problems);
    if (found.waiting.length >= chunkRows) await settle();
    if (found.counts.rows % chunkRows === 0) await run.report(found.counts.rows, null);
  }
  if (found.waiting.length > 0) await settle();
  if (found.counts.rows === 0) throw importFail('import.noRows');
  await run.transaction(async (ctx) => {
    await ctx.tx.run(sql`update import_batch set state = 'checked', counts = ${JSON.stringify(found.counts)},
        problems = ${JSON.stringify(found.problems)}, notices = ${JSON.stringify(examination.notices())}
      where company_id = ${ctx.companyId} and id = ${batch.id} and state = 'checking' and task_id = ${run.taskId}`);
  });
  await run.report(found.counts.rows, found.counts.rows);
  return { importId: batch.id, kind: importer.kind, ...found.counts };
}

/** Counts rows and keeps the first problems in the order of the file. */
function collect(importer: AnyImporter, mapping: Parameters<typeof placeFailures>[1]) {
  const counts: ImportCounts = { ...noCounts };
  const problems: ImportProblem[] = [];
  let waiting: (ReadyRow<unknown> & { source: Row })[] = [];
  const refuse = (wrong: readonly ImportProblem[]) => {
    counts.bad += 1;
    counts.problems += wrong.length;
    problems.push(...wrong.slice(0, Math.max(0, problemsKept - problems.length)));
    problems.sort((a, b) => a.row - b.row);
  };
  return {
    counts,
    problems,
    get waiting() {
      return waiting;
    },
    wait(row: { number: number; row: unknown; source: Row }) {
      waiting.push(row);
    },
    refuse,
    settle(verified: Verified) {
      const sources = new Map(waiting.map((row) => [row.number, row.source]));
      const byRow = Map.groupBy(placeFailures(importer, mapping, sources, verified.failures), (problem) => problem.row);
      for (const wrong of byRow.values()) refuse(wrong);
      counts.good += waiting.length - byRow.size;
      const refused = new Set(byRow.keys());
      counts.existing += verified.existing.filter((number) => !refused.has(number)).length;
      waiting = [];
    },
  };
}
