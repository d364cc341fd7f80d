import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Merchant } from './our-lines.ts';

interface Found {
  ours: string;
  our_day: string;
  theirs: string;
  their_day: string;
  their_id: string;
}

/** Days around one that are compared again with its bill: what was late on either side comes right. */
const lookAroundDays = 3;
/** Days with open exceptions are compared again for so long. */
const openDays = 60;

/** Days of the same merchant to compare again once a day has its bill, from the earliest on. */
export async function listDaysAround(ctx: Context, id: string): Promise<string[]> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    select r.id from reconciliation one join reconciliation r on r.company_id = one.company_id and r.channel_kind = one.channel_kind
      and r.merchant_id = one.merchant_id and r.id <> one.id
    where one.company_id = ${ctx.companyId} and one.id = ${id} and r.state = 'done'
      and r.day between one.day - ${openDays}::int and one.day + ${lookAroundDays}::int
      and (r.day >= one.day - ${lookAroundDays}::int or exists (select from reconciliation_line l where l.company_id = r.company_id
        and l.reconciliation_id = r.id and l.settled_at is null and l.outcome in ('oursOnly', 'theirsOnly', 'amountDiffers')))
    order by r.day`);
  return rows.map((row) => row.id);
}

/** So far apart may our day and the channel's be. */
const mostDaysApart = 7;

/**
 * Settles what one day has on our side alone and another day on the channel's: the same number, sum and transaction, which the channel put
 * into the bill of another day. Returns the days in whose bills it is.
 */
export async function matchAcrossDays(ctx: Context, merchant: Merchant): Promise<string[]> {
  const found = await ctx.tx.rows<Found>(sql`
    with open as (
      select l.id, l.reconciliation_id, l.day, l.kind, l.outcome, l.order_no, l.refund_no, l.transaction_id, coalesce(l.our_fen, l.their_fen) as fen
      from reconciliation r join reconciliation_line l on l.company_id = r.company_id and l.reconciliation_id = r.id
      where r.company_id = ${ctx.companyId} and r.channel_kind = ${merchant.channelKind} and r.merchant_id = ${merchant.merchantId}
        and l.settled_at is null and l.outcome in ('oursOnly', 'theirsOnly'))
    select a.id as ours, a.day as our_day, b.id as theirs, b.day as their_day, b.reconciliation_id as their_id from open a
    join open b on b.kind = a.kind and b.order_no = a.order_no and b.refund_no = a.refund_no and b.fen = a.fen
    where a.outcome = 'oursOnly' and b.outcome = 'theirsOnly' and abs(a.day - b.day) <= ${mostDaysApart}::int
      and (a.transaction_id = '' or b.transaction_id = '' or a.transaction_id = b.transaction_id)
    order by abs(a.day - b.day), a.id, b.id`);
  const used = new Set<string>();
  const billed = new Set<string>();
  for (const pair of found) {
    if (used.has(pair.ours) || used.has(pair.theirs)) continue;
    used.add(pair.ours).add(pair.theirs);
    billed.add(pair.their_id);
    await settle(ctx, pair.ours, `渠道列在 ${pair.their_day} 的账单里`);
    await settle(ctx, pair.theirs, `本系统列在 ${pair.our_day}`);
  }
  return [...billed];
}

async function settle(ctx: Context, lineId: string, note: string): Promise<void> {
  await ctx.tx.run(sql`update reconciliation_line set settled_at = ${nowText(ctx)}, settled_how = 'otherDay', note = ${note}
    where company_id = ${ctx.companyId} and id = ${lineId} and settled_at is null`);
}
