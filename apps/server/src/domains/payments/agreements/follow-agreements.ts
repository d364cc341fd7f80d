import { type AgreementState, channelKinds } from '@anlin/contract';
import { asSystem } from '../../../platform/boundary.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Services } from '../../../platform/services.ts';
import { readChannel } from '../channel-account.ts';
import { channelOf } from '../channels/index.ts';
import { type AgreementWord, ChannelRefusal, ChannelSilence } from '../channels/payment-channel.ts';
import { nextLook } from '../follow-schedule.ts';
import { lockAgreement, type PaymentAgreement } from './agreement-row.ts';
import { settleAgreement } from './settle-agreement.ts';

const batchSize = 10;
const claimMinutes = 2;
/** One that was given up is asked after once more: its message may have been lost. */
const lastLookHours = 24;

/**
 * Asks after agreements that are being signed, tells channels of those that were ended here, and asks after those in force before
 * money is taken. Claimed in one transaction, talked about outside of any, as payments are.
 */
export async function followAgreements(services: Services, companyId: string): Promise<void> {
  const ids = await asSystem(services, companyId, claim);
  await Promise.all(ids.map((id) => askAfterAgreement(services, companyId, id)));
}

async function claim(ctx: Context): Promise<string[]> {
  const now = nowText(ctx);
  const until = ctx.clock.now().add({ minutes: claimMinutes }).toString();
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    with due as (select id from payment_agreement where company_id = ${ctx.companyId} and next_query_at <= ${now}
      and (claimed_until is null or claimed_until <= ${now}) order by next_query_at, id limit ${batchSize} for no key update skip locked)
    update payment_agreement a set claimed_until = ${until} from due where a.company_id = ${ctx.companyId} and a.id = due.id returning a.id`);
  return rows.map((row) => row.id);
}

/** What came of asking: the state after it, and the answer for a person. */
export interface AgreementAsked {
  state: AgreementState;
  answer: string;
}

/** Asks the channel about an agreement, or tells it that it is over, and brings it there. */
export async function askAfterAgreement(services: Services, companyId: string, id: string): Promise<AgreementAsked> {
  const { agreement, channel } = await asSystem(services, companyId, async (ctx) => {
    const found = await lockAgreement(ctx, id);
    return { agreement: found, channel: (await readChannel(ctx, found.channelId))! };
  });
  const word = await heard(async () => {
    const adapter = channelOf(channel.kind)?.agreements;
    if (!adapter || !channel.account) throw new ChannelRefusal('收款渠道的密钥打不开，请重新填写');
    const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: 5_000 };
    const { code, channelNo } = agreement;
    if (agreement.state === 'ended' && !agreement.isTold && channelNo !== null) {
      await adapter.end(channel.account, { code, channelNo }, '用户不再使用自动缴费', outside);
      return { state: 'ended', channelNo };
    }
    return adapter.query(channel.account, { code, channelNo }, outside);
  });
  const state = await asSystem(services, companyId, (ctx) => takeWord(ctx, id, word));
  const says = word.state === 'silent' || word.state === 'refused' ? word.reason : answers[word.state];
  return { state, answer: `${channelKinds[channel.kind]}：${says}` };
}

type Word = AgreementWord | { state: 'silent' | 'refused'; reason: string };

const answers = { active: '签约生效中', ended: '已解约', waiting: '还没有签约' } as const;

async function heard(work: () => Promise<AgreementWord>): Promise<Word> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChannelSilence) return { state: 'silent', reason: '没有应答，稍后自动再查' };
    if (error instanceof ChannelRefusal) return { state: 'refused', reason: error.reason };
    throw error;
  }
}

async function takeWord(ctx: Context, id: string, word: Word): Promise<AgreementState> {
  const isAnswered = !('reason' in word);
  if (!('reason' in word)) await settleAgreement(ctx, id, word);
  const agreement = await lockAgreement(ctx, id);
  const now = ctx.clock.now();
  const isOver = Temporal.Instant.compare(now, Temporal.Instant.from(agreement.expiresAt)) >= 0;
  if (agreement.state === 'signing' && isOver && word.state === 'waiting') {
    await giveUp(ctx, agreement);
    return 'refused';
  }
  const isDone = agreement.state !== 'signing' && agreement.isTold && isAnswered;
  await ctx.tx.run(sql`update payment_agreement set query_count = query_count + 1, claimed_until = null,
      next_query_at = ${isDone ? null : nextLook(now, agreement.queryCount).toString()}
    where company_id = ${ctx.companyId} and id = ${id}`);
  return agreement.state;
}

async function giveUp(ctx: Context, agreement: PaymentAgreement): Promise<void> {
  const last = ctx.clock.now().add({ hours: lastLookHours }).toString();
  await ctx.tx.run(sql`update payment_agreement set state = 'refused', reason = '没有在时限内签约', query_count = 0, claimed_until = null,
      next_query_at = ${last} where company_id = ${ctx.companyId} and id = ${agreement.id}`);
}
