import { DomainError, type Statement } from '@anlin/contract';
import { asSystem } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { readShareToken } from '../../../platform/links/share-token.ts';
import { withinCommunity } from '../../../platform/links/within-community.ts';
import type { Services } from '../../../platform/services.ts';
import { makeStatement } from './read-statement.ts';
import { readSubject, type StatementSubject, type SubjectInput } from './statement-subject.ts';

/** `ended`: it was good once. `unknown`: made up, altered, or not ours; which of these is not told. */
export type OpenedStatement = { state: 'open'; statement: Statement } | { state: 'ended' | 'unknown' };

interface LinkRow {
  community_id: string;
  resident_id: string | null;
  owner_ids: string[];
  house_ids: string[];
  first_day: string;
  last_day: string;
  is_open: boolean;
}

/**
 * The statement behind a link, as the books stand now. Nobody is signed in: only the link's houses within its community, only bills
 * of the owner; an owner who owns none of them any more is shown their time alone.
 */
export async function openStatement(services: Services, token: string): Promise<OpenedStatement> {
  const shared = readShareToken(services.secret, 'statement', token);
  if (!shared) return { state: 'unknown' };
  return asSystem(services, shared.companyId, async (ctx) => {
    const link = await ctx.tx.first<LinkRow>(sql`
      select community_id, resident_id, owner_ids, house_ids, first_day, last_day, revoked_at is null and expires_at > ${nowText(ctx)} as is_open
      from statement_link where company_id = ${ctx.companyId} and id = ${shared.linkId}`);
    if (!link) return { state: 'unknown' };
    if (!link.is_open) return { state: 'ended' };
    const narrow = await withinCommunity(ctx, link.community_id);
    const input =
      link.resident_id === null
        ? { houseId: link.house_ids[0]! }
        : { residentId: link.resident_id, communityId: link.community_id };
    const subject = await findSubject(narrow, input, link.house_ids);
    // A house sold since is another owner's affair, and so is one whose owner was taken off it.
    if (!subject || [...subject.ownerIds].sort().join() !== [...link.owner_ids].sort().join())
      return { state: 'ended' };
    await ctx.tx.run(sql`update statement_link set open_count = open_count + 1, last_opened_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${shared.linkId}`);
    return {
      state: 'open',
      statement: await makeStatement(narrow, subject, { from: link.first_day, to: link.last_day }),
    };
  });
}

/** Null when there is no such owner or house any more. */
async function findSubject(
  ctx: Context,
  input: SubjectInput,
  houseIds: readonly string[],
): Promise<StatementSubject | null> {
  try {
    return await readSubject(ctx, input, houseIds);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
