/** What the rule of keeping looks at. */
export interface DatedArchive {
  /** Instant, ISO 8601. */
  createdAt: string;
  /** Empty while nothing is known to be wrong. */
  problem: string;
}

/**
 * The archives that may go: all but the newest sound one of each of the last `daily` days and of each of the last
 * `weekly` weeks (from Monday) that have any. While no sound one is known nothing may go.
 */
export function spareArchives<A extends DatedArchive>(
  archives: readonly A[],
  { daily, weekly, timeZone }: { daily: number; weekly: number; timeZone: string },
): A[] {
  const dayOf = (one: A) => Temporal.Instant.from(one.createdAt).toZonedDateTimeISO(timeZone).toPlainDate();
  const sound = archives
    .filter((one) => one.problem === '')
    .toSorted((left, right) => Temporal.Instant.compare(right.createdAt, left.createdAt));
  const kept = new Set<A>();
  const keepNewestOf = (key: (one: A) => string, most: number) => {
    const seen = new Set<string>();
    for (const one of sound) {
      if (seen.has(key(one)) || seen.size === most) continue;
      seen.add(key(one));
      kept.add(one);
    }
  };
  keepNewestOf((one) => dayOf(one).toString(), daily);
  keepNewestOf((one) => `${dayOf(one).yearOfWeek}-${dayOf(one).weekOfYear}`, weekly);
  return kept.size === 0 ? [] : archives.filter((one) => !kept.has(one));
}
