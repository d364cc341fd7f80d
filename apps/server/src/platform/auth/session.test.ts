import { changePassword, currentSession, endSession, listSessions, signOut } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
});
afterAll(() => server.stop());

describe('signing in', () => {
  it('shows who is signed in, with rights and only the communities in scope', async () => {
    const cashier = await company.person('收银员', [company.communityId]);
    const view = await cashier.call(currentSession);
    expect(view.communities.map((one) => one.name)).toEqual(['翠湖花园']);
    expect(view.permissions).toContain('cashier.collect');
    expect(view.permissions).not.toContain('bill.raise');
  });

  it('locks an account for 15 minutes after five wrong passwords and says so', async () => {
    await company.run(async (ctx) => {
      const { createStaff } = await import('../company/create-company.ts');
      await createStaff(ctx, {
        name: '测试',
        phone: '13700000001',
        password: 'right-one-1',
        position: '',
        groups: ['客服'],
        communityIds: '*',
      });
    });
    const attempt = (password: string) =>
      server.app.inject({ method: 'POST', url: '/api/session', payload: { phone: '13700000001', password } });
    const codes: string[] = [];
    for (let count = 0; count < 5; count += 1) codes.push((await attempt('wrong')).json().code);
    expect(codes).toEqual(['signIn.wrong', 'signIn.wrong', 'signIn.wrong', 'signIn.wrong', 'signIn.locked']);
    expect((await attempt('right-one-1')).json().detail).toContain('15 分钟后再试');
    server.clock.set('2026-03-10T02:16:00Z');
    expect((await attempt('right-one-1')).statusCode).toBe(200);
  });

  it('ends the other sessions when the password changes, and takes rights away at once', async () => {
    const manager = await company.person('项目经理');
    await manager.call(changePassword, { body: { oldPassword: 'anlin2026', newPassword: 'anlin2027x' } });
    expect((await manager.call(listSessions)).rows).toHaveLength(1);
    const clerk = await company.person('客服');
    await company.run((ctx) =>
      ctx.tx.client.query('update staff set disabled_at = now() where id = $1', [clerk.staffId]),
    );
    expect((await refusal(clerk.call(currentSession))).code).toBe('session.expired');
  });

  it('refuses a changing request that a browser sends from another site', async () => {
    const clerk = await company.person('客服');
    const response = await server.app.inject({
      method: 'DELETE',
      url: '/api/session',
      headers: { cookie: clerk.cookie, origin: 'https://evil.example', host: 'anlin.example' },
    });
    expect(response.json().code).toBe('request.crossSite');
    await clerk.call(signOut);
    expect((await refusal(clerk.call(currentSession))).status).toBe(401);
  });

  it('ends only sessions of one’s own', async () => {
    const [one, two] = [await company.person('客服'), await company.person('客服')];
    const { rows } = await two.call(listSessions);
    expect((await refusal(one.call(endSession, { params: { id: rows[0]!.id } }))).status).toBe(404);
  });
});
