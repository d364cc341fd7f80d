import { reverseReceipt, takePayment, voidBills } from '@anlin/contract';
import { defaultTemplates } from '@anlin/print-layout/default-templates';
import { makeKey, type TestKey } from '../../src/domains/partners/partners.fixture.ts';
import { sealIdCard } from '../../src/domains/residents/index.ts';
import { createStaff } from '../../src/platform/company/create-company.ts';
import type { Context } from '../../src/platform/context.ts';
import { nowText } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { sweep } from '../../src/platform/jobs/worker.ts';
import type { TestApp, TestCompany, TestPerson } from '../test-app.ts';
import { fillBank } from './marked-bank.ts';
import { fillMoney } from './marked-money.ts';
import { addRow, type Values } from './marked-row.ts';

/** Texts that stand in every row of a marked company, so that one look at an answer shows whose data is in it. */
export interface Marks {
  /** In everything of its first community and in what belongs to one person. */
  community: string;
  /** In what belongs to the whole company: items, tags, methods. */
  company: string;
  /** First seven digits of every phone. */
  phone: string;
  /** Identity card of its resident: sealed, so that it stands nowhere. */
  idCard: string;
  /** The sum of its bills, in yuan. */
  sum: string;
}

export interface MarkedCompany {
  company: TestCompany;
  marks: Marks;
  admin: TestPerson;
  /** Of its first community, with all scopes. */
  key: TestKey;
}

/** A company with at least one row of every kind in its first community, each carrying the marks. */
export async function makeMarkedCompany(server: TestApp, marks: Marks): Promise<MarkedCompany> {
  const company = await server.company(`${marks.company}物业`);
  const admin = await company.person('管理员');
  const { communityId } = company;
  await company.run(async (ctx) => {
    await ctx.tx.run(
      sql`update community set name = ${`${marks.community}园`} where company_id = ${ctx.companyId} and id = ${communityId}`,
    );
    await ctx.tx.run(sql`update staff set name = ${`${marks.company}职员`} where company_id = ${ctx.companyId}`);
  });
  await company.run((ctx) => fillOrganisation(ctx, marks));
  const estate = await company.run((ctx) => fillEstate(ctx, communityId, marks));
  const charging = await company.run((ctx) => fillCharging(ctx, communityId, estate, marks));
  await collect(admin, { communityId, ...estate, ...charging, marks });
  await company.run(async (ctx) => {
    const owner = await ctx.tx.first<{ resident_id: string }>(
      sql`select resident_id from occupancy where company_id = ${ctx.companyId} and house_id = ${estate.houseId} and role = 'owner'`,
    );
    await addRow(ctx, 'pay_link', marks.community, {
      community_id: communityId,
      resident_id: owner!.resident_id,
      bill_ids: [charging.billIds[0]!],
    });
  });
  await company.run(async (ctx) => {
    const at = {
      communityId,
      houseId: estate.houseId,
      billIds: charging.billIds,
      mark: marks.community,
      companyMark: marks.company,
      staffId: admin.staffId,
    };
    await fillMoney(ctx, at);
    await fillBank(ctx, at);
  });
  const fileId = await uploadMarked(server, admin, marks);
  const imageId = await uploadMarked(server, admin, { ...marks, community: '图片' });
  await company.run((ctx) =>
    fillPlatform(ctx, { communityId, marks, staffId: admin.staffId, fileId, imageId, billId: charging.billIds[0]! }),
  );
  const key = await fillPartners(company, admin, marks, charging.billIds[2]!);
  await sweep(server.services);
  return { company, marks, admin, key };
}

/** An app with a key that works, a bill it synced, and a push that nobody took. */
async function fillPartners(company: TestCompany, admin: TestPerson, marks: Marks, billId: string): Promise<TestKey> {
  const { communityId } = company;
  const key = await makeKey(admin, communityId, undefined, { requestsPerMinute: 6000 });
  await company.run(async (ctx) => {
    const { companyId } = ctx;
    await ctx.tx.run(
      sql`update partner_app set name = ${marks.company}, maker = ${marks.company} where company_id = ${companyId}`,
    );
    await ctx.tx.run(sql`update partner_key set name = ${marks.community} where company_id = ${companyId}`);
    await ctx.tx.run(
      sql`update community set shares_bank_statements = true where company_id = ${companyId} and id = ${communityId}`,
    );
    const add = (table: string, given: Values) =>
      addRow(ctx, table, marks.community, { community_id: communityId, ...given });
    await add('partner_bill', { partner_app_id: key.appId, bill_id: billId });
    const endpointId = await add('webhook_endpoint', {
      partner_grant_id: key.grantId,
      events: ['bill.paid'],
      is_on: false,
    });
    const deliveryId = await add('webhook_delivery', {
      webhook_endpoint_id: endpointId,
      state: 'givenUp',
      ended_at: nowText(ctx),
      event_kind: 'bill.paid',
    });
    await add('webhook_attempt', { webhook_delivery_id: deliveryId });
  });
  return key;
}

