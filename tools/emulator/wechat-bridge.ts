import { type KeyObject, verify } from 'node:crypto';
import type { WechatOrder } from './wechat-orders.ts';

/** What WeChat's own browser and its mini-programs do with the parameters of an order: `getBrandWCPayRequest`, `wx.requestPayment`. */
export interface BridgeReply {
  err_msg: `get_brand_wcpay_request:${'ok' | 'fail' | 'cancel'}`;
  err_desc?: string;
}

interface Counter {
  merchantKey: KeyObject;
  find(orderNo: string): WechatOrder | undefined;
  pay(orderNo: string): boolean;
}

/**
 * Pays what parameters name, in the account of `openId`, as the phone would after its password: refused unless the merchant signed
 * them, and unless the order was made for this application and this person.
 */
export function payThroughBridge(
  { merchantKey, find, pay }: Counter,
  parameters: Readonly<Record<string, string>>,
  openId: string,
): BridgeReply {
  const { appId = '', timeStamp = '', nonceStr = '', package: packaged = '', signType, paySign = '' } = parameters;
  const fail = (reason: string): BridgeReply => ({ err_msg: 'get_brand_wcpay_request:fail', err_desc: reason });
  const text = `${appId}\n${timeStamp}\n${nonceStr}\n${packaged}\n`;
  if (signType !== 'RSA' || !verify('RSA-SHA256', Buffer.from(text), merchantKey, Buffer.from(paySign, 'base64')))
    return fail('支付验证签名失败');
  const order = find(packaged.replace(/^prepay_id=wx/, ''));
  if (!order) return fail('该订单不存在');
  if (order.appId !== appId) return fail('appid不一致');
  if (order.openId !== openId) return fail('下单账号与支付账号不一致');
  return pay(order.orderNo) ? { err_msg: 'get_brand_wcpay_request:ok' } : fail('订单已支付或已关闭');
}
