import * as contract from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident } from '../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { shareToken } from '../../platform/links/share-token.ts';
import { addVehicle } from '../charging/charging.fixture.ts';
import { verifyBooks } from '../finance/index.ts';
import { channelInput, makePayments, type PaymentsFixture } from '../payments/payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let supervisor: TestPerson;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  at = await makePayments(server, emulator);
  supervisor = await at.company.person('收费主管');
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const codes = contract.resourceEndpoints(contract.collectionCodeResource);
const collections = contract.resourceEndpoints(contract.collectionResource);
const here = () => at.company.communityId;

const makeCode = (more: object = {}) =>
  supervisor.call(contract.createCollectionCode, {
    body: { communityId: here(), name: '服务中心', purpose: 'held' as const, isRemarkRequired: true, ...more },
  });
const tokenOf = async (id: string) => {
  const { rows } = await supervisor.call(contract.readCollectionSheets, { body: { ids: [id] } });
  return rows[0]!.path.split('/').at(-1)!;
};
/** The code at the desk's house. */
const doorCode = async () => {
  await supervisor.call(contract.makeDoorCodes, { body: { communityId: here(), targetKind: 'house' } });
  const { id } = (await at.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from collection_code where company_id = ${ctx.companyId} and target_id = ${at.desk.houseId}`,
    ),
  ))!;
  return id;
};
const scan = (token: string) => server.app.inject({ url: `/api/collect/${token}` });
let keys = 0;
const send = (token: string, more: object = {}) => {
  keys += 1;
  return server.app.inject({
    method: 'POST',
    url: `/api/collect/${token}/payments`,
    payload: { amount: '88.00', remark: '1栋101', channelKind: 'wechat', key: `scan-key-${keys}`, ...more },
  });
};
type Opened = contract.EndpointReply<typeof contract.payByCollectionCode>;
/** Pays an amount by a code, from the scan to the channel's word. */
const pay = async (token: string, more: object = {}) => {
  const opened = (await send(token, more)).json<Opened>();
  expect(emulator.wechatPay.pay(opened.orderNo, { isSilent: true })).toBe(true);
  expect((await at.hearPayment(opened.orderNo)).status).toBe(200);
  return opened.orderId;
};
type Row = Record<string, string>;
const rowOf = async (id: string) => (await supervisor.call(collections.get, { params: { id } })) as unknown as Row;
const codeOf = (response: { json: () => unknown }) => (response.json() as { code: string }).code;
const clean = async () => {
  const report = await at.company.run(verifyBooks);
  expect(report.checks.filter((check) => check.wrong > 0)).toEqual([]);
};
/** Debits less credits of a day's accounts, by the double entry. */
const accounts = () =>
  at.company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{ account: string; fen: bigint }>(sql`
      select account, sum(amount_fen)::bigint as fen from journal_line where company_id = ${ctx.companyId} and document <> 'bill' group by 1`);
    return Object.fromEntries(rows.map((row) => [row.account, row.fen]));
  });

const undo = async (number: string) => {
  const receipt = await at.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from receipt where company_id = ${ctx.companyId} and number = ${number}`,
    ),
  );
  await supervisor.call(contract.reverseReceipt, { params: { id: receipt!.id }, body: { reason: '认领错了' } });
};

