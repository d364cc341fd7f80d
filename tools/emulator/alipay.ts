import { randomUUID, sign, verify, X509Certificate } from 'node:crypto';
import { type Fen, fen, formatYuan, parseYuan } from '@anlin/money';
import { type AlipayAgreement, makeAlipayAgreements, type SigningWanted } from './alipay-agreements.ts';
import { alipayBillFile } from './alipay-bill-file.ts';
import { type AlipayTrade, makeAlipayTrades, refundedOf } from './alipay-trades.ts';
import { type EmulatorClock, readLocalTime, spacedTime } from './emulator-clock.ts';
import { emulatorKey } from './emulator-keys.ts';
import type { FaultKind } from './faults.ts';
import type { NoticeDesk, NoticeFault } from './notices.ts';
import { payPage, resultPage, signPage } from './pay-page.ts';
import type { Call, Provider, Reply } from './provider.ts';

/** A merchant's application at Alipay, in public-key and in certificate mode. */
export interface AlipayAccount {
  appId: string;
  sellerId: string;
  privateKey: string;
  alipayPublicKey: string;
  appCertificate: string;
  alipayCertificate: string;
  rootCertificate: string;
}

export function alipayAccount(): AlipayAccount {
  const alipayCertificate = emulatorKey('alipay-platform.crt');
  return {
    appId: '2021000000000001',
    sellerId: '2088000000000001',
    privateKey: emulatorKey('alipay-app.pem'),
    alipayPublicKey: new X509Certificate(alipayCertificate).publicKey
      .export({ type: 'spki', format: 'pem' })
      .toString(),
    appCertificate: emulatorKey('alipay-app.crt'),
    alipayCertificate,
    rootCertificate: emulatorKey('alipay-root.crt'),
  };
}

/** Alipay as a test sees it. */
export interface AlipayDesk {
  trades: ReadonlyMap<string, AlipayTrade>;
  /** The payer opens the order and pays. False when it can't be paid. `isSilent`: no message goes out. */
  pay(orderNo: string, options?: { isSilent?: boolean }): boolean;
  /** The payer opens the order and goes away. */
  open(orderNo: string): boolean;
  /** A notify as it would be sent now, with fields changed before it is signed, by `signer`. */
  notify(orderNo: string, change?: Readonly<Record<string, string>>, signer?: string): string;
  agreements: ReadonlyMap<string, AlipayAgreement>;
  /** The signer opens the page and signs, or ends an agreement in the app. False when that can't be. */
  sign(code: string): boolean;
  unsign(code: string): boolean;
  /** As `notify`, of an agreement. */
  agreementNotify(code: string, change?: Readonly<Record<string, string>>, signer?: string): string;
  /** What is done to the bill's ZIP before it is handed out. */
  tamper(change: ((zip: Buffer) => Buffer) | null): void;
}

const channel = '支付宝';
const colour = '#1677ff';
const hosts = [
  'openapi.alipay.com',
  'openapi-sandbox.dl.alipaydev.com',
  'qr.alipay.com',
  'dwbillcenter.alipay.com',
] as const;
/** A notify is sent at once and, until it is answered `success`, seven times more. */
const repeatsMinutes = [4, 10, 10, 60, 120, 360, 900];

