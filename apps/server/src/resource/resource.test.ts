import {
  buildingResource,
  communityResource,
  houseResource,
  optionsEndpoint,
  parkingSpaceResource,
  resourceEndpoints,
  tagResource,
  unitResource,
  vehicleResource,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../test/test-app.ts';
import { sql } from '../platform/database/sql.ts';

const building = resourceEndpoints(buildingResource);
const unit = resourceEndpoints(unitResource);
const house = resourceEndpoints(houseResource);
const space = resourceEndpoints(parkingSpaceResource);
const vehicle = resourceEndpoints(vehicleResource);
const tag = resourceEndpoints(tagResource);
const community = resourceEndpoints(communityResource);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let buildingId: string;
let unitId: string;

/** Names, filter and sort of a list request in short. */
const list = async (filter: object, more: Record<string, unknown> = {}) => {
  const { rows } = await admin.call(house.list, {
    query: { communityId: company.communityId, filter: JSON.stringify(filter), ...more },
  });
  return rows.map((row) => row.fullName);
};

const addBuilding = async (name: string, communityId = company.communityId) =>
  (await admin.call(building.create, { body: { communityId, name, sortOrder: 0 } })).id;

const addHouse = async (number: string, more: Record<string, unknown> = {}) =>
  (
    await admin.call(house.create, {
      body: {
        communityId: company.communityId,
        buildingId,
        unitId,
        number,
        usage: 'residential',
        status: 'ownerOccupied',
        builtArea: '89.50',
        sortOrder: 0,
        ...more,
      },
    })
  ).id;

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  buildingId = await addBuilding('2栋');
  unitId = (
    await admin.call(unit.create, {
      body: { communityId: company.communityId, buildingId, name: '1单元', sortOrder: 0 },
    })
  ).id;
});
afterAll(() => server.stop());

