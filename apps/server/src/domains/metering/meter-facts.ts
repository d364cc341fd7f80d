import type { MeterKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import type { MeterFacts } from './judge-reading.ts';

/** The reading that is there for the month already, with its bill. */
export interface StandingReading {
  id: string;
  version: number;
  current: string;
  isRolledOver: boolean;
  closing: string | null;
  opening: string | null;
  usage: string;
  outcome: string;
  confirmation: string;
  billId: string | null;
  isPaid: boolean;
  amountFen: bigint | null;
  calculation: object | null;
}

export interface KnownMeter {
  id: string;
  communityId: string;
  timeZone: string;
  number: string;
  label: string;
  place: string;
  status: 'inUse' | 'stopped' | 'replaced';
  isMaster: boolean;
  chargeStandardId: string | null;
  target: { kind: 'house' | 'parkingSpace'; id: string } | null;
  facts: MeterFacts;
  reading: StandingReading | null;
}

interface MeterRow {
  id: string;
  community_id: string;
  time_zone: string;
  number: string;
  label: string;
  place: string;
  kind: MeterKind;
  status: KnownMeter['status'];
  is_master: boolean;
  multiplier: string;
  digits: number;
  loss_share: string;
  initial_reading: string;
  charge_standard_id: string | null;
  house_id: string | null;
  parking_space_id: string | null;
  previous: string | null;
  previous_month: string | null;
  old_closing: string | null;
  old_multiplier: string | null;
  old_last: string | null;
  old_month: string | null;
  usual: string | null;
  usual_count: number;
  peers: string | null;
  reading_id: string | null;
  reading_version: number;
  current: string;
  is_rolled_over: boolean;
  closing: string | null;
  opening: string | null;
  usage: string;
  outcome: string;
  confirmation: string;
  bill_id: string | null;
  is_paid: boolean;
  receivable_fen: bigint | null;
  calculation: object | null;
}

/**
 * Everything a reading of a month is judged by, for the meters that meet a condition on alias `m`, in the given order
 * (aliases `m`, and `l` of `meter_label`). `month` is `YYYY-MM`.
 */
export async function readMeterFacts(
  ctx: Context,
  month: string,
  condition: Sql,
  order: Sql = sql`m.id`,
): Promise<KnownMeter[]> {
  const first = `${month}-01`;
  const rows = await ctx.tx.ad<MeterRow>(sql`
    select m.id, m.community_id, c.time_zone, m.number, l.label, m.place, m.kind, m.status, m.is_master, trim_scale(m.multiplier)::text multiplier, m.digits,
      trim_scale(m.loss_share)::text loss_share, trim_scale(m.initial_reading)::text initial_reading, m.charge_standard_id, m.house_id, m.parking_space_id,
      trim_scale(p.current)::text previous, to_char(p.month, 'YYYY-MM') previous_month, trim_scale(o.closing_reading)::text old_closing,
      trim_scale(o.multiplier)::text old_multiplier, trim_scale(coalesce(op.current, o.initial_reading))::text old_last, to_char(op.month, 'YYYY-MM') old_month,
      u.average::text usual, coalesce(u.count, 0)::int usual_count, near.average::text peers,
      r.id reading_id, r.version reading_version, trim_scale(r.current)::text current, r.is_rolled_over, trim_scale(r.closing)::text closing,
      trim_scale(r.opening)::text opening, trim_scale(r.usage)::text usage, r.outcome, r.confirmation,
      b.id bill_id, b.received_fen + b.late_fee_received_fen + b.discount_fen + b.waived_fen > 0 is_paid, b.receivable_fen, b.calculation
    from meter m join community c on c.company_id = m.company_id and c.id = m.community_id
    join meter_label l on l.company_id = m.company_id and l.id = m.id
    left join lateral (select x.current, x.month from meter_reading x where x.company_id = m.company_id and x.meter_id = m.id and x.month < ${first}
      order by x.month desc limit 1) p on true
    left join meter o on o.company_id = m.company_id and o.replaced_by_id = m.id
    left join lateral (select x.current, x.month from meter_reading x where x.company_id = m.company_id and x.meter_id = o.id
      order by x.month desc limit 1) op on true
    left join lateral (select avg(y.counted) average, count(*) count from (select x.counted from meter_reading x where x.company_id = m.company_id
      and x.meter_id in (m.id, o.id) and x.month < ${first} order by x.month desc limit 3) y) u on true
    left join (select x.community_id, n.kind, avg(x.counted) average from meter_reading x join meter n on n.company_id = x.company_id and n.id = x.meter_id
        and not n.is_master where x.company_id = ${ctx.companyId} and x.month >= ${first}::date - interval '3 months' and x.month < ${first} group by 1, 2) near
      on near.community_id = m.community_id and near.kind = m.kind and not m.is_master
    left join meter_reading r on r.company_id = m.company_id and r.meter_id = m.id and r.month = ${first}
    left join bill b on b.company_id = m.company_id and b.meter_reading_id = r.id and b.voided_at is null
    where m.company_id = ${ctx.companyId} and ${condition} order by ${order}`);
  return rows.map(knownMeter);
}

/** Locks meters in the order of their ids: what two people do at once to one meter happens one after the other. */
export async function lockMeters(ctx: Context, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`select id from meter
    where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[]) order by id for update`);
  return new Set(rows.map((row) => row.id));
}

function knownMeter(row: MeterRow): KnownMeter {
  // A new meter's first reading counts what the old one still counted after its last.
  const follows = row.previous === null && row.old_closing !== null && row.old_multiplier !== null;
  return {
    id: row.id,
    communityId: row.community_id,
    timeZone: row.time_zone,
    number: row.number,
    label: row.label,
    place: row.place,
    status: row.status,
    isMaster: row.is_master,
    chargeStandardId: row.charge_standard_id,
    target: targetOf(row),
    facts: {
      kind: row.kind,
      multiplier: row.multiplier,
      digits: row.digits,
      lossShare: row.loss_share,
      previous: row.previous ?? (follows ? row.old_last! : row.initial_reading),
      previousMonth: row.previous_month ?? (follows ? row.old_month : null),
      replaced: follows
        ? { closing: row.old_closing!, opening: row.initial_reading, multiplier: row.old_multiplier! }
        : null,
      usual: row.usual,
      usualCount: row.usual_count,
      peers: row.peers,
    },
    reading: row.reading_id === null ? null : standingReading(row, row.reading_id),
  };
}

function targetOf(row: MeterRow): KnownMeter['target'] {
  if (row.house_id) return { kind: 'house', id: row.house_id };
  return row.parking_space_id ? { kind: 'parkingSpace', id: row.parking_space_id } : null;
}

function standingReading(row: MeterRow, id: string): StandingReading {
  return {
    id,
    version: row.reading_version,
    current: row.current,
    isRolledOver: row.is_rolled_over,
    closing: row.closing,
    opening: row.opening,
    usage: row.usage,
    outcome: row.outcome,
    confirmation: row.confirmation,
    billId: row.bill_id,
    isPaid: row.bill_id !== null && row.is_paid,
    amountFen: row.receivable_fen,
    calculation: row.calculation,
  };
}
