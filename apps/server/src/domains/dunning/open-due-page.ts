import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readShareToken } from '../../platform/links/share-token.ts';
import { withinCommunity } from '../../platform/links/within-community.ts';
import type { Services } from '../../platform/services.ts';
import { billSentence, readPayments } from '../cashier/index.ts';
import { billPeriodText, lateFeeOfBill, readBills } from '../charging/index.ts';

export interface DueLine {
  item: string;
  period: string;
  dueOn: string;
  isOverdue: boolean;
  principal: string;
  lateFee: string;
  sum: string;
  sentence: string;
}

/** What a household is asked to pay, without names and phones: whoever holds the link need not be its owner. Sums in yuan. */
export interface DueBills {
  companyName: string;
  communityName: string;
  servicePhone: string;
  place: string;
  asOf: string;
  lines: DueLine[];
  total: string;
}

/** `ended`: it was good once. `settled`: paid since. `unknown`: made up, altered, or not ours; which of these is not told. */
export type OpenedDue = { state: 'open'; due: DueBills } | { state: 'ended' | 'settled' | 'unknown' };

interface NoticeRow {
  community_id: string;
  target_id: string;
  bill_ids: string[];
  recipient_ids: string[];
  is_open: boolean;
}

/**
 * What is still to be paid of a notice, behind its link (PAY-6). Opening it marks it read. The link ends on its day, when
 * its bills are paid, and when none of those who got it lives there any more.
 */
export async function openDue(services: Services, token: string): Promise<OpenedDue> {
  const shared = readShareToken(services.secret, 'dunning', token);
  if (!shared) return { state: 'unknown' };
  return asSystem(services, shared.companyId, async (ctx) => {
    const notice = await ctx.tx.first<NoticeRow>(sql`
      select community_id, target_id, bill_ids, recipient_ids, expires_at > ${nowText(ctx)} as is_open
      from dunning_notice where company_id = ${ctx.companyId} and id = ${shared.linkId} and state = 'sent'`);
    if (!notice) return { state: 'unknown' };
    const narrow = await withinCommunity(ctx, notice.community_id);
    if (!notice.is_open || !(await livesThere(narrow, notice))) return { state: 'ended' };
    const due = await readDue(narrow, notice);
    if (due.lines.length === 0) return { state: 'settled' };
    await narrow.tx.run(sql`update dunning_notice set read_at = coalesce(read_at, ${nowText(ctx)}), open_count = open_count + 1,
      last_opened_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${shared.linkId}`);
    return { state: 'open', due };
  });
}

/** A house sold since is another owner's affair. */
async function livesThere(ctx: Context, notice: NoticeRow): Promise<boolean> {
  const row =
    await ctx.tx.first(sql`select 1 from occupancy where company_id = ${ctx.companyId} and house_id = ${notice.target_id}
    and resident_id = any (${notice.recipient_ids}::uuid[]) and moved_out_on is null limit 1`);
  return row !== undefined;
}

async function readDue(ctx: Context, notice: NoticeRow): Promise<DueBills> {
  const place = await ctx.tx.first<{
    company: string;
    community: string;
    phone: string;
    time_zone: string;
    place: string;
  }>(sql`
    select y.name as company, c.name as community, c.service_phone as phone, c.time_zone, coalesce(h.full_name, '') as place
    from community c join company y on y.id = c.company_id left join house h on h.company_id = c.company_id and h.id = ${notice.target_id}
    where c.company_id = ${ctx.companyId} and c.id = ${notice.community_id}`);
  const asOf = businessDay(ctx.clock, place!.time_zone).toString();
  const all = await readBills(ctx, notice.bill_ids);
  const bills = all.filter((bill) => bill.outstandingFen > 0n && !bill.isVoided && bill.formerOwner === '');
  const payments = await readPayments(ctx, bills);
  const worked = bills.map((bill) => ({
    bill,
    lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], asOf).dueFen,
  }));
  const totalFen: Fen = sumFen(worked.map(({ bill, lateFeeFen }) => addFen(bill.outstandingFen, lateFeeFen)));
  return {
    companyName: place!.company,
    communityName: place!.community,
    servicePhone: place!.phone,
    place: place!.place,
    asOf,
    lines: worked.map(({ bill, lateFeeFen }) => ({
      item: bill.chargeItemName,
      period: billPeriodText(bill),
      dueOn: bill.dueOn,
      isOverdue: bill.dueOn < asOf,
      principal: formatYuan(bill.outstandingFen),
      lateFee: lateFeeFen === zeroFen ? '' : formatYuan(lateFeeFen),
      sum: formatYuan(addFen(bill.outstandingFen, lateFeeFen)),
      sentence: billSentence(bill.calculation),
    })),
    total: formatYuan(totalFen),
  };
}
