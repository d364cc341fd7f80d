import { randomOf } from '../crashing-server.ts';
import type { Request } from './operation.ts';

/** What a client wants to do. The numbers choose among what there is when its turn comes. */
export interface Command {
  do: Request['kind'];
  /** Unique within a run. */
  name: string;
  numbers: [number, number, number, number];
  /** Sent twice at once, as by a double click. */
  isTwice: boolean;
}

/** How often each is wanted. Those of the office come from one client only. */
const deskWeights: [Request['kind'], number][] = [
  ['pay', 30],
  ['oneOff', 14],
  ['offset', 7],
  ['waive', 5],
  ['reduce', 4],
  ['decide', 5],
  ['invoice', 5],
  ['rejectInvoice', 3],
  ['takeBackWaiver', 4],
  ['edit', 4],
  ['voidBill', 4],
  ['restoreBill', 4],
  ['reverse', 5],
  ['void', 5],
  ['restore', 6],
  ['refundBills', 5],
  ['refundPrepaid', 2],
  ['refundDeposit', 2],
  ['movePrepaid', 2],
  ['keepDeposit', 2],
  ['forfeitDeposit', 1],
];
const officeWeights: [Request['kind'], number][] = [
  ['raise', 20],
  ['price', 5],
  ['advance', 6],
  ['makeBatch', 14],
  ['offsetAll', 5],
  ['handOver', 6],
  ['close', 9],
  ['reopen', 7],
];

/** The commands of one client in one stretch: of the seed alone, so that a seed tells the same again. */
export function commandsOf(seed: number, stretch: number, client: number, count: number): Command[] {
  const random = randomOf(seed * 1_000_003 + stretch * 1_009 + client * 31 + 7);
  const number = () => Math.floor(random() * 100_000);
  const weights = client === 0 ? [...deskWeights, ...officeWeights] : deskWeights;
  return Array.from({ length: count }, (_, place) => ({
    // Bills first, so that there is something to do with.
    do: stretch === 0 && place < 2 ? (client === 0 ? 'raise' : 'oneOff') : chosen(weights, random()),
    name: `${seed}-${stretch}-${client}-${place}`,
    numbers: [number(), number(), number(), number()],
    isTwice: random() < 0.08,
  }));
}

function chosen(weights: readonly [Request['kind'], number][], share: number): Request['kind'] {
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let left = share * all;
  for (const [kind, weight] of weights) {
    left -= weight;
    if (left < 0) return kind;
  }
  return weights.at(-1)![0];
}
