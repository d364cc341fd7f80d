import { describe, expect, test } from 'vitest';
import { openSpreadsheet } from './index.ts';

async function textsOf(bytes: Uint8Array): Promise<Record<number, string[]>> {
  const spreadsheet = await openSpreadsheet({ bytes });
  expect(spreadsheet.kind).toBe('csv');
  const texts: Record<number, string[]> = {};
  for await (const row of spreadsheet.rows()) texts[row.number] = row.cells.map((cell) => cell.text);
  return texts;
}

// 房号,姓名 / 1-101,张三 in GBK, byte by byte.
const GBK = Buffer.from('b7bfbac52cd0d5c3fb0d0a312d3130312cd5c5c8fd0d0a', 'hex');
const TEXT = '房号,姓名\r\n1-101,张三\r\n';
const EXPECTED = { 1: ['房号', '姓名'], 2: ['1-101', '张三'] };

describe('a CSV is read in whatever encoding it was saved', () => {
  test.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16 without', Buffer.from(TEXT, 'utf16le')],
    ['big-endian UTF-16 with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
    ['GBK', GBK],
  ])('%s', async (_, bytes) => {
    expect(await textsOf(bytes)).toEqual(EXPECTED);
  });

  test('Chinese that comes only late, and on the border of two pieces, is not garbled', async () => {
    const plain = '1-101,a\n'.repeat(20_000);
    for (const shift of ['', 'x', 'xy']) {
      const utf8 = await textsOf(Buffer.from(`${shift}${plain}${'张'.repeat(30_000)}\n`));
      expect(utf8[20_001]).toEqual(['张'.repeat(30_000)]);
      const gbk = Buffer.concat([Buffer.from(shift + plain), Buffer.alloc(60_000, Buffer.from('d5c5', 'hex')), GBK]);
      expect((await textsOf(gbk))[20_001]).toEqual([`${'张'.repeat(30_000)}房号`, '姓名']);
    }
  });

  test('a character only GB18030 has', async () => {
    expect(await textsOf(Buffer.from('d5c52c8139ee39', 'hex'))).toEqual({ 1: ['张', '㐀'] });
  });
});

describe('the lines of a CSV', () => {
  test('semicolons and tabs separate as well', async () => {
    expect(await textsOf(Buffer.from('a;b;c\n1,5;2;3\n'))).toEqual({ 1: ['a', 'b', 'c'], 2: ['1,5', '2', '3'] });
    expect((await textsOf(Buffer.from('a,b\nx;y;z;;;,1\n')))[2]).toEqual(['x;y;z;;;', '1']);
    expect(await textsOf(Buffer.from('a\tb\n1,5\t2\n'))).toEqual({ 1: ['a', 'b'], 2: ['1,5', '2'] });
  });

  test('keep the numbers Excel gives them: blank lines count, lines inside quotes do not', async () => {
    const csv = Buffer.from('a,b\n\n"x\ny","say ""hi"""\n,,\nlast\n');
    expect(await textsOf(csv)).toEqual({ 1: ['a', 'b'], 3: ['x\ny', 'say "hi"'], 5: ['last'] });
  });

  test('an apostrophe put before a formula when exporting is taken away again', async () => {
    expect(await textsOf(Buffer.from("'=1+1,'+86,'abc,''=x\n"))).toEqual({ 1: ['=1+1', '+86', "'abc", "'=x"] });
  });
});
