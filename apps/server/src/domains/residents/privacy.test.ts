import { readFile } from 'node:fs/promises';
import {
  createBankAgreement,
  deleteResident,
  editResident,
  eraseResident,
  exportEndpoint,
  exportResidentData,
  getResidentProfile,
  houseFile,
  mergeResidents,
  moveOut,
  moveOutMany,
  occupancyResource,
  residentDeletionResource,
  residentFile,
  residentPortrait,
  residentResource,
  resourceEndpoints,
  revealResident,
  searchEstate,
  setIdCard,
  submitApplication,
  vehicleResource,
} from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../../test/test-app.ts';
import { addRow } from '../../../test/walk/marked-row.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { addShippedTemplates, readBankNames } from '../banking/index.ts';
import { type ResidentsFixture, startResidents } from './residents.fixture.ts';

let at: ResidentsFixture;
const idCard = '11010519491231002X';
const residents = resourceEndpoints(residentResource);

beforeAll(async () => {
  at = await startResidents();
});
afterAll(() => at.server.stop());

const profileOf = (id: string) => at.clerk.call(getResidentProfile, { params: { id } });
const setCard = (id: string, version: number, text: string) =>
  at.clerk.call(setIdCard, { params: { id }, body: { version, idCard: text } });

/** Tables in any row of which the text stands, read as the owner of the database; what a dump would show. */
async function tablesWith(text: string): Promise<string[]> {
  const { ownerPool } = at.server.services;
  const tables = await ownerPool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'anlin' and c.relkind = 'r' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rowCount } = await ownerPool.query(
      `select 1 from anlin.${name} t where position($1 in t::text) > 0 limit 1`,
      [text],
    );
    if (rowCount) found.push(name);
  }
  return found;
}

