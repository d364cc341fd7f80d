import { formatYuan } from '@anlin/money';
import { z } from 'zod';
import { addressOf } from '../call-channel.ts';
import { readSpacedTime } from '../channel-time.ts';
import {
  type AgreedOrder,
  type AgreementTerms,
  type AgreementWord,
  type ChannelAccount,
  type ChannelAgreements,
  ChannelSilence,
  type Outside,
  type Started,
} from '../payment-channel.ts';
import { alipayHost, alipayKeys } from './alipay-account.ts';
import { callAlipay, refusalOf, signedRequest } from './call-alipay.ts';
import { contentOf, paidAtOnce } from './start-alipay.ts';

/** 周期扣款 (opendocs.alipay.com): the product of the merchant, and that of the person who signs. */
const product = 'CYCLE_PAY_AUTH';
const personalProduct = 'CYCLE_PAY_AUTH_P';
/** The last day of a month on which Alipay plans a deduction. */
const lastDay = 28;

const sceneOf = (account: ChannelAccount) => account.settings.signScene ?? '';

/** The alipays:// address by which the browser of a phone opens a page inside the Alipay app. */
const inApp = (url: string) => `alipays://platformapi/startapp?appId=20000067&url=${encodeURIComponent(url)}`;

/** alipay.user.agreement.page.sign: a page, so nothing is asked before the signer opens it. */
async function sign(account: ChannelAccount, terms: AgreementTerms, outside: Outside): Promise<Started> {
  const content = {
    product_code: product,
    personal_product_code: personalProduct,
    sign_scene: sceneOf(account),
    external_agreement_no: terms.code,
    external_logon_id: terms.label.slice(0, 100),
    access_params: { channel: 'ALIPAYAPP' },
    period_rule_params: {
      period_type: 'MONTH',
      period: '1',
      execute_time: terms.firstOn.toString(),
      single_amount: formatYuan(terms.limitFen),
    },
  };
  const { notifyUrl, returnUrl } = terms;
  const addresses = { notifyUrl, ...(returnUrl && { returnUrl }) };
  const request = signedRequest(
    account,
    alipayKeys(account),
    'alipay.user.agreement.page.sign',
    content,
    outside,
    addresses,
  );
  const url = addressOf(outside, alipayHost(account), `/gateway.do?${new URLSearchParams(request)}`);
  return { kind: 'redirect', url: terms.isInside || outside.gateway !== undefined ? url : inApp(url) };
}

const agreement = z.object({
  agreement_no: z.string().min(1).max(64),
  status: z.enum(['TEMP', 'NORMAL', 'STOP']),
  external_agreement_no: z.string().default(''),
  sign_time: z.string().default(''),
});

const isUnknown = (subCode: string) => /AGREEMENT_(IS_)?NOT_EXIST$/.test(subCode);

async function query(
  account: ChannelAccount,
  { code, channelNo }: { code: string; channelNo: string | null },
  outside: Outside,
): Promise<AgreementWord> {
  // Alipay forgets an agreement by our number once it is over, and finds it by its own.
  const content = channelNo
    ? { agreement_no: channelNo }
    : { personal_product_code: personalProduct, sign_scene: sceneOf(account), external_agreement_no: code };
  const answer = await callAlipay(account, 'alipay.user.agreement.query', content, outside);
  if (isUnknown(answer.subCode)) return channelNo ? { state: 'ended', channelNo } : { state: 'waiting' };
  if (answer.code !== '10000') throw refusalOf(answer);
  const parsed = agreement.safeParse(answer.fields);
  if (!parsed.success) throw new ChannelSilence('Alipay answered without an agreement');
  const { agreement_no: number, status, external_agreement_no: own, sign_time: signedAt } = parsed.data;
  if (channelNo ? number !== channelNo : own !== code)
    throw new ChannelSilence('Alipay answered for another agreement');
  if (status === 'STOP') return { state: 'ended', channelNo: number };
  if (status === 'TEMP') return { state: 'waiting' };
  return { state: 'active', channelNo: number, signedAt: readSpacedTime(signedAt) };
}

async function end(account: ChannelAccount, { channelNo }: { channelNo: string }, _: string, outside: Outside) {
  const answer = await callAlipay(account, 'alipay.user.agreement.unsign', { agreement_no: channelNo }, outside);
  if (answer.code !== '10000' && !isUnknown(answer.subCode)) throw refusalOf(answer);
}

/**
 * Alipay takes on the planned day and a few days before it. Tried again later, or after a month without, the plan is put off to
 * today first; the plan of later months moves with it.
 */
async function putOff(account: ChannelAccount, { channelNo, today }: AgreedOrder, outside: Outside): Promise<void> {
  const day = today.day > lastDay ? today.add({ months: 1 }).with({ day: 1 }) : today;
  const content = { agreement_no: channelNo, deduct_time: day.toString(), memo: '上次扣款没有成功' };
  // A refusal (it lies later already) is no reason not to try: Alipay says so again when it is asked for the money.
  await callAlipay(account, 'alipay.user.agreement.executionplan.modify', content, outside);
}

const wrongDay = 'ACQ.CYCLE_PAY_DATE_NOT_MATCH';

/** alipay.trade.pay with the agreement's number. */
async function take(account: ChannelAccount, order: AgreedOrder, outside: Outside): Promise<Started> {
  const content = {
    ...contentOf(account, order),
    product_code: product,
    agreement_params: { agreement_no: order.channelNo },
  };
  const ask = () => callAlipay(account, 'alipay.trade.pay', content, outside, { notifyUrl: order.notifyUrl });
  const answer = await ask();
  if (answer.subCode !== wrongDay) return paidAtOnce(account, order.orderNo, answer);
  await putOff(account, order, outside);
  return paidAtOnce(account, order.orderNo, await ask());
}

/** 周期扣款, for an account with its scene filled in. */
export const alipayAgreements: ChannelAgreements = {
  isReady: (account) => sceneOf(account) !== '',
  sign,
  query,
  end,
  noticeDays: 0,
  openMinutes: 15,
  take,
  kindOf({ code }) {
    if (/BALANCE_NOT_ENOUGH|NOT_ENOUGH|PAYMENT_FAIL|NO_PAYMENT_INSTRUMENTS/.test(code)) return 'funds';
    if (/AGREEMENT_(IS_)?(NOT_EXIST|INVALID)|AGREEMENT_ERROR/.test(code)) return 'ended';
    if (/FEE_EXCEED|AMOUNT_EXCEED|LIMIT/.test(code)) return 'limit';
    if (/DATE_NOT_MATCH|PERIOD|TIME_NOT/.test(code)) return 'time';
    return 'other';
  },
};
