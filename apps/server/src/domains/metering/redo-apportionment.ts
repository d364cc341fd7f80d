import { meteringFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { addBills, type BillAccount, lockBills, type NewBill, readBills, writeVoids } from '../charging/index.ts';
import { findApportionment, type KnownApportionment } from './apportionment.ts';
import { isTouched } from './drop-bills.ts';
import { basisText, billsOf, type Division, divideToBill } from './share-bills.ts';

/** What dividing a month once more would change of the bills that stand. */
export interface RedoPlan {
  /** Bills of the run, by target. */
  standing: ReadonlyMap<string, BillAccount>;
  added: NewBill[];
  /** Another amount or item now: the old bill is voided, this one raised. */
  changed: { bill: BillAccount; by: NewBill }[];
  /** Of targets that have no share any more. */
  dropped: BillAccount[];
  keptCount: number;
  /** Bills that ought to change and may not, with why; while there is one, nothing changes. */
  blocked: { targetLabel: string; reason: string }[];
}

/** Compares a new division with the bills of the run that stands, target by target; a bill of the same amount and item stays as it is. */
export async function planRedo(
  ctx: Context,
  known: KnownApportionment,
  { month, runId, isLocking }: { month: string; runId: string; isLocking: boolean },
  division: Division,
): Promise<RedoPlan> {
  const rows = await ctx.tx.rows<{ id: string }>(
    sql`select id from bill where company_id = ${ctx.companyId} and apportionment_run_id = ${runId} and voided_at is null`,
  );
  const ids = rows.map((row) => row.id);
  const bills = isLocking ? await lockBills(ctx, ids) : await readBills(ctx, ids);
  const standing = new Map(bills.filter((bill) => !bill.isVoided).map((bill) => [bill.targetId, bill]));
  const planned = await billsOf(ctx, known, { month, runId }, division);
  const wanted = new Set(planned.map((bill) => bill.targetId));
  const changed = planned.flatMap((by) => {
    const bill = standing.get(by.targetId);
    const isSame = bill?.receivableFen === by.amountFen && bill.chargeItemId === by.chargeItemId;
    return bill && !isSame ? [{ bill, by }] : [];
  });
  const dropped = [...standing.values()].filter((bill) => !wanted.has(bill.targetId));
  const labels = new Map(division.shares.map((share) => [share.targetId, share.targetLabel]));
  const moving = [...changed.map(({ bill }) => bill), ...dropped];
  return {
    standing,
    added: planned.filter((bill) => !standing.has(bill.targetId)),
    changed,
    dropped,
    keptCount: standing.size - moving.length,
    blocked: moving.flatMap((bill) => {
      const reason = reasonToStay(bill);
      return reason === null ? [] : [{ targetLabel: labels.get(bill.targetId) ?? '已不在范围内的房屋', reason }];
    }),
  };
}

function reasonToStay(bill: BillAccount): string | null {
  if (isTouched(bill)) return '账单已收款或有减免';
  if (bill.withheldIn !== '') return `正在银行代扣（批次 ${bill.withheldIn}）`;
  return bill.formerOwner === '' ? null : `账单属于原业主${bill.formerOwner}`;
}

/** The plan as it is told. */
export function viewOf({ added, changed, dropped, keptCount, blocked }: RedoPlan) {
  return {
    addedCount: added.length,
    changedCount: changed.length,
    droppedCount: dropped.length,
    keptCount,
    blocked: blocked.slice(0, 100),
  };
}

/**
 * Divides the month of a run once more, by the definition and the facts of now (CHG-13). Where nothing changed, nothing is
 * written. Otherwise bills of another amount are voided and raised anew, all of them or none; the others stay, paid or not, and all
 * together are the new total to the fen. Errors: resource.notFound, apportionment.runVoided, .redoBlocked, .totalChanged and
 * those of the division.
 */
export async function redoRun(ctx: Context, runId: string, { expectedTotal }: { expectedTotal: string }) {
  const { known, month, before } = await lockRun(ctx, runId);
  const division = await divideToBill(ctx, known, { month, expectedTotal });
  const plan = await planRedo(ctx, known, { month, runId, isLocking: true }, division);
  const [first] = plan.blocked;
  if (first)
    throw meteringFail('apportionment.redoBlocked', {
      count: plan.blocked.length,
      target: first.targetLabel,
      reason: first.reason,
    });
  const { blocked: _, ...counts } = viewOf(plan);
  const done = { ...counts, total: formatYuan(division.totalFen) };
  const voided = [...plan.changed.map(({ bill }) => bill.id), ...plan.dropped.map((bill) => bill.id)];
  const raised = [...plan.added, ...plan.changed.map(({ by }) => by)];
  if (voided.length + raised.length === 0) return done;
  if (voided.length > 0) await writeVoids(ctx, voided, `重新分摊 ${known.terms.name} ${month}`);
  await addBills(ctx, raised);
  const billCount = plan.standing.size - voided.length + raised.length;
  await ctx.tx.run(sql`update apportionment_run set total_fen = ${division.totalFen.toString()}, bill_count = ${billCount},
    basis_text = ${basisText(known, division)} where company_id = ${ctx.companyId} and id = ${runId}`);
  await recordAudit(ctx, {
    action: 'apportionment.redo',
    targetKind: 'apportionment',
    targetId: known.id,
    targetLabel: `${known.terms.name} ${month}`,
    communityId: known.communityId,
    before: { total: formatYuan(before.totalFen), billCount: before.billCount },
    after: { ...done, billCount },
  });
  return done;
}

interface LockedRun {
  known: KnownApportionment;
  month: string;
  before: { totalFen: Fen; billCount: number };
}

// The definition first, as whoever divides a month does, then the run.
async function lockRun(ctx: Context, runId: string): Promise<LockedRun> {
  const found = await ctx.tx.first<{ apportionment_id: string }>(
    sql`select apportionment_id from apportionment_run where company_id = ${ctx.companyId} and id = ${runId}`,
  );
  if (!found) throw platformFail('resource.notFound', { label: '公摊记录' });
  const known = await findApportionment(ctx, found.apportionment_id, 'lock');
  requireWholeCommunity(ctx, known.communityId, '公摊');
  const run = await ctx.tx.first<{ month: string; total_fen: Fen; bill_count: number; is_voided: boolean }>(
    sql`select to_char(month, 'YYYY-MM') "month", total_fen, bill_count, voided_at is not null is_voided from apportionment_run
      where company_id = ${ctx.companyId} and id = ${runId} for update`,
  );
  if (!run || run.is_voided) throw meteringFail('apportionment.runVoided');
  return { known, month: run.month, before: { totalFen: run.total_fen, billCount: run.bill_count } };
}
