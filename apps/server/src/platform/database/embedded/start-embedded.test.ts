import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterFolder, removeClusterFolder } from '../../../../test/cluster-folder.ts';
import { findBinariesPackage, installBinaries } from './binaries.ts';
import { type EmbeddedDatabase, findRunningEmbedded, startEmbedded } from './index.ts';
import { classifyFailure } from './launch.ts';
import { postgresProcessState } from './process-state.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const root = makeClusterFolder();
const binariesFolder = join(root, 'binaries');
const reachableRoot = join(root, 'reachable');
const children: ChildProcess[] = [];
const fixture = fileURLToPath(new URL('./server-process.fixture.ts', import.meta.url));

type ServerProcess = { child: ChildProcess; url: string; adopted: boolean; failure?: string };

/** Starts another server process on a home and waits for its first line. */
async function startServerProcess(home: string, uid?: number): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fixture, home, uid === undefined ? binariesFolder : '', reachableRoot], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid, cwd: tmpdir() }),
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout! })) return { child, ...JSON.parse(line) };
  throw new Error('The server process ended without a word');
}

function newHome(name: string): string {
  const home = join(root, name);
  return home;
}

function start(home: string): Promise<EmbeddedDatabase> {
  return startEmbedded({ home, binariesFolder, reachableRoot });
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}

async function queryOnceBack(url: string, sql: string): Promise<Record<string, unknown>[]> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    try {
      return await query(url, sql);
    } catch {
      await sleep(100);
    }
  }
  return query(url, sql);
}