async function fillOrganisation(ctx: Context, marks: Marks): Promise<void> {
  await addRow(ctx, 'department', marks.company, {});
  await addRow(ctx, 'external_contact', marks.company, { category: 'other' });
}

interface Estate {
  tagId: string;
  houseId: string;
  parkingSpaceId: string;
}

async function fillEstate(ctx: Context, communityId: string, marks: Marks): Promise<Estate> {
  const mark = marks.community;
  const add = (table: string, given: Values) => addRow(ctx, table, mark, given);
  const community = { community_id: communityId };
  const buildingId = await add('building', community);
  const unitId = await add('unit', { ...community, building_id: buildingId });
  const houseId = await add('house', {
    ...community,
    building_id: buildingId,
    unit_id: unitId,
    usage: 'residential',
    built_area: '98.50',
  });
  const residentId = ctx.newId();
  const { sealed, index } = sealIdCard(ctx, residentId, marks.idCard);
  await add('resident', {
    id: residentId,
    phone: `${marks.phone}0001`,
    emergency_name: mark,
    emergency_phone: `${marks.phone}0003`,
    wechat: mark,
    email: mark,
    employer: mark,
    note: mark,
    id_card_sealed: sealed,
    id_card_index: index,
  });
  const occupancyId = await add('occupancy', {
    ...community,
    house_id: houseId,
    resident_id: residentId,
    role: 'owner',
    moved_in_on: '2020-01-01',
  });
  await add('occupancy', {
    ...community,
    house_id: houseId,
    resident_id: residentId,
    role: 'tenant',
    moved_in_on: '2019-01-01',
    moved_out_on: '2019-06-01',
  });
  await add('move_in_application', {
    ...community,
    source: 'resident',
    mode: 'simpleReview',
    state: 'waiting',
    phone: `${marks.phone}0004`,
    note: mark,
    house_id: houseId,
    round: 1,
  });
  await add('resident_invitation', {
    ...community,
    house_id: houseId,
    inviter_resident_id: residentId,
    role: 'family',
    code: mark,
    state: 'accepted',
    resident_id: residentId,
    occupancy_id: occupancyId,
  });
  const sessionId = await add('resident_session', { resident_id: residentId, phone: `${marks.phone}0001` });
  await add('resident_session_open_id', { session_id: sessionId, channel: 'wechat' });
  await add('wechat_visit', { session_id: sessionId, purpose: 'bind' });
  await add('resident_inbox', { resident_id: residentId });
  await add('resident_sign_in_code', { phone: `${marks.phone}0005` });
  await add('resident_deletion', { ...community, kind: 'deleted', house_labels: mark });
  const parkingSpaceId = await add('parking_space', { ...community, type: 'property', house_id: houseId });
  await add('micro_site', { ...community, content: JSON.stringify({ notice: mark, tiles: [] }) });
  const vehicleId = await add('vehicle', {
    ...community,
    plate: `粤B${mark}`,
    owner_name: mark,
    owner_phone: `${marks.phone}0002`,
    house_id: houseId,
  });
  await add('vehicle_application', {
    ...community,
    source: 'resident',
    state: 'waiting',
    plate: `粤C${mark}`,
    owner_name: mark,
    owner_phone: `${marks.phone}0005`,
    house_id: houseId,
    round: 1,
  });
  const tagId = await addRow(ctx, 'tag', marks.company, {});
  await addRow(ctx, 'custom_field', marks.company, { resource: 'house', key: 'c1', kind: 'text' });
  await add('tag_change', { ...community, tag_id: tagId });
  const tagged = [
    ['building_tag', 'building_id', buildingId],
    ['house_tag', 'house_id', houseId],
    ['parking_space_tag', 'parking_space_id', parkingSpaceId],
    ['vehicle_tag', 'vehicle_id', vehicleId],
  ] as const;
  for (const [table, key, id] of tagged) await add(table, { ...community, [key]: id, tag_id: tagId });
  await add('ownership_change', {
    ...community,
    house_id: houseId,
    arrears_decision: 'stay',
    staff_id: null,
  });
  return { tagId, houseId, parkingSpaceId };
}

