import { type Fen, fen, formatYuan } from '@anlin/money';
import { spacedTime } from './emulator-clock.ts';
import { type WechatOrder, type WechatRefund, wechatFee } from './wechat-orders.ts';

const heading =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const totalsHeading = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

const dayOf = (at: Temporal.Instant) => at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
const marked = (values: readonly string[]) => values.map((value) => `\`${value}`).join(',');
/** Fees are told to five decimals. */
const fee = (amount: Fen) => `${formatYuan(amount)}000`;
const none = '0.00';

/** The trade bill of a day as WeChat Pay writes it; undefined when there was no trade. */
export function wechatBillFile(
  merchantId: string,
  orders: Iterable<WechatOrder>,
  refunds: Iterable<WechatRefund>,
  day: Temporal.PlainDate,
): string | undefined {
  const all = [...orders];
  const paid = all.filter((one) => one.paidAt && dayOf(one.paidAt).equals(day));
  const back = [...refunds].filter((one) => one.status === 'SUCCESS' && dayOf(one.at).equals(day));
  if (paid.length + back.length === 0) return undefined;
  const head = (order: WechatOrder, at: Temporal.Instant, state: string) => [
    spacedTime(at),
    order.appId,
    merchantId,
    '0',
    '',
    order.transactionId,
    order.orderNo,
    'oEmulatedPayer',
    order.type,
    state,
    'OTHERS',
    'CNY',
  ];
  const lines = [
    ...paid.map((order) => [
      ...head(order, order.paidAt!, 'SUCCESS'),
      ...[formatYuan(order.amountFen), none, '0', '0', none, none, '', '', order.description, ''],
      ...[fee(wechatFee(order.amountFen)), '0.60%', formatYuan(order.amountFen), none, ''],
    ]),
    ...back.map((refund) => [
      ...head(all.find((one) => one.orderNo === refund.orderNo)!, refund.at, 'REFUND'),
      ...[
        none,
        none,
        refund.refundId,
        refund.refundNo,
        formatYuan(refund.amountFen),
        none,
        'ORIGINAL',
        'SUCCESS',
        '',
        '',
      ],
      ...[fee(fen(-wechatFee(refund.amountFen))), '0.60%', none, formatYuan(refund.amountFen), ''],
    ]),
  ];
  const sum = (amounts: readonly Fen[]) => fen(amounts.reduce((total, one) => total + one, 0n));
  const [orderSum, refundSum] = [sum(paid.map((one) => one.amountFen)), sum(back.map((one) => one.amountFen))];
  const fees = sum([
    ...paid.map((one) => wechatFee(one.amountFen)),
    ...back.map((one) => fen(-wechatFee(one.amountFen))),
  ]);
  const totals = [
    String(lines.length),
    formatYuan(orderSum),
    formatYuan(refundSum),
    none,
    fee(fees),
    formatYuan(orderSum),
    formatYuan(refundSum),
  ];
  return `\uFEFF${[heading, ...lines.map(marked), totalsHeading, marked(totals)].join('\r\n')}\r\n`;
}
