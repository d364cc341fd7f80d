import { channelKinds } from '../payments/channel.ts';
import { defineResource } from '../resource/definition.ts';

/** Lists of collection codes (PAY-4). Their tables are views (`0058-collection-codes.sql`); rows come about by use cases. */

export const collectionPlaceKinds = {
  community: '小区',
  house: '房屋',
  parkingSpace: '车位',
  vehicle: '车辆',
} as const;
export const collectionCodeStates = { on: '使用中', stopped: '已停用' } as const;
/** What an amount paid by a code becomes. */
export const collectionPurposes = { held: '待认领', income: '其他收入', prepaid: '预存款' } as const;
export type CollectionPurpose = keyof typeof collectionPurposes;
/** What money that came by a code was for. */
export const collectionKinds = { bills: '缴账单', ...collectionPurposes } as const;
export const collectionStates = {
  waiting: '待认领',
  partly: '部分认领',
  assigned: '已认领',
  booked: '已入账',
  refunded: '已退回',
  unbooked: '未入账',
} as const;
export type CollectionState = keyof typeof collectionStates;

const name = {
  kind: 'text',
  label: '名称',
  maxLength: 60,
  isReadOnly: true,
  isListed: true,
  isSearched: true,
} as const;
const placeLabel = {
  kind: 'text',
  label: '房屋/车位/车辆',
  maxLength: 200,
  isReadOnly: true,
  isNatural: true,
  isListed: true,
  isSearched: true,
  width: 150,
} as const;
const chargeItemId = { kind: 'reference', label: '收费项目', to: 'chargeItem', isReadOnly: true } as const;

export const collectionCodeResource = defineResource({
  name: 'collectionCode',
  table: 'collection_code_list',
  path: 'collection-codes',
  label: '收款码',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'name',
  unique: [],
  defaultSort: ['placeKind', 'placeLabel', 'name'],
  permissions: {
    view: 'collectionCode.view',
    create: 'collectionCode.edit',
    edit: 'collectionCode.edit',
    delete: 'collectionCode.edit',
    export: 'collection.export',
  },
  fields: {
    name: { ...name, width: 170 },
    placeKind: {
      kind: 'choice',
      label: '用在',
      options: collectionPlaceKinds,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 80,
    },
    placeLabel,
    state: {
      kind: 'choice',
      label: '状态',
      options: collectionCodeStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 90,
    },
    purpose: {
      kind: 'choice',
      label: '直接付款记为',
      options: collectionPurposes,
      isReadOnly: true,
      isListed: true,
      width: 120,
    },
    chargeItemId: { ...chargeItemId, isListed: true, width: 110 },
    isRemarkRequired: { kind: 'boolean', label: '备注必填', isReadOnly: true, isListed: true, width: 90 },
    paidCount: {
      kind: 'integer',
      label: '收款笔数',
      min: 0,
      max: 100_000_000,
      isReadOnly: true,
      isListed: true,
      width: 90,
    },
    paid: {
      kind: 'money',
      column: 'paid_fen',
      label: '收款金额',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
      width: 120,
    },
    edition: { kind: 'integer', label: '第几版', min: 1, max: 100_000, isReadOnly: true, isListed: true, width: 80 },
    issuedAt: { kind: 'instant', label: '启用时间', isReadOnly: true },
    printedAt: { kind: 'instant', label: '最近打印', isReadOnly: true, isListed: true, width: 140 },
    buildingId: { kind: 'reference', label: '楼宇', to: 'building', isReadOnly: true, isMainFilter: true },
  },
});

export const collectionResource = defineResource({
  name: 'collection',
  table: 'collection_list',
  path: 'collections',
  label: '收款码入账',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'codeName',
  unique: [],
  defaultSort: ['-paidAt'],
  permissions: {
    view: 'collection.view',
    create: 'collection.assign',
    edit: 'collection.assign',
    delete: 'collection.assign',
    export: 'collection.export',
  },
  fields: {
    paidOn: { kind: 'day', label: '日期', isReadOnly: true, isMainFilter: true, width: 110 },
    paidAt: { kind: 'instant', label: '付款时间', isReadOnly: true, isListed: true, width: 140 },
    codeName: { ...name, label: '收款码', width: 140 },
    collectionCodeId: { kind: 'reference', label: '按收款码', to: 'collectionCode', isReadOnly: true },
    amount: {
      kind: 'money',
      column: 'amount_fen',
      label: '金额',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
      width: 110,
    },
    remark: {
      kind: 'text',
      label: '备注',
      maxLength: 100,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 170,
      isPersonal: true,
    },
    payerName: {
      kind: 'text',
      label: '付款人',
      maxLength: 60,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 90,
      isPersonal: true,
    },
    purpose: {
      kind: 'choice',
      label: '用途',
      options: collectionKinds,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 90,
    },
    state: {
      kind: 'choice',
      label: '状态',
      options: collectionStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 100,
    },
    placeLabel,
    held: { kind: 'money', column: 'held_fen', label: '未认领', isReadOnly: true, isTotalled: true, width: 110 },
    refunded: {
      kind: 'money',
      column: 'refunded_fen',
      label: '已退',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
      width: 100,
    },
    channelKind: { kind: 'choice', label: '渠道', options: channelKinds, isReadOnly: true, width: 100 },
    receiptNumber: {
      kind: 'text',
      label: '收据号',
      maxLength: 60,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 150,
    },
    orderNo: { kind: 'text', label: '订单号', maxLength: 32, isReadOnly: true, isSearched: true, width: 260 },
    depositId: { kind: 'text', label: '暂收编号', maxLength: 36, isReadOnly: true },
    receiptId: { kind: 'text', label: '收据编号', maxLength: 36, isReadOnly: true },
  },
});
