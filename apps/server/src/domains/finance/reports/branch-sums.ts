import type { ReportDimension, ReportFilter } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { empty, identifier, join, raw, type Sql, sql } from '../../../platform/database/sql.ts';
import { isWithin, whereBranch, whereDays } from './branch-conditions.ts';
import type { ReportBranch, ReportRange } from './report-source.ts';

export const keyName = (index: number) => identifier(`k${index}`);
export const sumName = (index: number) => identifier(`s${index}`);

/** What every branch is summed by, so that their sums can be put together. */
export interface SumsLayout {
  dimensions: readonly ReportDimension[];
  columns: readonly string[];
  /** Rows are of places, so each names its community. */
  isOfPlaces: boolean;
  /** Lines name houses and rows are buildings: summed by house first, so that the join meets a row per house. */
  isByHouse: boolean;
  /** Columns that count different values. */
  distinct: readonly string[];
}

/** One branch summed by itself: `k0 … , community_id?, target_id?, target_kind?, s0 …`. */
export function sumBranch(
  ctx: Context,
  branch: ReportBranch,
  layout: SumsLayout,
  { range, filter }: { range: ReportRange; filter: ReportFilter },
): Sql {
  const within = isWithin(branch, range);
  const counted = layout.distinct.map((column) => branch.distinct?.[column] ?? sql`null::uuid`);
  const keys = [
    ...layout.dimensions.map((one, index) => sql`${keyOf(branch, one, layout, within)} as ${keyName(index)}`),
    ...(layout.isOfPlaces ? [sql`${branch.of.community} as community_id`] : []),
    ...(namesTargets(layout)
      ? [
          sql`${branch.of.target ?? sql`null::uuid`} as target_id`,
          sql`${branch.of.targetKind ?? sql`null::text`} as target_kind`,
        ]
      : []),
    ...counted.map((value, index) => sql`${value} as ${identifier(`d${index}`)}`),
  ];
  const sums = layout.columns.map(
    (column, index) => sql`${sumColumn(branch, column, range, within)}::numeric as ${sumName(index)}`,
  );
  const grouping = keys.length === 0 ? empty : sql`group by ${raw(keys.map((_, index) => index + 1).join(', '))}`;
  return sql`select ${join([...keys, ...sums])} from ${branch.from}
    where ${whereBranch(ctx, branch, filter)} ${whereDays(branch, range)} ${grouping}`;
}

export const namesTargets = ({ isByHouse, dimensions }: SumsLayout) => isByHouse || dimensions.includes('target');

function keyOf(branch: ReportBranch, dimension: ReportDimension, layout: SumsLayout, within: Sql | null): Sql {
  const { of } = branch;
  const inTime = (day: Sql) => (within ? sql`case when ${within} then ${day} end` : day);
  switch (dimension) {
    // Days as they are: a month is made of the few sums of days, not of every line.
    case 'month':
    case 'day':
      return of.day ? inTime(of.day) : sql`null::date`;
    case 'kind':
      return of.kind ?? sql`null::text`;
    case 'building':
      return layout.isByHouse ? sql`null::uuid` : (of.building ?? sql`null::uuid`);
    default:
      return of[dimension] ?? sql`null::uuid`;
  }
}

function sumColumn(branch: ReportBranch, column: string, { from }: ReportRange, within: Sql | null): Sql {
  if (column === 'opening' && branch.balance)
    return from ? sql`coalesce(sum(${branch.balance}) filter (where not (${within})), 0)` : sql`0`;
  if (column === 'closing' && branch.balance) return sql`coalesce(sum(${branch.balance}), 0)`;
  const amount = branch.amounts[column];
  if (!amount) return sql`0`;
  return within ? sql`coalesce(sum(${amount}) filter (where ${within}), 0)` : sql`coalesce(sum(${amount}), 0)`;
}
