import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { freshenStatistics } from '../../platform/database/freshen-statistics.ts';
import { addToBatch, type BillBatch, emptyBatch, insertBatch, isRaisedMeanwhile } from './bill-batch.ts';
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
import { raisedOn } from './raise-shift.ts';
import {
  addFailures,
  type FailedPeriod,
  keepFailures,
  mostFailuresShown,
  type RaisingFailure,
  roomForFailures,
  targetLabels,
} from './raising-failures.ts';
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

/** About so many bills are written by one transaction. */
const billsPerChunk = 4000;
const chunksAtOnce = 2;

type PeriodFinder = (binding: BindingFacts) => readonly BillPeriod[];

/** State of one run in memory: the same size however many bindings there are. */
interface Raising {
  runner: RaisingRunner;
  order: RaisingOrder;
  run: { id: string; communityId: string; raisedHow: RaisingOrder['raisedHow']; raisedAt: string };
  months: string[];
  scope: BindingScope;
  done: number;
  total: number;
  noBillCount: number;
  failedCount: number;
  /** Those told in words, by the place of their chunk: chunks end in another order than they begin. */
  failures: RaisingFailure[][];
}

/**
 * Raises every bill of an order that does not exist yet (CHG-7). Bindings are streamed chunk by chunk: one transaction
 * reads and locks them, prices them in memory by the rules and prices as they were when the run began, and writes their
 * bills. The unique index `bill_once` sees to it that there is one bill for one binding and period whatever crashes,
 * repeats or runs at once. While one chunk is written the next is read and priced.
 */
export async function raiseBills(runner: RaisingRunner, order: RaisingOrder): Promise<RaisingOutcome> {
  const { raising, standards } = await begin(runner, order);
  const writers = createWriters(chunksAtOnce);
  try {
    for (const standard of standards) await raiseStandard(raising, standard, writers);
  } finally {
    await writers.allDone();
  }
  writers.check();
  await runner.report(raising.total, raising.total);
  const { billCount, sumFen } = await runner.transaction(async (ctx) => {
    await freshenStatistics(ctx, ['bill']);
    return finishRun(ctx, order, { id: raising.run.id, failedCount: raising.failedCount });
  });
  const { failedCount, noBillCount } = raising;
  const failures = raising.failures.flat().slice(0, mostFailuresShown);
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
    await freshenStatistics(ctx, ['house', 'parking_space', 'vehicle', 'standard_binding', 'bill']);
    const standards = await readStandards(ctx, order.chargeItemIds, order.communityId);
    let total = 0;
    for (const standard of standards) total += await countBindings(ctx, scope, standard);
    const id = await openRun(ctx, order, runner.taskId);
    const run = { id, communityId: order.communityId, raisedHow: order.raisedHow, raisedAt: nowText(ctx) };
    const months = monthsBetween(order.monthFrom, order.monthTo);
    const counts = { done: 0, total, noBillCount: 0, failedCount: 0, failures: [] };
    return { raising: { runner, order, run, months, scope, ...counts }, standards };
  });
}

async function raiseStandard(raising: Raising, standard: ReadyStandard, writers: Writers): Promise<void> {
  const { months, order } = raising;
  const chunk: ChunkOf = {
    standard,
    periodsOf: periodFinder(standard, months, dueFilter(order, standard)),
    limit: Math.ceil(billsPerChunk / Math.ceil(months.length / standard.everyMonths)),
    skipRaised: months.length === 1,
  };
  let afterId: string | null = beforeAllIds;
  while (afterId !== null) {
    const start = afterId;
    const wasRead = Promise.withResolvers<string | null>();
    // Its failure is met where the chunk is waited for; until then it must not count as unhandled.
    wasRead.promise.catch(() => {});
    await writers.start(() => raiseChunk(raising, chunk, start, wasRead).catch(passOn(wasRead)));
    afterId = await wasRead.promise;
  }
}

// Of what raises itself, only the periods whose day has come.
function dueFilter({ dueAsOf }: RaisingOrder, { raiseShift }: ReadyStandard): ((from: string) => boolean) | undefined {
  return dueAsOf === undefined ? undefined : (from) => raisedOn(raiseShift, from) <= dueAsOf;
}

