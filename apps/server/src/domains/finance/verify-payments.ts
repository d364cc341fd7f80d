import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** Online payments against their receipts, and what goes back through channels against the refunds of the books. */
export const paymentChecks: readonly CheckQuery[] = [
  {
    key: 'payment.receipt',
    title: '已付款的在线支付都有一张同样金额的收据，收据也都有支付',
    count: (company) => sql`select count(*) from payment_order where company_id = ${company}`,
    breaches: (company) => sql`
      select coalesce(o.id, r.id) as id, format('支付 %s（%s）%s 分，收据 %s %s 分', o.order_no, o.state, o.amount_fen, coalesce(r.number, '无'), r.total_fen) as detail
      from (select * from payment_order where company_id = ${company} and state = 'paid' and exception is distinct from 'unbooked') o
      full join (select * from receipt where company_id = ${company} and kind = 'online') r on r.id = o.receipt_id
      where o.id is null or r.id is null or o.amount_fen <> r.total_fen`,
  },
  {
    key: 'payment.tender',
    title: '在线支付收据的支付流水号 = 渠道交易号',
    count: (company) =>
      sql`select count(*) from payment_order where company_id = ${company} and receipt_id is not null`,
    breaches: (company) => sql`
      select o.id, format('支付 %s 交易号 %s', o.order_no, o.transaction_id) as detail from payment_order o
      where o.company_id = ${company} and o.receipt_id is not null and not exists (select from receipt_tender t
        join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where t.company_id = o.company_id and t.receipt_id = o.receipt_id and t.reference = left(o.transaction_id, 60)
          and m.channel = o.channel_kind and t.amount_fen = o.amount_fen)`,
  },
  {
    key: 'payment.refund',
    title: '每笔在线支付从渠道退的 = 各次渠道退款之和，不超过所付',
    count: (company) => sql`select count(*) from payment_order where company_id = ${company} and refunded_fen > 0`,
    breaches: (company) => sql`
      select o.id, format('支付 %s 付 %s 分，记退 %s，各次退款 %s', o.order_no, o.amount_fen, o.refunded_fen, coalesce(x.sum, 0)) as detail
      from payment_order o left join (select order_id, sum(amount_fen) as sum from channel_refund where company_id = ${company} and state <> 'replaced' group by 1) x on x.order_id = o.id
      where o.company_id = ${company} and (o.refunded_fen <> coalesce(x.sum, 0) or o.refunded_fen > o.amount_fen)`,
  },
  {
    key: 'payment.refundDocument',
    title: '渠道退款与退款单的金额、状态一致',
    count: (company) => sql`select count(*) from channel_refund where company_id = ${company}`,
    breaches: (company) => sql`
      select x.id, format('退款 %s：渠道 %s 分（%s），退款单 %s', f.number, x.amount_fen, x.state, f.state) as detail
      from channel_refund x join refund f on f.company_id = x.company_id and f.id = x.refund_id
      where x.company_id = ${company} and ((x.state in ('done', 'replaced')) <> (f.state = 'done') or case x.state when 'replaced' then 0 else x.amount_fen end <> (select coalesce(sum(t.amount_fen), 0) from refund_tender t
        join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where t.company_id = f.company_id and t.refund_id = f.id and m.channel is not null))`,
  },
  {
    key: 'deduction.payment',
    title: '自动扣款与它的在线支付一致：扣到的已付款，没有扣到的没有付款',
    count: (company) => sql`select count(*) from deduction_try where company_id = ${company}`,
    breaches: (company) => sql`
      select d.id, format('扣款 %s 第 %s 次（%s，%s），支付 %s', d.planned_on, t.attempt, d.state, t.outcome, coalesce(o.state, '无')) as detail
      from deduction_try t join deduction d on d.company_id = t.company_id and d.id = t.deduction_id
      left join payment_order o on o.company_id = t.company_id and o.id = t.order_id
      where t.company_id = ${company} and ((t.outcome = 'paid') <> (o.state is not distinct from 'paid')
        or (t.outcome = 'paid' and d.state <> 'done') or (t.outcome = 'charging' and o.state = 'closed'))`,
  },
  {
    key: 'deduction.mark',
    title: '标为自动扣款中的账单，都有一笔正在扣的支付',
    count: (company) => sql`select count(*) from bill where company_id = ${company} and withheld_in is not null`,
    breaches: (company) => sql`
      select b.id, format('账单标为 %s', b.withheld_in) as detail from bill b
      where b.company_id = ${company} and starts_with(b.withheld_in, '自动扣款-') and not exists (
        select from payment_order_bill l join payment_order o on o.company_id = l.company_id and o.id = l.order_id
        where l.company_id = b.company_id and l.bill_id = b.id and o.way = 'agreement' and o.state in ('created', 'paying', 'unknown')
          and b.withheld_in = '自动扣款-' || right(o.order_no, 8))`,
  },
  {
    key: 'reconciliation.sums',
    title: '已对账的每一天，各项合计 = 其各行之和',
    count: (company) => sql`select count(*) from reconciliation where company_id = ${company} and state = 'done'`,
    breaches: (company) => sql`
      select r.id, format('%s %s：记着到账 %s 笔 %s、退款 %s 笔 %s、手续费 %s、差额 %s，各行合计到账 %s 笔 %s、退款 %s 笔 %s、手续费 %s、差额 %s（分）', r.merchant_id, r.day,
        r.arrived_count, r.arrived_fen, r.refunded_count, r.refunded_fen, r.fee_fen, r.difference_fen,
        l.arrived_count, l.arrived, l.refunded_count, l.refunded, l.fee, l.difference) as detail
      from reconciliation r cross join lateral (select
          count(x.their_fen) filter (where x.kind = 'payment') as arrived_count, coalesce(sum(x.their_fen) filter (where x.kind = 'payment'), 0) as arrived,
          count(x.their_fen) filter (where x.kind = 'refund') as refunded_count, coalesce(sum(x.their_fen) filter (where x.kind = 'refund'), 0) as refunded,
          coalesce(sum(x.fee_fen), 0) as fee,
          coalesce(sum((coalesce(x.their_fen, 0) - coalesce(x.our_fen, 0)) * case x.kind when 'refund' then -1 else 1 end), 0) as difference
        from reconciliation_line x where x.company_id = r.company_id and x.reconciliation_id = r.id) l
      where r.company_id = ${company} and r.state = 'done' and (r.arrived_count, r.arrived_fen, r.refunded_count, r.refunded_fen, r.fee_fen, r.difference_fen)
        is distinct from (l.arrived_count, l.arrived, l.refunded_count, l.refunded, l.fee, l.difference)`,
  },
  {
    key: 'reconciliation.booked',
    title: '记账的渠道手续费和结算 = 已对账各行之和',
    count: (company) => sql`select count(*) from channel_settlement where company_id = ${company}`,
    breaches: (company) => sql`
      select q.reconciliation_id as id, format('手续费相差 %s 分，结算相差 %s 分', sum(q.fee_fen), sum(q.payout_fen)) as detail from (
        select reconciliation_id, community_id, payment_method_id, fee_fen, payout_fen from channel_settlement_due where company_id = ${company}
        union all select reconciliation_id, community_id, payment_method_id, -fee_fen, -payout_fen from channel_settlement where company_id = ${company}) q
      group by q.reconciliation_id, q.community_id, q.payment_method_id having sum(q.fee_fen) <> 0 or sum(q.payout_fen) <> 0`,
  },
];
