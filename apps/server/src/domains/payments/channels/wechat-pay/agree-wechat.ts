import { fen } from '@anlin/money';
import { addressOf } from '../call-channel.ts';
import { readCompactTime, readSpacedTime } from '../channel-time.ts';
import {
  type AgreedOrder,
  type AgreementTerms,
  type AgreementWord,
  type ChannelAccount,
  type ChannelAgreements,
  type ChannelPayment,
  ChannelRefusal,
  ChannelSilence,
  type Heard,
  type Outside,
  type Queried,
  type Started,
  type TakingRefusal,
} from '../payment-channel.ts';
import { readFen } from '../read-amount.ts';
import { askWechat } from './ask-wechat.ts';
import { codeOf, refusalOf as refusalOfV3, wechatHost } from './call-wechat.ts';
import {
  askPapay,
  fetchPapay,
  isSignedPapay,
  type PapayFields,
  papayKey,
  readPapayXml,
  signPapay,
} from './papay-message.ts';
import { newNonce } from './wechat-signature.ts';

const planOf = (account: ChannelAccount) => account.settings.planId ?? '';
const idsOf = (account: ChannelAccount) => ({ appid: account.appId, mch_id: account.merchantId });

/** In the order of signing, unique and without a leading zero: the first 15 digits of the hexadecimal number, as decimal. */
const serialOf = (code: string) => BigInt(`0x${code.slice(0, 15)}`).toString();

const addressed = (path: string, fields: PapayFields, sign: string) =>
  `${path}?${new URLSearchParams({ ...fields, sign })}`;

/**
 * 公众号纯签约 (papay/entrustweb) inside WeChat, H5 纯签约 (papay/h5entrustweb) outside of it. The first is a page; the second says
 * where the page is.
 */
async function sign(account: ChannelAccount, terms: AgreementTerms, outside: Outside): Promise<Started> {
  const fields: Record<string, string> = {
    ...idsOf(account),
    plan_id: planOf(account),
    contract_code: terms.code,
    request_serial: serialOf(terms.code),
    contract_display_account: terms.label.slice(0, 32),
    notify_url: terms.notifyUrl,
    version: '1.0',
    timestamp: String(Math.floor(outside.now.epochMilliseconds / 1000)),
  };
  const key = papayKey(account);
  if (terms.isInside) {
    fields.return_web = '1';
    const path = addressed('/papay/entrustweb', fields, signPapay(fields, key, 'MD5'));
    return { kind: 'redirect', url: addressOf(outside, wechatHost, path) };
  }
  fields.clientip = terms.clientIp || '127.0.0.1';
  // `sign_type` says how it is signed and is not signed itself.
  const path = addressed('/papay/h5entrustweb', fields, signPapay(fields, key, 'HMAC-SHA256'));
  const answer = await fetchPapay(account, `${path}&sign_type=HMAC-SHA256`, outside);
  if (!answer.redirect_url) throw new ChannelSilence('WeChat Pay answered without a page');
  return { kind: 'redirect', url: answer.redirect_url };
}

const notThere = /^(CONTRACT_NOT_EXIST|CONTRACT_NOT_EXISTS|CONTRACTNOTEXIST)$/;

/** papay/querycontract: 0 in force, 1 over, 9 being signed. */
async function query(
  account: ChannelAccount,
  { code, channelNo }: { code: string; channelNo: string | null },
  outside: Outside,
): Promise<AgreementWord> {
  const which: PapayFields = channelNo ? { contract_id: channelNo } : { plan_id: planOf(account), contract_code: code };
  const answer = await askPapay(
    account,
    '/papay/querycontract',
    { ...idsOf(account), ...which, version: '1.0' },
    outside,
  );
  if (answer.result_code !== 'SUCCESS') {
    if (notThere.test(answer.err_code ?? '')) return channelNo ? { state: 'ended', channelNo } : { state: 'waiting' };
    throw refusalOf(answer);
  }
  if (answer.contract_code !== code || !answer.contract_id)
    throw new ChannelSilence('WeChat Pay answered for another agreement');
  if (answer.contract_state === '1') return { state: 'ended', channelNo: answer.contract_id };
  if (answer.contract_state !== '0') return { state: 'waiting' };
  return {
    state: 'active',
    channelNo: answer.contract_id,
    signedAt: readSpacedTime(answer.contract_signed_time ?? ''),
  };
}

