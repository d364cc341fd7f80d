import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { platformFail } from '@anlin/contract';
import { ZipFile } from 'yazl';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { readMigrations } from '../database/migrate.ts';
import { identifier, sql } from '../database/sql.ts';
import { recordFile } from '../files/file-record.ts';
import type { FileOwnerKinds } from '../files/file-use.ts';
import { pictureTypes } from '../files/media-type.ts';
import { requirePermission } from '../rights/require-right.ts';
import { startTask } from '../tasks/start-task.ts';
import type { TaskHandler, TaskRun } from '../tasks/task.ts';
import { explanationPath, type Manifest, manifestPath, tablePath } from './archive-format.ts';
import { byteOrderMark, csvLine } from './csv.ts';
import { type ArchiveTable, listTables, type SealedColumn } from './list-tables.ts';
import { readTable } from './read-table.ts';

export interface ArchiveRequest {
  /** Puts sealed numbers (id cards) into it in the clear; needs `resident.reveal`. */
  includesIdCards: boolean;
}

declare module '../tasks/task.ts' {
  interface TaskInputs {
    archiveCompany: ArchiveRequest;
  }
}

/**
 * Starts the archive of all the company owns (PLT-10) and returns the task. Only for people who see the whole company.
 * Errors: permission.denied, archive.wholeCompany.
 */
export async function startArchive(ctx: Context, input: ArchiveRequest): Promise<string> {
  requireArchive(ctx, input);
  return startTask(ctx, 'archiveCompany', {
    title: '导出整个公司的数据',
    communityId: null,
    permission: 'company.archive',
    input,
  });
}

function requireArchive(ctx: Context, { includesIdCards }: ArchiveRequest): void {
  requirePermission(ctx, 'company.archive');
  if (includesIdCards) requirePermission(ctx, 'resident.reveal');
  if (ctx.wholeCommunityIds !== '*') throw platformFail('archive.wholeCompany');
}

/**
 * Writes one zip: a CSV per table, the files, and a manifest with the rows and the hash of each. One snapshot of the
 * database and a chunk at a time, so that sums agree with their documents and memory stays flat. Result
 * `{ fileId, fileName, rows, files }`; the file carries the task's id, and a second run replaces it. Files whose opening is
 * audited (copies of id cards), and what was exported of one person, come along with the id cards alone.
 */
