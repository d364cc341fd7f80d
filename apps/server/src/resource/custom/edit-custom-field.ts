import {
  type CustomFieldView,
  type createCustomField,
  customFieldFail,
  type EndpointRequest,
  mostCustomFields,
  platformFail,
  type ResourceDefinition,
  type updateCustomField,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { customFieldsOf, lockCustomField } from './read-custom-fields.ts';

type NewField = EndpointRequest<typeof createCustomField>['body'];
type FieldChange = EndpointRequest<typeof updateCustomField>['body'];
type Option = { key?: string | undefined; label: string };

/** Names that mean something else in every list, import or export. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['小区', '小区'],
  ['创建时间', '创建时间'],
  ['修改时间', '修改时间'],
  ['姓名', '业主姓名'],
  ['手机号', '业主手机号'],
]);

/** Definitions that a company may add fields to, by name. */
export type CustomisableDefinitions = ReadonlyMap<string, ResourceDefinition>;

export function definitionNamed(definitions: CustomisableDefinitions, resource: string): ResourceDefinition {
  const definition = definitions.get(resource);
  if (!definition) throw customFieldFail('customField.resourceUnknown', { resource });
  return definition;
}

/** Changes to one resource's fields wait for each other, so that names, keys and the limit hold. */
async function lockFields(ctx: Context, resource: string): Promise<void> {
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`custom_field ${ctx.companyId} ${resource}`}, 0))`,
  );
}

/** A name may be neither that of a built-in field, nor a heading an import takes for one, nor another own field's. */
function checkName(definition: ResourceDefinition, others: readonly CustomFieldView[], name: string): void {
  const builtIn = Object.values(definition.fields).find(
    (field) => field.label === name || field.importTitles?.includes(name),
  );
  const where = builtIn
    ? `内置字段“${builtIn.label}”`
    : definition.otherTitles?.includes(name)
      ? '导入时的列'
      : (otherNames.get(name) ??
        (others.some((one) => !one.isArchived && one.label === name) ? '自定义字段' : undefined));
  if (where === undefined) return;
  const error = customFieldFail('customField.labelTaken', { label: definition.label, name, where });
  throw customFieldFail('customField.labelTaken', { label: definition.label, name, where }, [
    { path: 'label', message: error.message },
  ]);
}

function checkLimit(definition: ResourceDefinition, others: readonly CustomFieldView[]): void {
  if (others.filter((one) => !one.isArchived).length >= mostCustomFields)
    throw customFieldFail('customField.tooMany', { label: definition.label, most: mostCustomFields });
}

const hasOptions = (kind: string) => kind === 'choice' || kind === 'choices';

/** Options with a key each: those that come without one are new. */
function keyedOptions(kind: string, wanted: readonly Option[], previous: CustomFieldView['options']) {
  if (!hasOptions(kind)) return [];
  const problem = [{ path: 'options', message: '请至少填写一个选项' }];
  if (wanted.length === 0) throw customFieldFail('customField.optionsMissing', {}, problem);
  const known = new Set(previous.map((one) => one.key));
  let last = Math.max(0, ...previous.map((one) => Number(one.key.slice(1))));
  const taken = new Set<string>();
  return wanted.map(({ key, label }) => {
    if (key !== undefined && (!known.has(key) || taken.has(key)))
      throw customFieldFail('customField.optionUnknown', { option: label });
    if (key === undefined) last += 1;
    const kept = key ?? `o${last}`;
    taken.add(kept);
    return { key: kept, label };
  });
}

/** Adds a field. Errors: customField.labelTaken, customField.tooMany (409), customField.optionsMissing (422). */
export async function addCustomField(ctx: Context, definition: ResourceDefinition, field: NewField): Promise<string> {
  await lockFields(ctx, definition.name);
  const others = await customFieldsOf(ctx, definition.name, { withArchived: true });
  checkLimit(definition, others);
  checkName(definition, others, field.label);
  const options = keyedOptions(field.kind, field.options, []);
  const id = ctx.newId();
  const key = `c${Math.max(0, ...others.map((one) => Number(one.key.slice(1)))) + 1}`;
  const now = nowText(ctx);
  const isTotalled = field.isTotalled && field.kind === 'decimal';
  await ctx.tx.run(sql`insert into custom_field (company_id, id, resource, key, kind, label, help, is_required, is_listed,
      is_totalled, scale, options, sort_order, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${definition.name}, ${key}, ${field.kind}, ${field.label}, ${field.help}, ${field.isRequired},
      ${field.isListed}, ${isTotalled}, ${field.scale}, ${JSON.stringify(options)}, ${field.sortOrder}, ${now}, ${now})`);
  await recordAudit(ctx, {
    action: 'customField.create',
    targetKind: 'customField',
    targetId: id,
    targetLabel: `${definition.label} · ${field.label}`,
    communityId: null,
    after: { ...field, isTotalled, options: options.map((one) => one.label) },
  });
  return id;
}

async function lockedField(ctx: Context, id: string): Promise<CustomFieldView> {
  const field = await lockCustomField(ctx, id);
  if (!field) throw customFieldFail('customField.notFound');
  return field;
}

/** How many rows have each option, or the field at all. Rows of every community count. */
export async function countCustomValues(
  ctx: Context,
  fieldId: string,
): Promise<{ rows: number; options: Record<string, number> }> {
  const field = await ctx.tx.first<{ kind: string }>(
    sql`select kind from custom_field where company_id = ${ctx.companyId} and id = ${fieldId}`,
  );
  if (!field) throw customFieldFail('customField.notFound');
  const rows = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) as count from custom_value where company_id = ${ctx.companyId} and field_id = ${fieldId} and position = 0`,
  );
  const options = hasOptions(field.kind)
    ? await ctx.tx.rows<{
        key: string;
        count: bigint;
      }>(sql`select text_value as key, count(*) as count from custom_value
        where company_id = ${ctx.companyId} and field_id = ${fieldId} group by 1`)
    : [];
  return {
    rows: Number(rows!.count),
    options: Object.fromEntries(options.map((one) => [one.key, Number(one.count)])),
  };
}

