import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, idParams, instant, money, ok } from '../wire.ts';
import { type PaymentChannelKind, paymentApplication, paymentWay } from './channel.ts';

const tag = '在线支付';

/** Yuan as a person types it, at most two decimals, not negative. */
const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为不小于 0 的数字，最多两位小数');
const positiveAmount = amount.refine((text) => Number(text) > 0, '金额应大于 0');

export const paymentStates = {
  created: '待发起',
  paying: '待付款',
  paid: '已付款',
  closed: '已关闭',
  unknown: '查询中',
} as const;
export type PaymentState = keyof typeof paymentStates;
const state = z.enum(Object.keys(paymentStates) as [PaymentState]);

/** From which state an order may go to which. Money that comes late still makes a closed order paid. */
export const paymentMoves: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  created: ['paying', 'paid', 'closed', 'unknown'],
  paying: ['paid', 'closed', 'unknown'],
  unknown: ['paying', 'paid', 'closed'],
  closed: ['paid'],
  paid: [],
};

/** Why staff should look at a payment. */
export const paymentExceptions = {
  surplus: '多收转预存',
  returned: '多收已退回',
  mismatch: '金额或商户不符',
  unbooked: '已收款未入账',
  doubled: '同一订单付了两次',
  refundedTwice: '可能退了两次',
} as const;
export type PaymentException = keyof typeof paymentExceptions;
const exception = z.enum(Object.keys(paymentExceptions) as [PaymentException]);

export const channelRefundStates = {
  asking: '发起中',
  waiting: '处理中',
  done: '已退回',
  failed: '失败',
  replaced: '已改用其他方式',
} as const;
export type ChannelRefundState = keyof typeof channelRefundStates;
const refundState = z.enum(Object.keys(channelRefundStates) as [ChannelRefundState]);

/** What the payer's side needs to go on. */
export const paymentStarted = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parameters'), parameters: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('redirect'), url: z.string() }),
  z.object({ kind: z.literal('form'), url: z.string(), fields: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('qr'), content: z.string() }),
  z.object({ kind: z.literal('paid') }),
  z.object({ kind: z.literal('waiting') }),
]);
export type PaymentStarted = z.output<typeof paymentStarted>;

/** What a payment is for, and how it is paid. */
export const paymentBody = z.strictObject({
  communityId: id,
  targetKind,
  targetId: id,
  /** `expected`: principal left and late fee, as the payer saw it; the payment is for exactly that. */
  bills: z.array(z.strictObject({ id, expected: amount })).max(500, '一次最多付 500 条账单'),
  /** Money kept as prepaid of the target, general or for one item. */
  topUps: z
    .array(z.strictObject({ chargeItemId: id.nullable(), amount: positiveAmount }))
    .max(20)
    .optional(),
  expectedTotal: positiveAmount,
  application: paymentApplication.default('fees'),
  way: paymentWay,
  /** Which channel, where several have the way; left out, the first there is. */
  channelKind: z.enum(['wechat', 'alipay', 'unionpay']).optional(),
  openId: z.string().trim().max(128).optional(),
  /** What a scanner reads off the payer's phone. */
  payerCode: z
    .string()
    .trim()
    .regex(/^\d{16,28}$/, '付款码应为 16 到 28 位数字，请重新扫')
    .optional(),
  payerName: z.string().trim().max(60, '付款人最多 60 个字').default(''),
  /** Where the payer's browser goes afterwards. */
  returnUrl: z.url().max(500).optional(),
  /** Made by the client once per attempt; the same key gives the same order. */
  idempotencyKey: z.string().regex(/^[\w-]{8,80}$/, '提交编号格式不对'),
});
export type PaymentBody = z.output<typeof paymentBody>;

export const paymentStartedReply = z.object({
  orderId: id,
  orderNo: z.string(),
  amount: money,
  expiresAt: instant,
  started: paymentStarted,
});

/** Started by the cashier: a code to be scanned, or the payer's code. */
export const startDeskPayment = defineEndpoint({
  id: 'payment.start',
  method: 'POST',
  path: '/api/payments',
  access: 'cashier.collect',
  summary: '收银台发起在线支付：让付款人扫码，或扫付款人的付款码',
  tag,
  body: paymentBody,
  reply: paymentStartedReply,
});

/** Ways to be paid online that a community has, for the desk and the client. */
export const listPaymentWays = defineEndpoint({
  id: 'payment.ways',
  method: 'GET',
  path: '/api/payment-ways',
  access: 'cashier.view',
  summary: '一个小区可用的在线支付方式',
  tag,
  query: z.object({ communityId: id, application: paymentApplication.default('fees') }),
  reply: z.object({
    channels: z.array(
      z.object({ id, kind: z.enum(['wechat', 'alipay', 'unionpay']), name: z.string(), ways: z.array(paymentWay) }),
    ),
  }),
});

export const paymentRow = z.object({
  id,
  orderNo: z.string(),
  communityId: id,
  communityName: z.string(),
  /** Null for money by a community's collection code; the name is the code's then. */
  targetKind: targetKind.nullable(),
  targetId: id.nullable(),
  targetName: z.string(),
  channelName: z.string(),
  channelKind: z.enum(['wechat', 'alipay', 'unionpay']),
  way: paymentWay,
  amount: money,
  refunded: money,
  state,
  exception: exception.nullable(),
  isHandled: z.boolean(),
  payerName: z.string(),
  staffName: z.string(),
  transactionId: z.string(),
  receiptId: id.nullable(),
  receiptNumber: z.string(),
  createdAt: instant,
  expiresAt: instant,
  paidAt: instant.nullable(),
});
export type PaymentRow = z.output<typeof paymentRow>;

