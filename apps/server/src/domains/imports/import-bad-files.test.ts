import { imports } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sheetOf, xlsxParts, zipOf } from '../../../../../packages/spreadsheet/src/zip-bytes.test-kit.ts';
import { pngOf } from '../../../test/pictures.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { countOf, upload, wizard } from './imports.fixture.ts';

let server: TestApp;
let company: TestCompany;
let person: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  person = await company.person('管理员');
});
afterAll(() => server.stop());

const sheet = (xml: string) => zipOf(xlsxParts(xml));
const megabyte = 1024 * 1024;

const files: readonly [what: string, content: () => Buffer | string, code: string, words: string][] = [
  ['a picture named .xlsx', () => pngOf(8, 8), 'import.notASpreadsheet', '文件内容是图片'],
  ['a web page saved as .xls', () => '<html><table><tr><td>房号</table>', 'import.notASpreadsheet', '文件内容是网页'],
  ['an empty file', () => Buffer.alloc(0), 'import.fileEmpty', '没有任何内容'],
  ['a sheet without rows', () => sheet(sheetOf('')), 'import.fileEmpty', '没有任何内容'],
  ['a heading with nothing under it', () => '楼栋,房号,面积\n', 'import.noRows', '没有数据行'],
  ['a sheet about something else', () => '1,2,3\n4,5,6\n', 'import.headingNotFound', '没有找到表头'],
  [
    'a bomb of 200 MB in 200 KB',
    () => zipOf(xlsxParts(Buffer.alloc(200 * megabyte, ' ').toString())),
    'import.tooLarge',
    '没有继续读取',
  ],
  [
    'a row of a million columns',
    () => `房号,面积,${'x,'.repeat(1_000_000)}\n`,
    'import.tooManyColumns',
    '列数超过上限',
  ],
  [
    'a cell far out to the right',
    () => sheet(sheetOf('<row r="1"><c r="XFD1" t="inlineStr"><is><t>房号</t></is></c></row>')),
    'import.tooManyColumns',
    '列数超过上限',
  ],
  ['an .xlsx that was cut off', () => sheet(sheetOf('<row r="1"/>')).subarray(0, 300), 'import.damaged', '已损坏'],
];

describe('a file that cannot be imported', () => {
  it.each(files)('%s is refused with a Chinese sentence, and nothing is written', async (_, content, code, words) => {
    const fileId = await upload(server, person, content(), '房屋.xlsx');
    const body = { fileId, communityId: company.communityId };
    const problem = await refusal(person.call(imports.house.create, { body }));
    expect(problem).toMatchObject({ status: 422, code });
    expect(problem.detail).toContain(words);
    expect(await countOf(company, 'import_batch')).toBe(0);
    expect(await countOf(company, 'house')).toBe(0);
  });

  it('has its end of memory in bounds', async () => {
    const bomb = zipOf(xlsxParts(Buffer.alloc(200 * megabyte, ' ').toString()));
    const fileId = await upload(server, person, bomb, '炸弹.xlsx');
    const before = process.memoryUsage().rss;
    await refusal(person.call(imports.house.create, { body: { fileId, communityId: company.communityId } }));
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * megabyte);
  });

  it('that turns bad half way ends the check with its reason and leaves the wizard where columns are matched', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `1栋,${index},80`);
    lines.push(`1栋,x,80,${'y,'.repeat(1000)}`);
    const house = wizard(server, company, person, 'house');
    const id = await house.open(`楼栋,房号,面积\n${lines.join('\n')}\n`, '半好.csv');
    const view = await house.check(id);
    expect(view.state).toBe('uploaded');
    expect(view.error).toContain('第 62 行的列数超过上限');
    expect(await countOf(company, 'house')).toBe(0);
  });

  it('whose rows are all wrong can be looked at but not imported', async () => {
    const house = wizard(server, company, person, 'house');
    const view = await house.check(await house.open('楼栋,房号,面积\n1栋,101,很大\n', '全错.csv'));
    expect(view.counts).toMatchObject({ rows: 1, good: 0, bad: 1 });
    const run = person.call(imports.house.run, { params: { id: view.id }, body: { duplicatePolicy: 'skip' } });
    expect(await refusal(run)).toMatchObject({ status: 409, code: 'import.nothingToImport' });
  });
});
