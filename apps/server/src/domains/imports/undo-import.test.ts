import {
  createCustomField,
  houseResource,
  listImports,
  moveIn,
  resourceEndpoints,
  undoImport,
  vehicleResource,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { fingerprintOf } from '../../../test/walk/kinds.ts';
import { asStaff } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import { countOf, estateCounts, houseByNumber, realFile, wizard } from './imports.fixture.ts';
import { undoImport as undoImportTask } from './undo-import.task.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function newCompany() {
  const company = await server.company(`物业${server.services.newId()}`);
  const person = await company.person('管理员');
  const flow = (kind: Parameters<typeof wizard>[3]) => wizard(server, company, person, kind);
  return { company, person, flow };
}

const estateTables = [
  'building',
  'unit',
  'house',
  'resident',
  'occupancy',
  'tag',
  'house_tag',
  'parking_space',
  'vehicle',
];

/** All that the estate says, but for versions, which only ever go up. */
function contentOf(company: TestCompany): Promise<string> {
  return company.run(async (ctx) => {
    const texts: string[] = [];
    for (const table of estateTables) {
      const { rows } = await ctx.tx.client.query(
        `select coalesce(string_agg((to_jsonb(t) - 'version')::text, e'\\n' order by (to_jsonb(t) - 'version')::text), '') as text from ${table} t where company_id = $1`,
        [ctx.companyId],
      );
      texts.push(`${table}\n${rows[0].text}`);
    }
    return texts.join('\n');
  });
}

const first =
  '楼栋,单元,房号,面积,姓名,手机号,标签,备注\n1栋,1单元,101,80,张三,13800000001,A区,旧\n1栋,1单元,102,70,,,,\n';
const second =
  '楼栋,单元,房号,面积,姓名,手机号,标签,备注\n1栋,1单元,101,82.5,李四,13800000002,B区,新\n2栋,1单元,201,60,张三,13800000001,A区,\n';

describe('an import that nothing depends on', () => {
  it('is taken back to the last tag: what it added is gone, what it changed is as it was', async () => {
    const { company, flow } = await newCompany();
    const house = flow('house');
    await house.all(first, '一.csv');
    for (const policy of ['skip', 'replace', 'replaceAndAdd', 'updateOnly'] as const) {
      const before = await contentOf(company);
      const done = await house.all(second, '二.csv', policy);
      expect(done.isUndoable).toBe(true);
      expect(await contentOf(company)).not.toBe(before);
      const undone = await house.undo(done.id);
      expect(undone).toMatchObject({ state: 'undone', error: null, isUndoable: false });
      expect(await contentOf(company)).toBe(before);
    }
  });

  it('as large as the field has them leaves an empty company empty', async () => {
    const { company, flow } = await newCompany();
    const done = await flow('house').all(realFile('houses.xlsx'), '房屋.xlsx');
    expect(done.counts.added).toBe(201);
    await flow('house').undo(done.id);
    expect(new Set(Object.values(await estateCounts(company)))).toEqual(new Set([0]));
    expect((await flow('house').all(realFile('houses.xlsx'), '房屋.xlsx')).counts).toMatchObject({ added: 201 });
  });

  it('may be followed by the one before it, and that by the one before', async () => {
    const { company, flow } = await newCompany();
    const vehicle = flow('vehicle');
    const empty = await contentOf(company);
    const line = (brand: string) => `车牌号,品牌\n川A11111,${brand}\n`;
    const one = await vehicle.all(line('一'), '一.csv');
    const two = await vehicle.all(line('二'), '二.csv', 'replace');
    const three = await vehicle.all(line('三'), '三.csv', 'replace');
    expect((await vehicle.undo(two.id)).error).toContain('车辆 1 条在导入后被修改过');
    await vehicle.undo(three.id);
    expect((await vehicle.undo(two.id)).state).toBe('undone');
    expect((await vehicle.undo(one.id)).state).toBe('undone');
    expect(await contentOf(company)).toBe(empty);
  });

  it('of which some rows were deleted by hand since is taken back all the same', async () => {
    const { company, person, flow } = await newCompany();
    const done = await flow('house').all(first, '一.csv');
    const house = resourceEndpoints(houseResource);
    const { id } = (await houseByNumber(company, '102'))!;
    await person.call(house.remove, { params: { id } });
    expect((await flow('house').undo(done.id)).state).toBe('undone');
    expect(new Set(Object.values(await estateCounts(company)))).toEqual(new Set([0]));
  });
});

