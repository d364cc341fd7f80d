import { expect, test } from 'vitest';
import { createPayer } from './pay.ts';
import { filledIn, stubWechat } from './wechat.fixture.ts';

const back = '/m/0a1b2c3d/payments/0199?from=dues';
const given = {
  appId: 'wx1234567890abcdef',
  timeStamp: '1795000000',
  nonceStr: 'abc123',
  package: 'prepay_id=wx2211',
  signType: 'RSA',
  paySign: 'a+b/c==',
  back,
};
const encoded = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encodeURIComponent(value)]));

test.each([
  ['paid', undefined, 'ok'],
  ['given up', { errMsg: 'requestPayment:fail cancel' }, 'cancel'],
  ['refused', { errMsg: 'requestPayment:fail 商户未开通' }, 'fail'],
])('a payment that is %s leads back to the page that asked, with how it went', async (_, payment, outcome) => {
  const { wechat, asked } = stubWechat(payment ? { payment } : {});
  const step = await createPayer(wechat, filledIn)(encoded(given));
  expect(step).toEqual({ kind: 'go', path: `/m/0a1b2c3d/payments/0199?from=dues&wxPay=${outcome}` });
  const { back: _back, appId: _appId, ...parameters } = given;
  expect(asked('requestPayment')).toMatchObject([parameters]);
  const told = asked('showModal').map(({ content }) => content);
  expect(told).toEqual(outcome === 'fail' ? ['微信的答复：商户未开通'] : []);
});

test.each([
  ['allowed', { template_of_a_bill_01: 'accept' }, '&wxAccepted=template_of_a_bill_01&wxAsk='],
  ['refused', { template_of_a_bill_01: 'reject' }, '&wxAccepted=&wxAsk='],
  ['switched off in WeChat', { errCode: 20004, errMsg: 'requestSubscribeMessage:fail' }, ''],
])('right after a payment WeChat asks whether messages may come: %s', async (_, subscription, answer) => {
  const ask = '019a0000-0000-7000-8000-000000000001';
  const { wechat } = stubWechat({ subscription });
  const step = await createPayer(wechat, filledIn)(encoded({ ...given, ids: 'template_of_a_bill_01', ask }));
  expect(step).toEqual({
    kind: 'go',
    path: `/m/0a1b2c3d/payments/0199?from=dues&wxPay=ok${answer}${answer === '' ? '' : ask}`,
  });
  const givenUp = stubWechat({ payment: { errMsg: 'requestPayment:fail cancel' } });
  await createPayer(givenUp.wechat, filledIn)(encoded({ ...given, ids: 'template_of_a_bill_01', ask }));
  expect(givenUp.asked('requestSubscribeMessage')).toEqual([]);
});

test('two taps open one payment, and another order must wait', async () => {
  const { wechat, asked, release } = stubWechat({ payment: 'hold' });
  const pay = createPayer(wechat, filledIn);
  const first = pay(given);
  expect(await pay(given)).toEqual({ kind: 'stay' });
  expect(await pay({ ...given, package: 'prepay_id=wx9' })).toMatchObject({ kind: 'say' });
  expect(asked('requestPayment')).toHaveLength(1);
  release();
  expect(await first).toMatchObject({ kind: 'go' });
});

test('a paid order is not paid again, one given up may be', async () => {
  const paid = stubWechat();
  const pay = createPayer(paid.wechat, filledIn);
  expect(await pay(given)).toEqual(await pay(given));
  expect(paid.asked('requestPayment')).toHaveLength(1);
  const givenUp = stubWechat({ payment: { errMsg: 'requestPayment:fail cancel' } });
  const payAgain = createPayer(givenUp.wechat, filledIn);
  await payAgain(given);
  await payAgain(given);
  expect(givenUp.asked('requestPayment')).toHaveLength(2);
});

test.each([
  ['timeStamp', '', '缺少：时间戳（timeStamp）'],
  ['paySign', '', '缺少：签名（paySign）'],
  ['back', '', '缺少：返回地址（back）'],
  ['package', 'prepay_id=', '格式不对：预支付单号（package）'],
  ['signType', 'MD5', '格式不对：签名方式（signType）'],
  ['appId', 'wx0000000000000000', '另一个小程序'],
  ['back', 'https://evil.cn/m/', '返回地址不是本物业的'],
])('%s "%s" is told in Chinese and nothing is paid', async (name, value, sentence) => {
  const { wechat, asked } = stubWechat();
  const step = await createPayer(wechat, filledIn)({ ...given, [name]: value });
  expect(step).toMatchObject({ kind: 'say', sentence: expect.stringContaining(sentence) });
  expect(asked('requestPayment')).toEqual([]);
});

test('opened with nothing at all, every missing parameter is named', async () => {
  const step = await createPayer(stubWechat().wechat, filledIn)({});
  expect(step).toEqual({
    kind: 'say',
    sentence:
      '不能发起支付，缺少：时间戳（timeStamp）、随机串（nonceStr）、预支付单号（package）、签名方式（signType）、签名（paySign）。请返回后重新支付。',
  });
});
