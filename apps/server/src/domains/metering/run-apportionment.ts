import {
  type EndpointReply,
  meteringFail,
  platformFail,
  type previewApportionment as previewEndpoint,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { addBills, lockBills, writeVoids } from '../charging/index.ts';
import { findApportionment, type KnownApportionment } from './apportionment.ts';
import { isTouched } from './drop-bills.ts';
import { planRedo, type RedoPlan, viewOf } from './redo-apportionment.ts';
import { basisText, billsOf, divide, divideToBill, weightText } from './share-bills.ts';

/** Total, shares and what stands in the way, page by page. */
export async function previewApportionment(
  ctx: Context,
  id: string,
  { month, page, pageSize }: { month: string; page: number; pageSize: number },
): Promise<EndpointReply<typeof previewEndpoint>> {
  const known = await findApportionment(ctx, id);
  requireWholeCommunity(ctx, known.communityId, '公摊');
  const division = await divide(ctx, known, month);
  const { totalFen, origin, shares, problems } = division;
  const run = await ctx.tx.first<{
    id: string;
  }>(sql`select id from apportionment_run where company_id = ${ctx.companyId}
    and apportionment_id = ${id} and month = ${`${month}-01`} and voided_at is null`);
  const redo =
    run && problems.length === 0
      ? await planRedo(ctx, known, { month, runId: run.id, isLocking: false }, division)
      : null;
  return {
    total: formatYuan(totalFen),
    totalText: origin,
    targetCount: shares.length + problems.length,
    billCount: shares.filter((share) => share.amountFen > 0n).length,
    vacantCount: shares.filter((share) => share.isVacant).length,
    problems: problems.slice(0, 100),
    runId: run?.id ?? null,
    redo: redo && viewOf(redo),
    lines: shares.slice((page - 1) * pageSize, page * pageSize).map((share) => ({
      targetId: share.targetId,
      targetLabel: share.targetLabel,
      weight: weightText(share.counted),
      isVacant: share.isVacant,
      amount: formatYuan(share.amountFen),
      standing: standingText(redo, share.targetId),
    })),
  };
}

function standingText(redo: RedoPlan | null, targetId: string): string | null {
  const bill = redo?.standing.get(targetId);
  return bill ? formatYuan(bill.receivableFen) : null;
}

/**
 * Divides a month and raises the bills, exactly once: the definition is locked, and `apportionment_once` stands behind. The
 * total must be what the person saw. Errors: apportionment.alreadyRun, .once, .badWeights, .totalChanged and those of the preview.
 */
export async function runApportionment(
  ctx: Context,
  id: string,
  { month, expectedTotal }: { month: string; expectedTotal: string },
) {
  const known = await findApportionment(ctx, id, 'lock');
  const { communityId, terms } = known;
  requireWholeCommunity(ctx, communityId, '公摊');
  await refuseSecondRun(ctx, known, month);
  const division = await divideToBill(ctx, known, { month, expectedTotal });
  const { totalFen } = division;
  const runId = ctx.newId();
  const bills = await billsOf(ctx, known, { month, runId }, division);
  await ctx.tx.run(sql`insert into apportionment_run (company_id, id, community_id, apportionment_id, month, total_fen, basis_text, bill_count, staff_id, created_at)
    values (${ctx.companyId}, ${runId}, ${communityId}, ${id}, ${`${month}-01`}, ${totalFen.toString()}, ${basisText(known, division)},
      ${bills.length}, ${ctx.actor.id}, ${nowText(ctx)})`);
  await addBills(ctx, bills);
  await recordAudit(ctx, {
    action: 'apportionment.run',
    targetKind: 'apportionment',
    targetId: id,
    targetLabel: `${terms.name} ${month}`,
    communityId,
    after: { month, total: formatYuan(totalFen), billCount: bills.length },
  });
  return { id: runId, billCount: bills.length, total: formatYuan(totalFen) };
}

async function refuseSecondRun(ctx: Context, { id, terms }: KnownApportionment, month: string): Promise<void> {
  const runs = await ctx.tx.rows<{ month: string }>(sql`select to_char(month, 'YYYY-MM') "month" from apportionment_run
    where company_id = ${ctx.companyId} and apportionment_id = ${id} and voided_at is null order by month`);
  const { name } = terms;
  if (runs.some((run) => run.month === month)) throw meteringFail('apportionment.alreadyRun', { name, month });
  if (!terms.repeats && runs.length > 0) throw meteringFail('apportionment.once', { name, month: runs[0]!.month });
}

/** Takes a month's division back: all its bills are voided, and the month can be divided again. */
export async function voidRun(ctx: Context, runId: string, reason: string): Promise<{ voidedCount: number }> {
  const run = await ctx.tx.first<{
    apportionment_id: string;
    community_id: string;
    month: string;
    name: string;
    is_voided: boolean;
  }>(sql`
    select r.apportionment_id, r.community_id, to_char(r.month, 'YYYY-MM') "month", a.name, r.voided_at is not null is_voided
    from apportionment_run r join apportionment a on a.company_id = r.company_id and a.id = r.apportionment_id
    where r.company_id = ${ctx.companyId} and r.id = ${runId} for update of r`);
  if (!run) throw platformFail('resource.notFound', { label: '公摊记录' });
  requireWholeCommunity(ctx, run.community_id, '公摊');
  if (run.is_voided) throw meteringFail('apportionment.runVoided');
  const rows = await ctx.tx.rows<{ id: string }>(
    sql`select id from bill where company_id = ${ctx.companyId} and apportionment_run_id = ${runId} and voided_at is null`,
  );
  const bills = await lockBills(
    ctx,
    rows.map((row) => row.id),
  );
  const standing = bills.filter((bill) => !bill.isVoided);
  const paid = standing.filter(isTouched).length;
  if (paid > 0) throw meteringFail('apportionment.runPaid', { count: paid });
  if (standing.length > 0)
    await writeVoids(
      ctx,
      standing.map((bill) => bill.id),
      `撤销公摊：${reason}`,
    );
  await ctx.tx.run(sql`update apportionment_run set voided_at = ${nowText(ctx)}, void_reason = ${reason}
    where company_id = ${ctx.companyId} and id = ${runId}`);
  await recordAudit(ctx, {
    action: 'apportionment.voidRun',
    targetKind: 'apportionment',
    targetId: run.apportionment_id,
    targetLabel: `${run.name} ${run.month}`,
    communityId: run.community_id,
    after: { month: run.month, voidedCount: standing.length, reason },
  });
  return { voidedCount: standing.length };
}

/** Every division made by a definition, the newest first. */
export async function listRuns(ctx: Context, id: string) {
  await findApportionment(ctx, id);
  const rows = await ctx.tx.rows<{
    id: string;
    month: string;
    total_fen: Fen;
    basis_text: string;
    bill_count: number;
    outstanding: Fen;
    who: string | null;
    at: string;
    void_reason: string | null;
  }>(sql`select r.id, to_char(r.month, 'YYYY-MM') "month", r.total_fen, r.basis_text, r.bill_count, s.name who, r.created_at "at", r.void_reason,
      coalesce((select sum(b.outstanding_fen) from bill b where b.company_id = r.company_id and b.apportionment_run_id = r.id), 0)::bigint outstanding
    from apportionment_run r left join staff s on s.company_id = r.company_id and s.id = r.staff_id
    where r.company_id = ${ctx.companyId} and r.apportionment_id = ${id} order by r.created_at desc, r.id desc limit 500`);
  return rows.map((row) => ({
    id: row.id,
    month: row.month,
    total: formatYuan(row.total_fen),
    basisText: row.basis_text,
    billCount: row.bill_count,
    outstanding: formatYuan(row.outstanding),
    who: row.who ?? '系统',
    at: row.at,
    voidReason: row.void_reason,
  }));
}
