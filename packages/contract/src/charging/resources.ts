import { defineResource } from '../resource/definition.ts';

export const chargeItemKinds = {
  periodic: '周期性',
  metered: '抄表',
  oneOff: '临时',
  rent: '租金',
  deposit: '押金',
} as const;
export const precisions = { yuan: '元', jiao: '角', fen: '分' } as const;
export const roundings = { halfUp: '四舍五入', up: '向上取整', down: '向下取整' } as const;
export const prorations = {
  actualDays: '按当月实际天数',
  thirtyDays: '按每月 30 天',
  wholePeriod: '不足一期按整期',
  nothingUnder: '不足 N 天不收，否则按整月',
} as const;

export const raiseSides = { ahead: '提前', after: '推后' } as const;
export const raiseUnits = { day: '天', month: '个月' } as const;
export const lateFeeStarts = { afterGrace: '宽限期满次日起算', dueDate: '超过宽限期则从缴费期限次日起算' } as const;

export const chargeItemResource = defineResource({
  name: 'chargeItem',
  table: 'charge_item',
  path: 'charge-items',
  label: '收费项目',
  isCommunityScoped: false,
  titleField: 'name',
  unique: [['name']],
  defaultSort: ['sortOrder', 'name'],
  permissions: {
    view: 'chargeItem.view',
    create: 'chargeItem.create',
    edit: 'chargeItem.edit',
    delete: 'chargeItem.delete',
    import: 'chargeItem.import',
    export: 'chargeItem.export',
  },
  fields: {
    name: {
      kind: 'text',
      label: '项目名称',
      maxLength: 40,
      isRequired: true,
      isListed: true,
      isSearched: true,
      isMainFilter: true,
      importTitles: ['收费项目', '费用类型'],
    },
    kind: {
      kind: 'choice',
      label: '项目类型',
      options: chargeItemKinds,
      isRequired: true,
      isListed: true,
      isMainFilter: true,
    },
    precision: { kind: 'choice', label: '金额精度', options: precisions, isRequired: true, isListed: true },
    rounding: { kind: 'choice', label: '取整方式', options: roundings, isRequired: true, isListed: true },
    proration: { kind: 'choice', label: '不足一期', options: prorations, isRequired: true, isListed: true, width: 180 },
    prorationDays: { kind: 'integer', label: '不足多少天不收', min: 1, max: 31, help: '仅“不足 N 天不收”时填写' },
    isRaisedAutomatically: {
      kind: 'boolean',
      label: '到期自动生成账单',
      isListed: true,
      help: '按小区所在时区，在账期开始日（或提前几天）自动生成',
    },
    raiseSide: {
      kind: 'choice',
      label: '提前还是推后生成',
      options: raiseSides,
      help: '以账期开始日为准，不选为提前',
    },
    raiseOffset: {
      kind: 'integer',
      label: '提前（推后）多少',
      importTitles: ['提前几天生成'],
      min: 0,
      max: 90,
      isRequired: true,
      help: '0 为账期开始当天；按月时最多 12',
    },
    raiseUnit: { kind: 'choice', label: '提前（推后）的单位', options: raiseUnits, help: '不选为天' },
    dueDays: { kind: 'integer', label: '缴费期限（账期开始后天数）', min: 0, max: 3650, isRequired: true },
    lateFeeRatePerDay: {
      kind: 'decimal',
      label: '违约金日费率',
      scale: 8,
      min: 0,
      max: 0.99,
      help: '万分之五填 0.0005；不收违约金则留空。超过万分之五法院可能酌减',
    },
    lateFeeRatePerMonth: {
      kind: 'decimal',
      label: '违约金月费率',
      scale: 8,
      min: 0,
      max: 0.99,
      help: '合同按月约定时填写，每天按三十分之一计；与日费率只填一个',
    },
    lateFeeGraceDays: { kind: 'integer', label: '违约金宽限天数', min: 0, max: 3650, isRequired: true },
    lateFeeCapShare: {
      kind: 'decimal',
      label: '违约金上限（本金倍数）',
      scale: 4,
      min: 0.0001,
      max: 99,
      help: '1 表示不超过本金；留空不封顶',
    },
    lateFeeStart: { kind: 'choice', label: '违约金起算日', options: lateFeeStarts },
    lateFeeWorkdaysOnly: { kind: 'boolean', label: '违约金只计工作日', help: '周末和法定节假日不计，调休上班日计' },
    lateFeePrecision: { kind: 'choice', label: '违约金精度', options: precisions, help: '不选为分' },
    lateFeeRounding: { kind: 'choice', label: '违约金取整', options: roundings, help: '不选为四舍五入' },
    taxRate: { kind: 'decimal', label: '税率 %', scale: 2, min: 0, max: 13, isRequired: true, isListed: true },
    isTaxIncluded: {
      kind: 'boolean',
      label: '价格含税',
      isOnByDefault: true,
      help: '不含税的，账单按价格另加税率，最后取整一次',
    },
    taxCode: {
      kind: 'text',
      label: '税收分类编码',
      maxLength: 19,
      help: '开电子发票用，19 位数字，如物业管理服务 3040801010000000000；不开票可不填',
    },
    sortOrder: { kind: 'integer', label: '排序', min: 0, max: 1_000_000_000, isRequired: true },
    note: { kind: 'longText', label: '备注', maxLength: 500 },
  },
});
