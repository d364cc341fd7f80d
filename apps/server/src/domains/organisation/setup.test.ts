import { checkSetupCode, openInstallation, setupStatus } from '@anlin/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signInAs, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { makeSetupCode } from './setup-code.ts';

let server: TestApp;
beforeEach(async () => {
  server = await startTestApp();
});
afterEach(() => server.stop());

const opening = (code: string, name = '春晖物业') => ({
  code,
  company: { name },
  community: { name: '翠湖花园', code: 'CHHY' },
  administrator: { name: '陈春晖', phone: '13900000000', password: 'cuihu2026x' },
});

const post = (path: string, payload: object) => server.app.inject({ method: 'POST', url: path, payload });
const companyCount = async () =>
  (await server.services.pool.query('select count(*)::int as count from company')).rows[0].count;

describe('setting up an installation', () => {
  it('is offered only while there is no company', async () => {
    const isOpen = async () => (await server.app.inject({ url: setupStatus.path })).json().isOpen;
    expect(await isOpen()).toBe(true);
    await server.company();
    expect(await isOpen()).toBe(false);
    const code = await makeSetupCode(server.services);
    expect((await post(openInstallation.path, opening(code))).json().code).toBe('setup.done');
    expect(await companyCount()).toBe(1);
  });

  it('needs the code of this start: a stranger on the network has none, and an older one is void', async () => {
    const old = await makeSetupCode(server.services);
    const code = await makeSetupCode(server.services);
    for (const wrong of ['', 'aaaa-2222-aaaa', old]) {
      expect((await post(openInstallation.path, opening(wrong))).statusCode).not.toBe(200);
    }
    expect((await post(checkSetupCode.path, { code: old })).json().code).toBe('setup.codeWrong');
    expect(await companyCount()).toBe(0);
    expect((await post(checkSetupCode.path, { code: ` ${code.toUpperCase()} ` })).statusCode).toBe(200);
    expect((await post(openInstallation.path, opening(code))).statusCode).toBe(200);
    await signInAs(server.app, '13900000000', 'cuihu2026x');
  });

  it('lets nobody in where no code was ever made', async () => {
    expect((await post(openInstallation.path, opening('abcd-2345-abcd'))).json().code).toBe('setup.codeWrong');
  });

  it('makes one company when two people finish the wizard at once', async () => {
    const code = await makeSetupCode(server.services);
    const answers = await Promise.all([1, 2, 3].map((one) => post(openInstallation.path, opening(code, `公司${one}`))));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409, 409]);
    expect(await companyCount()).toBe(1);
    expect((await server.services.pool.query('select from setup_code')).rowCount).toBe(0);
  });

  it('leaves nothing behind when the password is weak or a field is wrong', async () => {
    const code = await makeSetupCode(server.services);
    const good = opening(code);
    const weak = { ...good, administrator: { ...good.administrator, password: 'short1' } };
    expect((await post(openInstallation.path, weak)).json()).toMatchObject({
      code: 'password.weak',
      fields: [{ path: 'administrator.password' }],
    });
    const noPhone = { ...good, administrator: { ...good.administrator, phone: '12' } };
    expect((await post(openInstallation.path, noPhone)).json().detail).toContain('11 位手机号');
    expect(await companyCount()).toBe(0);
    expect((await post(openInstallation.path, good)).statusCode).toBe(200);
  });

  it('is tried ten times a minute from one address, no more', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1) {
      statuses.push((await post(checkSetupCode.path, { code: 'aaaa-2222-aaaa' })).statusCode);
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 403));
    expect(statuses[10]).toBe(429);
  });
});
