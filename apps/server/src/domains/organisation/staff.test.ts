import {
  addStaff,
  changePassword,
  createPermissionGroup,
  currentSession,
  disableStaff,
  editCompany,
  editStaff,
  enableStaff,
  getCompany,
  listAudit,
  listMyCompanies,
  listShownStaff,
  resetPasswords,
  resourceEndpoints,
  setDepartmentGroups,
  staffDetails,
  staffInput,
  staffResource,
  switchCompany,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  refusal,
  signInAs,
  startTestApp,
  type TestApp,
  type TestCompany,
  type TestPerson,
} from '../../../test/test-app.ts';
import { upload } from '../imports/imports.fixture.ts';
import { fillStaffPinyin } from './fill-pinyin.ts';
import { addDepartments, freePhone, hire } from './organisation.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  company = await server.company();
  admin = await company.person('管理员');
});

const endpoints = resourceEndpoints(staffResource);
const password = 'mima2026x';

/** Signs in with the initial password and replaces it. */
async function settleIn({ phone, initialPassword }: { phone: string; initialPassword: string }): Promise<TestPerson> {
  const person = await signInAs(server.app, phone, initialPassword);
  expect((await refusal(person.call(endpoints.list, { query: {} }))).code).toBe('session.passwordChangeRequired');
  await person.call(changePassword, { body: { oldPassword: initialPassword, newPassword: password } });
  return person;
}

const names = async (query: object, asking = admin) => {
  const { rows } = await asking.call(endpoints.list, { query: { page: 1, pageSize: 50, sort: 'name', ...query } });
  return rows.map((row) => row.name);
};
const edit = (id: string, changes: object, asking = admin) =>
  asking.call(editStaff, { params: { id }, body: changes as never });
const disable = (ids: string[], asking = admin) => asking.call(disableStaff, { body: { ids } });

describe('a new member of the staff', () => {
  it('signs in with the password shown once, must change it, and is found by name, pinyin, number and phone tail', async () => {
    const hired = await hire(admin, { name: '高志强', number: 'A012', position: '维修工', joinedOn: '2026-03-01' });
    const person = await settleIn(hired);
    expect((await person.call(currentSession)).staff).toMatchObject({ name: '高志强', position: '维修工' });
    await hire(admin, { name: '周雨桐', number: 'B007' });
    for (const q of ['志强', 'gzq', 'gaozhi', 'A012', hired.phone.slice(-4)])
      expect(await names({ q })).toEqual(['高志强']);
    const audit = await admin.call(listAudit, { query: { page: 1, pageSize: 50, action: 'staff.create' } });
    expect(JSON.stringify(audit.rows)).not.toContain(hired.phone);
  });

  it('is refused with a phone or number that a colleague has, and with a weak password, and nothing is written', async () => {
    const { phone } = await hire(admin, { name: '高志强', number: 'A012' });
    const before = await names({});
    const same = { ...staffInput.parse({ name: '高强', phone }), initialPassword: null };
    expect(await refusal(admin.call(addStaff, { body: same }))).toMatchObject({
      code: 'staff.phoneTaken',
      detail: expect.stringContaining('“高志强”'),
    });
    const number = { ...same, phone: freePhone(), number: 'A012' };
    expect((await refusal(admin.call(addStaff, { body: number }))).code).toBe('staff.numberTaken');
    const weak = { ...same, phone: freePhone(), initialPassword: '12345678' };
    expect((await refusal(admin.call(addStaff, { body: weak }))).fields).toMatchObject([{ path: 'initialPassword' }]);
    const place = { ...same, phone: freePhone(), departmentIds: [server.services.newId()] };
    expect((await refusal(admin.call(addStaff, { body: place }))).code).toBe('reference.notFound');
    expect(await names({})).toEqual(before);
  });

  it('works in several departments, and the list is narrowed by one with all below it', async () => {
    const [works, repair, service] = await addDepartments(admin, ['工程部', '工程部/维修组', '客服部']);
    await hire(admin, { name: '甲', departmentIds: [repair!, service!] });
    await hire(admin, { name: '乙', departmentIds: [works!] });
    await hire(admin, { name: '丙', departmentIds: [service!] });
    const within = (id: string) => names({ filter: JSON.stringify({ departmentIds: [id] }) });
    expect((await within(works!)).toSorted()).toEqual(['甲', '乙'].toSorted());
    expect((await within(service!)).toSorted()).toEqual(['甲', '丙'].toSorted());
    const { rows } = await admin.call(endpoints.list, { query: { q: '甲' } });
    expect(rows[0]).toMatchObject({ departments: '客服部、工程部/维修组' });
  });

  it('has a photo that must be a picture, and is shown to residents when marked', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const photoFileId = await upload(server, admin, png, '照片.png');
    const { id } = await hire(admin, { name: '高志强', photoFileId, isShownToResidents: true, skills: '水电、门锁' });
    await hire(admin, { name: '周雨桐' });
    const { photoUrl } = await admin.call(staffDetails, { params: { id } });
    expect((await server.app.inject({ url: photoUrl! })).headers['content-type']).toBe('image/png');
    expect((await admin.call(listShownStaff)).rows).toMatchObject([{ name: '高志强', skills: '水电、门锁' }]);
    const text = await upload(server, admin, 'not a picture', '照片.png');
    const wrong = { ...staffInput.parse({ name: '甲', phone: freePhone(), photoFileId: text }), initialPassword: null };
    expect((await refusal(admin.call(addStaff, { body: wrong }))).code).toBe('file.typeRefused');
  });
});