it('keeps what a stranger pays by the community’s code until staff say whose it is: bills first, the rest as prepaid', async () => {
  const { id } = await makeCode();
  const token = await tokenOf(id);
  const seen = (await scan(token)).json();
  expect(seen).toMatchObject({ placeLabel: '', takesAmounts: true, isRemarkRequired: true, due: null });
  expect(seen.channels).toHaveLength(1);
  expect(codeOf(await send(token, { remark: '' }))).toBe('collectionCode.remarkRequired');
  const before = await accounts();
  const orderId = await pay(token, { amount: '150.00', payerName: '崔先生' });
  const held = await accounts();
  expect(held.deposit! - (before.deposit ?? 0n)).toBe(-15_000n);
  expect(held.money! - (before.money ?? 0n)).toBe(15_000n);
  expect(await rowOf(orderId)).toMatchObject({ state: 'waiting', held: '150.00', remark: '1栋101', purpose: 'held' });
  await clean();
  const billId = await at.desk.bill({
    amountFen: 10_000n,
    month: '2026-02',
    dueOn: '2026-12-31',
    itemId: at.desk.waterItemId,
  });
  const { rows } = await supervisor.call(contract.listCollectionBills, {
    query: { communityId: here(), targetKind: 'house', targetId: at.desk.houseId },
  });
  expect(rows).toMatchObject([{ id: billId, toPay: '100.00' }]);
  const assign = (more: object = {}) =>
    supervisor.call(contract.assignCollection, {
      params: { id: orderId },
      body: { to: 'house', targetKind: 'house', targetId: at.desk.houseId, billIds: [billId], ...more },
    });
  const done = await assign();
  expect(done).toMatchObject({ toBills: '100.00', toPrepaid: '50.00' });
  expect(await at.outstanding(billId)).toBe(0n);
  expect(await at.prepaid()).toBe(5_000n);
  expect(await rowOf(orderId)).toMatchObject({ state: 'assigned', held: '0.00', placeLabel: '1-101' });
  expect((await refusal(assign())).code).toBe('collection.notWaiting');
  await clean();
  // Assigned to the wrong bill: the receipt is reversed, what it used is held again, and waits.
  await undo(done.receiptNumber!);
  expect(await rowOf(orderId)).toMatchObject({ state: 'partly', held: '100.00' });
  expect(await at.outstanding(billId)).toBe(10_000n);
  await clean();
});

it('books held money as other income of an item, and gives what is held back the way it came', async () => {
  const { id } = await makeCode({ name: '大堂' });
  const token = await tokenOf(id);
  const [asIncome, back] = [await pay(token, { amount: '30.00' }), await pay(token, { amount: '40.00' })];
  const before = await accounts();
  const assigned = await supervisor.call(contract.assignCollection, {
    params: { id: asIncome },
    body: { to: 'income', chargeItemId: at.desk.waterItemId, note: '代购水卡' },
  });
  expect(assigned.receiptNumber).not.toBeNull();
  const after = await accounts();
  expect(after.otherIncome! - (before.otherIncome ?? 0n)).toBe(-3_000n);
  expect(after.deposit! - before.deposit!).toBe(3_000n);
  expect(after.money).toBe(before.money);
  await clean();
  // It was a bill after all: the receipt is reversed, and the money waits again.
  await undo(assigned.receiptNumber!);
  expect(await rowOf(asIncome)).toMatchObject({ state: 'waiting', held: '30.00' });
  expect((await accounts()).otherIncome ?? 0n).toBe(before.otherIncome ?? 0n);
  await clean();
  const refuse = (amount: string) =>
    refusal(
      supervisor.call(contract.refundCollection, {
        params: { id: back },
        body: { amount, reason: '付错了', key: 'refund-key-1' },
      }),
    );
  expect((await refuse('40.01')).code).toBe('collection.nothingLeft');
  const refunded = await supervisor.call(contract.refundCollection, {
    params: { id: back },
    body: { amount: '40.00', reason: '付错了', key: 'refund-key-2' },
  });
  expect(refunded).toMatchObject({ total: '40.00' });
  await at.follow();
  await at.follow();
  const gone = [...emulator.wechatPay.refunds.values()].filter((one) => one.amountFen === 4_000n);
  expect(gone).toMatchObject([{ status: 'SUCCESS' }]);
  expect(await rowOf(back)).toMatchObject({ state: 'refunded', refunded: '40.00', held: '0.00' });
  const { rows, total, totals } = (await supervisor.call(collections.list, {
    query: { filter: JSON.stringify({ collectionCodeId: [id] }) },
  })) as unknown as { rows: Row[]; total: number; totals: Row };
  expect([total, rows.length, totals.amount]).toEqual([2, 2, '70.00']);
  await clean();
});

