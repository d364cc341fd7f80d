import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installBinaries } from './binaries.ts';
import type { ClaimedHome } from './claim-home.ts';
import { EmbeddedDatabaseError } from './embedded-error.ts';
import { resetOwnerPassword } from './owner-password.ts';

/**
 * Rolls a restored data folder forward along the log in its `pg_wal` up to a moment (ISO 8601), and gives the owner a
 * new password. Happens in single-user mode, so that nobody can connect before it is over.
 */
export async function recoverCluster(claimed: ClaimedHome, moment: string, binariesFolder?: string): Promise<void> {
  const { location, account } = claimed;
  const binaries = installBinaries(binariesFolder ?? location.reachableFolder);
  const signal = join(location.dataDirectory, 'recovery.signal');
  writeFileSync(signal, '', { mode: 0o600 });
  if (account) chownSync(signal, account.uid, account.gid);
  // The log lies in pg_wal already. PostgreSQL insists on a command all the same, asks it first, and is told no.
  const settings = { restore_command: 'exit 1', hot_standby: 'off', recovery_target_action: 'promote' };
  try {
    await resetOwnerPassword(location, binaries, account, { ...settings, recovery_target_time: settingOf(moment) });
  } catch (error) {
    if (!isEndOfLog(error)) throw error;
    // Nothing was committed after the moment: the whole log is what was there then.
    await resetOwnerPassword(location, binaries, account, settings);
  }
  rmSync(signal, { force: true });
}

/** As PostgreSQL reads times in its settings: microseconds, and no letters. */
function settingOf(moment: string): string {
  const text = Temporal.Instant.from(moment).toString({ fractionalSecondDigits: 6 });
  return text.replace('T', ' ').replace('Z', '+00');
}

function isEndOfLog(error: unknown): boolean {
  return (
    error instanceof EmbeddedDatabaseError && error.message.includes('recovery ended before configured recovery target')
  );
}
