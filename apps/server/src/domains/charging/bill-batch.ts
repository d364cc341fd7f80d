import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillPeriod, BindingFacts } from './binding-bills.ts';
import type { ReadyStandard } from './standards-of-items.ts';

/** Bills of one standard on their way to the database, column by column. */
export interface BillBatch {
  standard: ReadyStandard;
  ids: string[];
  bindingIds: string[];
  versions: number[];
  targetIds: string[];
  targetKinds: string[];
  periodFroms: string[];
  periodTos: string[];
  dueOns: string[];
  amountsFen: string[];
  calculations: string[];
}

export function emptyBatch(standard: ReadyStandard): BillBatch {
  const columns = { ids: [], bindingIds: [], versions: [], targetIds: [], targetKinds: [] };
  return { standard, ...columns, periodFroms: [], periodTos: [], dueOns: [], amountsFen: [], calculations: [] };
}

export function addToBatch(
  batch: BillBatch,
  id: string,
  binding: BindingFacts,
  { period, dueOn }: BillPeriod,
  amountFen: bigint,
  calculation: Calculation,
): void {
  batch.ids.push(id);
  batch.bindingIds.push(binding.id);
  batch.versions.push(binding.version);
  batch.targetIds.push(binding.targetId);
  batch.targetKinds.push(binding.targetKind);
  batch.periodFroms.push(period.from);
  batch.periodTos.push(period.to);
  batch.dueOns.push(dueOn);
  batch.amountsFen.push(amountFen.toString());
  batch.calculations.push(JSON.stringify(calculation));
}

/**
 * Writes a batch and adds what was really written to its run, in the open transaction: bills that exist already are
 * passed over by the unique index `bill_once`, whoever wrote them. A binding that was changed since it was read gets no
 * bill; the run's next reading, or the next run, prices it as it is then.
 */
export async function insertBatch(
  ctx: Context,
  batch: BillBatch,
  run: { id: string; communityId: string; raisedHow: 'auto' | 'manual'; raisedAt: string },
): Promise<{ count: number; sumFen: bigint }> {
  const { standard } = batch;
  const row = await ctx.tx.first<{ count: number; sum_fen: bigint }>(sql`
    with inserted as (
      insert into bill (company_id, id, community_id, charge_item_id, charge_standard_id, standard_binding_id, target_kind, target_id,
        period_from, period_to, due_on, receivable_fen, raised_how, raising_run_id, raised_at, calculation)
      select ${ctx.companyId}, n.id, ${run.communityId}, ${standard.itemId}, ${standard.id}, n.binding_id, n.target_kind, n.target_id,
        n.period_from, n.period_to, n.due_on, n.amount_fen, ${run.raisedHow}, ${run.id}, ${run.raisedAt}, n.calculation
      from unnest(${plainArray(batch.ids)}::uuid[], ${plainArray(batch.bindingIds)}::uuid[], ${plainArray(batch.versions)}::int[],
          ${plainArray(batch.targetKinds)}::text[], ${plainArray(batch.targetIds)}::uuid[], ${plainArray(batch.periodFroms)}::date[],
          ${plainArray(batch.periodTos)}::date[], ${plainArray(batch.dueOns)}::date[], ${plainArray(batch.amountsFen)}::bigint[],
          ${quotedArray(batch.calculations)}::jsonb[])
        as n (id, binding_id, version, target_kind, target_id, period_from, period_to, due_on, amount_fen, calculation)
      on conflict (company_id, standard_binding_id, period_from) where voided_at is null do nothing
      returning receivable_fen),
    written as (select count(*)::int count, coalesce(sum(receivable_fen), 0)::bigint sum_fen from inserted)
    update raising_run r set bill_count = r.bill_count + w.count, sum_fen = r.sum_fen + w.sum_fen
      from written w where r.company_id = ${ctx.companyId} and r.id = ${run.id}
      returning w.count, w.sum_fen`);
  return { count: row?.count ?? 0, sumFen: row?.sum_fen ?? 0n };
}

// The driver quotes every element of an array one by one; ids, days and figures need no quotes.
function plainArray(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

// JSON quotes text as PostgreSQL's arrays do: with double quotes and backslashes.
function quotedArray(texts: readonly string[]): string {
  return `{${JSON.stringify(texts).slice(1, -1)}}`;
}
