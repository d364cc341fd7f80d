/**
 * Splits output tax out of amounts that contain it (增值税法: 含税销售额 ÷ (1 + 税率)). The tax of all lines of one rate is worked
 * out once from their sum, rounded half away from zero, and shared over the lines by largest remainder, so that net and tax of every
 * line add up to the line and the tax adds up to the sum's. A red (negative) history gives exactly the opposite of a black one.
 *
 * @param grossFen amounts with tax in fen, of either sign; @param ratePercent such as '6' or '6.00'. Returns the tax of each, in fen.
 */
export function splitTax(grossFen: readonly bigint[], ratePercent: string): bigint[] {
  const rate = hundredths(ratePercent);
  if (rate === 0n) return grossFen.map(() => 0n);
  const divisor = 10_000n + rate;
  const shares = grossFen.map((gross, index) => {
    const exact = gross * rate;
    const whole = floorDivide(exact, divisor);
    return { index, whole, remainder: exact - whole * divisor };
  });
  const total = roundedTax(
    grossFen.reduce((sum, one) => sum + one, 0n),
    rate,
    divisor,
  );
  let left = total - shares.reduce((sum, { whole }) => sum + whole, 0n);
  const taxes = shares.map(({ whole }) => whole);
  for (const { index } of shares.toSorted((a, b) => compare(b.remainder, a.remainder) || a.index - b.index)) {
    if (left === 0n) break;
    taxes[index] = taxes[index]! + 1n;
    left -= 1n;
  }
  return taxes;
}

/** Percent as hundredths of a percent: '6' and '6.00' are 600. */
function hundredths(percent: string): bigint {
  const [whole = '0', part = ''] = percent.split('.');
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0').slice(0, 2));
}

function roundedTax(sum: bigint, rate: bigint, divisor: bigint): bigint {
  const size = sum < 0n ? -sum : sum;
  const rounded = (2n * size * rate + divisor) / (2n * divisor);
  return sum < 0n ? -rounded : rounded;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
