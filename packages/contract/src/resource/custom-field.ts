import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { created, id, idParams, ok } from '../wire.ts';
import { ownerColumn, type ResourceDefinition } from './definition.ts';
import type { Field } from './field.ts';

/** Kinds of field a company can add by itself (PLT-8). A number is an exact decimal. */
export const customFieldKinds = {
  text: '文字',
  decimal: '数字',
  day: '日期',
  choice: '单选',
  choices: '多选',
  files: '附件',
} as const;
export type CustomFieldKind = keyof typeof customFieldKinds;

/** Fields in use at once, for one resource. */
export const mostCustomFields = 60;
const mostOptions = 200;
const longestText = 200;
const mostFiles = 9;

const label = z.string().trim().min(1, '请填写名称').max(20, '名称最多 20 个字');
/** An option that is there already carries its key, and so keeps its values when it is renamed. */
const optionInput = z.strictObject({
  key: z.string().max(20).optional(),
  label: z.string().trim().min(1, '选项不能为空').max(30, '选项最多 30 个字'),
});
const options = z
  .array(optionInput)
  .max(mostOptions, `选项最多 ${mostOptions} 个`)
  .refine((list) => new Set(list.map((one) => one.label)).size === list.length, '选项不能重复');

const settings = {
  label,
  help: z.string().trim().max(60, '说明最多 60 个字'),
  isRequired: z.boolean(),
  isListed: z.boolean(),
  /** Added up over everything the list shows; numbers only. */
  isTotalled: z.boolean(),
  /** Decimals of a number, 0 to 6. */
  scale: z.int().min(0).max(6, '最多 6 位小数'),
  options,
  sortOrder: z.int().min(0).max(1_000_000),
};

export const customFieldView = z.object({
  id,
  resource: z.string(),
  /** What the field is called in lists, filters and orders: `c3`. */
  key: z.string(),
  kind: z.enum(Object.keys(customFieldKinds) as [CustomFieldKind, ...CustomFieldKind[]]),
  label: z.string(),
  help: z.string(),
  isRequired: z.boolean(),
  isListed: z.boolean(),
  isTotalled: z.boolean(),
  scale: z.number(),
  options: z.array(z.object({ key: z.string(), label: z.string() })),
  sortOrder: z.number(),
  isArchived: z.boolean(),
  version: z.number(),
});
export type CustomFieldView = z.infer<typeof customFieldView>;

const base = { access: 'customField.edit', tag: '自定义字段' } as const;

export const customFieldResources = defineEndpoint({
  ...base,
  id: 'customField.resources',
  method: 'GET',
  path: '/api/custom-fields/resources',
  summary: '可以加自定义字段的列表',
  reply: z.object({ rows: z.array(z.object({ resource: z.string(), label: z.string() })) }),
});

export const listCustomFields = defineEndpoint({
  ...base,
  id: 'customField.list',
  method: 'GET',
  path: '/api/custom-fields',
  summary: '一个列表的全部自定义字段，含停用的',
  query: z.object({ resource: z.string().max(40) }),
  reply: z.object({ rows: z.array(customFieldView) }),
});

export const createCustomField = defineEndpoint({
  ...base,
  id: 'customField.create',
  method: 'POST',
  path: '/api/custom-fields',
  summary: '新增自定义字段',
  body: z.strictObject({
    resource: z.string().max(40),
    kind: z.enum(Object.keys(customFieldKinds) as [CustomFieldKind, ...CustomFieldKind[]], '请选择类型'),
    label: settings.label,
    help: settings.help.default(''),
    isRequired: settings.isRequired.default(false),
    isListed: settings.isListed.default(true),
    isTotalled: settings.isTotalled.default(false),
    scale: settings.scale.default(2),
    options: settings.options.default([]),
    sortOrder: settings.sortOrder.default(0),
  }),
  reply: created,
});

export const updateCustomField = defineEndpoint({
  ...base,
  id: 'customField.update',
  method: 'PATCH',
  path: '/api/custom-fields/:id',
  summary: '修改自定义字段（类型不能改）',
  params: idParams,
  body: z.strictObject({ version: z.int(), ...z.object(settings).partial().shape }),
  reply: ok,
});

export const customFieldUsage = defineEndpoint({
  ...base,
  id: 'customField.usage',
  method: 'GET',
  path: '/api/custom-fields/:id/usage',
  summary: '有多少条数据填了这个字段，每个选项各有多少条',
  params: idParams,
  reply: z.object({ rows: z.number(), options: z.record(z.string(), z.number()) }),
});

