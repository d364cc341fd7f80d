import { importFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, join, raw, sql } from '../../platform/database/sql.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import { undoImportedBills } from '../cashier/index.ts';
import { findAnyImport } from './import-batch.ts';
import { effectsOf, footprintOf, type ImportEffect, isForgotten } from './import-effects.ts';
import { forgotten } from './start-undo.ts';
import { blockersText, findBlockers, labelOf } from './undo-blockers.ts';

/**
 * Takes an import back in one transaction: locks all it touched, refuses when anything depends on it, then goes through
 * its effects from the last to the first. Killed at any point nothing has happened, and the task begins anew.
 * Throws import.undoBlocked.
 */
export async function undoImport(run: TaskRun<{ importId: string }>): Promise<Record<string, unknown>> {
  const batch = await run.transaction((ctx) => findAnyImport(ctx, run.input.importId));
  // Killed between the end of the undo and the end of its task.
  if (batch.state === 'undone') return { importId: batch.id };
  await run.report(0, null);
  return run.transaction(async (ctx) => {
    const locked = await findAnyImport(ctx, run.input.importId, 'lock');
    if (locked.state !== 'undoing') throw importFail('import.notUndoable', { reason: '它已不在撤销中' });
    // What an import made is taken back whole or not at all, also where the person may not look: a resident it made may
    // by now live in a community out of sight. Whether the person may undo it was asked before.
    await ctx.tx.rows(sql`select set_config('app.community_ids', '*', true)`);
    if (await isForgotten(ctx, locked.id)) throw importFail('import.notUndoable', { reason: forgotten });
    const counts = await (locked.kind === 'bill' ? takeBackBills(ctx, locked.id) : takeBackRows(ctx, locked.id));
    await ctx.tx.run(sql`update import_batch set state = 'undone', undone_by = ${ctx.actor.id}, undone_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${locked.id}`);
    await recordAudit(ctx, {
      action: `${locked.kind}.import.undo`,
      targetKind: 'import',
      targetId: locked.id,
      targetLabel: `撤销导入`,
      communityId: locked.communityId,
      after: counts,
    });
    return { importId: locked.id, kind: locked.kind, ...counts };
  });
}

async function takeBackRows(ctx: Context, importId: string): Promise<TakenBack> {
  const blockers = await findBlockers(ctx, await footprintOf(ctx, importId));
  if (blockers.length > 0) throw importFail('import.undoBlocked', { blockers: blockersText(blockers) });
  return takeBack(ctx, importId).catch(refuseReferred);
}

/** Bills and receipts are never deleted: documents of the cashier undo them. */
async function takeBackBills(ctx: Context, importId: string): Promise<TakenBack> {
  const outcome = await undoImportedBills(ctx, importId).catch(refusePeriodTaken);
  if (!outcome.isDone) throw importFail('import.undoBlocked', { blockers: outcome.blockers });
  return outcome.counts;
}

/** A replaced bill cannot come back where another was raised for its period. */
function refusePeriodTaken(error: unknown): never {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code !== '23505' || !constraint?.startsWith('bill_once')) throw error;
  throw importFail('import.undoBlocked', { blockers: '被替换的账单的账期又生成了新账单' });
}

/** Something the search for what stands in the way does not know of: the database refuses, and nothing is done. */
function refuseReferred(error: unknown): never {
  const { code, table } = error as { code?: string; table?: string };
  if (code !== '23503') throw error;
  throw importFail('import.undoBlocked', { blockers: `${labelOf(table ?? '')}关联到导入的数据` });
}

interface TakenBack {
  deleted: number;
  restored: number;
}

async function takeBack(ctx: Context, importId: string): Promise<TakenBack> {
  const counts: TakenBack = { deleted: 0, restored: 0 };
  for (const effect of await effectsOf(ctx, importId)) {
    if (effect.action === 'added') counts.deleted += await deleteRows(ctx, effect);
    else if (effect.action === 'changed') counts.restored += await restoreRows(ctx, effect);
    else counts.restored += await putBackRows(ctx, effect);
  }
  return counts;
}

/** Names of the columns a table stores, without those that PostgreSQL computes. */
async function storedColumns(ctx: Context, table: string): Promise<string[]> {
  const rows = await ctx.tx.rows<{ name: string }>(sql`select attname::text as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`);
  return rows.map((row) => row.name);
}

/** Keys of a row without an id are the columns of its primary key with a space between. */
async function deleteRows(ctx: Context, { tableName, rowKeys }: ImportEffect): Promise<number> {
  const table = identifier(tableName);
  const columns = await storedColumns(ctx, tableName);
  if (columns.includes('id'))
    return countOf(
      ctx,
      sql`delete from ${table} where company_id = ${ctx.companyId} and id = any (${rowKeys}::uuid[])`,
    );
  const { rows } = await ctx.tx.client.query<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, null) as type from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
     where i.indrelid = $1::regclass and i.indisprimary and a.attname <> 'company_id' order by a.attnum`,
    [tableName],
  );
  const parts = rowKeys.map((key) => key.split(' '));
  const names = rows.map((row) => identifier(row.name));
  const arrays = rows.map(({ type }, index) => sql`${parts.map((part) => part[index])}::${raw(type)}[]`);
  const same = names.map((name) => sql`t.${name} = n.${name}`);
  return countOf(
    ctx,
    sql`delete from ${table} t using unnest(${join(arrays)}) as n (${join(names)}) where t.company_id = ${ctx.companyId} and ${join(same, ' and ')}`,
  );
}

async function countOf(ctx: Context, statement: ReturnType<typeof sql>): Promise<number> {
  const { rowCount } = await ctx.tx.client.query({ text: statement.text, values: statement.values });
  return rowCount ?? 0;
}

/**
 * Rows get their values of before under a new version, so that nobody who saw the import's values overwrites unseen. The
 * new versions are kept: an import before this one, taken back next, would otherwise take them for edits.
 */
async function restoreRows(ctx: Context, { id, tableName, rowKeys }: ImportEffect): Promise<number> {
  const table = identifier(tableName);
  const columns = (await storedColumns(ctx, tableName)).filter(
    (name) => !['company_id', 'id', 'version'].includes(name),
  );
  const values = columns.map((name) => sql`${identifier(name)} = old.${identifier(name)}`);
  const rows = await ctx.tx.ad<{ id: string; version: number }>(
    sql`update ${table} t set version = t.version + 1, ${join(values)}
      from import_effect e, jsonb_populate_recordset(null::${table}, e.rows_before) as old
      where e.company_id = ${ctx.companyId} and e.id = ${id} and t.company_id = ${ctx.companyId} and t.id = old.id
      returning t.id, t.version`,
  );
  const versions = new Map(rows.map((row) => [row.id, row.version]));
  await ctx.tx.run(sql`update import_effect set versions_undone = ${rowKeys.map((key) => versions.get(key) ?? null)}::int[]
    where company_id = ${ctx.companyId} and id = ${id}`);
  return rows.length;
}

async function putBackRows(ctx: Context, { id, tableName }: ImportEffect): Promise<number> {
  const table = identifier(tableName);
  const columns = await storedColumns(ctx, tableName);
  const names = join(columns.map((name) => identifier(name)));
  return countOf(
    ctx,
    sql`insert into ${table} (${names}) select ${join(columns.map((name) => sql`old.${identifier(name)}`))}
      from import_effect e, jsonb_populate_recordset(null::${table}, e.rows_before) as old
      where e.company_id = ${ctx.companyId} and e.id = ${id}`,
  );
}
