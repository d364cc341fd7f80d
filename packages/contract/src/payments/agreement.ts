import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, idParams, instant, money, ok } from '../wire.ts';

const tag = '代扣签约';

export const agreementStates = { signing: '签约中', active: '生效', ended: '已解约', refused: '未签成' } as const;
export type AgreementState = keyof typeof agreementStates;
const state = z.enum(Object.keys(agreementStates) as [AgreementState]);

/** From which state an agreement may go to which. A signature may be heard late. */
export const agreementMoves: Readonly<Record<AgreementState, readonly AgreementState[]>> = {
  signing: ['active', 'refused', 'ended'],
  refused: ['active', 'ended'],
  active: ['ended'],
  ended: [],
};

/** Who ended an agreement. */
export const agreementEnders = {
  resident: '住户解约',
  staff: '物业解约',
  channel: '住户在支付渠道解约',
  movedOut: '住户已迁出',
  doubled: '同一房屋已有签约',
} as const;
export type AgreementEnder = keyof typeof agreementEnders;

export const deductionStates = {
  waiting: '待扣款',
  charging: '扣款中',
  done: '已扣款',
  failed: '扣款失败',
  cancelled: '不扣',
} as const;
export type DeductionState = keyof typeof deductionStates;
const deductionState = z.enum(Object.keys(deductionStates) as [DeductionState]);

export const deductionMoves: Readonly<Record<DeductionState, readonly DeductionState[]>> = {
  waiting: ['charging', 'done', 'failed', 'cancelled'],
  charging: ['waiting', 'done', 'failed', 'cancelled'],
  // Money that comes late.
  failed: ['done'],
  cancelled: ['done'],
  done: [],
};

/** Why a channel took nothing. */
export const deductionFailures = {
  funds: '余额不足',
  ended: '协议已解约',
  limit: '超过单笔上限',
  silence: '渠道没有结果',
  time: '不在可扣款的时间',
  other: '渠道拒绝',
} as const;
export type DeductionFailure = keyof typeof deductionFailures;
const failure = z.enum(Object.keys(deductionFailures) as [DeductionFailure]);

const channelKind = z.enum(['wechat', 'alipay', 'unionpay']);

export const agreementRow = z.object({
  id,
  communityId: id,
  communityName: z.string(),
  targetKind,
  targetId: id,
  targetName: z.string(),
  residentName: z.string(),
  channelKind,
  channelName: z.string(),
  code: z.string(),
  channelNo: z.string(),
  state,
  /** Empty: every item. */
  chargeItems: z.array(z.string()),
  startsOn: day,
  limit: money,
  createdAt: instant,
  signedAt: instant.nullable(),
  endedAt: instant.nullable(),
  endedBy: z.enum(Object.keys(agreementEnders) as [AgreementEnder]).nullable(),
  reason: z.string(),
  /** False: it is over here, and the channel has not been told yet. */
  isTold: z.boolean(),
});
export type AgreementRow = z.output<typeof agreementRow>;

const page = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
};

export const listPaymentAgreements = defineEndpoint({
  id: 'paymentAgreement.list',
  method: 'GET',
  path: '/api/payment-agreements',
  access: 'paymentAgreement.view',
  summary: '住户在微信、支付宝的代扣签约',
  tag,
  query: z.object({
    ...page,
    /** Part of the house's or the resident's name, or the number of the agreement. */
    q: z.string().trim().max(64).optional(),
    communityId: id.optional(),
    state: state.optional(),
  }),
  reply: z.object({ rows: z.array(agreementRow), total: z.number(), activeCount: z.number() }),
});

export const endPaymentAgreement = defineEndpoint({
  id: 'paymentAgreement.end',
  method: 'POST',
  path: '/api/payment-agreements/:id/end',
  access: 'paymentAgreement.end',
  summary: '物业解约：立即不再扣款，并告诉渠道',
  tag,
  params: idParams,
  body: z.strictObject({ reason: z.string().trim().min(1, '请填写解约原因').max(100, '解约原因最多 100 个字') }),
  reply: ok,
});

export const askAfterPaymentAgreement = defineEndpoint({
  id: 'paymentAgreement.query',
  method: 'POST',
  path: '/api/payment-agreements/:id/query',
  access: 'paymentAgreement.view',
  summary: '立即向渠道查询签约的状态',
  tag,
  params: idParams,
  reply: z.object({ state, answer: z.string() }),
});

const chargeItemIds = z.array(id).max(50, '收费项目最多 50 个');

