import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** The special maintenance fund (FIN-9): balances are sums of movements, documents are their movements, a reversal is the opposite. */
export const fundChecks: readonly CheckQuery[] = [
  {
    key: 'fund.balance',
    title: '维修资金账户余额 = 变动之和，不小于 0',
    count: (company) => sql`select count(*) from fund_account where company_id = ${company}`,
    breaches: (company) => sql`
      select a.id, format('余额 %s，变动之和 %s（分）', a.balance_fen, coalesce(m.fen, 0)) as detail
      from fund_account a left join (select fund_account_id, sum(amount_fen) as fen from fund_movement where company_id = ${company} group by 1) m
        on m.fund_account_id = a.id
      where a.company_id = ${company} and (a.balance_fen <> coalesce(m.fen, 0) or a.balance_fen < 0)`,
  },
  {
    key: 'fund.document',
    title: '维修资金每笔收支 = 各户变动之和，冲回与原笔相抵',
    count: (company) => sql`select count(*) from fund_document where company_id = ${company}`,
    breaches: (company) => sql`
      select d.id, format('金额 %s，变动之和 %s，原笔 %s（分）', d.total_fen, coalesce(m.fen, 0), o.total_fen) as detail
      from fund_document d
        left join (select fund_document_id, sum(amount_fen) as fen, count(*) as n from fund_movement where company_id = ${company} group by 1) m on m.fund_document_id = d.id
        left join fund_document o on o.company_id = d.company_id and o.id = d.reverses_id
      where d.company_id = ${company} and (d.total_fen is distinct from m.fen or d.account_count is distinct from m.n or d.total_fen <> -o.total_fen)`,
  },
];
