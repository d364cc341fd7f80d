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

/** Six digits that only this installation can derive from the request's id. */
export function codeOf(secret: Buffer, codeId: string): string {
  const digest = createHmac('sha256', secret).update(`sign-in code ${codeId}`).digest();
  return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
}

/**
 * Puts a code for the phone on its way, where somebody with this phone works for a company that signs in by code.
 * The answer is the same for everybody. Refuses too many requests with the seconds to wait.
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
  const employment = account ? await codeEmployment(services, account) : undefined;
  if (!employment) return;
  await asSystem(services, employment.companyId, (ctx) =>
    putEvent(ctx, 'signIn.code', { codeId: id, staffId: employment.staffId }),
  );
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

/** The first employment at a company that signs in by code. */
export async function codeEmployment(
  services: Pick<Services, 'pool' | 'clock'>,
  accountId: string,
): Promise<{ companyId: string; staffId: string; way: string } | undefined> {
  const row = await inTransaction(services.pool, (tx) =>
    tx.first<{ company_id: string; staff_id: string; sign_in_way: string }>(sql`
      select e.company_id, e.staff_id, c.sign_in_way from employments_of(${accountId}, ${services.clock.now().toString()}) e
      join company c on c.id = e.company_id where c.sign_in_way <> 'password' limit 1`),
  );
  return row && { companyId: row.company_id, staffId: row.staff_id, way: row.sign_in_way };
}

/**
 * Takes a code: the latest one of the phone, within its time, unused, at the fifth try at the latest. Returns the account
 * it belongs to. Each try is counted before the code is looked at, so that many at once get no more tries than one by one.
 */
export async function takeCode(
  services: Pick<Services, 'pool' | 'clock' | 'secret'>,
  input: { phone: string; code: string },
): Promise<string> {
  const now = services.clock.now().toString();
  const hash = phoneHash(services, input.phone);
  return inTransaction(services.pool, async (tx) => {
    const row = await tx.first<{ id: string; account_id: string | null; tries: number; is_open: boolean }>(sql`
      update sign_in_code set tries = tries + 1
      where id = (select id from sign_in_code where phone_hash = ${hash} order by created_at desc, id desc limit 1)
      returning id, account_id, tries, used_at is null and expires_at > ${now} as is_open`);
    const isRight = sameText(row ? codeOf(services.secret, row.id) : '', input.code);
    if (!row?.account_id || !row.is_open || row.tries > allowedTries || !isRight) return undefined;
    await tx.run(sql`update sign_in_code set used_at = ${now} where id = ${row.id}`);
    return row.account_id;
  }).then((account) => {
    if (account === undefined) throw platformFail('signIn.codeWrong');
    return account;
  });
}

const digest = (text: string) => createHash('sha256').update(text).digest();
/** Compares in constant time. */
export const sameText = (left: string, right: string) => timingSafeEqual(digest(left), digest(right));
