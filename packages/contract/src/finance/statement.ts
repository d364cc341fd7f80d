import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { day, id, idParams, instant, money, ok } from '../wire.ts';

const tag = '业主对账单';

export const statementErrors = defineErrors({
  'statement.subjectMissing': { status: 422, text: '请选择一位业主或一套房屋' },
  'statement.noHouse': { status: 422, text: '{name}没有以业主身份登记的房屋，不能出对账单' },
  'statement.chooseCommunity': { status: 422, text: '{name}在几个小区有房屋（{communities}），请选择一个小区' },
  'statement.daysReversed': { status: 422, text: '开始日期不能晚于结束日期' },
  'statement.tooLong': { status: 422, text: '一张对账单最多三年，请缩短日期范围' },
  'statement.tooMany': { status: 422, text: '这段时间的账单超过 {limit} 张，请缩短日期范围' },
});
export const statementFail = raiser(statementErrors);

const sums = {
  /** Owed before the first day. */
  opening: money,
  /** Bills, with what corrections and voids changed. */
  billed: money,
  /** Discounts and waivers. */
  reduced: money,
  /** Principal paid and offset, less what was reversed. */
  paid: money,
  refunded: money,
  /** opening + billed − reduced − paid + refunded: owed after the last day. */
  owes: money,
  /** Late fee paid, less given back; apart from the sums above. */
  lateFeePaid: money,
};

const statementBill = z.object({
  ...sums,
  id,
  place: z.string(),
  item: z.string(),
  periodText: z.string(),
  dueOn: day,
  /** Late fee to pay as of the day it was made; 0.00 when the statement ends before. */
  lateFeeDue: money,
  /** How it was computed; empty for a bill that came without. */
  sentence: z.string(),
  isVoided: z.boolean(),
});
export type StatementBill = z.infer<typeof statementBill>;

export const statementPaymentKinds = {
  receipt: '收款',
  reversal: '撤销',
  restoration: '恢复',
  refund: '退款',
} as const;

/** A document that paid these bills or took that back; only the part that was for them. */
const statementPayment = z.object({
  id,
  kind: z.enum(['receipt', 'reversal', 'restoration', 'refund']),
  number: z.string(),
  day,
  methods: z.string(),
  principal: money,
  lateFee: money,
  total: money,
});
export type StatementPayment = z.infer<typeof statementPayment>;

export const statement = z.object({
  companyName: z.string(),
  communityName: z.string(),
  servicePhone: z.string(),
  /** Of the owner, or of all present owners of the house. */
  ownerName: z.string(),
  /** Masked. */
  ownerPhone: z.string(),
  houses: z.array(z.object({ id, label: z.string() })),
  from: day,
  to: day,
  madeOn: day,
  totals: z.object({ ...sums, lateFeeDue: money }),
  bills: z.array(statementBill),
  payments: z.array(statementPayment),
  prepaid: z.array(
    z.object({ place: z.string(), item: z.string(), opening: money, added: money, used: money, balance: money }),
  ),
  deposits: z.array(z.object({ place: z.string(), item: z.string(), takenOn: day, taken: money, held: money })),
});
export type Statement = z.infer<typeof statement>;

/** Whose, and which days, both included. A house alone: its present owners. Both: that house of that owner. */
const asked = {
  residentId: id.optional(),
  houseId: id.optional(),
  /** Needed where the owner has houses in several communities. */
  communityId: id.optional(),
  from: day,
  to: day,
};

export const readStatement = defineEndpoint({
  id: 'statement.read',
  method: 'GET',
  path: '/api/statements',
  access: 'statement.view',
  summary: '业主对账单：期初欠费、应收、减免、已付、退款、期末欠费，每张账单怎么算',
  tag,
  query: z.object(asked),
  reply: statement.extend({
    /** What the houses owe besides, of the time before their owner: not on the statement. */
    leftOut: z.object({ count: z.number(), outstanding: money }),
  }),
});

export const printStatement = defineEndpoint({
  id: 'statement.print',
  method: 'GET',
  path: '/api/statements/page',
  access: 'statement.view',
  summary: '业主对账单的网页，用于打印或存为 PDF',
  tag,
  transport: 'download',
  query: z.object(asked),
  reply: z.unknown(),
});

/** Where an owner opens it, signed in nowhere. */
export const statementPagePath = (token: string) => `/s/${token}`;

export const openStatement = defineEndpoint({
  id: 'statement.open',
  method: 'GET',
  path: '/s/:token',
  access: 'public',
  summary: '业主凭链接打开的对账单',
  tag,
  transport: 'download',
  params: z.object({ token: z.string().max(200) }),
  reply: z.unknown(),
});

const statementLink = z.object({
  id,
  ownerName: z.string(),
  houses: z.string(),
  communityName: z.string(),
  from: day,
  to: day,
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
  revokedAt: instant.nullable(),
  state: z.enum(['open', 'expired', 'revoked']),
  openCount: z.number(),
  lastOpenedAt: instant.nullable(),
  /** Address of its page on this site; empty once it opens no more. */
  path: z.string(),
});
export type StatementLink = z.infer<typeof statementLink>;
export const statementLinkStates = { open: '有效', expired: '已过期', revoked: '已撤回' } as const;

export const listStatementLinks = defineEndpoint({
  id: 'statementLink.list',
  method: 'GET',
  path: '/api/statement-links',
  access: 'statement.share',
  summary: '发出的对账单链接，最近的在前',
  tag,
  query: z.object({
    communityId: id.optional(),
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(20),
  }),
  reply: z.object({ rows: z.array(statementLink), total: z.number() }),
});

export const createStatementLink = defineEndpoint({
  id: 'statementLink.create',
  method: 'POST',
  path: '/api/statement-links',
  access: 'statement.share',
  summary: '生成业主对账单的链接，到期自动失效',
  tag,
  body: z.object({ ...asked, days: z.number().int().min(1, '至少 1 天').max(90, '最多 90 天') }),
  reply: z.object({ id, path: z.string(), expiresAt: instant }),
});

export const revokeStatementLink = defineEndpoint({
  id: 'statementLink.revoke',
  method: 'POST',
  path: '/api/statement-links/:id/revoke',
  access: 'statement.share',
  summary: '撤回对账单链接',
  tag,
  params: idParams,
  reply: ok,
});
