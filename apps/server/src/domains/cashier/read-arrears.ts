import { addFen, type Fen, formatYuan, sumFen, toChineseAmount } from '@anlin/money';
import type { PrincipalPayment } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { join, type Sql, sql } from '../../platform/database/sql.ts';
import { type BillAccount, billPeriodText, lateFeeOfBill, listUnpaidBills } from '../charging/index.ts';
import { readPayments } from './payment-history.ts';
import { billSentence } from './read-account.ts';

export interface ArrearsLine {
  chargeItemName: string;
  targetName: string;
  periodText: string;
  dueOn: string;
  receivable: string;
  received: string;
  outstanding: string;
  /** As of the day. */
  lateFee: string;
  sum: string;
  sentence: string;
}

/** What is owed on a house, with its parking spaces and vehicles, or on one of these that belongs to none. Sums in yuan. */
export interface Arrears {
  id: string;
  name: string;
  communityId: string;
  communityName: string;
  companyName: string;
  servicePhone: string;
  ownerName: string;
  area: string;
  asOf: string;
  lines: ArrearsLine[];
  totals: { receivable: string; received: string; outstanding: string; lateFee: string; sum: string };
  totalInWords: string;
}

interface HolderRow {
  id: string;
  name: string;
  community_id: string;
  community_name: string;
  company_name: string;
  service_phone: string;
  time_zone: string;
  owner_name: string | null;
  area: string | null;
  /** Itself and what goes with it. */
  target_ids: string[];
  target_names: string[];
}

/**
 * Arrears of these targets as of a day (today in the community unless given), for dunning notices:
 * principal outstanding and late fees, older periods first. A parking space or vehicle of a house goes with the house. What owes
 * nothing, and what is out of sight, is left out.
 */
export async function readArrears(ctx: Context, targetIds: readonly string[], asOf?: string): Promise<Arrears[]> {
  const holders = await readHolders(ctx, targetIds);
  const bills = await listUnpaidBills(
    ctx,
    holders.flatMap((holder) => holder.target_ids),
  );
  const payments = await readPayments(ctx, bills);
  const byTarget = Map.groupBy(bills, (bill) => bill.targetId);
  return holders.flatMap((holder) => {
    const own = holder.target_ids.flatMap((id) => byTarget.get(id) ?? []);
    return own.length === 0
      ? []
      : [arrearsOf(holder, own, payments, asOf ?? businessDay(ctx.clock, holder.time_zone).toString())];
  });
}

function readHolders(ctx: Context, targetIds: readonly string[]): Promise<HolderRow[]> {
  const ids = [...targetIds];
  return ctx.tx.rows<HolderRow>(sql`
    with house_wanted as (
      select unnest(${ids}::uuid[]) as id
      union
      select t.house_id from charge_target t
        where t.company_id = ${ctx.companyId} and t.id = any (${ids}::uuid[]) and t.house_id is not null
    )
    select * from (
    select h.id, h.full_name as name, h.community_id, c.name as community_name, y.name as company_name, c.service_phone, c.time_zone,
      (select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o
        join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = h.company_id and o.house_id = h.id and o.role = 'owner' and o.moved_out_on is null) as owner_name,
      h.built_area::text as area,
      array(select t.id from charge_target t where t.company_id = h.company_id and t.house_id = h.id order by t.kind, t.name, t.id) as target_ids,
      array(select t.label from charge_target t where t.company_id = h.company_id and t.house_id = h.id order by t.kind, t.name, t.id) as target_names
    from house_wanted w join house h on h.company_id = ${ctx.companyId} and h.id = w.id
    join community c on c.company_id = h.company_id and c.id = h.community_id
    join company y on y.id = h.company_id
    union all
    select t.id, t.label, t.community_id, c.name, y.name, c.service_phone, c.time_zone,
      (select nullif(v.owner_name, '') from vehicle v where v.company_id = t.company_id and v.id = t.id), t.area::text, array[t.id], array[t.label]
    from charge_target t
    join community c on c.company_id = t.company_id and c.id = t.community_id
    join company y on y.id = t.company_id
    where t.company_id = ${ctx.companyId} and t.id = any (${ids}::uuid[]) and t.house_id is null
    ) holder order by community_name, name collate natural_order, id`);
}

