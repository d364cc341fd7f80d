import { type Sql, sql } from '../../../platform/database/sql.ts';
import { movementBranch } from './movement-branch.ts';
import type { ReportSource } from './report-source.ts';

/** 收入统计: the income detail by day, method, cashier and place. Only money is income; offsets stand beside it. */
export const incomeReport: ReportSource = {
  branches: (ctx) => {
    const money = (amount: Sql) => sql`case when m.source = 'money' then ${amount} else 0 end`;
    return [
      movementBranch(sql`m.company_id = ${ctx.companyId}`, {
        count: money(sql`1`),
        income: money(sql`m.amount_fen`),
        bills: money(sql`m.principal_fen`),
        lateFee: money(sql`m.late_fee_fen`),
        prepaid: money(sql`m.prepaid_fen`),
        deposit: money(sql`m.deposit_fen`),
        other: money(sql`m.other_fen`),
        refunded: sql`case when m.source = 'money' and m.refund_id is not null then -m.amount_fen else 0 end`,
        reversed: sql`case when m.source = 'money' and m.kind in ('reversal', 'restoration') then -m.amount_fen else 0 end`,
        prepaidOffset: sql`case when m.source = 'prepaid' then m.amount_fen else 0 end`,
        depositOffset: sql`case when m.source = 'deposit' then m.amount_fen else 0 end`,
      }),
    ];
  },
};
