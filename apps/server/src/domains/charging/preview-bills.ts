import type { EndpointReply, EndpointRequest, previewBills as previewEndpoint } from '@anlin/contract';
import { type Fen, fen, formatYuan } from '@anlin/money';
import { type Calculation, explain } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import {
  type BillPeriod,
  type BindingFacts,
  firstDay,
  firstDayAfter,
  periodFinder,
  priceBinding,
} from './binding-bills.ts';
import { checkOrder } from './check-order.ts';
import { isFailure, outcomeText } from './outcome-text.ts';
import {
  type BindingHistory,
  type ComparedRange,
  changeReason,
  comparedRange,
  countGone,
  readGone,
  readHistories,
  readPreviousCalculations,
} from './preview-comparison.ts';
import { createTally, type LineKind, type PreviewTally, type UnnamedLine } from './preview-tally.ts';
import { targetLabels } from './raising-failures.ts';
import { type BindingScope, beforeAllIds, readBindings } from './read-bindings.ts';
import { type ReadyStandard, readStandards } from './standards-of-items.ts';

type Input = EndpointRequest<typeof previewEndpoint>['body'];

const bindingsPerRead = 4000;

/** One standard being previewed. */
interface Previewing {
  ctx: Context;
  standard: ReadyStandard;
  scope: BindingScope;
  range: ComparedRange;
  tally: PreviewTally;
}

interface PricedBill {
  period: BillPeriod;
  amount: Fen;
  calculation: Calculation;
}

/**
 * What raising would write, without writing it (CHG-6): the same reading, the same pricing, added up while it streams
 * by, so that memory does not grow with the number of bindings.
 */
export async function previewBills(ctx: Context, input: Input): Promise<EndpointReply<typeof previewEndpoint>> {
  const months = await checkOrder(ctx, input);
  const scope: BindingScope = {
    communityId: input.communityId,
    from: firstDay(input.monthFrom),
    to: firstDayAfter(input.monthTo),
    targetIds: input.targetIds,
  };
  const offset = (input.page - 1) * input.pageSize;
  const tally = createTally({ kind: input.lineKind, offset, limit: input.pageSize });
  const standards = await readStandards(ctx, input.chargeItemIds, input.communityId);
  const all = standards.map(
    (standard): Previewing => ({ ctx, standard, scope, range: comparedRange(standard, scope, months.length), tally }),
  );
  for (const one of all) await previewStandard(one, months);
  for (const one of all) await previewGone(one);
  const lines = tally.lines();
  const labels = await targetLabels(ctx, [...new Set(lines.map((line) => line.targetId))]);
  return tally.reply(lines.map((line) => ({ ...line, targetLabel: labels.get(line.targetId) ?? '' })));
}

async function previewStandard(previewing: Previewing, months: readonly string[]): Promise<void> {
  const { ctx, scope, standard, range } = previewing;
  const periodsOf = periodFinder(standard, months);
  let afterId = beforeAllIds;
  for (;;) {
    const bindings = await readBindings(ctx, scope, standard, { afterId, limit: bindingsPerRead, skipRaised: false });
    const last = bindings.at(-1);
    if (!last) return;
    const histories = await readHistories(ctx, standard, range, bindings);
    await previewChunk(previewing, bindings, histories, periodsOf);
    if (bindings.length < bindingsPerRead) return;
    afterId = last.id;
  }
}

const noHistory: BindingHistory = { raisedCount: 0, raisedFen: 0n, previousCount: 0, previousFen: 0n };

interface PricedBinding {
  binding: BindingFacts;
  history: BindingHistory;
  bills: PricedBill[];
  kind: LineKind;
}

