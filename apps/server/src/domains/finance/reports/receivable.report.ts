import { sql } from '../../../platform/database/sql.ts';
import { reductionBranch } from './reductions.report.ts';
import type { ReportBranch, ReportSource } from './report-source.ts';

/**
 * 应收实收: what the journal's receivable account says, by item and target. Every document counts on its own day, so that what was
 * reported for closed days never changes (FIN-5).
 */
export const receivableReport: ReportSource = {
  branches: (ctx) => {
    const company = ctx.companyId;
    return [billsBooked(company), ...billsChanged(company), billsReduced(company), billsPaid(company)];
  },
};

function billsBooked(company: string): ReportBranch {
  return {
    from: sql`bill b`,
    where: sql`b.company_id = ${company}`,
    of: {
      community: sql`b.community_id`,
      target: sql`b.target_id`,
      targetKind: sql`b.target_kind`,
      item: sql`b.charge_item_id`,
      day: sql`coalesce(b.booked_on, b.period_from)`,
    },
    amounts: { receivable: sql`b.receivable_fen` },
    balance: sql`b.receivable_fen`,
    line: { document: sql`'bill'`, id: sql`b.id`, openAs: sql`'bill'`, openId: sql`b.id` },
  };
}

/** Voided, brought back, edited: the difference on the day it happened. An edit may have changed the item too. */
function billsChanged(company: string): ReportBranch[] {
  const change = (document: string, table: 'bill_void' | 'bill_restoration'): ReportBranch => {
    const [from, day, sign] =
      table === 'bill_void'
        ? [sql`bill_void v`, sql`v.voided_on`, sql`-`]
        : [sql`bill_restoration v`, sql`v.restored_on`, sql``];
    return {
      from: sql`${from} join bill b on b.company_id = v.company_id and b.id = v.bill_id`,
      where: sql`v.company_id = ${company} and b.company_id = ${company}`,
      of: {
        community: sql`v.community_id`,
        target: sql`b.target_id`,
        targetKind: sql`b.target_kind`,
        item: sql`b.charge_item_id`,
        day,
      },
      amounts: { receivable: sql`${sign} v.receivable_fen` },
      balance: sql`${sign} v.receivable_fen`,
      line: { document: sql`${document}`, id: sql`v.id`, openAs: sql`'bill'`, openId: sql`b.id` },
    };
  };
  const fenOf = (side: 'before' | 'after') =>
    side === 'before'
      ? sql`((e.before ->> 'receivable')::numeric * 100)::bigint`
      : sql`((e.after ->> 'receivable')::numeric * 100)::bigint`;
  const edited: ReportBranch = {
    // The bill stands as it is now on the day it was booked: the edit takes its difference from there to its own day.
    from: sql`bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id
      cross join lateral (values (coalesce(b.booked_on, b.period_from), (e.after ->> 'chargeItemId')::uuid, -${fenOf('after')}),
        (coalesce(b.booked_on, b.period_from), (e.before ->> 'chargeItemId')::uuid, ${fenOf('before')}),
        (e.edited_on, (e.before ->> 'chargeItemId')::uuid, -${fenOf('before')}),
        (e.edited_on, (e.after ->> 'chargeItemId')::uuid, ${fenOf('after')})) x (day, item_id, fen)`,
    where: sql`e.company_id = ${company} and b.company_id = ${company}
      and (e.delta_fen <> 0 or e.before ->> 'chargeItemId' <> e.after ->> 'chargeItemId')`,
    of: {
      community: sql`e.community_id`,
      target: sql`b.target_id`,
      targetKind: sql`b.target_kind`,
      item: sql`x.item_id`,
      day: sql`x.day`,
    },
    amounts: { receivable: sql`x.fen` },
    balance: sql`x.fen`,
    line: { document: sql`'billEdit'`, id: sql`e.id`, openAs: sql`'bill'`, openId: sql`b.id` },
  };
  return [change('billVoid', 'bill_void'), change('billRestoration', 'bill_restoration'), edited];
}

function billsReduced(company: string): ReportBranch {
  return {
    ...reductionBranch(sql`d.company_id = ${company} and b.company_id = ${company} and d.kind <> 'lateFeeWaiver'`, {
      discount: sql`case when d.kind = 'discount' then d.amount_fen else 0 end`,
      waiver: sql`case when d.kind = 'waiver' then d.amount_fen else 0 end`,
    }),
    balance: sql`-d.amount_fen`,
  };
}

function billsPaid(company: string): ReportBranch {
  const paid = (condition: 'same' | 'earlier' | 'later') => {
    const years = { same: sql`= 0`, earlier: sql`< 0`, later: sql`> 0` };
    return sql`case when a.kind <> 'refund' and a.years_ahead ${years[condition]} then a.principal_fen else 0 end`;
  };
  return {
    from: sql`allocation a`,
    where: sql`a.company_id = ${company}`,
    of: {
      community: sql`a.community_id`,
      target: sql`a.target_id`,
      targetKind: sql`a.target_kind`,
      item: sql`a.charge_item_id`,
      day: sql`a.day`,
    },
    amounts: {
      received: sql`case when a.kind <> 'refund' then a.principal_fen else 0 end`,
      receivedCurrent: paid('same'),
      receivedPast: paid('earlier'),
      receivedAhead: paid('later'),
      refunded: sql`case when a.kind = 'refund' then -a.principal_fen else 0 end`,
    },
    balance: sql`-a.principal_fen`,
    line: allocationLine,
  };
}

/** What a person opens of an allocation. */
export const allocationLine: ReportBranch['line'] = {
  document: sql`a.kind`,
  id: sql`a.id`,
  openAs: sql`case when a.kind = 'refund' then 'refund' else 'receipt' end`,
  openId: sql`coalesce(a.refund_id, a.receipt_id)`,
};
