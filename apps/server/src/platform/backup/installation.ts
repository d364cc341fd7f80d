import type { DiskSpace } from './disk-space.ts';

/** What concerns the whole installation rather than a company. */
export interface Installation {
  /** Absolute path of the data folder. */
  home: string;
  /** The embedded database; null with a PostgreSQL of one's own. `url` is a superuser's: never log it. */
  embedded: { url: string; dataDirectory: string } | null;
  measureDisk(folder: string): Promise<DiskSpace>;
}
