import { describe, expect, test } from 'vitest';
import { decodeRk, readSharedStringTable } from './biff-records.ts';
import { SpreadsheetError } from './spreadsheet.errors.ts';

function stringsOf(blocks: Buffer[]): string[] {
  const strings: string[] = [];
  readSharedStringTable(blocks, (text) => strings.push(text));
  return strings;
}

/** The head of a table of so many strings. */
const head = (count: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(count, 0);
  bytes.writeUInt32LE(count, 4);
  return bytes;
};
const text = (chars: number, flags: number, ...rest: Buffer[]) =>
  Buffer.concat([Buffer.from([chars & 255, chars >> 8, flags]), ...rest]);
const wide = (value: string) => Buffer.from(value, 'utf16le');

describe('the table of shared strings of an .xls', () => {
  test('goes on in a following record in the middle of a text, which may change its width there', () => {
    const first = Buffer.concat([head(2), text(4, 1, wide('翠湖'))]);
    const second = Buffer.concat([Buffer.from([0]), Buffer.from('ab'), text(1, 1, wide('园'))]);
    expect(stringsOf([first, second])).toEqual(['翠湖ab', '园']);
  });

  test('skips the runs and readings behind a text, across records too', () => {
    const runsAndReading = Buffer.concat([
      Buffer.from([1, 0]),
      Buffer.from([6, 0, 0, 0]),
      Buffer.from('a'),
      Buffer.alloc(3),
    ]);
    const first = Buffer.concat([head(2), text(1, 8 | 4, runsAndReading)]);
    const second = Buffer.concat([Buffer.alloc(7), text(1, 0, Buffer.from('b'))]);
    expect(stringsOf([first, second])).toEqual(['a', 'b']);
  });

  test('that ends in the middle of a text is damaged', () => {
    expect(() => stringsOf([Buffer.concat([head(1), text(9, 0, Buffer.from('ab'))])])).toThrow(SpreadsheetError);
  });
});

test('packed numbers are whole or double, and may be in hundredths', () => {
  expect(decodeRk((123 << 2) | 2)).toBe(123);
  expect(decodeRk((-12345 << 2) | 3)).toBe(-123.45);
  expect(decodeRk(0x3ff00000)).toBe(1);
});