async function end(account: ChannelAccount, { channelNo }: { channelNo: string }, reason: string, outside: Outside) {
  const fields = { ...idsOf(account), contract_id: channelNo, contract_termination_remark: reason, version: '1.0' };
  const answer = await askPapay(account, '/papay/deletecontract', fields, outside);
  if (answer.result_code !== 'SUCCESS' && !notThere.test(answer.err_code ?? '')) throw refusalOf(answer);
}

/** The day of the notice and the one after it the signer may object; then money may be taken on so many days. */
const waitingDays = 2;
const takingDays = 7;

/** 预扣费通知, the one interface of it in APIv3. */
async function announce(
  account: ChannelAccount,
  { channelNo, amountFen, today }: { channelNo: string; amountFen: bigint; today: Temporal.PlainDate },
  outside: Outside,
): Promise<{ from: Temporal.PlainDate; until: Temporal.PlainDate }> {
  const answer = await askWechat(account, outside, {
    method: 'POST',
    path: `/v3/papay/contracts/${encodeURIComponent(channelNo)}/notify`,
    body: {
      mchid: account.merchantId,
      appid: account.appId,
      deduct_duration: { count: takingDays, unit: 'DAY' },
      estimated_amount: { amount: Number(amountFen), currency: 'CNY' },
    },
  });
  // The last one holds still: it was sent and its answer lost. Should it not hold, the taking is refused and tried again.
  if (answer.status >= 400 && codeOf(answer) !== 'RULE_LIMIT') throw refusalOfV3(answer);
  return { from: today.add({ days: waitingDays }), until: today.add({ days: waitingDays + takingDays - 1 }) };
}

/** pay/pappayapply: accepted here, taken later; what became of it is told and asked. */
async function take(account: ChannelAccount, order: AgreedOrder, outside: Outside): Promise<Started> {
  const answer = await askPapay(
    account,
    '/pay/pappayapply',
    {
      ...idsOf(account),
      nonce_str: newNonce(),
      body: Array.from(order.description).slice(0, 40).join(''),
      out_trade_no: order.orderNo,
      total_fee: order.amountFen.toString(),
      spbill_create_ip: '127.0.0.1',
      notify_url: order.notifyUrl,
      trade_type: 'PAP',
      contract_id: order.channelNo,
    },
    outside,
  );
  if (answer.result_code !== 'SUCCESS' && answer.err_code !== 'ORDER_ACCEPTED' && answer.err_code !== 'ORDERPAID')
    throw refusalOf(answer);
  return { kind: 'waiting' };
}

const explanations: Readonly<Record<string, string>> = {
  NOTENOUGH: '付款人的零钱和银行卡余额不足',
  CONTRACT_NOT_EXIST: '签约协议不存在或已解约',
  RULE_LIMIT: '超过了微信支付允许的扣款次数或金额',
  NO_AUTH: '商户号没有开通委托代扣，请到微信支付商户平台开通',
  NOTICE_NOT_EXIST: '还没有发扣费前通知，或不在可扣费的日子',
};

function refusalOf(answer: PapayFields): ChannelRefusal {
  const code = answer.err_code ?? '';
  const text = answer.err_code_des || answer.return_msg || code;
  const known = explanations[code];
  return new ChannelRefusal(known ? `${known}（${text}）` : `微信支付：${text}`, code);
}

function kindOfCode(code: string): TakingRefusal['kind'] {
  if (/NOT_?ENOUGH|BANKERROR|ACCOUNT/.test(code)) return 'funds';
  if (notThere.test(code) || /CONTRACT/.test(code)) return 'ended';
  if (/LIMIT|AMOUNT/.test(code)) return 'limit';
  if (/NOTICE|TIME|DATE/.test(code)) return 'time';
  return 'other';
}

