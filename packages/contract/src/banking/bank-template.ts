import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, ok } from '../wire.ts';

/** What a column of a bank's file can hold, with its Chinese name. */
export const bankFields = {
  sequence: '序号',
  accountNumber: '账号',
  accountName: '户名',
  amount: '金额',
  reference: '流水号（我方）',
  purpose: '用途',
  batchNumber: '批次号',
  day: '日期',
  count: '总笔数',
  totalAmount: '总金额',
  companyAccount: '公司账号',
  resultCode: '结果代码',
  resultText: '结果说明',
  constant: '固定文字',
} as const;
export type BankFieldName = keyof typeof bankFields;

export const bankTemplateKinds = { fixedWidth: '定长（按字节）', separated: '分隔符' } as const;
export const bankEncodings = { gbk: 'GBK', utf8: 'UTF-8' } as const;
export const amountUnits = { fen: '分（整数）', yuan: '元（两位小数）' } as const;

const column = z.strictObject({
  field: z.enum(Object.keys(bankFields) as [BankFieldName, ...BankFieldName[]]),
  /** Of a constant. */
  text: z.string().max(60).optional(),
  /** Bytes; of fixed-width files. */
  width: z.int().min(1, '宽度至少 1 个字节').max(500, '宽度最多 500 个字节').optional(),
  align: z.enum(['left', 'right']).optional(),
  fill: z.enum(['0', ' ']).optional(),
});

const line = z.array(column).min(1, '每种行至少有一栏').max(60, '一行最多 60 栏');
const layout = z.strictObject({ header: line.nullable(), detail: line, trailer: line.nullable() });

/** How a bank wants its withholding file and how it answers (CSH-10). */
export const bankTemplateBody = z.strictObject({
  name: z.string().trim().min(1, '请填写模板名称').max(40, '名称最多 40 个字'),
  kind: z.enum(['fixedWidth', 'separated']),
  separator: z.string().max(3, '分隔符最多 3 个字符'),
  encoding: z.enum(['gbk', 'utf8']),
  lineEnd: z.enum(['\r\n', '\n']),
  amountUnit: z.enum(['fen', 'yuan']),
  file: layout,
  result: layout,
  /** Codes that mean the money was taken. */
  successCodes: z.array(z.string().trim().min(1).max(20)).min(1, '请填写表示扣款成功的代码').max(20),
  /** What the bank's other codes mean. */
  reasons: z.record(z.string().max(20), z.string().max(60)),
});
export type BankTemplateBody = z.infer<typeof bankTemplateBody>;

export const bankTemplateView = z.object({
  id,
  version: z.number(),
  isEnabled: z.boolean(),
  template: bankTemplateBody,
});
export type BankTemplateView = z.infer<typeof bankTemplateView>;

const shared = { tag: '银行代扣' } as const;

export const listBankTemplates = defineEndpoint({
  ...shared,
  id: 'bankTemplate.list',
  method: 'GET',
  path: '/api/bank-templates',
  access: 'bankTemplate.view',
  summary: '银行模板：代扣文件和结果文件的格式',
  reply: z.object({ rows: z.array(bankTemplateView) }),
});

export const createBankTemplate = defineEndpoint({
  ...shared,
  id: 'bankTemplate.create',
  method: 'POST',
  path: '/api/bank-templates',
  access: 'bankTemplate.edit',
  summary: '新增银行模板',
  body: bankTemplateBody,
  reply: created,
});

export const updateBankTemplate = defineEndpoint({
  ...shared,
  id: 'bankTemplate.update',
  method: 'PUT',
  path: '/api/bank-templates/:id',
  access: 'bankTemplate.edit',
  summary: '修改、停用银行模板；已做的批次不变',
  params: idParams,
  body: z.strictObject({ template: bankTemplateBody, isEnabled: z.boolean(), version: z.int() }),
  reply: ok,
});

export const previewBankTemplate = defineEndpoint({
  ...shared,
  id: 'bankTemplate.preview',
  method: 'POST',
  path: '/api/bank-templates/preview',
  access: 'bankTemplate.view',
  summary: '按模板写出一份示例文件',
  body: bankTemplateBody,
  reply: z.object({
    /** Lines of a made-up file of two accounts, and what does not fit. */
    lines: z.array(z.string()),
    problems: z.array(z.string()),
  }),
});
