import { imports } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { wizard } from './imports.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function newCompany() {
  const company = await server.company(`物业${server.services.newId()}`);
  const person = await company.person('管理员');
  return { company, person, house: wizard(server, company, person, 'house') };
}

const foreign = '栋座,门牌,计价面积,产权人\n3,301,88.5,王小明\n';
const columns = { buildingName: 0, number: 1, builtArea: 2, ownerName: 3 };
const headingOf = (view: { columns: { key: string; heading: number | null }[] }, key: string) =>
  view.columns.find((column) => column.key === key)?.heading;

describe('a mapping saved by name', () => {
  it('is proposed to a colleague whose next file has its headings, in whatever order and among whatever else', async () => {
    const { company, person, house } = await newCompany();
    const id = await house.open(foreign, '新视窗.csv');
    await house.mapColumns(id, columns);
    await person.call(house.endpoints.saveMapping, { params: { id }, body: { name: '新视窗' } });
    expect((await house.view(id)).mappingName).toBe('新视窗');
    const colleague = wizard(server, company, await company.person('客服'), 'house');
    const next = await colleague.view(
      await colleague.open('备用,产权人,门牌,计价面积,栋座\nx,李雷,302,90,3\n', '下月.csv'),
    );
    expect(next).toMatchObject({ mappingName: '新视窗', missing: [] });
    expect([headingOf(next, 'ownerName'), headingOf(next, 'buildingName')]).toEqual([1, 4]);
    const other = await colleague.view(await colleague.open('栋座,门牌\n1,101\n', '少列.csv'));
    expect(other.mappingName).toBeNull();
  });

  it('that names most of the headings wins; another may be chosen from the list', async () => {
    const { person, house } = await newCompany();
    const save = async (name: string, chosen: Record<string, number | null>) => {
      const id = await house.open(foreign, `${name}.csv`);
      await house.mapColumns(id, { buildingName: null, number: null, builtArea: null, ownerName: null, note: null });
      await house.mapColumns(id, chosen);
      return (await person.call(house.endpoints.saveMapping, { params: { id }, body: { name } })).id;
    };
    await save('全', columns);
    const short = await save('缺业主', { buildingName: 0, number: 1, builtArea: 2, note: 3 });
    const partial = await save('两列', { number: 1, builtArea: 2 });
    const id = await house.open(foreign, '新.csv');
    // Equal in number: the one saved last.
    expect((await house.view(id)).mappingName).toBe('缺业主');
    const { rows } = await person.call(house.endpoints.listMappings);
    expect(rows.map((row) => row.name).sort()).toEqual(['两列', '全', '缺业主']);
    expect(rows.find((row) => row.id === short)?.columns).toContainEqual({
      key: 'note',
      title: '备注',
      heading: '产权人',
    });
    const view = await person.call(house.endpoints.applyMapping, { params: { id }, body: { mappingId: partial } });
    expect(view.mappingName).toBe('两列');
    // Chosen by hand afterwards: no longer as saved.
    expect((await house.mapColumns(id, { ownerName: 3 })).mappingName).toBeNull();
  });

  it('leaves the built-in knowledge of headings for what it does not name', async () => {
    const { person, house } = await newCompany();
    const id = await house.open('栋座,房号,面积\n1,101,80\n', '一.csv');
    await house.mapColumns(id, { buildingName: 0, number: null, builtArea: null });
    await person.call(house.endpoints.saveMapping, { params: { id }, body: { name: '只有栋座' } });
    const next = await house.view(await house.open('栋座,房号,面积,业主\n1,101,80,张三\n', '二.csv'));
    expect(next).toMatchObject({ mappingName: '只有栋座', missing: [] });
    expect(headingOf(next, 'ownerName')).toBe(3);
  });

  it('can be renamed, changed and deleted, by version and with clear refusals', async () => {
    const { company, person, house } = await newCompany();
    const { endpoints } = house;
    const id = await house.open(foreign, '一.csv');
    const empty = { buildingName: null, number: null, builtArea: null, ownerName: null };
    await house.mapColumns(id, empty);
    const save = (name: string, isReplacing = false) =>
      person.call(endpoints.saveMapping, { params: { id }, body: { name, isReplacing } });
    expect((await refusal(save('空'))).code).toBe('import.mappingEmpty');
    await house.mapColumns(id, columns);
    const mapping = await save('海纳');
    expect((await refusal(save('海纳'))).code).toBe('import.mappingNameTaken');
    expect((await save('海纳', true)).id).toBe(mapping.id);
    const edit = (body: { version: number; name?: string; headings?: Record<string, string> }) =>
      person.call(endpoints.editMapping, { params: { id: mapping.id }, body });
    expect((await refusal(edit({ version: 1, name: '微小区' }))).code).toBe('import.mappingChanged');
    await edit({ version: 2, name: '微小区', headings: { number: '门牌' } });
    const { rows } = await person.call(endpoints.listMappings);
    expect(rows).toMatchObject([{ name: '微小区', columns: [{ title: '房号', heading: '门牌' }], version: 3 }]);
    const stranger = await newCompany();
    const theirs = stranger.person.call(endpoints.deleteMapping, { params: { id: mapping.id } });
    expect((await refusal(theirs)).code).toBe('import.mappingNotFound');
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(endpoints.listMappings))).code).toBe('permission.denied');
    const ofAnotherList = person.call(imports.vehicle.deleteMapping, { params: { id: mapping.id } });
    expect((await refusal(ofAnotherList)).code).toBe('import.mappingNotFound');
    await person.call(endpoints.deleteMapping, { params: { id: mapping.id } });
    expect((await house.view(id)).mappingName).toBeNull();
    expect((await person.call(endpoints.listMappings)).rows).toEqual([]);
  });
});
