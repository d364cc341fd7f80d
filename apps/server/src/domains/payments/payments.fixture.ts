import {
  createPaymentChannel,
  type EndpointArguments,
  type EndpointReply,
  type PaymentBody,
  startDeskPayment,
} from '@anlin/contract';
import { fen, formatYuan, parseYuan, sumFen } from '@anlin/money';
import { type Emulator, emulatorAccounts } from '../../../../../tools/emulator/start-emulator.ts';
import type { NoticeChange, SignedNotice } from '../../../../../tools/emulator/wechat-pay.ts';
import type { TestApp, TestCompany, TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { type DeskFixture, makeDesk } from '../cashier/cashier.fixture.ts';
import { followPayments } from './follow-payments.ts';

/** What the settings of a channel at the emulated WeChat Pay are. */
export const wechatSettings = {
  kind: 'wechat',
  name: '微信支付',
  merchantId: emulatorAccounts.wechatPay.merchantId,
  appId: emulatorAccounts.wechatPay.appId,
  settings: {
    serialNo: emulatorAccounts.wechatPay.serialNo,
    mode: 'publicKey',
    publicKeyId: emulatorAccounts.wechatPay.publicKeyId,
    publicKey: emulatorAccounts.wechatPay.publicKey,
    siteUrl: 'http://127.0.0.1:9',
  },
  secrets: {
    privateKey: emulatorAccounts.wechatPay.privateKey,
    apiV3Key: emulatorAccounts.wechatPay.apiV3Key,
  },
} as const;

type ChannelInput = EndpointArguments<typeof createPaymentChannel>['body'];

export const channelInput = (more: Partial<ChannelInput> = {}): ChannelInput => ({
  ...structuredClone(wechatSettings),
  communityId: null,
  applications: ['fees'],
  surplus: 'prepaid',
  isOn: true,
  ...more,
});

const siteUrl = 'http://127.0.0.1:9';
const { alipay, unionPay } = emulatorAccounts;

/** The same of the other channels. */
export const alipayInput: Partial<ChannelInput> = {
  kind: 'alipay',
  name: '支付宝',
  merchantId: alipay.sellerId,
  appId: alipay.appId,
  settings: {
    mode: 'certificate',
    appCertificate: alipay.appCertificate,
    alipayCertificate: alipay.alipayCertificate,
    rootCertificate: alipay.rootCertificate,
    siteUrl,
  },
  secrets: { privateKey: alipay.privateKey },
};
export const unionPayInput: Partial<ChannelInput> = {
  kind: 'unionpay',
  name: '云闪付',
  merchantId: unionPay.merchantId,
  appId: '',
  settings: { certId: unionPay.certificateId, certificate: unionPay.certificates, siteUrl },
  secrets: { privateKey: unionPay.privateKey },
};
/** How their messages are headed. */
export const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };

export interface Answered {
  status: number;
  body: string;
}

/** A company that is paid online, with its desk and its people. */
export interface PaymentsFixture {
  company: TestCompany;
  desk: DeskFixture;
  cashier: TestPerson;
  accountant: TestPerson;
  channelId: string;
  /** Asks for the payment of bills, sums in yuan; by a code to be scanned unless told. */
  start(
    bills: readonly { id: string; expected: string }[],
    more?: Partial<PaymentBody>,
  ): Promise<EndpointReply<typeof startDeskPayment>>;
  /** A message comes in. */
  hear(notice: SignedNotice, what?: 'payment' | 'refund', channelId?: string): Promise<Answered>;
  /** The message of a payment comes in. */
  hearPayment(orderNo: string, change?: NoticeChange): Promise<Answered>;
  /** What falls due is looked after. */
  follow(): Promise<void>;
  /** Time passes, here and at the channel. */
  pass(duration: Temporal.DurationLike): void;
  /** What a bill owes still, and the general prepaid of the house, in fen. */
  outstanding(billId: string): Promise<bigint>;
  prepaid(): Promise<bigint>;
  order(orderId: string): Promise<{
    state: string;
    exception: string | null;
    receipt_id: string | null;
    surplus_fen: bigint;
    refunded_fen: bigint;
    next_query_at: string | null;
  }>;
}

let keys = 0;

export async function makePayments(server: TestApp, emulator: Emulator, name?: string): Promise<PaymentsFixture> {
  const company = await server.company(name);
  const desk = await makeDesk(company);
  const cashier = await company.person('收银员');
  const accountant = await company.person('财务');
  const { id: channelId } = await accountant.call(createPaymentChannel, { body: channelInput() });
  const hear: PaymentsFixture['hear'] = async (notice, what = 'payment', channel = channelId) => {
    const response = await server.app.inject({
      method: 'POST',
      url: `/api/payment-callbacks/${company.id}/${channel}/${what}`,
      headers: notice.headers,
      payload: notice.body,
    });
    return { status: response.statusCode, body: response.body };
  };
  return {
    company,
    desk,
    cashier,
    accountant,
    channelId,
    hear,
    hearPayment: (orderNo, change) => hear(emulator.wechatPay.notice(orderNo, change)),
    start(bills, more = {}) {
      keys += 1;
      const topUps = (more.topUps ?? []).map((one) => parseYuan(one.amount));
      const body = {
        communityId: company.communityId,
        targetKind: 'house' as const,
        targetId: desk.houseId,
        bills: [...bills],
        way: 'native' as const,
        expectedTotal: formatYuan(sumFen([...bills.map((one) => parseYuan(one.expected)), ...topUps])),
        idempotencyKey: `pay-key-${String(keys).padStart(6, '0')}`,
        ...more,
      };
      return cashier.call(startDeskPayment, { body });
    },
    follow: () => followPayments(server.services, company.id),
    pass(duration) {
      const now = server.clock.now().add(duration);
      server.clock.set(now.toString());
      emulator.clock.set(now);
    },
    outstanding: (billId) =>
      company.run(async (ctx) => {
        const row = await ctx.tx.first<{ fen: bigint }>(
          sql`select outstanding_fen as fen from bill where company_id = ${ctx.companyId} and id = ${billId}`,
        );
        return row!.fen;
      }),
    prepaid: () =>
      company.run(async (ctx) => {
        const row = await ctx.tx.first<{
          fen: bigint;
        }>(sql`select coalesce(sum(balance_fen), 0)::bigint as fen from prepaid_account
          where company_id = ${ctx.companyId} and target_id = ${desk.houseId}`);
        return fen(row!.fen);
      }),
    order: (orderId) =>
      company.run(async (ctx) => {
        const row = await ctx.tx.first<Awaited<ReturnType<PaymentsFixture['order']>>>(sql`
          select state, exception, receipt_id, surplus_fen, refunded_fen, next_query_at from payment_order
          where company_id = ${ctx.companyId} and id = ${orderId}`);
        return row!;
      }),
  };
}
