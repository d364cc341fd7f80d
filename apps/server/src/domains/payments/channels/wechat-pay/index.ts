import type { PaymentChannel } from '../payment-channel.ts';
import { wechatAgreements } from './agree-wechat.ts';
import { hearWechat } from './hear-wechat.ts';
import { writePapayXml } from './papay-message.ts';
import { closeWechat, queryWechat } from './query-wechat.ts';
import { queryWechatRefund, refundWechat } from './refund-wechat.ts';
import { startWechat } from './start-wechat.ts';
import { fetchWechatBill } from './wechat-bill.ts';

const [taken, notTaken] = ['SUCCESS', 'FAIL'].map((code) => writePapayXml({ return_code: code, return_msg: 'OK' })) as [
  string,
  string,
];

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
  answer: (isTaken, callback) =>
    callback?.body.subarray(0, 64).toString('utf8').trimStart().startsWith('<')
      ? { status: 200, contentType: 'text/xml; charset=utf-8', body: isTaken ? taken : notTaken }
      : isTaken
        ? { status: 200, contentType: 'application/json', body: '{"code":"SUCCESS","message":"成功"}' }
        : { status: 500, contentType: 'application/json', body: '{"code":"FAIL","message":"没有处理"}' },
  fetchBill: fetchWechatBill,
  agreements: wechatAgreements,
};