function arrearsOf(
  holder: HolderRow,
  bills: readonly BillAccount[],
  payments: ReadonlyMap<string, readonly PrincipalPayment[]>,
  asOf: string,
): Arrears {
  const names = new Map(holder.target_ids.map((id, index) => [id, holder.target_names[index] ?? '']));
  const sorted = [...bills].sort((left, right) =>
    left.periodFrom < right.periodFrom ? -1 : left.periodFrom > right.periodFrom ? 1 : 0,
  );
  const worked = sorted.map((bill) => ({
    bill,
    lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], asOf).dueFen,
  }));
  const sum = (read: (one: (typeof worked)[number]) => Fen) => sumFen(worked.map(read));
  const outstandingFen = sum(({ bill }) => bill.outstandingFen);
  const lateFeeFen = sum((one) => one.lateFeeFen);
  return {
    id: holder.id,
    name: holder.name,
    communityId: holder.community_id,
    communityName: holder.community_name,
    companyName: holder.company_name,
    servicePhone: holder.service_phone,
    ownerName: holder.owner_name ?? '',
    area: holder.area ?? '',
    asOf,
    lines: worked.map(({ bill, lateFeeFen: fen }) => lineOf(bill, names.get(bill.targetId) ?? '', fen)),
    totals: {
      receivable: formatYuan(sum(({ bill }) => bill.receivableFen)),
      received: formatYuan(sum(({ bill }) => bill.receivedFen)),
      outstanding: formatYuan(outstandingFen),
      lateFee: formatYuan(lateFeeFen),
      sum: formatYuan(addFen(outstandingFen, lateFeeFen)),
    },
    totalInWords: toChineseAmount(addFen(outstandingFen, lateFeeFen)),
  };
}

function lineOf(bill: BillAccount, targetName: string, lateFeeFen: Fen): ArrearsLine {
  return {
    chargeItemName: bill.chargeItemName,
    targetName,
    periodText: billPeriodText(bill),
    dueOn: bill.dueOn,
    receivable: formatYuan(bill.receivableFen),
    received: formatYuan(bill.receivedFen),
    outstanding: formatYuan(bill.outstandingFen),
    lateFee: formatYuan(lateFeeFen),
    sum: formatYuan(addFen(bill.outstandingFen, lateFeeFen)),
    sentence: billSentence(bill.calculation),
  };
}

/** Households with unpaid bills; `dueBefore` counts only bills whose pay-by date is earlier. At most `most`. */
export async function selectTargetsInArrears(
  ctx: Context,
  filter: { communityId?: string | undefined; buildingId?: string | undefined; dueBefore?: string | undefined },
  most: number,
): Promise<string[]> {
  const conditions: Sql[] = [sql`b.company_id = ${ctx.companyId}`, sql`b.outstanding_fen > 0`];
  if (filter.communityId) conditions.push(sql`b.community_id = ${filter.communityId}`);
  if (filter.dueBefore) conditions.push(sql`b.due_on < ${filter.dueBefore}::date`);
  if (filter.buildingId) conditions.push(sql`o.building_id = ${filter.buildingId}`);
  const rows = await ctx.tx.ad<{ id: string }>(sql`
    select distinct coalesce(o.id, ct.id) as id from bill b
    left join charge_target ct on ct.company_id = b.company_id and ct.kind = b.target_kind and ct.id = b.target_id
    left join house o on o.company_id = ct.company_id and o.id = ct.house_id
    where ${join(conditions, ' and ')} and ct.id is not null limit ${most}`);
  return rows.map((row) => row.id);
}

/**
 * Whose notices are meant by these ids of targets or bills: each house once, and parking spaces and vehicles that
 * belong to none. What is out of sight is left out.
 */
export async function resolveArrearsHolders(ctx: Context, ids: readonly string[]): Promise<string[]> {
  const wanted = [...ids];
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    with target as (
      select b.target_id as id from bill b where b.company_id = ${ctx.companyId} and b.id = any (${wanted}::uuid[])
      union select unnest(${wanted}::uuid[])
    )
    select distinct coalesce(x.house_id, x.id) as id from target t join charge_target x on x.company_id = ${ctx.companyId} and x.id = t.id`);
  return rows.map((row) => row.id);
}
