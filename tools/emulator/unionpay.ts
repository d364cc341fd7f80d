import { createHash, createPublicKey, randomInt, sign, verify } from 'node:crypto';
import { type Fen, fen } from '@anlin/money';
import { compactTime, type EmulatorClock, readLocalTime } from './emulator-clock.ts';
import { emulatorKey } from './emulator-keys.ts';
import type { NoticeDesk, NoticeFault } from './notices.ts';
import { payPage, resultPage } from './pay-page.ts';
import type { Call, Provider, Reply } from './provider.ts';
import { settleDayOf, traceTimeOf, unionPayBillFile } from './unionpay-bill-file.ts';
import { refundedOf, type UnionPayOrder } from './unionpay-orders.ts';

export interface UnionPayAccount {
  merchantId: string;
  certificateId: string;
  privateKey: string;
  /** What the merchant checks UnionPay's certificate with. */
  certificates: string;
}

export function unionPayAccount(): UnionPayAccount {
  return {
    merchantId: '777290058110048',
    certificateId: '68759663125',
    privateKey: emulatorKey('unionpay-merchant.pem'),
    certificates: emulatorKey('unionpay-middle.crt') + emulatorKey('unionpay-root.crt'),
  };
}

/** Who signs in UnionPay's name. */
export interface Signer {
  key: string;
  certificate: string;
}

/** UnionPay as a test sees it. */
export interface UnionPayDesk {
  orders: ReadonlyMap<string, UnionPayOrder>;
  /** The payer pays. False when the order can't be paid. */
  pay(orderId: string): boolean;
  /** A payment or refund whose outcome is open comes to its end: `00`, or a code of refusal. */
  decide(orderId: string, outcome: string): void;
  /** While on, refunds stay open until `decide`. */
  holdRefunds(isOn: boolean): void;
  /** A notify as it would be sent now, with fields changed before it is signed. */
  notify(orderId: string, change?: Readonly<Record<string, string>>, signer?: Signer): string;
  /** What is done to the settlement file before it is packed. */
  tamper(change: ((zm: Buffer) => Buffer) | null): void;
}

const channel = '云闪付';
const colour = '#d8232a';
const hosts = [
  'gateway.95516.com',
  'gateway.test.95516.com',
  'filedownload.95516.com',
  'filedownload.test.95516.com',
  'qr.95516.com',
] as const;
/** A notify is sent at once and, until it is answered 200, four times more. */
const repeatsMinutes = [1, 2, 4, 5];

type Fields = Readonly<Record<string, string>>;

