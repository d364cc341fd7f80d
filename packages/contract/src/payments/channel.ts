import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, instant, ok } from '../wire.ts';

/** Channels there are. */
export const channelKinds = { wechat: '微信支付', alipay: '支付宝', unionpay: '云闪付' } as const;
export type PaymentChannelKind = keyof typeof channelKinds;
const kind = z.enum(Object.keys(channelKinds) as [PaymentChannelKind, ...PaymentChannelKind[]]);

/** What a channel is used for; each use has a merchant of its own where the company wants it. */
export const paymentApplications = { fees: '物业费', bookings: '预约', parking: '停车' } as const;
export type PaymentApplication = keyof typeof paymentApplications;
export const paymentApplication = z.enum(Object.keys(paymentApplications) as [PaymentApplication]);

/** How the payer comes to the channel. */
export const paymentWays = {
  jsapi: '公众号',
  miniProgram: '小程序',
  h5: '手机网页',
  native: '扫码',
  payerCode: '付款码',
  wap: '手机网页',
  page: '电脑网页',
  precreate: '扫码',
  qr: '扫码',
  gateway: '网关',
  agreement: '自动扣款',
} as const;
export type PaymentWayKey = keyof typeof paymentWays;
export const paymentWay = z.enum(Object.keys(paymentWays) as [PaymentWayKey]);

/** What happens to money that pays nothing any more: the bills were paid meanwhile, or the order was closed. */
export const surplusRules = { prepaid: '转为预存款', refund: '原路退回' } as const;

/** One place of a channel's form. */
export interface PaymentField {
  key: string;
  label: string;
  help: string;
  /** Sealed and never shown again. */
  isSecret?: boolean;
  /** Several lines: a key or a certificate. */
  isLong?: boolean;
  isOptional?: boolean;
  /** A choice instead of a text. */
  choices?: Readonly<Record<string, string>>;
  /** Asked for only while another field has this value. */
  shownFor?: { key: string; value: string };
}

/** Filled in, residents may sign that what they owe is taken by itself. */
const withholding = '“自动扣款”：';

const siteUrl: PaymentField = {
  key: 'siteUrl',
  label: '本系统的网址',
  help: '渠道把结果通知到这里，如 https://wy.example.com；须可从公网访问',
};

/** What each kind asks for besides merchant and application id; the settings form is drawn from it. */
export const channelFieldsOf: Readonly<Record<PaymentChannelKind, readonly PaymentField[]>> = {
  wechat: [
    { key: 'serialNo', label: '商户证书序列号', help: '商户平台“账户中心 → API 安全 → 商户 API 证书”，40 位' },
    {
      key: 'mode',
      label: '验签方式',
      help: '新商户为公钥；老商户为平台证书，系统自动下载和更换',
      choices: { publicKey: '微信支付公钥', certificate: '平台证书' },
    },
    {
      key: 'publicKeyId',
      label: '公钥 ID',
      help: '以 PUB_KEY_ID_ 开头',
      shownFor: { key: 'mode', value: 'publicKey' },
    },
    {
      key: 'publicKey',
      label: '微信支付公钥',
      help: '下载的 pub_key.pem 的全部内容',
      isLong: true,
      shownFor: { key: 'mode', value: 'publicKey' },
    },
    { key: 'privateKey', label: '商户私钥', help: 'apiclient_key.pem 的全部内容', isSecret: true, isLong: true },
    { key: 'apiV3Key', label: 'APIv3 密钥', help: '32 位，在“API 安全”中设置', isSecret: true },
    { key: 'miniProgramAppId', label: '小程序 AppID', help: '与上面的不同时填写', isOptional: true },
    {
      key: 'planId',
      label: '委托代扣模板 ID',
      help: `${withholding}在微信支付开通委托代扣后得到；不填则住户不能用微信签约`,
      isOptional: true,
    },
    {
      key: 'apiV2Key',
      label: 'APIv2 密钥',
      help: `${withholding}32 位；委托代扣的签约和扣款用它签名，与 APIv3 密钥不同`,
      isSecret: true,
      isOptional: true,
    },
    { key: 'storeId', label: '门店编号', help: '收银台扫付款码时告诉微信支付；不填为 0001', isOptional: true },
    siteUrl,
  ],
  alipay: [
    {
      key: 'mode',
      label: '验签方式',
      help: '与开放平台应用的“接口加签方式”一致',
      choices: { publicKey: '公钥', certificate: '公钥证书' },
    },
    {
      key: 'alipayPublicKey',
      label: '支付宝公钥',
      help: '不是应用公钥',
      isLong: true,
      shownFor: { key: 'mode', value: 'publicKey' },
    },
    {
      key: 'appCertificate',
      label: '应用公钥证书',
      help: 'appCertPublicKey_….crt 的全部内容',
      isLong: true,
      shownFor: { key: 'mode', value: 'certificate' },
    },
    {
      key: 'alipayCertificate',
      label: '支付宝公钥证书',
      help: 'alipayCertPublicKey_RSA2.crt 的全部内容',
      isLong: true,
      shownFor: { key: 'mode', value: 'certificate' },
    },
    {
      key: 'rootCertificate',
      label: '支付宝根证书',
      help: 'alipayRootCert.crt 的全部内容',
      isLong: true,
      shownFor: { key: 'mode', value: 'certificate' },
    },
    { key: 'privateKey', label: '应用私钥', help: 'RSA2（2048 位），PKCS#8 或 PKCS#1', isSecret: true, isLong: true },
    {
      key: 'signScene',
      label: '周期扣款场景码',
      help: `${withholding}开通“周期扣款”后得到，如 INDUSTRY|APPOINTED；不填则住户不能用支付宝签约`,
      isOptional: true,
    },
    {
      key: 'environment',
      label: '环境',
      help: '不选为生产；只在支付宝的沙箱里试用时选“沙箱”',
      choices: { production: '生产', sandbox: '沙箱' },
      isOptional: true,
    },
    siteUrl,
  ],
  unionpay: [
    { key: 'certId', label: '签名证书序列号', help: '商户签名证书的序列号，十进制' },
    { key: 'certificate', label: '银联验签证书', help: '银联返回报文的签名证书或其中级、根证书', isLong: true },
    { key: 'privateKey', label: '商户私钥', help: '从 .pfx 导出的 PEM 私钥', isSecret: true, isLong: true },
    {
      key: 'environment',
      label: '环境',
      help: '不选为生产；只在银联的测试环境里试用时选“测试环境”',
      choices: { production: '生产', test: '测试环境' },
      isOptional: true,
    },
    siteUrl,
  ],
};

