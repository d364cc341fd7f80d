import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chargeItemResource,
  exportEndpoint,
  getTask,
  houseResource,
  type ImportKindName,
  parkingSpaceResource,
  type ResourceDefinition,
  vehicleResource,
} from '@anlin/contract';
import { openSpreadsheet, writeSpreadsheet } from '@anlin/spreadsheet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { wizard } from './imports.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

/** What people and Excel put into cells: Chinese, signs that begin formulas, quotes, full-width forms. */
const word = fc
  .array(
    fc.constantFrom('甲', '翠湖', '=1+1', '+', '-', '@', 'A', '7', '"', ',', '、', '（东）', '㎡', '&', '<b>', '９'),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));
const area = fc.integer({ min: 1, max: 99_999_99 }).map((hundredths) => (hundredths / 100).toFixed(2));
const whole = (min: number, max: number) => fc.integer({ min, max }).map(String);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: '' });
const choice = (field: { options?: object } | undefined) =>
  fc.constantFrom(...(Object.values(field?.options ?? {}) as string[]));
const day = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => Temporal.PlainDate.from('1980-01-01').add({ days }).toString());
const tags = fc
  .uniqueArray(fc.constantFrom('未装修', '开发商', '重点关注'), { maxLength: 3 })
  .map((names) => names.join('、'));

type Columns = Readonly<Record<string, fc.Arbitrary<string>>>;

interface Case {
  kind: ImportKindName;
  definition: ResourceDefinition;
  columns: Columns;
  /** Title of the column by which rows are told apart; filled with numbers. */
  key: string;
}

const { fields: house } = houseResource;
const { fields: space } = parkingSpaceResource;
const { fields: item } = chargeItemResource;
const linked = fc.constantFrom('', '1栋101', '1栋102');

const cases: readonly Case[] = [
  {
    kind: 'house',
    definition: houseResource,
    key: '房号',
    columns: {
      楼宇: fc.constantFrom('1栋', '2栋', '听涛阁'),
      单元: fc.constantFrom('', '1单元', '二单元'),
      楼层: maybe(whole(-2, 60)),
      房屋类型: choice(house.usage),
      房屋状态: choice(house.status),
      建筑面积: area,
      套内面积: maybe(area),
      房屋朝向: maybe(word.map((text) => text.slice(0, 20))),
      交房时间: maybe(day),
      产权年限: maybe(whole(0, 99)),
      投票面积: maybe(area),
      房屋排序: whole(0, 5000),
      房屋标签: tags,
      备注: maybe(word),
    },
  },
  {
    kind: 'parkingSpace',
    definition: parkingSpaceResource,
    key: '车位号',
    columns: {
      车位类型: choice(space.type),
      车位状态: choice(space.status),
      面积: maybe(area),
      关联房屋: linked,
      标签: tags,
      备注: maybe(word),
    },
  },
  {
    kind: 'vehicle',
    definition: vehicleResource,
    key: '车牌号码',
    columns: {
      停车卡号: maybe(whole(1, 999_999)),
      品牌: maybe(word),
      颜色: maybe(word.map((text) => text.slice(0, 20))),
      车主姓名: maybe(fc.constantFrom('欧阳思远', '张三')),
      关联房屋: linked,
      标签: tags,
      备注: maybe(word),
    },
  },
  {
    kind: 'chargeItem',
    definition: chargeItemResource,
    key: item.name.label,
    columns: {
      [item.kind.label]: choice(item.kind),
      [item.precision.label]: choice(item.precision),
      [item.rounding.label]: choice(item.rounding),
      [item.proration.label]: fc.constant(Object.values(item.proration.options)[0] as string),
      [item.dueDays.label]: whole(0, 365),
      [item.lateFeeGraceDays.label]: whole(0, 365),
      [item.taxRate.label]: fc.constantFrom('0', '6', '13'),
      [item.isTaxIncluded.label]: fc.constantFrom('是', '否'),
      [item.sortOrder.label]: whole(0, 100),
      [item.raiseOffset.label]: whole(0, 90),
      备注: maybe(word),
    },
  },
];

async function newCompany(kind: ImportKindName) {
  const company = await server.company(`物业${server.services.newId()}`);
  const person = await company.person('管理员');
  if (kind === 'parkingSpace' || kind === 'vehicle')
    await wizard(server, company, person, 'house').all('楼栋,房号,面积\n1栋,101,80\n1栋,102,70\n', '房屋.csv');
  return { company, person, flow: wizard(server, company, person, kind) };
}

async function spreadsheetOf(titles: readonly string[], rows: readonly string[][]): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-round-trip-'));
  const path = join(folder, 'file.xlsx');
  const columns = titles.map((title) => ({ title, kind: 'text' as const }));
  await writeSpreadsheet(path, { sheets: [{ name: '数据', columns, rows }] });
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** The file that the list's export button gives. */
async function exported(company: TestCompany, person: TestPerson, definition: ResourceDefinition): Promise<Buffer> {
  const { taskId } = await person.call(exportEndpoint(definition)!, { body: {} } as never);
  await runTask(server.services, taskHandlers, company.id, taskId);
  const { result } = await person.call(getTask, { params: { id: taskId } });
  return readFileSync(server.storedPath(company.id, String(result?.fileId)));
}

/** Rows of an exported file as lines, without when they were written; rows and tags in an order of their own. */
async function linesOf(bytes: Buffer): Promise<string[]> {
  const rows: string[][] = [];
  for await (const row of (await openSpreadsheet({ bytes })).rows()) rows.push(row.cells.map((cell) => cell.text));
  const [titles = [], ...body] = rows;
  const kept = titles.flatMap((title, index) => (/时间$/.test(title) && title !== '交房时间' ? [] : [index]));
  const shown = (cells: readonly string[], index: number) =>
    titles[index]?.endsWith('标签') ? (cells[index] ?? '').split('、').sort().join('、') : (cells[index] ?? '');
  return body.map((cells) => kept.map((index) => shown(cells, index)).join('|')).sort();
}

describe.each(cases)('$kind: what was exported', ({ kind, definition, columns, key }) => {
  it('comes in again and is exported the same, whatever stands in the cells; every import can be taken back', async () => {
    const rows = fc.array(fc.record(columns), { minLength: 1, maxLength: 12 });
    const { company, person, flow } = await newCompany(kind);
    const exportList = () => exported(company, person, definition);
    const nothing = await linesOf(await exportList());
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const titles = [key, ...Object.keys(columns)];
        const lines = values.map((row, index) => [`K${index + 1}`, ...Object.values(row)]);
        const first = await imported(flow, await spreadsheetOf(titles, lines));
        expect(first.problems).toEqual([]);
        expect(first.counts).toMatchObject({ added: lines.length, bad: 0, failed: 0 });
        const file = await exportList();
        expect((await imported(flow, file)).counts).toMatchObject({ added: 0, updated: 0 });
        expect((await flow.undo(first.id)).error).toBeNull();
        expect(await linesOf(await exportList())).toEqual(nothing);
        const again = await imported(flow, file);
        expect(again.problems).toEqual([]);
        expect(await linesOf(await exportList())).toEqual(await linesOf(file));
        expect((await flow.undo(again.id)).error).toBeNull();
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 240_000);
});

async function imported(flow: ReturnType<typeof wizard>, content: Buffer) {
  const id = await flow.open(content, '文件.xlsx');
  await flow.check(id);
  return flow.run(id);
}
