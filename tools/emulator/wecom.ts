import { randomBytes } from 'node:crypto';
import type { Call, Post, Provider, Reply } from './provider.ts';
import { makeTokenDesk } from './tokens.ts';

export interface WecomCorporation {
  corpId: string;
  secret: string;
  agentId: string;
  users: { userid: string; name: string; mobile: string; department: number[]; position: string }[];
  /** Customers outside the company, and who of it keeps them; nobody: gone. */
  contacts: { externalUserid: string; follower: string | null }[];
  departments: { id: number; name: string; parentid: number }[];
}

/** WeCom: token, application messages with the duplicate check, sign-in by browser, directory. */
export function wecomProvider(corporation: WecomCorporation): Provider {
  const tokens = makeTokenDesk();
  const seen = new Map<string, string>();
  const codes = new Map<string, string>();
  const fail = (errcode: number, errmsg: string): Reply => ({ json: { errcode, errmsg } });
  const ok = (rest: object): Reply => ({ json: { errcode: 0, errmsg: 'ok', ...rest } });
  const getToken = ({ query }: Call): Reply => {
    if (query.get('corpid') !== corporation.corpId) return fail(40013, 'invalid corpid');
    if (query.get('corpsecret') !== corporation.secret) return fail(40001, 'invalid credential');
    return ok({ access_token: tokens.issue(corporation.corpId, false), expires_in: 7200 });
  };
  const send = ({ text }: Call, post: Post): Reply => {
    const body = JSON.parse(text) as {
      touser?: string;
      agentid?: number;
      text?: { content: string };
      textcard?: { title: string; description: string };
      enable_duplicate_check?: number;
    };
    if (String(body.agentid) !== corporation.agentId) return fail(40056, 'invalid agentid');
    if (!corporation.users.some((one) => one.userid === body.touser))
      return ok({ invaliduser: body.touser ?? '', msgid: '' });
    const earlier = body.enable_duplicate_check === 1 ? seen.get(text) : undefined;
    if (earlier) return ok({ msgid: earlier });
    const words = body.text?.content ?? `${body.textcard?.title}\n${body.textcard?.description}`;
    const id = post.deliver({ provider: 'wecom', to: body.touser ?? '', text: words, reference: '', raw: body });
    seen.set(text, id);
    return ok({ msgid: id });
  };
  const sendToContacts = ({ text }: Call, post: Post): Reply => {
    const body = JSON.parse(text) as {
      external_userid?: string[];
      text?: { content: string };
      attachments?: { link?: { url: string } }[];
    };
    const wanted = body.external_userid ?? [];
    const kept = wanted.filter((id) =>
      corporation.contacts.some((one) => one.externalUserid === id && one.follower !== null),
    );
    const failed = wanted.filter((id) => !kept.includes(id));
    if (kept.length === 0) return { json: { errcode: 41048, errmsg: 'no customer to send', fail_list: failed } };
    const words = [body.text?.content, body.attachments?.[0]?.link?.url].filter(Boolean).join('\n');
    const ids = kept.map((to) => post.deliver({ provider: 'wecom', to, text: words, reference: '', raw: body }));
    return ok({ fail_list: failed, msgid: ids[0] });
  };
  /** A page where a person of the corporation chooses who they are, as the phone would after scanning. */
  const authorizePage = ({ query, path }: Call): Reply => {
    const [redirect, state] = [query.get('redirect_uri') ?? '', query.get('state') ?? ''];
    if (query.get('appid') !== corporation.corpId) return { status: 400, html: '企业不存在' };
    const links = corporation.users.map(({ userid, name }) => {
      const code = randomBytes(16).toString('base64url');
      codes.set(code, userid);
      return `<li><a href="${redirect}?${new URLSearchParams({ code, state }).toString().replaceAll('&', '&amp;')}">${name}</a></li>`;
    });
    return {
      html: `<!doctype html><meta charset="utf-8"><title>企业微信登录</title><h1>企业微信登录</h1><p>${path}</p><ul>${links.join('')}</ul>`,
    };
  };
  const whoIs = ({ query }: Call): Reply => {
    const code = query.get('code') ?? '';
    const userid = codes.get(code);
    codes.delete(code);
    return userid ? ok({ userid }) : fail(40029, 'invalid code');
  };
  const answerWithToken = (call: Call, post: Post): Reply => {
    switch (call.path) {
      case '/cgi-bin/message/send':
        return send(call, post);
      case '/cgi-bin/externalcontact/add_msg_template':
        return sendToContacts(call, post);
      case '/cgi-bin/auth/getuserinfo':
        return whoIs(call);
      case '/cgi-bin/department/list':
        return ok({ department: corporation.departments });
      case '/cgi-bin/user/list':
        return ok({
          userlist: corporation.users.filter((one) => one.department.includes(Number(call.query.get('department_id')))),
        });
      case '/cgi-bin/user/get': {
        const user = corporation.users.find((one) => one.userid === call.query.get('userid'));
        return user ? ok(user) : fail(60111, 'userid not found');
      }
      default:
        return { status: 404, json: { errcode: 404, errmsg: 'not found' } };
    }
  };
  return {
    name: 'wecom',
    hosts: ['qyapi.weixin.qq.com', 'login.work.weixin.qq.com', 'open.weixin.qq.com'],
    answer(call, post, fault) {
      if (call.path === '/wwlogin/sso/login' || call.path === '/connect/oauth2/authorize') return authorizePage(call);
      if (call.path === '/cgi-bin/gettoken') return getToken(call);
      if (fault === 'invalidToken') tokens.forgetAll();
      if (!tokens.applicationOf(call.query.get('access_token'))) return fail(42001, 'access_token expired');
      if (fault === 'rateLimit') return fail(45009, 'api freq out of limit');
      if (fault === 'noPermission') return fail(60011, 'no privilege to access/modify contact/party/agent');
      return answerWithToken(call, post);
    },
  };
}
