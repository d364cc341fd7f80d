import { type Field, parseFilter, platformFail, type ResourceFilter } from '@anlin/contract';
import { parseYuan } from '@anlin/money';
import type { Context } from '../platform/context.ts';
import { join, raw, type Sql, sql } from '../platform/database/sql.ts';
import { type ResourceBinding, targetOf } from './binding.ts';
import { havingValue, valueColumn } from './custom/custom-conditions.ts';
import { seesPhones } from './field-values.ts';
import { referenceLink } from './reference-link.ts';
import { column, comparedColumn, tagLink } from './select-rows.ts';

export interface ListNarrowing {
  q?: string | undefined;
  communityId?: string | undefined;
  filter?: string | undefined;
}

type FilterValue = ResourceFilter[string];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const decimal = /^-?\d{1,15}(\.\d{1,8})?$/;
const isoDay = /^\d{4}-\d{2}-\d{2}$/;

/** `%` and `_` of a person's text mean themselves. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/**
 * Whether a column contains what a person typed, in either case. What has no case, such as Chinese or digits, is compared as it
 * is, several times faster: nothing has to be made lower case row by row.
 */
function contains(own: Sql, text: string): Sql {
  const hasCase = text.toLowerCase() !== text.toUpperCase();
  return sql`${own} ${raw(hasCase ? 'ilike' : 'like')} ${`%${likeText(text)}%`}`;
}

function refuse(field: { label: string }, reason: string): never {
  throw platformFail('list.badFilter', { field: field.label, reason });
}

function containedText(field: Field, value: FilterValue): string {
  if (typeof value !== 'object' || !('contains' in value)) return refuse(field, '应填写要包含的文字');
  return value.contains.trim();
}

function listed(field: { label: string }, value: FilterValue): string[] {
  if (!Array.isArray(value)) return refuse(field, '应为选项的列表');
  return value as string[];
}

function ids(field: { label: string }, value: FilterValue): string[] {
  const list = listed(field, value);
  return list.every((one) => uuid.test(one)) ? list : refuse(field, '选项无法识别');
}

function keys(field: Field & { options: Readonly<Record<string, string>> }, value: FilterValue): string[] {
  const list = listed(field, value);
  return list.every((one) => Object.hasOwn(field.options, one)) ? list : refuse(field, '选项不在范围内');
}

/** Whoever may not see a phone may ask for its last four digits or the whole of it, so that it cannot be guessed digit by digit. */
function phoneFilter(ctx: Context, field: Field, own: Sql, text: string): Sql {
  if (!/^[\d-]+$/.test(text)) return refuse(field, '应为数字');
  if (text.length >= 11) return sql`${own} = ${text}`;
  if (seesPhones(ctx)) return sql`${own} like ${`%${likeText(text)}%`}`;
  return text.length === 4 ? sql`right(${own}, 4) = ${text}` : refuse(field, '请填写手机号后 4 位，或完整号码');
}

/** A bound of a range as PostgreSQL compares it. */
function bound(field: Field, text: string, isUpper: boolean): Sql {
  switch (field.kind) {
    case 'integer':
      return /^-?\d{1,10}$/.test(text) ? sql`${text}::bigint` : refuse(field, '应为整数');
    case 'decimal':
      return decimal.test(text) ? sql`${text}::numeric` : refuse(field, '应为数字');
    case 'money':
      return /^-?\d{1,15}(\.\d{1,2})?$/.test(text)
        ? sql`${parseYuan(text.replace(/^(-?)0+(?=\d)/, '$1'))}::bigint`
        : refuse(field, '应为金额');
    case 'day':
      return sql`${dayText(field, text)}::date`;
    default:
      return sql`${instantText(field, text, isUpper)}::timestamptz`;
  }
}

function dayText(field: Field, text: string): string {
  try {
    if (isoDay.test(text)) return Temporal.PlainDate.from(text).toString();
  } catch {
    // Falls through: 2026-02-30 is written like a day and is none.
  }
  return refuse(field, '日期应写成 2026-03-01 的样子');
}

