import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { day, id, taskStarted } from '../wire.ts';
import { type ReportColumn, type ReportKey, reportColumns } from './report-columns.ts';

const tag = '报表';

export const reportErrors = defineErrors({
  'report.unknownGrouping': { status: 422, text: '“{report}”不能这样汇总，请从汇总方式里选一种' },
  'report.unknownColumn': { status: 422, text: '“{report}”没有这一列，或这一列没有明细，请从表头里选' },
  'report.daysReversed': { status: 422, text: '开始日期 {from} 晚于结束日期 {to}，请改正日期' },
});
export const reportFail = raiser(reportErrors);

/** What rows of a report may stand for. */
export const reportDimensions = {
  month: '月份',
  day: '日期',
  community: '小区',
  building: '楼宇',
  target: '收费对象',
  item: '收费项目',
  method: '支付方式',
  staff: '经办人',
  kind: '类别',
} as const;
export type ReportDimension = keyof typeof reportDimensions;
export const keysOfDimensions = Object.keys(reportDimensions) as [ReportDimension, ...ReportDimension[]];

export interface ReportDefinition {
  title: string;
  /** The question it answers, above its chart. */
  question: string;
  /** What its rows can be, the usual one first. */
  groupings: readonly (readonly ReportDimension[])[];
  /** What its days are: of documents; of the months bills are for (whole months), open when nobody says; or none because it is of now. */
  range: 'days' | 'months' | 'openMonths' | 'none';
  /** The order of rows when nobody chose one; left out: their natural one. */
  usualSort?: string;
  /** Which filters beside community, building and tag it knows. */
  hasItem: boolean;
  columns: Readonly<Record<string, ReportColumn>>;
  /** Columns drawn, and how. */
  chart: { as: 'bar' | 'stack'; columns: readonly string[] };
}

const places = [['building'], ['community'], ['target']] as const;

/** The reports (FIN-3), in the order of their list. */
export const reports = {
  receivable: {
    title: '应收实收',
    question: '每个月应收多少，收了多少，还差多少？',
    groupings: [['month'], ['item'], ['item', 'month'], ...places],
    range: 'days',
    hasItem: true,
    columns: reportColumns.receivable,
    chart: { as: 'bar', columns: ['receivable', 'received', 'closing'] },
  },
  collection: {
    title: '收缴率',
    question: '本期收上来几成，往期收回了多少？',
    groupings: [['community'], ['building'], ['item'], ['target']],
    range: 'months',
    hasItem: true,
    columns: reportColumns.collection,
    chart: { as: 'bar', columns: ['rate', 'arrearsRate'] },
  },
  income: {
    title: '收入统计',
    question: '钱是哪天、怎么、由谁收进来的？',
    groupings: [['month'], ['day'], ['method'], ['staff'], ['day', 'method'], ['staff', 'method'], ...places],
    range: 'days',
    hasItem: false,
    columns: reportColumns.income,
    chart: { as: 'stack', columns: ['bills', 'lateFee', 'prepaid', 'deposit', 'other'] },
  },
  arrears: {
    title: '欠费与账龄',
    question: '谁欠得最多，欠了多久？',
    groupings: [['target'], ['building'], ['community'], ['item'], ['month']],
    range: 'openMonths',
    usualSort: '-outstanding',
    hasItem: true,
    columns: reportColumns.arrears,
    chart: { as: 'stack', columns: ['notDue', 'days30', 'days90', 'days180', 'days365', 'older'] },
  },
  prepaid: {
    title: '预存款',
    question: '预存款进了多少，用了多少，还剩多少？',
    groupings: [['month'], ['item'], ...places],
    range: 'days',
    hasItem: true,
    columns: reportColumns.prepaid,
    chart: { as: 'bar', columns: ['topUp', 'used', 'closing'] },
  },
  deposit: {
    title: '押金',
    question: '手里还押着多少，收退各多少？',
    groupings: [['item'], ['month'], ...places],
    range: 'days',
    hasItem: true,
    columns: reportColumns.deposit,
    chart: { as: 'bar', columns: ['taken', 'returned', 'closing'] },
  },
  reductions: {
    title: '减免与优惠',
    question: '让出去多少，为哪些项目，由谁给的？',
    groupings: [['item'], ['month'], ['staff'], ...places],
    range: 'days',
    hasItem: true,
    columns: reportColumns.reductions,
    chart: { as: 'stack', columns: ['discount', 'waiver', 'lateFeeWaiver'] },
  },
  refunds: {
    title: '退款',
    question: '退了多少，退的是什么？',
    groupings: [['month'], ['method'], ['staff'], ...places],
    range: 'days',
    hasItem: false,
    columns: reportColumns.refunds,
    chart: { as: 'stack', columns: ['bills', 'lateFee', 'prepaid', 'deposit', 'other'] },
  },
  lateFees: {
    title: '违约金',
    question: '违约金收了多少，减了多少？',
    groupings: [['month'], ['item'], ...places],
    range: 'days',
    hasItem: true,
    columns: reportColumns.lateFees,
    chart: { as: 'bar', columns: ['net', 'waived'] },
  },
  usage: {
    title: '用量',
    question: '水、电、气各用了多少？',
    groupings: [['kind'], ['kind', 'month'], ['kind', 'building'], ['kind', 'item']],
    range: 'months',
    hasItem: true,
    columns: reportColumns.usage,
    chart: { as: 'bar', columns: ['usage'] },
  },
  houses: {
    title: '房屋统计',
    question: '有多少房屋，多少住了人？',
    groupings: [['community'], ['building'], ['kind']],
    range: 'none',
    hasItem: false,
    columns: reportColumns.houses,
    chart: { as: 'stack', columns: ['lived', 'empty'] },
  },
  residents: {
    title: '住户统计',
    question: '住了多少人，都是什么身份？',
    groupings: [['community'], ['building'], ['target']],
    range: 'none',
    hasItem: false,
    columns: reportColumns.residents,
    chart: { as: 'stack', columns: ['owners', 'families', 'tenants', 'others'] },
  },
} as const satisfies Record<ReportKey, ReportDefinition>;

