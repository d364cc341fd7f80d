import * as contract from '@anlin/contract';
import { formatYuan, parseYuan, sumFen } from '@anlin/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../../test/test-app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { shareToken } from '../../../platform/links/share-token.ts';
import { addBill, type Books, makeBooks, payAtDesk } from '../finance.fixture.ts';

let server: TestApp;
let books: Books;
let manager: TestPerson;
let houseId: string;
let former: string;
let owner: string;
/** Time goes on, and whoever works that day signs in anew. */
async function on(day: string): Promise<void> {
  server.clock.set(`${day}T02:00:00Z`);
  manager = await books.company.person('管理员');
}

/**
 * A house with a parking space. 李前 paid January and owes February; on 10 February the house went to 张新, whose March is billed,
 * reduced, paid together with what 李前 owed, refunded in part, and for the parking space paid and reversed again.
 */
beforeAll(async () => {
  server = await startTestApp();
  books = await makeBooks(await server.company());
  await on('2026-01-05');
  const [house] = books.targets;
  const space = books.targets.find((one) => one.kind === 'parkingSpace')!;
  const [feeId, waterId] = books.items as [string, string];
  houseId = house!.id;
  await books.company.run((ctx) =>
    ctx.tx.run(
      sql`update parking_space set house_id = ${houseId} where company_id = ${ctx.companyId} and id = ${space.id}`,
    ),
  );
  const stay = await manager.call(contract.moveIn, {
    params: { id: houseId },
    body: { name: '李前', phone: '13800000001', role: 'owner', movedInOn: '2024-01-01' },
  });
  former = stay.residentId;
  await addBill(books, { target: house!, itemId: waterId, month: '2026-01', amountFen: 10_000n });
  await on('2026-02-05');
  await payAtDesk(books, manager, { target: house!, count: 1, day: '2026-02-05', splitFen: 0n });
  await addBill(books, { target: house!, itemId: waterId, month: '2026-02', amountFen: 8_000n });
  await on('2026-02-10');
  await manager.call(contract.handOverHouse, {
    params: { id: houseId },
    body: {
      handedOverOn: '2026-02-10',
      newOwners: [{ name: '张新', phone: '13900000009' }],
      leavingOccupancyIds: [stay.occupancyId],
      arrears: 'stay',
      splitBills: false,
      note: '',
    },
  });
  owner = await books.company.run(
    async (ctx) => (await ctx.tx.first<{ id: string }>(sql`select id from resident where name = '张新'`))!.id,
  );
  await on('2026-03-05');
  const fee = await addBill(books, { target: house!, itemId: feeId, month: '2026-03', amountFen: 27_580n });
  await addBill(books, { target: house!, itemId: waterId, month: '2026-03', amountFen: 6_000n });
  await addBill(books, { target: space, itemId: waterId, month: '2026-03', amountFen: 15_000n });
  await manager.call(contract.waiveBills, {
    body: { lines: [{ billId: fee, principal: '10.00', lateFee: '0' }], reason: '电梯停运' },
  });
  const paid = await payAtDesk(books, manager, { target: house!, count: 3, day: '2026-03-05', splitFen: 100n });
  await manager.call(contract.takeRefund, {
    body: {
      receiptId: paid!.receiptId,
      lines: { bills: [{ billId: fee, principal: '20.00', lateFee: '0' }] },
      tenders: [{ paymentMethodId: books.methods[0]!, amount: '20.00' }],
      reason: '多收',
      refundedOn: '2026-03-05',
      idempotencyKey: 'statement-refund-1',
    },
  });
  const parked = await payAtDesk(books, manager, { target: space, count: 1, day: '2026-03-05', splitFen: 0n });
  await manager.call(contract.reverseReceipt, { params: { id: parked!.receiptId }, body: { reason: '收错' } });
  await on('2026-03-10');
});
afterAll(() => server.stop());

const march = { from: '2026-03-01', to: '2026-03-10' };
const read = (query: object, person = manager) =>
  person.call(contract.readStatement, { query: { ...march, ...query } });
