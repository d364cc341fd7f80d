import {
  createPartnerKey,
  grantPartnerApp,
  listOpenBills,
  listOpenHouses,
  listOpenResidents,
  listOpenVehicles,
  listPartnerApps,
  openCommunity,
  type Problem,
  pullOpenPayments,
  pullOpenStatements,
  readOpenPlatform,
  reverseReceipt,
  revokePartnerGrant,
  revokePartnerKey,
  rotatePartnerKey,
  type SyncedBillLine,
  shareBankStatements,
  syncOpenBills,
  takePayment,
  updatePartnerKey,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { sweep } from '../../platform/jobs/worker.ts';
import { type DeskFixture, makeDesk } from '../cashier/cashier.fixture.ts';
import { addVehicle } from '../charging/charging.fixture.ts';
import { numberEvents } from './number-events.ts';
import { callSigned, makeKey, sendSigned, type TestKey } from './partners.fixture.ts';

let server: TestApp;
let company: TestCompany;
let desk: DeskFixture;
let admin: TestPerson;
let key: TestKey;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  desk = await makeDesk(company);
  admin = await company.person('管理员');
  key = await makeKey(admin, company.communityId);
});
afterAll(() => server.stop());

const put = (externalId: string, amount = '128.50'): Extract<SyncedBillLine, { action: 'put' }> => ({
  action: 'put',
  externalId,
  targetKind: 'house',
  targetId: desk.houseId,
  chargeItemId: desk.waterItemId,
  periodFrom: '2026-03-01',
  lastDay: '2026-03-31',
  amount,
});
let batches = 0;
const sync = (lines: SyncedBillLine[], idempotencyKey = `batch-${++batches}-0000`, by = key) =>
  callSigned(server, by, syncOpenBills, { body: { lines }, idempotencyKey });
const outcomes = async (lines: SyncedBillLine[]) =>
  (await sync(lines)).lines.map(({ outcome, code }) => (code === null ? outcome : code));

/** Pays at the desk and returns the receipt's id. */
async function pay(billId: string, total: string, owed = total): Promise<string> {
  const receipt = await admin.call(takePayment, {
    body: {
      communityId: company.communityId,
      targetKind: 'house',
      targetId: desk.houseId,
      bills: [{ id: billId, pay: total, expected: owed }],
      expectedTotal: total,
      tenders: [{ paymentMethodId: desk.methods.wechat, amount: total }],
      receivedOn: businessDay(),
      idempotencyKey: server.services.newId(),
    },
  });
  return receipt.id;
}

const businessDay = () => server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();
const advance = (hours: number) => server.clock.set(server.clock.now().add({ hours }).toString());

const codeOf = async (sent: ReturnType<typeof sendSigned>) => {
  const response = await sent;
  return response.statusCode === 200 ? '200' : `${response.statusCode} ${response.json<Problem>().code}`;
};

