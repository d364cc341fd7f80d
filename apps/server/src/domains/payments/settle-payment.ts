import { channelKinds, DomainError, onlineMethodNames, takePayment as takePaymentEndpoint } from '@anlin/contract';
import { addFen, type Fen, fen, formatYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addOnlineMethod, readClosedUntil, shareReceived, takePayment } from '../cashier/index.ts';
import { concludeDeduction, lockDeductionOf } from './agreements/conclude-deduction.ts';
import { readChannel } from './channel-account.ts';
import type { ChannelPayment } from './channels/payment-channel.ts';
import { firstOpenDay } from './first-open-day.ts';
import { lockOrder, type PaymentOrder } from './order-row.ts';
import { followUp, lockForSequel } from './order-sequel.ts';
import { type PaymentEventKind, recordEvent } from './record-event.ts';

/** What a word of the channel did. */
export type Settling = 'booked' | 'unbooked' | 'knownAlready' | 'mismatch' | 'doubled';

/**
 * Brings an order to what the channel says was paid, once, whoever hears it first: the answer, a query or a callback. The order's
 * lock lets one through at a time and the transaction is unique. Number, merchant and amount must be the order's, or nothing is
 * booked and staff are shown it. Money of a closed order, or of bills paid meanwhile, is booked all the same: what is no longer
 * owed becomes prepaid, or goes back where the channel is set so. `how` is who said it.
 */
export async function settlePayment(
  ctx: Context,
  orderId: string,
  payment: ChannelPayment,
  how: Extract<PaymentEventKind, 'start' | 'callback' | 'query' | 'close'>,
): Promise<Settling> {
  const order = await lockOrder(ctx, orderId);
  if (order.state === 'paid') return hearAgain(ctx, order, payment, how);
  const channel = await readChannel(ctx, order.channelId);
  const wrong = mismatchOf(order, channel!.merchantId, payment) ?? (await usedElsewhere(ctx, order, payment));
  if (wrong !== null) {
    await recordEvent(ctx, order, how, 'mismatch', wrong);
    await flag(
      ctx,
      order.id,
      'mismatch',
      `${channelKinds[order.channelKind]}说已付款，但${wrong}，没有入账。请与渠道核对`,
    );
    return 'mismatch';
  }
  const wasClosed = order.state === 'closed';
  const booking = await book(ctx, order, payment, wasClosed, channel!.surplus === 'refund');
  await recordEvent(ctx, order, how, booking.receiptId ? 'paid' : 'unbooked', booking.event);
  return booking.receiptId ? 'booked' : 'unbooked';
}

function mismatchOf(order: PaymentOrder, merchantId: string, payment: ChannelPayment): string | null {
  if (payment.orderNo !== order.orderNo) return '订单号不符';
  if (payment.merchantId !== merchantId) return '商户号不符';
  if (payment.amountFen !== order.amountFen)
    return `金额不符：应付 ${formatYuan(order.amountFen)} 元，渠道说 ${formatYuan(payment.amountFen)} 元`;
  return null;
}

async function usedElsewhere(ctx: Context, order: PaymentOrder, payment: ChannelPayment): Promise<string | null> {
  const other = await ctx.tx.first<{ order_no: string }>(sql`select order_no from payment_order
    where company_id = ${ctx.companyId} and channel_id = ${order.channelId} and transaction_id = ${payment.transactionId} and id <> ${order.id}`);
  return other ? `交易号已属于订单 ${other.order_no}` : null;
}

async function hearAgain(
  ctx: Context,
  order: PaymentOrder,
  payment: ChannelPayment,
  how: PaymentEventKind,
): Promise<Settling> {
  if (payment.transactionId === order.transactionId) {
    // Each query says it again; only what comes unasked is worth a line.
    if (how === 'callback') await recordEvent(ctx, order, how, 'knownAlready');
    return 'knownAlready';
  }
  await recordEvent(ctx, order, how, 'doubled', payment.transactionId);
  const told = `渠道说同一订单又付了一次：交易号 ${payment.transactionId}，${formatYuan(payment.amountFen)} 元，没有入账。请与渠道核对`;
  await flag(ctx, order.id, 'doubled', told);
  return 'doubled';
}

async function flag(ctx: Context, orderId: string, exception: string, problem: string): Promise<void> {
  await ctx.tx.run(sql`update payment_order set exception = ${exception}, problem = ${problem}, handled_at = null, handled_by = null
    where company_id = ${ctx.companyId} and id = ${orderId}`);
}

