import * as XLSX from '@e965/xlsx';
import { expect, test } from 'vitest';
import { openSpreadsheet, type Row } from './index.ts';

function record(id: number, ...parts: Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([words(id, data.length), data]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16LE(value, index * 2);
  });
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

const EOF = record(0x0a);
const BOF = (kind: number) => record(0x809, words(0x0600, kind));
const XF = (format: number) => record(0xe0, words(0, format), Buffer.alloc(16));
const formula = (row: number, column: number, style: number, result: Buffer) =>
  record(0x06, words(row, column, style), result, Buffer.alloc(8));
const text = (value: string) => Buffer.concat([words(value.length), Buffer.from([1]), Buffer.from(value, 'utf16le')]);

/** An .xls of one sheet made of the given records; style 1 is a day. */
function xlsOf(sheet: Buffer[]): Buffer {
  const name = Buffer.concat([Buffer.from([1, 1]), Buffer.from('表', 'utf16le')]);
  const globals = (offset: number) => {
    const place = Buffer.alloc(6);
    place.writeUInt32LE(offset);
    return Buffer.concat([BOF(5), XF(0), XF(14), record(0x85, place, name), EOF]);
  };
  const stream = Buffer.concat([globals(globals(0).length), BOF(0x10), ...sheet, EOF, Buffer.alloc(5_000)]);
  const container = XLSX.CFB.utils.cfb_new();
  XLSX.CFB.utils.cfb_add(container, '/Workbook', stream);
  return XLSX.CFB.write(container, { type: 'buffer' }) as Buffer;
}

async function rowsOf(bytes: Buffer): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await openSpreadsheet({ bytes })).rows()) rows.push(row);
  return rows;
}

test('formulas of an .xls give the results stored with them', async () => {
  const special = (kind: number, value: number) => Buffer.from([kind, 0, value, 0, 0, 0, 0xff, 0xff]);
  const sharedFormula = record(0x4bc, Buffer.alloc(10));
  const [row] = await rowsOf(
    xlsOf([
      formula(4, 0, 0, double(0.1 + 0.2)),
      formula(4, 1, 1, double(43646)),
      formula(4, 2, 0, special(0, 0)),
      sharedFormula,
      record(0x207, text('合计')),
      formula(4, 3, 0, special(1, 1)),
      formula(4, 4, 0, special(2, 0x07)),
      formula(4, 5, 0, special(3, 0)),
    ]),
  );
  expect(row!.number).toBe(5);
  expect(row!.cells.every((cell) => cell.isFormula)).toBe(true);
  expect(row!.cells.map((cell) => cell.text)).toEqual(['0.3', '2019-06-30', '合计', 'TRUE', '#DIV/0!', '']);
  expect(row!.cells[1]).toMatchObject({ kind: 'date', date: '2019-06-30' });
});

test('cells of an .xls come in the order of their rows, and those of a chart within the sheet are left out', async () => {
  const number = (row: number, column: number, value: number) => record(0x203, words(row, column, 0), double(value));
  const rows = await rowsOf(
    xlsOf([number(2, 0, 3), BOF(0x20), number(0, 5, 99), EOF, number(0, 0, 1), number(2, 1, 4), number(1, 0, 2)]),
  );
  expect(rows.map((row) => [row.number, ...row.cells.map((cell) => cell.value)])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3, 4],
  ]);
});

test('a sheet of an .xls with more than the columns allowed is refused', async () => {
  const wide = record(0xbd, words(0, 600), words(0), Buffer.from([6, 0, 0, 0]), words(600));
  await expect(rowsOf(xlsOf([wide]))).rejects.toMatchObject({ code: 'tooManyColumns', params: { limit: 512, row: 1 } });
});
