import { createHash, randomBytes } from 'node:crypto';
import { platformFail, type SessionClient } from '@anlin/contract';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';

export const sessionDays = 14;

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Where somebody signs in from. */
export interface Visitor {
  /** Signing in on a PC and on a phone are separate rights (PLT-2). */
  client: SessionClient;
  ip: string;
  userAgent: string;
  /** Session the browser still holds: it ends, so that a sign-in always changes the token. */
  earlierToken: string | undefined;
}

export interface OpenedSession {
  /** For the cookie; only its hash is kept. */
  token: string;
  expiresAt: Temporal.Instant;
}

/** Which company the person comes to, and by which way they came. */
export interface Entrance {
  accountId: string;
  way: 'password' | 'code' | 'both' | 'wecom';
  /** Only this company; otherwise the first that lets the person in this way. */
  companyId?: string;
  /** Whose channel carried the code, where there was one. */
  codeCompanyId?: string;
}

/**
 * Opens a session of an account that has proved who it is, in the first company where the person may work, may sign in
 * with this kind of client, and may come the way they came. Errors: signIn.disabled, signIn.clientRefused (403), and
 * those of a way that is not open.
 */
export async function startSession(services: Services, entrance: Entrance, visitor: Visitor): Promise<OpenedSession> {
  const now = services.clock.now();
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now.add({ hours: 24 * sessionDays });
  await inTransaction(services.pool, async (tx) => {
    const account = await tx.first<{ disabled_at: string | null }>(
      sql`update account set failed_count = 0, locked_until = null where id = ${entrance.accountId} returning disabled_at`,
    );
    if (!account || account.disabled_at) throw platformFail('signIn.disabled');
    const employment = await findEmployment(tx, entrance, visitor.client, now);
    if (visitor.earlierToken)
      await tx.run(sql`delete from session where token_hash = ${tokenHash(visitor.earlierToken)}`);
    await tx.run(sql`insert into session (id, token_hash, account_id, company_id, staff_id, client, way, code_company_id, created_at, last_seen_at, expires_at, ip, user_agent)
      values (${services.newId()}, ${tokenHash(token)}, ${entrance.accountId}, ${employment.company_id}, ${employment.staff_id}, ${visitor.client}, ${entrance.way}, ${entrance.codeCompanyId ?? null},
        ${now.toString()}, ${now.toString()}, ${expiresAt.toString()}, ${visitor.ip}, ${visitor.userAgent.slice(0, 300)})`);
  });
  return { token, expiresAt };
}

interface Employment {
  company_id: string;
  staff_id: string;
  may_sign_in: boolean;
  sign_in_way: string;
}

async function findEmployment(
  tx: Transaction,
  { accountId, companyId, way, codeCompanyId }: Entrance,
  client: SessionClient,
  now: Temporal.Instant,
): Promise<Employment> {
  const all = await tx.rows<Employment>(sql`
    select e.company_id, e.staff_id, e.may_sign_in, c.sign_in_way from employments_of(${accountId}, ${now.toString()}, ${client})
      with ordinality e join company c on c.id = e.company_id order by e.ordinality`);
  const employments = all.filter((one) => companyId === undefined || one.company_id === companyId);
  if (employments.length === 0) {
    const awaited = await tx.first<{ yes: boolean }>(sql`select is_awaited(${accountId}) as yes`);
    throw platformFail(awaited?.yes ? 'signIn.joinCodeNeeded' : 'signIn.disabled');
  }
  const open = employments.filter((one) => one.may_sign_in);
  if (open.length === 0) throw platformFail('signIn.clientRefused', { client: client === 'pc' ? '电脑' : '手机' });
  // Who typed a code means the company that sent it, if that one lets them in.
  const inOrder = open.toSorted(
    (a, b) => Number(b.company_id === codeCompanyId) - Number(a.company_id === codeCompanyId),
  );
  const employment = inOrder.find((one) =>
    isAllowed(one.sign_in_way, provedTo(one.company_id, { way, codeCompanyId: codeCompanyId ?? null })),
  );
  if (!employment) throw platformFail(refusalOf[way === 'both' ? 'password' : way]);
  return employment;
}

/** Why nobody of one's employers lets a person in this way. */
const refusalOf = {
  password: 'signIn.codeRequired',
  code: 'signIn.codeOff',
  wecom: 'signIn.disabled',
} as const;

/**
 * What a way of signing in proves to a company. A code was read by whoever runs the channel that carried it, so it proves
 * nothing to another company: there only the password counts, if there was one.
 */
export function provedTo<Way extends string>(
  companyId: string,
  { way, codeCompanyId }: { way: Way; codeCompanyId: string | null },
): Way | 'password' | 'nothing' {
  if (codeCompanyId === companyId || (way !== 'code' && way !== 'both')) return way;
  return way === 'both' ? 'password' : 'nothing';
}

/** A password and a code open everything; WeCom is checked where it is switched on. */
export function isAllowed(policy: string, way: Entrance['way'] | 'nothing'): boolean {
  if (way === 'nothing') return false;
  if (way === 'both' || way === 'wecom') return true;
  if (way === 'password') return policy !== 'passwordAndCode';
  return policy === 'passwordOrCode';
}
