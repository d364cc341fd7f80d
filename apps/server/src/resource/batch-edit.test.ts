import {
  batchEditEndpoint,
  buildingResource,
  communityResource,
  createCustomField,
  houseResource,
  listCustomFields,
  resourceEndpoints,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../test/test-app.ts';
import { taskHandlers } from '../app.ts';
import { sql } from '../platform/database/sql.ts';
import { runTask } from '../platform/tasks/run-task.ts';

const house = resourceEndpoints(houseResource);
const edit = batchEditEndpoint(houseResource);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let ids: string[];
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  const body = { communityId: company.communityId, name: '1栋', sortOrder: 0 };
  const { id: buildingId } = await admin.call(resourceEndpoints(buildingResource).create, { body });
  ids = [];
  for (const number of ['101', '102', '103', '104']) ids.push(await addHouse(buildingId, number));
});
afterAll(() => server.stop());

const addHouse = async (buildingId: string, number: string) =>
  (
    await admin.call(house.create, {
      body: {
        communityId: company.communityId,
        buildingId,
        number,
        usage: 'residential',
        status: 'vacant',
        builtArea: '89.50',
        sortOrder: 0,
      },
    })
  ).id;
const read = (id: string) => admin.call(house.get, { params: { id } });

describe('editing many rows at once', () => {
  it('asks for a choice that may not be empty instead of failing', async () => {
    const communities = batchEditEndpoint(communityResource);
    const body = { chosen: { ids: [company.communityId] }, changes: { registrationMode: null } };
    expect((await refusal(admin.call(communities, { body }))).fields).toEqual([
      { path: 'registrationMode', message: '请填写住户注册方式' },
    ]);
    const { create, get } = resourceEndpoints(communityResource);
    const { id } = await admin.call(create, { body: { name: '云锦苑', code: 'YJY', sortOrder: 1 } });
    expect(await admin.call(get, { params: { id } })).toMatchObject({ registrationMode: 'simpleReview' });
  });

  it('sets the chosen rows and leaves the others and what is there already', async () => {
    const chosen = { ids: [ids[0]!, ids[1]!] };
    const first = { chosen, changes: { status: 'let', orientation: '南' } };
    expect(await admin.call(edit, { body: first })).toEqual({ taskId: null, changed: 2 });
    expect(await admin.call(edit, { body: first })).toEqual({ taskId: null, changed: 0 });
    expect(await read(ids[0]!)).toMatchObject({
      status: 'let',
      orientation: '南',
      version: 2,
      fullName: expect.any(String),
    });
    expect(await read(ids[2]!)).toMatchObject({ status: 'vacant', version: 1 });
    const entries = await company.run((ctx) =>
      ctx.tx.rows<{ after: object }>(sql`select after from audit_entry where company_id = ${ctx.companyId}
        and action = 'house.batchEdit' order by id`),
    );
    expect(entries[0]).toMatchObject({ after: { status: 'let', orientation: '南', rows: 2, changed: 2 } });
  });

  it('sets all that the filter shows, if they are still as many as the person was told', async () => {
    const list = { filter: JSON.stringify({ status: ['vacant'] }) };
    const body = (count: number) => ({ chosen: { list, count }, changes: { note: '待清点' } });
    const refused = await refusal(admin.call(edit, { body: body(3) }));
    expect(refused).toMatchObject({ status: 409, code: 'batchEdit.countChanged' });
    expect((await read(ids[2]!)).note).toBe('');
    expect(await admin.call(edit, { body: body(2) })).toEqual({ taskId: null, changed: 2 });
    expect((await read(ids[3]!)).note).toBe('待清点');
  });

  it('sets the company’s own fields too, and not those that tell rows apart', async () => {
    const field = { resource: 'house', kind: 'decimal' as const, label: '押金', isRequired: true };
    await admin.call(createCustomField, { body: field });
    const { key } = (await admin.call(listCustomFields, { query: { resource: 'house' } })).rows[0]!;
    const body = (changes: Record<string, unknown>) => ({ body: { chosen: { ids }, changes } });
    expect(await admin.call(edit, body({ custom: { [key]: '500' } }))).toEqual({ taskId: null, changed: 4 });
    expect((await read(ids[3]!)).custom).toEqual({ [key]: '500.00' });
    expect((await refusal(admin.call(edit, body({ custom: { [key]: null } })))).fields[0]?.message).toBe('请填写押金');
    expect((await refusal(admin.call(edit, body({ number: '1' })))).status).toBe(422);
  });

  it('works in the background on many rows, all or none', async () => {
    await company.run((ctx) =>
      ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
        select company_id, gen_random_uuid(), community_id, building_id, 'X' || n, '1栋X' || n, 'x' || n, usage, built_area, created_at, updated_at
        from house, generate_series(1, 1200) n where company_id = ${ctx.companyId} and id = ${ids[0]}`),
    );
    const list = { filter: JSON.stringify({ number: { contains: 'X' } }) };
    const { taskId } = await admin.call(edit, {
      body: { chosen: { list, count: 1200 }, changes: { status: 'renovating' } },
    });
    await runTask(server.services, taskHandlers, company.id, taskId!);
    const { total } = await admin.call(house.list, { query: { filter: JSON.stringify({ status: ['renovating'] }) } });
    expect(total).toBe(1200);
  });

  it('is refused for rows of other communities and without the right', async () => {
    const elsewhere = await company.person('管理员', [company.otherCommunityId]);
    const body = { chosen: { ids: [ids[0]!] }, changes: { note: '看不到' } };
    expect((await refusal(elsewhere.call(edit, { body }))).code).toBe('resource.notFound');
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(edit, { body }))).code).toBe('permission.denied');
  });
});
