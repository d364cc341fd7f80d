/** The time at the emulated channels: the machine's, unless a test sets another. */
export interface EmulatorClock {
  now(): Temporal.Instant;
  /** Stands still at a time, or runs with the machine again. */
  set(at: Temporal.Instant | string | null): void;
}

export function makeEmulatorClock(): EmulatorClock {
  let fixed: Temporal.Instant | null = null;
  return {
    now: () => fixed ?? Temporal.Now.instant(),
    set: (at) => {
      fixed = at === null ? null : Temporal.Instant.from(at);
    },
  };
}

const zone = 'Asia/Shanghai';
const localOf = (at: Temporal.Instant) =>
  at.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'second' });

/** `2026-03-10 10:00:00`, as clocks in China show it. */
export const spacedTime = (at: Temporal.Instant): string => localOf(at).replace('T', ' ');
/** `20260310100000`. */
export const compactTime = (at: Temporal.Instant): string => localOf(at).replace(/[-T:]/g, '');
/** Reads both. */
export function readLocalTime(text: string): Temporal.Instant {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-?(\d\d)-?(\d\d) ?(\d\d):?(\d\d):?(\d\d)$/.exec(text) ?? [];
  return Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}:${second}`)
    .toZonedDateTime(zone)
    .toInstant();
}
