import {
  type EndpointReply,
  groupingName,
  type ReportCells,
  type ReportDefinition,
  type ReportDimension,
  type ReportKey,
  type ReportListing,
  type ReportRow,
  type readReport as readEndpoint,
  reportFail,
  reportOf,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { businessDay } from '../../../platform/clock.ts';
import type { Context } from '../../../platform/context.ts';
import { allowManyGroups } from '../../../platform/database/group-memory.ts';
import { type Sql, sql } from '../../../platform/database/sql.ts';
import { officeTimeZone } from '../office-time-zone.ts';
import type { ReportRange, ReportSource } from './report-source.ts';
import { reportSources } from './report-sources.ts';
import { type ReportQuestion, type ReportSqlRow, selectReport, summedColumns } from './sum-report.ts';

/** A page of a report with the totals over all that matches (FIN-3). 422 for a grouping the report does not know. */
export async function readReport(
  ctx: Context,
  { report, page, pageSize, ...listing }: ReportListing & { report: ReportKey; page: number; pageSize: number },
): Promise<EndpointReply<typeof readEndpoint>> {
  const asked = askReport(ctx, report, listing);
  await allowManyGroups(ctx.tx);
  const rows = await ctx.tx.ad<ReportSqlRow>(asked.select(sql`limit ${pageSize} offset ${(page - 1) * pageSize}`));
  const [first] = rows;
  return {
    from: asked.range.from,
    to: asked.range.to,
    groupBy: groupingName(asked.dimensions),
    rows: rows.filter(({ keys }) => keys !== null).map(asked.viewRow),
    total: first!.groups,
    totals: asked.viewTotals(first!.totals),
  };
}

export interface AskedReport {
  definition: ReportDefinition;
  dimensions: readonly ReportDimension[];
  range: ReportRange;
  select(limit: Sql): Sql;
  viewRow(row: ReportSqlRow): ReportRow;
  viewTotals(sums: readonly string[]): ReportCells;
}

/** A report as it was asked for: its statement and how its rows are shown. */
export function askReport(ctx: Context, report: ReportKey, listing: ReportListing): AskedReport {
  const definition = reportOf(report);
  const source: ReportSource = reportSources[report];
  const { groupBy, sort = definition.usualSort, ...filter } = listing;
  const dimensions =
    groupBy === undefined
      ? definition.groupings[0]!
      : definition.groupings.find((one) => groupingName(one) === groupBy);
  if (!dimensions) throw reportFail('report.unknownGrouping', { report: definition.title });
  const range = rangeOf(ctx, definition, listing);
  const columns = summedColumns(source.branches(ctx, range, filter), Object.keys(definition.columns));
  if (sort !== undefined && !columns.includes(sort.replace(/^-/, '')))
    throw reportFail('report.unknownColumn', { report: definition.title });
  const question: ReportQuestion = { source, range, filter, dimensions, columns, sort };
  const viewSums = (sums: readonly string[]) => viewCells(definition, source, columns, sums);
  return {
    definition,
    dimensions,
    range,
    select: (limit) => selectReport(ctx, question, limit),
    viewTotals: (sums) => (filter.kind === undefined ? withoutMixedUnits(definition, viewSums(sums)) : viewSums(sums)),
    viewRow: (row) => ({
      keys: row.keys ?? [],
      labels: row.labels.map((label, index) =>
        dimensions[index] === 'kind' ? (source.kinds?.[label] ?? label) : label,
      ),
      communityId: row.community_id,
      communityName: row.community_name,
      cells: viewSums(row.sums),
    }),
  };
}

/** The days of a report. Nobody's choice is this year; months are whole ones. 422 when they end before they begin. */
export function rangeOf(
  ctx: Context,
  { range }: Pick<ReportDefinition, 'range'>,
  asked: { from?: string | undefined; to?: string | undefined },
): ReportRange {
  const now = businessDay(ctx.clock, officeTimeZone);
  const today = now.toString();
  if (range === 'none') return { from: null, to: null, today };
  const usual =
    range === 'openMonths' || asked.from !== undefined || asked.to !== undefined
      ? { from: null, to: null }
      : { from: `${now.year}-01-01`, to: `${now.year}-12-31` };
  const from = asked.from ?? usual.from;
  const to = asked.to ?? usual.to;
  if (from !== null && to !== null && from > to) throw reportFail('report.daysReversed', { from, to });
  if (range === 'days') return { from, to, today };
  const lastDay = (day: string) => {
    const date = Temporal.PlainDate.from(day);
    return date.with({ day: date.daysInMonth }).toString();
  };
  return { from: from && `${from.slice(0, 7)}-01`, to: to && lastDay(to), today };
}

/** Litres and kilowatt hours are not added up. */
function withoutMixedUnits({ columns }: ReportDefinition, cells: ReportCells): ReportCells {
  return Object.fromEntries(
    Object.entries(cells).map(([column, text]) => [column, columns[column]?.isPerKind ? null : text]),
  );
}

function viewCells(
  { columns: all }: ReportDefinition,
  source: ReportSource,
  columns: readonly string[],
  sums: readonly string[],
): ReportCells {
  const text = (column: string) => sums[columns.indexOf(column)] ?? '0';
  const worked = source.workOut?.((column) => BigInt(text(column))) ?? {};
  return Object.fromEntries(
    Object.entries(all).map(([column, { kind }]) => {
      if (column in worked) return [column, worked[column] ?? null];
      return [column, kind === 'money' ? formatYuan(fen(BigInt(text(column)))) : text(column)];
    }),
  );
}
