import { createHash, createHmac, randomInt } from 'node:crypto';
import { type Fen, fen } from '@anlin/money';
import { compactTime, type EmulatorClock, spacedTime } from './emulator-clock.ts';
import type { NoticeDesk, NoticeFault } from './notices.ts';
import { resultPage, signPage } from './pay-page.ts';
import type { Call, Reply } from './provider.ts';
import type { WechatOrder, WechatOrders } from './wechat-orders.ts';

/** An agreement as WeChat Pay keeps it (委托代扣). */
export interface WechatContract {
  code: string;
  /** Empty until it is signed. */
  id: string;
  state: 'signing' | 'active' | 'ended';
  label: string;
  notifyUrl: string;
  serial: string;
  signedAt: Temporal.Instant | null;
  /** What the merchant said it would take, and between which days it may. */
  told: { amountFen: Fen; from: Temporal.PlainDate; until: Temporal.PlainDate } | null;
  /** What the signer has; null: enough. */
  fundsFen: Fen | null;
}

/** 委托代扣 as a test sees it. */
export interface WechatPapayDesk {
  contracts: ReadonlyMap<string, WechatContract>;
  sign(code: string): boolean;
  unsign(code: string): boolean;
  /** The message of an agreement as it would be sent now, changed before it is signed by `key`. */
  notice(code: string, change?: Readonly<Record<string, string>>, key?: string): string;
  /** The message of an order that was taken. */
  orderNotice(orderNo: string, change?: Readonly<Record<string, string>>, key?: string): string;
  /** WeChat Pay gets round to what it accepted: takes it, or fails to. */
  work(): void;
}

export interface PapayAccount {
  merchantId: string;
  appId: string;
  planId: string;
  apiV2Key: string;
}

type Fields = Readonly<Record<string, string>>;

const textOf = (fields: Fields, key: string) =>
  `${Object.keys(fields)
    .filter((name) => name !== 'sign' && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')}&key=${key}`;
const md5Of = (fields: Fields, key: string) =>
  createHash('md5').update(textOf(fields, key)).digest('hex').toUpperCase();
const hmacOf = (fields: Fields, key: string) =>
  createHmac('sha256', key).update(textOf(fields, key)).digest('hex').toUpperCase();

