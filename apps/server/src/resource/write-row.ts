import { columnName, type Field, platformFail, type ResourceDefinition } from '@anlin/contract';
import { recordAudit } from '../platform/audit/record-audit.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { empty, identifier, join, type Sql, sql } from '../platform/database/sql.ts';
import { releaseFiles, useFiles } from '../platform/files/file-use.ts';
import { auditChange, auditValues } from './audit-values.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { checkReferences } from './check-references.ts';
import { constraintFailure } from './constraint-failure.ts';
import {
  checkRequired,
  flattenInput,
  readCustomValues,
  type ValueOwner,
  writeCustomValues,
} from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { toColumn, toWire } from './field-values.ts';
import { findRow } from './get-row.ts';
import { firstReferences, writeReferences } from './reference-link.ts';
import { storedFields, tagLink } from './select-rows.ts';

/** Columns with their values: the stored fields that are entered, then whatever `prepare` derived. */
function columnsToWrite(definition: ResourceDefinition, values: Values, derived: Values): [Sql, unknown][] {
  const entered = storedFields(definition)
    .filter(([key, field]) => !field.isReadOnly && !(key in derived))
    .map(([key, field]): [Sql, unknown] => [identifier(columnName(key, field)), toColumn(field, values[key])]);
  const made = Object.entries(derived).map(([key, value]): [Sql, unknown] => [
    identifier(columnName(key, definition.fields[key] ?? {})),
    definition.fields[key] ? toColumn(definition.fields[key], value) : value,
  ]);
  return [...entered, ...made];
}

/** The row has exactly the tags of its values; left alone where they say nothing of tags. */
export async function writeTags(
  ctx: Context,
  definition: ResourceDefinition,
  id: string,
  values: Values,
): Promise<void> {
  const field = Object.entries(definition.fields).find(([, one]) => one.kind === 'tags');
  if (!field || values[field[0]] === undefined) return;
  const link = tagLink(definition);
  const tagIds = [...new Set(values[field[0]] as string[])];
  await ctx.tx.run(sql`delete from ${link.table} where company_id = ${ctx.companyId} and ${link.column} = ${id}
    and tag_id <> all (${tagIds}::uuid[])`);
  if (tagIds.length === 0) return;
  const [place, value] = definition.isCommunityScoped
    ? [sql`community_id, `, sql`${values.communityId}, `]
    : [empty, empty];
  await ctx.tx.run(sql`insert into ${link.table} (company_id, ${place}${link.column}, tag_id)
    select ${ctx.companyId}, ${value}${id}, * from unnest(${tagIds}::uuid[]) on conflict do nothing`);
}

/** Tells who may open the files of the row: whoever sees the row. */
export async function writeFiles(
  ctx: Context,
  definition: ResourceDefinition,
  id: string,
  values: Values,
  previous: Values,
): Promise<void> {
  const keys = Object.entries(definition.fields).flatMap(([key, field]) => (field.kind === 'files' ? [key] : []));
  const idsOf = (of: Values) => keys.flatMap((key) => (of[key] as string[] | undefined) ?? []);
  const [now, before] = [idsOf(values), idsOf(previous)];
  if (now.join() === before.join()) return;
  const owner = { resource: definition.name, id, communityId: (values.communityId as string | undefined) ?? null };
  await useFiles(ctx, owner, now);
}

const title = (definition: ResourceDefinition, values: Values) => String(values[definition.titleField] ?? '');

/**
 * Adds a row of values as `createSchema` parsed them and returns its id.
 * Errors: reference.notFound (422), resource.duplicate (409), and those of the binding's `prepare`.
 */
export async function createRow(ctx: Context, plain: ResourceBinding, input: Values): Promise<string> {
  const binding = await asCompanyHasIt(ctx, plain);
  const { definition } = binding;
  const values = flattenInput(definition, input, 'create');
  const id = ctx.newId();
  await checkReferences(ctx, binding, values, values, null);
  const derived = (await binding.prepare?.(ctx, { id, values, previous: null })) ?? {};
  const now = nowText(ctx);
  const pairs: [Sql, unknown][] = [
    [sql`company_id`, ctx.companyId],
    [sql`id`, id],
    ...(definition.isCommunityScoped ? [[sql`community_id`, values.communityId] as [Sql, unknown]] : []),
    // What was left open takes the column's default.
    ...[...columnsToWrite(definition, values, derived), ...firstReferences(definition, values)].filter(
      ([, value]) => value !== null,
    ),
    [sql`created_at`, now],
    [sql`updated_at`, now],
  ];
  try {
    await ctx.tx.run(sql`insert into ${identifier(definition.table)} (${join(pairs.map(([name]) => name))})
      values (${join(pairs.map(([, value]) => sql`${value}`))})`);
    await writeReferences(ctx, binding, id, values, null);
    await writeTags(ctx, definition, id, values);
    await writeFiles(ctx, definition, id, values, {});
    await writeCustomValues(ctx, definition, [{ owner: ownerOf(id, values), values }]);
  } catch (error) {
    throw constraintFailure(binding, error);
  }
  const after = { ...values, ...derived };
  await recordAudit(ctx, {
    action: `${definition.name}.create`,
    targetKind: definition.name,
    targetId: id,
    targetLabel: title(definition, after),
    communityId: (values.communityId as string | undefined) ?? null,
    after: auditValues(definition, after),
  });
  return id;
}

