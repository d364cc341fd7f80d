import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, idParams, money, ok, taskStarted } from '../wire.ts';

/** What is read from a statement, with the usual headings. */
export const statementColumns = {
  day: '交易日期',
  amount: '收入金额',
  payerName: '对方户名',
  payerAccount: '对方账号',
  remark: '摘要/附言',
  serial: '流水号',
} as const;
export type StatementColumnName = keyof typeof statementColumns;
export const statementStates = { waiting: '待处理', booked: '已入账', aside: '已搁置' } as const;
export const confidences = { sure: '有把握', likely: '可能', none: '未匹配' } as const;

const shared = { tag: '银行对账单' } as const;

/** Heading of the file for each column; null when the file has none. */
const headings = z.strictObject({
  day: z.string().max(60),
  amount: z.string().max(60),
  payerName: z.string().max(60).nullable(),
  payerAccount: z.string().max(60).nullable(),
  remark: z.string().max(60).nullable(),
  serial: z.string().max(60).nullable(),
});
export type StatementHeadings = z.infer<typeof headings>;

export const openBankStatement = defineEndpoint({
  ...shared,
  id: 'bankStatement.open',
  method: 'POST',
  path: '/api/bank-statements/open',
  access: 'bankStatement.book',
  summary: '看一份对账单有哪些列，按该账户上次的对应关系',
  body: z.strictObject({ bankAccountId: id, fileId: id }),
  reply: z.object({
    headings: z.array(z.object({ title: z.string(), sample: z.string() })),
    /** As saved for the account, or as recognised; null: to be chosen. */
    columns: z.object({
      day: z.string().nullable(),
      amount: z.string().nullable(),
      payerName: z.string().nullable(),
      payerAccount: z.string().nullable(),
      remark: z.string().nullable(),
      serial: z.string().nullable(),
    }),
  }),
});

export const receiveBankStatement = defineEndpoint({
  ...shared,
  id: 'bankStatement.receive',
  method: 'POST',
  path: '/api/bank-statements',
  access: 'bankStatement.book',
  summary: '读取对账单：收入的每一行记一次，随后匹配',
  body: z.strictObject({ bankAccountId: id, fileId: id, columns: headings }),
  reply: z.object({ id, taskId: id, rowCount: z.number(), newCount: z.number() }),
});

export const matchBankStatement = defineEndpoint({
  ...shared,
  id: 'bankStatement.match',
  method: 'POST',
  path: '/api/bank-statements/match',
  access: 'bankStatement.book',
  summary: '把一个账户待处理的转账再匹配一次',
  body: z.strictObject({ bankAccountId: id }),
  reply: taskStarted,
});

export const bookSureLines = defineEndpoint({
  ...shared,
  id: 'bankStatement.bookSure',
  method: 'POST',
  path: '/api/bank-statements/book-sure',
  access: 'bankStatement.book',
  summary: '把一个账户有把握的转账全部入账',
  body: z.strictObject({ bankAccountId: id }),
  reply: taskStarted,
});

export const statementLine = z.object({
  id,
  bankAccountId: id,
  bankAccountName: z.string(),
  paidOn: day,
  amount: money,
  payerName: z.string(),
  payerAccount: z.string(),
  remark: z.string(),
  serial: z.string(),
  state: z.enum(['waiting', 'booked', 'aside']),
  confidence: z.enum(['sure', 'likely', 'none']),
  why: z.string(),
  problem: z.string(),
  targetKind: targetKind.nullable(),
  targetId: id.nullable(),
  targetName: z.string(),
  billNames: z.string(),
  receiptId: id.nullable(),
  receiptNumber: z.string(),
  asideReason: z.string(),
});
export type StatementLineView = z.infer<typeof statementLine>;

export const listStatementLines = defineEndpoint({
  ...shared,
  id: 'bankStatement.list',
  method: 'GET',
  path: '/api/bank-statements/lines',
  access: 'bankStatement.view',
  summary: '银行转账：待处理、已入账、已搁置',
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    state: z.enum(['waiting', 'booked', 'aside']).optional(),
    bankAccountId: id.optional(),
    /** Part of payer, remark or serial. */
    q: z.string().trim().max(60).optional(),
  }),
  reply: z.object({
    rows: z.array(statementLine),
    total: z.number(),
    sum: money,
    /** Of the account, or of all accounts. */
    waitingCount: z.number(),
    sureCount: z.number(),
    sureSum: money,
  }),
});

export const bookStatementLine = defineEndpoint({
  ...shared,
  id: 'bankStatement.book',
  method: 'POST',
  path: '/api/bank-statements/lines/:id/book',
  access: 'bankStatement.book',
  summary: '把一笔转账记到一套房屋：所选账单，余下的转预存',
  params: idParams,
  body: z.strictObject({
    targetKind,
    targetId: id,
    /** Bills to pay; what is left of the money becomes prepaid of the target. */
    billIds: z.array(id).max(500, '一次最多 500 条账单'),
    /** Day of the receipt; the day of the payment unless its books are closed. */
    receivedOn: day,
  }),
  reply: z.object({ receiptId: id, number: z.string(), prepaid: money }),
});

/** What is owed by a house or parking space as of the day of a payment: to choose from. */
export const listStatementBills = defineEndpoint({
  ...shared,
  id: 'bankStatement.bills',
  method: 'GET',
  path: '/api/bank-statements/bills',
  access: 'bankStatement.book',
  summary: '一套房屋（连同其车位、车辆）的未收账单，按到账日期算违约金',
  query: z.object({ targetKind, targetId: id, receivedOn: day }),
  reply: z.object({
    rows: z.array(z.object({ id, name: z.string(), targetName: z.string(), toPay: money, withheldIn: z.string() })),
  }),
});

export const setLineAside = defineEndpoint({
  ...shared,
  id: 'bankStatement.setAside',
  method: 'POST',
  path: '/api/bank-statements/lines/:id/aside',
  access: 'bankStatement.book',
  summary: '搁置一笔不是收费的转账，须写原因',
  params: idParams,
  body: z.strictObject({ reason: z.string().trim().min(1, '请填写搁置的原因').max(200, '原因最多 200 个字') }),
  reply: ok,
});

export const takeLineUp = defineEndpoint({
  ...shared,
  id: 'bankStatement.takeUp',
  method: 'POST',
  path: '/api/bank-statements/lines/:id/take-up',
  access: 'bankStatement.book',
  summary: '把搁置的转账放回待处理',
  params: idParams,
  reply: ok,
});
