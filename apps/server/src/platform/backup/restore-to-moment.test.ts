import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takePayment } from '@anlin/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterFolder, removeClusterFolder } from '../../../test/cluster-folder.ts';
import { startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../../domains/cashier/cashier.fixture.ts';
import { verifyBooks } from '../../domains/finance/index.ts';
import { asSystem } from '../boundary.ts';
import { type EmbeddedDatabase, startEmbedded } from '../database/embedded/index.ts';
import { migrate } from '../database/migrate.ts';
import { sql } from '../database/sql.ts';
import { listArchives } from './backup-folder.ts';
import { noteOf, writeNote } from './backup-note.ts';
import { createBackup, restoreToMoment } from './index.ts';
import { basesOf, chainFolder, forgetLog, keepLog, openChain, stopKeepingLog } from './keep-log.ts';

const root = makeClusterFolder();
const binariesFolder = join(root, 'binaries');
const reachableRoot = join(root, 'reachable');
const home = join(root, 'home');
const folder = join(root, 'backups');
const filesDirectory = join(home, 'files');
let database: EmbeddedDatabase;
let client: Client;
let moment: Temporal.Instant;

const now = () => Temporal.Now.instant();
const keep = () =>
  keepLog({
    pool: client as never,
    dataDirectory: database.dataDirectory,
    filesDirectory,
    folder,
    now: now(),
    isUrgent: true,
  });

async function backUp(name: string): Promise<void> {
  const chain = await openChain(client as never, folder);
  const target = join(folder, name);
  const { manifest } = await createBackup({
    url: database.url,
    dataDirectory: database.dataDirectory,
    filesDirectory,
    target,
    chain,
  });
  await writeNote(target, noteOf(manifest, 'scheduled', now().toString()));
}

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;

/** Takes a bill of 275.80 in cash, as the desk does. */
async function pay(month: string): Promise<void> {
  const id = await desk.bill({ amountFen: 27580n, month, itemId: desk.waterItemId });
  await cashier.call(takePayment, { body: paymentFor(desk, [{ id, toPay: '275.80' }]) });
}

/** What a restored database holds: receipts by the end of their numbers, bills still owed, and what is wrong with the books. */
async function booksIn(home: string): Promise<{ receipts: string[]; owed: number; wrong: string[] }> {
  const restored = await startEmbedded({ home, binariesFolder, reachableRoot });
  const { services, stop } = await startTestApp({
    on: { url: restored.url, dataDirectory: restored.dataDirectory, home },
  });
  const books = await asSystem(services, desk.company.id, async (ctx) => {
    const receipts = await ctx.tx.rows<{ number: string }>(
      sql`select right(number, 1) as number from receipt order by 1`,
    );
    const owed = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int as count from bill where outstanding_fen > 0`,
    );
    const { checks } = await verifyBooks(ctx);
    return {
      receipts: receipts.map((row) => row.number),
      owed: owed!.count,
      wrong: checks.filter((check) => check.wrong > 0).map((check) => check.key),
    };
  });
  await stop();
  await restored.stop();
  return books;
}

beforeAll(async () => {
  chmodSync(root, 0o755);
  mkdirSync(binariesFolder);
  mkdirSync(filesDirectory, { recursive: true });
  database = await startEmbedded({ home, binariesFolder, reachableRoot, settings: { fsync: 'off' } });
  client = new Client({ connectionString: database.url });
  await client.connect();
  await migrate(database.url);
  server = await startTestApp({ on: { url: database.url, dataDirectory: database.dataDirectory, home } });
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
  await keep();
  await pay('2026-01');
  await backUp('anlin-backup-20261122-030000.tar.zst');
  await pay('2026-02');
  writeFileSync(join(filesDirectory, 'contract'), '备份之后上传的合同');
  await new Promise((resolve) => setTimeout(resolve, 20));
  moment = now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await pay('2026-03');
  await keep();
});

afterAll(async () => {
  await server.stop();
  await client.end();
  await database.stop();
  await removeClusterFolder(root);
});

describe('going back to a moment after the last backup', () => {
  it('brings what was paid and uploaded before the moment and nothing that came later, and the books are sound', async () => {
    const target = join(root, 'back');
    await restoreToMoment({ from: folder, home: target, moment, reachableRoot, binariesFolder });
    // The bill of March was raised and paid after the moment: neither is there.
    expect(await booksIn(target)).toEqual({ receipts: ['1', '2'], owed: 0, wrong: [] });
    expect(readFileSync(join(target, 'files', 'contract'), 'utf8')).toBe('备份之后上传的合同');
  });

  it('brings everything when nothing was written after the moment', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const late = now();
    await keep();
    const target = join(root, 'whole');
    await restoreToMoment({ from: folder, home: target, moment: late, reachableRoot, binariesFolder });
    expect(await booksIn(target)).toEqual({ receipts: ['1', '2', '3'], owed: 0, wrong: [] });
  });

  it('is refused, and leaves nothing behind, where the log does not reach or a part of it is missing or damaged', async () => {
    const target = join(root, 'never');
    const attempt = (at: Temporal.Instant) =>
      restoreToMoment({ from: folder, home: target, moment: at, reachableRoot, binariesFolder });
    await expect(attempt(now().add({ hours: 1 }))).rejects.toThrow(/日志只保留到/);
    await expect(attempt(now().subtract({ hours: 1 }))).rejects.toThrow(/没有在这之前、可以前滚的备份/);
    const chain = (await openChain(client as never, folder))!;
    const segments = readdirSync(chainFolder(folder, chain))
      .filter((name) => name.endsWith('.zst'))
      .sort();
    const last = join(chainFolder(folder, chain), segments.at(-1)!);
    const kept = readFileSync(last);
    writeFileSync(last, kept.subarray(0, kept.length / 2));
    await expect(attempt(moment)).rejects.toMatchObject({ code: 'damaged' });
    rmSync(last);
    await expect(attempt(moment)).rejects.toThrow(/之后的日志缺少/);
    writeFileSync(last, kept);
    expect(existsSync(target)).toBe(false);
  });
});

describe('the kept log', () => {
  it('goes with the backups that need it, and ends when it is switched off', async () => {
    const chain = (await openChain(client as never, folder))!;
    const count = () => readdirSync(chainFolder(folder, chain)).filter((name) => name.endsWith('.zst')).length;
    const before = count();
    await backUp('anlin-backup-20261123-030000.tar.zst');
    const archives = await listArchives(folder);
    expect(basesOf(archives, chain, now().subtract({ hours: 1 }))).toHaveLength(2);
    await forgetLog(folder, archives, chain, Temporal.Instant.from(archives[0]!.createdAt));
    expect(count()).toBeLessThan(before);
    await stopKeepingLog(client as never);
    expect(await openChain(client as never, folder)).toBeUndefined();
    await forgetLog(folder, [], undefined, now());
    expect(existsSync(chainFolder(folder, chain))).toBe(false);
  });
});