const joined = (fields: Readonly<Record<string, string>>, without: readonly string[]) =>
  Object.keys(fields)
    .filter((name) => !without.includes(name) && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');

const signedBy = (key: string, text: string) => sign('RSA-SHA256', Buffer.from(text), key).toString('base64');

interface Content extends SigningWanted {
  agreement_no?: string;
  deduct_time?: string;
  agreement_params?: { agreement_no?: string };
  out_trade_no?: string;
  out_request_no?: string;
  total_amount?: string;
  refund_amount?: string;
  subject?: string;
  time_expire?: string;
  auth_code?: string;
  bill_date?: string;
  seller_id?: string;
}

const failed = (subCode: string, subMessage: string) => ({
  code: '40004',
  msg: 'Business Failed',
  sub_code: subCode,
  sub_msg: subMessage,
});
const done = (fields: object) => ({ code: '10000', msg: 'Success', ...fields });

/**
 * Alipay's gateway. Payer's codes begin with 25–30; one that ends in 1 pays at once, in 2 waits for the password, in 3 has no money,
 * any other is not known.
 */
export function alipayProvider(
  account: AlipayAccount,
  clock: EmulatorClock,
  notices: NoticeDesk,
): Provider & { desk: AlipayDesk } {
  const trades = makeAlipayTrades(() => clock.now());
  const agreements = makeAlipayAgreements(() => clock.now());
  const merchantKey = new X509Certificate(account.appCertificate).publicKey;
  const platformKey = emulatorKey('alipay-platform.pem');
  const strangerKey = emulatorKey('stranger.pem');
  let tamper: ((zip: Buffer) => Buffer) | null = null;

  function noticeOf(trade: AlipayTrade, refundNo: string, change: Readonly<Record<string, string>> = {}) {
    const refund = trade.refunds.find((one) => one.refundNo === refundNo);
    return {
      gmt_create: spacedTime(trade.createdAt),
      charset: 'utf-8',
      gmt_payment: trade.paidAt ? spacedTime(trade.paidAt) : '',
      notify_time: spacedTime(clock.now()),
      subject: trade.subject,
      buyer_id: '2088000000009999',
      version: '1.0',
      notify_id: randomUUID().replaceAll('-', ''),
      notify_type: 'trade_status_sync',
      out_trade_no: trade.orderNo,
      total_amount: formatYuan(trade.amountFen),
      trade_status: trade.status,
      trade_no: trade.tradeNo,
      auth_app_id: account.appId,
      receipt_amount: formatYuan(trade.amountFen),
      app_id: account.appId,
      seller_id: account.sellerId,
      ...(refund && {
        out_biz_no: refund.refundNo,
        refund_fee: formatYuan(refundedOf(trade)),
        gmt_refund: `${spacedTime(refund.at)}.123`,
      }),
      ...change,
    };
  }

  function signedNotice(fields: Readonly<Record<string, string>>, key: string): string {
    const signature = signedBy(key, joined(fields, ['sign', 'sign_type']));
    return new URLSearchParams({ ...fields, sign: signature, sign_type: 'RSA2' }).toString();
  }

  function tell(trade: AlipayTrade, refundNo = ''): void {
    if (trade.notifyUrl === '') return;
    const notice = noticeOf(trade, refundNo);
    const untrue: Partial<Record<NoticeFault, Readonly<Record<string, string>>>> = {
      wrongAmount: { total_amount: formatYuan(fen(trade.amountFen + 100n)) },
      wrongMerchant: { seller_id: '2088000000000002' },
    };
    notices.send({
      provider: 'alipay',
      url: trade.notifyUrl,
      body: (fault) =>
        signedNotice({ ...notice, ...(fault && untrue[fault]) }, fault === 'forged' ? strangerKey : platformKey),
      isTaken: (status, text) => status === 200 && text === 'success',
      repeatsMinutes,
    });
  }

  function pay(orderNo: string, { isSilent = false } = {}): boolean {
    const trade = trades.open(orderNo);
    if (!trade || !trades.pay(orderNo)) return false;
    if (!isSilent) tell(trade);
    return true;
  }

  function offer(fields: Readonly<Record<string, string>>, content: Content): AlipayTrade | object {
    const amount = amountOf(content.total_amount);
    if (!content.out_trade_no || amount === undefined || amount <= 0n || !content.subject)
      return failed('ACQ.INVALID_PARAMETER', '参数无效');
    if (content.seller_id && content.seller_id !== account.sellerId)
      return failed('ACQ.INVALID_PARAMETER', '卖家不正确');
    const kept = trades.all.get(content.out_trade_no);
    if (kept && kept.amountFen !== amount) return failed('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
    if (kept?.status === 'TRADE_SUCCESS') return failed('ACQ.TRADE_HAS_SUCCESS', '交易已被支付');
    if (kept?.status === 'TRADE_CLOSED') return failed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭');
    const expiresAt = content.time_expire ? readLocalTime(content.time_expire) : clock.now().add({ hours: 24 });
    if (Temporal.Instant.compare(expiresAt, clock.now()) <= 0)
      return failed('ACQ.INVALID_PARAMETER', '绝对超时时间不能早于当前时间');
    return trades.offer({
      orderNo: content.out_trade_no,
      amountFen: amount,
      subject: content.subject,
      notifyUrl: fields.notify_url ?? '',
      returnUrl: fields.return_url ?? '',
      expiresAt,
    });
  }

  function takeCode(trade: AlipayTrade, code: string): object {
    if (!/^(2[5-9]|30)\d{14,22}$/.test(code) || !'123'.includes(code.at(-1)!))
      return failed('ACQ.PAYMENT_AUTH_CODE_INVALID', '支付授权码无效');
    trades.open(trade.orderNo);
    if (code.endsWith('3')) {
      trades.close(trade.orderNo);
      return failed('ACQ.BUYER_BALANCE_NOT_ENOUGH', '买家余额不足');
    }
    if (code.endsWith('2')) {
      const waiting = { out_trade_no: trade.orderNo, trade_no: trade.tradeNo };
      return { code: '10003', msg: 'order success pay inprocess', ...waiting };
    }
    pay(trade.orderNo);
    return done({
      out_trade_no: trade.orderNo,
      trade_no: trade.tradeNo,
      total_amount: formatYuan(trade.amountFen),
      receipt_amount: formatYuan(trade.amountFen),
      gmt_payment: spacedTime(clock.now()),
      buyer_user_id: '2088000000009999',
    });
  }

  const unknownTrade = () => failed('ACQ.TRADE_NOT_EXIST', '交易不存在');

  function query({ out_trade_no: orderNo = '' }: Content): object {
    const trade = trades.find(orderNo);
    if (!trade) return unknownTrade();
    return done({
      out_trade_no: orderNo,
      trade_no: trade.tradeNo,
      trade_status: trade.status,
      total_amount: formatYuan(trade.amountFen),
      buyer_user_id: '2088000000009999',
      ...(trade.paidAt && { send_pay_date: spacedTime(trade.paidAt) }),
    });
  }

  function close({ out_trade_no: orderNo = '' }: Content): object {
    const trade = trades.find(orderNo);
    if (!trade) return unknownTrade();
    if (!trades.close(orderNo)) return failed('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
    return done({ out_trade_no: orderNo, trade_no: trade.tradeNo });
  }

  function refund({ out_trade_no: orderNo = '', out_request_no: refundNo = '', refund_amount }: Content): object {
    const trade = trades.find(orderNo);
    if (!trade) return unknownTrade();
    const outcome = trades.refund(orderNo, refundNo, amountOf(refund_amount) ?? fen(0));
    if (outcome === 'unpaid') return failed('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
    if (outcome === 'tooMuch') return failed('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效');
    if (outcome === 'discordant') return failed('ACQ.DISCORDANT_REPEAT_REQUEST', '请求信息不一致');
    if (outcome === 'done') tell(trade, refundNo);
    return done({
      out_trade_no: orderNo,
      trade_no: trade.tradeNo,
      refund_fee: formatYuan(refundedOf(trade)),
      fund_change: outcome === 'done' ? 'Y' : 'N',
    });
  }

  function queryRefund({ out_trade_no: orderNo = '', out_request_no: refundNo = '' }: Content): object {
    const trade = trades.find(orderNo);
    if (!trade) return unknownTrade();
    const refunded = trade.refunds.find((one) => one.refundNo === refundNo);
    if (!refunded) return done({});
    return done({
      out_trade_no: orderNo,
      trade_no: trade.tradeNo,
      out_request_no: refundNo,
      total_amount: formatYuan(trade.amountFen),
      refund_amount: formatYuan(refunded.amountFen),
      refund_status: 'REFUND_SUCCESS',
      gmt_refund_pay: spacedTime(refunded.at),
    });
  }

  function billAddress({ bill_date: date = '' }: Content): object {
    if (!alipayBillFile(trades.all.values(), account.sellerId, Temporal.PlainDate.from(date), clock.now()))
      return failed('isp.bill_not_exist', '账单不存在');
    const url = `https://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade&bizDates=${date}&fileId=1`;
    return done({ bill_download_url: url });
  }

  function agreementNoticeOf(one: AlipayAgreement, change: Readonly<Record<string, string>> = {}) {
    const isSigned = one.status === 'NORMAL';
    return {
      notify_id: randomUUID().replaceAll('-', ''),
      notify_type: isSigned ? 'dut_user_sign' : 'dut_user_unsign',
      notify_time: spacedTime(clock.now()),
      charset: 'utf-8',
      version: '1.0',
      app_id: account.appId,
      auth_app_id: account.appId,
      partner_id: account.sellerId,
      alipay_user_id: '2088000000009999',
      personal_product_code: 'CYCLE_PAY_AUTH_P',
      external_agreement_no: one.code,
      agreement_no: one.number,
      status: isSigned ? 'NORMAL' : 'UNSIGN',
      ...(one.signedAt && isSigned ? { sign_time: spacedTime(one.signedAt) } : {}),
      ...(isSigned ? {} : { unsign_time: spacedTime(clock.now()) }),
      ...change,
    };
  }

  function tellAgreement(one: AlipayAgreement): void {
    if (one.notifyUrl === '') return;
    const notice = agreementNoticeOf(one);
    const untrue: Partial<Record<NoticeFault, Readonly<Record<string, string>>>> = {
      wrongAmount: { agreement_no: '' },
      wrongMerchant: { partner_id: '2088000000000002' },
    };
    notices.send({
      provider: 'alipay',
      url: one.notifyUrl,
      body: (fault) =>
        signedNotice({ ...notice, ...(fault && untrue[fault]) }, fault === 'forged' ? strangerKey : platformKey),
      isTaken: (status, text) => status === 200 && text === 'success',
      repeatsMinutes,
    });
  }

  function sign(code: string): boolean {
    if (!agreements.sign(code)) return false;
    tellAgreement(agreements.all.get(code)!);
    return true;
  }

  function unsign(code: string): boolean {
    if (!agreements.end(code)) return false;
    tellAgreement(agreements.all.get(code)!);
    return true;
  }

  function queryAgreement({ agreement_no: number, external_agreement_no: code = '' }: Content): object {
    const one = number ? agreements.byNumber(number) : agreements.all.get(code);
    if (!one || one.number === '' || (!number && one.status === 'STOP'))
      return failed('USER_AGREEMENT_NOT_EXIST', '用户协议不存在');
    return done({
      agreement_no: one.number,
      external_agreement_no: one.code,
      status: one.status,
      sign_time: spacedTime(one.signedAt!),
      personal_product_code: 'CYCLE_PAY_AUTH_P',
    });
  }

  function endAgreement({ agreement_no: number = '' }: Content): object {
    const one = agreements.byNumber(number);
    if (!one || !unsign(one.code)) return failed('USER_AGREEMENT_NOT_EXIST', '用户协议不存在');
    return done({});
  }

  /** The same order asked for again is answered as it stands. */
  function takeAgreed(trade: AlipayTrade, number: string): object {
    if (trade.status === 'WAIT_BUYER_PAY') {
      const refusal = agreements.take(number, trade.amountFen);
      // Refused, there is no trade of it.
      if (refusal) return failed(refusal, '代扣没有成功');
      pay(trade.orderNo);
    }
    return done({
      out_trade_no: trade.orderNo,
      trade_no: trade.tradeNo,
      total_amount: formatYuan(trade.amountFen),
      receipt_amount: formatYuan(trade.amountFen),
      gmt_payment: spacedTime(trade.paidAt!),
      buyer_user_id: '2088000000009999',
    });
  }

  function perform(method: string, fields: Readonly<Record<string, string>>, content: Content): object | undefined {
    if (method === 'alipay.trade.query') return query(content);
    if (method === 'alipay.trade.close') return close(content);
    if (method === 'alipay.trade.refund') return refund(content);
    if (method === 'alipay.trade.fastpay.refund.query') return queryRefund(content);
    if (method === 'alipay.data.dataservice.bill.downloadurl.query') return billAddress(content);
    if (method === 'alipay.user.agreement.query') return queryAgreement(content);
    if (method === 'alipay.user.agreement.unsign') return endAgreement(content);
    if (method === 'alipay.user.agreement.executionplan.modify')
      return agreements.putOff(content.agreement_no ?? '', content.deduct_time ?? '')
        ? done({})
        : failed('DEDUCT_TIME_INVALID', '扣款时间不能提前');
    if (method !== 'alipay.trade.precreate' && method !== 'alipay.trade.pay') return undefined;
    const offered = offer(fields, content);
    if (!('orderNo' in offered)) return offered;
    const number = content.agreement_params?.agreement_no;
    if (method === 'alipay.trade.pay' && number !== undefined) return takeAgreed(offered, number);
    if (method === 'alipay.trade.pay') return takeCode(offered, content.auth_code ?? '');
    return done({ out_trade_no: offered.orderNo, qr_code: `http://${fields.host}/qr.alipay.com/${offered.orderNo}` });
  }

  function signedReply(method: string, node: object): Reply {
    const text = JSON.stringify(node);
    const name = `${method.replaceAll('.', '_')}_response`;
    const body = `{"${name}":${text},"sign":"${signedBy(platformKey, text)}"}`;
    return { type: 'application/json; charset=utf-8', bytes: Buffer.from(body) };
  }

  const refused = (code: string, subCode: string, subMessage: string): Reply => ({
    json: { error_response: { code, msg: 'Invalid Arguments', sub_code: subCode, sub_msg: subMessage } },
  });

  function gateway(call: Call, fault: FaultKind | undefined): Reply {
    const fields = Object.fromEntries([...call.query, ...new URLSearchParams(call.text)]);
    if (fields.app_id !== account.appId) return refused('40002', 'isv.invalid-app-id', '无效的AppID参数');
    const signature = Buffer.from(fields.sign ?? '', 'base64');
    if (
      fields.sign_type !== 'RSA2' ||
      !verify('RSA-SHA256', Buffer.from(joined(fields, ['sign'])), merchantKey, signature)
    )
      return refused('40002', 'isv.invalid-signature', '验签出错');
    const method = fields.method ?? '';
    const content = JSON.parse(fields.biz_content ?? '{}') as Content;
    if (method === 'alipay.trade.wap.pay' || method === 'alipay.trade.page.pay') return firstPage(fields, content);
    if (method === 'alipay.user.agreement.page.sign') return firstSigning(fields, content);
    if (fault === 'rateLimit')
      return signedReply(method, { code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' });
    const node = perform(method, { ...fields, host: String(call.headers.host) }, content);
    return node ? signedReply(method, node) : refused('40002', 'isv.invalid-method', '不存在的方法名');
  }

  function firstPage(fields: Readonly<Record<string, string>>, content: Content): Reply {
    const offered = offer(fields, content);
    if ('orderNo' in offered) return showPage(offered.orderNo);
    return { html: resultPage(channel, colour, (offered as { sub_msg?: string }).sub_msg ?? '不能支付') };
  }

  function firstSigning(fields: Readonly<Record<string, string>>, content: Content): Reply {
    const addresses = { notifyUrl: fields.notify_url ?? '', returnUrl: fields.return_url ?? '' };
    const one = agreements.offer(content, addresses);
    return one ? showSigning(one) : { html: resultPage(channel, colour, '不能签约：参数不对') };
  }

  function showSigning(one: AlipayAgreement): Reply {
    if (one.status !== 'TEMP') return { html: resultPage(channel, colour, '已签约或已解约', one.returnUrl) };
    const place = `/qr.alipay.com/agreement/${one.code}`;
    const urls = { signUrl: `${place}/sign`, cancelUrl: `${place}/cancel` };
    return { html: signPage({ channel, colour, limitFen: one.singleFen, label: one.label, code: one.code, ...urls }) };
  }

  /** `/agreement/<code>/sign` and `/cancel`: the buttons of the page. */
  function visitSigning(code: string, action: string | undefined): Reply {
    const one = agreements.all.get(code);
    if (!one) return { html: resultPage(channel, colour, '协议不存在') };
    if (!action) return showSigning(one);
    if (action !== 'sign') return { html: resultPage(channel, colour, '已取消，没有签约', one.returnUrl) };
    return { html: resultPage(channel, colour, sign(code) ? '签约成功' : '已签约或已解约', one.returnUrl) };
  }

  function showPage(orderNo: string): Reply {
    const trade = trades.open(orderNo);
    if (!trade) return { html: resultPage(channel, colour, '订单不存在或已关闭') };
    if (trade.status !== 'WAIT_BUYER_PAY')
      return { html: resultPage(channel, colour, '订单已支付或已关闭', trade.returnUrl) };
    const { amountFen, subject: description } = trade;
    const place = `/qr.alipay.com/${orderNo}`;
    const urls = { payUrl: `${place}/pay`, cancelUrl: `${place}/cancel` };
    return { html: payPage({ channel, colour, amountFen, description, orderNo, ...urls }) };
  }

  /** `/<order>`: what a code or a link leads to; `/<order>/pay` and `/cancel`: its buttons. */
  function visit(path: string): Reply {
    const [, orderNo = '', action, button] = path.split('/');
    if (orderNo === 'agreement') return visitSigning(action ?? '', button);
    if (!action) return showPage(orderNo);
    const returnUrl = trades.all.get(orderNo)?.returnUrl;
    if (action !== 'pay') return { html: resultPage(channel, colour, '已取消，没有付款', returnUrl) };
    return { html: resultPage(channel, colour, pay(orderNo) ? '支付成功' : '订单已支付或已关闭', returnUrl) };
  }

  function bill(call: Call): Reply {
    const day = Temporal.PlainDate.from(call.query.get('bizDates') ?? '');
    const zip = alipayBillFile(trades.all.values(), account.sellerId, day, clock.now());
    if (!zip) return { status: 404, json: {} };
    return { type: 'application/zip', bytes: tamper ? tamper(zip) : zip };
  }

  return {
    name: 'alipay',
    hosts,
    answer(call, _post, fault) {
      if (call.host === 'dwbillcenter.alipay.com') return bill(call);
      if (call.host === 'qr.alipay.com') return visit(call.path);
      return call.path === '/gateway.do' ? gateway(call, fault) : { status: 404, json: {} };
    },
    desk: {
      trades: trades.all,
      pay,
      open: (orderNo) => trades.open(orderNo) !== undefined,
      notify(orderNo, change, signer) {
        const trade = trades.all.get(orderNo);
        if (!trade) throw new Error(`no order ${orderNo}`);
        return signedNotice(noticeOf(trade, '', change), signer ?? platformKey);
      },
      agreements: agreements.all,
      sign,
      unsign,
      agreementNotify(code, change, signer) {
        const one = agreements.all.get(code);
        if (!one) throw new Error(`no agreement ${code}`);
        return signedNotice(agreementNoticeOf(one, change), signer ?? platformKey);
      },
      tamper: (change) => {
        tamper = change;
      },
    },
  };
}

function amountOf(text: string | undefined): Fen | undefined {
  try {
    return parseYuan(text ?? '');
  } catch {
    return undefined;
  }
}
