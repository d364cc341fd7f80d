/** When an item raises the bill of a period: days or months before or after the period starts (CHG-1). */
export interface RaiseShift {
  side: 'ahead' | 'after';
  unit: 'day' | 'month';
  offset: number;
}

/** The day on which the bill of a period that starts on `from` (ISO) is raised. */
export function raisedOn({ side, unit, offset }: RaiseShift, from: string): string {
  if (offset === 0) return from;
  const start = Temporal.PlainDate.from(from);
  const span = unit === 'month' ? { months: offset } : { days: offset };
  return (side === 'ahead' ? start.subtract(span) : start.add(span)).toString();
}

/** The months (`YYYY-MM`) in which periods may start that are raised on a day from `since` to `today`. */
export function monthsDue(
  { side, unit, offset }: RaiseShift,
  since: Temporal.PlainDate,
  today: Temporal.PlainDate,
): { from: string; to: string } {
  // A month more at either side where months are counted: the last day of February stands for the 29th to 31st too.
  const span = unit === 'month' ? { months: offset, days: 3 } : { days: offset };
  const shifted = (day: Temporal.PlainDate) => (side === 'ahead' ? day.add(span) : day.subtract(span));
  const monthOf = (day: Temporal.PlainDate) => day.toPlainYearMonth().toString();
  return side === 'ahead'
    ? { from: monthOf(since), to: monthOf(shifted(today)) }
    : { from: monthOf(shifted(since)), to: monthOf(today) };
}
