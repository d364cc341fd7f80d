import { answerOfficialAccount, makeOfficialAccountDesk, type OfficialAccountDesk } from './official-account.ts';
import type { Call, Post, Provider, Reply } from './provider.ts';
import { makeTokenDesk } from './tokens.ts';
import { makeSubscriptionDesk, type SubscriptionDesk, sendSubscription } from './wechat-subscriptions.ts';

export interface WechatAccount {
  appId: string;
  secret: string;
}

interface TemplateMessage {
  touser?: string;
  template_id?: string;
  data?: Record<string, { value: string }>;
  client_msg_id?: string;
}

/** 公众号 template messages and mini-program subscription messages. Openids that begin with `o` exist. */
export function wechatProvider(
  accounts: readonly WechatAccount[],
): Provider & { desk: OfficialAccountDesk; subscriptions: SubscriptionDesk } {
  const desk = makeOfficialAccountDesk();
  const subscriptions = makeSubscriptionDesk();
  const tokens = makeTokenDesk();
  const seen = new Map<string, string>();
  const fail = (errcode: number, errmsg: string): Reply => ({ json: { errcode, errmsg } });
  const stableToken = ({ text }: Call): Reply => {
    const body = JSON.parse(text) as { grant_type?: string; appid?: string; secret?: string; force_refresh?: boolean };
    if (body.grant_type !== 'client_credential') return fail(40002, 'invalid grant_type');
    const account = accounts.find((one) => one.appId === body.appid);
    if (!account) return fail(40013, 'invalid appid');
    if (account.secret !== body.secret) return fail(40001, 'invalid credential, appsecret is wrong');
    return { json: { access_token: tokens.issue(account.appId, body.force_refresh ?? false), expires_in: 7200 } };
  };
  const send = (call: Call, post: Post): Reply => {
    const body = JSON.parse(call.text) as TemplateMessage;
    if (!body.touser?.startsWith('o')) return fail(40003, 'invalid openid');
    if (!body.template_id) return fail(40037, 'invalid template_id');
    const key = `${body.touser} ${body.client_msg_id}`;
    const earlier = body.client_msg_id ? seen.get(key) : undefined;
    if (earlier) return { json: { errcode: 0, errmsg: 'ok', msgid: Number(earlier) } };
    const text = Object.values(body.data ?? {})
      .map((one) => one.value)
      .join('；');
    const id = post.deliver({
      provider: 'wechat',
      to: body.touser,
      text,
      reference: body.client_msg_id ?? '',
      raw: body,
    });
    seen.set(key, id);
    return { json: { errcode: 0, errmsg: 'ok', msgid: Number(id) } };
  };
  return {
    desk,
    subscriptions,
    name: 'wechat',
    hosts: ['api.weixin.qq.com'],
    answer(call, post, fault) {
      if (call.path === '/cgi-bin/stable_token') return stableToken(call);
      if (fault === 'invalidToken') tokens.forgetAll();
      const appId = tokens.applicationOf(call.query.get('access_token'));
      if (!appId) return fail(40001, 'invalid credential, access_token is invalid');
      if (fault === 'rateLimit') return fail(45009, 'reach max api daily quota limit');
      if (call.path === '/cgi-bin/message/template/send') return send(call, post);
      if (call.path === '/cgi-bin/message/subscribe/send') return sendSubscription(call, post, subscriptions);
      if (call.path === '/wxaapi/newtmpl/gettemplate')
        return { json: { errcode: 0, errmsg: 'ok', data: subscriptions.templates } };
      return (
        answerOfficialAccount(call, desk.of(appId)) ?? { status: 404, json: { errcode: 404, errmsg: 'not found' } }
      );
    },
  };
}
