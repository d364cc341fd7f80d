import { listNotifications, saveNotification } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { addBuilding, addHouse } from '../../domains/charging/charging.fixture.ts';
import { createStaff } from '../company/create-company.ts';
import { sql } from '../database/sql.ts';
import { dispatchOutbox } from '../outbox/dispatch-outbox.ts';
import { putEvent } from '../outbox/put-event.ts';

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
});
afterAll(() => server.stop());

let phones = 0;
/** Somebody of the department who sees all communities, or only what is named. */
function colleague(departmentId: string, name: string, seen: { buildingId?: string; houseId?: string } = {}) {
  phones += 1;
  const isNarrow = Object.keys(seen).length > 0;
  return company.run(async (ctx) => {
    const phone = `134${String(phones).padStart(8, '0')}`;
    const communityIds = isNarrow ? [] : ('*' as const);
    const given = { name, phone, password: 'anlin2026', position: '', groups: ['客服'], communityIds } as const;
    const staffId = await createStaff(ctx, given);
    await ctx.tx.run(sql`insert into staff_department (company_id, staff_id, department_id)
      values (${company.id}, ${staffId}, ${departmentId})`);
    if (seen.buildingId)
      await ctx.tx.run(sql`insert into staff_building (company_id, staff_id, community_id, building_id)
        values (${company.id}, ${staffId}, ${company.communityId}, ${seen.buildingId})`);
    if (seen.houseId)
      await ctx.tx.run(sql`insert into staff_house (company_id, staff_id, community_id, house_id)
        values (${company.id}, ${staffId}, ${company.communityId}, ${seen.houseId})`);
  });
}

it('a department is told, with those below it, and each only of what lies in their data scope', async () => {
  const { communityId } = company;
  const at = await company.run(async (ctx) => {
    const department = async (parentId: string | null, name: string) => {
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into department (company_id, id, parent_id, name, created_at, updated_at)
        values (${company.id}, ${id}, ${parentId}, ${name}, now(), now())`);
      return id;
    };
    const works = await department(null, '工程部');
    const repairs = await department(works, '维修组');
    const other = await department(null, '客服部');
    const first = await addBuilding(ctx, communityId, '1栋');
    const second = await addBuilding(ctx, communityId, '2栋');
    const house = (buildingId: string, number: string) =>
      addHouse(ctx, { communityId, buildingId, number, builtArea: '90' });
    return {
      works,
      repairs,
      other,
      first,
      ofFirst: await house(first, '101'),
      ofSecond: await house(second, '101'),
      besideIt: await house(second, '102'),
    };
  });
  await colleague(at.works, '看全部');
  await colleague(at.repairs, '看1栋', { buildingId: at.first });
  await colleague(at.repairs, '看2栋101', { houseId: at.ofSecond });
  await colleague(at.other, '别的部门');

  const admin = await company.person('管理员');
  const subscriber = { staffId: null, permissionGroupId: null, channels: ['inApp' as const], scopes: [] };
  await admin.call(saveNotification, {
    params: { kind: 'receipt.taken' },
    body: {
      personalChannels: [],
      residentChannels: [],
      subscribers: [{ ...subscriber, departmentId: at.works, isEverywhere: true }],
      version: 0,
    },
  });
  const { rows, departments } = await admin.call(listNotifications);
  expect(departments.map((one) => one.name)).toEqual(['工程部', '工程部/维修组', '客服部']);
  expect(rows.find((one) => one.kind === 'receipt.taken')?.subscribers[0]?.departmentId).toBe(at.works);

  const toldOf = async (houseId: string, number: string) => {
    const payload = {
      receiptId: houseId,
      communityId,
      totalFen: '100',
      number,
      targetKind: 'house',
      targetId: houseId,
    };
    await company.run((ctx) => putEvent(ctx, 'receipt.taken', payload));
    await company.run(dispatchOutbox);
    const told = await company.run((ctx) =>
      ctx.tx.rows<{ name: string }>(sql`select recipient_name as name from message_delivery
        where company_id = ${company.id} and body = ${`收据 ${number}`}`),
    );
    return told.map((one) => one.name).sort();
  };
  expect(await toldOf(at.ofFirst, 'CH-1')).toEqual(['看1栋', '看全部']);
  expect(await toldOf(at.ofSecond, 'CH-2')).toEqual(['看2栋101', '看全部']);
  expect(await toldOf(at.besideIt, 'CH-3')).toEqual(['看全部']);
});
