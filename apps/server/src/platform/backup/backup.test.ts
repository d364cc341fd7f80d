import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterFolder, removeClusterFolder } from '../../../test/cluster-folder.ts';
import { type EmbeddedDatabase, startEmbedded } from '../database/embedded/index.ts';
import { createBackup, restoreBackup } from './index.ts';
import { type Manifest, manifestPath } from './manifest.ts';
import { readTar } from './tar-read.ts';
import { tarEnd, writeTarEntry } from './tar-write.ts';

const root = makeClusterFolder();
const binariesFolder = join(root, 'binaries');
const reachableRoot = join(root, 'reachable');
const home = join(root, 'home');
const archive = join(root, 'backup.tar.zst');
const longName = `${'一份名字很长的业主资料'.repeat(7)}.pdf`;
let database: EmbeddedDatabase;
let acknowledgedBefore = 0;

function restoreTo(name: string, from = archive) {
  const target = join(root, name);
  return restoreBackup({ archive: from, home: target, reachableRoot });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A cashier who never pauses: each transaction writes a receipt and its allocation, until told to stop. */
async function keepWriting(url: string, isDone: () => boolean, onAcknowledged: (count: number) => void): Promise<void> {
  await withClient(url, async (client) => {
    for (let number = 1; !isDone(); number++) {
      await client.query('begin');
      await client.query("insert into receipt values ($1, repeat('款', 500))", [number]);
      await client.query('insert into allocation values ($1)', [number]);
      await client.query('commit');
      onAcknowledged(number);
    }
  });
}

beforeAll(async () => {
  chmodSync(root, 0o755);
  mkdirSync(binariesFolder);
  database = await startEmbedded({ home, binariesFolder, reachableRoot });
  await withClient(database.url, (client) =>
    client.query(`create table receipt (number int primary key, note text);
                  create table allocation (receipt int references receipt)`),
  );
  mkdirSync(join(home, 'files', 'company'), { recursive: true });
  writeFileSync(join(home, 'files', 'company', longName), '合同');
  writeFileSync(join(home, 'files', 'company', 'half.partial'), '还没写完');
  let isDone = false;
  let acknowledged = 0;
  const writer = keepWriting(
    database.url,
    () => isDone,
    (count) => {
      acknowledged = count;
    },
  );
  while (acknowledged < 200) await new Promise((resolve) => setTimeout(resolve, 5));
  acknowledgedBefore = acknowledged;
  try {
    await createBackup({
      url: database.url,
      dataDirectory: database.dataDirectory,
      filesDirectory: join(home, 'files'),
      target: archive,
    });
  } finally {
    isDone = true;
    await writer;
  }
});

afterAll(async () => {
  await database.stop();
  await removeClusterFolder(root);
});

describe('a backup made while the cashiers work', () => {
  it('restores on an empty folder with everything that was acknowledged before, and balances', async () => {
    await restoreTo('restored');
    const restored = await startEmbedded({ home: join(root, 'restored'), binariesFolder, reachableRoot });
    const { rows } = await withClient(restored.url, async (client) => {
      await client.query('create extension amcheck');
      await client.query("select bt_index_check('receipt_pkey', true)");
      return client.query(
        `select (select count(*)::int from receipt) as receipts, (select count(*)::int from allocation) as allocations,
                (select max(number) from receipt) as last`,
      );
    });
    await restored.stop();
    const { receipts, allocations, last } = rows[0];
    expect(receipts).toBeGreaterThanOrEqual(acknowledgedBefore);
    expect(allocations).toBe(receipts);
    expect(last).toBe(receipts);
    expect(restored.adopted).toBe(false);
  });

  it('carries the uploaded files, long Chinese names too, but nothing half-written', () => {
    const folder = join(root, 'restored', 'files', 'company');
    expect(readdirSync(folder)).toEqual([longName]);
    expect(readFileSync(join(folder, longName), 'utf8')).toBe('合同');
  });

  it('holds no password, and only its owner may read it', () => {
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(home, 'database', 'password'), 'utf8');
    expect(readFileSync(join(root, 'restored', 'database', 'password'), 'utf8')).not.toBe(before);
  });

  it('is never overwritten by the next one', async () => {
    const again = createBackup({
      url: database.url,
      dataDirectory: database.dataDirectory,
      filesDirectory: home,
      target: archive,
    });
    await expect(again).rejects.toMatchObject({ code: 'target-exists' });
  });
});

