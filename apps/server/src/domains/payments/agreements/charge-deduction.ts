import type { PaymentBody } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { asSystem } from '../../../platform/boundary.ts';
import { businessDay } from '../../../platform/clock.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Services } from '../../../platform/services.ts';
import { callbackAddress } from '../callback-address.ts';
import { accountOf, type OwnChannel, readChannel } from '../channel-account.ts';
import { channelOf } from '../channels/index.ts';
import { ChannelRefusal, ChannelSilence, type Started, type TakingRefusal } from '../channels/payment-channel.ts';
import { wakeFollowing } from '../follow-schedule.ts';
import { hashOf, writeOrder } from '../open-order.ts';
import { lockOrder, type PaymentOrder } from '../order-row.ts';
import { recordEvent } from '../record-event.ts';
import { settlePayment } from '../settle-payment.ts';
import { writeStarted } from '../start-payment.ts';
import { lockAgreement, type PaymentAgreement, readTargetName } from './agreement-row.ts';
import { concludeDeduction, type DeductionRefusal, failDeduction, readHour } from './conclude-deduction.ts';
import { type Deduction, lockDeduction, markOf } from './deduction-row.ts';
import { stillLives } from './end-agreement.ts';
import { atDaytime, momentOf } from './plan-days.ts';
import { type DeductibleBill, readDeductible, sumOf } from './read-deductible.ts';

/** While bills are being paid otherwise, they are looked at again after so long; after a day they are left. */
const elsewhereMinutes = 30;

type Step =
  | { kind: 'none' }
  | { kind: 'announce'; agreement: PaymentAgreement; channel: OwnChannel; amountFen: Fen; today: Temporal.PlainDate }
  | {
      kind: 'take';
      agreement: PaymentAgreement;
      channel: OwnChannel;
      order: PaymentOrder;
      today: Temporal.PlainDate;
    };

/**
 * One deduction whose moment has come: what is due is looked at anew under the bills' locks, an order is written and the bills are
 * marked in one transaction; the channel is asked for the money outside of any. Cut off anywhere, the order is asked after like
 * every other until it is known what became of it. Of two runners one finds it waiting.
 */
export async function chargeDeduction(services: Services, companyId: string, id: string): Promise<void> {
  const step = await asSystem(services, companyId, (ctx) => prepare(ctx, id));
  if (step.kind === 'none') return;
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: 8_000 };
  const adapter = channelOf(step.channel.kind)!.agreements!;
  const account = accountOf(step.channel);
  if (step.kind === 'announce') return announce(services, companyId, id, step);
  const { order, agreement, today } = step;
  try {
    const told = await adapter.take(
      account,
      {
        orderNo: order.orderNo,
        amountFen: order.amountFen,
        description: order.description,
        expiresAt: Temporal.Instant.from(order.expiresAt),
        notifyUrl: callbackAddress(account, companyId, 'payment'),
        channelNo: agreement.channelNo!,
        today,
      },
      outside,
    );
    await asSystem(services, companyId, (ctx) => writeTaken(ctx, order.id, told));
  } catch (error) {
    if (!(error instanceof ChannelRefusal || error instanceof ChannelSilence)) throw error;
    const kind = error instanceof ChannelRefusal ? adapter.kindOf(error) : null;
    await asSystem(services, companyId, (ctx) => writeRefused(ctx, order.id, error, kind));
  }
}

async function writeTaken(ctx: Context, orderId: string, told: Started): Promise<void> {
  await writeStarted(ctx, orderId, told);
  if (told.kind === 'paid') await settlePayment(ctx, orderId, told.payment, 'start');
}

/** A refusal closes the order and uses up a try; after silence the order is asked after. */
async function writeRefused(
  ctx: Context,
  orderId: string,
  error: ChannelRefusal | ChannelSilence,
  kind: TakingRefusal['kind'] | null,
): Promise<void> {
  const order = await lockOrder(ctx, orderId);
  const reason = error instanceof ChannelRefusal ? error.reason : error.message;
  await recordEvent(ctx, order, 'start', kind === null ? 'silent' : 'refused', reason);
  if (order.state !== 'created' && order.state !== 'unknown') return;
  if (kind === null) {
    await ctx.tx.run(
      sql`update payment_order set state = 'unknown' where company_id = ${ctx.companyId} and id = ${orderId} and state = 'created'`,
    );
    return wakeFollowing(ctx, order);
  }
  // Asked once more later, like every order that was closed: a word may have crossed with another.
  const last = ctx.clock.now().add({ minutes: 10 }).toString();
  await ctx.tx.run(sql`update payment_order set state = 'closed', closed_at = ${nowText(ctx)}, next_query_at = ${last}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${orderId}`);
  await concludeDeduction(ctx, order, { kind, reason });
}

