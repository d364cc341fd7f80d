import * as contract from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { sweep } from '../../platform/jobs/worker.ts';
import { sendMessages } from '../../platform/messages/send-messages.ts';
import { dispatchOutbox } from '../../platform/outbox/dispatch-outbox.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { type DeskFixture, makeDesk } from '../cashier/cashier.fixture.ts';
import { dunDuePlans } from './index.ts';

let server: TestApp;
let company: TestCompany;
let desk: DeskFixture;
let manager: TestPerson;
let companies = 0;

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const at = async (instant: string) => {
  server.clock.set(instant);
  manager = await company.person('管理员');
};
const query = async <Row extends object>(text: string, values: unknown[] = [company.id]) =>
  (await server.services.ownerPool.query<Row & Record<string, unknown>>(text, values)).rows as Row[];

/** A company of its own for each test: a house with an owner, short messages and WeChat switched on. */
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  companies += 1;
  company = await server.company(`催缴物业 ${companies}`);
  desk = await makeDesk(company);
  manager = await company.person('管理员');
  await company.run(async (ctx) => {
    for (const [channel, provider] of [
      ['sms', 'development'],
      ['wechat', 'wechat'],
    ])
      await ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, settings, updated_at)
        values (${company.id}, ${ctx.newId()}, ${channel}, ${provider}, true, '{"signName":"安居"}', now())`);
  });
});

/** Somebody who lives in a house, with an openid where they follow the 公众号. */
function resident(
  houseId: string,
  one: { name: string; phone?: string; openid?: string; role?: string },
): Promise<string> {
  return company.run(async (ctx) => {
    const id = ctx.newId();
    const now = ctx.clock.now().toString();
    await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
      values (${company.id}, ${id}, ${one.name}, 'x', 'x', ${one.phone ?? ''}, ${now}, ${now})`);
    await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
      values (${company.id}, ${ctx.newId()}, (select community_id from house where id = ${houseId}), ${houseId}, ${id}, ${one.role ?? 'owner'},
        '2026-01-01', ${now}, ${now})`);
    if (one.openid)
      await ctx.tx.run(sql`insert into channel_address (company_id, id, resident_id, channel, address, created_at)
        values (${company.id}, ${ctx.newId()}, ${id}, 'wechat', ${one.openid}, ${now})`);
    return id;
  });
}

type Order = Parameters<typeof manager.call<typeof contract.startDunning>>[1]['body'];
const runOne = (taskId: string) => runTask(server.services, taskHandlers, company.id, taskId);
const start = (body: Order, person = manager) => person.call(contract.startDunning, { body });
async function dun(body: Order) {
  const { taskId } = await start(body);
  await runOne(taskId);
  const task = await manager.call(contract.getTask, { params: { id: taskId } });
  return contract.dunningResult.parse(task.result);
}
const bySms = (ids: string[]): Order => ({ selection: { by: 'houses', ids }, channels: ['sms'] });
const deliver = async () => {
  while ((await company.run(dispatchOutbox)) > 0);
  await sendMessages(server.services, company.id);
};
const notices = () =>
  query<{
    state: string;
    reason: string;
    channel: string;
    target_id: string;
    principal_fen: string;
    bill_ids: string[];
  }>(
    'select state, reason, channel, target_id, principal_fen::text, bill_ids from dunning_notice where company_id = $1 order by created_at, id',
  );
const household = async (id = desk.houseId) =>
  manager.call(contract.resourceEndpoints(contract.dunningHouseholdResource).get, { params: { id } });
const pay = (billId: string, amount: string) =>
  manager.call(contract.takePayment, {
    body: {
      communityId: company.communityId,
      targetKind: 'house',
      targetId: desk.houseId,
      bills: [{ id: billId, expected: amount }],
      expectedTotal: amount,
      tenders: [{ paymentMethodId: desk.methods.cash, amount }],
      payerName: '',
      receivedOn: server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(),
      note: '',
      idempotencyKey: `dunning-${billId}`,
    },
  });
const water = (amountFen: bigint, month = '2026-02', more: { dueOn?: string; targetId?: string } = {}) =>
  desk.bill({ amountFen, month, itemId: desk.waterItemId, ...more });

describe('dunning by hand', () => {
  it('tells a household once, by one message that sums its bills, and counts it as delivered', async () => {
    await water(12_345n, '2026-01');
    await water(7_655n, '2026-02');
    // Raised ahead: nobody is asked for April in March.
    await water(99_900n, '2026-04');
    const order = bySms([desk.houseId]);
    const seen = await manager.call(contract.previewDunning, { body: order });
    expect(seen).toMatchObject({ households: 1, billCount: 2, outstanding: '200.00', hasLink: false });
    expect(seen.channels).toMatchObject([{ channel: 'sms', sendCount: 1, smsPieces: 1, refused: [] }]);
    expect(await notices()).toEqual([]);
    expect(await dun(order)).toEqual({ households: 1, sent: 1, held: 0, unreachable: 0, settled: 0 });
    expect(await household()).toMatchObject({ smsState: 'sending', told: 'unread' });
    await deliver();
    const [message, ...others] = await query<{ body: string; state: string; recipient_name: string }>(
      `select body, state, recipient_name from message_delivery where company_id = $1 and event_kind = 'bill.dunned'`,
    );
    expect(others).toEqual([]);
    expect(message).toMatchObject({ state: 'sent', recipient_name: '崔春涛' });
    expect(message!.body).toBe('翠湖花园1-101有 2 笔费用待缴，合计 200.00 元，缴费期限 2026-01-28。');
    expect(await household()).toMatchObject({ smsState: 'delivered', wechatState: 'none', sentOn: '2026-03-10' });
    const { sms } = await manager.call(contract.readDunningSetting);
    expect(sms).toMatchObject({ bought: 0, used: 1, left: -1, isLow: false });
    const { rows } = await manager.call(contract.listAudit, { query: {} });
    expect(rows.map((row) => row.action)).toContain('dunning.send');
  });

  it('holds a household back for 30 days by short message and 3 by WeChat, to the day, and says since and until when', async () => {
    await resident(desk.houseId, { name: '关注者', openid: 'o1', role: 'family' });
    await water(10_000n);
    await dun({ selection: { by: 'houses', ids: [desk.houseId] }, channels: ['sms', 'wechat'] });
    // 23:59 of the second day after in Shanghai, then a minute later.
    await at('2026-03-12T15:59:00Z');
    const early = await refusal(start({ ...bySms([desk.houseId]), channels: ['wechat'] }));
    expect([early.code, early.detail]).toEqual([
      'dunning.allHeld',
      '1-101在 2026-03-10 已发过微信催缴，2026-03-13 起才能再发',
    ]);
    await at('2026-03-12T16:00:00Z');
    const both = await dun({ selection: { by: 'houses', ids: [desk.houseId] }, channels: ['sms', 'wechat'] });
    expect(both).toMatchObject({ sent: 1, held: 1 });
    await at('2026-04-08T15:59:00Z');
    expect((await refusal(start(bySms([desk.houseId])))).params).toMatchObject({ until: '2026-04-09' });
    await at('2026-04-08T16:00:00Z');
    expect(await dun(bySms([desk.houseId]))).toMatchObject({ sent: 1, held: 0 });
    const { rows } = await manager.call(contract.readDunningHistory, { params: { targetId: desk.houseId } });
    expect(rows.map((row) => [row.what, row.state])).toContainEqual(['短信催缴', '间隔未到']);
    expect(rows.find((row) => row.state === '间隔未到')!.detail).toBe('间隔未到，2026-04-09 起可再发');
    // A channel that is switched off before the message is made: nobody got it, so the turn is not used up.
    await at('2026-06-01T02:00:00Z');
    await dun(bySms([desk.houseId]));
    await query(`update message_channel set is_on = false where company_id = $1 and channel = 'sms'`);
    await deliver();
    expect((await household()).smsState).toBe('failed');
    await query(`update message_channel set is_on = true where company_id = $1 and channel = 'sms'`);
    expect(await dun(bySms([desk.houseId]))).toMatchObject({ sent: 1 });
    // The company may choose other days.
    const setting = await manager.call(contract.readDunningSetting);
    const { sms: _, ...terms } = setting;
    await manager.call(contract.saveDunningSetting, { body: { ...terms, smsPauseDays: 0 } });
    expect(await dun(bySms([desk.houseId]))).toMatchObject({ sent: 1 });
    expect((await refusal(manager.call(contract.saveDunningSetting, { body: { ...terms } }))).code).toBe(
      'dunning.changed',
    );
  });

  it('sends one message when two people press the button at the same moment', async () => {
    const houses = [desk.houseId];
    for (const number of ['2-101', '2-102', '2-103']) {
      const id = await desk.house(number);
      await resident(id, { name: number, phone: `1370000${number.replace('-', '')}` });
      houses.push(id);
    }
    for (const targetId of houses) await water(5_000n, '2026-02', { targetId });
    const tasks = await Promise.all([start(bySms(houses)), start(bySms(houses)), start(bySms([...houses].reverse()))]);
    await Promise.all(tasks.map(({ taskId }) => runOne(taskId)));
    const made = await notices();
    expect(made).toHaveLength(12);
    for (const id of houses) {
      const own = made.filter((one) => one.target_id === id).map((one) => `${one.state} ${one.reason}`);
      expect(own.sort()).toEqual(['held limited', 'held limited', 'sent ']);
    }
    await deliver();
    expect(
      await query(`select id from message_delivery where company_id = $1 and event_kind = 'bill.dunned'`),
    ).toHaveLength(4);
  });

  it('asks nobody for what was paid in between, whether before the notice or before its message', async () => {
    const first = await water(10_000n, '2026-01');
    const { taskId } = await start(bySms([desk.houseId]));
    await pay(first, '100.00');
    await runOne(taskId);
    expect(await notices()).toMatchObject([{ state: 'settled', reason: 'settled' }]);
    expect((await refusal(start(bySms([desk.houseId])))).code).toBe('dunning.nobodyOwes');

    const second = await water(20_000n, '2026-02');
    expect(await dun(bySms([desk.houseId]))).toMatchObject({ sent: 1 });
    await company.run(dispatchOutbox);
    await pay(second, '200.00');
    await deliver();
    const [delivery] = await query<{ state: string; last_answer: string }>(
      `select state, last_answer from message_delivery where company_id = $1 and event_kind = 'bill.dunned'`,
    );
    expect(delivery).toEqual({ state: 'givenUp', last_answer: '费用已缴清，没有发送' });
    // It reached nobody, so the household may be told of what comes next.
    await water(30_000n, '2026-03');
    expect(await dun(bySms([desk.houseId]))).toMatchObject({ sent: 1 });
    expect((await manager.call(contract.readDunningSetting)).sms.used).toBe(0);
  });

  it('says who cannot be reached and why, and tells present residents nothing of a former owner’s debts', async () => {
    const empty = await desk.house('3-101');
    await water(5_000n, '2026-02', { targetId: empty });
    await water(6_000n);
    const former = await water(7_000n, '2026-01');
    const sold = await desk.house('3-102');
    await resident(sold, { name: '新业主', phone: '13700000099' });
    const soldBill = await water(8_000n, '2026-01', { targetId: sold });
    await company.run(async (ctx) => {
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
        values (${company.id}, ${id}, '原业主', 'y', 'y', '13700000001', now(), now())`);
      await ctx.tx.run(
        sql`update bill set debtor_resident_id = ${id} where company_id = ${company.id} and id = any (${[former, soldBill]}::uuid[])`,
      );
    });
    const order: Order = {
      selection: { by: 'list', list: { communityId: company.communityId } },
      channels: ['sms', 'wechat', 'wecom'],
    };
    const { channels } = await manager.call(contract.previewDunning, { body: order });
    const reasons = Object.fromEntries(
      channels.map((one) => [one.channel, one.refused.map((x) => `${x.reason} ${x.count}`).sort()]),
    );
    expect(reasons).toEqual({
      sms: ['formerOwner 1', 'noResident 1'],
      wechat: ['formerOwner 1', 'noResident 1', 'notFollowing 1'],
      wecom: ['channelOff 2', 'formerOwner 1'],
    });
    expect(channels[0]!.sendCount).toBe(1);
    await dun({ ...order, channels: ['sms'] });
    expect((await notices()).find((one) => one.state === 'sent')).toMatchObject({ principal_fen: '6000' });
  });
});

