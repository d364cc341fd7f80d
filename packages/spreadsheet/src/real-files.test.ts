import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as XLSX from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import {
  cleanText,
  findHeader,
  isTotalsRow,
  type KnownHeading,
  openSpreadsheet,
  parseDecimalText,
  parsePhone,
  type Row,
  readFirstRows,
} from './index.ts';

const CUT_DOWNS = new URL('../test-data/', import.meta.url);
// The whole files lie beside the repository where there are any; the cut-downs in it are tested always.
const WHOLE = ['../shared/data/', '../../shared/data/']
  .map((path) => new URL(path, pathToFileURL(`${join(import.meta.dirname, '../../..')}/`)))
  .find((folder) => existsSync(folder));

const HOUSE_HEADINGS: KnownHeading[] = [
  { key: 'community', titles: ['小区', '小区名称', '项目'], isRequired: true },
  { key: 'building', titles: ['楼宇', '楼栋'], isRequired: true },
  { key: 'unit', titles: ['单元'] },
  { key: 'number', titles: ['房号', '房屋编号'], isRequired: true },
  { key: 'floor', titles: ['楼层'] },
  { key: 'builtArea', titles: ['建筑面积(㎡)'], isRequired: true },
  { key: 'innerArea', titles: ['套内面积'] },
  { key: 'handedOverOn', titles: ['交房时间', '交房日期'] },
  { key: 'ownerName', titles: ['姓名', '业主姓名'] },
  { key: 'ownerPhone', titles: ['手机号', '联系电话'] },
];
const PARKING_HEADINGS: KnownHeading[] = [
  { key: 'number', titles: ['车位号', '车位编号'], isRequired: true },
  { key: 'kind', titles: ['车位类型'] },
  { key: 'status', titles: ['车位状态'] },
  { key: 'area', titles: ['车位面积'] },
  { key: 'house', titles: ['关联房号', '房号'] },
];
const HAINA_HEADINGS: KnownHeading[] = [
  { key: 'address', titles: ['房屋地址'], isRequired: true },
  { key: 'item', titles: ['费用类型'], isRequired: true },
  { key: 'amount', titles: ['费用金额'], isRequired: true },
  { key: 'from', titles: ['开始时间'] },
  { key: 'to', titles: ['结束时间'] },
  { key: 'remark', titles: ['备注'] },
];
const OTHER_HEADINGS: KnownHeading[] = [
  { key: 'owner', titles: ['客户名称', '业主'] },
  { key: 'house', titles: ['资源编号', '房号'], isRequired: true },
  { key: 'item', titles: ['收费科目', '收费项目'], isRequired: true },
  { key: 'month', titles: ['计费月份', '账期'] },
  { key: 'receivable', titles: ['应收金额'], isRequired: true },
  { key: 'received', titles: ['已收金额', '实收金额'] },
  { key: 'lateFee', titles: ['违约金', '滞纳金'] },
];
const METER_HEADINGS: KnownHeading[] = [
  { key: 'house', titles: ['房号'], isRequired: true },
  { key: 'meter', titles: ['仪表编号', '表号'], isRequired: true },
  { key: 'kind', titles: ['类型'] },
  { key: 'multiplier', titles: ['倍率'] },
  { key: 'previous', titles: ['上期止度'] },
];
const VEHICLE_HEADINGS: KnownHeading[] = [
  { key: 'plate', titles: ['车牌号', '车牌号码'], isRequired: true },
  { key: 'card', titles: ['停车卡号'] },
  { key: 'ownerName', titles: ['车主姓名'] },
  { key: 'ownerPhone', titles: ['车主手机', '手机号'] },
  { key: 'house', titles: ['关联房号', '房号'] },
];

const FILES = [
  { file: 'houses.xlsx', kind: 'xlsx', known: HOUSE_HEADINGS, headerRow: 1, exampleRows: [], cut: 209, whole: 1402 },
  {
    file: 'parking-spaces.xlsx',
    kind: 'xlsx',
    known: PARKING_HEADINGS,
    headerRow: 1,
    exampleRows: [],
    cut: 59,
    whole: 900,
  },
  { file: 'bills-haina.xls', kind: 'xls', known: HAINA_HEADINGS, headerRow: 2, exampleRows: [3], cut: 77, whole: 640 },
  {
    file: 'bills-other-system.xlsx',
    kind: 'xlsx',
    known: OTHER_HEADINGS,
    headerRow: 3,
    exampleRows: [],
    cut: 57,
    whole: 1500,
  },
  {
    file: 'meter-readings.xlsx',
    kind: 'xlsx',
    known: METER_HEADINGS,
    headerRow: 1,
    exampleRows: [],
    cut: 59,
    whole: 1344,
  },
  {
    file: 'vehicles-gbk.csv',
    kind: 'csv',
    known: VEHICLE_HEADINGS,
    headerRow: 1,
    exampleRows: [],
    cut: 59,
    whole: 420,
  },
] as const;

async function readAll(url: URL): Promise<Row[]> {
  const spreadsheet = await openSpreadsheet({ path: fileURLToPath(url) });
  const rows: Row[] = [];
  for await (const row of spreadsheet.rows()) rows.push(row);
  return rows;
}

