import {
  createPermissionGroup,
  currentSession,
  deletePermissionGroup,
  editStaff,
  getDepartmentGroups,
  getStaffRights,
  listAudit,
  listPermissionGroups,
  moveDepartment,
  type Permission,
  resourceEndpoints,
  setDepartmentGroups,
  setStaffGroups,
  staffDetails,
  staffInput,
  staffResource,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addDepartments } from './organisation.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let engineering: string;
let repair: string;
let service: string;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  company = await server.company();
  admin = await company.person('管理员');
  [engineering, repair, service] = (await addDepartments(admin, ['工程部', '工程部/维修组', '客服部'])) as [
    string,
    string,
    string,
  ];
});

const staff = resourceEndpoints(staffResource);

async function makeGroup(name: string, permissions: Permission[], phonePermissions: Permission[] = []) {
  return (await admin.call(createPermissionGroup, { body: { name, permissions, phonePermissions } })).id;
}

const groupNamed = async (name: string) => {
  const { rows } = await admin.call(listPermissionGroups);
  return rows.find((group) => group.name === name)!;
};

const attach = (departmentId: string, permissionGroupIds: string[], by = admin) =>
  by.call(setDepartmentGroups, { params: { id: departmentId }, body: { permissionGroupIds } });

const give = (person: TestPerson, permissionGroupIds: string[]) =>
  admin.call(setStaffGroups, { params: { id: person.staffId }, body: { permissionGroupIds } });

/** Puts a person into exactly these departments, as the form does. */
async function place(person: TestPerson, departmentIds: string[], by = admin) {
  const row = await admin.call(staff.get, { params: { id: person.staffId } });
  const { name, phone, version } = row as unknown as { name: string; phone: string; version: number };
  return by.call(editStaff, {
    params: { id: person.staffId },
    body: { ...staffInput.parse({ name, phone: String(phone), departmentIds }), version },
  });
}

const rightsNow = async (person: TestPerson) => (await person.call(currentSession)).permissions;

