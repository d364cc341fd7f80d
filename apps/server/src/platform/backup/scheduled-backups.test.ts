import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listMessages, listToDos, saveBackupSettings, startBackup, verifyBackup, viewBackups } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterFolder, removeClusterFolder } from '../../../test/cluster-folder.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { type EmbeddedDatabase, startEmbedded } from '../database/embedded/index.ts';
import { sql } from '../database/sql.ts';
import { dispatchOutbox } from '../outbox/dispatch-outbox.ts';
import { lookAfterBackups } from './look-after-backups.ts';
import { runBackup } from './run-backup.ts';
import { spareArchives } from './spare-archives.ts';

const root = makeClusterFolder();
const binariesFolder = join(root, 'binaries');
const home = join(root, 'home');
const folder = join(home, 'backups');
const gibibyte = 1024 ** 3;
const settings = { isOn: true, atTime: '03:00', keepDaily: 7, keepWeekly: 4, folder: '', isContinuous: false };
let database: EmbeddedDatabase;
let server: TestApp;
let operator: TestCompany;
let admin: TestPerson;
let freeBytes = 100 * gibibyte;

/** As the worker does every minute and with every job. */
async function passMinute(): Promise<void> {
  await lookAfterBackups(server.services, operator.id);
  const rows = await operator.run((ctx) =>
    ctx.tx.rows<{ id: string }>(sql`select id from backup_run where company_id = ${operator.id} and state = 'queued'`),
  );
  for (const { id } of rows) await runBackup(server.services, operator.id, id);
}

const shanghai = (text: string) => server.clock.set(`${text}+08:00`);
const archives = async () => (await admin.call(viewBackups)).archives;

beforeAll(async () => {
  chmodSync(root, 0o755);
  mkdirSync(binariesFolder);
  database = await startEmbedded({
    home,
    binariesFolder,
    reachableRoot: join(root, 'reachable'),
    settings: { fsync: 'off' },
  });
  server = await startTestApp({ on: { ...database, home } });
  server.services.installation.measureDisk = async () => ({ freeBytes, totalBytes: 500 * gibibyte });
  operator = await server.company('安居物业');
  admin = await operator.person('管理员');
});
afterAll(async () => {
  await server.stop();
  await database.stop();
  await removeClusterFolder(root);
});

