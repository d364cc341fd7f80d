/** Time comes from here and nowhere else, so that a test, a demo and a replay can choose it. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** A clock that stands still until it is moved; or, where `run` is told so, goes on a little at every look, as a real one does. */
export function fixedClock(start: string): Clock & { set(instant: string): void; run(stepMilliseconds: number): void } {
  let current = Temporal.Instant.from(start);
  let step = 0;
  return {
    now() {
      current = current.add({ milliseconds: step });
      return current;
    },
    set(instant) {
      current = Temporal.Instant.from(instant);
    },
    run(stepMilliseconds) {
      step = stepMilliseconds;
    },
  };
}

/** The business day in a community's zone. */
export function businessDay(clock: Clock, timeZone: string): Temporal.PlainDate {
  return clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
}
