import type { Field } from '@anlin/contract';
import { expect, test } from 'vitest';
import { sectionsOf } from './form-sections.ts';

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
