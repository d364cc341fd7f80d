import {
  amendReceipt,
  approveApproval,
  createApprovalFlow,
  getApproval,
  getDeskAccount,
  getReceipt,
  getReceiptUndo,
  getRefund,
  getRefundable,
  isPendingApproval,
  listRecycleBin,
  listRefunds,
  purgeFromBin,
  restoreReceipt,
  reverseReceipt,
  takePayment,
  takeRefund,
  voidReceipt,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeskFixture, makeDesk, paymentFor } from '../../src/domains/cashier/cashier.fixture.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../test-app.ts';
import { addDepositItem, findBreaches, type MixedReceipt, takeMixed } from './undo.fixture.ts';

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
  await desk.company.run(addDepositItem);
  boss = await desk.company.person('管理员');
});

const take = (mixed: MixedReceipt) => desk.company.run((ctx) => takeMixed(ctx, desk, boss.staffId, mixed));
// Days are closed by hand here, without the figures of a closing.
const breaches = async () => (await desk.company.run(findBreaches)).filter(({ key }) => key !== 'closing.until');
const reason = '收错了';
const reverse = (id: string) => boss.call(reverseReceipt, { params: { id }, body: { reason } });
const voiding = (id: string) => boss.call(voidReceipt, { params: { id }, body: { reason } });
const restore = (id: string) => boss.call(restoreReceipt, { params: { id }, body: { reason: '查明无误' } });
const close = (until: string) =>
  desk.company.run((ctx) =>
    ctx.tx.run(sql`update community_book set closed_until = ${until} where community_id = ${desk.company.communityId}`),
  );
const state = () =>
  desk.company.run((ctx) =>
    ctx.tx.rows<{ what: string }>(sql`
      select 'bill ' || receivable_fen || ' owes ' || outstanding_fen || case when voided_at is null then '' else ' void' end as what from bill
      union all select 'prepaid ' || balance_fen || '/' || bonus_fen from prepaid_account
      union all select 'deposit ' || held_fen from deposit order by 1`),
  );
const states = async () => (await state()).map((row) => row.what);
let keys = 0;
const refundOf = (
  receiptId: string | null,
  lines: Partial<Parameters<typeof refundLines>[0]>,
  over: Record<string, unknown> = {},
) => {
  keys += 1;
  const filled = refundLines(lines);
  const yuan = [
    ...filled.bills.flatMap((one) => [one.principal, one.lateFee]),
    ...[...filled.prepaid, ...filled.deposits, ...filled.incomes].map((one) => one.amount),
  ];
  const fen = yuan.reduce((sum, text) => sum + Math.round(Number(text) * 100), 0);
  return {
    receiptId,
    lines: filled,
    tenders: [{ paymentMethodId: desk.methods.cash, amount: (fen / 100).toFixed(2) }],
    reason: '业主要求',
    refundedOn: '2026-04-10',
    idempotencyKey: `refund-${String(keys).padStart(8, '0')}`,
    ...over,
  };
};
const refundLines = (lines: {
  bills?: { billId: string; principal: string; lateFee: string }[];
  prepaid?: { prepaidAccountId: string; amount: string }[];
  deposits?: { depositId: string; amount: string }[];
  incomes?: { otherIncomeId: string; amount: string }[];
}) => ({ bills: [], prepaid: [], deposits: [], incomes: [], ...lines });
const refunding = (body: ReturnType<typeof refundOf>, person = boss) => person.call(takeRefund, { body });
const methodId = (key: string) =>
  desk.company.run(
    async (ctx) => (await ctx.tx.first<{ id: string }>(sql`select id from payment_method where key = ${key}`))!.id,
  );