describe('the link of a message', () => {
  const open = async (path: string) => {
    const { statusCode, body, headers } = await server.app.inject({ url: path });
    return { statusCode, body, headers };
  };
  async function sentLink(): Promise<string> {
    await deliver();
    const [attempt] = await query<{ answer: string }>(
      'select answer from message_attempt where company_id = $1 order by id desc limit 1',
    );
    return new URL(/https:\S+/.exec(attempt!.answer)![0]).pathname;
  }
  beforeEach(async () => {
    const { sms: _, ...terms } = await manager.call(contract.readDunningSetting);
    expect(
      (await refusal(manager.call(contract.saveDunningSetting, { body: { ...terms, siteUrl: 'wy.example.com/x' } })))
        .code,
    ).toBe('dunningSetting.siteUrl');
    await manager.call(contract.saveDunningSetting, { body: { ...terms, siteUrl: 'https://wy.example.com/' } });
  });

  it('opens what is still due without names or phones, marks it read, and ends when it is paid', async () => {
    const first = await water(10_000n, '2026-01');
    const second = await water(20_000n, '2026-02');
    await dun(bySms([desk.houseId]));
    const path = await sentLink();
    // The token stands in no table that is not the development channel's own log.
    const [delivery] = await query<{ row: string }>(
      `select body || link || facts::text as row from message_delivery d where company_id = $1 and event_kind = 'bill.dunned'`,
    );
    expect(delivery!.row).not.toContain(path.slice(5));
    expect((await household()).smsState).toBe('delivered');
    const { statusCode, body, headers } = await open(path);
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow' });
    for (const text of ['翠湖花园 待缴费用', '1-101', '300.00', '水费']) expect(body).toContain(text);
    for (const text of ['崔春涛', '1381234', '<script', company.id]) expect(body).not.toContain(text);
    expect(await household()).toMatchObject({ smsState: 'read', told: 'read' });
    await pay(first, '100.00');
    expect((await open(path)).body).not.toContain('300.00');
    await pay(second, '200.00');
    const paid = await open(path);
    expect([paid.statusCode, paid.body.includes('费用已缴清')]).toEqual([410, true]);
  });

  it('opens nothing when it is altered, has ended, or nobody who got it lives there any more', async () => {
    await water(10_000n);
    await dun(bySms([desk.houseId]));
    const path = await sentLink();
    for (const wrong of [
      `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`,
      path.replace('/pay/', '/pay/A'),
      '/pay/x',
    ])
      expect((await open(wrong)).statusCode).toBe(404);
    expect((await open(path.replace('/pay/', '/s/'))).statusCode).toBe(404);
    await query('update occupancy set moved_out_on = $2 where company_id = $1', [company.id, '2026-03-10']);
    expect((await open(path)).statusCode).toBe(410);
    await query('update occupancy set moved_out_on = null where company_id = $1');
    expect((await open(path)).statusCode).toBe(200);
    server.clock.set('2026-04-09T02:00:01Z');
    const ended = await open(path);
    expect([ended.statusCode, ended.body.includes('链接已失效')]).toEqual([410, true]);
  });
});

