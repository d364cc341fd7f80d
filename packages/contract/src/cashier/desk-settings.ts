import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { approvalReason, orPending } from '../platform/approvals.ts';
import { created, id, idParams, money, moneyInput, ok } from '../wire.ts';

/** How people may pay, and how much a cashier may give up. */

const methodName = z.string('请填写名称').trim().min(1, '请填写名称').max(20, '名称最多 20 个字');

export const paymentMethodRow = z.object({
  id,
  name: z.string(),
  isCash: z.boolean(),
  /** `money` from outside; the others draw on what the company holds and can't be changed. */
  source: z.enum(['money', 'prepaid', 'deposit']),
  isEnabled: z.boolean(),
  /** One of those every company starts with. */
  isBuiltIn: z.boolean(),
  /** Receipts that used it. */
  receiptCount: z.number(),
});
export type PaymentMethodRow = z.infer<typeof paymentMethodRow>;

export const listAllPaymentMethods = defineEndpoint({
  id: 'paymentMethod.listAll',
  method: 'GET',
  path: '/api/payment-methods/all',
  access: 'paymentMethod.edit',
  summary: '全部支付方式，含停用的',
  tag: '支付方式',
  reply: z.object({ rows: z.array(paymentMethodRow) }),
});

export const createPaymentMethod = defineEndpoint({
  id: 'paymentMethod.create',
  method: 'POST',
  path: '/api/payment-methods',
  access: 'paymentMethod.edit',
  summary: '新增支付方式，排在最后',
  tag: '支付方式',
  body: z.object({ name: methodName }),
  reply: created,
});

export const updatePaymentMethod = defineEndpoint({
  id: 'paymentMethod.update',
  method: 'PUT',
  path: '/api/payment-methods/:id',
  access: 'paymentMethod.edit',
  summary: '改名、停用或启用',
  tag: '支付方式',
  params: idParams,
  body: z.object({ name: methodName, isEnabled: z.boolean() }),
  reply: ok,
});

export const sortPaymentMethods = defineEndpoint({
  id: 'paymentMethod.sort',
  method: 'POST',
  path: '/api/payment-methods/sort',
  access: 'paymentMethod.edit',
  summary: '按给出的次序排列全部支付方式',
  tag: '支付方式',
  body: z.object({ ids: z.array(id).min(1).max(200) }),
  reply: ok,
});

/** Per cent, `5` or `12.5`, at most 100. */
const percent = z
  .string()
  .trim()
  .regex(/^(100|[1-9]?\d)(\.\d{1,2})?$/, '百分比应为 0 到 100，最多两位小数')
  .refine((text) => Number(text) <= 100, '百分比最多 100');

const limit = {
  /** Most in one receipt; null: not limited. */
  discount: moneyInput.nullable(),
  discountPercent: percent.nullable(),
  lateFee: moneyInput.nullable(),
  lateFeePercent: percent.nullable(),
};

export const discountLimitRow = z.object({
  /** The permission group's. */
  id,
  name: z.string(),
  ...limit,
});
export type DiscountLimitRow = z.infer<typeof discountLimitRow>;

export const listDiscountLimits = defineEndpoint({
  id: 'discountLimit.list',
  method: 'GET',
  path: '/api/discount-limits',
  access: 'discountLimit.edit',
  summary: '有“优惠和减免违约金”权限的权限组，及各自每张收据的限额',
  tag: '优惠限额',
  reply: z.object({ rows: z.array(discountLimitRow) }),
});

export const setDiscountLimit = defineEndpoint({
  id: 'discountLimit.set',
  method: 'PUT',
  path: '/api/discount-limits/:id',
  access: 'discountLimit.edit',
  summary: '设置一个权限组的优惠限额；不能高于自己的',
  tag: '优惠限额',
  params: idParams,
  body: z.object(limit),
  reply: ok,
});

const reduceBill = z.strictObject({
  id,
  discount: moneyInput.optional(),
  lateFeeWaived: moneyInput.optional(),
});

export const reduceBills = defineEndpoint({
  id: 'bill.reduce',
  method: 'POST',
  path: '/api/cashier/reductions',
  access: 'cashier.collect',
  summary: '给账单优惠、减免违约金；超出自己限额的提交审批，通过后账单按优惠后的金额收',
  tag: '收银台',
  body: z.object({
    bills: z.array(reduceBill).min(1, '请先勾选账单').max(500, '一次最多 500 张账单'),
    reason: approvalReason,
  }),
  reply: orPending(z.object({ billCount: z.number(), discount: money, lateFeeWaived: money })),
});
