import { chargingFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type Kind = 'periodic' | 'metered' | 'oneOff' | 'rent';

/**
 * The ten types of charge that companies coming from 腾讯海纳 know, in its order (CHG-1), with the VAT rate that is usual
 * for each; every company can change them.
 */
const defaults: readonly (readonly [name: string, kind: Kind, taxRate: number])[] = [
  ['物业费', 'periodic', 6],
  ['水费', 'metered', 3],
  ['电费', 'metered', 13],
  ['车位费', 'periodic', 9],
  ['租金', 'rent', 9],
  ['公摊费用', 'periodic', 6],
  ['滞纳金', 'oneOff', 6],
  ['电梯费', 'periodic', 6],
  ['当月应缴费用', 'oneOff', 6],
  ['其它', 'oneOff', 6],
];

/** Adds the ready-made charge items of a new company. Those it already has by name are left as they are. */
export async function addDefaultChargeItems(ctx: Context): Promise<void> {
  for (const [index, [name, kind, taxRate]] of defaults.entries()) {
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, tax_rate, sort_order, created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${name}, ${kind}, ${taxRate}, ${(index + 1) * 10}, ${nowText(ctx)}, ${nowText(ctx)})
      on conflict (company_id, name) do nothing`);
  }
}

const taxRates = ['0', '1', '3', '5', '6', '9', '13'];
const mostRaiseMonths = 12;

/**
 * What the form of a charge item cannot check by itself: the days of "nothing under N days" and nothing else have them,
 * tax rates are those of the law, one late-fee rate. Returns what stands in for fields left empty.
 */
export function checkChargeItem(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const hasDays = item.prorationDays !== null && item.prorationDays !== undefined;
  if (item.proration === 'nothingUnder' && !hasDays) {
    throw chargingFail('chargeItem.minimumDaysMissing', {}, [{ path: 'prorationDays', message: '请填写 1 到 31 天' }]);
  }
  if (item.proration !== 'nothingUnder' && hasDays) {
    throw chargingFail('chargeItem.minimumDaysUnused', {}, [{ path: 'prorationDays', message: '请清空' }]);
  }
  if (!taxRates.includes(String(Number(item.taxRate))))
    throw chargingFail('chargeItem.taxRate', {}, [{ path: 'taxRate', message: '应为 0、1、3、5、6、9 或 13' }]);
  const raiseUnit = item.raiseUnit ?? 'day';
  if (raiseUnit === 'month' && Number(item.raiseOffset) > mostRaiseMonths)
    throw chargingFail('chargeItem.raiseMonths', {}, [{ path: 'raiseOffset', message: '按月时最多 12' }]);
  if (isGiven(item.lateFeeRatePerDay) && isGiven(item.lateFeeRatePerMonth))
    throw chargingFail('chargeItem.twoLateFeeRates', {}, [
      { path: 'lateFeeRatePerMonth', message: '请清空其中一个费率' },
    ]);
  return {
    raiseUnit,
    raiseSide: item.raiseSide ?? 'ahead',
    lateFeeStart: item.lateFeeStart ?? 'afterGrace',
    lateFeePrecision: item.lateFeePrecision ?? 'fen',
    lateFeeRounding: item.lateFeeRounding ?? 'halfUp',
  };
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '';
}
