import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, money } from '../wire.ts';

/** What a bill is raised against. */

export const paymentMethodView = z.object({ id, key: z.string(), name: z.string(), isCash: z.boolean() });
export type PaymentMethodView = z.infer<typeof paymentMethodView>;

export const listPaymentMethods = defineEndpoint({
  id: 'paymentMethod.list',
  method: 'GET',
  path: '/api/payment-methods',
  access: 'signedIn',
  summary: '可用的支付方式',
  tag: '收银台',
  reply: z.object({ rows: z.array(paymentMethodView) }),
});

const deskItem = z.object({ id, name: z.string(), kind: z.string() });

export const listDeskItems = defineEndpoint({
  id: 'cashier.items',
  method: 'GET',
  path: '/api/cashier/items',
  access: 'cashier.view',
  summary: '收银台可选的收费项目',
  tag: '收银台',
  reply: z.object({ rows: z.array(deskItem) }),
});

/** One unpaid bill at the desk. */
export const deskBill = z.object({
  id,
  targetKind,
  targetId: id,
  targetName: z.string(),
  chargeItemId: id,
  chargeItemName: z.string(),
  chargeStandardName: z.string(),
  /** Half-open, `[from, to)`. */
  periodFrom: day,
  periodTo: day,
  /** `2026年1月` */
  periodText: z.string(),
  dueOn: day,
  receivable: money,
  discount: money,
  waived: money,
  received: money,
  refunded: money,
  outstanding: money,
  lateFeeWaived: money,
  /** The former owner it belongs to; empty when it is the present owner's. */
  formerOwner: z.string(),
  /** Number of the batch by which a bank is taking the money just now; empty when none is. */
  withheldIn: z.string(),
  /** Late fee still to pay as of the chosen day. */
  lateFee: money,
  toPay: money,
  /** How the amount came about, and how the late fee did; empty when there is none. */
  sentence: z.string(),
  lateFeeSentence: z.string(),
});
export type DeskBill = z.infer<typeof deskBill>;

export const deskTarget = z.object({
  kind: targetKind,
  id,
  name: z.string(),
  communityId: id,
  communityName: z.string(),
  unpaidCount: z.number(),
  /** Outstanding principal, without late fees. */
  outstanding: money,
});
export type DeskTarget = z.infer<typeof deskTarget>;

export const deskAccount = z.object({
  target: z.object({
    kind: targetKind,
    id,
    name: z.string(),
    communityId: id,
    communityName: z.string(),
    area: z.string().nullable(),
    status: z.string(),
    note: z.string(),
    tags: z.array(z.object({ name: z.string(), color: z.string() })),
  }),
  /** People of the house now; phones masked. */
  relations: z.array(
    z.object({ residentId: id, name: z.string(), phone: z.string(), role: z.string(), movedInOn: day }),
  ),
  /** Other houses and parking spaces of the same owner. */
  others: z.array(deskTarget),
  bills: z.array(deskBill),
  /** Prepaid accounts of these targets that hold something. */
  prepaid: z.array(
    z.object({
      id,
      targetId: id,
      targetName: z.string(),
      /** Null: general. */
      chargeItemId: id.nullable(),
      chargeItemName: z.string(),
      balance: money,
    }),
  ),
  /** Deposits of these targets that are still held. */
  deposits: z.array(
    z.object({
      id,
      targetName: z.string(),
      chargeItemName: z.string(),
      holderName: z.string(),
      takenOn: day,
      held: money,
    }),
  ),
  /** Methods that draw on them; null where the company has switched one off. */
  offsetMethods: z.object({ prepaid: id.nullable(), deposit: id.nullable() }),
  /** Items for prepaid, deposits and other income, in the company's order. */
  items: z.array(deskItem),
  rules: z.object({
    takesOldestFirst: z.boolean(),
    refusesPartPayment: z.boolean(),
    refusesOverpayment: z.boolean(),
    /** Whether an offer is in force here on the day. */
    hasOffers: z.boolean(),
  }),
  /** How much the person may give up in one receipt, in words; null without the right. */
  discountLimit: z.object({ discount: z.string(), lateFee: z.string() }).nullable(),
  receipts: z.array(
    z.object({
      id,
      number: z.string(),
      total: money,
      receivedOn: day,
      cashierName: z.string(),
      isReversed: z.boolean(),
      /** Whether an invoice stands for some of it: then a red letter comes before any money goes back. */
      isInvoiced: z.boolean(),
    }),
  ),
  /** Today in the community's zone, and the day late fees are computed to. */
  today: day,
  asOf: day,
});
export type DeskAccount = z.infer<typeof deskAccount>;

export const getDeskAccount = defineEndpoint({
  id: 'cashier.account',
  method: 'GET',
  path: '/api/cashier/account',
  access: 'cashier.view',
  summary: '收银台：一处房屋、车位或车辆的关系人、欠费和近期收据',
  tag: '收银台',
  query: z.object({
    targetKind,
    targetId: id,
    /** Day late fees are computed to; today unless given. */
    asOf: day.optional(),
    /** Other targets of the same owner whose bills are wanted too, comma-separated ids. */
    include: z
      .string()
      .max(2000)
      .regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36})*$/, '编号格式不对')
      .optional(),
  }),
  reply: deskAccount,
});
