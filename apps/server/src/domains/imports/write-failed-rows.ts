import { PassThrough } from 'node:stream';
import { type ImportProblem, importKinds } from '@anlin/contract';
import { type OutputColumn, type Row, writeSpreadsheet } from '@anlin/spreadsheet';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import { examineFile } from './examine-rows.ts';
import { shownCell } from './hide-secrets.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter, ImportColumn, ImportTarget } from './importer.ts';
import { openSource } from './open-source.ts';

const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * Writes every row that was not imported as it stood in the file, with the reasons behind it: put right, the file can
 * be imported as it is, but for id cards, which are hidden and have to be typed again. Null when there is none. The file is its maker's alone.
 */
export async function writeFailedRows(
  run: TaskRun<unknown>,
  importer: AnyImporter,
  batch: ImportBatch,
  target: ImportTarget,
  path: string,
): Promise<string | null> {
  const refused = await failuresOf(run, batch.id);
  if (batch.counts.bad === 0 && refused.size === 0) return null;
  const source = await openSource(path);
  const examination = examineFile(importer, target, source, batch.mapping);
  const width = Math.max(0, ...batch.mapping.headings.map((heading) => heading.index + 1));
  const columnAt = new Map(importer.columns.map((one) => [batch.mapping.columns[one.key], one] as const));
  async function* rows() {
    for await (const row of examination.rows) {
      const problems = [...(row.isOk ? [] : row.problems), ...(refused.get(row.number) ?? [])];
      if (problems.length > 0) yield outputRow(row.source, width, problems, columnAt);
    }
  }
  const fileId = await run.transaction(async (ctx) => ctx.newId());
  const content = new PassThrough();
  const written = run.files.write(run.companyId, fileId, content);
  const sheets = [{ name: '失败的行', columns: outputColumns(batch, width), rows: rows() }];
  const [{ sizeBytes, sha256 }] = await Promise.all([written, writeSpreadsheet(content, { sheets })]);
  const name = `失败的行-${batch.fileName.replace(/\.[^.]*$/, '')}.xlsx`;
  const { permission } = importKinds[batch.kind];
  await run.transaction((ctx) => recordFile(ctx, { id: fileId, name, sizeBytes, sha256, mediaType, permission }));
  return fileId;
}

async function failuresOf(run: TaskRun<unknown>, importId: string): Promise<Map<number, ImportProblem[]>> {
  const rows = await run.transaction((ctx) =>
    ctx.tx.rows<ImportProblem>(sql`select row_number as row, column_title as column, value, message from import_failure
      where company_id = ${ctx.companyId} and import_batch_id = ${importId} order by row_number, id`),
  );
  return Map.groupBy(rows, (row) => row.row);
}

function outputColumns(batch: ImportBatch, width: number): OutputColumn[] {
  const titles = new Map(batch.mapping.headings.map((heading) => [heading.index, heading.title]));
  return [
    ...Array.from({ length: width }, (_, index): OutputColumn => ({ title: titles.get(index) ?? '', kind: 'text' })),
    { title: '失败原因', kind: 'text', width: 60 },
    { title: '原文件行号', kind: 'integer' },
  ];
}

function outputRow(
  source: Row,
  width: number,
  problems: readonly ImportProblem[],
  columnAt: ReadonlyMap<number | undefined, ImportColumn>,
): unknown[] {
  const cells = Array.from({ length: width }, (_, index) =>
    shownCell(columnAt.get(index), source.cells[index]?.text ?? ''),
  );
  return [...cells, problems.map((problem) => `${problem.column}：${problem.message}`).join('；'), source.number];
}
