import { callWithToken, type TokenSource, type WechatReply } from './access-token.ts';
import {
  type Answer,
  type ChannelAdapter,
  type ChannelSetup,
  type Outgoing,
  type Outside,
  unreachable,
} from './channel.ts';
import { callProvider } from './http-call.ts';
import { judge } from './wechat.ts';

/** WeCom's server API (developer.work.weixin.qq.com): gettoken, message/send, auth/getuserinfo. */

const host = 'qyapi.weixin.qq.com';
/** The longest time WeCom keeps the same content from the same receiver, in seconds. */
const duplicateCheckSeconds = 14_400;

const wecomTokens = ({ settings, secrets }: ChannelSetup): TokenSource => ({
  key: `wecom ${settings.corpId} ${secrets.secret}`,
  fetchToken: (outside) =>
    callProvider(
      outside,
      host,
      `/cgi-bin/gettoken?corpid=${encodeURIComponent(settings.corpId ?? '')}&corpsecret=${encodeURIComponent(secrets.secret ?? '')}`,
    ),
});

/** Calls WeCom with the company's token; the path has no `access_token` yet. */
export function callWecom<Reply extends WechatReply>(
  setup: ChannelSetup,
  outside: Outside,
  path: string,
  query: Readonly<Record<string, string>> = {},
  body?: object,
): Promise<Reply | WechatReply> {
  const rest = Object.entries(query).map(([key, value]) => `&${key}=${encodeURIComponent(value)}`);
  return callWithToken<Reply>(
    wecomTokens(setup),
    outside,
    host,
    (token) => `${path}?access_token=${token}${rest.join('')}`,
    body,
  );
}

/**
 * An application message. WeCom drops the same request to the same person within four hours; the delivery's number makes
 * two messages of the same words two, and one message handed over twice one.
 */
export const wecomAdapter: ChannelAdapter = {
  async send(setup, message, outside) {
    if (isExternalContact(message.address)) return sendToContact(setup, message, outside);
    const site = (setup.settings.siteUrl ?? '').replace(/\/+$/, '');
    const number = message.deliveryId.slice(-8);
    const url = message.url ?? (site === '' ? '' : `${site}${message.link || '/messages'}`);
    const content =
      url === ''
        ? {
            msgtype: 'text',
            text: { content: [message.title, message.body, `编号 ${number}`].filter(Boolean).join('\n') },
          }
        : {
            msgtype: 'textcard',
            textcard: {
              title: message.title.slice(0, 42),
              description: `${message.body || message.title}\n编号 ${number}`,
              url,
              btntxt: '查看',
            },
          };
    const body = {
      touser: message.address,
      agentid: Number(setup.settings.agentId),
      ...content,
      enable_duplicate_check: 1,
      duplicate_check_interval: duplicateCheckSeconds,
    };
    return callWecom<SendReply>(setup, outside, '/cgi-bin/message/send', {}, body).then(judgeSend, unreachable);
  },
};

/** 外部联系人: an account of WeChat (wm) or of another company (wo), 32 characters. */
const isExternalContact = (address: string) => /^w[mo][\w-]{30}$/.test(address);

interface ContactReply extends WechatReply {
  fail_list?: string[];
  msgid?: string;
}

/**
 * To a customer outside the company (externalcontact/add_msg_template, 企业群发): WeCom asks the colleague who keeps the contact to send
 * it, and the address is refused when nobody does.
 */
async function sendToContact(setup: ChannelSetup, message: Outgoing, outside: Outside): Promise<Answer> {
  const text = [message.title, message.body].filter(Boolean).join('\n');
  const link = { title: message.title.slice(0, 42), desc: message.body.slice(0, 170), url: message.url ?? '' };
  const body = {
    chat_type: 'single',
    external_userid: [message.address],
    text: { content: text },
    ...(message.url ? { attachments: [{ msgtype: 'link', link }] } : {}),
  };
  const path = '/cgi-bin/externalcontact/add_msg_template';
  return callWecom<ContactReply>(setup, outside, path, {}, body).then((reply: ContactReply) => {
    if (!reply.fail_list?.includes(message.address)) return judge(reply);
    return { outcome: 'refused', code: 'fail_list', answer: '没有同事在企业微信里加这位外部联系人为好友，发不出去' };
  }, unreachable);
}

interface SendReply extends WechatReply {
  msgid?: string;
  invaliduser?: string;
}

/** An unknown receiver is named beside `errcode` 0. */
function judgeSend(reply: SendReply): Answer {
  const answer = judge(reply);
  if (answer.outcome !== 'sent' || !reply.invaliduser) return answer;
  return { outcome: 'refused', code: 'invaliduser', answer: `企业微信不认识账号 ${reply.invaliduser}` };
}
