import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { int4Array, int8Array, jsonArray, uuidArray } from '../../platform/database/binary-array.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillPeriod, BindingFacts } from './binding-bills.ts';
import type { RaisingOrder } from './raising-order.ts';
import type { ReadyStandard } from './standards-of-items.ts';

/** Bills of one standard on their way to the database, column by column. */
export interface BillBatch {
  standard: ReadyStandard;
  ids: string[];
  bindingIds: string[];
  targetIds: string[];
  amountsFen: bigint[];
  calculations: string[];
  /** What many bills share, and which of it each bill has, counted from 1. */
  shapes: BillShape[];
  shapePlaces: number[];
}

interface BillShape {
  targetKind: BindingFacts['targetKind'];
  period: BillPeriod;
}

export function emptyBatch(standard: ReadyStandard): BillBatch {
  const columns = { ids: [], bindingIds: [], targetIds: [], amountsFen: [], calculations: [] };
  return { standard, ...columns, shapes: [], shapePlaces: [] };
}

export function addToBatch(
  batch: BillBatch,
  id: string,
  binding: BindingFacts,
  period: BillPeriod,
  amountFen: bigint,
  calculation: Calculation,
): void {
  batch.ids.push(id);
  batch.bindingIds.push(binding.id);
  batch.targetIds.push(binding.targetId);
  batch.amountsFen.push(amountFen);
  batch.calculations.push(JSON.stringify(calculation));
  batch.shapePlaces.push(shapePlace(batch.shapes, binding.targetKind, period));
}

// Periods are remembered objects, so the same period is the same object; most batches have one or a dozen.
function shapePlace(shapes: BillShape[], targetKind: BillShape['targetKind'], period: BillPeriod): number {
  const found = shapes.findLastIndex((shape) => shape.period === period && shape.targetKind === targetKind);
  return found >= 0 ? found + 1 : shapes.push({ targetKind, period });
}

/**
 * Writes a batch and adds it to its run, in the open transaction. The bindings were locked when they were read, in the order
 * of their ids and before any bill. A bill that is there already is an error (`isRaisedMeanwhile`): passed over by
 * `on conflict`, each bill would be looked up, locked and confirmed by PostgreSQL, a third more work.
 */
export async function insertBatch(
  ctx: Context,
  { standard, shapes, ...batch }: BillBatch,
  run: { id: string; communityId: string; raisedHow: RaisingOrder['raisedHow']; raisedAt: string },
): Promise<void> {
  const sumFen = batch.amountsFen.reduce((sum, amount) => sum + amount, 0n);
  await Promise.all([
    ctx.tx.run(sql`
      insert into bill (company_id, id, community_id, charge_item_id, charge_standard_id, standard_binding_id, target_kind, target_id,
        period_from, period_to, due_on, receivable_fen, raised_how, raising_run_id, raised_at, calculation)
      select ${ctx.companyId}, n.id, ${run.communityId}, ${standard.itemId}, ${standard.id}, n.binding_id,
        (${shapes.map((shape) => shape.targetKind)}::text[])[n.shape], n.target_id,
        (${shapes.map(({ period }) => period.period.from)}::date[])[n.shape], (${shapes.map(({ period }) => period.period.to)}::date[])[n.shape],
        (${shapes.map(({ period }) => period.dueOn)}::date[])[n.shape], n.amount_fen, ${run.raisedHow}, ${run.id}, ${run.raisedAt}, n.calculation
      from unnest(${uuidArray(batch.ids)}::uuid[], ${uuidArray(batch.bindingIds)}::uuid[], ${uuidArray(batch.targetIds)}::uuid[],
          ${int4Array(batch.shapePlaces)}::int[], ${int8Array(batch.amountsFen)}::bigint[], ${jsonArray(batch.calculations)}::json[])
        as n (id, binding_id, target_id, shape, amount_fen, calculation)`),
    ctx.tx.run(sql`update raising_run set bill_count = bill_count + ${batch.ids.length}, sum_fen = sum_fen + ${sumFen}
      where company_id = ${ctx.companyId} and id = ${run.id}`),
  ]);
}

/** Whether a batch met a bill that somebody else raised since its bindings were read: then nothing of it is written. */
export function isRaisedMeanwhile(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'bill_once';
}