describe('a signed request', () => {
  it('is let in with the right signature and sees its own community alone', async () => {
    const seen = await callSigned(server, key, openCommunity);
    expect(seen).toMatchObject({ id: company.communityId, name: '翠湖花园', sharesBankStatements: false });
    const other = await desk.house('9-901', company.otherCommunityId);
    const { rows } = await callSigned(server, key, listOpenHouses, { query: { limit: 500 } });
    expect(rows.map((row) => row.id)).toContain(desk.houseId);
    expect(rows.map((row) => row.id)).not.toContain(other);
    const residents = await callSigned(server, key, listOpenResidents);
    expect(residents.rows[0]?.nameMasked).toMatch(/^.\*+$/);
    // Ids are drawn by chance and may hold eleven digits in a row.
    expect(JSON.stringify(residents).replace(/[0-9a-f-]{36}/g, '')).not.toMatch(/1\d{10}/);
  });

  it('is refused when anything of it is not as it was signed', async () => {
    const body = { lines: [put('forged-1')] };
    const idempotencyKey = 'forged-batch-1';
    expect(await codeOf(sendSigned(server, { ...key, secret: 'x' }, openCommunity))).toBe('401 open.signatureWrong');
    expect(await codeOf(sendSigned(server, { ...key, accessId: `ak_${'A'.repeat(44)}` }, openCommunity))).toBe(
      '401 open.signatureWrong',
    );
    expect(
      await codeOf(
        sendSigned(server, key, syncOpenBills, {
          body,
          idempotencyKey,
          tamper: { body: { lines: [put('forged-1', '1.00')] } },
        }),
      ),
    ).toBe('401 open.signatureWrong');
    expect(
      await codeOf(sendSigned(server, key, listOpenHouses, { query: { limit: 1 }, tamper: { query: 'limit=500' } })),
    ).toBe('401 open.signatureWrong');
    expect(await codeOf(sendSigned(server, key, openCommunity, { skew: 301 }))).toBe('401 open.clockSkew');
    expect(await codeOf(sendSigned(server, key, openCommunity, { skew: -301 }))).toBe('401 open.clockSkew');
    expect(await codeOf(sendSigned(server, key, openCommunity, { skew: 299 }))).toBe('200');
    const unsigned = await server.app.inject({ method: 'GET', url: '/api/open/v1/community' });
    expect(unsigned.json()).toMatchObject({ status: 401, code: 'open.signatureMissing' });
    expect((await callSigned(server, key, listOpenBills)).rows).toEqual([]);
  });

  it('opens nothing a second time, also when it was refused for what it asked', async () => {
    const nonce = 'nonce-of-sixteen-1';
    expect(await codeOf(sendSigned(server, key, openCommunity, { nonce }))).toBe('200');
    expect(await codeOf(sendSigned(server, key, openCommunity, { nonce }))).toBe('401 open.replayed');
    const other = 'nonce-of-sixteen-2';
    const bad = { query: { cursor: 'x' }, nonce: other };
    expect(await codeOf(sendSigned(server, key, pullOpenPayments, bad))).toBe('422 open.badCursor');
    expect(await codeOf(sendSigned(server, key, pullOpenPayments, bad))).toBe('401 open.replayed');
  });

  it('is held to the addresses, the scopes and the rate of its key', async () => {
    const narrow = await makeKey(admin, company.communityId, ['estate'], {
      requestsPerMinute: 3,
      allowedAddresses: ['198.51.100.0/24', '2001:db8::/32'],
    });
    const from = (ip: string) => ({ ip });
    expect(await codeOf(sendSigned(server, narrow, openCommunity, from('203.0.113.9')))).toBe(
      '403 open.addressRefused',
    );
    const first = await sendSigned(server, narrow, openCommunity, from('198.51.100.7'));
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"minute";q=3;w=60', ratelimit: '"minute";r=2;t=60' });
    expect(await codeOf(sendSigned(server, narrow, pullOpenPayments, from('2001:db8::1')))).toBe(
      '403 open.scopeMissing',
    );
    expect(await codeOf(sendSigned(server, narrow, listOpenHouses, from('198.51.100.7')))).toBe('200');
    const over = await sendSigned(server, narrow, openCommunity, from('198.51.100.7'));
    expect(over.statusCode).toBe(429);
    expect(over.headers).toMatchObject({ 'retry-after': '60', ratelimit: '"minute";r=0;t=60' });
    expect(over.json().detail).toContain('每分钟最多 3 次');
  });

  it('ends with its key, its overlap or its grant at once', async () => {
    const app = await makeKey(admin, company.communityId, ['estate']);
    const inAnHour = server.clock.now().add({ hours: 1 }).toString();
    const renewed = await admin.call(rotatePartnerKey, { params: { id: app.id }, body: { oldEndsAt: inAnHour } });
    expect(renewed.secret).not.toBe(app.secret);
    expect(await codeOf(sendSigned(server, app, openCommunity))).toBe('200');
    expect(await codeOf(sendSigned(server, renewed, openCommunity))).toBe('200');
    advance(1);
    expect(await codeOf(sendSigned(server, app, openCommunity))).toBe('401 open.keyEnded');
    expect(await codeOf(sendSigned(server, renewed, openCommunity))).toBe('200');
    const { grants } = await admin.call(readOpenPlatform, { query: { communityId: company.communityId } });
    const keys = grants.find((one) => one.id === app.grantId)!.keys;
    expect(keys.map((one) => one.state)).toEqual(['active', 'ended']);
    expect(JSON.stringify(grants)).not.toContain(renewed.secret);
    await admin.call(revokePartnerKey, { params: { id: renewed.id } });
    expect(await codeOf(sendSigned(server, renewed, openCommunity))).toBe('401 open.keyEnded');
    const third = await admin.call(createPartnerKey, {
      body: {
        partnerGrantId: app.grantId,
        name: '',
        scopes: ['estate'],
        allowedAddresses: [],
        requestsPerMinute: 60,
        endsAt: null,
      },
    });
    expect(await codeOf(sendSigned(server, third, openCommunity))).toBe('200');
    await admin.call(revokePartnerGrant, { params: { id: app.grantId } });
    expect(await codeOf(sendSigned(server, third, openCommunity))).toBe('401 open.keyEnded');
    const again = admin.call(createPartnerKey, {
      body: {
        partnerGrantId: app.grantId,
        name: '',
        scopes: ['estate'],
        allowedAddresses: [],
        requestsPerMinute: 60,
        endsAt: null,
      },
    });
    expect((await refusal(again)).code).toBe('partnerGrant.revoked');
  });

  it('keeps the secret where a copy of the database does not open it', async () => {
    const { rows } = await server.services.ownerPool.query<{ sealed: string }>(
      'select secret_sealed as sealed from partner_key where id = $1',
      [key.id],
    );
    expect(rows[0]?.sealed).toMatch(/^v1\./);
    expect(rows[0]?.sealed).not.toContain(key.secret);
  });
});

