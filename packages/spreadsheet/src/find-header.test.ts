import { describe, expect, test } from 'vitest';
import { textCell } from './cells.ts';
import { findHeader, isTotalsRow, type KnownHeading, type Row } from './index.ts';

function rowsOf(...lines: string[][]): Row[] {
  return lines.map((texts, index) => ({ number: index + 1, cells: texts.map((text) => textCell(text, false)) }));
}

const KNOWN: KnownHeading[] = [
  { key: 'house', titles: ['房号', '房屋编号'], isRequired: true },
  { key: 'area', titles: ['建筑面积'] },
  { key: 'ownerPhone', titles: ['业主手机号', '手机号'] },
  { key: 'water', titles: ['水费'] },
  { key: 'power', titles: ['电费'], isRequired: true },
];

function keysOf(rows: Row[]): (string | null)[] | undefined {
  return findHeader(rows, KNOWN)?.columns.map((column) => column.key);
}

describe('the heading of a list', () => {
  test('is found with units, stars, full-width signs, spaces and notes around its titles', () => {
    const rows = rowsOf(
      ['*房 号（必填）', '建筑面积（㎡）', '【选填】手机号：', '水费\n(元)'],
      ['1-101', '90', '', ''],
    );
    expect(keysOf(rows)).toEqual(['house', 'area', 'ownerPhone', 'water']);
    expect(findHeader(rows, KNOWN)!.missing).toEqual(['power']);
  });

  test('is found under title lines', () => {
    const rows = rowsOf(
      ['翠湖花园 房号 明细表'],
      ['制表日期：2026-10-31'],
      ['房号', '面积', '水费'],
      ['1-101', '90', '3'],
    );
    expect(findHeader(rows, KNOWN)).toMatchObject({ headerRow: 3, unmatched: [] });
  });

  test('may stand in two rows, a group title over several', () => {
    const rows = rowsOf(['房号', '建筑面积', '费用', ''], ['', '', '水费', '电费'], ['1-101', '90', '3', '4']);
    expect(findHeader(rows, KNOWN)).toMatchObject({ headerRow: 2, missing: [] });
    expect(keysOf(rows)).toEqual(['house', 'area', 'water', 'power']);
  });

  test('has each key once, for the title that fits best, and says which titles it does not know', () => {
    const rows = rowsOf(['紧急联系手机号', '手机号', '房号', '房屋编号', '宠物'], ['1', '2', '3', '4', '5']);
    expect(keysOf(rows)).toEqual([null, 'ownerPhone', 'house', null, null]);
    expect(findHeader(rows, KNOWN)!.unmatched).toEqual(['紧急联系手机号', '房屋编号', '宠物']);
  });

  test('is not guessed when hardly anything fits', () => {
    expect(findHeader(rowsOf(['a', 'b'], ['1', '2']), KNOWN)).toBeNull();
    expect(findHeader([], KNOWN)).toBeNull();
  });

  test('is followed by examples, which are pointed out', () => {
    const rows = rowsOf(['房号', '水费'], ['示例：1-101', '3.5'], ['1-102', '4']);
    expect(findHeader(rows, KNOWN)!.exampleRows).toEqual([2]);
  });
});

test('a line of sums is told from data', () => {
  const [sum, house] = rowsOf(['', '合 计：', '100'], ['合计小区', '1']);
  expect([isTotalsRow(sum!), isTotalsRow(house!)]).toEqual([true, false]);
});
