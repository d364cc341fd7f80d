/** How late a planned day may still be settled, as after a stop of the server. Days. */
export const latestDays = 3;

/** The first day with this number (1 to 28) after another day. */
export function plannedAfter(day: Temporal.PlainDate, dayOfMonth: number): Temporal.PlainDate {
  const same = day.with({ day: dayOfMonth });
  return Temporal.PlainDate.compare(same, day) > 0 ? same : same.add({ months: 1 });
}

/** The next planned day that is still to be settled: what lies too far back is left out. */
export function nextPlanned(
  plan: { decidedOn: string; dayOfMonth: number },
  today: Temporal.PlainDate,
): Temporal.PlainDate {
  let planned = plannedAfter(Temporal.PlainDate.from(plan.decidedOn), plan.dayOfMonth);
  const earliest = today.subtract({ days: latestDays });
  while (Temporal.PlainDate.compare(planned, earliest) < 0) planned = planned.add({ months: 1 });
  return planned;
}

/** The hour of a day in a zone. */
export function momentOf(day: Temporal.PlainDate, hour: number, timeZone: string): Temporal.Instant {
  return day.toZonedDateTime({ timeZone, plainTime: { hour } }).toInstant();
}

/** Nobody's money is taken at night: channels refuse it, and people would be woken by the message. */
const firstHour = 7;
const endHour = 22;

/** The moment itself, or the next morning where it falls into the night. */
export function atDaytime(moment: Temporal.Instant, timeZone: string): Temporal.Instant {
  const local = moment.toZonedDateTimeISO(timeZone);
  if (local.hour >= firstHour && local.hour < endHour) return moment;
  const day = local.hour < firstHour ? local.toPlainDate() : local.toPlainDate().add({ days: 1 });
  return momentOf(day, firstHour, timeZone);
}
