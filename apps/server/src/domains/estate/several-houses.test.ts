import {
  createCustomField,
  exportEndpoint,
  fileLink,
  houseRelations,
  houseResource,
  parkingSpaceResource,
  resourceEndpoints,
  searchEstate,
  setStaffScope,
  tagResource,
  vehicleResource,
} from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { wizard } from '../imports/imports.fixture.ts';

/** Vehicles and parking spaces that belong to several houses (EST-5, EST-6). */

const vehicles = resourceEndpoints(vehicleResource);
const spaces = resourceEndpoints(parkingSpaceResource);
const tags = resourceEndpoints(tagResource);
const houses = resourceEndpoints(houseResource);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
const houseIds = new Map<string, string>();
const of = (...names: string[]) => names.map((name) => houseIds.get(name)!);

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  const lines = ['1栋,1-101', '1栋,1-102', '2栋,2-101', '2栋,2-102'].map((line) => `${line},80`);
  await wizard(server, company, admin, 'house').all(`楼栋,房号,面积\n${lines.join('\n')}\n`, '房屋.csv');
  const { rows } = await admin.call(houses.list, { query: {} });
  for (const { id, fullName } of rows) houseIds.set(String(fullName), String(id));
  expect([...houseIds.keys()].sort()).toEqual(['1-101', '1-102', '2-101', '2-102']);
});
afterAll(() => server.stop());

const addVehicle = async (plate: string, ...names: string[]) =>
  (
    await admin.call(vehicles.create, {
      body: { communityId: company.communityId, plate, houseIds: of(...names) },
    })
  ).id;
const namesOf = (row: { [key: string]: unknown }) => (row.houseIds as { name: string }[]).map(({ name }) => name);
const vehicle = async (id: string, person = admin) => person.call(vehicles.get, { params: { id } });
const change = async (person: TestPerson, id: string, ...names: string[]) => {
  const { version } = await vehicle(id, person);
  return person.call(vehicles.update, { params: { id }, body: { version, houseIds: of(...names) } });
};
const mainHouseOf = async (id: string) =>
  (
    await company.run((ctx) =>
      ctx.tx.first<{ house_id: string | null }>(
        sql`select house_id from vehicle where company_id = ${ctx.companyId} and id = ${id}`,
      ),
    )
  )?.house_id;

describe('a vehicle of several houses', () => {
  it('is found from each of them, the first being the main one', async () => {
    const id = await addVehicle('粤B10001', '2-101', '1-102', '1-101');
    expect(namesOf(await vehicle(id))).toEqual(['2-101', '1-101', '1-102']);
    expect(await mainHouseOf(id)).toBe(of('2-101')[0]);
    const filter = JSON.stringify({ houseIds: of('1-102') });
    expect((await admin.call(vehicles.list, { query: { filter } })).rows.map((row) => row.id)).toEqual([id]);
    const { rows } = await admin.call(searchEstate, { query: { q: '粤B10001' } });
    expect(rows.map((hit) => hit.label).sort()).toEqual(['1-101', '1-102', '2-101', '粤B10001']);
    expect((await admin.call(houses.list, { query: { q: '粤B10001' } })).total).toBe(3);
    for (const houseId of of('1-101', '1-102', '2-101')) {
      const relations = await admin.call(houseRelations, { params: { id: houseId } });
      expect(relations.vehicles.map(({ plate }) => plate)).toContain('粤B10001');
    }
    await change(admin, id, '1-102');
    expect(namesOf(await vehicle(id))).toEqual(['1-102']);
    expect(await mainHouseOf(id)).toBe(of('1-102')[0]);
    const deleted = await refusal(admin.call(houses.remove, { params: { id: of('1-102')[0]! } }));
    expect(deleted).toMatchObject({ status: 409, code: 'resource.inUse' });
    expect(deleted.detail).toContain('车辆');
    await change(admin, id);
    expect(await mainHouseOf(id)).toBeNull();
    const { rows: audit } = await server.services.ownerPool.query(
      `select before, after from audit_entry where company_id = $1 and target_id = $2 and action = 'vehicle.update' order by at, id`,
      [company.id, id],
    );
    expect(audit).toEqual([
      { before: { houseIds: of('2-101', '1-101', '1-102') }, after: { houseIds: of('1-102') } },
      { before: { houseIds: of('1-102') }, after: { houseIds: [] } },
    ]);
  });

  it('takes no house that is not there, of another community or company, and then changes nothing', async () => {
    const id = await addVehicle('粤B10002', '1-101');
    const stranger = await server.company('别家物业');
    const theirs = await stranger.person('管理员');
    await wizard(server, stranger, theirs, 'house').all('楼栋,房号,面积\n1栋,101,80\n', '房屋.csv');
    const [foreign] = (await theirs.call(houses.list, { query: {} })).rows;
    const there = await company.person('管理员', [company.otherCommunityId]);
    const flow = wizard(server, company, there, 'house');
    const upload = await flow.open('楼栋,房号,面积\n1栋,9-901,80\n', '别处.csv', company.otherCommunityId);
    await flow.check(upload);
    await flow.run(upload);
    const [elsewhere] = (await there.call(houses.list, { query: {} })).rows;
    for (const wrong of [foreign!.id, elsewhere!.id, id]) {
      const { version } = await vehicle(id);
      const body = { version, houseIds: [...of('1-102'), wrong] };
      const refused = await refusal(admin.call(vehicles.update, { params: { id }, body }));
      expect(refused).toMatchObject({ status: 422, code: 'reference.notFound' });
    }
    const many = { communityId: company.communityId, plate: '粤B10003', houseIds: Array(21).fill(of('1-101')[0]) };
    expect(JSON.stringify(await refusal(admin.call(vehicles.create, { body: many })))).toContain('关联房屋最多 20 个');
    expect(namesOf(await vehicle(id))).toEqual(['1-101']);
  });

  it('is seen by the keeper of any of the houses, who neither sees the others nor takes them away', async () => {
    const id = await addVehicle('粤B10004', '1-101', '1-102', '2-101');
    const keeper = await company.person('管理员');
    await admin.call(setStaffScope, {
      params: { id: keeper.staffId },
      body: { hasAllCommunities: false, communityIds: [], buildingIds: [], houseIds: of('2-101', '2-102') },
    });
    expect(namesOf(await vehicle(id, keeper))).toEqual(['2-101']);
    await change(keeper, id, '2-102');
    expect(namesOf(await vehicle(id, keeper))).toEqual(['2-102']);
    expect(namesOf(await vehicle(id))).toEqual(['1-101', '1-102', '2-102']);
    expect(await mainHouseOf(id)).toBe(of('1-101')[0]);
    const hidden = await addVehicle('粤B10005', '1-101', '1-102');
    expect(await refusal(vehicle(hidden, keeper))).toMatchObject({ status: 404 });
    const tagId = (await admin.call(tags.create, { body: { name: '共用', color: 'blue', sortOrder: 1 } })).id;
    await admin.call(createCustomField, { body: { resource: 'parkingSpace', kind: 'text', label: '锁编号' } });
    const space = await admin.call(spaces.create, {
      body: {
        ...{ communityId: company.communityId, number: 'K1', type: 'property', status: 'ownUse' },
        ...{ houseIds: of('1-101', '2-101'), tags: [tagId], custom: { c1: 'L-7' } },
      },
    });
    const seen = await keeper.call(spaces.get, { params: { id: space.id } });
    expect(seen).toMatchObject({ tags: [{ name: '共用' }], custom: { c1: 'L-7' }, houseIds: [{ name: '2-101' }] });
    await keeper.call(spaces.update, {
      params: { id: space.id },
      body: { version: seen.version, note: '地锁坏了', tags: [], custom: { c1: 'L-8' } },
    });
    const after = await admin.call(spaces.get, { params: { id: space.id } });
    expect(after).toMatchObject({ note: '地锁坏了', tags: [], custom: { c1: 'L-8' } });
    expect(namesOf(after)).toEqual(['1-101', '2-101']);
    const body = { communityId: company.communityId, plate: '粤B10006', houseIds: of('2-101', '1-101') };
    expect(await refusal(keeper.call(vehicles.create, { body }))).toMatchObject({ status: 422 });
  });
});

