import type { Field } from '@anlin/contract';
import { groupThousands, instantText } from './text-of.ts';

/** One cell on paper: no colours, no buttons, nothing where nothing is. `label` is the title of a reference's row. */
export function printedText(field: Field, value: unknown, label: unknown): string {
  if (field.kind === 'reference') return typeof label === 'string' ? label : '';
  if (value === null || value === undefined) return '';
  switch (field.kind) {
    case 'choice':
      return field.options[String(value)] ?? String(value);
    case 'choices':
      return (value as string[]).map((key) => field.options[key] ?? key).join('、');
    case 'boolean':
      return value === true ? '是' : '否';
    case 'instant':
      return instantText(String(value));
    case 'integer':
    case 'decimal':
    case 'money':
      return groupThousands(String(value));
    case 'tags':
    case 'references':
    case 'files':
      return (value as { name: string }[]).map(({ name }) => name).join('、');
    default:
      return String(value);
  }
}
