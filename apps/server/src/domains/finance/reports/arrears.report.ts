import { empty, type Sql, sql } from '../../../platform/database/sql.ts';
import type { ReportSource } from './report-source.ts';

/** 欠费与账龄: what bills owe now, by the days since they were to be paid. */
export const arrearsReport: ReportSource = {
  branches: (ctx, { from, to, today }) => {
    const age = sql`(${today}::date - b.due_on)`;
    const owed = (when: Sql) => sql`case when ${age} ${when} then b.outstanding_fen else 0 end`;
    return [
      {
        from: sql`bill b`,
        where: sql`b.company_id = ${ctx.companyId} and b.voided_at is null and b.outstanding_fen > 0
          ${from ? sql`and b.period_from >= ${from}` : empty} ${to ? sql`and b.period_from <= ${to}` : empty}`,
        of: {
          community: sql`b.community_id`,
          target: sql`b.target_id`,
          targetKind: sql`b.target_kind`,
          item: sql`b.charge_item_id`,
          day: sql`b.period_from`,
        },
        amounts: {
          bills: sql`1`,
          outstanding: sql`b.outstanding_fen`,
          notDue: owed(sql`< 0`),
          days30: owed(sql`between 0 and 30`),
          days90: owed(sql`between 31 and 90`),
          days180: owed(sql`between 91 and 180`),
          days365: owed(sql`between 181 and 365`),
          older: owed(sql`> 365`),
        },
        distinct: { targets: sql`b.target_id` },
        hasOwnDays: true,
        line: { document: sql`'bill'`, id: sql`b.id`, openAs: sql`'bill'`, openId: sql`b.id` },
      },
    ];
  },
};