interface Booking {
  receiptId: string | null;
  event: string;
}

/** Marks the order paid and books its money; where the cashier refuses, the money stands as paid and unbooked, for staff to see. */
async function book(
  ctx: Context,
  order: PaymentOrder,
  payment: ChannelPayment,
  wasClosed: boolean,
  returnsSurplus: boolean,
): Promise<Booking> {
  const paidAt = payment.paidAt.toString();
  await lockDeductionOf(ctx, order);
  await lockForSequel(ctx, order);
  const booked = await tryBooking(ctx, order, payment);
  const surplusFen = 'refusal' in booked ? zeroFen : booked.surplusFen;
  const exception =
    'refusal' in booked ? 'unbooked' : surplusFen === zeroFen ? null : returnsSurplus ? 'returned' : 'surplus';
  const problem =
    'refusal' in booked
      ? `款已收到，但没有入账：${booked.refusal}`
      : surplusText(surplusFen, wasClosed, returnsSurplus);
  const receiptId = 'refusal' in booked ? null : booked.receiptId;
  // What goes back is given back by the next sweep, in a transaction of its own.
  const next = exception === 'returned' ? ctx.clock.now().toString() : null;
  await ctx.tx.run(sql`update payment_order set state = 'paid', transaction_id = ${payment.transactionId}, paid_at = ${paidAt}, receipt_id = ${receiptId},
      surplus_fen = ${surplusFen.toString()}, exception = ${exception}, problem = ${problem}, handled_at = null, next_query_at = ${next}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${order.id}`);
  await concludeDeduction(ctx, order, 'paid');
  if (receiptId) await followUp(ctx, order, receiptId);
  await recordAudit(ctx, {
    action: receiptId ? 'payment.settle' : 'payment.unbooked',
    targetKind: 'paymentOrder',
    targetId: order.id,
    targetLabel: order.orderNo,
    communityId: order.communityId,
    after: { total: formatYuan(order.amountFen), surplus: formatYuan(surplusFen) },
  });
  return { receiptId, event: problem };
}

/** Books money that stands as paid and unbooked, once what was in the way is gone. Says why not; null when it is booked. */
export async function bookAgain(ctx: Context, order: PaymentOrder, paidAt: Temporal.Instant): Promise<string | null> {
  const payment: ChannelPayment = {
    orderNo: order.orderNo,
    merchantId: '',
    amountFen: order.amountFen,
    transactionId: order.transactionId!,
    paidAt,
    payer: '',
  };
  const booked = await tryBooking(ctx, order, payment);
  if ('refusal' in booked) return booked.refusal;
  const { receiptId, surplusFen } = booked;
  await ctx.tx.run(sql`update payment_order set receipt_id = ${receiptId}, surplus_fen = ${surplusFen.toString()},
      exception = ${surplusFen === zeroFen ? null : 'surplus'}, problem = ${surplusText(surplusFen, false, false)}
    where company_id = ${ctx.companyId} and id = ${order.id}`);
  await followUp(ctx, order, receiptId);
  return null;
}

function surplusText(surplusFen: Fen, wasClosed: boolean, returnsSurplus: boolean): string {
  if (surplusFen === zeroFen) return '';
  const why = wasClosed ? '订单关闭后才付的款，账单已另行付清' : '所付账单已另行付清、减少或作废';
  return `${why}，多收 ${formatYuan(surplusFen)} 元${returnsSurplus ? '原路退回' : '已转为预存款'}`;
}

type Tried = { receiptId: string; surplusFen: Fen } | { refusal: string };

/**
 * As it was asked for; where that is refused, all of it as prepaid, so that money is seldom left lying. Each try is undone whole
 * before the next.
 */
async function tryBooking(ctx: Context, order: PaymentOrder, payment: ChannelPayment): Promise<Tried> {
  let refusal = '';
  // Twice as it was asked for: the books may be closed in the moment between looking and writing.
  // What is for nobody's house can become nobody's prepaid.
  const tries = order.targetId === null ? [false, false] : [false, false, true];
  for (const asPrepaid of tries) {
    await ctx.tx.client.query('savepoint booking');
    try {
      const booked = await bookReceipt(ctx, order, payment, asPrepaid);
      await ctx.tx.client.query('release savepoint booking');
      return booked;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await ctx.tx.client.query('rollback to savepoint booking');
      refusal ||= error instanceof DomainError ? error.message : '账簿刚被结账，请重新入账';
    }
  }
  return { refusal };
}

