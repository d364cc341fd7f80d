import {
  buildingResource,
  type CustomFieldKind,
  createCustomField,
  customFieldUsage,
  fieldsEndpoint,
  houseResource,
  listCustomFields,
  removeCustomField,
  resourceEndpoints,
  restoreCustomField,
  updateCustomField,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { customFacts } from './custom-facts.ts';

const house = resourceEndpoints(houseResource);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let buildingId: string;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  buildingId = await addBuilding(company.communityId);
});
afterAll(() => server.stop());

const addBuilding = async (communityId: string, person = admin) =>
  (
    await person.call(resourceEndpoints(buildingResource).create, {
      body: { communityId, name: '1栋', sortOrder: 0 },
    })
  ).id;

type NewField = Parameters<typeof admin.call<typeof createCustomField>>[1]['body'];
/** Adds a field to houses and returns its id and key. */
async function addField(kind: CustomFieldKind, label: string, more: Partial<NewField> = {}, person = admin) {
  const { id } = await person.call(createCustomField, { body: { resource: 'house', kind, label, ...more } });
  const { rows } = await person.call(listCustomFields, { query: { resource: 'house' } });
  const field = rows.find((one) => one.id === id)!;
  return { ...field, optionKeys: field.options.map((one) => one.key) };
}

let rooms = 100;
const bodyOf = (custom?: Record<string, unknown>) => {
  rooms += 1;
  return {
    communityId: company.communityId,
    buildingId,
    number: String(rooms),
    usage: 'residential',
    status: 'ownerOccupied',
    builtArea: '89.50',
    sortOrder: 0,
    ...(custom ? { custom } : {}),
  };
};
const addHouse = async (custom?: Record<string, unknown>) =>
  (await admin.call(house.create, { body: bodyOf(custom) })).id;
const customOf = async (id: string) =>
  (await admin.call(house.get, { params: { id } })).custom as Record<string, unknown>;
const listed = async (query: Record<string, unknown>) => {
  const { rows, total, totals } = await admin.call(house.list, { query });
  return { ids: rows.map((row) => row.id as string), total, totals };
};

describe('a field the company added', () => {
  it('is in the definition, in rows, filters, order and totals, without a migration', async () => {
    const deposit = await addField('decimal', '装修押金', { isTotalled: true, scale: 2 });
    const fields = await admin.call(fieldsEndpoint(houseResource));
    expect(fields.custom.map((one) => one.label)).toContain('装修押金');
    expect(fields.builtIn.map((one) => one.key)).toContain('builtArea');
    const dear = await addHouse({ [deposit.key]: '2000.50' });
    const cheap = await addHouse({ [deposit.key]: '300' });
    const none = await addHouse();
    expect(await customOf(dear)).toMatchObject({ [deposit.key]: '2000.50' });
    const filter = JSON.stringify({ [deposit.key]: { from: '300', to: '2001' } });
    const both = await listed({ filter, sort: `-${deposit.key}` });
    expect(both).toEqual({
      ids: [dear, cheap],
      total: 2,
      totals: expect.objectContaining({ [deposit.key]: '2300.50' }),
    });
    const all = await listed({ sort: deposit.key });
    expect(all.ids.slice(0, 2)).toEqual([cheap, dear]);
    expect(all.ids).toContain(none);
  });

  it('keeps what was entered for every kind, and gives it back for formulas by its label', async () => {
    const choice = await addField('choice', '朝向类别', { options: [{ label: '南' }, { label: '北' }] });
    const several = await addField('choices', '配套', {
      options: [{ label: '露台' }, { label: '地暖' }, { label: '阁楼' }],
    });
    const day = await addField('day', '验房日期');
    const text = await addField('text', '网签编号');
    const [south] = choice.optionKeys;
    const [terrace, , attic] = several.optionKeys;
    const custom = {
      [choice.key]: south,
      [several.key]: [attic, terrace],
      [day.key]: '2026-02-28',
      [text.key]: 'A-1 号',
    };
    const id = await addHouse(custom);
    expect(await customOf(id)).toMatchObject(custom);
    const facts = await company.run((ctx) => customFacts(ctx, houseResource, [id]));
    expect(facts.get(id)).toMatchObject({
      朝向类别: '南',
      配套: '阁楼、露台',
      验房日期: '2026-02-28',
      网签编号: 'A-1 号',
    });
    const found = async (filter: object) => (await listed({ filter: JSON.stringify(filter) })).ids;
    expect(await found({ [choice.key]: [south] })).toEqual([id]);
    expect(await found({ [several.key]: [terrace] })).toEqual([id]);
    expect(await found({ [several.key]: [several.optionKeys[1]] })).toEqual([]);
    expect(await found({ [day.key]: { to: '2026-02-28' } })).toEqual([id]);
    expect(await found({ [text.key]: { contains: 'a-1' } })).toEqual([id]);

    await admin.call(house.update, { params: { id }, body: { version: 1, custom: { [several.key]: [] } } });
    expect(await customOf(id)).toMatchObject({ ...custom, [several.key]: [] });
  });

  it('refuses what does not fit, in Chinese, and writes nothing', async () => {
    const count = (await listed({})).total;
    const number = await addField('decimal', '公摊系数', { scale: 2 });
    const wrong = await refusal(addHouse({ [number.key]: '1.234' }));
    expect(wrong).toMatchObject({
      status: 422,
      fields: [{ path: `custom.${number.key}`, message: '公摊系数最多 2 位小数' }],
    });
    expect((await refusal(addHouse({ c999: '1' }))).fields[0]?.message).toContain('没有这个自定义字段');
    expect((await listed({})).total).toBe(count);
  });

  it('that is required asks only those rows for a value that are saved from then on', async () => {
    const old = await addHouse();
    const field = await addField('text', '档案号', { isRequired: true });
    expect((await listed({})).ids).toContain(old);
    expect((await refusal(addHouse())).fields).toEqual([{ path: `custom.${field.key}`, message: '请填写档案号' }]);
    const change = { params: { id: old }, body: { version: 1, note: '改了' } };
    expect((await refusal(admin.call(house.update, change))).fields[0]?.message).toBe('请填写档案号');
    await admin.call(house.update, {
      params: { id: old },
      body: { version: 1, note: '改了', custom: { [field.key]: 'D1' } },
    });
    await admin.call(removeCustomField, { params: { id: field.id } });
    await addHouse();
  });
});