describe('one person in two companies', () => {
  it('has one account with one password, which neither company can reset', async () => {
    const hired = await hire(admin, { name: '沈建华' });
    await settleIn(hired);
    const other = await (await server.company('另一家')).person('管理员');
    const again = await hire(other, { name: '沈建华', phone: hired.phone });
    expect(again.initialPassword).toBe('');
    await signInAs(server.app, hired.phone, password);
    await signInAs(server.app, hired.phone, password, again);
    for (const [boss, id] of [
      [admin, hired.id],
      [other, again.id],
    ] as const) {
      expect((await refusal(boss.call(resetPasswords, { body: { ids: [id] } }))).code).toBe('staff.worksElsewhere');
    }
  });

  it('is not to be had by a company that adds the phone with a password of its choice: that password opens nothing, and it learns nothing but a code', async () => {
    const hired = await hire(admin, { name: '沈建华' });
    const person = await settleIn(hired);
    const hostileCompany = await server.company('恶意公司');
    const hostile = await hostileCompany.person('管理员');
    const body = { ...staffInput.parse({ name: '沈建华', phone: hired.phone }), initialPassword: 'chosen2026x' };
    const added = await hostile.call(addStaff, { body });
    expect(added.initialPassword).toBeNull();
    for (const joinCode of [undefined, added.joinCode!])
      expect((await refusal(signInAs(server.app, hired.phone, 'chosen2026x', joinCode ? { joinCode } : {}))).code).toBe(
        'signIn.wrong',
      );
    const again = (await hostile.call(resetPasswords, { body: { ids: [added.id] } })).rows[0]!;
    expect([again.password, again.joinCode === added.joinCode]).toEqual(['', false]);
    // Their own company is theirs as before, and the other is not among theirs until they join it.
    expect((await person.call(listMyCompanies)).rows.map(({ id }) => id)).toEqual([company.id]);
    expect((await refusal(person.call(switchCompany, { body: { companyId: hostileCompany.id } }))).code).toBe(
      'resource.notFound',
    );
    expect((await refusal(signInAs(server.app, hired.phone, password, { joinCode: added.joinCode! }))).code).toBe(
      'signIn.joinCodeWrong',
    );
    // Nor does it keep their own company from giving them a new password.
    expect((await admin.call(resetPasswords, { body: { ids: [hired.id] } })).rows[0]?.password).not.toBe('');
  });

  it('is closed to the company that made it once its person has joined another: the known password must be changed, and who was signed in with it is out', async () => {
    const hostile = await (await server.company('恶意公司')).person('管理员');
    const phone = freePhone();
    // The hostile company knows the phone of somebody the other will hire, makes the account first and settles in itself.
    const made = await hire(hostile, { name: '沈建华', phone });
    const intruder = await settleIn(made);
    const hired = await hire(admin, { name: '沈建华', phone });
    expect((await intruder.call(listMyCompanies)).rows).toHaveLength(1);
    expect((await refusal(signInAs(server.app, phone, password, { joinCode: 'abcd-2345-efgh' }))).code).toBe(
      'signIn.joinCodeWrong',
    );
    const joined = await signInAs(server.app, phone, password, hired);
    expect((await joined.call(currentSession)).company.id).toBe(company.id);
    expect((await refusal(joined.call(endpoints.list, { query: {} }))).code).toBe('session.passwordChangeRequired');
    expect((await refusal(intruder.call(currentSession))).status).toBe(401);
    await joined.call(changePassword, { body: { oldPassword: password, newPassword: 'mine2026only' } });
    expect((await refusal(signInAs(server.app, phone, password))).code).toBe('signIn.wrong');
    expect((await refusal(hostile.call(resetPasswords, { body: { ids: [made.id] } }))).code).toBe(
      'staff.worksElsewhere',
    );
    expect((await joined.call(listMyCompanies)).rows).toHaveLength(2);
    expect((await refusal(signInAs(server.app, phone, 'mine2026only', hired))).code).toBe('signIn.joinCodeWrong');
    // Whom the maker let go and who never joined is told what to do.
    const second = await hire(hostile, { name: '乙' });
    await settleIn(second);
    await hire(admin, { name: '乙', phone: second.phone });
    await disable([second.id], hostile);
    expect((await refusal(signInAs(server.app, second.phone, password))).detail).toContain('加入码');
  });

  it('keeps the other company’s sign-in when one company changes the phone, and gets another account here', async () => {
    const hired = await hire(admin, { name: '沈建华' });
    await settleIn(hired);
    const otherCompany = await server.company('另一家');
    const other = await otherCompany.person('管理员');
    const again = await hire(other, { name: '沈建华', phone: hired.phone });
    const phone = freePhone();
    const { initialPassword } = await edit(
      again.id,
      { ...staffInput.parse({ name: '沈建华', phone }), version: 1 },
      other,
    );
    expect((await signInAs(server.app, hired.phone, password)).staffId).toBe(hired.id);
    const there = await signInAs(server.app, phone, initialPassword!);
    expect((await there.call(currentSession)).company.id).toBe(otherCompany.id);
  });
});

