/** What WeChat or the mini-program write into the address of the page they open. */
const names = ['code', 'state', 'wxCode', 'wxPay', 'wxAccepted', 'wxAsk'] as const;
export type ArrivalName = (typeof names)[number];

const arrived = new Map<ArrivalName, string>();

/**
 * Takes them out of the address before anything else looks at it: they are good once and nobody's business, and an address is
 * shared, kept and shown. Runs first of all.
 */
export function takeArrival(): void {
  const url = new URL(window.location.href);
  for (const name of names) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    arrived.set(name, value);
    url.searchParams.delete(name);
  }
  if (arrived.size > 0)
    window.history.replaceState(window.history.state, '', `${url.pathname}${url.search}${url.hash}`);
}

/** The value that came along, once; undefined afterwards. */
export function spendArrival(name: ArrivalName): string | undefined {
  const value = arrived.get(name);
  arrived.delete(name);
  return value;
}
