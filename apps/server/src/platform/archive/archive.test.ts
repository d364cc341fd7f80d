import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTask, startCompanyArchive, type TaskView } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { type MarkedCompany, makeMarkedCompany } from '../../../test/walk/marked-company.ts';
import { sealedColumns, taskHandlers } from '../../app.ts';
import { verifyBooks } from '../../domains/finance/index.ts';
import { findBrokenSeal, sealAudit } from '../audit/seal-audit.ts';
import { asSystem } from '../boundary.ts';
import { sql } from '../database/sql.ts';
import { runTask } from '../tasks/run-task.ts';
import { csvLine, guardCell, openCell, readCsv } from './csv.ts';
import { importArchive } from './index.ts';
import { inOrderOfReference, listTables } from './list-tables.ts';
import { openArchive } from './open-archive.ts';

const idCard = '11010519491231002X';
let server: TestApp;
let marked: MarkedCompany;
let archive: string;

beforeAll(async () => {
  server = await startTestApp();
  marked = await makeMarkedCompany(server, {
    community: '密甲',
    company: '=公甲',
    phone: '1387700',
    idCard,
    sum: '98765.43',
  });
  await makeDepartments();
  archive = await archivePath(marked.admin, true);
});
afterAll(() => server.stop());

/** The head before the one below it, whichever was entered first: a row may refer to one that comes later. */
async function makeDepartments(): Promise<void> {
  await marked.company.run(async (ctx) => {
    const [below, above] = [ctx.newId(), ctx.newId()];
    const add = (id: string, name: string) =>
      ctx.tx.run(sql`insert into department (company_id, id, name, manager_id, created_at, updated_at)
        values (${ctx.companyId}, ${id}, ${name}, ${marked.admin.staffId}, now(), now())`);
    await add(below, '秩序部');
    await add(above, '总经办');
    await ctx.tx.run(
      sql`update department set parent_id = ${above} where company_id = ${ctx.companyId} and id = ${below}`,
    );
  });
}

async function runArchive(
  person: TestPerson,
  includesIdCards: boolean,
  companyId = marked.company.id,
): Promise<TaskView> {
  const { taskId } = await person.call(startCompanyArchive, { body: { includesIdCards } });
  await runTask(server.services, taskHandlers, companyId, taskId);
  return person.call(getTask, { params: { id: taskId } });
}

async function archivePath(
  person: TestPerson,
  includesIdCards: boolean,
  companyId = marked.company.id,
): Promise<string> {
  const task = await runArchive(person, includesIdCards, companyId);
  if (task.state !== 'done') throw new Error(`the archive ended ${task.state}: ${task.error}`);
  return server.storedPath(companyId, task.id);
}

const takeIn = (path: string, companyName: string) =>
  importArchive(server.services, { archive: path, companyName, sealedColumns });

async function textOf(path: string, table: string): Promise<string> {
  const opened = await openArchive(path);
  const archived = opened.manifest.tables.find(({ name }) => name === table)!;
  let text = archived.columns.join();
  for await (const batch of opened.rows(archived)) text += batch.map((row) => row.join('|')).join('\n');
  opened.close();
  return text;
}

