import {
  type ApprovalLevel,
  approveApproval,
  createApprovalFlow,
  deleteApprovalFlow,
  getApproval,
  houseResource,
  isPendingApproval,
  listApprovalFlows,
  listApprovals,
  listAudit,
  listMessages,
  passOnApproval,
  reassignApproval,
  rejectApproval,
  resourceEndpoints,
  updateApprovalFlow,
  voidBills,
  withdrawApproval,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { addBuilding, addHouse } from '../../domains/charging/charging.fixture.ts';
import { sql } from '../database/sql.ts';
import { dispatchOutbox } from '../outbox/dispatch-outbox.ts';

const house = resourceEndpoints(houseResource);

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

interface Scene {
  company: TestCompany;
  /** Asks. May delete houses. */
  clerk: TestPerson;
  first: TestPerson;
  second: TestPerson;
  boss: TestPerson;
  addHouse(): Promise<string>;
  exists(houseId: string): Promise<boolean>;
}

let houses = 0;

async function openScene(): Promise<Scene> {
  const company = await server.company();
  const { communityId } = company;
  const buildingId = await company.run((ctx) => addBuilding(ctx, communityId, '1栋'));
  const [clerk, first, second, boss] = [
    await company.person('客服'),
    await company.person('收费主管'),
    await company.person('收费主管'),
    await company.person('管理员'),
  ];
  await company.run((ctx) =>
    ctx.tx.run(sql`update permission_group set permissions = permissions || '{house.delete,vehicle.delete,bill.void}'
      where company_id = ${ctx.companyId} and name = '客服'`),
  );
  return {
    company,
    clerk,
    first,
    second,
    boss,
    addHouse() {
      houses += 1;
      return company.run((ctx) => addHouse(ctx, { communityId, buildingId, number: `H${houses}`, builtArea: '98.50' }));
    },
    exists: (houseId) =>
      company.run(async (ctx) => (await ctx.tx.rows(sql`select 1 from house where id = ${houseId}`)).length === 1),
  };
}

const person = (who: TestPerson) => ({ kind: 'person' as const, id: who.staffId });

type Level = { mode: 'any' | 'all'; approvers: ApprovalLevel['approvers'] };

function addFlow(scene: Scene, levels: Level[], more: Partial<Parameters<typeof flowBody>[1]> = {}) {
  return scene.boss.call(createApprovalFlow, { body: flowBody(levels, more) });
}

function flowBody(
  levels: Level[],
  more: {
    name?: string;
    action?: string;
    communityIds?: string[];
    isEnabled?: boolean;
    amountFrom?: string | null;
    amountTo?: string | null;
  },
) {
  return {
    name: '删除房屋须审批',
    action: 'house.delete',
    isEnabled: true,
    amountFrom: null,
    amountTo: null,
    communityIds: [],
    levels,
    ...more,
  };
}

async function ask(who: TestPerson, houseId: string): Promise<string> {
  const reply = await who.call(house.remove, { params: { id: houseId }, query: { reason: '录入重复' } });
  if (!isPendingApproval(reply)) throw new Error('expected a request');
  return reply.approvalId;
}

const approve = (who: TestPerson, id: string, level = 1) =>
  who.call(approveApproval, { params: { id }, body: { level } });
const detail = (who: TestPerson, id: string) => who.call(getApproval, { params: { id } });

describe('an action without a matching flow', () => {
  it('is done at once, and needs no reason', async () => {
    const scene = await openScene();
    const houseId = await scene.addHouse();
    expect(await scene.clerk.call(house.remove, { params: { id: houseId } })).toEqual({ ok: true });
    expect(await scene.exists(houseId)).toBe(false);
  });

  it('is done at once where the flow is for another community, switched off, or for other amounts', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.boss)] }], {
      communityIds: [scene.company.otherCommunityId],
    });
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.boss)] }], { name: '停用的', isEnabled: false });
    const houseId = await scene.addHouse();
    expect(await scene.clerk.call(house.remove, { params: { id: houseId } })).toEqual({ ok: true });
  });
});