it('books what is paid by a code for income at once, as income, and refunds it', async () => {
  const none = await refusal(makeCode({ name: '装修垃圾', purpose: 'income' }));
  expect(none.code).toBe('collectionCode.itemRequired');
  const wrong = await refusal(makeCode({ name: '装修垃圾', purpose: 'income', chargeItemId: at.desk.depositItemId }));
  expect(wrong.code).toBe('collectionCode.depositItem');
  const { id } = await makeCode({
    name: '装修垃圾',
    purpose: 'income',
    chargeItemId: at.desk.waterItemId,
    isRemarkRequired: false,
  });
  const before = await accounts();
  const orderId = await pay(await tokenOf(id), { amount: '300', remark: '' });
  const after = await accounts();
  expect(after.otherIncome! - (before.otherIncome ?? 0n)).toBe(-30_000n);
  expect(await rowOf(orderId)).toMatchObject({ state: 'booked', purpose: 'income', amount: '300.00' });
  const refund = { params: { id: orderId }, body: { amount: '100', reason: '多收', key: 'refund-key-3' } };
  expect(await supervisor.call(contract.refundCollection, refund)).toMatchObject({ total: '100.00' });
  await at.follow();
  await clean();
});

it('keeps a door’s money as prepaid of that house, and tells a stranger nothing of it', async () => {
  const token = await tokenOf(await doorCode());
  await at.desk.bill({ amountFen: 12_345n, month: '2026-03', dueOn: '2026-12-31', itemId: at.desk.waterItemId });
  const seen = await scan(token);
  expect(seen.json()).toMatchObject({ placeLabel: '1-101', purpose: 'prepaid', due: null });
  for (const secret of ['崔春涛', '123.45', '13812345678', at.desk.houseId]) expect(seen.body).not.toContain(secret);
  const before = await at.prepaid();
  const orderId = await pay(token, { amount: '60', remark: '' });
  expect(await at.prepaid()).toBe(before + 6_000n);
  expect(await rowOf(orderId)).toMatchObject({ state: 'booked', purpose: 'prepaid', placeLabel: '1-101' });
  const refund = { params: { id: orderId }, body: { amount: '60', reason: '付错门牌', key: 'refund-key-4' } };
  expect(await supervisor.call(contract.refundCollection, refund)).toMatchObject({ total: '60.00' });
  expect(await at.prepaid()).toBe(before);
  await at.follow();
  // Allowed by the community, a stranger sees one sum, and still no name.
  await supervisor.call(contract.saveCollectionSetting, {
    body: {
      communityId: here(),
      takesAmounts: true,
      minAmount: '10',
      maxAmount: '500',
      showsDue: true,
      remarkHint: '请写房号',
      slogan: '',
      version: 0,
    },
  });
  const shown = await scan(token);
  expect(shown.json()).toMatchObject({ due: '223.45', remarkHint: '请写房号' });
  expect(shown.body).not.toContain('崔');
  // Bounds hold at the server, whatever the page lets through.
  for (const amount of ['9.99', '500.01'])
    expect(codeOf(await send(token, { amount }))).toBe('collectionCode.amountBounds');
  for (const amount of ['0', '-5', '1e3', '10.001', 'abc'])
    expect((await send(token, { amount })).statusCode).toBe(422);
  const stop = { communityId: here(), takesAmounts: false, minAmount: '10', maxAmount: '500', showsDue: false };
  await supervisor.call(contract.saveCollectionSetting, {
    body: { ...stop, remarkHint: '请写房号', slogan: '', version: 1 },
  });
  expect(codeOf(await send(token, { amount: '20' }))).toBe('collectionCode.amountsRefused');
  const stale = { ...stop, takesAmounts: true, remarkHint: '请写房号', slogan: '', version: 1 };
  expect((await refusal(supervisor.call(contract.saveCollectionSetting, { body: stale }))).code).toBe(
    'collectionSetting.changed',
  );
  await supervisor.call(contract.saveCollectionSetting, { body: { ...stale, maxAmount: '5000', version: 2 } });
  await clean();
});

