import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, taskStarted } from '../wire.ts';
import { importCounts, importState } from './import.ts';

export const importRecord = z.object({
  id,
  /** Kind and Chinese name of the list. */
  kind: z.string(),
  kindLabel: z.string(),
  communityName: z.string().nullable(),
  fileName: z.string(),
  state: importState,
  counts: importCounts,
  createdByName: z.string(),
  isOwn: z.boolean(),
  createdAt: instant,
  undoneByName: z.string().nullable(),
  undoneAt: instant.nullable(),
  /** Why the last check, run or undo ended early. */
  error: z.string().nullable(),
  /** Only for its maker. */
  failedRowsFileId: id.nullable(),
  /** Whether this person may take it back now. */
  isUndoable: z.boolean(),
  taskId: id.nullable(),
});
export type ImportRecord = z.infer<typeof importRecord>;

/** One's own imports; with the right `importHistory.view` those of everybody in the communities one sees. */
export const listImports = defineEndpoint({
  id: 'import.list',
  method: 'GET',
  path: '/api/imports',
  access: 'signedIn',
  summary: '导入记录：自己的；有权限时为全公司的',
  tag: '导入记录',
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    kind: z.string().max(40).optional(),
    state: importState.optional(),
    communityId: id.optional(),
    /** Name of the file or of the person. */
    q: z.string().trim().max(60).optional(),
    whose: z.enum(['own', 'all']).default('all'),
  }),
  reply: z.object({ rows: z.array(importRecord), total: z.number() }),
});

/** Takes back an import: a task, in one transaction. Refused with what stands in the way. */
export const undoImport = defineEndpoint({
  id: 'import.undo',
  method: 'POST',
  path: '/api/imports/:id/undo',
  access: 'importHistory.undo',
  summary: '撤销一次导入：新增的删除，修改的还原',
  tag: '导入记录',
  params: idParams,
  reply: taskStarted,
});
