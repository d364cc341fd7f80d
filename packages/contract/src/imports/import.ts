import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, instant, taskStarted } from '../wire.ts';
import { type ImportKind, type ImportKindName, importKinds } from './kinds.ts';

/**
 * Where an import stands. `uploaded`: columns are being matched. `checking` and `importing`: a task works on it.
 * `checked`: problems are known, nothing is written yet. `stopped`: the writing was stopped or failed part way and can go on.
 */
export const importState = z.enum(['uploaded', 'checking', 'checked', 'importing', 'stopped', 'done']);
export type ImportState = z.infer<typeof importState>;

/** What happens to rows that are already there. Empty cells never wipe out what is there. */
export const duplicatePolicy = z.enum(['skip', 'replace'], '请选择已存在的数据怎么处理');
export type DuplicatePolicy = z.infer<typeof duplicatePolicy>;

/** A column the importer knows, and the heading of the file it takes its values from. */
export const importColumn = z.object({
  key: z.string(),
  title: z.string(),
  isRequired: z.boolean(),
  hint: z.string(),
  /** Index of the heading; null when nothing is taken for it. */
  heading: z.number().nullable(),
});
export type ImportColumnView = z.infer<typeof importColumn>;

/** One wrong cell: row as Excel numbers it, column by its title in the file. */
export const importProblem = z.object({
  row: z.number(),
  column: z.string(),
  value: z.string(),
  message: z.string(),
});
export type ImportProblem = z.infer<typeof importProblem>;

/** Numbers of rows. `good + bad = rows`; after the run `added + updated + skipped + failed = good`. */
export const importCounts = z.object({
  rows: z.number(),
  good: z.number(),
  bad: z.number(),
  problems: z.number(),
  /** Good rows that are already there, at the time of the check. */
  existing: z.number(),
  added: z.number(),
  updated: z.number(),
  skipped: z.number(),
  failed: z.number(),
});
export type ImportCounts = z.infer<typeof importCounts>;

export const importView = z.object({
  id,
  kind: z.string(),
  communityId: id.nullable(),
  communityName: z.string().nullable(),
  fileName: z.string(),
  state: importState,
  headerRow: z.number(),
  columns: z.array(importColumn),
  /** Headings of the file, left to right, with the first values under them. */
  headings: z.array(z.object({ index: z.number(), title: z.string(), samples: z.array(z.string()) })),
  /** Titles of required columns without a heading. */
  missing: z.array(z.string()),
  /** Worth knowing, no reason to refuse: Chinese sentences. */
  notices: z.array(z.string()),
  /** The first 500. */
  problems: z.array(importProblem),
  counts: importCounts,
  duplicatePolicy,
  taskId: id.nullable(),
  /** Why the last check or run ended early. */
  error: z.string().nullable(),
  failedRowsFileId: id.nullable(),
  createdAt: instant,
});
export type ImportView = z.infer<typeof importView>;

const importSummary = z.object({
  id,
  communityName: z.string().nullable(),
  fileName: z.string(),
  state: importState,
  counts: importCounts,
  createdAt: instant,
});

/** The endpoints of one kind: each names the permission of that kind. */
export function importEndpoints(kind: ImportKind) {
  const base = `/api/${kind.path}/imports`;
  const shared = { access: kind.permission, tag: kind.label } as const;
  const idOf = (verb: string) => `${kind.name}.import.${verb}`;
  return {
    create: defineEndpoint({
      ...shared,
      id: idOf('create'),
      method: 'POST',
      path: base,
      summary: `导入${kind.label}：识别已上传的文件`,
      body: z.strictObject({ communityId: id.nullable().default(null), fileId: id }),
      reply: created,
    }),
    list: defineEndpoint({
      ...shared,
      id: idOf('list'),
      method: 'GET',
      path: base,
      summary: `我最近的${kind.label}导入`,
      reply: z.object({ rows: z.array(importSummary) }),
    }),
    get: defineEndpoint({
      ...shared,
      id: idOf('get'),
      method: 'GET',
      path: `${base}/:id`,
      summary: `一次${kind.label}导入：列、问题、进度和结果`,
      params: idParams,
      reply: importView,
    }),
    mapColumns: defineEndpoint({
      ...shared,
      id: idOf('mapColumns'),
      method: 'PUT',
      path: `${base}/:id/mapping`,
      summary: `对应${kind.label}导入文件的列`,
      params: idParams,
      body: z.strictObject({
        /** Key of the importer's column → index of the heading; null for none. Keys left out stay as they are. */
        columns: z.record(z.string().max(60), z.int().min(0).max(10_000).nullable()),
      }),
      reply: importView,
    }),
    check: defineEndpoint({
      ...shared,
      id: idOf('check'),
      method: 'POST',
      path: `${base}/:id/check`,
      summary: `检查${kind.label}导入文件的每一行，不写入`,
      params: idParams,
      reply: taskStarted,
    }),
    run: defineEndpoint({
      ...shared,
      id: idOf('run'),
      method: 'POST',
      path: `${base}/:id/run`,
      summary: `写入没有问题的${kind.label}行`,
      params: idParams,
      body: z.strictObject({ duplicatePolicy }),
      reply: taskStarted,
    }),
    template: defineEndpoint({
      ...shared,
      id: idOf('template'),
      method: 'GET',
      path: `${base}/template`,
      summary: `${kind.label}导入模板（.xlsx）`,
      transport: 'download',
      reply: z.unknown(),
    }),
  };
}

export type ImportEndpoints = ReturnType<typeof importEndpoints>;

/** Endpoints by kind. */
export const imports = Object.fromEntries(
  Object.entries(importKinds).map(([name, kind]) => [name, importEndpoints(kind)]),
) as Record<ImportKindName, ImportEndpoints>;
