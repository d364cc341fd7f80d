import { PassThrough } from 'node:stream';
import {
  channelKinds,
  type ReconciliationDay,
  type ReconciliationLine,
  type ReconciliationLineFilter,
  reconciliationLineKinds,
  reconciliationOutcomes,
  reconciliationStates,
  settlementWays,
} from '@anlin/contract';
import { type OutputColumn, writeSpreadsheet } from '@anlin/spreadsheet';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { recordFile } from '../../../platform/files/file-record.ts';
import { requirePermission } from '../../../platform/rights/require-right.ts';
import { startTask } from '../../../platform/tasks/start-task.ts';
import type { TaskHandler, TaskRun } from '../../../platform/tasks/task.ts';
import { dayInChina, spacedTime } from '../channels/channel-time.ts';
import {
  type DayRow,
  daysWhere,
  type LineRow,
  linesWhere,
  selectDays,
  selectLines,
  sumLines,
  viewDay,
  viewLine,
} from './reconciliation.queries.ts';

declare module '../../../platform/tasks/task.ts' {
  interface TaskInputs {
    exportReconciliation: ReconciliationLineFilter;
  }
}

const chunkRows = 2000;
const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Starts the export of the days and lines the filter shows; returns the task. */
export function startReconciliationExport(ctx: Context, filter: ReconciliationLineFilter): Promise<string> {
  return startTask(ctx, 'exportReconciliation', {
    title: '导出线上对账',
    communityId: null,
    permission: 'reconciliation.export',
    input: filter,
  });
}

type Column<View> = OutputColumn & { read(view: View): unknown };

function columnOf<View>(
  kind: OutputColumn['kind'],
  title: string,
  read: (view: View) => unknown,
  width?: number,
): Column<View> {
  return { title, kind, read, ...(width === undefined ? {} : { width }) };
}

const day = {
  text: (title: string, read: (row: ReconciliationDay) => unknown, width?: number) =>
    columnOf('text', title, read, width),
  money: (title: string, read: (row: ReconciliationDay) => unknown) => columnOf('money', title, read),
};
const dayColumns: readonly Column<ReconciliationDay>[] = [
  columnOf('date', '账单日', (row) => row.day),
  day.text('渠道', (row) => channelKinds[row.channelKind]),
  day.text('名称', (row) => row.channelName, 16),
  day.text('商户号', (row) => row.merchantId, 20),
  day.text('状态', (row) => reconciliationStates[row.state]),
  day.text('收款笔数', (row) => row.arrivedCount),
  day.money('渠道收款', (row) => row.arrived),
  day.text('退款笔数', (row) => row.refundedCount),
  day.money('渠道退款', (row) => row.refunded),
  day.money('手续费', (row) => row.fee),
  day.money('应到银行', (row) => row.net),
  day.money('渠道比账上多', (row) => row.difference),
  day.text('差异', (row) => row.exceptionCount),
  day.text('未核销', (row) => row.openCount),
  day.text('说明', (row) => row.problem, 30),
];

const timeOf = (at: string | null) => (at === null ? '' : spacedTime(Temporal.Instant.from(at)));
const line = {
  text: (title: string, read: (row: ReconciliationLine) => unknown, width?: number) =>
    columnOf('text', title, read, width),
  money: (title: string, read: (row: ReconciliationLine) => unknown) => columnOf('money', title, read),
};
const lineColumns: readonly Column<ReconciliationLine>[] = [
  columnOf('date', '账单日', (row) => row.day),
  line.text('渠道', (row) => channelKinds[row.channelKind]),
  line.text('商户号', (row) => row.merchantId, 20),
  line.text('类型', (row) => reconciliationLineKinds[row.kind]),
  line.text('结果', (row) => reconciliationOutcomes[row.outcome]),
  line.text('小区', (row) => row.communityName, 16),
  line.text('收费对象', (row) => row.targetName, 22),
  line.text('订单号', (row) => row.orderNo, 34),
  line.text('退款单号', (row) => row.refundNo, 34),
  line.text('交易号', (row) => row.transactionId, 34),
  line.text('本系统时间', (row) => timeOf(row.ourAt), 20),
  line.money('本系统金额', (row) => row.ourAmount),
  line.text('渠道时间', (row) => timeOf(row.theirAt), 20),
  line.money('渠道金额', (row) => row.theirAmount),
  line.money('手续费', (row) => row.fee),
  line.text('核销', (row) => (row.settledHow ? settlementWays[row.settledHow] : '')),
  line.text('核销人', (row) => row.settledBy),
  line.text('说明', (row) => row.note, 30),
];

/** Task: one sheet of days with fees, one of lines, as the filter says. */
export const exportReconciliationTask: TaskHandler<ReconciliationLineFilter> = (run) =>
  run.transaction(async (ctx) => {
    requirePermission(ctx, 'reconciliation.export');
    const filter = run.input;
    const where = linesWhere(ctx, filter);
    const { total } = await sumLines(ctx, where);
    const { from, to, channelId, reconciliationId } = filter;
    const days = await ctx.tx.ad<DayRow>(selectDays(daysWhere(ctx, { from, to, channelId, reconciliationId })));
    const read = <View>(columns: readonly Column<View>[], view: View) => columns.map((column) => column.read(view));
    const stream = new PassThrough({ highWaterMark: 1024 * 1024 });
    const batches = readLines(ctx, run, where, total);
    const [stored] = await Promise.all([
      run.files.write(run.companyId, run.taskId, stream),
      writeSpreadsheet(stream, {
        sheets: [
          { name: '每日合计', columns: dayColumns, rows: days.map((row) => read(dayColumns, viewDay(row))) },
          { name: '逐笔明细', columns: lineColumns, rows: { batches } },
        ],
      }),
    ]);
    const fileName = `线上对账-${dayInChina(ctx.clock.now())}.xlsx`;
    await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${run.taskId}`);
    await recordFile(ctx, {
      id: run.taskId,
      mediaType,
      name: fileName,
      permission: 'reconciliation.export',
      ...stored,
    });
    await recordAudit(ctx, {
      action: 'reconciliation.export',
      targetKind: 'reconciliation',
      targetId: null,
      targetLabel: fileName,
      communityId: null,
      after: { days: days.length, rows: total },
    });
    return { fileId: run.taskId, fileName, rows: total };
  });

async function* readLines(
  ctx: Context,
  run: TaskRun<unknown>,
  where: ReturnType<typeof linesWhere>,
  total: number,
): AsyncGenerator<readonly (readonly unknown[])[]> {
  const { client } = ctx.tx;
  const query = selectLines(where);
  await client.query('set local cursor_tuple_fraction = 1');
  await client.query({ text: `declare reconciliation_lines no scroll cursor for ${query.text}`, values: query.values });
  for (let done = 0; ; ) {
    const { rows } = await client.query<LineRow>(`fetch ${chunkRows} from reconciliation_lines`);
    yield rows.map((row) => lineColumns.map((column) => column.read(viewLine(row))));
    done += rows.length;
    await run.report(done, total);
    if (rows.length < chunkRows) break;
  }
  await client.query('close reconciliation_lines');
}
