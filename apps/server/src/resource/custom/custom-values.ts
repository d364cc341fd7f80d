import {
  type AttachedFile,
  createSchema,
  type Field,
  type FieldProblem,
  isListLike,
  platformFail,
  type ResourceDefinition,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Values } from '../binding.ts';

/** Fields of the company's own, with the id their values are kept under. */
export function ownFields(definition: ResourceDefinition): [string, Field & { customFieldId: string }][] {
  return Object.entries(definition.fields).filter(
    (entry): entry is [string, Field & { customFieldId: string }] => entry[1].customFieldId !== undefined,
  );
}

/** What stands in `custom_value`, in the form of the wire. */
interface ValueRow {
  owner_id: string;
  field_id: string;
  text_value: string | null;
  number_value: string | null;
  day_value: string | null;
}

function emptyOf(field: Field): unknown {
  if (isListLike(field)) return [];
  return field.kind === 'text' ? '' : null;
}

/**
 * Values of the company's own fields by row and field key: text, decimal string, day, option key, or a list of keys
 * or files. Rows without a value are there with what empty means for the kind.
 */
export async function readCustomValues(
  ctx: Context,
  definition: ResourceDefinition,
  ownerIds: readonly string[],
): Promise<Map<string, Values>> {
  const fields = ownFields(definition);
  const nothing = Object.fromEntries(fields.map(([key, field]) => [key, emptyOf(field)]));
  const byOwner = new Map(ownerIds.map((id) => [id, { ...nothing } as Values]));
  if (fields.length === 0 || ownerIds.length === 0) return byOwner;
  const rows = await ctx.tx.rows<ValueRow>(sql`select owner_id, field_id, text_value, number_value, day_value
    from custom_value where company_id = ${ctx.companyId} and owner_id = any (${[...ownerIds]}::uuid[])
    order by owner_id, field_id, position`);
  const keyOf = new Map(fields.map(([key, field]) => [field.customFieldId, [key, field] as const]));
  for (const row of rows) {
    const [key, field] = keyOf.get(row.field_id) ?? [];
    const values = byOwner.get(row.owner_id);
    if (key === undefined || field === undefined || values === undefined) continue;
    values[key] = isListLike(field) ? [...(values[key] as string[]), row.text_value] : storedValue(field, row);
  }
  await nameFiles(ctx, fields, byOwner);
  return byOwner;
}

function storedValue(field: Field, row: ValueRow): unknown {
  if (field.kind === 'decimal') return row.number_value;
  return field.kind === 'day' ? row.day_value : row.text_value;
}