interface Charging {
  billIds: string[];
  cashMethodId: string;
}

async function fillCharging(ctx: Context, communityId: string, estate: Estate, marks: Marks): Promise<Charging> {
  const add = (table: string, given: Values) => addRow(ctx, table, marks.company, given);
  const itemId = await add('charge_item', { kind: 'periodic' });
  const standardId = await add('charge_standard', {
    charge_item_id: itemId,
    method: 'fixed',
    quantity_source: 'one',
    every_months: 1,
  });
  await add('charge_standard_price', { charge_standard_id: standardId, price: '1.50' });
  await add('charge_standard_rule', {
    charge_standard_id: standardId,
    rule_version: 1,
    method: 'fixed',
    quantity_source: 'one',
  });
  await addRow(ctx, 'charge_standard_place_price', marks.community, {
    charge_standard_id: standardId,
    community_id: communityId,
    price: '1.50',
  });
  const tagBindingId = await addRow(ctx, 'tag_binding', marks.community, {
    community_id: communityId,
    tag_id: estate.tagId,
    target_kind: 'house',
    charge_item_id: itemId,
    charge_standard_id: standardId,
    starts_on: '2026-01-01',
    joins_on: 'sameDay',
    note: marks.community,
  });
  const bindingId = await addRow(ctx, 'standard_binding', marks.community, {
    community_id: communityId,
    tag_binding_id: tagBindingId,
    charge_item_id: itemId,
    charge_standard_id: standardId,
    house_id: estate.houseId,
    starts_on: '2026-01-01',
    note: marks.community,
  });
  const runId = await addRow(ctx, 'raising_run', marks.community, {
    community_id: communityId,
    month_from: '2026-01-01',
    month_to: '2026-03-01',
    raised_how: 'manual',
  });
  await addRow(ctx, 'raising_failure', marks.community, {
    community_id: communityId,
    raising_run_id: runId,
    standard_binding_id: bindingId,
    period_from: '2026-01-01',
    reason: marks.community,
  });
  await addRow(ctx, 'automatic_raising', marks.community, { community_id: communityId });
  const billIds: string[] = [];
  for (const month of ['01', '02', '03', '04']) {
    billIds.push(
      await addRow(ctx, 'bill', marks.community, {
        community_id: communityId,
        charge_item_id: itemId,
        charge_standard_id: standardId,
        standard_binding_id: bindingId,
        raising_run_id: runId,
        target_kind: 'house',
        target_id: estate.houseId,
        period_from: `2026-${month}-01`,
        period_to: `2026-0${Number(month) + 1}-01`,
        due_on: `2026-${month}-28`,
        receivable_fen: marks.sum.replace('.', ''),
        raised_how: 'manual',
        calculation: JSON.stringify({ q: '1', u: '', p: marks.sum, m: '1', a: marks.sum }),
      }),
    );
  }
  await fillMetering(ctx, communityId, estate, { itemId, mark: marks.community });
  const cashMethodId = await add('payment_method', { is_cash: true });
  return { billIds, cashMethodId };
}

/** A meter of the house, read once, behind a master meter; a cost divided once. */
async function fillMetering(
  ctx: Context,
  communityId: string,
  { houseId }: Estate,
  { itemId, mark }: { itemId: string; mark: string },
): Promise<void> {
  const community = { community_id: communityId };
  const add = (table: string, given: Values) => addRow(ctx, table, mark, { ...community, ...given });
  const masterId = await add('meter', { number: `${mark}总`, kind: 'coldWater', is_master: true, place: mark });
  const meterId = await add('meter', {
    kind: 'coldWater',
    house_id: houseId,
    parent_id: masterId,
    place: mark,
    note: mark,
  });
  await add('meter_reading', {
    meter_id: meterId,
    month: '2026-02-01',
    digits: 5,
    loss_share: 0,
    outcome: 'normal',
    confirmation: mark,
  });
  const apportionmentId = await add('apportionment', {
    charge_item_id: itemId,
    source: 'amount',
    amount_fen: 10_000,
    basis: 'builtArea',
    selection: JSON.stringify({ targetKind: 'house', communityId }),
    note: mark,
  });
  await add('apportionment_run', { apportionment_id: apportionmentId, month: '2026-02-01' });
}

