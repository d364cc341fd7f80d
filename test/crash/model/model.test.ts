import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBooks } from '../../../apps/server/src/domains/finance/index.ts';
import { asSystem } from '../../../apps/server/src/platform/boundary.ts';
import { removeAbandonedHome } from '../../../apps/server/src/platform/database/embedded/index.ts';
import { openServices, startServices } from '../../../apps/server/src/platform/start-services.ts';
import { startCrashingServer, waitFor } from '../crashing-server.ts';
import { type Standing, standOn } from './crashes.ts';
import { emptyTally, play } from './run.ts';
import { type Company, makeCompany, makeSite } from './site.ts';

/**
 * Four clients at once raise, charge, take, offset, waive, undo, give back, hand over and close against the real server, which
 * is killed in the middle of it; beside them stands a model of the books in plain bigints. Every answer must be one that
 * some order of the commands explains, and at the end of every stretch product and model agree to the fen, and `verify`
 * finds nothing. MODEL_SEED replays one seed, MODEL_ROUNDS plays so many seeds instead of the usual few, from
 * MODEL_FROM on or any; MODEL_STRETCHES and MODEL_COMMANDS (of each client and stretch) make them longer.
 */
const houseCount = 4;
const commandsPerClient = Number(process.env.MODEL_COMMANDS ?? 30);
const today = '2026-03-10';
const stretches = Number(process.env.MODEL_STRETCHES ?? 2);
const home = mkdtempSync(join(tmpdir(), 'anlin-test-model-'));
const children: ChildProcess[] = [];
const tally = emptyTally();
let company: Company;
let standing: Standing;
let cookie = '';
let deciderCookie = '';

/** From here on the product's clock runs on noon of `today`, so that no run meets midnight. */
const aheadMs = Temporal.Instant.from(`${today}T04:00:00Z`).epochMilliseconds - Date.now();
const start = () => startCrashingServer(home, children, { CRASH_CLOCK_AHEAD_MS: String(aheadMs) });

beforeAll(async () => {
  const services = await startServices({ databaseUrl: undefined, home, logLevel: 'silent' });
  company = await makeCompany(services);
  await services.stop();
  standing = standOn(await start(), start);
  cookie = await signInOnce(company);
  deciderCookie = await signInOnce(company.decider);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await waitFor('the home to be nobody’s', async () => ((await removeAbandonedHome(home)) ? true : undefined));
  const { byKind, ...sums } = tally;
  const kinds = [...byKind].sort().map(([name, { done, refused }]) => `${name} ${done + refused}`);
  process.stdout.write(`model: ${JSON.stringify(sums)}\n  ${kinds.join(', ')}\n`);
});

async function signInOnce({ phone, password }: { phone: string; password: string }): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${standing.server().port}${signIn.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone, password }),
  });
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

/** Work on the database beside the server, in this process. */
async function beside<T>(work: (services: Awaited<ReturnType<typeof openServices>>) => Promise<T>): Promise<T> {
  const { databaseUrl } = standing.server();
  const services = await openServices({ databaseUrl, home, logLevel: 'silent', maxConnections: 2 });
  try {
    return await work(services);
  } finally {
    await services.stop();
  }
}

const verify = () =>
  beside(async (services) => {
    const report = await asSystem(services, company.id, verifyBooks);
    expect(report.checks.filter((one) => one.wrong > 0)).toEqual([]);
  });

function seeds(): number[] {
  const { MODEL_SEED, MODEL_ROUNDS, MODEL_FROM } = process.env;
  if (MODEL_SEED !== undefined) return [Number(MODEL_SEED)];
  if (MODEL_ROUNDS === undefined) return [1, 2];
  const first = Number(MODEL_FROM ?? 1000 + (Date.now() % 1_000_000));
  return Array.from({ length: Number(MODEL_ROUNDS) }, (_, place) => first + place);
}

describe('four clients at the books, while the server and its database are killed', () => {
  it.each(seeds())(
    'get only answers a simple ledger explains, and leave the same books to the fen, seed %i',
    async (seed) => {
      const site = await beside((services) => makeSite(services, company, seed, houseCount));
      try {
        await play(
          { seed, today, company, site, standing, cookie, deciderCookie, commandsPerClient, tally, verify },
          stretches,
        );
      } catch (error) {
        const again = `MODEL_SEED=${seed} MODEL_STRETCHES=${stretches} MODEL_COMMANDS=${commandsPerClient} npx vitest run --project crash model`;
        throw new Error(`replay with: ${again}\n${error instanceof Error ? error.message : error}`, { cause: error });
      }
    },
  );
});
