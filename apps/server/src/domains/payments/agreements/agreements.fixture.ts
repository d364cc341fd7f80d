import {
  createPaymentChannel,
  type DeductionPlanBody,
  listDeductions,
  listOwnAgreements,
  type OwnAgreements,
  saveDeductionPlan,
  signOwnAgreement,
  usualPlan,
} from '@anlin/contract';
import { type Emulator, emulatorAccounts } from '../../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident, type TestResident } from '../../../../test/resident-person.ts';
import type { TestApp } from '../../../../test/test-app.ts';
import { verifyBooks } from '../../finance/index.ts';
import { followPayments } from '../follow-payments.ts';
import { channelInput, makePayments, type PaymentsFixture } from '../payments.fixture.ts';
import { deductDue } from './deduct-due.ts';

const { alipay } = emulatorAccounts;

/** Settings of a channel at the emulated Alipay with 周期扣款. */
export const alipayChannelInput = channelInput({
  kind: 'alipay',
  name: '支付宝',
  merchantId: alipay.sellerId,
  appId: alipay.appId,
  settings: {
    mode: 'publicKey',
    alipayPublicKey: alipay.alipayPublicKey,
    signScene: 'INDUSTRY|APPOINTED',
    siteUrl: 'http://127.0.0.1:9',
  },
  secrets: { privateKey: alipay.privateKey },
});

/** A community that takes by agreement on the 12th, and an owner who may sign. It is 10 March 2026, ten in the morning. */
export interface AgreementsFixture extends PaymentsFixture {
  alipayId: string;
  owner: TestResident;
  /** The owner asks to sign, and gets as far as the channel's page: the agreement's id and number. */
  open(more?: { limit?: string; chargeItemIds?: string[] }): Promise<{ id: string; code: string; url: string }>;
  /** Signs, and the channel's message arrives. */
  sign(more?: { limit?: string; chargeItemIds?: string[] }): Promise<{ id: string; code: string }>;
  /** A message about an agreement comes in. */
  hearAgreement(body: string, channelId?: string): Promise<number>;
  own(): Promise<OwnAgreements>;
  /** What happens by itself, once. */
  sweep(): Promise<void>;
  /** Time passes to an hour of a day in China, with sweeps on the way. */
  until(day: string, hour?: number): Promise<void>;
  deductions(): Promise<Awaited<ReturnType<typeof readDeductions>>>;
  plan(more: Partial<DeductionPlanBody>): Promise<void>;
  /** What is wrong with the books: nothing. */
  sound(): Promise<string[]>;
}

const readDeductions = async (at: PaymentsFixture) =>
  (await at.company.person('财务')).call(listDeductions, { query: {} });

export async function makeAgreements(server: TestApp, emulator: Emulator, name?: string): Promise<AgreementsFixture> {
  const base = await makePayments(server, emulator, name);
  const { company, accountant, desk } = base;
  const { id: alipayId } = await accountant.call(createPaymentChannel, { body: alipayChannelInput });
  const enter = () => enterAsResident(server, company.id, '13812345678');
  const owner = await enter();
  const communityId = company.communityId;
  let version = 0;
  const at: AgreementsFixture = {
    ...base,
    alipayId,
    owner,
    async plan(more) {
      const body = { ...usualPlan, isOn: true, dayOfMonth: 12, ...more, version };
      await accountant.call(saveDeductionPlan, { params: { id: communityId }, body });
      version += 1;
    },
    async open(more = {}) {
      // Weeks may have gone by: signed in anew.
      const { id, started } = await (await enter()).call(signOwnAgreement, {
        body: {
          communityId,
          targetKind: 'house',
          targetId: desk.houseId,
          channelKind: 'alipay',
          chargeItemIds: more.chargeItemIds ?? [],
          startsOn: null,
          limit: more.limit ?? '1000',
        },
      });
      if (started.kind !== 'redirect') throw new Error('Alipay signs on a page of its own');
      // The signer's browser opens it, and Alipay knows of it from then on.
      await fetch(started.url);
      return { id, code: id.replaceAll('-', ''), url: started.url };
    },
    async sign(more) {
      const { id, code } = await at.open(more);
      if (!emulator.alipay.sign(code)) throw new Error('not signed');
      await at.hearAgreement(emulator.alipay.agreementNotify(code));
      return { id, code };
    },
    async hearAgreement(payload, channelId = alipayId) {
      const response = await server.app.inject({
        method: 'POST',
        url: `/api/payment-callbacks/${company.id}/${channelId}/agreement`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload,
      });
      return response.statusCode;
    },
    own: async () => (await enter()).call(listOwnAgreements, { query: { communityId } }),
    async sweep() {
      await followPayments(server.services, company.id);
      await deductDue(server.services, company.id);
    },
    async until(day, hour = 10) {
      const end = Temporal.PlainDate.from(day)
        .toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: { hour } })
        .toInstant();
      while (Temporal.Instant.compare(server.clock.now(), end) < 0) {
        const left = server.clock.now().until(end);
        base.pass(Temporal.Duration.compare(left, { hours: 12 }) > 0 ? { hours: 12 } : left);
        await at.sweep();
      }
    },
    deductions: () => readDeductions(base),
    async sound() {
      const report = await company.run(verifyBooks);
      return report.checks.filter((check) => check.wrong > 0).map((check) => JSON.stringify(check));
    },
  };
  await at.plan({});
  return at;
}