export const channelRefundRow = z.object({
  id,
  refundNo: z.string(),
  refundNumber: z.string(),
  amount: money,
  state: refundState,
  reason: z.string(),
  failure: z.string(),
  attempt: z.int(),
  createdAt: instant,
  doneAt: instant.nullable(),
});

export const paymentDetail = paymentRow.extend({
  lines: z.array(z.object({ label: z.string(), amount: money })),
  surplus: money,
  /** Why staff should look, in a sentence; empty when nothing is wrong. */
  problem: z.string(),
  handledNote: z.string(),
  events: z.array(z.object({ id, at: instant, kind: z.string(), outcome: z.string(), detail: z.string() })),
  refunds: z.array(channelRefundRow),
});
export type PaymentDetail = z.output<typeof paymentDetail>;

export const listPayments = defineEndpoint({
  id: 'payment.list',
  method: 'GET',
  path: '/api/payments',
  access: 'payment.view',
  summary: '在线支付列表：筛选与合计',
  tag,
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(500).default(50),
    /** Order number, transaction number, or part of the target's or payer's name. */
    q: z.string().trim().max(64).optional(),
    communityId: id.optional(),
    channelId: id.optional(),
    targetId: id.optional(),
    state: state.optional(),
    /** Only those that staff should look at, and have not. */
    open: z.enum(['exception']).optional(),
    createdFrom: day.optional(),
    createdTo: day.optional(),
  }),
  reply: z.object({
    rows: z.array(paymentRow),
    total: z.number(),
    /** Of the payments that match and were paid. */
    paidCount: z.number(),
    paidSum: money,
    refundedSum: money,
  }),
});

export const getPayment = defineEndpoint({
  id: 'payment.get',
  method: 'GET',
  path: '/api/payments/:id',
  access: 'payment.view',
  summary: '一笔在线支付：付了什么、经过、退款',
  tag,
  params: idParams,
  reply: paymentDetail,
});

const deskState = z.object({
  state,
  amount: money,
  receiptId: id.nullable(),
  receiptNumber: z.string(),
  exception: exception.nullable(),
  problem: z.string(),
});
export type DeskPaymentState = z.output<typeof deskState>;

/** Whether nothing more happens to a payment that somebody waits for. */
export const isPaymentOver = ({ state }: Pick<DeskPaymentState, 'state'>): boolean =>
  state === 'paid' || state === 'closed';

/** What the desk asks while it waits. */
export const readDeskPayment = defineEndpoint({
  id: 'payment.state',
  method: 'GET',
  path: '/api/payments/:id/state',
  access: 'cashier.collect',
  summary: '收银台等待结果：状态和收据',
  tag,
  params: idParams,
  reply: deskState,
});

/** The same, told at once whenever it changes: server-sent events, each the JSON of the whole. */
export const watchDeskPayment = defineEndpoint({
  id: 'payment.watch',
  method: 'GET',
  path: '/api/payments/:id/events',
  access: 'cashier.collect',
  summary: '收银台等待结果：状态变化时立即推送（text/event-stream）',
  tag,
  transport: 'events',
  params: idParams,
  reply: deskState,
});

export const queryPayment = defineEndpoint({
  id: 'payment.query',
  method: 'POST',
  path: '/api/payments/:id/query',
  access: 'cashier.collect',
  summary: '立即向渠道查询结果，已付的入账',
  tag,
  params: idParams,
  reply: z.object({ state, answer: z.string() }),
});

export const closePayment = defineEndpoint({
  id: 'payment.close',
  method: 'POST',
  path: '/api/payments/:id/close',
  access: 'cashier.collect',
  summary: '关闭没有付的支付：先在渠道关闭',
  tag,
  params: idParams,
  reply: z.object({ state, answer: z.string() }),
});

export const handlePayment = defineEndpoint({
  id: 'payment.handle',
  method: 'POST',
  path: '/api/payments/:id/handle',
  access: 'payment.handle',
  summary: '异常入账处理：知道了、多收的原路退回、重新入账',
  tag,
  params: idParams,
  body: z.strictObject({
    action: z.enum(['acknowledge', 'return', 'book']),
    note: z.string().trim().max(200, '说明最多 200 个字').default(''),
  }),
  reply: ok,
});

export const repeatChannelRefund = defineEndpoint({
  id: 'payment.repeatRefund',
  method: 'POST',
  path: '/api/channel-refunds/:id/repeat',
  access: 'payment.handle',
  summary: '渠道退款失败后重新发起',
  tag,
  params: idParams,
  reply: ok,
});

/** One that the channel failed to make is given another way: cash, a transfer. Once. */
export const replaceChannelRefund = defineEndpoint({
  id: 'payment.replaceRefund',
  method: 'POST',
  path: '/api/channel-refunds/:id/replace',
  access: 'payment.handle',
  summary: '渠道退款失败后改用其他方式退：先向渠道确认没有退成',
  tag,
  params: idParams,
  body: z.strictObject({
    /** Takes money, and is no channel's. */
    paymentMethodId: id,
    reason: z.string().trim().min(1, '请填写原因').max(200, '原因最多 200 个字'),
  }),
  reply: ok,
});

/** Key of the payment method a channel's money is booked by. */
export const onlineMethodKeys: Readonly<Record<PaymentChannelKind, string>> = {
  wechat: 'wechatOnline',
  alipay: 'alipayOnline',
  unionpay: 'unionpayOnline',
};
export const onlineMethodNames: Readonly<Record<PaymentChannelKind, string>> = {
  wechat: '微信支付',
  alipay: '支付宝在线',
  unionpay: '云闪付',
};
