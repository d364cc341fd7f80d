import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, ok } from '../wire.ts';

/** Papers whose pattern a company writes itself, as they are called. */
export const numberedPapers = { receipt: '收据', refund: '退款单' } as const;
export type NumberedPaper = keyof typeof numberedPapers;

/** What stands in a pattern of numbers (PLT-16) and what is printed in its place. */
export const numberPlaceholders: Readonly<Record<string, string>> = {
  '{community}': '小区编码',
  '{yyyy}': '四位年份',
  '{yy}': '两位年份',
  '{mm}': '两位月份',
  '{dd}': '两位日期',
  '{seq:6}': '流水号，6 是最少位数，可写 3 到 10',
};

const longestPattern = 40;

/**
 * What is wrong with a pattern, as a sentence for the person who types it; null when nothing is.
 *
 * The running number must be the last digits of the text and not touch other digits: then every text is read back in
 * one way only, and two patterns can't write the same number unless they share the running number too.
 */
export function numberPatternProblem(pattern: string): string | null {
  if (pattern === '') return '请填写编号规则';
  if (pattern.length > longestPattern) return `编号规则最多 ${longestPattern} 个字符`;
  if (/[\p{C}\p{Z}]/u.test(pattern)) return '编号规则不能含空格、换行等看不见的字符';
  if (/(?![0-9])\p{N}/u.test(pattern)) return '编号规则中的数字请用半角 0 到 9';
  const sequences = [...pattern.matchAll(/\{seq:(\d{1,2})\}/g)];
  if (sequences.length !== 1) return '编号规则须有且只有一个流水号，如 {seq:6}';
  const sequence = sequences[0]!;
  const digits = Number(sequence[1]);
  if (digits < 3 || digits > 10) return '流水号的位数应为 3 到 10，如 {seq:6}';
  const unknown = pattern.replace(/\{(community|yyyy|yy|mm|dd|seq:\d{1,2})\}/g, '');
  if (/[{}]/.test(unknown)) return '大括号中只能写 community、yyyy、yy、mm、dd 和 seq:位数';
  if (!pattern.includes('{community}')) return '编号规则须含小区编码 {community}，否则不同小区的单据会同号';
  const before = pattern.slice(0, sequence.index);
  if (!/[^0-9}]$/.test(before)) return '流水号前面须有一个不是数字的字符，如 - ，以免与前面的数字连在一起';
  if (/[0-9{]/.test(pattern.slice(sequence.index + sequence[0].length)))
    return '流水号后面不能再有数字或其他占位，请把流水号放在最后';
  return null;
}

/**
 * Whether two patterns may write the same number: they are the same but for the digits of the running number.
 * Receipts and refunds count apart, so such patterns would give two papers one number.
 */
export function writesSameNumbers(left: string, right: string): boolean {
  const frame = (text: string) => text.replace(/\{seq:\d{1,2}\}/, '{seq}');
  return frame(left) === frame(right);
}

/** Text as typed; refused with the sentence of `numberPatternProblem`. */
const pattern = z.string().superRefine((text, issues) => {
  const message = numberPatternProblem(text);
  if (message !== null) issues.addIssue({ code: 'custom', message });
});

const paper = z.enum(['receipt', 'refund'], '请选择单据');

const numberPatternView = z.object({
  /** The community's. */
  id,
  paper,
  communityName: z.string(),
  communityCode: z.string(),
  pattern: z.string(),
  /** The paper numbered last; null before the first. */
  lastNumber: z.string().nullable(),
  /** What the next paper of today would bear. */
  nextNumber: z.string(),
  /** The community's. */
  version: z.number().int(),
});
export type NumberPatternView = z.infer<typeof numberPatternView>;

export const listNumberPatterns = defineEndpoint({
  id: 'numberPattern.list',
  method: 'GET',
  path: '/api/number-patterns',
  access: 'numberPattern.edit',
  summary: '各小区的收据、退款单编号规则',
  tag: '收款',
  reply: z.object({ rows: z.array(numberPatternView) }),
});

export const previewNumberPattern = defineEndpoint({
  id: 'numberPattern.preview',
  method: 'GET',
  path: '/api/number-patterns/:id/preview',
  access: 'numberPattern.edit',
  summary: '按某规则，今天接下来的三个号',
  tag: '收款',
  params: idParams,
  query: z.object({ paper: paper.default('receipt'), pattern }),
  reply: z.object({ numbers: z.array(z.string()) }),
});

export const changeNumberPattern = defineEndpoint({
  id: 'numberPattern.change',
  method: 'PUT',
  path: '/api/number-patterns/:id',
  access: 'numberPattern.edit',
  summary: '修改小区的收据或退款单编号规则；已开出的不变',
  tag: '收款',
  params: idParams,
  body: z.object({ paper: paper.default('receipt'), pattern, version: z.number().int() }),
  reply: ok,
});