/** pay/paporderquery: what became of an order that is taken by agreement. */
export async function queryAgreed(account: ChannelAccount, orderNo: string, outside: Outside): Promise<Queried> {
  const fields = { ...idsOf(account), nonce_str: newNonce(), out_trade_no: orderNo };
  const answer = await askPapay(account, '/pay/paporderquery', fields, outside);
  if (answer.result_code !== 'SUCCESS') {
    if (/^ORDER_?NOT_?EXIST$/.test(answer.err_code ?? '')) return { state: 'missing' };
    throw refusalOf(answer);
  }
  if (answer.out_trade_no !== orderNo) throw new ChannelSilence('WeChat Pay answered for another order');
  if (answer.trade_state === 'SUCCESS' || answer.trade_state === 'REFUND')
    return { state: 'paid', payment: paymentOf(account, answer) };
  if (answer.trade_state === 'PAY_FAIL' || answer.trade_state === 'PAYERROR') {
    const code = answer.err_code ?? '';
    const reason = explanations[code] ?? `微信支付：${answer.trade_state_desc || '扣款失败'}`;
    return { state: 'closed', refusal: { kind: kindOfCode(code), reason } };
  }
  return { state: answer.trade_state === 'CLOSED' ? 'closed' : 'waiting' };
}

/** It can't be called back once accepted: what is still open is waited for. */
export async function closeAgreed(
  account: ChannelAccount,
  orderNo: string,
  outside: Outside,
): Promise<'closed' | 'paid'> {
  const { state } = await queryAgreed(account, orderNo, outside);
  if (state === 'waiting') throw new ChannelRefusal('微信支付还在等待扣款');
  return state === 'paid' ? 'paid' : 'closed';
}

function paymentOf(account: ChannelAccount, told: PapayFields): ChannelPayment {
  if (!told.transaction_id || !/^\d{16,40}$/.test(told.transaction_id)) throw new ChannelRefusal('没有交易号');
  return {
    orderNo: told.out_trade_no ?? '',
    merchantId: account.merchantId,
    amountFen: fen(readFen(told.total_fee)),
    transactionId: told.transaction_id,
    paidAt: readCompactTime(told.time_end ?? ''),
    payer: told.openid ?? '',
  };
}

/** A message in XML: 签约、解约结果通知 or 扣款结果通知. Throws ChannelRefusal when any part of it can't be believed. */
export function hearPapay(account: ChannelAccount, body: Buffer): Heard {
  const key = papayKey(account);
  if (key === '') throw new ChannelRefusal('没有填写 APIv2 密钥');
  const told = readPapayXml(body);
  if (!isSignedPapay(told, key)) throw new ChannelRefusal('通知的签名不对');
  if (told.return_code !== 'SUCCESS') throw new ChannelRefusal('通知的内容不完整');
  if (told.mch_id !== account.merchantId) throw new ChannelRefusal('商户号不是这个渠道的');
  if (told.change_type !== undefined) return hearAgreement(account, told);
  if (told.appid !== account.appId) throw new ChannelRefusal('AppID 不是这个渠道的');
  if (!told.out_trade_no) throw new ChannelRefusal('通知的内容不完整');
  // What was not taken is asked after: the query says why.
  if (told.result_code !== 'SUCCESS' || (told.trade_state ?? 'SUCCESS') !== 'SUCCESS') return { kind: 'other' };
  return { kind: 'payment', payment: paymentOf(account, told) };
}

function hearAgreement(account: ChannelAccount, told: PapayFields): Heard {
  const { contract_code: code = '', contract_id: channelNo = '', change_type: change } = told;
  if (told.result_code !== 'SUCCESS' || !/^[0-9A-Za-z]{6,32}$/.test(code) || !/^[0-9A-Za-z_-]{4,40}$/.test(channelNo))
    throw new ChannelRefusal('签约通知的内容不完整');
  if (told.plan_id !== planOf(account)) throw new ChannelRefusal('签约通知是另一个模板的');
  const at = readSpacedTime(told.operate_time ?? '');
  if (change === 'ADD') return { kind: 'agreement', code, word: { state: 'active', channelNo, signedAt: at } };
  if (change === 'DELETE') return { kind: 'agreement', code, word: { state: 'ended', channelNo, endedAt: at } };
  throw new ChannelRefusal('签约通知的类型不对');
}

/** 委托代扣, for an account with its template and APIv2 key filled in. */
export const wechatAgreements: ChannelAgreements = {
  isReady: (account) => planOf(account) !== '' && papayKey(account) !== '',
  sign,
  query,
  end,
  noticeDays: waitingDays,
  announce,
  openMinutes: 26 * 60,
  take,
  kindOf: ({ code }) => kindOfCode(code),
};
