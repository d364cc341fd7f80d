import { type Sql, sql } from '../../../platform/database/sql.ts';
import { movementBranch } from './movement-branch.ts';
import type { ReportSource } from './report-source.ts';

/** 退款: what refunds gave back, in money or into what the company holds. */
export const refundsReport: ReportSource = {
  branches: (ctx) => {
    const money = (amount: Sql) => sql`case when m.source = 'money' then ${amount} else 0 end`;
    return [
      movementBranch(sql`m.company_id = ${ctx.companyId} and m.refund_id is not null`, {
        // One that was given another way is still one.
        count: sql`case when m.kind = 'refund' then 1 else 0 end`,
        total: money(sql`-m.amount_fen`),
        bills: money(sql`-m.principal_fen`),
        lateFee: money(sql`-m.late_fee_fen`),
        prepaid: money(sql`-m.prepaid_fen`),
        deposit: money(sql`-m.deposit_fen`),
        other: money(sql`-m.other_fen`),
        toHeld: sql`case when m.source <> 'money' then -m.amount_fen else 0 end`,
      }),
    ];
  },
};
