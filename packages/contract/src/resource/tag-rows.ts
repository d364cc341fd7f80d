import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id } from '../wire.ts';
import type { ResourceDefinition } from './definition.ts';
import { listQuery } from './schema.ts';

/** Tags put on and taken off the rows. */
export const tagChange = {
  add: z.array(id).max(50).default([]),
  remove: z.array(id).max(50).default([]),
};

/** Rows chosen one by one, or all that the list's filter shows. */
export const chosenRows = [
  z.strictObject({ ids: z.array(id).min(1, '请先选择').max(5000, '一次最多选择 5000 条') }),
  z.strictObject({ list: listQuery.pick({ q: true, communityId: true, filter: true }) }),
] as const;

/** Tags on many rows of a list at once (EST-9). Where rows stand for others, those get the tags: people, not their stays. */
export function tagRowsEndpoint(definition: ResourceDefinition) {
  return defineEndpoint({
    id: `${definition.name}.tagMany`,
    method: 'POST',
    path: `/api/${definition.path}/tag-many`,
    access: definition.permissions.edit,
    summary: `批量设置${definition.label}标签`,
    tag: definition.label,
    body: z.strictObject({ ...tagChange, chosen: z.union(chosenRows) }),
    /** How many were chosen. */
    reply: z.object({ count: z.number() }),
  });
}
