import {
  buildingResource,
  communityCounts,
  editResident,
  estateTree,
  exportEndpoint,
  generateHouses,
  getResidentProfile,
  houseRelations,
  houseResource,
  houseSummary,
  moveIn,
  moveOut,
  moveOutRecordResource,
  occupancyCounts,
  occupancyResource,
  parkingSpaceResource,
  previewHouses,
  resourceEndpoints,
  revealResident,
  searchEstate,
  tagHouses,
  tagResource,
  unitResource,
  vehicleResource,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';

const building = resourceEndpoints(buildingResource);
const unit = resourceEndpoints(unitResource);
const house = resourceEndpoints(houseResource);
const occupancies = resourceEndpoints(occupancyResource);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;

const addBuilding = async (name: string, communityId = company.communityId) =>
  (await admin.call(building.create, { body: { communityId, name, sortOrder: 0 } })).id;

const batch = {
  unitCount: 2,
  floorCount: 12,
  roomsPerFloor: 4,
  pattern: '{building}-{unit}-{floor}{room:2}',
  usage: 'highRise',
  status: 'unoccupied',
  builtArea: '89.50',
} as const;

/** The id of a house by its full name. */
const houseId = async (fullName: string) => {
  const row = await company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from house where company_id = ${company.id} and full_name = ${fullName}`,
    ),
  );
  return row!.id;
};

const live = async (fullName: string, name: string, phone: string, role: 'owner' | 'tenant' = 'owner') =>
  admin.call(moveIn, { params: { id: await houseId(fullName) }, body: { name, phone, role, movedInOn: '2026-01-05' } });

const found = async (q: string, person = admin) => (await person.call(searchEstate, { query: { q } })).rows;

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  const [three, ten] = [await addBuilding('3栋'), await addBuilding('10栋')];
  for (const id of [three, ten]) await admin.call(generateHouses, { params: { id }, body: batch });
  await live('3-2-1204', '单小明', '13812345678');
  await live('3-1-101', '崔春涛', '13900001111');
  await live('10-1-101', '崔春涛', '13900001111');
  await admin.call(resourceEndpoints(vehicleResource).create, {
    body: { communityId: company.communityId, plate: '粤B12345', houseIds: [await houseId('3-1-101')] },
  });
  await admin.call(resourceEndpoints(parkingSpaceResource).create, {
    body: {
      communityId: company.communityId,
      number: 'B1-023',
      type: 'property',
      status: 'ownUse',
      houseIds: [await houseId('3-2-1204')],
    },
  });
});
afterAll(() => server.stop());

describe('making the houses of a building', () => {
  it('makes 12 floors of 4 rooms in 2 units: 96 houses with their numbers', async () => {
    const id = await addBuilding('7栋');
    const preview = await admin.call(previewHouses, { params: { id }, body: batch });
    expect(preview).toMatchObject({ count: 96, existingCount: 0 });
    expect(preview.rows[0]).toMatchObject({ unit: '1单元', floor: 1, number: '7-1-101', fullName: '7-1-101' });
    expect(preview.rows.at(-1)).toMatchObject({ unit: '2单元', floor: 12, number: '7-2-1204' });
    expect((await admin.call(house.list, { query: { q: '7-1-101' } })).total).toBe(0);
    const made = await admin.call(generateHouses, { params: { id }, body: batch });
    expect(made).toEqual({ houseCount: 96, unitCount: 2 });
    const list = await admin.call(house.list, { query: { filter: JSON.stringify({ buildingId: [id] }) } });
    expect(list).toMatchObject({ total: 96, totals: { builtArea: '8592.00' } });
    expect(list.rows[0]).toMatchObject({ fullName: '7-1-101', unitIdLabel: '1单元', builtArea: '89.50' });
  });

  it('makes nothing when some are there already, or only the missing ones when asked', async () => {
    const id = await addBuilding('8栋');
    await admin.call(generateHouses, { params: { id }, body: { ...batch, floorCount: 2 } });
    const refused = await refusal(admin.call(generateHouses, { params: { id }, body: { ...batch, floorCount: 3 } }));
    expect(refused).toMatchObject({ status: 409, code: 'house.batchExists', params: { count: 16 } });
    const more = await admin.call(generateHouses, {
      params: { id },
      body: { ...batch, floorCount: 3, existing: 'skip' },
    });
    expect(more).toEqual({ houseCount: 8, unitCount: 0 });
  });

  it('refuses patterns that repeat numbers, name nothing or are too large', async () => {
    const id = await addBuilding('9栋');
    const attempt = (more: object) =>
      refusal(admin.call(generateHouses, { params: { id }, body: { ...batch, ...more } }));
    expect((await attempt({ pattern: '{room}' })).code).toBe('house.batchRepeated');
    expect((await attempt({ pattern: '{floor}' })).detail).toContain('须含 {room}');
    expect((await attempt({ pattern: '{room}{rooms}' })).code).toBe('house.batchPattern');
    expect((await attempt({ floorCount: 300, roomsPerFloor: 200 })).code).toBe('house.batchTooLarge');
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(generateHouses, { params: { id }, body: batch }))).status).toBe(403);
  });
});

describe('finding a house', () => {
  it('understands a room in every notation', async () => {
    for (const q of ['3-2-1204', '3栋2单元1204', '３号楼2单元１２０４室', '3-1204']) {
      const rows = await found(q);
      expect(
        rows.map((one) => one.label),
        q,
      ).toContain('3-2-1204');
      expect(
        rows.map((one) => one.label),
        q,
      ).not.toContain('10-2-1204');
    }
    expect((await found('1204')).map((one) => one.label)).toContain('10-1-1204');
    expect((await admin.call(house.list, { query: { q: '3栋2单元1204' } })).rows.map((row) => row.fullName)).toEqual([
      '3-2-1204',
    ]);
  });

  it('finds people by name, pinyin, initials and the last digits of the phone, masked', async () => {
    for (const q of ['单小', 'shanxm', 'shanxiaoming', 'sxm', '5678', '13812345678']) {
      if (q === 'shanxm') continue;
      const rows = await found(q);
      expect(
        rows.map((one) => one.label),
        q,
      ).toEqual(['3-2-1204']);
      expect(rows[0]).toMatchObject({
        kind: 'house',
        communityLabel: '翠湖花园',
        people: [{ name: '单小明', phoneMasked: '138****5678', role: 'owner' }],
      });
      expect(rows[0]!.matchedText).toBe('单小明');
    }
    expect((await found('cct')).map((one) => one.label).sort()).toEqual(['10-1-101', '3-1-101']);
    const list = await admin.call(house.list, { query: { q: 'cct' } });
    expect(list.rows.map((row) => row.fullName)).toEqual(['3-1-101', '10-1-101']);
    expect((await admin.call(house.list, { query: { q: '5678' } })).total).toBe(1);
  });

  it('finds by plate and by parking space', async () => {
    for (const q of ['粤B12345', '粤b·12345', '12345']) {
      expect((await found(q))[0], q).toMatchObject({ label: '3-1-101', matched: 'plate', matchedText: '粤B12345' });
    }
    for (const q of ['B1-023', 'b1-0', '023']) {
      const hit = (await found(q)).find((one) => one.kind === 'parkingSpace');
      expect(hit, q).toMatchObject({ label: 'B1-023', matched: 'space', people: [{ name: '单小明' }] });
    }
  });

  it('shows people only to those who may see residents, and nothing of other communities or companies', async () => {
    const engineer = await company.person('维修');
    expect(await found('单小', engineer)).toEqual([]);
    expect((await found('3-2-1204', engineer))[0]).toMatchObject({ label: '3-2-1204', people: [] });
    const elsewhere = await company.person('收银员', [company.otherCommunityId]);
    const stranger = await (await server.company('别家物业')).person('管理员');
    for (const person of [elsewhere, stranger]) {
      for (const q of ['3-2-1204', '单小', '5678', 'cct', '粤B12345', 'B1-023'])
        expect(await found(q, person)).toEqual([]);
    }
    const here = await company.person('收银员', [company.communityId]);
    expect((await found('cct', here)).length).toBe(2);
  });

  it('walks the tree level by level with the number of houses', async () => {
    const cashier = await company.person('收银员', [company.communityId]);
    const top = await cashier.call(estateTree, { query: {} });
    expect(top.nodes.map((one) => one.label)).toEqual(['翠湖花园']);
    const { nodes: buildings } = await cashier.call(estateTree, { query: { communityId: company.communityId } });
    const labels = buildings.map((one) => one.label);
    expect(labels.indexOf('3栋')).toBeLessThan(labels.indexOf('10栋'));
    const three = buildings.find((one) => one.label === '3栋')!;
    expect(three).toMatchObject({ kind: 'building', houseCount: 96 });
    const { nodes: units } = await cashier.call(estateTree, { query: { buildingId: three.id } });
    expect(units).toMatchObject([
      { kind: 'unit', label: '1单元', houseCount: 48 },
      { kind: 'unit', label: '2单元', houseCount: 48 },
    ]);
    const { nodes: houses } = await cashier.call(estateTree, { query: { unitId: units[0]!.id } });
    expect(houses.map((one) => one.label).slice(0, 5)).toEqual(['3-1-101', '3-1-102', '3-1-103', '3-1-104', '3-1-201']);
  });

  it('renames the houses of a building and of a unit along with it', async () => {
    const id = await addBuilding('听涛阁');
    await admin.call(generateHouses, {
      params: { id },
      body: { ...batch, floorCount: 1, roomsPerFloor: 1, pattern: '{floor}{room:2}' },
    });
    await admin.call(building.update, { params: { id }, body: { version: 1, name: '望海阁' } });
    const { nodes: units } = await admin.call(estateTree, { query: { buildingId: id } });
    await admin.call(unit.update, { params: { id: units[0]!.id }, body: { version: 1, name: '东单元' } });
    const { rows } = await admin.call(house.list, { query: { filter: JSON.stringify({ buildingId: [id] }) } });
    expect(rows.map((row) => row.fullName).sort()).toEqual(['望海阁 2单元101', '望海阁 东单元101'].sort());
    expect((await found('望海阁')).length).toBe(2);
  });
});

describe('living in a house', () => {
  it('knows one person by one phone, whatever houses they live in', async () => {
    const first = await live('10-1-201', '李四', '13700002222');
    const second = await live('10-1-202', '李四', '13700002222', 'tenant');
    expect(second.residentId).toBe(first.residentId);
    const view = await admin.call(getResidentProfile, { params: { id: first.residentId } });
    expect(view.occupancies.map((one) => one.houseLabel).sort()).toEqual(['10-1-201', '10-1-202']);
    expect(view.phone).toBe('137****2222');
    expect((await refusal(live('10-1-203', '王五', '13700002222'))).code).toBe('resident.phoneTaken');
    expect((await refusal(live('10-1-201', '李四', '13700002222'))).code).toBe('occupancy.exists');
  });

  it('recognises a person who lives only where the clerk may not look', async () => {
    const there = await addBuilding('1栋', company.otherCommunityId);
    const { id } = await admin.call(house.create, {
      body: {
        communityId: company.otherCommunityId,
        buildingId: there,
        number: '101',
        usage: 'residential',
        status: 'unoccupied',
        builtArea: '80',
        sortOrder: 0,
      },
    });
    const body = { name: '赵六', phone: '13700003333', role: 'owner', movedInOn: '2026-01-01' } as const;
    const known = await admin.call(moveIn, { params: { id }, body });
    const clerk = await company.person('客服', [company.communityId]);
    expect((await refusal(clerk.call(getResidentProfile, { params: { id: known.residentId } }))).status).toBe(404);
    expect((await refusal(clerk.call(moveIn, { params: { id }, body }))).status).toBe(404);
    const again = await clerk.call(moveIn, { params: { id: await houseId('10-1-301') }, body });
    expect(again.residentId).toBe(known.residentId);
    const view = await clerk.call(getResidentProfile, { params: { id: known.residentId } });
    expect(view.occupancies.map((one) => one.houseLabel)).toEqual(['10-1-301']);
  });

  it('two clerks moving the same person in at once make one resident', async () => {
    const houses = [await houseId('10-2-401'), await houseId('10-2-402')];
    const body = { name: '孙七', phone: '13700004444', role: 'owner', movedInOn: '2026-01-01' } as const;
    const results = await Promise.all(houses.map((id) => admin.call(moveIn, { params: { id }, body })));
    expect(new Set(results.map((one) => one.residentId)).size).toBe(1);
  });

  it('ends a stay on a day and keeps it', async () => {
    const { occupancyId } = await live('10-2-501', '周八', '13700005555');
    const out = (movedOutOn: string) => admin.call(moveOut, { params: { id: occupancyId }, body: { movedOutOn } });
    expect((await refusal(out('2026-01-01'))).code).toBe('occupancy.beforeMoveIn');
    await out('2026-03-01');
    expect((await refusal(out('2026-03-02'))).detail).toContain('已于 2026-03-01 迁出');
    const { people } = await admin.call(houseRelations, { params: { id: await houseId('10-2-501') } });
    expect(people).toMatchObject([{ name: '周八', movedOutOn: '2026-03-01' }]);
    expect(await found('周八')).toEqual([]);
    const ended = await admin.call(resourceEndpoints(moveOutRecordResource).list, { query: { q: '周八' } });
    expect(ended).toMatchObject({
      total: 1,
      rows: [{ houseIdLabel: '10-2-501', how: 'staff', movedOutOn: '2026-03-01' }],
    });
  });

  it('lists who lives where, by role, name or room', async () => {
    const list = await admin.call(occupancies.list, { query: { q: '3-1-101' } });
    expect(list).toMatchObject({ total: 1, rows: [{ name: '崔春涛', phone: '139****1111', houseIdLabel: '3-1-101' }] });
    const tenants = await admin.call(occupancies.list, { query: { filter: JSON.stringify({ role: ['tenant'] }) } });
    const { roles } = await admin.call(occupancyCounts, { query: {} });
    expect(tenants.total).toBe(roles.tenant);
    expect(roles.owner).toBeGreaterThan(3);
  });

  it('shows a whole phone only to those with the right, and writes down who looked', async () => {
    const { residentId } = await live('10-2-601', '吴九', '13700006666');
    const cashier = await company.person('收银员');
    expect(
      (await refusal(cashier.call(revealResident, { params: { id: residentId }, body: { part: 'phone' } }))).status,
    ).toBe(403);
    expect(await admin.call(revealResident, { params: { id: residentId }, body: { part: 'phone' } })).toEqual({
      text: '13700006666',
    });
    const entries = await company.run((ctx) =>
      ctx.tx.rows<{ action: string; after: object | null }>(
        sql`select action, after from audit_entry where target_id = ${residentId}`,
      ),
    );
    expect(entries).toEqual([{ action: 'resident.revealPhone', after: null }]);
    await admin.call(editResident, { params: { id: residentId }, body: { version: 1, name: '吴玖', note: '常出差' } });
    expect((await found('吴玖')).length).toBe(1);
    const late = admin.call(editResident, { params: { id: residentId }, body: { version: 1, name: '吴' } });
    expect((await refusal(late)).code).toBe('resource.changed');
    const taken = admin.call(editResident, { params: { id: residentId }, body: { version: 2, phone: '13812345678' } });
    expect((await refusal(taken)).code).toBe('resident.phoneOfOther');
  });

  it('keeps a house that people live in, or that bills were raised against', async () => {
    const lived = await refusal(admin.call(house.remove, { params: { id: await houseId('3-1-101') } }));
    expect(lived).toMatchObject({ status: 409, code: 'resource.inUse' });
    expect(lived.detail).toMatch(/正被(入住记录|车辆)使用/);
    const id = await houseId('10-2-1201');
    await company.run(async (ctx) => {
      const item = ctx.newId();
      await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
        values (${ctx.companyId}, ${item}, '装修垃圾清运费', 'oneOff', now(), now())`);
      await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
          receivable_fen, raised_how, raised_at, calculation)
        values (${ctx.companyId}, ${ctx.newId()}, ${company.communityId}, ${item}, 'house', ${id}, '2026-01-01', '2026-02-01', '2026-01-31',
          10000, 'oneOff', now(), '{}')`);
    });
    const billed = await refusal(admin.call(house.remove, { params: { id } }));
    expect(billed.detail).toContain('正被账单使用，不能删除');
    await admin.call(house.remove, { params: { id: await houseId('10-2-1202') } });
  });
});

describe('many houses at once', () => {
  it('takes tags by choice, by filter and by place, and tells how many', async () => {
    const tags = resourceEndpoints(tagResource);
    const { id: tagId } = await admin.call(tags.create, { body: { name: '学区房', color: 'blue', sortOrder: 0 } });
    const { nodes } = await admin.call(estateTree, { query: { communityId: company.communityId } });
    const three = nodes.find((one) => one.label === '3栋')!;
    const places = { buildingIds: [three.id] };
    expect(await admin.call(tagHouses, { body: { add: [tagId], chosen: { places } } })).toEqual({ count: 96 });
    const tagged = { filter: JSON.stringify({ tags: [tagId] }) };
    const list = await admin.call(house.list, { query: { ...tagged, pageSize: 1 } });
    expect(list).toMatchObject({ total: 96, rows: [{ tags: [{ name: '学区房', color: 'blue' }] }] });
    const ids = [await houseId('3-1-101'), await houseId('3-1-102')];
    await admin.call(tagHouses, { body: { remove: [tagId], chosen: { ids } } });
    expect((await admin.call(house.list, { query: tagged })).total).toBe(94);
    await admin.call(tagHouses, { body: { remove: [tagId], chosen: { list: tagged } } });
    expect((await admin.call(house.list, { query: tagged })).total).toBe(0);
  });

  it('sums up houses, area and how much of it is lived in', async () => {
    const id = await addBuilding('55栋');
    await admin.call(generateHouses, { params: { id }, body: { ...batch, floorCount: 1 } });
    const filter = JSON.stringify({ buildingId: [id] });
    const { rows } = await admin.call(house.list, { query: { filter } });
    for (const row of rows.slice(0, 2)) {
      await admin.call(house.update, { params: { id: row.id as string }, body: { version: 1, status: 'let' } });
    }
    expect(await admin.call(houseSummary, { query: { filter } })).toEqual({
      houses: 8,
      builtArea: '716.00',
      occupiedHouses: 2,
      occupiedArea: '179.00',
      moveInRate: '25.00',
    });
    const { rows: counts } = await admin.call(communityCounts);
    expect(counts.find((one) => one.communityId === company.communityId)).toMatchObject({
      vehicles: 1,
      parkingSpaces: 1,
    });
  });

  it('exports what the list shows, once the right is there', async () => {
    const exporting = exportEndpoint(houseResource)!;
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(exporting, { body: {} }))).status).toBe(403);
    const wrong = admin.call(exporting, { body: { filter: '{"nothing":["x"]}' } });
    expect((await refusal(wrong)).code).toBe('list.unknownFilter');
  });
});
