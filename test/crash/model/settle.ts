import { findLeftBehind } from './left-behind.ts';
import type { Operation } from './operation.ts';
import { bookedLines, offsetsBesides, untilSwept } from './reply.ts';
import { noteDown, type Sent } from './send.ts';
import type { World } from './world.ts';

/** How much happened, for whoever wants to know what a run was worth. */
export interface Tally {
  commands: number;
  done: number;
  refused: number;
  /** Answers a crash took: found done, found undone. */
  lostDone: number;
  lostUndone: number;
  crashes: number;
  byKind: Map<string, { done: number; refused: number }>;
}

type Found = Pick<Operation, 'request' | 'startedAt' | 'endedAt' | 'answer'>;

/**
 * All that was sent, and what tasks did one after the other, as operations with an answer; what was lost is looked for, and
 * left out where it came to nothing.
 */
export async function settle(
  world: World,
  tally: Tally,
  perClient: readonly Sent[][],
  firstId: number,
): Promise<Operation[]> {
  const operations: Operation[] = [];
  const add = (client: number, one: Found) => operations.push({ ...one, id: firstId + operations.length, client });
  for (const one of await sweptBills(world, perClient.flat())) add(0, one);
  for (const [client, list] of perClient.entries())
    for (const { answer: known, ...sent } of list) {
      tally.commands += 1;
      if (sent.request.kind === 'offsetAll') continue;
      const answer = known === 'lost' ? await findLeftBehind(world, sent.request) : known;
      if (known === 'lost') tally[answer ? 'lostDone' : 'lostUndone'] += 1;
      if (!answer) continue;
      tally[answer.isDone ? 'done' : 'refused'] += 1;
      const name = answer.isDone ? sent.request.kind : `${sent.request.kind} ${answer.code}`;
      const counts = tally.byKind.get(name) ?? { done: 0, refused: 0 };
      counts[answer.isDone ? 'done' : 'refused'] += 1;
      tally.byKind.set(name, counts);
      add(client, { ...sent, answer });
    }
  for (const one of await bookedByBanks(world)) add(0, one);
  return operations;
}

/** The receipts of what banks took, each an operation of its own. */
async function bookedByBanks(world: World): Promise<Found[]> {
  const { notebook, company } = world;
  const found: Found[] = [];
  for (const [batchId, times] of notebook.bookings)
    for (const { reference, told } of await bookedLines(world, batchId)) {
      const request = { kind: 'bookLine', batchId, reference, methodId: company.methodIds.withholding } as const;
      noteDown(world, request, told);
      found.push({ request, ...times, answer: { isDone: true, told } });
    }
  notebook.bookings.clear();
  return found;
}

/**
 * What the task that pays from everybody's prepaid did, house by house: receipts nobody at the desk knows of. Where its
 * answer came and a house has none, there was nothing to pay or to pay with.
 */
async function sweptBills(world: World, all: readonly Sent[]): Promise<Found[]> {
  const sweeps = all.filter((one) => one.request.kind === 'offsetAll');
  if (sweeps.length === 0) return [];
  await untilSwept(world);
  const unknown = await offsetsBesides(world);
  // A lost one of the desk looks the same and does the same.
  const alike = all.filter((one) => one.request.kind === 'offset' && one.answer === 'lost');
  const times = {
    startedAt: Math.min(...[...sweeps, ...alike].map((one) => one.startedAt)),
    endedAt: performance.now(),
  };
  const requestOf = (houseId: string) => ({ kind: 'offset', account: '', houseId }) as const;
  const paid = unknown.map(({ houseId, told }): Found => {
    noteDown(world, requestOf(houseId), told);
    return { request: requestOf(houseId), ...times, answer: { isDone: true, told } };
  });
  const known = new Set(unknown.map((one) => one.houseId));
  const nothing = sweeps
    .filter((one) => one.answer !== 'lost')
    .flatMap(({ startedAt, endedAt }) =>
      world.site.houses
        .filter((house) => !known.has(house.id))
        .map(({ id }): Found => {
          const told = { paid: [], count: 0, fen: 0n };
          return { request: requestOf(id), startedAt, endedAt, answer: { isDone: true, told } };
        }),
    );
  return [...paid, ...nothing];
}
