import {
  apportionmentBases,
  type EndpointReply,
  meteringFail,
  meterUnits,
  platformFail,
  type previewApportionment as previewEndpoint,
} from '@anlin/contract';
import { Decimal, type Fen, formatYuan, parseYuan, toMoney } from '@anlin/money';
import type { ShareCalculation } from '@anlin/pricing';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { addBills, lockBills, writeVoids } from '../charging/index.ts';
import { findApportionment, type KnownApportionment } from './apportionment.ts';
import { type Problem, readSharers } from './apportionment-weights.ts';
import { divideCost, type Share } from './divide-cost.ts';
import { isTouched } from './drop-bills.ts';
import { periodOf } from './price-reading.ts';
import { readMasterLosses } from './reading.queries.ts';

interface Division {
  totalFen: Fen;
  /** Where the total comes from, in words; empty for an entered amount. */
  origin: string;
  shares: Share[];
  problems: Problem[];
}

/** What a month's division comes to; writes nothing. */
async function divide(ctx: Context, { id, communityId, terms }: KnownApportionment, month: string): Promise<Division> {
  const { totalFen, origin } = await totalOf(ctx, communityId, terms.total, month);
  const { sharers, problems } = await readSharers(ctx, { ...terms, id }, month);
  if (sharers.length + problems.length === 0) throw meteringFail('apportionment.noTargets');
  // One who cannot be weighed would change everybody else's share: nothing is divided until he can.
  if (problems.length > 0) return { totalFen, origin, shares: [], problems };
  const shares = divideCost(totalFen, sharers, new Decimal(terms.vacantPercent));
  if (!shares) throw meteringFail('apportionment.noWeight');
  return { totalFen, origin, shares, problems };
}

async function totalOf(
  ctx: Context,
  communityId: string,
  total: KnownApportionment['terms']['total'],
  month: string,
): Promise<{ totalFen: Fen; origin: string }> {
  if (total.source === 'amount') return { totalFen: parseYuan(total.amount), origin: '' };
  const [master] = await readMasterLosses(ctx, { communityId, month, meterId: total.meterId });
  const nothing = (reason: string) => meteringFail('apportionment.noTotal', { reason });
  if (!master) throw nothing('总表已不在使用');
  if (master.usage === null) throw nothing(`总表 ${master.number} 在 ${month} 还没有抄`);
  if (master.subCount === 0) throw nothing(`总表 ${master.number} 之后没有分表`);
  if (master.unreadCount > 0)
    throw nothing(`总表 ${master.number} 之后还有 ${master.unreadCount} 块分表在 ${month} 没有抄`);
  const loss = new Decimal(master.usage).minus(master.subUsage);
  if (!loss.greaterThan(0)) throw nothing(`总表用量 ${master.usage} 不大于分表用量 ${master.subUsage}，没有损耗`);
  const totalFen = toMoney(loss.times(total.price), { precision: 'fen', rounding: 'halfUp' });
  if (totalFen <= 0n) throw nothing('损耗金额为 0');
  const unit = meterUnits[master.kind];
  const origin = `总表 ${master.usage} − 分表 ${master.subUsage} = ${loss.toFixed()}${unit}，× ${total.price}元/${unit}`;
  return { totalFen, origin };
}

/** Total, shares and what stands in the way, page by page. */
export async function previewApportionment(
  ctx: Context,
  id: string,
  { month, page, pageSize }: { month: string; page: number; pageSize: number },
): Promise<EndpointReply<typeof previewEndpoint>> {
  const known = await findApportionment(ctx, id);
  requireWholeCommunity(ctx, known.communityId, '公摊');
  const { totalFen, origin, shares, problems } = await divide(ctx, known, month);
  const run = await ctx.tx.first<{
    id: string;
  }>(sql`select id from apportionment_run where company_id = ${ctx.companyId}
    and apportionment_id = ${id} and month = ${`${month}-01`} and voided_at is null`);
  return {
    total: formatYuan(totalFen),
    totalText: origin,
    targetCount: shares.length + problems.length,
    billCount: shares.filter((share) => share.amountFen > 0n).length,
    vacantCount: shares.filter((share) => share.isVacant).length,
    problems: problems.slice(0, 100),
    runId: run?.id ?? null,
    lines: shares.slice((page - 1) * pageSize, page * pageSize).map((share) => ({
      targetId: share.targetId,
      targetLabel: share.targetLabel,
      weight: weightText(share.counted),
      isVacant: share.isVacant,
      amount: formatYuan(share.amountFen),
    })),
  };
}

