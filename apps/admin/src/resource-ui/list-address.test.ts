import { houseResource } from '@anlin/contract';
import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from '../shell/search-text.ts';
import { type ListState, readListState, withFilter, writeListState } from './list-address.ts';

const usual: ListState = { page: 1, pageSize: 50, sort: undefined, q: '', filter: {} };

test('a list as it first opens has an empty address', () => {
  expect(readListState({}, houseResource)).toEqual(usual);
  expect(stringifySearch(writeListState(usual))).toBe('');
});

test('filters, order, search and page survive being sent as a link', () => {
  const state: ListState = {
    page: 3,
    pageSize: 100,
    sort: '-builtArea',
    q: '1 栋',
    filter: { usage: ['shop', 'office'], builtArea: { from: '80' }, orientation: { contains: '南&北' } },
  };
  const address = stringifySearch({ community: 'c-1', ...writeListState(state) });
  expect(readListState(parseSearch(address), houseResource)).toEqual(state);
});

test('a damaged or outdated link opens the usual list instead of failing', () => {
  const damaged = { page: '-4', pageSize: '7', sort: 'password', filter: '{"usage":' };
  expect(readListState(damaged, houseResource)).toEqual(usual);
  expect(readListState({ filter: '{"gone":["x"],"usage":["shop"]}' }, houseResource).filter).toEqual({
    usage: ['shop'],
  });
});

test('changing a filter goes back to the first page, and an empty one disappears', () => {
  const onPageTwo = { ...usual, page: 2 };
  const filtered = withFilter(onPageTwo, 'usage', ['shop']);
  expect(filtered).toEqual({ ...usual, filter: { usage: ['shop'] } });
  expect(withFilter(filtered, 'usage', [])).toEqual(usual);
  expect(withFilter(usual, 'orientation', { contains: ' ' })).toEqual(usual);
  expect(withFilter(usual, 'builtArea', {})).toEqual(usual);
});
