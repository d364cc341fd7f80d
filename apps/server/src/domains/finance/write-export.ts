import { PassThrough } from 'node:stream';
import type { Permission } from '@anlin/contract';
import { type OutputColumn, writeSpreadsheet } from '@anlin/spreadsheet';
import type { QueryResultRow } from 'pg';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { requirePermission } from '../../platform/rights/require-right.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import { officeTimeZone } from './office-time-zone.ts';

const chunkRows = 5000;
const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export interface ExportSheet<Row, View> {
  /** Name of the sheet and first part of the file's name: 收入明细. */
  name: string;
  permission: Permission;
  /** `income.export`, with its target. */
  action: string;
  targetKind: string;
  communityId: string | undefined;
  total: number;
  query: Sql;
  view(row: Row): View;
  columns: readonly (OutputColumn & { read(view: View): unknown })[];
  /** Last line of the sheet, one value per column. */
  totalsLine: readonly unknown[];
}

/**
 * Writes the answer of a query to an .xlsx of the file store within the task's one snapshot: result
 * `{ fileId, fileName, rows }`. Rows come by cursor, so memory stays flat. The file carries the task's id: running the
 * task again replaces it. Rights are those of now, not of when the export was asked for.
 */
export async function writeExport<Row extends QueryResultRow, View>(
  ctx: Context,
  run: TaskRun<unknown>,
  sheet: ExportSheet<Row, View>,
): Promise<Record<string, unknown>> {
  const { permission, columns, name } = sheet;
  requirePermission(ctx, permission);
  const stream = new PassThrough({ highWaterMark: 1024 * 1024 });
  const [stored] = await Promise.all([
    run.files.write(run.companyId, run.taskId, stream),
    writeSpreadsheet(stream, { sheets: [{ name, columns, rows: { batches: readSheet(ctx, run, sheet) } }] }),
  ]);
  const fileName = `${name}-${businessDay(ctx.clock, officeTimeZone)}.xlsx`;
  await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${run.taskId}`);
  await recordFile(ctx, { id: run.taskId, mediaType, name: fileName, permission, ...stored });
  await recordAudit(ctx, {
    action: sheet.action,
    targetKind: sheet.targetKind,
    targetId: null,
    targetLabel: fileName,
    communityId: sheet.communityId ?? null,
    after: { rows: sheet.total },
  });
  return { fileId: run.taskId, fileName, rows: sheet.total };
}

async function* readSheet<Row extends QueryResultRow, View>(
  ctx: Context,
  run: TaskRun<unknown>,
  { query, view, columns, total, totalsLine }: ExportSheet<Row, View>,
): AsyncGenerator<readonly (readonly unknown[])[]> {
  const { client } = ctx.tx;
  // The whole answer is wanted, not the first rows quickly.
  await client.query('set local cursor_tuple_fraction = 1');
  await client.query({ text: `declare finance_rows no scroll cursor for ${query.text}`, values: query.values });
  for (let done = 0; ; ) {
    const { rows } = await client.query<Row>(`fetch ${chunkRows} from finance_rows`);
    yield rows.map((row) => {
      const viewed = view(row);
      return columns.map((column) => column.read(viewed));
    });
    done += rows.length;
    await run.report(done, total);
    if (rows.length < chunkRows) break;
  }
  await client.query('close finance_rows');
  yield [totalsLine];
}