/** A rule said no, in the application or by a trigger (SQLSTATE AN…); anything else is a fault, and the transaction is undone. */
function isRefusal(error: unknown): boolean {
  return error instanceof DomainError || /^AN\d{3}$/.test((error as { code?: string }).code ?? '');
}

async function bookReceipt(
  ctx: Context,
  order: PaymentOrder,
  payment: ChannelPayment,
  asPrepaid: boolean,
): Promise<{ receiptId: string; surplusFen: Fen }> {
  const { communityId, targetKind, targetId, amountFen } = order;
  const receivedOn = await openDay(ctx, communityId, payment.paidAt);
  const { bills, paidFen } = asPrepaid ? { bills: [], paidFen: zeroFen } : await payBills(ctx, order, receivedOn);
  const wanted = asPrepaid ? [] : order.topUps.map((one) => ({ ...one, fen: fen(BigInt(one.fen)) }));
  const own = asPrepaid ? null : ownLines(order);
  const surplusFen = own ? zeroFen : subtractFen(amountFen, addFen(paidFen, sumFen(wanted.map((one) => one.fen))));
  const general = addFen(surplusFen, sumFen(wanted.filter((one) => one.chargeItemId === null).map((one) => one.fen)));
  const topUps = [
    ...wanted.filter((one) => one.chargeItemId !== null),
    ...(general > zeroFen ? [{ chargeItemId: null, fen: general }] : []),
  ].map((one) => ({
    targetKind: targetKind!,
    targetId: targetId!,
    chargeItemId: one.chargeItemId,
    amount: formatYuan(one.fen),
  }));
  const yuan = formatYuan(amountFen);
  const body = takePaymentEndpoint.body.parse({
    communityId,
    ...(targetKind && targetId ? { targetKind, targetId } : {}),
    bills,
    ...own,
    ...(bills.some((bill) => bill.lateFeeWaived) ? { reductionReason: '付款到入账之间的违约金不计' } : {}),
    ...(topUps.length > 0 ? { topUps } : {}),
    expectedTotal: yuan,
    tenders: [
      {
        paymentMethodId: await addOnlineMethod(ctx, order.channelKind),
        amount: yuan,
        reference: payment.transactionId.slice(0, 60),
      },
    ],
    payerName: order.payerName,
    receivedOn,
    takesWithheld: true,
    note: `${onlineMethodNames[order.channelKind]} ${order.orderNo}${order.remark ? `，备注：${order.remark}` : ''}`,
    idempotencyKey: `online-${order.id}`,
  });
  const online = { cashierStaffId: order.staffId };
  const taken = await takePayment(ctx, body, { isInBank: true, online });
  return { receiptId: taken.id, surplusFen };
}

/** The one line of money by a collection code that is for no house: kept until staff say whose it is, or income. */
function ownLines({ heldItemId, incomeItemId, amountFen, payerName, remark }: PaymentOrder) {
  const amount = formatYuan(amountFen);
  if (heldItemId !== null)
    return { deposits: [{ chargeItemId: heldItemId, amount, holderName: payerName || '扫码付款人', note: remark }] };
  return incomeItemId === null ? null : { incomes: [{ chargeItemId: incomeItemId, amount, description: remark }] };
}

async function payBills(ctx: Context, order: PaymentOrder, receivedOn: string) {
  const rows = await ctx.tx.rows<{ bill_id: string; principal_fen: Fen; late_fee_fen: Fen }>(sql`
    select bill_id, principal_fen, late_fee_fen from payment_order_bill where company_id = ${ctx.companyId} and order_id = ${order.id}`);
  const askedFen = sumFen(rows.map((row) => addFen(row.principal_fen, row.late_fee_fen)));
  const { bills, leftFen } = await shareReceived(ctx, {
    communityId: order.communityId,
    amountFen: askedFen,
    receivedOn,
    billIds: rows.map((row) => row.bill_id),
    asked: new Map(rows.map((row) => [row.bill_id, { principalFen: row.principal_fen, lateFeeFen: row.late_fee_fen }])),
  });
  return { bills, paidFen: subtractFen(askedFen, leftFen) };
}

/** The day it was paid, in the community's zone; the first open day when that one is closed. */
async function openDay(ctx: Context, communityId: string, paidAt: Temporal.Instant): Promise<string> {
  const community = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  const paidOn = paidAt.toZonedDateTimeISO(community!.time_zone).toPlainDate();
  return firstOpenDay(paidOn.toString(), await readClosedUntil(ctx, communityId));
}
