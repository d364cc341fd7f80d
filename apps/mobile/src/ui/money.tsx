import { formatYuan, formatYuanGrouped, parseYuan, sumFen } from '@anlin/money';

/** A sum with its sign and thousands apart: `1,234.50`; what comes is exact yuan text. */
export function Money({ yuan, large = false }: { yuan: string; large?: boolean }) {
  return <span className={large ? 'money money-large' : 'money'}>¥{formatYuanGrouped(parseYuan(yuan))}</span>;
}

/** Exact, in fen. */
export const sumYuan = (sums: readonly string[]): string => formatYuan(sumFen(sums.map(parseYuan)));

export const isZero = (yuan: string): boolean => parseYuan(yuan) === 0n;
