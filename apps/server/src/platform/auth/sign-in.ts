import { createHash, randomBytes } from 'node:crypto';
import { platformFail, type SessionClient } from '@anlin/contract';
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

/** Where somebody signs in from. */
export interface SignInOrigin {
  client: SessionClient;
  ip: string;
  userAgent: string;
}

/** The token goes into the cookie; only its hash is kept. */
export interface NewSession {
  token: string;
  expiresAt: Temporal.Instant;
}

/**
 * Checks phone and password and opens a new session in the person's first company. After five wrong passwords in a
 * row the account is locked for 15 minutes (PLT-2); an unknown phone answers the same way and as slowly.
 */
export async function signIn(
  services: Services,
  input: SignInOrigin & { phone: string; password: string },
): Promise<NewSession> {
  const account = await findAccount(services, input.phone);
  const now = services.clock.now();
  if (account?.locked_until && Temporal.Instant.compare(Temporal.Instant.from(account.locked_until), now) > 0) {
    throw lockedFailure(Temporal.Instant.from(account.locked_until), now);
  }
  const matches = await isPassword(account?.password_hash ?? (await decoyHash()), input.password);
  if (!account || !matches) throw await countFailure(services, account);
  if (account.disabled_at) throw platformFail('signIn.disabled');
  return startSession(services, account.id, input);
}

/**
 * Opens a session of an account that has proved who it is, in the first company where the person may work and sign in
 * with this kind of client. Errors: signIn.disabled, signIn.clientRefused (403).
 */
async function startSession(services: Services, accountId: string, origin: SignInOrigin): Promise<NewSession> {
  const now = services.clock.now();
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now.add({ hours: 24 * sessionDays });
  await inTransaction(services.pool, async (tx) => {
    await tx.run(sql`update account set failed_count = 0, locked_until = null where id = ${accountId}`);
    const employment = await findEmployment(tx, accountId, origin.client, now);
    await tx.run(sql`insert into session (id, token_hash, account_id, company_id, staff_id, client, created_at, last_seen_at, expires_at, ip, user_agent)
      values (${services.newId()}, ${tokenHash(token)}, ${accountId}, ${employment.company_id}, ${employment.staff_id}, ${origin.client},
        ${now.toString()}, ${now.toString()}, ${expiresAt.toString()}, ${origin.ip}, ${origin.userAgent.slice(0, 300)})`);
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

async function findEmployment(tx: Transaction, accountId: string, client: SessionClient, now: Temporal.Instant) {
  const employments = await tx.rows<{ company_id: string; staff_id: string; may_sign_in: boolean }>(
    sql`select company_id, staff_id, may_sign_in from employments_of(${accountId}, ${now.toString()}, ${client})`,
  );
  if (employments.length === 0) throw platformFail('signIn.disabled');
  const open = employments.find((one) => one.may_sign_in);
  if (!open) throw platformFail('signIn.clientRefused', { client: client === 'pc' ? '电脑' : '手机' });
  return open;
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
