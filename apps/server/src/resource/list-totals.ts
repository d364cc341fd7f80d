import type { Field } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, join, type Sql, sql } from '../platform/database/sql.ts';
import { type ResourceBinding, searchedTable } from './binding.ts';
import { ownerOfRow } from './custom/custom-conditions.ts';
import { ownFields, padded } from './custom/custom-values.ts';
import { isTotalled, totalToWire } from './field-values.ts';
import type { MatchingRows } from './matching-rows.ts';
import { comparedColumn } from './select-rows.ts';

/** How many rows match, and the sums over them by field key. */
export interface Totals {
  total: number;
  totals: Record<string, string>;
}

type SumRow = Record<string, string | null> & { total: bigint };

/** Fields of a list that are added up: kept in columns of its table, and the company's own, kept apart. */
export function totalledFields({ definition }: ResourceBinding): { stored: [string, Field][]; own: OwnField[] } {
  const stored = Object.entries(definition.fields).filter(
    ([, field]) => isTotalled(field) && field.customFieldId === undefined,
  );
  return { stored, own: ownFields(definition).filter(([, field]) => isTotalled(field)) };
}
type OwnField = ReturnType<typeof ownFields>[number];

/** A row with `total`, `sum0` … of the stored fields and `own0` … of the company's own, as the wire has it. */
export function totalsOf(binding: ResourceBinding, row: SumRow): Totals {
  const { stored, own } = totalledFields(binding);
  const sums = stored.map(([key, field], n) => [key, totalToWire(field, row[`sum${n}`] ?? null)]);
  const ownSums = own.map(([key, field], n) => [key, padded(field, totalToWire(field, row[`own${n}`] ?? null))]);
  return { total: Number(row.total), totals: Object.fromEntries([...sums, ...ownSums]) };
}

/** Count and totals over all rows that match, the company's own numbers among them. */
export async function countAndTotal(ctx: Context, binding: ResourceBinding, matching: MatchingRows): Promise<Totals> {
  const { stored, own } = totalledFields(binding);
  const { definition } = binding;
  const isTally = matching.by === 'tally';
  const count = isTally ? sql`coalesce(sum(t.row_count), 0)::bigint as total` : sql`count(*) as total`;
  const sums = stored.map(([key, field], n) => asSum(field, comparedColumn(key, field), n));
  const counted = ctx.tx.ad<SumRow>(
    sql`select ${join([count, ...sums])} from ${isTally ? identifier(`${definition.table}_tally`) : searchedTable(binding)} t where ${matching.where}`,
  );
  const added = own.map(([, field]) => ctx.tx.ad<{ sum: string | null }>(sumOfValues(ctx, binding, field, matching)));
  const [[row], ...ownRows] = await Promise.all([counted, ...added]);
  const ownSums = Object.fromEntries(ownRows.map(([one], n) => [`own${n}`, one!.sum]));
  return totalsOf(binding, { ...row!, ...ownSums } as SumRow);
}

/** `sum(column)` of a stored field as text, in its units, called `sum0` … */
export function asSum(field: Field, column: Sql, n: number): Sql {
  // Exact: a whole number times 0.01 has two decimals.
  const sum =
    field.kind === 'decimal' && field.wholeColumn
      ? sql`(sum(${column}) * ${`1e-${field.scale}`}::numeric)`
      : sql`sum(${column})`;
  return sql`${sum}::text as ${identifier(`sum${n}`)}`;
}

/**
 * Sum of a number of the company's own. Values go with their rows and are in the same community, so those of whole communities
 * need no look at the rows, and those of a few rows are found by their ids. Rows that stand for another row show its values.
 */
function sumOfValues(ctx: Context, { definition }: ResourceBinding, field: Field, matching: MatchingRows): Sql {
  const { where, by, isWhole, ids } = matching;
  const table = identifier(definition.table);
  if (by === 'ids' && !definition.borrowed)
    return sql`select ${inUnits(sql`sum(v.number_value)`)} as sum from custom_value v
      where ${isOfField(ctx, field)} and v.owner_id = any (${[...ids]}::uuid[])`;
  // Then `where` says nothing but company and community, which values have too.
  if (isWhole)
    return sql`select ${inUnits(sql`sum(t.number_value)`)} as sum from custom_value t
      where t.field_id = ${field.customFieldId} and t.number_value is not null and ${where}`;
  return sumAmong(ctx, field, sql`${table} t`, where);
}

/**
 * Sum of a number of the company's own over rows `t` of a from clause. A join, and not a look at each value for whether its row is
 * among them: of many rows PostgreSQL would make no hash, and go through all of them for every value.
 */
export function sumAmong(ctx: Context, field: Field, from: Sql, where: Sql): Sql {
  return sql`select ${inUnits(sql`sum(v.number_value)`)} as sum
    from ${from} join custom_value v on v.owner_id = ${ownerOfRow(field)} where ${isOfField(ctx, field)} and ${where}`;
}

const isOfField = (ctx: Context, field: Field): Sql =>
  sql`v.company_id = ${ctx.companyId} and v.field_id = ${field.customFieldId} and v.number_value is not null`;

/** Numbers are kept in millionths. */
const inUnits = (sum: Sql): Sql => sql`trim_scale(${sum} / 1000000::numeric)::text`;
