import { Decimal } from '@anlin/money';

/** What a dial showed and how it counts (CHG-12). Decimals are text. */
export interface MeterUsageInput {
  previous: string;
  current: string;
  multiplier: string;
  /** Places before the decimal point; after the highest figure the dial shows 0 again. */
  digits: number;
  /** The dial went through its highest figure once since the last reading. */
  isRolledOver: boolean;
  /** The dial was changed since the last reading: where the old one ended and the new one began, and the old one's multiplier. */
  replaced: { closing: string; opening: string; multiplier: string } | null;
  /** Added to what was counted, as a share of it: 0.02 is 2 %. */
  lossShare: string;
  /** Added to it as it is. */
  sharedPart: string;
}

/**
 * `lower`: the dial shows less than before and nobody said it rolled over or was changed. `oldLower`: the same of the
 * old dial's end. `notRolledOver`: it did not fall, so it cannot have rolled over. `beyondDial`: more digits than it has.
 */
export type MeterUsageErrorCode = 'badNumber' | 'lower' | 'oldLower' | 'notRolledOver' | 'beyondDial';

export type MeterUsageOutcome = { ok: true; counted: string; usage: string } | { ok: false; code: MeterUsageErrorCode };

/** Quantities are kept with six decimals. */
const usagePlaces = 6;

/**
 * Usage = (current − previous) × multiplier + loss + shared part, as exact decimals of at most six places. Never throws.
 * Source: CHG-12, worked examples 17…19.
 */
export function meterUsage(input: MeterUsageInput): MeterUsageOutcome {
  const figures = readFigures(input);
  if (!figures) return { ok: false, code: 'badNumber' };
  const { previous, current, multiplier, lossShare, sharedPart, replaced } = figures;
  const capacity = new Decimal(10).pow(input.digits);
  const newest = replaced ? replaced.opening : previous;
  if ([current, newest].some((one) => one.greaterThanOrEqualTo(capacity))) return { ok: false, code: 'beyondDial' };
  const old = replaced ? replaced.closing.minus(previous) : new Decimal(0);
  let turned = current.minus(newest);
  let oldTurned = old;
  if (input.isRolledOver) {
    if (turned.isNegative() && !turned.isZero()) turned = turned.plus(capacity);
    else if (old.isNegative() && !old.isZero()) oldTurned = old.plus(capacity);
    else return { ok: false, code: 'notRolledOver' };
  }
  if (oldTurned.lessThan(0)) return { ok: false, code: 'oldLower' };
  if (turned.lessThan(0)) return { ok: false, code: 'lower' };
  const counted = turned
    .times(multiplier)
    .plus(oldTurned.times(replaced?.multiplier ?? 1))
    .toDecimalPlaces(usagePlaces, Decimal.ROUND_HALF_UP);
  const usage = counted
    .plus(counted.times(lossShare))
    .plus(sharedPart)
    .toDecimalPlaces(usagePlaces, Decimal.ROUND_HALF_UP);
  return { ok: true, counted: counted.toFixed(), usage: usage.toFixed() };
}

const plain = /^\d{1,14}(\.\d{1,6})?$/;

function readFigures(input: MeterUsageInput) {
  const { replaced } = input;
  const texts = [input.previous, input.current, input.multiplier, input.lossShare, input.sharedPart];
  const olds = replaced ? [replaced.closing, replaced.opening, replaced.multiplier] : [];
  if (![...texts, ...olds].every((text) => plain.test(text))) return null;
  const [previous, current, multiplier, lossShare, sharedPart] = texts.map((text) => new Decimal(text));
  const [closing, opening, oldMultiplier] = olds.map((text) => new Decimal(text));
  return {
    previous: previous!,
    current: current!,
    multiplier: multiplier!,
    lossShare: lossShare!,
    sharedPart: sharedPart!,
    replaced: replaced ? { closing: closing!, opening: opening!, multiplier: oldMultiplier! } : null,
  };
}