export const deductionPlanBody = z.strictObject({
  isOn: z.boolean(),
  dayOfMonth: z.int().min(1, '扣款日应为 1 到 28 日').max(28, '扣款日应为 1 到 28 日'),
  atHour: z.int().min(7, '扣款时间应在 7 到 21 点').max(21, '扣款时间应在 7 到 21 点'),
  /** Empty: every item. */
  chargeItemIds,
  noticeHours: z.int().min(0, '提前通知应为 0 到 120 小时').max(120, '提前通知应为 0 到 120 小时'),
  retryDays: z
    .array(z.int().min(1, '重试应在扣款日后 1 到 20 天').max(20, '重试应在扣款日后 1 到 20 天'))
    .max(5, '最多重试 5 次')
    .refine((days) => days.every((one, index) => index === 0 || one > days[index - 1]!), '重试的天数应从小到大'),
});
export type DeductionPlanBody = z.output<typeof deductionPlanBody>;

/** What a community that has decided nothing starts with. */
export const usualPlan: DeductionPlanBody = {
  isOn: false,
  dayOfMonth: 10,
  atHour: 9,
  chargeItemIds: [],
  noticeHours: 48,
  retryDays: [1, 3, 7],
};

const planView = deductionPlanBody.extend({
  communityId: id,
  communityName: z.string(),
  /** 0 while it was never saved. */
  version: z.int(),
  activeCount: z.number(),
  /** The next planned day; null while it is off. */
  nextOn: day.nullable(),
});
export type DeductionPlanView = z.output<typeof planView>;

export const listDeductionPlans = defineEndpoint({
  id: 'deductionPlan.list',
  method: 'GET',
  path: '/api/deduction-plans',
  access: 'paymentAgreement.view',
  summary: '各小区的自动扣款计划',
  tag,
  reply: z.object({ rows: z.array(planView) }),
});

export const saveDeductionPlan = defineEndpoint({
  id: 'deductionPlan.save',
  method: 'PUT',
  path: '/api/communities/:id/deduction-plan',
  access: 'paymentAgreement.plan',
  summary: '设置一个小区的自动扣款计划；须可看整个小区',
  tag,
  params: idParams,
  body: deductionPlanBody.extend({ version: z.int().min(0) }),
  reply: ok,
});

export const deductionRow = z.object({
  id,
  agreementId: id,
  communityName: z.string(),
  targetKind,
  targetId: id,
  targetName: z.string(),
  residentName: z.string(),
  channelKind,
  plannedOn: day,
  state: deductionState,
  amount: money,
  attempt: z.int(),
  /** How many more times it is tried. */
  triesLeft: z.int(),
  failure: failure.nullable(),
  reason: z.string(),
  nextAt: instant.nullable(),
  isHandled: z.boolean(),
  handledNote: z.string(),
  tries: z.array(
    z.object({
      attempt: z.int(),
      at: instant,
      amount: money,
      outcome: z.enum(['charging', 'paid', 'failed']),
      failure: failure.nullable(),
      reason: z.string(),
      orderId: id.nullable(),
      orderNo: z.string(),
      receiptNumber: z.string(),
    }),
  ),
});
export type DeductionRow = z.output<typeof deductionRow>;

export const listDeductions = defineEndpoint({
  id: 'deduction.list',
  method: 'GET',
  path: '/api/deductions',
  access: 'paymentAgreement.view',
  summary: '自动扣款的记录，每次尝试和失败的原因',
  tag,
  query: z.object({
    ...page,
    q: z.string().trim().max(64).optional(),
    communityId: id.optional(),
    agreementId: id.optional(),
    state: deductionState.optional(),
    /** Only those that were given up and nobody took note of. */
    open: z.enum(['failed']).optional(),
    plannedFrom: day.optional(),
    plannedTo: day.optional(),
  }),
  reply: z.object({
    rows: z.array(deductionRow),
    total: z.number(),
    doneCount: z.number(),
    doneSum: money,
    failedCount: z.number(),
  }),
});

export const handleDeduction = defineEndpoint({
  id: 'deduction.handle',
  method: 'POST',
  path: '/api/deductions/:id/handle',
  access: 'paymentAgreement.end',
  summary: '扣款失败：标为已处理；等待重试的：不再扣',
  tag,
  params: idParams,
  body: z.strictObject({
    action: z.enum(['acknowledge', 'cancel']),
    note: z.string().trim().max(200, '说明最多 200 个字').default(''),
  }),
  reply: ok,
});
