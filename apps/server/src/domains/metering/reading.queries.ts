import type * as contract from '@anlin/contract';
import type { EndpointReply, EndpointRequest, MeterKind } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { Decimal, type Fen, fen, formatYuan } from '@anlin/money';
import { type Calculation, explain } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { type KnownMeter, readMeterFacts } from './meter-facts.ts';

const mostGridRows = 1000;

/** The sheet a typist fills in: meters of a building or a walk, with the reading before and the one of the month. */
export async function readGrid(
  ctx: Context,
  query: EndpointRequest<typeof contract.getReadingGrid>['query'],
): Promise<EndpointReply<typeof contract.getReadingGrid>> {
  await checkCommunity(ctx, query.communityId);
  const condition = sql`m.community_id = ${query.communityId} and m.status = 'inUse'
    ${query.buildingId ? sql`and m.building_id = ${query.buildingId}` : empty} ${query.kind ? sql`and m.kind = ${query.kind}` : empty}`;
  const order =
    query.order === 'walk'
      ? sql`m.walk_order, m.number collate natural_order, m.id limit ${mostGridRows + 1}`
      : sql`l.house_order nulls last, l.label collate natural_order, m.kind, m.number collate natural_order, m.id limit ${mostGridRows + 1}`;
  const meters = await readMeterFacts(ctx, query.month, condition, order);
  return { rows: meters.slice(0, mostGridRows).map(gridRow), isCut: meters.length > mostGridRows };
}

function gridRow(meter: KnownMeter): contract.ReadingGridRow {
  const { facts, reading } = meter;
  return {
    meterId: meter.id,
    number: meter.number,
    kind: facts.kind,
    label: meter.label,
    place: meter.place,
    isMaster: meter.isMaster,
    multiplier: facts.multiplier,
    digits: facts.digits,
    previous: facts.previous,
    previousMonth: facts.previousMonth,
    usual: facts.usual === null ? null : new Decimal(facts.usual).toDecimalPlaces(2).toFixed(),
    reading: reading && {
      id: reading.id,
      version: reading.version,
      current: reading.current,
      isRolledOver: reading.isRolledOver,
      closing: facts.replaced ? null : reading.closing,
      opening: facts.replaced ? null : reading.opening,
      usage: reading.usage,
      outcome: reading.outcome as keyof typeof contract.readingOutcomes,
      confirmation: reading.confirmation,
      amount: reading.amountFen === null ? null : formatYuan(fen(reading.amountFen)),
      billId: reading.billId,
      isPaid: reading.isPaid,
      sentence: reading.calculation ? explain(reading.calculation as Calculation) : '',
    },
  };
}