it('hangs at a vehicle as at a door: its money is the vehicle’s prepaid, and the staff’s list names the plate', async () => {
  const vehicleId = await at.company.run((ctx) => addVehicle(ctx, { communityId: here(), plate: '粤B12345' }));
  const made = await supervisor.call(contract.makeDoorCodes, {
    body: { communityId: here(), targetKind: 'vehicle' },
  });
  expect(made).toEqual({ made: 1, existing: 0 });
  const filter = JSON.stringify({ placeKind: ['vehicle'] });
  const { rows } = await supervisor.call(codes.list, { query: { filter } });
  expect(rows).toMatchObject([{ placeLabel: '车辆 粤B12345', purpose: 'prepaid' }]);
  const token = await tokenOf(String(rows[0]!.id));
  expect((await scan(token)).json()).toMatchObject({ placeLabel: '车辆 粤B12345', purpose: 'prepaid' });
  const orderId = await pay(token, { amount: '60', remark: '' });
  expect(await rowOf(orderId)).toMatchObject({ state: 'booked', purpose: 'prepaid', placeLabel: '车辆 粤B12345' });
  const held = await at.company.run((ctx) =>
    ctx.tx.rows<{ fen: bigint }>(sql`select balance_fen as fen from prepaid_account
      where company_id = ${ctx.companyId} and target_kind = 'vehicle' and target_id = ${vehicleId}`),
  );
  expect(held).toEqual([{ fen: 6_000n }]);
  await clean();
});

it('opens nothing by paper that was replaced or stopped, by a forged code or one of another purpose', async () => {
  const { id } = await makeCode({ name: '旧门岗' });
  const token = await tokenOf(id);
  const paidBefore = await pay(token, { key: 'before-renewal' });
  await supervisor.call(contract.renewCollectionCodes, { body: { ids: [id] } });
  const old = await scan(token);
  expect([old.statusCode, codeOf(old)]).toEqual([404, 'collectionCode.ended']);
  expect(codeOf(await send(token))).toBe('collectionCode.ended');
  // Whoever paid by it still learns what became of the payment.
  expect((await server.app.inject({ url: `/api/collect/${token}/payments/before-renewal` })).json()).toMatchObject({
    state: 'paid',
    amount: '88.00',
  });
  expect(await rowOf(paidBefore)).toMatchObject({ state: 'waiting', codeName: '旧门岗' });
  const renewed = await tokenOf(id);
  expect((await scan(renewed)).statusCode).toBe(200);
  await supervisor.call(contract.switchCollectionCodes, { body: { ids: [id], isOn: false } });
  expect(codeOf(await scan(renewed))).toBe('collectionCode.ended');
  await supervisor.call(contract.switchCollectionCodes, { body: { ids: [id], isOn: true } });
  expect((await scan(renewed)).statusCode).toBe(200);
  const place = { companyId: at.company.id, linkId: id };
  const { secret } = server.services;
  const made = [
    shareToken(Buffer.alloc(32, 7), 'collect', place),
    shareToken(secret, 'pay', place),
    shareToken(secret, 'collect', place),
    `${renewed.slice(0, -1)}${renewed.endsWith('A') ? 'B' : 'A'}`,
  ];
  for (const one of made) expect(codeOf(await scan(one))).toBe('collectionCode.ended');
  expect((await scan('short')).statusCode).toBe(422);
});

it('takes two neighbours who pay the same for two, and one who presses twice for one', async () => {
  const { id } = await makeCode({ name: '东门', isRemarkRequired: false });
  const token = await tokenOf(id);
  const one = (await send(token, { key: 'neighbour-one', amount: '100' })).json<Opened>();
  const other = (await send(token, { key: 'neighbour-two', amount: '100' })).json<Opened>();
  const again = (await send(token, { key: 'neighbour-one', amount: '100' })).json<Opened>();
  expect(other.orderId).not.toBe(one.orderId);
  expect(again.orderId).toBe(one.orderId);
  expect(codeOf(await send(token, { key: 'neighbour-one', amount: '101' }))).toBe('payment.keyReused');
  expect(codeOf(await send(token, { key: 'neighbour-one', amount: '100', remark: '别的' }))).toBe('payment.keyReused');
  for (const { orderNo } of [one, other]) {
    emulator.wechatPay.pay(orderNo, { isSilent: true });
    await Promise.all([at.hearPayment(orderNo), at.hearPayment(orderNo)]);
  }
  const count = () =>
    at.company.run(async (ctx) => {
      const row = await ctx.tx.first<{
        n: number;
        fen: bigint;
      }>(sql`select count(*)::int as n, sum(d.taken_fen)::bigint as fen from payment_order o
        join deposit d on d.company_id = o.company_id and d.receipt_id = o.receipt_id
        where o.company_id = ${ctx.companyId} and o.collection_code_id = ${id}`);
      return row!;
    });
  expect(await count()).toEqual({ n: 2, fen: 20_000n });
  // Its time is over, and it is paid all the same: the money is kept like any.
  const late = (await send(token, { key: 'too-late-key', amount: '20' })).json<Opened>();
  at.pass({ minutes: 16 });
  await at.follow();
  expect((await at.order(late.orderId)).state).toBe('closed');
  emulator.wechatPay.pay(late.orderNo, { isForced: true, isSilent: true });
  await at.hearPayment(late.orderNo);
  expect(await at.order(late.orderId)).toMatchObject({ state: 'paid', exception: null, surplus_fen: 0n });
  expect(await count()).toEqual({ n: 3, fen: 22_000n });
  // One address that begins again and again is told to wait.
  const answers = [];
  for (let start = 0; start < 21; start += 1) answers.push(codeOf(await send(token, { amount: '20' })));
  expect(answers.at(-1)).toBe('collectionCode.tooMany');
  await clean();
});

