/** What a resident identity card number says of its holder (GB 11643-1999). */
export interface IdCardFacts {
  /** `1949-12-31` */
  birthday: string;
  sex: 'male' | 'female';
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = '10X98765432';
/** First two digits: the provinces of GB/T 2260, and 82, 83 for residence permits of Macao and Taiwan, 81 for Hong Kong. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

/** The number as it is kept and compared: no spaces, a capital X. */
export function idCardOf(text: string): string {
  return text.replace(/\s/g, '').toUpperCase();
}

/** The eighteenth digit that belongs to the first seventeen. */
export function idCardCheckDigit(first17: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return checkDigits[sum % 11] as string;
}

/** Reads birthday and sex; null for a number that cannot exist: wrong length, province, day or check digit. */
export function readIdCard(text: string): IdCardFacts | null {
  const number = idCardOf(text);
  if (!/^\d{17}[\dX]$/.test(number) || !provinces.has(number.slice(0, 2))) return null;
  const birthday = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isDay(birthday) || number.at(-1) !== idCardCheckDigit(number)) return null;
  return { birthday, sex: Number(number[16]) % 2 === 1 ? 'male' : 'female' };
}

/** `110***********002X`: the province and the last four stay. */
export function maskIdCard(number: string): string {
  return `${number.slice(0, 3)}${'*'.repeat(Math.max(0, number.length - 7))}${number.slice(-4)}`;
}

function isDay(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number) as [number, number, number];
  if (year < 1850 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (lengths[month - 1] as number);
}
