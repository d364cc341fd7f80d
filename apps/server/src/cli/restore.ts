import { parseArgs } from 'node:util';
import { BackupError, restoreBackup, restoreToMoment } from '../platform/backup/index.ts';
import { resolveFromCaller, resolveHome } from '../platform/caller-folder.ts';
import { EmbeddedDatabaseError } from '../platform/database/embedded/index.ts';

/**
 * `npm run restore -- file [--home dir]`: puts an archive into an empty data folder. With `--to "2026-11-22 10:15"` it is
 * rolled forward to that moment, and instead of a file a folder of backups may be named. Ends with 0, 1 or 2 like backup.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { home: { type: 'string' }, to: { type: 'string' } },
    allowPositionals: true,
  });
  const [archive] = positionals;
  if (archive === undefined) {
    console.error(
      '用法：npm run restore -- 备份文件 [--home 数据目录]\n' +
        '      npm run restore -- 备份文件夹 --to "2026-11-22 10:15" [--home 数据目录]   恢复到某一时刻',
    );
    return 1;
  }
  if (process.env.DATABASE_URL && values.home === undefined) {
    console.error(
      '已设置 DATABASE_URL：数据在您自己的 PostgreSQL 服务器上，请用 pg_restore 恢复。\n' +
        '若要恢复到内置数据库，请用 --home 指定一个空目录，并在启动时去掉 DATABASE_URL。',
    );
    return 2;
  }
  const home = values.home === undefined ? resolveHome() : resolveFromCaller(values.home);
  const moment = values.to === undefined ? null : readMoment(values.to);
  if (moment) console.log(`恢复到 ${localTime(moment.toString())}（本机时区 ${Temporal.Now.timeZoneId()}）`);
  const from = resolveFromCaller(archive);
  const result = moment
    ? await restoreToMoment({ from, home, moment, log: console.log })
    : await restoreBackup({ archive: from, home, log: console.log });
  console.log(`恢复完成：${result.fileCount} 个文件全部通过校验（备份于 ${localTime(result.createdAt)}）。`);
  console.log(`启动：ANLIN_HOME=${result.home} npm start`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof BackupError || error instanceof EmbeddedDatabaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** A time by the clock of this machine, or with its offset: 2026-11-22 10:15, 2026-11-22T10:15:00+08:00. */
function readMoment(text: string): Temporal.Instant {
  const iso = text.trim().replace(' ', 'T');
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/.test(iso)) return Temporal.Instant.from(iso);
    return Temporal.PlainDateTime.from(iso).toZonedDateTime(Temporal.Now.timeZoneId()).toInstant();
  } catch {
    throw new BackupError('moment-out-of-reach', `时间写得不对：${text}。应写成 2026-11-22 10:15 的样子。`);
  }
}

/** An instant as the clock on the wall shows it: 2026-03-01 08:30. */
function localTime(instant: string): string {
  const here = Temporal.Instant.from(instant).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  return here.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
}
