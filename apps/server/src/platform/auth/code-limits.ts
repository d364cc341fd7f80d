/** At most so many within so many seconds. */
export interface CodeLimit {
  count: number;
  seconds: number;
}

export const codeMinutes = 5;
/** The last try of a code that is still looked at. */
export const allowedTries = 5;
/** Against floods of messages to one phone, and from one address: whoever the phone belongs to, if anybody. */
export const phoneLimits: readonly CodeLimit[] = [
  { count: 1, seconds: 60 },
  { count: 5, seconds: 3600 },
  { count: 10, seconds: 86_400 },
];
export const addressLimits: readonly CodeLimit[] = [
  { count: 20, seconds: 3600 },
  { count: 60, seconds: 86_400 },
];

/** Seconds until another one is allowed; 0: now. `earlier` are the instants of those before, in order. */
export function secondsToWait(now: Temporal.Instant, earlier: readonly string[], limits: readonly CodeLimit[]): number {
  for (const { count, seconds } of limits) {
    const since = now.subtract({ seconds });
    const within = earlier
      .map((at) => Temporal.Instant.from(at))
      .filter((at) => Temporal.Instant.compare(at, since) > 0);
    const oldest = within.at(-count);
    if (within.length < count || !oldest) continue;
    return Math.max(1, Math.ceil(now.until(oldest.add({ seconds })).total('seconds')));
  }
  return 0;
}