describe('a sheet of parking spaces', () => {
  it('names several houses in a cell, goes out as it came in, and is taken back whole', async () => {
    const flow = wizard(server, company, admin, 'parkingSpace');
    const sheet = (line: string) => `车位号,车位类型,车位状态,关联房号\n${line}\n`;
    const spaceOf = async (number: string) => {
      const { rows } = await admin.call(spaces.list, { query: { q: number } });
      return namesOf(rows[0]!);
    };
    const first = await flow.all(sheet('C1,产权,自用,1-102、1-101\nC2,产权,自用,"2-101，9-999"'), '一.csv');
    expect(first.counts).toMatchObject({ added: 1, bad: 1 });
    expect(first.problems.map(({ message }) => message).join()).toContain('没有找到关联房屋“9-999”');
    expect(await spaceOf('C1')).toEqual(['1-102', '1-101']);
    const task = await admin.call(exportEndpoint(parkingSpaceResource)!, { body: {} });
    await runTask(server.services, taskHandlers, company.id, task.taskId);
    await admin.call(fileLink, { params: { id: task.taskId } });
    const cells: string[] = [];
    for await (const row of (await openSpreadsheet({ path: server.storedPath(company.id, task.taskId) })).rows())
      cells.push(...row.cells.map((cell) => cell?.text ?? ''));
    expect(cells).toContain('1-102、1-101');
    const added = await flow.all(sheet('C1,产权,自用,2-101'), '二.csv', 'replaceAndAdd');
    expect(added.counts).toMatchObject({ updated: 1 });
    expect(await spaceOf('C1')).toEqual(['1-102', '1-101', '2-101']);
    const replaced = await flow.all(sheet('C1,产权,自用,2-102'), '三.csv', 'replace');
    expect(await spaceOf('C1')).toEqual(['2-102']);
    const updated = await flow.all(sheet('C1,产权,出租,2-101、2-102'), '四.csv', 'updateOnly');
    expect(await spaceOf('C1')).toEqual(['2-101', '2-102']);
    await flow.undo(updated.id);
    expect(await spaceOf('C1')).toEqual(['2-102']);
    expect((await flow.undo(replaced.id)).state).toBe('undone');
    expect(await spaceOf('C1')).toEqual(['1-102', '1-101', '2-101']);
    await flow.undo(added.id);
    await flow.undo(first.id);
    expect((await admin.call(spaces.list, { query: { q: 'C1' } })).total).toBe(0);
  });
});
