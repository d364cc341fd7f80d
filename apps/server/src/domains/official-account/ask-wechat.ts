import { channelLabels, officialAccountFail, type WechatAccountKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { callWithToken, type WechatReply } from '../../platform/messages/channels/access-token.ts';
import type { ChannelSetup, Outside } from '../../platform/messages/channels/channel.ts';
import { wechatTokens } from '../../platform/messages/channels/wechat.ts';
import { readChannel } from '../../platform/messages/read-channel.ts';
import { readAccountRow } from './account-row.ts';

/** How long WeChat's answer is waited for. */
export const answerMs = 10_000;

const host = 'api.weixin.qq.com';

/** What WeChat's codes mean for whoever runs the account; others are shown with WeChat's own words. */
const codeWords: Readonly<Record<number, string>> = {
  [-1]: '微信系统繁忙，请稍候再试',
  40001: 'AppSecret 不对，请到“消息渠道”重新填写',
  40003: '这个人没有关注公众号，或不属于这个公众号',
  40013: 'AppID 不对，请到“消息渠道”核对',
  40016: '一级菜单的个数不对',
  40018: '菜单名称太长',
  40020: '菜单的网址太长',
  40023: '子菜单的个数不对',
  40025: '子菜单的名称太长',
  40027: '子菜单的网址太长',
  40033: '含有微信不接受的字符',
  40037: '模板编号不对，请从微信同步模板后重新选择',
  40054: '子菜单的网址微信不接受，请检查网址',
  40055: '菜单的网址微信不接受，请检查网址',
  40125: 'AppSecret 不对，请到“消息渠道”重新填写',
  40164: '本服务器的 IP 不在公众平台“IP 白名单”里，请添加后再试',
  43004: '需要对方先关注公众号',
  43101: '对方拒绝接收',
  45009: '今天调用微信的次数已用完，请明天再试',
  45011: '调用太频繁，请过一分钟再试',
  46003: '微信上没有菜单',
  47003: '字段内容不符合微信的规定，请核对字段对应',
  48001: '公众号没有这项权限：服务号须先通过微信认证',
  48004: '公众号的这项功能被微信封禁，请登录公众平台查看',
  50002: '公众号被限制，请登录公众平台查看',
  65303: '还没有默认菜单',
};

export function wechatWords({ errcode = 0, errmsg = '' }: WechatReply): string {
  // The numbers WeChat puts behind its words are of no use to anybody here.
  const said = errmsg.replace(/\s*(rid|hint|hints):.*$/i, '').slice(0, 200);
  return codeWords[errcode] === undefined
    ? `${said || '没有说明原因'}（${errcode}）`
    : `${codeWords[errcode]}（${errcode}）`;
}

/** AppID and AppSecret of the company's 公众号 or mini-program. Error: officialAccount.noChannel (409). */
export async function readWechat(ctx: Context, kind: WechatAccountKind = 'wechat'): Promise<ChannelSetup> {
  const setup = await readChannel(ctx, kind);
  if (!setup?.settings.appId || !setup.secrets.appSecret)
    throw officialAccountFail('officialAccount.noChannel', { account: channelLabels[kind] });
  return setup;
}

/** Address of the resident client's installation. Error: officialAccount.noSite (409). */
export async function readSite(ctx: Context): Promise<string> {
  const row = await readAccountRow(ctx);
  if (!row || row.site_url === '') throw officialAccountFail('officialAccount.noSite');
  return row.site_url;
}

/** One call as the account; nobody's transaction may be open. Throws what fetch throws where there is no answer. */
export function callWechat<Reply extends WechatReply>(
  setup: ChannelSetup,
  outside: Outside,
  path: string,
  body?: object,
): Promise<Reply | WechatReply> {
  const pathOf = (token: string) => `${path}${path.includes('?') ? '&' : '?'}access_token=${token}`;
  return callWithToken<Reply>(wechatTokens(setup), outside, host, pathOf, body);
}

/**
 * The same for a person who waits: an answer with a code of an error is an error with WeChat's reason.
 * Errors: officialAccount.refusedByWechat (422), officialAccount.silent (503).
 */
export async function askWechat<Reply extends WechatReply>(
  setup: ChannelSetup,
  outside: Outside,
  path: string,
  body?: object,
): Promise<Reply> {
  const reply = await callWechat<Reply>(setup, outside, path, body).catch(() => {
    throw officialAccountFail('officialAccount.silent');
  });
  if (reply.errcode) throw officialAccountFail('officialAccount.refusedByWechat', { reason: wechatWords(reply) });
  return reply as Reply;
}
