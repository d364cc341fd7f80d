import type { LedgerFilter, LedgerGrouping, LedgerListing, LedgerRow, LedgerSums } from '@anlin/contract';
import { type Fen, fen, formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { collectionRate } from './collection-rate.ts';
import { monthStart, nextMonthStart } from './months.ts';

/** The condition of a filter on `bill b`. Every column it names is in the index `bill_by_period`. */
export function whereBills(ctx: Context, filter: LedgerFilter): Sql {
  return sql`b.company_id = ${ctx.companyId} and b.voided_at is null
    ${filter.communityId ? sql`and b.community_id = ${filter.communityId}` : empty}
    ${filter.monthFrom ? sql`and b.period_from >= ${monthStart(filter.monthFrom)}` : empty}
    ${filter.monthTo ? sql`and b.period_from < ${nextMonthStart(filter.monthTo)}` : empty}
    ${filter.chargeItemId ? sql`and b.charge_item_id = ${filter.chargeItemId}` : empty}
    ${filter.targetKind ? sql`and b.target_kind = ${filter.targetKind}` : empty}
    ${filter.targetId ? sql`and b.target_id = ${filter.targetId}` : empty}
    ${filter.buildingId ? sql`and b.target_id in (select h.id from house h where h.company_id = ${ctx.companyId} and h.building_id = ${filter.buildingId})` : empty}
    ${filter.tagId ? whereTagged(ctx, filter.tagId) : empty}
    ${filter.q ? whereName(ctx, filter.q) : empty}`;
}

function whereTagged(ctx: Context, tagId: string): Sql {
  return sql`and b.target_id = any (array(
    select l.target_id from charge_target_tag l where l.company_id = ${ctx.companyId} and l.tag_id = ${tagId}))`;
}

function whereName(ctx: Context, q: string): Sql {
  const like = `%${likeText(q)}%`;
  return sql`and b.target_id in (
    select h.id from house h where h.company_id = ${ctx.companyId} and h.full_name ilike ${like}
    union all select k.id from parking_space k where k.company_id = ${ctx.companyId} and k.number ilike ${like}
    union all select v.id from vehicle v where v.company_id = ${ctx.companyId} and v.plate ilike ${like})`;
}

export interface BillSums {
  billCount: number;
  receivableFen: Fen;
  discountFen: Fen;
  waivedFen: Fen;
  receivedFen: Fen;
  outstandingFen: Fen;
  lateFeeReceivedFen: Fen;
}

export interface SumsRow {
  bill_count: number;
  receivable: bigint;
  discount: bigint;
  waived: bigint;
  received: bigint;
  outstanding: bigint;
  late_fee: bigint;
}

/** Of no bill at all. */
export const noSums: BillSums = {
  billCount: 0,
  receivableFen: zeroFen,
  discountFen: zeroFen,
  waivedFen: zeroFen,
  receivedFen: zeroFen,
  outstandingFen: zeroFen,
  lateFeeReceivedFen: zeroFen,
};

export function addSums(list: readonly BillSums[]): BillSums {
  const add = (pick: (one: BillSums) => Fen) => fen(list.reduce((sum, one) => sum + pick(one), 0n));
  return {
    billCount: list.reduce((sum, one) => sum + one.billCount, 0),
    receivableFen: add((one) => one.receivableFen),
    discountFen: add((one) => one.discountFen),
    waivedFen: add((one) => one.waivedFen),
    receivedFen: add((one) => one.receivedFen),
    outstandingFen: add((one) => one.outstandingFen),
    lateFeeReceivedFen: add((one) => one.lateFeeReceivedFen),
  };
}

/** The one definition of every ledger figure (FIN-2), over `bill b`. */
export const billSums = sql`count(*)::int as bill_count, coalesce(sum(b.receivable_fen), 0)::bigint as receivable,
  coalesce(sum(b.discount_fen), 0)::bigint as discount, coalesce(sum(b.waived_fen), 0)::bigint as waived,
  coalesce(sum(b.received_fen - b.refunded_fen), 0)::bigint as received,
  coalesce(sum(b.outstanding_fen), 0)::bigint as outstanding,
  coalesce(sum(b.late_fee_received_fen), 0)::bigint as late_fee`;

/** The same figures of groups added up once more. */
const sumsOfGroups = sql`coalesce(sum(g.bill_count), 0)::int as bill_count, coalesce(sum(g.receivable), 0)::bigint as receivable,
  coalesce(sum(g.discount), 0)::bigint as discount, coalesce(sum(g.waived), 0)::bigint as waived,
  coalesce(sum(g.received), 0)::bigint as received, coalesce(sum(g.outstanding), 0)::bigint as outstanding,
  coalesce(sum(g.late_fee), 0)::bigint as late_fee`;

export function readSums(row: SumsRow): BillSums {
  return {
    billCount: row.bill_count,
    receivableFen: fen(row.receivable),
    discountFen: fen(row.discount),
    waivedFen: fen(row.waived),
    receivedFen: fen(row.received),
    outstandingFen: fen(row.outstanding),
    lateFeeReceivedFen: fen(row.late_fee),
  };
}

export function viewSums(sums: BillSums): LedgerSums {
  return {
    billCount: sums.billCount,
    receivable: formatYuan(sums.receivableFen),
    discount: formatYuan(sums.discountFen),
    waived: formatYuan(sums.waivedFen),
    received: formatYuan(sums.receivedFen),
    outstanding: formatYuan(sums.outstandingFen),
    lateFeeReceived: formatYuan(sums.lateFeeReceivedFen),
    rate: collectionRate(sums.receivedFen, fen(sums.receivableFen - sums.discountFen - sums.waivedFen)),
  };
}

/** Sums over every bill that matches. */
export async function sumLedger(ctx: Context, filter: LedgerFilter): Promise<BillSums> {
  const [row] = await ctx.tx.ad<SumsRow>(sql`select ${billSums} from bill b where ${whereBills(ctx, filter)}`);
  return readSums(row!);
}

/** What is owed over every bill that matches, and by how many houses and parking spaces. */
export async function sumArrears(
  ctx: Context,
  filter: LedgerFilter,
): Promise<{ outstandingFen: Fen; targetCount: number }> {
  const [row] = await ctx.tx.ad<{ outstanding: bigint; targets: number }>(
    sql`select coalesce(sum(g.outstanding), 0)::bigint as outstanding, count(*)::int as targets
      from (select sum(b.outstanding_fen) as outstanding from bill b where ${whereBills(ctx, filter)} and ${isOwing} group by b.target_id) g`,
  );
  return { outstandingFen: fen(row!.outstanding), targetCount: row!.targets };
}

/** What each building owes, most first. */
export function arrearsByBuilding(
  ctx: Context,
  filter: LedgerFilter,
  count: number,
): Promise<{ key: string | null; label: string; community_name: string; outstanding: bigint }[]> {
  const { label, community, joins, order } = naming(ctx, 'building');
  return ctx.tx.ad(sql`select g.key, ${label} as label, ${community} as community_name, g.outstanding
    from (select h.building_id as key, o.community_id, sum(o.outstanding)::bigint as outstanding
      from (select b.target_id, b.community_id, sum(b.outstanding_fen) as outstanding from bill b
        where ${whereBills(ctx, filter)} and ${isOwing} group by b.target_id, b.community_id) o
      left join house h on h.company_id = ${ctx.companyId} and h.id = o.target_id
      group by h.building_id, o.community_id) g ${joins}
    order by ${orderOf('-outstanding', order)} limit ${count}`);
}

// Nothing outstanding is ever negative, so a target owes exactly when one of its bills does.
const isOwing = sql`b.outstanding_fen > 0`;

/** Sums of each month of the filter that has bills, by the month their period begins in. */
export async function sumLedgerByMonth(ctx: Context, filter: LedgerFilter): Promise<Map<string, BillSums>> {
  const rows = await ctx.tx.ad<
    SumsRow & { month: string }
  >(sql`select date_trunc('month', b.period_from)::date as month, ${billSums}
    from bill b where ${whereBills(ctx, filter)} group by 1`);
  return new Map(rows.map((row) => [row.month.slice(0, 7), readSums(row)]));
}

const earliest = sql`min(b.period_from) filter (where b.outstanding_fen > 0) as earliest`;

/** One row per group: `key`, the sums and the first day of the oldest unpaid period. */
function groups(ctx: Context, filter: LedgerFilter, by: LedgerGrouping): Sql {
  const where = whereBills(ctx, filter);
  switch (by) {
    case 'target':
      return sql`select b.target_id as key, b.target_kind, b.community_id, ${billSums}, ${earliest}
        from bill b where ${where} group by b.target_id, b.target_kind, b.community_id`;
    case 'item':
      return sql`select b.charge_item_id as key, ${billSums}, ${earliest} from bill b where ${where} group by b.charge_item_id`;
    case 'community':
      return sql`select b.community_id as key, ${billSums}, ${earliest} from bill b where ${where} group by b.community_id`;
    case 'building':
      // First by target, so that the join meets a row per house and not per bill.
      return sql`select h.building_id as key, g.community_id, ${sumsOfGroups}, min(g.earliest) as earliest
        from (select b.target_id, b.community_id, ${billSums}, ${earliest} from bill b where ${where}
          group by b.target_id, b.community_id) g
        left join house h on h.company_id = ${ctx.companyId} and h.id = g.target_id
        group by h.building_id, g.community_id`;
  }
}

/** Names of the groups `g` and the order a person expects them in. */
function naming(ctx: Context, by: LedgerGrouping): { label: Sql; community: Sql; joins: Sql; order: Sql } {
  const company = ctx.companyId;
  const inCommunity = sql`join community c on c.company_id = ${company} and c.id = g.community_id`;
  switch (by) {
    case 'target':
      return {
        label: sql`coalesce(h.full_name, k.number, v.plate, '')`,
        community: sql`c.name`,
        joins: sql`${inCommunity}
          left join house h on g.target_kind = 'house' and h.company_id = ${company} and h.id = g.key
          left join building u on u.company_id = ${company} and u.id = h.building_id
          left join parking_space k on g.target_kind = 'parkingSpace' and k.company_id = ${company} and k.id = g.key
          left join vehicle v on g.target_kind = 'vehicle' and v.company_id = ${company} and v.id = g.key`,
        order: sql`c.sort_order, c.name, g.target_kind, u.sort_order, h.sort_order,
          coalesce(h.full_name, k.number, v.plate, '') collate natural_order`,
      };
    case 'building':
      return {
        label: sql`coalesce(u.name, '车位、车辆')`,
        community: sql`c.name`,
        joins: sql`${inCommunity} left join building u on u.company_id = ${company} and u.id = g.key`,
        order: sql`c.sort_order, c.name, u.id is null, u.sort_order, u.name collate natural_order`,
      };
    case 'community':
      return {
        label: sql`c.name`,
        community: sql`c.name`,
        joins: sql`join community c on c.company_id = ${company} and c.id = g.key`,
        order: sql`c.sort_order, c.name`,
      };
    case 'item':
      return {
        label: sql`i.name`,
        community: sql`''`,
        joins: sql`join charge_item i on i.company_id = ${company} and i.id = g.key`,
        order: sql`i.sort_order, i.name`,
      };
  }
}

const sortColumns = {
  outstanding: sql`g.outstanding`,
  received: sql`g.received`,
  receivable: sql`g.receivable`,
} as const;

function orderOf(sort: LedgerListing['sort'], byName: Sql): Sql {
  if (sort === 'label') return byName;
  const key = sort.replace('-', '') as keyof typeof sortColumns;
  return sql`${sortColumns[key]} ${sort.startsWith('-') ? sql`desc` : empty}, ${byName}`;
}

const payingConditions = { owing: sql`where g.outstanding > 0`, paidUp: sql`where g.outstanding = 0` } as const;

/** The groups that match with their totals, read once. `limit` is a clause for one page, or nothing for all of them. */
export function selectLedger(ctx: Context, listing: LedgerListing, limit: Sql): Sql {
  const { groupBy, paying, sort } = listing;
  const { label, community, joins, order } = naming(ctx, groupBy);
  return sql`with g as materialized (
      select * from (${groups(ctx, listing, groupBy)}) g ${paying ? payingConditions[paying] : empty}
    ), totals as (select count(*)::int as groups, ${sumsOfGroups} from g)
    select t.groups, jsonb_build_object('bill_count', t.bill_count, 'receivable', t.receivable::text, 'discount', t.discount::text,
        'waived', t.waived::text, 'received', t.received::text, 'outstanding', t.outstanding::text, 'late_fee', t.late_fee::text) as totals,
      p.*
    from totals t left join lateral (
      select row_number() over (order by ${orderOf(sort, order)}) as place, coalesce(g.key::text, 'none') as key, ${label} as label,
        ${community} as community_name, ${groupBy === 'target' ? sql`g.target_kind` : sql`null::text`} as target_kind,
        g.bill_count, g.receivable, g.discount, g.waived, g.received, g.outstanding, g.late_fee, g.earliest
      from g ${joins} order by place ${limit}) p on true
    order by p.place`;
}

export interface LedgerSqlRow extends SumsRow {
  groups: number;
  totals: Record<keyof SumsRow, string | number>;
  /** Null when there is not a single group on the page. */
  key: string | null;
  label: string;
  community_name: string;
  target_kind: LedgerRow['targetKind'];
  earliest: string | null;
}

export function viewLedgerRow(row: LedgerSqlRow): LedgerRow {
  return {
    key: row.key ?? '',
    label: row.label,
    targetKind: row.target_kind,
    communityName: row.community_name,
    earliestUnpaid: row.earliest?.slice(0, 7) ?? null,
    ...viewSums(readSums(row)),
  };
}

export function readTotals({ totals }: LedgerSqlRow): BillSums {
  return readSums({
    bill_count: Number(totals.bill_count),
    receivable: BigInt(totals.receivable),
    discount: BigInt(totals.discount),
    waived: BigInt(totals.waived),
    received: BigInt(totals.received),
    outstanding: BigInt(totals.outstanding),
    late_fee: BigInt(totals.late_fee),
  });
}