describe('a receipt of every kind of line', () => {
  it('is reversed to the fen, voided with its bills, restored, and voided once more', async () => {
    const first = await take({ topUp: 50000n, bonus: 2000n, deposit: 30000n });
    const [feeId, waterId] = [
      await desk.bill({ amountFen: 27580n, month: '2026-03' }),
      await desk.bill({ amountFen: 6060n, month: '2026-03', itemId: desk.waterItemId }),
    ];
    const before = await states();
    const { receiptId } = await take({
      bills: [
        { billId: feeId, principal: 26580n, lateFee: 138n, offset: 20000n, discount: 1000n },
        { billId: waterId, principal: 6060n, offset: 6060n },
      ],
      topUp: 9600n,
      bonus: 400n,
      deposit: 10000n,
      income: 5000n,
      fromDeposit: { depositId: first.depositId!, amount: 1000n },
    });
    const during = await states();
    expect(during).not.toEqual(before);
    expect(await breaches()).toEqual([]);
    await voiding(receiptId);
    expect((await states()).filter((one) => one.endsWith('void'))).toHaveLength(2);
    expect(await breaches()).toEqual([]);
    const bin = await boss.call(listRecycleBin, { query: { kind: 'receipt' } });
    expect(bin.rows).toMatchObject([{ id: receiptId, reason }]);
    // The bills went with it, so they are not in the bin by themselves.
    expect((await boss.call(listRecycleBin, { query: { kind: 'bill' } })).total).toBe(0);
    expect(await restore(receiptId)).toMatchObject({ billCount: 2 });
    expect(await states()).toEqual(during);
    expect(await breaches()).toEqual([]);
    await voiding(receiptId);
    await restore(receiptId);
    await reverse(receiptId);
    expect(await states()).toEqual([...before, 'deposit 0'].sort());
    expect(await breaches()).toEqual([]);
    const { history, state: word } = await boss.call(getReceiptUndo, { params: { id: receiptId } });
    expect(history.map((one) => one.what)).toEqual(['收款', '作废', '恢复', '作废', '恢复', '撤销']);
    expect(word).toBe('reversed');
    expect((await refusal(restore(receiptId))).code).toBe('receipt.notVoided');
    expect((await refusal(reverse(receiptId))).code).toBe('receipt.alreadyReversed');
  });

  it('brought back from the bin, lowers late fee from its own day again, discount and all', async () => {
    const billId = await desk.bill({ amountFen: 100_000n, month: '2026-01' });
    // Due on 01-28, 15 days of grace: as of 03-20 36 days of 1000.00 at 0.05 %, 18.00.
    const { receiptId } = await take({
      bills: [{ billId, principal: 40_000n, lateFee: 1_800n, discount: 10_000n }],
      receivedOn: '2026-03-20',
    });
    const lateFee = async (asOf: string) => {
      const query = { targetKind: 'house', targetId: desk.houseId, asOf } as const;
      return (await boss.call(getDeskAccount, { query })).bills.map((bill) => bill.lateFee);
    };
    // 500.00 are left for the 31 days from 03-21 on.
    expect(await lateFee('2026-04-20')).toEqual(['7.75']);
    await voiding(receiptId);
    server.clock.set('2026-04-12T02:00:00Z');
    await restore(receiptId);
    expect(await lateFee('2026-04-20')).toEqual(['7.75']);
    expect(await breaches()).toEqual([]);
  });

  it('says why it cannot be undone: prepaid or deposit used, refunded, another receipt on its bill', async () => {
    const billId = await desk.bill({ amountFen: 40000n, month: '2026-04' });
    const taken = await take({ topUp: 10000n, deposit: 5000n });
    await take({ bills: [{ billId, principal: 6000n, offset: 6000n }] });
    const used = await refusal(reverse(taken.receiptId));
    expect(used).toMatchObject({ code: 'receipt.prepaidUsed', status: 409 });
    expect(used.detail).toContain('现余 40.00 元，不够收回 100.00 元');
    const plain = await take({ bills: [{ billId, principal: 10000n }] });
    expect((await refusal(voiding(plain.receiptId))).code).toBe('receipt.voidPaidElsewhere');
    await refunding(refundOf(plain.receiptId, { bills: [{ billId, principal: '10.00', lateFee: '0' }] }));
    const refunded = await refusal(reverse(plain.receiptId));
    expect(refunded.code).toBe('receipt.refunded');
    expect(refunded.detail).toContain('TCH202604-000001');
    const held = await take({ deposit: 8000n });
    await refunding(refundOf(null, { deposits: [{ depositId: held.depositId!, amount: '30' }] }));
    expect((await refusal(reverse(held.receiptId))).code).toBe('deposit.used');
    expect(await breaches()).toEqual([]);
  });

  it('is undone today also when its own day is closed, and never on a closed day', async () => {
    const billId = await desk.bill({ amountFen: 10000n, month: '2026-03' });
    const { receiptId } = await take({ bills: [{ billId, principal: 10000n }], receivedOn: '2026-04-08' });
    await close('2026-04-09');
    await voiding(receiptId);
    await close('2026-04-10');
    const refused = await refusal(restore(receiptId));
    expect(refused).toMatchObject({ code: 'books.closed', status: 409 });
    server.clock.set('2026-04-11T02:00:00Z');
    await restore(receiptId);
    const amend = boss.call(amendReceipt, {
      params: { id: receiptId },
      body: {
        methods: [
          {
            tenderId: (await boss.call(getReceiptUndo, { params: { id: receiptId } })).tenders[0]!.id,
            paymentMethodId: desk.methods.wechat,
          },
        ],
        reason: '选错了',
      },
    });
    // Restored today, so its money counts for today.
    await amend;
    expect(await breaches()).toEqual([]);
  });

  it('stays in the bin when its period was raised again, is purged from view only with the right, and keeps to its company', async () => {
    const billId = await desk.bill({ amountFen: 10000n, month: '2026-03' });
    const { receiptId } = await take({ bills: [{ billId, principal: 10000n }] });
    const cashier = await desk.company.person('收银员');
    const stranger = await (await server.company('别家物业')).person('管理员');
    const local = await desk.company.person('管理员', [desk.company.otherCommunityId]);
    const body = { reason };
    const params = { id: receiptId };
    expect((await refusal(cashier.call(voidReceipt, { params, body }))).code).toBe('permission.denied');
    for (const other of [stranger, local]) {
      expect((await refusal(other.call(voidReceipt, { params, body }))).code).toBe('resource.notFound');
      const lines = { bills: [{ billId, principal: '1.00', lateFee: '0' }] };
      expect((await refusal(refunding(refundOf(receiptId, lines), other))).status).toBe(404);
    }
    await voiding(receiptId);
    const purge = (person: TestPerson) => person.call(purgeFromBin, { body: { kind: 'receipt', ids: [receiptId] } });
    expect((await refusal(purge(cashier))).code).toBe('permission.denied');
    await desk.company.run(async (ctx) => {
      // The same binding and period, raised anew.
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, charge_standard_id, standard_binding_id, target_kind, target_id,
          period_from, period_to, due_on, receivable_fen, raised_how, raised_at, calculation)
        select company_id, ${id}, community_id, charge_item_id, charge_standard_id, standard_binding_id, target_kind, target_id, period_from, period_to,
          due_on, receivable_fen, 'oneOff', raised_at, calculation from bill where id = ${billId}`);
    });
    await restore(receiptId);
    await voiding(receiptId);
    expect(await purge(boss)).toEqual({ purgedCount: 1 });
    expect((await boss.call(listRecycleBin, { query: { kind: 'receipt' } })).total).toBe(0);
    expect((await refusal(purge(boss))).code).toBe('recycleBin.notThere');
    expect(await breaches()).toEqual([]);
  });
});

describe('a refund', () => {
  it('gives part of a receipt back by several ways, never more than was paid, with a number and the bill owing again', async () => {
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-03' });
    await take({ topUp: 20000n, bonus: 1000n });
    const { receiptId, otherIncomeId, accountId } = await take({
      bills: [{ billId, principal: 27580n, lateFee: 200n, offset: 20500n }],
      income: 3000n,
    });
    expect(await states()).toEqual(['bill 27580 owes 0', 'prepaid 500/500']);
    const params = { id: receiptId };
    expect(await boss.call(getRefundable, { params })).toMatchObject({
      money: '102.80',
      bills: [{ principal: '275.80', lateFee: '2.00', offset: '205.00' }],
      incomes: [{ amount: '30.00' }],
      accounts: [{ id: accountId }],
    });
    const all = { bills: [{ billId, principal: '275.80', lateFee: '2.00' }] };
    const tooMuch = await refusal(refunding(refundOf(receiptId, all)));
    expect(tooMuch).toMatchObject({ code: 'refund.aboveMoney', status: 409 });
    const early = { bills: [{ billId, principal: '10.00', lateFee: '0' }] };
    expect((await refusal(refunding(refundOf(receiptId, early, { refundedOn: '2026-04-09' })))).code).toBe(
      'refund.beforeReceipt',
    );
    const prepaid = await methodId('prepaid');
    const given = await refunding(
      refundOf(
        receiptId,
        {
          bills: [{ billId, principal: '100.00', lateFee: '2.00' }],
          incomes: [{ otherIncomeId: otherIncomeId!, amount: '10' }],
        },
        {
          tenders: [
            { paymentMethodId: desk.methods.wechat, amount: '12.00', reference: 'wx1' },
            { paymentMethodId: prepaid, amount: '100.00' },
          ],
        },
      ),
    );
    expect(given).toMatchObject({ number: 'TCH202604-000001', total: '112.00' });
    // What was given rather than paid goes back as given, first.
    expect(await states()).toEqual(['bill 27580 owes 10000', 'prepaid 10500/1000']);
    expect(await breaches()).toEqual([]);
    const above = await refusal(
      refunding(refundOf(receiptId, { bills: [{ billId, principal: '175.81', lateFee: '0' }] })),
    );
    expect(above.detail).toContain('可退 175.80 元，填了 175.81 元');
    const rest = refundOf(
      receiptId,
      {
        bills: [{ billId, principal: '175.80', lateFee: '0' }],
        incomes: [{ otherIncomeId: otherIncomeId!, amount: '20' }],
      },
      {
        tenders: [
          { paymentMethodId: desk.methods.cash, amount: '90.80' },
          { paymentMethodId: prepaid, amount: '105.00' },
        ],
        afterwards: 'waive',
      },
    );
    await refunding(rest);
    expect(await refunding(rest)).toMatchObject({ number: 'TCH202604-000002' });
    expect((await refusal(refunding({ ...rest, reason: '别的' }))).code).toBe('refund.keyReused');
    expect(await states()).toEqual(['bill 27580 owes 10000', 'prepaid 21000/1000']);
    expect(await breaches()).toEqual([]);
    const list = await boss.call(listRefunds, { query: { q: 'TCH' } });
    expect(list).toMatchObject({ total: 2, sum: '307.80' });
    expect(await boss.call(getRefund, { params: { id: list.rows[0]!.id } })).toMatchObject({
      lines: [
        { kind: 'bill', principal: '175.80' },
        { kind: 'income', sum: '20.00' },
      ],
    });
    expect((await boss.call(getReceiptUndo, { params })).refunded).toBe('307.80');
  });

  it('takes prepaid and deposits back without a receipt, what was paid in and no more', async () => {
    const { accountId, depositId } = await take({ topUp: 10000n, bonus: 500n, deposit: 20000n });
    const short = await refusal(
      refunding(refundOf(null, { prepaid: [{ prepaidAccountId: accountId, amount: '101' }] })),
    );
    expect(short.code).toBe('prepaid.bonusStays');
    await refunding(
      refundOf(null, {
        prepaid: [{ prepaidAccountId: accountId, amount: '60' }],
        deposits: [{ depositId: depositId!, amount: '150' }],
      }),
    );
    expect(await states()).toEqual(['deposit 5000', 'prepaid 4500/500']);
    const refusals: [object, string][] = [
      [refundOf(null, {}, { tenders: [{ paymentMethodId: desk.methods.cash, amount: '1' }] }), 'refund.empty'],
      [refundOf(null, { deposits: [{ depositId: depositId!, amount: '50.01' }] }), 'deposit.short'],
      [
        refundOf(null, { deposits: [{ depositId: depositId!, amount: '5' }] }, { refundedOn: '2026-04-11' }),
        'refund.futureDay',
      ],
      [
        refundOf(null, { deposits: [{ depositId: depositId!, amount: '5' }] }, { afterwards: 'waive' }),
        'refund.waiveNeedsBills',
      ],
      [refundOf(null, { incomes: [{ otherIncomeId: depositId!, amount: '5' }] }), 'refund.needsReceipt'],
    ];
    for (const [body, code] of refusals)
      expect((await refusal(refunding(body as ReturnType<typeof refundOf>))).code).toBe(code);
    await close('2026-04-10');
    expect(
      (await refusal(refunding(refundOf(null, { deposits: [{ depositId: depositId!, amount: '5' }] })))).code,
    ).toBe('books.closed');
    expect(await breaches()).toEqual([]);
  });

  it('asked for by many at once gives back no more than was paid, and never beside a reversal', async () => {
    const billId = await desk.bill({ amountFen: 10000n, month: '2026-03' });
    const { receiptId } = await take({ bills: [{ billId, principal: 10000n }] });
    const body = () => refundOf(receiptId, { bills: [{ billId, principal: '40.00', lateFee: '0' }] });
    const same = body();
    const outcomes = await Promise.allSettled([
      refunding(same),
      refunding(same),
      refunding(body()),
      refunding(body()),
      reverse(receiptId),
      voiding(receiptId),
    ]);
    const done = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(done.length).toBeGreaterThan(0);
    expect(await breaches()).toEqual([]);
    const [sum] = await desk.company.run((ctx) =>
      ctx.tx.rows<{ refunds: number; reversed: boolean; refunded: bigint }>(
        sql`select (select count(*)::int from refund) refunds, exists (select from receipt_reversal) reversed, refunded_fen refunded from bill`,
      ),
    );
    expect(sum!.reversed ? sum!.refunds === 0 : sum!.refunds >= 1 && sum!.refunds <= 2).toBe(true);
    expect(sum!.refunded).toBeLessThanOrEqual(10000n);
  });
});

describe('a receipt mended afterwards', () => {
  it('shows the new method, payer and note, counts on its own day, and refuses a closed one', async () => {
    const billId = await desk.bill({ amountFen: 10000n, month: '2026-03' });
    const { receiptId } = await take({ bills: [{ billId, principal: 10000n }], topUp: 500n, receivedOn: '2026-04-09' });
    const params = { id: receiptId };
    const [tender] = (await boss.call(getReceiptUndo, { params })).tenders;
    const amend = (body: object) => boss.call(amendReceipt, { params, body: { reason: '录错', ...body } });
    expect((await refusal(amend({}))).code).toBe('receipt.amendNothing');
    const methods = (id: string) => ({ methods: [{ tenderId: tender!.id, paymentMethodId: id }] });
    expect((await refusal(amend(methods(await methodId('prepaid'))))).code).toBe('receipt.amendOffset');
    await amend({ ...methods(desk.methods.wechat), payerName: '崔大海', note: '家属代交' });
    const byDay = () =>
      desk.company.run((ctx) =>
        ctx.tx.rows<{
          key: string;
          sum: bigint;
        }>(sql`select m.key, sum(i.amount_fen)::bigint as sum from income_movement i
          join payment_method m on m.id = i.payment_method_id where i.day = '2026-04-09' group by 1 having sum(i.amount_fen) <> 0`),
      );
    expect(await byDay()).toEqual([{ key: 'wechat', sum: 10500n }]);
    expect(await boss.call(getReceipt, { params })).toMatchObject({
      methods: '微信',
      payerName: '崔大海',
      note: '家属代交',
    });
    expect(await breaches()).toEqual([]);
    await close('2026-04-09');
    expect((await refusal(amend(methods(desk.methods.cash)))).detail).toContain('账已结到 2026-04-09');
    await amend({ note: '再改' });
    const { history } = await boss.call(getReceiptUndo, { params });
    expect(history.map((one) => one.what).sort()).toEqual(
      ['改付款人', '改备注', '改备注', '改支付方式', '收款'].sort(),
    );
    await reverse(receiptId);
    expect((await refusal(amend({ note: '又改' }))).code).toBe('receipt.notValid');
    expect(await breaches()).toEqual([]);
  });
});

describe('a company that wants every undoing approved', () => {
  it('waits with reversing and amending until the yes, says what will change, and lets lapse what changed meanwhile', async () => {
    const approver = await desk.company.person('财务');
    for (const action of ['receipt.reverse', 'receipt.amend'])
      await boss.call(createApprovalFlow, {
        body: {
          name: action,
          action,
          isEnabled: true,
          amountFrom: '50.00',
          amountTo: null,
          communityIds: [],
          levels: [{ mode: 'any', approvers: [{ kind: 'person', id: approver.staffId }] }],
        },
      });
    const billId = await desk.bill({ amountFen: 10000n, month: '2026-03' });
    const { receiptId } = await take({ bills: [{ billId, principal: 10000n }] });
    const params = { id: receiptId };
    const asked = async (reply: Promise<object>) => {
      const done = await reply;
      if (!isPendingApproval(done)) throw new Error('no approval was asked for');
      return done.approvalId;
    };
    const say = (id: string) => approver.call(approveApproval, { params: { id }, body: { level: 1 } });
    const before = await states();
    expect((await refusal(boss.call(amendReceipt, { params, body: { reason } }))).code).toBe('receipt.amendNothing');
    const amending = await asked(boss.call(amendReceipt, { params, body: { payerName: '崔大海', reason } }));
    const late = await asked(reverse(receiptId));
    expect(await states()).toEqual(before);
    expect(await approver.call(getApproval, { params: { id: amending } })).toMatchObject({
      summary: expect.stringContaining('的付款人'),
      changes: [{ label: '付款人', after: '崔大海' }],
      target: { kind: 'receipt', id: receiptId },
    });
    expect(await approver.call(getApproval, { params: { id: late } })).toMatchObject({
      amount: '100.00',
      summary: expect.stringContaining('金额 100.00 元，1 张账单恢复未收'),
    });
    expect(await say(amending)).toEqual({ state: 'approved', outcome: '' });
    expect(await boss.call(getReceipt, { params })).toMatchObject({ payerName: '崔大海', state: 'valid' });
    expect(await say(late)).toEqual({ state: 'approved', outcome: '' });
    expect(await boss.call(getReceipt, { params })).toMatchObject({ state: 'reversed' });
    // What is undone already is not asked for again.
    expect((await refusal(reverse(receiptId))).code).toBe('receipt.alreadyReversed');

    const again = await take({ bills: [{ billId, principal: 10000n }] });
    const overtaken = await asked(reverse(again.receiptId));
    await voiding(again.receiptId);
    expect(await say(overtaken)).toMatchObject({ state: 'invalid', outcome: expect.stringContaining('已') });
    // Below the amount of the flow nobody is asked.
    const small = await desk.bill({ amountFen: 4999n, month: '2026-04' });
    const little = await take({ bills: [{ billId: small, principal: 4999n }] });
    expect(await reverse(little.receiptId)).toMatchObject({ billCount: 1 });
    expect(await breaches()).toEqual([]);
  });
});

describe('two at once', () => {
  it('a void and a payment of the same bill: one of them wins and the books hold', async () => {
    const billId = await desk.bill({ amountFen: 10000n, month: '2026-04' });
    const { receiptId } = await take({ bills: [{ billId, principal: 4000n }] });
    await Promise.allSettled([
      voiding(receiptId),
      boss.call(takePayment, {
        body: paymentFor(desk, [{ id: billId, toPay: '60.00' }], { receivedOn: '2026-04-10' }),
      }),
    ]);
    expect(await breaches()).toEqual([]);
  });
});