it('is described by a document of its own: these addresses alone, the signature, examples to copy', async () => {
  const document = (await server.app.inject({ method: 'GET', url: '/api/open/openapi.json' })).json();
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.description).toContain('HMAC-SHA256');
  const paths = Object.keys(document.paths);
  expect(paths.length).toBe(11);
  expect(paths.every((path) => path.startsWith('/api/open/v1/'))).toBe(true);
  const sync = document.paths['/api/open/v1/bills/sync'].post;
  expect(sync.security).toEqual([{ app: [] }]);
  expect(sync.parameters.map((one: { name: string }) => one.name)).toEqual([
    'X-Anlin-Key',
    'X-Anlin-Timestamp',
    'X-Anlin-Nonce',
    'X-Anlin-Signature',
    'Idempotency-Key',
  ]);
  const { example } = sync.requestBody.content['application/json'];
  expect(syncOpenBills.body.safeParse(example).success).toBe(true);
  const answer = sync.responses['200'].content['application/json'].example;
  expect(syncOpenBills.reply.safeParse(answer).success).toBe(true);
  const payments = document.paths['/api/open/v1/payments'].get.responses['200'].content['application/json'].example;
  expect(pullOpenPayments.reply.safeParse(payments).success).toBe(true);
});

describe('grants', () => {
  it('give no more than the app asks for, once for a community, and only by who sees all of it', async () => {
    const { rows } = await admin.call(listPartnerApps);
    const narrow = rows.find((one) => one.askedScopes.join() === 'estate')!;
    const grant = (scopes: ('estate' | 'bills')[], communityId = company.otherCommunityId) =>
      admin.call(grantPartnerApp, { params: { id: narrow.id }, body: { communityIds: [communityId], scopes } });
    expect((await refusal(grant(['bills']))).code).toBe('partnerGrant.notAsked');
    await grant(['estate']);
    expect((await refusal(grant(['estate']))).code).toBe('partnerGrant.standing');
    const wide = admin.call(createPartnerKey, {
      body: {
        partnerGrantId: key.grantId,
        name: '',
        scopes: ['estate'],
        allowedAddresses: ['300.1.1.1'],
        requestsPerMinute: 60,
        endsAt: null,
      },
    });
    expect((await refusal(wide)).code).toBe('partnerKey.badAddress');
    const neighbour = await company.person('管理员', [company.otherCommunityId]);
    const update = { name: 'x', allowedAddresses: [], requestsPerMinute: 1, endsAt: null };
    const foreign = neighbour.call(updatePartnerKey, { params: { id: key.id }, body: update });
    expect((await refusal(foreign)).status).toBe(404);
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(listPartnerApps))).code).toBe('permission.denied');
  });
});