describe('fields of a company', () => {
  it('may not take the name of a built-in field, of a heading imports know, or of one another', async () => {
    expect(await refusal(addField('text', '建筑面积'))).toMatchObject({ status: 409, code: 'customField.labelTaken' });
    expect((await refusal(addField('text', '产权面积'))).detail).toContain('内置字段“建筑面积”');
    await addField('text', '车牌备案');
    expect((await refusal(addField('day', '车牌备案'))).fields[0]?.path).toBe('label');
  });

  it('let options be renamed, and not vanish while rows have them', async () => {
    const field = await addField('choice', '户型', { options: [{ label: '一居' }, { label: '两居' }] });
    const [one, two] = field.options;
    const id = await addHouse({ [field.key]: two!.key });
    const change = (options: { key?: string; label: string }[], version: number) =>
      admin.call(updateCustomField, { params: { id: field.id }, body: { version, options } });
    const refused = await refusal(change([one!], 1));
    expect(refused).toMatchObject({ status: 409, code: 'customField.optionInUse' });
    expect(refused.detail).toContain('“两居”正被 1 条房屋使用');
    await change([{ key: two!.key, label: '二居室' }, { label: '三居室' }], 1);
    expect(await customOf(id)).toMatchObject({ [field.key]: two!.key });
    const [, three] = (await admin.call(fieldsEndpoint(houseResource))).custom.find((f) => f.id === field.id)!.options;
    const big = await addHouse({ [field.key]: three!.key });
    expect((await listed({ sort: `-${field.key}` })).ids.slice(0, 2)).toEqual([big, id]);
    expect(await admin.call(customFieldUsage, { params: { id: field.id } })).toEqual({
      rows: 2,
      options: { [two!.key]: 1, [three!.key]: 1 },
    });
    expect((await refusal(change([two!, three!], 1))).code).toBe('resource.changed');
  });

  it('are put away with their values when rows have them, and come back with them', async () => {
    const field = await addField('text', '水表编号');
    const id = await addHouse({ [field.key]: 'S-1' });
    const params = { id: field.id };
    expect(await admin.call(removeCustomField, { params })).toEqual({ isArchived: true });
    expect(await customOf(id)).not.toHaveProperty(field.key);
    await admin.call(restoreCustomField, { params });
    expect(await customOf(id)).toMatchObject({ [field.key]: 'S-1' });
    const unused = await addField('text', '电表编号');
    expect(await admin.call(removeCustomField, { params: { id: unused.id } })).toEqual({ isArchived: false });
  });

  it('are at most sixty, however many people add them at once', async () => {
    const other = await server.company('满员物业');
    const boss = await other.person('管理员');
    const add = (n: number) =>
      boss.call(createCustomField, { body: { resource: 'vehicle', kind: 'text', label: `字段${n}` } });
    const done = await Promise.allSettled(Array.from({ length: 64 }, (_, n) => add(n)));
    expect(done.filter((one) => one.status === 'fulfilled')).toHaveLength(60);
    const { rows } = await boss.call(listCustomFields, { query: { resource: 'vehicle' } });
    expect(new Set(rows.map((one) => one.key)).size).toBe(60);
  });

  it('are the company’s alone, and set by those with the right', async () => {
    const field = await addField('text', '燃气编号');
    const stranger = await (await server.company('隔壁物业')).person('管理员');
    expect((await stranger.call(fieldsEndpoint(houseResource))).custom).toEqual([]);
    const change = { params: { id: field.id }, body: { version: 1, label: '改名' } };
    expect((await refusal(stranger.call(updateCustomField, change))).status).toBe(404);
    const filter = JSON.stringify({ [field.key]: { contains: '1' } });
    expect((await refusal(stranger.call(house.list, { query: { filter } }))).code).toBe('list.unknownFilter');
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(updateCustomField, change))).code).toBe('permission.denied');
  });

  it('take their values with rows that are deleted', async () => {
    const field = await addField('text', '车库编号');
    const id = await addHouse({ [field.key]: 'G-1' });
    await admin.call(house.remove, { params: { id } });
    expect(await admin.call(customFieldUsage, { params: { id: field.id } })).toEqual({ rows: 0, options: {} });
  });
});

it('a page in the order of a field holds every row once, whatever the size of pages', async () => {
  const field = await addField('decimal', '序号', { scale: 0 });
  const values = await company.run(async () =>
    fc.sample(fc.option(fc.integer({ min: -5, max: 5 })), { numRuns: 23, seed: 7 }),
  );
  for (const value of values) await addHouse(value === null ? undefined : { [field.key]: String(value) });
  const { total } = await listed({});
  for (const sort of [field.key, `-${field.key}`]) {
    const whole = (await listed({ sort, pageSize: 500 })).ids;
    expect(new Set(whole).size).toBe(total);
    for (const pageSize of [1, 4, 7, 50]) {
      const pages: string[] = [];
      for (let page = 1; (page - 1) * pageSize < total; page += 1)
        pages.push(...(await listed({ sort, pageSize, page })).ids);
      expect(pages).toEqual(whole);
    }
  }
});
