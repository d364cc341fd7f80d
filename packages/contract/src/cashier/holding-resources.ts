import { chargeTargetKinds } from '../estate/charge-target.ts';
import { defineResource } from '../resource/definition.ts';

/** Lists of prepaid and deposits (CSH-5, CSH-6). Their tables are views; rows come about by use cases of their own. */

export const prepaidMovementKinds = {
  topUp: '存入',
  bonus: '赠送',
  offset: '冲抵账单',
  refund: '退款',
  refundIn: '退回预存',
  depositIn: '押金转入',
  moveOut: '转出',
  moveIn: '转入',
  reversal: '撤销',
  restoration: '恢复',
} as const;
export const depositStates = { held: '持有', partly: '部分已用', closed: '已结清', reversed: '已撤销' } as const;
export const depositMovementKinds = {
  take: '收取',
  offset: '冲抵账单',
  return: '退还',
  toPrepaid: '转为预存款',
  forfeit: '没收',
  reversal: '撤销',
  restoration: '恢复',
} as const;

const targetLabel = {
  kind: 'text',
  label: '收费对象',
  maxLength: 200,
  isReadOnly: true,
  isNatural: true,
  isListed: true,
  isSearched: true,
  width: 150,
} as const;
const buildingId = { kind: 'reference', label: '楼宇', to: 'building', isReadOnly: true } as const;
const targetKindField = { kind: 'choice', label: '对象类型', options: chargeTargetKinds, isReadOnly: true } as const;
/** For houses; a parking space has its id here too, without a name. */
const targetId = { kind: 'reference', label: '房屋', to: 'house', isReadOnly: true } as const;
const accountName = {
  kind: 'text',
  label: '账户',
  maxLength: 60,
  isReadOnly: true,
  isListed: true,
  width: 110,
  help: '通用预存可抵任何账单，专项预存只抵该项目',
} as const;
const chargeItemId = {
  kind: 'reference',
  label: '专项',
  to: 'chargeItem',
  isReadOnly: true,
  isMainFilter: true,
  width: 110,
} as const;
const documentNumber = {
  kind: 'text',
  label: '单据号',
  maxLength: 60,
  isReadOnly: true,
  isListed: true,
  width: 150,
} as const;
const staffName = {
  kind: 'longText',
  label: '经办人',
  maxLength: 60,
  isReadOnly: true,
  isListed: true,
  width: 90,
} as const;
const movedOn = {
  kind: 'day',
  label: '日期',
  isReadOnly: true,
  isListed: true,
  isMainFilter: true,
  width: 110,
} as const;
const movedAt = { kind: 'instant', label: '办理时间', isReadOnly: true } as const;

const prepaidPermissions = {
  view: 'prepaid.view',
  create: 'prepaid.move',
  edit: 'prepaid.move',
  delete: 'prepaid.move',
  export: 'prepaid.export',
} as const;
const depositPermissions = {
  view: 'deposit.view',
  create: 'deposit.keep',
  edit: 'deposit.keep',
  delete: 'deposit.keep',
  export: 'deposit.export',
} as const;

export const prepaidAccountResource = defineResource({
  name: 'prepaidAccount',
  table: 'prepaid_account_list',
  path: 'prepaid-accounts',
  label: '预存款',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'targetLabel',
  unique: [],
  defaultSort: ['communityId', 'targetLabel', 'accountName'],
  permissions: { ...prepaidPermissions, import: 'prepaid.import' },
  fields: {
    targetLabel,
    ownerName: { kind: 'longText', label: '业主', maxLength: 200, isReadOnly: true, isListed: true, width: 100 },
    accountName,
    chargeItemId,
    balance: {
      kind: 'money',
      column: 'balance_fen',
      label: '余额',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
    },
    paid: { kind: 'money', column: 'paid_fen', label: '其中实缴', isReadOnly: true, isListed: true, isTotalled: true },
    bonus: {
      kind: 'money',
      column: 'bonus_fen',
      label: '其中赠送',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
    },
    lastMovedOn: { kind: 'day', label: '最近变动', isReadOnly: true, isListed: true, width: 110 },
    movementCount: { kind: 'integer', label: '变动次数', min: 0, max: 1_000_000_000, isReadOnly: true },
    buildingId,
    targetKind: targetKindField,
    targetId,
  },
});

export const prepaidMovementResource = defineResource({
  name: 'prepaidMovement',
  table: 'prepaid_movement_list',
  path: 'prepaid-movements',
  label: '预存变动',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'targetLabel',
  unique: [],
  defaultSort: ['-movedAt', '-sequence'],
  permissions: prepaidPermissions,
  fields: {
    movedOn,
    targetLabel,
    accountName,
    chargeItemId,
    kind: {
      kind: 'choice',
      label: '类型',
      options: prepaidMovementKinds,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 100,
    },
    amount: { kind: 'money', column: 'amount_fen', label: '金额', isReadOnly: true, isListed: true, isTotalled: true },
    bonus: { kind: 'money', column: 'bonus_fen', label: '其中赠送', isReadOnly: true, isTotalled: true },
    balance: { kind: 'money', column: 'balance_fen', label: '变动后余额', isReadOnly: true, isListed: true },
    documentNumber,
    staffName,
    note: { kind: 'longText', label: '说明', maxLength: 500, isReadOnly: true, isListed: true },
    prepaidAccountId: { kind: 'reference', label: '预存账户', to: 'prepaidAccount', isReadOnly: true },
    sequence: { kind: 'integer', label: '序号', min: 0, max: 1_000_000_000, isReadOnly: true },
    movedAt,
    buildingId,
    targetKind: targetKindField,
    targetId,
  },
});

