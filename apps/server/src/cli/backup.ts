import { dirname, join } from 'node:path';
import { measureDisk } from '../platform/backup/disk-space.ts';
import { BackupError, createBackup } from '../platform/backup/index.ts';
import { bytesToCopy, refuseWithoutRoom } from '../platform/backup/room-for-backup.ts';
import { resolveFromCaller, resolveHome } from '../platform/caller-folder.ts';
import {
  EmbeddedDatabaseError,
  findDatabase,
  findRunningEmbedded,
  startEmbedded,
} from '../platform/database/embedded/index.ts';
import { readS3Settings, type S3Settings } from '../platform/files/s3-settings.ts';

/**
 * `npm run backup -- [file]`: one archive of the embedded database and the files, of a running or a stopped server.
 * Ends with 0, with 1 when it failed, with 2 when the database is not the embedded one.
 */
async function main(args: string[]): Promise<number> {
  const s3 = readS3Settings(process.env);
  if (process.env.DATABASE_URL) {
    console.error(
      '已设置 DATABASE_URL：数据在您自己的 PostgreSQL 服务器上，请用该服务器的工具备份，例如：\n' +
        '  pg_dump --format=custom --file=anlin.dump "$DATABASE_URL"\n' +
        (s3 ? filesElsewhere(s3) : `上传的文件在 ${join(resolveHome(), 'files')}，请一并复制。`),
    );
    return 2;
  }
  const home = resolveHome();
  if (findDatabase(home) === null) {
    throw new BackupError(
      'nothing-to-back-up',
      `${home} 中还没有数据（或当前用户无权读取），无法备份。若数据在别处，请设置 ANLIN_HOME。`,
    );
  }
  const target = resolveFromCaller(args[0] ?? defaultName());
  const running = await findRunningEmbedded(home);
  const started = running ? null : await startEmbedded({ home, log: console.log });
  try {
    const { url, dataDirectory } = running ?? started!;
    const filesDirectory = join(home, 'files');
    const folder = dirname(target);
    refuseWithoutRoom(folder, await measureDisk(folder), await bytesToCopy(dataDirectory, filesDirectory));
    const startedMs = performance.now();
    const result = await createBackup({
      url,
      dataDirectory,
      filesDirectory,
      target,
      log: console.log,
    });
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const mebibytes = (result.sizeBytes / 1024 / 1024).toFixed(1);
    console.log(
      `备份完成并已校验：${result.archive}（${mebibytes} MB，${result.fileCount} 个文件，用时 ${seconds} 秒）`,
    );
    if (s3) console.log(`注意：这份备份只有数据库。${filesElsewhere(s3)}`);
    return 0;
  } finally {
    await started?.stop();
  }
}

function filesElsewhere({ endpoint, bucket }: S3Settings): string {
  return `上传的文件在 ${endpoint} 的存储桶 ${bucket} 里，请用存储服务自己的版本控制、跨区域复制或镜像（如 mc mirror）备份。`;
}

/** Such as anlin-backup-20261121-093000.tar.zst, by this machine's clock. */
function defaultName(): string {
  const now = Temporal.Now.plainDateTimeISO().toString({ smallestUnit: 'second' });
  return `anlin-backup-${now.replaceAll(/[-:]/g, '').replace('T', '-')}.tar.zst`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BackupError || error instanceof EmbeddedDatabaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
