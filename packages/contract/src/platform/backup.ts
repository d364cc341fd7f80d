import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, instant } from '../wire.ts';

const tag = '备份';
const count = (least: number, most: number, label: string) =>
  z.number().int().min(least, `${label}至少 ${least}`).max(most, `${label}最多 ${most}`);

export const backupSettings = z.object({
  isOn: z.boolean(),
  /** Time of day in Shanghai, `03:00`. */
  atTime: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间应写成 03:00 的样子'),
  keepDaily: count(1, 60, '每日备份保留份数'),
  keepWeekly: count(0, 52, '每周备份保留份数'),
  /** Absolute path on the server; empty for the folder of the installation. */
  folder: z.string().trim().max(300, '文件夹路径太长'),
  /** Also keeps the database's log, so that any moment can be gone back to. */
  isContinuous: z.boolean(),
});
export type BackupSettings = z.infer<typeof backupSettings>;

const backupArchive = z.object({
  /** Name of the file in the folder. */
  name: z.string(),
  kind: z.enum(['scheduled', 'manual', 'unknown']),
  createdAt: instant,
  sizeBytes: z.number(),
  /** Null where no note says: an archive that was put there by hand and not verified since. */
  contents: z
    .object({
      databaseBytes: z.number(),
      uploadCount: z.number(),
      uploadBytes: z.number(),
      postgresVersion: z.string(),
    })
    .nullable(),
  /** When every byte was last compared with the hashes. */
  verifiedAt: instant.nullable(),
  /** What is wrong with it; empty when nothing is known to be. */
  problem: z.string(),
});
export type BackupArchive = z.infer<typeof backupArchive>;

const backupRun = z.object({
  id,
  kind: z.enum(['scheduled', 'manual', 'verification']),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  archive: z.string(),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  error: z.string(),
  requestedBy: z.string(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});
export type BackupRun = z.infer<typeof backupRun>;

/** Everything of the page 系统 → 备份. Archives are never sent through the browser: they hold every company's data. */
export const viewBackups = defineEndpoint({
  id: 'backup.view',
  method: 'GET',
  path: '/api/backups',
  access: 'backup.edit',
  summary: '备份的设置、已有的备份和最近的进行情况',
  tag,
  reply: z.object({
    /** False: the database is a server of one's own, which is backed up by its own tools. */
    isEmbedded: z.boolean(),
    settings: backupSettings,
    /** Where archives are written, absolute, on the server. */
    folder: z.string(),
    disk: z.object({ freeBytes: z.number(), totalBytes: z.number(), isLow: z.boolean() }),
    /** Newest first. */
    archives: z.array(backupArchive),
    /** Newest first, the last ten. */
    runs: z.array(backupRun),
    /** The span any moment of which can be gone back to; null without one. */
    recoverable: z.object({ from: instant, to: instant }).nullable(),
    /** What is amiss with keeping the log; empty while all is well. */
    continuousProblem: z.string(),
  }),
});
export type BackupsView = z.infer<typeof viewBackups.reply>;

export const saveBackupSettings = defineEndpoint({
  id: 'backup.saveSettings',
  method: 'PUT',
  path: '/api/backups/settings',
  access: 'backup.edit',
  summary: '设置自动备份',
  tag,
  body: backupSettings,
  reply: backupSettings,
});

export const startBackup = defineEndpoint({
  id: 'backup.start',
  method: 'POST',
  path: '/api/backups',
  access: 'backup.edit',
  summary: '立即备份',
  tag,
  reply: z.object({ id }),
});

export const verifyBackup = defineEndpoint({
  id: 'backup.verify',
  method: 'POST',
  path: '/api/backups/verifications',
  access: 'backup.edit',
  summary: '校验一份备份：逐字节与清单核对',
  tag,
  body: z.object({ name: z.string().min(1).max(100) }),
  reply: z.object({ id }),
});
