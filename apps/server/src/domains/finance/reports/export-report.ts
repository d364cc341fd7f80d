import {
  type ReportDefinition,
  type ReportKey,
  type ReportListing,
  type ReportRow,
  reportDimensions,
  reportOf,
} from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { empty, sql } from '../../../platform/database/sql.ts';
import { startTask } from '../../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../../platform/tasks/task.ts';
import { type ExportSheet, writeExport } from '../write-export.ts';
import { askReport } from './read-report.ts';
import type { ReportSqlRow } from './sum-report.ts';

export type ReportExport = ReportListing & { report: ReportKey };

declare module '../../../platform/tasks/task.ts' {
  interface TaskInputs {
    exportReport: ReportExport;
  }
}

/** Starts the export of a report as it is shown; returns the task. 422 for what the report does not know. */
export function startReportExport(ctx: Context, request: ReportExport): Promise<string> {
  const { report, ...listing } = request;
  askReport(ctx, report, listing);
  return startTask(ctx, 'exportReport', {
    title: `导出${reportOf(report).title}`,
    communityId: null,
    permission: 'report.export',
    input: request,
  });
}

const kinds = { money: 'money', count: 'integer', percent: 'number', quantity: 'number' } as const;

function sheetColumns(
  { columns }: ReportDefinition,
  dimensions: readonly (keyof typeof reportDimensions)[],
): ExportSheet<ReportSqlRow, ReportRow>['columns'] {
  const isOfPlaces = dimensions.includes('building') || dimensions.includes('target');
  return [
    ...(isOfPlaces
      ? [{ title: '小区', kind: 'text' as const, width: 16, read: (row: ReportRow) => row.communityName }]
      : []),
    ...dimensions.map((one, index) => ({
      title: reportDimensions[one],
      kind: 'text' as const,
      width: 22,
      read: (row: ReportRow) => row.labels[index],
    })),
    ...Object.entries(columns).map(([column, { title, kind }]) => ({
      title: kind === 'percent' ? `${title} %` : title,
      kind: kinds[kind],
      read: (row: ReportRow) => row.cells[column],
    })),
  ];
}

/** Task: every row of the report with a last line of totals. */
export const exportReport: TaskHandler<ReportExport> = (run) =>
  run.transaction(async (ctx) => {
    const { report, ...listing } = run.input;
    const asked = askReport(ctx, report, listing);
    const [first] = await ctx.tx.ad<ReportSqlRow>(asked.select(sql`limit 1`));
    const columns = sheetColumns(asked.definition, asked.dimensions);
    const figures = Object.keys(asked.definition.columns);
    const totals = asked.viewTotals(first!.totals);
    const leading = columns.length - figures.length;
    return writeExport<ReportSqlRow, ReportRow>(ctx, run, {
      name: asked.definition.title,
      permission: 'report.export',
      action: 'report.export',
      targetKind: 'report',
      communityId: listing.communityId,
      total: first!.groups,
      query: sql`select * from (${asked.select(empty)}) g where g.keys is not null`,
      view: asked.viewRow,
      columns,
      totalsLine: columns.map((_, index) =>
        index === 0 ? '合计' : index < leading ? null : (totals[figures[index - leading]!] ?? null),
      ),
    });
  });
