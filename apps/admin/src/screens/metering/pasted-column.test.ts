import { expect, test } from 'vitest';
import { type FillRow, fillRows, readColumn } from './pasted-column.ts';

test('a column copied from a spreadsheet is read line by line, the first of several columns, without thousands', () => {
  expect(readColumn('893\r\n368\r\n')).toEqual(['893', '368']);
  expect(readColumn('1,893\tx\n\n 12.5 \n')).toEqual(['1893', '', '12.5']);
});

test('one figure is pasted as usual', () => {
  expect(readColumn('893')).toBeNull();
  expect(readColumn('893\n')).toBeNull();
});

test('an empty line leaves its row alone; figures beyond the last row or for a paid one are counted', async () => {
  const taken: string[] = [];
  const take =
    (name: string): FillRow =>
    async (figure) =>
      void taken.push(`${name}=${figure}`);
  const fills = new Map<number, FillRow>([
    [3, take('a')],
    [4, take('b')],
    [5, null],
  ]);
  expect(await fillRows(fills, 3, ['7', '', '8', '9'])).toEqual({ filled: 1, left: 2 });
  expect(taken).toEqual(['a=7']);
});
