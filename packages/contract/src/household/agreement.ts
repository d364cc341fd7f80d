import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { type AgreementState, agreementStates, type DeductionState, deductionStates } from '../payments/agreement.ts';
import { paymentStarted } from '../payments/order.ts';
import { day, id, instant, money, ok } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident';

const channelKind = z.enum(['wechat', 'alipay', 'unionpay'], '请选择支付方式');
const state = z.enum(Object.keys(agreementStates) as [AgreementState]);

const ownAgreement = z.object({
  id,
  targetId: id,
  targetName: z.string(),
  channelKind,
  state,
  stateLabel: z.string(),
  /** 全部收费项目, or their names. */
  whatFor: z.string(),
  startsOn: day,
  limit: money,
  signedAt: instant.nullable(),
  reason: z.string(),
  /** Whoever signed may end it; others of the house see that there is one. */
  isOwn: z.boolean(),
  /** The signing goes on there; null when there is nothing to go on with. */
  started: paymentStarted.nullable(),
});
export type OwnAgreement = z.output<typeof ownAgreement>;

export const listOwnAgreements = defineEndpoint({
  id: 'household.agreements',
  method: 'GET',
  path: `${base}/agreements`,
  access: 'householder',
  summary: '自动缴费：签约、将要扣的和扣过的款',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({
    agreements: z.array(ownAgreement),
    /** Houses and spaces that have none. */
    targets: z.array(z.object({ kind: targetKind, id, name: z.string() })),
    /** Where one may sign; empty where the community takes nothing this way. */
    channels: z.array(z.object({ kind: channelKind, name: z.string() })),
    chargeItems: z.array(z.object({ id, name: z.string() })),
    plan: z.object({ dayOfMonth: z.int(), atHour: z.int(), noticeHours: z.int(), nextOn: day }).nullable(),
    deductions: z.array(
      z.object({
        id,
        targetName: z.string(),
        plannedOn: day,
        state: z.enum(Object.keys(deductionStates) as [DeductionState]),
        stateLabel: z.string(),
        amount: money,
        reason: z.string(),
        nextAt: instant.nullable(),
        receiptId: id.nullable(),
      }),
    ),
  }),
});
export type OwnAgreements = z.output<typeof listOwnAgreements.reply>;

export const signOwnAgreement = defineEndpoint({
  id: 'household.signAgreement',
  method: 'POST',
  path: `${base}/agreements`,
  access: 'householder',
  summary: '为自己的房屋或车位签约自动缴费',
  tag,
  body: z.strictObject({
    communityId: id,
    targetKind,
    targetId: id,
    channelKind,
    /** Empty: every item. */
    chargeItemIds: z.array(id).max(50, '收费项目最多 50 个').default([]),
    startsOn: day.nullable().default(null),
    limit: z
      .string()
      .trim()
      .regex(/^[1-9]\d{0,4}(\.\d{1,2})?$/, '每次最多扣的金额应为 1 到 99999 元'),
  }),
  reply: z.object({ id, started: paymentStarted }),
});

export const askOwnAgreement = defineEndpoint({
  id: 'household.askAgreement',
  method: 'POST',
  path: `${base}/agreements/:agreementId/query`,
  access: 'householder',
  summary: '签约到了哪一步：向渠道查询',
  tag,
  params: z.object({ agreementId: id }),
  reply: z.object({ state, stateLabel: z.string() }),
});

export const endOwnAgreement = defineEndpoint({
  id: 'household.endAgreement',
  method: 'POST',
  path: `${base}/agreements/:agreementId/end`,
  access: 'householder',
  summary: '解约自动缴费，立即生效',
  tag,
  params: z.object({ agreementId: id }),
  body: z.strictObject({}),
  reply: ok,
});
