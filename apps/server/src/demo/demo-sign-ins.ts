import { isPassword } from '../platform/auth/password.ts';
import type { Services } from '../platform/services.ts';
import { demoPassword, demoStaff, mainCompanyId, secondCompanyId } from './staff-list.ts';

/** Whether the installation holds the demo and nothing else. */
export async function isDemoInstallation({ pool }: Pick<Services, 'pool'>): Promise<boolean> {
  const { rows } = await pool.query<{ id: string }>('select id from company');
  return rows.length > 0 && rows.every(({ id }) => id === mainCompanyId || id === secondCompanyId);
}

/**
 * The people of the demo with what they sign in with, as lines to print; none where the demo is not loaded. A password
 * somebody changed is not printed.
 */
export async function demoSignIns({ pool }: Pick<Services, 'pool'>): Promise<string[]> {
  const phones = onePerPost().map((person) => person.phone);
  const { rows } = await pool.query<{ phone: string; password_hash: string }>(
    `select a.phone, a.password_hash from account a
     where a.phone = any ($1) and exists (select from company where id = any ($2::uuid[]))`,
    [phones, [mainCompanyId, secondCompanyId]],
  );
  // All share one hash until somebody changes theirs; each distinct one is tried once.
  const tried = new Map<string, boolean>();
  for (const { password_hash: hash } of rows) {
    if (!tried.has(hash)) tried.set(hash, await isPassword(hash, demoPassword));
  }
  const hashes = new Map(rows.map((row) => [row.phone, row.password_hash]));
  const people = onePerPost().filter((person) => hashes.has(person.phone));
  if (people.length === 0) return [];
  return table([
    ['岗位', '姓名', '手机号', '密码', '能看到'],
    ...people.map((person) => {
      const password = tried.get(hashes.get(person.phone)!) ? demoPassword : '（已修改）';
      return [person.group, person.name, person.phone, password, person.sees];
    }),
  ]);
}

function onePerPost() {
  const seen = new Set<string>();
  return demoStaff.filter(({ companyId, group }) => {
    const isFirst = !seen.has(companyId + group);
    seen.add(companyId + group);
    return isFirst;
  });
}

/** Columns under one another in a terminal, where a Chinese character is as wide as two letters. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function widthOf(text: string): number {
  return [...text].reduce((width, character) => width + (character.charCodeAt(0) > 0x2000 ? 2 : 1), 0);
}
