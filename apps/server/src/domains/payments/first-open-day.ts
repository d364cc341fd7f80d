/** The day itself, or the first open one after it where the books are closed; ISO days, `closedUntil` null: nothing is closed. */
export function firstOpenDay(day: string, closedUntil: string | null): string {
  if (closedUntil === null || day > closedUntil) return day;
  return Temporal.PlainDate.from(closedUntil).add({ days: 1 }).toString();
}