describe('what is known of a person', () => {
  it('is put right field by field; a new phone must be verified anew, and belongs to one person alone', async () => {
    const { residentId } = await at.live('1-101', { name: '王大', phone: '13500000001' });
    await at.live('1-102', { name: '王二', phone: '13500000002' });
    await at.company.run((ctx) =>
      ctx.tx.run(sql`update resident set phone_verified_at = now() where id = ${residentId}`),
    );
    const edit = (body: object) => at.clerk.call(editResident, { params: { id: residentId }, body: body as never });
    await edit({
      version: 1,
      employer: '杭州某厂',
      emergencyName: '王妻',
      emergencyPhone: '13500000009',
      politics: 'party',
    });
    expect(await profileOf(residentId)).toMatchObject({
      ...{ employer: '杭州某厂', emergencyPhone: '135****0009', politics: 'party', isPhoneVerified: true, version: 2 },
    });
    const taken = await refusal(edit({ version: 2, phone: '13500000002' }));
    expect(taken).toMatchObject({ code: 'resident.phoneOfOther', params: { name: '王二' } });
    await edit({ version: 2, phone: '13500000003' });
    expect(await profileOf(residentId)).toMatchObject({ isPhoneVerified: false, phone: '135****0003' });
    expect((await refusal(edit({ version: 2, note: '旧' }))).code).toBe('resource.changed');
    expect((await refusal(edit({ version: 3, email: '不是邮箱' }))).detail).toContain('电子邮箱');
    const cashier = await at.company.person('收银员');
    const mine = { params: { id: residentId }, body: { version: 3, note: '不许' } };
    expect((await refusal(cashier.call(editResident, mine))).status).toBe(403);
  });

  it('two clerks who give two people one phone at once: one of them is refused', async () => {
    const people = [await at.live('1-103', { name: '甲一' }), await at.live('1-104', { name: '甲二' })];
    const results = await Promise.allSettled(
      people.map(({ residentId }) =>
        at.admin.call(editResident, { params: { id: residentId }, body: { version: 1, phone: '13500000004' } }),
      ),
    );
    expect(results.filter((one) => one.status === 'fulfilled').length).toBe(1);
    const refused = results.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason.problem.status).toBe(409);
  });

  it('keeps the id card sealed: checked, compared with birthday and sex, and nowhere in the database to be read', async () => {
    const { residentId } = await at.live('1-201', { name: '赵证', phone: '13500000011' });
    expect((await refusal(setCard(residentId, 1, '110105194912310021'))).code).toBe('resident.idCardInvalid');
    await at.clerk.call(editResident, { params: { id: residentId }, body: { version: 1, sex: 'male' } });
    expect((await refusal(setCard(residentId, 2, idCard))).detail).toContain('性别与登记的不同（证件上是 女）');
    await at.clerk.call(editResident, { params: { id: residentId }, body: { version: 2, sex: null } });
    await setCard(residentId, 3, '110105 19491231 002x');
    expect(await profileOf(residentId)).toMatchObject({
      idCard: '110***********002X',
      birthday: '1949-12-31',
      sex: 'female',
    });
    for (const part of [idCard, idCard.slice(0, 14), '19491231002']) expect(await tablesWith(part), part).toEqual([]);
    const other = await at.live('1-202', { name: '钱证' });
    const taken = await refusal(setCard(other.residentId, 1, idCard));
    expect(taken).toMatchObject({ code: 'resident.idCardTaken', params: { name: '赵证', otherId: residentId } });
  });

  it('is shown whole only by asking, with the right, and whoever looked is written down', async () => {
    const known = (await at.admin.call(residents.list, { query: { q: '赵证' } })).rows[0]!;
    const see = (part: 'phone' | 'idCard' | 'emergency', who = at.clerk) =>
      who.call(revealResident, { params: { id: String(known.id) }, body: { part } });
    expect(await see('idCard')).toEqual({ text: idCard });
    expect(await see('phone')).toEqual({ text: '13500000011' });
    const cashier = await at.company.person('收银员');
    expect((await refusal(see('idCard', cashier))).status).toBe(403);
    const { rows } = await at.server.services.ownerPool.query(
      `select action, before, after from audit_entry where target_id = $1 and action like 'resident.reveal%' order by id`,
      [known.id],
    );
    expect(rows).toEqual([
      { action: 'resident.revealIdCard', before: null, after: null },
      { action: 'resident.revealPhone', before: null, after: null },
    ]);
    expect(known).toMatchObject({ phone: '135****0011', hasIdCard: true });
    const hit = await at.clerk.call(searchEstate, { query: { q: idCard.toLowerCase() } });
    expect(hit.rows).toMatchObject([{ label: '1-201', matched: 'idCard' }]);
    expect((await cashier.call(searchEstate, { query: { q: idCard } })).rows).toEqual([]);
  });

  it('leaves in an export masked, unless the person may see it, which the audit then says', async () => {
    const exporting = exportEndpoint(occupancyResource)!;
    const texts: string[] = [];
    for (const group of ['项目经理', '管理员'] as const) {
      const who = await at.company.person(group);
      if (group === '项目经理') {
        await at.company.run((ctx) =>
          ctx.tx.run(sql`update permission_group set permissions = array_remove(permissions, 'resident.reveal')
            where company_id = ${ctx.companyId} and name = '项目经理'`),
        );
      }
      const { taskId } = await who.call(exporting, { body: { columns: ['name', 'phone'] } });
      await runTask(at.server.services, taskHandlers, at.company.id, taskId);
      const path = at.server.storedPath(at.company.id, taskId);
      let text = '';
      for await (const row of (await openSpreadsheet({ path })).rows()) text += JSON.stringify(row);
      texts.push(text);
    }
    const { rows } = await at.server.services.ownerPool.query(
      `select after from audit_entry where action = 'occupancy.export' order by id`,
    );
    expect(rows.map((row) => row.after.hasWholePhones)).toEqual([false, true]);
    expect(texts[0]).toContain('135****0011');
    expect(texts[0]).not.toContain('13500000011');
    expect(texts[1]).toContain('13500000011');
  });
});

/** Gives a resident an address at WeChat and a message that went there. */
function writeTo(residentId: string, name: string, address: string): Promise<void> {
  return at.company.run(async (ctx) => {
    const now = ctx.clock.now().toString();
    const eventId = ctx.newId();
    await ctx.tx.run(sql`insert into channel_address (company_id, id, resident_id, channel, address, created_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${residentId}, 'wechat', ${address}, ${now})`);
    await ctx.tx.run(sql`insert into outbox_event (company_id, id, kind, payload, created_at, dispatched_at)
      values (${ctx.companyId}, ${eventId}, 'receipt.taken', '{}', ${now}, ${now})`);
    await ctx.tx.run(sql`insert into message_delivery (company_id, id, outbox_event_id, event_kind, channel, recipient_kind, recipient_id,
        recipient_name, address_masked, title, body, state, created_at, ended_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${eventId}, 'receipt.taken', 'wechat', 'resident', ${residentId},
        ${name}, ${address}, '缴费成功', ${`${name}，已收到您的缴费`}, 'sent', ${now}, ${now})`);
  });
}