const depositItem = {
  kind: 'reference',
  label: '押金项目',
  to: 'chargeItem',
  isReadOnly: true,
  isListed: true,
  isMainFilter: true,
  width: 110,
} as const;
const holderName = {
  kind: 'text',
  label: '押金人',
  maxLength: 60,
  isReadOnly: true,
  isListed: true,
  isSearched: true,
  width: 100,
} as const;

export const depositResource = defineResource({
  name: 'deposit',
  table: 'deposit_list',
  path: 'deposits',
  label: '押金',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'targetLabel',
  unique: [],
  defaultSort: ['-takenOn'],
  permissions: { ...depositPermissions, import: 'deposit.import' },
  fields: {
    targetLabel,
    holderName,
    chargeItemId: depositItem,
    state: {
      kind: 'choice',
      label: '状态',
      options: depositStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 95,
    },
    takenOn: { kind: 'day', label: '收取日期', isReadOnly: true, isListed: true, isMainFilter: true, width: 110 },
    taken: { kind: 'money', column: 'taken_fen', label: '收取', isReadOnly: true, isListed: true, isTotalled: true },
    offset: {
      kind: 'money',
      column: 'offset_fen',
      label: '已冲抵',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
    },
    returned: {
      kind: 'money',
      column: 'returned_fen',
      label: '已退还',
      isReadOnly: true,
      isListed: true,
      isTotalled: true,
    },
    forfeited: { kind: 'money', column: 'forfeited_fen', label: '已没收', isReadOnly: true, isTotalled: true },
    held: { kind: 'money', column: 'held_fen', label: '现持有', isReadOnly: true, isListed: true, isTotalled: true },
    receiptNumber: { kind: 'text', label: '收据号', maxLength: 60, isReadOnly: true, isListed: true, width: 150 },
    note: { kind: 'longText', label: '备注', maxLength: 200, isReadOnly: true },
    buildingId,
    targetKind: targetKindField,
    targetId,
  },
});

export const depositMovementResource = defineResource({
  name: 'depositMovement',
  table: 'deposit_movement_list',
  path: 'deposit-movements',
  label: '押金变动',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'targetLabel',
  unique: [],
  defaultSort: ['-movedAt'],
  permissions: depositPermissions,
  fields: {
    movedOn,
    targetLabel,
    holderName,
    chargeItemId: depositItem,
    kind: {
      kind: 'choice',
      label: '类型',
      options: depositMovementKinds,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 110,
    },
    amount: { kind: 'money', column: 'amount_fen', label: '金额', isReadOnly: true, isListed: true, isTotalled: true },
    documentNumber,
    staffName,
    reason: { kind: 'longText', label: '原因', maxLength: 500, isReadOnly: true, isListed: true },
    depositId: { kind: 'reference', label: '押金', to: 'deposit', isReadOnly: true },
    movedAt,
    buildingId,
    targetKind: targetKindField,
    targetId,
  },
});

/** 售价 960 得 1000. */
export const prepaidPackageResource = defineResource({
  name: 'prepaidPackage',
  table: 'prepaid_package',
  path: 'prepaid-packages',
  label: '预存套餐',
  isCommunityScoped: false,
  titleField: 'name',
  unique: [['name']],
  defaultSort: ['-isEnabled', 'price', 'name'],
  permissions: {
    view: 'prepaidPackage.view',
    create: 'prepaidPackage.edit',
    edit: 'prepaidPackage.edit',
    delete: 'prepaidPackage.edit',
  },
  fields: {
    name: { kind: 'text', label: '套餐名称', maxLength: 40, isRequired: true, isListed: true, isSearched: true },
    price: {
      kind: 'money',
      column: 'price_fen',
      label: '售价',
      isRequired: true,
      isListed: true,
      help: '实际收取的金额',
    },
    credit: {
      kind: 'money',
      column: 'credit_fen',
      label: '到账',
      isRequired: true,
      isListed: true,
      help: '存入账户的金额，多出售价的部分是赠送，最后使用，不能退、不能转',
    },
    chargeItemId: {
      kind: 'reference',
      label: '只抵项目',
      to: 'chargeItem',
      isListed: true,
      help: '不选：存入通用预存',
    },
    onlyCommunityId: { kind: 'reference', label: '只限小区', to: 'community', isListed: true, help: '不选：全部小区' },
    validFrom: { kind: 'day', label: '开始日期', isListed: true },
    validTo: { kind: 'day', label: '结束日期', isListed: true, help: '含当天' },
    isEnabled: { kind: 'boolean', label: '启用', isListed: true, isMainFilter: true },
    note: { kind: 'longText', label: '备注', maxLength: 200 },
  },
});
