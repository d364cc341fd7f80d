import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { platformFail } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
import { sql } from '../database/sql.ts';
import { inTransaction } from '../database/transaction.ts';
import { putEvent } from '../outbox/put-event.ts';
import type { Services } from '../services.ts';
import { addressLimits, allowedTries, type CodeLimit, codeMinutes, phoneLimits, secondsToWait } from './code-limits.ts';

/** The answer takes at least as long, so that it does not tell whether a message was written. */
export const leastAnswerMs = 150;

const phoneHash = (services: Pick<Services, 'secret'>, phone: string) =>
  createHmac('sha256', services.secret).update(`phone ${phone}`).digest();

/**
 * Six digits that only this installation can derive from the request's id and the company whose channel carries them: whoever
 * reads along in one company's channel learns nothing that another company takes.
 */
export function codeOf(secret: Buffer, codeId: string, companyId: string): string {
  const digest = createHmac('sha256', secret).update(`sign-in code ${codeId} ${companyId}`).digest();
  return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
}

/**
 * Puts a code for the phone on its way, from each company that signs in by code and where somebody with this phone works: each
 * by its own channel, and good for itself alone. The answer is the same for everybody. Refuses too many requests with the
 * seconds to wait.
 */
export async function requestCode(services: Services, input: { phone: string; ip: string }): Promise<void> {
  const pause = new Promise((resolve) => setTimeout(resolve, leastAnswerMs));
  try {
    await writeRequest(services, input);
  } finally {
    await pause;
  }
}

async function writeRequest(services: Services, { phone, ip }: { phone: string; ip: string }): Promise<void> {
  const now = services.clock.now();
  const hash = phoneHash(services, phone);
  const id = services.newId();
  const account = await inTransaction(services.pool, async (tx) => {
    // Two requests at once must not both find room.
    await tx.rows(
      sql`select pg_advisory_xact_lock(hashtextextended(${`code ${ip}`}, 0)), pg_advisory_xact_lock(hashtextextended(${`code ${hash.toString('hex')}`}, 0))`,
    );
    const since = now.subtract({ hours: 24 }).toString();
    const ofPhone = await tx.rows<{ created_at: string }>(
      sql`select created_at from sign_in_code where phone_hash = ${hash} and created_at > ${since} order by created_at`,
    );
    const ofAddress = await tx.rows<{ created_at: string }>(
      sql`select created_at from sign_in_code where ip = ${ip} and created_at > ${since} order by created_at`,
    );
    checkLimits(now, ofPhone, phoneLimits);
    checkLimits(now, ofAddress, addressLimits);
    const found = await tx.first<{ id: string }>(
      sql`select id from account where phone = ${phone} and disabled_at is null`,
    );
    await tx.run(sql`insert into sign_in_code (id, phone_hash, ip, account_id, created_at, expires_at)
      values (${id}, ${hash}, ${ip}, ${found?.id ?? null}, ${now.toString()}, ${now.add({ minutes: codeMinutes }).toString()})`);
    return found?.id;
  });
  const employments = account ? await codeEmployments(services, account) : [];
  for (const { companyId, staffId } of employments)
    await asSystem(services, companyId, (ctx) => putEvent(ctx, 'signIn.code', { codeId: id, staffId }));
}

function checkLimits(
  now: Temporal.Instant,
  earlier: readonly { created_at: string }[],
  limits: readonly CodeLimit[],
): void {
  const seconds = secondsToWait(
    now,
    earlier.map((one) => one.created_at),
    limits,
  );
  if (seconds > 0) throw platformFail('signIn.codeTooOften', { seconds });
}

/** Nobody works for more companies than this that sign in by code; each sends a message of its own. */
const mostCodeCompanies = 5;

/** Employments at companies that sign in by code, in the order in which a sign-in tries them. */
function codeEmployments(
  services: Pick<Services, 'pool' | 'clock'>,
  accountId: string,
): Promise<{ companyId: string; staffId: string }[]> {
  return inTransaction(services.pool, (tx) =>
    tx.rows<{ companyId: string; staffId: string }>(sql`
      select e.company_id as "companyId", e.staff_id as "staffId" from employments_of(${accountId}, ${services.clock.now().toString()})
        with ordinality e join company c on c.id = e.company_id where c.sign_in_way <> 'password'
      order by e.ordinality limit ${mostCodeCompanies}`),
  );
}

/** Whom a code belongs to, and whose channel carried it: it proves the person to that company alone. */
export interface TakenCode {
  accountId: string;
  companyId: string;
}

/**
 * Takes a code: the latest one of the phone, within its time, unused, at the fifth try at the latest. Each try is counted before the code is looked at, so that many at once get no more tries than one by one.
 */
export async function takeCode(
  services: Pick<Services, 'pool' | 'clock' | 'secret'>,
  input: { phone: string; code: string },
): Promise<TakenCode> {
  const now = services.clock.now().toString();
  const hash = phoneHash(services, input.phone);
  const row = await inTransaction(services.pool, (tx) =>
    tx.first<{ id: string; account_id: string | null; tries: number; is_open: boolean }>(sql`
      update sign_in_code set tries = tries + 1
      where id = (select id from sign_in_code where phone_hash = ${hash} order by created_at desc, id desc limit 1)
      returning id, account_id, tries, used_at is null and expires_at > ${now} as is_open`),
  );
  const employments = row?.account_id ? await codeEmployments(services, row.account_id) : [];
  // All are compared, so that the time taken tells nothing.
  const right = employments.filter((one) => sameText(codeOf(services.secret, row!.id, one.companyId), input.code));
  const [carrier] = right;
  if (!row?.account_id || !row.is_open || row.tries > allowedTries || !carrier) throw platformFail('signIn.codeWrong');
  const used = await inTransaction(services.pool, (tx) =>
    tx.run(sql`update sign_in_code set used_at = ${now} where id = ${row.id} and used_at is null`),
  );
  // Somebody else was quicker with the same code.
  if (used === 0) throw platformFail('signIn.codeWrong');
  return { accountId: row.account_id, companyId: carrier.companyId };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
/** Compares in constant time. */
export const sameText = (left: string, right: string) => timingSafeEqual(digest(left), digest(right));
