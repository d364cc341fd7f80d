import {
  type EndpointRequest,
  type ImportRecord,
  importKinds,
  isImportKindName,
  type listImports,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { noCounts, stateOf } from './import-batch.ts';
import { isUndoable } from './start-undo.ts';

type HistoryQuery = EndpointRequest<typeof listImports>['query'];

interface HistoryRow {
  id: string;
  kind: string;
  state: Parameters<typeof stateOf>[0]['state'];
  task_state: string | null;
  task_error: string | null;
  task_id: string | null;
  community_name: string | null;
  file_name: string;
  counts: Partial<ImportRecord['counts']>;
  created_by: string;
  created_by_name: string;
  created_at: string;
  undone_by_name: string | null;
  undone_at: string | null;
  failed_rows_file_id: string | null;
}

/** State as people see it: a task that ended early leaves its import where it can go on. */
const seenState = sql`case when b.state in ('checking', 'importing', 'undoing') and t.state in ('failed', 'cancelled')
  then case b.state when 'checking' then 'uploaded' when 'importing' then 'stopped'
    else case when b.counts ->> 'leftOut' is null then 'stopped' else 'done' end end else b.state end`;

/** Imports, the latest first: one's own, and with the right all that lie in one's communities. */
export async function listImportHistory(
  ctx: Context,
  { page, pageSize, kind, state, communityId, q, whose }: HistoryQuery,
): Promise<{ rows: ImportRecord[]; total: number }> {
  const mayAll = ctx.permissions.has('importHistory.view') && whose === 'all';
  // What a colleague imported may lie anywhere in the community: it is shown to whoever sees all of it.
  const whole = ctx.wholeCommunityIds;
  const isWhole = whole === '*' ? sql`true` : sql`(b.community_id is null or b.community_id = any (${whole}::uuid[]))`;
  const like = `%${likeText(q ?? '')}%`;
  const wanted = sql`from import_batch b
    join file f on f.company_id = b.company_id and f.id = b.file_id
    join staff s on s.company_id = b.company_id and s.id = b.created_by
    left join community c on c.company_id = b.company_id and c.id = b.community_id
    left join staff u on u.company_id = b.company_id and u.id = b.undone_by
    left join task t on t.company_id = b.company_id and t.id = b.task_id
    where b.company_id = ${ctx.companyId} and ((${mayAll}::boolean and ${isWhole}) or b.created_by = ${ctx.actor.id})
      and (${kind ?? null}::text is null or b.kind = ${kind ?? null}) and (${communityId ?? null}::uuid is null or b.community_id = ${communityId ?? null})
      and (${state ?? null}::text is null or ${seenState} = ${state ?? null}) and (${q ?? ''} = '' or f.name ilike ${like} or s.name ilike ${like})`;
  const [counted] = await ctx.tx.ad<{ count: number }>(sql`select count(*)::int as count ${wanted}`);
  const rows =
    await ctx.tx.ad<HistoryRow>(sql`select b.id, b.kind, b.state, t.state as task_state, t.error as task_error, b.task_id,
      c.name as community_name, f.name as file_name, b.counts, b.created_by, s.name as created_by_name, b.created_at, u.name as undone_by_name,
      b.undone_at, b.failed_rows_file_id
    ${wanted} order by b.created_at desc, b.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
  return { rows: rows.map((row) => viewRecord(ctx, row)), total: counted?.count ?? 0 };
}

function viewRecord(ctx: Context, row: HistoryRow): ImportRecord {
  const kind = isImportKindName(row.kind) ? importKinds[row.kind] : undefined;
  const state = stateOf(row);
  const counts = { ...noCounts, ...row.counts };
  const isOwn = row.created_by === ctx.actor.id;
  const mayUndo =
    ctx.permissions.has('importHistory.undo') && kind !== undefined && ctx.permissions.has(kind.permission);
  return {
    id: row.id,
    kind: row.kind,
    kindLabel: kind?.label ?? row.kind,
    communityName: row.community_name,
    fileName: row.file_name,
    state,
    counts,
    createdByName: row.created_by_name,
    isOwn,
    createdAt: row.created_at,
    undoneByName: row.undone_by_name,
    undoneAt: row.undone_at,
    error: row.task_state === 'cancelled' ? '已被停止' : row.task_error,
    failedRowsFileId: isOwn ? row.failed_rows_file_id : null,
    isUndoable: mayUndo && isUndoable({ kind: row.kind, state, counts }),
    taskId: isOwn ? row.task_id : null,
  };
}
