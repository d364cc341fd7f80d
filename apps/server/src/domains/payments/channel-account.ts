import {
  channelKinds,
  DomainError,
  type PaymentApplication,
  type PaymentChannelKind,
  paymentFail,
  paymentWays,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SealedPlace } from '../../platform/secrets/index.ts';
import { channelOf } from './channels/index.ts';
import type { ChannelAccount, PaymentWay } from './channels/payment-channel.ts';

/** Ties sealed secrets to their row. */
export const secretPlace = (companyId: string, channelId: string): SealedPlace => ({
  companyId,
  rowId: channelId,
  field: 'paymentChannel.secrets',
});

/** An account of the company at a channel. */
export interface OwnChannel {
  id: string;
  communityId: string | null;
  kind: PaymentChannelKind;
  name: string;
  merchantId: string;
  surplus: 'prepaid' | 'refund';
  /** Null when this installation's key does not open the secrets, as after a restore without it. */
  account: ChannelAccount | null;
}

interface Row {
  id: string;
  community_id: string | null;
  kind: PaymentChannelKind;
  name: string;
  merchant_id: string;
  app_id: string;
  settings: Record<string, string>;
  sealed_secrets: string;
  surplus: 'prepaid' | 'refund';
}

/** An account with its secrets opened, on or off: an old order is still asked after. Undefined when there is none. */
export async function readChannel(ctx: Context, channelId: string): Promise<OwnChannel | undefined> {
  const row =
    await ctx.tx.first<Row>(sql`select id, community_id, kind, name, merchant_id, app_id, settings, sealed_secrets, surplus
    from payment_channel where company_id = ${ctx.companyId} and id = ${channelId}`);
  return row && ownChannelOf(ctx, row);
}

/** Accounts that are on for a use in a community: its own before the company's, one of each kind. */
export async function listUsable(
  ctx: Context,
  communityId: string,
  application: PaymentApplication,
): Promise<OwnChannel[]> {
  const rows =
    await ctx.tx.rows<Row>(sql`select id, community_id, kind, name, merchant_id, app_id, settings, sealed_secrets, surplus from payment_channel
    where company_id = ${ctx.companyId} and is_on and (community_id = ${communityId} or community_id is null) and ${application} = any (applications)
    order by kind, community_id nulls last, created_at, id`);
  const first = new Map<string, Row>();
  for (const row of rows) if (!first.has(row.kind)) first.set(row.kind, row);
  const order = Object.keys(channelKinds);
  return [...first.values()]
    .sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind))
    .map((row) => ownChannelOf(ctx, row));
}

/** The account a payment goes to. Errors: payment.noChannel, payment.channelUnreadable (409). */
export async function chooseChannel(
  ctx: Context,
  wanted: {
    communityId: string;
    application: PaymentApplication;
    way: PaymentWay;
    channelKind?: PaymentChannelKind | undefined;
  },
): Promise<OwnChannel & { account: ChannelAccount }> {
  const usable = await listUsable(ctx, wanted.communityId, wanted.application);
  const channel = usable.find(
    (one) =>
      (wanted.channelKind === undefined || one.kind === wanted.channelKind) &&
      channelOf(one.kind)?.ways.includes(wanted.way),
  );
  if (!channel) {
    const community = await ctx.tx.first<{ name: string }>(
      sql`select name from community where company_id = ${ctx.companyId} and id = ${wanted.communityId}`,
    );
    throw paymentFail('payment.noChannel', {
      community: community?.name ?? '',
      way: `“${wanted.channelKind ? channelKinds[wanted.channelKind] : ''}${paymentWays[wanted.way]}”`,
    });
  }
  return { ...channel, account: accountOf(channel) };
}

/** Its opened account. Error: payment.channelUnreadable (409). */
export function accountOf(channel: OwnChannel): ChannelAccount {
  if (!channel.account) throw paymentFail('payment.channelUnreadable', { channel: channel.name });
  return channel.account;
}

function ownChannelOf(ctx: Context, row: Row): OwnChannel {
  const { id, community_id: communityId, kind, name, merchant_id: merchantId, app_id: appId, settings, surplus } = row;
  const secrets = openSecrets(ctx, id, row.sealed_secrets);
  const account = secrets && { id, kind, merchantId, appId, settings, secrets };
  return { id, communityId, kind, name, merchantId, surplus, account };
}

/** Null when they cannot be opened here. */
export function openSecrets(ctx: Context, channelId: string, sealed: string): Record<string, string> | null {
  if (sealed === '') return null;
  try {
    return JSON.parse(ctx.vault.open(sealed, secretPlace(ctx.companyId, channelId))) as Record<string, string>;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'secret.unreadable') return null;
    throw error;
  }
}
