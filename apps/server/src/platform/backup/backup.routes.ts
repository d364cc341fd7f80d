import * as contract from '@anlin/contract';
import { type BackupSettings, platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import type { Services } from '../services.ts';
import { backupFolderOf, checkBackupFolder, findArchive, listArchives, nameArchive } from './backup-folder.ts';
import { latestRuns, requestRun } from './backup-runs.ts';
import { backupTimeZone, readBackupSettings, writeBackupSettings } from './backup-settings.ts';
import { isDiskLow } from './disk-space.ts';
import { basesOf, openChain, readChainNote } from './keep-log.ts';
import { requireOperator } from './operator.ts';

const settingsOf = ({ isOn, atTime, keepDaily, keepWeekly, folder, isContinuous }: BackupSettings): BackupSettings => ({
  isOn,
  atTime,
  keepDaily,
  keepWeekly,
  folder,
  isContinuous,
});

async function view(ctx: Context, { installation, ownerPool }: Services): Promise<contract.BackupsView> {
  const { home, embedded, measureDisk } = installation;
  const settings = await readBackupSettings(ctx);
  const folder = backupFolderOf(home, settings.folder);
  const archives = embedded ? await listArchives(folder) : [];
  const space = await measureDisk(folder);
  const chain = embedded && settings.isContinuous ? await openChain(ownerPool, folder) : undefined;
  const until = chain && (await readChainNote(folder, chain))?.until;
  const oldest = ctx.clock.now().subtract({ hours: 24 * settings.keepDaily });
  const [base] = chain ? basesOf(archives, chain, oldest) : [];
  return {
    isEmbedded: embedded !== null,
    settings: settingsOf(settings),
    folder,
    disk: { ...space, isLow: isDiskLow(space) },
    archives: archives.map(({ path: _path, note: _note, ...archive }) => archive),
    runs: await latestRuns(ctx),
    recoverable: base && until ? { from: base.createdAt, to: until } : null,
    continuousProblem: settings.continuousProblem,
  };
}

/** The folder of the backups. Errors: backup.notOperator, backup.notEmbedded. */
async function requireFolder(ctx: Context, { installation }: Services): Promise<string> {
  await requireOperator(ctx);
  if (!installation.embedded) throw platformFail('backup.notEmbedded');
  return backupFolderOf(installation.home, (await readBackupSettings(ctx)).folder);
}

/** The page 系统 → 备份. No route sends an archive: it holds what belongs to every company (ADR 0017). */
export const backupRoutes: Route[] = [
  route(contract.viewBackups, async (ctx, _input, { services }) => {
    await requireOperator(ctx);
    return view(ctx, services);
  }),
  route(contract.saveBackupSettings, async (ctx, { body }, { services }) => {
    await requireFolder(ctx, services);
    await checkBackupFolder(services.installation.home, body.folder);
    // A backup to begin from is made every night, or there is nothing to roll forward.
    const settings = { ...body, isContinuous: body.isOn && body.isContinuous };
    await writeBackupSettings(ctx, settings);
    return settings;
  }),
  route(contract.startBackup, async (ctx, _input, { services }) => {
    await requireFolder(ctx, services);
    return { id: await requestRun(ctx, 'manual', nameArchive(ctx.clock.now(), backupTimeZone)) };
  }),
  route(contract.verifyBackup, async (ctx, { body }, { services }) => {
    await findArchive(await requireFolder(ctx, services), body.name);
    return { id: await requestRun(ctx, 'verification', body.name) };
  }),
];
