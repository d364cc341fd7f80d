import { type MeterKind, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { addBills, type NewBill } from '../charging/index.ts';
import { periodOf, priceReadings, type ReadingPrice } from './price-reading.ts';

interface ReadingRow {
  id: string;
  meter_id: string;
  community_id: string;
  time_zone: string;
  number: string;
  label: string;
  kind: MeterKind;
  charge_standard_id: string | null;
  house_id: string | null;
  parking_space_id: string | null;
  month: string;
  previous: string;
  current: string;
  is_rolled_over: boolean;
  closing: string | null;
  opening: string | null;
  old_multiplier: string | null;
  multiplier: string;
  digits: number;
  loss_share: string;
  shared_part: string;
  usage: string;
}

export interface RaisedReading {
  readingId: string;
  number: string;
  label: string;
  billId: string | null;
  amountFen: Fen | null;
  price: ReadingPrice;
}

/**
 * Raises the bills of readings that have none, in the open transaction: the readings are locked in the order of their
 * ids, so that of two who raise at once the second finds the bill of the first; `bill_once_of_reading` stands behind.
 */
export async function raiseBillsOf(ctx: Context, condition: Sql): Promise<RaisedReading[]> {
  const locked = await ctx.tx.ad<{ id: string }>(sql`select r.id from meter_reading r
    where r.company_id = ${ctx.companyId} and ${condition} order by r.id for no key update of r`);
  const rows = await ctx.tx.rows<ReadingRow>(sql`
    select r.id, r.meter_id, r.community_id, c.time_zone, m.number, l.label, m.kind, m.charge_standard_id, m.house_id, m.parking_space_id,
      to_char(r.month, 'YYYY-MM') "month", r.previous::text, r.current::text, r.is_rolled_over, r.closing::text, r.opening::text,
      r.old_multiplier::text, r.multiplier::text, r.digits, r.loss_share::text, r.shared_part::text, r.usage::text
    from meter_reading r join meter m on m.company_id = r.company_id and m.id = r.meter_id
    join meter_label l on l.company_id = r.company_id and l.id = r.meter_id
    join community c on c.company_id = r.company_id and c.id = r.community_id
    where r.company_id = ${ctx.companyId} and r.id = any (${locked.map((row) => row.id)}::uuid[])
      and not exists (select from bill b where b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null)
    order by r.month, l.house_order, l.label, r.id`);
  const prices = await priceReadings(ctx, rows.map(pricedOf));
  const raised = rows.map((row, index): RaisedReading & { bill: NewBill | null } => {
    const price = prices[index]!;
    const bill = price.kind === 'bill' ? billOf(ctx, row, price) : null;
    const { id: readingId, number, label } = row;
    return { readingId, number, label, billId: bill?.id ?? null, amountFen: bill?.amountFen ?? null, price, bill };
  });
  await addBills(
    ctx,
    raised.flatMap(({ bill }) => (bill ? [bill] : [])),
  );
  return raised.map(({ bill: _, ...rest }) => rest);
}

function pricedOf(row: ReadingRow) {
  return {
    meterId: row.meter_id,
    communityId: row.community_id,
    kind: row.kind,
    chargeStandardId: row.charge_standard_id,
    target: targetOf(row),
    month: row.month,
    usage: row.usage,
    dial: {
      previous: row.previous,
      current: row.current,
      multiplier: row.multiplier,
      digits: row.digits,
      isRolledOver: row.is_rolled_over,
      closing: row.closing,
      opening: row.opening,
      oldMultiplier: row.old_multiplier,
      lossShare: row.loss_share,
      sharedPart: row.shared_part,
    },
  };
}

function targetOf(row: Pick<ReadingRow, 'house_id' | 'parking_space_id'>) {
  if (row.house_id) return { kind: 'house' as const, id: row.house_id };
  return row.parking_space_id ? { kind: 'parkingSpace' as const, id: row.parking_space_id } : null;
}

// What was used is known only afterwards, so the days to pay count from the day the bill is raised, not from the month.
function billOf(ctx: Context, row: ReadingRow, price: Extract<ReadingPrice, { kind: 'bill' }>): NewBill {
  const target = targetOf(row)!;
  const period = periodOf(row.month);
  const dueOn = businessDay(ctx.clock, row.time_zone).add({ days: price.standard.dueDays }).toString();
  return {
    id: ctx.newId(),
    communityId: row.community_id,
    chargeItemId: price.standard.itemId,
    chargeStandardId: price.standard.id,
    targetKind: target.kind,
    targetId: target.id,
    periodFrom: period.from,
    periodTo: period.to,
    dueOn,
    amountFen: price.outcome.amount,
    raisedHow: 'meter',
    calculation: price.outcome.calculation,
    meterReadingId: row.id,
    apportionmentRunId: null,
  };
}

const mostFailuresShown = 100;

/** Refuses a building or a reading that is not there or out of sight. */
async function checkNamed(ctx: Context, input: { buildingId?: string | undefined; ids?: string[] | undefined }) {
  const ids = [...new Set(input.ids?.map((id) => id.toLowerCase()))];
  const found = await ctx.tx.first<{ buildings: number; readings: number }>(sql`
    select (select count(*)::int from building where company_id = ${ctx.companyId} and id = ${input.buildingId ?? null}) as buildings,
      (select count(*)::int from meter_reading where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])) as readings`);
  if (input.buildingId !== undefined && found?.buildings !== 1)
    throw platformFail('reference.notFound', { label: '楼宇' });
  if (found?.readings !== ids.length) throw platformFail('reference.notFound', { label: '抄表记录' });
}

/** Raises the bills of a month's readings on demand: of a community, a building, a kind, or of those named. */
export async function raiseReadings(
  ctx: Context,
  input: {
    communityId: string;
    month: string;
    kind?: MeterKind | undefined;
    buildingId?: string | undefined;
    ids?: string[] | undefined;
  },
) {
  const community = await ctx.tx.first(
    sql`select 1 from community where company_id = ${ctx.companyId} and id = ${input.communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  await checkNamed(ctx, input);
  const ofMeters = sql`exists (select from meter m where m.company_id = r.company_id and m.id = r.meter_id
    ${input.kind ? sql`and m.kind = ${input.kind}` : empty} ${input.buildingId ? sql`and m.building_id = ${input.buildingId}` : empty})`;
  const raised = await raiseBillsOf(
    ctx,
    sql`r.community_id = ${input.communityId} and r.month = ${`${input.month}-01`} and ${ofMeters}
      ${input.ids ? sql`and r.id = any (${input.ids}::uuid[])` : empty}`,
  );
  const bills = raised.filter((one) => one.billId !== null);
  const sum = formatYuan(sumFen(bills.flatMap(({ amountFen }) => (amountFen === null ? [] : [amountFen]))));
  const failures = raised.flatMap(({ price, label, number }) =>
    price.kind === 'failed' ? [{ targetLabel: label, number, reason: price.text }] : [],
  );
  if (bills.length > 0) {
    await recordAudit(ctx, {
      action: 'meterReading.raise',
      targetKind: 'meterReading',
      targetId: null,
      targetLabel: `${input.month} 抄表账单 ${bills.length} 张`,
      communityId: input.communityId,
      after: { month: input.month, billCount: bills.length, sum, failedCount: failures.length },
    });
  }
  return {
    billCount: bills.length,
    sum,
    noBillCount: raised.length - bills.length,
    failures: failures.slice(0, mostFailuresShown),
  };
}