function passOn(waiting: PromiseWithResolvers<string | null>) {
  return (error: unknown): never => {
    waiting.reject(error);
    throw error;
  };
}

/** What the chunks of a standard have in common. */
interface ChunkOf {
  standard: ReadyStandard;
  periodsOf: PeriodFinder;
  /** Most bindings of one chunk. */
  limit: number;
  skipRaised: boolean;
}

/**
 * The bindings after `afterId` and their bills, in one transaction. They are locked while they are read, so none ends or
 * changes before its bills are committed: whoever is changing one is waited for and seen, and whoever comes later waits
 * and sees the bills. As soon as they are read, `wasRead` gets the last of them, or null when no more follow.
 */
async function raiseChunk(
  raising: Raising,
  { standard, periodsOf, limit, skipRaised }: ChunkOf,
  afterId: string,
  wasRead: PromiseWithResolvers<string | null>,
): Promise<void> {
  const { runner, scope, run } = raising;
  const place = raising.failures.push([]) - 1;
  // A transaction that is repeated, after a deadlock too, keeps to the same stretch of bindings.
  let untilId: string | null = null;
  const { bindings, priced, newFailures } = await untilNobodyElseRaises(() =>
    runner.transaction(async (ctx) => {
      const read = await readBindings(ctx, scope, standard, { afterId, untilId, limit, skipRaised, isLocking: true });
      untilId ??= read.length < limit ? null : (read.at(-1)?.id ?? null);
      wasRead.resolve(untilId);
      const outcome = priceBindings(ctx, standard, read, periodsOf);
      if (outcome.batch.ids.length > 0) await insertBatch(ctx, outcome.batch, run);
      await keepFailures(ctx, run, outcome.failed, roomForFailures(raising.failedCount));
      return { bindings: read.length, priced: outcome, newFailures: await inWords(ctx, raising, outcome.failed) };
    }),
  );
  raising.done += bindings;
  raising.noBillCount += priced.noBillCount;
  raising.failedCount += priced.failed.length;
  raising.failures[place] = newFailures;
  await runner.report(Math.min(raising.done, raising.total), raising.total);
}

/** Far more than runs over the same bindings at the same time: each of them can come first once. */
const mostAttempts = 20;

/** Does a stretch again when somebody else raised some of it since it was read: then those bills are seen and left out. */
async function untilNobodyElseRaises<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRaisedMeanwhile(error) || attempt === mostAttempts) throw error;
    }
  }
}

/** The bills of some bindings, those that could not be computed, and how many periods cost nothing by intention. */
function priceBindings(
  ctx: Context,
  standard: ReadyStandard,
  bindings: readonly BindingFacts[],
  periodsOf: PeriodFinder,
): { batch: BillBatch; failed: FailedPeriod[]; noBillCount: number } {
  const batch = emptyBatch(standard);
  const failed: FailedPeriod[] = [];
  let noBillCount = 0;
  for (const binding of bindings) {
    for (const one of periodsOf(binding)) {
      if (binding.raised?.includes(one.period.from)) continue;
      const outcome = priceBinding(standard, binding, one);
      if (outcome.kind === 'bill') addToBatch(batch, ctx.newId(), binding, one, outcome.amount, outcome.calculation);
      else if (isFailure(outcome))
        failed.push({
          bindingId: binding.id,
          targetId: binding.targetId,
          periodFrom: one.period.from,
          reason: outcomeText(outcome, standard.quantitySource) ?? '',
        });
      else noBillCount += 1;
    }
  }
  return { batch, failed, noBillCount };
}

async function inWords(ctx: Context, raising: Raising, failed: readonly FailedPeriod[]): Promise<RaisingFailure[]> {
  const shown = addFailures(raising.failures.flat(), failed);
  if (shown.length === 0) return [];
  const labels = await targetLabels(
    ctx,
    shown.map(({ targetId }) => targetId),
  );
  return shown.map(({ targetId, reason }) => ({
    targetId,
    targetLabel: labels.get(targetId) ?? '',
    reason,
  }));
}
