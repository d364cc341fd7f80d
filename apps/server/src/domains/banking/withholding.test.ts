import {
  bankAgreementResource,
  bookWithholding,
  cancelWithholding,
  createBankAgreement,
  deleteBankAgreement,
  getDeskAccount,
  getWithholdingBatch,
  makeWithholding,
  previewWithholding,
  readWithholdingResult,
  resourceEndpoints,
  reverseReceipt,
  takePayment,
  updateBankAgreement,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { countBreaches, type DeskFixture, makeDesk, noBreaches, paymentFor } from '../cashier/cashier.fixture.ts';
import { upload, wizard } from '../imports/imports.fixture.ts';
import { addShippedTemplates } from './edit-bank-template.ts';

let server: TestApp;
let desk: DeskFixture;
let manager: TestPerson;
let otherHouseId: string;
let bank: { fixedWidth: string; separated: string };

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  manager = await desk.company.person('管理员');
  otherHouseId = await desk.house('2-202');
  bank = await desk.company.run(async (ctx) => {
    await addShippedTemplates(ctx);
    const rows = await ctx.tx.rows<{ id: string; kind: string }>(
      sql`select id, layout ->> 'kind' as kind from bank_template where company_id = ${ctx.companyId}`,
    );
    const idOf = (kind: string) => rows.find((row) => row.kind === kind)!.id;
    return { fixedWidth: idOf('fixedWidth'), separated: idOf('separated') };
  });
});
// Whatever a test did, the books add up afterwards.
afterEach(async () => expect(await desk.company.run(countBreaches)).toEqual(noBreaches));

const agreements = resourceEndpoints(bankAgreementResource);
const finish = (taskId: string) => runTask(server.services, taskHandlers, desk.company.id, taskId);
const accounts = ['6222020000000000001', '6222020000000000002'] as const;

function agree(houseId: string, accountNumber: string, over = {}) {
  const terms = { bankTemplateId: bank.separated, accountName: '崔春涛', startsOn: '2026-01-01', lastDay: null };
  return manager.call(createBankAgreement, { body: { houseId, accountNumber, ...terms, ...over } });
}

const choice = () => ({
  communityId: desk.company.communityId,
  bankTemplateId: bank.separated,
  chargeItemIds: [],
  monthTo: '2026-03',
});

async function makeBatch(over = {}) {
  const made = await manager.call(makeWithholding, { body: { ...choice(), bankAccountId: null, ...over } });
  await finish(made.taskId);
  return manager.call(getWithholdingBatch, { params: { id: made.id } });
}

const openBatch = (id: string) => manager.call(getWithholdingBatch, { params: { id } });

async function fileText(fileId: string): Promise<string> {
  return (await server.services.files.head(desk.company.id, fileId, 10_000)).toString('utf8');
}

type Batch = Awaited<ReturnType<typeof makeBatch>>;

/** The bank's answer to every line of a batch; `codes` by line, success unless told. */
function answerOf({ batch, lines }: Batch, codes: readonly string[] = []): string {
  const details = lines.map(
    (line, index) => `${line.reference}|${accounts[index]}|${line.amount}|${codes[index] ?? 'S'}|`,
  );
  return [`${batch.number}|${batch.count}|${batch.total}`, ...details, ''].join('\n');
}

async function readAnswer(id: string, text: string | Buffer, receivedOn = '2026-03-10') {
  const fileId = await upload(server, manager, text, '回盘.txt');
  return manager.call(readWithholdingResult, { params: { id }, body: { fileId, receivedOn } });
}

/** Of the company, so that sums of files are compared with the bills themselves. */
function marked() {
  return desk.company.run((ctx) =>
    ctx.tx.rows<{ id: string; fen: bigint; withheld_in: string | null }>(
      sql`select id, outstanding_fen as fen, withheld_in from bill where company_id = ${ctx.companyId} order by id`,
    ),
  );
}

