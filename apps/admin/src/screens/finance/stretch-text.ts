/** `2026-03-01 至 2026-03-31`; what has no beginning runs up to its last day. */
export function stretchText(firstDay: string | null, lastDay: string): string {
  if (firstDay === null) return `${lastDay} 及以前`;
  return firstDay === lastDay ? lastDay : `${firstDay} 至 ${lastDay}`;
}
