import { getBillHistory, getBillLateFee, getDeskAccount, takePayment } from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { type DeskFixture, makeDesk, paymentFor } from './cashier.fixture.ts';

// The worked examples 20, 21, 22 and 26 where a clerk asks for them: at the bill itself, paid or not.

let server: TestApp;
let desk: DeskFixture;
let clerk: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-04-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  clerk = await desk.company.person('管理员');
});

const rule = (ratePerDay: string | null, graceDays: number, capShare: string | null) =>
  desk.company.run((ctx) =>
    ctx.tx.run(sql`update charge_item set late_fee_rate_per_day = ${ratePerDay}::numeric, late_fee_grace_days = ${graceDays},
      late_fee_cap_share = ${capShare}::numeric where company_id = ${ctx.companyId}`),
  );
const january = { amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' };
const lateFee = (id: string, asOf?: string) =>
  clerk.call(getBillLateFee, { params: { id }, query: asOf === undefined ? {} : { asOf } });
const unpaid = async () =>
  (await clerk.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } })).bills;

it('tells of an unpaid bill the late fee as of any day, how it came about and by which rule (example 20)', async () => {
  await rule('0.0005', 15, null);
  const id = await desk.bill(january);
  expect(await lateFee(id)).toEqual({
    asOf: '2026-04-10',
    rule: '缴费期限 2026-02-10，宽限 15 天，每天 0.05%',
    sentence: '275.80元 × 0.05%/天 × 44天（2026-02-26至2026-04-10） = 6.0676元，四舍五入到分为 6.07元',
    accrued: '6.07',
    received: '0.00',
    waived: '0.00',
    due: '6.07',
  });
  expect(await lateFee(id, '2026-02-25')).toMatchObject({ due: '0.00', accrued: '0.00' });
  await rule('0.003', 0, '1');
  expect(await lateFee(id, '2027-03-17')).toMatchObject({
    due: '275.80',
    sentence: '275.80元 × 0.3%/天 × 400天（2026-02-11至2027-03-17） = 330.96元，上限 275.80元，收 275.80元',
    rule: '缴费期限 2026-02-10，每天 0.3%，最多为本金的 100%',
  });
  await rule(null, 0, null);
  expect(await lateFee(id)).toMatchObject({ rule: '', due: '0.00', sentence: '' });
});

it('counts a part paid from the day after, and tells of a paid bill what it was charged (example 21)', async () => {
  await rule('0.0005', 0, null);
  const id = await desk.bill(january);
  await desk.payInPart({ billId: id, amountFen: 10000n, receivedOn: '2026-03-01', cashierStaffId: clerk.staffId });
  expect(await lateFee(id, '2026-03-31')).toMatchObject({
    due: '5.26',
    sentence: [
      '275.80元 × 0.05%/天 × 19天（2026-02-11至2026-03-01）',
      '175.80元 × 0.05%/天 × 30天（2026-03-02至2026-03-31）',
      '合计 5.2571元，四舍五入到分为 5.26元',
    ].join('\n'),
  });
  server.clock.set('2026-03-31T02:00:00Z');
  clerk = await desk.company.person('管理员');
  await clerk.call(takePayment, { body: paymentFor(desk, await unpaid(), { receivedOn: '2026-03-31' }) });
  server.clock.set('2026-09-01T02:00:00Z');
  clerk = await desk.company.person('管理员');
  expect(await lateFee(id)).toMatchObject({ asOf: '2026-03-31', accrued: '5.26', received: '5.26', due: '0.00' });
});

it('tells the tax in the amount (example 26) and where the bill can be looked into', async () => {
  await desk.company.run((ctx) =>
    ctx.tx.run(sql`update charge_item set tax_rate = 6 where company_id = ${ctx.companyId}`),
  );
  const id = await desk.bill(january);
  const { tax, basis } = await clerk.call(getBillHistory, { params: { id } });
  expect(tax).toEqual({ rate: '6', net: '260.19', tax: '15.61' });
  expect(basis).toContainEqual({
    label: '房屋',
    text: expect.stringContaining('101'),
    link: { kind: 'house', id: desk.houseId },
  });
});

it('does not tell another company', async () => {
  const id = await desk.bill(january);
  const stranger = await (await server.company('别家物业')).person('管理员');
  expect(await refusal(stranger.call(getBillLateFee, { params: { id }, query: {} }))).toMatchObject({ status: 404 });
});
