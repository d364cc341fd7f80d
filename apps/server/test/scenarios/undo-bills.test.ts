import {
  billResource,
  changeDueDays,
  createApprovalFlow,
  editBill,
  getBillHistory,
  getDeskAccount,
  listRecycleBin,
  listWaivable,
  markBillsPaid,
  previewMarkPaid,
  resourceEndpoints,
  restoreBills,
  takeBackWaiver,
  takeRefund,
  voidBills,
  waiveBills,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeskFixture, makeDesk } from '../../src/domains/cashier/cashier.fixture.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../test-app.ts';
import { findBreaches, takeMixed } from './undo.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let boss: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
  // As a real clock does: what has two times of one event is found.
  server.clock.run(1);
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-04-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  boss = await desk.company.person('管理员');
});

const breaches = () => desk.company.run(findBreaches);
const history = async (id: string) => (await boss.call(getBillHistory, { params: { id } })).history;
const waive = (billId: string, principal: string, lateFee = '0', more: object = {}) =>
  boss.call(waiveBills, { body: { lines: [{ billId, principal, lateFee }], reason: '空置减免', ...more } });
const edit = (id: string, body: object, person = boss) =>
  person.call(editBill, { params: { id }, body: { reason: '录错', ...body } });
const rowOf = async (id: string) =>
  boss.call(resourceEndpoints(billResource).get, { params: { id } }) as Promise<Record<string, unknown>>;

describe('a waiver', () => {
  it('lowers what is owed and the late fee, stands apart from discounts, and is taken back once', async () => {
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    const [owed] = (await boss.call(listWaivable, { body: { ids: [billId] } })).rows;
    expect(owed).toMatchObject({ principal: '275.80', lateFee: '6.07' });
    await waive(billId, '75.80', '6.00');
    expect(await rowOf(billId)).toMatchObject({
      waived: '75.80',
      discount: '0.00',
      lateFeeWaived: '6.00',
      outstanding: '200.00',
    });
    // The late fee is reckoned on what is left; what was waived of it is off.
    const account = await boss.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
    expect(account.bills).toMatchObject([{ outstanding: '200.00', lateFee: '0.00' }]);
    expect((await refusal(waive(billId, '200.01'))).code).toBe('waiver.abovePrincipal');
    expect((await refusal(waive(billId, '0', '1'))).code).toBe('waiver.aboveLateFee');
    expect((await refusal(waive(billId, '0'))).code).toBe('waiver.empty');
    expect((await refusal(boss.call(voidBills, { body: { ids: [billId], reason: 'x' } }))).code).toBe('bill.reduced');
    expect((await refusal(edit(billId, { amount: '1' }))).code).toBe('bill.editReduced');
    const { takesBackId } = (await history(billId)).find((one) => one.what === '减免')!;
    const takeBack = () => boss.call(takeBackWaiver, { params: { id: takesBackId! }, body: { reason: '材料不符' } });
    expect(await takeBack()).toEqual({ outstanding: '275.80' });
    expect((await refusal(takeBack())).code).toBe('waiver.takenBack');
    expect((await history(billId)).map((one) => one.what)).toEqual(
      expect.arrayContaining(['自动生成', '减免', '减免违约金', '撤回减免']),
    );
    expect(await breaches()).toEqual([]);
  });

  it('above an amount waits for approval, from a refund too, and is refused to those without the right', async () => {
    const billId = await desk.bill({ amountFen: 20000n, month: '2026-03' });
    const approver = await desk.company.person('收费主管');
    for (const action of ['bill.waive', 'receipt.refundWaive', 'receipt.refund', 'bill.edit', 'receipt.void'])
      await boss.call(createApprovalFlow, {
        body: {
          name: action,
          action,
          isEnabled: true,
          amountFrom: '100.00',
          amountTo: null,
          communityIds: [],
          levels: [{ mode: 'any', approvers: [{ kind: 'person', id: approver.staffId }] }],
        },
      });
    const asked = await waive(billId, '150');
    expect(asked).toMatchObject({ state: 'pending' });
    expect(await rowOf(billId)).toMatchObject({ waived: '0.00' });
    expect(await waive(billId, '50')).toMatchObject({ sum: '50.00' });
    expect(await edit(billId, { note: 'x' }).then(String, (problem) => String(problem))).toContain('bill.editReduced');
    const cashier = await desk.company.person('收银员');
    expect(
      (
        await refusal(
          cashier.call(waiveBills, { body: { lines: [{ billId, principal: '1', lateFee: '0' }], reason: 'x' } }),
        )
      ).code,
    ).toBe('permission.denied');
    const { receiptId } = await desk.company.run((ctx) =>
      takeMixed(ctx, desk, boss.staffId, { bills: [{ billId, principal: 15000n }] }),
    );
    const refund = (afterwards: 'waive' | 'owesAgain', key: string, person = boss) =>
      person.call(takeRefund, {
        body: {
          receiptId,
          lines: { bills: [{ billId, principal: '120.00', lateFee: '0' }] },
          tenders: [{ paymentMethodId: desk.methods.cash, amount: '120.00' }],
          reason: '多收',
          refundedOn: '2026-04-10',
          afterwards,
          idempotencyKey: key,
        },
      });
    expect((await refusal(refund('waive', 'approval-1', cashier))).code).toBe('permission.denied');
    expect(await refund('waive', 'approval-2')).toMatchObject({ state: 'pending' });
    const { refunded } = await rowOf(billId);
    expect(refunded).toBe('0.00');
    const steps = (await history(billId)).map((one) => one.what);
    expect(steps).toContain('申请审批');
    expect(await breaches()).toEqual([]);
  });
});