it('shows a resident whose door it is, notes what they paid after scanning, and tells nobody next door', async () => {
  const doorToken = await tokenOf(await doorCode());
  const { id } = await makeCode({ name: '公告栏' });
  const token = await tokenOf(id);
  const owner = await enterAsResident(server, at.company.id, '13812345678');
  const open = (one: string, who = owner) => who.call(contract.openOwnCollectionCode, { params: { token: one } });
  expect(await open(doorToken)).toEqual({ targetId: at.desk.houseId });
  expect(await open(token)).toEqual({ targetId: null });
  const stranger = await enterAsResident(server, at.company.id, '13900001111');
  expect(await open(doorToken, stranger)).toEqual({ targetId: null });
  const billId = await at.desk.bill({
    amountFen: 5_000n,
    month: '2025-11',
    dueOn: '2026-12-31',
    itemId: at.desk.waterItemId,
  });
  const opened = await owner.call(contract.startOwnPayment, {
    body: {
      communityId: here(),
      bills: [{ id: billId, expected: '50.00' }],
      expectedTotal: '50.00',
      channelKind: 'wechat',
      key: 'own-scan-1',
    },
  });
  const note = (who: typeof owner, orderId: string) =>
    who.call(contract.noteCollectionPayment, { params: { token }, body: { orderId } });
  expect((await refusal(note(stranger, opened.orderId))).status).toBe(403);
  await note(owner, opened.orderId);
  await note(owner, opened.orderId);
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  await at.hearPayment(opened.orderNo);
  expect(await rowOf(opened.orderId)).toMatchObject({ purpose: 'bills', state: 'booked', codeName: '公告栏' });
  const refund = { params: { id: opened.orderId }, body: { amount: '50', reason: '试', key: 'refund-key-5' } };
  expect((await refusal(supervisor.call(contract.refundCollection, refund))).code).toBe('collection.refundByReceipt');
  const strangerOrder = await pay(token, { key: 'foreign-order' });
  expect((await refusal(note(owner, strangerOrder))).code).toBe('reference.notFound');
  await clean();
});

