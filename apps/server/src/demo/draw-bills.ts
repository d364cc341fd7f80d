import { type BindingPeriod, periodStartingIn, toIsoPeriod } from '@anlin/calendar';
import type { Fen } from '@anlin/money';
import type { PrincipalPayment } from '@anlin/pricing';
import type { Binding } from './draw-charges.ts';
import type { Community } from './draw-estate.ts';
import type { History } from './history.ts';

export interface Bill {
  id: string;
  binding: Binding;
  run: RaisingRun;
  periodFrom: string;
  periodTo: string;
  dueOn: string;
  receivableFen: Fen;
  calculation: string;
  /** Sums of the documents, filled while payments are drawn. */
  receivedFen: bigint;
  lateFeeReceivedFen: bigint;
  payments: PrincipalPayment[];
}

/** One raising of all bills of a community for a month, by hand on the first of the month. */
export interface RaisingRun {
  id: string;
  taskId: string;
  communityId: string;
  /** First day of the month. */
  month: string;
  /** Title of its task. */
  title: string;
  atMs: number;
  itemIds: string[];
  billCount: number;
  sumFen: bigint;
}

const raisedAtMinute = 8 * 60 + 35;

/** Raises the bills of a community month by month, as far as the first of the month has come. */
export function drawBills(
  history: History,
  community: Community,
  bindings: readonly Binding[],
): { bills: Bill[]; runs: RaisingRun[] } {
  const bills: Bill[] = [];
  const runs: RaisingRun[] = [];
  const periods = rememberPeriods();
  for (const month of history.months) {
    const day = Temporal.PlainDate.from(`${month}-01`);
    const atMs = history.instantMs(day, raisedAtMinute + community.sortOrder);
    if (atMs > history.nowMs) continue;
    const run = startRun(history, community, bindings, day, atMs);
    for (const binding of bindings) {
      const found = periods(binding, month);
      if (found) raise(history, run, binding, found, bills);
    }
    runs.push(run);
  }
  return { bills, runs };
}

function startRun(
  history: History,
  community: Community,
  bindings: readonly Binding[],
  day: Temporal.PlainDate,
  atMs: number,
): RaisingRun {
  const itemIds = [...new Set(bindings.map((binding) => binding.standard.item.id))];
  return {
    id: history.newId(),
    taskId: history.newId(),
    communityId: community.id,
    month: day.toString(),
    title: `生成账单 ${day.toPlainYearMonth().toString()}`,
    atMs,
    itemIds,
    billCount: 0,
    sumFen: 0n,
  };
}

/** Most bindings share their periods; each distinct one is worked out once. */
function rememberPeriods() {
  const remembered = new Map<string, Found | null>();
  return (binding: Binding, month: string): Found | null => {
    const { everyMonths } = binding.standard.plan;
    const key = `${month} ${everyMonths} ${binding.standard.item.dueDays} ${binding.startsOn.toString()}`;
    let found = remembered.get(key);
    if (found === undefined) {
      const rule = { start: binding.startsOn, end: null, everyMonths, alignment: 'natural' } as const;
      found = describe(periodStartingIn(rule, month), binding.standard.item.dueDays);
      remembered.set(key, found);
    }
    return found;
  };
}

interface Found {
  period: { from: string; to: string };
  fullPeriod: { from: string; to: string };
  dueOn: string;
}

function describe(found: BindingPeriod | null, dueDays: number): Found | null {
  if (!found) return null;
  return {
    period: toIsoPeriod(found.period),
    fullPeriod: toIsoPeriod(found.fullPeriod),
    dueOn: found.period.from.add({ days: dueDays }).toString(),
  };
}

function raise(history: History, run: RaisingRun, binding: Binding, found: Found, bills: Bill[]): void {
  const { period, fullPeriod, dueOn } = found;
  const { ownPrice, quantity } = binding;
  const outcome = binding.standard.price({
    quantity,
    ownPrice,
    period,
    fullPeriod,
    alignedTo: binding.startsOn.toString(),
  });
  if (outcome.kind !== 'bill') throw new Error(`a bill of the demo cannot be priced: ${JSON.stringify(outcome)}`);
  bills.push({
    id: history.newId(),
    binding,
    run,
    periodFrom: period.from,
    periodTo: period.to,
    dueOn,
    receivableFen: outcome.amount,
    calculation: JSON.stringify(outcome.calculation),
    receivedFen: 0n,
    lateFeeReceivedFen: 0n,
    payments: [],
  });
  run.billCount += 1;
  run.sumFen += outcome.amount;
}
