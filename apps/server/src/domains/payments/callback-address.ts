import { paymentCallback } from '@anlin/contract';
import type { ChannelAccount } from './channels/payment-channel.ts';

/** Where a channel reports to: the address of this installation, as the channel's settings know it. */
export function callbackAddress(
  account: ChannelAccount,
  companyId: string,
  what: 'payment' | 'refund' | 'agreement',
): string {
  const site = (account.settings.siteUrl ?? '').replace(/\/+$/, '');
  const path = paymentCallback.path
    .replace(':company', companyId)
    .replace(':channel', account.id)
    .replace(':what', what);
  return `${site}${path}`;
}
