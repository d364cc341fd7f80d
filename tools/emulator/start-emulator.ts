import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { accountsPage } from './accounts-page.ts';
import { type AlipayAccount, type AlipayDesk, alipayAccount, alipayProvider } from './alipay.ts';
import { type AliyunSmsAccount, aliyunSmsProvider } from './aliyun-sms.ts';
import { type EInvoiceAccount, type EInvoiceDesk, eInvoiceProvider } from './e-invoice.ts';
import { type EmulatorClock, makeEmulatorClock } from './emulator-clock.ts';
import { type FaultKind, type FaultPlan, faultKinds, makeFaultPlan } from './faults.ts';
import { makeNoticeDesk, type NoticeDesk, type NoticeFault, noticeFaults } from './notices.ts';
import type { OfficialAccountDesk } from './official-account.ts';
import type { Arrived, Call, Post, Provider, Reply } from './provider.ts';
import { type MailAccount, startSmtp } from './smtp.ts';
import { type SmsAccount, tencentSmsProvider } from './tencent-sms.ts';
import { type UnionPayAccount, type UnionPayDesk, unionPayAccount, unionPayProvider } from './unionpay.ts';
import { type WechatAccount, wechatProvider } from './wechat.ts';
import { type WechatIdentityDesk, wechatIdentityProvider } from './wechat-identity.ts';
import { type WechatPayAccount, type WechatPayDesk, wechatPayAccount, wechatPayProvider } from './wechat-pay.ts';
import { type PushSetting, sendPush } from './wechat-push.ts';
import type { SubscriptionDesk } from './wechat-subscriptions.ts';
import { type WecomCorporation, wecomProvider } from './wecom.ts';

/** Accounts the emulator knows. Nothing of them exists anywhere else. */
export const emulatorAccounts = {
  sms: {
    secretId: 'AKIDemulator',
    secretKey: 'emulator-key',
    sdkAppId: '1400000001',
    signName: '安邻演示',
    templates: {
      '1001': '{1}是您的登录验证码，{2}分钟内有效。',
      '1002': '您的缴费{1}元已收到，收据号{2}。',
      '1003': '{1}',
    },
  } satisfies SmsAccount,
  aliyunSms: {
    accessKeyId: 'LTAIemulator',
    accessKeySecret: 'emulator-secret',
    signName: '安邻演示',
    templates: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the provider writes its places so.
      SMS_1001: '${code}是您的登录验证码，${minutes}分钟内有效。',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as above.
      SMS_1003: '收据${number}已撤销。',
    },
  } satisfies AliyunSmsAccount,
  email: { user: 'service@anlin.example', password: 'emulator-mail' } satisfies MailAccount,
  wechat: [
    { appId: 'wxemulator', secret: 'emulator-wechat' },
    { appId: 'wxminiprogram', secret: 'emulator-mini' },
  ] satisfies WechatAccount[],
  wecom: {
    corpId: 'wwemulator',
    secret: 'emulator-wecom',
    agentId: '1000002',
    contacts: [
      { externalUserid: 'wmEmulatorOwner00000000000000001', follower: 'lina' },
      { externalUserid: 'wmEmulatorGone000000000000000002', follower: null },
    ],
    departments: [
      { id: 1, name: '安居物业', parentid: 0 },
      { id: 2, name: '工程部', parentid: 1 },
      { id: 3, name: '客服部', parentid: 1 },
    ],
    users: [
      { userid: 'zhangwei', name: '张伟', mobile: '13900010001', department: [2], position: '工程主管' },
      { userid: 'lina', name: '李娜', mobile: '13900010002', department: [3], position: '客服' },
      { userid: 'stranger', name: '未登记员工', mobile: '13900010003', department: [3], position: '' },
    ],
  } satisfies WecomCorporation,
  /** 标准开票接口 at invoice.emulator.example. */
  eInvoice: { appKey: 'emulator', secret: 'emulator-invoice' } satisfies EInvoiceAccount,
  /** In public-key mode or in certificate mode, as the settings say. */
  alipay: alipayAccount() satisfies AlipayAccount,
  unionPay: unionPayAccount() satisfies UnionPayAccount,
  /** By public key or by platform certificate, as the settings say. */
  wechatPay: wechatPayAccount() satisfies WechatPayAccount,
};

