import {
  type BatchEditRequest,
  batchEditFail,
  columnName,
  mostRowsAtOnce,
  permissionLabel,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../platform/audit/record-audit.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { identifier, join, sql } from '../platform/database/sql.ts';
import { startTask } from '../platform/tasks/start-task.ts';
import type { TaskHandler } from '../platform/tasks/task.ts';
import { auditValues } from './audit-values.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { checkReferences } from './check-references.ts';
import { constraintFailure } from './constraint-failure.ts';
import { flattenInput, readCustomValues, type ValueChange, writeCustomValues } from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { toColumn } from './field-values.ts';
import { whereClause } from './list-filter.ts';
import { storedFields, wireSelect } from './select-rows.ts';
import { previousValues } from './write-row.ts';

const chunkRows = 500;

declare module '../platform/tasks/task.ts' {
  interface TaskInputs {
    batchEdit: BatchEditRequest & { resource: string };
  }
}

/**
 * Sets fields of many rows to the same values: at once where they are few, by a task where they are many; all of them
 * in one transaction. Errors: resource.notFound (404), batchEdit.countChanged (409), those of the values (422).
 */
export async function startBatchEdit(
  ctx: Context,
  plain: ResourceBinding,
  request: BatchEditRequest,
): Promise<{ taskId: string | null; changed: number }> {
  const binding = await asCompanyHasIt(ctx, plain);
  const { definition } = binding;
  // What is wrong with the values is said now and not by a task that failed.
  flattenInput(definition, request.changes, 'update');
  const ids = await chosenIds(ctx, binding, request.chosen);
  if (ids.length <= mostRowsAtOnce)
    return { taskId: null, changed: await editRows(ctx, binding, ids, request.changes) };
  const taskId = await startTask(ctx, 'batchEdit', {
    title: `批量修改${definition.label}（${ids.length} 条）`,
    communityId: null,
    input: { ...request, resource: definition.name },
  });
  return { taskId, changed: 0 };
}

/** Ids in their order, which is the order of locks. The rows must be those the person was told of. */
async function chosenIds(
  ctx: Context,
  binding: ResourceBinding,
  chosen: BatchEditRequest['chosen'],
): Promise<string[]> {
  const { definition } = binding;
  const where =
    'ids' in chosen
      ? sql`t.company_id = ${ctx.companyId} and t.id = any (${[...new Set(chosen.ids)]}::uuid[])`
      : whereClause(ctx, binding, chosen.list);
  const rows = await ctx.tx.ad<{ id: string }>(
    sql`select t.id from ${identifier(definition.table)} t where ${where} order by t.id`,
  );
  if ('ids' in chosen) {
    if (rows.length !== new Set(chosen.ids).size) throw platformFail('resource.notFound', { label: definition.label });
  } else if (rows.length !== chosen.count) {
    const params = { label: definition.label, now: rows.length, before: chosen.count };
    throw batchEditFail('batchEdit.countChanged', params);
  }
  return rows.map((row) => row.id);
}

/** The same in the background: one transaction, so that a run that was cut off has changed nothing and begins anew. */
export function batchEdit(bindings: readonly ResourceBinding[]): TaskHandler<BatchEditRequest & { resource: string }> {
  const byName = new Map(bindings.map((one) => [one.definition.name, one]));
  return async (run) => {
    const plain = byName.get(run.input.resource);
    if (!plain) throw platformFail('resource.notFound', { label: '列表' });
    return run.transaction(async (ctx) => {
      const permission = plain.definition.permissions.edit;
      // Rights are those of now, not of when the change was asked for.
      if (!ctx.permissions.has(permission))
        throw platformFail('permission.denied', { permission: permissionLabel(permission) });
      const binding = await asCompanyHasIt(ctx, plain);
      const ids = await chosenIds(ctx, binding, run.input.chosen);
      const changed = await editRows(ctx, binding, ids, run.input.changes, (done) => run.report(done, ids.length));
      return { rows: ids.length, changed };
    });
  };
}

/** Changes the rows, a chunk at a time, and records it once. Returns how many really changed. */
async function editRows(
  ctx: Context,
  binding: ResourceBinding,
  ids: readonly string[],
  input: Values,
  report: (done: number) => Promise<void> = async () => {},
): Promise<number> {
  const { definition } = binding;
  const changes = definedOnly(flattenInput(definition, input, 'update'));
  const checked = new Set<unknown>();
  let changed = 0;
  for (let from = 0; from < ids.length; from += chunkRows) {
    const rows = await lockRows(ctx, binding, ids.slice(from, from + chunkRows));
    for (const { values } of rows) {
      if (checked.has(values.communityId)) continue;
      checked.add(values.communityId);
      await checkReferences(ctx, binding, values, changes, null);
    }
    changed += await editChunk(ctx, binding, rows, changes);
    await report(Math.min(ids.length, from + chunkRows));
  }
  await recordAudit(ctx, {
    action: `${definition.name}.batchEdit`,
    targetKind: definition.name,
    targetId: null,
    targetLabel: `${ids.length} 条${definition.label}`,
    communityId: checked.size === 1 ? (([...checked][0] as string | undefined) ?? null) : null,
    after: { ...auditValues(definition, changes), rows: ids.length, changed },
  });
  return changed;
}

interface LockedRow {
  id: string;
  values: Values;
}

async function lockRows(ctx: Context, binding: ResourceBinding, ids: readonly string[]): Promise<LockedRow[]> {
  const { definition } = binding;
  const { columns, joins } = wireSelect(binding);
  const rows = await ctx.tx.rows<{ id: string }>(sql`select ${columns} from ${identifier(definition.table)} t ${joins}
    where t.company_id = ${ctx.companyId} and t.id = any (${[...ids]}::uuid[]) order by t.id for update of t`);
  const custom = await readCustomValues(ctx, definition, ids);
  return rows.map((row) => ({ id: row.id, values: previousValues(definition, { ...row, ...custom.get(row.id) }) }));
}

async function editChunk(
  ctx: Context,
  binding: ResourceBinding,
  rows: readonly LockedRow[],
  changes: Values,
): Promise<number> {
  const { definition } = binding;
  const different = rows.filter(({ values }) =>
    Object.entries(changes).some(([key, value]) => JSON.stringify(values[key] ?? null) !== JSON.stringify(value)),
  );
  if (different.length === 0) return 0;
  // For its refusals: what it derives comes from fields that tell rows apart, and those do not change here.
  for (const { id, values } of different)
    await binding.prepare?.(ctx, { id, values: { ...values, ...changes }, previous: values });
  const sets = storedFields(definition)
    .filter(([key]) => changes[key] !== undefined)
    .map(([key, field]) => sql`${identifier(columnName(key, field))} = ${toColumn(field, changes[key])}`);
  const ids = different.map(({ id }) => id);
  try {
    await ctx.tx.run(sql`update ${identifier(definition.table)}
      set ${join([...sets, sql`version = version + 1`, sql`updated_at = ${nowText(ctx)}`])}
      where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`);
  } catch (error) {
    throw constraintFailure(binding, error);
  }
  await writeCustomValues(
    ctx,
    definition,
    different.map(({ id, values }): ValueChange => {
      return { owner: { id, communityId: (values.communityId as string | undefined) ?? null }, values: changes };
    }),
  );
  return different.length;
}

function definedOnly(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
