import { type AgreementState, type PaymentChannelKind, platformFail, type TargetKind } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { raw, type Sql, sql } from '../../../platform/database/sql.ts';
import type { Started } from '../channels/payment-channel.ts';

/** An agreement as it stands; under its lock where `lockAgreement` gave it. */
export interface PaymentAgreement {
  id: string;
  communityId: string;
  channelId: string;
  channelKind: PaymentChannelKind;
  code: string;
  channelNo: string | null;
  state: AgreementState;
  residentId: string;
  targetKind: TargetKind;
  targetId: string;
  chargeItemIds: string[];
  startsOn: string;
  limitFen: Fen;
  started: Started | null;
  createdAt: string;
  expiresAt: string;
  signedAt: string | null;
  isTold: boolean;
  queryCount: number;
}

export const agreementColumns: Sql =
  raw(`id, community_id as "communityId", channel_id as "channelId", channel_kind as "channelKind", code,
  channel_no as "channelNo", state, resident_id as "residentId", target_kind as "targetKind", target_id as "targetId",
  charge_item_ids as "chargeItemIds", starts_on as "startsOn", limit_fen as "limitFen", started, created_at as "createdAt",
  expires_at as "expiresAt", signed_at as "signedAt", is_told as "isTold", query_count as "queryCount"`);

const label = '代扣签约';

/** The same as one reads it, without a lock. 404 when out of sight. */
export async function readAgreement(ctx: Context, id: string): Promise<PaymentAgreement> {
  const found = await ctx.tx.first<PaymentAgreement>(
    sql`select ${agreementColumns} from payment_agreement where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!found) throw platformFail('resource.notFound', { label });
  return found;
}

/** Locks an agreement: after an order and a deduction, before bills. 404 when out of sight. */
export async function lockAgreement(ctx: Context, id: string): Promise<PaymentAgreement> {
  const found = await ctx.tx.first<PaymentAgreement>(
    sql`select ${agreementColumns} from payment_agreement where company_id = ${ctx.companyId} and id = ${id} for no key update`,
  );
  if (!found) throw platformFail('resource.notFound', { label });
  return found;
}

/** The agreement of our number within a channel's account; undefined when it is not ours. */
export async function findAgreementByCode(ctx: Context, channelId: string, code: string): Promise<string | undefined> {
  const row = await ctx.tx.first<{ id: string }>(
    sql`select id from payment_agreement where company_id = ${ctx.companyId} and channel_id = ${channelId} and code = ${code}`,
  );
  return row?.id;
}

/** Name of a target: 1栋101, 车位 A-01, 车辆 粤B12345. Undefined when out of sight. */
export async function readTargetName(
  ctx: Context,
  { targetKind, targetId, communityId }: Pick<PaymentAgreement, 'targetKind' | 'targetId' | 'communityId'>,
): Promise<string | undefined> {
  const row = await ctx.tx.first<{ name: string }>(sql`select label as name from charge_target
    where company_id = ${ctx.companyId} and community_id = ${communityId} and kind = ${targetKind} and id = ${targetId}`);
  return row?.name;
}
