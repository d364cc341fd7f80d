import { currentSession, fileLink, houseResource, listReceipts, resourceEndpoints } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaff } from '../src/platform/company/create-company.ts';
import { sql } from '../src/platform/database/sql.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from './test-app.ts';
import { multipartFile } from './walk/marked-company.ts';

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
});
afterAll(() => server.stop());

const house = resourceEndpoints(houseResource);
const codeOf = async (person: TestPerson) => (await refusal(person.call(currentSession))).code;
const change = (text: string, values: unknown[]) => server.services.ownerPool.query(text, values);

describe('an open session', () => {
  it('ends at once when the account is disabled, the person leaves, or the session’s time is over', async () => {
    const [one, two, three] = [
      await company.person('客服'),
      await company.person('客服'),
      await company.person('客服'),
    ];
    await change('update account set disabled_at = now() where id = (select account_id from staff where id = $1)', [
      one.staffId,
    ]);
    expect(await codeOf(one)).toBe('session.expired');
    await change(`update staff set expires_on = '2026-03-10' where id = $1`, [two.staffId]);
    expect(await codeOf(two)).toBe('session.expired');
    await change('update session set expires_at = $2 where staff_id = $1', [three.staffId, '2026-03-10T02:00:00Z']);
    expect(await codeOf(three)).toBe('session.expired');
  });

  it('loses a right the moment it is taken away, and a community the moment it is left', async () => {
    const cashier = await company.person('收银员', [company.communityId]);
    expect((await cashier.call(listReceipts, { query: {} })).total).toBe(0);
    await change(
      `update permission_group set permissions = array_remove(permissions, 'receipt.view') where company_id = $1 and name = '收银员'`,
      [company.id],
    );
    expect((await refusal(cashier.call(listReceipts, { query: {} }))).code).toBe('permission.denied');
    await change('delete from staff_community where staff_id = $1', [cashier.staffId]);
    expect((await cashier.call(currentSession)).communities).toEqual([]);
  });

  it('may do nothing but change the initial password until that is done', async () => {
    const phone = '13600000001';
    await company.run((ctx) =>
      createStaff(ctx, {
        name: '新人',
        phone,
        password: 'first-one-1',
        position: '',
        groups: ['管理员'],
        communityIds: '*',
        mustChangePassword: true,
      }),
    );
    const signedIn = await server.app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { phone, password: 'first-one-1' },
    });
    expect(signedIn.json().mustChangePassword).toBe(true);
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!;
    const get = async (url: string) => (await server.app.inject({ method: 'GET', url, headers: { cookie } })).json();
    expect((await get('/api/houses')).code).toBe('session.passwordChangeRequired');
    expect((await get('/api/tasks')).code).toBe('session.passwordChangeRequired');
    const payload = { oldPassword: 'first-one-1', newPassword: 'second-one-2' };
    expect(
      (await server.app.inject({ method: 'POST', url: '/api/session/password', headers: { cookie }, payload }))
        .statusCode,
    ).toBe(200);
    expect((await get('/api/houses')).total).toBe(0);
  });

  it('is held by a cookie that scripts cannot read and other sites cannot send along, made anew at every sign-in', async () => {
    const person = await company.person('客服');
    const phone = (await person.call(currentSession)).staff.phone;
    const signIn = (forwarded: string) =>
      server.app.inject({
        method: 'POST',
        url: '/api/session',
        headers: { cookie: person.cookie, 'x-forwarded-proto': forwarded },
        payload: { phone, password: 'anlin2026' },
      });
    const [plain, secure] = [
      String((await signIn('http')).headers['set-cookie']),
      String((await signIn('https')).headers['set-cookie']),
    ];
    expect(plain).toMatch(/^anlin_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect(secure).toContain('; Secure');
    expect(new Set([plain, secure, person.cookie].map((one) => one.split(';')[0])).size).toBe(3);
  });

  it('cannot be used from another site, whatever the request looks like', async () => {
    const person = await company.person('管理员');
    const attempts: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.anlin.example' },
    ];
    for (const method of ['POST', 'PATCH', 'DELETE'] as const) {
      for (const headers of attempts) {
        const response = await server.app.inject({
          method,
          url: '/api/houses/01900000-0000-7000-8000-000000000000',
          headers: { cookie: person.cookie, host: 'anlin.example', ...headers },
        });
        expect(response.json().code).toBe('request.crossSite');
      }
    }
  });
});

