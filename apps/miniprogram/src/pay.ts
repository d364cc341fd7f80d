import type { Configuration } from './configuration.ts';
import { type NextStep, say } from './next-step.ts';
import { type PageQuery, readValue } from './page-query.ts';
import { pathOnSite, withQuery } from './site-address.ts';
import { askWechat, readSubscription, type SubscriptionAnswer } from './subscribe.ts';
import { isCancelled, type PaymentParameters, reasonOf, type Wechat } from './wechat.ts';

/** What each parameter must look like, and what it is called. */
const parameterRules = {
  timeStamp: { label: '时间戳', pattern: /^\d{1,12}$/ },
  nonceStr: { label: '随机串', pattern: /^[\w-]{1,32}$/ },
  package: { label: '预支付单号', pattern: /^prepay_id=[\w-]{1,128}$/ },
  signType: { label: '签名方式', pattern: /^RSA$/ },
  paySign: { label: '签名', pattern: /^[A-Za-z0-9+/]{1,1024}={0,2}$/ },
} as const;
type ParameterName = keyof typeof parameterRules;
const parameterNames = Object.keys(parameterRules) as ParameterName[];

type PaymentRequest = { parameters: PaymentParameters; back: string } | { sentence: string };

/**
 * The payment that the residents' client asks for. `appId`, if told, must be this mini-program's: WeChat refuses an order
 * made for another one with words nobody understands.
 */
export function readPaymentRequest({ siteAddress, appId }: Configuration, query: PageQuery): PaymentRequest {
  const named = (names: readonly ParameterName[]) =>
    names.map((name) => `${parameterRules[name].label}（${name}）`).join('、');
  const missing = parameterNames.filter((name) => readValue(query, name) === '');
  if (missing.length > 0) return { sentence: `不能发起支付，缺少：${named(missing)}。请返回后重新支付。` };
  const wrong = parameterNames.filter((name) => !parameterRules[name].pattern.test(readValue(query, name)));
  if (wrong.length > 0) return { sentence: `不能发起支付，格式不对：${named(wrong)}。请返回后重新支付。` };
  const toldAppId = readValue(query, 'appId');
  if (toldAppId !== '' && toldAppId !== appId)
    return { sentence: '不能发起支付：这笔订单是为另一个小程序下的，请物业核对收款渠道里的小程序 AppID。' };
  const back = readValue(query, 'back');
  if (back === '') return { sentence: '不能发起支付，缺少：返回地址（back）。请返回后重新支付。' };
  const path = pathOnSite(siteAddress, back);
  if (path === null) return { sentence: '不能发起支付：返回地址不是本物业的。' };
  const parameters: PaymentParameters = {
    timeStamp: readValue(query, 'timeStamp'),
    nonceStr: readValue(query, 'nonceStr'),
    package: readValue(query, 'package'),
    signType: 'RSA',
    paySign: readValue(query, 'paySign'),
  };
  return { parameters, back: path };
}

/**
 * Pays what a page was opened for and leads back to `back` with `wxPay=ok|cancel|fail`. That is what this phone saw; whether
 * money came is only known to the server. One payment at a time: a second tap on the same order waits for the first, and
 * an order that was paid is not paid again. Where the client wants it, WeChat asks right after the payment whether messages may come.
 */
export function createPayer(
  wechat: Pick<Wechat, 'requestPayment' | 'showModal' | 'requestSubscribeMessage'>,
  configuration: Configuration,
): (query: PageQuery) => Promise<NextStep> {
  let underWay: string | null = null;
  const paid = new Set<string>();
  return async (query) => {
    const request = readPaymentRequest(configuration, query);
    if ('sentence' in request) return say(request.sentence);
    const { parameters, back } = request;
    const order = parameters.package;
    if (underWay === order) return { kind: 'stay' };
    if (underWay !== null) return say('上一笔支付还没有结束，请先完成或取消它。');
    if (paid.has(order)) return returnWith(back, 'ok');
    underWay = order;
    try {
      const outcome = await askPayment(wechat, parameters);
      if (outcome !== 'ok') return returnWith(back, outcome);
      paid.add(order);
      return returnWith(back, 'ok', await askAfterPaying(wechat, query));
    } finally {
      underWay = null;
    }
  };
}

type Outcome = 'ok' | 'cancel' | 'fail';

const returnWith = (back: string, outcome: Outcome, answer: Partial<SubscriptionAnswer> = {}): NextStep => ({
  kind: 'go',
  path: withQuery(back, { wxPay: outcome, ...answer }),
});

/** Whatever goes wrong with the question, the payment is over and its page is shown. */
async function askAfterPaying(
  wechat: Pick<Wechat, 'requestSubscribeMessage'>,
  query: PageQuery,
): Promise<Partial<SubscriptionAnswer>> {
  const subscription = readSubscription(query);
  if ('sentence' in subscription) return {};
  const answer = await askWechat(wechat, subscription);
  return 'failure' in answer ? {} : answer;
}

/** A failure is told before anything else happens; after a cancellation there is nothing to tell. */
const askPayment = (wechat: Pick<Wechat, 'requestPayment' | 'showModal'>, parameters: PaymentParameters) =>
  new Promise<Outcome>((resolve) => {
    wechat.requestPayment({
      ...parameters,
      success: () => resolve('ok'),
      fail: (failure) => {
        if (isCancelled(failure)) return resolve('cancel');
        wechat.showModal({
          title: '没有付成',
          content: `微信的答复：${reasonOf(failure)}`,
          showCancel: false,
          complete: () => resolve('fail'),
        });
      },
    });
  });
