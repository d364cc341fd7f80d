import type { DunningChannel, DunningMoment } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { raisedForNow, readHouseholds } from './household-bills.ts';
import { makeRuns } from './make-runs.ts';
import { planBills } from './plan-days.ts';
import { sendNotices } from './send-notices.ts';
import { findNewcomers } from './tell-newcomers.ts';

interface DuePlan {
  id: string;
  name: string;
  community_id: string;
  charge_item_ids: string[];
  moment: DunningMoment;
  days: number;
  channels: DunningChannel[];
  at_hour: number;
  decided_on: string;
  time_zone: string;
}

/**
 * What dunning does by itself (PAY-6): plans whose hour has come, once for each day of their community's zone; people who
 * came into a house that was told; and notices that nobody is at any more. Safe to repeat, to interrupt and to run twice at once.
 */
export async function dunDuePlans(services: Services, companyId: string): Promise<void> {
  const inCompany = <T>(work: (ctx: Context) => Promise<T>) => asSystem(services, companyId, work);
  for (const plan of await inCompany(readEnabled)) {
    const now = services.clock.now().toZonedDateTimeISO(plan.time_zone);
    const today = now.toPlainDate().toString();
    if (plan.decided_on >= today || now.hour < plan.at_hour) continue;
    await inCompany((ctx) => decidePlan(ctx, plan.id, today));
  }
  await inCompany(findNewcomers);
  await inCompany(giveUpAbandoned);
  while ((await inCompany((ctx) => sendNotices(ctx, nobodysTask(ctx)))) > 0);
}

function readEnabled(ctx: Context): Promise<DuePlan[]> {
  return ctx.tx.rows<DuePlan>(sql`
    select p.id, p.name, p.community_id, p.charge_item_ids, p.moment, p.days, p.channels, p.at_hour, p.decided_on, c.time_zone
    from dunning_plan p join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} and p.is_enabled order by p.id`);
}

/** Settles whom a plan tells on a day. The plan's row is locked: of two workers one does it, and the other finds it done. */
async function decidePlan(ctx: Context, id: string, today: string): Promise<void> {
  const plan = await ctx.tx.first<DuePlan>(sql`
    select id, name, community_id, charge_item_ids, moment, days, channels, decided_on from dunning_plan
    where company_id = ${ctx.companyId} and id = ${id} and is_enabled and decided_on < ${today} for update skip locked`);
  if (!plan) return;
  const asked = planBills(plan, plan.decided_on, today);
  if (asked) {
    const items =
      plan.charge_item_ids.length > 0 ? sql`and b.charge_item_id = any (${plan.charge_item_ids}::uuid[])` : empty;
    const households = await readHouseholds(
      ctx,
      sql`b.community_id = ${plan.community_id} and ${raisedForNow(ctx)} and ${asked.where} ${items}`,
      asked.having,
    );
    await makeRuns(ctx, { households, channels: plan.channels, chosenBy: 'plan', planId: plan.id });
    if (households.length > 0)
      await recordAudit(ctx, {
        action: 'dunning.send',
        targetKind: 'dunningPlan',
        targetId: plan.id,
        targetLabel: `${plan.name}：${households.length} 户`,
        communityId: plan.community_id,
        after: { households: households.length, channels: plan.channels, by: 'plan' },
      });
  }
  await ctx.tx.run(
    sql`update dunning_plan set decided_on = ${today} where company_id = ${ctx.companyId} and id = ${plan.id}`,
  );
}

/** Notices `n` of plans, and of people who came later. */
const nobodysTask = (ctx: Context) => sql`(n.newcomer_id is not null
  or exists (select from dunning_run r where r.company_id = ${ctx.companyId} and r.id = n.run_id and r.task_id is null))`;

/** What a task left behind that was stopped or failed is not sent later. */
async function giveUpAbandoned(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`
    update dunning_notice n set state = 'held', reason = 'stopped' from dunning_run r
    where n.company_id = ${ctx.companyId} and n.state = 'waiting' and n.newcomer_id is null and r.company_id = n.company_id and r.id = n.run_id
      and exists (select from task t where t.company_id = r.company_id and t.id = r.task_id and t.state in ('done', 'failed', 'cancelled'))`);
}