describe('an agreement', () => {
  it('shows four digits of its account, seals the rest, and is the only one of its house at a time', async () => {
    const { id } = await agree(desk.houseId, '6222 0200 0000 0000 001');
    const list = await manager.call(agreements.list, { query: {} });
    expect(list.rows).toMatchObject([{ id, accountMasked: '**** 0001', houseIdLabel: '1-101' }]);
    const stored = await desk.company.run((ctx) =>
      ctx.tx.rows(sql`select row_to_json(a)::text as row from bank_agreement a where a.company_id = ${ctx.companyId}`),
    );
    expect(JSON.stringify(stored)).not.toContain('6222020000');
    expect(await refusal(agree(desk.houseId, accounts[1], { startsOn: '2026-02-01' }))).toMatchObject({
      code: 'bankAgreement.overlaps',
    });
    const terms = { bankTemplateId: bank.separated, accountName: '崔春涛', startsOn: '2026-01-01' };
    await manager.call(updateBankAgreement, { params: { id }, body: { ...terms, lastDay: '2026-01-31', version: 1 } });
    const next = await agree(desk.houseId, accounts[1], { startsOn: '2026-02-01' });
    await manager.call(deleteBankAgreement, { params: { id: next.id } });
    expect(await refusal(agree(desk.houseId, '12ab', {}))).toMatchObject({ status: 422 });
    const stranger = await desk.company.person('收费主管', [desk.company.otherCommunityId]);
    expect((await stranger.call(agreements.list, { query: {} })).rows).toEqual([]);
    const cashier = await desk.company.person('收银员');
    expect(await refusal(cashier.call(agreements.list, { query: {} }))).toMatchObject({ status: 403 });
  });

  it('comes from a spreadsheet, and no number of it is kept outside the seal', async () => {
    const bankName = '竖线分隔（UTF-8，金额为元）';
    const rows = [
      `1-101,${bankName},${accounts[0]},崔春涛,2026-01-01`,
      `2-202,别的银行,${accounts[1]},单于芳,2026-01-01`,
    ];
    const csv = ['房号,银行,账号,户名,生效日期', ...rows, `1-101,${bankName},123,崔春涛,2027-01-01`].join('\n');
    const flow = wizard(server, desk.company, manager, 'bankAgreement');
    const done = await flow.all(csv, '协议.csv');
    expect(done.counts).toMatchObject({ rows: 3, added: 1, bad: 2 });
    expect((await manager.call(agreements.list, { query: {} })).rows).toMatchObject([{ accountMasked: '**** 0001' }]);
    const kept = await desk.company.run((ctx) =>
      ctx.tx.rows(sql`select (select json_agg(b) from import_batch b where b.company_id = ${ctx.companyId})::text as batch,
        (select json_agg(r) from import_row r where r.company_id = ${ctx.companyId})::text as rows,
        (select json_agg(f) from import_failure f where f.company_id = ${ctx.companyId})::text as failures`),
    );
    expect(JSON.stringify(kept)).not.toContain('62220200');
    expect((await flow.all(csv, '协议.csv')).counts).toMatchObject({ added: 0, skipped: 1 });
  });
});