describe('an archive of the whole company', () => {
  it('holds every table of the company with rows in it, and nothing of another company', async () => {
    const { manifest, close } = await openArchive(archive);
    close();
    const { rows } = await server.services.ownerPool.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'anlin' and c.relkind = 'r' and c.relrowsecurity and c.relname !~ '_tally$' order by 1`,
    );
    expect(manifest.tables.map(({ name }) => name).sort()).toEqual(['company', ...rows.map(({ name }) => name)].sort());
    for (const table of ['bill', 'receipt', 'allocation', 'income_movement', 'audit_seal', 'resident', 'file']) {
      expect(manifest.tables.find(({ name }) => name === table)?.rows).toBeGreaterThan(0);
    }
    const other = await server.company('别家物业');
    const mine = await archivePath(marked.admin, false);
    expect(await textOf(mine, 'community')).not.toContain(other.communityId);
  });

  it('is taken in as a new company with the same rows in every table, the same files, and books that agree', async () => {
    const imported = await takeIn(archive, '迁入物业');
    const [from, to] = [await printsOf(marked.company.id), await printsOf(imported.companyId)];
    expect(Object.keys(from).length).toBeGreaterThan(30);
    expect(to).toEqual(from);
    expect(await wrongOf(imported.companyId)).toEqual(await wrongOf(marked.company.id));
    const { files } = await openManifest(archive);
    expect(files.length).toBeGreaterThan(0);
    for (const { id } of files) {
      const copied = await readFile(server.storedPath(imported.companyId, id));
      expect(copied.equals(await readFile(server.storedPath(marked.company.id, id)))).toBe(true);
    }
    expect(imported.administrators).toMatchObject([{ password: null }]);
  });

  it('carries id cards over into the vault of the new company, and its chain of audit entries holds', async () => {
    const { companyId } = await takeIn(archive, '再迁物业');
    await asSystem(server.services, companyId, async (ctx) => {
      const row = await ctx.tx.first<{ id: string; id_card_sealed: string; id_card_index: Buffer }>(
        sql`select id, id_card_sealed, id_card_index from resident where company_id = ${companyId} and has_id_card`,
      );
      const at = { companyId, rowId: row!.id, field: 'resident.idCard' };
      expect(ctx.vault.open(row!.id_card_sealed, at)).toBe(idCard);
      expect(ctx.vault.blindIndex(idCard, at).equals(row!.id_card_index)).toBe(true);
      while ((await sealAudit(ctx)) > 0);
      expect(await findBrokenSeal(ctx)).toBeNull();
      const { count } = (await ctx.tx.first<{ count: number }>(
        sql`select count(*)::int from audit_entry where company_id = ${companyId} and action = 'company.importArchive'`,
      ))!;
      expect(count).toBe(1);
    });
  });

  it('starts nothing a second time: tasks under way have stopped, and what waited to be told is not told again', async () => {
    const { companyId } = await takeIn(archive, '静止物业');
    const { rows } = await server.services.ownerPool.query(
      `select (select count(*)::int from task where company_id = $1 and state in ('queued', 'running')) as tasks,
              (select count(*)::int from outbox_event where company_id = $1 and dispatched_at is null) as events`,
      [companyId],
    );
    expect(rows).toEqual([{ tasks: 0, events: 0 }]);
  });

  it('leaves id cards out unless they are asked for, and holds no password at all', async () => {
    const without = await archivePath(marked.admin, false);
    expect(await textOf(archive, 'resident')).toContain(idCard);
    expect(await textOf(without, 'resident')).not.toContain(idCard);
    expect(await textOf(without, 'resident')).not.toContain('sealed');
    const staff = await textOf(archive, 'staff');
    expect(staff).toContain('account_phone');
    expect(staff).not.toContain('password');
    expect((await takeIn(without, '无证物业')).rows).toBeGreaterThan(0);
  });

  it('gives new accounts to people unknown here: administrators a first password, nobody else one', async () => {
    const path = await archivePath(marked.admin, false);
    const rename = async (from: string, to: string) =>
      server.services.ownerPool.query('update account set phone = $2 where phone = $1', [from, to]);
    const phone = await phoneOf(marked.admin);
    // As in another installation: nobody here has this phone.
    await rename(phone, 'away');
    const { administrators } = await takeIn(path, '新装物业');
    expect(administrators).toMatchObject([{ phone, password: expect.stringMatching(/.{8,}/) }]);
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { phone, password: administrators[0]!.password },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ mustChangePassword: true });
    await rename(phone, 'new');
    await rename('away', phone);
  });
});

async function openManifest(path: string) {
  const { manifest, close } = await openArchive(path);
  close();
  return manifest;
}

/** How many rows each check of the books finds wrong. */
async function wrongOf(companyId: string): Promise<Record<string, number>> {
  const { checks } = await asSystem(server.services, companyId, verifyBooks);
  return Object.fromEntries(checks.map(({ key, wrong }) => [key, wrong]));
}

async function phoneOf({ staffId }: TestPerson): Promise<string> {
  const { rows } = await server.services.ownerPool.query<{ phone: string }>(
    'select a.phone from staff s join account a on a.id = s.account_id where s.id = $1',
    [staffId],
  );
  return rows[0]!.phone;
}

/** A print of every table by PostgreSQL itself, without what belongs to the company's id or to the making of the archive. */
async function printsOf(companyId: string): Promise<Record<string, string>> {
  const { ownerPool } = server.services;
  const tables = await ownerPool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'anlin' and c.relkind = 'r' and c.relrowsecurity and c.relname <> all ($1) and c.relname !~ '_tally$'`,
    [['audit_entry', 'audit_seal', 'task', 'outbox_event', 'message', 'file']],
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const { rows } = await ownerPool.query<{ print: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(x::text, '' order by x::text), '')) as print
       from (select to_jsonb(t) - array['company_id', 'id_card_sealed', 'id_card_index', 'account_sealed', 'account_index', 'secret_sealed', 'revoked_at'] as x from ${name} t where company_id = $1) y`,
      [companyId],
    );
    prints[name] = rows[0]!.print;
  }
  return prints;
}

describe('who may have one', () => {
  it('is whoever holds the right and sees every community', async () => {
    const { company } = marked;
    const manager = await company.person('项目经理');
    expect(await refusal(manager.call(startCompanyArchive, { body: { includesIdCards: false } }))).toMatchObject({
      code: 'permission.denied',
    });
    const narrow = await company.person('管理员', [company.communityId]);
    expect(await refusal(narrow.call(startCompanyArchive, { body: { includesIdCards: false } }))).toMatchObject({
      code: 'archive.wholeCompany',
    });
  });
});

describe('an archive that cannot be trusted', () => {
  const refuses = async (path: string, message: RegExp) => {
    const count = async () => (await server.services.ownerPool.query('select id from company')).rowCount;
    const before = await count();
    const error = await takeIn(path, '坏档物业').then(
      () => undefined,
      (one: Error) => one,
    );
    expect(error?.message).toMatch(message);
    expect(error?.message).toMatch(/没有导入任何内容/);
    expect(await count()).toBe(before);
  };

  it('is refused when a byte of a table, of a file, of the manifest or of the explanation was flipped', async () => {
    const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
    for await (const entry of zip.eachEntry()) {
      const isTried = /^tables\/(bill|receipt|resident|audit_seal)\.csv$|^files\/|^[^/]+$/.test(entry.fileName);
      if (!isTried) continue;
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      const bytes = await readFile(archive);
      const at = fileDataStart + Math.floor(entry.compressedSize / 2);
      bytes[at] = bytes[at]! ^ 0x21;
      const path = join(tmpdir(), `anlin-flipped-${process.pid}.zip`);
      await writeFile(path, bytes);
      await refuses(path, /已损坏|被改动过/);
    }
    zip.close();
  });

  it('is refused when it lacks a table', async () => {
    const bytes = await readFile(archive);
    const name = Buffer.from('tables/allocation.csv');
    for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1))
      bytes.write('tables/allocatiom.csv', at);
    const path = join(tmpdir(), `anlin-lacking-${process.pid}.zip`);
    await writeFile(path, bytes);
    await refuses(path, /缺少 tables\/allocation\.csv/);
  });

  it.each([0.3, 0.99])('is refused when it was cut at %f of its length', async (part) => {
    const bytes = await readFile(archive);
    const path = join(tmpdir(), `anlin-cut-${process.pid}.zip`);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * part)));
    await refuses(path, /没有下载完整|已损坏/);
  });

  it('is refused when it is something else, is not there, or would be a second company of the name', async () => {
    const other = join(tmpdir(), `anlin-other-${process.pid}.zip`);
    await writeFile(other, 'not an archive');
    await refuses(other, /不是安邻的公司存档/);
    await refuses(join(tmpdir(), 'anlin-nothing.zip'), /找不到文件/);
    await expect(takeIn(archive, '=公甲物业')).rejects.toThrow(/已有“=公甲物业”/);
  });
});

describe('tables in the order of their foreign keys', () => {
  it('have what they refer to before them or beside them', async () => {
    await marked.company.run(async (ctx) => {
      const groups = inOrderOfReference(await listTables(ctx.tx, sealedColumns, true));
      const seen = new Set<string>(['account']);
      for (const group of groups) {
        for (const { name } of group) seen.add(name);
        for (const { references } of group) expect(references.filter((name) => !seen.has(name))).toEqual([]);
      }
    });
  });

  it('stand together when they refer to each other', () => {
    const tables = [
      { name: 'a', references: ['b'] },
      { name: 'b', references: ['c'] },
      { name: 'c', references: ['b', 'd', 'c'] },
      { name: 'd', references: [] },
    ];
    expect(inOrderOfReference(tables).map((group) => group.map(({ name }) => name))).toEqual([
      ['d'],
      ['b', 'c'],
      ['a'],
    ]);
  });
});

describe('cells', () => {
  const cell = fc.option(fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', "'", '-', '业', 'a', '\t') }));

  it('come back as they were, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell)), fc.integer({ min: 1, max: 9 }), async (rows, size) => {
        const text = rows.map((row) => csvLine(row)).join('');
        const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
          text.slice(n * size, n * size + size),
        );
        const read: (string | null)[][] = [];
        for await (const batch of readCsv(asyncOf(chunks))) read.push(...batch);
        expect(read).toEqual(rows);
      }),
    );
  });

  it('cannot run as a formula, and lose nothing by it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", 'A', '\t', '\r') }), (text) => {
        expect(openCell(guardCell(text))).toBe(text);
        expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

async function* asyncOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
