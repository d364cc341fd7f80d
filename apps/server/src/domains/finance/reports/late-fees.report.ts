import { sql } from '../../../platform/database/sql.ts';
import { allocationLine } from './receivable.report.ts';
import { reductionBranch } from './reductions.report.ts';
import type { ReportSource } from './report-source.ts';

/** 违约金: what came, what went back, what was not asked for. */
export const lateFeesReport: ReportSource = {
  branches: (ctx) => [
    {
      from: sql`allocation a`,
      where: sql`a.company_id = ${ctx.companyId} and a.late_fee_fen <> 0`,
      of: {
        community: sql`a.community_id`,
        target: sql`a.target_id`,
        targetKind: sql`a.target_kind`,
        item: sql`a.charge_item_id`,
        day: sql`a.day`,
      },
      amounts: {
        received: sql`case when a.kind <> 'refund' then a.late_fee_fen else 0 end`,
        refunded: sql`case when a.kind = 'refund' then -a.late_fee_fen else 0 end`,
        net: sql`a.late_fee_fen`,
      },
      line: allocationLine,
    },
    reductionBranch(
      sql`d.company_id = ${ctx.companyId} and b.company_id = ${ctx.companyId} and d.kind = 'lateFeeWaiver'`,
      { waived: sql`d.amount_fen` },
    ),
  ],
};
