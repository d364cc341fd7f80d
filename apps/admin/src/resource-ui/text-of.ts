import dayjs from 'dayjs';

/** `1234567.50` → `1,234,567.50`. Works on the digits: a decimal string never becomes a float. */
export function groupThousands(decimal: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\..*)?$/.exec(decimal) ?? [];
  if (whole === '') return decimal;
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`;
}

/** `2026-03-01T08:00:00Z` → `2026-03-01 16:00` in the zone of the person's computer. */
export function instantText(instant: string): string {
  return dayjs(instant).format('YYYY-MM-DD HH:mm');
}
