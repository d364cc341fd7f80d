import {
  applyWecomSync,
  compareWecom,
  disableStaff,
  getWecomSync,
  listAudit,
  resetPasswords,
  resourceEndpoints,
  saveChannel,
  staffResource,
  type TaskView,
  type WecomSyncKind,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { finishedTask } from '../../../test/finished-task.ts';
import {
  refusal,
  signInAs,
  startTestApp,
  type TestApp,
  type TestCompany,
  type TestPerson,
} from '../../../test/test-app.ts';
import { addDepartments, freePhone, hire, treeOf } from './organisation.fixture.ts';
import { readWecomDirectory } from './read-wecom-directory.ts';

let emulator: Emulator;
let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
const { wecom } = emulatorAccounts;
const original = structuredClone({ users: wecom.users, departments: wecom.departments });
beforeAll(async () => {
  emulator = await startEmulator();
  server = await startTestApp({ gateway: emulator.url });
  await server.startWorker();
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
beforeEach(async () => {
  emulator.faults.clear();
  Object.assign(wecom, structuredClone(original));
  // One account for both companies would be a person who works for both: each test has phones of its own.
  for (const user of wecom.users) user.mobile = freePhone();
  company = await server.company();
  admin = await company.person('管理员');
  await setUp(wecom.secret);
});

const endpoints = resourceEndpoints(staffResource);
const everything: WecomSyncKind[] = ['departments', 'newStaff', 'changedStaff', 'goneStaff'];
const user = (userid: string) => wecom.users.find((one) => one.userid === userid)!;

async function setUp(secret: string, version = 0): Promise<void> {
  await admin.call(saveChannel, {
    params: { channel: 'wecom' },
    body: {
      provider: 'wecom',
      isOn: true,
      settings: { corpId: wecom.corpId, agentId: wecom.agentId },
      secrets: { secret },
      templates: {},
      version,
    },
  });
}

async function compared(asking = admin): Promise<TaskView> {
  const { taskId } = await asking.call(compareWecom);
  return finishedTask(asking, taskId);
}

async function preview() {
  const task = await compared();
  expect(task.error).toBeNull();
  return { taskId: task.id, ...(await admin.call(getWecomSync, { params: { taskId: task.id } })) };
}

async function sync(kinds = everything) {
  const { taskId, fingerprint } = await preview();
  return admin.call(applyWecomSync, { params: { taskId }, body: { kinds, fingerprint } });
}

const people = async () =>
  (await admin.call(endpoints.list, { query: { page: 1, pageSize: 50, sort: 'name' } })).rows
    .filter((row) => row.id !== admin.staffId)
    .map((row) => `${row.name} ${row.departments ?? ''} ${row.state}`)
    .sort();
const nothing = { departments: [], newStaff: [], changedStaff: [], goneStaff: [] };

describe('taking over the directory of WeCom', () => {
  it('shows first and writes nothing, then makes departments and people, and doing it again changes nothing', async () => {
    user('lina').mobile = '';
    const shown = await preview();
    expect(shown).toMatchObject({ staffRead: 3, departmentsRead: 3, changedStaff: [], goneStaff: [] });
    expect(shown.departments).toEqual([
      { step: 'create', path: '工程部', formerPath: '' },
      { step: 'create', path: '客服部', formerPath: '' },
    ]);
    expect(shown.newStaff.map((one) => `${one.name} ${one.departments}`)).toEqual(['未登记员工 客服部', '张伟 工程部']);
    expect(shown.problems).toMatchObject([{ name: '李娜（lina）', isConflict: false }]);
    expect(await people()).toEqual([]);
    const { taskId, fingerprint } = shown;
    const body = { kinds: everything, fingerprint };
    expect(await admin.call(applyWecomSync, { params: { taskId }, body })).toMatchObject({ departments: 2, added: 2 });
    expect(await people()).toEqual(['张伟 工程部 active', '未登记员工 客服部 active'].sort());
    expect((await refusal(admin.call(applyWecomSync, { params: { taskId }, body }))).code).toBe('wecom.noComparison');
    const again = await preview();
    expect(again).toMatchObject(nothing);
    const second = await admin.call(applyWecomSync, {
      params: { taskId: again.taskId },
      body: { kinds: everything, fingerprint: again.fingerprint },
    });
    expect(second).toEqual({ departments: 0, added: 0, changed: 0, disabled: 0, passwords: [] });
    const audit = await admin.call(listAudit, { query: { page: 1, pageSize: 50, action: 'staff.syncWecom' } });
    expect(audit.rows).toHaveLength(2);
    expect(JSON.stringify(audit.rows)).not.toContain(user('zhangwei').mobile);
  });

  it('lets a new person sign in only after their password was reset, and makes them change it', async () => {
    await sync();
    const { rows } = await admin.call(endpoints.list, { query: { page: 1, pageSize: 50, sort: 'name', q: '张伟' } });
    const reset = await admin.call(resetPasswords, { body: { ids: [String(rows[0]!.id)] } });
    const person = await signInAs(server.app, user('zhangwei').mobile, reset.rows[0]!.password);
    expect((await refusal(person.call(endpoints.list, { query: {} }))).code).toBe('session.passwordChangeRequired');
  });

  it('finds people by phone and departments by path, and follows them from then on by their numbers', async () => {
    const [, group] = await addDepartments(admin, ['工程部', '值班组']);
    const known = await hire(admin, { name: '张卫', phone: user('zhangwei').mobile, departmentIds: [group!] });
    const shown = await preview();
    expect(shown.departments[0]).toEqual({ step: 'link', path: '工程部', formerPath: '工程部' });
    expect(shown.changedStaff[0]!.changes).toEqual([
      { label: '姓名', before: '张卫', after: '张伟' },
      { label: '部门', before: '值班组', after: '值班组、工程部' },
      { label: '企业微信账号', before: '', after: 'zhangwei' },
    ]);
    await sync();
    expect(await people()).toContain('张伟 值班组、工程部 active');
    user('zhangwei').mobile = freePhone();
    user('zhangwei').department = [3];
    wecom.departments.find((one) => one.id === 2)!.name = '工程维修部';
    Object.assign(wecom.departments.find((one) => one.id === 3)!, { parentid: 2 });
    expect(await sync()).toMatchObject({ departments: 2, changed: 1, added: 0, disabled: 0 });
    expect(await treeOf(admin)).toEqual(['工程维修部', '工程维修部/客服部', '值班组']);
    expect(await people()).toContain('张伟 值班组、工程维修部/客服部 active');
    expect((await admin.call(endpoints.get, { params: { id: known.id } })).phone).toBe(user('zhangwei').mobile);
    expect(await preview()).toMatchObject(nothing);
  });

  it('offers to disable who has left WeCom, deletes nobody, and leaves people alone who never were in it', async () => {
    await hire(admin, { name: '临时工' });
    await sync();
    wecom.users = wecom.users.filter((one) => one.userid !== 'lina');
    const shown = await preview();
    expect(shown.goneStaff.map((one) => one.name)).toEqual(['李娜']);
    expect(await sync(['newStaff', 'changedStaff'])).toMatchObject({ disabled: 0 });
    expect(await sync(['goneStaff'])).toMatchObject({ disabled: 1 });
    expect(await people()).toEqual(
      ['临时工  active', '张伟 工程部 active', '未登记员工 客服部 active', '李娜 客服部 disabled'].sort(),
    );
    wecom.users.push(structuredClone(original.users[1]!));
    expect((await preview()).problems).toMatchObject([{ name: '李娜（lina）', isConflict: false }]);
  });

  it('lists a phone that is somebody else’s as a conflict and changes neither', async () => {
    await sync();
    const other = await hire(admin, { name: '王芳' });
    user('zhangwei').mobile = other.phone;
    user('stranger').mobile = user('lina').mobile;
    const shown = await preview();
    expect(shown).toMatchObject(nothing);
    expect(shown.problems.map((one) => `${one.name} ${one.isConflict}`)).toEqual([
      '未登记员工（stranger） true',
      '张伟（zhangwei） true',
    ]);
  });

  it('recognises a person whose account in WeCom was renamed', async () => {
    await sync();
    user('lina').userid = 'li.na';
    const shown = await preview();
    expect(shown).toMatchObject({ newStaff: [], goneStaff: [] });
    expect(shown.changedStaff[0]!.changes).toEqual([{ label: '企业微信账号', before: 'lina', after: 'li.na' }]);
    await sync();
    expect(await preview()).toMatchObject(nothing);
  });
});

describe('what keeps the directory out', () => {
  it('refuses a plan that is no longer what was shown, and whoever lacks a right, and writes nothing', async () => {
    const shown = await preview();
    const apply = (kinds: WecomSyncKind[], asking = admin) =>
      asking.call(applyWecomSync, {
        params: { taskId: shown.taskId },
        body: { kinds, fingerprint: shown.fingerprint },
      });
    const clerk = await company.person('收银员');
    expect((await refusal(clerk.call(compareWecom))).code).toBe('permission.denied');
    const colleague = await company.person('管理员');
    const hidden = colleague.call(getWecomSync, { params: { taskId: shown.taskId } });
    expect((await refusal(hidden)).code).toBe('wecom.noComparison');
    await admin.call(disableStaff, { body: { ids: [colleague.staffId, clerk.staffId] } });
    await hire(admin, { name: '张伟', phone: user('zhangwei').mobile });
    const before = await people();
    expect((await refusal(apply(everything))).code).toBe('wecom.planChanged');
    expect(await people()).toEqual(before);
    expect(await treeOf(admin)).toEqual([]);
  });

  it('never offers to disable the person who asks, and undoes everything when one step is refused', async () => {
    await sync();
    await server.services.ownerPool.query(`update staff set wecom_user_id = 'boss' where id = $1`, [admin.staffId]);
    wecom.users.push({ userid: 'new', name: '新人', mobile: freePhone(), department: [2], position: '' });
    const own = await preview();
    expect(own.goneStaff).toEqual([]);
    expect(own.problems[0]!.reason).toContain('不能停用自己');
    const names = await people();
    const tree = await treeOf(admin);
    wecom.departments.push({ id: 5, name: '保洁部', parentid: 1 }, { id: 4, name: '客服部', parentid: 1 });
    const clash = await preview();
    const body = { kinds: everything, fingerprint: clash.fingerprint };
    const refused = await refusal(admin.call(applyWecomSync, { params: { taskId: clash.taskId }, body }));
    expect(refused.code).toBe('department.exists');
    expect(await people()).toEqual(names);
    expect(await treeOf(admin)).toEqual(tree);
  });

  it('says what WeCom answers: no permission, too many calls, a broken line, an answer that is none', async () => {
    const failing = async (...faults: Parameters<Emulator['faults']['plan']>[1]) => {
      emulator.faults.plan('wecom', faults);
      const task = await compared();
      expect(task.state).toBe('failed');
      emulator.faults.clear();
      return task.error;
    };
    expect(await failing('noPermission')).toContain('没有读取通讯录的权限');
    expect(await failing('rateLimit')).toContain('限制了调用次数');
    expect(await failing('lost')).toContain('连接中断');
    expect(await failing('garbage')).toContain('无法识别');
    expect(await failing('serverError')).toContain('没有改动任何资料');
    emulator.faults.plan('wecom', ['invalidToken']);
    expect((await compared()).state).toBe('done');
    wecom.users = [];
    expect((await compared()).error).toContain('没有读到任何员工');
    expect(await people()).toEqual([]);
    await setUp('wrong', 1);
    expect((await compared()).error).toContain('不认可企业 ID 或应用 Secret');
  });

  it('does not wait for ever, and asks to set WeCom up first', async () => {
    emulator.faults.plan('wecom', ['timeout']);
    const setup = {
      companyId: company.id,
      provider: 'wecom',
      settings: { corpId: wecom.corpId },
      secrets: { secret: wecom.secret },
      templates: {},
    };
    const outside = { gateway: emulator.url, now: server.clock.now(), timeoutMs: 200 };
    await expect(readWecomDirectory(setup, outside, async () => {})).rejects.toThrow('没有在限定时间内应答');
    const other = await (await server.company('另一家')).person('管理员');
    expect((await refusal(other.call(compareWecom))).code).toBe('wecom.notSet');
  });
});