describe('a bill', () => {
  it('is edited while nothing stands on it, keeps what it was, and books the difference today', async () => {
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-03' });
    await edit(billId, { amount: '300', note: '按新面积', dueOn: '2026-04-30' });
    expect(await rowOf(billId)).toMatchObject({ receivable: '300.00', note: '按新面积', dueOn: '2026-04-30' });
    await edit(billId, { periodFrom: '2026-02-01', lastDay: '2026-02-28', chargeItemId: desk.waterItemId });
    expect(await rowOf(billId)).toMatchObject({
      periodFrom: '2026-02-01',
      lastDay: '2026-02-28',
      chargeItemId: desk.waterItemId,
    });
    const days = await desk.company.run((ctx) =>
      ctx.tx.rows<{ day: string; sum: bigint }>(
        sql`select day, sum(amount_fen)::bigint as sum from journal_line where account = 'receivable' group by 1 order by 1`,
      ),
    );
    expect(days).toEqual([
      { day: '2026-03-01', sum: 27580n },
      { day: '2026-04-10', sum: 2420n },
    ]);
    const [raised, first] = await history(billId);
    expect(raised).toMatchObject({ what: '自动生成', amount: '275.80' });
    expect(first).toMatchObject({ what: '修改', amount: '24.20' });
    expect(first!.detail).toContain('应收由“275.80”改为“300.00”');
    expect((await refusal(edit(billId, {}))).code).toBe('bill.editNothing');
    expect((await refusal(edit(billId, { lastDay: '2026-01-01' }))).code).toBe('bill.editPeriod');
    const clerk = await desk.company.person('收银员');
    expect((await refusal(edit(billId, { amount: '1' }, clerk))).code).toBe('permission.denied');
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect((await refusal(edit(billId, { amount: '1' }, stranger))).status).toBe(404);
    await boss.call(changeDueDays, { body: { ids: [billId], dueOn: '2026-05-31', reason: '延期' } });
    expect(await rowOf(billId)).toMatchObject({ dueOn: '2026-05-31' });
    expect(await breaches()).toEqual([]);
  });

  it('is voided to the bin and restored, unless its period was raised again', async () => {
    const billId = await desk.bill({ amountFen: 1000n, month: '2026-03' });
    const ids = [billId];
    await boss.call(voidBills, { body: { ids, reason: '重复' } });
    expect((await boss.call(listRecycleBin, { query: { kind: 'bill' } })).rows).toMatchObject([
      { id: billId, amount: '10.00' },
    ]);
    const restore = () => boss.call(restoreBills, { body: { ids, reason: '查错了' } });
    expect(await restore()).toEqual({ restoredCount: 1, sum: '10.00' });
    expect((await refusal(restore())).code).toBe('bill.notVoided');
    expect((await history(billId)).map((one) => one.what)).toEqual(['自动生成', '作废', '恢复']);
    await boss.call(voidBills, { body: { ids, reason: '重复' } });
    expect(await breaches()).toEqual([]);
  });
});

describe('bills marked as paid', () => {
  it('come to one receipt for each house, the same for the same key, refused when the sum changed', async () => {
    const other = await desk.house('1-102');
    const ids = [
      await desk.bill({ amountFen: 10000n, month: '2026-03' }),
      await desk.bill({ amountFen: 6060n, month: '2026-03', itemId: desk.waterItemId }),
      await desk.bill({ amountFen: 5000n, month: '2026-03', targetId: other }),
    ];
    const preview = await boss.call(previewMarkPaid, { body: { ids, receivedOn: '2026-04-10' } });
    expect(preview).toMatchObject({ receiptCount: 2, billCount: 3, principal: '210.60' });
    const body = {
      ids,
      paymentMethodId: desk.methods.wechat,
      receivedOn: '2026-04-10',
      expectedTotal: preview.total,
      idempotencyKey: 'mark-paid-000001',
    };
    expect((await refusal(boss.call(markBillsPaid, { body: { ...body, expectedTotal: '1' } }))).code).toBe(
      'markPaid.totalChanged',
    );
    const done = await boss.call(markBillsPaid, { body });
    expect(done.receipts).toHaveLength(2);
    expect(await boss.call(markBillsPaid, { body })).toMatchObject({ total: done.total });
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ state: 'paid' });
    expect((await refusal(edit(ids[0]!, { note: 'x' }))).code).toBe('bill.edited');
    expect(await breaches()).toEqual([]);
  });
});
