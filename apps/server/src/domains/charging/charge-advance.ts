import {
  type chargeAdvance as chargeEndpoint,
  chargingFail,
  type EndpointReply,
  type EndpointRequest,
  mostAdvanceMonths,
  platformFail,
  type previewAdvance as previewEndpoint,
} from '@anlin/contract';
import { type Fen, fen, formatYuan, sumFen } from '@anlin/money';
import { explain } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { firstDay, firstDayAfter, monthsBetween, periodFinder, priceBinding } from './binding-bills.ts';
import { type ChargeTarget, findChargeTarget } from './charge-target.ts';
import { isFailure, outcomeText } from './outcome-text.ts';
import { raiseBills } from './raise-bills.ts';
import { beforeAllIds, readBindings } from './read-bindings.ts';
import { readStandards } from './standards-of-items.ts';

type Input = EndpointRequest<typeof chargeEndpoint>['body'];

/** Periods of one item that are still to come for a target, up to the month wanted. */
interface AdvanceStretch {
  chargeItemId: string;
  monthFrom: string;
}

/** What raising a target's bills up to a month would write (CHG-14), by the same reading and pricing. Writes nothing. */
export async function previewAdvance(ctx: Context, input: Input): Promise<EndpointReply<typeof previewEndpoint>> {
  const { target, stretches } = await planAdvance(ctx, input);
  const lines: EndpointReply<typeof previewEndpoint>['lines'] = [];
  const failures: { targetLabel: string; reason: string }[] = [];
  const amounts: Fen[] = [];
  for (const { chargeItemId, monthFrom } of stretches) {
    const months = monthsBetween(monthFrom, input.monthTo);
    const scope = {
      communityId: target.communityId,
      from: firstDay(monthFrom),
      to: firstDayAfter(input.monthTo),
      targetIds: [target.id],
    };
    for (const standard of await readStandards(ctx, [chargeItemId], target.communityId)) {
      const periodsOf = periodFinder(standard, months);
      const page = { afterId: beforeAllIds, limit: 100, skipRaised: false };
      for (const binding of await readBindings(ctx, scope, standard, page)) {
        for (const one of periodsOf(binding)) {
          if (binding.raised?.includes(one.period.from)) continue;
          const outcome = priceBinding(standard, binding, one);
          if (outcome.kind === 'bill') {
            amounts.push(outcome.amount);
            lines.push({
              chargeItemId,
              chargeItemLabel: standard.itemName,
              periodFrom: one.period.from,
              periodTo: one.period.to,
              amount: formatYuan(outcome.amount),
              sentence: explain(outcome.calculation),
            });
          } else if (isFailure(outcome)) {
            failures.push({ targetLabel: target.label, reason: outcomeText(outcome, standard.quantitySource) ?? '' });
          }
        }
      }
    }
  }
  lines.sort((a, b) => (a.periodFrom < b.periodFrom ? -1 : a.periodFrom > b.periodFrom ? 1 : 0));
  return { count: lines.length, sum: formatYuan(sumFen(amounts)), lines, failures };
}

/**
 * Raises a target's bills up to a month so that they can be paid now (CHG-14), in the open transaction. Periods that have
 * a bill are left alone, here and by every later run. Errors: advance.monthPast, advance.monthTooFar (422).
 */
export async function chargeAdvance(ctx: Context, input: Input): Promise<EndpointReply<typeof chargeEndpoint>> {
  const { target, stretches } = await planAdvance(ctx, input);
  requireWholeCommunity(ctx, target.communityId, '预收');
  const runIds: string[] = [];
  const failures: { targetLabel: string; reason: string }[] = [];
  let sum = 0n;
  for (const { chargeItemId, monthFrom } of stretches) {
    const outcome = await raiseBills(
      { transaction: (work) => work(ctx), report: async () => {}, taskId: null },
      {
        communityId: target.communityId,
        chargeItemIds: [chargeItemId],
        monthFrom,
        monthTo: input.monthTo,
        targetIds: [target.id],
        raisedHow: 'advance',
      },
    );
    sum += outcome.sumFen;
    runIds.push(outcome.raisingRunId);
    failures.push(...outcome.failures.map(({ targetLabel, reason }) => ({ targetLabel, reason })));
  }
  const bills = await ctx.tx.rows<{ id: string }>(sql`select id from bill where company_id = ${ctx.companyId}
    and target_id = ${target.id} and raising_run_id = any (${runIds}::uuid[]) order by period_from, id`);
  return { billIds: bills.map((bill) => bill.id), billCount: bills.length, sum: formatYuan(fen(sum)), failures };
}

async function planAdvance(
  ctx: Context,
  { monthTo, chargeItemIds, ...of }: Input,
): Promise<{ target: ChargeTarget; stretches: AdvanceStretch[] }> {
  const target = await findChargeTarget(ctx, of);
  await checkItems(ctx, chargeItemIds ?? []);
  const today = businessDay(ctx.clock, target.timeZone);
  const present = today.toPlainYearMonth().toString();
  const furthest = today.add({ months: mostAdvanceMonths }).toPlainYearMonth().toString();
  if (monthTo < present)
    throw chargingFail('advance.monthPast', { month: present }, [{ path: 'monthTo', message: '不能早于本月' }]);
  if (monthTo > furthest)
    throw chargingFail('advance.monthTooFar', { month: furthest }, [{ path: 'monthTo', message: '太远' }]);
  return { target, stretches: await readStretches(ctx, target, today, { monthTo, chargeItemIds }) };
}

async function checkItems(ctx: Context, chargeItemIds: readonly string[]): Promise<void> {
  const ids = [...new Set(chargeItemIds.map((id) => id.toLowerCase()))];
  const known = await ctx.tx.first<{ count: number }>(
    sql`select count(*)::int as count from charge_item where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  if (known?.count !== ids.length) throw platformFail('reference.notFound', { label: '收费项目' });
}

// From where each item's bills go on: after the last one raised, else with the cycle that today lies in.
async function readStretches(
  ctx: Context,
  target: ChargeTarget,
  today: Temporal.PlainDate,
  { monthTo, chargeItemIds }: { monthTo: string; chargeItemIds: readonly string[] | undefined },
): Promise<AdvanceStretch[]> {
  const rows = await ctx.tx.rows<{
    charge_item_id: string;
    starts_on: string;
    every_months: number;
    raised_to: string | null;
  }>(sql`
    select b.charge_item_id, b.starts_on, s.every_months,
      (select max(x.period_to) from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id and x.voided_at is null) raised_to
    from standard_binding b join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    where b.company_id = ${ctx.companyId} and b.target_id = ${target.id} and (b.ends_on is null or b.ends_on > ${today.toString()})
      and (${chargeItemIds === undefined}::boolean or b.charge_item_id = any (${[...(chargeItemIds ?? [])]}::uuid[]))
    order by b.charge_item_id, b.starts_on`);
  const stretches = new Map<string, string>();
  for (const row of rows) {
    const cycle = today
      .subtract({ months: row.every_months - 1 })
      .with({ day: 1 })
      .toString();
    const from = row.raised_to ?? [row.starts_on, cycle].sort()[1]!;
    const month = from.slice(0, 7);
    const known = stretches.get(row.charge_item_id);
    if (month <= monthTo && (known === undefined || month < known)) stretches.set(row.charge_item_id, month);
  }
  return [...stretches].map(([chargeItemId, monthFrom]) => ({ chargeItemId, monthFrom }));
}
