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

/** What writing a batch came to. */
export interface WrittenBatch {
  count: number;
  sumFen: bigint;
  /** Bindings that were changed, ended or deleted since they were read, with the months that got no bill for it. */
  moved: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Writes a batch and adds what was really written to its run, in the open transaction: bills that exist already are
 * passed over by the unique index `bill_once`, whoever wrote them. Every binding is locked first, in the order of ids
 * and before any bill, and compared with what was read: one that moved on gets no bill here and is handed back, to be
 * read and priced anew. Ending a binding takes the stronger lock, so it either sees these bills or is seen.
 */
export async function insertBatch(
  ctx: Context,
  batch: BillBatch,
  run: { id: string; communityId: string; raisedHow: 'auto' | 'manual'; raisedAt: string },
): Promise<WrittenBatch> {
  const movedIds = await lockUnmoved(ctx, batch);
  const still = movedIds.size === 0 ? batch : without(batch, movedIds);
  const { standard } = still;
  const row = await ctx.tx.first<{ count: number; sum_fen: bigint }>(sql`
    with inserted as (
      insert into bill (company_id, id, community_id, charge_item_id, charge_standard_id, standard_binding_id, target_kind, target_id,
        period_from, period_to, due_on, receivable_fen, raised_how, raising_run_id, raised_at, calculation)
      select ${ctx.companyId}, n.id, ${run.communityId}, ${standard.itemId}, ${standard.id}, n.binding_id, n.target_kind, n.target_id,
        n.period_from, n.period_to, n.due_on, n.amount_fen, ${run.raisedHow}, ${run.id}, ${run.raisedAt}, n.calculation
      from unnest(${plainArray(still.ids)}::uuid[], ${plainArray(still.bindingIds)}::uuid[],
          ${plainArray(still.targetKinds)}::text[], ${plainArray(still.targetIds)}::uuid[], ${plainArray(still.periodFroms)}::date[],
          ${plainArray(still.periodTos)}::date[], ${plainArray(still.dueOns)}::date[], ${plainArray(still.amountsFen)}::bigint[],
          ${quotedArray(still.calculations)}::jsonb[])
        as n (id, binding_id, target_kind, target_id, period_from, period_to, due_on, amount_fen, calculation)
      on conflict (company_id, standard_binding_id, period_from) where voided_at is null do nothing
      returning receivable_fen),
    written as (select count(*)::int count, coalesce(sum(receivable_fen), 0)::bigint sum_fen from inserted)
    update raising_run r set bill_count = r.bill_count + w.count, sum_fen = r.sum_fen + w.sum_fen
      from written w where r.company_id = ${ctx.companyId} and r.id = ${run.id}
      returning w.count, w.sum_fen`);
  return { count: row?.count ?? 0, sumFen: row?.sum_fen ?? 0n, moved: monthsOf(batch, movedIds) };
}

/**
 * Locks the bindings of a batch against being ended or changed until its bills are committed, and returns those that are
 * no longer as they were read. A row that another transaction holds is waited for and seen as it is afterwards. Inserting
 * the bills would lock the same rows for their foreign key, so this writes nothing more than that.
 */
async function lockUnmoved(ctx: Context, batch: BillBatch): Promise<ReadonlySet<string>> {
  const versions = new Map(batch.bindingIds.map((id, index) => [id, batch.versions[index]!]));
  // Planned for these ids: a plan kept for any list reckons with ten of them and would compare each with each.
  const rows = await ctx.tx.ad<{ id: string }>(sql`
    with locked as materialized (
      select b.id, b.version from standard_binding b
      where b.company_id = ${ctx.companyId} and b.id = any (${plainArray([...versions.keys()])}::uuid[])
      order by b.id for key share)
    select n.id from unnest(${plainArray([...versions.keys()])}::uuid[], ${plainArray([...versions.values()])}::int[]) as n (id, version)
      left join locked l on l.id = n.id where l.version is distinct from n.version`);
  return new Set(rows.map((row) => row.id));
}

function without(batch: BillBatch, bindingIds: ReadonlySet<string>): BillBatch {
  const stays = batch.bindingIds.map((id) => !bindingIds.has(id));
  const kept = <T>(column: readonly T[]) => column.filter((_, index) => stays[index]);
  return {
    standard: batch.standard,
    ids: kept(batch.ids),
    bindingIds: kept(batch.bindingIds),
    versions: kept(batch.versions),
    targetIds: kept(batch.targetIds),
    targetKinds: kept(batch.targetKinds),
    periodFroms: kept(batch.periodFroms),
    periodTos: kept(batch.periodTos),
    dueOns: kept(batch.dueOns),
    amountsFen: kept(batch.amountsFen),
    calculations: kept(batch.calculations),
  };
}

function monthsOf(batch: BillBatch, bindingIds: ReadonlySet<string>): Map<string, Set<string>> {
  const months = new Map<string, Set<string>>();
  if (bindingIds.size === 0) return months;
  for (const [index, id] of batch.bindingIds.entries()) {
    if (!bindingIds.has(id)) continue;
    const known = months.get(id) ?? new Set();
    months.set(id, known.add(batch.periodFroms[index]!.slice(0, 7)));
  }
  return months;
}

// The driver quotes every element of an array one by one; ids, days and figures need no quotes.
function plainArray(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

// JSON quotes text as PostgreSQL's arrays do: with double quotes and backslashes.
function quotedArray(texts: readonly string[]): string {
  return `{${JSON.stringify(texts).slice(1, -1)}}`;
}
