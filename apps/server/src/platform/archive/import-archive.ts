import { randomBytes } from 'node:crypto';
import { recordAudit } from '../audit/record-audit.ts';
import { makePassword } from '../auth/make-password.ts';
import { hashPassword } from '../auth/password.ts';
import { lockCompanies } from '../company/open-company.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { identifier, join, raw, type Sql, sql } from '../database/sql.ts';
import { enterCompany, inTransaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import { ArchiveError } from './archive-error.ts';
import type { ArchivedTable } from './archive-format.ts';
import { openCell } from './csv.ts';
import {
  type ArchiveColumn,
  type ArchiveTable,
  accountPhone,
  inOrderOfReference,
  listTables,
  type SealedColumn,
} from './list-tables.ts';
import { structureOfDatabase } from './make-archive.ts';
import { type OpenArchive, openArchive } from './open-archive.ts';
import { isSamePrint, printTable } from './read-table.ts';

export interface ImportedCompany {
  companyId: string;
  name: string;
  tables: number;
  rows: number;
  files: number;
  /** Files of which only the row came along. */
  filesLeftOut: number;
  /** Who may do everything, with the first password of those who had no account here; null keeps the one they have. */
  administrators: { name: string; phone: string; password: string | null }[];
}

export interface ImportOptions {
  archive: string;
  /** Name of the company that is made; the archive's own when empty. */
  companyName: string;
  sealedColumns: readonly SealedColumn[];
  say?: (message: string) => void;
}

type ImportServices = Pick<Services, 'pool' | 'clock' | 'newId' | 'vault' | 'files'>;

/**
 * Makes a company of an archive, in one transaction: ids are kept, the company's is new. When all is in, every table is
 * read again and must hash to what the manifest says, so that what triggers or rounding might add does not go unseen.
 * @throws ArchiveError; nothing has then been imported
 */
export async function importArchive(services: ImportServices, options: ImportOptions): Promise<ImportedCompany> {
  const say = options.say ?? (() => {});
  const archive = await openArchive(options.archive);
  const companyId = services.newId();
  const written: string[] = [];
  try {
    await refuseOtherStructure(archive);
    return await inTransaction(services.pool, async (tx) => {
      const ctx = systemOf(services, tx, companyId);
      // Triggers that mark what others have to follow leave the rows as they come.
      await tx.client.query(`select set_config('app.taking_in', 'on', true)`);
      const name = options.companyName || archive.manifest.companyName;
      await openEmptyCompany(ctx, name);
      const tables = await tablesOf(ctx, archive, options.sealedColumns);
      say(`正在读入 ${tables.length} 张表…`);
      for (const { table, archived } of tables) await stage(ctx, archive, table, archived);
      const administrators = await addAccounts(ctx);
      for (const group of inOrderOfReference(tables.map(({ table }) => table))) await insertStaged(ctx, group);
      await openPasswords(ctx, administrators);
      // What waits for the end of the transaction is done now, so that the comparison sees it.
      await tx.client.query('set constraints all immediate');
      say('正在写入文件…');
      await copyFiles(ctx, services, archive, written);
      await ctx.tx.rows(sql`select settle_imported_company()`);
      say('正在逐表核对…');
      for (const { table, archived } of tables) await compare(ctx, table, archived);
      const result = resultOf(companyId, name, archive, await listAdministrators(ctx, administrators));
      await recordAudit(ctx, {
        action: 'company.importArchive',
        targetKind: 'company',
        targetId: companyId,
        targetLabel: name,
        after: {
          from: archive.manifest.companyName,
          madeAt: archive.manifest.createdAt,
          rows: result.rows,
          files: result.files,
        },
      });
      return result;
    });
  } catch (error) {
    for (const id of written) await services.files.remove(companyId, id);
    throw explain(error);
  } finally {
    archive.close();
  }
}

function systemOf(services: ImportServices, tx: Context['tx'], companyId: string): Context {
  return {
    tx,
    companyId,
    actor: { kind: 'system', id: null, name: '系统' },
    client: 'pc',
    permissions: new Set(),
    communityIds: '*',
    wholeCommunityIds: '*',
    clock: services.clock,
    newId: services.newId,
    vault: services.vault,
    origin: { ip: '', requestId: '' },
  };
}

async function refuseOtherStructure({ manifest }: OpenArchive): Promise<void> {
  const ours = await structureOfDatabase();
  if (manifest.structure === ours) return;
  const nameOf = (structure: string) => structure.split(' ')[0];
  throw new ArchiveError(
    `存档的数据结构（${nameOf(manifest.structure)}）与本程序（${nameOf(ours)}）不同。请用制作存档的那个安邻版本导入，再升级。`,
  );
}

async function openEmptyCompany(ctx: Context, name: string): Promise<void> {
  await lockCompanies(ctx.tx);
  const same = await ctx.tx.first(sql`select id from company where name = ${name}`);
  if (same) throw new ArchiveError(`本套安邻中已有“${name}”，请用 --company 另取一个名称。`);
  await ctx.tx.run(sql`insert into company (id, name, created_at) values (${ctx.companyId}, ${name}, ${nowText(ctx)})`);
  await enterCompany(ctx.tx, ctx.companyId, '*');
}

interface Pair {
  table: ArchiveTable;
  archived: ArchivedTable;
}

async function tablesOf(ctx: Context, { manifest }: OpenArchive, sealed: readonly SealedColumn[]): Promise<Pair[]> {
  const tables = await listTables(ctx.tx, sealed, manifest.hasSealed);
  return tables.map((table) => {
    const archived = manifest.tables.find(({ name }) => name === table.name);
    const columns = table.columns.map(({ name }) => name).join();
    if (archived?.columns.join() !== columns) throw new ArchiveError(`存档的清单不对（表 ${table.name}）。`);
    return { table, archived };
  });
}

const stageOf = (table: Pick<ArchiveTable, 'name'>) => raw(`pg_temp."stage_${table.name}"`);

/** Puts the rows into a table of this transaction alone: only then can a row refer to one that comes later. */
async function stage(ctx: Context, archive: OpenArchive, table: ArchiveTable, archived: ArchivedTable): Promise<void> {
  const { client } = ctx.tx;
  const names = stagedColumns(table);
  const columns = names.map((name) => `"${name}" ${bytesColumns(table).has(name) ? 'bytea' : 'text'}`).join(', ');
  await client.query(`create temporary table "stage_${table.name}" (${columns}) on commit drop`);
  for await (const batch of archive.rows(archived)) {
    const rows = batch.map((row) => stagedRow(ctx, table, row));
    const arrays = names.map((name, place) => {
      const values = rows.map((row) => row[place] ?? null);
      return bytesColumns(table).has(name) ? sql`${values}::bytea[]` : sql`${values}::text[]`;
    });
    await ctx.tx.ad(sql`insert into ${stageOf(table)} select * from unnest(${join(arrays)})`);
  }
}

const bytesColumns = (table: ArchiveTable) =>
  new Set(table.columns.flatMap(({ sealed }) => (sealed ? [sealed.index] : [])));

/** The archive's columns, then the blind indexes of what is sealed. */
const stagedColumns = (table: ArchiveTable) => [...table.columns.map(({ name }) => name), ...bytesColumns(table)];

function stagedRow(ctx: Context, table: ArchiveTable, row: readonly (string | null)[]): (string | Buffer | null)[] {
  const rowId = row[table.columns.findIndex(({ name }) => name === 'id')] ?? '';
  const indexes: (Buffer | null)[] = [];
  const cells = table.columns.map((column, place) => {
    const cell = row[place] ?? null;
    const text = cell === null || column.isNumber ? cell : openCell(cell);
    if (!column.sealed) return text;
    const at = { companyId: ctx.companyId, rowId, field: column.sealed.field };
    indexes.push(text === null ? null : ctx.vault.blindIndex(text, at));
    return text === null ? null : ctx.vault.seal(text, at);
  });
  return [...cells, ...indexes];
}

/** One statement for a group: foreign keys are checked at its end, so that rows may refer to each other. */
async function insertStaged(ctx: Context, group: readonly ArchiveTable[]): Promise<void> {
  const steps = group.map((table, place) => sql`${raw(`step_${place}`)} as (${insertOf(ctx, table)})`);
  await ctx.tx.ad(sql`with ${join(steps)} select 1`);
}

function insertOf(ctx: Context, table: ArchiveTable): Sql {
  if (table.name === 'company') return updateCompany(ctx, table);
  const extra = [...bytesColumns(table)];
  const target = (column: ArchiveColumn) => identifier(column.name === accountPhone ? 'account_id' : column.name);
  const value = ({ name, type }: ArchiveColumn) =>
    name === accountPhone
      ? sql`(select a.id from account a where a.phone = s.account_phone)`
      : sql`s.${identifier(name)}::${raw(type)}`;
  const names = [...table.columns.map(target), ...extra.map(identifier)];
  const values = [...table.columns.map(value), ...extra.map((name) => sql`s.${identifier(name)}`)];
  return sql`insert into ${identifier(table.name)} (company_id, ${join(names)}) overriding system value
    select ${ctx.companyId}::uuid, ${join(values)} from ${stageOf(table)} s`;
}

function updateCompany(ctx: Context, table: ArchiveTable): Sql {
  const facts = table.columns.map(({ name, type }) => sql`${identifier(name)} = s.${identifier(name)}::${raw(type)}`);
  return sql`update company set ${join(facts)} from ${stageOf(table)} s where company.id = ${ctx.companyId}`;
}

interface NewAdministrator {
  accountId: string;
  password: string;
}

/**
 * People who have an account here keep it; the others get one. Its password nobody knows, until an administrator sets
 * one in 员工. Returns the accounts that were made, by phone.
 */
async function addAccounts(ctx: Context): Promise<Map<string, NewAdministrator>> {
  const lockedHash = await hashPassword(randomBytes(24).toString('base64url'));
  const made = await ctx.tx.ad<{
    id: string;
    phone: string;
  }>(sql`insert into account (id, phone, password_hash, must_change_password, created_at)
    select gen_random_uuid(), p.phone, ${lockedHash}, true, ${nowText(ctx)}
    from (select distinct s.account_phone as phone from pg_temp.stage_staff s) p
    on conflict (phone) do nothing returning id, phone`);
  return new Map(made.map(({ id, phone }) => [phone, { accountId: id, password: '' }]));
}

interface AdministratorRow {
  name: string;
  phone: string;
}

const administratorRows = (ctx: Context) =>
  ctx.tx.rows<AdministratorRow>(sql`select distinct s.name, a.phone from staff s join account a on a.id = s.account_id
    cross join lateral permissions_of(s.company_id, s.id, 'pc') p
    where s.company_id = ${ctx.companyId} and p.holds_all and s.disabled_at is null order by a.phone`);

/** Administrators without an account get a first password, to be changed when they sign in. */
async function openPasswords(ctx: Context, made: Map<string, NewAdministrator>): Promise<void> {
  for (const { phone } of await administratorRows(ctx)) {
    const account = made.get(phone);
    if (!account) continue;
    account.password = makePassword();
    const hash = await hashPassword(account.password);
    await ctx.tx.run(sql`update account set password_hash = ${hash} where id = ${account.accountId}`);
  }
}

async function listAdministrators(
  ctx: Context,
  made: ReadonlyMap<string, NewAdministrator>,
): Promise<ImportedCompany['administrators']> {
  const rows = await administratorRows(ctx);
  return rows.map(({ name, phone }) => ({ name, phone, password: made.get(phone)?.password ?? null }));
}

async function copyFiles(
  ctx: Context,
  services: ImportServices,
  archive: OpenArchive,
  written: string[],
): Promise<void> {
  const { files, filesLeftOut } = archive.manifest;
  const known = await ctx.tx.rows<{ id: string; sha256: Buffer }>(
    sql`select id, sha256 from file where company_id = ${ctx.companyId}`,
  );
  const accounted = new Set([...files, ...filesLeftOut].map(({ id }) => id));
  const hashOf = new Map(known.map(({ id, sha256 }) => [id, sha256.toString('hex')]));
  if (known.some(({ id }) => !accounted.has(id))) throw new ArchiveError('存档的清单不对（缺少文件）。');
  for (const file of files) {
    if (hashOf.get(file.id) !== file.sha256) throw new ArchiveError(`文件 ${file.path} 与登记的内容不同。`);
    written.push(file.id);
    await services.files.write(ctx.companyId, file.id, await archive.file(file));
  }
}

async function compare(ctx: Context, table: ArchiveTable, archived: ArchivedTable): Promise<void> {
  if (isSamePrint(await printTable(ctx, table), archived)) return;
  throw new ArchiveError(`表 ${table.name} 导入后的内容与存档不同。`);
}

function resultOf(
  companyId: string,
  name: string,
  { manifest }: OpenArchive,
  administrators: ImportedCompany['administrators'],
): ImportedCompany {
  return {
    companyId,
    name,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    files: manifest.files.length,
    filesLeftOut: manifest.filesLeftOut.length,
    administrators,
  };
}

/** What PostgreSQL refuses are contents no archive of ours has: changed, with a manifest changed to match. */
function explain(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^2[23]...$/.test(code)) return error;
  return new ArchiveError('存档的内容互相矛盾，可能被改动过。', error);
}
