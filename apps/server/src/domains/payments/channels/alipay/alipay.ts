import type { PaymentChannel } from '../payment-channel.ts';
import { alipayAgreements } from './agree-alipay.ts';
import { fetchAlipayBill } from './fetch-alipay-bill.ts';
import { hearAlipay } from './hear-alipay.ts';
import { closeAlipay, queryAlipay } from './query-alipay.ts';
import { queryRefundAlipay, refundAlipay } from './refund-alipay.ts';
import { startAlipay } from './start-alipay.ts';

/** Alipay's open platform, version 1.0 of its gateway (opendocs.alipay.com). See the README beside. */
export const alipayChannel: PaymentChannel = {
  kind: 'alipay',
  ways: ['wap', 'page', 'precreate', 'payerCode'],
  start: startAlipay,
  query: queryAlipay,
  close: closeAlipay,
  refund: refundAlipay,
  queryRefund: queryRefundAlipay,
  hear: async (account, callback, now) => hearAlipay(account, callback, now),
  // Anything but these seven letters is sent again.
  answer: (isTaken) => ({
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    body: isTaken ? 'success' : 'failure',
  }),
  fetchBill: fetchAlipayBill,
  agreements: alipayAgreements,
};
