import type { ResourceRow } from '@anlin/contract';

/** What may go back at most: what is held, or what of it was not given back yet. Yuan. */
export function mostRefundOf(row: ResourceRow): string {
  if (row.purpose === 'held') return String(row.held);
  const fen = (yuan: unknown) => Math.round(Number(yuan) * 100);
  return ((fen(row.amount) - fen(row.refunded)) / 100).toFixed(2);
}
