import type { SignedIn } from '../boundary.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

const mostBytes = 64 * 1024 * 1024;
/** What a reply says of today must not be yesterday's, however quiet the company is. */
const mostMilliseconds = 10_000;

interface Kept {
  json: string;
  /** Of `change_stamp` when it was read. */
  changes: string;
  atMilliseconds: number;
}

/** Replies of this process that may be given again, the longest unused forgotten first. */
export interface KeptReplies {
  /** The reply to this request of this person, while nothing has changed since. */
  find(key: string, changes: string, nowMilliseconds: number): string | undefined;
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
      forget(key);
      if (kept.changes !== changes || nowMilliseconds - kept.atMilliseconds > mostMilliseconds) return undefined;
      bytes += sizeOf(key, kept);
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
const sizeOf = (key: string, { json }: Kept) => 2 * (key.length + json.length);

/** Everything a reply may depend on besides the database: who asks with which rights in which communities, and what. */
export function keyOf(session: SignedIn, url: string): string {
  const { companyId, staffId, client, permissions, communityIds, wholeCommunityIds } = session;
  return [
    companyId,
    staffId,
    client,
    [...permissions].join(),
    String(communityIds),
    String(wholeCommunityIds),
    url,
  ].join(' ');
}

/**
 * Runs a reading, and says whether its outcome is what anybody would read as long as the company's count of changes is
 * still `changes`: nothing was under way when it began, and nothing was counted until it ended.
 */
export async function readSteadily<T>(
  ctx: Context,
  changes: string,
  read: () => Promise<T>,
): Promise<{ result: T; isSteady: boolean }> {
  const begun = await ctx.tx.first<{ changing: boolean }>(sql`select is_changing(${ctx.companyId}) as changing`);
  const result = await read();
  if (begun!.changing) return { result, isSteady: false };
  const ended = await ctx.tx.first<{ changes: string }>(sql`select change_stamp(${ctx.companyId}) as changes`);
  return { result, isSteady: ended!.changes === changes };
}