/** One receipt that stands and one that was reversed; the third bill stays unpaid, the fourth is void. */
async function collect(
  admin: TestPerson,
  at: Estate & Charging & { communityId: string; marks: Marks },
): Promise<void> {
  const { communityId, houseId, billIds, cashMethodId, marks } = at;
  const pay = (billId: string) =>
    admin.call(takePayment, {
      body: {
        communityId,
        targetKind: 'house',
        targetId: houseId,
        bills: [{ id: billId, expected: marks.sum }],
        expectedTotal: marks.sum,
        tenders: [{ paymentMethodId: cashMethodId, amount: marks.sum, reference: marks.community }],
        payerName: marks.community,
        receivedOn: '2026-03-10',
        note: marks.community,
        idempotencyKey: `walk-${billId}`,
      },
    });
  await pay(billIds[0]!);
  const second = await pay(billIds[1]!);
  await admin.call(reverseReceipt, { params: { id: second.id }, body: { reason: marks.community } });
  await admin.call(voidBills, { body: { ids: [billIds[3]!], reason: marks.community } });
}

async function uploadMarked(server: TestApp, admin: TestPerson, marks: Marks): Promise<string> {
  const { headers, payload } = multipartFile(
    `${marks.community}.csv`,
    `房号,业主\n${marks.community},${marks.community}\n`,
  );
  const response = await server.app.inject({
    method: 'POST',
    url: '/api/files',
    headers: { ...headers, cookie: admin.cookie },
    payload,
  });
  if (response.statusCode !== 200) throw new Error(`the marked file was refused: ${response.body}`);
  return response.json<{ id: string }>().id;
}

