import { type Field, platformFail, type ResourceDefinition } from '@anlin/contract';
import { identifier, join, raw, type Sql, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { targetOf } from './binding.ts';
import { valueOfRow } from './custom/custom-conditions.ts';
import { column, comparedColumn } from './select-rows.ts';

const unsortable = new Set<Field['kind']>(['tags', 'choices', 'files', 'longText', 'phone']);

/** Chinese order by pinyin; digits as people count where the field is natural. */
function collated(field: Field, expression: Sql): Sql {
  if (field.kind !== 'text') return expression;
  return field.isNatural ? sql`${expression} collate natural_order` : sql`${expression} collate "zh-x-icu"`;
}

function sortExpression(binding: ResourceBinding, key: string, field: Field): Sql {
  if (field.customFieldId !== undefined) return valueOfRow(field);
  const own = field.kind === 'references' ? sql`t.${identifier(field.firstColumn)}` : comparedColumn(key, field);
  if (field.kind === 'choice') return sql`array_position(${Object.keys(field.options)}::text[], ${own})`;
  if (field.kind !== 'reference' && field.kind !== 'references') return collated(field, own);
  // A reference sorts by what people read, not by its id; several by the first.
  const target = targetOf(binding.targets, field.to);
  const title = target.fields[target.titleField] as Field;
  return sql`(select ${collated(title, column(target.titleField, title, 's'))} from ${identifier(target.table)} s
    where s.company_id = t.company_id and s.id = ${own})`;
}

const implied = new Map([
  ['createdAt', sql`t.created_at`],
  ['updatedAt', sql`t.updated_at`],
]);

function sortTerm(binding: ResourceBinding, key: string, isDefault: boolean): { expression: Sql; isNullable: boolean } {
  const { definition } = binding;
  const own = implied.get(key);
  if (own) return { expression: own, isNullable: false };
  // By default a community's rows only have to stand together, which indexes give for nothing: ids grow with time.
  if (key === 'communityId' && isDefault) return { expression: sql`t.community_id`, isNullable: false };
  if (key === 'communityId' && definition.isCommunityScoped) {
    const expression = sql`(select s.name collate "zh-x-icu" from community s where s.company_id = t.company_id and s.id = t.community_id)`;
    return { expression, isNullable: false };
  }
  const field = Object.hasOwn(definition.fields, key) ? definition.fields[key] : undefined;
  if (!field || unsortable.has(field.kind))
    throw platformFail('list.unknownSort', { label: definition.label, field: key });
  const isFilled = field.isRequired || field.isReadOnly || field.kind === 'text' || field.kind === 'boolean';
  const isNullable = field.customFieldId !== undefined || !isFilled;
  return { expression: sortExpression(binding, key, field), isNullable };
}

/** The company's own field that an order begins with, if it does; with what remains of the order. */
export function leadingCustomField(
  binding: ResourceBinding,
  sort: string | undefined,
): { field: Field; isDescending: boolean; rest: Sql } | undefined {
  const [first = '', ...others] = (sort ?? '').split(',').filter(Boolean);
  const isDescending = first.startsWith('-');
  const key = isDescending ? first.slice(1) : first;
  const field = Object.hasOwn(binding.definition.fields, key) ? binding.definition.fields[key] : undefined;
  if (field?.customFieldId === undefined || unsortable.has(field.kind)) return undefined;
  const rest = others.length > 0 ? orderBy(binding, others.join(',')) : isDescending ? sql`t.id desc` : sql`t.id`;
  return { field, isDescending, rest };
}

/** One term of an order: what is compared, and how: '', ' desc', ' desc nulls last'. */
interface OrderTerm {
  expression: Sql;
  direction: string;
}

/** `sortOrder,-fullName` as terms on alias `t`, made total by the id. Unknown keys are refused (422). */
export function orderTerms(binding: ResourceBinding, sort: string | undefined): OrderTerm[] {
  const keys = sort ? sort.split(',').filter(Boolean) : binding.definition.defaultSort;
  const terms: OrderTerm[] = [];
  let isDescending = false;
  for (const text of keys) {
    isDescending = text.startsWith('-');
    const { expression, isNullable } = sortTerm(binding, isDescending ? text.slice(1) : text, !sort);
    // Empty cells come last either way; plain `desc` elsewhere, so that an index can be read backwards.
    terms.push({ expression, direction: isDescending ? (isNullable ? ' desc nulls last' : ' desc') : '' });
  }
  return [...terms, { expression: sql`t.id`, direction: isDescending ? ' desc' : '' }];
}

/** The same as an order-by list. */
export function orderBy(binding: ResourceBinding, sort: string | undefined): Sql {
  return join(orderTerms(binding, sort).map(({ expression, direction }) => sql`${expression}${raw(direction)}`));
}

/** Default order of a target's titles, for choices. */
export function titleOrder(definition: ResourceDefinition): Sql {
  const title = definition.fields[definition.titleField] as Field;
  return collated(title, column(definition.titleField, title));
}
