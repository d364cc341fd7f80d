import { type MeterKind, meterUnits } from '@anlin/contract';
import { Decimal } from '@anlin/money';
import type { Outcome } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { type MeterStandard, readMeterStandards } from '../charging/index.ts';
import { dialOf } from './judge-reading.ts';

/** A reading as its bill is worked out. Decimals are text. */
export interface PricedReading {
  meterId: string;
  kind: MeterKind;
  chargeStandardId: string | null;
  target: { kind: 'house' | 'parkingSpace'; id: string } | null;
  /** `YYYY-MM` */
  month: string;
  usage: string;
  dial: Parameters<typeof dialOf>[0];
}

export type ReadingPrice =
  | { kind: 'bill'; standard: MeterStandard; outcome: Extract<Outcome, { kind: 'bill' }> }
  /** Nothing to pay by intention, or it could not be worked out; in words. */
  | { kind: 'none' | 'failed'; text: string };

/** Prices readings: usage by the meter's standard, tiers by what was used before in the year and by how many live there. */
export async function priceReadings(ctx: Context, readings: readonly PricedReading[]): Promise<ReadingPrice[]> {
  const standardIds = readings.flatMap(({ chargeStandardId }) => (chargeStandardId ? [chargeStandardId] : []));
  const standards =
    standardIds.length > 0 ? await readMeterStandards(ctx, standardIds) : new Map<string, MeterStandard>();
  return readings.map((reading) => priceReading(reading, standards));
}

function priceReading(reading: PricedReading, standards: ReadonlyMap<string, MeterStandard>): ReadingPrice {
  if (!reading.target) return { kind: 'none', text: '公共表或总表，不出账单' };
  if (!reading.chargeStandardId) return { kind: 'none', text: '仪表没有设收费标准，不出账单' };
  const standard = standards.get(reading.chargeStandardId);
  if (!standard) return { kind: 'failed', text: '收费标准不能按用量计价，请在仪表中改选' };
  const unit = meterUnits[reading.kind];
  const quantity = new Decimal(reading.usage).toFixed();
  const period = periodOf(reading.month);
  const outcome = standard.price(unit)({ quantity, period, fullPeriod: period });
  if (outcome.kind === 'bill') {
    const calculation = { ...outcome.calculation, y: dialOf(reading.dial) };
    return { kind: 'bill', standard, outcome: { ...outcome, calculation } };
  }
  if (outcome.kind === 'noBill')
    return { kind: 'none', text: outcome.reason === 'zeroQuantity' ? '用量为 0，不出账单' : '金额为 0，不出账单' };
  const { code, params } = outcome.error;
  return {
    kind: 'failed',
    text:
      code === 'missingPrice' ? `${params.day} 还没有价格，请在收费标准中补上` : `无法计算（${code}），请检查收费标准`,
  };
}

/** The whole month, half-open. */
export function periodOf(month: string): { from: string; to: string } {
  const from = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return { from: from.toString(), to: from.add({ months: 1 }).toString() };
}