describe('a level of 部门负责人', () => {
  const headOfDepartment: Level[] = [{ mode: 'any', approvers: [{ kind: 'departmentHead', id: null }] }];

  /** 工程部/维修组 with the clerk below; heads may be nobody. */
  async function openOffice(scene: Scene, heads: { engineering: TestPerson | null; repair: TestPerson | null }) {
    const { company, clerk } = scene;
    return company.run(async (ctx) => {
      const [engineering, repair] = [ctx.newId(), ctx.newId()];
      await ctx.tx.run(sql`insert into department (company_id, id, parent_id, name, manager_id, created_at, updated_at)
        values (${ctx.companyId}, ${engineering}, null, '工程部', ${heads.engineering?.staffId ?? null}, now(), now()),
          (${ctx.companyId}, ${repair}, ${engineering}, '维修组', ${heads.repair?.staffId ?? null}, now(), now())`);
      await ctx.tx.run(sql`insert into staff_department (company_id, staff_id, department_id)
        values (${ctx.companyId}, ${clerk.staffId}, ${repair})`);
      return { engineering, repair };
    });
  }
  const asked = async (scene: Scene) => {
    const id = await ask(scene.clerk, await scene.addHouse());
    return (
      await scene.company.run((ctx) =>
        ctx.tx.rows<{ staff_id: string }>(sql`select staff_id from approval_seat where approval_id = ${id}`),
      )
    ).map((row) => row.staff_id);
  };

  it('asks the head of the requester’s department, and nobody else', async () => {
    const scene = await openScene();
    await openOffice(scene, { engineering: scene.second, repair: scene.first });
    await addFlow(scene, headOfDepartment);
    const houseId = await scene.addHouse();
    const id = await ask(scene.clerk, houseId);
    const { levels } = await detail(scene.first, id);
    expect(levels[0]?.approvers).toEqual(['部门负责人']);
    expect((await refusal(approve(scene.second, id))).status).toBe(404);
    expect(await approve(scene.first, id)).toMatchObject({ state: 'approved' });
    expect(await scene.exists(houseId)).toBe(false);
  });

  it('goes up the tree where the head is missing, is the requester, or works here no more', async () => {
    const scene = await openScene();
    const { engineering, repair } = await openOffice(scene, { engineering: scene.second, repair: null });
    await addFlow(scene, headOfDepartment);
    expect(await asked(scene)).toEqual([scene.second.staffId]);
    const setHead = (departmentId: string, who: TestPerson) =>
      scene.company.run((ctx) =>
        ctx.tx.run(
          sql`update department set manager_id = ${who.staffId} where company_id = ${ctx.companyId} and id = ${departmentId}`,
        ),
      );
    await setHead(repair, scene.clerk);
    expect(await asked(scene)).toEqual([scene.second.staffId]);
    await setHead(repair, scene.first);
    expect(await asked(scene)).toEqual([scene.first.staffId]);
    await scene.company.run((ctx) =>
      ctx.tx.run(
        sql`update staff set disabled_at = now() where company_id = ${ctx.companyId} and id = ${scene.first.staffId}`,
      ),
    );
    expect(await asked(scene)).toEqual([scene.second.staffId]);
    await setHead(engineering, scene.first);
    const nobody = await refusal(ask(scene.clerk, await scene.addHouse()));
    expect(nobody).toMatchObject({ code: 'approval.nobody' });
    expect(nobody.detail).toContain('部门负责人');
  });

  it('goes to the next level where the requester heads everything above, and is refused where there is none', async () => {
    const scene = await openScene();
    await openOffice(scene, { engineering: scene.clerk, repair: null });
    await addFlow(scene, headOfDepartment, { name: '只有负责人' });
    expect(await refusal(ask(scene.clerk, await scene.addHouse()))).toMatchObject({ code: 'approval.onlySelf' });
    const { rows } = await scene.boss.call(listApprovalFlows);
    await scene.boss.call(deleteApprovalFlow, { params: { id: rows[0]!.id } });
    await addFlow(scene, [...headOfDepartment, { mode: 'any', approvers: [person(scene.boss)] }]);
    expect(await asked(scene)).toEqual([scene.boss.staffId]);
  });

  it('is refused in a flow while no department has a head', async () => {
    const scene = await openScene();
    await openOffice(scene, { engineering: null, repair: null });
    const problem = await refusal(addFlow(scene, headOfDepartment));
    expect(problem).toMatchObject({ code: 'approvalFlow.nobody', status: 422 });
    expect(problem.detail).toContain('组织架构');
  });
});

