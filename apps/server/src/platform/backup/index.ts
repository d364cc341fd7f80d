// Front door of backup and restore (PLT-18).
export { BackupError, type BackupErrorCode } from './backup-error.ts';
export { type BackupResult, type CreateBackupOptions, createBackup } from './create-backup.ts';
export { type RestoreBackupOptions, type RestoreResult, restoreBackup } from './restore-backup.ts';
export { restoreToMoment } from './restore-to-moment.ts';
