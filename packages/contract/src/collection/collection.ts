import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { clientPlaces } from '../household/place.ts';
import { channelKinds, type PaymentChannelKind } from '../payments/channel.ts';
import { paymentStartedReply, paymentStates } from '../payments/order.ts';
import { orPending } from '../platform/approvals.ts';
import { created, day, id, idParams, money, ok } from '../wire.ts';
import { type CollectionPurpose, collectionPurposes } from './resources.ts';

const tag = '收款码';
const purpose = z.enum(Object.keys(collectionPurposes) as [CollectionPurpose]);
const name = z.string().trim().min(1, '请填写名称').max(40, '名称最多 40 个字');
const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,8})(\.\d{1,2})?$/, '金额应为大于 0 的数字，最多两位小数')
  .refine((text) => Number(text) > 0, '金额应大于 0');
/** Codes a person chose in the list. */
const chosen = z.strictObject({ ids: z.array(id).min(1, '请先选择收款码').max(1000, '一次最多选 1000 张') });
const count = z.object({ count: z.int() });

/** Doors that get a code at one time. */
export const mostDoorCodes = 5000;

export const createCollectionCode = defineEndpoint({
  id: 'collectionCode.create',
  method: 'POST',
  path: '/api/collection-codes',
  access: 'collectionCode.edit',
  summary: '新增小区收款码',
  tag,
  body: z.strictObject({
    communityId: id,
    name,
    purpose: purpose.exclude(['prepaid']),
    /** The item whose income it is; null where staff say later what the money is. */
    chargeItemId: id.nullable().default(null),
    isRemarkRequired: z.boolean(),
  }),
  reply: created,
});

export const makeDoorCodes = defineEndpoint({
  id: 'collectionCode.makeDoors',
  method: 'POST',
  path: '/api/collection-codes/doors',
  access: 'collectionCode.edit',
  summary: '给整个小区或一栋楼的房屋、或车位、车辆生成各自的收款码；已有的不动',
  tag,
  body: z.strictObject({
    communityId: id,
    targetKind,
    /** Houses of one building; null: all of the community. Of parking spaces and vehicles always all. */
    buildingId: id.nullable().default(null),
    /** Prepaid for one item; null: general prepaid. */
    chargeItemId: id.nullable().default(null),
    isRemarkRequired: z.boolean().default(false),
  }),
  reply: z.object({ made: z.int(), existing: z.int() }),
});

export const updateCollectionCode = defineEndpoint({
  id: 'collectionCode.update',
  method: 'PUT',
  path: '/api/collection-codes/:id',
  access: 'collectionCode.edit',
  summary: '修改收款码的名称、用途和备注要求',
  tag,
  params: idParams,
  body: z.strictObject({
    name,
    purpose,
    chargeItemId: id.nullable().default(null),
    isRemarkRequired: z.boolean(),
  }),
  reply: ok,
});

export const renewCollectionCodes = defineEndpoint({
  id: 'collectionCode.renew',
  method: 'POST',
  path: '/api/collection-codes/renew',
  access: 'collectionCode.edit',
  summary: '换新收款码：原来张贴的立即失效，重新打印',
  tag,
  body: chosen,
  reply: count,
});

export const switchCollectionCodes = defineEndpoint({
  id: 'collectionCode.switch',
  method: 'POST',
  path: '/api/collection-codes/switch',
  access: 'collectionCode.edit',
  summary: '停用或重新启用收款码',
  tag,
  body: chosen.extend({ isOn: z.boolean() }),
  reply: count,
});

/** What stands on a poster or a door's label. */
export const collectionSheet = z.object({
  id,
  name: z.string(),
  /** `1栋1单元101`, `车位 A-012`; empty for the community's own codes. */
  placeLabel: z.string(),
  communityName: z.string(),
  companyName: z.string(),
  servicePhone: z.string(),
  slogan: z.string(),
  /** Address of the logo; empty where there is none. */
  logo: z.string(),
  /** Within the site; what the code holds. */
  path: z.string(),
  isOn: z.boolean(),
  isRemarkRequired: z.boolean(),
  edition: z.int(),
  takesAmounts: z.boolean(),
});
export type CollectionSheet = z.output<typeof collectionSheet>;