describe('a batch of withholding', () => {
  it('asks the bank for exactly what the marked bills owe; the desk warns, and collects only when told', async () => {
    await agree(desk.houseId, accounts[0]);
    await agree(otherHouseId, accounts[1]);
    const march = await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await desk.bill({ amountFen: 5_000n, month: '2026-02', itemId: desk.waterItemId });
    await desk.bill({ amountFen: 100n, month: '2026-03', targetId: otherHouseId });
    await desk.bill({ amountFen: 9_900n, month: '2026-04' });
    const preview = await manager.call(previewWithholding, { body: choice() });
    expect(preview).toMatchObject({ houseCount: 2, billCount: 3, total: '326.80', lateFee: '0.00', problems: [] });
    const made = await makeBatch();
    const { batch, lines } = made;
    expect(batch).toMatchObject({ state: 'ready', number: 'CH26031001', count: 2, total: '326.80' });
    expect(await fileText(batch.fileId!)).toBe(
      [
        'CH26031001|2|326.80|20260310',
        `CH26031001-00001|崔春涛|${accounts[0]}|325.80|物业费`,
        `CH26031001-00002|崔春涛|${accounts[1]}|1.00|物业费`,
        '',
      ].join('\n'),
    );
    const held = (await marked()).filter((bill) => bill.withheld_in === batch.number);
    expect(held.reduce((sum, bill) => sum + bill.fen, 0n)).toBe(32_680n);
    expect(lines[0]).toMatchObject({ billNames: '水费 2026年2月、物业管理费 2026年3月', answer: 'none' });
    // What is being taken is not asked for twice.
    expect(await manager.call(previewWithholding, { body: choice() })).toMatchObject({
      billCount: 0,
      elsewhereCount: 3,
    });
    const query = { targetKind: 'house', targetId: desk.houseId } as const;
    const account = await manager.call(getDeskAccount, { query });
    expect(account.bills.map((bill) => bill.withheldIn)).toEqual([batch.number, batch.number, '']);
    const body = paymentFor(desk, [{ id: march, toPay: '275.80' }]);
    expect(await refusal(manager.call(takePayment, { body }))).toMatchObject({ code: 'receipt.billWithheld' });
    await manager.call(takePayment, { body: { ...body, takesWithheld: true } });
    await manager.call(cancelWithholding, { params: { id: batch.id }, body: { reason: '选错月份' } });
    expect((await marked()).filter((bill) => bill.withheld_in !== null)).toEqual([]);
    expect(await refusal(readAnswer(batch.id, answerOf(made)))).toMatchObject({ code: 'withholding.otherState' });
  });

  it('is for the sum of the bills it marked, account by account, whatever is owed', async () => {
    await agree(desk.houseId, accounts[0]);
    await agree(otherHouseId, accounts[1]);
    const houses = [desk.houseId, otherHouseId, await desk.house('3-303')];
    const owed = fc.record({
      house: fc.integer({ min: 0, max: 2 }),
      fen: fc.integer({ min: 1, max: 99_999_999 }),
      month: fc.constantFrom('2026-01', '2026-02', '2026-03', '2026-04'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(owed, { minLength: 1, maxLength: 5 }), async (bills) => {
        for (const { house, fen, month } of bills)
          await desk.bill({ amountFen: BigInt(fen), month, targetId: houses[house]!, itemId: desk.waterItemId });
        const { batch } = await makeBatch();
        if (batch.state === 'unfit') return;
        const held = await desk.company.run((ctx) =>
          ctx.tx.rows<{
            house: string;
            fen: bigint;
            late: number;
          }>(sql`select target_id as house, sum(outstanding_fen)::bigint as fen,
              count(*) filter (where period_from >= '2026-04-01')::int as late
            from bill where company_id = ${ctx.companyId} and withheld_in = ${batch.number} group by 1`),
        );
        const [head = '', ...lines] = (await fileText(batch.fileId!)).trim().split('\n');
        const fenOf = (text = '') => BigInt(text.replace('.', ''));
        const asked = lines.map((line) => line.split('|')).map(([, , account, sum]) => ({ account, fen: fenOf(sum) }));
        const total = (sums: readonly { fen: bigint }[]) => sums.reduce((sum, one) => sum + one.fen, 0n);
        expect(fenOf(head.split('|')[2])).toBe(total(asked));
        expect(total(asked)).toBe(total(held));
        const byAccount = held.map(({ house, fen }) => ({ account: accounts[houses.indexOf(house)], fen }));
        expect(asked.toSorted((a, b) => (a.account! < b.account! ? -1 : 1))).toEqual(
          byAccount.toSorted((a, b) => (a.account! < b.account! ? -1 : 1)),
        );
        expect(held.every((one) => one.late === 0)).toBe(true);
        await manager.call(cancelWithholding, { params: { id: batch.id }, body: { reason: '下一次' } });
      }),
      { numRuns: 6 },
    );
  });

  it('is not made when a name does not fit into the bank’s file, and says whose', async () => {
    await agree(desk.houseId, accounts[0], { bankTemplateId: bank.fixedWidth, accountName: '𠮷野家' });
    await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    const { batch } = await makeBatch({ bankTemplateId: bank.fixedWidth });
    expect(batch).toMatchObject({ state: 'unfit', count: 0, fileId: null });
    expect(batch.problems[0]).toMatch(/^1-101：.*生僻字/);
    expect((await marked())[0]!.withheld_in).toBeNull();
  });

  it('books one receipt for each account the bank took from, and asks again for what failed', async () => {
    await agree(desk.houseId, accounts[0]);
    await agree(otherHouseId, accounts[1]);
    const late = await desk.bill({ amountFen: 27_580n, month: '2026-01', dueOn: '2026-01-15' });
    await desk.bill({ amountFen: 100n, month: '2026-03', targetId: otherHouseId });
    const made = await makeBatch();
    const { batch, lines } = made;
    // The bank needs two days: late fee of those days is not the owner's.
    server.clock.set('2026-03-12T02:00:00Z');
    const answer = answerOf(made, ['S', 'F01']);
    const read = await readAnswer(batch.id, answer, '2026-03-12');
    expect(read).toMatchObject({ isRepeated: false, paidCount: 1, failedCount: 1, failedTotal: '1.00' });
    await finish(read.taskId!);
    const after = await openBatch(batch.id);
    expect(after.batch).toMatchObject({ state: 'done', bookedCount: 1, receivedOn: '2026-03-12' });
    expect(after.lines).toMatchObject([
      { answer: 'paid', prepaid: '0.00', amount: lines[0]!.amount },
      { answer: 'failed', reason: '余额不足', receiptId: null },
    ]);
    expect((await marked()).find((bill) => bill.id === late)).toMatchObject({ fen: 0n, withheld_in: null });
    // The same file again, and the task again: nothing more.
    expect(await readAnswer(batch.id, answer, '2026-03-12')).toMatchObject({ isRepeated: true, paidCount: 1 });
    await finish(read.taskId!);
    expect(await refusal(readAnswer(batch.id, answerOf(made), '2026-03-12'))).toMatchObject({
      code: 'withholding.answered',
    });
    const receipts = await desk.company.run((ctx) =>
      ctx.tx.rows<{ id: string; total: bigint; method: string; reference: string }>(sql`
        select r.id, r.total_fen as total, m.name as method, t.reference from receipt r
        join receipt_tender t on t.company_id = r.company_id and t.receipt_id = r.id
        join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id where r.company_id = ${ctx.companyId}`),
    );
    expect(receipts).toMatchObject([{ method: '银行代扣', reference: lines[0]!.reference }]);
    expect(await manager.call(previewWithholding, { body: choice() })).toMatchObject({ houseCount: 1, retryCount: 1 });
    // Reversing works as with any receipt: the bill is due and can be withheld again.
    await manager.call(reverseReceipt, { params: { id: receipts[0]!.id }, body: { reason: '银行退回' } });
    expect(await manager.call(previewWithholding, { body: choice() })).toMatchObject({ houseCount: 2 });
  });

  it('takes an answer whole or not at all, and says in which line it is wrong', async () => {
    await agree(desk.houseId, accounts[0]);
    await agree(otherHouseId, accounts[1]);
    await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await desk.bill({ amountFen: 100n, month: '2026-03', targetId: otherHouseId });
    const made = await makeBatch();
    const { batch, lines } = made;
    const good = answerOf(made);
    const [first, second] = lines.map((line) => line.reference);
    const bare = (text: string, count: number, total: string) =>
      text.replace(/^.*\n/, `${batch.number}|${count}|${total}\n`);
    for (const [text, word] of [
      [
        good.replace('275.80|S', '275.81|S').replace('276.80', '276.81'),
        '第 2 行（1-101）金额是 275.81 元，批次里是 275.80 元',
      ],
      [good.replace(accounts[1], '6222020000000000009'), '第 3 行（2-202）账号尾号 0009'],
      [bare(good.replace(/\n[^\n]*00002.*\n/, '\n'), 1, '275.80'), `缺少 1 户的结果，如 2-202（流水号 ${second}）`],
      [bare(`${good}XX-1|${accounts[0]}|1.00|S|\n`, 3, '277.80'), '第 4 行流水号“XX-1”不在批次'],
      [good.slice(0, good.indexOf(second!)), '不完整'],
      [good.replace(batch.number, 'CH26031099'), '批次号是“CH26031099”'],
      [good.replace(second!, first!), '同一笔'],
      [Buffer.from([0xff, 0xfe, 0x00, 0x80]), '编码'],
      ['', '空的'],
    ] as const) {
      const refused = await refusal(readAnswer(batch.id, text));
      expect(refused.code, word).toBe(text.length === 0 ? refused.code : 'withholding.fileRefused');
      if (text.length > 0) expect(refused.detail).toContain(word);
    }
    expect((await openBatch(batch.id)).batch).toMatchObject({ state: 'ready', paidCount: 0, failedCount: 0 });
    expect((await marked()).every((bill) => bill.withheld_in === batch.number)).toBe(true);
  });

  it('turns what was paid at the desk meanwhile into prepaid, survives a crash between two receipts, and keeps to open days', async () => {
    await agree(desk.houseId, accounts[0]);
    await agree(otherHouseId, accounts[1]);
    const first = await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await desk.bill({ amountFen: 100n, month: '2026-03', targetId: otherHouseId });
    const made = await makeBatch();
    const { batch } = made;
    const body = paymentFor(desk, [{ id: first, toPay: '275.80' }]);
    await manager.call(takePayment, { body: { ...body, takesWithheld: true } });
    server.clock.set('2026-03-11T02:00:00Z');
    await desk.company.run((ctx) =>
      ctx.tx.run(sql`update community_book set closed_until = '2026-03-10' where company_id = ${ctx.companyId}`),
    );
    expect(await refusal(readAnswer(batch.id, answerOf(made), '2026-03-10'))).toMatchObject({ code: 'books.closed' });
    expect(await refusal(readAnswer(batch.id, answerOf(made), '2026-03-12'))).toMatchObject({
      code: 'receipt.futureDay',
    });
    const read = await readAnswer(batch.id, answerOf(made), '2026-03-11');
    // The process dies after the first receipt: the handler is thrown out of its second report.
    const handler = taskHandlers.bookWithholding;
    const dying: typeof taskHandlers = {
      ...taskHandlers,
      bookWithholding: (run) =>
        handler({
          ...run,
          report: async () => {
            throw new Error('killed');
          },
        }),
    };
    await runTask(server.services, dying, desk.company.id, read.taskId!);
    expect((await openBatch(batch.id)).batch).toMatchObject({ state: 'booking', bookedCount: 1 });
    const again = await manager.call(bookWithholding, { params: { id: batch.id }, body: { receivedOn: '2026-03-11' } });
    await Promise.all([finish(again.taskId), finish(again.taskId)]);
    const after = await openBatch(batch.id);
    expect(after.batch).toMatchObject({ state: 'done', bookedCount: 2 });
    expect(after.lines).toMatchObject([{ prepaid: '275.80' }, { prepaid: '0.00' }]);
    const account = await manager.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
    expect(account.prepaid).toMatchObject([{ balance: '275.80' }]);
  });

  it('is for those who see the whole community, and of no other company', async () => {
    await agree(desk.houseId, accounts[0]);
    await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    const { batch } = await makeBatch();
    const stranger = await desk.company.person('收费主管', [desk.company.otherCommunityId]);
    expect(await refusal(stranger.call(getWithholdingBatch, { params: { id: batch.id } }))).toMatchObject({
      status: 404,
    });
    expect(await refusal(stranger.call(previewWithholding, { body: choice() }))).toMatchObject({ status: 422 });
    const foreign = await (await server.company('别家')).person('管理员');
    expect(await refusal(foreign.call(getWithholdingBatch, { params: { id: batch.id } }))).toMatchObject({
      status: 404,
    });
    const auditor = await desk.company.person('项目经理');
    const make = auditor.call(makeWithholding, { body: { ...choice(), bankAccountId: null } });
    expect(await refusal(make)).toMatchObject({ status: 403 });
  });
});
