import { checkTemplate } from '@anlin/print-layout';
import { defaultTemplates } from '@anlin/print-layout/default-templates';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addElement, areaOf, changeElement, elementOf, keepInside, removeElement } from './design-changes.ts';

const { content } = defaultTemplates[0]!;
const mm = fc.double({ min: -500, max: 500, noNaN: true });

it('wherever a person drags an element, it stays within its area', () => {
  fc.assert(
    fc.property(mm, mm, fc.constantFrom('header' as const, 'footer' as const), (x, y, area) => {
      const added = addElement('receipt', content, area, { kind: 'field', field: 'note', x, y });
      expect(checkTemplate('receipt', added.content)).toEqual([]);
      const moved = changeElement(
        added.content,
        added.id,
        keepInside(content, area, { x: y, y: x, width: 30, height: 5 }),
      );
      expect(checkTemplate('receipt', moved)).toEqual([]);
    }),
  );
});

it('an added element is found, and gone when removed', () => {
  const added = addElement('receipt', content, 'footer', { kind: 'seal', x: 3.26, y: 2 });
  expect(areaOf(added.content, added.id)).toBe('footer');
  expect(elementOf(added.content, added.id)).toMatchObject({ kind: 'seal', x: 3.5, y: 2 });
  expect(removeElement(added.content, added.id)).toEqual(content);
});
