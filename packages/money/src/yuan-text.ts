import { type Fen, fen } from './fen.ts';
import { MoneyError } from './money-error.ts';

/**
 * Reads an amount as it goes over the wire: plain decimal yuan with at most two decimals, `275.80`, `-1.5`, `0`.
 * No spaces, grouping, plus sign, exponent or leading zeros. Throws `tooManyDecimals` or `notAnAmount`.
 */
export function parseYuan(text: string): Fen {
  const match = /^(-?)(0|[1-9]\d{0,29})(?:\.(\d+))?$/.exec(text);
  if (!match) throw new MoneyError('notAnAmount', { text: text.slice(0, 60) });
  const [, sign, yuan = '0', decimals = ''] = match;
  if (decimals.length > 2) throw new MoneyError('tooManyDecimals', { text: text.slice(0, 60) });
  const amount = BigInt(yuan + decimals.padEnd(2, '0'));
  return fen(sign ? -amount : amount);
}

/** Writes an amount as it goes over the wire: yuan with exactly two decimals, `-0.05`. */
export function formatYuan(amount: Fen): string {
  const { sign, yuan, decimals } = splitYuan(amount);
  return `${sign}${yuan}.${decimals}`;
}

/** Writes an amount for people: `1,275.80`. */
export function formatYuanGrouped(amount: Fen): string {
  const { sign, yuan, decimals } = splitYuan(amount);
  return `${sign}${yuan.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`;
}

function splitYuan(amount: Fen): { sign: string; yuan: string; decimals: string } {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return { sign: amount < 0n ? '-' : '', yuan: digits.slice(0, -2), decimals: digits.slice(-2) };
}