const open = async (path: string) => {
  const { statusCode, body, headers } = await server.app.inject({ url: path });
  return { statusCode, body, headers };
};
const link = (body: object) =>
  manager.call(contract.createStatementLink, { body: { residentId: owner, ...march, days: 30, ...body } });

async function receivableUntil(day: string): Promise<bigint> {
  const { rows } = await server.services.ownerPool.query<{ sum: bigint }>(
    `select coalesce(sum(amount_fen), 0)::bigint as sum from journal_line where company_id = $1 and community_id = $2 and account = 'receivable' and day <= $3`,
    [books.company.id, books.company.communityId, day],
  );
  return BigInt(rows[0]!.sum);
}

describe('an owner’s statement', () => {
  it('says what was owed, billed, reduced, paid, refunded and is owed, bill by bill with how it was computed', async () => {
    const { totals, bills, payments, ownerPhone, leftOut } = await read({ residentId: owner });
    expect(totals).toEqual({
      opening: '0.00',
      billed: '485.80',
      reduced: '10.00',
      paid: '325.80',
      refunded: '20.00',
      owes: '170.00',
      lateFeePaid: '0.00',
      lateFeeDue: '0.00',
    });
    expect(bills).toHaveLength(3);
    for (const bill of bills) {
      expect(bill.sentence).toContain(
        '275.80元|60.00元|150.00元'.split('|').find((sum) => bill.sentence.includes(sum)),
      );
      expect(bill.periodText).toContain('2026年3月');
    }
    expect(ownerPhone).toBe('139****0009');
    expect(leftOut).toEqual({ count: 0, outstanding: '0.00' });
    // The receipt also paid 80.00 of the former owner: only this owner's part stands here.
    expect(payments.map(({ kind, principal }) => [kind, principal]).sort()).toEqual([
      ['receipt', '150.00'],
      ['receipt', '325.80'],
      ['refund', '-20.00'],
      ['reversal', '-150.00'],
    ]);
  });

  it('keeps a former owner to the time that was theirs', async () => {
    const { totals, bills } = await read({ residentId: former, from: '2026-02-01' });
    expect(totals).toMatchObject({ opening: '100.00', billed: '80.00', paid: '180.00', owes: '0.00' });
    expect(bills.map((bill) => bill.periodText).join()).not.toContain('3月');
  });

  it('adds up with all other statements of the community to the receivables of the journal, on any day', async () => {
    for (const to of ['2026-01-31', '2026-02-04', '2026-02-28', '2026-03-04', '2026-03-10']) {
      const each = await Promise.all([former, owner].map((residentId) => read({ residentId, from: '2026-01-01', to })));
      const owes = sumFen(each.map(({ totals }) => parseYuan(totals.owes)));
      expect([to, owes]).toEqual([to, await receivableUntil(to)]);
    }
    const [whole, first, second] = await Promise.all([
      read({ residentId: owner, from: '2026-01-01' }),
      read({ residentId: owner, from: '2026-01-01', to: '2026-03-05' }),
      read({ residentId: owner, from: '2026-03-06' }),
    ]);
    expect(second.totals.opening).toBe(first.totals.owes);
    expect(second.totals.owes).toBe(whole.totals.owes);
  });

  it('asks the late fee of today that the desk asks', async () => {
    await on('2026-04-10');
    const { totals } = await read({ houseId, to: '2026-04-10' });
    const account = await manager.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
    const atDesk = formatYuan(sumFen(account.bills.map((bill) => parseYuan(bill.lateFee))));
    expect(atDesk).not.toBe('0.00');
    expect(totals.lateFeeDue).toBe(atDesk);
    await on('2026-03-10');
  });

  it('is refused for days the wrong way round, too many years, nobody, and houses out of the data scope', async () => {
    const code = async (query: object, person = manager) => (await refusal(read(query, person))).code;
    expect(await code({ residentId: owner, from: '2026-03-11' })).toBe('statement.daysReversed');
    expect(await code({ residentId: owner, from: '2020-03-01' })).toBe('statement.tooLong');
    expect(await code({})).toBe('statement.subjectMissing');
    const elsewhere = await books.company.person('财务', [books.company.otherCommunityId]);
    expect(await code({ houseId }, elsewhere)).toBe('resource.notFound');
    expect(await code({ residentId: owner }, elsewhere)).toBe('resource.notFound');
    expect((await elsewhere.call(contract.listStatementLinks, { query: {} })).total).toBe(0);
  });
});

