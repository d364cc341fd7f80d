import { type Sql, sql } from '../../platform/database/sql.ts';

/** A proof of the books as finance runs it: what it looks at, and the rows that contradict it. */
interface VoucherCheck {
  key: string;
  title: string;
  count(companyId: string): Sql;
  breaches(companyId: string): Sql;
}

const standing = (
  company: string,
) => sql`select count(*) from voucher v join voucher_batch b on b.company_id = v.company_id and b.id = v.voucher_batch_id
  where v.company_id = ${company} and b.voided_at is null`;

/** FIN-4: vouchers that stand are the journal of their days, in balance, numbered without gaps, as they were made. */
export const voucherChecks: readonly VoucherCheck[] = [
  {
    key: 'voucher.detail',
    title: '凭证所依据的明细按日、科目合计 = 分录合计',
    count: (company) => sql`select count(*) from community where company_id = ${company}`,
    breaches: (company) => sql`
      select d.community_id as id, format('%s %s 相差 %s 分', d.day, d.account, sum(d.fen)) as detail from (
        select community_id, day, account, sum(amount_fen) as fen from journal_detail where company_id = ${company} group by 1, 2, 3
        union all select community_id, day, account, -sum(amount_fen) from journal_line where company_id = ${company} group by 1, 2, 3) d
      group by d.community_id, d.day, d.account having sum(d.fen) <> 0`,
  },
  {
    key: 'voucher.target',
    title: '按户的应收、预存、押金按日、种类合计 = 凭证所依据的明细',
    count: (company) => sql`select count(*) from community where company_id = ${company}`,
    breaches: (company) => sql`
      select d.community_id as id, format('%s %s %s 相差 %s 分', d.day, d.voucher_kind, d.account, sum(d.fen)) as detail from (
        select community_id, day, voucher_kind, account, sum(amount_fen) as fen from journal_target where company_id = ${company} group by 1, 2, 3, 4
        union all select community_id, day, voucher_kind, account, -sum(amount_fen) from journal_detail
          where company_id = ${company} and account in ('receivable', 'prepaid', 'deposit') group by 1, 2, 3, 4) d
      group by d.community_id, d.day, d.voucher_kind, d.account having sum(d.fen) <> 0`,
  },
  {
    key: 'voucher.journal',
    title: '每张有效凭证 = 按单据重新汇总的结果，没有漏掉的',
    count: standing,
    breaches: (company) => sql`
      select q.batch_id as id, format('%s %s：%s 凭证 %s 分，单据 %s 分', q.period, q.kind, q.account, sum(q.made), sum(q.now)) as detail from (
        select b.id as batch_id, v.kind, case b.grouping when 'day' then v.day else v.month end as period, p.account, p.charge_item_id, p.payment_method_id,
          p.amount_fen as made, 0 as now
        from voucher_batch b join voucher v on v.company_id = b.company_id and v.voucher_batch_id = b.id
        join voucher_part p on p.company_id = v.company_id and p.voucher_id = v.id where b.company_id = ${company} and b.voided_at is null
        union all
        select b.id, d.voucher_kind, case b.grouping when 'day' then d.day else date_trunc('month', d.day)::date end, d.account, d.charge_item_id, d.payment_method_id,
          0, d.fen
        from voucher_batch b join (
          select community_id, voucher_kind, day, account, charge_item_id, payment_method_id, sum(amount_fen) as fen from journal_detail
          where company_id = ${company} group by 1, 2, 3, 4, 5, 6) d on d.community_id = b.community_id and d.day >= b.first_day and d.day <= b.last_day
        where b.company_id = ${company} and b.voided_at is null) q
      group by q.batch_id, q.kind, q.period, q.account, q.charge_item_id, q.payment_method_id having sum(q.made) <> sum(q.now)`,
  },
  {
    key: 'voucher.lines',
    title: '每张凭证借方 = 贷方 = 分录之和，价税合计 = 单据',
    count: (company) => sql`select count(*) from voucher where company_id = ${company}`,
    breaches: (company) => sql`
      with line as (
        select l.voucher_id, l.account, l.side, l.amount_fen, case l.side when 'debit' then 1 else -1 end as sign, l.tax_fen
        from voucher_line l where l.company_id = ${company}
      ), wrong as (
        select v.id, '借贷合计与分录不符' as detail from voucher v left join line l on l.voucher_id = v.id where v.company_id = ${company}
          group by v.id, v.debit_fen, v.credit_fen
          having coalesce(sum(l.amount_fen) filter (where l.side = 'debit'), 0) <> v.debit_fen or coalesce(sum(l.amount_fen) filter (where l.side = 'credit'), 0) <> v.credit_fen
        union all
        select x.voucher_id, format('%s 价税合计相差 %s 分', x.account, sum(x.fen)) from (
          select voucher_id, account, sign * (amount_fen + tax_fen) as fen from line where account <> 'outputTax'
          union all select voucher_id, 'outputTax', sign * amount_fen from line where account = 'outputTax'
          union all select voucher_id, 'outputTax', -sign * tax_fen from line where account <> 'outputTax'
          union all select voucher_id, account, -amount_fen from voucher_part where company_id = ${company}) x
        group by x.voucher_id, x.account having sum(x.fen) <> 0)
      select id, detail from wrong`,
  },
  {
    key: 'voucher.number',
    title: '每个月的凭证号从 1 起连续，没有重号和断号',
    count: (company) => sql`select count(*) from voucher_counter where company_id = ${company}`,
    breaches: (company) => sql`
      select null::uuid as id, format('%s 月有 %s 张，最大号 %s，计数到 %s', to_char(month, 'YYYY-MM'), sum(vouchers), max(highest), max(counted)) as detail from (
        select month, count(*) as vouchers, max(number) as highest, null::int as counted from voucher where company_id = ${company} group by month
        union all select month, 0, 0, last_number from voucher_counter where company_id = ${company}) m
      group by month having sum(vouchers) <> max(highest) or max(highest) is distinct from max(counted)`,
  },
  {
    key: 'voucher.hash',
    title: '每批凭证的内容与生成时的摘要值一致',
    count: (company) => sql`select count(*) from voucher_batch where company_id = ${company}`,
    breaches: (company) => sql`
      select b.id, format('%s 至 %s 的一批凭证被改动过', b.first_day, b.last_day) as detail from voucher_batch b
      where b.company_id = ${company} and b.content_hash <> voucher_batch_hash(b.company_id, b.id)`,
  },
];