it('asks those too who hold the group through their department, until they leave it', async () => {
  const scene = await openScene();
  const { company, clerk } = scene;
  const guard = await company.person('保安');
  const groupId = await company.run(async (ctx) => {
    const [group, department] = [ctx.newId(), ctx.newId()];
    await ctx.tx.run(
      sql`insert into permission_group (company_id, id, name, permissions) values (${ctx.companyId}, ${group}, '值班', '{}')`,
    );
    await ctx.tx.run(sql`insert into department (company_id, id, name, created_at, updated_at)
      values (${ctx.companyId}, ${department}, '秩序部', now(), now())`);
    await ctx.tx.run(sql`insert into department_permission_group values (${ctx.companyId}, ${department}, ${group})`);
    await ctx.tx.run(sql`insert into staff_department values (${ctx.companyId}, ${guard.staffId}, ${department})`);
    return group;
  });
  await addFlow(scene, [{ mode: 'any', approvers: [{ kind: 'group', id: groupId }] }]);
  const id = await ask(clerk, await scene.addHouse());
  expect(await detail(guard, id)).toMatchObject({ mayDecide: true });
  await company.run((ctx) =>
    ctx.tx.run(sql`delete from staff_department where company_id = ${ctx.companyId} and staff_id = ${guard.staffId}`),
  );
  expect(await refusal(approve(guard, id))).toMatchObject({ code: 'approval.notAsked' });
});