it('lets a stranger pay by a code inside WeChat from their own account, which no reply tells', async () => {
  const [official, mini] = emulatorAccounts.wechat;
  const openIdOf = (person: string, { appId } = official!) => emulator.wechatIdentity.openIdOf(appId, person);
  const setUp = async (company: typeof at.company, channel: 'wechat' | 'miniProgram') => {
    const admin = await company.person('管理员');
    const account = channel === 'wechat' ? official! : mini!;
    const version = (await admin.call(contract.listChannels)).rows.find((row) => row.channel === channel)!.version;
    const body = { provider: channel, isOn: true, templates: {}, version };
    await admin.call(contract.saveChannel, {
      params: { channel },
      body: { ...body, settings: { appId: account.appId }, secrets: { appSecret: account.secret } },
    });
  };
  const { id } = await makeCode({ name: '微信里扫' });
  const token = await tokenOf(id);
  const told: string[] = [];
  const post = async (what: string, payload: object = {}, { cookie = '', by = token } = {}) => {
    const answer = await server.app.inject({
      method: 'POST',
      url: `/api/collect/${by}${what}`,
      payload,
      headers: { cookie },
    });
    told.push(JSON.stringify(answer.headers), answer.body);
    return answer;
  };
  const offered = async (place: contract.ClientPlace) =>
    (await server.app.inject({ url: `/api/collect/${token}?place=${place}` })).json<{ channels: unknown[] }>().channels;
  // Without a 公众号 nothing opens in WeChat, and nothing is offered there.
  expect(await offered('wechat')).toEqual([]);
  expect((await post('/wechat')).json()).toEqual({ url: null });
  await setUp(at.company, 'wechat');
  expect(await offered('wechat')).toHaveLength(1);
  expect(await offered('miniProgram')).toEqual([]);

  const ask = { amount: '66.00', remark: '2栋202', channelKind: 'wechat', place: 'wechat', key: 'in-wechat-scan' };
  expect(codeOf(await post('/payments', ask))).toBe('household.wechatNeeded');
  const leave = async (by = token) => {
    const left = await post('/wechat', {}, { by });
    const cookie = String(left.headers['set-cookie']).split(';')[0]!;
    emulator.wechatIdentity.be('路人');
    const answer = await fetch(left.json<{ url: string }>().url, { redirect: 'manual' });
    const back = new URL(answer.headers.get('location')!);
    const { code = '', state = '' } = Object.fromEntries(back.searchParams);
    return { cookie, back, returned: { code, state } };
  };
  const { cookie, back, returned } = await leave();
  expect(back.pathname).toBe(`/m/c/${token}`);
  const refused = async (payload: object, by: { cookie?: string; by?: string }) =>
    codeOf(await post('/wechat/code', payload, by));
  // Another browser cannot bring the state, nor one that has none; a made-up state is nobody's.
  expect(await refused(returned, { cookie: 'anlin_wechat=other' })).toBe('household.wechatState');
  expect(await refused(returned, {})).toBe('household.wechatState');
  expect(await refused({ ...returned, state: 'a'.repeat(64) }, { cookie })).toBe('household.wechatState');
  // Nor is it good at a code of another company, whose way to WeChat is its own.
  const elsewhere = await server.company('微信里的别家');
  await setUp(elsewhere, 'wechat');
  const theirs = await elsewhere.person('收费主管');
  const { id: theirId } = await theirs.call(contract.createCollectionCode, {
    body: { communityId: elsewhere.communityId, name: '别家的码', purpose: 'held', isRemarkRequired: false },
  });
  const { rows } = await theirs.call(contract.readCollectionSheets, { body: { ids: [theirId] } });
  const theirToken = rows[0]!.path.split('/').at(-1)!;
  expect(await refused(returned, { cookie, by: theirToken })).toBe('household.wechatState');
  const foreign = await leave(theirToken);
  expect((await post('/wechat/code', foreign.returned, { cookie: foreign.cookie, by: theirToken })).statusCode).toBe(
    200,
  );
  expect(codeOf(await post('/payments', ask, { cookie: foreign.cookie }))).toBe('household.wechatNeeded');

  expect((await post('/wechat/code', returned, { cookie })).statusCode).toBe(200);
  expect(await refused(returned, { cookie })).toBe('household.wechatState');
  expect((await post('/wechat', {}, { cookie })).json()).toEqual({ url: null });
  // A code of WeChat's is good once, whatever the state it comes with.
  const next = await leave();
  expect(await refused({ ...next.returned, code: returned.code }, { cookie: next.cookie })).toBe(
    'household.wechatCode',
  );

  const opened = (await post('/payments', ask, { cookie })).json<Opened>();
  if (opened.started.kind !== 'parameters') throw new Error(`started ${opened.started.kind}`);
  const { parameters } = opened.started;
  expect(emulator.wechatPay.orders.get(opened.orderNo)!.openId).toBe(openIdOf('路人'));
  expect(emulator.wechatPay.invoke(parameters, openIdOf('别人')).err_msg).toContain('fail');
  expect(emulator.wechatPay.invoke(parameters, openIdOf('路人')).err_msg).toContain('ok');
  const result = await server.app.inject({ url: `/api/collect/${token}/payments/${opened.orderId}?asks=yes` });
  told.push(result.body);
  expect(result.json()).toMatchObject({ state: 'paid', amount: '66.00' });
  expect(await rowOf(opened.orderId)).toMatchObject({ state: 'waiting', held: '66.00', remark: '2栋202' });

  // In the mini-program the code of its own sign-in says who it is.
  await setUp(at.company, 'miniProgram');
  const channel = (await at.accountant.call(contract.listPaymentChannels)).rows[0]!;
  const { kind: _kind, communityId: _community, ...input } = channelInput();
  await at.accountant.call(contract.updatePaymentChannel, {
    params: { id: at.channelId },
    body: {
      ...input,
      applications: channel.applications,
      surplus: channel.surplus,
      settings: { ...input.settings, miniProgramAppId: mini!.appId },
      secrets: {},
      version: channel.version,
    },
  });
  expect(await offered('miniProgram')).toHaveLength(1);
  const inside = { ...ask, place: 'miniProgram', key: 'in-mini-program' };
  expect(codeOf(await post('/payments', inside, { cookie }))).toBe('household.wechatNeeded');
  emulator.wechatIdentity.be('路人');
  const login = { code: emulator.wechatIdentity.loginCode(mini!.appId) };
  expect((await post('/wechat/mini-program-code', login, { cookie })).statusCode).toBe(200);
  expect(codeOf(await post('/wechat/mini-program-code', login, { cookie }))).toBe('household.wechatCode');
  const there = (await post('/payments', inside, { cookie })).json<Opened>();
  expect(emulator.wechatPay.orders.get(there.orderNo)!.openId).toBe(openIdOf('路人', mini!));
  expect(emulator.wechatPay.pay(there.orderNo, { isSilent: true })).toBe(true);
  await at.hearPayment(there.orderNo);
  expect(await rowOf(there.orderId)).toMatchObject({ state: 'waiting', held: '66.00' });

  for (const account of [official!, mini!]) expect(told.join('\n')).not.toContain(openIdOf('路人', account));
  // Known for an hour, and not longer.
  at.pass({ minutes: 61 });
  expect(codeOf(await post('/payments', { ...ask, key: 'too-late-in-wechat' }, { cookie }))).toBe(
    'household.wechatNeeded',
  );
  await clean();
});

