import { createDepartment, deleteDepartment, editDepartment, listDepartments, moveDepartment } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { addDepartments, hire, treeOf } from './organisation.fixture.ts';

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

const move = (id: string, parentId: string | null, beforeId: string | null = null) =>
  admin.call(moveDepartment, { params: { id }, body: { parentId, beforeId } });

describe('the tree of departments', () => {
  it('grows, is renamed with all below it, and is sorted by moving', async () => {
    const [works] = await addDepartments(admin, ['工程部', '工程部/维修组', '工程部/绿化组', '客服部']);
    await admin.call(editDepartment, {
      params: { id: works! },
      body: { name: '工程管理部', managerId: admin.staffId },
    });
    const { rows } = await admin.call(listDepartments);
    expect(rows.map((one) => one.path)).toEqual(['工程管理部', '工程管理部/维修组', '工程管理部/绿化组', '客服部']);
    expect(rows[0]).toMatchObject({ managerId: admin.staffId, staffCount: 0 });
    await move(rows[2]!.id, works!, rows[1]!.id);
    await move(rows[3]!.id, null, works!);
    expect(await treeOf(admin)).toEqual(['客服部', '工程管理部', '工程管理部/绿化组', '工程管理部/维修组']);
  });

  it('has no two departments of one name below one parent, and no slash in a name', async () => {
    const [works, , service] = await addDepartments(admin, ['工程部', '工程部/值班组', '客服部']);
    await addDepartments(admin, ['值班组']);
    const twice = admin.call(createDepartment, { body: { parentId: works!, name: '值班组' } });
    expect(await refusal(twice)).toMatchObject({
      code: 'department.exists',
      detail: expect.stringContaining('工程部'),
    });
    const renamed = admin.call(editDepartment, { params: { id: service! }, body: { name: '工程部', managerId: null } });
    expect((await refusal(renamed)).detail).toContain('“公司”下已有叫“工程部”的部门');
    const slash = admin.call(createDepartment, { body: { parentId: null, name: '工程/客服' } });
    expect((await refusal(slash)).detail).toContain('不能有“/”');
  });

  it('never puts a department below itself, and is at most ten levels deep', async () => {
    const [top, middle, bottom] = await addDepartments(admin, ['甲', '甲/乙', '甲/乙/丙']);
    for (const target of [top, middle, bottom]) {
      expect((await refusal(move(top!, target!))).code).toBe('department.cycle');
    }
    expect(await treeOf(admin)).toEqual(['甲', '甲/乙', '甲/乙/丙']);
    const deep = await addDepartments(
      admin,
      Array.from({ length: 8 }, (_, level) =>
        Array.from({ length: level + 1 }, (__, index) => `第${index}级`).join('/'),
      ),
    );
    expect((await refusal(move(top!, deep[7]!))).code).toBe('department.tooDeep');
  });

  it('stays a tree when two people move departments below each other at once', async () => {
    const [one, other] = await addDepartments(admin, ['甲', '乙']);
    const results = await Promise.allSettled([move(one!, other!), move(other!, one!)]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await treeOf(admin)).toHaveLength(2);
  });

  it('keeps every department reachable from the company, whatever moves are asked for at once', async () => {
    const ids = await addDepartments(admin, ['甲', '乙', '丙', '丁', '甲/戊', '乙/己']);
    const place = fc.integer({ min: 0, max: ids.length - 1 });
    const moves = fc.array(fc.tuple(place, fc.option(place)), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(moves, async (asked) => {
        await Promise.allSettled(asked.map(([id, parent]) => move(ids[id]!, parent === null ? null : ids[parent]!)));
        expect(await treeOf(admin)).toHaveLength(ids.length);
      }),
      { numRuns: 12 },
    );
  });

  it('loses only departments in which nobody is, and says who is', async () => {
    const [works, repair, service] = await addDepartments(admin, ['工程部', '工程部/维修组', '客服部']);
    const { id } = await hire(admin, { name: '高志强', departmentIds: [repair!, service!] });
    const remove = (departmentId: string) => admin.call(deleteDepartment, { params: { id: departmentId } });
    expect((await refusal(remove(works!))).detail).toContain('还有 1 人（高志强）');
    await company.run((ctx) =>
      ctx.tx.client.query('delete from staff_department where staff_id = $1 and department_id = $2', [id, repair]),
    );
    await remove(works!);
    expect(await treeOf(admin)).toEqual(['客服部']);
  });
});

describe('departments of others', () => {
  it('are not found from another company, as a place, a parent or a head', async () => {
    const [works] = await addDepartments(admin, ['工程部']);
    const other = await (await server.company('另一家')).person('管理员');
    const [own] = await addDepartments(other, ['客服部']);
    const body = { name: '客服部', managerId: admin.staffId };
    expect((await refusal(other.call(editDepartment, { params: { id: own! }, body }))).status).toBe(422);
    expect((await refusal(other.call(deleteDepartment, { params: { id: works! } }))).status).toBe(404);
    const below = { parentId: works!, beforeId: null };
    expect((await refusal(other.call(moveDepartment, { params: { id: own! }, body: below }))).status).toBe(422);
    expect(await treeOf(other)).toEqual(['客服部']);
  });

  it('are changed only by those who may', async () => {
    const manager = await company.person('项目经理');
    expect((await manager.call(listDepartments)).rows).toEqual([]);
    const create = manager.call(createDepartment, { body: { parentId: null, name: '工程部' } });
    expect((await refusal(create)).detail).toContain('组织架构 · 修改');
  });
});
