import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { instant, ok } from '../wire.ts';

/** Ways a message reaches a person (PLT-14). */
export const channelLabels = {
  inApp: '站内消息',
  sms: '短信',
  email: '邮件',
  wecom: '企业微信',
  wechat: '公众号',
  miniProgram: '小程序',
} as const;
export type Channel = keyof typeof channelLabels;

/** Those that go through somebody else and must be set up. */
export const outsideChannels = ['sms', 'email', 'wecom', 'wechat', 'miniProgram'] as const;
export type OutsideChannel = (typeof outsideChannels)[number];

/** Staff are not known to the 公众号 or the mini-program, residents not to the back office or WeCom. */
export const staffChannels = ['inApp', 'sms', 'email', 'wecom'] as const satisfies readonly Channel[];
export const residentChannels = ['sms', 'wechat', 'miniProgram'] as const satisfies readonly Channel[];

export interface ChannelField {
  key: string;
  /** Chinese. */
  label: string;
  /** What is typed there, where to find it. */
  hint: string;
  isRequired: boolean;
  /** Sealed in the database and never shown again. */
  isSecret?: boolean;
  /** A choice instead of a text; the first is what holds until another is chosen. */
  choices?: Readonly<Record<string, string>>;
  /** Asked for by these providers alone; by all where it is left out. */
  providers?: readonly string[];
}

export interface ChannelForm {
  /** Providers to choose from: key and label. */
  providers: Readonly<Record<string, string>>;
  fields: readonly ChannelField[];
  /** Whether the provider wants a template of its own for each event. */
  hasTemplates: boolean;
  /** What the address of a test message is called. */
  addressLabel: string;
}

const need = (key: string, label: string, hint: string): ChannelField => ({ key, label, hint, isRequired: true });
const secret = (key: string, label: string, hint: string): ChannelField => ({
  ...need(key, label, hint),
  isSecret: true,
});
const may = (key: string, label: string, hint: string): ChannelField => ({ key, label, hint, isRequired: false });
const of = (provider: string, field: ChannelField): ChannelField => ({ ...field, providers: [provider] });
const siteUrl = may('siteUrl', '本系统的访问地址', '如 https://anlin.example.com；填写后消息可直接点开页面');

/** The fields a provider asks for. */
export function channelFields(channel: OutsideChannel, provider: string): readonly ChannelField[] {
  return channelForms[channel].fields.filter((field) => field.providers?.includes(provider) ?? true);
}

/** What each channel asks for; the settings page is drawn from it. */
export const channelForms: Readonly<Record<OutsideChannel, ChannelForm>> = {
  sms: {
    providers: { tencent: '腾讯云短信', aliyun: '阿里云短信', development: '只记录、不发送（演示用）' },
    fields: [
      of('tencent', need('secretId', 'SecretId', '腾讯云“访问管理 → API 密钥”')),
      of('tencent', secret('secretKey', 'SecretKey', '与 SecretId 成对')),
      of('tencent', need('sdkAppId', '短信应用编号', '短信控制台“应用管理”，如 1400006666')),
      of('aliyun', need('accessKeyId', 'AccessKey ID', '阿里云“RAM 访问控制 → 用户”，只授予短信服务的权限')),
      of('aliyun', secret('accessKeySecret', 'AccessKey Secret', '与 AccessKey ID 成对')),
      need('signName', '短信签名', '已审核通过的签名文字，不带括号'),
      of('tencent', need('region', '地域', '如 ap-guangzhou')),
    ],
    hasTemplates: true,
    addressLabel: '手机号',
  },
  email: {
    providers: { smtp: 'SMTP' },
    fields: [
      need('host', '服务器', '如 smtp.exmail.qq.com'),
      need('port', '端口', '465（加密）或 587'),
      need('user', '账号', '通常为完整邮箱地址'),
      secret('password', '密码或授权码', '邮箱后台生成的客户端授权码'),
      need('from', '发件人', '如 翠湖物业 <service@example.com>'),
      siteUrl,
    ],
    hasTemplates: false,
    addressLabel: '邮箱',
  },
  wecom: {
    providers: { wecom: '企业微信自建应用' },
    fields: [
      need('corpId', '企业 ID', '企业微信后台“我的企业”'),
      need('agentId', '应用 AgentId', '自建应用的详情页'),
      secret('secret', '应用 Secret', '自建应用的详情页'),
      siteUrl,
    ],
    hasTemplates: false,
    addressLabel: '企业微信账号（userid）',
  },
  wechat: {
    providers: { wechat: '微信公众号（服务号）' },
    fields: [
      need('appId', 'AppID', '公众平台“设置与开发 → 基本配置”；收款渠道里微信支付的 AppID 须与它相同'),
      secret('appSecret', 'AppSecret', '与 AppID 成对'),
      {
        ...may(
          'signsIn',
          '微信里免验证码登录',
          '开：住户在微信里用手机号登录过一次后，登录过期时由微信确认是同一个微信就直接进入；住户点“退出登录”即失效',
        ),
        choices: { off: '关', on: '开' },
      },
    ],
    hasTemplates: true,
    addressLabel: '用户 openid',
  },
  miniProgram: {
    providers: { miniProgram: '微信小程序' },
    fields: [
      need('appId', 'AppID', '小程序后台“开发管理”；收款渠道里微信支付的小程序 AppID 须与它相同'),
      secret('appSecret', 'AppSecret', '与 AppID 成对'),
    ],
    hasTemplates: true,
    addressLabel: '用户 openid',
  },
};

