import type { PaymentChannel } from '../payment-channel.ts';
import { hearWechat } from './hear-wechat.ts';
import { closeWechat, queryWechat } from './query-wechat.ts';
import { queryWechatRefund, refundWechat } from './refund-wechat.ts';
import { startWechat } from './start-wechat.ts';
import { fetchWechatBill } from './wechat-bill.ts';

/** WeChat Pay APIv3 for merchants of their own (普通商户), pay.weixin.qq.com/doc/v3/merchant. */
export const wechatPay: PaymentChannel = {
  kind: 'wechat',
  ways: ['jsapi', 'miniProgram', 'h5', 'native', 'payerCode'],
  start: startWechat,
  query: queryWechat,
  close: closeWechat,
  refund: refundWechat,
  queryRefund: queryWechatRefund,
  hear: hearWechat,
  answer: (isTaken) =>
    isTaken
      ? { status: 200, contentType: 'application/json', body: '{"code":"SUCCESS","message":"成功"}' }
      : { status: 500, contentType: 'application/json', body: '{"code":"FAIL","message":"没有处理"}' },
  fetchBill: fetchWechatBill,
};
