import {
  createPermissionGroup,
  currentSession,
  deletePermissionGroup,
  type EndpointRequest,
  getStaffRights,
  houseResource,
  listAudit,
  listPermissionGroups,
  listScopePlaces,
  listStaffRights,
  type Permission,
  resourceEndpoints,
  restorePermissionGroup,
  setStaffGroups,
  setStaffScope,
  updatePermissionGroup,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse } from '../charging/charging.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  company = await server.company();
  admin = await company.person('管理员');
});

const house = resourceEndpoints(houseResource);
const groups = async () => (await admin.call(listPermissionGroups)).rows;
const groupNamed = async (name: string) => (await groups()).find((group) => group.name === name)!;
const rightsOf = (person: TestPerson) => admin.call(getStaffRights, { params: { id: person.staffId } });

async function makeGroup(
  name: string,
  permissions: Permission[],
  phonePermissions: Permission[] = [],
): Promise<string> {
  return (await admin.call(createPermissionGroup, { body: { name, permissions, phonePermissions } })).id;
}

const give = (giver: TestPerson, person: TestPerson, permissionGroupIds: string[]) =>
  giver.call(setStaffGroups, { params: { id: person.staffId }, body: { permissionGroupIds } });

const noPlaces: EndpointRequest<typeof setStaffScope>['body'] = {
  hasAllCommunities: false,
  communityIds: [],
  buildingIds: [],
  houseIds: [],
};
const narrow = (giver: TestPerson, person: TestPerson, scope: Partial<typeof noPlaces>) =>
  giver.call(setStaffScope, { params: { id: person.staffId }, body: { ...noPlaces, ...scope } });

describe('permission groups', () => {
  it('stand ready for the usual posts, with rights for the PC and for the phone', async () => {
    const all = await groups();
    expect(all.map((group) => group.name)).toEqual([
      '管理员',
      '项目经理',
      '收费主管',
      '收银员',
      '财务',
      '客服',
      '维修',
      '保安',
      '仓管',
    ]);
    expect(all.filter((group) => group.holdsAll).map((group) => group.name)).toEqual(['管理员']);
    expect(all.every((group) => group.isBuiltIn && group.phonePermissions.length > 0)).toBe(true);
  });

  it('change what a signed-in person may do with the next click, and are told in the audit', async () => {
    const guard = await company.person('保安');
    expect((await guard.call(house.list, { query: {} })).total).toBe(0);
    const { id, version, name, note, permissions, phonePermissions } = await groupNamed('保安');
    const less = permissions.filter((one) => one !== 'house.view');
    const body = { name, note, permissions: less, phonePermissions, version };
    await admin.call(updatePermissionGroup, { params: { id }, body });
    const problem = await refusal(guard.call(house.list, { query: {} }));
    expect(problem).toMatchObject({ code: 'permission.denied', status: 403 });
    expect(problem.detail).toContain('房屋 · 查看');
    expect((await guard.call(currentSession)).permissions).not.toContain('house.view');
    const stale = await refusal(admin.call(updatePermissionGroup, { params: { id }, body }));
    expect(stale).toMatchObject({ code: 'resource.changed', status: 409 });
    const { rows } = await admin.call(listAudit, { query: { action: 'permissionGroup.update' } });
    expect(rows[0]!.before).toMatchObject({ permissions: ['house.view'] });
    await admin.call(restorePermissionGroup, { params: { id } });
    expect((await guard.call(house.list, { query: {} })).total).toBe(0);
  });

  it('are refused a second of the same name, an operation nobody knows, and a restoration of one’s own', async () => {
    const id = await makeGroup('夜班', ['house.view']);
    expect(await refusal(makeGroup('夜班', []))).toMatchObject({ code: 'resource.duplicate', status: 409 });
    const unknown = await refusal(makeGroup('别的', ['house.fly' as Permission]));
    expect(unknown).toMatchObject({ code: 'permissionGroup.unknownPermission', status: 422 });
    const restore = await refusal(admin.call(restorePermissionGroup, { params: { id } }));
    expect(restore).toMatchObject({ code: 'permissionGroup.notBuiltIn', status: 409 });
  });

  it('cannot be deleted while somebody holds them, who is named', async () => {
    const id = await makeGroup('夜班', ['house.view']);
    const guard = await company.person('保安');
    await give(admin, guard, [id]);
    const problem = await refusal(admin.call(deletePermissionGroup, { params: { id } }));
    expect(problem).toMatchObject({ code: 'permissionGroup.inUse', status: 409 });
    expect(problem.detail).toContain('保安');
    await give(admin, guard, []);
    await admin.call(deletePermissionGroup, { params: { id } });
    expect(await groupNamed('夜班')).toBeUndefined();
    const everything = await groupNamed('管理员');
    const refused = await refusal(admin.call(deletePermissionGroup, { params: { id: everything.id } }));
    expect(refused.code).toBe('permissionGroup.holdsAll');
  });

  it('hold on the phone what they hold on the phone, whatever they hold on the PC', async () => {
    const person = await company.person('保安');
    await give(admin, person, [await makeGroup('巡逻', ['house.view', 'bill.view'], ['house.view'])]);
    await company.run((ctx) => ctx.tx.ad(sql`update session set client = 'phone' where staff_id = ${person.staffId}`));
    expect((await person.call(currentSession)).permissions).toEqual(['house.view']);
    const rights = await rightsOf(person);
    expect(rights.pc.map((one) => one.permission).sort()).toEqual(['bill.view', 'house.view']);
    expect(rights.phone).toEqual([{ permission: 'house.view', sources: ['巡逻'] }]);
  });
});

