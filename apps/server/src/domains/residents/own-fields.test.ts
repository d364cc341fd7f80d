import { readFile } from 'node:fs/promises';
import {
  batchEditEndpoint,
  createCustomField,
  customFieldResources,
  type EndpointRequest,
  editResident,
  eraseResident,
  exportEndpoint,
  exportResidentData,
  fieldsEndpoint,
  getResidentProfile,
  getTask,
  listCustomFields,
  mergeResidents,
  moveOut,
  occupancyResource,
  type ResourceRow,
  residentResource,
  resourceEndpoints,
  tagResource,
  tagRowsEndpoint,
} from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { type ResidentsFixture, startResidents } from './residents.fixture.ts';

let at: ResidentsFixture;
beforeAll(async () => {
  at = await startResidents();
});
afterAll(() => at.server.stop());

const stays = resourceEndpoints(occupancyResource);

type NewField = EndpointRequest<typeof createCustomField>['body'];
async function addField(body: Pick<NewField, 'kind' | 'label'> & Partial<NewField>) {
  const { id } = await at.admin.call(createCustomField, { body: { ...body, resource: 'resident' } });
  const { rows } = await at.admin.call(listCustomFields, { query: { resource: 'resident' } });
  return rows.find((one) => one.id === id)!;
}

async function edit(
  residentId: string,
  body: Partial<EndpointRequest<typeof editResident>['body']>,
  person = at.admin,
) {
  const { version } = await at.admin.call(getResidentProfile, { params: { id: residentId } });
  await person.call(editResident, { params: { id: residentId }, body: { version, ...body } });
}

async function listed(filter: object, more: { sort?: string } = {}, person = at.admin) {
  const reply = await person.call(stays.list, { query: { filter: JSON.stringify(filter), ...more } });
  return (reply.rows as ResourceRow[]).map((row) => row.name);
}

async function finished(taskId: string) {
  await runTask(at.server.services, taskHandlers, at.company.id, taskId);
  const { result } = await at.admin.call(getTask, { params: { id: taskId } });
  return readFile(at.server.storedPath(at.company.id, String(result?.fileId)));
}

