import {
  type AdvancePreview,
  type EndpointRequest,
  householdFail,
  missingByOrder,
  type PaymentOrder as OrderRule,
  paymentOrderHints,
  platformFail,
  type previewOwnAdvance as previewEndpoint,
  type startOwnPayment as startEndpoint,
} from '@anlin/contract';
import { formatYuan, parseYuan } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { beyondScope, type SignedInResident } from '../../platform/resident-boundary.ts';
import { billPeriodText, previewAdvance } from '../charging/index.ts';
import type { OrderSequel } from '../payments/index.ts';
import { readOwnDues } from './list-dues.ts';
import { type OwnTarget, readOwnTargets } from './own-targets.ts';

type Input = EndpointRequest<typeof previewEndpoint>['body'];

interface Planned {
  target: OwnTarget;
  view: AdvancePreview;
  lines: { chargeItemId: string; periodFrom: string }[];
}

/**
 * What paying ahead up to a month comes to, by the same reckoning as the desk's; nothing is written. Errors: reference.notFound for a
 * house or space that is not theirs, advance.monthPast, advance.monthTooFar (422).
 */
export async function previewOwnAdvance(
  ctx: Context,
  resident: SignedInResident,
  input: Input,
): Promise<AdvancePreview> {
  return (await planAdvance(ctx, resident, input)).view;
}

async function planAdvance(ctx: Context, resident: SignedInResident, input: Input): Promise<Planned> {
  const targets = await readOwnTargets(ctx, resident, input.communityId);
  const target = targets.find((one) => one.id === input.targetId.toLowerCase() && one.kind === input.targetKind);
  if (!target) throw platformFail('reference.notFound', { label: '房屋' });
  const { targetKind, monthTo } = input;
  // Standards and prices are the community's; of them only what this house or space is bound to is told.
  const plan = await beyondScope(ctx, (wide) => previewAdvance(wide, { targetKind, targetId: target.id, monthTo }));
  return {
    target,
    lines: plan.lines.map(({ chargeItemId, periodFrom }) => ({ chargeItemId, periodFrom })),
    view: {
      total: plan.sum,
      lines: plan.lines.map((line) => ({
        name: line.chargeItemLabel,
        periodText: billPeriodText(line),
        periodFrom: line.periodFrom,
        amount: line.amount,
        sentence: line.sentence,
      })),
      leftOut: [...new Set(plan.failures.map((one) => one.reason))],
      blockedBy: await arrearsInTheWay(ctx, target, plan.lines),
    },
  };
}

/**
 * Which bills that are due must be paid first: those the community's rule for residents demands, and older ones of the same item
 * where the desk takes the oldest first. Empty when none must.
 */
async function arrearsInTheWay(
  ctx: Context,
  target: OwnTarget,
  lines: readonly { chargeItemId: string; periodFrom: string }[],
): Promise<string> {
  const dues = (await readOwnDues(ctx, [target])).filter((bill) => bill.blockedBy === '');
  if (dues.length === 0 || lines.length === 0) return '';
  const community = await ctx.tx.first<{ rule: OrderRule; oldest_first: boolean }>(sql`
    select resident_payment_order as rule, takes_oldest_first as oldest_first from community where company_id = ${ctx.companyId} and id = ${target.communityId}`);
  const { rule, oldest_first } = community!;
  const today = businessDay(ctx.clock, target.timeZone).toString();
  const ahead = lines.map((line, place) => ({
    id: `ahead ${place}`,
    targetId: target.id,
    periodFrom: line.periodFrom,
    dueOn: '9999-12-31',
  }));
  const chosen = new Set(ahead.map((one) => one.id));
  const missing = new Set(missingByOrder(rule, [...dues, ...ahead], chosen, today));
  if (oldest_first) for (const bill of dues) missing.add(bill.id);
  if (missing.size === 0) return '';
  const hint = paymentOrderHints[rule] || '须从早到晚缴费';
  return `${hint}。请先付清已出的 ${missing.size} 笔账单，再预缴`;
}

/**
 * What a payment for months ahead is and is followed by: prepaid that pays, when it has come, the bills raised then. Errors: those of
 * `previewOwnAdvance`; household.advanceNothing, household.advanceBlocked, household.advanceChanged (409).
 */
export async function advanceSequel(
  ctx: Context,
  resident: SignedInResident,
  { communityId, advance, expectedTotal }: EndpointRequest<typeof startEndpoint>['body'],
): Promise<OrderSequel> {
  const { view, lines } = await planAdvance(ctx, resident, { communityId, ...advance! });
  const { monthTo } = advance!;
  if (lines.length === 0) throw householdFail('household.advanceNothing', { month: monthTo });
  if (view.blockedBy !== '') throw householdFail('household.advanceBlocked', { reason: view.blockedBy });
  const amountFen = parseYuan(view.total);
  if (amountFen !== parseYuan(expectedTotal))
    throw householdFail('household.advanceChanged', { total: formatYuan(amountFen) });
  return { kind: 'advance', monthTo, amountFen, lines };
}
