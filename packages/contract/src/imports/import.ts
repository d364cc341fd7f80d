import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, instant, ok, taskStarted } from '../wire.ts';
import { type ImportKind, type ImportKindName, importKinds } from './kinds.ts';

/**
 * Where an import stands. `uploaded`: columns are being matched. `checking` and `importing`: a task works on it.
 * `checked`: problems are known, nothing is written yet. `stopped`: the writing was stopped or failed part way and can go on.
 * `undoing`: a task takes it back. `undone`: what it added is gone, what it changed is as it was.
 */
export const importState = z.enum([
  'uploaded',
  'checking',
  'checked',
  'importing',
  'stopped',
  'done',
  'undoing',
  'undone',
]);
export type ImportState = z.infer<typeof importState>;

/**
 * What happens to rows that are already there. Empty cells never wipe out what is there, under any policy.
 * `skip`: they stay as they are. `replace`: cells take the place of values; the row's tags, owners and linked houses are
 * afterwards those of the file, where it names any. `replaceAndAdd`: cells take the place of values; tags and owners of the
 * file and linked houses are added to those there, the first of which stays. `updateOnly`: cells take the place of the row's
 * own values and linked houses; tags and owners stay; nothing is created, and rows that are not there are reported as failed.
 */
export const duplicatePolicy = z.enum(['skip', 'replace', 'replaceAndAdd', 'updateOnly'], '请选择已存在的数据怎么处理');
export type DuplicatePolicy = z.infer<typeof duplicatePolicy>;

/** Rows of a file as Excel numbers them, both ends included. */
export const rowRange = z.strictObject({
  from: z.int('行号应为整数').min(1, '行号从 1 开始').max(2_000_000),
  to: z.int('行号应为整数').min(1, '行号从 1 开始').max(2_000_000),
});
export type RowRange = z.infer<typeof rowRange>;

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

/** Numbers of rows. `good + bad = rows`; after the run `added + updated + skipped + failed + leftOut = good`. */
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
  /** Good rows that the person did not choose. */
  leftOut: z.number(),
});
export type ImportCounts = z.infer<typeof importCounts>;

export const dunningChoice = z.enum(['now', 'later'], '请选择现在催缴还是以后再说');
export type DunningChoice = z.infer<typeof dunningChoice>;

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
  /** Null: all good rows. */
  chosenRows: z.array(rowRange).nullable(),
  /** Name of the saved mapping its columns were read by. */
  mappingName: z.string().nullable(),
  taskId: id.nullable(),
  /** Why the last check or run ended early. */
  error: z.string().nullable(),
  failedRowsFileId: id.nullable(),
  isUndoable: z.boolean(),
  /** Of bills: when they are to be dunned, as their importer said; null: not said, or no bills. */
  dunning: dunningChoice.nullable(),
  createdAt: instant,
});
export type ImportView = z.infer<typeof importView>;

/** A good row as it will be written, for looking through and choosing. */
const goodRow = z.object({ row: z.number(), isExisting: z.boolean(), cells: z.array(z.string()) });

/** A mapping kept by name; shared by the company. */
export const importMapping = z.object({
  id,
  name: z.string(),
  /** What is taken from where, by titles: 建筑面积 ← 房本大小. */
  columns: z.array(z.object({ key: z.string(), title: z.string(), heading: z.string() })),
  createdByName: z.string(),
  updatedAt: instant,
  version: z.number(),
});
export type ImportMappingView = z.infer<typeof importMapping>;

const mappingName = z.string().trim().min(1, '请填写名称').max(30, '名称最多 30 个字');

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
      body: z.strictObject({
        duplicatePolicy,
        /** Rows of the file to take; null for all good ones. Problems and totals among them are passed over. */
        rows: z
          .array(rowRange)
          .min(1, '请至少选择一行')
          .max(2000, '选择的行太零散，请改用行号范围')
          .nullable()
          .default(null),
      }),
      reply: taskStarted,
    }),
    rows: defineEndpoint({
      ...shared,
      id: idOf('rows'),
      method: 'GET',
      path: `${base}/:id/rows`,
      summary: `检查通过的${kind.label}行，分页和搜索`,
      params: idParams,
      query: z.object({
        page: z.coerce.number().int().min(1).max(1_000_000).default(1),
        pageSize: z.coerce.number().int().min(1).max(200).default(50),
        q: z.string().trim().max(60).optional(),
        /** `new`: only rows that are not there yet; `existing`: only those that are. */
        only: z.enum(['new', 'existing']).optional(),
      }),
      reply: z.object({ titles: z.array(z.string()), rows: z.array(goodRow), total: z.number() }),
    }),
    applyMapping: defineEndpoint({
      ...shared,
      id: idOf('applyMapping'),
      method: 'POST',
      path: `${base}/:id/mapping`,
      summary: `按保存的对应关系读取${kind.label}导入文件`,
      params: idParams,
      body: z.strictObject({ mappingId: id }),
      reply: importView,
    }),
    listMappings: defineEndpoint({
      ...shared,
      id: `${kind.name}.importMapping.list`,
      method: 'GET',
      path: `/api/${kind.path}/import-mappings`,
      summary: `保存的${kind.label}列对应关系`,
      reply: z.object({ rows: z.array(importMapping) }),
    }),
    saveMapping: defineEndpoint({
      ...shared,
      id: idOf('saveMapping'),
      method: 'POST',
      path: `${base}/:id/save-mapping`,
      summary: `把${kind.label}导入文件的列对应关系保存为一个名称`,
      params: idParams,
      body: z.strictObject({
        name: mappingName,
        /** Take the place of the one of the same name. */
        isReplacing: z.boolean().default(false),
      }),
      reply: created,
    }),
    editMapping: defineEndpoint({
      ...shared,
      id: `${kind.name}.importMapping.edit`,
      method: 'PATCH',
      path: `/api/${kind.path}/import-mappings/:id`,
      summary: `修改保存的${kind.label}列对应关系`,
      params: idParams,
      body: z.strictObject({
        version: z.int(),
        name: mappingName.optional(),
        /** Column key → heading; a key left out is no longer part of it. */
        headings: z.record(z.string().max(60), z.string().trim().min(1).max(200)).optional(),
      }),
      reply: ok,
    }),
    deleteMapping: defineEndpoint({
      ...shared,
      id: `${kind.name}.importMapping.delete`,
      method: 'DELETE',
      path: `/api/${kind.path}/import-mappings/:id`,
      summary: `删除保存的${kind.label}列对应关系`,
      params: idParams,
      reply: ok,
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

/** Whether the bills of an import are dunned at once or later (CHG-9); the last answer holds. */
export const chooseDunning = defineEndpoint({
  id: 'bill.import.chooseDunning',
  method: 'PUT',
  path: '/api/bills/imports/:id/dunning',
  access: 'bill.import',
  summary: '导入账单后选择现在催缴还是以后再说',
  tag: '账单',
  params: idParams,
  body: z.strictObject({ choice: dunningChoice }),
  reply: ok,
});
