import { readFileSync } from 'node:fs';
import { EmbeddedDatabaseError } from './embedded-error.ts';

/** The operating-system user PostgreSQL runs as; null means "as ourselves". */
export type RunAs = { name: string; uid: number; gid: number } | null;

// `postgres` is what every distribution's PostgreSQL package creates for this very purpose. The others are service
// accounts that own nothing important; `nobody` comes last because other daemons may share it.
const candidateNames = ['anlin', 'postgres', '_postgres', 'www-data', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so under root it runs as a service account: `anlin` if the operator made one,
 * else `postgres`, else the least privileged account found. Anyone else runs it as themselves, and so does Windows.
 */
export function chooseRunAs(): RunAs {
  if (process.getuid?.() !== 0) return null;
  const accounts = readAccounts();
  for (const name of candidateNames) {
    const account = accounts.find((one) => one.name === name && one.uid !== 0);
    if (account) return account;
  }
  throw new EmbeddedDatabaseError(
    'no-user-for-root',
    '以 root 身份启动时，内置数据库需要一个普通系统账号来运行，但本机没有找到可用的账号。' +
      '请先执行：useradd --system --no-create-home anlin，然后重新启动；或改用普通用户启动。',
  );
}

// initdb looks its user up in the passwd database and fails when there is none, so a bare number would not do.
function readAccounts(): { name: string; uid: number; gid: number }[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map((fields) => ({ name: fields[0] ?? '', uid: Number(fields[2]), gid: Number(fields[3]) }));
}

/** The part of spawn's options that makes a child run as that user. */
export function spawnIdentity(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs ? { uid: runAs.uid, gid: runAs.gid } : {};
}
