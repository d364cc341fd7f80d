import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** What was reported for closed days never changes (FIN-5): every closing that stands, against the journal of today. */
export const closingChecks: readonly CheckQuery[] = [
  {
    key: 'closing.figures',
    title: '每次结账保存的数字 = 按凭证重新计算的数字，保存后没有改动过',
    count: (company) => sql`select count(*) from book_closing where company_id = ${company} and reopened_at is null`,
    breaches: (company) => sql`
      with daily as materialized (
        select j.community_id, j.day, j.account, coalesce(sum(j.amount_fen) filter (where j.amount_fen > 0), 0) as debit,
          coalesce(-sum(j.amount_fen) filter (where j.amount_fen < 0), 0) as credit
        from (select community_id, day, account, sum(amount_fen) as amount_fen from journal_line
          where company_id = ${company} group by community_id, day, account, document, document_id) j group by 1, 2, 3
      ), taken as materialized (
        select m.community_id, m.day, m.payment_method_id, coalesce(sum(m.amount_fen) filter (where m.amount_fen > 0), 0) as received,
          coalesce(-sum(m.amount_fen) filter (where m.amount_fen < 0), 0) as returned, count(*) as movements
        from income_movement m where m.company_id = ${company} and m.source = 'money' group by 1, 2, 3
      ), now as (
        select c.id, c.kind, c.last_day, c.figures, c.figures_hash,
          coalesce((select jsonb_object_agg(a.account, jsonb_build_object('debit', a.debit::text, 'credit', a.credit::text)) from (
            select d.account, sum(d.debit) as debit, sum(d.credit) as credit from daily d where d.community_id = c.community_id
              and d.day <= c.last_day and (c.first_day is null or d.day >= c.first_day) group by 1) a), '{}') as accounts,
          coalesce((select jsonb_object_agg(a.account, a.fen::text) from (
            select d.account, sum(d.debit - d.credit) as fen from daily d where d.community_id = c.community_id and d.day <= c.last_day group by 1) a), '{}') as balances,
          coalesce((select jsonb_object_agg(a.payment_method_id, jsonb_build_object('received', a.received::text, 'returned', a.returned::text, 'movements', a.movements)) from (
            select t.payment_method_id, sum(t.received) as received, sum(t.returned) as returned, sum(t.movements) as movements from taken t
            where t.community_id = c.community_id and t.day <= c.last_day and (c.first_day is null or t.day >= c.first_day) group by 1) a), '{}') as methods
        from book_closing c where c.company_id = ${company} and c.reopened_at is null
      )
      select n.id, format('%s %s：%s', case n.kind when 'day' then '日结' else '月结' end, n.last_day, concat_ws('；',
        case when n.figures -> 'accounts' <> n.accounts then format('发生额保存 %s，现为 %s', n.figures -> 'accounts', n.accounts) end,
        case when n.figures -> 'balances' <> n.balances then format('余额保存 %s，现为 %s', n.figures -> 'balances', n.balances) end,
        case when n.figures -> 'methods' <> n.methods then format('收款保存 %s，现为 %s', n.figures -> 'methods', n.methods) end,
        case when n.figures_hash <> sha256(convert_to(n.figures::text, 'UTF8')) then '保存的数字被改动过' end)) as detail
      from now n where n.figures -> 'accounts' <> n.accounts or n.figures -> 'balances' <> n.balances or n.figures -> 'methods' <> n.methods
        or n.figures_hash <> sha256(convert_to(n.figures::text, 'UTF8'))`,
  },
  {
    key: 'closing.until',
    title: '小区的结账日 = 最近一次结账的最后一天',
    count: (company) => sql`select count(*) from community_book where company_id = ${company}`,
    breaches: (company) => sql`
      select b.community_id as id, format('结账日 %s，最近结账 %s', coalesce(b.closed_until::text, '无'), coalesce(c.last_day::text, '无')) as detail
      from community_book b left join (select community_id, max(last_day) as last_day from book_closing
        where company_id = ${company} and reopened_at is null group by 1) c on c.community_id = b.community_id
      where b.company_id = ${company} and b.closed_until is distinct from c.last_day`,
  },
];
