import type { TargetKind } from '@anlin/contract';
import { type Calculation, priceName } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import type { BindingFacts } from './binding-bills.ts';
import type { BindingScope } from './read-bindings.ts';
import type { ReadyStandard } from './standards-of-items.ts';

/** The months asked for, and as many before them: one cycle of the standard at least, so that quarters meet quarters. */
export interface ComparedRange {
  from: string;
  to: string;
  previousFrom: string;
  previousTo: string;
}

export function comparedRange(standard: ReadyStandard, scope: BindingScope, monthCount: number): ComparedRange {
  const back = Math.ceil(monthCount / standard.everyMonths) * standard.everyMonths;
  const earlier = (day: string) => Temporal.PlainDate.from(day).subtract({ months: back }).toString();
  return { from: scope.from, to: scope.to, previousFrom: earlier(scope.from), previousTo: earlier(scope.to) };
}

/** What a binding has already: bills of the months asked for, and of the months before. Sums in fen. */
export interface BindingHistory {
  raisedCount: number;
  raisedFen: bigint;
  previousCount: number;
  previousFen: bigint;
}

interface HistoryRow {
  binding_id: string;
  raised_count: number;
  raised_fen: bigint;
  previous_count: number;
  previous_fen: bigint;
}

/**
 * The histories of some bindings of one standard. Bills of an ended binding of the same item on the same target are the
 * past of the one that took its place.
 */
export async function readHistories(
  ctx: Context,
  standard: ReadyStandard,
  range: ComparedRange,
  bindings: readonly BindingFacts[],
): Promise<Map<string, BindingHistory>> {
  const rows = await ctx.tx.ad<HistoryRow>(sql`
    select n.binding_id, x.* from unnest(${bindings.map((one) => one.id)}::uuid[], ${bindings.map((one) => one.targetId)}::uuid[]) n (binding_id, target_id)
    cross join lateral (select count(*) filter (where b.period_from >= ${range.from})::int raised_count,
        coalesce(sum(b.receivable_fen) filter (where b.period_from >= ${range.from}), 0)::bigint raised_fen,
        count(*) filter (where b.period_from < ${range.previousTo})::int previous_count,
        coalesce(sum(b.receivable_fen) filter (where b.period_from < ${range.previousTo}), 0)::bigint previous_fen
      from bill b where ${ofTarget(ctx, standard, range)}) x
    where x.raised_count + x.previous_count > 0`);
  return new Map(
    rows.map((row) => [
      row.binding_id,
      {
        raisedCount: row.raised_count,
        raisedFen: row.raised_fen,
        previousCount: row.previous_count,
        previousFen: row.previous_fen,
      },
    ]),
  );
}

// Bills of target `n` that count for binding `n`.
function ofTarget(ctx: Context, standard: ReadyStandard, range: ComparedRange): Sql {
  return sql`b.company_id = ${ctx.companyId} and b.target_id = n.target_id and b.charge_item_id = ${standard.itemId} and b.voided_at is null
    and b.period_from >= ${range.previousFrom} and b.period_from < ${range.to}
    and (b.standard_binding_id = n.binding_id or (b.period_from < ${range.previousTo} and exists (select 1 from standard_binding o
      where o.company_id = b.company_id and o.id = b.standard_binding_id and o.ends_on <= ${range.from})))`;
}

/** How the latest bill of the months before was computed, by binding. */
export async function readPreviousCalculations(
  ctx: Context,
  standard: ReadyStandard,
  range: ComparedRange,
  bindings: readonly BindingFacts[],
): Promise<Map<string, Calculation>> {
  if (bindings.length === 0) return new Map();
  const rows = await ctx.tx.ad<{ binding_id: string; calculation: Calculation }>(sql`
    select n.binding_id, x.calculation from unnest(${bindings.map((one) => one.id)}::uuid[], ${bindings.map((one) => one.targetId)}::uuid[]) n (binding_id, target_id)
    cross join lateral (select b.calculation from bill b where ${ofTarget(ctx, standard, range)} and b.period_from < ${range.previousTo}
      order by b.period_from desc limit 1) x`);
  return new Map(rows.map((row) => [row.binding_id, row.calculation]));
}