describe('fields a company added by itself', () => {
  async function withField() {
    const at = await newCompany();
    await at.person.call(createCustomField, { body: { resource: 'house', kind: 'decimal', label: '装修押金' } });
    const house = resourceEndpoints(houseResource);
    const values = async () => {
      const { rows } = await at.person.call(house.list, { query: { sort: 'number' } });
      return rows.map((row) => Object.values(row.custom ?? {}));
    };
    const file = (deposit: string) => `楼栋,房号,面积,装修押金\n1栋,101,80,${deposit}\n1栋,102,70,\n`;
    return { ...at, house, values, file, imported: await at.flow('house').all(file('100'), '一.csv') };
  }

  it('are taken back with the rest: values of new rows vanish with them, changed ones are as they were', async () => {
    const { company, flow, values, file, imported } = await withField();
    const second = await flow('house').all(file('250.5'), '二.csv', 'updateOnly');
    expect(second.counts).toMatchObject({ added: 0, updated: 1, skipped: 1 });
    expect(await values()).toEqual([['250.50'], [null]]);
    expect((await flow('house').undo(second.id)).state).toBe('undone');
    expect(await values()).toEqual([['100.00'], [null]]);
    expect((await flow('house').undo(imported.id)).state).toBe('undone');
    expect(await countOf(company, 'custom_value')).toBe(0);
  });

  it('that somebody changed by hand since keep the import from being taken back', async () => {
    const { person, flow, values, house, file } = await withField();
    const second = await flow('house').all(file('250.5'), '二.csv', 'replace');
    const [row] = (await person.call(house.list, { query: { sort: 'number' } })).rows;
    const [key = ''] = Object.keys(row!.custom ?? {});
    await person.call(house.update, {
      params: { id: String(row!.id) },
      body: { version: Number(row!.version), custom: { [key]: '999' } },
    });
    expect((await flow('house').undo(second.id)).error).toContain('房屋 1 条在导入后被修改过');
    expect(await values()).toEqual([['999.00'], [null]]);
  });
});

describe('an import that something depends on', () => {
  async function refused(
    change: (at: Awaited<ReturnType<typeof newCompany>> & { houseId: string }) => Promise<unknown>,
  ) {
    const at = await newCompany();
    const done = await at.flow('house').all(first, '一.csv');
    const { id } = (await houseByNumber(at.company, '101'))!;
    await change({ ...at, houseId: id });
    const before = await contentOf(at.company);
    const view = await at.flow('house').undo(done.id);
    expect(view.state).toBe('done');
    expect(await contentOf(at.company)).toBe(before);
    return view.error ?? '';
  }

  it('stays whole, and the refusal names the edit by hand', async () => {
    const house = resourceEndpoints(houseResource);
    const error = await refused(({ person, houseId }) =>
      person.call(house.update, { params: { id: houseId }, body: { version: 1, note: '改过' } }),
    );
    expect(error).toContain('房屋 1 条在导入后被修改过');
    expect(error).toContain('没有撤销');
  });

  it('stays whole, and the refusal names who moved in by hand', async () => {
    const error = await refused(({ person, houseId }) =>
      person.call(moveIn, {
        params: { id: houseId },
        body: { name: '王五', phone: '13800000009', role: 'tenant', movedInOn: '2026-03-01' },
      } as never),
    );
    expect(error).toContain('入住记录 1 条关联到导入的数据');
  });

  it('stays whole while a request for approval waits for what it made', async () => {
    const error = await refused(({ company, person, houseId }) =>
      company.run(async (ctx) => {
        const approvalId = ctx.newId();
        await ctx.tx.run(sql`insert into approval (company_id, id, community_id, action, target_kind, target_id, target_label, summary,
            changes, basis_hash, input, reason, state, flow_name, flow_version, levels, level, requested_by, requested_at)
          values (${ctx.companyId}, ${approvalId}, ${company.communityId}, 'house.handOver', 'house', ${houseId}, '1栋1单元101', '过户', '[]', '', '{}',
            '出售', 'pending', '过户', 1, '[]', 1, ${person.staffId}, now())`);
        await ctx.tx.run(sql`insert into approval_hold (company_id, community_id, approval_id, action, target_id)
          values (${ctx.companyId}, ${company.communityId}, ${approvalId}, 'house.handOver', ${houseId})`);
      }),
    );
    expect(error).toContain('待审批的申请 1 条关联到导入的数据');
  });

  it('stays whole, and the refusal names bindings, bills and vehicles together', async () => {
    const error = await refused(({ company, person, houseId }) =>
      company
        .run(async (ctx) => {
          const [item, standard] = [ctx.newId(), ctx.newId()];
          const add = (text: string, values: unknown[]) => ctx.tx.client.query(text, values);
          await add(
            `insert into charge_item (company_id, id, name, kind, created_at, updated_at) values ($1, $2, '物业费', 'periodic', now(), now())`,
            [ctx.companyId, item],
          );
          await add(
            `insert into charge_standard (company_id, id, charge_item_id, name, method, quantity_source, every_months, created_at, updated_at)
             values ($1, $2, $3, '标准', 'fixed', 'one', 1, now(), now())`,
            [ctx.companyId, standard, item],
          );
          await add(
            `insert into standard_binding (company_id, id, community_id, charge_item_id, charge_standard_id, house_id, starts_on, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, '2026-01-01', now(), now())`,
            [ctx.companyId, ctx.newId(), company.communityId, item, standard, houseId],
          );
          for (const from of ['2026-01-01', '2026-02-01'])
            await add(
              `insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on, receivable_fen, raised_how, raised_at, calculation)
               values ($1, $2, $3, $4, 'house', $5, $6::date, $6::date + 28, $6::date, 100, 'manual', now(), '{}')`,
              [ctx.companyId, ctx.newId(), company.communityId, item, houseId, from],
            );
        })
        .then(() =>
          person.call(resourceEndpoints(vehicleResource).create, {
            body: { communityId: company.communityId, plate: '川A12345', houseIds: [houseId] },
          }),
        ),
    );
    expect(error).toContain('账单 2 条关联到导入的数据');
    expect(error).toContain('收费标准绑定 1 条关联到导入的数据');
    expect(error).toContain('车辆 1 条关联到导入的数据');
  });
});

