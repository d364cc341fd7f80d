import {
  type IncomeFilter,
  type IncomeRow,
  type IncomeSort,
  incomeKinds,
  incomeSources,
  incomeStates,
} from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { type IncomeSqlRow, lookUpText, selectIncome, sumIncome, viewIncome } from './income.queries.ts';
import { summariseIncome } from './income-summary.ts';
import { officeTimeZone } from './office-time-zone.ts';
import { type ExportSheet, writeExport } from './write-export.ts';

export type IncomeExport = IncomeFilter & { sort: IncomeSort; as?: 'detail' | 'summary' };

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    exportIncome: IncomeExport;
  }
}

/** Starts the export of the movements the filter shows; returns the task. */
export function startIncomeExport(ctx: Context, request: IncomeExport): Promise<string> {
  return startTask(ctx, 'exportIncome', {
    title: request.as === 'summary' ? '导出收入汇总' : '导出收入明细',
    communityId: null,
    permission: 'income.export',
    input: request,
  });
}

const column = (title: string, read: (row: IncomeRow) => unknown, width?: number) => ({
  title,
  kind: 'text' as const,
  read,
  ...(width === undefined ? {} : { width }),
});
const money = (title: string, read: (row: IncomeRow) => unknown) => ({
  ...column(title, read),
  kind: 'money' as const,
});

const columns: ExportSheet<IncomeSqlRow, IncomeRow>['columns'] = [
  { ...column('日期', (row) => row.day), kind: 'date' },
  column('时间', (row) => timeInChina(row.at)),
  column('单号', (row) => row.number, 20),
  column('类型', (row) => incomeKinds[row.kind]),
  column('来源', (row) => incomeSources[row.source]),
  column('小区', (row) => row.communityName, 16),
  column('收费对象', (row) => row.targetName, 22),
  column('付款人', (row) => row.payerName),
  column('收费项目', (row) => row.items, 24),
  column('支付方式', (row) => row.methodName),
  money('金额', (row) => row.amount),
  money('其中本金', (row) => row.principal),
  money('其中违约金', (row) => row.lateFee),
  money('其中预存款', (row) => row.prepaid),
  money('其中押金', (row) => row.deposit),
  money('其中其他收入', (row) => row.other),
  column('经办人', (row) => row.staffName),
  column('状态', (row) => incomeStates[row.state]),
  column('备注', (row) => row.note, 24),
];

function timeInChina(at: string): string {
  const time = Temporal.Instant.from(at).toZonedDateTimeISO(officeTimeZone).toPlainTime();
  return time.toString({ smallestUnit: 'second' });
}

const totalled: Readonly<
  Record<string, 'incomeFen' | 'principalFen' | 'lateFeeFen' | 'prepaidFen' | 'depositFen' | 'otherFen'>
> = {
  金额: 'incomeFen',
  其中本金: 'principalFen',
  其中违约金: 'lateFeeFen',
  其中预存款: 'prepaidFen',
  其中押金: 'depositFen',
  其中其他收入: 'otherFen',
};

/** Task: the movements of the filter, or their sums by day and method, with a last line of totals. */
export const exportIncome: TaskHandler<IncomeExport> = (run) =>
  run.transaction(async (ctx) => {
    const { sort, as, ...input } = run.input;
    const filter = await lookUpText(ctx, input);
    const sums = await sumIncome(ctx, filter);
    if (as === 'summary') return writeExport(ctx, run, await summariseIncome(ctx, filter, sums));
    const totalsLine = columns.map(({ title }) => {
      if (title === '单号') return `合计 ${sums.count} 笔`;
      if (title === '来源') return '合计只算资金';
      const figure = totalled[title];
      return figure === undefined ? null : formatYuan(sums[figure]);
    });
    return writeExport<IncomeSqlRow, IncomeRow>(ctx, run, {
      name: '收入明细',
      permission: 'income.export',
      action: 'income.export',
      targetKind: 'income',
      communityId: filter.communityId,
      total: sums.count,
      query: selectIncome(ctx, filter, sort, null),
      view: viewIncome,
      columns,
      totalsLine,
    });
  });
