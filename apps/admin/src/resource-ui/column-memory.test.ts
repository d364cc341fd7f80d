import { houseResource, tagResource } from '@anlin/contract';
import { expect, test } from 'vitest';
import { arrangeColumns, moveColumn, noColumnMemory, readColumnMemory } from './column-memory.ts';

const keysOf = (columns: { key: string }[]) => columns.map(({ key }) => key);

test('before a person arranges anything, the list shows what the definition lists, in its order', () => {
  const columns = arrangeColumns(houseResource, noColumnMemory);
  expect(keysOf(columns)).toEqual(Object.keys(houseResource.fields));
  expect(keysOf(columns.filter(({ isShown }) => isShown))).toEqual([
    'fullName',
    'floor',
    'usage',
    'status',
    'builtArea',
    'tags',
  ]);
});

test('order, hidden columns and widths are kept', () => {
  const memory = { order: ['sortOrder', 'name'], shown: { color: false, sortOrder: true }, widths: { name: 240 } };
  expect(arrangeColumns(tagResource, memory).map(({ key, isShown, width }) => [key, isShown, width])).toEqual([
    ['sortOrder', true, undefined],
    ['name', true, 240],
    ['color', false, undefined],
  ]);
});

test('a field added in a later release appears after its neighbour; a removed one is forgotten', () => {
  const memory = { ...noColumnMemory, order: ['gone', 'name', 'sortOrder'] };
  expect(keysOf(arrangeColumns(tagResource, memory))).toEqual(['name', 'color', 'sortOrder']);
});

test('a column moves one place and stops at the ends', () => {
  expect(moveColumn(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c']);
  expect(moveColumn(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
  expect(moveColumn(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c']);
  expect(moveColumn(['a'], 'x', 1)).toEqual(['a']);
});

test('what an older release or a curious person left in the browser does no harm', () => {
  expect(readColumnMemory(undefined)).toEqual(noColumnMemory);
  expect(readColumnMemory({ order: [1, 'name'], shown: { name: 'yes' }, widths: { name: 5, color: 120 } })).toEqual({
    order: ['name'],
    shown: {},
    widths: { color: 120 },
  });
});
