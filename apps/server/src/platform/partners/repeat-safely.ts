import { createHash } from 'node:crypto';
import { partnerFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { SignedApp } from './partner-boundary.ts';

const keptHours = 7 * 24;

/**
 * Does `work` once for an idempotency key of a grant, and says the same again whenever it is asked with the same body. Both stand in one
 * transaction: a request that fails leaves no answer and may be sent again; two at once wait for each other at the primary key.
 * Errors: open.idempotencyKeyMissing (400), open.idempotencyKeyReused (409).
 */
export async function repeatSafely<T>(
  ctx: Context,
  app: SignedApp,
  asked: { key: string | undefined; endpointId: string; body: unknown },
  work: () => Promise<T>,
): Promise<{ answer: T; isRepeated: boolean }> {
  const { key } = asked;
  if (key === undefined || !/^[\x21-\x7e]{8,100}$/.test(key)) throw partnerFail('open.idempotencyKeyMissing');
  const hash = createHash('sha256')
    .update(`${asked.endpointId}\n${JSON.stringify(asked.body)}`)
    .digest();
  const expiresAt = ctx.clock.now().add({ hours: keptHours }).toString();
  await ctx.tx.run(sql`delete from partner_answer
    where company_id = ${ctx.companyId} and partner_grant_id = ${app.grantId} and key = ${key} and expires_at <= ${nowText(ctx)}`);
  const isNew =
    await ctx.tx.run(sql`insert into partner_answer (company_id, partner_grant_id, key, community_id, request_hash, created_at, expires_at)
    values (${ctx.companyId}, ${app.grantId}, ${key}, ${app.communityId}, ${hash}, ${nowText(ctx)}, ${expiresAt}) on conflict do nothing`);
  if (isNew === 0) {
    const kept = await ctx.tx.first<{
      request_hash: Buffer;
      answer: T;
    }>(sql`select request_hash, answer from partner_answer
      where company_id = ${ctx.companyId} and partner_grant_id = ${app.grantId} and key = ${key}`);
    if (!kept?.request_hash.equals(hash)) throw partnerFail('open.idempotencyKeyReused', { key });
    return { answer: kept.answer, isRepeated: true };
  }
  const answer = await work();
  await ctx.tx.run(sql`update partner_answer set answer = ${JSON.stringify(answer)}
    where company_id = ${ctx.companyId} and partner_grant_id = ${app.grantId} and key = ${key}`);
  return { answer, isRepeated: false };
}