/** Days stand for the whole day in China, instants for themselves. */
function instantText(field: Field, text: string, isUpper: boolean): string {
  if (isoDay.test(text)) {
    const day = Temporal.PlainDate.from(dayText(field, text));
    const start = (isUpper ? day.add({ days: 1 }) : day).toZonedDateTime('Asia/Shanghai').toInstant();
    return (isUpper ? start.subtract({ microseconds: 1 }) : start).toString();
  }
  try {
    return Temporal.Instant.from(text).toString();
  } catch {
    return refuse(field, '时间应写成 2026-03-01 的样子');
  }
}

/** A bound of a number that is kept in whole parts of one; what is beyond all numbers stays beyond. */
function wholeParts(scale: number): typeof bound {
  return (field, text, isUpper) => {
    if (!decimal.test(text)) return refuse(field, '应为数字');
    const exact = sql`(${text}::numeric * ${10 ** scale})`;
    const rounded = isUpper ? sql`floor${exact}` : sql`ceil${exact}`;
    return sql`least(greatest(${rounded}, -9e18), 9e18)::bigint`;
  };
}
/** Numbers of the company's own are kept in millionths. */
const millionths = wholeParts(6);

function rangeFilter(field: Field, own: Sql, value: FilterValue, toBound = bound): Sql | null {
  if (typeof value !== 'object' || Array.isArray(value) || 'contains' in value) return refuse(field, '应为起止范围');
  const { from, to } = value as { from?: string; to?: string };
  const parts: Sql[] = [];
  if (from) parts.push(sql`${own} >= ${toBound(field, from.trim(), false)}`);
  if (to) parts.push(sql`${own} <= ${toBound(field, to.trim(), true)}`);
  return parts.length === 0 ? null : join(parts, ' and ');
}

function condition(ctx: Context, binding: ResourceBinding, key: string, field: Field, value: FilterValue): Sql | null {
  if (field.customFieldId !== undefined) return customCondition(ctx, field, value);
  const own = column(key, field);
  switch (field.kind) {
    case 'text':
    case 'longText': {
      const text = containedText(field, value);
      return text === '' ? null : contains(own, text);
    }
    case 'phone': {
      const text = containedText(field, value);
      return text === '' ? null : phoneFilter(ctx, field, own, text);
    }
    case 'decimal':
      return field.wholeColumn
        ? rangeFilter(field, comparedColumn(key, field), value, wholeParts(field.scale))
        : rangeFilter(field, own, value);
    case 'integer':
    case 'money':
    case 'day':
    case 'instant':
      return rangeFilter(field, own, value);
    case 'boolean':
      return typeof value === 'boolean' ? sql`${own} = ${value}` : refuse(field, '应为是或否');
    case 'choice':
      return anyOf(keys(field, value), (list) => {
        const implied = binding.implied?.[key]?.(list);
        const chosen = sql`${own} = any (${list}::text[])`;
        return implied ? sql`${implied} and ${chosen}` : chosen;
      });
    case 'choices':
      return anyOf(keys(field, value), (list) => sql`${own} && ${list}::text[]`);
    case 'reference':
      return anyOf(ids(field, value), (list) => sql`${own} = any (${list}::uuid[])`);
    case 'files':
      if (typeof value !== 'boolean') return refuse(field, '应为是或否');
      return value ? sql`${own} <> '{}'` : sql`${own} = '{}'`;
    case 'references': {
      const link = referenceLink(binding.definition, targetOf(binding.targets, field.to));
      return anyOf(
        ids(field, value),
        (list) => sql`t.id = any (array(select l.${link.owner} from ${link.table} l
          where l.company_id = ${ctx.companyId} and l.${link.to} = any (${list}::uuid[])))`,
      );
    }
    case 'tags': {
      const link = tagLink(binding.definition);
      return anyOf(
        ids(field, value),
        (list) => sql`${link.owner} in (select l.${link.column} from ${link.table} l
          where l.company_id = ${ctx.companyId} and l.tag_id = any (${list}::uuid[]))`,
      );
    }
  }
}

