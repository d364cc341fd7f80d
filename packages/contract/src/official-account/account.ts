import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, instant, ok } from '../wire.ts';

/** How WeChat sends messages; its compatible mode carries both and is taken as the safe one. */
export const pushModes = { plain: '明文模式', aes: '安全模式或兼容模式' } as const;
export type PushMode = keyof typeof pushModes;

/** Sealed in the database and never shown again. */
export const accountSecrets = ['token', 'encodingAesKey'] as const;

const tag = '公众号';
const shortText = z.string().trim().max(100, '最多 100 个字');

export const getOfficialAccount = defineEndpoint({
  id: 'officialAccount.get',
  method: 'GET',
  path: '/api/official-account',
  access: 'officialAccount.view',
  summary: '公众号的绑定（不含密钥）',
  tag,
  reply: z.object({
    /** Of the message channel 公众号, which has AppID and AppSecret; empty: not set. */
    appId: z.string(),
    isChannelOn: z.boolean(),
    name: z.string(),
    /** `gh_…`; empty: not checked. */
    originalId: z.string(),
    mode: z.enum(['plain', 'aes']),
    siteUrl: z.string(),
    isOn: z.boolean(),
    /** Which secrets are kept and readable; their values never leave the server. */
    keptSecrets: z.array(z.enum(accountSecrets)),
    callbackPath: z.string(),
    version: z.number(),
    /** When WeChat last proved the address, sent a message, and was refused. */
    verifiedAt: instant.nullable(),
    pushedAt: instant.nullable(),
    refusedAt: instant.nullable(),
    refusal: z.string(),
    followers: z.number(),
    bound: z.number(),
  }),
});

export const saveOfficialAccount = defineEndpoint({
  id: 'officialAccount.save',
  method: 'PUT',
  path: '/api/official-account',
  access: 'officialAccount.edit',
  summary: '设置公众号的消息推送；未给出的密钥保持不变',
  tag,
  body: z.strictObject({
    name: shortText,
    originalId: shortText,
    mode: z.enum(['plain', 'aes']),
    siteUrl: z.string().trim().max(200, '网址太长'),
    isOn: z.boolean(),
    token: shortText,
    encodingAesKey: shortText,
    version: z.number().int().min(0).max(2_000_000_000),
  }),
  reply: ok,
});

const check = z.object({
  label: z.string(),
  state: z.enum(['good', 'bad', 'unknown']),
  /** What was found and, where it is bad, what to do. */
  text: z.string(),
});
export type AccountCheck = z.infer<typeof check>;

export const testOfficialAccount = defineEndpoint({
  id: 'officialAccount.test',
  method: 'POST',
  path: '/api/official-account/test',
  access: 'officialAccount.edit',
  summary: '逐项检查公众号的绑定，说明哪里不对',
  tag,
  reply: z.object({ checks: z.array(check) }),
});

const callbackPath = '/api/official-account-callbacks/:company';
const signed = {
  timestamp: z.string().max(20).optional(),
  nonce: z.string().max(200).optional(),
  signature: z.string().max(100).optional(),
};

/** WeChat proves once that the address is ours to answer. */
export const verifyOfficialAccount = defineEndpoint({
  id: 'officialAccount.verify',
  method: 'GET',
  path: callbackPath,
  access: 'public',
  summary: '微信验证消息推送的地址',
  tag,
  transport: 'raw',
  params: z.object({ company: id }),
  query: z.object({ ...signed, echostr: z.string().max(200).optional() }),
  reply: z.string(),
});

/** Where WeChat sends what followers say and do: raw bytes, because the signature is over them. */
export const receiveOfficialPush = defineEndpoint({
  id: 'officialAccount.receive',
  method: 'POST',
  path: callbackPath,
  access: 'public',
  summary: '微信推送公众号的消息和事件',
  tag,
  transport: 'raw',
  params: z.object({ company: id }),
  query: z.object({
    ...signed,
    encrypt_type: z.string().max(20).optional(),
    msg_signature: z.string().max(100).optional(),
    openid: z.string().max(100).optional(),
  }),
  reply: z.string(),
});