const weightText = (weight: Decimal): string => weight.toDecimalPlaces(6).toFixed();

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
  const { totalFen, origin, shares, problems } = await divide(ctx, known, month);
  const [bad] = problems;
  if (bad)
    throw meteringFail('apportionment.badWeights', {
      count: problems.length,
      target: bad.targetLabel,
      reason: bad.reason,
    });
  if (formatYuan(totalFen) !== expectedTotal)
    throw meteringFail('apportionment.totalChanged', { expected: expectedTotal, total: formatYuan(totalFen) });
  const paying = shares.filter((share) => share.amountFen > 0n);
  const basis = apportionmentBases[terms.basis];
  const runId = ctx.newId();
  await ctx.tx.run(sql`insert into apportionment_run (company_id, id, community_id, apportionment_id, month, total_fen, basis_text, bill_count, staff_id, created_at)
    values (${ctx.companyId}, ${runId}, ${communityId}, ${id}, ${`${month}-01`}, ${totalFen.toString()}, ${origin === '' ? basis : `${origin}，${basis}`},
      ${paying.length}, ${ctx.actor.id}, ${nowText(ctx)})`);
  const sum = weightText(shares.reduce((left, share) => left.plus(share.counted), new Decimal(0)));
  const place = await billPlace(ctx, known);
  await addBills(
    ctx,
    paying.map((share) => ({
      id: ctx.newId(),
      communityId,
      chargeItemId: terms.chargeItemId,
      chargeStandardId: null,
      targetKind: 'house',
      targetId: share.targetId,
      periodFrom: periodOf(month).from,
      periodTo: periodOf(month).to,
      dueOn: place.dueOn,
      amountFen: share.amountFen,
      raisedHow: 'apportionment',
      calculation: {
        d: shareCalculation(share, totalFen, { origin, basis, sum, percent: terms.vacantPercent }),
        a: formatYuan(share.amountFen),
      },
      meterReadingId: null,
      apportionmentRunId: runId,
    })),
  );
  await recordAudit(ctx, {
    action: 'apportionment.run',
    targetKind: 'apportionment',
    targetId: id,
    targetLabel: `${terms.name} ${month}`,
    communityId,
    after: { month, total: formatYuan(totalFen), billCount: paying.length },
  });
  return { id: runId, billCount: paying.length, total: formatYuan(totalFen) };
}

function shareCalculation(
  share: Share,
  totalFen: Fen,
  { origin, basis, sum, percent }: { origin: string; basis: string; sum: string; percent: string },
): ShareCalculation {
  const vacant = share.isVacant && Number(percent) < 100 ? `（空置按 ${percent}%）` : '';
  const d = { t: formatYuan(totalFen), b: `${basis}${vacant}`, w: weightText(share.counted), s: sum };
  return origin === '' ? d : { ...d, o: origin };
}

async function refuseSecondRun(ctx: Context, { id, terms }: KnownApportionment, month: string): Promise<void> {
  const runs = await ctx.tx.rows<{ month: string }>(sql`select to_char(month, 'YYYY-MM') "month" from apportionment_run
    where company_id = ${ctx.companyId} and apportionment_id = ${id} and voided_at is null order by month`);
  const { name } = terms;
  if (runs.some((run) => run.month === month)) throw meteringFail('apportionment.alreadyRun', { name, month });
  if (!terms.repeats && runs.length > 0) throw meteringFail('apportionment.once', { name, month: runs[0]!.month });
}

async function billPlace(ctx: Context, { communityId, terms }: KnownApportionment): Promise<{ dueOn: string }> {
  const row = await ctx.tx.first<{
    time_zone: string;
    due_days: number;
  }>(sql`select c.time_zone, i.due_days from community c, charge_item i
    where c.company_id = ${ctx.companyId} and c.id = ${communityId} and i.company_id = ${ctx.companyId} and i.id = ${terms.chargeItemId}`);
  return { dueOn: businessDay(ctx.clock, row!.time_zone).add({ days: row!.due_days }).toString() };
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
