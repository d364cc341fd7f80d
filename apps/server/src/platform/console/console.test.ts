import { currentSession, listToDos, mostPreferenceCharacters, writePreference } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

it('remembers what a person set up, for them alone and wherever they sign in', async () => {
  const company = await server.company();
  const cashier = await company.person('收银员');
  const other = await company.person('客服');
  await cashier.call(writePreference, { params: { key: 'favourites' }, body: { value: ['/cashier/desk'] } });
  await cashier.call(writePreference, { params: { key: 'favourites' }, body: { value: ['/estate/houses'] } });
  expect((await cashier.call(currentSession)).preferences).toEqual({ favourites: ['/estate/houses'] });
  expect((await other.call(currentSession)).preferences).toEqual({});
  await cashier.call(writePreference, { params: { key: 'favourites' }, body: { value: null } });
  expect((await cashier.call(currentSession)).preferences).toEqual({});
});

it('refuses what is too long or badly named, and keeps what was there', async () => {
  const company = await server.company();
  const cashier = await company.person('收银员');
  await cashier.call(writePreference, { params: { key: 'columns.house' }, body: { value: { hidden: [] } } });
  const long = 'x'.repeat(mostPreferenceCharacters);
  await expect(
    cashier.call(writePreference, { params: { key: 'columns.house' }, body: { value: long } }),
  ).rejects.toMatchObject({ problem: { status: 422 } });
  await expect(cashier.call(writePreference, { params: { key: '../x' }, body: { value: 1 } })).rejects.toMatchObject({
    problem: { status: 422 },
  });
  expect((await cashier.call(currentSession)).preferences).toEqual({ 'columns.house': { hidden: [] } });
});

it('tells nobody of work they may not do', async () => {
  const company = await server.company();
  const guard = await company.person('保安');
  const { rows } = await guard.call(listToDos);
  expect(rows).toEqual([]);
});
