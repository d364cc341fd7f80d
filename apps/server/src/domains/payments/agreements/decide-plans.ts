import { businessDay } from '../../../platform/clock.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { raw, type Sql, sql } from '../../../platform/database/sql.ts';
import { putEvent } from '../../../platform/outbox/put-event.ts';
import { channelOf } from '../channels/index.ts';
import { agreementColumns, type PaymentAgreement, readTargetName } from './agreement-row.ts';
import { stillLives } from './end-agreement.ts';
import { momentOf, nextPlanned } from './plan-days.ts';
import { readDeductible } from './read-deductible.ts';

interface DuePlan {
  id: string;
  communityId: string;
  dayOfMonth: number;
  atHour: number;
  chargeItemIds: string[];
  noticeHours: number;
  retryDays: number[];
  decidedOn: string;
  timeZone: string;
  /** Channels of the agreements in force. */
  kinds: string[];
}

const kindsInForce: Sql = raw(`array(select distinct a.channel_kind from payment_agreement a
  where a.company_id = p.company_id and a.community_id = p.community_id and a.state = 'active') as kinds`);

/** Plans whose next day is near enough that residents are to be told. */
export async function findDuePlans(ctx: Context): Promise<string[]> {
  const plans = await ctx.tx.rows<DuePlan>(sql`
    select p.id, p.community_id as "communityId", p.day_of_month as "dayOfMonth", p.at_hour as "atHour", p.notice_hours as "noticeHours",
      p.decided_on as "decidedOn", c.time_zone as "timeZone", ${kindsInForce}
    from deduction_plan p join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} and p.is_on order by p.id`);
  return plans.filter((plan) => isDue(ctx, plan)).map((plan) => plan.id);
}

/** Residents are told by the plan's hours; earlier where a channel must be told itself. */
function earliestNotice(plan: DuePlan, planned: Temporal.PlainDate): Temporal.Instant {
  const days = plan.kinds.map((kind) => channelOf(kind)?.agreements?.noticeDays ?? 0);
  const hours = Math.max(plan.noticeHours, ...days.map((one) => one * 24));
  return momentOf(planned, plan.atHour, plan.timeZone).subtract({ hours });
}

function isDue(ctx: Context, plan: DuePlan): boolean {
  const planned = nextPlanned(plan, businessDay(ctx.clock, plan.timeZone));
  return Temporal.Instant.compare(ctx.clock.now(), earliestNotice(plan, planned)) >= 0;
}

/**
 * Settles what is to be taken on a plan's next day: one deduction for each agreement in force that has something due, once, and its
 * resident is told when and how much. The plan's row is locked: of two workers one does it, and the other finds it done.
 */
export async function decidePlan(ctx: Context, id: string): Promise<void> {
  const plan = await ctx.tx.first<DuePlan>(sql`
    select p.id, p.community_id as "communityId", p.day_of_month as "dayOfMonth", p.at_hour as "atHour", p.charge_item_ids as "chargeItemIds",
      p.notice_hours as "noticeHours", p.retry_days as "retryDays", p.decided_on as "decidedOn", c.time_zone as "timeZone", ${kindsInForce}
    from deduction_plan p join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} and p.id = ${id} and p.is_on for no key update of p skip locked`);
  if (!plan || !isDue(ctx, plan)) return;
  const planned = nextPlanned(plan, businessDay(ctx.clock, plan.timeZone));
  const agreements = await ctx.tx.rows<PaymentAgreement>(sql`select ${agreementColumns} from payment_agreement
    where company_id = ${ctx.companyId} and community_id = ${plan.communityId} and state = 'active' and starts_on <= ${planned.toString()}::date order by id`);
  for (const agreement of agreements) await planDeduction(ctx, plan, agreement, planned);
  await ctx.tx.run(
    sql`update deduction_plan set decided_on = ${planned.toString()} where company_id = ${ctx.companyId} and id = ${id}`,
  );
}

async function planDeduction(
  ctx: Context,
  plan: DuePlan,
  agreement: PaymentAgreement,
  planned: Temporal.PlainDate,
): Promise<void> {
  if (!(await stillLives(ctx, agreement, planned.toString()))) return;
  const { amountFen } = await readDeductible(ctx, agreement, {
    chargeItemIds: plan.chargeItemIds,
    today: planned.toString(),
  });
  if (amountFen === 0n) return;
  const at = momentOf(planned, plan.atHour, plan.timeZone);
  const needsNotice = (channelOf(agreement.channelKind)?.agreements?.noticeDays ?? 0) > 0;
  // A channel that must be told is told as soon as it may be.
  const nextAt = needsNotice ? ctx.clock.now() : at;
  const written = await ctx.tx.run(sql`
    insert into deduction (company_id, id, community_id, agreement_id, planned_on, amount_fen, retry_days, charge_item_ids, needs_notice, next_at, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${agreement.communityId}, ${agreement.id}, ${planned.toString()}, ${amountFen.toString()},
      ${plan.retryDays}::int[], ${plan.chargeItemIds}::uuid[], ${needsNotice}, ${nextAt.toString()}, ${nowText(ctx)})
    on conflict (company_id, agreement_id, planned_on) do nothing`);
  if (written === 0) return;
  // The channel is asked first whether it still stands: its word that it ended may have been lost.
  await ctx.tx.run(sql`update payment_agreement set next_query_at = ${nowText(ctx)}, query_count = 0
    where company_id = ${ctx.companyId} and id = ${agreement.id} and state = 'active'`);
  await putEvent(ctx, 'deduction.planned', {
    agreementId: agreement.id,
    communityId: agreement.communityId,
    residentId: agreement.residentId,
    targetName: (await readTargetName(ctx, agreement)) ?? '',
    plannedOn: planned.toString(),
    amountFen: amountFen.toString(),
    channelKind: agreement.channelKind,
  });
}
