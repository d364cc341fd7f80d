import * as XLSX from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { type Cell, openSpreadsheet, type Row } from './index.ts';
import { sheetOf, xlsxParts, zipOf } from './zip-bytes.test-kit.ts';

async function readRows(bytes: Uint8Array, sheet?: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await openSpreadsheet({ bytes })).rows(sheet)) rows.push(row);
  return rows;
}

/** The cells of a row whose XML is given; style 1 is a day, 2 a time, 3 a code of four digits, 4 money. */
async function cellsOf(cells: string, workbookXml?: string): Promise<readonly Cell[]> {
  const styles =
    '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="0000"/><numFmt numFmtId="201" formatCode="[$¥-804]#,##0.00;[Red]-0.00"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="20"/>' +
    '<xf numFmtId="200"/><xf numFmtId="201"/></cellXfs></styleSheet>';
  const strings = '<sst><si><t>房号</t></si><si><r><t>红</t></r><r><t>字</t></r><rPh><t>hong</t></rPh></si></sst>';
  const parts = xlsxParts(sheetOf(`<row r="7">${cells}</row>`), [
    { name: 'xl/styles.xml', data: styles },
    { name: 'xl/sharedStrings.xml', data: strings },
  ]);
  if (workbookXml) parts[1] = { name: 'xl/workbook.xml', data: workbookXml };
  const [row] = await readRows(zipOf(parts));
  expect(row?.number).toBe(7);
  return row!.cells;
}

describe('numbers', () => {
  test.each([
    ['12.345', '12.345'],
    ['98.50', '98.50'],
    ['98.500000000000014', '98.5'],
    ['0.30000000000000004', '0.3'],
    ['1234567.1000000001', '1234567.1'],
    ['1.0000000000000001E-5', '0.00001'],
    ['5.1010119900101E+17', '510101199001010000'],
    ['510101199001011234', '510101199001011234'],
    ['-0.5', '-0.5'],
    ['1e3', '1000'],
  ])('%s in the file is read by a person as %s', async (stored, text) => {
    const [cell] = await cellsOf(`<c><v>${stored}</v></c>`);
    expect(cell).toMatchObject({ kind: 'number', text, value: Number(text) });
  });

  test('a format of zeros shows the zeros, one of money leaves the number alone', async () => {
    const [code, money] = await cellsOf('<c s="3"><v>101</v></c><c s="4"><v>-1234.5</v></c>');
    expect(code).toMatchObject({ kind: 'text', text: '0101' });
    expect(money).toMatchObject({ kind: 'number', text: '-1234.5' });
  });
});

describe('days', () => {
  test('come as days whatever the zone of the machine, with the time of day where there is one', async () => {
    const cells = await cellsOf(
      ['43646', '43646.75', '1', '59', '61', '2958465', '0.5', '60'].map((v) => `<c s="1"><v>${v}</v></c>`).join(''),
    );
    expect(cells.map((cell) => cell.date)).toEqual([
      '2019-06-30',
      '2019-06-30',
      '1900-01-01',
      '1900-02-28',
      '1900-03-01',
      '9999-12-31',
      undefined,
      undefined,
    ]);
    expect(cells[0]).toMatchObject({ kind: 'date', text: '2019-06-30', value: '2019-06-30' });
    expect(cells[1]).toMatchObject({ kind: 'date', text: '2019-06-30 18:00:00' });
  });

  test('count from 1904 in a workbook that says so', async () => {
    const workbook = '<workbook><workbookPr date1904="1"/><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>';
    const [cell] = await cellsOf('<c s="1"><v>42184</v></c>', workbook);
    expect(cell?.date).toBe('2019-06-30');
  });

  test('ISO days of strict files, and times of day', async () => {
    const [day, time] = await cellsOf('<c t="d"><v>2026-05-01T00:00:00</v></c><c s="2"><v>0.354166666666667</v></c>');
    expect(day).toMatchObject({ kind: 'date', date: '2026-05-01', text: '2026-05-01' });
    expect(time).toMatchObject({ kind: 'text', text: '08:30' });
  });
});

