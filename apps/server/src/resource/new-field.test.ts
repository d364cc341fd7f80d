import { readFile } from 'node:fs/promises';
import { createSchema, defineResource, exportEndpoint, resourceEndpoints, rowSchema } from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestApp, type TestApp, type TestCompany } from '../../test/test-app.ts';
import { asStaff } from '../platform/boundary.ts';
import type { Context } from '../platform/context.ts';
import { buildHttpServer } from '../platform/http/server.ts';
import type { TaskRun } from '../platform/tasks/task.ts';
import { defineResources, type ResourceBinding } from './binding.ts';
import { exportResource } from './export-resource.ts';
import { listRows } from './list-rows.ts';
import { resourceRoutes } from './resource.routes.ts';
import { createRow } from './write-row.ts';

/** The worked example of docs/develop.md, done for real: a plain resource, then one more field. */
const before = defineResource({
  name: 'patrolPoint',
  table: 'patrol_point',
  path: 'patrol-points',
  label: '巡更点',
  isCommunityScoped: true,
  titleField: 'name',
  unique: [['name']],
  defaultSort: ['name'],
  permissions: {
    view: 'building.view',
    create: 'building.create',
    edit: 'building.edit',
    delete: 'building.delete',
    export: 'house.export',
  },
  fields: {
    name: {
      kind: 'text',
      label: '名称',
      maxLength: 40,
      isRequired: true,
      isListed: true,
      isSearched: true,
      isNatural: true,
    },
  },
});

const after = defineResource({
  ...before,
  titleField: 'name',
  unique: [['name']],
  fields: {
    ...before.fields,
    // The one line.
    depositFee: { kind: 'money', label: '押金', isListed: true, isTotalled: true },
  },
});

const table = `create table patrol_point (company_id uuid not null, id uuid not null, community_id uuid not null, name text not null,
  version int not null default 1, created_at timestamptz not null, updated_at timestamptz not null, primary key (company_id, id),
  unique (company_id, community_id, name), foreign key (company_id, community_id) references community (company_id, id));
call protect_tenant_table('patrol_point', 'community_id');`;
/** The one migration. */
const migration = 'alter table patrol_point add column deposit_fee bigint';

const bind = (definition: ResourceBinding['definition']): ResourceBinding => ({
  definition,
  targets: defineResources([definition]),
});

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  await server.services.ownerPool.query(table);
});
afterAll(() => server.stop());

const everything = { page: 1, pageSize: 50 };
const point = (name: string, more: object = {}) => ({ communityId: company.communityId, name, ...more });

async function exported(binding: ResourceBinding): Promise<string[][]> {
  const { staffId } = await company.person('管理员');
  const run = {
    taskId: server.services.newId(),
    companyId: company.id,
    input: { resource: binding.definition.name },
    savedProgress: null,
    gateway: undefined,
    files: server.services.files,
    transaction: <T>(work: (ctx: Context) => Promise<T>) => asStaff(server.services, company.id, staffId, work),
    report: async () => {},
    save: async () => {},
  } satisfies TaskRun<{ resource: string }>;
  const { fileId } = await exportResource([binding])(run);
  const content = await readFile(server.storedPath(company.id, String(fileId)));
  const rows: string[][] = [];
  for await (const row of (await openSpreadsheet({ bytes: content })).rows())
    rows.push(row.cells.map((cell) => cell.text));
  return rows;
}

describe('a new field is one line and one migration', () => {
  it('works before with what there is', async () => {
    await company.run((ctx) => createRow(ctx, bind(before), point('东门 10 号')));
    const list = await company.run((ctx) => listRows(ctx, bind(before), everything));
    expect(list).toMatchObject({ total: 1, rows: [{ name: '东门 10 号' }], totals: {} });
  });

  it('is then in the form, list, filter, totals, export and the API document', async () => {
    await server.services.ownerPool.query(migration);
    const binding = bind(after);
    const body = createSchema(after).parse(point('东门 2 号', { depositFee: '50.50' }));
    await company.run((ctx) => createRow(ctx, binding, body));
    expect(createSchema(after).safeParse(point('西门', { depositFee: '一百' })).error?.issues[0]?.message).toContain(
      '金额',
    );

    const filter = JSON.stringify({ depositFee: { from: '50' } });
    const list = await company.run((ctx) => listRows(ctx, binding, { ...everything, filter }));
    expect(list).toMatchObject({
      total: 1,
      rows: [{ name: '东门 2 号', depositFee: '50.50' }],
      totals: { depositFee: '50.50' },
    });
    const sorted = await company.run((ctx) => listRows(ctx, binding, { ...everything, sort: '-depositFee' }));
    expect(sorted.rows.map((row) => row.depositFee)).toEqual(['50.50', null]);
    expect(rowSchema(after).parse(list.rows[0])).toMatchObject({ depositFee: '50.50' });

    expect(await exported(binding)).toEqual([
      ['小区', '名称', '押金'],
      ['翠湖花园', '东门 2 号', '50.50'],
      ['翠湖花园', '东门 10 号'],
    ]);
    const app = await buildHttpServer(server.services, { routes: resourceRoutes(binding), version: '0' });
    await app.ready();
    const document = (await app.inject('/api/openapi.json')).json();
    await app.close();
    const { schema } = document.paths['/api/patrol-points'].post.requestBody.content['application/json'];
    expect(Object.keys(schema.properties)).toContain('depositFee');
    expect(resourceEndpoints(after).create.body).toBeInstanceOf(z.ZodObject);
    expect(exportEndpoint(after)?.access).toBe('house.export');
  });

  it('keeps texts that look like formulas as texts in the export', async () => {
    await company.run((ctx) =>
      createRow(ctx, bind(after), point('=HYPERLINK("http://x","点我")', { depositFee: null })),
    );
    const rows = await exported(bind(after));
    expect(rows.flat()).toContain('=HYPERLINK("http://x","点我")');
  });
});