export const readCollectionSheets = defineEndpoint({
  id: 'collectionCode.sheets',
  method: 'POST',
  path: '/api/collection-codes/sheets',
  access: 'collectionCode.view',
  summary: '收款码的内容，供显示、保存和打印；打印的记下时间',
  tag,
  body: chosen.extend({ isPrinted: z.boolean().default(false) }),
  reply: z.object({ rows: z.array(collectionSheet) }),
});

const settingFields = {
  takesAmounts: z.boolean(),
  minAmount: amount,
  maxAmount: amount.refine((text) => Number(text) <= 1_000_000, '最高金额不能超过 1000000 元'),
  showsDue: z.boolean(),
  remarkHint: z.string().trim().min(1, '请填写备注提示').max(60, '备注提示最多 60 个字'),
  slogan: z.string().trim().max(60, '海报上的一句话最多 60 个字'),
};

export const collectionSetting = z.object({
  ...settingFields,
  minAmount: money,
  maxAmount: money,
  /** Zero while the defaults stand. */
  version: z.int(),
});
export type CollectionSetting = z.output<typeof collectionSetting>;

export const readCollectionSetting = defineEndpoint({
  id: 'collectionSetting.read',
  method: 'GET',
  path: '/api/collection-settings',
  access: 'collectionCode.view',
  summary: '一个小区的收款码设置',
  tag,
  query: z.object({ communityId: id }),
  reply: collectionSetting,
});

export const saveCollectionSetting = defineEndpoint({
  id: 'collectionSetting.save',
  method: 'PUT',
  path: '/api/collection-settings',
  access: 'collectionCode.edit',
  summary: '保存一个小区的收款码设置',
  tag,
  body: z.strictObject({ communityId: id, ...settingFields, version: z.int() }),
  reply: ok,
});

/** A bill money can be assigned to. */
export const collectionBill = z.object({
  id,
  chargeItemName: z.string(),
  periodText: z.string(),
  dueOn: day,
  toPay: money,
});

export const listCollectionBills = defineEndpoint({
  id: 'collection.bills',
  method: 'GET',
  path: '/api/collections/bills',
  access: 'collection.assign',
  summary: '认领时可选的未缴账单',
  tag,
  query: z.object({ communityId: id, targetKind, targetId: id }),
  reply: z.object({ rows: z.array(collectionBill) }),
});

export const assignCollection = defineEndpoint({
  id: 'collection.assign',
  method: 'POST',
  path: '/api/collections/:id/assign',
  access: 'collection.assign',
  summary: '认领一笔收款：缴一户的账单、余下的存为预存款，或记为其他收入',
  tag,
  params: idParams,
  body: z.strictObject({
    to: z.enum(['house', 'income']),
    /** Whose money it is. */
    targetKind: targetKind.optional(),
    targetId: id.optional(),
    /** Bills it pays, older first; what is left over becomes prepaid. */
    billIds: z.array(id).max(200, '一次最多选 200 笔账单').default([]),
    /** The item whose income it is. */
    chargeItemId: id.optional(),
    note: z.string().trim().max(100, '说明最多 100 个字').default(''),
  }),
  reply: z.object({
    /** Number of the receipt that was written; null where all became prepaid. */
    receiptNumber: z.string().nullable(),
    toBills: money,
    toPrepaid: money,
  }),
});

