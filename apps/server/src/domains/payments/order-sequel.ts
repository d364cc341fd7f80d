import { DomainError } from '@anlin/contract';
import { addFen, type Fen, fen, formatYuan, minFen, subtractFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { completeFromPrepaid, lockHeldMoney, type QuotedBill } from '../cashier/index.ts';
import { chargeAdvance, lockBills } from '../charging/index.ts';
import type { PaymentOrder } from './order-row.ts';
import { recordEvent } from './record-event.ts';

/**
 * What a resident's payment is completed with once its money has come, and not before: prepaid that pays the rest of the bills, or
 * bills of months to come, raised then and paid with the prepaid the payment was taken as. Until then nothing of it is held or
 * written, so an order nobody pays leaves nothing behind.
 */
export type OrderSequel =
  | { kind: 'prepaid'; paid: ReadonlyMap<string, Fen> }
  | { kind: 'advance'; monthTo: string; amountFen: Fen; lines: readonly AdvanceLine[] };

/** A bill to come: of the order's house or space, its item and first day. */
interface AdvanceLine {
  chargeItemId: string;
  periodFrom: string;
}

/** In the words two equal requests share. */
export const sequelText = (sequel: OrderSequel | undefined): unknown =>
  sequel?.kind === 'prepaid'
    ? [...sequel.paid].map(([id, amount]) => [id, amount.toString()]).sort()
    : sequel
      ? [sequel.monthTo, sequel.amountFen.toString()]
      : null;

/** What the channel is asked for of each bill: what prepaid will not pay. Late fee first, as bills are settled. */
export function lessPrepaid(bills: readonly QuotedBill[], sequel: OrderSequel | undefined): QuotedBill[] {
  if (sequel?.kind !== 'prepaid') return [...bills];
  return bills.flatMap((bill) => {
    const owedFen = addFen(bill.principalFen, bill.lateFeeFen);
    const leftFen = subtractFen(owedFen, minFen(owedFen, sequel.paid.get(bill.billId) ?? zeroFen));
    if (leftFen === zeroFen) return [];
    const lateFeeFen = minFen(leftFen, bill.lateFeeFen);
    return [{ ...bill, lateFeeFen, principalFen: subtractFen(leftFen, lateFeeFen) }];
  });
}

/** Writes what is to follow, beside its order. */
export async function writeSequel(
  ctx: Context,
  order: { id: string; communityId: string },
  sequel: OrderSequel | undefined,
): Promise<void> {
  if (!sequel) return;
  const isPrepaid = sequel.kind === 'prepaid';
  const amountFen = isPrepaid ? [...sequel.paid.values()].reduce(addFen, zeroFen) : sequel.amountFen;
  const billIds = isPrepaid ? [...sequel.paid.keys()] : [];
  const lines = isPrepaid ? [] : sequel.lines;
  await ctx.tx.run(sql`insert into payment_sequel (company_id, id, community_id, order_id, kind, bill_ids, amount_fen, month_to, lines)
    values (${ctx.companyId}, ${ctx.newId()}, ${order.communityId}, ${order.id}, ${sequel.kind}, ${billIds}::uuid[], ${amountFen.toString()},
      ${isPrepaid ? null : sequel.monthTo}, ${JSON.stringify(lines)}::jsonb)`);
}

interface SequelRow {
  id: string;
  kind: OrderSequel['kind'];
  bill_ids: string[];
  amount_fen: Fen;
  month_to: string | null;
  lines: AdvanceLine[];
  /** The day of the payment: the rest counts for the same. */
  received_on: string;
}

/** Locks what the sequel will need, before the payment is booked: bills and accounts come before the counters of receipts. */
export async function lockForSequel(ctx: Context, order: PaymentOrder): Promise<void> {
  const row = await ctx.tx.first<{
    bill_ids: string[];
  }>(sql`select s.bill_ids || array(select b.bill_id from payment_order_bill b
      where b.company_id = s.company_id and b.order_id = s.order_id) as bill_ids
    from payment_sequel s where s.company_id = ${ctx.companyId} and s.order_id = ${order.id} and s.state = 'waiting'`);
  if (!row) return;
  const bills = await lockBills(ctx, row.bill_ids);
  const targetIds = [...new Set([order.targetId!, ...bills.map((bill) => bill.targetId)])];
  await lockHeldMoney(ctx, { targetIds, toIds: [] });
}

/**
 * Does what follows a payment that was booked, in the same transaction and undone whole where a rule says no: the payment
 * stands either way. Runs once, under the order's lock.
 */
export async function followUp(ctx: Context, order: PaymentOrder, receiptId: string): Promise<void> {
  const row = await ctx.tx.first<SequelRow>(sql`
    select s.id, s.kind, s.bill_ids, s.amount_fen, s.month_to, s.lines, r.received_on
    from payment_sequel s join receipt r on r.company_id = s.company_id and r.id = ${receiptId}
    where s.company_id = ${ctx.companyId} and s.order_id = ${order.id} and s.state = 'waiting'`);
  if (!row) return;
  const done = await tryFollowing(ctx, order, row);
  const paidFen = done.paid?.paidFen ?? zeroFen;
  const state = paidFen === row.amount_fen ? 'done' : paidFen > zeroFen ? 'partly' : 'failed';
  const note = state === 'done' ? '' : `${namesOf[row.kind]}${done.refusal ?? shortText(row, paidFen)}`;
  await ctx.tx.run(sql`update payment_sequel set state = ${state}, receipt_id = ${done.paid?.receiptId ?? null}, paid_fen = ${paidFen.toString()},
      note = ${note.slice(0, 500)}, done_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${row.id}`);
  const detail = state === 'done' ? `${namesOf[row.kind]}已付账单 ${formatYuan(paidFen)} 元` : note;
  await recordEvent(ctx, order, 'booking', state === 'done' ? 'followed' : 'followedShort', detail);
}

const namesOf = { prepaid: '预存款抵扣：', advance: '预缴：' } as const;

const shortText = (row: SequelRow, paidFen: Fen): string =>
  row.kind === 'prepaid'
    ? `应付 ${formatYuan(row.amount_fen)} 元，实际付了 ${formatYuan(paidFen)} 元，余下的账单仍待缴`
    : `${formatYuan(row.amount_fen)} 元中付了账单 ${formatYuan(paidFen)} 元，其余留作预存款`;

type Followed = { paid: { receiptId: string; paidFen: Fen } | null; refusal?: string };

async function tryFollowing(ctx: Context, order: PaymentOrder, row: SequelRow): Promise<Followed> {
  await ctx.tx.client.query('savepoint following');
  try {
    const paid = row.kind === 'prepaid' ? await payRest(ctx, order, row) : await payAhead(ctx, order, row);
    await ctx.tx.client.query('release savepoint following');
    return { paid };
  } catch (error) {
    const isRule = error instanceof DomainError || /^AN\d{3}$/.test((error as { code?: string }).code ?? '');
    if (!isRule) throw error;
    await ctx.tx.client.query('rollback to savepoint following');
    return { paid: null, refusal: error instanceof DomainError ? error.message : '账簿刚被结账' };
  }
}

const slipOf = (order: PaymentOrder, row: SequelRow, note: string) => ({
  communityId: order.communityId,
  receivedOn: row.received_on,
  mostFen: row.amount_fen,
  payerName: order.payerName,
  note,
  idempotencyKey: `follow-${order.id}`,
});

function payRest(ctx: Context, order: PaymentOrder, row: SequelRow) {
  return completeFromPrepaid(ctx, {
    ...slipOf(order, row, `与在线支付 ${order.orderNo} 一起，用预存款付`),
    billIds: row.bill_ids,
    isGeneral: false,
  });
}

/** Raises the bills up to the month and pays those the resident was shown. What they come to more is left due. */
async function payAhead(ctx: Context, order: PaymentOrder, row: SequelRow) {
  // Only a collection code's money is for no place, and nothing follows it.
  const [targetKind, targetId] = [order.targetKind!, order.targetId!];
  await chargeAdvance(ctx, { targetKind, targetId, monthTo: row.month_to! });
  const bills = await ctx.tx.rows<{ id: string }>(sql`select b.id from bill b
    join unnest(${row.lines.map((line) => line.chargeItemId)}::uuid[], ${row.lines.map((line) => line.periodFrom)}::date[]) l (item_id, period_from)
      on l.item_id = b.charge_item_id and l.period_from = b.period_from
    where b.company_id = ${ctx.companyId} and b.target_id = ${targetId} and b.outstanding_fen > 0 and b.debtor_resident_id is null`);
  if (bills.length === 0) return null;
  return completeFromPrepaid(ctx, {
    ...slipOf(order, row, `预缴到 ${row.month_to}`),
    billIds: bills.map((bill) => bill.id),
    isGeneral: true,
  });
}

/** What a payer should know of what followed; empty when it went as it was meant to, or is still to come. */
export async function readSequelNote(ctx: Context, orderId: string): Promise<string> {
  const row = await ctx.tx.first<{
    kind: OrderSequel['kind'];
    state: string;
    amount_fen: bigint;
    paid_fen: bigint;
  }>(sql`
    select kind, state, amount_fen, paid_fen from payment_sequel where company_id = ${ctx.companyId} and order_id = ${orderId}`);
  if (!row || row.state === 'waiting' || row.state === 'done') return '';
  const missing = formatYuan(fen(row.amount_fen - row.paid_fen));
  return row.kind === 'prepaid'
    ? `预存款有 ${missing} 元没有用上（可能已用在别处），余下的账单还没有付清。`
    : `有 ${missing} 元没有用来预缴，已存为预存款。`;
}
