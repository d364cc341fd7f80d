/** An archive that cannot be taken in. The message is Simplified Chinese, complete, and fit to print on the terminal. */
export class ArchiveError extends Error {
  constructor(why: string, cause?: unknown) {
    super(`${why}没有导入任何内容。`, cause === undefined ? undefined : { cause });
    this.name = 'ArchiveError';
  }
}