export const refundCollection = defineEndpoint({
  id: 'collection.refund',
  method: 'POST',
  path: '/api/collections/:id/refund',
  access: 'receipt.refund',
  summary: '把收款码收到的钱原路退回，全部或部分。设了审批流程时改为提交申请',
  tag,
  params: idParams,
  body: z.strictObject({
    amount,
    reason: z.string().trim().min(1, '请填写退款原因').max(200, '退款原因最多 200 个字'),
    /** Made by the client once per attempt. */
    key: z.string().regex(/^[\w-]{8,36}$/, '提交编号格式不对'),
  }),
  reply: orPending(z.object({ number: z.string(), total: money })),
});

const publicTag = '收款码（公开）';
const token = z.string().regex(/^[\w-]{43}\.[\w-]{43}$/, '收款码地址不完整');
const channelKind = z.enum(
  Object.keys(channelKinds) as [PaymentChannelKind, ...PaymentChannelKind[]],
  '请选择支付方式',
);
const key = z.string().regex(/^[\w-]{8,36}$/, '提交编号格式不对');
const state = z.enum(Object.keys(paymentStates) as [keyof typeof paymentStates]);

/** What anybody with the code may see: no person, no bill; a sum only where the community shows it. */
const place = z.enum(clientPlaces).default('browser');

export const openCollectionCode = defineEndpoint({
  id: 'collect.open',
  method: 'GET',
  path: '/api/collect/:token',
  access: 'public',
  summary: '扫收款码：小区、能否直接付款和支付方式',
  tag: publicTag,
  params: z.object({ token }),
  query: z.object({ place }),
  reply: z.object({
    companyName: z.string(),
    /** Where its residents sign in: `/m/<code>/`. */
    companyCode: z.string(),
    communityId: id,
    communityName: z.string(),
    servicePhone: z.string(),
    codeName: z.string(),
    /** Of a door's code; empty for the community's. */
    placeLabel: z.string(),
    purpose,
    /** The item whose income an amount becomes; empty where it is none. */
    itemName: z.string(),
    takesAmounts: z.boolean(),
    minAmount: money,
    maxAmount: money,
    isRemarkRequired: z.boolean(),
    remarkHint: z.string(),
    /** What is due at the door, where anybody may know; null otherwise. */
    due: money.nullable(),
    channels: z.array(z.object({ kind: channelKind, name: z.string() })),
  }),
});

export const payByCollectionCode = defineEndpoint({
  id: 'collect.pay',
  method: 'POST',
  path: '/api/collect/:token/payments',
  access: 'public',
  summary: '扫收款码直接付一个金额，不用登记',
  tag: publicTag,
  params: z.object({ token }),
  body: z.strictObject({
    amount,
    remark: z.string().trim().max(60, '备注最多 60 个字').default(''),
    payerName: z.string().trim().max(30, '付款人最多 30 个字').default(''),
    channelKind,
    place,
    key,
  }),
  reply: paymentStartedReply,
});

export const getCollectionPayment = defineEndpoint({
  id: 'collect.payment',
  method: 'GET',
  path: '/api/collect/:token/payments/:key',
  access: 'public',
  summary: '扫码付款的结果',
  tag: publicTag,
  params: z.object({ token, key }),
  query: z.object({ asks: z.enum(['yes']).optional() }),
  reply: z.object({ state, stateLabel: z.string(), amount: money, note: z.string() }),
});

/** Which of the resident's own places hangs the code at; told to nobody else. */
export const openOwnCollectionCode = defineEndpoint({
  id: 'household.collect',
  method: 'GET',
  path: '/api/resident/collect/:token',
  access: 'verifiedPhone',
  summary: '登录后扫门牌收款码：是不是自己的房屋或车位',
  tag: '住户端',
  params: z.object({ token }),
  reply: z.object({ targetId: id.nullable() }),
});

export const noteCollectionPayment = defineEndpoint({
  id: 'household.noteCollect',
  method: 'POST',
  path: '/api/resident/collect/:token/payments',
  access: 'householder',
  summary: '扫收款码后缴了自己的账单：记为由这张码收到',
  tag: '住户端',
  params: z.object({ token }),
  body: z.strictObject({ orderId: id }),
  reply: ok,
});
