import {
  columnName,
  type Field,
  ownerColumn,
  type ReferencesField,
  type ResourceDefinition,
  type ResourceRow,
} from '@anlin/contract';
import { empty, identifier, join, raw, type Sql, sql } from '../platform/database/sql.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { targetOf } from './binding.ts';
import { toWire } from './field-values.ts';
import { referenceLink } from './reference-link.ts';

/** `t."built_area"` */
export function column(key: string, field: Pick<Field, 'column'>, alias = 't'): Sql {
  return sql`${raw(alias)}.${identifier(columnName(key, field))}`;
}

/** The column a field is compared, sorted and added up by: its own, or the whole number beside it. */
export function comparedColumn(key: string, field: Field): Sql {
  return field.kind === 'decimal' && field.wholeColumn ? sql`t.${identifier(field.wholeColumn)}` : column(key, field);
}

/** Fields kept in columns of the table itself. */
export function storedFields(definition: ResourceDefinition): [string, Field][] {
  return Object.entries(definition.fields).filter(
    ([, field]) => field.kind !== 'tags' && field.kind !== 'references' && field.customFieldId === undefined,
  );
}

function name(key: string): Sql {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key)) throw new Error(`not a field key: ${key}`);
  return raw(`"${key}"`);
}

function titleColumn(target: ResourceDefinition, alias: string): Sql {
  return column(target.titleField, target.fields[target.titleField] as Field, alias);
}

/** Tags of row `t` as `[{id, name, color}]` in the order of the tag list. */
function tagsOf(definition: ResourceDefinition): Sql {
  const link = tagLink(definition);
  return sql`(select coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'color', g.color) order by g.sort_order, g.name), '[]')
    from ${link.table} l join tag g on g.company_id = l.company_id and g.id = l.tag_id
    where l.company_id = t.company_id and l.${link.column} = ${link.owner})`;
}

function tagNamesOf(definition: ResourceDefinition): Sql {
  const link = tagLink(definition);
  return sql`(select string_agg(g.name, '、' order by g.sort_order, g.name)
    from ${link.table} l join tag g on g.company_id = l.company_id and g.id = l.tag_id
    where l.company_id = t.company_id and l.${link.column} = ${link.owner})`;
}

/** Files of row `t` as `[{id, name, mediaType, sizeBytes}]` in the order they were put. */
function filesOf(own: Sql): Sql {
  return sql`(select coalesce(json_agg(json_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'sizeBytes', f.size_bytes)
      order by array_position(${own}, f.id)), '[]')
    from file f where f.company_id = t.company_id and f.id = any (${own}))`;
}

function fileNamesOf(own: Sql): Sql {
  return sql`(select string_agg(f.name, '、' order by array_position(${own}, f.id))
    from file f where f.company_id = t.company_id and f.id = any (${own}))`;
}

/** Rows that row `t` points at, as `[{id, name}]`: the first one first, the others by name. */
function referredRowsOf(binding: ResourceBinding, field: ReferencesField): Sql {
  const { from, title, order } = referredRows(binding, field);
  return sql`(select coalesce(json_agg(json_build_object('id', r.id, 'name', ${title}) order by ${order}), '[]') ${from})`;
}

function referredNamesOf(binding: ResourceBinding, field: ReferencesField): Sql {
  const { from, title, order } = referredRows(binding, field);
  return sql`(select string_agg(${title}, '、' order by ${order}) ${from})`;
}

function referredRows({ definition, targets }: ResourceBinding, field: ReferencesField) {
  const target = targetOf(targets, field.to);
  const link = referenceLink(definition, target);
  const title = titleColumn(target, 'r');
  return {
    title,
    order: sql`r.id is distinct from t.${identifier(field.firstColumn)}, ${title} collate natural_order, r.id`,
    from: sql`from ${link.table} l join ${identifier(target.table)} r on r.company_id = l.company_id and r.id = l.${link.to}
      where l.company_id = t.company_id and l.${link.owner} = t.id`,
  };
}

function joinTarget(target: ResourceDefinition, alias: string, own: Sql): Sql {
  return sql`left join ${identifier(target.table)} ${raw(alias)}
      on ${raw(alias)}.company_id = t.company_id and ${raw(alias)}.id = ${own}`;
}

