import type { MeterKind } from '@anlin/contract';
import { Decimal } from '@anlin/money';
import type { Outcome } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { join, sql } from '../../platform/database/sql.ts';
import { factColumn, outcomeText, type ReadyStandard, readStandardsById } from '../charging/index.ts';
import { dialOf } from './judge-reading.ts';

/** A reading as its bill is worked out. Decimals are text. */
export interface PricedReading {
  meterId: string;
  communityId: string;
  kind: MeterKind;
  chargeStandardId: string | null;
  target: { kind: 'house' | 'parkingSpace'; id: string } | null;
  /** `YYYY-MM` */
  month: string;
  usage: string;
  dial: Parameters<typeof dialOf>[0];
}

export type ReadingPrice =
  | { kind: 'bill'; standard: ReadyStandard; outcome: Extract<Outcome, { kind: 'bill' }> }
  /** Nothing to pay by intention, or it could not be worked out; in words. */
  | { kind: 'none' | 'failed'; text: string };

/** Prices readings: usage by the meter's standard, tiers by what was used before in the year and by how many live there. */
export async function priceReadings(ctx: Context, readings: readonly PricedReading[]): Promise<ReadingPrice[]> {
  const prices = new Map<PricedReading, ReadingPrice>();
  for (const [communityId, own] of Map.groupBy(readings, (one) => one.communityId)) {
    const ids = [...new Set(own.flatMap(({ chargeStandardId }) => (chargeStandardId ? [chargeStandardId] : [])))];
    const found = ids.length > 0 ? await readStandardsById(ctx, ids, communityId) : [];
    const standards = new Map(found.map((standard) => [standard.id, standard]));
    const targets = await readTargets(ctx, own, found);
    for (const one of own) prices.set(one, priceReading(one, standards, targets.get(one.meterId)));
  }
  return readings.map((one) => prices.get(one)!);
}

function priceReading(
  reading: PricedReading,
  standards: ReadonlyMap<string, ReadyStandard>,
  target: TargetFacts | undefined,
): ReadingPrice {
  if (!reading.target || !target) return { kind: 'none', text: '公共表或总表，不出账单' };
  if (!reading.chargeStandardId) return { kind: 'none', text: '仪表没有设收费标准，不出账单' };
  const standard = standards.get(reading.chargeStandardId);
  if (!standard?.isMetered) return { kind: 'failed', text: '收费标准不是按抄表用量计价，请在仪表中改选' };
  const quantity = new Decimal(reading.usage).toFixed();
  if (quantity === '0') return { kind: 'none', text: '用量为 0，不出账单' };
  const period = periodOf(reading.month);
  const known: Readonly<Record<string, string | null>> = {
    ...target.facts,
    usage: quantity,
    usedBefore: target.usedBefore,
  };
  const facts = Object.fromEntries(standard.facts.map(({ name, key }) => [name, known[key] ?? null]));
  const outcome = standard.priceAt(target)({
    ...{ quantity, period, fullPeriod: period, facts },
    ...(standard.isByYear ? { usedBefore: target.usedBefore } : {}),
    ...(standard.isByHeads ? { headcount: target.facts.headcount ?? null } : {}),
  });
  if (outcome.kind === 'bill') {
    const version = standard.ruleVersion > 1 && !standard.isRuleDated ? { w: standard.ruleVersion } : {};
    const calculation = { ...outcome.calculation, ...version, y: dialOf(reading.dial) };
    return { kind: 'bill', standard, outcome: { ...outcome, calculation } };
  }
  if (outcome.kind === 'noBill') return { kind: 'none', text: '金额为 0，不出账单' };
  return { kind: 'failed', text: outcomeText(outcome, standard.quantitySource) ?? '' };
}

/** What pricing asks of the meter's house or space. */
interface TargetFacts {
  buildingId: string | null;
  unitId: string | null;
  facts: Readonly<Record<string, string | null>>;
  /** Used since the beginning of the year, before the month, on this meter and those it replaced. */
  usedBefore: string;
}

async function readTargets(
  ctx: Context,
  readings: readonly PricedReading[],
  standards: readonly ReadyStandard[],
): Promise<Map<string, TargetFacts>> {
  const priced = readings.filter((one) => one.target !== null && one.chargeStandardId !== null);
  if (priced.length === 0 || standards.length === 0) return new Map();
  const keys = [...new Set(['headcount', ...standards.flatMap((one) => one.facts.map((fact) => fact.key))])];
  const rows = await ctx.tx.ad<{
    id: string;
    building_id: string | null;
    unit_id: string | null;
    facts: (string | null)[];
    used_before: string;
  }>(sql`
    select b.id, h.building_id, h.unit_id, array[${join(keys.map(factColumn))}] facts, ${usedBefore} used_before
    from (select m.company_id, m.id, m.house_id, m.parking_space_id, coalesce(m.house_id, m.parking_space_id) target_id, null::numeric own_quantity, n."month"
        from unnest(${priced.map((one) => one.meterId)}::uuid[], ${priced.map((one) => `${one.month}-01`)}::date[]) as n (id, "month")
        join meter m on m.company_id = ${ctx.companyId} and m.id = n.id) b
      left join house h on h.company_id = b.company_id and h.id = b.house_id
      left join parking_space k on k.company_id = b.company_id and k.id = b.parking_space_id
      left join vehicle w on false`);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        buildingId: row.building_id,
        unitId: row.unit_id,
        facts: Object.fromEntries(keys.map((key, index) => [key, row.facts[index] ?? null])),
        usedBefore: row.used_before,
      },
    ]),
  );
}

const usedBefore = sql`(with recursive chain as (
    select b.id union select o.id from chain c join meter o on o.company_id = b.company_id and o.replaced_by_id = c.id)
  select trim_scale(coalesce(sum(r.usage), 0))::text from chain c join meter_reading r on r.company_id = b.company_id and r.meter_id = c.id
  where r.month >= date_trunc('year', b."month")::date and r.month < b."month")`;

/** The whole month, half-open. */
export function periodOf(month: string): { from: string; to: string } {
  const from = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return { from: from.toString(), to: from.add({ months: 1 }).toString() };
}
