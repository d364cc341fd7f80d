import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { wechatAccounts } from '../household/wechat.ts';
import { templateMapping } from '../platform/message-channel.ts';
import { id, instant, ok } from '../wire.ts';

interface FieldRule {
  /** Chinese name of the kind. */
  label: string;
  /** Longest value in characters. */
  most: number;
  /** What a value must look like; absent: anything. */
  pattern?: RegExp;
  /** Takes out what the kind does not allow. */
  clean?: (value: string) => string;
  /** Whether the beginning of a value is still true: not of sums, numbers and days. */
  isCuttable?: false;
  /** Stands for nothing: WeChat refuses an empty value. Absent: an empty value can't be sent. */
  nothing?: string;
  hint: string;
}

const without = (pattern: RegExp) => (value: string) => value.replace(pattern, '');
/** `1幢1单元101室` is `1-1-101`: taken out without a trace, it would name another house. */
const dashed = (pattern: RegExp) => (value: string) => value.replace(pattern, '-').replace(/^-+|-+$/g, '');

/**
 * What WeChat takes in a field of a template, by the letters its name begins with (`thing1`). Source: developers.weixin.qq.com,
 * 订阅消息参数值内容限制说明; the same hold for templates of a 公众号.
 */
export const templateFieldRules: Readonly<Record<string, FieldRule>> = {
  thing: { label: '事物', most: 20, nothing: '无', hint: '20 个字以内' },
  short_thing: { label: '短事物', most: 5, nothing: '无', hint: '5 个字以内' },
  character_string: {
    label: '字符串',
    most: 32,
    pattern: /^[\x21-\x7e]*$/,
    clean: dashed(/[^\x21-\x7e]+/g),
    nothing: '-',
    hint: '32 位以内的数字、字母或符号，不能有汉字',
  },
  amount: {
    label: '金额',
    most: 14,
    pattern: /^[¥￥$]?(?=[\d.]{1,11}元?$)\d{1,10}(\.\d{1,2})?元?$/,
    clean: without(/[,\s]/g),
    isCuttable: false,
    hint: '10 位以内的数字，可带“元”',
  },
  number: { label: '数字', most: 32, pattern: /^\d+(\.\d+)?$/, isCuttable: false, hint: '只能是数字' },
  letter: { label: '字母', most: 32, pattern: /^[A-Za-z]+$/, hint: '只能是字母' },
  symbol: { label: '符号', most: 5, pattern: /^[^\w\u4e00-\u9fff]+$/, hint: '5 个以内的符号' },
  time: {
    label: '时间',
    most: 40,
    pattern: /^\d[\d年月日:：/.\s~-]*$/,
    isCuttable: false,
    hint: '如 2026-12-31 或 15:01',
  },
  date: {
    label: '日期',
    most: 40,
    pattern: /^\d{2,4}[-/.年]\d{1,2}[\d年月日:：/.\s~-]*$/,
    isCuttable: false,
    hint: '如 2026-12-31',
  },
  phone_number: {
    label: '电话',
    most: 17,
    pattern: /^[\d+-]+$/,
    clean: dashed(/[^\d+-]+/g),
    isCuttable: false,
    nothing: '-',
    hint: '17 位以内的号码',
  },
  car_number: {
    label: '车牌',
    most: 8,
    pattern: /^[\u4e00-\u9fffA-Za-z0-9][A-Za-z0-9]*[\u4e00-\u9fffA-Za-z0-9]?$/,
    clean: without(/[^\u4e00-\u9fffA-Za-z0-9]/g),
    isCuttable: false,
    hint: '8 位以内',
  },
  name: {
    label: '姓名',
    most: 10,
    pattern: /^[^\d]+$/,
    clean: without(/\d/g),
    nothing: '无',
    hint: '10 个字以内，不能有数字',
  },
  phrase: {
    label: '汉字',
    most: 5,
    pattern: /^[\u4e00-\u9fff]*$/,
    clean: without(/[^\u4e00-\u9fff]/g),
    nothing: '无',
    hint: '5 个以内的汉字',
  },
  enum: { label: '固定内容', most: 20, isCuttable: false, hint: '只能是申请模板时定下的几种内容' },
  const: { label: '固定内容', most: 20, isCuttable: false, hint: '只能是申请模板时定下的几种内容' },
};
const plainRule: FieldRule = { label: '内容', most: 200, hint: '' };

