/** Time comes from here and nowhere else, so that a test, a demo and a replay can choose it. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** A clock that stands still until it is moved. */
export function fixedClock(start: string): Clock & { set(instant: string): void } {
  let current = Temporal.Instant.from(start);
  return {
    now: () => current,
    set(instant) {
      current = Temporal.Instant.from(instant);
    },
  };
}

/** The business day in a community's zone. */
export function businessDay(clock: Clock, timeZone: string): Temporal.PlainDate {
  return clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
}
