import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { code, state } from '../household/wechat-code.ts';
import { ok } from '../wire.ts';

const tag = '收款码（公开）';
const token = z.string().regex(/^[\w-]{43}\.[\w-]{43}$/, '收款码地址不完整');

export const startCollectAuthorisation = defineEndpoint({
  id: 'collect.startWechat',
  method: 'POST',
  path: '/api/collect/:token/wechat',
  access: 'public',
  summary: '在微信里扫收款码：去微信的地址；不需要或没有接通公众号时为空',
  tag,
  params: z.object({ token }),
  reply: z.object({ url: z.string().nullable() }),
});

export const takeCollectCode = defineEndpoint({
  id: 'collect.takeWechatCode',
  method: 'POST',
  path: '/api/collect/:token/wechat/code',
  access: 'public',
  summary: '在微信里扫收款码：交回 code 和 state，供这次付款使用',
  tag,
  params: z.object({ token }),
  body: z.strictObject({ code, state }),
  reply: ok,
});

export const takeCollectMiniProgramCode = defineEndpoint({
  id: 'collect.takeMiniProgramCode',
  method: 'POST',
  path: '/api/collect/:token/wechat/mini-program-code',
  access: 'public',
  summary: '在小程序里扫收款码：交回 wx.login 的 code，供这次付款使用',
  tag,
  params: z.object({ token }),
  body: z.strictObject({ code }),
  reply: ok,
});
