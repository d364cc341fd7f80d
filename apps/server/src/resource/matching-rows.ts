import { parseFilter } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { type Sql, sql } from '../platform/database/sql.ts';
import { type ResourceBinding, searchedTable } from './binding.ts';
import { ownFields } from './custom/custom-values.ts';
import { isTotalled } from './field-values.ts';
import { type ListNarrowing, whereClause } from './list-filter.ts';

/** So many rows are named by their ids in the statements that follow. */
const mostNamed = 2000;

type Asked = ListNarrowing & { sort?: string | undefined };

/** Which rows a list shows, in the way that costs least to ask on. */
export interface MatchingRows {
  /** Condition on alias `t`, of the resource's table. */
  where: Sql;
  /**
   * `ids`: few rows match, and `where` names them. `tally`: `where` also holds on alias `t` of the tally. `search`: it must be
   * asked of the rows. `gather`: so it must, and that is dear enough to do it once and keep what was found.
   */
  by: 'ids' | 'tally' | 'search' | 'gather';
  /** Of `tally`: nothing but the community narrows the list. */
  isWhole: boolean;
  ids: readonly string[];
}

/**
 * Finds out how to ask for the rows of a list. What is narrowed by a community or tallied fields alone is not counted row by row.
 * Otherwise up to 2,000 ids are asked for: if there are no more, a dear search was made once and not again for the sums and
 * for the page; if there are, rows are so frequent that the look for them was short. What is found by fields of the company's own, or is
 * to be added up by them within a community, is gathered once.
 */
export async function matchingRows(ctx: Context, binding: ResourceBinding, query: Asked): Promise<MatchingRows> {
  const where = whereClause(ctx, binding, query);
  const searched = { where, by: 'search', isWhole: false, ids: [] } as const;
  const asked = narrowedFields(query);
  const own = ownFields(binding.definition);
  const hasOwnTotals = own.some(([, field]) => isTotalled(field));
  const isOwnAsked = own.some(([key]) => asked.includes(key));
  const isTallied = isTalliedBy(ctx, binding, query, asked);
  if (isTallied && (asked.length === 0 || !hasOwnTotals))
    return { ...searched, by: 'tally', isWhole: asked.length === 0 };
  if (asked.length === 0 && !query.q) return searched;
  const mayGather = !binding.definition.borrowed && !isSortedByOwn(query, own);
  if (isOwnAsked && mayGather) return { ...searched, by: 'gather' };
  const found = await ctx.tx.ad<{ id: string }>(
    sql`select t.id from ${searchedTable(binding)} t where ${where} limit ${mostNamed + 1}`,
  );
  if (found.length <= mostNamed) {
    const ids = found.map(({ id }) => id);
    return { ...searched, where: sql`t.company_id = ${ctx.companyId} and t.id = any (${ids}::uuid[])`, by: 'ids', ids };
  }
  if (isTallied) return { ...searched, by: 'tally' };
  return { ...searched, by: hasOwnTotals && query.communityId && mayGather ? 'gather' : 'search' };
}

/** An order by a field of the company's own is read from the index of values, row by row, and not from what was gathered. */
function isSortedByOwn({ sort }: Asked, own: ReturnType<typeof ownFields>): boolean {
  const sorted = (sort ?? '').split(',').map((key) => key.replace(/^-/, ''));
  return own.some(([key]) => sorted.includes(key));
}

/** Keys of the filter that narrow anything; a list of choices of which none is chosen does not. */
function narrowedFields(query: Asked): string[] {
  return Object.entries(parseFilter(query.filter) ?? {})
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([key]) => key);
}

/** Tallies are of whole communities: whoever sees a part of one has the rows counted. */
function isTalliedBy(
  ctx: Context,
  { definition, tallied, seen }: ResourceBinding,
  { q, communityId }: Asked,
  asked: readonly string[],
): boolean {
  if (!tallied || seen || q || !definition.isCommunityScoped) return false;
  const whole = ctx.wholeCommunityIds;
  const communities = communityId ? [communityId] : ctx.communityIds;
  const isWhole = whole === '*' || (communities !== '*' && communities.every((id) => whole.includes(id)));
  return isWhole && asked.every((key) => tallied.includes(key));
}
