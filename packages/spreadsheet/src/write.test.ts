import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import { readXlsx } from 'hucre';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OutputColumn, type OutputSheet, openSpreadsheet, type Row, writeCsv, writeSpreadsheet } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spreadsheet-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Takes in what is written, slowly enough that the writer has to wait for it. */
function collector(): { target: Writable; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  const target = new Writable({
    highWaterMark: 1_024,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  return { target, bytes: () => Buffer.concat(chunks) };
}

async function writeToBytes(sheets: OutputSheet[], rowsPerSheet?: number): Promise<Buffer> {
  const { target, bytes } = collector();
  await writeSpreadsheet(target, { sheets }, rowsPerSheet === undefined ? {} : { rowsPerSheet });
  return bytes();
}

async function readRows(bytes: Uint8Array, sheet = 0): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await openSpreadsheet({ bytes })).rows(sheet)) rows.push(row);
  return rows;
}

const COLUMNS: OutputColumn[] = [
  { title: '房号', kind: 'text', note: '如 "1-1-101" <必填>' },
  { title: '金额(元)', kind: 'money' },
  { title: '单价', kind: 'number' },
  { title: '户数', kind: 'integer', width: 20 },
  { title: '开始日期', kind: 'date' },
];

describe('a written .xlsx', () => {
  const row = ['1-1-101', '1234.5', '0.12345', 7, '2026-05-01'];

  test('reads back with exact numbers, money with two decimals and days as days', async () => {
    const [heading, first] = await readRows(await writeToBytes([{ name: '账单', columns: COLUMNS, rows: [row] }]));
    expect(heading!.cells.map((cell) => cell.text)).toEqual(COLUMNS.map((column) => column.title));
    expect(first!.cells).toMatchObject([
      { kind: 'text', text: '1-1-101' },
      { kind: 'number', text: '1234.50' },
      { kind: 'number', text: '0.12345' },
      { kind: 'number', text: '7' },
      { kind: 'date', date: '2026-05-01' },
    ]);
  });

  test('is understood by two other libraries, with its formats', async () => {
    const bytes = await writeToBytes([
      { name: '账单', columns: COLUMNS, rows: [row] },
      { name: '空', columns: COLUMNS, rows: [] },
    ]);
    const workbook = XLSX.read(bytes, { cellNF: true, cellText: true });
    expect(workbook.SheetNames).toEqual(['账单', '空']);
    const sheet = workbook.Sheets.账单!;
    expect(sheet.A2).toMatchObject({ t: 's', v: '1-1-101' });
    expect(sheet.B2).toMatchObject({ t: 'n', v: 1234.5, w: '1,234.50' });
    expect(sheet.E2).toMatchObject({ t: 'n', v: 46143, w: '2026-05-01' });
    const other = await readXlsx(bytes, { readStyles: true });
    expect(other.sheets[0]!.rows[1]!.slice(0, 4)).toEqual(['1-1-101', 1234.5, 0.12345, 7]);
    expect(other.sheets[0]!.freezePane).toMatchObject({ rows: 1 });
    expect(other.sheets[0]!.cells?.get('0,0')?.style?.font?.bold).toBe(true);
  });

  test.each(['=1+1', '+8613900000001', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://127.0.0.1/","点我")'])(
    'holds %j as a text that cannot run',
    async (text) => {
      const bytes = await writeToBytes([{ name: 'a', columns: [{ title: text, kind: 'text' }], rows: [[text]] }]);
      const sheet = XLSX.read(bytes, { cellFormula: true }).Sheets.a!;
      for (const reference of ['A1', 'A2']) {
        expect(sheet[reference]).toMatchObject({ t: 's' });
        expect(sheet[reference].f).toBeUndefined();
      }
      expect((await readRows(bytes))[1]!.cells[0]).toMatchObject({ kind: 'text', text, isFormula: false });
    },
  );

  test('has back any texts, amounts and days that were put in', async () => {
    const amount = fc.tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.nat(99));
    const someRow = fc.record({
      text: fc.string({ unit: 'binary', maxLength: 40 }),
      money: amount.map(([yuan, fen]) => `${yuan}.${String(fen).padStart(2, '0')}`),
      price: fc.option(amount.map(([whole, part]) => `${whole}.${part}1`)),
      count: fc.option(fc.integer()),
      day: fc.option(fc.integer({ min: 61, max: 2_958_465 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(someRow, { maxLength: 20 }), async (records) => {
        const rows = records.map(({ text, money, price, count, day }) => [text, money, price, count, dayOf(day)]);
        const read = await readRows(await writeToBytes([{ name: 'a', columns: COLUMNS, rows }]));
        expect(read.slice(1).map((line) => padded(line))).toEqual(rows.map((values) => values.map(readable)));
      }),
      { numRuns: 100 },
    );
  });

  test('goes on in a further sheet beyond the limit, under the same heading', async () => {
    const rows = Array.from({ length: 7 }, (_, index) => [String(index)]);
    const columns: OutputColumn[] = [{ title: '号', kind: 'text' }];
    const bytes = await writeToBytes([{ name: '账单', columns, rows }], 4);
    const { sheets } = await openSpreadsheet({ bytes });
    expect(sheets.map((sheet) => sheet.name)).toEqual(['账单', '账单 (2)', '账单 (3)']);
    const texts = await Promise.all([0, 1, 2].map((sheet) => readRows(bytes, sheet)));
    expect(texts.map((read) => read.map((line) => line.cells[0]!.text))).toEqual([
      ['号', '0', '1', '2'],
      ['号', '3', '4', '5'],
      ['号', '6'],
    ]);
    const exact = await writeToBytes([{ name: '账单', columns, rows: rows.slice(0, 3) }], 4);
    expect((await openSpreadsheet({ bytes: exact })).sheets).toHaveLength(1);
  });

  test('gets sheet names Excel accepts, and each once', async () => {
    const columns: OutputColumn[] = [{ title: 'a', kind: 'text' }];
    const sheets = ['a/b:c', 'A b c', '', '长'.repeat(40), "'x'"].map((name) => ({ name, columns, rows: [] }));
    const names = (await openSpreadsheet({ bytes: await writeToBytes(sheets) })).sheets.map((sheet) => sheet.name);
    expect(names).toEqual(['a b c', 'A b c (2)', 'Sheet', '长'.repeat(31), 'x']);
  });

  test('cuts a text longer than Excel allows and says so by its last character', async () => {
    const bytes = await writeToBytes([
      { name: 'a', columns: [{ title: 'a', kind: 'text' }], rows: [['长'.repeat(40_000)]] },
    ]);
    const { text } = (await readRows(bytes))[1]!.cells[0]!;
    expect(text).toBe(`${'长'.repeat(32_766)}…`);
  });

  test.each([
    ['money', '1.234'],
    ['money', 0.1 + 0.2],
    ['integer', '1.5'],
    ['number', '1,000'],
    ['number', Number.NaN],
    ['date', '2026-5-1'],
  ] as const)('refuses a %s of %s as a mistake of the program', async (kind, value) => {
    const sheets = [{ name: 'a', columns: [{ title: 'a', kind }], rows: [[value]] }];
    await expect(writeSpreadsheet(new PassThrough().resume(), { sheets })).rejects.toThrow(TypeError);
  });
});

describe('writing to a path', () => {
  const columns: OutputColumn[] = [{ title: 'a', kind: 'text' }];

  test('leaves a whole file or none', async () => {
    const path = join(folder, 'whole.xlsx');
    expect(await writeSpreadsheet(path, { sheets: [{ name: 'a', columns, rows: [['1'], ['2']] }] })).toEqual({
      rowCount: 2,
      sheetNames: ['a'],
    });
    expect(await readRows(await readFile(path))).toHaveLength(3);
    const before = await readdir(folder);
    let isStopped = false;
    async function* failing() {
      try {
        yield ['1'];
        throw new Error('the database went away');
      } finally {
        isStopped = true;
      }
    }
    const sheets = [{ name: 'a', columns, rows: failing() }];
    await expect(writeSpreadsheet(join(folder, 'broken.xlsx'), { sheets })).rejects.toThrow('the database went away');
    await expect(writeCsv(join(folder, 'broken.csv'), { columns, rows: failing() })).rejects.toThrow('went away');
    expect(isStopped).toBe(true);
    expect(await readdir(folder)).toEqual(before);
  });

  test('fails when the folder is not there, or the reader of a stream goes away', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => [`${index} ${Math.sin(index)}`]);
    const sheets = [{ name: 'a', columns, rows }];
    await expect(writeSpreadsheet(join(folder, 'no/such/a.xlsx'), { sheets })).rejects.toThrow('ENOENT');
    const target = new Writable({
      write(_chunk, _encoding, done) {
        done(new Error('connection lost'));
      },
    });
    await expect(writeSpreadsheet(target, { sheets })).rejects.toThrow('connection lost');
    const stalled = new Writable({ highWaterMark: 1, write() {} });
    setTimeout(() => stalled.destroy(), 50);
    await expect(writeSpreadsheet(stalled, { sheets })).rejects.toThrow();
    await expect(
      writeCsv(new Writable({ write: (_c, _e, done) => done(new Error('gone')) }), { columns, rows }),
    ).rejects.toThrow('gone');
  });
});

describe('a written CSV', () => {
  test('has a mark for Excel, CRLF, quotes where needed and nothing that runs', async () => {
    const { target, bytes } = collector();
    const rows = [
      ['=1+1', '-5', null, 3, '2026-05-01'],
      ['a "b", c\nd', '1234.5', '2.50', null, null],
    ];
    expect(await writeCsv(target, { columns: COLUMNS, rows })).toBe(2);
    expect(bytes().toString()).toBe(
      '\ufeff房号,金额(元),单价,户数,开始日期\r\n' +
        "'=1+1,-5.00,,3,2026-05-01\r\n" +
        '"a ""b"", c\nd",1234.50,2.50,,\r\n',
    );
  });

  test('has back any texts that were put in', async () => {
    const columns: OutputColumn[] = [
      { title: 'a', kind: 'text' },
      { title: 'b', kind: 'text' },
    ];
    const someText = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom('=', "'", '"', ',', '\n', '+', 'a', ' '), maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(someText, someText), { maxLength: 10 }), async (rows) => {
        const { target, bytes } = collector();
        await writeCsv(target, { columns, rows: rows.map(([a, b]) => [`x${a}`, b]) });
        const read = (await readRows(bytes())).slice(1);
        expect(read.map((line) => [line.cells[0]!.text, line.cells[1]?.text ?? ''])).toEqual(
          rows.map(([a, b]) => [readable(`x${a}`), readable(b)]),
        );
      }),
      { numRuns: 200 },
    );
  });
});

function dayOf(serial: number | null): string | null {
  return serial === null ? null : Temporal.PlainDate.from('1899-12-30').add({ days: serial }).toString();
}

/** What reading gives for a written value: no control characters, lone surrogates replaced. */
function readable(value: string | number | null | undefined): string {
  const isKept = (char: string) =>
    '\t\n\r'.includes(char) || /[^\p{Cc}\ufffe\uffff]/u.test(char) || (char >= '\u0080' && char <= '\u009f');
  return [...String(value ?? '').toWellFormed()].filter(isKept).join('');
}

function padded(row: Row): string[] {
  return COLUMNS.map((_, index) => row.cells[index]?.text ?? '');
}
