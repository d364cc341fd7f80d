export type BackupErrorCode =
  | 'target-exists'
  | 'target-not-empty'
  | 'damaged'
  | 'not-a-backup'
  | 'other-major-version'
  | 'unsupported-layout'
  | 'disk-full'
  | 'moment-out-of-reach'
  | 'nothing-to-back-up';

/** Raised by backup and restore. The message is Simplified Chinese, complete, and fit to print on the terminal. */
export class BackupError extends Error {
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BackupError';
    this.code = code;
  }
}

export function damaged(archive: string, why: string, cause?: unknown): BackupError {
  return new BackupError(
    'damaged',
    `备份文件已损坏或不完整：${archive}（${why}）。没有恢复任何内容，请换用另一份备份。`,
    cause,
  );
}
