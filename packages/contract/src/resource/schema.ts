import { z } from 'zod';
import { day, id, instant, money, moneyInput } from '../wire.ts';
import type { ResourceDefinition } from './definition.ts';
import { enteredFields } from './definition.ts';
import type { Field } from './field.ts';
import { parseFilter } from './filter.ts';

/** Decimal string bounded in size and number of decimals; bounds are part of the message. */
function decimalInput(field: { label: string; scale: number; min: number; max: number }) {
  return z
    .string()
    .trim()
    .regex(/^-?\d{1,15}(\.\d+)?$/, `${field.label}应为数字`)
    .refine((text) => (text.split('.')[1]?.length ?? 0) <= field.scale, `${field.label}最多 ${field.scale} 位小数`)
    .refine((text) => Number(text) >= field.min && Number(text) <= field.max, {
      error: `${field.label}应在 ${field.min} 到 ${field.max} 之间`,
    });
}

function inputOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
    case 'longText': {
      const text = z
        .string(`${field.label}应为文字`)
        .trim()
        .max(field.maxLength, `${field.label}最多 ${field.maxLength} 个字`);
      return field.isRequired ? text.min(1, `请填写${field.label}`) : text;
    }
    case 'integer':
      return z
        .int(`${field.label}应为整数`)
        .min(field.min, `${field.label}不能小于 ${field.min}`)
        .max(field.max, `${field.label}不能大于 ${field.max}`);
    case 'decimal':
      return decimalInput(field);
    case 'money':
      return moneyInput;
    case 'day':
      return day;
    case 'instant':
      return instant;
    case 'boolean':
      return z.boolean(`${field.label}应为是或否`);
    case 'choice':
      return z.enum(Object.keys(field.options) as [string, ...string[]], `${field.label}不在可选范围内`);
    case 'choices':
      return z.array(z.enum(Object.keys(field.options) as [string, ...string[]], `${field.label}不在可选范围内`));
    case 'reference':
      return id;
    case 'phone':
      return z
        .string()
        .trim()
        .regex(/^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|)$/, `${field.label}应为 11 位手机号或带区号的座机号`);
    case 'references': {
      const rows = z.array(id).max(field.maxRows, `${field.label}最多 ${field.maxRows} 个`);
      return field.isRequired ? rows.min(1, `请选择${field.label}`) : rows;
    }
    case 'tags':
      return z.array(id).max(50, `${field.label}最多 50 个`);
    case 'files': {
      const files = z.array(id).max(field.maxFiles, `${field.label}最多 ${field.maxFiles} 个文件`);
      return field.isRequired ? files.min(1, `请上传${field.label}`) : files;
    }
  }
}

/** Text-like kinds are empty rather than absent, so that `''` and "nothing" are one thing. */
function isTextLike(field: Field): boolean {
  return field.kind === 'text' || field.kind === 'longText' || field.kind === 'phone';
}

/** Kinds whose value is a list: empty rather than absent. */
export function isListLike(field: Pick<Field, 'kind'>): boolean {
  return field.kind === 'tags' || field.kind === 'choices' || field.kind === 'files' || field.kind === 'references';
}

function optionalInputOf(field: Field): z.ZodType {
  const schema = inputOf(field);
  if (field.isRequired) return schema;
  if (isTextLike(field)) return schema.default('');
  if (isListLike(field)) return schema.default([]);
  if (field.kind === 'boolean') return schema.default(field.isOnByDefault ?? false);
  return schema.nullable().default(null);
}

/** Values of the company's own fields by key, in the form their kind takes; `GET …/fields` says which there are. */
const customInput = z.record(z.string().max(20), z.unknown());
const customOutput = z.record(z.string(), z.unknown());

/** What a person enters to create a row. Unknown keys are refused. */
export function createSchema(definition: ResourceDefinition): z.ZodObject {
  const shape: Record<string, z.ZodType> = {};
  if (definition.isCommunityScoped) shape.communityId = id;
  for (const [key, field] of enteredFields(definition)) shape[key] = optionalInputOf(field);
  if (definition.hasCustomFields) shape.custom = customInput.optional();
  return z.strictObject(shape);
}

/** What may change of a row: any of the entered fields, and the version that was read (nobody overwrites unseen). */
export function updateSchema(definition: ResourceDefinition): z.ZodObject {
  const shape: Record<string, z.ZodType> = { version: z.int() };
  for (const [key, field] of enteredFields(definition)) {
    const schema = inputOf(field);
    const isNullable = !field.isRequired && !isTextLike(field) && !isListLike(field) && field.kind !== 'boolean';
    shape[key] = (isNullable ? schema.nullable() : schema).optional();
  }
  if (definition.hasCustomFields) shape.custom = customInput.optional();
  return z.strictObject(shape);
}

/** A file of a row as lists and details show it. */
export const attachedFile = z.object({ id, name: z.string(), mediaType: z.string(), sizeBytes: z.number() });
export type AttachedFile = z.infer<typeof attachedFile>;

/** One of several rows a row points at, by its title. */
const referredRow = z.object({ id, name: z.string() });
export type ReferredRow = z.infer<typeof referredRow>;

function outputOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'integer':
      return z.number().nullable();
    case 'money':
      return money.nullable();
    case 'boolean':
      return z.boolean();
    case 'choices':
      return z.array(z.string());
    case 'references':
      return z.array(referredRow);
    case 'tags':
      return z.array(z.object({ id, name: z.string(), color: z.string() }));
    case 'files':
      return z.array(attachedFile);
    default:
      return z.string().nullable();
  }
}

/** A row as lists and details show it. */
export function rowSchema(definition: ResourceDefinition): z.ZodObject {
  const shape: Record<string, z.ZodType> = { id };
  if (definition.isCommunityScoped) {
    shape.communityId = id;
    shape.communityLabel = z.string();
  }
  for (const [key, field] of Object.entries(definition.fields)) {
    shape[key] = outputOf(field);
    if (field.kind === 'reference') shape[`${key}Label`] = z.string().nullable();
  }
  if (definition.hasCustomFields) shape.custom = customOutput;
  return z.object({ ...shape, version: z.number(), createdAt: instant, updatedAt: instant });
}

export type ResourceRow = {
  id: string;
  communityId?: string;
  communityLabel?: string;
  version: number;
  createdAt: string;
  updatedAt: string;
} & Record<string, unknown>;

/** `filter` travels as JSON in the query string, so that a list has one address that can be shared. */
export const filterQuery = z
  .string()
  .max(20_000)
  .optional()
  .refine((text) => parseFilter(text) !== null, '筛选条件无法识别');

/** Paging, sorting, searching and filtering, the same for every list. */
export const listQuery = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
  /** Comma-separated keys, `-` for descending. */
  sort: z.string().max(200).optional(),
  q: z.string().trim().max(60).optional(),
  communityId: id.optional(),
  filter: filterQuery,
});
export type ListQuery = z.output<typeof listQuery>;

/** A page of rows with how many match in all and the totals over all that match. */
export function listReply<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: z.array(row), total: z.number(), totals: z.record(z.string(), z.string()) });
}