describe('a plan', () => {
  const terms = { chargeItemIds: [], channels: ['sms' as const], atHour: 9, isEnabled: true };
  const plan = (moment: contract.DunningMoment, days: number, more = {}) =>
    manager.call(contract.createDunningPlan, {
      body: { communityId: company.communityId, name: `${moment}${days}`, moment, days, ...terms, ...more },
    });
  const look = () => dunDuePlans(server.services, company.id);
  const told = async () => (await notices()).filter((one) => one.state === 'sent').length;

  it('asks once on its day from its hour in the community’s zone, with two workers and a crash between', async () => {
    const houses = [desk.houseId];
    for (let n = 1; n <= 3; n += 1) {
      const id = await desk.house(`4-10${n}`);
      await resident(id, { name: `住户${n}`, phone: `1371000000${n}` });
      houses.push(id);
    }
    for (const targetId of houses) await water(5_000n, '2026-03', { targetId, dueOn: '2026-03-20' });
    await plan('beforeDue', 3);
    expect((await manager.call(contract.listDunningPlans, { query: {} })).rows[0]).toMatchObject({
      nextOn: '2026-03-17',
      lastOn: null,
      momentText: '到期前 3 天，9 点',
    });
    server.clock.set('2026-03-16T16:30:00Z');
    await look();
    expect(await notices()).toEqual([]);
    server.clock.set('2026-03-17T00:59:59Z');
    await look();
    expect(await notices()).toEqual([]);
    server.clock.set('2026-03-17T01:00:00Z');
    await Promise.all([look(), look(), look()]);
    expect(await told()).toBe(4);
    // As after a crash in the middle: one notice waits again, with nothing of it written.
    await query(
      `update dunning_notice set state = 'waiting', outbox_event_id = null, sent_at = null where company_id = $1 and target_id = $2`,
      [company.id, houses[1]],
    );
    await query('delete from dunning_last where company_id = $1 and target_id = $2', [company.id, houses[1]]);
    await Promise.all([look(), look()]);
    await sweep(server.services);
    expect(await notices()).toHaveLength(4);
    expect(await told()).toBe(4);
    expect((await manager.call(contract.listDunningPlans, { query: {} })).rows[0]).toMatchObject({
      nextOn: null,
      lastOn: '2026-03-17',
      lastCount: 4,
    });
  });

  it('looks for what its rule says: on the day, every so many days after, at both ends of a month', async () => {
    await query(
      `insert into dunning_setting (company_id, id, wechat_pause_days, sms_pause_days, updated_at) values ($1, gen_random_uuid(), 0, 0, now())`,
    );
    await water(5_000n, '2026-03', { dueOn: '2026-03-12' });
    for (const [moment, days] of [
      ['onDue', 0],
      ['afterDue', 7],
      ['monthStart', 0],
      ['monthEnd', 0],
    ] as const)
      await plan(moment, days);
    const days: Record<string, string[]> = {};
    for (let day = Temporal.PlainDate.from('2026-03-10'); day.month < 5; day = day.add({ days: 1 })) {
      server.clock.set(`${day}T03:00:00Z`);
      await look();
    }
    for (const row of await query<{ name: string; day: string }>(
      `select p.name, r.day::text as day from dunning_run r join dunning_plan p on p.company_id = r.company_id and p.id = r.plan_id where r.company_id = $1 order by 2`,
    ))
      days[row.name] = [...(days[row.name] ?? []), row.day];
    expect(days).toEqual({
      onDue0: ['2026-03-12'],
      afterDue7: ['2026-03-19', '2026-03-26', '2026-04-02', '2026-04-09', '2026-04-16', '2026-04-23', '2026-04-30'],
      monthStart0: ['2026-04-01'],
      monthEnd0: ['2026-03-31', '2026-04-30'],
    });
  });

  it('begins the day after it was switched on, makes up for a day that was missed, and is silent when switched off', async () => {
    await water(5_000n, '2026-03', { dueOn: '2026-03-10' });
    await plan('onDue', 0);
    await look();
    expect(await notices()).toEqual([]);
    await water(6_000n, '2026-02', { dueOn: '2026-03-12' });
    server.clock.set('2026-03-14T02:00:00Z');
    await look();
    expect(await notices()).toMatchObject([{ state: 'sent', principal_fen: '11000' }]);
    const { rows } = await manager.call(contract.listDunningPlans, { query: {} });
    const { id, version } = rows[0]!;
    const body = { name: '到期', moment: 'onDue' as const, days: 0, ...terms, isEnabled: false };
    expect(
      (await refusal(manager.call(contract.updateDunningPlan, { params: { id }, body: { ...body, version: 9 } }))).code,
    ).toBe('dunning.changed');
    await manager.call(contract.updateDunningPlan, { params: { id }, body: { ...body, version } });
    await water(7_000n, '2026-01', { dueOn: '2026-03-16' });
    server.clock.set('2026-03-16T02:00:00Z');
    await look();
    expect(await notices()).toHaveLength(1);
    manager = await company.person('管理员');
    await manager.call(contract.deleteDunningPlan, { params: { id } });
    expect(await notices()).toHaveLength(1);
    expect((await refusal(plan('beforeDue', 0))).code).toBe('dunningPlan.daysMissing');
  });

  it('tells who came into a house later what was raised in the last seven days, once and nobody else again', async () => {
    await water(5_000n, '2026-01');
    await query(`update bill set raised_at = '2026-02-01T00:00:00Z' where company_id = $1`);
    await water(6_000n, '2026-03');
    await dun(bySms([desk.houseId]));
    server.clock.set('2026-03-12T02:00:00Z');
    const newcomer = await resident(desk.houseId, { name: '新住户', phone: '13700000077', role: 'tenant' });
    await look();
    await look();
    server.clock.set('2026-03-12T04:00:00Z');
    await look();
    await deliver();
    const made = await query<{ newcomer_id: string | null; principal_fen: string; recipient_ids: string[] }>(
      'select newcomer_id, principal_fen::text, recipient_ids from dunning_notice where company_id = $1 order by created_at, id',
    );
    expect(made).toMatchObject([
      { newcomer_id: null, principal_fen: '11000' },
      { newcomer_id: newcomer, principal_fen: '6000', recipient_ids: [newcomer] },
    ]);
  });
});

