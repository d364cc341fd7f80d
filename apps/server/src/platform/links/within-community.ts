import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

/**
 * Narrows what is left of the transaction to one community, for row-level security as well: what opens by a link reads nothing
 * beyond what the link is for, whatever a later statement forgets. There is no way back within the transaction.
 */
export async function withinCommunity(ctx: Context, communityId: string): Promise<Context> {
  const scope = `{${communityId}}`;
  await ctx.tx.rows(
    sql`select set_config('app.community_ids', ${scope}, true), set_config('app.whole_community_ids', ${scope}, true)`,
  );
  return { ...ctx, communityIds: [communityId], wholeCommunityIds: [communityId] };
}
