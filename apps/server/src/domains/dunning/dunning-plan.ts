import {
  type createDunningPlan as createEndpoint,
  type DunningChannel,
  type DunningMoment,
  type DunningPlanView,
  dunningFail,
  type EndpointRequest,
  platformFail,
  type updateDunningPlan as updateEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { checkCommunity } from '../charging/index.ts';
import { momentText, nextMonthDay, nextReason } from './plan-days.ts';

interface PlanRow {
  id: string;
  community_id: string;
  community_name: string;
  name: string;
  charge_item_ids: string[];
  item_names: string[];
  moment: DunningMoment;
  days: number;
  channels: DunningChannel[];
  at_hour: number;
  is_enabled: boolean;
  decided_on: string | null;
  last_on: string | null;
  last_count: number | null;
  version: number;
}

/** Plans of the communities in sight, with the next day each asks and the last day it asked. */
export async function listPlans(ctx: Context, communityId: string | undefined): Promise<DunningPlanView[]> {
  const rows = await ctx.tx.ad<PlanRow>(sql`
    select p.id, p.community_id, c.name as community_name, p.name, p.charge_item_ids, p.moment, p.days, p.channels, p.at_hour, p.is_enabled, p.decided_on, p.version,
      array(select i.name from charge_item i where i.company_id = p.company_id and i.id = any (p.charge_item_ids) order by i.sort_order, i.name) as item_names,
      r.day as last_on, r.household_count as last_count
    from dunning_plan p join community c on c.company_id = p.company_id and c.id = p.community_id
      left join lateral (select x.day, x.household_count from dunning_run x where x.company_id = p.company_id and x.plan_id = p.id order by x.day desc limit 1) r on true
    where p.company_id = ${ctx.companyId} ${communityId ? sql`and p.community_id = ${communityId}` : empty}
    order by c.sort_order, c.name, p.name`);
  const plans: DunningPlanView[] = [];
  for (const row of rows) plans.push(viewOf(ctx, row, row.is_enabled ? await nextOf(ctx, row) : null));
  return plans;
}

function viewOf(ctx: Context, row: PlanRow, nextOn: string | null): DunningPlanView {
  return {
    id: row.id,
    communityId: row.community_id,
    communityName: row.community_name,
    name: row.name,
    chargeItemIds: row.charge_item_ids,
    itemNames: row.item_names,
    moment: row.moment,
    days: row.days,
    channels: row.channels,
    atHour: row.at_hour,
    isEnabled: row.is_enabled,
    momentText: momentText(row, row.at_hour),
    nextOn,
    lastOn: row.last_on,
    lastCount: row.last_count ?? 0,
    isMine: ctx.wholeCommunityIds === '*' || ctx.wholeCommunityIds.includes(row.community_id),
    version: row.version,
  };
}

/** The next day on which there is a reason to ask, from the bills that are unpaid now. */
async function nextOf(ctx: Context, row: PlanRow): Promise<string | null> {
  const { moment, decided_on: decided } = row;
  if (decided === null) return null;
  if (moment === 'monthStart' || moment === 'monthEnd') return nextMonthDay(moment, decided);
  const found = await ctx.tx.ad<{ day: string | null }>(sql`
    select min(${nextReason(row, sql`${decided}::date`)}) as day from bill b
    where b.company_id = ${ctx.companyId} and b.community_id = ${row.community_id} and b.outstanding_fen > 0
      ${row.charge_item_ids.length > 0 ? sql`and b.charge_item_id = any (${row.charge_item_ids}::uuid[])` : empty}`);
  return found[0]?.day ?? null;
}

type Terms = Omit<EndpointRequest<typeof createEndpoint>['body'], 'communityId'>;

/** Makes a plan; an enabled one begins the next day. Throws dunningPlan.nameTaken (409), reference.notFound, dunningPlan.daysMissing (422), scope.wholeCommunity (403). */
export async function createPlan(ctx: Context, input: EndpointRequest<typeof createEndpoint>['body']): Promise<string> {
  const { communityId, ...terms } = input;
  await checkCommunity(ctx, communityId);
  requireWholeCommunity(ctx, communityId, '催缴计划');
  const checked = await checkTerms(ctx, terms);
  const id = ctx.newId();
  const now = nowText(ctx);
  const made = await ctx.tx.run(sql`
    insert into dunning_plan (company_id, id, community_id, name, charge_item_ids, moment, days, channels, at_hour, is_enabled, decided_on, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${checked.name}, ${checked.chargeItemIds}::uuid[], ${checked.moment}, ${checked.days}, ${checked.channels},
      ${checked.atHour}, ${checked.isEnabled}, ${checked.isEnabled ? await todayOf(ctx, communityId) : null}, ${now}, ${now})
    on conflict (company_id, community_id, name) do nothing`);
  if (made === 0) throw dunningFail('dunningPlan.nameTaken', { name: checked.name });
  await audit(ctx, 'dunningPlan.create', { id, communityId, name: checked.name }, { after: checked });
  return id;
}

/** Changes a plan. Errors: those of `createPlan`, resource.notFound (404), dunning.changed (409). */
export async function updatePlan(
  ctx: Context,
  id: string,
  { version, ...terms }: EndpointRequest<typeof updateEndpoint>['body'],
): Promise<void> {
  const plan = await lockPlan(ctx, id);
  requireWholeCommunity(ctx, plan.community_id, '催缴计划');
  if (plan.version !== version) throw dunningFail('dunning.changed', { label: '催缴计划' });
  const checked = await checkTerms(ctx, terms);
  const isTaken =
    await ctx.tx.first(sql`select 1 from dunning_plan where company_id = ${ctx.companyId} and community_id = ${plan.community_id}
    and name = ${checked.name} and id <> ${id}`);
  if (isTaken) throw dunningFail('dunningPlan.nameTaken', { name: checked.name });
  // Switched on, or asked of other days, it begins the next day: what lies behind is not asked for.
  const isNew = checked.isEnabled && (!plan.is_enabled || plan.moment !== checked.moment || plan.days !== checked.days);
  const decidedOn = isNew ? await todayOf(ctx, plan.community_id) : plan.decided_on;
  await ctx.tx.run(sql`update dunning_plan set name = ${checked.name}, charge_item_ids = ${checked.chargeItemIds}::uuid[], moment = ${checked.moment},
      days = ${checked.days}, channels = ${checked.channels}, at_hour = ${checked.atHour}, is_enabled = ${checked.isEnabled}, decided_on = ${decidedOn},
      version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(
    ctx,
    'dunningPlan.update',
    { id, communityId: plan.community_id, name: checked.name },
    { before: termsOf(plan), after: checked },
  );
}

/** Throws resource.notFound (404), scope.wholeCommunity (403). What it sent stays in the record. */
export async function deletePlan(ctx: Context, id: string): Promise<void> {
  const plan = await lockPlan(ctx, id);
  requireWholeCommunity(ctx, plan.community_id, '催缴计划');
  await ctx.tx.run(sql`delete from dunning_plan where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(
    ctx,
    'dunningPlan.delete',
    { id, communityId: plan.community_id, name: plan.name },
    { before: termsOf(plan) },
  );
}

async function lockPlan(
  ctx: Context,
  id: string,
): Promise<Omit<PlanRow, 'community_name' | 'item_names' | 'last_on' | 'last_count'>> {
  const row = await ctx.tx.first<PlanRow>(sql`
    select id, community_id, name, charge_item_ids, moment, days, channels, at_hour, is_enabled, decided_on, version
    from dunning_plan where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '催缴计划' });
  return row;
}

const termsOf = (row: Awaited<ReturnType<typeof lockPlan>>): Terms => ({
  name: row.name,
  chargeItemIds: row.charge_item_ids,
  moment: row.moment,
  days: row.days,
  channels: row.channels,
  atHour: row.at_hour,
  isEnabled: row.is_enabled,
});

async function checkTerms(ctx: Context, terms: Terms): Promise<Terms> {
  const needsDays = terms.moment === 'beforeDue' || terms.moment === 'afterDue';
  if (needsDays && terms.days === 0) throw dunningFail('dunningPlan.daysMissing');
  const chargeItemIds = [...new Set(terms.chargeItemIds)];
  const known = await ctx.tx.rows(
    sql`select id from charge_item where company_id = ${ctx.companyId} and id = any (${chargeItemIds}::uuid[])`,
  );
  if (known.length < chargeItemIds.length) throw platformFail('reference.notFound', { label: '收费项目' });
  return { ...terms, chargeItemIds, days: needsDays ? terms.days : 0, channels: [...new Set(terms.channels)] };
}

async function todayOf(ctx: Context, communityId: string): Promise<string> {
  const row = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  return businessDay(ctx.clock, row!.time_zone).toString();
}

function audit(
  ctx: Context,
  action: string,
  plan: { id: string; communityId: string; name: string },
  change: { before?: Terms; after?: Terms },
): Promise<void> {
  return recordAudit(ctx, {
    action,
    targetKind: 'dunningPlan',
    targetId: plan.id,
    targetLabel: plan.name,
    communityId: plan.communityId,
    ...change,
  });
}
