import { currentSession, listMyCompanies, listSessions, signOut, switchCompany } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusal, signInAs, startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { createStaff } from '../company/create-company.ts';
import { sql } from '../database/sql.ts';

const password = 'anlin2026';
let server: TestApp;
let first: TestCompany;
let second: TestCompany;
let stranger: TestCompany;
let phones = 0;

beforeAll(async () => {
  server = await startTestApp();
  first = await server.company('安居物业');
  second = await server.company('和美物业');
  stranger = await server.company('别家物业');
});
afterAll(() => server.stop());

/** Somebody who keeps the books of two companies. */
async function bookkeeper(): Promise<string> {
  phones += 1;
  const phone = `1367700${String(phones).padStart(4, '0')}`;
  for (const company of [first, second]) {
    const person = {
      name: '周会计',
      phone,
      password,
      position: '会计',
      groups: ['财务'] as const,
      communityIds: '*' as const,
    };
    await company.run((ctx) => createStaff(ctx, person));
  }
  return phone;
}

/** Sends a switch as the browser does and takes the new cookie. */
async function switchTo(cookie: string, companyId: string) {
  const response = await server.app.inject({
    method: 'POST',
    url: switchCompany.path,
    headers: { cookie },
    payload: { companyId },
  });
  return {
    status: response.statusCode,
    body: response.json(),
    cookie: String(response.headers['set-cookie']).split(';')[0],
  };
}

const sessionOf = async (cookie: string) =>
  (await server.app.inject({ url: currentSession.path, headers: { cookie } })).json();

it('somebody who works for two companies goes from one to the other without a second password, and the old cookie is dead', async () => {
  const person = await signInAs(server.app, await bookkeeper(), password);
  expect((await person.call(listMyCompanies)).rows).toEqual([
    { id: first.id, name: '安居物业', isCurrent: true, isOpen: true },
    { id: second.id, name: '和美物业', isCurrent: false, isOpen: true },
  ]);
  const before = await person.call(listSessions);
  const switched = await switchTo(person.cookie, second.id);
  expect(switched.status).toBe(200);
  expect(switched.body.company).toEqual({ id: second.id, name: '和美物业' });
  const there = await sessionOf(switched.cookie!);
  expect(there.company.id).toBe(second.id);
  expect(there.communities.map(({ id }: { id: string }) => id).sort()).toEqual(
    [second.communityId, second.otherCommunityId].sort(),
  );
  expect((await refusal(person.call(currentSession))).code).toBe('session.expired');
  const { rows } = await server.services.ownerPool.query(
    'select count(*)::int as sessions from session where id = $1',
    [before.rows[0]!.id],
  );
  expect(rows).toEqual([{ sessions: 1 }]);
  // There and here again; choosing where one is changes nothing.
  const back = await switchTo(switched.cookie!, first.id);
  expect((await sessionOf(back.cookie!)).company.id).toBe(first.id);
  expect((await switchTo(back.cookie!, first.id)).cookie).toBe('undefined');
});

it('nobody gets into a company they do not work for, have left, or may not enter with this kind of device', async () => {
  const phone = await bookkeeper();
  const person = await signInAs(server.app, phone, password);
  const refused = await switchTo(person.cookie, stranger.id);
  expect(refused.status).toBe(404);
  expect(refused.body.code).toBe('resource.notFound');
  await second.run((ctx) =>
    ctx.tx.run(sql`update staff set may_sign_in_pc = false where company_id = ${second.id} and phone = ${phone}`),
  );
  expect((await switchTo(person.cookie, second.id)).body.code).toBe('signIn.clientRefused');
  expect((await person.call(listMyCompanies)).rows.map(({ name }) => name)).toEqual(['安居物业']);
  await second.run((ctx) =>
    ctx.tx.run(sql`update staff set disabled_at = now() where company_id = ${second.id} and phone = ${phone}`),
  );
  expect((await switchTo(person.cookie, second.id)).status).toBe(404);
  expect((await person.call(currentSession)).company.id).toBe(first.id);
  await person.call(signOut);
});

it('a company that asks for more than a password, and a session of another company’s WeCom, lead to signing in anew', async () => {
  const person = await signInAs(server.app, await bookkeeper(), password);
  await server.services.ownerPool.query(`update company set sign_in_way = 'passwordAndCode' where id = $1`, [
    second.id,
  ]);
  const refused = await switchTo(person.cookie, second.id);
  expect(refused.body).toMatchObject({ status: 403, code: 'session.companyRefused' });
  expect(refused.body.detail).toContain('和美物业');
  expect((await person.call(listMyCompanies)).rows[1]).toMatchObject({ isOpen: false });
  await server.services.ownerPool.query(`update company set sign_in_way = 'password' where id = $1`, [second.id]);
  for (const way of ['wecom', 'unknown']) {
    await server.services.ownerPool.query('update session set way = $1 where company_id = $2', [way, first.id]);
    expect((await switchTo(person.cookie, second.id)).body.code).toBe('session.companyRefused');
  }
});