async function announce(
  services: Services,
  companyId: string,
  id: string,
  { agreement, channel, amountFen, today }: Extract<Step, { kind: 'announce' }>,
): Promise<void> {
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: 8_000 };
  const adapter = channelOf(channel.kind)!.agreements!;
  try {
    const told = {
      channelNo: agreement.channelNo!,
      amountFen,
      signedAt: Temporal.Instant.from(agreement.signedAt!),
      today,
    };
    const days = await adapter.announce!(accountOf(channel), told, outside);
    await asSystem(services, companyId, (ctx) => writeAnnounced(ctx, id, amountFen, days));
  } catch (error) {
    if (error instanceof ChannelSilence) return;
    if (!(error instanceof ChannelRefusal)) throw error;
    const refusal = { kind: adapter.kindOf(error), reason: error.reason };
    await asSystem(services, companyId, (ctx) => refuseWaiting(ctx, id, agreement.communityId, amountFen, refusal));
  }
}

async function writeAnnounced(
  ctx: Context,
  id: string,
  amountFen: Fen,
  days: { from: Temporal.PlainDate; until: Temporal.PlainDate },
): Promise<void> {
  const deduction = await lockDeduction(ctx, id);
  if (deduction.state !== 'waiting') return;
  const { at_hour: hour, time_zone: timeZone } = await readHour(ctx, deduction.communityId);
  const planned = Temporal.PlainDate.from(deduction.plannedOn);
  const day = Temporal.PlainDate.compare(days.from, planned) > 0 ? days.from : planned;
  await ctx.tx.run(sql`update deduction set needs_notice = false, amount_fen = ${amountFen.toString()}, take_from = ${days.from.toString()},
      take_until = ${days.until.toString()}, next_at = ${momentOf(day, hour, timeZone).toString()}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${id}`);
}

