import { createHash, randomBytes } from 'node:crypto';
import { platformFail } from '@anlin/contract';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import { decoyHash, isPassword } from './password.ts';

export const sessionDays = 14;
const allowedFailures = 5;
const lockMinutes = 15;

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

interface AccountRow {
  id: string;
  password_hash: string;
  failed_count: number;
  locked_until: string | null;
  disabled_at: string | null;
}

/**
 * Checks phone and password and opens a new session in the person's first company. After five wrong passwords in a
 * row the account is locked for 15 minutes (PLT-2); an unknown phone answers the same way and as slowly.
 * @returns the token for the cookie; only its hash is kept.
 */
export async function signIn(
  services: Services,
  input: { phone: string; password: string; ip: string; userAgent: string },
): Promise<{ token: string; expiresAt: Temporal.Instant }> {
  const account = await findAccount(services, input.phone);
  const now = services.clock.now();
  if (account?.locked_until && Temporal.Instant.compare(Temporal.Instant.from(account.locked_until), now) > 0) {
    throw lockedFailure(Temporal.Instant.from(account.locked_until), now);
  }
  const matches = await isPassword(account?.password_hash ?? (await decoyHash()), input.password);
  if (!account || !matches) throw await countFailure(services, account);
  if (account.disabled_at) throw platformFail('signIn.disabled');
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now.add({ hours: 24 * sessionDays });
  await inTransaction(services.pool, async (tx) => {
    await tx.run(sql`update account set failed_count = 0, locked_until = null where id = ${account.id}`);
    const employment = await findEmployment(tx, account.id, now);
    if (!employment) throw platformFail('signIn.disabled');
    await tx.run(sql`insert into session (id, token_hash, account_id, company_id, staff_id, created_at, last_seen_at, expires_at, ip, user_agent)
      values (${services.newId()}, ${tokenHash(token)}, ${account.id}, ${employment.company_id}, ${employment.staff_id},
        ${now.toString()}, ${now.toString()}, ${expiresAt.toString()}, ${input.ip}, ${input.userAgent.slice(0, 300)})`);
  });
  return { token, expiresAt };
}

async function findAccount(services: Services, phone: string): Promise<AccountRow | undefined> {
  const { rows } = await services.pool.query<AccountRow>(
    'select id, password_hash, failed_count, locked_until, disabled_at from account where phone = $1',
    [phone],
  );
  return rows[0];
}

async function findEmployment(tx: Transaction, accountId: string, now: Temporal.Instant) {
  return tx.first<{ company_id: string; staff_id: string }>(
    sql`select company_id, staff_id from employments_of(${accountId}, ${now.toString()}) limit 1`,
  );
}

async function countFailure(services: Services, account: AccountRow | undefined) {
  if (!account) return platformFail('signIn.wrong', { left: allowedFailures - 1 });
  const now = services.clock.now();
  const { rows } = await services.pool.query<{ failed_count: number }>(
    `update account set failed_count = failed_count + 1,
       locked_until = case when failed_count + 1 >= $2 then $3::timestamptz else locked_until end
     where id = $1 returning failed_count`,
    [account.id, allowedFailures, now.add({ minutes: lockMinutes }).toString()],
  );
  const failed = rows[0]?.failed_count ?? 1;
  if (failed < allowedFailures) return platformFail('signIn.wrong', { left: allowedFailures - failed });
  await services.pool.query('update account set failed_count = 0 where id = $1', [account.id]);
  return lockedFailure(now.add({ minutes: lockMinutes }), now);
}

function lockedFailure(until: Temporal.Instant, now: Temporal.Instant) {
  const minutes = Math.max(1, Math.ceil(now.until(until).total('minutes')));
  return platformFail('signIn.locked', { times: allowedFailures, minutes });
}
