import { type DeductionPlanBody, type DeductionPlanView, platformFail, usualPlan } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import { businessDay } from '../../../platform/clock.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../../platform/rights/require-right.ts';
import { nextPlanned } from './plan-days.ts';

interface PlanRow {
  communityId: string;
  communityName: string;
  timeZone: string;
  isOn: boolean | null;
  dayOfMonth: number;
  atHour: number;
  chargeItemIds: string[];
  noticeHours: number;
  retryDays: number[];
  decidedOn: string;
  version: number;
  activeCount: number;
}

/** Plans of the communities in sight; one that decided nothing yet has the usual one, off. */
export async function listPlans(ctx: Context): Promise<DeductionPlanView[]> {
  const rows = await ctx.tx.rows<PlanRow>(sql`
    select c.id as "communityId", c.name as "communityName", c.time_zone as "timeZone", p.is_on as "isOn", p.day_of_month as "dayOfMonth",
      p.at_hour as "atHour", p.charge_item_ids as "chargeItemIds", p.notice_hours as "noticeHours", p.retry_days as "retryDays",
      p.decided_on as "decidedOn", p.version,
      (select count(*)::int from payment_agreement a where a.company_id = c.company_id and a.community_id = c.id and a.state = 'active') as "activeCount"
    from community c left join deduction_plan p on p.company_id = c.company_id and p.community_id = c.id
    where c.company_id = ${ctx.companyId} order by c.name, c.id`);
  return rows.map(({ timeZone, decidedOn, isOn, communityId, communityName, activeCount, ...row }) => {
    const place = { communityId, communityName, activeCount };
    if (isOn === null) return { ...usualPlan, ...place, version: 0, nextOn: null };
    const { dayOfMonth } = row;
    const nextOn = nextPlanned({ decidedOn, dayOfMonth }, businessDay(ctx.clock, timeZone)).toString();
    return { ...row, ...place, isOn, nextOn: isOn ? nextOn : null };
  });
}

/**
 * Saves a community's plan. It counts from the next planned day on: days that were settled, or had gone by, are not settled again.
 * Errors: reference.notFound (422), resource.changed (409), scope.wholeCommunity (403).
 */
export async function savePlan(
  ctx: Context,
  communityId: string,
  { version, ...plan }: DeductionPlanBody & { version: number },
): Promise<void> {
  const community = await ctx.tx.first<{ name: string; time_zone: string }>(
    sql`select name, time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('resource.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '扣款计划');
  const items = await ctx.tx.rows(sql`select id from charge_item
    where company_id = ${ctx.companyId} and id = any (${plan.chargeItemIds}::uuid[]) and kind <> 'deposit'`);
  if (items.length < new Set(plan.chargeItemIds.map((id) => id.toLowerCase())).size)
    throw platformFail('reference.notFound', { label: '收费项目' });
  const kept = await ctx.tx.first<{ id: string; version: number; is_on: boolean; decided_on: string }>(sql`
    select id, version, is_on, decided_on from deduction_plan where company_id = ${ctx.companyId} and community_id = ${communityId} for no key update`);
  if ((kept?.version ?? 0) !== version) throw platformFail('resource.changed', { label: '扣款计划' });
  const yesterday = businessDay(ctx.clock, community.time_zone).subtract({ days: 1 }).toString();
  // Switched on, it begins with a day that is still to come; a day that was settled stays settled.
  const decidedOn = kept && kept.decided_on > yesterday ? kept.decided_on : kept?.is_on ? kept.decided_on : yesterday;
  const retries = plan.retryDays;
  const values = sql`${plan.isOn}, ${plan.dayOfMonth}, ${plan.atHour}, ${plan.chargeItemIds}::uuid[], ${plan.noticeHours}, ${retries}::int[], ${decidedOn}`;
  const written = kept
    ? await ctx.tx.run(sql`update deduction_plan set (is_on, day_of_month, at_hour, charge_item_ids, notice_hours, retry_days, decided_on, version, updated_at)
        = (${values}, ${version + 1}, ${nowText(ctx)}) where company_id = ${ctx.companyId} and id = ${kept.id}`)
    : await ctx.tx.run(sql`insert into deduction_plan (company_id, id, community_id, is_on, day_of_month, at_hour, charge_item_ids, notice_hours, retry_days,
          decided_on, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${values}, ${nowText(ctx)}) on conflict do nothing`);
  if (written === 0) throw platformFail('resource.changed', { label: '扣款计划' });
  await recordAudit(ctx, {
    action: 'deductionPlan.save',
    targetKind: 'deductionPlan',
    targetId: communityId,
    targetLabel: community.name,
    communityId,
    after: plan,
  });
}
