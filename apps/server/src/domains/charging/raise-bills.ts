import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { addToBatch, type BillBatch, emptyBatch, insertBatch } from './bill-batch.ts';
import {
  type BillPeriod,
  type BindingFacts,
  firstDay,
  firstDayAfter,
  monthsBetween,
  periodFinder,
  priceBinding,
} from './binding-bills.ts';
import { isFailure, outcomeText } from './outcome-text.ts';
import { addFailures, type RaisingFailure, targetLabels } from './raising-failures.ts';
import type { RaisingOrder } from './raising-order.ts';
import { finishRun, openRun } from './raising-run.ts';
import { type BindingScope, beforeAllIds, countBindings, readBindings } from './read-bindings.ts';
import { type ReadyStandard, readStandards } from './standards-of-items.ts';
import { createWriters, type Writers } from './writers.ts';

/** How the work is done: each piece in a transaction of its own that may be repeated. */
export interface RaisingRunner {
  transaction<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  /** Bindings looked at so far, and of how many. Throws when a person stopped the work. */
  report(done: number, total: number): Promise<void>;
  /** The task, when there is one: taken up again it goes on with its own run. */
  taskId: string | null;
}

export interface RaisingOutcome {
  raisingRunId: string;
  billCount: number;
  sumFen: bigint;
  /** Periods that could not be computed, and the first of them in words. */
  failedCount: number;
  failures: RaisingFailure[];
  /** Periods that cost nothing by intention. */
  noBillCount: number;
}

const bindingsPerRead = 4000;

type PeriodFinder = (binding: BindingFacts) => readonly BillPeriod[];

/** State of one run in memory: the same size however many bindings there are. */
interface Raising {
  runner: RaisingRunner;
  order: RaisingOrder;
  run: { id: string; communityId: string; raisedHow: 'auto' | 'manual'; raisedAt: string };
  months: string[];
  scope: BindingScope;
  newId: () => string;
  done: number;
  total: number;
  noBillCount: number;
  failedCount: number;
  failures: RaisingFailure[];
}

/**
 * Raises every bill of an order that does not exist yet (CHG-7). Bindings are streamed, priced in memory by the rules
 * and prices as they were when the run began, and written chunk by chunk; the unique index `bill_once` sees to it that
 * there is one bill for one binding and period whatever crashes, repeats or runs at once. While chunks are written the
 * next are read and priced.
 */
export async function raiseBills(runner: RaisingRunner, order: RaisingOrder): Promise<RaisingOutcome> {
  const { raising, standards } = await begin(runner, order);
  const writers = createWriters(2);
  try {
    for (const standard of standards) await raiseStandard(raising, standard, writers);
  } finally {
    await writers.allDone();
  }
  writers.check();
  await runner.report(raising.total, raising.total);
  const { billCount, sumFen } = await runner.transaction((ctx) =>
    finishRun(ctx, order, { id: raising.run.id, failedCount: raising.failedCount }),
  );
  const { failedCount, failures, noBillCount } = raising;
  return { raisingRunId: raising.run.id, billCount, sumFen, failedCount, failures, noBillCount };
}

async function begin(
  runner: RaisingRunner,
  order: RaisingOrder,
): Promise<{ raising: Raising; standards: ReadyStandard[] }> {
  const scope: BindingScope = {
    communityId: order.communityId,
    from: firstDay(order.monthFrom),
    to: firstDayAfter(order.monthTo),
    targetIds: order.targetIds,
  };
  return runner.transaction(async (ctx) => {
    const standards = await readStandards(ctx, order.chargeItemIds);
    let total = 0;
    for (const standard of standards) total += await countBindings(ctx, scope, standard);
    const id = await openRun(ctx, order, runner.taskId);
    const run = { id, communityId: order.communityId, raisedHow: order.raisedHow, raisedAt: nowText(ctx) };
    const months = monthsBetween(order.monthFrom, order.monthTo);
    const counts = { done: 0, total, noBillCount: 0, failedCount: 0, failures: [] };
    return { raising: { runner, order, run, months, scope, newId: ctx.newId, ...counts }, standards };
  });
}

