import type { BackupSettings } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';

/** Times of day of the installation. */
export const backupTimeZone = 'Asia/Shanghai';

const unset: BackupSettings = {
  isOn: false,
  atTime: '03:00',
  keepDaily: 7,
  keepWeekly: 4,
  folder: '',
  isContinuous: false,
};

export interface KeptSettings extends BackupSettings {
  /** A backup is due from this instant on; null while nothing was ever set. */
  dueFrom: string | null;
  continuousProblem: string;
  diskLowSince: string | null;
  diskToldAt: string | null;
}

interface SettingRow {
  is_on: boolean;
  at_time: string;
  keep_daily: number;
  keep_weekly: number;
  folder: string;
  is_continuous: boolean;
  continuous_problem: string;
  due_from: string;
  disk_low_since: string | null;
  disk_told_at: string | null;
}

export async function readBackupSettings(ctx: Context): Promise<KeptSettings> {
  const row = await ctx.tx.first<SettingRow>(sql`select is_on, at_time, keep_daily, keep_weekly, folder, is_continuous,
    continuous_problem, due_from, disk_low_since, disk_told_at from backup_setting where company_id = ${ctx.companyId}`);
  if (!row) return { ...unset, dueFrom: null, continuousProblem: '', diskLowSince: null, diskToldAt: null };
  return {
    isOn: row.is_on,
    atTime: row.at_time,
    keepDaily: row.keep_daily,
    keepWeekly: row.keep_weekly,
    folder: row.folder,
    isContinuous: row.is_continuous,
    dueFrom: row.due_from,
    continuousProblem: row.continuous_problem,
    diskLowSince: row.disk_low_since,
    diskToldAt: row.disk_told_at,
  };
}

/** Backups are due from now on: what would have been due earlier today is not made up for. */
export async function writeBackupSettings(ctx: Context, settings: BackupSettings): Promise<void> {
  const now = nowText(ctx);
  const before = await readBackupSettings(ctx);
  await ctx.tx.run(sql`insert into backup_setting (company_id, id, is_on, at_time, keep_daily, keep_weekly, folder, is_continuous, due_from, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${settings.isOn}, ${settings.atTime}, ${settings.keepDaily}, ${settings.keepWeekly},
      ${settings.folder}, ${settings.isContinuous}, ${now}, ${now})
    on conflict (company_id) do update set is_on = excluded.is_on, at_time = excluded.at_time, keep_daily = excluded.keep_daily,
      keep_weekly = excluded.keep_weekly, folder = excluded.folder, is_continuous = excluded.is_continuous,
      due_from = case when backup_setting.is_on and backup_setting.at_time = excluded.at_time then backup_setting.due_from else excluded.due_from end,
      continuous_problem = case when excluded.is_continuous then backup_setting.continuous_problem else '' end, updated_at = excluded.updated_at`);
  const facts = ({ isOn, atTime, keepDaily, keepWeekly, folder, isContinuous }: BackupSettings) => ({
    isOn,
    atTime,
    keepDaily,
    keepWeekly,
    folder,
    isContinuous,
  });
  await recordAudit(ctx, {
    action: 'backup.saveSettings',
    targetKind: 'backup',
    targetId: null,
    before: facts(before),
    after: facts(settings),
  });
}

/** What a new installation starts with: a backup every night. */
export async function startWithBackups(ctx: Context): Promise<void> {
  await writeBackupSettings(ctx, { ...unset, isOn: true });
}

/** The last moment at or before `now` that the clock showed `atTime`. */
export function lastDue(now: Temporal.Instant, atTime: string): Temporal.Instant {
  const here = now.toZonedDateTimeISO(backupTimeZone);
  const today = here.withPlainTime(Temporal.PlainTime.from(atTime));
  const due = Temporal.ZonedDateTime.compare(today, here) <= 0 ? today : today.subtract({ days: 1 });
  return due.toInstant();
}
