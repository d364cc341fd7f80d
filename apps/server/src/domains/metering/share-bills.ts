import { apportionmentBases, meteringFail, meterUnits } from '@anlin/contract';
import { Decimal, type Fen, formatYuan, parseYuan, toMoney } from '@anlin/money';
import type { ShareCalculation } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { NewBill } from '../charging/index.ts';
import type { KnownApportionment } from './apportionment.ts';
import { type Problem, readSharers } from './apportionment-weights.ts';
import { divideCost, type Share } from './divide-cost.ts';
import { periodOf } from './price-reading.ts';
import { readMasterLosses } from './reading.queries.ts';

/** A month divided: the total in fen and everybody's share. */
export interface Division {
  totalFen: Fen;
  /** Where the total comes from, in words; empty for an entered amount. */
  origin: string;
  shares: Share[];
  problems: Problem[];
}

/** What a month's division comes to; writes nothing. */
export async function divide(
  ctx: Context,
  { id, communityId, terms }: KnownApportionment,
  month: string,
): Promise<Division> {
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

/**
 * The same, to become bills: whole, and of the total the person saw. Errors: apportionment.badWeights, .totalChanged and
 * those of the division.
 */
export async function divideToBill(
  ctx: Context,
  known: KnownApportionment,
  { month, expectedTotal }: { month: string; expectedTotal: string },
): Promise<Division> {
  const division = await divide(ctx, known, month);
  const [bad] = division.problems;
  if (bad)
    throw meteringFail('apportionment.badWeights', {
      count: division.problems.length,
      target: bad.targetLabel,
      reason: bad.reason,
    });
  const total = formatYuan(division.totalFen);
  if (total !== expectedTotal) throw meteringFail('apportionment.totalChanged', { expected: expectedTotal, total });
  return division;
}

/** What was divided and how, in words. */
export function basisText({ terms }: KnownApportionment, { origin }: Division): string {
  const basis = apportionmentBases[terms.basis];
  return origin === '' ? basis : `${origin}，${basis}`;
}

/** The bills of a division; a share of nothing makes none. */
export async function billsOf(
  ctx: Context,
  known: KnownApportionment,
  { month, runId }: { month: string; runId: string },
  { totalFen, origin, shares }: Division,
): Promise<NewBill[]> {
  const { communityId, terms } = known;
  const sum = weightText(shares.reduce((left, share) => left.plus(share.counted), new Decimal(0)));
  const told = { origin, basis: apportionmentBases[terms.basis], sum, percent: terms.vacantPercent };
  const { dueOn } = await billPlace(ctx, known);
  return shares
    .filter((share) => share.amountFen > 0n)
    .map((share) => ({
      id: ctx.newId(),
      communityId,
      chargeItemId: terms.chargeItemId,
      chargeStandardId: null,
      targetKind: 'house',
      targetId: share.targetId,
      periodFrom: periodOf(month).from,
      periodTo: periodOf(month).to,
      dueOn,
      amountFen: share.amountFen,
      raisedHow: 'apportionment',
      calculation: { d: shareCalculation(share, totalFen, told), a: formatYuan(share.amountFen) },
      meterReadingId: null,
      apportionmentRunId: runId,
    }));
}

/** A weight as people read it, at most six decimals. */
export const weightText = (weight: Decimal): string => weight.toDecimalPlaces(6).toFixed();

function shareCalculation(
  share: Share,
  totalFen: Fen,
  { origin, basis, sum, percent }: { origin: string; basis: string; sum: string; percent: string },
): ShareCalculation {
  const vacant = share.isVacant && Number(percent) < 100 ? `（空置按 ${percent}%）` : '';
  const d = { t: formatYuan(totalFen), b: `${basis}${vacant}`, w: weightText(share.counted), s: sum };
  return origin === '' ? d : { ...d, o: origin };
}

async function billPlace(ctx: Context, { communityId, terms }: KnownApportionment): Promise<{ dueOn: string }> {
  const row = await ctx.tx.first<{
    time_zone: string;
    due_days: number;
  }>(sql`select c.time_zone, i.due_days from community c, charge_item i
    where c.company_id = ${ctx.companyId} and c.id = ${communityId} and i.company_id = ${ctx.companyId} and i.id = ${terms.chargeItemId}`);
  return { dueOn: businessDay(ctx.clock, row!.time_zone).add({ days: row!.due_days }).toString() };
}