describe('short messages', () => {
  it('stop when those that were bought are used up, and those who can buy more are told before', async () => {
    const second = await desk.house('5-101');
    await resident(second, { name: '五栋', phone: '13700000055' });
    await water(5_000n);
    await water(5_000n, '2026-02', { targetId: second });
    const { sms: _, ...terms } = await manager.call(contract.readDunningSetting);
    await manager.call(contract.saveDunningSetting, { body: { ...terms, isSmsLimited: true, smsWarnBelow: 2 } });
    await manager.call(contract.addSmsPackage, { body: { pieces: 1, boughtOn: '2026-03-01' } });
    const { sms } = await manager.call(contract.readDunningSetting);
    expect(sms).toMatchObject({ bought: 1, used: 0, left: 1, isLow: true });
    const order = bySms([desk.houseId, second]);
    const seen = await manager.call(contract.previewDunning, { body: order });
    expect(seen.channels[0]).toMatchObject({ sendCount: 1, refused: [{ reason: 'noBalance', count: 1 }] });
    expect(seen.smsLeft).toBe(1);
    // Counted while it is on its way, too: two at once do not use one piece twice.
    const tasks = await Promise.all([start(order), start(order)]);
    await Promise.all(tasks.map(({ taskId }) => runOne(taskId)));
    expect((await notices()).filter((one) => one.state === 'sent')).toHaveLength(1);
    await deliver();
    const after = await manager.call(contract.readDunningSetting);
    expect(after.sms).toMatchObject({ used: 1, left: 0 });
    const toDo = await manager.call(contract.listToDos);
    expect(JSON.stringify(toDo)).toContain('短信余量不足');
    expect([
      contract.smsPieces('字'.repeat(70)),
      contract.smsPieces('字'.repeat(71)),
      contract.smsPieces('字'.repeat(135)),
    ]).toEqual([1, 2, 3]);
    const [counted] = await query<{ one: number; two: number }>(
      `select sms_pieces(repeat('字', 70)) as one, sms_pieces(repeat('字', 71)) as two`,
      [],
    );
    expect(counted).toEqual({ one: 1, two: 2 });
  });
});