/** One file as a browser's form sends it. */
export function multipartFile(name: string, content: string): { headers: Record<string, string>; payload: string } {
  const boundary = 'walk-boundary';
  const payload = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n--${boundary}--\r\n`;
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, payload };
}

async function fillPlatform(
  ctx: Context,
  at: { communityId: string; marks: Marks; staffId: string; fileId: string; imageId: string; billId: string },
): Promise<void> {
  const mark = at.marks.community;
  const add = (table: string, given: Values) => addRow(ctx, table, mark, given);
  const owned = { created_by: at.staffId };
  // A comparison with a WeCom that has nobody.
  const compared = { kind: 'compareWecom', progress: JSON.stringify({ departments: [], users: [] }) };
  const done = { ...compared, state: 'done', result: JSON.stringify({ mark }) };
  const taskId = await add('task', { ...owned, ...done, title: mark });
  const eventId = await add('outbox_event', { kind: 'task.finished', dispatched_at: nowText(ctx) });
  await add('message', { staff_id: at.staffId, outbox_event_id: eventId });
  await add('staff_preference', { staff_id: at.staffId, key: 'favourites', value: JSON.stringify([mark]) });
  await fillMessages(ctx, { ...at, eventId });
  const batchId = await add('import_batch', {
    ...owned,
    community_id: at.communityId,
    kind: 'house',
    file_id: at.fileId,
    duplicate_policy: 'skip',
    mapping: JSON.stringify({ headerRow: 1, exampleRows: 0, headings: [], columns: {} }),
    state: 'done',
    task_id: taskId,
  });
  await add('imported_bill', { import_batch_id: batchId, bill_id: at.billId });
  await add('import_failure', { import_batch_id: batchId });
  await add('import_effect', {
    import_batch_id: batchId,
    table_name: 'house',
    action: 'changed',
    row_keys: [ctx.newId()],
    rows_before: JSON.stringify([{ note: mark }]),
  });
  await add('import_row', { import_batch_id: batchId, cells: [mark] });
  await addRow(ctx, 'import_mapping', at.marks.company, {
    ...owned,
    kind: 'house',
    headings: JSON.stringify({ number: at.marks.company }),
  });
  const community = { community_id: at.communityId };
  const { content } = defaultTemplates[0]!;
  // The paper of a whole community, which whoever sees a part of it prints on.
  const templateId = await addRow(ctx, 'print_template', at.marks.company, {
    ...community,
    type: 'receipt',
    content: JSON.stringify(content),
  });
  await add('print_template_version', {
    ...community,
    print_template_id: templateId,
    content: JSON.stringify(content),
  });
  await add('print_image', { ...community, id: at.imageId, media_type: 'image/png', name: '图片' });
  await fillApprovals(ctx, at);
}

/** A flow that is switched off, and a request of a colleague that waits for the administrator. */
async function fillApprovals(ctx: Context, at: { communityId: string; marks: Marks; staffId: string }): Promise<void> {
  const { community: mark, company } = at.marks;
  const asked = [{ mode: 'any', approvers: [{ kind: 'person', id: at.staffId, label: company }] }];
  const levels = JSON.stringify(asked);
  await addRow(ctx, 'approval_flow', company, { action: 'vehicle.delete', is_enabled: false, levels });
  const requestedBy = await createStaff(ctx, {
    name: `${company}职员`,
    // The staff are everybody's colleagues: their phones carry no mark of a resident.
    phone: `139${at.marks.phone.slice(3)}9999`,
    password: 'anlin2026',
    position: company,
    groups: ['客服'],
    communityIds: '*',
  });
  const scope = { community_id: at.communityId };
  const approvalId = await addRow(ctx, 'approval', mark, {
    ...scope,
    action: 'vehicle.delete',
    target_kind: 'vehicle',
    changes: '[]',
    state: 'pending',
    levels,
    requested_by: requestedBy,
    input: '{}',
  });
  const given = { ...scope, approval_id: approvalId, staff_id: at.staffId };
  await addRow(ctx, 'approval_seat', mark, { ...given, state: 'waiting' });
  await addRow(ctx, 'approval_step', mark, { ...given, kind: 'requested', staff_id: requestedBy });
}

async function fillMessages(
  ctx: Context,
  at: { communityId: string; marks: Marks; staffId: string; eventId: string },
): Promise<void> {
  const add = (table: string, given: Values) => addRow(ctx, table, at.marks.community, given);
  const { rows: residents } = await ctx.tx.client.query<{ id: string }>('select id from resident limit 1');
  await addRow(ctx, 'backup_setting', at.marks.company, { due_from: nowText(ctx) });
  await addRow(ctx, 'backup_run', at.marks.company, { kind: 'manual', state: 'done' });
  await addRow(ctx, 'message_channel', at.marks.company, {
    channel: 'sms',
    provider: 'tencent',
    settings: JSON.stringify({ signName: at.marks.company }),
  });
  const addressId = await add('channel_address', { resident_id: residents[0]!.id, channel: 'wechat' });
  await add('subscription_consent', { channel_address_id: addressId, event_kinds: ['receipt.taken'] });
  await fillOfficialAccount(ctx, at.marks.company);
  const deliveryId = await add('message_delivery', {
    outbox_event_id: at.eventId,
    event_kind: 'receipt.reversed',
    channel: 'sms',
    recipient_kind: 'staff',
    recipient_id: at.staffId,
    community_id: at.communityId,
    state: 'givenUp',
    ended_at: nowText(ctx),
  });
  await add('message_attempt', { message_delivery_id: deliveryId });
  await add('notification_setting', {
    event_kind: 'receipt.taken',
    personal_channels: ['inApp'],
    resident_channels: ['sms'],
  });
  const subscriberId = await add('notification_subscriber', {
    event_kind: 'receipt.taken',
    staff_id: at.staffId,
    channels: ['inApp'],
    is_everywhere: false,
  });
  await add('notification_scope', { notification_subscriber_id: subscriberId, community_id: at.communityId });
}

/** The company's 公众号: whole and its own, so that nothing of it tells of a community. */
async function fillOfficialAccount(ctx: Context, mark: string): Promise<void> {
  await addRow(ctx, 'official_account', mark, { name: mark, site_url: 'https://wy.example.com' });
  await addRow(ctx, 'official_menu', mark, { kind: 'publish', menu: '[]' });
  await addRow(ctx, 'official_reply', mark, {
    moment: 'keyword',
    keywords: JSON.stringify([{ match: 'exact', text: mark }]),
    content: JSON.stringify({ kind: 'text', text: mark, links: [] }),
  });
  await addRow(ctx, 'official_follower', mark, { open_id: `o${mark}` });
  await addRow(ctx, 'official_push', mark, {});
}
