import { businessDay, type Clock } from '../platform/clock.ts';
import { type NewId, seededIds } from '../platform/ids.ts';
import { type Random, seededRandom } from './random.ts';

/** Where all demo communities are. */
export const timeZone = 'Asia/Shanghai';

/** The year the demo tells of: twelve months up to the current one, and nothing later than now. */
export interface History {
  today: Temporal.PlainDate;
  /** `YYYY-MM`, the oldest first. */
  months: readonly string[];
  /** First day of the first month. */
  start: Temporal.PlainDate;
  nowMs: number;
  random: Random;
  newId: NewId;
  /** Epoch milliseconds of a minute of a day in the communities' zone. */
  instantMs(day: Temporal.PlainDate, minuteOfDay: number): number;
}

const monthCount = 12;

/** Starts telling the year that ends today. The same seed on the same day tells the same. */
export function beginHistory(clock: Clock, seed: number): History {
  const today = businessDay(clock, timeZone);
  const first = today.toPlainYearMonth().subtract({ months: monthCount - 1 });
  const start = first.toPlainDate({ day: 1 });
  const midnights = new Map<string, number>();
  const midnightMs = (day: Temporal.PlainDate) => {
    const key = day.toString();
    let ms = midnights.get(key);
    if (ms === undefined) {
      ms = day.toZonedDateTime(timeZone).epochMilliseconds;
      midnights.set(key, ms);
    }
    return ms;
  };
  return {
    today,
    months: Array.from({ length: monthCount }, (_, index) => first.add({ months: index }).toString()),
    start,
    nowMs: clock.now().epochMilliseconds,
    random: seededRandom(seed),
    newId: seededIds(seed, midnightMs(start)),
    instantMs: (day, minuteOfDay) => midnightMs(day) + minuteOfDay * 60_000,
  };
}

export function instantText(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'millisecond' });
}
