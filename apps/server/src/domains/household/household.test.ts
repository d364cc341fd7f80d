import * as contract from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enterAsResident, residentWith, type TestResident } from '../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { codeOf } from '../../platform/auth/sign-in-code.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { sendMessages } from '../../platform/messages/send-messages.ts';
import { dispatchOutbox } from '../../platform/outbox/dispatch-outbox.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../cashier/cashier.fixture.ts';
import { moveIn } from '../estate/index.ts';

let server: TestApp;
let desk: DeskFixture;
let admin: TestPerson;
let day = 10;

const ownerPhone = '13812345678';

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  // A day of its own for each test: limits on codes are counted by the day.
  day += 1;
  server.clock.set(`2026-04-${day}T02:00:00Z`);
  desk = await makeDesk(await server.company());
  admin = await desk.company.person('管理员');
  await desk.company.run((ctx) =>
    ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, 'sms', 'development', true, now())`),
  );
});

let machines = 0;
const post = (url: string, payload: object, cookie?: string) => {
  machines += 1;
  return server.app.inject({
    method: 'POST',
    url,
    payload,
    remoteAddress: `10.9.${machines >> 8}.${machines & 255}`,
    headers: cookie ? { cookie } : {},
  });
};
const codeBody = (phone: string) => ({ companyId: desk.company.id, phone });

/** The code that was sent last to this phone. */
async function sentCode(phone: string): Promise<string> {
  const row = await desk.company.run((ctx) =>
    ctx.tx.first<{
      id: string;
    }>(sql`select id from resident_sign_in_code where company_id = ${ctx.companyId} and phone = ${phone}
      order by created_at desc, id desc limit 1`),
  );
  return codeOf(server.services.secret, row!.id, desk.company.id);
}

async function signIn(phone: string): Promise<{ resident: TestResident; view: contract.ResidentView }> {
  expect((await post('/api/resident/session/code', codeBody(phone))).statusCode).toBe(200);
  const response = await post('/api/resident/session', { ...codeBody(phone), code: await sentCode(phone) });
  expect(response.statusCode).toBe(200);
  const cookie = String(response.headers['set-cookie']).split(';')[0]!;
  return { resident: residentWith(server, cookie), view: response.json<contract.ResidentView>() };
}

const enter = (phone: string) => enterAsResident(server, desk.company.id, phone);

const live = (houseId: string, phone: string, name: string, more: Partial<Parameters<typeof moveIn>[1]> = {}) =>
  desk.company.run((ctx) =>
    moveIn(ctx, { houseId, name, phone, sex: null, role: 'owner', movedInOn: '2025-01-01', validUntil: null, ...more }),
  );

const here = () => ({ communityId: desk.company.communityId });
const run = (query: Sql) => desk.company.run((ctx) => ctx.tx.run(query));

describe('signing in on the phone', () => {
  it('takes a phone the company knows straight to all its houses, in several communities', async () => {
    const other = await desk.house('9-901', desk.company.otherCommunityId);
    await live(other, ownerPhone, '崔春涛', { role: 'tenant' });
    const { view, resident } = await signIn(ownerPhone);
    expect(view.resident?.name).toBe('崔春涛');
    expect(view.phone).toBe('138****5678');
    expect(view.houses.map(({ name, roleLabel }) => `${name} ${roleLabel}`).toSorted()).toEqual([
      '1-101 业主本人',
      '9-901 租客',
    ]);
    expect(view.communities).toHaveLength(2);
    // Whoever holds the phone has proved it; staff see that.
    const row = await desk.company.run((ctx) =>
      ctx.tx.first<{ is_phone_verified: boolean }>(
        sql`select is_phone_verified from resident where company_id = ${ctx.companyId} and phone = ${ownerPhone}`,
      ),
    );
    expect(row?.is_phone_verified).toBe(true);
    await resident.call(contract.signOutResident);
    expect((await refusal(resident.call(contract.currentResident))).code).toBe('session.expired');
  });

  it('finds the company by the code in the address, and tells nothing of one that is not there', async () => {
    const found = await server.app.inject({
      url: `/api/resident/company?code=${contract.companyCode(desk.company.id)}`,
    });
    expect(found.json()).toMatchObject({ id: desk.company.id, isDemo: false });
    const unknown = await server.app.inject({ url: '/api/resident/company?code=00000000' });
    expect(unknown.json().code).toBe('household.companyUnknown');
  });

  it('shows the code to staff of a demo in the message log, and the phone masked', async () => {
    await post('/api/resident/session/code', codeBody('13800001111'));
    await desk.company.run(dispatchOutbox);
    await sendMessages(server.services, desk.company.id);
    const { rows } = await admin.call(contract.listDeliveries, { query: { eventKind: 'household.code' } });
    expect(rows).toMatchObject([{ recipientKind: 'phone', addressMasked: '138****1111', state: 'sent' }]);
    expect(rows[0]!.lastAnswer).toContain(await sentCode('13800001111'));
    // The event and the delivery themselves do not carry it.
    expect(rows[0]!.body).not.toMatch(/\d{6}/);
  });

  it('looks at five tries of a code and no more, counts them one by one, and takes a code once', async () => {
    await post('/api/resident/session/code', codeBody(ownerPhone));
    const code = await sentCode(ownerPhone);
    const wrong = code === '000000' ? '000001' : '000000';
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => post('/api/resident/session', { ...codeBody(ownerPhone), code: wrong })),
    );
    expect(tries.map((one) => one.json().code)).toEqual(Array(5).fill('household.codeWrong'));
    const late = await post('/api/resident/session', { ...codeBody(ownerPhone), code });
    expect(late.json().code).toBe('household.codeWrong');
    server.clock.set(`2026-04-${day}T02:02:00Z`);
    const { resident } = await signIn(ownerPhone);
    const again = await post('/api/resident/session', { ...codeBody(ownerPhone), code: await sentCode(ownerPhone) });
    expect(again.json().code).toBe('household.codeWrong');
    await resident.call(contract.currentResident);
  });

  it('refuses a code that is older than five minutes, one of another phone, and a second one within a minute', async () => {
    await post('/api/resident/session/code', codeBody(ownerPhone));
    const code = await sentCode(ownerPhone);
    const soon = await post('/api/resident/session/code', codeBody(ownerPhone));
    expect(soon.json()).toMatchObject({ code: 'household.codeTooOften', params: { seconds: 60 } });
    const others = await post('/api/resident/session', { ...codeBody('13900002222'), code });
    expect(others.json().code).toBe('household.codeWrong');
    server.clock.set(`2026-04-${day}T02:05:01Z`);
    const late = await post('/api/resident/session', { ...codeBody(ownerPhone), code });
    expect(late.json().code).toBe('household.codeWrong');
  });

  it('says so where the company sends no SMS', async () => {
    await run(sql`update message_channel set is_on = false where company_id = ${desk.company.id}`);
    const response = await post('/api/resident/session/code', codeBody(ownerPhone));
    expect(response.json().code).toBe('household.noSms');
    expect(response.json().detail).toContain('安居物业');
  });

  it('makes a new token at every sign-in, ends the old one, and hides both from scripts', async () => {
    await post('/api/resident/session/code', codeBody(ownerPhone));
    const first = await post('/api/resident/session', { ...codeBody(ownerPhone), code: await sentCode(ownerPhone) });
    const header = String(first.headers['set-cookie']);
    expect(header).toMatch(/HttpOnly/);
    expect(header).toMatch(/SameSite=Lax/);
    const cookie = header.split(';')[0]!;
    server.clock.set(`2026-04-${day}T02:02:00Z`);
    await post('/api/resident/session/code', codeBody(ownerPhone));
    const second = await post(
      '/api/resident/session',
      { ...codeBody(ownerPhone), code: await sentCode(ownerPhone) },
      cookie,
    );
    expect(String(second.headers['set-cookie']).split(';')[0]).not.toBe(cookie);
    expect((await refusal(residentWith(server, cookie).call(contract.currentResident))).code).toBe('session.expired');
  });

  it('ends when the phone becomes another person’s, and shows nothing more of a stay that ended', async () => {
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const resident = await enter(ownerPhone);
    await resident.call(contract.getOwnBill, { params: { billId } });
    await run(
      sql`update occupancy set moved_out_on = '2026-04-01', moved_out_how = 'staff' where company_id = ${desk.company.id}`,
    );
    expect((await refusal(resident.call(contract.getOwnBill, { params: { billId } }))).status).toBe(404);
    expect((await resident.call(contract.currentResident)).houses).toEqual([]);
    await run(sql`update resident set phone = '13812345679' where company_id = ${desk.company.id}`);
    await live(await desk.house('1-102'), ownerPhone, '新号主');
    expect((await refusal(resident.call(contract.currentResident))).code).toBe('session.expired');
  });
});

describe('registering', () => {
  it('leads an unknown phone from the application to the house, and tells it why it was refused', async () => {
    await run(sql`update community set registration_mode = 'openReview' where company_id = ${desk.company.id}`);
    const { view, resident } = await signIn('13700001111');
    expect(view).toMatchObject({ resident: null, houses: [], communities: [] });
    expect((await refusal(resident.call(contract.listDues, { query: here() }))).code).toBe('household.notRegistered');
    const { rows: communities } = await resident.call(contract.listOpenCommunities);
    expect(communities.map((one) => one.name).toSorted()).toEqual(['云栖里', '翠湖花园']);
    const { rows: buildings } = await resident.call(contract.listOpenPlaces, { query: here() });
    const { rows: houses } = await resident.call(contract.listOpenPlaces, {
      query: { ...here(), buildingId: buildings[0]!.id },
    });
    expect(houses).toEqual([{ id: desk.houseId, name: '1-101' }]);
    const asked = { name: '李想', houseId: desk.houseId, role: 'family', note: '业主的儿子' } as const;
    const handed = await resident.call(contract.applyForHouse, { body: { ...here(), ...asked } });
    expect(handed.outcome).toBe('waiting');
    const [waiting] = (await resident.call(contract.currentResident)).applications;
    expect(waiting).toMatchObject({ state: 'waiting', houseLabel: '1-101', communityName: '翠湖花园' });
    await admin.call(contract.rejectApplications, { body: { ids: [waiting!.id], reason: '请写明身份证' } });
    const [refused] = (await resident.call(contract.currentResident)).applications;
    expect(refused).toMatchObject({ state: 'refused', refuseReason: '请写明身份证' });
    await resident.call(contract.applyAgain, { params: { moveInApplicationId: refused!.id }, body: asked });
    await admin.call(contract.approveApplication, {
      params: { id: refused!.id },
      body: { houseId: desk.houseId, role: 'family', movedInOn: '2026-04-01' },
    });
    const placed = await resident.call(contract.currentResident);
    expect(placed).toMatchObject({ resident: { name: '李想' }, applications: [] });
    expect(placed.houses).toMatchObject([{ name: '1-101', roleLabel: '亲属' }]);
  });

  it('does not touch the application of another phone', async () => {
    const applicant = await enter('13700001112');
    await applicant.call(contract.applyForHouse, { body: { ...here(), name: '李想', note: '1-101 业主' } });
    const [own] = (await applicant.call(contract.currentResident)).applications;
    await admin.call(contract.rejectApplications, { body: { ids: [own!.id], reason: '不符' } });
    const stranger = await enter('13700001113');
    const body = { name: '李想', note: '改' };
    const problem = await refusal(
      stranger.call(contract.applyAgain, { params: { moveInApplicationId: own!.id }, body }),
    );
    expect(problem.status).toBe(404);
  });

  it('lets an owner invite somebody, who moves in by the code; nobody else invites or takes the invitation back', async () => {
    const owner = await enter(ownerPhone);
    const params = { houseId: desk.houseId };
    const { id, code } = await owner.call(contract.inviteMember, {
      params,
      body: { role: 'tenant', expiresOn: '2026-04-30', validUntil: '2026-12-31' },
    });
    const guest = await enter('13700002222');
    const taken = { params: { residentInvitationId: id }, body: {} };
    expect((await refusal(guest.call(contract.withdrawInvitation, taken))).code).toBe('household.notRegistered');
    await guest.call(contract.takeUpInvitation, { body: { code: code.toLowerCase(), name: '王租' } });
    const { members, invitations, mayInvite } = await guest.call(contract.listMembers, { params });
    expect(members.map(({ name, phone, roleLabel }) => `${name} ${phone} ${roleLabel}`)).toEqual([
      '崔春涛 138****5678 业主本人',
      '王租 137****2222 租客',
    ]);
    expect({ invitations, mayInvite }).toEqual({ invitations: [], mayInvite: false });
    const again = { params, body: { role: 'friend', expiresOn: '2026-04-30' } } as const;
    expect((await refusal(guest.call(contract.inviteMember, again))).code).toBe('invitation.notOwner');
    expect((await refusal(guest.call(contract.withdrawInvitation, taken))).status).toBe(404);
    expect((await refusal(owner.call(contract.withdrawInvitation, taken))).code).toBe('invitation.over');
    expect((await owner.call(contract.listMembers, { params })).invitations).toMatchObject([
      { code: '', state: '已接受', invitedName: '王租' },
    ]);
  });
});

describe('what a resident sees', () => {
  it('is what is due with its late fee, how it was computed, and after paying the receipt', async () => {
    const late = await desk.bill({ amountFen: 27580n, month: '2026-02', dueOn: '2026-02-28' });
    await desk.bill({ amountFen: 27580n, month: '2026-05', dueOn: '2026-05-31' });
    const owner = await enter(ownerPhone);
    const dues = await owner.call(contract.listDues, { query: here() });
    expect(dues).toMatchObject({ billCount: 2, places: [{ name: '1-101', kind: 'house' }] });
    const [first] = dues.places[0]!.bills;
    expect(first).toMatchObject({ id: late, periodText: '2026年2月', isOverdue: true, outstanding: '275.80' });
    expect(Number(first!.lateFee)).toBeGreaterThan(0);
    const bill = await owner.call(contract.getOwnBill, { params: { billId: late } });
    expect(bill.sentence).toBe('98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元');
    expect(bill.lateFeeSentence).not.toBe('');
    const paid = await admin.call(contract.takePayment, {
      body: paymentFor(desk, [{ id: late, toPay: first!.toPay }], {
        receivedOn: `2026-04-${day}`,
        payerName: '崔春涛',
      }),
    });
    const { rows } = await owner.call(contract.listOwnReceipts, { query: here() });
    expect(rows).toMatchObject([
      { id: paid.id, number: paid.number, total: first!.toPay, summary: '物业管理费 2026年2月' },
    ]);
    const slip = await owner.call(contract.getOwnReceipt, { params: { receiptId: paid.id } });
    expect(slip).toMatchObject({ number: paid.number, total: first!.toPay, payerName: '崔春涛' });
    const pdf = await server.app.inject({
      url: `/api/resident/receipts/${paid.id}/pdf`,
      headers: { cookie: owner.cookie },
    });
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    // A copy for the owner is no print: the desk's own stays the first.
    const count = await desk.company.run((ctx) =>
      ctx.tx.first<{ print_count: number }>(sql`select print_count from receipt where id = ${paid.id}`),
    );
    expect(count?.print_count).toBe(0);
  });

  it('is nothing of another owner’s: bill, receipt, prepaid, members, vehicles are not there', async () => {
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-05', dueOn: '2026-05-31' });
    const { id: receiptId } = await admin.call(contract.takePayment, {
      body: paymentFor(desk, [{ id: billId, toPay: '275.80' }], {
        receivedOn: `2026-04-${day}`,
        topUps: [{ targetKind: 'house', targetId: desk.houseId, chargeItemId: null, amount: '100.00' }],
        expectedTotal: '375.80',
        tenders: [{ paymentMethodId: desk.methods.cash, amount: '375.80' }],
      }),
    });
    const owner = await enter(ownerPhone);
    const [account] = (await owner.call(contract.listOwnPrepaid, { query: here() })).rows;
    const movements = await owner.call(contract.listOwnPrepaidMovements, {
      params: { prepaidAccountId: account!.id },
    });
    expect(movements).toMatchObject({ balance: '100.00', rows: [{ kindLabel: '存入', amount: '100.00' }] });
    const { id: vehicleApplicationId } = await owner.call(contract.applyForVehicle, {
      params: { houseId: desk.houseId },
      body: { plate: '粤B12345' },
    });
    await live(await desk.house('1-102'), '13700003333', '邻居');
    const neighbour = await enter('13700003333');
    const refused = [
      neighbour.call(contract.getOwnBill, { params: { billId } }),
      neighbour.call(contract.getOwnReceipt, { params: { receiptId } }),
      neighbour.call(contract.listOwnPrepaidMovements, { params: { prepaidAccountId: account!.id } }),
      neighbour.call(contract.listMembers, { params: { houseId: desk.houseId } }),
      neighbour.call(contract.applyForVehicle, { params: { houseId: desk.houseId }, body: { plate: '粤B99999' } }),
      neighbour.call(contract.applyForVehicleAgain, { params: { vehicleApplicationId }, body: { plate: '粤B99999' } }),
    ];
    expect((await Promise.all(refused.map(refusal))).map((one) => one.status)).toEqual(Array(6).fill(404));
    const pdf = await server.app.inject({
      url: `/api/resident/receipts/${receiptId}/pdf`,
      headers: { cookie: neighbour.cookie },
    });
    expect(pdf.statusCode).toBe(404);
    expect((await neighbour.call(contract.listDues, { query: here() })).places).toEqual([]);
    expect((await neighbour.call(contract.listOwnReceipts, { query: here() })).rows).toEqual([]);
    expect(await neighbour.call(contract.listOwnVehicles, { query: here() })).toMatchObject({
      vehicles: [],
      applications: [],
    });
  });

  it('leaves out what a tenant did not live through, a former owner’s bills, and everything from a nanny', async () => {
    const before = await desk.bill({ amountFen: 10000n, month: '2026-01' });
    const after = await desk.bill({ amountFen: 20000n, month: '2026-03' });
    const former = await desk.bill({ amountFen: 30000n, month: '2026-02' });
    const { residentId } = await live(await desk.house('1-103'), '13700004400', '老业主');
    await run(sql`update bill set debtor_resident_id = ${residentId} where id = ${former}`);
    await live(desk.houseId, '13700004444', '新租客', { role: 'tenant', movedInOn: '2026-03-01' });
    await live(desk.houseId, '13700005555', '保姆', { role: 'nanny' });
    const idsOf = async (person: TestResident) =>
      (await person.call(contract.listDues, { query: here() })).places.flatMap((one) => one.bills.map(({ id }) => id));
    expect(await idsOf(await enter('13700004444'))).toEqual([after]);
    expect(await idsOf(await enter(ownerPhone))).toEqual([before, after]);
    const nanny = await enter('13700005555');
    expect(await idsOf(nanny)).toEqual([]);
    expect((await refusal(nanny.call(contract.listMembers, { params: { houseId: desk.houseId } }))).status).toBe(404);
    // Their house is theirs all the same, and so is what the community shows.
    expect((await nanny.call(contract.currentResident)).houses).toMatchObject([{ isHouseholder: false }]);
    expect((await nanny.call(contract.getHome, { query: here() })).notice).toBe('');
  });
});

describe('vehicles', () => {
  it('are handed in with pictures, refused with a reason, put right and passed', async () => {
    const owner = await enter(ownerPhone);
    const params = { houseId: desk.houseId };
    const { id } = await owner.call(contract.applyForVehicle, {
      params,
      body: { plate: '粤b 12345', brand: '比亚迪' },
    });
    await admin.call(contract.rejectVehicles, { body: { ids: [id], reason: '请补行驶证' } });
    const list = () => owner.call(contract.listOwnVehicles, { query: here() });
    expect((await list()).applications).toMatchObject([
      { plate: '粤B12345', state: 'refused', refuseReason: '请补行驶证' },
    ]);
    await owner.call(contract.applyForVehicleAgain, {
      params: { vehicleApplicationId: id },
      body: { plate: '粤B12345', note: '已补' },
    });
    await admin.call(contract.passVehicles, { body: { ids: [id] } });
    expect(await list()).toMatchObject({ applications: [], vehicles: [{ plate: '粤B12345', houseName: '1-101' }] });
  });
});

describe('paying', () => {
  it('keeps to the order the community wants, and never pays what is not the resident’s', async () => {
    const arrears = await desk.bill({ amountFen: 10000n, month: '2026-01', itemId: desk.waterItemId });
    const current = await desk.bill({ amountFen: 20000n, month: '2026-05', dueOn: '2026-05-31' });
    const foreign = await desk.bill({ amountFen: 500n, month: '2026-05', targetId: await desk.house('1-104') });
    const owner = await enter(ownerPhone);
    let keys = 0;
    const pay = (bills: readonly { id: string; expected: string }[], total: string) => {
      keys += 1;
      return refusal(
        owner.call(contract.startOwnPayment, {
          body: { ...here(), bills: [...bills], expectedTotal: total, channelKind: 'wechat', key: `attempt-${keys}` },
        }),
      );
    };
    const second = { id: current, expected: '200.00' };
    // Everything is right except that there is no channel: that far it got.
    expect((await pay([second], '200.00')).code).toBe('payment.noChannel');
    await run(sql`update community set resident_payment_order = 'arrearsFirst' where company_id = ${desk.company.id}`);
    const problem = await pay([second], '200.00');
    expect(problem.code).toBe('household.payOrder');
    expect(problem.detail).toBe('翠湖花园须先缴清欠费，再缴未到期的账单。请把 水费 2026年1月 也选上');
    expect((await pay([{ id: arrears, expected: '100.00' }, second], '300.00')).code).toBe('payment.noChannel');
    expect((await pay([{ id: foreign, expected: '5.00' }], '5.00')).code).toBe('reference.notFound');
    expect((await pay([], '5.00')).code).toBe('household.chooseNothing');
  });

  it('by a link shows what is due and for whom in part, and ends with its time or when the sender moves out', async () => {
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-05', dueOn: '2026-05-31' });
    const owner = await enter(ownerPhone);
    const share = () => owner.call(contract.sharePayment, { body: { ...here(), billIds: [billId] } });
    const { path } = await share();
    const token = path.split('/').at(-1)!;
    const open = (value: string) => server.app.inject({ url: `/api/pay-links/${value}` });
    const shown = (await open(token)).json();
    expect(shown).toMatchObject({ forWhom: '崔**', total: '275.80', communityName: '翠湖花园' });
    // Ids are drawn by chance and may hold any digits.
    expect(JSON.stringify(shown).replace(/[0-9a-f-]{36}/g, '')).not.toMatch(/1-101|崔春涛|138/);
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    expect((await open(forged)).json().code).toBe('household.payLinkEnded');
    const wrong = await post(`/api/pay-links/${token}/payments`, {
      expectedTotal: '1.00',
      channelKind: 'wechat',
      key: 'attempt-1',
    });
    expect(wrong.json().code).toBe('household.payLinkChanged');
    server.clock.set(`2026-04-${day + 3}T02:00:01Z`);
    expect((await open(token)).json().code).toBe('household.payLinkEnded');
    server.clock.set(`2026-04-${day}T02:00:00Z`);
    await run(
      sql`update occupancy set moved_out_on = '2026-04-01', moved_out_how = 'staff' where company_id = ${desk.company.id}`,
    );
    expect((await open(token)).json().code).toBe('household.payLinkEnded');
  });
});