/** A bill of their time in a house they have left. */
const owe = (residentId: string) =>
  at.company.run(async (ctx) => {
    const itemId = await addRow(ctx, 'charge_item', '物业费', { kind: 'periodic' });
    await addRow(ctx, 'bill', '孙合', {
      community_id: at.company.communityId,
      charge_item_id: itemId,
      target_kind: 'house',
      target_id: await at.house('1-301'),
      period_from: '2026-01-01',
      period_to: '2026-02-01',
      due_on: '2026-01-31',
      receivable_fen: 100,
      raised_how: 'manual',
      calculation: '{"a":"1.00"}',
      debtor_resident_id: residentId,
      note: '孙合',
    });
  });

describe('two records of one person', () => {
  it('become one with all stays; what is empty is filled, and the other is gone', async () => {
    const kept = await at.live('1-301', { name: '孙合' });
    const other = await at.live('1-301', { name: '孙合', phone: '13500000021', movedInOn: '2025-05-01' });
    await at.live('1-302', { name: '孙合', phone: '13500000021' });
    await at.clerk.call(editResident, { params: { id: other.residentId }, body: { version: 1, employer: '某校' } });
    await writeTo(kept.residentId, '孙合', 'oKept');
    await writeTo(other.residentId, '孙合', 'oOther');
    await owe(other.residentId);
    const merge = (id: string, otherId: string, who = at.admin) =>
      who.call(mergeResidents, { params: { id }, body: { otherId, reason: '同一个人' } });
    expect((await refusal(merge(kept.residentId, other.residentId, at.clerk))).status).toBe(403);
    expect((await refusal(merge(kept.residentId, kept.residentId))).code).toBe('resident.mergeSelf');
    expect(await merge(kept.residentId, other.residentId)).toEqual({ movedStays: 1 });
    const profile = await profileOf(kept.residentId);
    expect(profile).toMatchObject({ phone: '135****0021', employer: '某校' });
    expect(profile.occupancies.map((one) => [one.houseLabel, one.movedInOn]).sort()).toEqual([
      ['1-301', '2025-05-01'],
      ['1-302', '2026-01-05'],
    ]);
    expect((await refusal(profileOf(other.residentId))).status).toBe(404);
    const debtors = await at.company.run((ctx) =>
      ctx.tx.rows(sql`select debtor_resident_id from bill where company_id = ${ctx.companyId} and note = '孙合'`),
    );
    expect(debtors).toEqual([{ debtor_resident_id: kept.residentId }]);
  });

  it('are not one when their id cards differ, or when one lives where the clerk may not look', async () => {
    const one = await at.live('1-303', { name: '李同' });
    const two = await at.live('1-304', { name: '李同' });
    const first = '330106199001010010';
    const second = '330106199001010037';
    const { idCardCheckDigit } = await import('@anlin/contract');
    const full = (text: string) => text.slice(0, 17) + idCardCheckDigit(text.slice(0, 17));
    await setCard(one.residentId, 1, full(first));
    await setCard(two.residentId, 1, full(second));
    const merging = (who = at.admin) =>
      who.call(mergeResidents, { params: { id: one.residentId }, body: { otherId: two.residentId, reason: '同名' } });
    expect((await refusal(merging())).code).toBe('resident.mergeIdCards');
    await setCard(two.residentId, 2, '');
    await at.company.run(async (ctx) => {
      const houseId = await at.house('2-101');
      await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${at.company.otherCommunityId}, ${houseId}, ${two.residentId}, 'owner', '2026-01-01', now(), now())`);
    });
    const narrow = await at.company.person('管理员', [at.company.communityId]);
    expect((await refusal(merging(narrow))).code).toBe('resident.elsewhere');
    expect(await merging()).toEqual({ movedStays: 2 });
  });
});

describe('a record that was a mistake', () => {
  it('is deleted with its stays and leaves a line without the name; not where bills were raised', async () => {
    const wrong = await at.live('1-401', { name: '误登记', phone: '13500000031' });
    const remove = (id: string, reason = '登记错了') =>
      at.admin.call(deleteResident, { params: { id }, body: { reason } });
    await remove(wrong.residentId);
    expect((await refusal(profileOf(wrong.residentId))).status).toBe(404);
    const log = await at.admin.call(resourceEndpoints(residentDeletionResource).list, { query: { q: '1-401' } });
    expect(log.rows).toMatchObject([{ maskedName: '误**', kind: 'deleted', reason: '登记错了' }]);
    expect(await tablesWith('13500000031')).toEqual([]);
    const billed = await at.live('1-402', { name: '有账的', phone: '13500000032' });
    await at.bill('1-402', 10_000);
    expect((await refusal(remove(billed.residentId))).detail).toContain('住过的1-402已有账单，不能删除');
  });
});

describe('being forgotten', () => {
  it('waits until the person has left and paid, then leaves no trace but the documents of money', async () => {
    const name = '欧阳忘川';
    const phone = '13500000041';
    const { residentId, occupancyId } = await at.live('1-501', { name, phone });
    await at.clerk.call(editResident, {
      params: { id: residentId },
      body: {
        version: 1,
        wechat: 'wangchuan88',
        email: 'wc@example.com',
        employer: '忘川书店',
        pets: '一只叫忘忧的猫',
        note: '爱下棋',
      },
    });
    await setCard(residentId, 2, '440524188001010014');
    await at.admin.call(resourceEndpoints(vehicleResource).create, {
      body: {
        communityId: at.company.communityId,
        plate: '粤B54321',
        ownerName: name,
        ownerPhone: phone,
        houseIds: [await at.house('1-501')],
      },
    });
    await at.clerk.call(submitApplication, {
      body: { communityId: at.company.communityId, name: '朋友', phone: '13500000042', note: '与他人无关' },
    });
    await writeTo(residentId, name, 'oWangChuan');
    const titleHouse = await at.house('1-501');
    await at.company.run((ctx) =>
      ctx.tx.run(sql`insert into invoice_title (company_id, id, community_id, kind, name, phone, email, house_id, resident_id, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${at.company.communityId}, 'person', ${name}, ${phone}, 'wc@example.com', ${titleHouse}, ${residentId}, now(), now())`),
    );
    const bankTemplateId = await at.company.run(async (ctx) => {
      await addShippedTemplates(ctx);
      return [...(await readBankNames(ctx)).values()][0]!;
    });
    const agreement = { bankTemplateId, startsOn: '2026-01-01', lastDay: null, note: '本人签字' };
    const { id: agreementId } = await at.admin.call(createBankAgreement, {
      body: { ...agreement, houseId: titleHouse, accountNumber: '6222021234567890123', accountName: name },
    });
    const { id: wifes } = await at.admin.call(createBankAgreement, {
      body: {
        ...agreement,
        houseId: await at.house('1-502'),
        accountNumber: '6222021234567890456',
        accountName: '李四光',
      },
    });
    const bill = await at.bill('1-501', 12_345);
    const erase = () => at.admin.call(eraseResident, { params: { id: residentId }, body: { reason: '本人书面申请' } });
    expect(
      (await refusal(at.clerk.call(eraseResident, { params: { id: residentId }, body: { reason: '无权' } }))).status,
    ).toBe(403);
    expect((await refusal(erase())).code).toBe('resident.stillLives');
    await at.clerk.call(moveOut, {
      params: { id: occupancyId },
      body: { movedOutOn: '2026-03-01', reason: `${name}搬走` },
    });
    expect((await refusal(erase())).detail).toContain('123.45 元');
    await at.company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set received_fen = receivable_fen where company_id = ${ctx.companyId} and id = ${bill}`,
      ),
    );
    await erase();
    for (const text of [
      name,
      phone,
      'wangchuan88',
      'oWangChuan',
      'wc@example.com',
      '忘川',
      '忘忧',
      '爱下棋',
      '440524188001010014',
      '1880-01-01',
      '**** 0123',
    ]) {
      expect(await tablesWith(text), text).toEqual([]);
    }
    for (const q of [name, 'oywc', '0041', '440524188001010014']) {
      expect((await at.admin.call(searchEstate, { query: { q } })).rows, q).toEqual([]);
      expect((await at.admin.call(residents.list, { query: { q } })).rows, q).toEqual([]);
    }
    const profile = await at.admin.call(getResidentProfile, { params: { id: residentId } });
    expect(profile).toMatchObject({ name: '已注销住户', phone: '', idCard: '', sex: null, birthday: null });
    expect(profile.erasedAt).not.toBeNull();
    const file = await at.admin.call(houseFile, { params: { id: await at.house('1-501') }, query: {} });
    expect(file.rows.find((event) => event.kind === 'bill')).toMatchObject({ amount: '123.45', detail: '已缴清' });
    // The bank takes no more money by their account; somebody else's agreement stays as it was.
    const agreements = await at.company.run((ctx) =>
      ctx.tx.rows(sql`select id, account_name, account_sealed = '' as is_blank, ends_on is not null as is_ended from bank_agreement
        where company_id = ${ctx.companyId} order by id`),
    );
    expect(agreements).toEqual([
      { id: agreementId, account_name: '已注销', is_blank: true, is_ended: true },
      { id: wifes, account_name: '李四光', is_blank: false, is_ended: false },
    ]);
    // The phone is free for somebody else.
    await at.live('1-502', { name: '新住户', phone });
    const late = at.admin.call(editResident, {
      params: { id: residentId },
      body: { version: profile.version, note: '改' },
    });
    expect((await refusal(late)).code).toBe('resident.erased');
    expect((await refusal(erase())).code).toBe('resident.erased');
    const { rows } = await at.server.services.ownerPool.query(
      `select after from audit_entry where action = 'resident.erase'`,
    );
    expect(rows).toEqual([{ after: { stays: 1 } }]);
  });

  it('can be preceded by a copy of everything, for the person: one zip with JSON and a workbook', async () => {
    const { residentId } = await at.live('1-503', { name: '查阅人', phone: '13500000051' });
    await setCard(residentId, 1, '');
    const { taskId } = await at.clerk.call(exportResidentData, { params: { id: residentId }, body: {} });
    await runTask(at.server.services, taskHandlers, at.company.id, taskId);
    const zip = await readFile(at.server.storedPath(at.company.id, taskId));
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    expect(zip.includes(Buffer.from('资料.json'))).toBe(true);
    expect(zip.includes(Buffer.from('资料.xlsx'))).toBe(true);
    const { rows } = await at.server.services.ownerPool.query(
      `select target_id from audit_entry where action = 'resident.exportData'`,
    );
    expect(rows).toEqual([{ target_id: residentId }]);
  });
});

