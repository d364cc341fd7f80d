const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;
const EXCEL_DIGITS = 15;

/**
 * The text of a number as stored in a file. A plain decimal of at most 15 significant digits stays exactly as
 * written; a longer fraction is float noise (98.500000000000014) and is rounded to the 15 digits Excel shows.
 * Whole numbers stay whole however long: they are card and identity numbers. Null when it is no number.
 */
export function storedNumberText(stored: string): string | null {
  if (PLAIN_DECIMAL.test(stored)) {
    if (!stored.includes('.')) return stored;
    if (significantDigits(stored) <= EXCEL_DIGITS) return stored;
  }
  const value = Number(stored);
  return stored.trim() !== '' && Number.isFinite(value) ? numberText(value) : null;
}

/** The text of a double: shortest that reads back the same, at most 15 significant digits, never an exponent. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return withoutExponent(String(value));
  const shortest = String(value);
  const text = significantDigits(shortest) <= EXCEL_DIGITS ? shortest : String(Number(value.toPrecision(EXCEL_DIGITS)));
  return withoutExponent(text);
}

function significantDigits(text: string): number {
  const exponentAt = text.indexOf('e');
  const mantissa = exponentAt === -1 ? text : text.slice(0, exponentAt);
  return mantissa.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
}

function withoutExponent(text: string): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const digits = whole + fraction;
  const pointAt = 1 + Number(exponentText);
  if (pointAt <= 0) return `${sign}0.${'0'.repeat(-pointAt)}${digits}`;
  if (pointAt >= digits.length) return sign + digits.padEnd(pointAt, '0');
  return `${sign}${digits.slice(0, pointAt)}.${digits.slice(pointAt)}`;
}