async function checkCommunity(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first(sql`select 1 from community where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
}

const groupings = {
  month: sql`to_char(r.month, 'YYYY-MM')`,
  building: sql`coalesce(g.name, '不属于楼宇')`,
  item: sql`coalesce(i.name, '不收费')`,
} as const;

const groupIds = { month: sql`null::uuid`, building: sql`g.id`, item: sql`i.id` } as const;

/** Usage and money of a span of months, by month, building or charge item, each kind of meter apart. Master meters are left out. */
export async function summarise(
  ctx: Context,
  query: EndpointRequest<typeof contract.summariseReadings>['query'],
): Promise<EndpointReply<typeof contract.summariseReadings>> {
  await checkCommunity(ctx, query.communityId);
  const rows = await ctx.tx.ad<{
    group: string;
    group_id: string | null;
    kind: MeterKind;
    meter_count: number;
    read_count: number;
    usage: string;
    receivable: Fen;
    outstanding: Fen;
  }>(sql`
    select * from (select ${groupings[query.by]} "group", ${groupIds[query.by]} group_id, m.kind, count(distinct m.id)::int meter_count, count(*)::int read_count, trim_scale(sum(r.usage))::text "usage",
      coalesce(sum(b.receivable_fen), 0)::bigint receivable, coalesce(sum(b.outstanding_fen), 0)::bigint outstanding
    from meter_reading r join meter m on m.company_id = r.company_id and m.id = r.meter_id and not m.is_master
    left join building g on g.company_id = m.company_id and g.id = m.building_id
    left join bill b on b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null
    left join charge_standard s on s.company_id = m.company_id and s.id = m.charge_standard_id
    left join charge_item i on i.company_id = s.company_id and i.id = s.charge_item_id
    where r.company_id = ${ctx.companyId} and r.community_id = ${query.communityId} and r.month >= ${`${query.monthFrom}-01`} and r.month <= ${`${query.monthTo}-01`}
    group by 1, 2, 3) g order by g."group" collate natural_order, g.kind limit 2000`);
  return {
    rows: rows.map((row) => ({
      group: row.group,
      groupId: row.group_id,
      kind: row.kind,
      meterCount: row.meter_count,
      readCount: row.read_count,
      usage: row.usage,
      receivable: formatYuan(row.receivable),
      outstanding: formatYuan(row.outstanding),
    })),
  };
}

export interface MasterLoss {
  meterId: string;
  number: string;
  kind: MeterKind;
  label: string;
  /** Null: not read in the month. */
  usage: string | null;
  subUsage: string;
  subCount: number;
  unreadCount: number;
}

/** What each master meter of a community saw in a month, and what the meters behind it. `meterId`: only that one. */
export async function readMasterLosses(
  ctx: Context,
  { communityId, month, meterId }: { communityId: string; month: string; meterId?: string },
): Promise<MasterLoss[]> {
  const rows = await ctx.tx.ad<{
    id: string;
    number: string;
    kind: MeterKind;
    label: string;
    usage: string | null;
    sub_usage: string;
    sub_count: number;
    unread_count: number;
  }>(sql`
    select m.id, m.number, m.kind, l.label, trim_scale(r.counted)::text "usage", trim_scale(coalesce(s.usage, 0))::text sub_usage,
      coalesce(s.count, 0)::int sub_count, coalesce(s.unread, 0)::int unread_count
    from meter m join meter_label l on l.company_id = m.company_id and l.id = m.id
    left join meter_reading r on r.company_id = m.company_id and r.meter_id = m.id and r.month = ${`${month}-01`}
    left join lateral (select sum(x.counted) "usage", count(*) filter (where n.status = 'inUse' or x.id is not null) count,
        count(*) filter (where n.status = 'inUse' and x.id is null) unread
      from meter n left join meter_reading x on x.company_id = n.company_id and x.meter_id = n.id and x.month = ${`${month}-01`}
      where n.company_id = m.company_id and n.parent_id = m.id) s on true
    where m.company_id = ${ctx.companyId} and m.community_id = ${communityId} and m.is_master and m.status <> 'replaced'
      ${meterId ? sql`and m.id = ${meterId}` : empty} order by m.walk_order, m.number collate natural_order limit 500`);
  return rows.map((row) => ({
    meterId: row.id,
    number: row.number,
    kind: row.kind,
    label: row.label,
    usage: row.usage,
    subUsage: row.sub_usage,
    subCount: row.sub_count,
    unreadCount: row.unread_count,
  }));
}

/** The same with loss and its share, for the screen. */
export async function listLosses(
  ctx: Context,
  query: EndpointRequest<typeof contract.listMeterLosses>['query'],
): Promise<EndpointReply<typeof contract.listMeterLosses>> {
  await checkCommunity(ctx, query.communityId);
  const masters = await readMasterLosses(ctx, query);
  return {
    rows: masters.map((one) => {
      const usage = one.usage === null ? null : new Decimal(one.usage);
      const loss = usage?.minus(one.subUsage) ?? null;
      const percent = usage && loss && !usage.isZero() ? loss.dividedBy(usage).times(100).toFixed(2) : null;
      return { ...one, loss: loss?.toFixed() ?? null, lossPercent: percent };
    }),
  };
}
