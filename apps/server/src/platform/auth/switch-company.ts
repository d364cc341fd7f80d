import { randomBytes } from 'node:crypto';
import type { MyCompany, SessionClient } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { SignedIn } from '../boundary.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import { type Entrance, isAllowed, type OpenedSession, provedTo, tokenHash } from './open-session.ts';

interface Entered {
  way: Entrance['way'] | 'unknown';
  code_company_id: string | null;
  client: SessionClient;
  expires_at: string;
}

interface Employment {
  company_id: string;
  company_name: string;
  staff_id: string;
  may_sign_in: boolean;
  sign_in_way: string;
}

/**
 * A person has one account, with one password, whoever they work for (PLT-2). What proved the account in one company
 * proves it in another that asks for no more. WeCom proves somebody to the company whose WeCom it is and to no other:
 * its administrator decides who is who there. The same with a code and the company whose channel carried it.
 */
function isOpenTo(entered: Entered, { company_id, may_sign_in, sign_in_way }: Employment): boolean {
  const way = provedTo(company_id, { way: entered.way, codeCompanyId: entered.code_company_id });
  return may_sign_in && way !== 'wecom' && way !== 'unknown' && isAllowed(sign_in_way, way);
}

async function readEmployments(tx: Transaction, services: Services, session: SignedIn) {
  const entered = await tx.first<Entered>(
    sql`select way, code_company_id, client, expires_at from session where id = ${session.sessionId} for update`,
  );
  if (!entered) throw platformFail('session.expired');
  const employments = await tx.rows<Employment>(sql`
    select e.company_id, e.company_name, e.staff_id, e.may_sign_in, c.sign_in_way
    from employments_of(${session.accountId}, ${services.clock.now().toString()}, ${entered.client}) with ordinality e
      join company c on c.id = e.company_id order by e.ordinality`);
  return { entered, employments };
}

/** The companies a person works for and may sign in to with this kind of client. */
export async function listCompanies(services: Services, session: SignedIn): Promise<MyCompany[]> {
  const { entered, employments } = await inTransaction(services.pool, (tx) => readEmployments(tx, services, session));
  return employments
    .filter((one) => one.may_sign_in)
    .map((one) => ({
      id: one.company_id,
      name: one.company_name,
      isCurrent: one.company_id === session.companyId,
      isOpen: one.company_id === session.companyId || isOpenTo(entered, one),
    }));
}

/**
 * Moves the session to another company of the same person, under a new token and until the same end. Errors:
 * resource.notFound (404) where the person does not work, signIn.clientRefused, session.companyRefused (403) where the
 * company asks for another way of signing in.
 */
export async function switchCompany(services: Services, session: SignedIn, companyId: string): Promise<OpenedSession> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = await inTransaction(services.pool, async (tx) => {
    const { entered, employments } = await readEmployments(tx, services, session);
    const employment = employments.find((one) => one.company_id === companyId.toLowerCase());
    if (!employment) throw platformFail('resource.notFound', { label: '公司' });
    if (!employment.may_sign_in)
      throw platformFail('signIn.clientRefused', { client: entered.client === 'pc' ? '电脑' : '手机' });
    if (!isOpenTo(entered, employment))
      throw platformFail('session.companyRefused', { company: employment.company_name });
    await tx.run(sql`update session set company_id = ${employment.company_id}, staff_id = ${employment.staff_id},
      token_hash = ${tokenHash(token)} where id = ${session.sessionId}`);
    return entered.expires_at;
  });
  return { token, expiresAt: Temporal.Instant.from(expiresAt) };
}