describe('a link to a file', () => {
  const upload = async (person: TestPerson) => {
    const { headers, payload } = multipartFile('<script>.html', '<script>alert(1)</script>');
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/files',
      headers: { ...headers, cookie: person.cookie },
      payload,
    });
    return response.json<{ id: string }>().id;
  };
  const open = (url: string) => server.app.inject({ method: 'GET', url });

  it('opens the file as a download that no browser runs', async () => {
    const person = await company.person('客服');
    const { url } = await person.call(fileLink, { params: { id: await upload(person) } });
    const response = await open(url);
    expect(response.body).toBe('<script>alert(1)</script>');
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers['content-disposition']).toMatch(/^attachment;/);
  });

  it('is worth nothing when forged, altered, expired, or given for another company', async () => {
    const person = await company.person('客服');
    const id = await upload(person);
    const { url } = await person.call(fileLink, { params: { id } });
    const other = await server.company('别家物业');
    const last = url.at(-1) === 'A' ? 'B' : 'A';
    const forged = [
      url.slice(0, -1) + last,
      url.replace(/signature=.*/, `signature=${'A'.repeat(43)}`),
      url.replace(/signature=.*/, 'signature='),
      url.replace(/expires=(\d+)/, (_, at: string) => `expires=${Number(at) + 1}`),
      url.replace(company.id, other.id),
      url.replace(id, await upload(person)),
    ];
    for (const link of forged) expect((await open(link)).json().code).toBe('file.notFound');
    const stranger = await other.person('管理员');
    expect((await refusal(stranger.call(fileLink, { params: { id } }))).code).toBe('file.notFound');
    server.clock.set('2026-03-10T02:10:01Z');
    expect((await open(url)).json().code).toBe('file.notFound');
    server.clock.set('2026-03-10T02:00:00Z');
  });

  it('is not given to a colleague for somebody’s private file', async () => {
    const [one, two] = [await company.person('客服'), await company.person('管理员')];
    expect((await refusal(two.call(fileLink, { params: { id: await upload(one) } }))).code).toBe('file.notFound');
  });
});

describe('every answer', () => {
  it('carries the headers that keep browsers from being tricked', async () => {
    for (const url of ['/api/session', '/api/openapi.json', '/nowhere']) {
      const { headers } = await server.app.inject({ method: 'GET', url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      expect(headers['content-security-policy']).toContain(`frame-ancestors 'none'`);
      expect(headers['content-security-policy']).toContain(`object-src 'none'`);
      expect(headers['content-security-policy']).toMatch(/script-src 'self'(;|$)/);
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('to a path that climbs or hides is “no such address”, never a file', async () => {
    const paths = [
      '/..%2f..%2fetc/passwd',
      '/api/files/..%2f..%2fsecret.key/content',
      '/%2e%2e/%2e%2e/secret.key',
      '/api/houses/..%2f..%2fsession',
      '/api//session',
      '/assets/..%5c..%5csecret.key',
      '/api/files/%00/link',
      '/api/houses/%ff',
    ];
    for (const url of paths) {
      const response = await server.app.inject({ method: 'GET', url });
      expect({ url, isRefused: [400, 401, 404, 422].includes(response.statusCode) }).toEqual({ url, isRefused: true });
      expect(response.body).not.toMatch(/root:|node_modules|at .*\.ts/);
    }
  });

  it('to a body that is too large is 413, and to one that is no JSON 400, in Chinese', async () => {
    const person = await company.person('管理员');
    const post = (payload: string, type = 'application/json') =>
      server.app.inject({
        method: 'POST',
        url: '/api/houses',
        headers: { cookie: person.cookie, 'content-type': type },
        payload,
      });
    expect((await post(JSON.stringify({ note: 'x'.repeat(1_100_000) }))).json()).toMatchObject({
      status: 413,
      code: 'request.tooLarge',
    });
    for (const payload of ['{', '', '{"a":1}}', 'nul', '\u0000'])
      expect((await post(payload)).json()).toMatchObject({ status: 400, code: 'request.malformed' });
    expect((await post('a=1', 'application/x-www-form-urlencoded')).json()).toMatchObject({ status: 400 });
    expect((await post('<a/>', 'text/xml')).json().detail).toMatch(/[一-鿿]/);
  });

  it('to __proto__ and constructor keys is a refusal, and nothing is poisoned', async () => {
    const person = await company.person('管理员');
    const bodies = [
      '{"__proto__":{"isAdmin":true}}',
      '{"constructor":{"prototype":{"isAdmin":true}}}',
      '{"name":"x","color":"red","sortOrder":0,"__proto__":{"x":1}}',
    ];
    for (const payload of bodies) {
      const response = await server.app.inject({
        method: 'POST',
        url: '/api/tags',
        headers: { cookie: person.cookie, 'content-type': 'application/json' },
        payload,
      });
      expect([400, 422]).toContain(response.statusCode);
    }
    for (const filter of ['{"hasOwnProperty":true}']) {
      expect((await refusal(person.call(house.list, { query: { filter } }))).status).toBe(422);
    }
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect(
      await company.run((ctx) => ctx.tx.first(sql`select 1 as one from tag where company_id = ${ctx.companyId}`)),
    ).toBeUndefined();
  });
});
