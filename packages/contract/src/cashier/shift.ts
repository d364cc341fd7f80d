import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { defineResource } from '../resource/definition.ts';
import { created, day, id, idParams, instant, money } from '../wire.ts';

const tag = '交班';

/** Notes and coins a cashier counts, by their worth in fen, the largest first (CSH-12). */
export const denominations = {
  '10000': '100 元',
  '5000': '50 元',
  '2000': '20 元',
  '1000': '10 元',
  '500': '5 元',
  '100': '1 元',
  '50': '5 角',
  '10': '1 角',
} as const;
export type Denomination = keyof typeof denominations;
/** Keys in the order people count; objects with such keys put the smallest first. */
export const denominationOrder = Object.keys(denominations).toReversed() as Denomination[];

/** A cashier whose shift is open longer than this is reminded. */
export const longestShiftHours = 24;

export const shiftErrors = defineErrors({
  'shift.denominationTwice': { status: 422, text: '点钞明细里 {name} 写了两次，请合并后再交' },
  'shift.empty': { status: 409, text: '{name} 在该小区没有待交的收退款，没有交班。如果刚刚交过，请在交班记录里查看' },
  'shift.changed': {
    status: 409,
    text: '查看之后应交金额有变化（又有收退款记入，或别处已交班），没有交班。请核对新的金额后再交',
  },
  'shift.untilAhead': { status: 422, text: '交班时间晚于现在，没有交班。请刷新页面后再交' },
  'shift.startAhead': { status: 422, text: '开始日期 {day} 晚于今天（{today}），请改为今天或更早的日期' },
  'shift.cashMismatch': {
    status: 422,
    text: '点钞合计 {counted} 元，与实点现金 {cash} 元不符，请核对张数',
  },
  'shift.needsReason': { status: 422, text: '{method}实点比应交{how} {amount} 元，请写明原因' },
  'shift.handOver': { status: 422, text: '请选择交给谁，或填写银行回单号，二者选一' },
  'shift.handToSelf': { status: 422, text: '不能交给自己，请选择接收的人，或填写银行回单号' },
});
export const shiftFail = raiser(shiftErrors);

export const shiftStates = { even: '相符', short: '短款', over: '长款' } as const;
export type ShiftState = keyof typeof shiftStates;

const sum = (column: string, label: string) =>
  ({ kind: 'money', column, label, isReadOnly: true, isListed: true, isTotalled: true, width: 120 }) as const;

/** Shifts that were closed. One sees one's own; with `shift.viewAll` those of everybody. */
export const shiftResource = defineResource({
  name: 'shift',
  table: 'shift_list',
  path: 'shifts',
  label: '交班',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'number',
  unique: [],
  defaultSort: ['-closedAt', '-number'],
  permissions: {
    view: 'shift.view',
    create: 'shift.close',
    edit: 'shift.close',
    delete: 'shift.close',
    export: 'shift.export',
  },
  fields: {
    number: {
      kind: 'text',
      label: '交班单号',
      maxLength: 60,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 160,
    },
    staffId: {
      kind: 'reference',
      label: '收银员',
      to: 'staff',
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 100,
    },
    closedAt: { kind: 'instant', label: '交班时间', isReadOnly: true, isListed: true, width: 140 },
    expected: sum('expected_fen', '应交'),
    counted: sum('counted_fen', '实点'),
    difference: sum('difference_fen', '差额'),
    state: {
      kind: 'choice',
      label: '结果',
      options: shiftStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 80,
    },
    handedTo: { kind: 'text', label: '交给', maxLength: 120, isReadOnly: true, isListed: true, width: 140 },
    reason: { kind: 'longText', label: '差额原因', maxLength: 200, isReadOnly: true, isListed: true, width: 160 },
    closedOn: { kind: 'day', label: '交班日期', isReadOnly: true, isMainFilter: true },
    fromAt: { kind: 'instant', label: '本班开始', isReadOnly: true },
    untilAt: { kind: 'instant', label: '本班截止', isReadOnly: true },
    movementCount: { kind: 'integer', label: '笔数', min: 0, max: 1_000_000_000, isReadOnly: true },
    closedByName: { kind: 'text', label: '代交人', maxLength: 60, isReadOnly: true },
    note: { kind: 'longText', label: '备注', maxLength: 200, isReadOnly: true },
    printCount: { kind: 'integer', label: '打印次数', min: 0, max: 1_000_000_000, isReadOnly: true },
  },
});