describe('a release that adds rights', () => {
  it('gives them to the usual posts of companies that stand, by whatever name, and spreadsheets on the PC alone', async () => {
    await company.run((ctx) =>
      ctx.tx.run(sql`update permission_group set name = '前台' where company_id = ${ctx.companyId} and name = '客服'`),
    );
    const own = await makeGroup('自建组', ['house.view'], ['house.view']);
    await server.services.ownerPool.query(`call grant_built_in('{bill.waive,bill.export}', '{客服}')`);
    const desk = await groupNamed('前台');
    expect(desk.permissions).toEqual(expect.arrayContaining(['house.view', 'bill.waive', 'bill.export']));
    expect(desk.phonePermissions).toContain('bill.waive');
    expect(desk.phonePermissions).not.toContain('bill.export');
    const kept = (await groups()).find(({ id }) => id === own)!;
    expect([kept.permissions, kept.phonePermissions]).toEqual([['house.view'], ['house.view']]);
  });
});

describe('giving rights', () => {
  it('adds up all groups of a person and says which group each right comes from', async () => {
    const person = await company.person('维修');
    const engineer = await groupNamed('维修');
    await give(admin, person, [engineer.id, await makeGroup('看账单', ['bill.view', 'house.view'])]);
    const { pc } = await rightsOf(person);
    expect(pc.find((one) => one.permission === 'house.view')?.sources).toEqual(['看账单', '维修'].sort());
    expect(pc.find((one) => one.permission === 'bill.view')?.sources).toEqual(['看账单']);
    const { rows } = await admin.call(listStaffRights, { query: { q: '维修' } });
    expect(rows[0]).toMatchObject({ scope: '全部小区', isActive: true });
    expect(rows[0]!.groups).toContain('看账单');
  });

  it('is refused for rights one does not have, by group, by person and by restoring', async () => {
    const deputy = await company.person('客服');
    const cashier = await company.person('收银员');
    const clerk = await company.person('保安');
    const own: Permission[] = [
      'house.view',
      'permissionGroup.view',
      'permissionGroup.create',
      'permissionGroup.edit',
      'staffRights.view',
      'staffRights.edit',
    ];
    await give(admin, deputy, [await makeGroup('副手', own)]);
    const body = { name: '偷偷', permissions: ['house.view', 'bill.void'], phonePermissions: [] };
    const made = await refusal(deputy.call(createPermissionGroup, { body }));
    expect(made).toMatchObject({ code: 'rights.beyondOwn', status: 403 });
    expect(made.detail).toContain('账单 · 作废');
    // What one has on the PC is not what one has on the phone.
    const onPhone = { ...body, permissions: [], phonePermissions: ['house.view'] };
    expect((await refusal(deputy.call(createPermissionGroup, { body: onPhone }))).detail).toContain('手机');
    const everything = await groupNamed('管理员');
    expect((await refusal(give(deputy, deputy, [everything.id]))).code).toBe('rights.beyondOwn');
    expect((await refusal(give(deputy, clerk, [(await groupNamed('收银员')).id]))).code).toBe('rights.higher');
    expect((await refusal(give(deputy, cashier, []))).code).toBe('rights.higher');
    const own2 = await groupNamed('副手');
    const more = { ...own2, permissions: [...own2.permissions, 'bill.void'] };
    const edit = { name: more.name, permissions: more.permissions, phonePermissions: [], version: more.version };
    expect((await refusal(deputy.call(updatePermissionGroup, { params: { id: own2.id }, body: edit }))).code).toBe(
      'rights.beyondOwn',
    );
    const { id } = await groupNamed('收费主管');
    await company.run((ctx) => ctx.tx.ad(sql`update permission_group set permissions = '{}' where id = ${id}`));
    expect((await refusal(deputy.call(restorePermissionGroup, { params: { id } }))).code).toBe('rights.beyondOwn');
    await give(admin, clerk, []);
    await give(deputy, clerk, [
      (await deputy.call(createPermissionGroup, { body: { ...body, permissions: ['house.view'] } })).id,
    ]);
    expect((await clerk.call(currentSession)).permissions).toEqual(['house.view']);
  });

  it('never leaves a company without an administrator, also when two are taken at the same moment', async () => {
    expect(await refusal(give(admin, admin, []))).toMatchObject({ code: 'rights.lastAdministrator', status: 409 });
    expect((await refusal(narrow(admin, admin, { communityIds: [company.communityId] }))).code).toBe(
      'rights.lastAdministrator',
    );
    const second = await company.person('管理员');
    const outcomes = await Promise.all([refusalOf(give(admin, second, [])), refusalOf(give(second, admin, []))]);
    expect(outcomes.filter((code) => code === null)).toHaveLength(1);
    expect(outcomes.filter((code) => code !== null)).not.toContain('server.fault');
    const { rows } = await server.services.ownerPool.query<{ has: boolean }>('select has_administrator($1) as has', [
      company.id,
    ]);
    expect(rows[0]!.has).toBe(true);
  });

  it.each([
    ['disabled', sql`disabled_at = now()`],
    ['given a last day', sql`expires_on = '2027-01-01'`],
    ['narrowed to some communities', sql`has_all_communities = false`],
  ])('the last administrator cannot be %s, whoever writes it', async (_, change) => {
    const write = () =>
      company.run((ctx) =>
        ctx.tx.ad(sql`update staff set ${change} where company_id = ${ctx.companyId} and id = ${admin.staffId}`),
      );
    await expect(write()).rejects.toMatchObject({ code: 'AN001' });
    await company.person('管理员');
    await write();
  });
});