/** What the merchant and application ids are called with each kind. */
export const channelIdLabels: Readonly<Record<PaymentChannelKind, { merchantId: string; appId: string }>> = {
  wechat: { merchantId: '商户号', appId: '公众号或小程序 AppID' },
  alipay: { merchantId: '商户 PID（2088 开头）', appId: '应用 AppID' },
  unionpay: { merchantId: '商户代码', appId: '接入机构代码（没有则留空）' },
};

const texts = z.record(z.string().max(40), z.string().trim().max(8000, '最多 8000 个字'));

export const paymentChannelBody = z.strictObject({
  name: z.string().trim().min(1, '请填写名称').max(40, '名称最多 40 个字'),
  applications: z.array(paymentApplication).min(1, '请选择用途').max(3),
  merchantId: z.string().trim().min(1, '请填写商户号').max(40, '商户号最多 40 个字'),
  appId: z.string().trim().max(40, 'AppID 最多 40 个字').default(''),
  settings: texts,
  /** Only those that change; the others stay. */
  secrets: texts.default({}),
  surplus: z.enum(['prepaid', 'refund']),
  isOn: z.boolean(),
});
export type PaymentChannelBody = z.output<typeof paymentChannelBody>;

const channelView = paymentChannelBody.omit({ secrets: true }).extend({
  id,
  kind,
  /** Null: of the whole company, where a community has none of its own. */
  communityId: id.nullable(),
  communityName: z.string(),
  settings: z.record(z.string(), z.string()),
  /** Keys of the secrets that are set. */
  secretKeys: z.array(z.string()),
  /** False where this installation has another key, as after a restore without it. */
  isReadable: z.boolean(),
  ways: z.array(paymentWay),
  /** Whether residents can pay through it inside WeChat: its AppID is the 公众号's of the message channels, which is on. */
  insideWechat: z.enum(['notWechat', 'ready', 'noAccount', 'otherAccount']),
  version: z.int(),
  updatedAt: instant,
});
export type PaymentChannelView = z.output<typeof channelView>;

const tag = '收款渠道';

export const listPaymentChannels = defineEndpoint({
  id: 'paymentChannel.list',
  method: 'GET',
  path: '/api/payment-channels',
  access: 'paymentChannel.view',
  summary: '收款渠道：商户和用途，密钥不显示',
  tag,
  reply: z.object({ rows: z.array(channelView) }),
});

export const createPaymentChannel = defineEndpoint({
  id: 'paymentChannel.create',
  method: 'POST',
  path: '/api/payment-channels',
  access: 'paymentChannel.edit',
  summary: '新增收款渠道：全公司的，或一个小区自己的',
  tag,
  body: paymentChannelBody.extend({ kind, communityId: id.nullable() }),
  reply: created,
});

export const updatePaymentChannel = defineEndpoint({
  id: 'paymentChannel.update',
  method: 'PUT',
  path: '/api/payment-channels/:id',
  access: 'paymentChannel.edit',
  summary: '修改收款渠道；没有填的密钥不变',
  tag,
  params: idParams,
  body: paymentChannelBody.extend({ version: z.int() }),
  reply: ok,
});

export const deletePaymentChannel = defineEndpoint({
  id: 'paymentChannel.delete',
  method: 'DELETE',
  path: '/api/payment-channels/:id',
  access: 'paymentChannel.edit',
  summary: '删除没有用过的收款渠道',
  tag,
  params: idParams,
  reply: ok,
});

export const testPaymentChannel = defineEndpoint({
  id: 'paymentChannel.test',
  method: 'POST',
  path: '/api/payment-channels/:id/test',
  access: 'paymentChannel.edit',
  summary: '用已保存的设置向渠道查一笔不存在的订单，验证商户号和密钥',
  tag,
  params: idParams,
  reply: z.object({ isGood: z.boolean(), answer: z.string() }),
});

/** Where channels report: raw bytes, because signatures are over them. */
export const paymentCallback = defineEndpoint({
  id: 'payment.callback',
  method: 'POST',
  path: '/api/payment-callbacks/:company/:channel/:what',
  access: 'public',
  summary: '收款渠道通知支付和退款的结果',
  tag,
  transport: 'raw',
  params: z.object({ company: id, channel: id, what: z.enum(['payment', 'refund', 'agreement']) }),
  reply: z.string(),
});
