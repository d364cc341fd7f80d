import { addDefaultChargeItems } from '../domains/charging/index.ts';
import type { Context } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';
import type { StandardPlan } from './blueprint.ts';
import type { ChargeItem } from './draw-charges.ts';

/** Which of the ready-made items the standards of the demo belong to. */
const itemNames: Readonly<Record<StandardPlan['key'], string>> = {
  property: '物业费',
  energy: '公摊费用',
  parking: '车位费',
};

/**
 * Gives a company the ready-made charge items, with the late fee of contracts as they are usual: after two months of
 * grace, five in ten thousand a day, at most the principal itself.
 */
export async function openItems(ctx: Context): Promise<ChargeItem[]> {
  await addDefaultChargeItems(ctx);
  await ctx.tx.run(sql`update charge_item set late_fee_rate_per_day = 0.0005, late_fee_grace_days = 60, late_fee_cap_share = 1,
      note = '逾期 60 天后按日万分之五计违约金，不超过本金'
    where company_id = ${ctx.companyId} and name = ${itemNames.property}`);
  const rows = await ctx.tx.rows<{
    id: string;
    name: string;
    due_days: number;
    rate: string | null;
    grace_days: number;
    cap_share: string | null;
  }>(sql`select id, name, due_days, trim_scale(late_fee_rate_per_day)::text as rate, late_fee_grace_days as grace_days,
      trim_scale(late_fee_cap_share)::text as cap_share from charge_item where company_id = ${ctx.companyId}`);
  return (Object.keys(itemNames) as StandardPlan['key'][]).map((key) => {
    const row = rows.find((one) => one.name === itemNames[key]);
    if (!row) throw new Error(`the ready-made charge item ${itemNames[key]} is missing`);
    return {
      id: row.id,
      key,
      dueDays: row.due_days,
      lateFeeRatePerDay: row.rate,
      lateFeeGraceDays: row.grace_days,
      lateFeeCapShare: row.cap_share,
    };
  });
}
