/** A whole number that is a `number` while it is safe and a `bigint` beyond; keeps the usual case fast and all cases exact. */
export type Whole = number | bigint;

/** A non-negative exact decimal: `units` / 10^`scale`. */
export interface Exact {
  units: Whole;
  scale: number;
}

/** A non-negative fraction; the denominator is positive. */
export interface Ratio {
  num: Whole;
  den: Whole;
}

/** Why a text is no usable decimal. */
export type ExactProblem = 'bad' | 'negative';

const decimalText = /^\d{1,20}(?:\.\d{1,20})?$/;
const negativeText = /^-\d{1,20}(?:\.\d{1,20})?$/;

/** Reads a non-negative decimal text such as SQL `numeric` gives. A negative zero is zero. */
export function readExact(text: string): Exact | ExactProblem {
  if (text.length <= 15) {
    const quick = scanShort(text);
    if (quick) return quick;
  }
  if (!decimalText.test(text)) {
    if (!negativeText.test(text)) return 'bad';
    return /[1-9]/.test(text) ? 'negative' : { units: 0, scale: 0 };
  }
  const point = text.indexOf('.');
  if (point < 0) return { units: BigInt(text), scale: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

// Up to fifteen characters fit a safe integer: read digit by digit, without regular expression or bigint.
function scanShort(text: string): Exact | null {
  let units = 0;
  let point = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 46 && point < 0) point = index;
    else if (code >= 48 && code <= 57) units = units * 10 + (code - 48);
    else return null;
  }
  if (text.length === 0 || point === 0 || point === text.length - 1) return null;
  return { units, scale: point < 0 ? 0 : text.length - point - 1 };
}

export function multiply(left: Whole, right: Whole): Whole {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    if (product <= Number.MAX_SAFE_INTEGER) return product;
  }
  return BigInt(left) * BigInt(right);
}

export function addRatios(left: Ratio, right: Ratio): Ratio {
  if (left.den === right.den) return { num: add(left.num, right.num), den: left.den };
  const num = add(multiply(left.num, right.den), multiply(right.num, left.den));
  const den = multiply(left.den, right.den);
  const divisor = greatestDivisor(BigInt(num), BigInt(den));
  return { num: shrink(BigInt(num) / divisor), den: shrink(BigInt(den) / divisor) };
}

/** -1, 0 or 1 as the left fraction is smaller, equal or larger. */
export function compareRatios(left: Ratio, right: Ratio): number {
  const a = BigInt(left.num) * BigInt(right.den);
  const b = BigInt(right.num) * BigInt(left.den);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function powerOfTen(exponent: number): Whole {
  return exponent <= 15 ? 10 ** exponent : 10n ** BigInt(exponent);
}

/** A fraction as a decimal of at least two places, cut at eight and then marked `…`. */
export function ratioText({ num, den }: Ratio): string {
  const scaled = BigInt(num) * 100_000_000n;
  const digits = (scaled / BigInt(den)).toString().padStart(9, '0');
  const decimals = digits.slice(-8);
  const isCut = scaled % BigInt(den) !== 0n;
  return `${digits.slice(0, -8)}.${isCut ? `${decimals}…` : decimals.replace(/0{1,6}$/, '')}`;
}

/** Trailing zeros off, but at least `places` decimals: `2.8000` → `2.80`. */
export function tidyDecimal(text: string, places: number): string {
  const point = text.indexOf('.');
  if (point >= 0 && text.length - point - 1 === places) return text;
  const whole = point < 0 ? text : text.slice(0, point);
  const decimals = (point < 0 ? '' : text.slice(point + 1).replace(/0+$/, '')).padEnd(places, '0');
  return decimals === '' ? whole : `${whole}.${decimals}`;
}

function add(left: Whole, right: Whole): Whole {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  }
  return BigInt(left) + BigInt(right);
}

function greatestDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b > 0n) [a, b] = [b, a % b];
  return a > 0n ? a : 1n;
}

function shrink(value: bigint): Whole {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
