import { randomInt } from 'node:crypto';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import { createCompany, createStaff } from './create-company.ts';

/** What the first administrator signs in with; the password is known only now and must be changed at the first sign-in. */
export interface FirstSignIn {
  phone: string;
  password: string;
}

/**
 * Gives an installation without any company its first one, with an administrator who may do everything, and lets `fill`
 * add what the domains give a new company. Returns how they sign in, or null when there is a company already. All of
 * it is written in one transaction.
 */
export async function openFirstCompany(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
  phone: string,
  fill: (ctx: Context) => Promise<void>,
): Promise<FirstSignIn | null> {
  const password = makePassword();
  const { clock, newId, vault } = services;
  return inTransaction(services.pool, async (tx) => {
    await tx.rows(sql`select pg_advisory_xact_lock(hashtext('anlin-first-company'))`);
    if (await tx.first(sql`select id from company limit 1`)) return null;
    const companyId = await createCompany({ tx, newId, clock }, { name: '我的物业公司' });
    const ctx: Context = {
      tx,
      companyId,
      actor: { kind: 'system', id: null, name: '系统' },
      permissions: new Set(),
      communityIds: '*',
      clock,
      newId,
      vault,
      origin: { ip: '', requestId: '' },
    };
    await createStaff(ctx, {
      name: '管理员',
      phone,
      password,
      position: '管理员',
      groups: ['管理员'],
      communityIds: '*',
      mustChangePassword: true,
    });
    await fill(ctx);
    return { phone, password };
  });
}

// Neither 0 and O nor 1, I and l: it is read from a screen and typed.
const letters = 'abcdefghjkmnpqrstuvwxyz';
const digits = '23456789';

/** Twelve characters in three groups, with letters and digits: about 52 bits. */
function makePassword(): string {
  const pick = (from: string, count: number) =>
    Array.from({ length: count }, () => from[randomInt(from.length)]).join('');
  return `${pick(letters, 4)}-${pick(digits, 4)}-${pick(letters + digits, 4)}`;
}