describe('keeping people out', () => {
  it('ends their sessions at once when they are disabled, together or alone, and lets them in again', async () => {
    const hired = [await hire(admin, { name: '甲' }), await hire(admin, { name: '乙' })];
    const people = [await settleIn(hired[0]!), await settleIn(hired[1]!)];
    const ids = hired.map((one) => one.id);
    expect(await disable(ids)).toEqual({ count: 2 });
    for (const person of people) expect((await refusal(person.call(currentSession))).status).toBe(401);
    expect((await refusal(signInAs(server.app, hired[0]!.phone, password))).code).toBe('signIn.disabled');
    expect(await names({ filter: JSON.stringify({ state: ['disabled'] }) })).toHaveLength(2);
    expect(await disable(ids)).toEqual({ count: 0 });
    expect(await admin.call(enableStaff, { body: { ids } })).toEqual({ count: 2 });
    await signInAs(server.app, hired[0]!.phone, password);
  });

  it('refuses to disable oneself and the last administrator, also when two disable each other at once', async () => {
    expect((await refusal(disable([admin.staffId]))).code).toBe('staff.notOneself');
    const second = await company.person('管理员');
    const both = await Promise.allSettled([disable([second.staffId]), disable([admin.staffId], second)]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const { rows } = await company.run((ctx) =>
      ctx.tx.client.query('select count(*)::int as count from staff where company_id = $1 and disabled_at is null', [
        company.id,
      ]),
    );
    expect(rows[0].count).toBe(1);
  });

  it('refuses a day of leaving for the last administrator', async () => {
    const { rows } = await admin.call(endpoints.list, { query: {} });
    const self = { ...staffInput.parse({ name: '管理员', phone: String(rows[0]!.phone) }), version: 1 };
    const leaving = edit(admin.staffId, { ...self, expiresOn: '2027-01-01' });
    expect((await refusal(leaving)).code).toBe('staff.lastAdministrator');
    await company.person('管理员');
    await edit(admin.staffId, { ...self, expiresOn: '2027-01-01' });
  });

  it('lets nobody get at the account of a person with more rights', async () => {
    const clerk = await company.person('客服');
    await company.run((ctx) =>
      ctx.tx.client.query(
        `update permission_group set permissions = permissions || '{staff.view,staff.edit,staff.disable,staff.resetPassword}' where company_id = $1 and name = '客服'`,
        [company.id],
      ),
    );
    const body = { ids: [admin.staffId] };
    expect((await refusal(clerk.call(resetPasswords, { body }))).code).toBe('staff.higherRights');
    expect((await refusal(disable([admin.staffId], clerk))).code).toBe('staff.higherRights');
    const colleague = await hire(admin, { name: '甲' });
    expect((await clerk.call(resetPasswords, { body: { ids: [colleague.id] } })).rows).toHaveLength(1);
  });

  it('counts an administrator who has all rights without any being listed, as the last and as one with more rights', async () => {
    await company.run((ctx) =>
      ctx.tx.client.query(
        `update permission_group set permissions = '{}', phone_permissions = '{}' where company_id = $1 and holds_all`,
        [company.id],
      ),
    );
    const clerk = await company.person('客服');
    await company.run((ctx) =>
      ctx.tx.client.query(
        `update permission_group set permissions = permissions || '{staff.view,staff.disable,staff.resetPassword}' where company_id = $1 and name = '客服'`,
        [company.id],
      ),
    );
    expect((await refusal(disable([admin.staffId], clerk))).code).toBe('staff.higherRights');
    expect((await refusal(clerk.call(resetPasswords, { body: { ids: [admin.staffId] } }))).code).toBe(
      'staff.higherRights',
    );
    const { phone } = await admin.call(endpoints.get, { params: { id: admin.staffId } });
    const self = { ...staffInput.parse({ name: '管理员', phone: String(phone) }), version: 1 };
    const leaving = edit(admin.staffId, { ...self, expiresOn: '2027-01-01' });
    expect((await refusal(leaving)).code).toBe('staff.lastAdministrator');
  });

  it('counts the rights a person has through a department, and on the phone alone', async () => {
    const clerk = await company.person('客服');
    await company.run((ctx) =>
      ctx.tx.client.query(
        `update permission_group set permissions = permissions || '{staff.view,staff.disable,staff.resetPassword}' where company_id = $1 and name = '客服'`,
        [company.id],
      ),
    );
    const [finance] = await addDepartments(admin, ['财务部']);
    const group = { name: '只在手机上作废', permissions: [], phonePermissions: ['bill.void' as const] };
    const { id } = await admin.call(createPermissionGroup, { body: group });
    const colleague = await hire(admin, { name: '甲', departmentIds: [finance!] });
    const body = { ids: [colleague.id] };
    expect((await clerk.call(resetPasswords, { body })).rows).toHaveLength(1);
    await admin.call(setDepartmentGroups, { params: { id: finance! }, body: { permissionGroupIds: [id] } });
    expect((await refusal(clerk.call(resetPasswords, { body }))).code).toBe('staff.higherRights');
  });

  it('ends access from the day of leaving on, by the company’s own midnight, in open sessions too', async () => {
    const hired = await hire(admin, { name: '甲', expiresOn: '2026-03-20' });
    const person = await settleIn(hired);
    // 23:59 on the 19th in Shanghai.
    server.clock.set('2026-03-19T15:59:00Z');
    await person.call(currentSession);
    expect(await names({ filter: JSON.stringify({ state: ['active'] }) })).toContain('甲');
    // Midnight in Shanghai, still the 19th in UTC.
    server.clock.set('2026-03-19T16:00:00Z');
    expect((await refusal(person.call(currentSession))).status).toBe(401);
    expect((await refusal(signInAs(server.app, hired.phone, password))).code).toBe('signIn.disabled');
    expect(await names({ filter: JSON.stringify({ state: ['expired'] }) })).toEqual(['甲']);
    expect(await admin.call(enableStaff, { body: { ids: [hired.id] } })).toEqual({ count: 1 });
    await signInAs(server.app, hired.phone, password);
  });

  it('keeps PC and phone apart: a right taken away ends that client’s sessions and refuses the next sign-in', async () => {
    const hired = await hire(admin, { name: '甲' });
    const atDesk = await settleIn(hired);
    const signInOn = (client: string) =>
      server.app.inject({ method: 'POST', url: '/api/session', payload: { phone: hired.phone, password, client } });
    expect((await signInOn('phone')).statusCode).toBe(200);
    const { sessionCount } = await admin.call(staffDetails, { params: { id: hired.id } });
    expect(sessionCount).toBe(2);
    await edit(hired.id, { ...staffInput.parse({ name: '甲', phone: hired.phone, maySignInPc: false }), version: 1 });
    expect((await refusal(atDesk.call(currentSession))).status).toBe(401);
    expect((await signInOn('pc')).json().detail).toContain('没有在电脑登录的权限');
    expect((await signInOn('phone')).statusCode).toBe(200);
  });

  it('a reset password is shown once, must be changed, and ends every session', async () => {
    const hired = await hire(admin, { name: '甲' });
    const person = await settleIn(hired);
    const { rows } = await admin.call(resetPasswords, { body: { ids: [hired.id] } });
    expect((await refusal(person.call(currentSession))).status).toBe(401);
    expect((await refusal(signInAs(server.app, hired.phone, password))).code).toBe('signIn.wrong');
    await settleIn({ phone: hired.phone, initialPassword: rows[0]!.password });
    expect((await refusal(admin.call(resetPasswords, { body: { ids: [admin.staffId] } }))).code).toBe('staff.oneself');
  });
});

describe('staff of others', () => {
  it('are not found from another company, and nothing happens to them', async () => {
    const hired = await hire(admin, { name: '甲' });
    const person = await settleIn(hired);
    const other = await (await server.company('另一家')).person('管理员');
    expect(await names({ q: '甲' }, other)).toEqual([]);
    expect((await refusal(disable([hired.id], other))).status).toBe(404);
    expect((await refusal(other.call(resetPasswords, { body: { ids: [hired.id] } }))).status).toBe(404);
    const body = { ...staffInput.parse({ name: '乙', phone: freePhone() }), version: 1 };
    expect((await refusal(edit(hired.id, body, other))).status).toBe(404);
    await person.call(currentSession);
  });

  it('are changed only by those who may, and by nobody who has not seen the last change', async () => {
    const hired = await hire(admin, { name: '甲' });
    const manager = await company.person('项目经理');
    expect((await refusal(disable([hired.id], manager))).detail).toContain('员工 · 停用与启用');
    const body = { ...staffInput.parse({ name: '甲二', phone: hired.phone }), version: 1 };
    await edit(hired.id, body);
    expect((await refusal(edit(hired.id, body))).code).toBe('resource.changed');
  });

  it('who came before this release are found by pinyin once the application has looked at them', async () => {
    const person = await company.person('收银员');
    await company.run((ctx) => ctx.tx.client.query(`update staff set name = '孙丽娟' where id = $1`, [person.staffId]));
    await fillStaffPinyin(server.services, company.id);
    expect(await names({ q: 'slj' })).toEqual(['孙丽娟']);
  });
});

describe('the company', () => {
  it('changes its name and logo, with audit, seen by nobody of another company', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const logoFileId = await upload(server, admin, png, 'logo.png');
    const body = {
      version: 1,
      name: '安居物业服务有限公司',
      contact: '陈国栋',
      phone: '0755-1',
      address: '深圳',
      logoFileId,
    };
    await admin.call(editCompany, { body });
    expect(await admin.call(getCompany)).toMatchObject({ name: body.name, logo: [{ id: logoFileId }] });
    expect((await refusal(admin.call(editCompany, { body }))).code).toBe('resource.changed');
    const audit = await admin.call(listAudit, { query: { page: 1, pageSize: 5, action: 'company.update' } });
    expect(audit.rows[0]).toMatchObject({ before: { name: '安居物业' }, after: { name: body.name, hasLogo: true } });
    const other = await (await server.company('另一家')).person('管理员');
    expect((await refusal(other.call(editCompany, { body: { ...body, version: 1 } }))).code).toBe('reference.notFound');
    expect(await other.call(getCompany)).toMatchObject({ name: '另一家', logo: [] });
  });
});