const xmlOf = (fields: Fields) =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}</xml>`;
const fieldsOf = (xml: string): Fields =>
  Object.fromEntries(
    [...xml.matchAll(/<(\w+)><!\[CDATA\[([\s\S]*?)\]\]><\/\1>/g)].map(([, name, value]) => [name!, value!]),
  );

/** An agreement is told of at once and then ever slower; here in a few steps. Minutes. */
const repeatsMinutes = [0.2, 0.5, 5, 5, 30, 60];
const channel = '微信支付';
const colour = '#07c160';
/** The day of the notice and the next one nothing may be taken. */
const waitingDays = 2;

/** 委托代扣 of APIv2: signing, asking, ending, taking; and the notice before, which is APIv3 and checked by the caller. */
export function makeWechatPapay(
  account: PapayAccount,
  clock: EmulatorClock,
  notices: NoticeDesk,
  orders: WechatOrders,
  pageHost: string,
) {
  const contracts = new Map<string, WechatContract>();
  const failures = new Map<string, string>();
  const accepted = new Map<string, WechatContract>();
  const today = () => clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
  const byId = (id: string) => [...contracts.values()].find((one) => one.id !== '' && one.id === id);
  const { merchantId: mch_id, appId: appid, planId: plan_id } = account;

  const signed = (fields: Fields, key = account.apiV2Key) => xmlOf({ ...fields, sign: md5Of(fields, key) });
  const reply = (fields: Fields): Reply => ({
    type: 'text/xml; charset=utf-8',
    bytes: Buffer.from(signed({ return_code: 'SUCCESS', return_msg: 'OK', appid, mch_id, ...fields })),
  });
  const done = (fields: Fields) => reply({ result_code: 'SUCCESS', ...fields });
  const failed = (code: string, text: string) => reply({ result_code: 'FAIL', err_code: code, err_code_des: text });
  const refused = (text: string): Reply => ({
    type: 'text/xml; charset=utf-8',
    bytes: Buffer.from(xmlOf({ return_code: 'FAIL', return_msg: text })),
  });

  function noticeOf(one: WechatContract, change: Fields = {}, key = account.apiV2Key): string {
    const fields = {
      return_code: 'SUCCESS',
      result_code: 'SUCCESS',
      mch_id,
      contract_code: one.code,
      plan_id,
      openid: 'oEmulatorPayer',
      change_type: one.state === 'active' ? 'ADD' : 'DELETE',
      operate_time: spacedTime(clock.now()),
      contract_id: one.id,
      request_serial: one.serial,
      ...change,
    };
    return signed(fields, key);
  }

  function orderNoticeOf(order: WechatOrder, change: Fields = {}, key = account.apiV2Key): string {
    const fields = {
      return_code: 'SUCCESS',
      result_code: 'SUCCESS',
      appid,
      mch_id,
      openid: 'oEmulatorPayer',
      trade_type: 'PAP',
      out_trade_no: order.orderNo,
      transaction_id: order.transactionId,
      total_fee: order.amountFen.toString(),
      time_end: order.paidAt ? compactTime(order.paidAt) : '',
      ...change,
    };
    return signed(fields, key);
  }

  function send(
    url: string,
    body: (change: Fields, key?: string) => string,
    untrue: Partial<Record<NoticeFault, Fields>>,
  ) {
    if (url === '') return;
    notices.send({
      provider: 'wechatPay',
      url,
      body: (fault) =>
        body((fault && untrue[fault]) ?? {}, fault === 'forged' ? 'another-key-of-32-characters-long' : undefined),
      headers: () => ({ 'content-type': 'text/xml; charset=utf-8' }),
      isTaken: (status, text) => status === 200 && text.includes('SUCCESS'),
      repeatsMinutes,
    });
  }

  const tell = (one: WechatContract) =>
    send(one.notifyUrl, (change, key) => noticeOf(one, change, key), { wrongMerchant: { mch_id: '1900000002' } });

  function sign(code: string): boolean {
    const one = contracts.get(code);
    if (one?.state !== 'signing') return false;
    one.state = 'active';
    one.id = `${today().toString().replaceAll('-', '')}${String(randomInt(1e9)).padStart(10, '0')}`;
    one.signedAt = clock.now();
    tell(one);
    return true;
  }

  function unsign(code: string): boolean {
    const one = contracts.get(code);
    if (one?.state !== 'active') return false;
    one.state = 'ended';
    tell(one);
    return true;
  }

  /** The message is in the address. Undefined when it is not signed well. */
  function offer(call: Call): WechatContract | undefined {
    const { sign: given = '', sign_type: type, ...fields } = Object.fromEntries(call.query);
    const right = type === 'HMAC-SHA256' ? hmacOf(fields, account.apiV2Key) : md5Of(fields, account.apiV2Key);
    const isOurs = fields.mch_id === mch_id && fields.appid === appid && fields.plan_id === plan_id;
    if (given !== right || !isOurs || !fields.contract_code || !/^[1-9]\d{0,18}$/.test(fields.request_serial ?? ''))
      return undefined;
    const kept = contracts.get(fields.contract_code);
    if (kept) return kept;
    const made: WechatContract = {
      code: fields.contract_code,
      id: '',
      state: 'signing',
      label: fields.contract_display_account ?? '',
      notifyUrl: fields.notify_url ?? '',
      serial: fields.request_serial!,
      signedAt: null,
      told: null,
      fundsFen: null,
    };
    contracts.set(made.code, made);
    return made;
  }

  function page(one: WechatContract): Reply {
    if (one.state !== 'signing') return { html: resultPage(channel, colour, '已签约或已解约') };
    const place = `/${pageHost}/papay/${one.code}`;
    const urls = { signUrl: `${place}/sign`, cancelUrl: `${place}/cancel` };
    return { html: signPage({ channel, colour, limitFen: null, label: one.label, code: one.code, ...urls }) };
  }

  function query(fields: Fields): Reply {
    const one = fields.contract_id ? byId(fields.contract_id) : contracts.get(fields.contract_code ?? '');
    if (!one || one.id === '') return failed('CONTRACT_NOT_EXIST', '签约协议不存在');
    return done({
      contract_id: one.id,
      plan_id,
      contract_code: one.code,
      contract_display_account: one.label,
      contract_state: one.state === 'active' ? '0' : '1',
      contract_signed_time: spacedTime(one.signedAt!),
    });
  }

  function end(fields: Fields): Reply {
    const one = byId(fields.contract_id ?? '');
    if (!one || !unsign(one.code)) return failed('CONTRACT_NOT_EXIST', '签约协议不存在');
    return done({ contract_id: one.id, plan_id, contract_code: one.code });
  }

  /** Null: may be taken. */
  function problemOf(one: WechatContract | undefined, amountFen: Fen): string | null {
    if (one?.state !== 'active') return 'CONTRACT_NOT_EXIST';
    const { told } = one;
    const isToday = told && today().toString() >= told.from.toString() && today().toString() <= told.until.toString();
    if (!isToday) return 'NOTICE_NOT_EXIST';
    return amountFen > told.amountFen ? 'RULE_LIMIT' : null;
  }

  function apply(fields: Fields): Reply {
    const amountFen = fen(BigInt(fields.total_fee ?? '0'));
    const orderNo = fields.out_trade_no ?? '';
    const one = byId(fields.contract_id ?? '');
    const kept = orders.all.get(orderNo);
    if (kept) return kept.amountFen === amountFen ? done({}) : failed('INVALID_REQUEST', '参数与原订单不同');
    const problem = problemOf(one, amountFen);
    if (problem) return failed(problem, '不能扣款');
    orders.offer({
      orderNo,
      appId: appid,
      amountFen,
      description: fields.body ?? '',
      notifyUrl: fields.notify_url ?? '',
      type: 'PAP',
      openId: '',
      expiresAt: clock.now().add({ hours: 48 }),
    });
    accepted.set(orderNo, one!);
    return done({});
  }

  function work(): void {
    for (const [orderNo, one] of accepted) {
      accepted.delete(orderNo);
      const order = orders.all.get(orderNo)!;
      if (one.state !== 'active') failures.set(orderNo, 'CONTRACT_NOT_EXIST');
      else if (one.fundsFen !== null && one.fundsFen < order.amountFen) failures.set(orderNo, 'NOTENOUGH');
      else if (orders.pay(orderNo)) {
        // One notice is for one deduction.
        one.told = null;
        send(order.notifyUrl, (change, key) => orderNoticeOf(order, change, key), {
          wrongAmount: { total_fee: '1' },
          wrongMerchant: { mch_id: '1900000002' },
        });
      }
    }
  }

  function queryOrder(fields: Fields): Reply {
    const order = orders.find(fields.out_trade_no ?? '');
    if (order?.type !== 'PAP') return failed('ORDERNOTEXIST', '订单不存在');
    const failure = failures.get(order.orderNo);
    const told = { out_trade_no: order.orderNo, total_fee: order.amountFen.toString(), openid: 'oEmulatorPayer' };
    if (failure) return done({ ...told, trade_state: 'PAY_FAIL', err_code: failure, trade_state_desc: '扣款失败' });
    if (!order.paidAt) return done({ ...told, trade_state: 'ACCEPT' });
    return done({
      ...told,
      trade_state: 'SUCCESS',
      transaction_id: order.transactionId,
      time_end: compactTime(order.paidAt),
    });
  }

  const byPath: Readonly<Record<string, (fields: Fields) => Reply>> = {
    '/papay/querycontract': query,
    '/papay/deletecontract': end,
    '/pay/pappayapply': apply,
    '/pay/paporderquery': queryOrder,
  };

  return {
    desk: {
      contracts,
      sign,
      unsign,
      notice: (code, change, key) => noticeOf(contracts.get(code)!, change, key),
      orderNotice: (orderNo, change, key) => orderNoticeOf(orders.all.get(orderNo)!, change, key),
      work,
    } satisfies WechatPapayDesk,
    /** Undefined when the path is none of these. */
    answer(call: Call): Reply | undefined {
      if (call.path === '/papay/entrustweb') {
        const one = offer(call);
        return one ? page(one) : { html: resultPage(channel, colour, '不能签约：参数或签名不对') };
      }
      if (call.path === '/papay/h5entrustweb') {
        const one = offer(call);
        if (!one || !call.query.get('clientip')) return refused('参数或签名不对');
        return done({ redirect_url: `http://${call.headers.host}/${pageHost}/papay/${one.code}` });
      }
      const perform = byPath[call.path];
      if (!perform) return undefined;
      const fields = fieldsOf(call.text);
      const isOurs =
        fields.mch_id === mch_id && fields.appid === appid && fields.sign === md5Of(fields, account.apiV2Key);
      return isOurs ? perform(fields) : refused('签名失败');
    },
    /** `/papay/<code>` and its buttons. Undefined for other pages. */
    visit(call: Call): Reply | undefined {
      const [, place, code = '', action] = call.path.split('/');
      const one = place === 'papay' ? contracts.get(code) : undefined;
      if (!one) return undefined;
      if (!action) return page(one);
      if (action !== 'sign') return { html: resultPage(channel, colour, '已取消，没有签约') };
      return { html: resultPage(channel, colour, sign(code) ? '签约成功' : '已签约或已解约') };
    },
    /** 预扣费通知, signed as APIv3 is. A code of refusal, or null. */
    announce(
      id: string,
      wanted: { estimated_amount?: { amount?: number }; deduct_duration?: { count?: number } },
    ): string | null {
      const one = byId(id);
      if (one?.state !== 'active') return 'CONTRACT_NOT_EXIST';
      const hour = clock.now().toZonedDateTimeISO('Asia/Shanghai').hour;
      if (hour < 7 || hour >= 22) return 'RULE_LIMIT';
      if (one.told && today().toString() <= one.told.until.toString()) return 'RULE_LIMIT';
      const from = today().add({ days: waitingDays });
      const until = from.add({ days: (wanted.deduct_duration?.count ?? 1) - 1 });
      one.told = { amountFen: fen(BigInt(wanted.estimated_amount?.amount ?? 0)), from, until };
      return null;
    },
  };
}
