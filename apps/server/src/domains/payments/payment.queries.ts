import {
  type EndpointReply,
  type EndpointRequest,
  type listPayments as listEndpoint,
  type PaymentDetail,
  type PaymentRow,
  platformFail,
  type readDeskPayment as stateEndpoint,
} from '@anlin/contract';
import { addFen, type Fen, fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { targetJoins, targetLabel } from '../estate/index.ts';

type ListQuery = EndpointRequest<typeof listEndpoint>['query'];

interface Row extends Omit<PaymentRow, 'amount' | 'refunded'> {
  amountFen: Fen;
  refundedFen: Fen;
  surplusFen: Fen;
  problem: string;
  handledNote: string;
  topUps: { chargeItemId: string | null; fen: string }[];
  /** Of money by a collection code for no house: its item, and what it is. */
  ownItem: string;
}

const columns: Sql =
  raw(`o.id, o.order_no as "orderNo", o.community_id as "communityId", c.name as "communityName", o.target_kind as "targetKind",
  o.target_id as "targetId", coalesce(nullif(${targetLabel.sql}, ''), q.name, '') as "targetName", k.name as "channelName", o.channel_kind as "channelKind",
  o.way, o.amount_fen as "amountFen", o.refunded_fen as "refundedFen", o.surplus_fen as "surplusFen", o.state, o.exception,
  o.handled_at is not null as "isHandled", o.handled_note as "handledNote", o.problem, o.payer_name as "payerName", coalesce(s.name, '') as "staffName",
  coalesce(o.transaction_id, '') as "transactionId", o.receipt_id as "receiptId", coalesce(r.number, '') as "receiptNumber",
  o.created_at as "createdAt", o.expires_at as "expiresAt", o.paid_at as "paidAt", o.top_ups as "topUps",
  case when o.held_item_id is not null then '待认领' when o.income_item_id is not null then coalesce(i.name, '其他收入') else '' end as "ownItem"`);

const tables: Sql = sql`${raw(`payment_order o
  join community c on c.company_id = o.company_id and c.id = o.community_id
  join payment_channel k on k.company_id = o.company_id and k.id = o.channel_id
  left join staff s on s.company_id = o.company_id and s.id = o.staff_id
  left join receipt r on r.company_id = o.company_id and r.id = o.receipt_id
  left join collection_code q on q.company_id = o.company_id and q.id = o.collection_code_id
  left join charge_item i on i.company_id = o.company_id and i.id = o.income_item_id`)}
  ${targetJoins('o')}`;

function rowOf({
  amountFen,
  refundedFen,
  surplusFen: _,
  problem: __,
  handledNote: ___,
  topUps: ____,
  ownItem: _____,
  ...row
}: Row): PaymentRow {
  return { ...row, amount: formatYuan(amountFen), refunded: formatYuan(refundedFen) };
}

/** Payments the newest first, filtered, with sums over all that match. */
export async function listPayments(ctx: Context, query: ListQuery): Promise<EndpointReply<typeof listEndpoint>> {
  const where = whereOf(ctx, query);
  const rows = await ctx.tx.ad<Row>(sql`select ${columns} from ${tables} where ${where}
    order by o.created_at desc, o.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  const [sums] = await ctx.tx.ad<{ count: number; paid: number; sum: Fen; refunded: Fen }>(sql`
    select count(*)::int as count, count(*) filter (where o.state = 'paid')::int as paid,
      coalesce(sum(o.amount_fen) filter (where o.state = 'paid'), 0)::bigint as sum, coalesce(sum(o.refunded_fen), 0)::bigint as refunded
    from ${tables} where ${where}`);
  return {
    rows: rows.map(rowOf),
    total: sums!.count,
    paidCount: sums!.paid,
    paidSum: formatYuan(sums!.sum),
    refundedSum: formatYuan(sums!.refunded),
  };
}

function whereOf(ctx: Context, query: ListQuery): Sql {
  const conditions: Sql[] = [sql`o.company_id = ${ctx.companyId}`];
  if (query.q) {
    const like = `%${likeText(query.q)}%`;
    conditions.push(
      sql`(o.order_no = ${query.q} or o.transaction_id = ${query.q} or o.payer_name ilike ${like} or ${targetLabel} ilike ${like})`,
    );
  }
  if (query.communityId) conditions.push(sql`o.community_id = ${query.communityId}`);
  if (query.channelId) conditions.push(sql`o.channel_id = ${query.channelId}`);
  if (query.targetId) conditions.push(sql`o.target_id = ${query.targetId}`);
  if (query.state) conditions.push(sql`o.state = ${query.state}`);
  if (query.open === 'exception')
    conditions.push(sql`((o.exception is not null and o.handled_at is null) or exists (select from channel_refund x
      where x.company_id = o.company_id and x.order_id = o.id and x.state = 'failed'))`);
  // Days in the community's own zone.
  if (query.createdFrom)
    conditions.push(sql`o.created_at >= (${query.createdFrom}::date::timestamp at time zone c.time_zone)`);
  if (query.createdTo)
    conditions.push(sql`o.created_at < ((${query.createdTo}::date + 1)::timestamp at time zone c.time_zone)`);
  return join(conditions, ' and ');
}

/** One payment with what it was for, everything that was said about it, and its refunds. 404 when out of sight. */
export async function readPaymentDetail(ctx: Context, id: string): Promise<PaymentDetail> {
  const row = await ctx.tx.first<Row>(
    sql`select ${columns} from ${tables} where o.company_id = ${ctx.companyId} and o.id = ${id}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '在线支付' });
  const events = await ctx.tx.rows<
    PaymentDetail['events'][number]
  >(sql`select id, at, kind, outcome, detail from payment_order_event
    where company_id = ${ctx.companyId} and order_id = ${id} order by at, id limit 500`);
  const refunds = await ctx.tx.rows<Omit<PaymentDetail['refunds'][number], 'amount'> & { amountFen: Fen }>(sql`
    select x.id, x.refund_no as "refundNo", f.number as "refundNumber", x.amount_fen as "amountFen", x.state, x.reason, x.failure, x.attempt,
      x.created_at as "createdAt", x.done_at as "doneAt"
    from channel_refund x join refund f on f.company_id = x.company_id and f.id = x.refund_id
    where x.company_id = ${ctx.companyId} and x.order_id = ${id} order by x.created_at, x.id`);
  return {
    ...rowOf(row),
    surplus: formatYuan(row.surplusFen),
    problem: row.problem,
    handledNote: row.handledNote,
    lines: [
      ...(await readLines(ctx, id, row.topUps)),
      ...(row.ownItem === '' ? [] : [{ label: row.ownItem, amount: formatYuan(row.amountFen) }]),
    ],
    events,
    refunds: refunds.map(({ amountFen, ...one }) => ({ ...one, amount: formatYuan(amountFen) })),
  };
}