async function previewChunk(
  previewing: Previewing,
  bindings: readonly BindingFacts[],
  histories: ReadonlyMap<string, BindingHistory>,
  periodsOf: ReturnType<typeof periodFinder>,
): Promise<void> {
  const { ctx, standard, range, tally } = previewing;
  const priced = bindings.map((binding): PricedBinding => {
    const history = histories.get(binding.id) ?? noHistory;
    const bills = priceAll(previewing, binding, periodsOf(binding));
    tally.add(standard, 'alreadyRaised', history.raisedCount, history.raisedFen);
    tally.add(standard, 'previous', history.previousCount, history.previousFen);
    for (const { amount } of bills) tally.add(standard, 'toRaise', 1, amount);
    return { binding, history, bills, kind: kindOf(history, bills) };
  });
  const changed = priced.filter((one) => one.kind === 'changed' && one.bills.length > 0);
  const before = await readPreviousCalculations(
    ctx,
    standard,
    range,
    changed.map(({ binding }) => binding),
  );
  for (const one of priced) addLines(previewing, one, before.get(one.binding.id));
}

function kindOf(history: BindingHistory, bills: readonly PricedBill[]): LineKind {
  if (history.previousCount === 0) return 'new';
  const sumFen = bills.reduce((sum, { amount }) => sum + amount, history.raisedFen);
  return sumFen === history.previousFen ? 'same' : 'changed';
}

function priceAll(
  { standard, tally }: Previewing,
  binding: BindingFacts,
  periods: readonly BillPeriod[],
): PricedBill[] {
  const bills: PricedBill[] = [];
  for (const period of periods) {
    if (binding.raised?.includes(period.period.from)) continue;
    const outcome = priceBinding(standard, binding, period);
    if (outcome.kind === 'bill') {
      bills.push({ period, amount: outcome.amount, calculation: outcome.calculation });
    } else if (isFailure(outcome)) {
      const reason = outcomeText(outcome, standard.quantitySource) ?? '';
      tally.line('failed', reason, () => lineOf(standard, binding, 'failed', reason, period));
    } else tally.noBill();
  }
  return bills;
}

function addLines(
  { standard, scope, tally }: Previewing,
  { binding, history, bills, kind }: PricedBinding,
  before: Calculation | undefined,
): void {
  // With several bills of one binding the sum before belongs to none of them.
  const previousAmount =
    history.previousCount > 0 && bills.length === 1 && history.raisedCount === 0
      ? formatYuan(fen(history.previousFen))
      : null;
  for (const { period, amount, calculation } of bills) {
    const reason = reasonOf(kind, binding, scope, before, calculation);
    tally.line(kind, reason, () => ({
      ...lineOf(standard, binding, kind, reason, period),
      amount: formatYuan(amount),
      previousAmount,
      sentence: explain(calculation),
    }));
  }
}

function reasonOf(
  kind: LineKind,
  binding: BindingFacts,
  scope: BindingScope,
  before: Calculation | undefined,
  after: Calculation,
): string {
  if (kind === 'changed') return changeReason(before, after);
  if (kind === 'new') return binding.startsOn >= scope.from ? '新绑定' : '上期没有账单';
  return '';
}

function lineOf(
  standard: ReadyStandard,
  binding: BindingFacts,
  kind: LineKind,
  reason: string,
  { period }: BillPeriod,
): UnnamedLine {
  return {
    kind,
    reason,
    bindingId: binding.id,
    targetKind: binding.targetKind,
    targetId: binding.targetId,
    chargeItemLabel: standard.itemName,
    standardLabel: standard.name,
    periodFrom: period.from,
    periodTo: period.to,
    amount: null,
    previousAmount: null,
    sentence: '',
  };
}

const goneReason = '绑定已结束';

async function previewGone({ ctx, standard, scope, range, tally }: Previewing): Promise<void> {
  const { count, sumFen } = await countGone(ctx, standard, scope, range);
  tally.add(standard, 'previous', count, sumFen);
  const page = tally.skipTo('gone', goneReason, count);
  if (page.limit === 0) return;
  const gone = await readGone(ctx, standard, scope, range, page);
  tally.place(
    gone.map((one) => ({
      kind: 'gone',
      reason: one.endsOn ? `${goneReason}（${one.endsOn} 起不再收）` : goneReason,
      bindingId: one.bindingId,
      targetKind: one.targetKind,
      targetId: one.targetId,
      chargeItemLabel: standard.itemName,
      standardLabel: standard.name,
      periodFrom: null,
      periodTo: null,
      amount: null,
      previousAmount: formatYuan(fen(one.amountFen)),
      sentence: `上期 ${explain(one.calculation)}`,
    })),
  );
}