describe('a resource defined once', () => {
  it('is written, read, changed and removed, with every step in the audit and no phone in it', async () => {
    const body = {
      communityId: company.communityId,
      plate: '粤b·12345',
      ownerName: '崔春涛',
      ownerPhone: '13812341234',
    };
    const { id } = await admin.call(vehicle.create, { body });
    const row = await admin.call(vehicle.get, { params: { id } });
    expect(row).toMatchObject({ plate: '粤B12345', ownerPhone: '13812341234', communityLabel: '翠湖花园', version: 1 });
    await admin.call(vehicle.update, { params: { id }, body: { version: 1, color: '白', ownerPhone: '13912345678' } });
    expect(await admin.call(vehicle.get, { params: { id } })).toMatchObject({ color: '白', version: 2, brand: '' });
    await admin.call(vehicle.remove, { params: { id } });
    expect((await refusal(admin.call(vehicle.get, { params: { id } }))).code).toBe('resource.notFound');
    const entries = await company.run((ctx) =>
      ctx.tx.rows<{ action: string; before: object; after: object }>(
        sql`select action, before, after from audit_entry where target_id = ${id} order by id`,
      ),
    );
    expect(entries.map((one) => one.action)).toEqual(['vehicle.create', 'vehicle.update', 'vehicle.delete']);
    expect(entries[1]).toMatchObject({ before: { color: '' }, after: { color: '白', ownerPhone: '（已修改）' } });
    expect(JSON.stringify(entries)).not.toMatch(/1381234|1391234/);
  });

  it('shows phones masked to whoever may not see them, in lists and alone', async () => {
    const { id } = await admin.call(vehicle.create, {
      body: { communityId: company.communityId, plate: '粤B55555', ownerPhone: '13812345555' },
    });
    const clerk = await company.person('财务');
    expect((await clerk.call(vehicle.get, { params: { id } })).ownerPhone).toBe('138****5555');
    const { rows } = await clerk.call(vehicle.list, { query: { filter: '{"ownerPhone":{"contains":"5555"}}' } });
    expect(rows.map((row) => row.ownerPhone)).toEqual(['138****5555']);
    const guess = clerk.call(vehicle.list, { query: { filter: '{"ownerPhone":{"contains":"45555"}}' } });
    expect((await refusal(guess)).detail).toContain('后 4 位');
  });

  it('refuses to overwrite what somebody else changed meanwhile', async () => {
    const { id } = await admin.call(tag.create, { body: { name: '独居老人', color: 'red', sortOrder: 0 } });
    await admin.call(tag.update, { params: { id }, body: { version: 1, color: 'blue' } });
    const late = await refusal(admin.call(tag.update, { params: { id }, body: { version: 1, color: 'green' } }));
    expect(late).toMatchObject({ status: 409, code: 'resource.changed' });
    expect(late.detail).toContain('数据标签刚被别人修改过');
  });

  it('names the fields that are taken already', async () => {
    await addHouse('901');
    const twice = await refusal(addHouse('901'));
    expect(twice).toMatchObject({ status: 409, code: 'resource.duplicate' });
    expect(twice.detail).toContain('楼宇、单元、房号');
    expect(twice.fields.map(({ path }) => path)).toEqual(['buildingId', 'unitId', 'number']);
    const code = await refusal(admin.call(community.create, { body: { name: '另一个', code: 'ch', sortOrder: 0 } }));
    expect(code.detail).toContain('小区代码');
    expect(code.fields).toEqual([{ path: 'code', message: '已有相同的小区代码' }]);
  });

  it('refuses to remove what others still use and says what uses it', async () => {
    const inUse = await refusal(admin.call(building.remove, { params: { id: buildingId } }));
    expect(inUse).toMatchObject({ status: 409, code: 'resource.inUse' });
    expect(inUse.detail).toMatch(/正被(单元|房屋)使用/);
  });

  it('refuses a reference into another community, or to nothing', async () => {
    const elsewhere = await addBuilding('9栋', company.otherCommunityId);
    const wrong = await refusal(addHouse('1', { buildingId: elsewhere, unitId: null }));
    expect(wrong).toMatchObject({ status: 422, code: 'reference.notFound' });
    expect(wrong.fields[0]).toMatchObject({ path: 'buildingId' });
    const other = await addBuilding('3栋');
    expect((await refusal(addHouse('1', { buildingId: other }))).code).toBe('house.unitElsewhere');
    const noTag = await refusal(addHouse('1', { tags: ['01900000-0000-7000-8000-000000000000'] }));
    expect(noTag.fields[0]).toMatchObject({ path: 'tags' });
  });

  it('keeps other communities and other companies out', async () => {
    const stranger = await (await server.company('别家物业')).person('管理员');
    const narrow = await company.person('客服', [company.otherCommunityId]);
    const id = await addHouse('902');
    for (const person of [stranger, narrow]) {
      expect((await refusal(person.call(house.get, { params: { id } }))).status).toBe(404);
      expect((await person.call(house.list, { query: {} })).total).toBe(0);
    }
    const change = narrow.call(house.update, { params: { id }, body: { version: 1, note: 'x' } });
    expect((await refusal(change)).status).toBe(404);
  });

  it('refuses filters and sorts it does not know', async () => {
    const attempts = [
      { filter: '{"searchKey":{"contains":"1"}}' },
      { filter: '{"constructor":true}' },
      { filter: '{"usage":["castle"]}' },
      { filter: '{"builtArea":{"from":"abc"}}' },
      { filter: '{"handoverDate":{"from":"2026-02-30"}}' },
      { filter: '{"buildingId":["x"]}' },
      { filter: 'not json' },
      { sort: 'companyId' },
      { sort: 'tags' },
      { sort: '-toString' },
    ];
    for (const query of attempts) {
      const problem = await refusal(admin.call(house.list, { query }));
      expect(problem.status, JSON.stringify(query)).toBe(422);
      expect(problem.detail).toMatch(/[一-鿿]/);
    }
  });

  it('refuses bad input in Chinese and writes nothing', async () => {
    const problem = await refusal(addHouse('', { builtArea: '-1', usage: 'castle' }));
    expect(problem).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(problem.fields.map((one) => one.message).join('；')).toContain('请填写房号');
    expect(await list({ number: { contains: '-1' } })).toEqual([]);
  });

  it('offers choices in natural order, the chosen ones first', async () => {
    for (const number of ['P-10', 'P-2']) {
      await admin.call(space.create, {
        body: { communityId: company.communityId, number, type: 'property', status: 'vacant' },
      });
    }
    const options = optionsEndpoint(parkingSpaceResource);
    const { rows } = await admin.call(options, { query: { q: 'P-', communityId: company.communityId } });
    expect(rows.map((row) => row.label)).toEqual(['P-2', 'P-10']);
    const chosen = await admin.call(options, { query: { q: 'P-2', ids: rows[1]!.id } });
    expect(chosen.rows.map((row) => row.label)).toEqual(['P-10', 'P-2']);
  });
});

describe('the names of houses', () => {
  it('count 2栋 before 10栋 and follow their building when it is renamed', async () => {
    const [two, ten] = [await addBuilding('翠2栋'), await addBuilding('翠10栋')];
    await addHouse('101', { buildingId: ten, unitId: null });
    const first = await addHouse('101', { buildingId: two, unitId: null });
    const names = await list({ fullName: { contains: '翠' } });
    expect(names).toEqual(['翠2栋101', '翠10栋101']);
    await admin.call(building.update, { params: { id: two }, body: { version: 1, name: '翠3栋' } });
    expect((await admin.call(house.get, { params: { id: first } })).fullName).toBe('翠3栋101');
    expect(await list({ buildingId: [two] })).toEqual(['翠3栋101']);
  });
});
