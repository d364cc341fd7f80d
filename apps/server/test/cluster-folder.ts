import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAbandonedHome } from '../src/platform/database/embedded/index.ts';

const prefix = 'anlin-test-clusters-';

/** A temporary folder for tests that start clusters of their own; its name says whose it is. */
export function makeClusterFolder(): string {
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Ends every PostgreSQL with its home in the folder or one level below, and deletes the folder. */
export async function removeClusterFolder(folder: string): Promise<void> {
  const below = listFolders(folder);
  for (const home of [...below, ...below.flatMap(listFolders)]) {
    if (existsSync(join(home, 'database'))) await removeAbandonedHome(home);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Clears away what test processes that were killed have left running and lying about. */
export async function removeClusterFoldersOfDeadRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^anlin-test-clusters-(\d+)-/.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    try {
      await removeClusterFolder(join(tmpdir(), name));
    } catch {
      // Another user's run; it is theirs to clear.
    }
  }
}

function listFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
