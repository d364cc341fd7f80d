const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * Whether a text is a 统一社会信用代码 (GB 32100-2015): 18 characters without I, O, S, V and Z, in capitals; the last is
 * 31 less the weighted sum of the others modulo 31.
 */
export function isTaxNumber(text: string): boolean {
  if (text.length !== 18) return false;
  const values = [...text].map((letter) => alphabet.indexOf(letter));
  if (values.some((value) => value < 0)) return false;
  const sum = weights.reduce((total, weight, place) => total + weight * (values[place] ?? 0), 0);
  return (31 - (sum % 31)) % 31 === values[17];
}