export const reportKeys = Object.keys(reports) as [ReportKey, ...ReportKey[]];
export const reportOf = (key: ReportKey): ReportDefinition => reports[key];

/** `item.month`: what a grouping is called in addresses. */
export const groupingName = (dimensions: readonly ReportDimension[]) => dimensions.join('.');

/** Which rows of the books a report is of; both days included. `building: none` is what belongs to no building. */
export const reportFilter = z.object({
  communityId: id.optional(),
  buildingId: z.union([id, z.literal('none')], { error: '楼宇的编号格式不对' }).optional(),
  targetId: id.optional(),
  /** `none`: what is for no item, as general prepaid is. */
  chargeItemId: z.union([id, z.literal('none')], { error: '收费项目的编号格式不对' }).optional(),
  tagId: id.optional(),
  paymentMethodId: id.optional(),
  /** `none`: what the system did by itself. */
  staffId: z.union([id, z.literal('none')], { error: '经办人的编号格式不对' }).optional(),
  kind: z.string().trim().max(40).optional(),
  from: day.optional(),
  to: day.optional(),
});
export type ReportFilter = z.output<typeof reportFilter>;

export const reportListing = reportFilter.extend({
  /** One of the report's groupings; the first when left out. */
  groupBy: z.string().max(40).optional(),
  /** A column, with a minus for largest first; left out: the natural order of the rows. */
  sort: z.string().max(40).optional(),
});
export type ReportListing = z.output<typeof reportListing>;

/** One figure as text: yuan, a whole number, percent or a quantity; null where it cannot be worked out. */
const cells = z.record(z.string(), z.string().nullable());
export type ReportCells = z.infer<typeof cells>;

export const reportRow = z.object({
  /** One for each dimension of the grouping: id, month or day; `none` where there is none. */
  keys: z.array(z.string()),
  labels: z.array(z.string()),
  communityId: id.nullable(),
  communityName: z.string(),
  cells,
});
export type ReportRow = z.infer<typeof reportRow>;

const params = z.object({ report: z.enum(reportKeys, { error: '没有这张报表' }) });
const paged = {
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(2000).default(100),
};

export const readReport = defineEndpoint({
  id: 'report.read',
  method: 'GET',
  path: '/api/reports/:report',
  access: 'report.view',
  summary: '报表：按所选方式汇总，合计全部符合条件的',
  tag,
  params,
  query: reportListing.extend(paged),
  reply: z.object({
    /** The days it is of; null where the report is of now or has no such bound. */
    from: day.nullable(),
    to: day.nullable(),
    groupBy: z.string(),
    rows: z.array(reportRow),
    total: z.number(),
    totals: cells,
  }),
});

/** What a line of a figure is. */
export const reportDocuments = {
  bill: '账单',
  billEdit: '账单修改',
  billVoid: '账单作废',
  billRestoration: '账单恢复',
  billReduction: '优惠减免',
  receipt: '收款',
  reversal: '撤销',
  restoration: '恢复',
  refund: '退款',
  amendment: '改正',
  prepaidMovement: '预存变动',
  depositMovement: '押金变动',
  meterReading: '抄表',
  house: '房屋',
  occupancy: '入住',
} as const;
const documents = Object.keys(reportDocuments) as [keyof typeof reportDocuments, ...(keyof typeof reportDocuments)[]];

export const reportLine = z.object({
  key: z.string(),
  document: z.enum(documents),
  /** Where it is opened: a bill, receipt, refund, house or resident. */
  openId: id.nullable(),
  openAs: z.enum(['bill', 'receipt', 'refund', 'house']).nullable(),
  number: z.string(),
  day: day.nullable(),
  communityName: z.string(),
  targetName: z.string(),
  itemName: z.string(),
  amount: z.string(),
});
export type ReportLine = z.infer<typeof reportLine>;

export const listReportLines = defineEndpoint({
  id: 'report.lines',
  method: 'GET',
  path: '/api/reports/:report/lines',
  access: 'report.view',
  summary: '一个数字背后的单据，加起来就是这个数字',
  tag,
  params,
  query: reportFilter.extend({ ...paged, column: z.string().max(40) }),
  reply: z.object({ rows: z.array(reportLine), total: z.number(), sum: z.string() }),
});

export const exportReport = defineEndpoint({
  id: 'report.export',
  method: 'POST',
  path: '/api/reports/:report/export',
  access: 'report.export',
  summary: '导出报表（当前筛选结果）',
  tag,
  params,
  body: reportListing,
  reply: taskStarted,
});
