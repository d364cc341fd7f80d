import type { PeekedSession } from '../auth/peek-sessions.ts';

const mostBytes = 64 * 1024 * 1024;
/** What a reply says of today must not be yesterday's, however quiet the company is. */
const mostMilliseconds = 10_000;

interface Kept {
  json: Buffer;
  /** Of `change_stamp` when it was read. */
  changes: string;
  atMilliseconds: number;
}

/** Replies of this process that may be given again, the longest unused forgotten first. */
export interface KeptReplies {
  /** The reply to this request of this person, while nothing has changed since. */
  find(key: string, changes: string, nowMilliseconds: number): Buffer | undefined;
  keep(key: string, reply: Kept): void;
}

export function keptReplies(): KeptReplies {
  const replies = new Map<string, Kept>();
  let bytes = 0;
  const forget = (key: string) => {
    const kept = replies.get(key);
    if (!kept) return;
    bytes -= sizeOf(key, kept);
    replies.delete(key);
  };
  return {
    find(key, changes, nowMilliseconds) {
      const kept = replies.get(key);
      if (!kept) return undefined;
      if (kept.changes !== changes || !isFresh(kept.atMilliseconds, nowMilliseconds)) {
        forget(key);
        return undefined;
      }
      replies.delete(key);
      replies.set(key, kept);
      return kept.json;
    },
    keep(key, kept) {
      forget(key);
      replies.set(key, kept);
      bytes += sizeOf(key, kept);
      for (const oldest of replies.keys()) {
        if (bytes <= mostBytes) return;
        forget(oldest);
      }
    },
  };
}

/** Strings take up to two bytes a character. */
const sizeOf = (key: string, { json }: Kept) => 2 * key.length + json.length;

/** A person's last day ends at midnight in China, and with it what they may see. */
const dayOf = (milliseconds: number) => Math.floor((milliseconds + 8 * 3_600_000) / 86_400_000);
const isFresh = (at: number, now: number) => now - at <= mostMilliseconds && dayOf(at) === dayOf(now);

/** Who asks for what. Which rights and data scope they have changes only with the count of changes. */
export function keyOf(
  { companyId, staffId, client }: Pick<PeekedSession, 'companyId' | 'staffId' | 'client'>,
  url: string,
): string {
  return `${companyId} ${staffId} ${client} ${url}`;
}
