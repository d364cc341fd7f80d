import type { PrintedReply, PrintType } from '@anlin/contract';

const key = 'anlin-prepared-print';

export interface PreparedPrint {
  type: PrintType;
  printed: PrintedReply;
}

/** Hands papers that were just made to a window that prints them. False when the browser stopped the window. */
export function openPrepared(prepared: PreparedPrint): boolean {
  sessionStorage.setItem(key, JSON.stringify(prepared));
  const page = window.open('/print/prepared/now', 'anlin-slip', 'popup,width=980,height=720');
  page?.focus();
  return page !== null;
}

/** What the opening window handed over; a window begins with a copy of its opener's session storage. */
export function readPrepared(): PreparedPrint | undefined {
  const stored = sessionStorage.getItem(key);
  return stored === null ? undefined : (JSON.parse(stored) as PreparedPrint);
}