/**
 * Changes a row. `changes` hold the fields that change and the `version` that was read.
 * Errors: resource.notFound (404), resource.changed (409), reference.notFound (422), resource.duplicate (409).
 */
export async function updateRow(ctx: Context, plain: ResourceBinding, id: string, input: Values): Promise<void> {
  const binding = await asCompanyHasIt(ctx, plain);
  const { definition } = binding;
  const previous = await readPrevious(ctx, binding, id);
  const { version, ...changed } = flattenInput(definition, input, 'update');
  if (version !== previous.version) throw platformFail('resource.changed', { label: definition.label });
  const values: Values = { ...previous, ...definedOnly(changed) };
  checkRequired(definition, values);
  await checkReferences(ctx, binding, values, definedOnly(changed), previous);
  const derived = (await binding.prepare?.(ctx, { id, values, previous })) ?? {};
  const pairs = columnsToWrite(definition, values, derived);
  try {
    await ctx.tx.run(sql`update ${identifier(definition.table)}
      set ${join([...pairs.map(([name, value]) => sql`${name} = ${value}`), sql`version = version + 1`, sql`updated_at = ${nowText(ctx)}`])}
      where company_id = ${ctx.companyId} and id = ${id}`);
    await writeReferences(ctx, binding, id, values, previous);
    await writeTags(ctx, definition, id, values);
    await writeFiles(ctx, definition, id, values, previous);
    await writeCustomValues(ctx, definition, [{ owner: ownerOf(id, values), values: definedOnly(changed) }]);
  } catch (error) {
    throw constraintFailure(binding, error);
  }
  const after = { ...values, ...derived };
  const [was, is] = auditChange(definition, previous, after);
  await recordAudit(ctx, {
    action: `${definition.name}.update`,
    targetKind: definition.name,
    targetId: id,
    targetLabel: title(definition, after),
    communityId: (values.communityId as string | undefined) ?? null,
    before: was,
    after: is,
  });
}

/** Removes a row. Errors: resource.notFound (404), resource.inUse (409) naming what still uses it. */
export async function deleteRow(ctx: Context, plain: ResourceBinding, id: string): Promise<void> {
  const binding = await asCompanyHasIt(ctx, plain);
  const { definition } = binding;
  const previous = await readPrevious(ctx, binding, id);
  try {
    await ctx.tx.run(
      sql`delete from ${identifier(definition.table)} where company_id = ${ctx.companyId} and id = ${id}`,
    );
    await releaseFiles(ctx, definition.name, id);
  } catch (error) {
    throw constraintFailure(binding, error, true);
  }
  await recordAudit(ctx, {
    action: `${definition.name}.delete`,
    targetKind: definition.name,
    targetId: id,
    targetLabel: title(definition, previous),
    communityId: (previous.communityId as string | undefined) ?? null,
    before: auditValues(definition, previous),
  });
}

const ownerOf = (id: string, values: Values): ValueOwner => ({
  id,
  communityId: (values.communityId as string | undefined) ?? null,
});

/** The row as it is, locked, with the values of the company's own fields. */
async function readPrevious(ctx: Context, binding: ResourceBinding, id: string): Promise<Values> {
  const row = await findRow(ctx, binding, id, true);
  const custom = await readCustomValues(ctx, binding.definition, [id]);
  return previousValues(binding.definition, { ...row, ...custom.get(id) });
}

/** A row read back in the shape it is written in: tags, files and several references as ids, money as yuan. */
export function previousValues(definition: ResourceDefinition, row: Record<string, unknown>): Values {
  const values: Values = { version: row.version, communityId: row.communityId };
  for (const [key, field] of Object.entries(definition.fields)) values[key] = writtenForm(field, row[key]);
  return values;
}

function writtenForm(field: Field, value: unknown): unknown {
  if (field.kind === 'tags' || field.kind === 'files' || field.kind === 'references')
    return (value as { id: string }[]).map((one) => one.id);
  return toWire(field, value, true);
}

function definedOnly(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