it('lets only those who may make, print and assign, each in their own company', async () => {
  const { id } = await makeCode({ name: '西门' });
  expect((await refusal(makeCode({ name: '西门' }))).code).toBe('collectionCode.nameTaken');
  const orderId = await pay(await tokenOf(id));
  const guard = await at.company.person('保安');
  const denied = [
    () => guard.call(codes.list, {}),
    () => guard.call(contract.readCollectionSheets, { body: { ids: [id] } }),
    () => at.cashier.call(contract.renewCollectionCodes, { body: { ids: [id] } }),
    () =>
      guard.call(contract.assignCollection, {
        params: { id: orderId },
        body: { to: 'income', chargeItemId: at.desk.waterItemId },
      }),
  ];
  for (const one of denied) expect((await refusal(one())).status).toBe(403);
  const elsewhere = await server.company('隔壁物业');
  const other = await elsewhere.person('收费主管');
  expect((await refusal(other.call(contract.readCollectionSheets, { body: { ids: [id] } }))).code).toBe(
    'reference.notFound',
  );
  expect((await refusal(other.call(contract.renewCollectionCodes, { body: { ids: [id] } }))).code).toBe(
    'reference.notFound',
  );
  const foreign = { params: { id: orderId }, body: { to: 'income' as const, chargeItemId: at.desk.waterItemId } };
  expect((await refusal(other.call(contract.assignCollection, foreign))).status).toBe(404);
  // A house of another community cannot take it.
  const farHouse = await at.desk.house('9-901', at.company.otherCommunityId);
  const away = await refusal(
    supervisor.call(contract.assignCollection, {
      params: { id: orderId },
      body: { to: 'house', targetKind: 'house', targetId: farHouse },
    }),
  );
  expect(away.code).toBe('reference.notFound');
  const [first, second] = await Promise.allSettled(
    [1, 2].map(() =>
      supervisor.call(contract.assignCollection, {
        params: { id: orderId },
        body: { to: 'house', targetKind: 'house', targetId: at.desk.houseId },
      }),
    ),
  );
  expect([first!.status, second!.status].sort()).toEqual(['fulfilled', 'rejected']);
  await clean();
});
