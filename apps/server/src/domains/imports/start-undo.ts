import { importFail, importKinds, permissionLabel } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import { findAnyImport, type ImportBatch } from './import-batch.ts';
import { isForgotten } from './import-effects.ts';
import { isBusy } from './map-columns.ts';

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    undoImport: { importId: string };
  }
}

export const forgotten = '其中有已注销的住户，还原所需的记录已按规定清除';

/** Lists whose imports stay: why, as the end of a sentence. */
const lasting: Readonly<Partial<Record<string, string>>> = {
  staff: '员工导入建立了登录账号，有的可能已在使用。请在“员工”中停用不该有的员工，或修改他们的资料',
  prepaidAccount: '期初预存已经入账。请在“收据”中撤销导入的收据',
  deposit: '期初押金已经入账。请在“收据”中撤销导入的收据',
};

/** Whether there is anything that could be taken back. Imports of before effects were kept have none. */
export function isUndoable({ kind, state, counts }: Pick<ImportBatch, 'state' | 'counts'> & { kind: string }): boolean {
  return !(kind in lasting) && (state === 'done' || state === 'stopped') && counts.added + counts.updated > 0;
}

/** Whether the person sees what colleagues imported into a community: an import may reach everywhere in it, so only whole. */
function seesImportsOf({ permissions, wholeCommunityIds }: Context, communityId: string | null): boolean {
  if (!permissions.has('importHistory.view')) return false;
  return wholeCommunityIds === '*' || communityId === null || wholeCommunityIds.includes(communityId);
}

/**
 * Starts taking an import back. The person may undo at all (the route asks), may import into that list, and made the import
 * or may see those of others. Throws import.notFound, import.undoDenied, import.busy, import.notUndoable.
 */
export async function startUndo(ctx: Context, importId: string): Promise<string> {
  const batch = await findAnyImport(ctx, importId, 'lock');
  if (batch.createdBy !== ctx.actor.id && !seesImportsOf(ctx, batch.communityId)) throw importFail('import.notFound');
  const { permission, label } = importKinds[batch.kind];
  if (!ctx.permissions.has(permission))
    throw importFail('import.undoDenied', { permission: permissionLabel(permission) });
  if (isBusy(batch.state)) throw importFail('import.busy');
  if (batch.state === 'undone') throw importFail('import.notUndoable', { reason: '它已经撤销过了' });
  const reason = lasting[batch.kind];
  if (reason !== undefined) throw importFail('import.notUndoable', { reason });
  if (!isUndoable(batch)) throw importFail('import.notUndoable', { reason: '它没有写入任何数据' });
  const effect = await ctx.tx.first(
    sql`select id from import_effect where company_id = ${ctx.companyId} and import_batch_id = ${batch.id} limit 1`,
  );
  // Bills are undone by documents of their own.
  if (!effect && batch.kind !== 'bill')
    throw importFail('import.notUndoable', { reason: '当时的版本没有留下可供还原的记录' });
  if (await isForgotten(ctx, batch.id)) throw importFail('import.notUndoable', { reason: forgotten });
  const taskId = await startTask(ctx, 'undoImport', {
    title: `撤销${label}导入：${batch.fileName}`,
    communityId: batch.communityId,
    permission: 'importHistory.undo',
    input: { importId: batch.id },
  });
  await ctx.tx.run(sql`update import_batch set state = 'undoing', task_id = ${taskId}
    where company_id = ${ctx.companyId} and id = ${batch.id}`);
  await recordAudit(ctx, {
    action: `${batch.kind}.import.startUndo`,
    targetKind: 'import',
    targetId: batch.id,
    targetLabel: `撤销${label}导入`,
    communityId: batch.communityId,
    after: { added: batch.counts.added, updated: batch.counts.updated },
  });
  return taskId;
}