export interface Emulator {
  /** What ANLIN_EMULATOR is set to. */
  url: string;
  smtpPort: number;
  arrived: Arrived[];
  faults: FaultPlan;
  eInvoice: EInvoiceDesk;
  alipay: AlipayDesk;
  unionPay: UnionPayDesk;
  wechatPay: WechatPayDesk;
  wechatIdentity: WechatIdentityDesk;
  officialAccount: OfficialAccountDesk;
  subscriptions: SubscriptionDesk;
  /** Messages of payment channels to the merchant. */
  notices: NoticeDesk;
  /** The time at the payment channels. */
  clock: EmulatorClock;
  stop(): Promise<void>;
}

/**
 * Stands in for the providers on the loopback: `<url>/<host>/<path>` is what `https://<host>/<path>` would be. `GET
 * /_emulator/messages` shows what arrived, `/_emulator/accounts` who is known, `POST /_emulator/faults {"provider": "sms", "faults": ["timeout"]}` makes the next calls
 * go wrong, `{"provider": "alipay", "notices": ["lost"]}` the next messages of a payment channel. `POST /_emulator/wechat-phone/pay`
 * is the phone inside WeChat. `minuteMs` is how long a minute of
 * their timetable takes.
 */
export async function startEmulator(
  options: { port?: number; smtpPort?: number; minuteMs?: number } = {},
): Promise<Emulator> {
  const arrived: Arrived[] = [];
  const post: Post = { arrived, deliver: (message) => String(arrived.push(message)) };
  const faults = makeFaultPlan();
  const eInvoice = eInvoiceProvider(emulatorAccounts.eInvoice);
  const clock = makeEmulatorClock();
  const notices = makeNoticeDesk(options);
  const alipay = alipayProvider(emulatorAccounts.alipay, clock, notices);
  const unionPay = unionPayProvider(emulatorAccounts.unionPay, clock, notices);
  const wechatIdentity = wechatIdentityProvider(emulatorAccounts.wechat, clock);
  const { applicationOf } = wechatIdentity.desk;
  const wechatPay = wechatPayProvider(emulatorAccounts.wechatPay, clock, notices, applicationOf);
  const wechat = wechatProvider(emulatorAccounts.wechat);
  const providers = [
    eInvoice,
    wechatPay,
    alipay,
    unionPay,
    tencentSmsProvider(emulatorAccounts.sms),
    aliyunSmsProvider(emulatorAccounts.aliyunSms),
    wechatIdentity,
    wechat,
    wecomProvider(emulatorAccounts.wecom),
  ];
  const phone = { identity: wechatIdentity.desk, counter: wechatPay.desk, subscriptions: wechat.subscriptions };
  const server = createServer((request, response) => {
    serve(request, response, { providers, post, faults, notices, phone, officialAccount: wechat.desk }).catch(
      (error: Error) => {
        response.statusCode = 400;
        response.end(error.message);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const smtp = await startSmtp(emulatorAccounts.email, post, faults, options.smtpPort ?? 0);
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : options.port}`,
    smtpPort: smtp.port,
    arrived,
    faults,
    eInvoice: eInvoice.desk,
    alipay: alipay.desk,
    unionPay: unionPay.desk,
    wechatPay: wechatPay.desk,
    wechatIdentity: wechatIdentity.desk,
    officialAccount: wechat.desk,
    subscriptions: wechat.subscriptions,
    notices,
    clock,
    async stop() {
      notices.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await smtp.stop();
    },
  };
}

interface Desk {
  providers: readonly Provider[];
  post: Post;
  faults: FaultPlan;
  notices: NoticeDesk;
  phone: { identity: WechatIdentityDesk; counter: WechatPayDesk; subscriptions: SubscriptionDesk };
  officialAccount: OfficialAccountDesk;
}

async function serve(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const [, host = '', ...rest] = url.pathname.split('/');
  if (host === '_emulator') return send(response, await control(rest.join('/'), text, desk));
  const call: Call = {
    method: request.method ?? 'GET',
    host,
    path: `/${rest.join('/')}`,
    query: url.searchParams,
    headers: request.headers,
    text,
  };
  const provider = desk.providers.find((one) => one.hosts.includes(host) && (one.isFor?.(call) ?? true));
  if (!provider) return send(response, { status: 404, json: { error: `no provider at ${host}` } });
  // Tokens are fetched without mishap, so that a planned fault meets the message itself.
  const fault = /token/.test(call.path) && !call.path.startsWith('/sns/') ? undefined : desk.faults.next(provider.name);
  if (fault === 'serverError') return send(response, { status: 502, json: { error: 'bad gateway' } });
  if (fault === 'garbage') return send(response, { html: '<html>维护中</html>' });
  const reply = provider.answer(call, desk.post, fault);
  if (fault === 'lost') return void response.destroy();
  if (fault === 'timeout') return;
  send(response, reply);
}

/**
 * What the phone does of itself inside WeChat: `login` is `wx.login`, `pay` is `getBrandWCPayRequest` or `wx.requestPayment` with the
 * parameters of an order, its owner agreeing; `agree` is 允许 in `wx.requestSubscribeMessage`.
 */
function onPhone(action: string, text: string, { identity, counter, subscriptions }: Desk['phone']): Reply {
  const body = JSON.parse(text) as Record<string, string>;
  const { appId = '' } = body;
  if (action === 'login') return { json: { code: identity.loginCode(appId) } };
  if (action === 'pay') return { json: counter.invoke(body, identity.openIdOf(appId)) };
  if (action === 'agree') {
    subscriptions.agree(identity.openIdOf(appId), body.templateId ?? '');
    return { json: { errMsg: 'requestSubscribeMessage:ok', [body.templateId ?? '']: 'accept' } };
  }
  return { status: 404, json: { error: 'unknown' } };
}

async function control(
  path: string,
  text: string,
  { post, faults, notices, phone, officialAccount }: Desk,
): Promise<Reply> {
  if (path.startsWith('wechat-phone/')) return onPhone(path.slice('wechat-phone/'.length), text, phone);
  if (path === 'accounts') return { html: accountsPage(emulatorAccounts) };
  if (path === 'wechat-pay') return { json: emulatorAccounts.wechatPay };
  if (path === 'messages') return { json: { messages: post.arrived } };
  if (path === 'official-account/menu') return { json: { menu: officialAccount.of(text || 'wxemulator').menu } };
  if (path === 'official-account/push') {
    const { setting, xml } = JSON.parse(text) as { setting: PushSetting; xml: string };
    return { json: await sendPush(setting, xml, Math.floor(Date.now() / 1000)) };
  }
  if (path !== 'faults') return { status: 404, json: { error: 'unknown' } };
  const wanted = JSON.parse(text) as { provider: string; faults?: FaultKind[]; notices?: NoticeFault[] };
  const [ofCalls, ofNotices] = [wanted.faults ?? [], wanted.notices ?? []];
  if (!ofCalls.every((one) => faultKinds.includes(one)) || !ofNotices.every((one) => noticeFaults.includes(one)))
    return { status: 422, json: { known: faultKinds, notices: noticeFaults } };
  faults.plan(wanted.provider, ofCalls);
  notices.plan(wanted.provider, ofNotices);
  return { json: { ok: true } };
}

function send(response: ServerResponse, reply: Reply): void {
  if ('redirect' in reply) {
    response.writeHead(302, { location: reply.redirect });
    return void response.end();
  }
  response.statusCode = reply.status ?? 200;
  if ('bytes' in reply) {
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    return void response.setHeader('content-type', reply.type).end(reply.bytes);
  }
  const isJson = 'json' in reply;
  response.setHeader('content-type', isJson ? 'application/json' : 'text/html; charset=utf-8');
  response.end(isJson ? JSON.stringify(reply.json) : reply.html);
}
