import { createCustomField, houseResource, imports, listCustomFields, resourceEndpoints } from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { wizard } from './imports.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

it('a file with the company’s own columns brings their values, and the same file again changes nothing', async () => {
  const company = await server.company();
  const person = await company.person('管理员');
  const add = (body: object) =>
    person.call(createCustomField, {
      body: { resource: 'house', ...body } as { resource: string; kind: 'text'; label: string },
    });
  await add({ kind: 'decimal', label: '装修押金' });
  await add({ kind: 'choices', label: '配套', options: [{ label: '露台' }, { label: '地暖' }] });
  await add({ kind: 'day', label: '验房日期' });
  await add({ kind: 'files', label: '验房单' });
  const { rows: fields } = await person.call(listCustomFields, { query: { resource: 'house' } });
  const keyOf = (label: string) => fields.find((one) => one.label === label)!.key;

  const template = await server.app.inject({ url: imports.house.template.path, headers: { cookie: person.cookie } });
  const titles: string[] = [];
  for await (const row of (await openSpreadsheet({ bytes: template.rawPayload })).rows()) {
    titles.push(...row.cells.map((cell) => cell.text));
    break;
  }
  expect(titles).toEqual(expect.arrayContaining(['装修押金', '配套', '验房日期']));
  expect(titles).not.toContain('验房单');

  const file =
    '楼宇,房号,建筑面积,装修押金,配套,验房日期\n1栋,101,98.5,2000.5,地暖、露台,2026/3/1\n1栋,102,76,,,\n1栋,103,76,很多,,\n';
  const house = wizard(server, company, person, 'house');
  const first = await house.all(file, '房屋.csv');
  expect(first.counts).toMatchObject({ added: 2, bad: 1 });
  const { rows } = await person.call(resourceEndpoints(houseResource).list, { query: { sort: 'number' } });
  const options = fields.find((one) => one.label === '配套')!.options;
  expect(rows[0]!.custom).toMatchObject({
    [keyOf('装修押金')]: '2000.50',
    [keyOf('配套')]: [options[1]!.key, options[0]!.key],
    [keyOf('验房日期')]: '2026-03-01',
  });
  expect(rows[1]!.custom).toMatchObject({ [keyOf('装修押金')]: null, [keyOf('配套')]: [] });

  expect((await house.all(file, '房屋.csv', 'replace')).counts).toMatchObject({ added: 0, updated: 0, skipped: 2 });
  const changed = file.replace('2000.5', '1800');
  expect((await house.all(changed, '房屋.csv', 'replace')).counts).toMatchObject({ added: 0, updated: 1, skipped: 1 });
});
