import { fen, formatYuan, parseYuan, ratioToMoney, shareEqually, sumFen } from '@anlin/money';

/** Yuan as typed, at most two decimals; an empty cell is nothing planned. */
export const isAmount = (text: string): boolean => /^(\d{1,12}(\.\d{1,2})?)?$/.test(text.trim());

const fenOf = (text: string) => (text.trim() === '' ? fen(0) : parseYuan(text.trim()));

/** Months grown by a percentage with at most two decimals (`5`, `-3.5`), each rounded to whole yuan. */
export function growMonths(months: readonly string[], percent: string): string[] {
  const hundredths = BigInt(Math.round(Number(percent) * 100));
  return months.map((text) => {
    const amount = fenOf(text);
    const base = amount < 0n ? 0n : amount;
    return formatYuan(
      ratioToMoney(base * (10_000n + hundredths), 1_000_000n, { precision: 'yuan', rounding: 'halfUp' }),
    );
  });
}

/** A year shared out over its months, which add up to it. */
export const spreadYear = (total: string): string[] => shareEqually(fenOf(total), 12).map((one) => formatYuan(one));

/** Sum of months as typed; null while one of them is no amount. */
export function totalOf(months: readonly string[]): string | null {
  return months.every(isAmount) ? formatYuan(sumFen(months.map(fenOf))) : null;
}

/** As the server wants them: an empty cell is 0. */
export const amountsOf = (months: readonly string[]): string[] => months.map((text) => formatYuan(fenOf(text)));