describe('an action with a flow', () => {
  it('asks for a reason, does nothing, and takes effect with the last yes, named after both in the audit', async () => {
    const scene = await openScene();
    const { clerk, first, boss, company } = scene;
    await addFlow(scene, [
      { mode: 'any', approvers: [person(first), person(scene.second)] },
      { mode: 'any', approvers: [person(boss)] },
    ]);
    const houseId = await scene.addHouse();
    const asked = await refusal(clerk.call(house.remove, { params: { id: houseId } }));
    expect(asked).toMatchObject({ status: 422, code: 'approval.reasonRequired' });
    const id = await ask(clerk, houseId);
    expect(await scene.exists(houseId)).toBe(true);
    const seen = await detail(first, id);
    expect(seen).toMatchObject({ reason: '录入重复', state: 'pending', level: 1, mayDecide: true, isStuck: false });
    expect(seen.changes).toContainEqual({ label: '建筑面积', before: '98.50㎡', after: '' });
    expect(await approve(first, id)).toEqual({ state: 'pending', outcome: '' });
    expect(await scene.exists(houseId)).toBe(true);
    expect(await refusal(approve(scene.second, id))).toMatchObject({ code: 'approval.levelMoved' });
    expect(await approve(boss, id, 2)).toEqual({ state: 'approved', outcome: '' });
    expect(await scene.exists(houseId)).toBe(false);
    const { rows } = await boss.call(listAudit, { query: { targetId: houseId, page: 1, pageSize: 50 } });
    expect(rows.map((row) => row.action)).toEqual([
      'house.delete',
      'approval.approve',
      'approval.approve',
      'approval.request',
    ]);
    expect(rows[0]?.actorName).toMatch(/^客服\d+（管理员\d+ 同意）$/);
    await company.run(dispatchOutbox);
    expect((await first.call(listMessages)).rows[0]?.title).toContain('待您审批：删除房屋');
    expect((await clerk.call(listMessages)).rows[0]?.title).toContain('审批已通过：删除房屋');
    expect(await refusal(approve(boss, id, 2))).toMatchObject({ status: 409, code: 'approval.ended' });
  });

  it('ends with a no, and then may be asked for again', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const houseId = await scene.addHouse();
    const id = await ask(scene.clerk, houseId);
    const twice = await refusal(ask(scene.clerk, houseId));
    expect(twice.detail).toMatch(/已有一条“删除房屋”的申请在审批中（客服\d+ 于 2026-03-10 提交）/);
    const unexplained = await refusal(
      scene.first.call(rejectApproval, { params: { id }, body: { level: 1, note: ' ' } }),
    );
    expect(unexplained.detail).toContain('请填写驳回理由');
    await scene.first.call(rejectApproval, { params: { id }, body: { level: 1, note: '资料不全' } });
    expect(await detail(scene.clerk, id)).toMatchObject({ state: 'rejected', outcome: '资料不全' });
    expect(await scene.exists(houseId)).toBe(true);
    await ask(scene.clerk, houseId);
  });

  it('needs everybody where the level says so', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'all', approvers: [person(scene.first), person(scene.second)] }]);
    const houseId = await scene.addHouse();
    const id = await ask(scene.clerk, houseId);
    expect((await approve(scene.first, id)).state).toBe('pending');
    expect(await refusal(approve(scene.first, id))).toMatchObject({ code: 'approval.notAsked' });
    expect((await approve(scene.second, id)).state).toBe('approved');
    expect(await scene.exists(houseId)).toBe(false);
  });

  it('is withdrawn by the requester alone', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const id = await ask(scene.clerk, await scene.addHouse());
    expect(await refusal(scene.first.call(withdrawApproval, { params: { id } }))).toMatchObject({
      code: 'approval.notRequester',
    });
    await scene.clerk.call(withdrawApproval, { params: { id } });
    expect(await refusal(approve(scene.first, id))).toMatchObject({ code: 'approval.ended' });
  });

  it('keeps the flow it started with when the flow is changed or deleted', async () => {
    const scene = await openScene();
    const { id: flowId } = await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const id = await ask(scene.clerk, await scene.addHouse());
    const body = { ...flowBody([{ mode: 'any', approvers: [person(scene.boss)] }], {}), version: 1 };
    await scene.boss.call(updateApprovalFlow, { params: { id: flowId }, body });
    expect(await refusal(scene.boss.call(updateApprovalFlow, { params: { id: flowId }, body }))).toMatchObject({
      code: 'resource.changed',
    });
    await scene.boss.call(deleteApprovalFlow, { params: { id: flowId } });
    expect((await approve(scene.first, id)).state).toBe('approved');
  });

  it('is never carried out on facts that changed, nor for somebody who lost the right or left', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const [changed, lost, left] = [await scene.addHouse(), await scene.addHouse(), await scene.addHouse()];
    const ids = [await ask(scene.clerk, changed), await ask(scene.clerk, lost), await ask(scene.clerk, left)] as const;
    await scene.boss.call(house.update, { params: { id: changed }, body: { version: 1, note: '已核实' } });
    const stale = await approve(scene.first, ids[0]);
    expect(stale.state).toBe('invalid');
    expect(stale.outcome).toContain('与审批时看到的不同，没有执行');
    const groups = (change: string) => scene.company.run((ctx) => ctx.tx.client.query(change));
    await groups(
      `update permission_group set permissions = array_remove(permissions, 'house.delete') where name = '客服'`,
    );
    expect((await approve(scene.first, ids[1])).outcome).toContain('已没有“房屋 · 删除”的权限');
    await groups(`update staff set disabled_at = now() where id = '${scene.clerk.staffId}'`);
    expect((await approve(scene.first, ids[2])).outcome).toContain('已停用或离职');
    for (const id of [changed, lost, left]) expect(await scene.exists(id)).toBe(true);
  });

  it('refuses at once what could not be done anyway', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const houseId = await scene.addHouse();
    await scene.company.run((ctx) =>
      ctx.tx.run(sql`insert into parking_space (company_id, id, community_id, number, type, house_id, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${scene.company.communityId}, 'A1', 'property', ${houseId}, now(), now())`),
    );
    expect(await refusal(ask(scene.clerk, houseId))).toMatchObject({ status: 409, code: 'resource.inUse' });
  });

  it('takes the first flow that matches the amount of the bills, and asks nobody for less', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.boss)] }], {
      name: '满 200 元',
      action: 'bill.void',
      amountFrom: '200.00',
    });
    const houseId = await scene.addHouse();
    const [small, large] = [await addBill(scene, houseId, '01', 19_999), await addBill(scene, houseId, '02', 20_000)];
    const reply = await scene.clerk.call(voidBills, { body: { ids: [small], reason: '重复' } });
    expect(reply).toEqual({ voidedCount: 1, sum: '199.99' });
    const asked = await scene.clerk.call(voidBills, { body: { ids: [large], reason: '重复' } });
    expect(isPendingApproval(asked)).toBe(true);
    if (!isPendingApproval(asked)) return;
    expect(await detail(scene.boss, asked.approvalId)).toMatchObject({ amount: '200.00', reason: '重复' });
    expect((await approve(scene.boss, asked.approvalId)).state).toBe('approved');
    expect(await scene.company.run((ctx) => ctx.tx.rows(sql`select 1 from bill where voided_at is null`))).toEqual([]);
  });
});

