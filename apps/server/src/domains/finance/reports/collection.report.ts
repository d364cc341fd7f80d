import { fen } from '@anlin/money';
import { empty, sql } from '../../../platform/database/sql.ts';
import { collectionRate } from '../collection-rate.ts';
import { allocationLine } from './receivable.report.ts';
import type { ReportBranch, ReportSource } from './report-source.ts';

const ofBill: ReportBranch['of'] = {
  community: sql`b.community_id`,
  target: sql`b.target_id`,
  targetKind: sql`b.target_kind`,
  item: sql`b.charge_item_id`,
  day: sql`b.period_from`,
};
const billLine: ReportBranch['line'] = {
  document: sql`'bill'`,
  id: sql`b.id`,
  openAs: sql`'bill'`,
  openId: sql`b.id`,
};

/** 收缴率: of the bills of the months themselves, as the charge ledger has them; of earlier bills; of later ones. */
export const collectionReport: ReportSource = {
  branches: (ctx, { from, to }) => {
    const standing = sql`b.company_id = ${ctx.companyId} and b.voided_at is null`;
    const current: ReportBranch = {
      from: sql`bill b`,
      where: sql`${standing} ${from ? sql`and b.period_from >= ${from}` : empty} ${to ? sql`and b.period_from <= ${to}` : empty}`,
      of: ofBill,
      amounts: {
        due: sql`b.receivable_fen - b.discount_fen - b.waived_fen`,
        received: sql`b.received_fen - b.refunded_fen`,
      },
      hasOwnDays: true,
      line: billLine,
    };
    const arrears: ReportBranch = {
      from: sql`bill b`,
      where: sql`${standing} and b.period_from < ${from ?? '0001-01-01'} and b.outstanding_fen > 0`,
      of: ofBill,
      amounts: { arrearsLeft: sql`b.outstanding_fen` },
      hasOwnDays: true,
      line: billLine,
    };
    const other: ReportBranch = {
      from: sql`allocation a`,
      where: sql`a.company_id = ${ctx.companyId}`,
      of: {
        community: sql`a.community_id`,
        target: sql`a.target_id`,
        targetKind: sql`a.target_kind`,
        item: sql`a.charge_item_id`,
        day: sql`a.day`,
      },
      amounts: {
        arrearsReceived: from ? sql`case when a.bill_month < ${from} then a.principal_fen else 0 end` : sql`0`,
        advance: to ? sql`case when a.bill_month > ${to} then a.principal_fen else 0 end` : sql`0`,
      },
      line: allocationLine,
    };
    return [current, arrears, other];
  },
  workOut: (sumOf) => ({
    rate: collectionRate(fen(sumOf('received')), fen(sumOf('due'))),
    arrearsRate: collectionRate(fen(sumOf('arrearsReceived')), fen(sumOf('arrearsReceived') + sumOf('arrearsLeft'))),
  }),
};
