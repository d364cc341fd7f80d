import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterFolder, removeClusterFolder } from '../../../test/cluster-folder.ts';
import { type EmbeddedDatabase, startEmbedded } from '../database/embedded/index.ts';
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

async function numbersIn(url: string): Promise<number[]> {
  const restored = new Client({ connectionString: url });
  await restored.connect();
  const { rows } = await restored.query<{ number: number }>('select number from receipt order by number');
  await restored.end();
  return rows.map((row) => row.number);
}

beforeAll(async () => {
  chmodSync(root, 0o755);
  mkdirSync(binariesFolder);
  mkdirSync(filesDirectory, { recursive: true });
  database = await startEmbedded({ home, binariesFolder, reachableRoot, settings: { fsync: 'off' } });
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table receipt (number int primary key)');
  await keep();
  await client.query('insert into receipt values (1)');
  await backUp('anlin-backup-20261122-030000.tar.zst');
  await client.query('insert into receipt values (2)');
  writeFileSync(join(filesDirectory, 'contract'), '备份之后上传的合同');
  await new Promise((resolve) => setTimeout(resolve, 20));
  moment = now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await client.query('insert into receipt values (3)');
  await keep();
});

afterAll(async () => {
  await client.end();
  await database.stop();
  await removeClusterFolder(root);
});

describe('going back to a moment after the last backup', () => {
  it('brings what was written before the moment, uploads too, and nothing that came later', async () => {
    const target = join(root, 'back');
    await restoreToMoment({ from: folder, home: target, moment, reachableRoot, binariesFolder });
    const restored = await startEmbedded({ home: target, binariesFolder, reachableRoot });
    expect(await numbersIn(restored.url)).toEqual([1, 2]);
    await restored.stop();
    expect(readFileSync(join(target, 'files', 'contract'), 'utf8')).toBe('备份之后上传的合同');
  });

  it('brings everything when nothing was written after the moment', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const late = now();
    await keep();
    const target = join(root, 'whole');
    await restoreToMoment({ from: folder, home: target, moment: late, reachableRoot, binariesFolder });
    const restored = await startEmbedded({ home: target, binariesFolder, reachableRoot });
    expect(await numbersIn(restored.url)).toEqual([1, 2, 3]);
    await restored.stop();
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