/**
 * Changes a field. An option that rows still have may be renamed or moved, not taken away.
 * Errors: customField.notFound (404), resource.changed, customField.labelTaken, customField.optionInUse (409).
 */
export async function changeCustomField(
  ctx: Context,
  definitions: CustomisableDefinitions,
  id: string,
  { version, ...change }: FieldChange,
): Promise<void> {
  const found = await lockedField(ctx, id);
  const definition = definitionNamed(definitions, found.resource);
  if (found.version !== version) throw platformFail('resource.changed', { label: '自定义字段' });
  await lockFields(ctx, found.resource);
  const others = (await customFieldsOf(ctx, found.resource, { withArchived: true })).filter((one) => one.id !== id);
  const next = { ...found, ...definedOnly(change) };
  if (!found.isArchived) checkName(definition, others, next.label);
  const options = change.options ? keyedOptions(found.kind, change.options, found.options) : found.options;
  if (change.options) await checkOptionsLeft(ctx, definition, found, options);
  const isTotalled = next.isTotalled && found.kind === 'decimal';
  await ctx.tx.run(sql`update custom_field set label = ${next.label}, help = ${next.help}, is_required = ${next.isRequired},
      is_listed = ${next.isListed}, is_totalled = ${isTotalled}, scale = ${next.scale}, options = ${JSON.stringify(options)},
      sort_order = ${next.sortOrder}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  if (found.kind === 'choice') await renumberOptions(ctx, found, options);
  const told = ({ label, help, isRequired, isListed, isTotalled: sum, scale, sortOrder }: typeof next) => ({
    label,
    help,
    isRequired,
    isListed,
    isTotalled: sum,
    scale,
    sortOrder,
  });
  await recordAudit(ctx, {
    action: 'customField.update',
    targetKind: 'customField',
    targetId: id,
    targetLabel: `${definition.label} · ${next.label}`,
    communityId: null,
    before: { ...told(found), options: found.options.map((one) => one.label) },
    after: { ...told({ ...next, isTotalled }), options: options.map((one) => one.label) },
  });
}

async function checkOptionsLeft(
  ctx: Context,
  definition: ResourceDefinition,
  field: CustomFieldView,
  options: CustomFieldView['options'],
): Promise<void> {
  const gone = field.options.filter((one) => !options.some((other) => other.key === one.key));
  if (gone.length === 0) return;
  // Rows of communities out of the actor's sight count too: their values would be just as lost.
  const used = await ctx.tx.first<{
    key: string;
    count: bigint;
  }>(sql`select key, count from count_option_uses(${field.id},
    ${gone.map((one) => one.key)}::text[]) where count > 0 order by count desc limit 1`);
  if (!used) return;
  const option = gone.find((one) => one.key === used.key)!.label;
  const params = { option, count: Number(used.count), label: definition.label };
  const message = `“${option}”正被 ${params.count} 条${definition.label}使用，不能删除`;
  throw customFieldFail('customField.optionInUse', params, [{ path: 'options', message }]);
}

/** Choices are sorted by the place of their option, which is kept with the value. */
async function renumberOptions(ctx: Context, field: CustomFieldView, options: CustomFieldView['options']) {
  if (field.options.every((one, index) => options[index]?.key === one.key)) return;
  await ctx.tx.run(sql`update custom_value set number_value = array_position(${options.map((one) => one.key)}::text[], text_value) - 1
    where company_id = ${ctx.companyId} and field_id = ${field.id}`);
}

/** Takes a field out of use: gone for good where no row has it, put away with its values otherwise. */
export async function removeCustomField(
  ctx: Context,
  definitions: CustomisableDefinitions,
  id: string,
): Promise<{ isArchived: boolean }> {
  const found = await lockedField(ctx, id);
  const definition = definitionNamed(definitions, found.resource);
  const uses = await ctx.tx.first<{ count: bigint }>(
    sql`select coalesce(sum(count), 0)::bigint as count from count_option_uses(${id}, null)`,
  );
  const isArchived = Number(uses!.count) > 0;
  await (isArchived
    ? ctx.tx.run(sql`update custom_field set archived_at = coalesce(archived_at, ${nowText(ctx)}), version = version + 1,
        updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`)
    : ctx.tx.run(sql`delete from custom_field where company_id = ${ctx.companyId} and id = ${id}`));
  await recordAudit(ctx, {
    action: isArchived ? 'customField.archive' : 'customField.delete',
    targetKind: 'customField',
    targetId: id,
    targetLabel: `${definition.label} · ${found.label}`,
    communityId: null,
    before: { label: found.label, kind: found.kind },
  });
  return { isArchived };
}

/** Brings a field back with its values. Errors: customField.labelTaken, customField.tooMany (409). */
export async function restoreCustomField(
  ctx: Context,
  definitions: CustomisableDefinitions,
  id: string,
): Promise<void> {
  const found = await lockedField(ctx, id);
  const definition = definitionNamed(definitions, found.resource);
  if (!found.isArchived) return;
  await lockFields(ctx, found.resource);
  const others = (await customFieldsOf(ctx, found.resource, { withArchived: true })).filter((one) => one.id !== id);
  checkLimit(definition, others);
  checkName(definition, others, found.label);
  await ctx.tx.run(sql`update custom_field set archived_at = null, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'customField.restore',
    targetKind: 'customField',
    targetId: id,
    targetLabel: `${definition.label} · ${found.label}`,
    communityId: null,
    after: { label: found.label, kind: found.kind },
  });
}

function definedOnly<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