describe('other cells', () => {
  test('a formula gives the result stored with it and is never worked out', async () => {
    const [sum, none, error, text] = await cellsOf(
      '<c><f>SUM(A1:A9)</f><v>42</v></c><c><f>1+1</f></c><c t="e"><f>NA()</f><v>#N/A</v></c><c t="str"><f>"a"</f><v>a</v></c>',
    );
    expect(sum).toMatchObject({ kind: 'number', text: '42', isFormula: true });
    expect(none).toMatchObject({ kind: 'empty', text: '', isFormula: true });
    expect(error).toMatchObject({ kind: 'error', text: '#N/A', isFormula: true });
    expect(text).toMatchObject({ kind: 'text', text: 'a', isFormula: true });
  });

  test('texts of every make, without readings and stray control characters, with their spaces', async () => {
    const cells = await cellsOf(
      '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>' +
        '<c t="str"><v>a_x0007_b_x005F_x0041_&#10;c</v></c><c t="b"><v>1</v></c><c t="str"><v><![CDATA[<&>]]></v></c>',
    );
    expect(cells.map((cell) => cell.text)).toEqual(['房号', '红字', 'a b', 'ab_x0041_\nc', 'TRUE', '<&>']);
  });

  test('gaps are empty cells, and prefixed names are understood', async () => {
    const xml =
      '<x:worksheet><x:sheetData><x:row r="3"><x:c r="C3"><x:v>1</x:v></x:c></x:row><x:row r="9"/></x:sheetData></x:worksheet>';
    const rows = await readRows(zipOf(xlsxParts(xml)));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ number: 3, cells: [{ kind: 'empty' }, { kind: 'empty' }, { text: '1' }] });
  });
});

describe.each(['xlsx', 'biff8'] as const)('a workbook another library wrote as %s', (bookType) => {
  // The other library cuts texts in .xls to 255 characters; longer ones are tested on the records themselves.
  const longText = '超长'.repeat(bookType === 'xlsx' ? 9_000 : 120);
  const sheet: XLSX.WorkSheet = {
    '!ref': 'A1:I2',
    A1: { t: 'n', v: 43646, z: 'yyyy"年"m"月"d"日"' },
    B1: { t: 'n', v: 1.1 },
    C1: { t: 'b', v: true },
    D1: { t: 'e', v: 42 },
    E1: { t: 'n', v: 3, f: '1+2' },
    F1: { t: 's', v: '文字', f: '"文"&"字"' },
    G1: { t: 's', v: longText },
    H1: { t: 's', v: 'plain' },
    I1: { t: 'n', v: -123456789.25 },
    A2: { t: 'n', v: 100.01 },
  };
  const hidden: XLSX.WorkSheet = { '!ref': 'A1', A1: { t: 's', v: '选项' } };
  const workbook: XLSX.WorkBook = {
    SheetNames: ['选项', '房屋'],
    Sheets: { 选项: hidden, 房屋: sheet },
    Workbook: {
      Sheets: [
        { name: '选项', Hidden: 1 },
        { name: '房屋', Hidden: 0 },
      ],
    },
  };
  const bytes = XLSX.write(workbook, { type: 'buffer', bookType }) as Buffer;

  test('is read cell by cell, first visible sheet first', async () => {
    const spreadsheet = await openSpreadsheet({ bytes });
    expect(spreadsheet.kind).toBe(bookType === 'xlsx' ? 'xlsx' : 'xls');
    expect(spreadsheet.sheets).toEqual([
      { name: '选项', isHidden: true },
      { name: '房屋', isHidden: false },
    ]);
    const [first, second] = await readRows(bytes);
    expect(first!.cells.map((cell) => cell.text)).toEqual([
      '2019-06-30',
      '1.1',
      'TRUE',
      '#N/A',
      '3',
      '文字',
      longText,
      'plain',
      '-123456789.25',
    ]);
    // The other library writes only the results of formulas to .xls; formula records are tested by themselves.
    const formulas = first!.cells.flatMap((cell, index) => (cell.isFormula ? [index] : []));
    expect(formulas).toEqual(bookType === 'xlsx' ? [4, 5] : []);
    expect(second).toMatchObject({ number: 2, cells: [{ text: '100.01', kind: 'number' }] });
    expect((await readRows(bytes, 0))[0]!.cells[0]!.text).toBe('选项');
  });
});
