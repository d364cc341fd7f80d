import { existsSync } from 'node:fs';
import * as contract from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { sendFile } from '../../../test/pictures.ts';
import { enterAsResident, type TestResident } from '../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { removeForgottenFiles } from '../../platform/files/forget-files.ts';
import { sendMessages } from '../../platform/messages/send-messages.ts';
import { dispatchOutbox } from '../../platform/outbox/dispatch-outbox.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../cashier/cashier.fixture.ts';
import { moveIn } from '../estate/index.ts';
import { submitDueInvoices } from '../invoicing/index.ts';
import { forgetLoosePictures } from './forget-loose-pictures.ts';

let server: TestApp;
let emulator: Emulator;
let desk: DeskFixture;
let owner: TestResident;
let neighbour: TestResident;
let office: TestPerson;

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startTestApp({ gateway: emulator.url });
  server.clock.set('2026-03-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  office = await desk.company.person('管理员');
  owner = await enterAsResident(server, desk.company.id, '13812345678');
  const houseId = await desk.house('1-102');
  const person = { name: '邻居', phone: '13700003333', sex: null, movedInOn: '2025-01-01', validUntil: null } as const;
  await desk.company.run((ctx) => moveIn(ctx, { ...person, houseId, role: 'owner' }));
  neighbour = await enterAsResident(server, desk.company.id, person.phone);
  await desk.company.run((ctx) =>
    ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, 'sms', 'development', true, now())`),
  );
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const taxNumber = '91510100MA61RD0M2L';
const tell = async () => {
  await desk.company.run(dispatchOutbox);
  await sendMessages(server.services, desk.company.id);
};

it('lets an owner ask for an invoice of their receipt, follow it, and keep the file; nobody next door', async () => {
  const billId = await desk.bill({ amountFen: 27_580n, month: '2026-03' });
  const { id: receiptId } = await office.call(contract.takePayment, {
    body: paymentFor(desk, [{ id: billId, toPay: '275.80' }]),
  });
  const params = { receiptId };
  const read = (person = owner) => person.call(contract.getReceiptInvoicing, { params });
  expect(await read()).toMatchObject({
    left: '275.80',
    invoices: [],
    blockedBy: '物业还没有开通电子发票，请联系服务中心',
  });
  await office.call(contract.createInvoiceSeller, {
    body: {
      name: '安居物业服务有限公司',
      taxNumber: '91440300708461136T',
      issuerName: '周敏',
      provider: 'gateway',
      host: 'invoice.emulator.example',
      appKey: emulatorAccounts.eInvoice.appKey,
      secret: emulatorAccounts.eInvoice.secret,
      isOn: true,
      communityId: null,
    },
  });
  expect(await read()).toMatchObject({ left: '275.80', blockedBy: '', payerName: '崔春涛', titles: [] });
  const firm = { kind: 'company', name: '云栖商贸有限公司', taxNumber, email: 'fp@example.com', phone: '' } as const;
  const ask = (key: string, over: object = {}, person = owner) =>
    person.call(contract.requestOwnInvoice, {
      params,
      body: { buyer: { ...firm, ...over }, expected: '275.80', keepsTitle: true, key },
    });
  expect((await refusal(ask('invoice-0', {}, neighbour))).status).toBe(404);
  expect((await refusal(read(neighbour))).status).toBe(404);
  expect((await refusal(ask('invoice-1', { taxNumber: '91510100MA61RD0M2X' }))).code).toBe('invoice.taxNumber');
  expect((await refusal(ask('invoice-2', { taxNumber: '' }))).code).toBe('invoice.companyNeedsTaxNumber');
  const { id } = await ask('invoice-3');
  expect(await ask('invoice-3')).toEqual({ id });
  expect((await refusal(ask('invoice-4'))).code).toBe('household.invoiceRefused');
  const asked = await read();
  expect(asked.invoices).toMatchObject([
    { id, state: 'requested', gross: '275.80', buyerName: firm.name, hasFile: false },
  ]);
  expect(asked.titles).toMatchObject([{ name: firm.name, taxNumber, email: 'fp@example.com' }]);
  expect(asked.blockedBy).toContain('已经申请过');

  // The office says no, and why; then it is asked for again and issued.
  await office.call(contract.reviewInvoice, { params: { id }, body: { decision: 'reject', reason: '抬头有误' } });
  expect((await read()).invoices).toMatchObject([{ state: 'rejected', reason: '抬头有误' }]);
  const again = await ask('invoice-5');
  await office.call(contract.reviewInvoice, { params: { id: again.id }, body: { decision: 'issue', reason: '' } });
  for (let round = 0; round < 3; round += 1) await submitDueInvoices(server.services, desk.company.id);
  const [issued] = (await read()).invoices;
  expect(issued).toMatchObject({ id: again.id, state: 'issued', hasFile: true });
  const file = (person: TestResident) =>
    server.app.inject({
      url: contract.downloadOwnInvoice.path.replace(':invoiceId', again.id),
      headers: { cookie: person.cookie },
    });
  const found = await file(owner);
  expect(found.statusCode).toBe(200);
  expect(found.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect((await file(neighbour)).statusCode).toBe(404);
  const [title] = asked.titles;
  const forget = (person: TestResident) =>
    person.call(contract.forgetOwnTitle, { params: { invoiceTitleId: title!.id } });
  expect((await refusal(forget(neighbour))).status).toBe(404);
  await forget(owner);
  expect((await read()).titles).toEqual([]);
});

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function upload(person: TestResident, content = pixel): Promise<{ status: number; id: string }> {
  const boundary = 'photo-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="deed.png"\r\ncontent-type: image/png\r\n\r\n`;
  const response = await server.app.inject({
    method: 'POST',
    url: contract.uploadApplicationPhoto.path,
    headers: { cookie: person.cookie, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
  return { status: response.statusCode, id: response.json().id ?? '' };
}

it('takes photos with an application from somebody unknown, shows them to the reviewer alone, and tells what became of it', async () => {
  const stranger = await enterAsResident(server, desk.company.id, '13900001111');
  const first = await upload(stranger);
  expect(first.status).toBe(200);
  expect((await upload(stranger, Buffer.from('<script>alert(1)</script>'))).status).toBe(422);
  const apply = (person: TestResident, photos: string[]) =>
    person.call(contract.applyForHouse, {
      body: { communityId: desk.company.communityId, name: '李想', note: '1栋102，业主', photos },
    });
  // Somebody else's photo is not theirs to hand in.
  const other = await enterAsResident(server, desk.company.id, '13900002222');
  expect((await refusal(apply(other, [first.id]))).code).toBe('reference.notFound');
  expect((await apply(stranger, [first.id])).outcome).toBe('waiting');
  const mine = await stranger.call(contract.currentResident);
  expect(mine.applications).toMatchObject([{ state: 'waiting', photoCount: 1 }]);

  const waiting = await desk.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from move_in_application where company_id = ${ctx.companyId} and name = '李想'`,
    ),
  );
  const link = (person: TestPerson) => person.call(contract.fileLink, { params: { id: first.id } });
  expect((await link(office)).url).toContain(first.id);
  const cashier = await desk.company.person('仓管');
  expect((await refusal(link(cashier))).status).toBe(404);
  const opened = await server.app.inject({ url: `/api/files/${first.id}/link`, headers: { cookie: neighbour.cookie } });
  expect(opened.statusCode).toBe(401);

  await office.call(contract.rejectApplications, { body: { ids: [waiting!.id], reason: '房号与产权证不符' } });
  await tell();
  const sent = await office.call(contract.listDeliveries, { query: { eventKind: 'moveInApplication.decided' } });
  expect(sent.rows).toMatchObject([{ recipientKind: 'phone', addressMasked: '139****1111', state: 'sent' }]);
  expect(sent.rows[0]!.body).toContain('房号与产权证不符');
  // Put right without new photos, the old one stays; let in, the person is told in their own client.
  await stranger.call(contract.applyAgain, {
    params: { moveInApplicationId: waiting!.id },
    body: { name: '李想', note: '1栋103，业主' },
  });
  const houseId = await desk.house('1-103');
  await office.call(contract.approveApplication, {
    params: { id: waiting!.id },
    body: { houseId, role: 'owner', movedInOn: '2026-03-10', validUntil: null },
  });
  await tell();
  const photos = await desk.company.run((ctx) =>
    ctx.tx.first<{ photos: string[] }>(
      sql`select photos from move_in_application where company_id = ${ctx.companyId} and id = ${waiting!.id}`,
    ),
  );
  expect(photos?.photos).toEqual([first.id]);
  const settled = await enterAsResident(server, desk.company.id, '13900001111');
  expect((await settled.call(contract.currentResident)).newMessages).toBe(1);
  const inbox = await settled.call(contract.listOwnMessages);
  expect(inbox.rows).toMatchObject([{ title: '入住申请已通过', isNew: true, page: '/houses' }]);
  server.clock.set('2026-03-10T02:05:00Z');
  await settled.call(contract.seeOwnMessages, { body: {} });
  expect((await settled.call(contract.listOwnMessages)).rows).toMatchObject([{ isNew: false }]);
  expect((await neighbour.call(contract.listOwnMessages)).rows).toEqual([]);
});

it('tells a resident what became of their vehicle, with the reason', async () => {
  const members = await owner.call(contract.currentResident);
  const houseId = members.houses[0]!.id;
  const { id } = await owner.call(contract.applyForVehicle, { params: { houseId }, body: { plate: '粤B12345' } });
  await office.call(contract.rejectVehicles, { body: { ids: [id], reason: '行驶证不清楚' } });
  await tell();
  const { rows } = await owner.call(contract.listOwnMessages);
  expect(rows[0]).toMatchObject({ title: '车辆登记没有通过', page: '/vehicles' });
  expect(rows[0]!.body).toContain('行驶证不清楚');
});

it('keeps a photo that was handed in and what staff uploaded; what was handed in with nothing is gone after a day, bytes and all', async () => {
  const stranger = await enterAsResident(server, desk.company.id, '13900004444');
  const [used, loose] = [await upload(stranger), await upload(stranger)];
  await stranger.call(contract.applyForHouse, {
    body: { communityId: desk.company.communityId, name: '司徒婉清', note: '1栋105，业主', photos: [used.id] },
  });
  const ofStaff = await sendFile(server.app, office.cookie, { name: '大门.png', content: pixel, type: 'image/png' });
  const kept = async () => {
    const { rows } = await server.services.ownerPool.query<{ id: string }>(
      'select id from file where company_id = $1 and id = any ($2)',
      [desk.company.id, [used.id, loose.id, ofStaff.json().id]],
    );
    return new Set(rows.map(({ id }) => id));
  };
  const all = new Set([used.id, loose.id, ofStaff.json().id]);
  const sweepAt = async (moment: string) => {
    server.clock.set(moment);
    await forgetLoosePictures(server.services, desk.company.id);
  };
  await sweepAt('2026-03-11T01:20:00Z');
  expect(await kept()).toEqual(all);
  await sweepAt('2026-03-11T02:19:00Z');
  expect(await kept()).toEqual(all);
  await sweepAt('2026-03-11T02:20:00Z');
  expect(await kept()).toEqual(new Set([used.id, ofStaff.json().id]));
  await removeForgottenFiles(server.services, desk.company.id, [loose.id]);
  expect(existsSync(server.storedPath(desk.company.id, loose.id))).toBe(false);
  expect(existsSync(server.storedPath(desk.company.id, used.id))).toBe(true);
  server.clock.set('2026-03-10T02:05:00Z');
});

it('forgets the photos of an application with the person who is erased', async () => {
  const phone = '13900003333';
  const leaver = await enterAsResident(server, desk.company.id, phone);
  const { id: photo } = await upload(leaver);
  const houseId = await desk.house('1-104');
  const person = { name: '周远', phone, sex: null, movedInOn: '2025-01-01', validUntil: null } as const;
  const { residentId, occupancyId } = await desk.company.run((ctx) =>
    moveIn(ctx, { ...person, houseId, role: 'tenant' }),
  );
  await desk.company.run(async (ctx) => {
    const id = ctx.newId();
    await ctx.tx.run(sql`insert into move_in_application (company_id, id, community_id, source, mode, state, name, phone, photos, resident_id, submitted_at, created_at, updated_at)
      values (${ctx.companyId}, ${id}, ${desk.company.communityId}, 'resident', 'simpleReview', 'approved', '周远', ${phone}, ${[photo]}::uuid[], ${residentId}, now(), now(), now())`);
    await ctx.tx.run(sql`insert into file_use (company_id, file_id, resource, owner_id, community_id)
      values (${ctx.companyId}, ${photo}, 'moveInApplication', ${id}, ${desk.company.communityId})`);
  });
  await office.call(contract.moveOut, {
    params: { id: occupancyId },
    body: { movedOutOn: '2026-03-10', reason: '退租' },
  });
  await office.call(contract.eraseResident, { params: { id: residentId }, body: { reason: '本人要求' } });
  const left = await desk.company.run((ctx) =>
    ctx.tx.first<{
      files: number;
      photos: number;
    }>(sql`select (select count(*)::int from file where company_id = ${ctx.companyId} and id = ${photo}) as files,
      (select count(*)::int from move_in_application where company_id = ${ctx.companyId} and cardinality(photos) > 0 and resident_id = ${residentId}) as photos`),
  );
  expect(left).toEqual({ files: 0, photos: 0 });
});