async function raiseStandard(raising: Raising, standard: ReadyStandard, writers: Writers): Promise<void> {
  const { runner, scope, months, order } = raising;
  const periodsOf = periodFinder(standard, months, dayAfterLast(order, standard));
  const skipRaised = months.length === 1;
  const read = (afterId: string) =>
    runner.transaction((ctx) => readBindings(ctx, scope, standard, { afterId, limit: bindingsPerRead, skipRaised }));
  let next = read(beforeAllIds);
  try {
    for (;;) {
      const bindings = await next;
      const last = bindings.at(-1);
      if (!last) return;
      next = bindings.length < bindingsPerRead ? Promise.resolve([]) : read(last.id);
      // Its failure is met when it is awaited; until then it must not count as unhandled.
      next.catch(() => {});
      for (const batch of await priceBindings(raising, standard, bindings, periodsOf)) {
        await writers.start(() => writeBatch(raising, batch, periodsOf));
      }
      raising.done += bindings.length;
      await runner.report(Math.min(raising.done, raising.total), raising.total);
    }
  } finally {
    // A run that stops leaves no transaction of its own behind.
    await next.catch(() => {});
  }
}

/** How often bindings that keep changing under a run are read again before it reports them. */
const mostReadings = 5;

/**
 * Writes a batch. Bindings that were changed or ended between reading and writing are read and priced again, for the
 * months that got no bill.
 */
async function writeBatch(raising: Raising, batch: BillBatch, periodsOf: PeriodFinder): Promise<void> {
  const { runner, scope } = raising;
  const { standard } = batch;
  let { moved } = await runner.transaction((ctx) => insertBatch(ctx, batch, raising.run));
  for (let reading = 1; moved.size > 0; reading += 1) {
    const again = { ...scope, bindingIds: [...moved.keys()] };
    const page = { afterId: beforeAllIds, limit: moved.size, skipRaised: false };
    const bindings = await runner.transaction((ctx) => readBindings(ctx, again, standard, page));
    if (reading === mostReadings) {
      const reason = '绑定正在被修改，请稍后再生成一次';
      return noteFailures(
        raising,
        bindings.map((binding) => ({ binding, reason })),
      );
    }
    const open = moved;
    const periodsLeft: PeriodFinder = (binding) =>
      periodsOf(binding).filter(({ period }) => open.get(binding.id)?.has(period.from.slice(0, 7)));
    const stillMoved = new Map<string, ReadonlySet<string>>();
    for (const next of await priceBindings(raising, standard, bindings, periodsLeft)) {
      const written = await runner.transaction((ctx) => insertBatch(ctx, next, raising.run));
      for (const [id, months] of written.moved) stillMoved.set(id, new Set([...(stillMoved.get(id) ?? []), ...months]));
    }
    moved = stillMoved;
  }
}

function dayAfterLast(order: RaisingOrder, standard: ReadyStandard): string | undefined {
  if (order.dueAsOf === undefined) return undefined;
  return Temporal.PlainDate.from(order.dueAsOf)
    .add({ days: standard.raiseDaysAhead + 1 })
    .toString();
}

const billsPerBatch = 4000;

async function priceBindings(
  raising: Raising,
  standard: ReadyStandard,
  bindings: readonly BindingFacts[],
  periodsOf: PeriodFinder,
): Promise<BillBatch[]> {
  const batches: BillBatch[] = [];
  const failed: { binding: BindingFacts; reason: string }[] = [];
  let batch = emptyBatch(standard);
  for (const binding of bindings) {
    for (const one of periodsOf(binding)) {
      if (binding.raised?.includes(one.period.from)) continue;
      const outcome = priceBinding(standard, binding, one);
      if (outcome.kind === 'bill') {
        addToBatch(batch, raising.newId(), binding, one, outcome.amount, outcome.calculation);
      } else if (isFailure(outcome)) {
        failed.push({ binding, reason: outcomeText(outcome, standard.quantitySource) ?? '' });
      } else raising.noBillCount += 1;
      if (batch.ids.length === billsPerBatch) {
        batches.push(batch);
        batch = emptyBatch(standard);
      }
    }
  }
  if (batch.ids.length > 0) batches.push(batch);
  await noteFailures(raising, failed);
  return batches;
}

async function noteFailures(
  raising: Raising,
  failed: readonly { binding: BindingFacts; reason: string }[],
): Promise<void> {
  raising.failedCount += failed.length;
  const shown = addFailures(raising.failures, failed);
  if (shown.length === 0) return;
  const labels = await raising.runner.transaction((ctx) =>
    targetLabels(
      ctx,
      shown.map(({ binding }) => binding.targetId),
    ),
  );
  for (const { binding, reason } of shown) {
    raising.failures.push({ targetId: binding.targetId, targetLabel: labels.get(binding.targetId) ?? '', reason });
  }
}
