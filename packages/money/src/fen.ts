import { MoneyError } from './money-error.ts';

declare const fenBrand: unique symbol;

/** An amount of money in fen, the hundredth of a yuan. Never a float. */
export type Fen = bigint & { readonly [fenBrand]: 'fen' };

/** Zero fen. */
export const zeroFen = 0n as Fen;

/** Takes a whole number of fen (as SQL `bigint` gives it). Throws `notAnInteger` for anything else. */
export function fen(value: bigint | number | string): Fen {
  if (typeof value === 'bigint') return value as Fen;
  const isWhole = typeof value === 'number' ? Number.isSafeInteger(value) : /^-?\d+$/.test(value);
  if (!isWhole) throw new MoneyError('notAnInteger', { value: String(value) });
  return BigInt(value) as Fen;
}

/** Adds amounts; nothing adds up to zero. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum as Fen;
}

export function addFen(left: Fen, right: Fen): Fen {
  return (left + right) as Fen;
}

export function subtractFen(left: Fen, right: Fen): Fen {
  return (left - right) as Fen;
}

export function negateFen(amount: Fen): Fen {
  return -amount as Fen;
}

export function absFen(amount: Fen): Fen {
  return amount < 0n ? negateFen(amount) : amount;
}

/** The smallest of at least one amount. */
export function minFen(first: Fen, ...rest: Fen[]): Fen {
  return rest.reduce((least, amount) => (compareFen(amount, least) < 0 ? amount : least), first);
}

/** The largest of at least one amount. */
export function maxFen(first: Fen, ...rest: Fen[]): Fen {
  return rest.reduce((most, amount) => (compareFen(amount, most) > 0 ? amount : most), first);
}

/** For `Array.prototype.sort`: smaller amounts first. */
export function compareFen(left: Fen, right: Fen): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
