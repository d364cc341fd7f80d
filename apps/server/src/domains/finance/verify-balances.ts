import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** What the company holds against its movements, and what was offset against what paid it. */
export const balanceChecks: readonly CheckQuery[] = [
  {
    key: 'prepaid.balance',
    title: '预存余额、赠送余额 = 流水之和，且不为负',
    count: (company) => sql`select count(*) from prepaid_account where company_id = ${company}`,
    breaches: (company) => sql`
      select p.id, format('余额 %s，流水 %s；赠送 %s，流水 %s（分）；%s 笔，流水 %s 笔', p.balance_fen, coalesce(m.sum, 0), p.bonus_fen,
        coalesce(m.bonus, 0), p.movement_count, coalesce(m.movements, 0)) as detail
      from prepaid_account p left join (select prepaid_account_id, sum(amount_fen) as sum, sum(bonus_fen) as bonus, count(*) as movements
        from prepaid_movement where company_id = ${company} group by 1) m on m.prepaid_account_id = p.id
      where p.company_id = ${company} and ((p.balance_fen, p.bonus_fen, p.movement_count)
          <> (coalesce(m.sum, 0), coalesce(m.bonus, 0), coalesce(m.movements, 0))
        or p.balance_fen < 0 or p.bonus_fen not between 0 and p.balance_fen)`,
  },
  {
    key: 'prepaid.running',
    title: '每笔预存流水之后的余额 = 到它为止的流水之和，序号连续',
    count: (company) => sql`select count(*) from prepaid_movement where company_id = ${company}`,
    breaches: (company) => sql`
      select m.id, format('第 %s 笔（应为第 %s 笔）之后余额 %s，累计 %s（分）', m.sequence, m.place, m.balance_fen, m.running) as detail
      from (select m.id, m.sequence, m.balance_fen, row_number() over account as place, sum(m.amount_fen) over account as running
        from prepaid_movement m where m.company_id = ${company}
        window account as (partition by m.prepaid_account_id order by m.sequence)) m
      where m.sequence <> m.place or m.balance_fen <> m.running`,
  },
  {
    key: 'deposit.held',
    title: '押金现存 = 流水之和，且不为负',
    count: (company) => sql`select count(*) from deposit where company_id = ${company}`,
    breaches: (company) => sql`
      select d.id, format('现存 %s，流水 %s；抵扣 %s 退还 %s 没收 %s（分）', d.held_fen, coalesce(m.sum, 0), d.offset_fen, d.returned_fen, d.forfeited_fen) as detail
      from deposit d left join (select deposit_id, sum(amount_fen) as sum from deposit_movement where company_id = ${company} group by 1) m on m.deposit_id = d.id
      where d.company_id = ${company} and (d.held_fen <> coalesce(m.sum, 0) or d.held_fen < 0)`,
  },
  {
    key: 'holding.tender',
    title: '每笔抵扣支付都有同额的预存或押金流水',
    count: (
      company,
    ) => sql`select count(*) from receipt_tender t join payment_method k on k.company_id = t.company_id and k.id = t.payment_method_id
      where t.company_id = ${company} and k.source <> 'money'`,
    breaches: (company) => sql`
      select t.id, format('抵扣支付 %s，流水 %s（分）', t.amount_fen, coalesce(-m.sum, 0)) as detail
      from receipt_tender t join payment_method k on k.company_id = t.company_id and k.id = t.payment_method_id and k.source <> 'money'
      left join (select receipt_tender_id, sum(amount_fen) as sum from (
          select receipt_tender_id, amount_fen from prepaid_movement where company_id = ${company} and kind = 'offset'
          union all select receipt_tender_id, amount_fen from deposit_movement where company_id = ${company} and kind = 'offset') x group by 1) m
        on m.receipt_tender_id = t.id
      where t.company_id = ${company} and t.amount_fen <> coalesce(-m.sum, 0)`,
  },
  {
    key: 'allocation.offset',
    title: '每张收据核销中的抵扣和由暂收款转的其他收入 = 其预存、押金支付之和',
    count: (company) => sql`select count(*) from receipt where company_id = ${company}`,
    breaches: (company) => sql`
      select r.id, format('收据 %s：核销中抵扣 %s，抵扣支付 %s（分）', r.number, coalesce(a.sum, 0), coalesce(t.sum, 0)) as detail
      from receipt r
      left join (select receipt_id, sum(offset_fen) as sum from allocation where company_id = ${company} and kind = 'receipt' group by 1) a on a.receipt_id = r.id
      left join (select t.receipt_id, sum(t.amount_fen) as sum from receipt_tender t
        join payment_method k on k.company_id = t.company_id and k.id = t.payment_method_id and k.source <> 'money'
        where t.company_id = ${company} group by 1) t on t.receipt_id = r.id
      left join (select receipt_id, sum(other_fen) as sum from income_movement
        where company_id = ${company} and kind = 'receipt' and source = 'deposit' group by 1) i on i.receipt_id = r.id
      where r.company_id = ${company} and coalesce(a.sum, 0) + coalesce(i.sum, 0) <> coalesce(t.sum, 0)`,
  },
  {
    key: 'reduction.document',
    title: '优惠和减免与账单、收据在同一小区，收回的与原来的同额',
    count: (company) => sql`select count(*) from bill_reduction where company_id = ${company}`,
    breaches: (company) => sql`
      select d.id, format('%s %s 分，账单 %s，收据 %s，原减免 %s 分', d.kind, d.amount_fen, d.bill_id, coalesce(d.receipt_id::text, '无'), coalesce(o.amount_fen::text, '无')) as detail
      from bill_reduction d join bill b on b.company_id = d.company_id and b.id = d.bill_id
      left join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
      left join bill_reduction o on o.company_id = d.company_id and o.id = d.opposite_of
      where d.company_id = ${company} and (d.community_id <> b.community_id or d.community_id <> coalesce(r.community_id, d.community_id)
        or (d.opposite_of is not null and (o.amount_fen is distinct from -d.amount_fen or o.bill_id <> d.bill_id or o.kind <> d.kind)))`,
  },
];
