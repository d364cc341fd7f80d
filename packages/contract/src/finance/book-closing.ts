import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

const tag = '结账';

export const closingErrors = defineErrors({
  'books.dayNotOver': { status: 422, text: '{day} 还没有过完，只能结到昨天（{last}）为止，没有结账' },
  'books.monthNotOver': { status: 422, text: '{month} 还没有过完，等 {last} 过后再月结，没有结账' },
  'books.alreadyClosed': { status: 409, text: '该小区的账已结到 {until}，没有再结。请刷新页面' },
  'books.monthClosed': { status: 409, text: '{month} 已经月结，没有再结。请刷新页面' },
  'books.monthsInOrder': { status: 422, text: '月结要逐月进行：请先结 {next}' },
  'books.raisingRuns': { status: 409, text: '该小区正在生成账单（{task}），请等它完成后再结账' },
  'books.figuresChanged': { status: 409, text: '查看之后又有单据记入，数字已变，没有结账。请核对新的数字后再结' },
  'books.notLatest': { status: 409, text: '只能反结最近的一次结账（{latest}），请从它开始依次反结' },
  'books.alreadyReopened': { status: 409, text: '这次结账已经反结过了，请刷新页面' },
});
export const closingFail = raiser(closingErrors);

export const closingKinds = { day: '日结', month: '月结' } as const;
export type ClosingKind = keyof typeof closingKinds;

/** Accounts of the journal as people read them. */
export const journalAccounts = {
  money: '货币资金',
  receivable: '应收账款',
  prepaid: '预存款',
  deposit: '押金',
  prepaidTransit: '预存划转',
  income: '收费收入',
  lateFeeIncome: '违约金收入',
  otherIncome: '其他收入',
  forfeitIncome: '押金没收收入',
  discount: '优惠',
  waiver: '减免',
  prepaidBonus: '预存赠送',
  channelFee: '渠道手续费',
  payout: '渠道结算到账',
} as const;
export type JournalAccount = keyof typeof journalAccounts;

/** Figures of a stretch of days. Money that came and went is that from outside; what was offset stands apart. */
export const bookFigures = z.object({
  /** Null: from the beginning of the books. */
  firstDay: day.nullable(),
  lastDay: day,
  /** Bills booked, less those voided and taken off. */
  raised: money,
  /** Received less returned. */
  income: money,
  refunded: money,
  reversed: money,
  principal: money,
  lateFee: money,
  prepaid: money,
  deposit: money,
  other: money,
  prepaidUsed: money,
  depositUsed: money,
  discount: money,
  waiver: money,
  lateFeeWaiver: money,
  prepaidBonus: money,
  receiptCount: z.number(),
  /** At the end of the last day: receivable less what was paid ahead. */
  receivableBalance: money,
  prepaidBalance: money,
  depositBalance: money,
  methods: z.array(z.object({ name: z.string(), received: money, returned: money, net: money, count: z.number() })),
  accounts: z.array(z.object({ account: z.string(), name: z.string(), debit: money, credit: money, balance: money })),
  /** Stands for these very figures. */
  hash: z.string(),
});
export type BookFigures = z.infer<typeof bookFigures>;

export const bookClosing = z.object({
  id,
  kind: z.enum(['day', 'month']),
  firstDay: day.nullable(),
  lastDay: day,
  income: money,
  raised: money,
  receivableBalance: money,
  closedAt: instant,
  staffName: z.string(),
  reopenedAt: instant.nullable(),
  reopenedByName: z.string(),
  reopenReason: z.string(),
  /** It is the newest that stands, and may be reopened. */
  isLatest: z.boolean(),
});
export type BookClosing = z.infer<typeof bookClosing>;

export const listBookClosings = defineEndpoint({
  id: 'books.list',
  method: 'GET',
  path: '/api/book-closings',
  access: 'books.view',
  summary: '一个小区的结账记录，最近的在前',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({
    closedUntil: day.nullable(),
    /** The last day that is over; up to it may be closed. */
    yesterday: day,
    /** Last day of the month whose turn it is; null while that is not over. */
    nextMonthEnd: day.nullable(),
    rows: z.array(bookClosing),
  }),
});

const closingInput = z.object({ communityId: id, kind: z.enum(['day', 'month']), lastDay: day });

export const previewBookClosing = defineEndpoint({
  id: 'books.preview',
  method: 'GET',
  path: '/api/book-closings/preview',
  access: 'books.close',
  summary: '结账前查看数字，不结账',
  tag,
  query: closingInput,
  reply: bookFigures,
});

export const closeBooks = defineEndpoint({
  id: 'books.close',
  method: 'POST',
  path: '/api/book-closings',
  access: 'books.close',
  summary: '日结或月结：保存数字，此后不能再增加或更改当日及以前的单据',
  tag,
  body: closingInput.extend({
    /** `hash` of the figures looked at; refused when they changed since. */
    expectedHash: z.string().max(64),
  }),
  reply: z.object({ id }),
});

export const getBookClosing = defineEndpoint({
  id: 'books.get',
  method: 'GET',
  path: '/api/book-closings/:id',
  access: 'books.view',
  summary: '一次结账保存的数字',
  tag,
  params: idParams,
  reply: bookClosing.extend({ figures: bookFigures }),
});

export const reopenBooks = defineEndpoint({
  id: 'books.reopen',
  method: 'POST',
  path: '/api/book-closings/:id/reopen',
  access: 'books.reopen',
  summary: '反结最近的一次结账',
  tag,
  params: idParams,
  body: z.object({ reason: z.string().trim().min(1, '请写明反结的原因').max(200) }),
  reply: z.object({ closedUntil: day.nullable() }),
});
