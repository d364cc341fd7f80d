import type { ReportDimension, ReportFilter } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { empty, identifier, join, type Sql, sql } from '../../../platform/database/sql.ts';
import { keyName, namesTargets, type SumsLayout, sumBranch, sumName } from './branch-sums.ts';
import { nameDimensions } from './name-dimensions.ts';
import type { ReportBranch, ReportRange, ReportSource } from './report-source.ts';

/** What is summed, by what. */
export interface ReportQuestion {
  source: ReportSource;
  range: ReportRange;
  filter: ReportFilter;
  dimensions: readonly ReportDimension[];
  /** Columns that are sums; what is worked out of them comes later. */
  columns: readonly string[];
  sort: string | undefined;
}

/** A row as the database gives it; sums are exact text. A reply without a row has `keys` null. */
export interface ReportSqlRow {
  groups: number;
  totals: string[];
  keys: string[] | null;
  labels: string[];
  community_id: string | null;
  community_name: string;
  sums: string[];
}

const ofPlaces: readonly ReportDimension[] = ['community', 'building', 'target'];

/** Columns of a report's branches that are sums, in the order of the report. */
export function summedColumns(branches: readonly ReportBranch[], all: readonly string[]): string[] {
  const known = new Set(branches.flatMap((one) => Object.keys({ ...one.amounts, ...one.distinct })));
  const hasBalance = branches.some(({ balance }) => balance);
  return all.filter((one) => known.has(one) || (hasBalance && (one === 'opening' || one === 'closing')));
}

/**
 * One row per group with keys, labels and sums, the number of groups and the totals over all of them. Every branch is summed
 * by itself first, so that what is put together is short. `limit` is a clause for a page, or nothing for all of them.
 */
export function selectReport(ctx: Context, question: ReportQuestion, limit: Sql): Sql {
  const { source, range, filter, dimensions, columns } = question;
  const branches = source.branches(ctx, range, filter);
  const layout: SumsLayout = {
    dimensions,
    columns,
    isOfPlaces: dimensions.some((one) => ofPlaces.includes(one)),
    isByHouse: dimensions.includes('building') && !branches.every(({ of }) => of.building),
    distinct: columns.filter((column) => branches.some((one) => one.distinct?.[column])),
  };
  const lines = branches.map((branch) => sumBranch(ctx, branch, layout, { range, filter }));
  const { labels, joins, order, community } = nameDimensions(ctx, dimensions, source);
  const time = dimensions.findIndex((one) => one === 'month' || one === 'day');
  const rolls = time >= 0 && columns.includes('closing');
  const textOf = (alias: Sql) =>
    sql`jsonb_build_array(${join(columns.map((_, index) => sql`trim_scale(${alias}.${sumName(index)})::text`))})`;
  const isNotEmpty = join(
    columns.map((_, index) => sql`r.${sumName(index)} <> 0`),
    ' or ',
  );
  return sql`with l as materialized (${join(lines, ' union all ')}),
    g as (${groupLines(ctx, layout)}),
    r as (${rolls ? rollBalances(layout, time) : sql`select g.* from g`}),
    f as materialized (select r.* from r where ${isNotEmpty}),
    t as (select ${join(sumsOf(layout))} from l)
    select (select count(*)::int from f) as groups, (select ${textOf(sql`t`)} from t) as totals, p.*
    from (select 1) one left join lateral (
      select row_number() over (order by ${orderOf(question, order)}) as place,
        jsonb_build_array(${join(dimensions.map((_, index) => sql`coalesce(f.${keyName(index)}::text, 'none')`))}) as keys,
        jsonb_build_array(${join(labels)}) as labels, ${layout.isOfPlaces ? sql`f.community_id` : sql`null::uuid as community_id`},
        ${community} as community_name, ${textOf(sql`f`)} as sums
      from f ${joins} order by place ${limit}) p on true
    order by p.place`;
}

/** Sums over the lines `l`: of a group, or of all of them. */
function sumsOf({ columns, distinct }: SumsLayout): Sql[] {
  return columns.map((column, index) => {
    const place = distinct.indexOf(column);
    if (place >= 0) return sql`count(distinct l.${identifier(`d${place}`)})::numeric as ${sumName(index)}`;
    return sql`coalesce(sum(l.${sumName(index)}), 0) as ${sumName(index)}`;
  });
}

function groupLines(ctx: Context, layout: SumsLayout): Sql {
  const { dimensions, isByHouse, isOfPlaces } = layout;
  const keys = dimensions.map((one, index) => {
    if (isByHouse && one === 'building') return sql`bh.building_id`;
    const key = sql`l.${keyName(index)}`;
    return one === 'month' ? sql`to_char(${key}, 'YYYY-MM')` : one === 'day' ? sql`${key}::text` : key;
  });
  const places = [
    ...(isOfPlaces ? [sql`l.community_id`] : []),
    ...(namesTargets(layout) && !isByHouse ? [sql`l.target_kind`] : []),
  ];
  const named = keys.map((key, index) => sql`${key} as ${keyName(index)}`);
  const houses = sql`left join house bh on bh.company_id = ${ctx.companyId} and bh.id = l.target_id`;
  return sql`select ${join([...named, ...places, ...sumsOf(layout)])} from l ${isByHouse ? houses : empty} group by ${join([...keys, ...places])}`;
}

/** By months or days every balance goes on from the one before; what lies before the days has no month of its own. */
function rollBalances({ dimensions, columns }: SumsLayout, time: number): Sql {
  const others = dimensions.flatMap((_, index) => (index === time ? [] : [sql`g.${keyName(index)}`]));
  const closing = sumName(columns.indexOf('closing'));
  const figures = columns.map((column, index) => {
    if (column === 'opening') return sql`sum(g.${closing}) over w - g.${closing} as ${sumName(index)}`;
    if (column === 'closing') return sql`sum(g.${closing}) over w as ${sumName(index)}`;
    return sql`g.${sumName(index)}`;
  });
  const keys = dimensions.map((_, index) => sql`g.${keyName(index)}`);
  const window = sql`(${others.length > 0 ? sql`partition by ${join(others)}` : empty} order by g.${keyName(time)} nulls first)`;
  return sql`select * from (select ${join([...keys, ...figures])} from g window w as ${window}) x where x.${keyName(time)} is not null`;
}

function orderOf({ sort, columns }: ReportQuestion, byName: Sql): Sql {
  const index = sort === undefined ? -1 : columns.indexOf(sort.replace(/^-/, ''));
  if (index < 0) return byName;
  return sql`f.${sumName(index)} ${sort?.startsWith('-') ? sql`desc` : empty}, ${byName}`;
}