describe('a backup that cannot be trusted', () => {
  it.each([0.01, 0.1, 0.5, 0.9, 0.999])('is refused when a byte at %f of its length was flipped', async (part) => {
    const bytes = readFileSync(archive);
    const position = Math.floor(bytes.length * part);
    bytes[position] = bytes[position]! ^ 0x10;
    const flipped = join(root, 'flipped.tar.zst');
    writeFileSync(flipped, bytes);
    await expect(restoreTo('from-flipped', flipped)).rejects.toMatchObject({ code: 'damaged' });
    expect(existsSync(join(root, 'from-flipped'))).toBe(false);
  });

  it.each([0.3, 0.99, 0.9999])('is refused when it was cut at %f of its length', async (part) => {
    const bytes = readFileSync(archive);
    const cut = join(root, 'cut.tar.zst');
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * part)));
    await expect(restoreTo('from-cut', cut)).rejects.toThrow(/备份文件已损坏或不完整/);
    expect(existsSync(join(root, 'from-cut'))).toBe(false);
  });

  it.each(['data/../../evil', '/etc/evil', 'elsewhere/evil', 'data\\..\\evil', 'data/./evil'])(
    'is refused when it wants to write to %s',
    async (path) => {
      const parts: Buffer[] = [];
      for await (const part of writeTarEntry({ kind: 'bytes', path, bytes: Buffer.from('x') }, [])) parts.push(part);
      const evil = join(root, 'evil.tar.zst');
      writeFileSync(evil, zstdCompressSync(Buffer.concat([...parts, tarEnd()])));
      await expect(restoreTo('from-evil', evil)).rejects.toThrow(/不允许的条目/);
      expect(existsSync(join(root, 'evil'))).toBe(false);
    },
  );

  describe('because somebody repacked it', () => {
    const upload = `files/company/${longName}`;
    /** A few entries of the backup with their bytes, and last the manifest of these few. */
    const entries: { path: string; bytes: Buffer }[] = [];
    beforeAll(async () => {
      const unpacked = async function* () {
        yield zstdDecompressSync(readFileSync(archive));
      };
      for await (const entry of readTar(unpacked())) {
        const { path } = entry;
        if (![manifestPath, 'data/PG_VERSION', upload].includes(path)) continue;
        const parts: Buffer[] = [];
        for await (const part of entry.body) parts.push(part);
        entries.push({ path, bytes: Buffer.concat(parts) });
      }
      const few = inManifest(entries, (manifest) => {
        manifest.files = manifest.files.filter(({ path }) => entries.some((one) => one.path === path));
      });
      entries.splice(0, entries.length, ...few);
      expect(entries).toHaveLength(3);
    });

    async function repacked(name: string, change: (all: typeof entries) => typeof entries): Promise<string> {
      const bytes: Buffer[] = [];
      for (const one of change(entries))
        for await (const part of writeTarEntry({ kind: 'bytes', ...one }, [])) bytes.push(part);
      const path = join(root, `${name}.tar.gz`);
      writeFileSync(path, gzipSync(Buffer.concat([...bytes, tarEnd()]), { level: 1 }));
      return path;
    }

    const inManifest = (all: typeof entries, change: (manifest: Manifest) => void) =>
      all.map(({ path, bytes }) => {
        if (path !== 'manifest.json') return { path, bytes };
        const manifest: Manifest = JSON.parse(bytes.toString());
        change(manifest);
        return { path, bytes: Buffer.from(JSON.stringify(manifest)) };
      });

    it.each<[string, (all: typeof entries) => typeof entries, RegExp]>([
      ['a part is missing', (all) => all.filter(({ path }) => path !== 'data/PG_VERSION'), /缺少 data\/PG_VERSION/],
      [
        'an upload was exchanged',
        (all) => all.map((one) => (one.path === upload ? { ...one, bytes: Buffer.from('改过') } : one)),
        /与清单不符/,
      ],
      [
        'the manifest tells another hash',
        (all) =>
          inManifest(all, ({ files }) => {
            files[0]!.sha256 = '0'.repeat(64);
          }),
        /与清单不符/,
      ],
      [
        'the manifest forgot a file',
        (all) =>
          inManifest(all, ({ files }) => {
            files.pop();
          }),
        /与清单不符/,
      ],
      [
        'the manifest has no list',
        (all) => all.map((one) => (one.path === 'manifest.json' ? { ...one, bytes: Buffer.from('{}') } : one)),
        /文件清单无法解读/,
      ],
      ['the manifest is missing', (all) => all.slice(0, -1), /没有文件清单/],
    ])('is refused when %s', async (_, change, reason) => {
      await expect(restoreTo('from-repacked', await repacked('repacked', change))).rejects.toThrow(reason);
      expect(existsSync(join(root, 'from-repacked'))).toBe(false);
    });
  });

  it('is refused when the file is something else', async () => {
    const other = join(root, 'other.xlsx');
    writeFileSync(other, 'PK not a backup');
    await expect(restoreTo('from-other', other)).rejects.toMatchObject({ code: 'not-a-backup' });
    await expect(restoreTo('from-nothing', join(root, 'nothing'))).rejects.toThrow(/找不到备份文件/);
  });
});