describe('bills by external number', () => {
  it('are written once, changed while nothing is paid, and left alone afterwards', async () => {
    expect(await outcomes([put('W-1'), put('W-2'), put('W-1')])).toEqual(['created', 'created', 'repeated']);
    expect(await outcomes([put('W-1'), put('W-2', '130.00')])).toEqual(['unchanged', 'updated']);
    const { rows } = await callSigned(server, key, listOpenBills, { query: { externalId: 'W-2' } });
    expect(rows).toMatchObject([{ receivable: '130.00', outstanding: '130.00', state: 'due' }]);
    await pay(rows[0]!.id, '30.00', '130.00');
    expect(await outcomes([put('W-2', '99.00'), { action: 'withdraw', externalId: 'W-2' }])).toEqual([
      'paid',
      'repeated',
    ]);
    expect(await outcomes([{ action: 'withdraw', externalId: 'W-2' }])).toEqual(['paid']);
    expect(await outcomes([{ ...put('W-1'), lastDay: '2026-03-30' }])).toEqual(['fixed']);
    expect(await outcomes([{ action: 'withdraw', externalId: 'W-1', reason: '抄错了' }])).toEqual(['withdrawn']);
    expect(await outcomes([{ action: 'withdraw', externalId: 'W-1' }])).toEqual(['notSynced']);
    expect(await outcomes([put('W-1', '12.00')])).toEqual(['created']);
    const standing = await company.run((ctx) =>
      ctx.tx.rows<{ fen: bigint; how: string }>(sql`select receivable_fen as fen, raised_how as how from bill
        where charge_item_id = ${desk.waterItemId} and voided_at is null order by receivable_fen`),
    );
    expect(standing).toEqual([
      { fen: 1200n, how: 'thirdParty' },
      { fen: 13_000n, how: 'thirdParty' },
    ]);
  });

  it('may be for a vehicle, found by its plate, of the community alone', async () => {
    const [vehicleId, foreign] = await company.run((ctx) =>
      Promise.all([
        addVehicle(ctx, { communityId: company.communityId, plate: '粤B12345' }),
        addVehicle(ctx, { communityId: company.otherCommunityId, plate: '粤B54321' }),
      ]),
    );
    const { rows } = await callSigned(server, key, listOpenVehicles, { query: {} });
    expect(rows).toMatchObject([{ id: vehicleId, plate: '粤B12345', houseId: null }]);
    const of = (externalId: string, targetId: string) => ({
      ...put(externalId),
      targetKind: 'vehicle' as const,
      targetId,
    });
    expect(await outcomes([of('V-1', vehicleId!), of('V-2', foreign!), of('V-3', desk.houseId)])).toEqual([
      'created',
      'targetNotFound',
      'targetNotFound',
    ]);
    const written = await callSigned(server, key, listOpenBills, { query: { externalId: 'V-1' } });
    expect(written.rows).toMatchObject([{ targetKind: 'vehicle', targetId: vehicleId, state: 'due' }]);
    expect(await outcomes([{ action: 'withdraw', externalId: 'V-1' }])).toEqual(['withdrawn']);
  });

  it('refuse line by line what is not the community’s or not to be charged', async () => {
    const foreign = await desk.house('9-902', company.otherCommunityId);
    expect(
      await outcomes([
        { ...put('X-1'), targetId: foreign },
        { ...put('X-2'), chargeItemId: desk.depositItemId },
        { ...put('X-3'), lastDay: '2026-02-01' },
        put('X-4', '0'),
        put('X-5', '1.00'),
      ]),
    ).toEqual(['targetNotFound', 'itemNotFound', 'badPeriod', 'noAmount', 'created']);
  });

  it('leave alone what lies in closed books, and what staff voided', async () => {
    expect(await outcomes([{ ...put('C-1'), periodFrom: '2026-01-01', lastDay: '2026-01-31' }])).toEqual(['created']);
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update community_book set closed_until = '2026-01-31' where community_id = ${company.communityId}`,
      ),
    );
    const change = { ...put('C-1', '1.00'), periodFrom: '2026-01-01', lastDay: '2026-01-31' };
    expect(await outcomes([change])).toEqual(['closed']);
    expect(await outcomes([{ action: 'withdraw', externalId: 'C-1' }])).toEqual(['closed']);
    await company.run((ctx) =>
      ctx.tx.run(sql`update community_book set closed_until = null where community_id = ${company.communityId}`),
    );
  });

  it('answer the same key with the same answer, and refuse it for another body', async () => {
    const first = await sync([put('I-1', '5.00')], 'same-key-0001');
    const again = await sendSigned(server, key, syncOpenBills, {
      body: { lines: [put('I-1', '5.00')] },
      idempotencyKey: 'same-key-0001',
    });
    expect(again.json()).toEqual(first);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await refusal(sync([put('I-1', '6.00')], 'same-key-0001'));
    expect(other).toMatchObject({ status: 409, code: 'open.idempotencyKeyReused' });
    expect((await refusal(callSigned(server, key, syncOpenBills, { body: { lines: [put('I-2')] } }))).code).toBe(
      'open.idempotencyKeyMissing',
    );
    const both = await Promise.all([1, 2, 3].map(() => sync([put('I-3', '7.00')], 'at-once-00001')));
    expect(new Set(both.map((one) => one.lines[0]!.billId)).size).toBe(1);
    advance(24 * 8);
    admin = await company.person('管理员');
    await sweep(server.services);
    expect((await sync([put('I-1', '6.00')], 'same-key-0001')).lines[0]?.outcome).toBe('updated');
  });

  it('take 500 lines at once and no more', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => put(`M-${index}`, '1.00'));
    expect((await sync(lines)).counts.created).toBe(500);
    const many = await refusal(sync([...lines, put('M-500')]));
    expect(many.status).toBe(422);
  });
});

describe('what is pulled', () => {
  it('comes in order, signed, with the app’s own numbers, and never twice', async () => {
    const { lines } = await sync([put('P-1', '80.00')]);
    const start = (await callSigned(server, key, pullOpenPayments, { query: { limit: 500 } })).nextCursor;
    const receiptId = await pay(lines[0]!.billId!, '80.00');
    await admin.call(reverseReceipt, { params: { id: receiptId }, body: { reason: '收错了' } });
    const page = await callSigned(server, key, pullOpenPayments, { query: { cursor: start, limit: 1 } });
    expect(page).toMatchObject({
      hasMore: true,
      rows: [
        {
          kind: 'receipt',
          receiptId,
          total: '80.00',
          tenders: [{ source: 'money', amount: '80.00' }],
          bills: [{ externalId: 'P-1', principal: '80.00' }],
        },
      ],
    });
    const next = await callSigned(server, key, pullOpenPayments, { query: { cursor: page.nextCursor } });
    expect(next).toMatchObject({
      hasMore: false,
      rows: [{ kind: 'reversal', receiptId, total: '-80.00', bills: [{ principal: '-80.00' }] }],
    });
    const after = await callSigned(server, key, pullOpenPayments, { query: { cursor: next.nextCursor } });
    expect(after).toEqual({ rows: [], nextCursor: next.nextCursor, hasMore: false });
  });

  it('does not miss a document whose transaction commits after a later one was read', async () => {
    const { lines } = await sync([put('L-1', '1.00'), put('L-2', '2.00')]);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = () => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const start = (await callSigned(server, key, pullOpenPayments, { query: { limit: 500 } })).nextCursor;
    const late = company.run(async (ctx) => {
      // Stands for a payment that has been written and is not yet committed.
      await ctx.tx.run(sql`insert into open_event (company_id, id, community_id, stream, kind)
        values (${ctx.companyId}, ${ctx.newId()}, ${company.communityId}, 'money', 'receipt')`);
      begun();
      await held;
    });
    await started;
    await pay(lines[1]!.billId!, '2.00');
    const first = await callSigned(server, key, pullOpenPayments, { query: { cursor: start } });
    expect(first.rows.map((row) => row.total)).toEqual(['2.00']);
    release();
    await late;
    const last = await company.run((ctx) => numberEvents(ctx, company.communityId));
    expect(last).toBe(BigInt(first.nextCursor.slice(1)) + 1n);
  });

  it('holds bank statements back until the community shares them', async () => {
    expect(await codeOf(sendSigned(server, key, pullOpenStatements))).toBe('403 open.statementsOff');
    const share = (isAllowed: boolean) =>
      admin.call(shareBankStatements, { body: { communityId: company.communityId, isAllowed } });
    await share(true);
    expect(await codeOf(sendSigned(server, key, pullOpenStatements))).toBe('200');
    await share(false);
    expect(await codeOf(sendSigned(server, key, pullOpenStatements))).toBe('403 open.statementsOff');
  });
});
