import { householdFail } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { putEvent } from '../outbox/put-event.ts';
import type { Services } from '../services.ts';
import { addressLimits, allowedTries, codeMinutes, phoneLimits, secondsToWait } from './code-limits.ts';
import { codeOf, leastAnswerMs, sameText } from './sign-in-code.ts';

interface CodeRequest {
  companyId: string;
  phone: string;
  ip: string;
}

/**
 * Puts a code for a resident's phone on its way, whether the company knows the phone or not: whoever holds it may register
 * with it. The answer and its time are the same for all phones. Errors: household.companyUnknown, household.noSms,
 * household.codeTooOften.
 */
export async function requestResidentCode(services: Services, input: CodeRequest): Promise<void> {
  const pause = new Promise((resolve) => setTimeout(resolve, leastAnswerMs));
  try {
    await asSystem(services, input.companyId, (ctx) => writeRequest(ctx, input));
  } finally {
    await pause;
  }
}

async function writeRequest(ctx: Context, { phone, ip }: CodeRequest): Promise<void> {
  const company = await ctx.tx.first<{ name: string; has_sms: boolean }>(sql`
    select c.name, exists (select from message_channel m where m.company_id = c.id and m.channel = 'sms' and m.is_on) as has_sms
    from company c where c.id = ${ctx.companyId}`);
  if (!company) throw householdFail('household.companyUnknown');
  if (!company.has_sms) throw householdFail('household.noSms', { company: company.name });
  // Two requests at once must not both find room; always in this order.
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`resident code ${ip}`}, 0)), pg_advisory_xact_lock(hashtextextended(${`resident code ${phone}`}, 0))`,
  );
  const now = ctx.clock.now();
  const since = now.subtract({ hours: 24 }).toString();
  await ctx.tx.run(
    sql`delete from resident_sign_in_code where company_id = ${ctx.companyId} and created_at <= ${since}`,
  );
  const ofPhone = await ctx.tx.rows<{ created_at: string }>(sql`select created_at from resident_sign_in_code
    where company_id = ${ctx.companyId} and phone = ${phone} and created_at > ${since} order by created_at`);
  const ofAddress = await ctx.tx.rows<{ created_at: string }>(sql`select created_at from resident_sign_in_code
    where company_id = ${ctx.companyId} and ip = ${ip} and created_at > ${since} order by created_at`);
  const instants = (rows: readonly { created_at: string }[]) => rows.map((row) => row.created_at);
  const seconds = Math.max(
    secondsToWait(now, instants(ofPhone), phoneLimits),
    secondsToWait(now, instants(ofAddress), addressLimits),
  );
  if (seconds > 0) throw householdFail('household.codeTooOften', { seconds });
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into resident_sign_in_code (company_id, id, phone, ip, created_at, expires_at)
    values (${ctx.companyId}, ${id}, ${phone}, ${ip}, ${nowText(ctx)}, ${now.add({ minutes: codeMinutes }).toString()})`);
  await putEvent(ctx, 'household.code', { codeId: id });
}

/**
 * Takes a code: the latest one of the phone in this company, within its time, unused, at the fifth try at the latest. Each
 * try is counted, and stays counted, before the code is looked at. Error: household.codeWrong.
 */
export async function takeResidentCode(
  services: Services,
  input: { companyId: string; phone: string; code: string },
): Promise<void> {
  const isTaken = await asSystem(services, input.companyId, async (ctx) => {
    const row = await ctx.tx.first<{ id: string; tries: number; is_open: boolean }>(sql`
      update resident_sign_in_code set tries = tries + 1
      where company_id = ${ctx.companyId} and id = (select id from resident_sign_in_code
        where company_id = ${ctx.companyId} and phone = ${input.phone} order by created_at desc, id desc limit 1)
      returning id, tries, used_at is null and expires_at > ${nowText(ctx)} as is_open`);
    const isRight = sameText(row ? codeOf(services.secret, row.id, input.companyId) : '', input.code);
    if (!row?.is_open || row.tries > allowedTries || !isRight) return false;
    await ctx.tx.run(
      sql`update resident_sign_in_code set used_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${row.id}`,
    );
    return true;
  });
  if (!isTaken) throw householdFail('household.codeWrong');
}