export const removeCustomField = defineEndpoint({
  ...base,
  id: 'customField.delete',
  method: 'DELETE',
  path: '/api/custom-fields/:id',
  summary: '删除自定义字段；已有数据的停用，数据保留',
  params: idParams,
  reply: z.object({ isArchived: z.boolean() }),
});

export const restoreCustomField = defineEndpoint({
  ...base,
  id: 'customField.restore',
  method: 'POST',
  path: '/api/custom-fields/:id/restore',
  summary: '恢复停用的自定义字段，连同它的数据',
  params: idParams,
  reply: ok,
});

/** The fields of a resource as this company has them: built in and its own. */
export function fieldsEndpoint(definition: ResourceDefinition) {
  return defineEndpoint({
    id: `${definition.name}.fields`,
    method: 'GET',
    path: `/api/${definition.path}/fields`,
    access: definition.permissions.view,
    summary: `${definition.label}的字段，含自定义字段（在 custom 中，键如 c1）`,
    tag: definition.label,
    reply: z.object({
      builtIn: z.array(
        z.object({
          key: z.string(),
          kind: z.string(),
          label: z.string(),
          isRequired: z.boolean(),
          isReadOnly: z.boolean(),
        }),
      ),
      custom: z.array(customFieldView),
    }),
  });
}

export const customFieldErrors = defineErrors({
  'customField.notFound': { status: 404, text: '没有找到这个自定义字段，它可能已被删除' },
  'customField.resourceUnknown': { status: 422, text: '“{resource}”不能加自定义字段，请刷新页面后再试' },
  'customField.labelTaken': { status: 409, text: '{label}已有一项叫“{name}”（{where}），请换一个名称' },
  'customField.tooMany': { status: 409, text: '{label}的自定义字段最多 {most} 个，请先删除不用的' },
  'customField.optionsMissing': { status: 422, text: '单选和多选至少要有一个选项，请填写选项' },
  'customField.optionUnknown': { status: 422, text: '选项“{option}”已不存在，请刷新页面后再改' },
  'customField.optionInUse': {
    status: 409,
    text: '选项“{option}”正被 {count} 条{label}使用，不能删除。可以改名，或先把这些{label}改成别的选项',
  },
});
export const customFieldFail = raiser(customFieldErrors);

/** What lists, forms, filters, imports and exports take for a custom field. */
export function fieldOf(custom: CustomFieldView, owner = 'id'): Field {
  const shared = {
    label: custom.label,
    isRequired: custom.isRequired,
    isListed: custom.isListed,
    ...(custom.help === '' ? {} : { help: custom.help }),
    customFieldId: custom.id,
    ...(owner === 'id' ? {} : { customOwner: owner, isReadOnly: true }),
  };
  switch (custom.kind) {
    case 'text':
      return { ...shared, kind: 'text', maxLength: longestText };
    case 'decimal':
      return {
        ...shared,
        kind: 'decimal',
        scale: custom.scale,
        min: -1_000_000_000_000,
        max: 1_000_000_000_000,
        isTotalled: custom.isTotalled,
      };
    case 'day':
      return { ...shared, kind: 'day' };
    case 'choice':
    case 'choices':
      return {
        ...shared,
        kind: custom.kind,
        options: Object.fromEntries(custom.options.map((one) => [one.key, one.label])),
      };
    case 'files':
      return { ...shared, kind: 'files', accept: 'any', maxFiles: mostFiles };
  }
}

/**
 * The definition as a company has it: its own fields after those built in, under their keys. Rows still carry their
 * values in `custom`; see `flattenRow` and `nestCustom`.
 */
export function withCustomFields(
  definition: ResourceDefinition,
  customFields: readonly CustomFieldView[],
): ResourceDefinition {
  const owner = ownerColumn(definition);
  const own = customFields.filter((one) => !one.isArchived).map((one) => [one.key, fieldOf(one, owner)] as const);
  return { ...definition, fields: { ...definition.fields, ...Object.fromEntries(own) } };
}

/** `{ number, custom: { c1 } }` → `{ number, c1, custom }`, for what goes by field key. */
export function flattenRow<Row extends Record<string, unknown>>(row: Row): Row {
  return typeof row.custom === 'object' && row.custom !== null ? { ...row, ...row.custom } : row;
}

/** `{ number, c1 }` → `{ number, custom: { c1 } }`, as bodies of create and update want it. */
export function nestCustom(definition: ResourceDefinition, values: Record<string, unknown>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (definition.fields[key]?.customFieldId === undefined) nested[key] = value;
    else custom[key] = value;
  }
  return Object.keys(custom).length === 0 ? nested : { ...nested, custom };
}