async function readLines(ctx: Context, orderId: string, topUps: Row['topUps']): Promise<PaymentDetail['lines']> {
  const bills = await ctx.tx.rows<{ label: string; principal_fen: Fen; late_fee_fen: Fen }>(sql`
    select i.name || ' ' || b.period_from || ' 至 ' || (b.period_to - 1) as label, l.principal_fen, l.late_fee_fen
    from payment_order_bill l join bill b on b.company_id = l.company_id and b.id = l.bill_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    where l.company_id = ${ctx.companyId} and l.order_id = ${orderId} order by b.period_from, i.name, b.id`);
  const itemIds = topUps.flatMap((one) => one.chargeItemId ?? []);
  const items = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from charge_item where company_id = ${ctx.companyId} and id = any (${itemIds}::uuid[])`,
  );
  const nameOf = (itemId: string | null) =>
    itemId === null ? '预存款' : `预存款（${items.find((one) => one.id === itemId)?.name ?? ''}）`;
  return [
    ...bills.map((bill) => ({
      label: bill.label,
      amount: formatYuan(addFen(bill.principal_fen, bill.late_fee_fen)),
    })),
    ...topUps.map((one) => ({ label: nameOf(one.chargeItemId), amount: formatYuan(fen(BigInt(one.fen))) })),
  ];
}

/** What the desk waits for. 404 when out of sight. */
export async function readDeskState(ctx: Context, id: string): Promise<EndpointReply<typeof stateEndpoint>> {
  const row = await ctx.tx.first<Row>(
    sql`select ${columns} from ${tables} where o.company_id = ${ctx.companyId} and o.id = ${id}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '在线支付' });
  const { state, receiptId, receiptNumber, exception, problem } = row;
  return { state, amount: formatYuan(row.amountFen), receiptId, receiptNumber, exception, problem };
}

/** Payments that staff should look at and have not, and refunds that failed. */
export async function countExceptions(ctx: Context): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(sql`select (
      (select count(*) from payment_order where company_id = ${ctx.companyId} and exception is not null and handled_at is null)
      + (select count(*) from channel_refund where company_id = ${ctx.companyId} and state = 'failed'))::int as count`);
  return row!.count;
}