describe('the place to restore to', () => {
  it('is refused when it holds anything', async () => {
    mkdirSync(join(root, 'used'));
    writeFileSync(join(root, 'used', 'note.txt'), '有用');
    await expect(restoreTo('used')).rejects.toMatchObject({ code: 'target-not-empty' });
    await expect(restoreBackup({ archive, home })).rejects.toMatchObject({ code: 'target-not-empty' });
    expect(readdirSync(join(root, 'used'))).toEqual(['note.txt']);
  });
});

describe('the commands', () => {
  const run = (script: string, args: string[], environment: Record<string, string>) =>
    spawnSync(process.execPath, [fileURLToPath(new URL(`../../cli/${script}.ts`, import.meta.url)), ...args], {
      encoding: 'utf8',
      cwd: root,
      env: { PATH: process.env.PATH, ...environment },
    });

  it('back up a running and a stopped server, and restore in one step', async () => {
    const fromRunning = run('backup', ['running.tar.gz'], { ANLIN_HOME: home });
    expect(fromRunning.stderr).toBe('');
    expect(fromRunning.stdout).toContain('备份完成并已校验');
    const restored = join(root, 'by-command');
    const back = run('restore', ['running.tar.gz', '--home', 'by-command'], {});
    expect(back.stderr).toBe('');
    expect(back.stdout).toContain('恢复完成');
    expect(fromRunning.stdout).not.toContain('存储桶');
    const bucket = {
      ANLIN_S3_ENDPOINT: 'https://s3.example',
      ANLIN_S3_BUCKET: 'anlin',
      ANLIN_S3_KEY: 'k',
      ANLIN_S3_SECRET: 's',
    };
    const fromStopped = run('backup', [], { ANLIN_HOME: restored, ...bucket });
    expect(fromStopped.stderr).toBe('');
    expect(fromStopped.stdout).toContain('这份备份只有数据库。上传的文件在 https://s3.example 的存储桶 anlin 里');
    expect(readdirSync(root).filter((name) => /^anlin-backup-\d{8}-\d{6}\.tar\.zst$/.test(name))).toHaveLength(1);
  });

  it('point to pg_dump when the database is not the embedded one', () => {
    const result = run('backup', [], { DATABASE_URL: 'postgres://db.example/anlin', ANLIN_HOME: home });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('pg_dump');
    expect(run('restore', ['x'], { DATABASE_URL: 'postgres://db.example/anlin' }).status).toBe(2);
  });

  it('say that there is nothing to back up', () => {
    const result = run('backup', [], { ANLIN_HOME: join(root, 'never-started') });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('还没有数据');
    expect(existsSync(join(root, 'never-started'))).toBe(false);
  });
});
