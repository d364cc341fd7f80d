import type { PaymentChannelKind } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { dayInChina } from '../channels/channel-time.ts';

/** A merchant that may be reconciled, by the account through which its bill is fetched. */
export interface MerchantAccount {
  channelId: string;
  channelKind: PaymentChannelKind;
  channelName: string;
  merchantId: string;
  communityId: string | null;
  /** The first day on which it had an order of ours. */
  firstDay: string;
}

/** Bills are ready by then: WeChat Pay and Alipay say so for ten and nine o'clock the day after. */
const morning = { hours: 10, minutes: 30 };
/** After a pause of the system, so many days are caught up with by themselves. */
const mostDaysMissed = 31;

/** Merchants with an order of ours, each once; several accounts may have the same. */
export async function listMerchants(ctx: Context): Promise<MerchantAccount[]> {
  return ctx.tx.rows<MerchantAccount>(sql`
    select distinct on (k.kind, k.merchant_id) k.id as "channelId", k.kind as "channelKind", k.name as "channelName", k.merchant_id as "merchantId",
      case when min(k.community_id::text) over same = max(k.community_id::text) over same and count(k.community_id) over same = count(*) over same
        then k.community_id end as "communityId",
      min((f.at at time zone 'Asia/Shanghai')::date) over same as "firstDay"
    from payment_channel k
    cross join lateral (select o.created_at as at from payment_order o where o.company_id = k.company_id and o.channel_id = k.id
      order by o.created_at limit 1) f
    where k.company_id = ${ctx.companyId} and f.at is not null
    window same as (partition by k.kind, k.merchant_id)
    order by k.kind, k.merchant_id, k.is_on desc, k.community_id nulls first, k.created_at, k.id`);
}

/** When the bill of a day should be there. */
export function billTime(day: Temporal.PlainDate): Temporal.Instant {
  return day.add({ days: 1 }).toZonedDateTime({ timeZone: 'Asia/Shanghai' }).add(morning).toInstant();
}

/** The last day whose bill there should be by now. */
export function lastBillDay(now: Temporal.Instant): Temporal.PlainDate {
  return dayInChina(now.subtract(morning)).subtract({ days: 1 });
}

/** Opens every day that is due and was not looked at yet; a day is opened once. */
export async function openDueDays(ctx: Context): Promise<void> {
  const last = lastBillDay(ctx.clock.now());
  const earliest = last.subtract({ days: mostDaysMissed - 1 });
  const merchants = await listMerchants(ctx);
  if (merchants.length === 0) return;
  const known = await ctx.tx.rows<{ channel_kind: string; merchant_id: string; day: string }>(sql`
    select channel_kind, merchant_id, max(day) as day from reconciliation where company_id = ${ctx.companyId} and day <= ${last.toString()}
    group by channel_kind, merchant_id`);
  const lastOf = new Map(known.map((row) => [`${row.channel_kind} ${row.merchant_id}`, row.day]));
  for (const merchant of merchants) {
    const done = lastOf.get(`${merchant.channelKind} ${merchant.merchantId}`);
    if (done === last.toString()) continue;
    const after = done ? Temporal.PlainDate.from(done).add({ days: 1 }) : Temporal.PlainDate.from(merchant.firstDay);
    const from = Temporal.PlainDate.compare(after, earliest) < 0 ? earliest : after;
    await openDays(ctx, merchant, from, last);
  }
}

/** Opens the days of a range, both ends included, that are not open yet; they are due at once. */
export async function openDays(
  ctx: Context,
  merchant: Pick<MerchantAccount, 'channelId' | 'channelKind' | 'merchantId' | 'communityId'>,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Promise<void> {
  const count = from.until(to).days + 1;
  const days = Array.from({ length: Math.max(0, count) }, (_, index) => from.add({ days: index }).toString());
  await ctx.tx.run(sql`
    insert into reconciliation (company_id, id, community_id, channel_id, channel_kind, merchant_id, day, asked_at, next_try_at)
    select ${ctx.companyId}, x.id, ${merchant.communityId}, ${merchant.channelId}, ${merchant.channelKind}, ${merchant.merchantId}, x.day,
      ${nowText(ctx)}, ${nowText(ctx)} from unnest(${days.map(() => ctx.newId())}::uuid[], ${days}::date[]) x (id, day)
    on conflict (company_id, channel_kind, merchant_id, day) do nothing`);
}