describe('fields that the company adds to people', () => {
  it('are theirs wherever they live: in form, list, filter, order, export and batch edit', async () => {
    const { rows: resources } = await at.admin.call(customFieldResources);
    expect(resources.filter((one) => one.label === '住户')).toHaveLength(1);
    const level = await addField({
      kind: 'choice',
      label: '客户等级',
      options: [{ label: '普通' }, { label: '重点' }],
    });
    const score = await addField({ kind: 'decimal', label: '满意度', scale: 1 });
    const [plain, major] = level.options.map((one) => one.key) as [string, string];
    const jia = await at.live('1-101', { name: '甲等', phone: '13600001001' });
    const yi = await at.live('1-102', { name: '乙等', phone: '13600001002' });
    const bing = await at.live('1-103', { name: '丙等' });
    await edit(jia.residentId, { custom: { [level.key]: major, [score.key]: '9.5' } }, at.clerk);
    await edit(yi.residentId, { custom: { [level.key]: plain, [score.key]: '7' } });
    expect((await at.admin.call(fieldsEndpoint(occupancyResource))).custom.map((one) => one.label)).toEqual([
      '客户等级',
      '满意度',
    ]);
    expect(await at.admin.call(getResidentProfile, { params: { id: jia.residentId } })).toMatchObject({
      ownFields: [
        { label: '客户等级', text: '重点' },
        { label: '满意度', text: '9.5' },
      ],
    });
    expect(await listed({ [level.key]: [major] }, {}, at.clerk)).toEqual(['甲等']);
    expect(await listed({ [score.key]: { from: '7' } }, { sort: `-${score.key}` })).toEqual(['甲等', '乙等']);
    const { rows } = await at.admin.call(stays.list, { query: { sort: score.key } });
    expect((rows as ResourceRow[]).slice(0, 2)).toMatchObject([
      { name: '乙等', custom: { [score.key]: '7.0', [level.key]: plain } },
      { name: '甲等', custom: { [score.key]: '9.5' } },
    ]);

    const wrong = await refusal(edit(jia.residentId, { custom: { [score.key]: '9.55' } }));
    expect(wrong.fields).toEqual([{ path: `custom.${score.key}`, message: '满意度最多 1 位小数' }]);
    const batch = await at.clerk.call(batchEditEndpoint(residentResource), {
      body: {
        chosen: { ids: [yi.residentId, bing.residentId] },
        changes: { householdType: 'localUrban', custom: { [level.key]: major } },
      },
    });
    expect(batch).toEqual({ taskId: null, changed: 2 });
    expect((await listed({ [level.key]: [major] }, { sort: 'name' })).sort()).toEqual(['丙等', '乙等', '甲等'].sort());
    const guard = await at.company.person('保安');
    const byGuard = { body: { chosen: { ids: [yi.residentId] }, changes: { note: '不许' } } };
    expect((await refusal(guard.call(batchEditEndpoint(residentResource), byGuard))).status).toBe(403);

    const { taskId } = await at.admin.call(exportEndpoint(occupancyResource)!, { body: {} } as never);
    const cells: string[][] = [];
    for await (const row of (await openSpreadsheet({ bytes: await finished(taskId) })).rows())
      cells.push(row.cells.map((cell) => cell.text));
    const place = cells[0]!.indexOf('客户等级');
    expect(cells.find((row) => row.includes('乙等'))?.[place]).toBe('重点');

    const audit = await at.company.run((ctx) =>
      ctx.tx.rows<{ text: string }>(
        sql`select coalesce(before::text, '') || coalesce(after::text, '') as text from audit_entry where company_id = ${ctx.companyId}`,
      ),
    );
    const said = audit.map((one) => one.text).join();
    expect(said).toContain('客户等级');
    for (const personal of ['9.5', '"重点"', 'localUrban', major]) expect(said).not.toContain(`"${personal}"`);
  });

  it('may not be called like a column of the import, and may be asked of everybody who is saved', async () => {
    expect((await refusal(addField({ kind: 'text', label: '证件号' }))).code).toBe('customField.labelTaken');
    const { residentId } = await at.live('1-104', { name: '丁填' });
    const must = await addField({ kind: 'text', label: '档案盒', isRequired: true });
    expect((await refusal(edit(residentId, { note: '缺' }))).fields).toMatchObject([{ path: `custom.${must.key}` }]);
    await edit(residentId, { note: '齐', custom: { [must.key]: 'A-1' } });
    expect(await listed({ [must.key]: { contains: 'a-' } })).toEqual(['丁填']);
  });

  it('go with the person: into their own export, into one record of two, and away with the erased', async () => {
    const box = (await at.admin.call(listCustomFields, { query: { resource: 'resident' } })).rows.find(
      (one) => one.label === '档案盒',
    )!;
    const nick = await addField({ kind: 'text', label: '常用称呼' });
    const { residentId, occupancyId } = await at.live('1-201', { name: '戊归', phone: '13600001005' });
    const other = await at.live('1-202', { name: '戊归二', phone: '13600001006' });
    const { id: tagId } = await at.admin.call(resourceEndpoints(tagResource).create, {
      body: { name: '老住户', color: 'blue', sortOrder: 0 },
    });
    await edit(residentId, { custom: { [box.key]: 'B-1' }, tags: [tagId] });
    await edit(other.residentId, { custom: { [box.key]: 'B-2', [nick.key]: '老戊头子' }, tags: [tagId] });
    const reason = { reason: '重复' };
    await at.admin.call(mergeResidents, { params: { id: residentId }, body: { otherId: other.residentId, ...reason } });
    expect(await at.admin.call(getResidentProfile, { params: { id: residentId } })).toMatchObject({
      ownFields: [
        { label: '档案盒', text: 'B-1' },
        { label: '常用称呼', text: '老戊头子' },
      ],
      tags: [{ name: '老住户' }],
    });
    const { taskId } = await at.admin.call(exportResidentData, { params: { id: residentId }, body: {} });
    const zip = (await finished(taskId)).toString('latin1');
    expect(zip).toContain(Buffer.from('资料.json').toString('latin1'));

    for (const id of [occupancyId, other.occupancyId])
      await at.admin.call(moveOut, { params: { id }, body: { movedOutOn: '2026-03-01' } });
    await at.admin.call(eraseResident, { params: { id: residentId }, body: { reason: '本人申请' } });
    const left = await at.company.run((ctx) =>
      ctx.tx.first<{ values: bigint; tags: bigint }>(sql`select
        (select count(*) from custom_value where company_id = ${ctx.companyId} and (owner_id = ${residentId} or text_value = '老戊头子')) as values,
        (select count(*) from resident_tag where company_id = ${ctx.companyId} and resident_id = ${residentId}) as tags`),
    );
    expect(left).toEqual({ values: 0n, tags: 0n });
  });
});

describe('tags of people', () => {
  it('are put on many at once, found by, and stay with the person in every house', async () => {
    const { id: tagId } = await at.admin.call(resourceEndpoints(tagResource).create, {
      body: { name: '独居老人', color: 'red', sortOrder: 0 },
    });
    const one = await at.live('1-301', { name: '己居', phone: '13600001011' });
    await at.live('1-302', { name: '己居', phone: '13600001011' });
    const two = await at.live('1-303', { name: '庚居' });
    const far = await at.live('2-101', { name: '辛居' });
    const tag = tagRowsEndpoint(occupancyResource);
    const ids = [one.occupancyId, two.occupancyId, far.occupancyId];
    // The clerk does not see the other community.
    expect(await at.clerk.call(tag, { body: { add: [tagId], chosen: { ids } } })).toEqual({ count: 2 });
    expect(await listed({ tags: [tagId] }, { sort: 'name' })).toEqual(['庚居', '己居', '己居']);
    const list = { filter: JSON.stringify({ tags: [tagId], houseId: [await at.house('1-302')] }) };
    expect(await at.clerk.call(tag, { body: { remove: [tagId], chosen: { list } } })).toEqual({ count: 1 });
    expect(await listed({ tags: [tagId] })).toEqual(['庚居']);
    const guard = await at.company.person('保安');
    expect((await refusal(guard.call(tag, { body: { add: [tagId], chosen: { ids } } }))).status).toBe(403);
    const stranger = await (await at.server.company('别家物业')).person('管理员');
    const { id: theirs } = await stranger.call(resourceEndpoints(tagResource).create, {
      body: { name: '别家', color: 'red', sortOrder: 0 },
    });
    const foreign = refusal(at.admin.call(tag, { body: { add: [theirs], chosen: { ids } } }));
    expect((await foreign).code).toBe('reference.notFound');
  });
});
