/** Excel counts days from one of two beginnings; a workbook says which. */
export type DateSystem = '1900' | '1904';

const LAST_SERIAL = 2_958_465; // 9999-12-31
const SECONDS_PER_DAY = 86_400;

// Days repeat a great deal within a file, so each is worked out once; cleared when a hostile file fills it.
const DAY_CACHE_SIZE = 20_000;
const dayOfSerial = new Map<number, string>();
const serialOfDay = new Map<string, number>();

/**
 * A serial number as a day and a text. Null when it is no day: below 1, after year 9999, or serial 60 of the
 * 1900 system, the 29 February 1900 that never was. No time zone is involved at any point.
 */
export function serialToDate(serial: number, system: DateSystem): { date: string; text: string } | null {
  let dayNumber = Math.floor(serial);
  let second = Math.round((serial - dayNumber) * SECONDS_PER_DAY);
  if (second === SECONDS_PER_DAY) {
    dayNumber += 1;
    second = 0;
  }
  const number1900 = system === '1904' ? dayNumber + 1462 : dayNumber;
  if (!(number1900 >= 1 && number1900 <= LAST_SERIAL) || number1900 === 60) return null;
  const date = isoDay(number1900);
  return { date, text: second === 0 ? date : `${date} ${clockText(second)}` };
}

/** The time of day of a serial number: `HH:MM`, with seconds when there are any. */
export function serialToTime(serial: number): string {
  const second = Math.round((serial - Math.floor(serial)) * SECONDS_PER_DAY) % SECONDS_PER_DAY;
  const text = clockText(second);
  return text.endsWith(':00') ? text.slice(0, -3) : text;
}

/** The serial of a day in the 1900 system, or null for days Excel has no sure number for (before March 1900). */
export function dateToSerial(date: string): number | null {
  let serial = serialOfDay.get(date);
  if (serial === undefined) {
    serial = Temporal.PlainDate.from('1899-12-30').until(date, { largestUnit: 'days' }).days;
    if (serialOfDay.size >= DAY_CACHE_SIZE) serialOfDay.clear();
    serialOfDay.set(date, serial);
  }
  return serial >= 61 && serial <= LAST_SERIAL ? serial : null;
}

function isoDay(number1900: number): string {
  let day = dayOfSerial.get(number1900);
  if (day === undefined) {
    const start = Temporal.PlainDate.from(number1900 < 60 ? '1899-12-31' : '1899-12-30');
    day = start.add({ days: number1900 }).toString();
    if (dayOfSerial.size >= DAY_CACHE_SIZE) dayOfSerial.clear();
    dayOfSerial.set(number1900, day);
  }
  return day;
}

function clockText(second: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}
