/** A half-open run of days: `from` is the first day, `to` the day after the last. */
export interface Period {
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate;
}

/** A period over the wire and in SQL: ISO days, half-open. */
export interface IsoPeriod {
  readonly from: string;
  readonly to: string;
}

/** Makes a period from days or ISO strings. Throws RangeError if it would not hold at least one day. */
export function period(from: Temporal.PlainDate | string, to: Temporal.PlainDate | string): Period {
  const result = { from: Temporal.PlainDate.from(from), to: Temporal.PlainDate.from(to) };
  if (Temporal.PlainDate.compare(result.from, result.to) >= 0) throw new RangeError('a period holds at least one day');
  return result;
}

/** The ISO form of a period. */
export function toIsoPeriod({ from, to }: Period): IsoPeriod {
  return { from: from.toString(), to: to.toString() };
}

/** A whole calendar month; takes `2026-03` or a PlainYearMonth. */
export function monthPeriod(yearMonth: Temporal.PlainYearMonth | string): Period {
  const from = Temporal.PlainYearMonth.from(yearMonth).toPlainDate({ day: 1 });
  return { from, to: from.add({ months: 1 }) };
}

/** How many days a period has. */
export function days({ from, to }: Period): number {
  return from.until(to, { largestUnit: 'day' }).days;
}

/** The days two periods have in common, or null. */
export function intersect(left: Period, right: Period): Period | null {
  const from = laterDate(left.from, right.from);
  const to = earlierDate(left.to, right.to);
  return Temporal.PlainDate.compare(from, to) < 0 ? { from, to } : null;
}

/** Whether a day, or every day of another period, lies in the period. */
export function contains(outer: Period, inner: Period | Temporal.PlainDate): boolean {
  const compare = Temporal.PlainDate.compare;
  if (inner instanceof Temporal.PlainDate) return compare(outer.from, inner) <= 0 && compare(inner, outer.to) < 0;
  return compare(outer.from, inner.from) <= 0 && compare(inner.to, outer.to) <= 0;
}

export function isSamePeriod(left: Period, right: Period): boolean {
  return left.from.equals(right.from) && left.to.equals(right.to);
}

export function earlierDate(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) <= 0 ? left : right;
}

export function laterDate(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) >= 0 ? left : right;
}
