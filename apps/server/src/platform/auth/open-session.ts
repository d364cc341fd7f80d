import { createHash, randomBytes } from 'node:crypto';
import { platformFail } from '@anlin/contract';
import { sql } from '../database/sql.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';

export const sessionDays = 14;

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface Visitor {
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
}

/** Opens a session in a company that allows the way the person came. Whoever may not work anywhere now is refused. */
export async function startSession(services: Services, entrance: Entrance, visitor: Visitor): Promise<OpenedSession> {
  const now = services.clock.now();
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now.add({ hours: 24 * sessionDays });
  await inTransaction(services.pool, async (tx) => {
    const account = await tx.first<{ disabled_at: string | null }>(
      sql`update account set failed_count = 0, locked_until = null where id = ${entrance.accountId} returning disabled_at`,
    );
    const employments = await tx.rows<{ company_id: string; staff_id: string; sign_in_way: string }>(sql`
      select e.company_id, e.staff_id, c.sign_in_way from employments_of(${entrance.accountId}, ${now.toString()}) e
      join company c on c.id = e.company_id`);
    if (!account || account.disabled_at || employments.length === 0) throw platformFail('signIn.disabled');
    const employment = employments.find(
      (one) =>
        (entrance.companyId === undefined || one.company_id === entrance.companyId) &&
        isAllowed(one.sign_in_way, entrance.way),
    );
    if (!employment) throw platformFail(refusalOf[entrance.way]);
    if (visitor.earlierToken)
      await tx.run(sql`delete from session where token_hash = ${tokenHash(visitor.earlierToken)}`);
    await tx.run(sql`insert into session (id, token_hash, account_id, company_id, staff_id, created_at, last_seen_at, expires_at, ip, user_agent)
      values (${services.newId()}, ${tokenHash(token)}, ${entrance.accountId}, ${employment.company_id}, ${employment.staff_id},
        ${now.toString()}, ${now.toString()}, ${expiresAt.toString()}, ${visitor.ip}, ${visitor.userAgent.slice(0, 300)})`);
  });
  return { token, expiresAt };
}

/** Why nobody of one's employers lets a person in this way. */
const refusalOf = {
  password: 'signIn.codeRequired',
  code: 'signIn.codeOff',
  both: 'signIn.disabled',
  wecom: 'signIn.disabled',
} as const;

/** A password and a code open everything; WeCom is checked where it is switched on. */
function isAllowed(policy: string, way: Entrance['way']): boolean {
  if (way === 'both' || way === 'wecom') return true;
  if (way === 'password') return policy !== 'passwordAndCode';
  return policy === 'passwordOrCode';
}