describe('an undo that is cut off', () => {
  it('has done nothing, and does everything when it is taken up again', async () => {
    const { company, person, flow } = await newCompany();
    const done = await flow('house').all(first, '一.csv');
    const before = await contentOf(company);
    const { taskId } = await person.call(undoImport, { params: { id: done.id } });
    let transactions = 0;
    const killed = undoImportTask({
      taskId,
      companyId: company.id,
      input: { importId: done.id },
      savedProgress: null,
      gateway: undefined,
      files: server.services.files,
      transaction: (work) =>
        asStaff(server.services, company.id, person.staffId, async (ctx) => {
          transactions += 1;
          const result = await work(ctx);
          if (transactions === 2) throw new Error('killed');
          return result;
        }),
      report: async () => {},
      save: async () => {},
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await contentOf(company)).toBe(before);
    await flow('house').finish(taskId);
    expect((await flow('house').view(done.id)).state).toBe('undone');
    expect(new Set(Object.values(await estateCounts(company)))).toEqual(new Set([0]));
  });
});

describe('who may take an import back', () => {
  it('is said by the right to undo, the right to import that list, and whose import it is', async () => {
    const { company, flow } = await newCompany();
    const done = await flow('house').all(first, '一.csv');
    const id = { params: { id: done.id } };
    const clerk = await company.person('客服');
    expect((await refusal(clerk.call(undoImport, id))).code).toBe('permission.denied');
    const grant = (permission: string) =>
      company.run((ctx) =>
        ctx.tx.run(
          sql`update permission_group set permissions = permissions || ${[permission]}::text[] where company_id = ${ctx.companyId} and name = '客服'`,
        ),
      );
    await grant('importHistory.undo');
    expect((await refusal(clerk.call(undoImport, id))).code).toBe('import.notFound');
    await grant('importHistory.view');
    expect((await clerk.call(listImports, { query: {} })).rows).toMatchObject([{ isOwn: false, isUndoable: true }]);
    const vehicles = await flow('vehicle').all('车牌号,品牌\n川A11111,甲\n', '车.csv');
    const denied = await refusal(clerk.call(undoImport, { params: { id: vehicles.id } }));
    expect(denied).toMatchObject({ code: 'import.undoDenied', status: 403 });
    const stranger = await newCompany();
    expect((await refusal(stranger.person.call(undoImport, id))).code).toBe('import.notFound');
    const elsewhere = await company.person('管理员', [company.otherCommunityId]);
    expect((await refusal(elsewhere.call(undoImport, id))).code).toBe('import.notFound');
    await flow('house').finish((await clerk.call(undoImport, id)).taskId);
    const [record] = (await clerk.call(listImports, { query: { state: 'undone' } })).rows;
    expect(record).toMatchObject({ id: done.id, state: 'undone', isUndoable: false, kindLabel: '房屋' });
    expect(record?.undoneByName).toContain('客服');
    const actions = await company.run((ctx) =>
      ctx.tx.rows<{ action: string }>(
        sql`select action from audit_entry where company_id = ${ctx.companyId} and target_id = ${done.id} order by id`,
      ),
    );
    expect(actions.map((one) => one.action).slice(-2)).toEqual(['house.import.startUndo', 'house.import.undo']);
    expect((await refusal(clerk.call(undoImport, id))).code).toBe('import.notUndoable');
  });

  it('leaves one that wrote nothing alone', async () => {
    const { person, flow } = await newCompany();
    const house = flow('house');
    await house.all(first, '一.csv');
    const again = await house.all(first, '一.csv');
    const problem = await refusal(person.call(undoImport, { params: { id: again.id } }));
    expect(problem).toMatchObject({ status: 409, code: 'import.notUndoable' });
    expect(problem.detail).toContain('没有写入任何数据');
  });

  it('is nobody for staff, whose accounts may be in use; contacts can be taken back', async () => {
    const { company, person, flow } = await newCompany();
    const staff = await flow('staff').all('姓名,手机号\n陈一,13811110001\n', '员工.csv');
    expect(staff).toMatchObject({ counts: { added: 1 }, isUndoable: false });
    const problem = await refusal(person.call(undoImport, { params: { id: staff.id } }));
    expect(problem.code).toBe('import.notUndoable');
    expect(problem.detail).toContain('登录账号');
    const [record] = (await person.call(listImports, { query: { kind: 'staff' } })).rows;
    expect(record).toMatchObject({ isUndoable: false, kindLabel: '员工' });
    const contacts = await flow('externalContact').all('姓名,分类\n李师傅,维保\n', '通讯录.csv');
    expect(await countOf(company, 'external_contact')).toBe(1);
    expect((await flow('externalContact').undo(contacts.id)).state).toBe('undone');
    expect(await countOf(company, 'external_contact')).toBe(0);
  });

  it('is nobody once a person named in what was before has been erased', async () => {
    const { company, person, flow } = await newCompany();
    await flow('vehicle').all('车牌号,车主姓名,品牌\n川A11111,欧阳忘,旧\n', '一.csv');
    const done = await flow('vehicle').all('车牌号,品牌\n川A11111,新\n', '二.csv', 'replace');
    await company.run((ctx) => ctx.tx.rows(sql`select erase_resident_traces(${ctx.newId()}, '欧阳忘', '')`));
    const left = await company.run((ctx) =>
      ctx.tx.rows(
        sql`select id from import_effect where company_id = ${ctx.companyId} and rows_before::text like '%欧阳忘%'`,
      ),
    );
    expect(left).toEqual([]);
    const problem = await refusal(person.call(undoImport, { params: { id: done.id } }));
    expect(problem.detail).toContain('已注销的住户');
  });

  it('touches no other company', async () => {
    const other = await newCompany();
    await other.flow('house').all(first, '一.csv');
    const before = await fingerprintOf(server.services.ownerPool, other.company.id);
    const { flow } = await newCompany();
    const done = await flow('house').all(first, '一.csv');
    await flow('house').undo(done.id);
    expect(await fingerprintOf(server.services.ownerPool, other.company.id)).toEqual(before);
  });
});

describe('the history of imports', () => {
  it('shows one’s own, and the company’s to those who may see it, found by list, file, person and state', async () => {
    const { company, person, flow } = await newCompany();
    await flow('house').all(first, '一月房屋.csv');
    await flow('vehicle').all('车牌号,品牌\n川A11111,甲\n川A11111,乙\n', '车辆.csv');
    const names = async (query: object, who = person) =>
      (await who.call(listImports, { query })).rows.map((row) => row.fileName);
    expect(await names({})).toEqual(['车辆.csv', '一月房屋.csv']);
    expect(await names({ kind: 'house' })).toEqual(['一月房屋.csv']);
    expect(await names({ q: '车' })).toEqual(['车辆.csv']);
    expect(await names({ state: 'checked' })).toEqual([]);
    const clerk = await company.person('客服');
    expect(await names({}, clerk)).toEqual([]);
    const manager = await company.person('项目经理');
    expect(await names({}, manager)).toHaveLength(2);
    expect(await names({ whose: 'own' }, manager)).toEqual([]);
    const [record] = (await manager.call(listImports, { query: {} })).rows;
    expect(record).toMatchObject({ failedRowsFileId: null, isOwn: false, isUndoable: false });
    const elsewhere = await company.person('项目经理', [company.otherCommunityId]);
    expect(await names({}, elsewhere)).toEqual([]);
  });
});
