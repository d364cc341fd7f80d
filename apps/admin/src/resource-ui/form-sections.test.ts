import type { Field } from '@anlin/contract';
import { expect, test } from 'vitest';
import { isShown, sectionsOf } from './form-sections.ts';

const text = (label: string): Field => ({ kind: 'text', label, maxLength: 10 });
const fields: [string, Field][] = [
  ['number', text('房号')],
  ['note', text('备注')],
  ['floor', text('楼层')],
];

test('fields stand under the headings a screen gives, in its order, and none is lost', () => {
  const sections = sectionsOf(fields, [{ title: '位置', keys: ['floor', 'number', 'removedSince'] }]);
  expect(sections.map(({ title, fields: placed }) => [title, placed.map(([key]) => key)])).toEqual([
    ['位置', ['floor', 'number']],
    ['其他', ['note']],
  ]);
});

test('without headings the fields stay as the definition has them', () => {
  expect(sectionsOf(fields, undefined)).toEqual([{ title: '', isTight: false, fields }]);
});

test('what only shops have is asked of shops, and stays where it was once filled in', () => {
  const scope: Field = { ...text('经营范围'), shownFor: { field: 'usage', values: ['shop'] } };
  expect(isShown(text('备注'), 'residential', undefined)).toBe(true);
  expect(isShown(scope, 'shop', '')).toBe(true);
  expect(isShown(scope, 'residential', '')).toBe(false);
  expect(isShown(scope, undefined, null)).toBe(false);
  expect(isShown(scope, 'residential', '早点')).toBe(true);
});