async function addBill(scene: Scene, houseId: string, month: string, amountFen: number): Promise<string> {
  return scene.company.run(async (ctx) => {
    const [itemId, id] = [ctx.newId(), ctx.newId()];
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
      values (${ctx.companyId}, ${itemId}, ${`项目 ${month}`}, 'periodic', now(), now())`);
    await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
        receivable_fen, raised_how, raised_at, calculation)
      values (${ctx.companyId}, ${id}, ${scene.company.communityId}, ${itemId}, 'house', ${houseId}, ${`2026-${month}-01`}, ${`2026-${month}-20`},
        '2026-03-01', ${amountFen}, 'manual', now(), '{}')`);
    return id;
  });
}

describe('nobody approves for themselves', () => {
  it('neither by name, nor through a group, nor by passing it on', async () => {
    const scene = await openScene();
    const group = await scene.company.run((ctx) =>
      ctx.tx.first<{ id: string }>(
        sql`select id from permission_group where company_id = ${ctx.companyId} and name = '客服'`,
      ),
    );
    const colleague = await scene.company.person('客服');
    await addFlow(scene, [{ mode: 'any', approvers: [{ kind: 'group', id: group!.id }] }]);
    const id = await ask(scene.clerk, await scene.addHouse());
    expect((await detail(scene.clerk, id)).mayDecide).toBe(false);
    expect(await refusal(approve(scene.clerk, id))).toMatchObject({ status: 403, code: 'approval.self' });
    const passed = await refusal(
      colleague.call(passOnApproval, { params: { id }, body: { level: 1, staffId: scene.clerk.staffId } }),
    );
    expect(passed.detail).toContain('这是申请人本人');
    await colleague.call(passOnApproval, { params: { id }, body: { level: 1, staffId: scene.second.staffId } });
    expect(await refusal(approve(colleague, id))).toMatchObject({ code: 'approval.notAsked' });
    expect((await approve(scene.second, id)).state).toBe('approved');
  });

  it('goes up where only the requester could decide, and is refused where nobody is above', async () => {
    const scene = await openScene();
    const level = (who: TestPerson): Level => ({ mode: 'any', approvers: [person(who)] });
    const { id: flowId } = await addFlow(scene, [level(scene.clerk), level(scene.boss)]);
    const id = await ask(scene.clerk, await scene.addHouse());
    expect(await detail(scene.boss, id)).toMatchObject({ level: 2, mayDecide: true });
    expect((await approve(scene.boss, id, 2)).state).toBe('approved');
    const body = { ...flowBody([level(scene.boss), level(scene.clerk)], {}), version: 1 };
    await scene.boss.call(updateApprovalFlow, { params: { id: flowId }, body });
    const refused = await refusal(ask(scene.clerk, await scene.addHouse()));
    expect(refused).toMatchObject({ code: 'approval.onlySelf' });
    expect(refused.detail).toContain('第 2 级只有您自己可以审批');
  });
});