function idFilter(ctx: Context, binding: ResourceBinding, key: string, list: readonly string[]): Sql {
  const make = binding.idFilters?.[key];
  if (!make) throw new Error(`${binding.definition.name} says nothing of the filter ${key}`);
  return make(ctx, list);
}

/** The same for a field of the company's own: its values are in a table of their own. */
function customCondition(ctx: Context, field: Field, value: FilterValue): Sql | null {
  const own = valueColumn(field);
  switch (field.kind) {
    case 'text': {
      const text = containedText(field, value);
      return text === '' ? null : havingValue(ctx, field, contains(own, text));
    }
    case 'choice':
    case 'choices':
      return anyOf(keys(field, value), (list) => havingValue(ctx, field, sql`v.text_value = any (${list}::text[])`));
    case 'files':
      if (typeof value !== 'boolean') return refuse(field, '应为是或否');
      return havingValue(ctx, field, sql`true`, value);
    case 'decimal': {
      const range = rangeFilter(field, own, value, millionths);
      return range && havingValue(ctx, field, range);
    }
    default: {
      const range = rangeFilter(field, own, value);
      return range && havingValue(ctx, field, range);
    }
  }
}

/** An empty list of choices narrows nothing: the person has chosen nothing yet. */
function anyOf(list: string[], make: (list: string[]) => Sql): Sql | null {
  return list.length === 0 ? null : make(list);
}

const impliedFields = new Map<string, Field>([
  ['createdAt', { kind: 'instant', label: '创建时间', isReadOnly: true }],
  ['updatedAt', { kind: 'instant', label: '修改时间', isReadOnly: true }],
]);

/** Rows of the company that the actor sees; the data scope is held by the policies besides. */
export function seenRows(ctx: Context, { seen }: ResourceBinding): Sql {
  const own = sql`t.company_id = ${ctx.companyId}`;
  return seen ? sql`${own} and ${seen(ctx)}` : own;
}

/** The where clause on alias `t`: company, community, search box and every filter. Unknown keys are refused (422). */
export function whereClause(ctx: Context, binding: ResourceBinding, narrowing: ListNarrowing): Sql {
  const { definition } = binding;
  const parts: Sql[] = [seenRows(ctx, binding)];
  if (narrowing.communityId && definition.isCommunityScoped) parts.push(sql`t.community_id = ${narrowing.communityId}`);
  // The policies hold the data scope anyway; told in the query, the planner can choose the index of the community.
  if (definition.isCommunityScoped && ctx.communityIds !== '*') {
    const [only, ...others] = ctx.communityIds;
    parts.push(
      only !== undefined && others.length === 0
        ? sql`t.community_id = ${only}`
        : sql`t.community_id = any (${[...ctx.communityIds]}::uuid[])`,
    );
  }
  const filter = parseFilter(narrowing.filter);
  if (!filter) throw platformFail('list.badFilter', { field: '筛选', reason: '无法识别' });
  for (const [key, value] of Object.entries(filter)) {
    const idLabel = Object.hasOwn(definition.idFilters ?? {}, key) ? definition.idFilters?.[key] : undefined;
    if (idLabel !== undefined) {
      const narrowed = anyOf(ids({ label: idLabel }, value), (list) => idFilter(ctx, binding, key, list));
      if (narrowed) parts.push(narrowed);
      continue;
    }
    const field = Object.hasOwn(definition.fields, key) ? definition.fields[key] : impliedFields.get(key);
    if (!field) throw platformFail('list.unknownFilter', { label: definition.label, field: key });
    const part = condition(ctx, binding, key, field, value);
    if (part) parts.push(part);
  }
  if (narrowing.q)
    parts.push(binding.search ? binding.search(ctx, narrowing.q) : containsAnywhere(binding, narrowing.q));
  return join(parts, ' and ');
}

function containsAnywhere({ definition }: ResourceBinding, q: string): Sql {
  const searched = Object.entries(definition.fields).filter(([, field]) => field.kind === 'text' && field.isSearched);
  if (searched.length === 0) return sql`true`;
  return sql`(${join(
    searched.map(([key, field]) => contains(column(key, field), q)),
    ' or ',
  )})`;
}