/** Rule of a field; those of older templates (`keyword1`, `first`) take any text. */
export function templateFieldRule(field: string): FieldRule {
  return templateFieldRules[field.replace(/\d+$/, '')] ?? plainRule;
}

interface FittedValue {
  /** As it is handed over. */
  value: string;
  /** What WeChat would say against it, or what is not shown of it; empty: nothing. */
  problem: string;
  /** WeChat would refuse the message for it. */
  isBad: boolean;
}

/**
 * The value as it is handed over: on one line, without what the kind of field does not allow, and cut to its length where the
 * beginning is still true. A sum or a day is never cut.
 */
export function fitTemplateValue(field: string, value: string): FittedValue {
  const rule = templateFieldRule(field);
  const line = value.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const clean = rule.clean?.(line) ?? line;
  const whole = line === '' ? (rule.nothing ?? '') : clean;
  const bad = (problem: string): FittedValue => ({ value: whole, problem, isBad: true });
  if (line === '' && whole === '') return bad('没有内容');
  const letters = [...whole];
  const cut = letters.slice(0, rule.most).join('');
  const isTooLong = letters.length > rule.most;
  if (whole === '' || (isTooLong && rule.isCuttable === false) || (rule.pattern && !rule.pattern.test(cut)))
    return bad(`“${rule.label}”字段：${rule.hint}`);
  const problem = isTooLong ? `超过 ${rule.most} 个字，后面的不显示` : clean === line ? '' : '去掉了微信不接受的字符';
  return { value: cut, problem, isBad: false };
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
  /** Whether the company tells residents by this channel; null: chosen elsewhere, as in 催缴. */
  isTold: z.boolean().nullable(),
  /** Messages residents have agreed to and not had yet; of a 公众号, which needs no agreement, 0. */
  agreed: z.number(),
});

const tag = '公众号';

/** The 公众号, or the mini-program with its subscription messages. */
const account = z.object({ account: z.enum(wechatAccounts).default('wechat') });

export const listOfficialTemplates = defineEndpoint({
  id: 'officialTemplate.list',
  method: 'GET',
  path: '/api/official-account/templates',
  access: 'officialAccount.view',
  summary: '公众号或小程序的模板，以及每种通知用哪个',
  tag,
  query: account,
  reply: z.object({
    events: z.array(residentEvent),
    templates: z.array(officialTemplateView),
    syncedAt: instant.nullable(),
    mappings: z.record(z.string(), templateMapping),
    /** Of the message channel; 0: not set. */
    version: z.number(),
  }),
});

export const syncOfficialTemplates = defineEndpoint({
  id: 'officialTemplate.sync',
  method: 'POST',
  path: '/api/official-account/templates/sync',
  access: 'officialAccount.edit',
  summary: '从微信读取公众号或小程序已添加的模板',
  tag,
  query: account,
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
  query: account,
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
  summary: '用示例内容向一位关注者试发公众号消息',
  tag,
  params: z.object({ kind: z.string().max(60) }),
  body: z.strictObject({ followerId: id }),
  reply: z.object({ isSent: z.boolean(), code: z.string(), answer: z.string() }),
});

export const listSubscribers = defineEndpoint({
  id: 'subscriber.list',
  method: 'GET',
  path: '/api/official-account/templates/:kind/subscribers',
  access: 'officialAccount.view',
  summary: '在小程序里订阅了一种通知、还能收到的住户',
  tag,
  params: z.object({ kind: z.string().max(60) }),
  reply: z.object({
    /** Of the WeChat account; the latest to agree first, 100 at most. */
    rows: z.array(z.object({ id, residentName: z.string(), agreed: z.number() })),
  }),
});

export const testSubscription = defineEndpoint({
  id: 'subscriber.test',
  method: 'POST',
  path: '/api/official-account/templates/:kind/subscribers/test',
  access: 'officialAccount.edit',
  summary: '用示例内容向一位订阅者试发小程序消息，用掉其一次订阅',
  tag,
  params: z.object({ kind: z.string().max(60) }),
  body: z.strictObject({ subscriberId: id }),
  reply: z.object({ isSent: z.boolean(), code: z.string(), answer: z.string() }),
});
