import {
  type DuplicatePolicy,
  type ImportCounts,
  type ImportKindName,
  type ImportProblem,
  type ImportState,
  importFail,
  type RowRange,
} from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { ColumnMapping } from './columns.ts';
import type { ImportTarget } from './importer.ts';

/** One import as the database has it, with its file, its community and the end of its task. */
export interface ImportBatch {
  id: string;
  kind: ImportKindName;
  state: ImportState;
  communityId: string | null;
  communityName: string | null;
  timeZone: string;
  fileId: string;
  fileName: string;
  mapping: ColumnMapping;
  duplicatePolicy: DuplicatePolicy;
  taskId: string | null;
  error: string | null;
  counts: ImportCounts;
  problems: readonly ImportProblem[];
  notices: readonly string[];
  appliedRows: number;
  failedRowsFileId: string | null;
  /** Null: all good rows. */
  chosenRows: readonly RowRange[] | null;
  mappingName: string | null;
  dunning: 'now' | 'later' | null;
  createdBy: string;
  createdAt: string;
  /** The file held id cards and is a note by now. */
  isSourceForgotten: boolean;
}

interface BatchRow {
  id: string;
  kind: ImportKindName;
  state: Exclude<ImportState, 'stopped'>;
  community_id: string | null;
  community_name: string | null;
  time_zone: string;
  file_id: string;
  file_name: string;
  mapping: ColumnMapping;
  duplicate_policy: DuplicatePolicy;
  task_id: string | null;
  task_state: string | null;
  task_error: string | null;
  counts: Partial<ImportCounts>;
  problems: ImportProblem[];
  notices: string[];
  applied_rows: number;
  failed_rows_file_id: string | null;
  chosen_rows: [number, number][] | null;
  mapping_name: string | null;
  dunning: 'now' | 'later' | null;
  created_by: string;
  created_at: string;
  source_forgotten_at: string | null;
}

export const noCounts: ImportCounts = {
  rows: 0,
  good: 0,
  bad: 0,
  problems: 0,
  existing: 0,
  added: 0,
  updated: 0,
  skipped: 0,
  failed: 0,
  leftOut: 0,
};

const selectBatch = sql`select b.id, b.kind, b.state, b.community_id, c.name as community_name, coalesce(c.time_zone, 'Asia/Shanghai') as time_zone,
    b.file_id, f.name as file_name, b.mapping, b.duplicate_policy, b.task_id, t.state as task_state, t.error as task_error, b.counts,
    b.problems, b.notices, b.applied_rows, b.failed_rows_file_id, b.chosen_rows, b.dunning, m.name as mapping_name, b.created_by, b.created_at, b.source_forgotten_at
  from import_batch b
  join file f on f.company_id = b.company_id and f.id = b.file_id
  left join community c on c.company_id = b.company_id and c.id = b.community_id
  left join task t on t.company_id = b.company_id and t.id = b.task_id
  left join import_mapping m on m.company_id = b.company_id and m.id = b.import_mapping_id`;

/** An import of one's own; others' are not found, as their files are not. Locks it when it is about to change. */
export async function findImport(
  ctx: Context,
  kind: ImportKindName,
  id: string,
  lock: 'lock' | 'read' = 'read',
): Promise<ImportBatch> {
  if (lock === 'lock')
    await ctx.tx.rows(sql`select id from import_batch where company_id = ${ctx.companyId} and id = ${id} for update`);
  const row = await ctx.tx.first<BatchRow>(sql`${selectBatch}
    where b.company_id = ${ctx.companyId} and b.id = ${id} and b.kind = ${kind} and b.created_by = ${ctx.actor.id}`);
  if (!row) throw importFail('import.notFound');
  return viewBatch(row);
}

/** An import whoever made it: for those whose right to it was checked. */
export async function findAnyImport(ctx: Context, id: string, lock: 'lock' | 'read' = 'read'): Promise<ImportBatch> {
  if (lock === 'lock')
    await ctx.tx.rows(sql`select id from import_batch where company_id = ${ctx.companyId} and id = ${id} for update`);
  const row = await ctx.tx.first<BatchRow>(sql`${selectBatch} where b.company_id = ${ctx.companyId} and b.id = ${id}`);
  if (!row) throw importFail('import.notFound');
  return viewBatch(row);
}

/** One's own last imports of a kind. */
export async function recentImports(ctx: Context, kind: ImportKindName): Promise<ImportBatch[]> {
  const rows = await ctx.tx.rows<BatchRow>(sql`${selectBatch}
    where b.company_id = ${ctx.companyId} and b.created_by = ${ctx.actor.id} and b.kind = ${kind} order by b.created_at desc, b.id desc limit 20`);
  return rows.map(viewBatch);
}

function viewBatch(row: BatchRow): ImportBatch {
  return {
    id: row.id,
    kind: row.kind,
    state: stateOf(row),
    communityId: row.community_id,
    communityName: row.community_name,
    timeZone: row.time_zone,
    fileId: row.file_id,
    fileName: row.file_name,
    mapping: row.mapping,
    duplicatePolicy: row.duplicate_policy,
    taskId: row.task_id,
    error: row.task_state === 'cancelled' ? '已由您停止' : row.task_error,
    counts: { ...noCounts, ...row.counts },
    problems: row.problems,
    notices: row.notices,
    appliedRows: row.applied_rows,
    failedRowsFileId: row.failed_rows_file_id,
    chosenRows: row.chosen_rows?.map(([from, to]) => ({ from, to })) ?? null,
    mappingName: row.mapping_name,
    dunning: row.dunning,
    createdBy: row.created_by,
    createdAt: row.created_at,
    isSourceForgotten: row.source_forgotten_at !== null,
  };
}

/** A task that failed or was stopped no longer works on its import. */
export function stateOf(row: Pick<BatchRow, 'state' | 'task_state' | 'counts'>): ImportState {
  const isEnded = row.task_state === 'failed' || row.task_state === 'cancelled';
  if (row.state === 'checking') return isEnded ? 'uploaded' : 'checking';
  // `leftOut` is counted when an import comes to its end; one that was stopped before has none.
  if (row.state === 'undoing' && isEnded) return row.counts.leftOut === undefined ? 'stopped' : 'done';
  if (row.state === 'importing') return isEnded ? 'stopped' : 'importing';
  return row.state;
}

/** Where the rows of an import go. */
export function targetOf(ctx: Context, batch: ImportBatch): ImportTarget {
  return {
    importId: batch.id,
    communityId: batch.communityId,
    communityName: batch.communityName,
    fileName: batch.fileName,
    today: businessDay(ctx.clock, batch.timeZone).toString(),
  };
}
