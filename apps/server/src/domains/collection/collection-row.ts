import { collectionFail, type PaymentChannelKind, platformFail, type TargetKind } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Money that came by a code, as it stands. */
export interface Collection {
  orderId: string;
  orderNo: string;
  communityId: string;
  today: string;
  channelKind: PaymentChannelKind;
  amountFen: Fen;
  payerName: string;
  remark: string;
  receiptId: string;
  receiptNumber: string;
  targetId: string | null;
  incomeItemId: string | null;
  topUps: { chargeItemId: string | null }[];
  deposit: { id: string; heldFen: Fen; targetKind: TargetKind | null; targetId: string | null } | null;
}

interface Row extends Omit<Collection, 'today' | 'deposit' | 'receiptId' | 'receiptNumber'> {
  timeZone: string;
  receiptId: string | null;
  receiptNumber: string | null;
  depositId: string | null;
  heldFen: Fen;
  heldKind: TargetKind | null;
  heldTargetId: string | null;
}

/** Reads what came in, its order locked: the first of all locks. Errors: resource.notFound, collection.unbooked (409). */
export async function lockCollection(ctx: Context, id: string): Promise<Collection> {
  const row = await ctx.tx.first<Row>(sql`
    select o.id as "orderId", o.order_no as "orderNo", o.community_id as "communityId", c.time_zone as "timeZone", o.channel_kind as "channelKind",
      o.amount_fen as "amountFen", o.payer_name as "payerName", o.remark, o.receipt_id as "receiptId",
      r.number as "receiptNumber", o.target_id as "targetId", o.income_item_id as "incomeItemId", o.top_ups as "topUps", d.id as "depositId",
      coalesce(d.held_fen, 0)::bigint as "heldFen", d.target_kind as "heldKind", d.target_id as "heldTargetId"
    from payment_order o join community c on c.company_id = o.company_id and c.id = o.community_id
    left join receipt r on r.company_id = o.company_id and r.id = o.receipt_id
    left join deposit d on d.company_id = o.company_id and d.receipt_id = o.receipt_id and o.held_item_id is not null
    where o.company_id = ${ctx.companyId} and o.id = ${id} and o.collection_code_id is not null and o.state = 'paid' for no key update of o`);
  if (!row) throw platformFail('resource.notFound', { label: '收款码入账' });
  const { timeZone, receiptId, receiptNumber, depositId, heldFen, heldKind, heldTargetId, ...rest } = row;
  if (receiptId === null || receiptNumber === null) throw collectionFail('collection.unbooked');
  return {
    ...rest,
    receiptId,
    receiptNumber,
    today: businessDay(ctx.clock, timeZone).toString(),
    deposit: depositId === null ? null : { id: depositId, heldFen, targetKind: heldKind, targetId: heldTargetId },
  };
}
