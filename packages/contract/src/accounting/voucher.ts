import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, money, month, ok, taskStarted } from '../wire.ts';

const tag = '凭证';

export const voucherKinds = {
  accrual: '应收计提',
  receipt: '收款',
  offset: '预存与押金抵扣',
  prepaid: '预存',
  deposit: '押金',
  refund: '退款',
  reduction: '优惠减免',
  settlement: '渠道结算',
} as const;
export type VoucherKind = keyof typeof voucherKinds;
export const voucherKind = z.enum(Object.keys(voucherKinds) as [VoucherKind, ...VoucherKind[]]);

export const voucherGroupings = { day: '每天一张', month: '每月一张' } as const;
export type VoucherGrouping = keyof typeof voucherGroupings;
const grouping = z.enum(['day', 'month']);

export const voucherFormats = { yonyou: '用友 U8/T+（文本）', kingdee: '金蝶 K/3、KIS（Excel）' } as const;
export type VoucherFormat = keyof typeof voucherFormats;

export const voucherLine = z.object({
  summary: z.string(),
  code: z.string(),
  name: z.string(),
  /** Two decimals, may be negative (red); empty on the other side. */
  debit: money.nullable(),
  credit: money.nullable(),
  /** Department, customer, project: 项目 001 翠湖花园. */
  auxiliaries: z.string(),
  /** What of the journal it sums up; null for tax, which is worked out. Without items and ways of paying: all of the account. */
  sumsUp: z.object({ account: z.string(), chargeItemIds: z.array(id), paymentMethodIds: z.array(id) }).nullable(),
});
export type VoucherLine = z.infer<typeof voucherLine>;

const voucherHead = {
  communityId: id,
  communityName: z.string(),
  kind: voucherKind,
  /** The voucher's date: the last of its days. */
  day,
  firstDay: day,
  lastDay: day,
  total: money,
};
const draftVoucher = z.object({ ...voucherHead, lines: z.array(voucherLine) });
export type DraftVoucher = z.infer<typeof draftVoucher>;

export const voucherRow = z.object({
  id,
  ...voucherHead,
  voucherBatchId: id,
  /** 记-0001; runs through the month. */
  number: z.string(),
  isVoided: z.boolean(),
});
export type VoucherRow = z.infer<typeof voucherRow>;

const rangeInput = { communityId: id.optional(), firstDay: day, lastDay: day, grouping };

export const previewVouchers = defineEndpoint({
  id: 'voucher.preview',
  method: 'GET',
  path: '/api/vouchers/preview',
  access: 'voucher.view',
  summary: '预览凭证，不生成；没有结账的日子也可以预览',
  tag,
  query: z.object(rangeInput),
  reply: z.object({
    vouchers: z.array(draftVoucher),
    /** Why they cannot be made now, in whole sentences; empty when they can. */
    obstacles: z.array(z.string()),
    /** Stands for these very vouchers. */
    hash: z.string(),
  }),
});

export const makeVouchers = defineEndpoint({
  id: 'voucher.make',
  method: 'POST',
  path: '/api/voucher-batches',
  access: 'voucher.make',
  summary: '为已结账的日子生成凭证；生成后不再改变',
  tag,
  body: z.object({
    ...rangeInput,
    /** `hash` of the preview looked at; refused when anything changed since. */
    expectedHash: z.string().max(64),
  }),
  reply: z.object({ batchIds: z.array(id), voucherCount: z.number() }),
});

export const listVouchers = defineEndpoint({
  id: 'voucher.list',
  method: 'GET',
  path: '/api/vouchers',
  access: 'voucher.view',
  summary: '凭证列表',
  tag,
  query: z.object({
    communityId: id.optional(),
    month: month.optional(),
    kind: voucherKind.optional(),
    voucherBatchId: id.optional(),
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ rows: z.array(voucherRow), total: z.number(), sum: money }),
});

export const getVoucher = defineEndpoint({
  id: 'voucher.get',
  method: 'GET',
  path: '/api/vouchers/:id',
  access: 'voucher.view',
  summary: '一张凭证和它的分录',
  tag,
  params: idParams,
  reply: voucherRow.extend({ lines: z.array(voucherLine) }),
});

export const voucherBatch = z.object({
  id,
  communityId: id,
  communityName: z.string(),
  firstDay: day,
  lastDay: day,
  grouping,
  voucherCount: z.number(),
  /** 记-0001 到 记-0012; empty when there is none. */
  numbers: z.string(),
  total: money,
  hash: z.string(),
  madeAt: instant,
  staffName: z.string(),
  voidedAt: instant.nullable(),
  voidedByName: z.string(),
  voidReason: z.string(),
});
export type VoucherBatch = z.infer<typeof voucherBatch>;

export const listVoucherBatches = defineEndpoint({
  id: 'voucherBatch.list',
  method: 'GET',
  path: '/api/voucher-batches',
  access: 'voucher.view',
  summary: '生成凭证的记录，最近的在前',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({
    rows: z.array(voucherBatch),
    /** Of every community seen: up to where it is closed, and the first day that has no vouchers yet. */
    communities: z.array(
      z.object({
        communityId: id,
        communityName: z.string(),
        closedUntil: day.nullable(),
        vouchersUntil: day.nullable(),
      }),
    ),
  }),
});

export const voidVoucherBatch = defineEndpoint({
  id: 'voucherBatch.void',
  method: 'POST',
  path: '/api/voucher-batches/:id/void',
  access: 'voucher.void',
  summary: '作废一批凭证；号码保留，这些日子可以重新生成',
  tag,
  params: idParams,
  body: z.object({ reason: z.string().trim().min(1, '请写明作废的原因').max(200) }),
  reply: ok,
});

export const exportVouchers = defineEndpoint({
  id: 'voucher.exportFile',
  method: 'POST',
  path: '/api/voucher-files',
  access: 'voucher.export',
  summary: '把已生成的凭证导出为用友或金蝶的导入文件',
  tag,
  body: z.object({
    voucherBatchIds: z.array(id).min(1).max(200),
    format: z.enum(['yonyou', 'kingdee']),
  }),
  reply: taskStarted,
});
