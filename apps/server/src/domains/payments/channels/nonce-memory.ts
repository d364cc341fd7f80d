/** How long a message's mark is remembered: longer than the window in which its time is believed, on both sides. */
const keptMs = 11 * 60 * 1000;
const most = 100_000;

/**
 * Remembers which messages were heard, so that one that was recorded and sent again is refused. It forgets with the process and
 * knows nothing of other servers: a replay that gets past it meets an order that is paid already and changes nothing.
 */
export interface NonceMemory {
  /** False when it was heard before. */
  isFirst(nonce: string, now: Temporal.Instant): boolean;
}

export function makeNonceMemory(): NonceMemory {
  const heard = new Map<string, number>();
  return {
    isFirst(nonce, now) {
      for (const [known, at] of heard) {
        if (now.epochMilliseconds - at <= keptMs && heard.size < most) break;
        heard.delete(known);
      }
      if (heard.has(nonce)) return false;
      heard.set(nonce, now.epochMilliseconds);
      return true;
    },
  };
}
