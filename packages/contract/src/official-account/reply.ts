import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, ok } from '../wire.ts';
import { residentFunctionKeys } from './functions.ts';

/** When the account answers by itself (CLI-3). */
export const replyMoments = { follow: '关注时', keyword: '关键词', default: '没有匹配时' } as const;
export type ReplyMoment = keyof typeof replyMoments;

export const keywordMatches = { exact: '完全一样', contains: '包含' } as const;

export const replyLink = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('function'), function: z.enum(residentFunctionKeys, '没有这个功能') }),
  z.strictObject({
    kind: z.literal('url'),
    url: z
      .string()
      .trim()
      .max(1000, '网址太长')
      .regex(/^https:\/\/[^\s"'<>\\]+$/, '网址应以 https:// 开头，不含空格'),
  }),
]);
export type ReplyLink = z.infer<typeof replyLink>;

export const replyContent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().trim().min(1, '请填写回复的文字').max(600, '文字最多 600 个字'),
    /** Links to functions, one a line under the text. */
    links: z.array(z.enum(residentFunctionKeys, '没有这个功能')).max(9, '最多 9 个链接'),
  }),
  z.strictObject({
    kind: z.literal('card'),
    title: z.string().trim().min(1, '请填写卡片标题').max(32, '标题最多 32 个字'),
    description: z.string().trim().max(100, '说明最多 100 个字'),
    /** Empty: without a picture. */
    pictureUrl: z
      .string()
      .trim()
      .max(500, '图片网址太长')
      .regex(/^(https:\/\/[^\s"'<>\\]+)?$/, '图片网址应以 https:// 开头'),
    link: replyLink,
  }),
]);
export type ReplyContent = z.infer<typeof replyContent>;

const keyword = z.strictObject({
  match: z.enum(['exact', 'contains']),
  text: z.string().trim().min(1, '请填写关键词').max(30, '关键词最多 30 个字'),
});
export type ReplyKeyword = z.infer<typeof keyword>;

export const mostReplies = 200;

const replyBody = z.strictObject({
  moment: z.enum(['follow', 'keyword', 'default']),
  /** Of a keyword reply: any of them; of the others none. */
  keywords: z.array(keyword).max(20, '每条最多 20 个关键词'),
  content: replyContent,
  isOn: z.boolean(),
});
export type OfficialReplyBody = z.infer<typeof replyBody>;

const replyView = replyBody.extend({ id, version: z.number() });
export type OfficialReplyView = z.infer<typeof replyView>;

const tag = '公众号';

export const listOfficialReplies = defineEndpoint({
  id: 'officialReply.list',
  method: 'GET',
  path: '/api/official-account/replies',
  access: 'officialAccount.view',
  summary: '公众号的自动回复，关键词的按先后',
  tag,
  reply: z.object({ rows: z.array(replyView) }),
});

export const createOfficialReply = defineEndpoint({
  id: 'officialReply.create',
  method: 'POST',
  path: '/api/official-account/replies',
  access: 'officialAccount.publish',
  summary: '新增一条自动回复',
  tag,
  body: replyBody,
  reply: created,
});

export const updateOfficialReply = defineEndpoint({
  id: 'officialReply.update',
  method: 'PUT',
  path: '/api/official-account/replies/:id',
  access: 'officialAccount.publish',
  summary: '修改一条自动回复',
  tag,
  params: idParams,
  body: replyBody.omit({ moment: true }).extend({ version: z.number().int().min(1).max(2_000_000_000) }),
  reply: ok,
});

export const deleteOfficialReply = defineEndpoint({
  id: 'officialReply.delete',
  method: 'DELETE',
  path: '/api/official-account/replies/:id',
  access: 'officialAccount.publish',
  summary: '删除一条自动回复',
  tag,
  params: idParams,
  reply: ok,
});

export const tryOfficialReply = defineEndpoint({
  id: 'officialReply.try',
  method: 'POST',
  path: '/api/official-account/replies/try',
  access: 'officialAccount.view',
  summary: '住户发来这句话，会回复什么',
  tag,
  body: z.strictObject({
    /** Null: somebody follows the account. */
    text: z.string().trim().min(1, '请输入一句话').max(200, '最多 200 个字').nullable(),
  }),
  reply: z.object({
    /** Null: nothing is answered. */
    replyId: id.nullable(),
    moment: z.enum(['follow', 'keyword', 'default']).nullable(),
    keyword: z.string().nullable(),
    content: replyContent.nullable(),
  }),
});
