import type { TargetKind } from '@anlin/contract';
import { type PaymentApplication, type PaymentChannelKind, type PaymentState, platformFail } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { raw, type Sql, sql } from '../../platform/database/sql.ts';
import type { PaymentWay, Started } from './channels/payment-channel.ts';

/** An order as it stands; under its lock where `lockOrder` gave it. */
export interface PaymentOrder {
  id: string;
  communityId: string;
  channelId: string;
  channelKind: PaymentChannelKind;
  application: PaymentApplication;
  way: PaymentWay;
  orderNo: string;
  state: PaymentState;
  /** None for money by a community's collection code. */
  targetKind: TargetKind | null;
  targetId: string | null;
  amountFen: Fen;
  topUps: { chargeItemId: string | null; fen: string }[];
  /** All of it is kept as a deposit of this item, or is income of this one; null: bills and prepaid. */
  heldItemId: string | null;
  incomeItemId: string | null;
  /** What the payer wrote with it. */
  remark: string;
  description: string;
  payerName: string;
  staffId: string | null;
  openId: string;
  clientIp: string;
  returnUrl: string;
  /** What the payer's side was given; null before the channel answered. */
  started: Started | null;
  createdAt: string;
  expiresAt: string;
  transactionId: string | null;
  receiptId: string | null;
  surplusFen: Fen;
  refundedFen: Fen;
  exception: string | null;
  queryCount: number;
}

const columns = `id, community_id as "communityId", channel_id as "channelId", channel_kind as "channelKind", application, way,
  order_no as "orderNo", state, target_kind as "targetKind", target_id as "targetId", amount_fen as "amountFen", top_ups as "topUps",
  held_item_id as "heldItemId", income_item_id as "incomeItemId", remark, description,
  payer_name as "payerName", staff_id as "staffId", open_id as "openId", client_ip as "clientIp", return_url as "returnUrl", started,
  created_at as "createdAt", expires_at as "expiresAt", transaction_id as "transactionId", receipt_id as "receiptId", surplus_fen as "surplusFen",
  refunded_fen as "refundedFen", exception, query_count as "queryCount"`;
export const orderColumns: Sql = raw(columns);

/** The same as one reads it, without a lock. 404 when out of sight. */
export async function readOrder(ctx: Context, id: string): Promise<PaymentOrder> {
  const order = await ctx.tx.first<PaymentOrder>(
    sql`select ${orderColumns} from payment_order where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!order) throw platformFail('resource.notFound', { label: '在线支付' });
  return order;
}

/** Locks an order: the first step of everything that changes it, before bills and accounts. 404 when out of sight. */
export async function lockOrder(ctx: Context, id: string): Promise<PaymentOrder> {
  const order = await ctx.tx.first<PaymentOrder>(
    sql`select ${orderColumns} from payment_order where company_id = ${ctx.companyId} and id = ${id} for no key update`,
  );
  if (!order) throw platformFail('resource.notFound', { label: '在线支付' });
  return order;
}

/** The order of a number within a channel's account; undefined when it is not ours. */
export function findOrderByNo(ctx: Context, channelId: string, orderNo: string): Promise<PaymentOrder | undefined> {
  return ctx.tx.first<PaymentOrder>(sql`select ${orderColumns} from payment_order
    where company_id = ${ctx.companyId} and channel_id = ${channelId} and order_no = ${orderNo}`);
}