describe('letters and calls', () => {
  it('writes to those who have come so far and to no others, and notes each letter with what it asked for', async () => {
    await desk.bill({ amountFen: 27_580n, month: '2026-01', dueOn: '2026-01-31' });
    const far = await desk.house('6-101');
    await water(9_000n, '2025-11', { targetId: far, dueOn: '2025-12-01' });
    const fresh = await desk.house('6-102');
    await water(9_000n, '2026-03', { targetId: fresh, dueOn: '2026-03-09' });
    const stages = await manager.call(contract.resourceEndpoints(contract.dunningHouseholdResource).list, {
      query: {},
    });
    expect(Object.fromEntries(stages.rows.map((row) => [row.id, row.stage]))).toEqual({
      [desk.houseId]: 'first',
      [far]: 'third',
      [fresh]: 'overdue',
    });
    const begun = await manager.call(contract.printPdf, {
      body: { type: 'arrearsReminder', ids: [desk.houseId, far, fresh] },
    });
    await runOne(begun.taskId!);
    const task = await manager.call(contract.getTask, { params: { id: begun.taskId! } });
    expect(task.result).toMatchObject({ documents: 2, skipped: 1 });
    const final = await manager.call(contract.printPdf, {
      body: { type: 'arrearsFinal', ids: [], filter: { communityId: company.communityId } },
    });
    expect(final).toMatchObject({ count: 1 });
    expect(
      (await refusal(manager.call(contract.printPdf, { body: { type: 'arrearsFinal', ids: [fresh] } }))).code,
    ).toBe('print.nothing');
    const letters = await query(
      'select level, overdue_days, sum_fen::text from dunning_letter where company_id = $1 order by level, overdue_days',
    );
    expect(letters).toEqual([
      // 275.80 and 0.05 % of it for each of the 23 days from 16 February to 10 March: 3.17.
      { level: 1, overdue_days: 38, sum_fen: '27897' },
      { level: 1, overdue_days: 99, sum_fen: '9000' },
      { level: 3, overdue_days: 99, sum_fen: '9000' },
    ]);
    expect(await household(far)).toMatchObject({ letter: 'third' });
  });

  it('keeps what was said on the telephone and shows it with everything else that was done', async () => {
    await water(5_000n);
    const cashier = await company.person('收银员', [company.communityId]);
    await cashier.call(contract.noteDunningCall, {
      body: { targetId: desk.houseId, outcome: 'promised', promisedOn: '2026-03-15', note: '月中发工资' },
    });
    await cashier.call(contract.noteDunningCall, {
      body: { targetId: desk.houseId, outcome: 'noAnswer', promisedOn: '2026-03-15' },
    });
    expect(await household()).toMatchObject({
      callOutcome: 'noAnswer',
      calledOn: '2026-03-10',
      ownerPhone: '13812345678',
    });
    const { rows } = await cashier.call(contract.readDunningHistory, { params: { targetId: desk.houseId } });
    expect(rows.map((row) => [row.what, row.state, row.detail])).toContainEqual([
      '电话',
      '承诺缴费',
      '承诺 2026-03-15 前缴，月中发工资',
    ]);
    // Whoever may not see whole phones gets the list for the telephone with hidden ones.
    const list = await cashier.call(contract.resourceEndpoints(contract.dunningHouseholdResource).list, { query: {} });
    expect(list.rows[0]!.ownerPhone).toBe('138****5678');
  });
});

