import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

const movements = (company: string) => sql`select count(*) from income_movement where company_id = ${company}`;

/** The income detail against the receipts it tells of, and against the charge ledger. */
export const incomeChecks: readonly CheckQuery[] = [
  {
    key: 'income.receipts',
    title: '收入明细的每笔收款 = 收据的支付',
    count: movements,
    breaches: (company) => sql`
      select coalesce(d.id, m.receipt_tender_id) as id, case when d.id is null then '没有这笔支付' when m.receipt_tender_id is null
        then '收入明细缺这一笔' else '日期、金额、支付方式、经办人、对象或小区与收据不同' end as detail
      from (select t.id, r.community_id, r.id as receipt_id, r.target_kind, r.target_id, r.received_on, r.received_at,
          coalesce((select a.from_method_id from receipt_amendment a where a.company_id = t.company_id and a.receipt_tender_id = t.id
            order by a.amended_at, a.id limit 1), t.payment_method_id) as payment_method_id, r.cashier_staff_id, t.amount_fen
        from receipt_tender t join receipt r on r.company_id = t.company_id and r.id = t.receipt_id where t.company_id = ${company}) d
      full join (select * from income_movement where company_id = ${company} and kind = 'receipt') m on m.receipt_tender_id = d.id
      where (d.community_id, d.receipt_id, d.target_kind, d.target_id, d.received_on, d.received_at, d.payment_method_id,
          d.cashier_staff_id, d.amount_fen)
        is distinct from (m.community_id, m.receipt_id, m.target_kind, m.target_id, m.day, m.at, m.payment_method_id, m.staff_id, m.amount_fen)`,
  },
  {
    key: 'income.reversals',
    title: '收入明细的每笔撤销 = 撤销收据的支付',
    count: (company) => sql`select count(*) from income_movement where company_id = ${company} and kind = 'reversal'`,
    breaches: (company) => sql`
      select coalesce(d.id, m.receipt_tender_id) as id, case when d.id is null then '没有这笔撤销' when m.receipt_tender_id is null
        then '收入明细缺这一笔撤销' else '日期、金额、支付方式、经办人、对象或小区与撤销不同' end as detail
      from (select t.id, v.community_id, v.id as reversal_id, r.target_id, v.reversed_on, v.reversed_at, t.payment_method_id, v.staff_id,
          -t.amount_fen as amount_fen
        from receipt_reversal v join receipt_tender t on t.company_id = v.company_id and t.receipt_id = v.receipt_id
        join receipt r on r.company_id = v.company_id and r.id = v.receipt_id where v.company_id = ${company}) d
      full join (select * from income_movement where company_id = ${company} and kind = 'reversal') m on m.receipt_tender_id = d.id and m.receipt_reversal_id = d.reversal_id
      where (d.community_id, d.reversal_id, d.target_id, d.reversed_on, d.reversed_at, d.staff_id, d.amount_fen)
        is distinct from (m.community_id, m.receipt_reversal_id, m.target_id, m.day, m.at, m.staff_id, m.amount_fen)`,
  },
  {
    key: 'income.parts',
    title: '收入明细的本金、违约金 = 其所付部分之和',
    count: movements,
    breaches: (company) => sql`
      select m.receipt_tender_id as id, format('本金 %s 部分之和 %s；违约金 %s 部分之和 %s（分）', m.principal_fen, p.principal,
        m.late_fee_fen, p.late_fee) as detail
      from income_movement m cross join lateral (
        select coalesce(sum(u.fen) filter (where u.kind = 'principal'), 0) as principal, coalesce(sum(u.fen) filter (where u.kind = 'lateFee'), 0) as late_fee,
          coalesce(sum(u.fen) filter (where u.kind = 'prepaid'), 0) as prepaid, coalesce(sum(u.fen) filter (where u.kind = 'deposit'), 0) as deposit,
          coalesce(sum(u.fen) filter (where u.kind = 'other'), 0) as other
        from unnest(m.part_kinds, m.part_fen) u (kind, fen)) p
      where m.company_id = ${company} and ((p.principal, p.late_fee, p.prepaid, p.deposit, p.other)
        <> (m.principal_fen, m.late_fee_fen, m.prepaid_fen, m.deposit_fen, m.other_fen)
        or m.principal_fen + m.late_fee_fen + m.prepaid_fen + m.deposit_fen + m.other_fen <> m.amount_fen)`,
  },
  {
    key: 'income.allocations',
    title: '收入明细所付的项目、月份 = 收据的核销',
    count: movements,
    breaches: (company) => sql`
      select coalesce(m.receipt_id, a.receipt_id) as id, format('%s %s 起：收入明细 %s，核销 %s（分）', coalesce(m.kind, a.kind),
        coalesce(m.month, a.month), coalesce(m.fen, 0), coalesce(a.fen, 0)) as detail
      from (select i.document_id as receipt_id, i.kind, u.item_id, u.month, u.kind as part, sum(u.fen) as fen
        from income_movement i cross join lateral unnest(i.part_item_ids, i.part_months, i.part_kinds, i.part_fen) u (item_id, month, kind, fen)
        where i.company_id = ${company} and i.kind <> 'amendment' and u.kind in ('principal', 'lateFee') group by 1, 2, 3, 4, 5) m
      full join (select coalesce(a.refund_id, a.receipt_restoration_id, a.receipt_reversal_id, a.receipt_id) as receipt_id, a.kind,
          b.charge_item_id as item_id, date_trunc('month', b.period_from)::date as month, x.part, sum(x.fen) as fen
        from allocation a join bill b on b.company_id = a.company_id and b.id = a.bill_id
        cross join lateral (values ('principal', a.principal_fen), ('lateFee', a.late_fee_fen)) x (part, fen)
        where a.company_id = ${company} and x.fen <> 0 group by 1, 2, 3, 4, 5) a
        on a.receipt_id = m.receipt_id and a.kind = m.kind and a.item_id = m.item_id and a.month = m.month and a.part = m.part
      where m.fen is distinct from a.fen`,
  },
  {
    key: 'income.split',
    title: '多种支付的收据，各笔支付所付部分与核销一致',
    count: (company) => sql`
      select count(*) from (select 1 from receipt_tender where company_id = ${company} group by receipt_id having count(*) > 1) t`,
    breaches: (company) => sql`
      select i.receipt_tender_id as id, '这笔支付所付的项目、月份或金额与核销不符' as detail
      from (select receipt_id from receipt_tender where company_id = ${company} group by receipt_id having count(*) > 1) r
      cross join lateral income_of_receipt(${company}, r.receipt_id) i
      left join income_movement m on m.company_id = ${company} and m.receipt_id = r.receipt_id
        and m.receipt_tender_id = i.receipt_tender_id and m.kind = 'receipt'
      where (m.part_item_ids, m.part_months, m.part_kinds, m.part_fen)
        is distinct from (i.part_item_ids, i.part_months, i.part_kinds, i.part_fen)`,
  },
  {
    key: 'income.methods',
    title: '有效收据的每笔支付，收入明细按现在的支付方式记着',
    count: movements,
    breaches: (company) => sql`
      select t.id, format('收据 %s 的支付应为 %s 分，收入明细按该方式 %s 分', r.number, t.amount_fen, coalesce(m.fen, 0)) as detail
      from receipt_tender t join receipt r on r.company_id = t.company_id and r.id = t.receipt_id
      left join (select receipt_tender_id, payment_method_id, sum(amount_fen) as fen from income_movement
        where company_id = ${company} and receipt_tender_id is not null group by 1, 2) m on m.receipt_tender_id = t.id and m.payment_method_id = t.payment_method_id
      where t.company_id = ${company} and coalesce(m.fen, 0) <> case when r.reversed_at is null then t.amount_fen else 0 end
      union all
      select m.receipt_tender_id, format('以前的支付方式还记着 %s 分', sum(m.amount_fen))
      from income_movement m join receipt_tender t on t.company_id = m.company_id and t.id = m.receipt_tender_id and t.payment_method_id <> m.payment_method_id
      where m.company_id = ${company} group by m.receipt_tender_id, m.payment_method_id having sum(m.amount_fen) <> 0`,
  },
  {
    key: 'income.refundMethods',
    title: '每笔退款的支付，收入明细按现在的退款方式记着，只记一次',
    count: (company) => sql`select count(*) from refund_tender where company_id = ${company}`,
    breaches: (company) => sql`
      select m.refund_tender_id as id, format('该方式记着退 %s 分，应为 %s 分', -sum(m.amount_fen), case when t.payment_method_id = m.payment_method_id then t.amount_fen else 0 end) as detail
      from income_movement m join refund_tender t on t.company_id = m.company_id and t.id = m.refund_tender_id
      where m.company_id = ${company} group by m.refund_tender_id, m.payment_method_id, t.payment_method_id, t.amount_fen
      having -sum(m.amount_fen) <> case when t.payment_method_id = m.payment_method_id then t.amount_fen else 0 end`,
  },
  {
    key: 'income.refunds',
    title: '收入明细的每笔退款 = 退款单的支付',
    count: (company) => sql`select count(*) from refund_tender where company_id = ${company}`,
    breaches: (company) => sql`
      select coalesce(d.id, m.refund_tender_id) as id, case when d.id is null then '没有这笔退款' when m.refund_tender_id is null
        then '收入明细缺这一笔退款' else '日期、金额、方式、对象或小区与退款单不同' end as detail
      from (select t.id, f.community_id, f.id as refund_id, f.receipt_id, f.target_id, f.refunded_on,
          coalesce((select a.from_method_id from refund_amendment a where a.company_id = t.company_id and a.refund_tender_id = t.id), t.payment_method_id) as payment_method_id,
          f.staff_id, -t.amount_fen as amount_fen
        from refund f join refund_tender t on t.company_id = f.company_id and t.refund_id = f.id where f.company_id = ${company}) d
      full join (select * from income_movement where company_id = ${company} and kind = 'refund') m on m.refund_tender_id = d.id
      where (d.community_id, d.refund_id, d.receipt_id, d.target_id, d.refunded_on, d.payment_method_id, d.staff_id, d.amount_fen)
        is distinct from (m.community_id, m.refund_id, m.receipt_id, m.target_id, m.day, m.payment_method_id, m.staff_id, m.amount_fen)`,
  },
  {
    key: 'income.ledger',
    title: '收入明细 = 收费台账（按小区、收费项目、月份）',
    count: (company) => sql`
      select count(*) from (select distinct community_id, charge_item_id, date_trunc('month', period_from) from bill
        where company_id = ${company}) g`,
    breaches: (company) => sql`
      select coalesce(b.item_id, m.item_id) as id, format('小区 %s %s：台账实收 %s 违约金 %s，收入明细 %s 违约金 %s（分）',
        coalesce(b.community_id, m.community_id), to_char(coalesce(b.month, m.month), 'YYYY-MM'), coalesce(b.received, 0),
        coalesce(b.late_fee, 0), coalesce(m.principal, 0), coalesce(m.late_fee, 0)) as detail
      from (select community_id, charge_item_id as item_id, date_trunc('month', period_from)::date as month,
          sum(received_fen - refunded_fen) as received, sum(late_fee_received_fen) as late_fee
        from bill where company_id = ${company} group by 1, 2, 3) b
      full join (select i.community_id, u.item_id, u.month, coalesce(sum(u.fen) filter (where u.kind = 'principal'), 0) as principal,
          coalesce(sum(u.fen) filter (where u.kind = 'lateFee'), 0) as late_fee
        from income_movement i cross join lateral unnest(i.part_item_ids, i.part_months, i.part_kinds, i.part_fen) u (item_id, month, kind, fen)
        where i.company_id = ${company} and u.kind in ('principal', 'lateFee') group by 1, 2, 3) m
        on m.community_id = b.community_id and m.item_id = b.item_id and m.month = b.month
      where coalesce(b.received, 0) <> coalesce(m.principal, 0) or coalesce(b.late_fee, 0) <> coalesce(m.late_fee, 0)`,
  },
];
