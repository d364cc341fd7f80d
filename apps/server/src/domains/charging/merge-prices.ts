import type { PriceVersion } from '@anlin/pricing';

/** A price of a place from a day on; null: the next wider place's price holds again. */
export interface PlacePriceVersion {
  id: string;
  from: string | null;
  price: string | null;
}

/**
 * The history of a place from that of the wider place around it and its own: on each day its own price where it has one
 * then, else the wider one.
 */
export function mergePrices(wider: readonly PriceVersion[], own: readonly PlacePriceVersion[]): PriceVersion[] {
  if (own.length === 0) return [...wider];
  const days = [...new Set([...wider, ...own].map(({ from }) => from))].sort((a, b) =>
    (a ?? '') < (b ?? '') ? -1 : 1,
  );
  const merged: PriceVersion[] = [];
  for (const day of days) {
    const ownThen = inForce(own, day);
    const chosen = ownThen && ownThen.price !== null ? { id: ownThen.id, price: ownThen.price } : inForce(wider, day);
    const last = merged.at(-1);
    if (chosen && chosen.id !== last?.id) merged.push({ id: chosen.id, from: day, price: chosen.price });
  }
  return merged;
}

function inForce<T extends { from: string | null }>(versions: readonly T[], day: string | null): T | undefined {
  let found: T | undefined;
  for (const version of versions) {
    if ((version.from ?? '') > (day ?? '')) continue;
    if (!found || (found.from ?? '') <= (version.from ?? '')) found = version;
  }
  return found;
}