/** The table that ties tags to rows of the resource, `house_tag (house_id)`, and what of row `t` it names. */
export function tagLink(definition: ResourceDefinition): { table: Sql; column: Sql; owner: Sql } {
  const table = definition.borrowed?.table ?? definition.table;
  return {
    table: identifier(`${table}_tag`),
    column: identifier(`${table}_id`),
    owner: sql`t.${identifier(ownerColumn(definition))}`,
  };
}

/** Under whose id a row of `wireSelect` has its own fields. */
export function ownerIdOf({ borrowed }: ResourceDefinition): (row: Record<string, unknown>) => string {
  const key = borrowed?.by ?? 'id';
  return (row) => String(row[key]);
}

/**
 * Select list and joins that turn rows of alias `t` into rows of the wire: references with their titles,
 * the community with its name, tags gathered. Follow with a where clause on `t`.
 */
export function wireSelect(binding: ResourceBinding): { columns: Sql; joins: Sql } {
  const { definition, targets } = binding;
  const columns: Sql[] = [
    sql`t.id`,
    sql`t.version`,
    sql`t.created_at as "createdAt"`,
    sql`t.updated_at as "updatedAt"`,
  ];
  const joins: Sql[] = [];
  if (definition.isCommunityScoped) {
    columns.push(sql`t.community_id as "communityId"`, sql`community.name as "communityLabel"`);
    joins.push(sql`left join community on community.company_id = t.company_id and community.id = t.community_id`);
  }
  Object.entries(definition.fields).forEach(([key, field], index) => {
    if (field.customFieldId !== undefined) return;
    if (field.kind === 'tags') {
      columns.push(sql`${tagsOf(definition)} as ${name(key)}`);
      return;
    }
    if (field.kind === 'files') {
      columns.push(sql`${filesOf(column(key, field))} as ${name(key)}`);
      return;
    }
    if (field.kind === 'references') {
      columns.push(sql`${referredRowsOf(binding, field)} as ${name(key)}`);
      return;
    }
    columns.push(sql`${column(key, field)} as ${name(key)}`);
    if (field.kind !== 'reference') return;
    const target = targetOf(targets, field.to);
    const alias = `r${index}`;
    columns.push(sql`${titleColumn(target, alias)} as ${name(`${key}Label`)}`);
    joins.push(joinTarget(target, alias, column(key, field)));
  });
  return { columns: join(columns), joins: joins.length === 0 ? empty : join(joins, '\n') };
}

/**
 * Select list and joins with one column for each of `keys`, as a person reads it: references and the community by
 * their titles, the names of tags side by side; nothing for fields of the company's own, whose values are kept apart. The community comes first where the resource has one.
 */
export function readableSelect(binding: ResourceBinding, keys: readonly string[]): { columns: Sql; joins: Sql } {
  const { definition, targets } = binding;
  const columns: Sql[] = [];
  const joins: Sql[] = [];
  if (definition.isCommunityScoped) {
    columns.push(sql`community.name`);
    joins.push(sql`left join community on community.company_id = t.company_id and community.id = t.community_id`);
  }
  keys.forEach((key, index) => {
    const field = definition.fields[key] as Field;
    if (field.kind === 'tags') {
      columns.push(tagNamesOf(definition));
    } else if (field.customFieldId !== undefined) {
      columns.push(sql`null`);
    } else if (field.kind === 'files') {
      columns.push(fileNamesOf(column(key, field)));
    } else if (field.kind === 'references') {
      columns.push(referredNamesOf(binding, field));
    } else if (field.kind === 'reference') {
      const target = targetOf(targets, field.to);
      columns.push(titleColumn(target, `r${index}`));
      joins.push(joinTarget(target, `r${index}`, column(key, field)));
    } else {
      columns.push(column(key, field));
    }
  });
  return { columns: join(columns), joins: joins.length === 0 ? empty : join(joins, '\n') };
}

/** A row of `wireSelect` as it goes over the wire, with the values of the company's own fields. */
export function rowToWire(
  definition: ResourceDefinition,
  row: Record<string, unknown>,
  seesPhones: boolean,
  custom: Values = {},
): ResourceRow {
  for (const [key, field] of Object.entries(definition.fields)) {
    if (field.customFieldId === undefined) row[key] = toWire(field, row[key], seesPhones);
  }
  if (definition.hasCustomFields) row.custom = custom;
  return row as ResourceRow;
}