describe('backups of the running product', () => {
  it('are made at the hour that was set, once a night, verified and said what is in them', async () => {
    await admin.call(saveBackupSettings, { body: settings });
    await passMinute();
    expect(await archives()).toEqual([]);
    shanghai('2026-03-11T03:00');
    await passMinute();
    await passMinute();
    const [archive, ...others] = await archives();
    expect(others).toEqual([]);
    expect(archive).toMatchObject({ name: 'anlin-backup-20260311-030000.tar.zst', kind: 'scheduled', problem: '' });
    expect(archive!.contents!.databaseBytes).toBeGreaterThan(10_000_000);
    expect(archive!.verifiedAt).not.toBeNull();
    const { runs } = await admin.call(viewBackups);
    expect(runs).toMatchObject([{ kind: 'scheduled', state: 'done', requestedBy: '' }]);
    expect(runs[0]!.doneBytes).toBeGreaterThan(20_000_000);
  });

  it('are made at once when somebody asks, one at a time', async () => {
    shanghai('2026-03-11T10:00');
    await admin.call(startBackup);
    expect((await refusal(admin.call(startBackup))).code).toBe('backup.running');
    await passMinute();
    expect((await archives()).map(({ kind }) => kind).sort()).toEqual(['manual', 'scheduled']);
  });

  it('are told apart when damaged, to the people who look after them', async () => {
    const manual = (await archives()).find(({ kind }) => kind === 'manual')!;
    const path = join(folder, manual.name);
    await admin.call(verifyBackup, { body: { name: manual.name } });
    await passMinute();
    expect((await archives()).every(({ problem }) => problem === '')).toBe(true);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 0x10;
    writeFileSync(path, bytes);
    await admin.call(verifyBackup, { body: { name: manual.name } });
    await passMinute();
    expect((await archives()).find(({ name }) => name === manual.name)!.problem).toMatch(/已损坏或不完整/);
    await operator.run(dispatchOutbox);
    const { rows } = await admin.call(listMessages, { query: {} });
    expect(rows).toMatchObject([{ title: '备份校验失败', link: '/system/backup' }]);
    expect((await admin.call(listToDos)).rows).toMatchObject([{ key: 'backup', count: 1 }]);
    for (const name of ['../home/database/password', 'anlin-backup-20990101-000000.tar.zst'])
      expect((await refusal(admin.call(verifyBackup, { body: { name } }))).code).toBe('backup.notFound');
  });

  it('are not begun where they would not fit, and the people are told so and that the disk is nearly full', async () => {
    freeBytes = gibibyte;
    shanghai('2026-03-12T03:00');
    await passMinute();
    const view = await admin.call(viewBackups);
    expect(view.disk.isLow).toBe(true);
    expect(view.runs[0]).toMatchObject({ kind: 'scheduled', state: 'failed' });
    expect(view.runs[0]!.error).toMatch(/磁盘空间不够，没有开始备份：这次约需 .*只剩 1.0 GB/);
    await passMinute();
    await operator.run(dispatchOutbox);
    const titles = (await admin.call(listMessages, { query: {} })).rows.map(({ title }) => title);
    expect(titles.filter((title) => title !== '备份校验失败').sort()).toEqual(['服务器磁盘空间不足', '自动备份失败']);
    const health = await server.app.inject({ url: '/healthz' });
    expect(health.json()).toMatchObject({ ok: true, disk: 'low' });
    freeBytes = 100 * gibibyte;
    shanghai('2026-03-12T03:20');
    await passMinute();
    expect((await admin.call(viewBackups)).runs[0]).toMatchObject({ kind: 'scheduled', state: 'done' });
  });

  it('whose process was killed count as failed, and what waits gets its job again', async () => {
    const { id } = await admin.call(startBackup);
    await operator.run((ctx) =>
      ctx.tx.run(sql`update backup_run set state = 'running' where company_id = ${operator.id} and id = ${id}`),
    );
    await passMinute();
    expect((await admin.call(viewBackups)).runs.find((run) => run.id === id)).toMatchObject({
      state: 'failed',
      error: '服务在途中停止了，没有完成。',
    });
  });

  it('keep the log as well when that is wanted, so that the page offers any moment since the last backup', async () => {
    await admin.call(saveBackupSettings, { body: { ...settings, isContinuous: true } });
    await passMinute();
    expect((await admin.call(viewBackups)).recoverable).toBeNull();
    shanghai('2026-03-13T03:00');
    await passMinute();
    shanghai('2026-03-13T03:10');
    await passMinute();
    const { recoverable, continuousProblem } = await admin.call(viewBackups);
    expect(continuousProblem).toBe('');
    expect(recoverable).toEqual({ from: '2026-03-12T19:00:00Z', to: '2026-03-12T19:10:00Z' });
    await admin.call(saveBackupSettings, { body: settings });
    await passMinute();
    const { rows } = await server.services.ownerPool.query('select from pg_replication_slots');
    expect(rows).toEqual([]);
  });

  it('go to no folder of the data itself, nor to one that cannot be written', async () => {
    for (const one of [join(home, 'files'), join(home, 'database', 'data'), '/proc/anlin', 'relative/path']) {
      const problem = await refusal(admin.call(saveBackupSettings, { body: { ...settings, folder: one } }));
      expect(problem.code).toBe('backup.folderUnusable');
    }
    expect((await admin.call(viewBackups)).folder).toBe(folder);
    expect(existsSync(join(root, 'relative'))).toBe(false);
  });
});

describe('a backup holds every company, so', () => {
  it('the administrator of another company, and one who sees only a part, are refused everywhere and not offered the page', async () => {
    const other = await (await server.company('别家物业')).person('管理员');
    const narrow = await operator.person('管理员', [operator.communityId]);
    for (const person of [other, narrow]) {
      const attempts = [
        () => person.call(viewBackups),
        () => person.call(startBackup),
        () => person.call(saveBackupSettings, { body: settings }),
        () => person.call(verifyBackup, { body: { name: 'anlin-backup-20260311-030000.tar.zst' } }),
      ];
      for (const attempt of attempts) expect((await refusal(attempt())).code).toBe('backup.notOperator');
      const session = await server.app.inject({ url: '/api/session', headers: { cookie: person.cookie } });
      expect(session.json().permissions).not.toContain('backup.edit');
      expect((await person.call(listToDos)).rows).toEqual([]);
    }
    const cashier = await operator.person('收银员');
    expect((await refusal(cashier.call(viewBackups))).code).toBe('permission.denied');
  });
});

describe('of the backups made by the clock', () => {
  it('the newest of each of the last days and weeks stay, damaged ones go, and nothing goes while no sound one is there', () => {
    const at = (text: string, problem = '') => ({ createdAt: `${text}T19:00:00Z`, problem });
    const keep = { daily: 2, weekly: 2, timeZone: 'Asia/Shanghai' };
    // 19:00 UTC is the next day's night in Shanghai: Tuesday 10th, Monday 9th, Sunday 8th, Saturday 7th, Sunday 1st.
    const nights = ['2026-03-09', '2026-03-08', '2026-03-07', '2026-03-06', '2026-02-28'].map((day) => at(day));
    expect(spareArchives(nights, keep)).toEqual([at('2026-03-06'), at('2026-02-28')]);
    const damaged = at('2026-03-10', '已损坏');
    expect(spareArchives([damaged, ...nights.slice(0, 2)], keep)).toEqual([damaged]);
    expect(spareArchives([damaged], keep)).toEqual([]);
  });
});
