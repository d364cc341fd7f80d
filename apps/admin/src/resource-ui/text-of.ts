/** `1234567.50` → `1,234,567.50`. Works on the digits: a decimal string never becomes a float. */
export function groupThousands(decimal: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\..*)?$/.exec(decimal) ?? [];
  if (whole === '') return decimal;
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`;
}

/** `2026-03-01T08:00:00Z` → `2026-03-01 16:00` in the zone of the person's computer. An instant, never a day. */
export function instantText(instant: string): string {
  const at = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
