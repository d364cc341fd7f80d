import { randomInt } from 'node:crypto';
import { type Fen, fen } from '@anlin/money';

export interface WechatRefund {
  orderNo: string;
  refundNo: string;
  refundId: string;
  amountFen: Fen;
  notifyUrl: string;
  status: 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED';
  at: Temporal.Instant;
}

export interface WechatOrder {
  orderNo: string;
  appId: string;
  /** Of the payer it was made for; empty where anybody may pay. */
  openId: string;
  amountFen: Fen;
  description: string;
  notifyUrl: string;
  /** Trade type: JSAPI, NATIVE, MWEB, MICROPAY. */
  type: string;
  expiresAt: Temporal.Instant;
  state: 'NOTPAY' | 'USERPAYING' | 'SUCCESS' | 'CLOSED' | 'REVOKED' | 'PAYERROR';
  transactionId: string;
  paidAt: Temporal.Instant | null;
}

/** What WeChat Pay keeps of a merchant. */
export interface WechatOrders {
  all: ReadonlyMap<string, WechatOrder>;
  refunds: ReadonlyMap<string, WechatRefund>;
  offer(order: Omit<WechatOrder, 'state' | 'transactionId' | 'paidAt'>): WechatOrder;
  /** What is over its time can't be paid, and is shown as closed. */
  find(orderNo: string): WechatOrder | undefined;
  /** False when it can no longer be paid. `isForced`: a payment that was under way when the order was closed. */
  pay(orderNo: string, isForced?: boolean): boolean;
  refund(wanted: { orderNo: string; refundNo: string; amountFen: Fen; notifyUrl: string }): WechatRefund | string;
}

export function makeWechatOrders(now: () => Temporal.Instant): WechatOrders {
  const orders = new Map<string, WechatOrder>();
  const refunds = new Map<string, WechatRefund>();
  let count = 0;
  const number = (prefix: string) => {
    count += 1;
    return `${prefix}${String(randomInt(1e9)).padStart(10, '0')}${String(count).padStart(14, '0')}`;
  };
  const find = (orderNo: string) => {
    const order = orders.get(orderNo);
    if (order?.state === 'NOTPAY' && Temporal.Instant.compare(now(), order.expiresAt) >= 0) order.state = 'CLOSED';
    return order;
  };
  return {
    all: orders,
    refunds,
    find,
    offer(wanted) {
      const order: WechatOrder = { ...wanted, state: 'NOTPAY', transactionId: '', paidAt: null };
      orders.set(wanted.orderNo, order);
      return order;
    },
    pay(orderNo, isForced = false) {
      const order = find(orderNo);
      if (!order || order.paidAt || !(isForced || order.state === 'NOTPAY' || order.state === 'USERPAYING'))
        return false;
      order.state = 'SUCCESS';
      order.transactionId = number('4200');
      order.paidAt = now();
      return true;
    },
    refund({ orderNo, refundNo, amountFen, notifyUrl }) {
      const order = orders.get(orderNo);
      const earlier = refunds.get(refundNo);
      if (earlier) return earlier.amountFen === amountFen && earlier.orderNo === orderNo ? earlier : 'INVALID_REQUEST';
      if (!order?.paidAt || order.state === 'REVOKED') return 'RESOURCE_NOT_EXISTS';
      const given = [...refunds.values()]
        .filter((one) => one.orderNo === orderNo && one.status !== 'CLOSED' && one.status !== 'ABNORMAL')
        .reduce((sum, one) => sum + one.amountFen, 0n);
      if (amountFen <= 0n || given + amountFen > order.amountFen) return 'INVALID_REQUEST';
      const refund: WechatRefund = {
        orderNo,
        refundNo,
        refundId: number('5030'),
        amountFen,
        notifyUrl,
        status: 'PROCESSING',
        at: now(),
      };
      refunds.set(refundNo, refund);
      return refund;
    },
  };
}

/** What the channel keeps: 0.6 %, to the fen. */
export const wechatFee = (amountFen: Fen): Fen => fen((amountFen * 6n + 500n) / 1000n);