function digestOf(fields: Fields): Buffer {
  const text = Object.keys(fields)
    .filter((name) => name !== 'signature' && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
  return Buffer.from(createHash('sha256').update(text).digest('hex'));
}

function signedAs({ key, certificate }: Signer, fields: Fields): Fields {
  const message = { ...fields, signPubKeyCert: certificate };
  return { ...message, signature: sign('RSA-SHA256', digestOf(message), key).toString('base64') };
}

const text = (fields: Fields): Reply => ({
  type: 'text/html; charset=UTF-8',
  bytes: Buffer.from(
    Object.entries(fields)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
  ),
});

/**
 * UnionPay's full-channel platform. A payer's code that ends in 1 is paid at once, in 2 stays open until it is decided, in 3 fails;
 * any other is refused.
 */
export function unionPayProvider(
  account: UnionPayAccount,
  clock: EmulatorClock,
  notices: NoticeDesk,
): Provider & { desk: UnionPayDesk } {
  const orders = new Map<string, UnionPayOrder>();
  const platform: Signer = {
    key: emulatorKey('unionpay-platform.pem'),
    certificate: emulatorKey('unionpay-platform.crt'),
  };
  const stranger: Signer = { key: emulatorKey('stranger.pem'), certificate: emulatorKey('impostor.crt') };
  const merchantKey = createPublicKey(account.privateKey);
  let tamper: ((zm: Buffer) => Buffer) | null = null;
  let isHolding = false;
  let count = 0;

  const nextQueryId = () => {
    count += 1;
    return `${compactTime(clock.now())}${String(randomInt(1e3)).padStart(3, '0')}${String(count).padStart(4, '0')}`;
  };

  const common = {
    version: '5.1.0',
    encoding: 'UTF-8',
    signMethod: '01',
    accessType: '0',
    merId: account.merchantId,
  };

  const factsOf = (order: UnionPayOrder) => ({
    txnType: order.txnType,
    txnSubType: order.txnSubType,
    bizType: order.bizType,
    orderId: order.orderId,
    txnTime: order.txnTime,
    txnAmt: order.amountFen.toString(),
    currencyCode: '156',
    reqReserved: order.reserved,
    queryId: order.queryId,
    origQryId: order.originalQueryId,
    ...(order.doneAt && {
      traceTime: traceTimeOf(order.doneAt),
      settleDate: settleDayOf(order.doneAt).toString().replaceAll('-', '').slice(4),
      settleAmt: order.amountFen.toString(),
      settleCurrencyCode: '156',
      accNo: '6217********0001',
    }),
  });

  const noticeOf = (order: UnionPayOrder) => ({
    ...common,
    ...factsOf(order),
    respCode: order.outcome,
    respMsg: order.outcome === '00' ? '成功[0000000]' : '失败',
  });

  function tell(order: UnionPayOrder): void {
    const notice = noticeOf(order);
    const untrue: Partial<Record<NoticeFault, Fields>> = {
      wrongAmount: { txnAmt: String(order.amountFen + 100n) },
      wrongMerchant: { merId: '777290058110049' },
    };
    notices.send({
      provider: 'unionpay',
      url: order.backUrl,
      body: (fault) => {
        const fields = signedAs(fault === 'forged' ? stranger : platform, { ...notice, ...(fault && untrue[fault]) });
        return new URLSearchParams(fields).toString();
      },
      isTaken: (status) => status === 200 || status === 302,
      repeatsMinutes,
    });
  }

  const isOver = (order: UnionPayOrder) => Temporal.Instant.compare(clock.now(), order.expiresAt) >= 0;

  function finish(order: UnionPayOrder, outcome: string): void {
    order.outcome = outcome;
    order.doneAt = clock.now();
    if (outcome === '00' || order.txnType === '04') tell(order);
  }

  function pay(orderId: string): boolean {
    const order = orders.get(orderId);
    if (order?.txnType !== '01' || order.outcome !== '' || isOver(order)) return false;
    order.queryId ||= nextQueryId();
    finish(order, '00');
    return true;
  }

  function keep(fields: Fields): UnionPayOrder | undefined {
    const kept = orders.get(fields.orderId ?? '');
    const amount = /^[1-9]\d{0,11}$/.test(fields.txnAmt ?? '') ? fen(fields.txnAmt!) : undefined;
    if (
      kept ||
      amount === undefined ||
      !/^[0-9A-Za-z]{8,40}$/.test(fields.orderId ?? '') ||
      fields.currencyCode !== '156'
    )
      return undefined;
    const order: UnionPayOrder = {
      orderId: fields.orderId!,
      txnTime: fields.txnTime ?? '',
      txnType: fields.txnType === '04' ? '04' : '01',
      txnSubType: fields.txnSubType ?? '',
      bizType: fields.bizType ?? '',
      amountFen: amount,
      backUrl: fields.backUrl ?? '',
      frontUrl: fields.frontUrl ?? '',
      reserved: fields.reqReserved ?? '',
      expiresAt: fields.payTimeout ? readLocalTime(fields.payTimeout) : clock.now().add({ minutes: 15 }),
      queryId: '',
      outcome: '',
      doneAt: null,
      originalQueryId: fields.origQryId ?? '',
    };
    orders.set(order.orderId, order);
    return order;
  }

  const accepted = (fields: Fields = {}) => ({ respCode: '00', respMsg: '成功[0000000]', ...fields });
  const no = (respCode: string, respMsg: string) => ({ respCode, respMsg });

  function start(fields: Fields, host: string): Fields {
    if (orders.has(fields.orderId ?? '')) return no('12', '重复交易[1200000]');
    const order = keep(fields);
    if (!order) return no('10', '报文格式错误[1000001]');
    if (fields.txnSubType === '07') return accepted({ qrCode: `http://${host}/qr.95516.com/${order.orderId}` });
    const code = fields.qrNo ?? '';
    if (!/^62\d{17}$/.test(code) || !'123'.includes(code.at(-1)!)) {
      orders.delete(order.orderId);
      return no('10', '二维码已失效[1000003]');
    }
    order.queryId = nextQueryId();
    if (code.endsWith('1')) finish(order, '00');
    else order.outcome = code.endsWith('2') ? '05' : '64';
    return accepted({ queryId: order.queryId });
  }

  function refund(fields: Fields): Fields {
    if (orders.has(fields.orderId ?? '')) return no('12', '重复交易[1200000]');
    const paid = [...orders.values()].find((one) => one.queryId !== '' && one.queryId === fields.origQryId);
    if (paid?.txnType !== '01' || paid.outcome !== '00') return no('34', '查无此交易[3400000]');
    const amount: Fen = fen(fields.txnAmt ?? '0');
    if (amount <= 0n || refundedOf(orders.values(), paid) + amount > paid.amountFen)
      return no('36', '交易金额超限[3600000]');
    const order = keep(fields);
    if (!order) return no('10', '报文格式错误[1000001]');
    order.queryId = nextQueryId();
    if (isHolding) order.outcome = '05';
    else finish(order, '00');
    return accepted({ queryId: order.queryId });
  }

  function reverse({ orderId = '' }: Fields): Fields {
    const order = orders.get(orderId);
    if (!order) return no('34', '查无此交易[3400000]');
    if (order.outcome !== '05') return no('02', '系统未开放或交易状态不允许[0200001]');
    order.outcome = '99';
    return accepted();
  }

  function query({ orderId = '', txnTime }: Fields): Fields {
    const order = orders.get(orderId);
    // An order nobody has paid by the gateway's page was never sent to UnionPay.
    if (!order || order.txnTime !== txnTime || (order.txnSubType === '01' && order.outcome === ''))
      return no('34', '查无此交易[3400000]');
    const outcome = order.outcome || (isOver(order) ? '77' : '05');
    const messages: Fields = { '00': '成功[0000000]', '05': '交易处理中[0500000]', '64': '卡余额不足[6400000]' };
    return {
      ...accepted(),
      ...factsOf(order),
      origRespCode: outcome,
      origRespMsg: messages[outcome] ?? '交易失败[7700000]',
    };
  }

  function file({ settleDate = '' }: Fields): Fields {
    const today = clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
    const [month, date] = [settleDate.slice(0, 2), settleDate.slice(2)];
    const thisYear = Temporal.PlainDate.from(`${today.year}-${month}-${date}`);
    const day = Temporal.PlainDate.compare(thisYear, today) > 0 ? thisYear.subtract({ years: 1 }) : thisYear;
    const packed = unionPayBillFile([...orders.values()], account.merchantId, day, tamper);
    if (!packed) return no('98', '文件不存在[9800000]');
    return accepted({ settleDate, fileType: '00', fileName: packed.name, fileContent: packed.content });
  }

  function answer(call: Call, fields: Fields): Fields {
    if (call.host.startsWith('filedownload')) return file(fields);
    if (call.path === '/gateway/api/queryTrans.do') return query(fields);
    if (fields.txnType === '01') return start(fields, String(call.headers.host));
    if (fields.txnType === '04') return refund(fields);
    return fields.txnType === '99' ? reverse(fields) : no('10', '报文格式错误[1000000]');
  }

  const isMerchants = (fields: Fields) =>
    fields.merId === account.merchantId &&
    fields.certId === account.certificateId &&
    fields.version === '5.1.0' &&
    verify('RSA-SHA256', digestOf(fields), merchantKey, Buffer.from(fields.signature ?? '', 'base64'));

  function speak(call: Call, fault: string | undefined): Reply {
    const fields: Fields = Object.fromEntries(new URLSearchParams(call.text));
    const { txnType = '', txnSubType = '', bizType = '', orderId = '', txnTime = '', reqReserved = '' } = fields;
    const echo = { ...common, txnType, txnSubType, bizType, orderId, txnTime, reqReserved };
    if (!isMerchants(fields)) return text(signedAs(platform, { ...echo, ...no('11', '验证签名失败[9100004]') }));
    if (call.path === '/gateway/api/frontTransReq.do') return firstPage(fields);
    if (fault === 'rateLimit') return text(signedAs(platform, { ...echo, ...no('06', '系统繁忙[0600000]') }));
    // What is asked for keeps the type of the question, not of what it found.
    return text(signedAs(platform, { ...echo, ...answer(call, fields), txnType }));
  }

  function firstPage(fields: Fields): Reply {
    const order = orders.get(fields.orderId ?? '') ?? keep(fields);
    return order ? showPage(order) : { html: resultPage(channel, colour, '订单不正确') };
  }

  function showPage(order: UnionPayOrder): Reply {
    const { amountFen, orderId: orderNo, frontUrl } = order;
    if (order.outcome !== '' || isOver(order))
      return { html: resultPage(channel, colour, '订单已支付或已过期', frontUrl) };
    const place = `/qr.95516.com/${orderNo}`;
    const urls = { payUrl: `${place}/pay`, cancelUrl: `${place}/cancel` };
    return { html: payPage({ channel, colour, amountFen, description: '物业缴费', orderNo, ...urls }) };
  }

  /** `/<order>`: what a code leads to; `/<order>/pay` and `/cancel`: its buttons. */
  function visit(path: string): Reply {
    const [, orderId = '', action] = path.split('/');
    const order = orders.get(orderId);
    if (!order) return { html: resultPage(channel, colour, '订单不存在') };
    if (!action) return showPage(order);
    if (action !== 'pay') return { html: resultPage(channel, colour, '已取消，没有付款', order.frontUrl) };
    return { html: resultPage(channel, colour, pay(orderId) ? '支付成功' : '订单已支付或已过期', order.frontUrl) };
  }

  return {
    name: 'unionpay',
    hosts,
    answer: (call, _post, fault) => (call.host === 'qr.95516.com' ? visit(call.path) : speak(call, fault)),
    desk: {
      orders,
      pay,
      decide(orderId, outcome) {
        const order = orders.get(orderId);
        if (order) finish(order, outcome);
      },
      holdRefunds: (isOn) => {
        isHolding = isOn;
      },
      notify(orderId, change, signer = platform) {
        const order = orders.get(orderId);
        if (!order) throw new Error(`no order ${orderId}`);
        return new URLSearchParams(signedAs(signer, { ...noticeOf(order), ...change })).toString();
      },
      tamper: (change) => {
        tamper = change;
      },
    },
  };
}
