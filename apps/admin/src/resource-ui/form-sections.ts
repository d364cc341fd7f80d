import type { Field } from '@anlin/contract';

/** Fields that belong together, in order. */
export interface FormSection {
  title: string;
  keys: readonly string[];
  /** Short fields may stand three in a row. Default: two. */
  isTight?: true;
}

export interface FieldSection {
  /** Empty where there is nothing to say. */
  title: string;
  isTight: boolean;
  fields: [string, Field][];
}

/** Fields under the headings a screen gives them, in its order; the rest follow under “其他”. Without headings: as they are. */
export function sectionsOf(
  fields: readonly [string, Field][],
  sections: readonly FormSection[] | undefined,
): FieldSection[] {
  if (!sections) return [{ title: '', isTight: false, fields: [...fields] }];
  const byKey = new Map(fields);
  const named = new Set(sections.flatMap(({ keys }) => keys));
  const placed = sections.map(({ title, keys, isTight = false }) => ({
    title,
    isTight,
    fields: keys.flatMap((key): [string, Field][] => {
      const field = byKey.get(key);
      return field ? [[key, field]] : [];
    }),
  }));
  const unnamed = fields.filter(([key]) => !named.has(key));
  const rest = { title: '其他', isTight: false, fields: unnamed.filter(([, field]) => !field.customFieldId) };
  const own = { title: '自定义字段', isTight: false, fields: unnamed.filter(([, field]) => field.customFieldId) };
  return [...placed, rest, own].filter((section) => section.fields.length > 0);
}

/** Whether a field has its place in the form: by what is chosen now, or because the row has something in it. */
export function isShown({ shownFor }: Field, chosen: unknown, stored: unknown): boolean {
  if (!shownFor || shownFor.values.includes(String(chosen))) return true;
  return stored !== undefined && stored !== null && stored !== '';
}
