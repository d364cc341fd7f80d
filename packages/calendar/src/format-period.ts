import type { Period } from './period.ts';

/**
 * A period in Chinese, both ends included as people read them: `2026年1月`, `2026年1月至3月`, `2026年`,
 * or by days `2026年1月15日至1月31日`.
 */
export function formatPeriod({ from, to }: Period): string {
  if (from.day === 1 && to.day === 1) return formatMonths(from, to.subtract({ months: 1 }));
  const last = to.subtract({ days: 1 });
  if (from.equals(last)) return formatDay(from);
  return `${formatDay(from)}至${from.year === last.year ? `${last.month}月${last.day}日` : formatDay(last)}`;
}

function formatMonths(first: Temporal.PlainDate, last: Temporal.PlainDate): string {
  const isWholeYears = first.month === 1 && last.month === 12;
  if (first.year !== last.year) {
    return isWholeYears
      ? `${first.year}年至${last.year}年`
      : `${first.year}年${first.month}月至${last.year}年${last.month}月`;
  }
  if (isWholeYears) return `${first.year}年`;
  return first.month === last.month
    ? `${first.year}年${first.month}月`
    : `${first.year}年${first.month}月至${last.month}月`;
}

/** A day in Chinese: `2026年1月15日`. */
export function formatDay(date: Temporal.PlainDate): string {
  return `${date.year}年${date.month}月${date.day}日`;
}
