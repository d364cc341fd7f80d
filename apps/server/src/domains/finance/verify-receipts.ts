import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

const receipts = (company: string) => sql`select count(*) from receipt where company_id = ${company}`;
const allocations = (company: string) => sql`select count(*) from allocation where company_id = ${company}`;

/** Receipts against their tenders, allocations and reversals, and the journal over all of them. */
export const receiptChecks: readonly CheckQuery[] = [
  {
    key: 'journal',
    title: '每张单据借贷平衡',
    count: (company) => sql`select count(*) from journal_line where company_id = ${company}`,
    breaches: (company) => sql`
      select j.document_id as id, format('%s 借贷相差 %s 分', j.document, sum(j.amount_fen)) as detail
      from journal_line j where j.company_id = ${company} group by j.document, j.document_id having sum(j.amount_fen) <> 0`,
  },
  {
    key: 'receipt.total',
    title: '收据金额 = 支付之和 = 所付各项之和',
    count: receipts,
    breaches: (company) => sql`
      select r.id, format('收据 %s 金额 %s，支付 %s，所付 %s（分）', r.number, r.total_fen, coalesce(t.sum, 0), coalesce(a.sum, 0)) as detail
      from receipt r
      left join (select receipt_id, sum(amount_fen) as sum from receipt_tender where company_id = ${company} group by 1) t on t.receipt_id = r.id
      left join (select receipt_id, sum(fen) as sum from (
          select receipt_id, principal_fen + late_fee_fen as fen from allocation where company_id = ${company} and kind = 'receipt'
          union all select receipt_id, amount_fen from prepaid_movement where company_id = ${company} and kind = 'topUp'
          union all select receipt_id, amount_fen from deposit_movement where company_id = ${company} and kind = 'take'
          union all select receipt_id, amount_fen from other_income where company_id = ${company}
            and num_nonnulls(receipt_reversal_id, receipt_restoration_id, refund_id) = 0) line group by 1) a on a.receipt_id = r.id
      where r.company_id = ${company} and (r.total_fen <> coalesce(t.sum, 0) or r.total_fen <> coalesce(a.sum, 0))`,
  },
  {
    key: 'receipt.reversed',
    title: '已撤销的收据都有未恢复的撤销记录，有效收据没有',
    count: receipts,
    breaches: (company) => sql`
      select coalesce(r.id, v.receipt_id) as id, format('收据 %s：撤销时间 %s，撤销记录 %s', r.number, coalesce(r.reversed_at::text, '无'),
        coalesce(v.id::text, '无')) as detail
      from (select * from receipt where company_id = ${company}) r
      full join (select v.* from receipt_reversal v where v.company_id = ${company}
        and not exists (select from receipt_restoration x where x.company_id = v.company_id and x.receipt_reversal_id = v.id)) v on v.receipt_id = r.id
      where (r.reversed_at is null) <> (v.id is null) or r.reversed_at is distinct from v.reversed_at`,
  },
  {
    key: 'receipt.reversal',
    title: '已撤销收据的核销逐张账单冲平',
    count: (company) => sql`select count(*) from receipt_reversal where company_id = ${company}`,
    breaches: (company) => sql`
      select v.receipt_id as id, format('账单 %s 冲销后剩本金 %s、违约金 %s（分）', a.bill_id, sum(a.principal_fen), sum(a.late_fee_fen)) as detail
      from receipt_reversal v join allocation a on a.company_id = v.company_id and a.receipt_id = v.receipt_id
        and (a.kind = 'receipt' or a.receipt_reversal_id = v.id)
      where v.company_id = ${company} group by v.receipt_id, a.bill_id
      having sum(a.principal_fen) <> 0 or sum(a.late_fee_fen) <> 0`,
  },
  {
    key: 'refund.total',
    title: '退款金额 = 方式之和 = 所退各项之和',
    count: (company) => sql`select count(*) from refund where company_id = ${company}`,
    breaches: (company) => sql`
      select f.id, format('退款 %s 金额 %s，方式 %s，所退 %s（分）', f.number, f.total_fen, coalesce(t.sum, 0), coalesce(l.sum, 0)) as detail
      from refund f
      left join (select refund_id, sum(amount_fen) as sum from refund_tender where company_id = ${company} group by 1) t on t.refund_id = f.id
      left join (select refund_id, -sum(fen) as sum from (
          select refund_id, principal_fen + late_fee_fen as fen from allocation where company_id = ${company} and refund_id is not null
          union all select refund_id, amount_fen from prepaid_movement where company_id = ${company} and kind = 'refund'
          union all select refund_id, amount_fen from deposit_movement where company_id = ${company} and kind = 'return'
          union all select refund_id, amount_fen from other_income where company_id = ${company} and refund_id is not null) line group by 1) l on l.refund_id = f.id
      where f.company_id = ${company} and (f.total_fen <> coalesce(t.sum, 0) or f.total_fen <> coalesce(l.sum, 0))`,
  },
  {
    key: 'refund.paid',
    title: '每张收据的每张账单、每项其他收入，退款不超过所收',
    count: (company) => sql`select count(*) from refund where company_id = ${company} and receipt_id is not null`,
    breaches: (company) => sql`
      select a.receipt_id as id, format('账单 %s 多退：剩本金 %s，违约金 %s，抵扣 %s（分）', a.bill_id, sum(a.principal_fen), sum(a.late_fee_fen), sum(a.offset_fen)) as detail
      from allocation a where a.company_id = ${company} and a.kind in ('receipt', 'refund') group by a.receipt_id, a.bill_id
      having least(sum(a.principal_fen), sum(a.late_fee_fen), sum(a.offset_fen)) < 0
      union all
      select o.receipt_id, format('其他收入多退 %s 分', -sum(o.amount_fen)) from other_income o
      where o.company_id = ${company} and o.receipt_reversal_id is null and o.receipt_restoration_id is null
      group by o.receipt_id, coalesce(o.other_income_id, o.id) having sum(o.amount_fen) < 0`,
  },
  {
    key: 'allocation.reversal',
    title: '冲销的核销都属于本收据的撤销',
    count: allocations,
    breaches: (company) => sql`
      select a.id, format('撤销 %s 不是收据 %s 的', a.receipt_reversal_id, a.receipt_id) as detail
      from allocation a left join receipt_reversal v on v.company_id = a.company_id and v.id = a.receipt_reversal_id
      where a.company_id = ${company} and a.receipt_reversal_id is not null and v.receipt_id is distinct from a.receipt_id`,
  },
  {
    key: 'allocation.community',
    title: '核销、支付、撤销与账单、收据在同一小区',
    count: allocations,
    breaches: (company) => sql`
      select a.id, '核销与账单或收据不在同一小区' as detail from allocation a
      join bill b on b.company_id = a.company_id and b.id = a.bill_id
      join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
      where a.company_id = ${company} and (a.community_id <> b.community_id or a.community_id <> r.community_id)
      union all
      select t.id, '支付与收据不在同一小区' from receipt_tender t
      join receipt r on r.company_id = t.company_id and r.id = t.receipt_id
      where t.company_id = ${company} and t.community_id <> r.community_id
      union all
      select v.id, '撤销与收据不在同一小区' from receipt_reversal v
      join receipt r on r.company_id = v.company_id and r.id = v.receipt_id
      where v.company_id = ${company} and v.community_id <> r.community_id`,
  },
];
