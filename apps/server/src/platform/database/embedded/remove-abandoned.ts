import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-error.ts';
import { lockHome } from './home-lock.ts';
import { findDatabase } from './locate.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { postgresProcessState } from './process-state.ts';

/**
 * Deletes a whole home with its database, ending a PostgreSQL that outlived its server. For homes made to be thrown
 * away (tests, a trial). A home whose server is alive is left alone.
 * @returns false when the home is in use
 */
export async function removeAbandonedHome(home: string): Promise<boolean> {
  const location = findDatabase(home);
  const folder = location?.folder ?? join(resolve(home), 'database');
  if (existsSync(folder)) {
    try {
      lockHome(folder).release();
    } catch (error) {
      if (error instanceof EmbeddedDatabaseError && error.code === 'home-in-use') return false;
      throw error;
    }
  }
  if (location) {
    await endPostmaster(location.dataDirectory);
    rmSync(location.reachableFolder, { recursive: true, force: true, maxRetries: 5 });
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  return true;
}

// Immediate shutdown: nothing of this folder is worth a checkpoint any more.
async function endPostmaster(dataDirectory: string): Promise<void> {
  const found = readPostmasterPid(dataDirectory);
  if (!found) return;
  for (let attempt = 0; attempt < 250 && postgresProcessState(found.pid) === 'running'; attempt++) {
    if (attempt % 50 === 0) process.kill(found.pid, 'SIGQUIT');
    await sleep(20);
  }
}
