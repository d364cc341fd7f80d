import { residentCookie, startResidentSession } from '../src/platform/auth/resident-session.ts';
import { caller, type TestApp, type TestPerson } from './test-app.ts';

/** A resident signed in on the phone; calls endpoints as `TestPerson` does. */
export type TestResident = Pick<TestPerson, 'cookie' | 'call'>;

/** Signs in whoever has this phone, without the code: what the code does is tested where signing in is. */
export async function enterAsResident(server: TestApp, companyId: string, phone: string): Promise<TestResident> {
  const visitor = { ip: '', userAgent: 'test', earlier: undefined };
  const { cookie } = await startResidentSession(server.services, { companyId, phone }, visitor);
  return residentWith(server, `${residentCookie}=${cookie}`);
}

export const residentWith = (server: TestApp, cookie: string): TestResident => ({
  cookie,
  call: caller(server.app, cookie),
});