export function archiveCompany(
  sealedColumns: readonly SealedColumn[],
  fileOwners: FileOwnerKinds,
): TaskHandler<ArchiveRequest> {
  const guarded = [...fileOwners].flatMap(([name, { openingAudit }]) => (openingAudit ? [name] : []));
  return async (run) => {
    const { manifest, stored } = await run.transaction(async (ctx) => {
      requireArchive(ctx, run.input);
      return writeArchive(ctx, run, sealedColumns, guarded);
    }, 'snapshot');
    return run.transaction(async (ctx) => {
      const day = ctx.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
      const fileName = `${manifest.companyName}-全部数据-${day}.zip`;
      await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${run.taskId}`);
      await recordFile(ctx, {
        id: run.taskId,
        name: fileName,
        mediaType: 'application/zip',
        permission: run.input.includesIdCards ? 'resident.reveal' : 'company.archive',
        ...stored,
      });
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      const after = { tables: manifest.tables.length, rows, files: manifest.files.length, ...run.input };
      const targetLabel = fileName;
      await recordAudit(ctx, { action: 'company.archive', targetKind: 'company', targetId: null, targetLabel, after });
      return { fileId: run.taskId, fileName, rows, files: manifest.files.length };
    });
  };
}

interface FileRow {
  id: string;
  name: string;
  size_bytes: bigint;
  media_type: string;
  sha256: Buffer;
  is_archive: boolean;
  is_guarded: boolean;
}

async function writeArchive(
  ctx: Context,
  run: TaskRun<ArchiveRequest>,
  sealedColumns: readonly SealedColumn[],
  guarded: readonly string[],
): Promise<{ manifest: Manifest; stored: { sizeBytes: number; sha256: Buffer } }> {
  const tables = await listTables(ctx.tx, sealedColumns, run.input.includesIdCards);
  const files = await ctx.tx.rows<FileRow>(sql`select f.id, f.name, f.size_bytes, f.media_type, f.sha256,
      exists (select from task t where t.company_id = f.company_id and t.id = f.id and t.kind = 'archiveCompany') as is_archive,
      not ${run.input.includesIdCards}::boolean and (exists (select from file_use u where u.company_id = f.company_id and u.file_id = f.id
          and u.resource = any (${[...guarded]}))
        or exists (select from task t where t.company_id = f.company_id and t.id = f.id and t.kind = 'exportResident')) as is_guarded
    from file f where f.company_id = ${ctx.companyId} order by f.id`);
  const company = await ctx.tx.first<{ name: string }>(sql`select name from company where id = ${ctx.companyId}`);
  const manifest: Manifest = {
    format: 'anlin-archive-1',
    companyName: company!.name,
    createdAt: nowText(ctx),
    structure: await structureOfDatabase(),
    hasSealed: run.input.includesIdCards,
    tables: [],
    files: [],
    filesLeftOut: [],
  };
  const report = await makeReport(ctx, run, tables, files);
  const zip = new ZipFile();
  const output = new PassThrough({ highWaterMark: 1024 * 1024 });
  zip.on('error', (error: Error) => output.destroy(error));
  zip.outputStream.pipe(output);
  const storing = run.files.write(run.companyId, run.taskId, output);
  // What fails while entries are still being added is met below.
  storing.catch(() => {});
  // An entry asks for its contents when its turn has come: one table, one file at a time.
  zip.addBuffer(Buffer.from(explanation(manifest)), explanationPath);
  for (const table of tables) {
    addLazily(zip, tablePath(table.name), true, () => Readable.from(tableBytes(ctx, table, manifest, report)));
  }
  for (const file of files) await addFile(zip, run, file, manifest, report);
  addLazily(zip, manifestPath, true, () => Readable.from([Buffer.from(JSON.stringify(manifest, null, 1))]));
  zip.end();
  return { manifest, stored: await storing };
}

function addLazily(zip: ZipFile, path: string, compress: boolean, open: () => Readable): void {
  zip.addReadStreamLazy(path, { compress }, (give) => {
    const stream = open();
    stream.on('error', (error) => zip.emit('error', error));
    give(null, stream);
  });
}

type Report = (done: number) => Promise<void>;

async function makeReport(
  ctx: Context,
  run: TaskRun<ArchiveRequest>,
  tables: readonly ArchiveTable[],
  files: readonly FileRow[],
): Promise<Report> {
  let total = files.length;
  for (const { name, companyColumn } of tables) {
    const [count] = await ctx.tx.ad<{ rows: number }>(sql`select count(*)::int as rows from ${identifier(name)}
      where ${identifier(companyColumn)} = ${ctx.companyId}`);
    total += count!.rows;
  }
  let done = 0;
  return async (more) => {
    done += more;
    await run.report(done, total);
  };
}

async function* tableBytes(
  ctx: Context,
  table: ArchiveTable,
  manifest: Manifest,
  report: Report,
): AsyncGenerator<Buffer> {
  const columns = table.columns.map(({ name }) => name);
  yield Buffer.from(byteOrderMark + csvLine(columns));
  const lines = readTable(ctx, table, (print) => manifest.tables.push({ name: table.name, columns, ...print }));
  for await (const { text, rows } of lines) {
    yield Buffer.from(text);
    await report(rows);
  }
}

async function addFile(
  zip: ZipFile,
  run: TaskRun<ArchiveRequest>,
  file: FileRow,
  manifest: Manifest,
  report: Report,
): Promise<void> {
  const { id } = file;
  // An archive within an archive would double with every one that is made.
  if (file.is_archive) {
    manifest.filesLeftOut.push({ id, reason: 'archive' });
    return;
  }
  if (file.is_guarded) {
    manifest.filesLeftOut.push({ id, reason: 'guarded' });
    return;
  }
  const isThere = await run.files.head(run.companyId, id, 1).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    manifest.filesLeftOut.push({ id, reason: 'missing' });
    return;
  }
  const path = `files/${id}${safeExtension(file.name)}`;
  addLazily(zip, path, !pictureTypes.has(file.media_type), () => {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        done(null, chunk);
      },
      flush(done) {
        manifest.files.push({ id, path, sizeBytes, sha256: hash.digest('hex') });
        report(1).then(() => done(), done);
      },
    });
    const source = run.files.read(run.companyId, id);
    source.on('error', (error) => measure.destroy(error));
    return source.pipe(measure);
  });
}

/** The ending people's programs go by; names themselves stand in file.csv. */
const safeExtension = (name: string) => /^\.[A-Za-z0-9]{1,8}$/.exec(extname(name))?.[0] ?? '';

/** Which migrations the database has been through: an archive is read again only by the same. */
export async function structureOfDatabase(): Promise<string> {
  const hash = createHash('sha256');
  const migrations = await readMigrations();
  for (const { name, checksum } of migrations) hash.update(`${name} ${checksum}\n`);
  return `${migrations.at(-1)?.name ?? ''} ${hash.digest('hex')}`;
}

function explanation({ companyName, createdAt, hasSealed }: Manifest): string {
  return [
    `${companyName} 的全部数据，导出于 ${createdAt}（UTC）。`,
    '',
    'tables/  每张数据表一个 CSV 文件（UTF-8，可用 Excel、WPS 打开）。空单元格表示没有值；',
    '         可能被当成公式的文字前面加了单引号。金额的列名以 _fen 结尾，单位是分。',
    'files/   上传的文件和导出的文件，以文件编号命名，原来的名字在 tables/file.csv。',
    'manifest.json  每张表的行数和 SHA-256、每个文件的 SHA-256，用来核对是否完整。',
    '',
    hasSealed
      ? '本存档含完整的证件号码和住户的证件、文件，请妥善保管。'
      : '证件号码和住户的证件、文件没有导出（导出时没有勾选）。短信、微信等渠道的密钥从不导出。',
    '登录密码没有导出。',
    '在另一套安邻中恢复：npm run import-archive -- 本文件 --company "公司名称"',
    '',
  ].join('\r\n');
}
