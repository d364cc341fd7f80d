import { type LedgerListing, ledgerGroupings } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { type LedgerSqlRow, readTotals, selectLedger, viewLedgerRow, viewSums } from './charge-ledger.queries.ts';
import { type ExportSheet, writeExport } from './write-export.ts';

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    exportChargeLedger: LedgerListing;
  }
}

/** Starts the export of the groups the filter shows; returns the task. */
export function startLedgerExport(ctx: Context, request: LedgerListing): Promise<string> {
  return startTask(ctx, 'exportChargeLedger', {
    title: '导出收费台账',
    communityId: null,
    permission: 'chargeLedger.export',
    input: request,
  });
}

type View = ReturnType<typeof viewLedgerRow>;

function sheetColumns(groupBy: LedgerListing['groupBy']): ExportSheet<LedgerSqlRow, View>['columns'] {
  const column = (title: string, kind: 'text' | 'money' | 'number' | 'integer', read: (row: View) => unknown) => ({
    title,
    kind,
    read,
  });
  return [
    ...(groupBy === 'item' ? [] : [column('小区', 'text', (row) => row.communityName)]),
    { ...column(ledgerGroupings[groupBy], 'text', (row) => row.label), width: 26 },
    column('账单数', 'integer', (row) => row.billCount),
    column('应收', 'money', (row) => row.receivable),
    column('优惠', 'money', (row) => row.discount),
    column('减免', 'money', (row) => row.waived),
    column('实收', 'money', (row) => row.received),
    column('未收', 'money', (row) => row.outstanding),
    column('收缴率 %', 'number', (row) => row.rate),
    column('已收违约金', 'money', (row) => row.lateFeeReceived),
    column('最早未缴月份', 'text', (row) => row.earliestUnpaid),
  ];
}

/** Task: the groups of the filter with a last line of totals. */
export const exportChargeLedger: TaskHandler<LedgerListing> = (run) =>
  run.transaction(async (ctx) => {
    const listing = run.input;
    const [first] = await ctx.tx.ad<LedgerSqlRow>(selectLedger(ctx, listing, sql`limit 1`));
    const totals = viewSums(readTotals(first!));
    const columns = sheetColumns(listing.groupBy);
    const figures: Record<string, unknown> = {
      [ledgerGroupings[listing.groupBy]]: '合计',
      账单数: totals.billCount,
      应收: totals.receivable,
      优惠: totals.discount,
      减免: totals.waived,
      实收: totals.received,
      未收: totals.outstanding,
      '收缴率 %': totals.rate,
      已收违约金: totals.lateFeeReceived,
    };
    return writeExport<LedgerSqlRow, View>(ctx, run, {
      name: '收费台账',
      permission: 'chargeLedger.export',
      action: 'chargeLedger.export',
      targetKind: 'chargeLedger',
      communityId: listing.communityId,
      total: first!.groups,
      query: sql`select * from (${selectLedger(ctx, listing, empty)}) g where g.key is not null`,
      view: viewLedgerRow,
      columns,
      totalsLine: columns.map(({ title }) => figures[title] ?? null),
    });
  });