describe('rights and data scope', () => {
  it('keep a cashier of another community from seeing, asking and planning', async () => {
    const billId = await water(5_000n);
    const elsewhere = await company.person('收银员', [company.otherCommunityId]);
    const households = contract.resourceEndpoints(contract.dunningHouseholdResource);
    expect((await elsewhere.call(households.list, { query: {} })).total).toBe(0);
    for (const selection of [
      { by: 'bills', ids: [billId] },
      { by: 'houses', ids: [desk.houseId] },
      { by: 'raising', ids: [billId] },
      { by: 'import', ids: [billId] },
    ] as const)
      expect(
        (await refusal(start({ selection: { ...selection, ids: [...selection.ids] }, channels: ['sms'] }, elsewhere)))
          .code,
      ).toBe('reference.notFound');
    expect((await refusal(start({ selection: { by: 'list' }, channels: ['sms'] }, elsewhere))).code).toBe(
      'dunning.nobodyOwes',
    );
    const noted = elsewhere.call(contract.noteDunningCall, { body: { targetId: desk.houseId, outcome: 'other' } });
    expect((await refusal(noted)).code).toBe('reference.notFound');
    expect(
      (await refusal(elsewhere.call(contract.readDunningHistory, { params: { targetId: desk.houseId } }))).status,
    ).toBe(404);
    await dun(bySms([desk.houseId]));
    expect(
      (await elsewhere.call(contract.resourceEndpoints(contract.dunningNoticeResource).list, { query: {} })).total,
    ).toBe(0);
    const supervisor = await company.person('收费主管', [company.otherCommunityId]);
    const body = {
      communityId: company.communityId,
      name: '别处',
      chargeItemIds: [],
      moment: 'onDue' as const,
      days: 0,
      channels: ['sms' as const],
      atHour: 9,
      isEnabled: false,
    };
    expect((await refusal(supervisor.call(contract.createDunningPlan, { body }))).code).toBe('reference.notFound');
    const guard = await company.person('保安');
    expect((await refusal(start(bySms([desk.houseId]), guard))).code).toBe('permission.denied');
    expect((await refusal(elsewhere.call(contract.createDunningPlan, { body }))).code).toBe('permission.denied');
    const other = await server.company('别家物业');
    const stranger = await other.person('管理员');
    expect((await refusal(start(bySms([desk.houseId]), stranger))).code).toBe('reference.notFound');
  });
});
