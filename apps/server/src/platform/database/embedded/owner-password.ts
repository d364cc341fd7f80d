import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { ownerRole } from './connect.ts';
import { EmbeddedDatabaseError, systemErrorCode } from './embedded-error.ts';
import type { DatabaseLocation } from './locate.ts';
import type { RunAs } from './run-as.ts';
import { runProgram } from './run-program.ts';
import type { PostgresSettings } from './settings.ts';

function passwordFile(folder: string): string {
  return join(folder, 'password');
}

/** The owner role's password kept under home, readable by its owner only; null when there is none. */
export function readOwnerPassword(folder: string): string | null {
  try {
    return readFileSync(passwordFile(folder), 'utf8').trim() || null;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

export function writeOwnerPassword(folder: string, password: string): void {
  const fresh = `${passwordFile(folder)}.new`;
  writeFileSync(fresh, `${password}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, passwordFile(folder));
}

export function makeOwnerPassword(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Gives the owner role a new password while the server is stopped: after a restore, or when the password file was
 * lost. Who may read the data folder needs no password, so this opens no door. Uses PostgreSQL's single-user mode.
 */
export async function resetOwnerPassword(
  location: DatabaseLocation,
  binaries: PostgresBinaries,
  runAs: RunAs,
  settings: PostgresSettings = {},
): Promise<string> {
  const password = makeOwnerPassword();
  const all = { password_encryption: 'scram-sha-256', ...settings };
  const settingArgs = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { status, output } = await runProgram(
    binaries.postgres,
    ['--single', '-D', location.dataDirectory, ...settingArgs, 'postgres'],
    { runAs, cwd: location.reachableFolder, input: `alter role ${ownerRole} password '${password}'\n` },
  );
  // Single-user mode reports a failed statement on its output and still ends with 0.
  if (status !== 0 || /\b(ERROR|FATAL|PANIC):/.test(output)) {
    throw new EmbeddedDatabaseError('start-failed', `无法重设内置数据库的口令：\n${output.trim().slice(-2000)}`);
  }
  writeOwnerPassword(location.folder, password);
  return password;
}