function killNow(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function postmasterOf(home: string): number {
  return Number(readFileSync(join(home, 'database', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

beforeAll(() => {
  chmodSync(root, 0o755);
  mkdirSync(binariesFolder);
  chmodSync(binariesFolder, 0o755);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await sleep(100);
  await removeClusterFolder(root);
});

describe('the first start in an empty folder', () => {
  let database: EmbeddedDatabase;
  const home = newHome('first');

  beforeAll(async () => {
    database = await start(home);
  });
  afterAll(() => database.stop());

  it('gives a PostgreSQL 18 that stores Chinese as UTF-8', async () => {
    const [row] = await query(
      database.url,
      `select current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
              current_setting('fsync') as fsync, length('物业管理') as characters`,
    );
    expect(database.version).toMatch(/^18\./);
    expect(database.adopted).toBe(false);
    expect(row).toEqual({ encoding: 'UTF8', zone: 'UTC', fsync: 'on', characters: 4 });
  });

  it('sorts names by pinyin and house numbers as numbers', async () => {
    const names = await query(
      database.url,
      `select n from unnest(array['赵','阳','安','李']) n order by n collate "zh-x-icu"`,
    );
    await query(database.url, `create collation natural_zh (provider = icu, locale = 'zh-u-kn-true')`);
    const houses = await query(
      database.url,
      `select n from unnest(array['10幢','9幢','1幢','2幢']) n order by n collate natural_zh`,
    );
    expect(names.map((row) => row.n)).toEqual(['安', '李', '阳', '赵']);
    expect(houses.map((row) => row.n)).toEqual(['1幢', '2幢', '9幢', '10幢']);
  });

  it('finds Chinese text through trigrams', async () => {
    await query(database.url, 'create extension if not exists pg_trgm');
    const [row] = await query(database.url, `select cardinality(show_trgm('阳光花园')) as trigrams`);
    expect(Number(row?.trigrams)).toBeGreaterThan(2);
  });

  it('listens on this machine only and keeps the password to the owner', async () => {
    const [row] = await query(
      database.url,
      `select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets`,
    );
    expect(row).toEqual({ addresses: '127.0.0.1', sockets: '' });
    expect(statSync(join(home, 'database', 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(database.dataDirectory).mode & 0o077).toBe(0);
    await expect(query(database.url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toThrow(/password/);
  });

  it.runIf(isRoot)('runs as a service account when we are root', () => {
    expect(statSync(database.dataDirectory).uid).not.toBe(0);
    expect(statSync(`/proc/${postmasterOf(home)}`).uid).toBe(statSync(database.dataDirectory).uid);
  });

  it('refuses a second server on the same folder, in Chinese', async () => {
    const second = await startServerProcess(home);
    expect(second.failure).toContain('正被另一个安邻服务使用');
    expect(second.failure).toContain(String(process.pid));
    await expect(start(home)).rejects.toMatchObject({ code: 'home-in-use' });
    expect(await query(database.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  it('can be found by a command that works beside the server', async () => {
    expect(await findRunningEmbedded(home)).toEqual({ url: database.url, dataDirectory: database.dataDirectory });
    expect(await findRunningEmbedded(join(root, 'nothing-here'))).toBeNull();
  });
});

describe('starting as an ordinary user', () => {
  it('needs no rights beyond the folder', async () => {
    const folder = join(root, 'ordinary');
    mkdirSync(folder);
    const home = join(folder, 'home');
    if (isRoot) chownSync(folder, nobody, nobody);
    else console.log('不是 root：以当前用户运行，root 情形未测');
    const server = await startServerProcess(home, isRoot ? nobody : undefined);
    expect(server.failure).toBeUndefined();
    expect(await query(server.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    expect(statSync(join(home, 'database', 'data')).uid).toBe(isRoot ? nobody : process.getuid?.());
    await killNow(server.child);
  });
});

describe.runIf(isRoot)('a home below a folder that only root may enter', () => {
  it('keeps the data where PostgreSQL can reach it, and leaves the folder closed', async () => {
    const closed = join(root, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const home = join(closed, 'home');
    const first = await start(home);
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start(home);
    const rows = await query(second.url, 'select answer from kept');
    await second.stop();
    expect(rows).toEqual([{ answer: 42 }]);
    expect(second.dataDirectory.startsWith(reachableRoot)).toBe(true);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });
});

describe('after a crash', () => {
  const home = newHome('crash');
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess(home);
    await query(server.url, 'create table receipt (number int primary key)');
  });

  it('takes over the PostgreSQL of a killed server with every row', async () => {
    await query(server.url, 'insert into receipt select generate_series(1, 100)');
    await killNow(server.child);
    server = await startServerProcess(home);
    expect(server.adopted).toBe(true);
    expect(await query(server.url, 'select count(*)::int as n from receipt')).toEqual([{ n: 100 }]);
  });

  it('brings a killed PostgreSQL back on the same address while the server lives', async () => {
    await query(server.url, 'insert into receipt select generate_series(101, 200)');
    process.kill(postmasterOf(home), 'SIGKILL');
    expect(await queryOnceBack(server.url, 'select count(*)::int as n from receipt')).toEqual([{ n: 200 }]);
  });

  it('starts when both were killed while a query was running', async () => {
    const busy = new Client({ connectionString: server.url });
    busy.on('error', () => {});
    await busy.connect();
    const cut = busy.query('select pg_sleep(5)').catch(() => 'cut');
    await killNow(server.child);
    process.kill(postmasterOf(home), 'SIGKILL');
    server = await startServerProcess(home);
    expect(server.failure).toBeUndefined();
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'select count(*)::int as n from receipt')).toEqual([{ n: 200 }]);
    expect(await cut).toBe('cut');
  });

  it('does not take a stranger’s process for PostgreSQL when the process id was given away', async () => {
    const exited = new Promise((resolve) => server.child.once('exit', resolve));
    server.child.kill('SIGTERM');
    await exited;
    const data = join(home, 'database', 'data');
    const { uid, gid } = statSync(data);
    const stranger = spawn('sleep', ['60'], { cwd: '/', ...(isRoot ? { uid, gid } : {}) });
    children.push(stranger);
    writeFileSync(join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1700000000\n1\n\n127.0.0.1\n\nready\n`);
    if (isRoot) chownSync(join(data, 'postmaster.pid'), uid, gid);
    const database = await start(home);
    await database.stop();
    expect(database.adopted).toBe(false);
    expect(stranger.exitCode).toBeNull();
  });

  it('gives the owner a new password when the password file is lost', async () => {
    rmSync(join(home, 'database', 'password'));
    const database = await start(home);
    const rows = await query(database.url, 'select count(*)::int as n from receipt');
    await database.stop();
    expect(rows).toEqual([{ n: 200 }]);
  });

  it('says what to do when the password file is another database’s, and leaves nothing running', async () => {
    const file = join(home, 'database', 'password');
    const kept = readFileSync(file);
    writeFileSync(file, 'of-another-database\n');
    await expect(start(home)).rejects.toThrow(/口令文件.*与数据库不符.*删除这个文件后重新启动/);
    expect(await findRunningEmbedded(home)).toBeNull();
    expect(existsSync(join(home, 'database', 'data', 'postmaster.pid'))).toBe(false);
    writeFileSync(file, kept);
  });

  it('moves to another port when a stranger took the remembered one', async () => {
    const port = Number(readFileSync(join(home, 'database', 'port'), 'utf8'));
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
    const database = await start(home);
    const rows = await query(database.url, 'select 1 as alive');
    await database.stop();
    stranger.close();
    expect(rows).toEqual([{ alive: 1 }]);
    expect(new URL(database.url).port).not.toBe(String(port));
  });

  it('leaves no process and a free folder after an orderly stop', async () => {
    const database = await start(home);
    const pid = postmasterOf(home);
    await Promise.all([database.stop(), database.stop()]);
    expect(postgresProcessState(pid)).not.toBe('running');
    expect(existsSync(join(database.dataDirectory, 'postmaster.pid'))).toBe(false);
  });

  it('refuses data of another major version without touching it', async () => {
    const file = join(home, 'database', 'data', 'PG_VERSION');
    writeFileSync(file, '15\n');
    await expect(start(home)).rejects.toMatchObject({
      code: 'other-major-version',
      message: expect.stringContaining('PostgreSQL 15'),
    });
    writeFileSync(file, '18\n');
    await (await start(home)).stop();
  });
});

describe('a first start that died in the middle', () => {
  it('starts anew and clears the half-made folder away', async () => {
    const home = newHome('half-made');
    const folder = join(home, 'database');
    const child = spawn(process.execPath, [fixture, home, binariesFolder, reachableRoot], { stdio: 'ignore' });
    children.push(child);
    const isHalfMade = () => existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('data.new-'));
    for (let attempt = 0; attempt < 1000 && !isHalfMade(); attempt++) await sleep(5);
    await killNow(child);
    expect(existsSync(join(folder, 'data'))).toBe(false);
    const database = await start(home);
    const rows = await query(database.url, 'select 1 as alive');
    await database.stop();
    expect(rows).toEqual([{ alive: 1 }]);
    expect(isHalfMade()).toBe(false);
  });

  it('never deletes a data folder that it did not make', async () => {
    const home = newHome('foreign');
    const precious = join(home, 'database', 'data', 'precious.txt');
    mkdirSync(join(home, 'database', 'data'), { recursive: true });
    writeFileSync(precious, '别删我');
    await expect(start(home)).rejects.toMatchObject({ code: expect.stringMatching(/initialise-failed|home-unusable/) });
    expect(readFileSync(precious, 'utf8')).toBe('别删我');
  });
});

describe('the programs of PostgreSQL', () => {
  it('get their library links from us, and are copied again when a copy is damaged', () => {
    const source = findBinariesPackage();
    const links: { target: string }[] = JSON.parse(readFileSync(join(source.root, 'native/pg-symlinks.json'), 'utf8'));
    const parent = join(root, 'damaged');
    mkdirSync(parent);
    const { folder, postgres } = installBinaries(parent);
    const paths = links.map((link) => join(folder, link.target.replace(/^native\//, '')));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.every((path) => existsSync(path))).toBe(true);
    rmSync(paths[0]!);
    installBinaries(parent);
    expect(existsSync(paths[0]!)).toBe(true);
    truncateSync(postgres, 10);
    installBinaries(parent);
    expect(statSync(postgres).size).toBeGreaterThan(1_000_000);
  });

  it('are reported in Chinese as missing on a machine nobody built them for', () => {
    expect(() => findBinariesPackage('sunos', 'sparc')).toThrow(/没有适用于本机（sunos-sparc）.*DATABASE_URL/);
  });

  it('say why they did not start', () => {
    expect(classifyFailure('PANIC:  could not write to file "x": No space left on device')).toBe('disk-full');
    expect(classifyFailure('FATAL:  lock file "postmaster.pid" already exists')).toBe('still-there');
    expect(classifyFailure('FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use')).toBe('orphans');
    expect(classifyFailure('LOG:  could not bind IPv4 address "127.0.0.1"')).toBe('port-taken');
    expect(classifyFailure('FATAL:  could not access file "nothing"')).toBe('fatal');
  });
});
