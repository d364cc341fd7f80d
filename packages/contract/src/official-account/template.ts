import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { templateMapping } from '../platform/message-channel.ts';
import { id, instant, ok } from '../wire.ts';

interface FieldRule {
  /** Chinese name of the kind. */
  label: string;
  /** Longest value in characters. */
  most: number;
  /** What a value must look like; absent: anything. */
  pattern?: RegExp;
  hint: string;
}

/** What WeChat takes in a field of a template, by the letters its name begins with (`thing1`). */
export const templateFieldRules: Readonly<Record<string, FieldRule>> = {
  thing: { label: '事物', most: 20, hint: '20 个字以内' },
  short_thing: { label: '短事物', most: 5, hint: '5 个字以内' },
  character_string: {
    label: '字符串',
    most: 32,
    pattern: /^[\x21-\x7e]*$/,
    hint: '32 位以内的数字、字母或符号，不能有汉字',
  },
  amount: { label: '金额', most: 10, pattern: /^[¥￥]?\d{1,8}(\.\d{1,2})?元?$/, hint: '数字，可带“元”' },
  number: { label: '数字', most: 32, pattern: /^\d+(\.\d+)?$/, hint: '只能是数字' },
  letter: { label: '字母', most: 32, pattern: /^[A-Za-z]+$/, hint: '只能是字母' },
  time: { label: '时间', most: 20, pattern: /\d/, hint: '如 2026-12-31 或 15:01' },
  date: { label: '日期', most: 20, pattern: /^\d{4}[-年]\d{1,2}[-月]\d{1,2}/, hint: '如 2026-12-31' },
  phone_number: { label: '电话', most: 17, pattern: /^[\d+-]+$/, hint: '17 位以内的号码' },
  car_number: { label: '车牌', most: 8, hint: '8 位以内' },
  name: { label: '姓名', most: 10, hint: '10 个字以内' },
  phrase: { label: '汉字', most: 5, pattern: /^[\u4e00-\u9fff]*$/, hint: '5 个以内的汉字' },
  const: { label: '固定内容', most: 20, hint: '只能是申请模板时定下的几种内容' },
};
const plainRule: FieldRule = { label: '内容', most: 200, hint: '' };

/** Rule of a field; those of older templates (`keyword1`, `first`) take any text. */
export function templateFieldRule(field: string): FieldRule {
  return templateFieldRules[field.replace(/\d+$/, '')] ?? plainRule;
}

/** The value as it is handed over, and what WeChat would say against it; empty: nothing. */
export function fitTemplateValue(field: string, value: string): { value: string; problem: string } {
  const rule = templateFieldRule(field);
  const cut = [...value].slice(0, rule.most).join('');
  if (cut === '') return { value: cut, problem: '没有内容' };
  if (rule.pattern && !rule.pattern.test(cut)) return { value: cut, problem: `“${rule.label}”字段：${rule.hint}` };
  return { value: cut, problem: cut === value ? '' : `超过 ${rule.most} 个字，后面的不显示` };
}

export const officialTemplateView = z.object({
  templateId: z.string(),
  title: z.string(),
  /** Fields in their order, with the words before them. */
  fields: z.array(z.object({ field: z.string(), label: z.string() })),
  example: z.string(),
});
export type OfficialTemplateView = z.infer<typeof officialTemplateView>;

const residentEvent = z.object({
  kind: z.string(),
  name: z.string(),
  help: z.string(),
  /** What it can show, with an example of each. */
  facts: z.array(z.object({ name: z.string(), sample: z.string() })),
  /** Whether the company tells residents by 公众号; null: chosen elsewhere, as in 催缴. */
  isTold: z.boolean().nullable(),
});

const tag = '公众号';

export const listOfficialTemplates = defineEndpoint({
  id: 'officialTemplate.list',
  method: 'GET',
  path: '/api/official-account/templates',
  access: 'officialAccount.view',
  summary: '公众号的模板，以及每种通知用哪个',
  tag,
  reply: z.object({
    events: z.array(residentEvent),
    templates: z.array(officialTemplateView),
    syncedAt: instant.nullable(),
    mappings: z.record(z.string(), templateMapping),
    /** Of the message channel 公众号; 0: not set. */
    version: z.number(),
  }),
});

export const syncOfficialTemplates = defineEndpoint({
  id: 'officialTemplate.sync',
  method: 'POST',
  path: '/api/official-account/templates/sync',
  access: 'officialAccount.edit',
  summary: '从微信读取公众号已添加的模板',
  tag,
  reply: z.object({ count: z.number() }),
});

export const saveOfficialTemplate = defineEndpoint({
  id: 'officialTemplate.save',
  method: 'PUT',
  path: '/api/official-account/templates/:kind',
  access: 'officialAccount.edit',
  summary: '一种通知用哪个模板、各字段填什么；空为不用',
  tag,
  params: z.object({ kind: z.string().max(60) }),
  body: z.strictObject({
    mapping: templateMapping.nullable(),
    version: z.number().int().min(0).max(2_000_000_000),
  }),
  reply: ok,
});

export const testOfficialTemplate = defineEndpoint({
  id: 'officialTemplate.test',
  method: 'POST',
  path: '/api/official-account/templates/:kind/test',
  access: 'officialAccount.edit',
  summary: '用示例内容向一位关注者试发',
  tag,
  params: z.object({ kind: z.string().max(60) }),
  body: z.strictObject({ followerId: id }),
  reply: z.object({ isSent: z.boolean(), code: z.string(), answer: z.string() }),
});
