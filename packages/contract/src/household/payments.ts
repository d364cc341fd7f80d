import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { channelKinds, type PaymentChannelKind } from '../payments/channel.ts';
import { type PaymentState, paymentStartedReply, paymentStates } from '../payments/order.ts';
import { id, instant, money, month } from '../wire.ts';
import { clientPlaces } from './place.ts';

const tag = '住户端';
const base = '/api/resident';

const channelKind = z.enum(
  Object.keys(channelKinds) as [PaymentChannelKind, ...PaymentChannelKind[]],
  '请选择支付方式',
);
const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为不小于 0 的数字，最多两位小数');
const positiveAmount = amount.refine((text) => Number(text) > 0, '请填写大于 0 的金额');
/** Made by the client once per attempt. */
const key = z.string().regex(/^[\w-]{8,36}$/, '提交编号格式不对');

/** The page says where it runs; in the wrong place a payment does not open, nothing else. */
const place = z.enum(clientPlaces).default('browser');

/** Ways to pay on a phone; empty where the company takes no money online. */
const channels = z.array(z.object({ kind: channelKind, name: z.string() }));

export const listOwnPaymentWays = defineEndpoint({
  id: 'household.paymentWays',
  method: 'GET',
  path: `${base}/payment-ways`,
  access: 'householder',
  summary: '一个小区可用的在线支付方式',
  tag,
  query: z.object({ communityId: id, place }),
  reply: z.object({ channels }),
});

/** What the resident saw of each: principal left and late fee. */
export const dueBillChoice = z.array(z.strictObject({ id, expected: amount })).max(500, '一次最多付 500 条账单');
export const paidInFull = { expectedTotal: positiveAmount, key };

export const startOwnPayment = defineEndpoint({
  id: 'household.pay',
  method: 'POST',
  path: `${base}/payments`,
  access: 'householder',
  summary: '支付自己的账单（可先用预存款抵一部分），存入预存款，或预缴到某个月',
  tag,
  body: z.strictObject({
    communityId: id,
    bills: dueBillChoice,
    /** Prepaid of one of their houses or parking spaces, for any item. */
    topUp: z.strictObject({ targetKind, targetId: id, amount: positiveAmount }).nullable().default(null),
    /** What their prepaid pays of the bills, as it was quoted; it is taken when the channel's part has come, and not before. */
    prepaid: amount.default('0'),
    /** Bills to come of one of their houses or spaces, up to a month; raised and paid when the money has come. */
    advance: z.strictObject({ targetKind, targetId: id, monthTo: month }).nullable().default(null),
    /** What the channel takes. */
    ...paidInFull,
    channelKind,
    place,
  }),
  reply: paymentStartedReply,
});

const state = z.enum(Object.keys(paymentStates) as [PaymentState, ...PaymentState[]]);
export const ownPayment = z.object({
  state,
  stateLabel: z.string(),
  amount: money,
  receiptId: id.nullable(),
  /** What the resident should know besides: money came back, or is with the staff. Empty when nothing. */
  note: z.string(),
});
export type OwnPayment = z.output<typeof ownPayment>;

export const getOwnPayment = defineEndpoint({
  id: 'household.payment',
  method: 'GET',
  path: `${base}/payments/:key`,
  access: 'householder',
  summary: '自己发起的一笔支付到了哪一步',
  tag,
  params: z.object({ key }),
  query: z.object({
    /** Asks the channel, instead of waiting for its word. */
    asks: z.enum(['yes']).optional(),
  }),
  reply: ownPayment,
});

export const sharePayment = defineEndpoint({
  id: 'household.sharePayment',
  method: 'POST',
  path: `${base}/pay-links`,
  access: 'householder',
  summary: '找人代付：把选中的账单做成链接，3 天内有效',
  tag,
  body: z.strictObject({
    communityId: id,
    billIds: z.array(id).min(1, '请先选择要支付的账单').max(100, '一个链接最多 100 条账单'),
  }),
  reply: z.object({ id, path: z.string(), expiresAt: instant }),
});

const token = z.string().regex(/^[\w-]{43}\.[\w-]{43}$/, '链接不完整');
const publicTag = '找人代付';

/** What whoever pays for another needs to know, and no more: no name in full, no phone, no other bill. */
export const openPayLink = defineEndpoint({
  id: 'payLink.open',
  method: 'GET',
  path: '/api/pay-links/:token',
  access: 'public',
  summary: '打开代付链接',
  tag: publicTag,
  params: z.object({ token }),
  query: z.object({ place }),
  reply: z.object({
    companyName: z.string(),
    communityName: z.string(),
    servicePhone: z.string(),
    /** 张** */
    forWhom: z.string(),
    lines: z.array(z.object({ id, name: z.string(), period: z.string(), toPay: money })),
    total: money,
    expiresAt: instant,
    channels,
  }),
});

export const payByLink = defineEndpoint({
  id: 'payLink.pay',
  method: 'POST',
  path: '/api/pay-links/:token/payments',
  access: 'public',
  summary: '替别人支付链接里的账单',
  tag: publicTag,
  params: z.object({ token }),
  body: z.strictObject({ expectedTotal: positiveAmount, channelKind, place, key }),
  reply: paymentStartedReply,
});

export const getLinkPayment = defineEndpoint({
  id: 'payLink.payment',
  method: 'GET',
  path: '/api/pay-links/:token/payments/:key',
  access: 'public',
  summary: '代付的结果',
  tag: publicTag,
  params: z.object({ token, key }),
  query: z.object({ asks: z.enum(['yes']).optional() }),
  reply: ownPayment.omit({ receiptId: true }),
});
