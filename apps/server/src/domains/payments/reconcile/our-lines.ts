import type { Fen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { ChannelKind } from '../channels/payment-channel.ts';
import { billDayRange, type OurLine } from './compare-lines.ts';

/** A merchant at a channel: its bill has the payments of all our accounts with its number. */
export interface Merchant {
  channelKind: ChannelKind;
  merchantId: string;
}

/** What our books have, with the payment it belongs to. */
export interface OwnLine extends OurLine {
  orderId: string;
  channelId: string;
  communityId: string;
}

interface Row {
  id: string;
  kind: 'payment' | 'refund';
  at: string;
  order_id: string;
  order_no: string;
  refund_no: string;
  transaction_id: string;
  amount: Fen;
  channel_id: string;
  community_id: string;
}

/** Payments and refunds of a merchant that the channel's bill of a day should have. */
export async function readOurLines(ctx: Context, merchant: Merchant, day: Temporal.PlainDate): Promise<OwnLine[]> {
  const range = billDayRange(merchant.channelKind, day);
  const [from, to] = [range.from.toString(), range.to.toString()];
  const rows = await ctx.tx.rows<Row>(sql`
    select o.id, 'payment' as kind, o.paid_at as at, o.id as order_id, o.order_no, '' as refund_no, o.transaction_id, o.amount_fen as amount, o.channel_id, o.community_id
    from payment_channel k join payment_order o on o.company_id = k.company_id and o.channel_id = k.id
    where k.company_id = ${ctx.companyId} and k.kind = ${merchant.channelKind} and k.merchant_id = ${merchant.merchantId}
      and o.paid_at >= ${from} and o.paid_at < ${to}
    union all
    select x.id, 'refund', x.done_at, o.id, o.order_no, x.refund_no, '', x.amount_fen, o.channel_id, o.community_id
    from channel_refund x join payment_order o on o.company_id = x.company_id and o.id = x.order_id
      join payment_channel k on k.company_id = o.company_id and k.id = o.channel_id
    where x.company_id = ${ctx.companyId} and k.kind = ${merchant.channelKind} and k.merchant_id = ${merchant.merchantId}
      and x.done_at >= ${from} and x.done_at < ${to}
    order by 3, 1`);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    at: Temporal.Instant.from(row.at),
    orderNo: row.order_no,
    ...(row.kind === 'refund' ? { refundNo: row.refund_no } : {}),
    transactionId: row.transaction_id,
    amountFen: row.amount,
    orderId: row.order_id,
    channelId: row.channel_id,
    communityId: row.community_id,
  }));
}

/** Orders of a merchant by their numbers, for what only the channel has. `isOpen`: not paid as far as we know, and nobody was told to look. */
export async function findOrders(
  ctx: Context,
  merchant: Merchant,
  orderNos: readonly string[],
): Promise<Map<string, { id: string; channelId: string; communityId: string; isOpen: boolean }>> {
  const rows = await ctx.tx.rows<{
    id: string;
    orderNo: string;
    channelId: string;
    communityId: string;
    isOpen: boolean;
  }>(sql`
    select o.id, o.order_no as "orderNo", o.channel_id as "channelId", o.community_id as "communityId", o.state <> 'paid' and o.exception is null as "isOpen" from payment_order o
    join payment_channel k on k.company_id = o.company_id and k.id = o.channel_id
    where o.company_id = ${ctx.companyId} and o.order_no = any (${[...orderNos]}::text[])
      and k.kind = ${merchant.channelKind} and k.merchant_id = ${merchant.merchantId}`);
  return new Map(rows.map((row) => [row.orderNo, row]));
}