/** A try that came to no order. */
async function refuseWaiting(
  ctx: Context,
  id: string,
  communityId: string,
  amountFen: Fen,
  refusal: DeductionRefusal,
): Promise<void> {
  const deduction = await lockDeduction(ctx, id);
  if (deduction.state !== 'waiting') return;
  const attempt = deduction.attempt + 1;
  await ctx.tx.run(sql`
    insert into deduction_try (company_id, id, community_id, deduction_id, attempt, amount_fen, tried_at, outcome, failure, reason)
    values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${id}, ${attempt}, ${amountFen.toString()}, ${nowText(ctx)}, 'failed', ${refusal.kind},
      ${refusal.reason.slice(0, 200)})`);
  await ctx.tx.run(
    sql`update deduction set attempt = ${attempt}, amount_fen = ${amountFen.toString()} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await failDeduction(ctx, { ...deduction, attempt, amountFen }, refusal);
}

/** What is to be done now, decided and written under locks: deduction, agreement, bills. */
async function prepare(ctx: Context, id: string): Promise<Step> {
  const deduction = await lockDeduction(ctx, id);
  const now = ctx.clock.now();
  if (deduction.state !== 'waiting' || Temporal.Instant.compare(Temporal.Instant.from(deduction.nextAt!), now) > 0)
    return { kind: 'none' };
  const agreement = await lockAgreement(ctx, deduction.agreementId);
  const { at_hour: hour, time_zone: timeZone } = await readHour(ctx, deduction.communityId);
  const today = businessDay(ctx.clock, timeZone);
  if (agreement.state !== 'active') return cancel(ctx, deduction, '签约已解除');
  if (!(await stillLives(ctx, agreement, today.toString()))) return cancel(ctx, deduction, '签约的住户已迁出');
  const daytime = atDaytime(now, timeZone);
  if (Temporal.Instant.compare(daytime, now) > 0) return putOff(ctx, deduction, daytime);
  const channel = (await readChannel(ctx, agreement.channelId))!;
  if (!channel.account || !channelOf(channel.kind)?.agreements)
    return putOff(ctx, deduction, now.add({ minutes: elsewhereMinutes }));
  const plan = { chargeItemIds: deduction.chargeItemIds, today: today.toString() };
  const due = await readDeductible(ctx, agreement, plan, { isLocked: true });
  if (due.bills.length === 0) return leave(ctx, deduction, today, due.elsewhereCount);
  if (due.amountFen > agreement.limitFen) {
    const reason = `应扣 ${formatYuan(due.amountFen)} 元，超过签约时定的每次最多 ${formatYuan(agreement.limitFen)} 元`;
    await refuseWaiting(ctx, id, deduction.communityId, due.amountFen, { kind: 'limit', reason });
    return { kind: 'none' };
  }
  const isLate = deduction.takeUntil !== null && today.toString() > deduction.takeUntil;
  if (deduction.needsNotice || isLate) return { kind: 'announce', agreement, channel, amountFen: due.amountFen, today };
  if (deduction.takeFrom !== null && today.toString() < deduction.takeFrom)
    return putOff(ctx, deduction, momentOf(Temporal.PlainDate.from(deduction.takeFrom), hour, timeZone));
  // The channel takes no more than it was told of: whole bills, the older first.
  const bills = deduction.takeUntil === null ? due.bills : withinSum(due.bills, deduction.amountFen);
  if (bills.length === 0) return { kind: 'announce', agreement, channel, amountFen: due.amountFen, today };
  const order = await writeTake(ctx, deduction, agreement, channel, bills);
  return { kind: 'take', agreement, channel, order, today };
}

function withinSum(bills: readonly DeductibleBill[], mostFen: Fen): DeductibleBill[] {
  const chosen: DeductibleBill[] = [];
  for (const bill of bills) if (sumOf([...chosen, bill]) <= mostFen) chosen.push(bill);
  return chosen;
}

async function cancel(ctx: Context, { id }: Deduction, reason: string): Promise<Step> {
  await ctx.tx.run(sql`update deduction set state = 'cancelled', reason = ${reason}, next_at = null, claimed_until = null, ended_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  return { kind: 'none' };
}

async function putOff(ctx: Context, { id }: Deduction, at: Temporal.Instant): Promise<Step> {
  await ctx.tx.run(sql`update deduction set next_at = ${at.toString()}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${id}`);
  return { kind: 'none' };
}

/** Nothing to take: paid otherwise, or somebody is paying it just now. */
async function leave(ctx: Context, deduction: Deduction, today: Temporal.PlainDate, elsewhere: number): Promise<Step> {
  const isLong = today.toString() > Temporal.PlainDate.from(deduction.plannedOn).add({ days: 8 }).toString();
  if (elsewhere === 0 || isLong)
    return cancel(ctx, deduction, elsewhere === 0 ? '账单已另行付清' : '账单一直在由银行代扣或另行支付');
  return putOff(ctx, deduction, ctx.clock.now().add({ minutes: elsewhereMinutes }));
}

async function writeTake(
  ctx: Context,
  deduction: Deduction,
  agreement: PaymentAgreement,
  channel: OwnChannel,
  bills: readonly DeductibleBill[],
): Promise<PaymentOrder> {
  const attempt = deduction.attempt + 1;
  const amountFen = sumOf(bills);
  const key = `deduction-${deduction.id}-${attempt}`;
  const place = await ctx.tx.first<{ name: string; time_zone: string; payer: string }>(sql`
    select c.name, c.time_zone, r.name as payer from community c
    join resident r on r.company_id = c.company_id and r.id = ${agreement.residentId}
    where c.company_id = ${ctx.companyId} and c.id = ${agreement.communityId}`);
  const input: PaymentBody = {
    communityId: agreement.communityId,
    targetKind: agreement.targetKind,
    targetId: agreement.targetId,
    bills: [],
    expectedTotal: formatYuan(amountFen),
    application: 'fees',
    way: 'agreement',
    payerName: place?.payer ?? '',
    idempotencyKey: key,
  };
  const order = await writeOrder(ctx, {
    input,
    asker: { residentId: agreement.residentId, staffId: null, clientIp: '' },
    channel: { id: channel.id, kind: channel.kind },
    bills,
    topUps: [],
    amountFen,
    desk: {
      timeZone: place!.time_zone,
      communityName: place!.name,
      targetName: (await readTargetName(ctx, agreement)) ?? '',
    },
    requestHash: hashOf([key]),
    sameAs: hashOf([key]),
    minutes: channelOf(channel.kind)!.agreements!.openMinutes,
  });
  await ctx.tx.run(sql`update bill set withheld_in = ${markOf(order.orderNo)}
    where company_id = ${ctx.companyId} and id = any (${bills.map((bill) => bill.billId)}::uuid[])`);
  await ctx.tx.run(sql`
    insert into deduction_try (company_id, id, community_id, deduction_id, attempt, order_id, amount_fen, tried_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${deduction.communityId}, ${deduction.id}, ${attempt}, ${order.id}, ${amountFen.toString()}, ${nowText(ctx)})`);
  await ctx.tx.run(sql`update deduction set state = 'charging', attempt = ${attempt}, amount_fen = ${amountFen.toString()}, next_at = null, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${deduction.id}`);
  return order;
}
