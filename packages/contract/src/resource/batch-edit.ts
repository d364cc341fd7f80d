import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { id } from '../wire.ts';
import type { ResourceDefinition } from './definition.ts';
import { enteredFields } from './definition.ts';
import type { Field } from './field.ts';
import { listQuery, updateSchema } from './schema.ts';

/** Rows changed within the request itself; more of them become a task. */
export const mostRowsAtOnce = 200;

const keptApart = new Set<Field['kind']>(['tags', 'files', 'references']);

/**
 * Fields that can be set for many rows at once: entered ones that neither name a row nor keep it apart from others.
 * Tags and files have ways of their own; several references belong to one row.
 */
export function batchFields(definition: ResourceDefinition): [string, Field][] {
  const telling = new Set([definition.titleField, ...definition.unique.flat()]);
  return enteredFields(definition).filter(([key, { kind }]) => !telling.has(key) && !keptApart.has(kind));
}

function changesSchema(definition: ResourceDefinition): z.ZodObject {
  const { shape } = updateSchema(definition);
  const keys = [...batchFields(definition).map(([key]) => key), ...(definition.hasCustomFields ? ['custom'] : [])];
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, shape[key] as z.ZodType])));
}

/** Sets fields of the chosen rows, or of all that the list's filter shows, to the same values (EST-4). */
export function batchEditEndpoint(definition: ResourceDefinition) {
  return defineEndpoint({
    id: `${definition.name}.batchEdit`,
    method: 'POST',
    path: `/api/${definition.path}/batch-edit`,
    access: definition.permissions.edit,
    summary: `批量修改${definition.label}：选中的，或当前筛选的全部`,
    tag: definition.label,
    body: z.strictObject({
      chosen: z.union([
        z.strictObject({ ids: z.array(id).min(1).max(500, '一次最多选 500 条') }),
        z.strictObject({
          list: listQuery.pick({ q: true, communityId: true, filter: true }),
          /** How many the person was told; refused when it is another number by now. */
          count: z.int().min(1),
        }),
      ]),
      changes: changesSchema(definition),
    }),
    /** A task where there are many rows; otherwise how many were changed. */
    reply: z.object({ taskId: id.nullable(), changed: z.number() }),
  });
}

export interface BatchEditRequest {
  chosen:
    | { ids: string[] }
    | {
        list: { q?: string | undefined; communityId?: string | undefined; filter?: string | undefined };
        count: number;
      };
  /** By field key; a company's own fields in `custom`. */
  changes: Record<string, unknown>;
}

export const batchEditErrors = defineErrors({
  'batchEdit.countChanged': {
    status: 409,
    text: '符合条件的{label}现在是 {now} 条，不是刚才的 {before} 条，没有修改。请刷新列表核对后再改',
  },
});
export const batchEditFail = raiser(batchEditErrors);
