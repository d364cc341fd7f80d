import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../crashing-server.ts';
import { type Books, createBooks } from './books.ts';
import { type Command, commandsOf } from './commands.ts';
import { differenceOf, readProduct } from './compare.ts';
import { type Standing, victims } from './crashes.ts';
import { explain } from './explain.ts';
import { scenesOf } from './judge.ts';
import { prepare } from './prepare.ts';
import { type Sent, send } from './send.ts';
import { settle, type Tally } from './settle.ts';
import { type Company, firstPriceFen, type Site } from './site.ts';
import type { World } from './world.ts';

const clientCount = 4;

export const emptyTally = (): Tally => ({
  commands: 0,
  done: 0,
  refused: 0,
  lostDone: 0,
  lostUndone: 0,
  crashes: 0,
  byKind: new Map(),
});

export interface Run {
  seed: number;
  today: string;
  company: Company;
  site: Site;
  standing: Standing;
  cookie: string;
  deciderCookie: string;
  commandsPerClient: number;
  tally: Tally;
  /** Throws unless the books of the company are proved. */
  verify(): Promise<void>;
}

/** Plays a seed's commands in stretches, each with a crash in it, and after each looks whether model and product agree. */
export async function play(run: Run, stretches: number): Promise<void> {
  const { site, standing, company } = run;
  const books = createBooks();
  books.prices.put({ startsOn: '', fen: firstPriceFen, opId: null });
  for (const house of site.houses) books.houses.put(house);
  const world: World = {
    company,
    site,
    today: run.today,
    ...standing,
    cookie: () => run.cookie,
    deciderCookie: () => run.deciderCookie,
    notebook: {
      billIds: [],
      voidedBillIds: [],
      receipts: [],
      invoiceIds: [],
      waiting: new Map(),
      batches: new Map(),
      bookings: new Map(),
      voidedReceiptIds: [],
      waivers: [],
      depositIds: new Map(),
      accountIds: new Map(),
      closingIds: [],
      taskIds: [],
      owners: new Map(site.houses.map((one) => [one.id, { occupancyId: one.occupancyId, since: '2020-01-01' }])),
    },
  };
  for (let stretch = 0; stretch < stretches; stretch++) {
    try {
      await playStretch(run, world, books, stretch);
      await run.verify();
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error(`seed ${run.seed}, stretch ${stretch}: ${message}`, { cause: error });
    }
  }
}

async function playStretch(run: Run, world: World, books: Books, stretch: number): Promise<void> {
  const random = randomOf(run.seed * 7919 + stretch);
  const victim = victims[Math.floor(random() * victims.length)]!;
  const [waitMs, pauseMs] = [60 + random() * 900, 50 + random() * 400];
  const isOver = new AbortController();
  const crashing = sleep(waitMs, undefined, { signal: isOver.signal }).then(
    () => run.standing.crash(victim, pauseMs),
    () => {},
  );
  const before = world.crashes();
  const playing = Array.from({ length: clientCount }, (_, client) =>
    playClient(world, commandsOf(run.seed, stretch, client, run.commandsPerClient)),
  );
  // Also when one of them fails, nothing goes on behind the back of what comes next.
  await Promise.allSettled(playing);
  isOver.abort();
  await crashing;
  const perClient = await Promise.all(playing);
  run.tally.crashes += world.crashes() - before;
  const operations = await settle(world, run.tally, perClient, stretch * 10_000);
  const { notebook } = world;
  const billsOf = {
    receipt: (id: string) => notebook.receipts.find((one) => one.id === id)?.bills.map((bill) => bill.id) ?? [],
    batch: (id: string) => notebook.batches.get(id)?.lines.flatMap((line) => line.bills.map((bill) => bill.id)) ?? [],
    approval: (id: string) => [notebook.waiting.get(id)?.billId ?? ''],
  };
  const { itemIds, lateFees } = run.company;
  const scenes = scenesOf(operations, { today: run.today, itemIds, lateFees }, billsOf);
  const product = await readProduct(world);
  explain(books, operations, scenes, () => differenceOf(books, product));
}

async function playClient(world: World, commands: readonly Command[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const command of commands) {
    const request = await prepare(world, command);
    if (!request) continue;
    const times = command.isTwice && 'key' in request ? 2 : 1;
    sent.push(...(await Promise.all(Array.from({ length: times }, () => send(world, request)))));
  }
  return sent;
}