describe('when approvers leave', () => {
  it('a flow nobody can fill is refused, and shown as such later', async () => {
    const scene = await openScene();
    const leave = (who: TestPerson) =>
      scene.company.run((ctx) => ctx.tx.run(sql`update staff set disabled_at = now() where id = ${who.staffId}`));
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const id = await ask(scene.clerk, await scene.addHouse());
    await leave(scene.first);
    expect(await detail(scene.boss, id)).toMatchObject({ isStuck: true, waitingFor: [], mayReassign: true });
    expect(await refusal(ask(scene.clerk, await scene.addHouse()))).toMatchObject({ code: 'approval.nobody' });
    const { rows } = await scene.boss.call(listApprovalFlows);
    expect(rows[0]?.levels[0]?.problem).toContain('没有在职的审批人');
    const empty = await refusal(
      addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }], { name: '另一个' }),
    );
    expect(empty.detail).toMatch(/第 1 级没有人可以审批：收费主管\d+没有在职的人员/);
    expect(await refusal(scene.second.call(reassignApproval, reassign(id, scene.second)))).toMatchObject({
      code: 'permission.denied',
    });
    expect(await refusal(scene.boss.call(reassignApproval, reassign(id, scene.clerk)))).toMatchObject({
      code: 'approval.badDelegate',
    });
    await scene.boss.call(reassignApproval, reassign(id, scene.second));
    expect((await approve(scene.second, id)).state).toBe('approved');
  });

  it('one who left the group that was asked has no say any more', async () => {
    const scene = await openScene();
    const group = await scene.company.run((ctx) =>
      ctx.tx.first<{ id: string }>(
        sql`select id from permission_group where company_id = ${ctx.companyId} and name = '收费主管'`,
      ),
    );
    await addFlow(scene, [{ mode: 'any', approvers: [{ kind: 'group', id: group!.id }] }]);
    const id = await ask(scene.clerk, await scene.addHouse());
    await scene.company.run((ctx) =>
      ctx.tx.run(sql`delete from staff_permission_group where staff_id = ${scene.first.staffId}`),
    );
    expect(await refusal(approve(scene.first, id))).toMatchObject({ code: 'approval.notAsked' });
    expect((await approve(scene.second, id)).state).toBe('approved');
  });
});

const reassign = (id: string, to: TestPerson) => ({ params: { id }, body: { level: 1, staffId: to.staffId } });

describe('who sees a request', () => {
  it('the parties to it and those who oversee, within their communities', async () => {
    const scene = await openScene();
    await addFlow(scene, [{ mode: 'any', approvers: [person(scene.first)] }]);
    const id = await ask(scene.clerk, await scene.addHouse());
    expect(await refusal(detail(scene.second, id))).toMatchObject({ status: 404 });
    const manager = await scene.company.person('项目经理');
    const elsewhere = await scene.company.person('项目经理', [scene.company.otherCommunityId]);
    expect((await detail(manager, id)).mayDecide).toBe(false);
    expect(await refusal(detail(elsewhere, id))).toMatchObject({ status: 404 });
    const count = async (who: TestPerson, view: 'waiting' | 'requested' | 'done' | 'all') =>
      (await who.call(listApprovals, { query: { view } })).total;
    expect(await count(scene.first, 'waiting')).toBe(1);
    expect(await count(scene.clerk, 'requested')).toBe(1);
    expect(await count(manager, 'all')).toBe(1);
    expect(await count(elsewhere, 'all')).toBe(0);
    expect(await refusal(count(scene.first, 'all'))).toMatchObject({ code: 'permission.denied' });
    await approve(scene.first, id);
    expect([await count(scene.first, 'waiting'), await count(scene.first, 'done')]).toEqual([0, 1]);
  });

  it('an approver is asked only about communities in their scope', async () => {
    const scene = await openScene();
    const elsewhere = await scene.company.person('收费主管', [scene.company.otherCommunityId]);
    await addFlow(scene, [{ mode: 'any', approvers: [person(elsewhere)] }]);
    expect(await refusal(ask(scene.clerk, await scene.addHouse()))).toMatchObject({ code: 'approval.nobody' });
  });
});

it('keeps a flow’s conditions honest', async () => {
  const scene = await openScene();
  const levels: Level[] = [{ mode: 'any', approvers: [person(scene.boss)] }];
  expect(await refusal(addFlow(scene, levels, { amountFrom: '1.00' }))).toMatchObject({
    code: 'approvalFlow.amountUnused',
  });
  expect(
    await refusal(addFlow(scene, levels, { action: 'bill.void', amountFrom: '2.00', amountTo: '2.00' })),
  ).toMatchObject({ code: 'approvalFlow.amountReversed' });
  expect(await refusal(addFlow(scene, levels, { action: 'house.paint' }))).toMatchObject({
    code: 'approval.unknownAction',
  });
  const twice: Level[] = [{ mode: 'any', approvers: [person(scene.boss), person(scene.boss)] }];
  expect(await refusal(addFlow(scene, twice))).toMatchObject({ code: 'approvalFlow.repeatedApprover' });
  expect(await refusal(scene.clerk.call(listApprovalFlows))).toMatchObject({ code: 'permission.denied' });
});
