import { type Sql, sql } from '../../../platform/database/sql.ts';
import type { ReportBranch, ReportSource } from './report-source.ts';

/** 减免与优惠: what was given up, of which item, by whom. */
export const reductionsReport: ReportSource = {
  branches: (ctx) => {
    const of = (kind: string) => sql`case when d.kind = ${kind} then d.amount_fen else 0 end`;
    return [
      reductionBranch(sql`d.company_id = ${ctx.companyId} and b.company_id = ${ctx.companyId}`, {
        count: sql`1`,
        discount: of('discount'),
        waiver: of('waiver'),
        lateFeeWaiver: of('lateFeeWaiver'),
        total: sql`d.amount_fen`,
      }),
    ];
  },
};

/** A branch over the reductions of bills. */
export function reductionBranch(where: Sql, amounts: ReportBranch['amounts']): ReportBranch {
  return {
    from: sql`bill_reduction d join bill b on b.company_id = d.company_id and b.id = d.bill_id`,
    where,
    of: {
      community: sql`d.community_id`,
      target: sql`b.target_id`,
      targetKind: sql`b.target_kind`,
      item: sql`b.charge_item_id`,
      day: sql`d.reduced_on`,
      staff: sql`d.staff_id`,
    },
    amounts,
    line: { document: sql`'billReduction'`, id: sql`d.id`, openAs: sql`'bill'`, openId: sql`b.id` },
  };
}
