import type { EndpointReply, listOpenBills, listOpenChargeItems, OpenBill } from '@anlin/contract';
import { type Fen, formatYuan, subtractFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedApp } from '../../platform/partners/partner-boundary.ts';
import { idAfter } from './list-estate.ts';

interface BillRow extends Omit<OpenBill, 'receivable' | 'received' | 'outstanding'> {
  rowId: string;
  receivable: Fen;
  receivedFen: Fen;
  refundedFen: Fen;
  outstanding: Fen;
}

/** Bills the app synced and did not withdraw, as they stand. Error: open.badCursor (422). */
export async function listBills(
  ctx: Context,
  app: SignedApp,
  { cursor, limit, externalId }: { cursor?: string | undefined; limit: number; externalId?: string | undefined },
): Promise<EndpointReply<typeof listOpenBills>> {
  const rows = await ctx.tx.rows<BillRow>(sql`
    select p.id as "rowId", b.id, p.external_id as "externalId", b.target_kind as "targetKind", b.target_id as "targetId", b.charge_item_id as "chargeItemId",
      b.period_from as "periodFrom", b.period_to - 1 as "lastDay", b.due_on as "dueOn", b.receivable_fen as receivable, b.received_fen as "receivedFen",
      b.refunded_fen as "refundedFen", b.outstanding_fen as outstanding,
      case when b.voided_at is not null then 'void' when b.outstanding_fen = 0 and b.receivable_fen > 0 and b.received_fen = b.refunded_fen then 'waived'
        when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid' else 'due' end as state
    from partner_bill p join bill b on b.company_id = p.company_id and b.id = p.bill_id
    where p.company_id = ${ctx.companyId} and p.community_id = ${app.communityId} and p.partner_app_id = ${app.appId} and p.withdrawn_at is null
      and p.id > ${idAfter(cursor)} and (${externalId ?? null}::text is null or p.external_id = ${externalId ?? null})
    order by p.id limit ${limit + 1}`);
  const shown = rows.slice(0, limit);
  return {
    rows: shown.map(({ rowId: _, receivable, receivedFen, refundedFen, outstanding, ...bill }) => ({
      ...bill,
      receivable: formatYuan(receivable),
      received: formatYuan(subtractFen(receivedFen, refundedFen)),
      outstanding: formatYuan(outstanding),
    })),
    nextCursor: rows.length > limit ? (shown.at(-1)?.rowId ?? null) : null,
  };
}

/** Items that may be charged in the community. */
export async function listChargeItems(
  ctx: Context,
  { communityId }: Pick<SignedApp, 'communityId'>,
): Promise<EndpointReply<typeof listOpenChargeItems>> {
  return {
    rows: await ctx.tx.rows<{ id: string; name: string; dueDays: number }>(sql`
      select i.id, i.name, i.due_days as "dueDays" from charge_item i
      where i.company_id = ${ctx.companyId} and i.kind <> 'deposit'
        and (not exists (select from charge_item_community c where c.company_id = i.company_id and c.charge_item_id = i.id)
          or exists (select from charge_item_community c where c.company_id = i.company_id and c.charge_item_id = i.id and c.community_id = ${communityId}))
      order by i.sort_order, i.name, i.id`),
  };
}
