import { platformFail } from '@anlin/contract';
import { sql } from '../database/sql.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import { hashJoinCode } from './join-code.ts';
import { type OpenedSession, startSession, type Visitor } from './open-session.ts';
import { decoyHash, isPassword } from './password.ts';
import { takeCode } from './sign-in-code.ts';

const allowedFailures = 5;
const lockMinutes = 15;

interface Credentials {
  phone: string;
  password: string;
  code?: string | undefined;
  /** Of a company that is to be joined and entered. */
  joinCode?: string | undefined;
}

interface AccountRow {
  id: string;
  password_hash: string;
  failed_count: number;
  locked_until: string | null;
  disabled_at: string | null;
}

/**
 * Checks phone and password — and the code where the company wants both — and opens a new session. After five wrong
 * passwords in a row the account is locked for 15 minutes (PLT-2); an unknown phone answers the same way and as slowly.
 */
export async function signIn(services: Services, input: Credentials, visitor: Visitor): Promise<OpenedSession> {
  const account = await findAccount(services, input.phone);
  const now = services.clock.now();
  if (account?.locked_until && Temporal.Instant.compare(Temporal.Instant.from(account.locked_until), now) > 0) {
    throw lockedFailure(Temporal.Instant.from(account.locked_until), now);
  }
  const matches = await isPassword(account?.password_hash ?? (await decoyHash()), input.password);
  if (!account || !matches) throw await countFailure(services, account);
  if (account.disabled_at) throw platformFail('signIn.disabled');
  const companyId = input.joinCode === undefined ? undefined : await joinCompany(services, account, input.joinCode);
  const entrance = { accountId: account.id, ...(companyId ? { companyId } : {}) };
  if (input.code === undefined) return startSession(services, { ...entrance, way: 'password' }, visitor);
  const code = await takeCode(services, { phone: input.phone, code: input.code });
  if (code.accountId !== account.id) throw platformFail('signIn.codeWrong');
  return startSession(services, { ...entrance, way: 'both', codeCompanyId: code.companyId }, visitor);
}

/**
 * Joins the company that gave this code to the account's person (PLT-2). Whoever made the account may still know its
 * password: everybody else is signed out, and another password must be chosen before anything opens. A wrong code counts
 * like a wrong password. Error: signIn.joinCodeWrong.
 */
async function joinCompany(services: Services, account: AccountRow, joinCode: string): Promise<string> {
  const companyId = await inTransaction(services.pool, async (tx) => {
    const row = await tx.first<{ joined: string | null }>(
      sql`select join_company(${account.id}, ${hashJoinCode(joinCode)}) as joined`,
    );
    if (!row?.joined) return undefined;
    await tx.run(sql`update account set must_change_password = true where id = ${account.id}`);
    await tx.run(sql`delete from session where account_id = ${account.id}`);
    return row.joined;
  });
  if (companyId) return companyId;
  const failure = await countFailure(services, account);
  throw failure.code === 'signIn.wrong' ? platformFail('signIn.joinCodeWrong') : failure;
}

/** By code alone, into the company whose channel carried it, where that company allows it. */
export async function signInByCode(
  services: Services,
  input: { phone: string; code: string },
  visitor: Visitor,
): Promise<OpenedSession> {
  const { accountId, companyId } = await takeCode(services, input);
  return startSession(services, { accountId, companyId, way: 'code', codeCompanyId: companyId }, visitor);
}

async function findAccount(services: Services, phone: string): Promise<AccountRow | undefined> {
  const { rows } = await services.pool.query<AccountRow>(
    'select id, password_hash, failed_count, locked_until, disabled_at from account where phone = $1',
    [phone],
  );
  return rows[0];
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

/** With the minutes to wait and the time of day it opens again. */
function lockedFailure(until: Temporal.Instant, now: Temporal.Instant) {
  const minutes = Math.max(1, Math.ceil(now.until(until).total('minutes')));
  const time = until.toZonedDateTimeISO('Asia/Shanghai').toPlainTime().toString({ smallestUnit: 'minute' });
  return platformFail('signIn.locked', { times: allowedFailures, minutes, time });
}