describe("the owner's file", () => {
  it('tells everything in order of time, of a person for the time they lived there, and only what the reader may see', async () => {
    const former = await at.live('1-601', { name: '旧主', movedInOn: '2020-01-01' });
    await at.bill('1-601', 5_000);
    const houseId = await at.house('1-601');
    await at.clerk.call(moveOutMany, { body: { ids: [former.occupancyId], movedOutOn: '2026-02-01', reason: '卖房' } });
    const next = await at.live('1-601', { name: '新主', movedInOn: '2026-02-01' });
    const of = async (id: string, query = {}) => at.admin.call(residentFile, { params: { id }, query });
    const old = await of(former.residentId);
    expect(old.rows.map((event) => event.kind)).toEqual(['moveOut', 'bill', 'moveIn']);
    expect(old.rows[0]).toMatchObject({ title: '旧主迁出', detail: '卖房', place: '1-601' });
    expect((await of(next.residentId)).rows.map((event) => event.kind)).toEqual(['moveIn']);
    expect((await of(former.residentId, { kinds: 'bill' })).total).toBe(1);
    const house = await at.admin.call(houseFile, { params: { id: houseId }, query: { pageSize: 2 } });
    expect(house).toMatchObject({ total: 4, counts: { moveIn: 2, moveOut: 1, bill: 1 } });
    expect(house.rows.length).toBe(2);
    const engineer = await at.company.person('维修');
    expect((await engineer.call(houseFile, { params: { id: houseId }, query: {} })).counts).toEqual({});
    const elsewhere = await at.company.person('客服', [at.company.otherCommunityId]);
    expect((await refusal(elsewhere.call(houseFile, { params: { id: houseId }, query: {} }))).status).toBe(404);
  });

  it('draws the portrait with the rows behind every figure', async () => {
    const portrait = await at.admin.call(residentPortrait, { query: {} });
    expect(portrait.ages.reduce((sum, part) => sum + part.count, 0)).toBe(portrait.people);
    expect(portrait.roles.reduce((sum, part) => sum + part.count, 0)).toBe(portrait.stays);
    const occupancies = resourceEndpoints(occupancyResource);
    for (const part of [...portrait.roles, ...portrait.ages, ...portrait.sexes].filter((one) => one.filter !== null)) {
      const list = await at.admin.call(occupancies.list, { query: { filter: part.filter! } });
      const people = new Set(list.rows.map((row) => row.residentId));
      const isOfStays = part.key in { owner: 1, tenant: 1, family: 1, friend: 1 };
      expect(isOfStays ? list.total : people.size, part.label).toBe(part.count);
    }
    expect(portrait.habits.reduce((sum, part) => sum + part.count, 0)).toBe(80);
    expect(portrait.habits.find((part) => part.key === 'arrears1')?.count).toBe(3);
    const cashier = await at.company.person('客服');
    expect((await cashier.call(residentPortrait, { query: {} })).habits).toEqual([]);
  });
});
