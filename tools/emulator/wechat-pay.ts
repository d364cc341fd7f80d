import { createCipheriv, createHash, createPublicKey, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { type Fen, fen } from '@anlin/money';
import type { EmulatorClock } from './emulator-clock.ts';
import { emulatorKey } from './emulator-keys.ts';
import type { FaultKind } from './faults.ts';
import type { NoticeDesk, NoticeFault } from './notices.ts';
import { payPage, resultPage } from './pay-page.ts';
import type { Call, Provider, Reply } from './provider.ts';
import { wechatBillFile } from './wechat-bill-file.ts';
import { type BridgeReply, payThroughBridge } from './wechat-bridge.ts';
import { makeWechatOrders, type WechatOrder, type WechatRefund } from './wechat-orders.ts';
import { makeWechatPapay, type WechatPapayDesk } from './wechat-papay.ts';

/** A merchant at WeChat Pay, as its platform knows it. */
export interface WechatPayAccount {
  merchantId: string;
  appId: string;
  miniProgramAppId: string;
  serialNo: string;
  privateKey: string;
  apiV3Key: string;
  publicKeyId: string;
  publicKey: string;
  /** 委托代扣: template, and the key of APIv2. */
  planId: string;
  apiV2Key: string;
}

export function wechatPayAccount(): WechatPayAccount {
  const certificate = new X509Certificate(emulatorKey('wechat-platform-1.crt'));
  return {
    merchantId: '1900000001',
    appId: 'wxemulator',
    miniProgramAppId: 'wxminiprogram',
    serialNo: '3775B6A45ACD588826D15E583A95F5DD00000001',
    privateKey: emulatorKey('wechat-merchant.pem'),
    apiV3Key: 'emulator-api-v3-key-of-32-bytes!',
    publicKeyId: 'PUB_KEY_ID_0000000001',
    planId: '12535',
    apiV2Key: 'emulator-api-v2-key-of-32-chars!',
    publicKey: certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** A message as it is sent: changed before it is signed, or signed otherwise. */
export interface NoticeChange {
  /** Fields of what is inside. */
  inside?: Readonly<Record<string, unknown>>;
  /** Fields around it. */
  outside?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  /** PEM of another signer. */
  signer?: string;
  apiV3Key?: string;
  /** Seconds before or after the clock. */
  offsetSeconds?: number;
}

export interface SignedNotice {
  headers: Record<string, string>;
  body: string;
}

/** WeChat Pay as a test sees it. */
export interface WechatPayDesk {
  orders: ReadonlyMap<string, WechatOrder>;
  refunds: ReadonlyMap<string, WechatRefund>;
  papay: WechatPapayDesk;
  /** The payer pays. `isForced`: it was under way when the order was closed. */
  pay(orderNo: string, options?: { isForced?: boolean; isSilent?: boolean }): boolean;
  /** What the phone of `openId` does with an order's parameters, its owner agreeing. */
  invoke(parameters: Readonly<Record<string, string>>, openId: string): BridgeReply;
  /** The message of a payment or a refund as it would be sent now. */
  notice(orderNo: string, change?: NoticeChange): SignedNotice;
  refundNotice(refundNo: string, change?: NoticeChange): SignedNotice;
  /** While on, refunds stay in processing. */
  hold(isOn: boolean): void;
  finishRefund(refundNo: string, status?: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): void;
  /** From now on it signs with the second certificate. */
  rotate(): void;
  /** What is done to a bill before it is handed out; its hash is of what it was. */
  tamper(change: ((bill: Buffer) => Buffer) | null): void;
}

const channel = '微信支付';
const colour = '#07c160';
const host = 'api.mch.weixin.qq.com';
const pageHost = 'wx.tenpay.com';
/** A notice is sent at once and, until it is answered with 200 or 204, up to fifteen times more. Minutes. */
const repeatsMinutes = [0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360];

interface Body {
  appid?: string;
  mchid?: string;
  description?: string;
  out_trade_no?: string;
  out_refund_no?: string;
  notify_url?: string;
  time_expire?: string;
  payer?: { openid?: string; auth_code?: string };
  amount?: { total?: number; refund?: number; currency?: string };
}

/**
 * WeChat Pay APIv3. Payer's codes have 18 digits and begin with 10–15; one that ends in 1 pays at once, in 2 waits for the password, in
 * 3 has no money, any other is not known. `applicationOf` says to which application an openid was given.
 */
export function wechatPayProvider(
  account: WechatPayAccount,
  clock: EmulatorClock,
  notices: NoticeDesk,
  applicationOf: (openId: string) => string | undefined = () => undefined,
): Provider & { desk: WechatPayDesk } {
  const orders = makeWechatOrders(() => clock.now());
  const papay = makeWechatPapay(account, clock, notices, orders, pageHost);
  const merchantKey = createPublicKey(account.privateKey);
  const platform = [1, 2].map((n) => {
    const crt = emulatorKey(`wechat-platform-${n}.crt`);
    return { crt, key: emulatorKey(`wechat-platform-${n}.pem`), serial: new X509Certificate(crt).serialNumber };
  });
  const strangerKey = emulatorKey('stranger.pem');
  const seenNonces = new Set<string>();
  let current = 0;
  let isHolding = false;
  let tamper: ((bill: Buffer) => Buffer) | null = null;
  const seconds = (offset = 0) => String(Math.floor(clock.now().epochMilliseconds / 1000) + offset);

  function seal(text: string, label: string, key = account.apiV3Key) {
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce));
    cipher.setAAD(Buffer.from(label));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return { algorithm: 'AEAD_AES_256_GCM', ciphertext: sealed.toString('base64'), nonce, associated_data: label };
  }

  /** `wanted`: the caller's own serial says whether it checks by the public key. */
  function signature(body: string, wanted: string | undefined, change: NoticeChange = {}): Record<string, string> {
    const timestamp = seconds(change.offsetSeconds);
    const nonce = randomBytes(16).toString('hex');
    const byKey = wanted === account.publicKeyId;
    const signer = byKey ? platform[0]! : platform[current]!;
    const text = `${timestamp}\n${nonce}\n${body}\n`;
    return {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-signature': sign('RSA-SHA256', Buffer.from(text), change.signer ?? signer.key).toString('base64'),
      'wechatpay-serial': byKey ? account.publicKeyId : signer.serial,
      ...change.headers,
    };
  }

  /** By public key when the merchant last asked so. */
  let lastSerial: string | undefined;

  function signed(content: object, change: NoticeChange): SignedNotice {
    const body = JSON.stringify({ ...content, ...change.outside });
    return { body, headers: { 'content-type': 'application/json', ...signature(body, lastSerial, change) } };
  }

  const around = (event: string, summary: string, inside: object, label: string, change: NoticeChange) => ({
    id: randomBytes(16).toString('hex'),
    create_time: clock.now().toString(),
    resource_type: 'encrypt-resource',
    event_type: event,
    summary,
    resource: {
      original_type: label,
      ...seal(JSON.stringify({ ...inside, ...change.inside }), label, change.apiV3Key),
    },
  });

  function told(order: WechatOrder) {
    const isPaid = order.paidAt !== null && order.state !== 'REVOKED';
    const refunded = [...orders.refunds.values()].some(
      (one) => one.orderNo === order.orderNo && one.status === 'SUCCESS',
    );
    return {
      appid: order.appId,
      mchid: account.merchantId,
      out_trade_no: order.orderNo,
      trade_state: isPaid ? (refunded ? 'REFUND' : 'SUCCESS') : order.state,
      trade_state_desc: '',
      ...(isPaid && {
        transaction_id: order.transactionId,
        trade_type: order.type,
        bank_type: 'OTHERS',
        success_time: order
          .paidAt!.toZonedDateTimeISO('Asia/Shanghai')
          .toString({ smallestUnit: 'second', timeZoneName: 'never' }),
        payer: { openid: order.openId || 'oEmulatedPayer' },
        amount: {
          total: Number(order.amountFen),
          payer_total: Number(order.amountFen),
          currency: 'CNY',
          payer_currency: 'CNY',
        },
      }),
    };
  }

  function noticeOf(order: WechatOrder, change: NoticeChange = {}): SignedNotice {
    return signed(around('TRANSACTION.SUCCESS', '支付成功', told(order), 'transaction', change), change);
  }

  const refundTold = (refund: WechatRefund) => ({
    refund_id: refund.refundId,
    out_refund_no: refund.refundNo,
    out_trade_no: refund.orderNo,
    transaction_id: orders.all.get(refund.orderNo)!.transactionId,
    channel: 'ORIGINAL',
    status: refund.status,
    create_time: refund.at.toString(),
    ...(refund.status === 'SUCCESS' && { success_time: refund.at.toString() }),
    amount: {
      refund: Number(refund.amountFen),
      total: Number(orders.all.get(refund.orderNo)!.amountFen),
      currency: 'CNY',
    },
  });

  function refundNoticeOf(refund: WechatRefund, change: NoticeChange = {}): SignedNotice {
    const { status, ...rest } = refundTold(refund);
    const inside = { ...rest, mchid: account.merchantId, refund_status: status };
    return signed(around(`REFUND.${status}`, '退款', inside, 'refund', change), change);
  }

  /** Each try is signed anew, as WeChat Pay does. */
  function send(url: string, make: (change: NoticeChange) => SignedNotice, amountFen: Fen): void {
    if (url === '') return;
    const untrue: Partial<Record<NoticeFault, NoticeChange>> = {
      wrongAmount: { inside: { amount: { total: Number(amountFen) + 100, currency: 'CNY' } } },
      wrongMerchant: { inside: { mchid: '1900000002' } },
      forged: { signer: strangerKey },
    };
    let made: SignedNotice | undefined;
    notices.send({
      provider: 'wechatPay',
      url,
      body: (fault) => {
        made = make((fault && untrue[fault]) ?? {});
        return made.body;
      },
      headers: () => made!.headers,
      isTaken: (status) => status === 200 || status === 204,
      repeatsMinutes,
    });
  }

  function pay(orderNo: string, { isForced = false, isSilent = false } = {}): boolean {
    if (!orders.pay(orderNo, isForced)) return false;
    const order = orders.all.get(orderNo)!;
    if (!isSilent) send(order.notifyUrl, (change) => noticeOf(order, change), order.amountFen);
    return true;
  }

  function finishRefund(refundNo: string, status: 'SUCCESS' | 'ABNORMAL' | 'CLOSED' = 'SUCCESS'): void {
    const refund = orders.refunds.get(refundNo);
    if (refund?.status !== 'PROCESSING') return;
    refund.status = status;
    refund.at = clock.now();
    send(refund.notifyUrl, (change) => refundNoticeOf(refund, change), refund.amountFen);
  }

  type Outcome = { status: number; json?: object };
  const refused = (status: number, code: string, message: string): Outcome => ({ status, json: { code, message } });

  function offer(body: Body, type: string): WechatOrder | Outcome {
    const total = body.amount?.total ?? 0;
    if (body.mchid !== account.merchantId || !body.out_trade_no || !body.description || body.amount?.currency !== 'CNY')
      return refused(400, 'PARAM_ERROR', '参数错误');
    const isMiniProgram = type === 'JSAPI' && body.appid === account.miniProgramAppId;
    if (body.appid !== account.appId && !isMiniProgram)
      return refused(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
    if (!Number.isSafeInteger(total) || total <= 0) return refused(400, 'PARAM_ERROR', '金额错误');
    const kept = orders.find(body.out_trade_no);
    if (kept?.paidAt) return refused(400, 'ORDERPAID', '该订单已支付');
    if (kept && kept.state !== 'NOTPAY') return refused(400, 'ORDER_CLOSED', '该订单已关闭');
    if (kept && kept.amountFen !== BigInt(total)) return refused(400, 'OUT_TRADE_NO_USED', '商户订单号重复');
    const expiresAt = body.time_expire ? Temporal.Instant.from(body.time_expire) : clock.now().add({ hours: 2 });
    if (Temporal.Instant.compare(expiresAt, clock.now()) <= 0) return refused(400, 'PARAM_ERROR', '结束时间已过');
    return (
      kept ??
      orders.offer({
        orderNo: body.out_trade_no,
        appId: body.appid ?? '',
        openId: body.payer?.openid ?? '',
        amountFen: fen(BigInt(total)),
        description: body.description,
        notifyUrl: body.notify_url ?? '',
        type,
        expiresAt,
      })
    );
  }

  function chargeCode(body: Body): Outcome {
    const code = body.payer?.auth_code ?? '';
    if (!/^1[0-5]\d{16}$/.test(code) || !'123'.includes(code.at(-1)!))
      return refused(400, 'AUTH_CODE_INVALID', '付款码无效');
    const offered = offer(body, 'MICROPAY');
    if (!('orderNo' in offered)) return offered;
    if (code.endsWith('3')) {
      offered.state = 'PAYERROR';
      return refused(403, 'NOTENOUGH', '余额不足');
    }
    if (code.endsWith('2')) {
      offered.state = 'USERPAYING';
      return refused(400, 'USERPAYING', '需要用户输入支付密码');
    }
    pay(offered.orderNo, { isSilent: true });
    return { status: 200, json: told(offered) };
  }

  function start(kind: string, body: Body, base: string): Outcome {
    const types: Readonly<Record<string, string>> = { jsapi: 'JSAPI', native: 'NATIVE', h5: 'MWEB' };
    const type = types[kind];
    if (!type) return refused(404, 'NOT_FOUND', '没有这个接口');
    const openId = body.payer?.openid;
    if (kind === 'jsapi' && !openId) return refused(400, 'PARAM_ERROR', '缺少openid');
    const known = openId ? applicationOf(openId) : undefined;
    if (known !== undefined && known !== body.appid) return refused(400, 'PARAM_ERROR', 'appid和openid不匹配');
    const offered = offer(body, type);
    if (!('orderNo' in offered)) return offered;
    const page = `${base}/${pageHost}/${offered.orderNo}`;
    if (kind === 'native') return { status: 200, json: { code_url: page } };
    if (kind === 'h5') return { status: 200, json: { h5_url: page } };
    return { status: 200, json: { prepay_id: `wx${offered.orderNo}` } };
  }

  function byOrderNo(orderNo: string, verb: string | undefined, call: Call): Outcome {
    const order = orders.find(orderNo);
    if (verb === undefined && call.query.get('mchid') !== account.merchantId)
      return refused(400, 'PARAM_ERROR', '商户号不符');
    if (!order) return refused(404, 'ORDER_NOT_EXIST', '订单不存在');
    if (verb === undefined) return { status: 200, json: told(order) };
    if (order.paidAt) return refused(400, 'ORDERPAID', '该订单已支付');
    if (verb === 'reverse') {
      order.state = 'REVOKED';
      return { status: 204 };
    }
    if (verb !== 'close') return refused(404, 'NOT_FOUND', '没有这个接口');
    if (order.state === 'USERPAYING') return refused(400, 'USERPAYING', '用户支付中');
    order.state = 'CLOSED';
    return { status: 204 };
  }

  function refund(body: Body): Outcome {
    const outcome = orders.refund({
      orderNo: body.out_trade_no ?? '',
      refundNo: body.out_refund_no ?? '',
      amountFen: fen(BigInt(body.amount?.refund ?? 0)),
      notifyUrl: body.notify_url ?? '',
    });
    if (typeof outcome === 'string')
      return refused(outcome === 'RESOURCE_NOT_EXISTS' ? 404 : 400, outcome, '退款请求不对');
    const json = refundTold(outcome);
    // It says "processing" and tells the end by a notice.
    if (!isHolding) queueMicrotask(() => finishRefund(outcome.refundNo));
    return { status: 200, json };
  }

  function queryRefund(refundNo: string): Outcome {
    const found = orders.refunds.get(refundNo);
    return found ? { status: 200, json: refundTold(found) } : refused(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  }

  function billOf(day: string): Buffer | undefined {
    const text = wechatBillFile(
      account.merchantId,
      orders.all.values(),
      orders.refunds.values(),
      Temporal.PlainDate.from(day),
    );
    return text === undefined ? undefined : Buffer.from(text);
  }

  function applyForBill(day: string): Outcome {
    const bill = billOf(day);
    if (!bill) return refused(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    const url = `https://${host}/v3/billdownload/file?token=${day}`;
    return {
      status: 200,
      json: { hash_type: 'SHA1', hash_value: createHash('sha1').update(bill).digest('hex'), download_url: url },
    };
  }

  const certificates = (): Outcome => ({
    status: 200,
    json: {
      data: platform.slice(0, current + 1).map(({ crt, serial }) => ({
        serial_no: serial,
        effective_time: '2020-01-01T08:00:00+08:00',
        expire_time: '2120-01-01T08:00:00+08:00',
        encrypt_certificate: seal(crt, 'certificate'),
      })),
    },
  });

  function perform(call: Call): Outcome {
    const parts = call.path.split('/').slice(1).map(decodeURIComponent);
    const path = parts.join('/');
    const body = (call.method === 'POST' ? JSON.parse(call.text) : {}) as Body;
    const base = `http://${call.headers.host}`;
    if (path === 'v3/certificates') return certificates();
    if (path.startsWith('v3/papay/contracts/')) {
      const problem = papay.announce(parts[3]!, body as Parameters<typeof papay.announce>[1]);
      return problem ? refused(400, problem, '不能发扣费前通知') : { status: 204 };
    }
    if (path === 'v3/bill/tradebill') return applyForBill(call.query.get('bill_date') ?? '');
    if (path === 'v3/refund/domestic/refunds') return refund(body);
    if (path.startsWith('v3/refund/domestic/refunds/')) return queryRefund(parts[4]!);
    if (path === 'v3/pay/transactions/codepay') return chargeCode(body);
    if (path.startsWith('v3/pay/transactions/out-trade-no/')) return byOrderNo(parts[4]!, parts[5], call);
    if (path.startsWith('v3/pay/transactions/')) return start(parts[3]!, body, base);
    return refused(404, 'NOT_FOUND', '没有这个接口');
  }

  /** Null when the request is signed by the merchant, just now, and for the first time. */
  function requestProblem(call: Call): string | null {
    const authorization = String(call.headers.authorization ?? '');
    const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(authorization)?.[1] ?? '';
    const [timestamp, nonce] = [part('timestamp'), part('nonce_str')];
    if (!authorization.startsWith('WECHATPAY2-SHA256-RSA2048 ')) return '缺少签名';
    if (part('mchid') !== account.merchantId || part('serial_no') !== account.serialNo) return '商户或证书不对';
    if (Math.abs(Number(timestamp) - Number(seconds())) > 300) return '时间戳过期';
    if (nonce === '' || seenNonces.has(nonce)) return '重复的请求';
    const query = call.query.size > 0 ? `?${call.query.toString()}` : '';
    const text = `${call.method}\n${call.path}${query}\n${timestamp}\n${nonce}\n${call.text}\n`;
    if (!verify('RSA-SHA256', Buffer.from(text), merchantKey, Buffer.from(part('signature'), 'base64')))
      return '签名不对';
    seenNonces.add(nonce);
    return null;
  }

  function api(call: Call, fault: FaultKind | undefined): Reply {
    const problem = requestProblem(call);
    if (problem !== null) return { status: 401, json: { code: 'SIGN_ERROR', message: problem } };
    lastSerial = call.headers['wechatpay-serial'] as string | undefined;
    if (fault === 'rateLimit') return { status: 429, json: { code: 'FREQUENCY_LIMITED', message: '频率超限' } };
    if (call.path === '/v3/billdownload/file') {
      const bill = billOf(call.query.get('token') ?? '') ?? Buffer.alloc(0);
      return { type: 'text/plain; charset=utf-8', bytes: tamper ? tamper(bill) : bill };
    }
    const { status, json } = perform(call);
    const text = json ? JSON.stringify(json) : '';
    const headers = signature(text, lastSerial);
    return { status, type: 'application/json', bytes: Buffer.from(text), headers };
  }

  /** `/<order>`: what a code or a link leads to; `/<order>/pay` and `/cancel`: its buttons. */
  function visit(call: Call): Reply {
    const [, orderNo = '', action] = call.path.split('/');
    const order = orders.find(orderNo);
    if (!order) return { html: resultPage(channel, colour, '订单不存在') };
    const back = call.query.get('redirect_url') ?? undefined;
    if (action === 'cancel') return { html: resultPage(channel, colour, '已取消，没有付款', back) };
    if (action === 'pay')
      return { html: resultPage(channel, colour, pay(orderNo) ? '支付成功' : '订单已支付或已关闭', back) };
    if (order.state !== 'NOTPAY') return { html: resultPage(channel, colour, '订单已支付或已关闭', back) };
    const query = back ? `?redirect_url=${encodeURIComponent(back)}` : '';
    const urls = { payUrl: `/${pageHost}/${orderNo}/pay${query}`, cancelUrl: `/${pageHost}/${orderNo}/cancel${query}` };
    const { amountFen, description } = order;
    return { html: payPage({ channel, colour, amountFen, description, orderNo, ...urls }) };
  }

  return {
    name: 'wechatPay',
    hosts: [host, pageHost],
    answer: (call, _post, fault) =>
      call.host === pageHost ? (papay.visit(call) ?? visit(call)) : (papay.answer(call) ?? api(call, fault)),
    desk: {
      orders: orders.all,
      refunds: orders.refunds,
      papay: papay.desk,
      pay,
      invoke: (parameters, openId) =>
        payThroughBridge({ merchantKey, find: (orderNo) => orders.find(orderNo), pay }, parameters, openId),
      notice: (orderNo, change = {}) => noticeOf(orders.all.get(orderNo)!, change),
      refundNotice: (refundNo, change = {}) => refundNoticeOf(orders.refunds.get(refundNo)!, change),
      hold: (isOn) => {
        isHolding = isOn;
      },
      finishRefund,
      rotate: () => {
        current = 1;
      },
      tamper: (change) => {
        tamper = change;
      },
    },
  };
}
