/** `2026-03-05` → `2026年3月5日`. */
export function dayText(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}

/** An instant as the phone's own clock shows it: `3月5日 14:20`. */
export function timeText(instant: string): string {
  const at = new Date(instant);
  const minutes = String(at.getMinutes()).padStart(2, '0');
  return `${at.getMonth() + 1}月${at.getDate()}日 ${at.getHours()}:${minutes}`;
}

/** So many days after a day, both ISO. */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** So many months after a month, `2026-03` → `2026-05`. */
export function addMonths(month: string, count: number): string {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** `2026-03` → `2026年3月`. */
export const monthText = (month: string): string => `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
