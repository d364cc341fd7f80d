import chineseDays from 'chinese-days';

const lastWorkdayOfWeek = 5;

/**
 * Whether a day (ISO) is worked in mainland China: weekends and public holidays are not, days worked in their place are.
 * Holidays are those the State Council has announced; a year not yet announced knows weekends only.
 */
export function isWorkday(day: string): boolean {
  const { name, work } = chineseDays.getDayDetail(day);
  // A named day (`National Day,国庆节,3`) is in the table. For others the package asks the machine's time zone for the
  // weekday, and we do not.
  if (name.includes(',')) return work;
  return Temporal.PlainDate.from(day).dayOfWeek <= lastWorkdayOfWeek;
}
