import { type Field, optionsEndpoint, parseFilter, type ResourceDefinition } from '@anlin/contract';
import { call } from '../api/api.ts';
import type { FilterValue } from './list-address.ts';

/** A list's search and filters as a person says them: `房屋状态：空置、出租；建筑面积：90 至 120`. Empty where all is shown. */
export async function filterInWords(
  definition: ResourceDefinition,
  { q, filter }: { q?: string | undefined; filter?: string | undefined },
): Promise<string> {
  const entries = Object.entries(parseFilter(filter) ?? {});
  const words = await Promise.all(
    entries.map(async ([key, value]) => {
      const field = definition.fields[key];
      return field ? `${field.label}：${await valueInWords(field, value)}` : '';
    }),
  );
  return [q ? `搜索“${q}”` : '', ...words].filter(Boolean).join('；');
}

async function valueInWords(field: Field, value: FilterValue): Promise<string> {
  if (typeof value === 'boolean') return field.kind === 'files' ? (value ? '有' : '没有') : value ? '是' : '否';
  if (Array.isArray(value)) return (await choicesInWords(field, value as readonly string[])).join('、');
  if ('contains' in value) return `含“${value.contains}”`;
  const { from, to } = value as { from?: string; to?: string };
  if (from && to) return `${from} 至 ${to}`;
  return from ? `${from} 起` : `${to ?? ''} 止`;
}

async function choicesInWords(field: Field, keys: readonly string[]): Promise<readonly string[]> {
  if (field.kind === 'choice' || field.kind === 'choices') return keys.map((key) => field.options[key] ?? key);
  if (field.kind !== 'reference' && field.kind !== 'references' && field.kind !== 'tags') return keys;
  const { resourceNamed } = await import('./resource-registry.ts');
  const target = resourceNamed(field.kind === 'tags' ? 'tag' : field.to);
  const { rows } = await call(optionsEndpoint(target), { query: { ids: keys.join(',') } });
  return rows.filter(({ id }) => keys.includes(id)).map(({ label }) => label);
}