/** Puts `{id, name, mediaType, sizeBytes}` in the place of file ids. */
async function nameFiles(ctx: Context, fields: [string, Field][], byOwner: Map<string, Values>): Promise<void> {
  const keys = fields.flatMap(([key, field]) => (field.kind === 'files' ? [key] : []));
  const lists = [...byOwner.values()].flatMap((values) => keys.map((key) => values[key] as string[]));
  const ids = lists.flat();
  if (ids.length === 0) return;
  const files = await ctx.tx.rows<{ id: string; name: string; media_type: string; size_bytes: bigint }>(
    sql`select id, name, media_type, size_bytes from file where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  const byId = new Map(
    files.map((one): [string, AttachedFile] => [
      one.id,
      { id: one.id, name: one.name, mediaType: one.media_type, sizeBytes: Number(one.size_bytes) },
    ]),
  );
  for (const values of byOwner.values())
    for (const key of keys) values[key] = (values[key] as string[]).flatMap((id) => byId.get(id) ?? []);
}

const refusal = (problems: FieldProblem[]) =>
  platformFail('request.invalid', { count: problems.length, first: problems[0]!.message }, problems);

/**
 * The `custom` part of a body, checked as the company's fields want it, beside the rest under its keys. A new row gets
 * every field; a change only those it names. Error: request.invalid (422) with paths such as `custom.c1`.
 */
export function flattenInput(definition: ResourceDefinition, input: Values, purpose: 'create' | 'update'): Values {
  const { custom, ...values } = input;
  const fields = Object.fromEntries(ownFields(definition));
  const { hasCustomFields: _, ...bare } = { ...definition, isCommunityScoped: false, fields };
  const schema = createSchema(bare);
  const given = (custom ?? {}) as Values;
  const asked = purpose === 'create' ? schema : schema.pick(shapeOf(schema, given));
  const missing = Object.entries(fields)
    .filter(([key, field]) => field.isRequired && isMissing(given[key]) && (purpose === 'create' || key in given))
    .map(([key, field]) => ({ path: `custom.${key}`, message: `请填写${field.label}` }));
  const { data, error } = asked.safeParse(given);
  const others = (error?.issues ?? [])
    .map(({ path, message, code }) => ({
      path: ['custom', ...path].join('.'),
      message: code === 'unrecognized_keys' ? '没有这个自定义字段，请刷新页面后再试' : message,
    }))
    .filter(({ path }) => !missing.some((one) => one.path === path));
  if (missing.length + others.length > 0) throw refusal([...missing, ...others]);
  return { ...values, ...data };
}

/** Keys of the body that are fields; others stay to be refused as unknown. */
function shapeOf(schema: ReturnType<typeof createSchema>, given: Values): Record<string, true> {
  return Object.fromEntries(Object.keys(given).flatMap((key) => (key in schema.shape ? [[key, true as const]] : [])));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A row saved by a person must have every required field, also one that became required since it was made. */
export function checkRequired(definition: ResourceDefinition, values: Values): void {
  const missing = ownFields(definition)
    .filter(([key, field]) => field.isRequired && isMissing(values[key]))
    .map(([key, field]) => ({ path: `custom.${key}`, message: `请填写${field.label}` }));
  if (missing.length > 0) throw refusal(missing);
}

export interface ValueOwner {
  id: string;
  communityId: string | null;
}

interface WrittenValue {
  fieldId: string;
  ownerId: string;
  communityId: string | null;
  position: number;
  text: string | null;
  number: string | number | null;
  day: string | null;
}

function writtenValues(field: Field & { customFieldId: string }, owner: ValueOwner, value: unknown): WrittenValue[] {
  const one = (position: number, part: Partial<WrittenValue>): WrittenValue => ({
    fieldId: field.customFieldId,
    ownerId: owner.id,
    communityId: owner.communityId,
    position,
    text: null,
    number: null,
    day: null,
    ...part,
  });
  if (isMissing(value)) return [];
  switch (field.kind) {
    case 'decimal':
      return [one(0, { number: value as string })];
    case 'day':
      return [one(0, { day: value as string })];
    case 'choice':
      return [one(0, { text: value as string, number: Object.keys(field.options).indexOf(value as string) })];
    case 'choices':
    case 'files':
      return [...new Set(value as string[])].map((text, position) => one(position, { text }));
    default:
      return [one(0, { text: value as string })];
  }
}

/** One row's new values: only the fields that change. Files as ids. */
export interface ValueChange {
  owner: ValueOwner;
  values: Values;
}

/** Writes values of many rows by two statements; a field that is absent from a change is left as it is. */
export async function writeCustomValues(
  ctx: Context,
  definition: ResourceDefinition,
  changes: readonly ValueChange[],
): Promise<void> {
  const fields = ownFields(definition);
  const touched = changes.flatMap(({ owner, values }) =>
    fields.filter(([key]) => values[key] !== undefined).map(([, field]) => [field.customFieldId, owner.id] as const),
  );
  if (touched.length === 0) return;
  await ctx.tx.run(sql`delete from custom_value v using unnest(${touched.map(([field]) => field)}::uuid[],
      ${touched.map(([, owner]) => owner)}::uuid[]) as n (field_id, owner_id)
    where v.company_id = ${ctx.companyId} and v.field_id = n.field_id and v.owner_id = n.owner_id`);
  const rows = changes.flatMap(({ owner, values }) =>
    fields.flatMap(([key, field]) => (values[key] === undefined ? [] : writtenValues(field, owner, values[key]))),
  );
  if (rows.length === 0) return;
  await ctx.tx.run(sql`insert into custom_value
      (company_id, field_id, owner_id, community_id, position, text_value, number_value, day_value)
    select ${ctx.companyId}, n.field_id, n.owner_id, n.community_id, n.position, n.text_value, n.number_value, n.day_value
    from unnest(${rows.map((one) => one.fieldId)}::uuid[], ${rows.map((one) => one.ownerId)}::uuid[],
      ${rows.map((one) => one.communityId)}::uuid[], ${rows.map((one) => one.position)}::smallint[],
      ${rows.map((one) => one.text)}::text[], ${rows.map((one) => one.number)}::numeric[], ${rows.map((one) => one.day)}::date[])
      as n (field_id, owner_id, community_id, position, text_value, number_value, day_value)`);
}

/**
 * What a company wrote about rows in fields of its own, by the fields' labels: texts and labels of options, numbers as
 * decimal strings, days as YYYY-MM-DD, several options joined by 、. Fields without a value are absent. For formulas and print.
 */
export function readableValues(definition: ResourceDefinition, values: Values): Record<string, string> {
  return Object.fromEntries(
    ownFields(definition).flatMap(([key, field]) => {
      const text = readableValue(field, values[key]);
      return text === '' ? [] : [[field.label, text]];
    }),
  );
}

/** One value as a person reads it; empty where there is none. */
export function readableValue(field: Field, value: unknown): string {
  if (isMissing(value)) return '';
  if (field.kind === 'choice') return field.options[value as string] ?? String(value);
  if (field.kind === 'choices') return (value as string[]).map((one) => field.options[one] ?? one).join('、');
  if (field.kind === 'files') return (value as AttachedFile[]).map((one) => one.name).join('、');
  return String(value);
}