/** What came in and went out by one method. Offsets from prepaid and deposits are no money and not here. */
export const shiftFigure = z.object({
  paymentMethodId: id,
  name: z.string(),
  isCash: z.boolean(),
  received: money,
  returned: money,
  /** Received less returned: what must be there. */
  expected: money,
  count: z.number(),
});
export type ShiftFigure = z.infer<typeof shiftFigure>;

export const openShift = z.object({
  communityId: id,
  communityName: z.string(),
  staffId: id,
  staffName: z.string(),
  count: z.number(),
  expected: money,
  /** When the first of it came in. */
  since: instant,
  /** Open longer than `longestShiftHours`. */
  isOverdue: z.boolean(),
  isOwn: z.boolean(),
});
export type OpenShift = z.infer<typeof openShift>;

export const listOpenShifts = defineEndpoint({
  id: 'shift.listOpen',
  method: 'GET',
  path: '/api/open-shifts',
  access: 'shift.view',
  summary: '还没有交班的收款：自己的，或有权看到的每个收银员的',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ rows: z.array(openShift) }),
});

export const previewShift = defineEndpoint({
  id: 'shift.preview',
  method: 'GET',
  path: '/api/open-shifts/preview',
  access: 'shift.close',
  summary: '本班应交多少，不交班',
  tag,
  query: z.object({
    communityId: id,
    /** Another cashier's, for whom one closes the shift. */
    staffId: id.optional(),
    /** Only for the first shift of a community: the day from which shifts are kept. */
    startDay: day.optional(),
  }),
  reply: z.object({
    staffId: id,
    staffName: z.string(),
    communityName: z.string(),
    /** True until the first shift of the community is closed. */
    isFirst: z.boolean(),
    today: day,
    fromAt: instant,
    /** The figures are those of this moment; later documents are the next shift's. */
    untilAt: instant,
    figures: z.array(shiftFigure),
    expected: money,
    count: z.number(),
    /** Notes given by payers and change given back, of the receipts in it. */
    cashTendered: money,
    change: money,
    /** Colleagues of the community to whom the money can be handed. */
    receivers: z.array(z.object({ id, name: z.string() })),
  }),
});

const shiftLine = z.object({
  paymentMethodId: id,
  /** As it was looked at; refused when it is not so any more. */
  expected: money,
  /** Below zero where more was given back than came in. */
  counted: z
    .string()
    .trim()
    .regex(/^-?(0|[1-9]\d{0,11})(\.\d{1,2})?$/, '实点金额应为数字，最多两位小数'),
});

export const closeShift = defineEndpoint({
  id: 'shift.close',
  method: 'POST',
  path: '/api/shifts',
  access: 'shift.close',
  summary: '交班：应交与实点核对，写明差额原因，交给谁',
  tag,
  body: z.object({
    communityId: id,
    staffId: id.optional(),
    startDay: day.optional(),
    untilAt: instant,
    lines: z.array(shiftLine).min(1, '没有可交的款项').max(100),
    /** How many of each note and coin, by its worth in fen. */
    denominations: z
      .array(
        z.object({ worth: z.enum(denominationOrder), count: z.number().int().min(0).max(100_000, '张数太多，请核对') }),
      )
      .max(denominationOrder.length, '同一面额写了两次，请合并后再交')
      .optional(),
    reason: z.string().trim().max(200).default(''),
    handedToStaffId: id.optional(),
    bankSlip: z.string().trim().max(60).default(''),
    note: z.string().trim().max(200).default(''),
  }),
  reply: created.extend({ number: z.string() }),
});

export const shiftDocumentKinds = {
  receipt: '收款',
  reversal: '撤销',
  restoration: '恢复',
  refund: '退款',
  amendment: '改支付方式',
} as const;

export const shiftDetail = z.object({
  id,
  figures: z.array(shiftFigure.extend({ counted: money, difference: money })),
  denominations: z.array(z.object({ name: z.string(), count: z.number(), amount: money })),
  /** Every movement, in the order of time; those of houses out of sight are missing. */
  documents: z.array(
    z.object({
      documentId: id,
      kind: z.enum(['receipt', 'reversal', 'restoration', 'refund', 'amendment']),
      number: z.string(),
      receiptId: id.nullable(),
      refundId: id.nullable(),
      targetName: z.string(),
      methodName: z.string(),
      amount: money,
      at: instant,
    }),
  ),
  /** More than are listed. */
  documentCount: z.number(),
});
export type ShiftDetail = z.infer<typeof shiftDetail>;

export const getShiftDetail = defineEndpoint({
  id: 'shift.detail',
  method: 'GET',
  path: '/api/shifts/:id/detail',
  access: 'shift.view',
  summary: '一次交班的各支付方式、点钞和单据',
  tag,
  params: idParams,
  reply: shiftDetail,
});
