import type { PaymentChannel } from '../payment-channel.ts';
import { fetchUnionPayBill } from './fetch-unionpay-bill.ts';
import { hearUnionPay } from './hear-unionpay.ts';
import { closeUnionPay, queryUnionPay } from './query-unionpay.ts';
import { queryRefundUnionPay, refundUnionPay } from './refund-unionpay.ts';
import { startUnionPay } from './start-unionpay.ts';

/** UnionPay's full-channel platform, version 5.1.0 (open.unionpay.com). See the README beside. */
export const unionPayChannel: PaymentChannel = {
  kind: 'unionpay',
  ways: ['qr', 'payerCode', 'gateway'],
  start: startUnionPay,
  query: queryUnionPay,
  close: closeUnionPay,
  refund: refundUnionPay,
  queryRefund: queryRefundUnionPay,
  hear: hearUnionPay,
  // Only the status counts: 200 is taken, anything else is sent again.
  answer: (isTaken) => ({
    status: isTaken ? 200 : 500,
    contentType: 'text/plain; charset=utf-8',
    body: isTaken ? 'ok' : 'no',
  }),
  fetchBill: fetchUnionPayBill,
};
