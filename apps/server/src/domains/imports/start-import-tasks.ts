import { type DuplicatePolicy, importFail, importKinds, type RowRange } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import { missingTitles } from './columns.ts';
import { admitChosenRows } from './good-rows.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter } from './importer.ts';
import { isBusy, refuseChange } from './map-columns.ts';

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    checkImport: { importId: string; kind: string };
    runImport: { importId: string; kind: string };
  }
}

/** Starts the check of every row. Throws import.columnsMissing, and what `refuseChange` throws. */
export async function startCheck(ctx: Context, importer: AnyImporter, batch: ImportBatch): Promise<string> {
  refuseChange(batch);
  const missing = missingTitles(importer.columns, batch.mapping);
  if (missing.length > 0) throw importFail('import.columnsMissing', { titles: missing.join('、') });
  const taskId = await startTask(ctx, 'checkImport', {
    title: `检查${importKinds[batch.kind].label}导入文件：${batch.fileName}`,
    communityId: batch.communityId,
    permission: importKinds[batch.kind].permission,
    input: { importId: batch.id, kind: batch.kind },
  });
  await ctx.tx.run(sql`update import_batch set state = 'checking', task_id = ${taskId}, counts = '{}', problems = '[]', notices = '[]'
    where company_id = ${ctx.companyId} and id = ${batch.id}`);
  return taskId;
}

/** Starts writing, or goes on where an earlier run was stopped; then the policy it began with stays. */
export async function startRun(
  ctx: Context,
  batch: ImportBatch,
  policy: DuplicatePolicy,
  rows: readonly RowRange[] | null = null,
): Promise<string> {
  if (isBusy(batch.state)) throw importFail('import.busy');
  if (batch.state === 'done' || batch.state === 'undone') throw importFail('import.alreadyDone');
  if (batch.isSourceForgotten) throw importFail('import.sourceForgotten');
  if (batch.state === 'uploaded') throw importFail('import.notChecked');
  if (batch.counts.good === 0) throw importFail('import.nothingToImport', { rows: batch.counts.rows });
  const isContinued = batch.state === 'stopped';
  if (isContinued && batch.duplicatePolicy !== policy) throw importFail('import.alreadyStarted');
  const { label } = importKinds[batch.kind];
  const chosen = isContinued ? undefined : await admitChosenRows(ctx, batch.id, rows);
  const taskId = await startTask(ctx, 'runImport', {
    title: `导入${label}：${batch.fileName}`,
    communityId: batch.communityId,
    permission: importKinds[batch.kind].permission,
    input: { importId: batch.id, kind: batch.kind },
  });
  await ctx.tx.run(sql`update import_batch set state = 'importing', task_id = ${taskId}, duplicate_policy = ${policy},
      chosen_rows = case when ${chosen !== undefined}::boolean then ${chosen ? JSON.stringify(chosen) : null}::jsonb else chosen_rows end
    where company_id = ${ctx.companyId} and id = ${batch.id}`);
  await recordAudit(ctx, {
    action: isContinued ? `${batch.kind}.import.continue` : `${batch.kind}.import.start`,
    targetKind: 'import',
    targetId: batch.id,
    targetLabel: `导入${label}`,
    communityId: batch.communityId,
    after: { duplicatePolicy: policy, good: batch.counts.good, bad: batch.counts.bad, chosenRows: chosen ?? null },
  });
  return taskId;
}
