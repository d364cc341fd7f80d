/** First day of a month `2026-03`, as SQL wants it. */
export function monthStart(month: string): string {
  return `${month}-01`;
}

/** First day of the month after. */
export function nextMonthStart(month: string): string {
  return Temporal.PlainYearMonth.from(month).add({ months: 1 }).toPlainDate({ day: 1 }).toString();
}

export function previousMonth(month: string): string {
  return Temporal.PlainYearMonth.from(month).subtract({ months: 1 }).toString();
}

/** The last `count` months, `last` at the end. */
export function monthsUpTo(last: string, count: number): string[] {
  const end = Temporal.PlainYearMonth.from(last);
  return Array.from({ length: count }, (_, index) => end.subtract({ months: count - 1 - index }).toString());
}

/** The last `count` days, `last` at the end. */
export function daysUpTo(last: Temporal.PlainDate, count: number): string[] {
  return Array.from({ length: count }, (_, index) => last.subtract({ days: count - 1 - index }).toString());
}
