/** What can stop the embedded database, one code per thing an operator does about it. */
export type EmbeddedDatabaseErrorCode =
  | 'home-in-use'
  | 'home-unusable'
  | 'home-copied'
  | 'no-binaries'
  | 'no-user-for-root'
  | 'disk-full'
  | 'other-major-version'
  | 'still-shutting-down'
  | 'initialise-failed'
  | 'start-failed'
  | 'stop-failed';

/** Raised by the supervisor. The message is Simplified Chinese, complete, and fit to print on the operator's terminal. */
export class EmbeddedDatabaseError extends Error {
  readonly code: EmbeddedDatabaseErrorCode;

  constructor(code: EmbeddedDatabaseErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedDatabaseError';
    this.code = code;
  }
}

/** The operating system's error code ('ENOENT', 'ENOSPC' …) of anything thrown, or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}

/** Turns "no space left" into our own error wherever it comes from, and leaves everything else as it is. */
export function explainDiskFull(error: unknown, folder: string): unknown {
  const code = systemErrorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(folder, error) : error;
}

export function diskFull(folder: string, cause?: unknown): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'disk-full',
    `磁盘空间不足：${folder} 所在的磁盘已满（或超出配额）。请清理出至少 1 GB 空间后重新启动，数据不会丢失。`,
    cause,
  );
}