/** Why the amount differs from the one before, in the words of `changeReasons`. */
export function changeReason(before: Calculation | undefined, after: Calculation): string {
  if (!before) return '其他';
  // Of tiers, the prices of each; how much fell into which is the quantity's affair.
  const priceOf = (one: Calculation) => (one.k === 'g' ? '' : (one.p ?? JSON.stringify(one.s?.map(({ p }) => p))));
  const isRead = before.k === 'x' && after.k === 'x';
  const reasons = [
    before.x !== after.x || before.k !== after.k || (before.w ?? 1) !== (after.w ?? 1) ? '计价规则变化' : '',
    (isRead ? pricesRead(before, after) : priceOf(before) !== priceOf(after)) ? '价格变化' : '',
    before.q !== after.q || (isRead && quantitiesRead(before, after)) ? '数量变化' : '',
    before.o !== after.o ? '税率变化' : '',
    !after.s && !before.s && before.m !== after.m ? '计费时间变化' : '',
  ].filter((reason) => reason !== '');
  return reasons.join('、') || '其他';
}

// What a formula read: its price, and everything else of the target.
function pricesRead(before: Calculation, after: Calculation): boolean {
  return before.v?.[priceName] !== after.v?.[priceName];
}

function quantitiesRead(before: Calculation, after: Calculation): boolean {
  const names = new Set([...Object.keys(before.v ?? {}), ...Object.keys(after.v ?? {})]);
  names.delete(priceName);
  return [...names].some((name) => before.v?.[name] !== after.v?.[name]);
}

/** Bills of the months before whose target has no binding of the item any more. */
export interface GoneBill {
  bindingId: string;
  targetKind: TargetKind;
  targetId: string;
  amountFen: bigint;
  endsOn: string | null;
  calculation: Calculation;
}

export async function countGone(
  ctx: Context,
  standard: ReadyStandard,
  scope: BindingScope,
  range: ComparedRange,
): Promise<{ count: number; sumFen: bigint }> {
  const [row] = await ctx.tx.ad<{ count: number; sum_fen: bigint }>(
    sql`select count(*)::int count, coalesce(sum(x.receivable_fen), 0)::bigint sum_fen ${goneBills(ctx, standard, scope, range)}`,
  );
  return { count: row!.count, sumFen: row!.sum_fen };
}

export async function readGone(
  ctx: Context,
  standard: ReadyStandard,
  scope: BindingScope,
  range: ComparedRange,
  page: { offset: number; limit: number },
): Promise<GoneBill[]> {
  const rows = await ctx.tx.ad<{
    standard_binding_id: string;
    target_kind: TargetKind;
    target_id: string;
    receivable_fen: bigint;
    ends_on: string | null;
    calculation: Calculation;
  }>(sql`select x.standard_binding_id, x.target_kind, x.target_id, x.receivable_fen, b.ends_on, x.calculation
    ${goneBills(ctx, standard, scope, range)} order by x.target_id, x.id limit ${page.limit} offset ${page.offset}`);
  return rows.map((row) => ({
    bindingId: row.standard_binding_id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    amountFen: row.receivable_fen,
    endsOn: row.ends_on,
    calculation: row.calculation,
  }));
}

function goneBills(ctx: Context, standard: ReadyStandard, scope: BindingScope, range: ComparedRange): Sql {
  return sql`from bill x join standard_binding b on b.company_id = x.company_id and b.id = x.standard_binding_id
    where x.company_id = ${ctx.companyId} and x.community_id = ${scope.communityId} and x.charge_item_id = ${standard.itemId}
      and x.charge_standard_id = ${standard.id} and x.voided_at is null
      and x.period_from >= ${range.previousFrom} and x.period_from < ${range.previousTo}
      ${scope.targetIds ? sql`and x.target_id = any (${[...scope.targetIds]}::uuid[])` : empty}
      and b.ends_on <= ${range.from}
      and not exists (select 1 from standard_binding o where o.company_id = x.company_id and o.target_id = x.target_id
        and o.charge_item_id = x.charge_item_id and o.starts_on < ${range.to} and (o.ends_on is null or o.ends_on > ${range.from}))`;
}