const channelKey = z.enum(outsideChannels);
const shortText = z.string().trim().max(300, '最多 300 个字');

/** The provider's template for one event: which of its fields takes which fact. Tencent counts its fields 1, 2, 3, others name them. */
export const templateMapping = z.object({
  templateId: z.string().trim().min(1, '请填写模板编号').max(100, '模板编号太长'),
  fields: z.record(z.string().max(30), z.string().trim().max(40)),
});
export type TemplateMapping = z.infer<typeof templateMapping>;

export const channelView = z.object({
  channel: channelKey,
  provider: z.string(),
  isOn: z.boolean(),
  settings: z.record(z.string(), z.string()),
  /** Secrets that are kept; their values never leave the server. */
  keptSecrets: z.array(z.string()),
  templates: z.record(z.string(), templateMapping),
  version: z.number(),
  updatedAt: instant.nullable(),
});
export type ChannelView = z.infer<typeof channelView>;

/** Events a template can be set for: their facts are what a template can show. */
const templateEvent = z.object({ kind: z.string(), name: z.string(), facts: z.array(z.string()) });

export const listChannels = defineEndpoint({
  id: 'messageChannel.list',
  method: 'GET',
  path: '/api/message-channels',
  access: 'messageChannel.view',
  summary: '消息渠道的设置（不含密钥）',
  tag: '消息',
  reply: z.object({ rows: z.array(channelView), events: z.array(templateEvent), isDemo: z.boolean() }),
});

export const saveChannel = defineEndpoint({
  id: 'messageChannel.save',
  method: 'PUT',
  path: '/api/message-channels/:channel',
  access: 'messageChannel.edit',
  summary: '设置一个消息渠道；未给出的密钥保持不变',
  tag: '消息',
  params: z.object({ channel: channelKey }),
  body: z.object({
    provider: z.string().max(30),
    isOn: z.boolean(),
    settings: z.record(z.string().max(30), shortText),
    secrets: z.record(z.string().max(30), shortText),
    templates: z.record(z.string().max(60), templateMapping),
    version: z.number().int().min(0).max(2_000_000_000),
  }),
  reply: ok,
});

export const testChannel = defineEndpoint({
  id: 'messageChannel.test',
  method: 'POST',
  path: '/api/message-channels/:channel/test',
  access: 'messageChannel.edit',
  summary: '用已保存的设置发一条测试消息，返回对方的应答',
  tag: '消息',
  params: z.object({ channel: channelKey }),
  body: z.object({ address: z.string().trim().min(1, '请填写接收地址').max(100, '接收地址太长') }),
  reply: z.object({ isSent: z.boolean(), code: z.string(), answer: z.string() }),
});
