import { randomInt } from 'node:crypto';

// Neither 0 and O nor 1, I and l: it is read from a screen and typed.
const letters = 'abcdefghjkmnpqrstuvwxyz';
const digits = '23456789';

/** Twelve characters in three groups, with letters and digits: about 52 bits. */
export function makePassword(): string {
  const pick = (from: string, count: number) =>
    Array.from({ length: count }, () => from[randomInt(from.length)]).join('');
  return `${pick(letters, 4)}-${pick(digits, 4)}-${pick(letters + digits, 4)}`;
}