describe('a link to a statement', () => {
  it('opens for anybody who holds it, shows no other owner’s bills and no whole phone, and says how often it was opened', async () => {
    const { path } = await link({ from: '2026-01-01' });
    const { statusCode, body, headers } = await open(path);
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow' });
    for (const text of ['张新', '139****0009', '170.00', '1栋-101', '计算：', '翠湖花园']) expect(body).toContain(text);
    for (const text of ['李前', '80.00', '13900000009', '<script', books.company.id]) expect(body).not.toContain(text);
    await open(path);
    const [row] = (await manager.call(contract.listStatementLinks, { query: {} })).rows;
    expect(row).toMatchObject({ ownerName: '张新', houses: '1栋-101', openCount: 2, state: 'open', path });
  });

  it('opens nothing when it is altered, made for another company, or of another kind', async () => {
    const { id, path } = await link({});
    const { secret } = server.services;
    const other = await server.company('别家物业');
    const tokens = [
      path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A'),
      path.replace('/s/', '/s/A'),
      `/s/${shareToken(secret, 'statement', { companyId: other.id, linkId: id })}`,
      `/s/${shareToken(secret, 'wall', { companyId: books.company.id, linkId: id })}`,
      `/s/${shareToken(Buffer.from('another secret'), 'statement', { companyId: books.company.id, linkId: id })}`,
      '/s/x',
    ];
    for (const token of tokens) {
      const { statusCode, body } = await open(token);
      expect([statusCode, body.includes('链接无效'), body.includes('张新')]).toEqual([404, true, false]);
    }
  });

  it('ends on its day, when it is taken back, and when the house of a link has other owners', async () => {
    const [short, taken, ofHouse] = [
      await link({ days: 1 }),
      await link({}),
      await link({ residentId: undefined, houseId }),
    ];
    expect((await open(ofHouse.path)).statusCode).toBe(200);
    await manager.call(contract.revokeStatementLink, { params: { id: taken.id } });
    expect((await open(taken.path)).statusCode).toBe(410);
    await manager.call(contract.moveIn, {
      params: { id: houseId },
      body: { name: '张妻', phone: '13900000010', role: 'owner', movedInOn: '2026-03-10' },
    });
    const ended = await open(ofHouse.path);
    expect([ended.statusCode, ended.body.includes('链接已失效')]).toEqual([410, true]);
    expect((await open(short.path)).statusCode).toBe(200);
    await on('2026-03-11');
    expect((await open(short.path)).statusCode).toBe(410);
    await on('2026-03-10');
    const { rows } = await manager.call(contract.listAudit, { query: {} });
    expect(rows.map((row) => row.action)).toEqual(
      expect.arrayContaining(['statementLink.create', 'statementLink.revoke']),
    );
  });

  it('is neither made nor taken back by whoever may only look, or works elsewhere', async () => {
    const { id } = await link({});
    const elsewhere = await books.company.person('财务', [books.company.otherCommunityId]);
    expect((await refusal(elsewhere.call(contract.revokeStatementLink, { params: { id } }))).status).toBe(404);
    const body = { residentId: owner, ...march, days: 7 };
    expect((await refusal(elsewhere.call(contract.createStatementLink, { body }))).code).toBe('reference.notFound');
    const guard = await books.company.person('保安');
    expect((await refusal(guard.call(contract.createStatementLink, { body }))).code).toBe('permission.denied');
  });
});