async function refusalOf(action: Promise<unknown>): Promise<string | null> {
  try {
    await action;
    return null;
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
}

describe('the data scope of a person', () => {
  const makeEstate = () =>
    company.run(async (ctx) => {
      const { communityId } = company;
      const [three, five] = [await addBuilding(ctx, communityId, '3栋'), await addBuilding(ctx, communityId, '5栋')];
      const house3 = await addHouse(ctx, { communityId, buildingId: three, number: '301', builtArea: '80' });
      const house5 = await addHouse(ctx, { communityId, buildingId: five, number: '501', builtArea: '90' });
      return { three, five, house3, house5 };
    });
  const numbers = async (person: TestPerson) =>
    (await person.call(house.list, { query: {} })).rows.map((row) => row.number);

  it('is chosen by community, building and house, and felt at once; what lies inside another place is left out', async () => {
    const { three, five, house3, house5 } = await makeEstate();
    const keeper = await company.person('客服');
    expect(await numbers(keeper)).toHaveLength(2);
    await narrow(admin, keeper, { buildingIds: [three], houseIds: [house3] });
    expect(await numbers(keeper)).toEqual(['301']);
    expect((await rightsOf(keeper)).scope).toMatchObject({
      hasAllCommunities: false,
      buildings: [{ id: three }],
      houses: [],
    });
    await narrow(admin, keeper, { houseIds: [house5] });
    expect(await numbers(keeper)).toEqual(['501']);
    expect((await keeper.call(listStaffRights, { query: {} }).catch((error) => error)).problem.code).toBe(
      'permission.denied',
    );
    await narrow(admin, keeper, { communityIds: [company.communityId], buildingIds: [five] });
    expect(await numbers(keeper)).toHaveLength(2);
    expect((await rightsOf(keeper)).scope.buildings).toEqual([]);
    await narrow(admin, keeper, {});
    expect(await numbers(keeper)).toEqual([]);
    await narrow(admin, keeper, { hasAllCommunities: true });
    expect(await numbers(keeper)).toHaveLength(2);
  });

  it('cannot be given beyond one’s own, nor changed where it reaches beyond one’s own', async () => {
    const { three, five, house5 } = await makeEstate();
    const manager = await company.person('管理员');
    const clerk = await company.person('保安', []);
    await narrow(admin, manager, { buildingIds: [three], houseIds: [house5] });
    expect((await refusal(narrow(manager, clerk, { hasAllCommunities: true }))).code).toBe('scope.beyondOwn');
    expect((await refusal(narrow(manager, clerk, { communityIds: [company.communityId] }))).code).toBe(
      'scope.beyondOwn',
    );
    expect((await refusal(narrow(manager, clerk, { buildingIds: [five] }))).code).toBe('scope.beyondOwn');
    expect((await refusal(narrow(manager, clerk, { communityIds: [company.otherCommunityId] }))).code).toBe(
      'reference.notFound',
    );
    await narrow(manager, clerk, { buildingIds: [three], houseIds: [house5] });
    const places = await manager.call(listScopePlaces, { query: { communityId: company.communityId } });
    expect(places.rows.map((row) => [row.label, row.isWhole])).toEqual([
      ['3栋', true],
      ['5栋', false],
    ]);
    await narrow(admin, clerk, { communityIds: [company.communityId] });
    expect((await refusal(narrow(manager, clerk, {}))).code).toBe('scope.beyondOwn');
    const seen = await manager.call(getStaffRights, { params: { id: clerk.staffId } });
    expect(seen.hiddenPlaces).toBe(0);
    await narrow(admin, clerk, { communityIds: [company.otherCommunityId] });
    expect((await manager.call(getStaffRights, { params: { id: clerk.staffId } })).hiddenPlaces).toBe(1);
  });
});