/** The data of a file: rows under the heading and its examples, without totals. */
function dataRows(rows: Row[], known: readonly KnownHeading[]): { rows: Row[]; cell(row: Row, key: string): string } {
  const header = findHeader(rows, known)!;
  const above = Math.max(header.headerRow, ...header.exampleRows);
  return {
    rows: rows.filter((row) => row.number > above && !isTotalsRow(row)),
    cell(row, key) {
      const column = header.columns.find((candidate) => candidate.key === key)!;
      return row.cells[column.index]?.text ?? '';
    },
  };
}

describe.each(FILES)('$file', ({ file, kind, known, headerRow, exampleRows, cut, whole }) => {
  test('is known by its content, its heading found and every required column with it', async () => {
    const spreadsheet = await openSpreadsheet({ bytes: readFileSync(new URL(file, CUT_DOWNS)) });
    expect(spreadsheet.kind).toBe(kind);
    const header = findHeader(await readFirstRows(spreadsheet, 20), known);
    expect(header).toMatchObject({ headerRow, exampleRows, missing: [] });
    expect(header!.columns.filter((column) => column.key !== null)).toHaveLength(known.length);
    expect(header!.columns.every((column) => column.key === null || column.confidence >= 0.9)).toBe(true);
  });

  test('has as many data rows as it should', async () => {
    expect(dataRows(await readAll(new URL(file, CUT_DOWNS)), known).rows).toHaveLength(cut);
    if (WHOLE) expect(dataRows(await readAll(new URL(file, WHOLE)), known).rows).toHaveLength(whole);
  });

  test('reads the same, cell by cell, as another library reads it', async () => {
    for (const folder of WHOLE ? [CUT_DOWNS, WHOLE] : [CUT_DOWNS]) {
      const bytes = readFileSync(new URL(file, folder));
      const rows = await readAll(new URL(file, folder));
      const input = kind === 'csv' ? new TextDecoder('gb18030').decode(bytes) : bytes;
      const workbook = XLSX.read(input, { type: kind === 'csv' ? 'string' : 'buffer', raw: true });
      const theirs = XLSX.utils.sheet_to_json<unknown[]>(workbook.Sheets[workbook.SheetNames[0]!]!, { header: 1 });
      expect(rows.map((row) => row.number)).toEqual(theirs.map((_, index) => index + 1));
      for (const row of rows) {
        const ours = row.cells.map((cell) => cell.value);
        expect(ours).toEqual(trimmed(theirs[row.number - 1]!));
      }
    }
  });
});

/** Another library gives empty texts and holes where this one gives empty cells, and keeps those at the end. */
function trimmed(values: readonly unknown[]): unknown[] {
  const same = Array.from(values, (value) => (value === '' || value === undefined ? null : value));
  return same.slice(0, same.findLastIndex((value) => value !== null) + 1);
}

describe('what is wrong in the real files is still to be seen after reading', () => {
  test('the wrong houses are found in their rows, and only they', async () => {
    const { rows, cell } = dataRows(await readAll(new URL('houses.xlsx', CUT_DOWNS)), HOUSE_HEADINGS);
    const wrongAreas = rows.filter((row) => {
      const area = parseDecimalText(cell(row, 'builtArea'));
      return !area.isOk || area.value.startsWith('-');
    });
    expect(wrongAreas.map((row) => row.number)).toEqual([9, 53, 79]);
    const phones = rows.map((row) => [row.number, parsePhone(cell(row, 'ownerPhone'))] as const);
    expect(phones.filter(([, phone]) => !phone.isOk && phone.reason !== 'empty')).toEqual([
      [35, { isOk: false, reason: 'tooShort' }],
    ]);
    expect(rows.filter((row) => cell(row, 'building') === '').map((row) => row.number)).toEqual([122]);
    expect(rows.filter((row) => cell(row, 'number') === '').map((row) => row.number)).toEqual([152]);
  });

  test('full-width digits, stray spaces and hyphens are read as meant', async () => {
    const { rows, cell } = dataRows(await readAll(new URL('houses.xlsx', CUT_DOWNS)), HOUSE_HEADINGS);
    const at = (number: number) => rows.find((row) => row.number === number)!;
    expect(parseDecimalText(cell(at(202), 'builtArea'))).toEqual({ isOk: true, value: '98.50' });
    expect(cell(at(203), 'number')).toBe(' 2-2-902 ');
    expect(cleanText(cell(at(203), 'number'))).toBe('2-2-902');
    expect(parsePhone(cell(at(204), 'ownerPhone'))).toEqual({ isOk: true, value: '19900000182', kind: 'mobile' });
    expect(at(205).cells[17]).toMatchObject({ kind: 'text', text: '=HYPERLINK("http://127.0.0.1/","点我")' });
  });

  test.runIf(WHOLE)('the sums of the whole files are those stated', async () => {
    const facts = JSON.parse(readFileSync(new URL('facts.json', WHOLE), 'utf8'));
    const bills = dataRows(await readAll(new URL('bills-other-system.xlsx', WHOLE)), OTHER_HEADINGS);
    const fen = bills.rows.reduce((sum, row) => sum + fenOf(bills.cell(row, 'receivable')), 0n);
    expect(Number(fen)).toBe(facts.otherTotalFen);
  });
});

function fenOf(amount: string): bigint {
  const [yuan = '', decimals = ''] = amount.split('.');
  return BigInt(yuan + decimals.padEnd(2, '0'));
}
