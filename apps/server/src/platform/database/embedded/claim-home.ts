import { type HomeLock, lockHome } from './home-lock.ts';
import { type DatabaseLocation, defaultReachableRoot, locateDatabase } from './locate.ts';
import { chooseRunAs, type RunAs } from './run-as.ts';

/** A home that nobody else can use until the lock is released. */
export type ClaimedHome = {
  location: DatabaseLocation;
  /** Who PostgreSQL will run as and must own the data folder; null when that is ourselves. */
  account: RunAs;
  lock: HomeLock;
};

/**
 * Finds out where a home's database lies or shall lie, makes the folders, and locks the home.
 * @throws EmbeddedDatabaseError `home-in-use`, `home-unusable`, `home-copied`, `no-user-for-root`
 */
export function claimHome(home: string, reachableRoot: string = defaultReachableRoot): ClaimedHome {
  const account = chooseRunAs();
  const location = locateDatabase(home, account, reachableRoot);
  return { location, account, lock: lockHome(location.folder) };
}
