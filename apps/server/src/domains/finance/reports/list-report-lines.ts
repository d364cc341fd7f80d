import {
  type EndpointReply,
  type listReportLines as linesEndpoint,
  type ReportFilter,
  type ReportKey,
  type ReportLine,
  reportFail,
  reportOf,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { empty, join, type Sql, sql } from '../../../platform/database/sql.ts';
import { isWithin, whereBranch, whereDays } from './branch-conditions.ts';
import { rangeOf } from './read-report.ts';
import type { ReportBranch, ReportRange, ReportSource } from './report-source.ts';
import { reportSources } from './report-sources.ts';

interface LineRow {
  total: number;
  sum: string;
  key: string | null;
  document: ReportLine['document'];
  open_id: string | null;
  open_as: ReportLine['openAs'];
  number: string;
  day: string | null;
  community_name: string;
  target_name: string;
  item_name: string;
  amount: string;
}

/** The rows behind a figure (FIN-3): the same lines its report sums, so they add up to it. 422 for a column without rows. */
export async function listReportLines(
  ctx: Context,
  {
    report,
    column,
    page,
    pageSize,
    ...filter
  }: ReportFilter & { report: ReportKey; column: string; page: number; pageSize: number },
): Promise<EndpointReply<typeof linesEndpoint>> {
  const definition = reportOf(report);
  const source: ReportSource = reportSources[report];
  const range = rangeOf(ctx, definition, filter);
  const branches = source.branches(ctx, range, filter);
  const lines = branches.flatMap((branch) => linesOf(ctx, branch, column, range, filter));
  const described = definition.columns[column];
  if (lines.length === 0 || !described) throw reportFail('report.unknownColumn', { report: definition.title });
  const isDistinct = branches.some((branch) => branch.distinct?.[column]);
  const rows = await ctx.tx.ad<LineRow>(
    pageOfLines(ctx, source, isDistinct ? onceEach(lines) : join(lines, ' union all '), { page, pageSize }),
  );
  const [first] = rows;
  const view = (amount: string) => (described.kind === 'money' ? formatYuan(fen(BigInt(amount))) : amount);
  return {
    rows: rows.flatMap((row) => (row.key === null ? [] : [viewLine({ ...row, key: row.key }, view)])),
    total: first!.total,
    sum: view(first!.sum),
  };
}

function viewLine(row: LineRow & { key: string }, view: (amount: string) => string): ReportLine {
  return {
    key: row.key,
    document: row.document,
    openId: row.open_id,
    openAs: row.open_id === null ? null : row.open_as,
    number: row.number,
    day: row.day,
    communityName: row.community_name,
    targetName: row.target_name,
    itemName: row.item_name,
    amount: view(row.amount),
  };
}

/** The lines of a branch that add something to the column. */
function linesOf(ctx: Context, branch: ReportBranch, column: string, range: ReportRange, filter: ReportFilter): Sql[] {
  const within = isWithin(branch, range);
  const { of, line } = branch;
  const counted = branch.distinct?.[column];
  const isBalance = column === 'opening' || column === 'closing';
  const before = within ? sql`and not (${within})` : sql`and false`;
  const amount = counted ? sql`1` : isBalance ? branch.balance : branch.amounts[column];
  if (!amount) return [];
  const when = isBalance ? (column === 'closing' ? empty : before) : within ? sql`and ${within}` : empty;
  return [
    sql`select ${counted ?? sql`null::uuid`} as counted, ${of.community} as community_id, ${of.targetKind ?? sql`null::text`} as target_kind,
      ${of.target ?? sql`null::uuid`} as target_id, ${of.item ?? sql`null::uuid`} as item_id, ${of.day ?? sql`null::date`} as day,
      ${line.document} as document, ${line.id} as id, ${line.openAs} as open_as, ${line.openId} as open_id,
      (${amount})::numeric as amount
    from ${branch.from} where ${whereBranch(ctx, branch, filter)} ${whereDays(branch, range)} ${when}
      ${counted ? sql`and (${counted}) is not null` : sql`and (${amount}) <> 0`}`,
  ];
}

/** Where different values are counted, one line for each. */
function onceEach(lines: readonly Sql[]): Sql {
  return sql`select distinct on (o.counted) o.* from (${join([...lines], ' union all ')}) o order by o.counted, o.day, o.id`;
}

function pageOfLines(
  ctx: Context,
  source: ReportSource,
  lines: Sql,
  { page, pageSize }: { page: number; pageSize: number },
): Sql {
  const company = ctx.companyId;
  return sql`with x as materialized (${lines}),
    s as (select count(*)::int as total, trim_scale(coalesce(sum(x.amount), 0))::text as sum from x),
    p as (select x.* from x order by x.day desc nulls last, x.id, x.amount limit ${pageSize} offset ${(page - 1) * pageSize})
    select s.total, s.sum, p.id || '-' || row_number() over () as key, p.document, p.open_id, p.open_as,
      coalesce(r.number, f.number, '') as number, p.day, coalesce(c.name, '') as community_name,
      coalesce(ct.name, '') as target_name, coalesce(i.name, ${source.noItem ?? ''}) as item_name, trim_scale(p.amount)::text as amount
    from s left join p on true
    left join community c on c.company_id = ${company} and c.id = p.community_id
    left join charge_target ct on ct.company_id = ${company} and ct.kind = p.target_kind and ct.id = p.target_id
    left join charge_item i on i.company_id = ${company} and i.id = p.item_id
    left join receipt r on p.open_as = 'receipt' and r.company_id = ${company} and r.id = p.open_id
    left join refund f on p.open_as = 'refund' and f.company_id = ${company} and f.id = p.open_id
    order by p.day desc nulls last, p.id, p.amount`;
}