describe('a permission group of a department', () => {
  it('is held at once by the people of the department and of those below it, and by nobody else', async () => {
    const [below, above, other] = [
      await company.person('保安'),
      await company.person('保安'),
      await company.person('保安'),
    ];
    for (const person of [below, above, other]) await give(person, []);
    await place(below, [repair]);
    await place(above, [engineering]);
    await place(other, [service]);
    expect(await rightsNow(below)).toEqual([]);
    await attach(engineering, [await makeGroup('看房', ['house.view'], ['bill.view'])]);
    await attach(repair, [await makeGroup('看账单', ['bill.view'])]);
    expect([...(await rightsNow(below))].sort()).toEqual(['bill.view', 'house.view']);
    expect(await rightsNow(above)).toEqual(['house.view']);
    expect(await rightsNow(other)).toEqual([]);
    const rights = await admin.call(getStaffRights, { params: { id: below.staffId } });
    expect(rights.groups.map(({ name, department }) => [name, department])).toEqual([
      ['看房', '工程部'],
      ['看账单', '工程部/维修组'],
    ]);
    expect(rights.pc).toContainEqual({ permission: 'house.view', sources: ['看房（工程部）'] });
    expect(rights.phone).toEqual([{ permission: 'bill.view', sources: ['看房（工程部）'] }]);
    const { groups } = await admin.call(getDepartmentGroups, { params: { id: repair } });
    expect(groups.map(({ name, department }) => [name, department])).toEqual([
      ['看账单', null],
      ['看房', '工程部'],
    ]);
    const { rows } = await admin.call(listAudit, { query: { action: 'departmentRights.setGroups' } });
    expect(rows[0]).toMatchObject({ targetLabel: '维修组', before: { groups: [] }, after: { groups: ['看账单'] } });
  });

  it('is lost at once by whoever is moved out, or whose department moves away', async () => {
    const person = await company.person('保安');
    await give(person, []);
    await attach(engineering, [await makeGroup('看房', ['house.view'])]);
    await place(person, [repair]);
    expect(await rightsNow(person)).toEqual(['house.view']);
    await admin.call(moveDepartment, { params: { id: repair }, body: { parentId: service, beforeId: null } });
    expect(await rightsNow(person)).toEqual([]);
    await place(person, [engineering]);
    expect(await rightsNow(person)).toEqual(['house.view']);
    await place(person, []);
    expect(await rightsNow(person)).toEqual([]);
    await place(person, [engineering]);
    await attach(engineering, []);
    expect(await rightsNow(person)).toEqual([]);
  });

  it('cannot be deleted; the departments that have it are named', async () => {
    const id = await makeGroup('看房', ['house.view']);
    await attach(repair, [id]);
    expect((await groupNamed('看房')).holders).toEqual(['工程部/维修组（部门）']);
    const problem = await refusal(admin.call(deletePermissionGroup, { params: { id } }));
    expect(problem).toMatchObject({ code: 'permissionGroup.inUse', status: 409 });
    expect(problem.detail).toContain('工程部/维修组（部门）');
    await attach(repair, []);
    await admin.call(deletePermissionGroup, { params: { id } });
  });

  it('is given and taken only by those who have its rights, by whichever way', async () => {
    const clerk = await company.person('客服');
    const own: Permission[] = ['staffRights.view', 'staffRights.edit', 'staff.view', 'staff.edit', 'department.edit'];
    await give(clerk, [await makeGroup('人事', own, own)]);
    const [small, big] = [await makeGroup('小', ['staff.view']), await makeGroup('大', ['bill.void'])];
    await attach(repair, [small], clerk);
    expect((await refusal(attach(repair, [small, big], clerk))).code).toBe('rights.beyondOwn');
    await attach(engineering, [big]);
    const taking = await refusal(attach(engineering, [], clerk));
    expect(taking).toMatchObject({ code: 'rights.takenBeyondOwn', status: 403 });
    expect(taking.detail).toContain('作废');
    // Into the department, also oneself, and with a whole department.
    expect((await refusal(place(clerk, [repair], clerk))).code).toBe('rights.beyondOwn');
    const under = { parentId: engineering, beforeId: null };
    expect((await refusal(clerk.call(moveDepartment, { params: { id: service }, body: under }))).code).toBe(
      'rights.beyondOwn',
    );
    const person = await company.person('保安');
    await place(person, [repair]);
    expect((await refusal(place(person, [], clerk))).code).toBe('rights.takenBeyondOwn');
    const { departments } = await admin.call(staffDetails, { params: { id: person.staffId } });
    expect(departments).toHaveLength(1);
    const guard = await company.person('保安');
    expect((await refusal(attach(repair, [], guard))).code).toBe('permission.denied');
  });

  it('keeps the last administrator, who is one through their department', async () => {
    const administrators = await groupNamed('管理员');
    await place(admin, [repair]);
    await attach(engineering, [administrators.id]);
    await give(admin, []);
    expect((await rightsNow(admin)).length).toBeGreaterThan(50);
    const last = ['rights.lastAdministrator', 'staff.lastAdministrator'];
    expect(last).toContain((await refusal(attach(engineering, []))).code);
    expect(last).toContain((await refusal(place(admin, [service]))).code);
    const away = { parentId: null, beforeId: null };
    expect(last).toContain((await refusal(admin.call(moveDepartment, { params: { id: repair }, body: away }))).code);
    await company.person('管理员');
    await place(admin, [service]);
    expect(await rightsNow(admin)).toEqual([]);
  });

  it.each([
    ['a department loses its group', sql`delete from department_permission_group`],
    ['people leave their department', sql`delete from staff_department`],
    ['a department moves away from below another', sql`update department set parent_id = null`],
  ])('the database itself keeps the last administrator when %s', async (_, change) => {
    await place(admin, [repair]);
    await attach(engineering, [(await groupNamed('管理员')).id]);
    await give(admin, []);
    const write = () => company.run((ctx) => ctx.tx.ad(sql`${change} where company_id = ${ctx.companyId}`));
    await expect(write()).rejects.toMatchObject({ code: 'AN001' });
    await company.person('管理员');
    await write();
  });

  it('reaches no other company', async () => {
    const elsewhere = await server.company();
    const stranger = await elsewhere.person('管理员');
    const id = await makeGroup('看房', ['house.view']);
    await attach(repair, [id]);
    const read = stranger.call(getDepartmentGroups, { params: { id: repair } });
    expect(await refusal(read)).toMatchObject({ code: 'resource.notFound', status: 404 });
    expect((await refusal(attach(repair, [], stranger))).status).toBe(404);
    const [theirs] = await addDepartments(stranger, ['工程部']);
    expect(await refusal(attach(theirs!, [id], stranger))).toMatchObject({ code: 'reference.notFound', status: 422 });
    expect((await admin.call(getDepartmentGroups, { params: { id: repair } })).groups).toHaveLength(1);
  });
});
