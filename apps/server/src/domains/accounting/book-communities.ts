import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import type { BookCommunity } from './journal-groups.ts';

/**
 * The communities whose books are meant: the given one, or all that the actor sees whole, in order of name. Throws
 * resource.notFound (404) for one that is not seen and scope.wholeCommunity (403) for one seen in part.
 */
export async function bookCommunities(ctx: Context, communityId: string | undefined): Promise<BookCommunity[]> {
  const rows = await ctx.tx.ad<BookCommunity>(sql`
    select c.id, c.name, b.closed_until, coalesce(d.department_code, '') as department_code, coalesce(d.department_name, '') as department_name,
      coalesce(d.customer_code, '') as customer_code, coalesce(d.customer_name, '') as customer_name,
      coalesce(d.project_code, '') as project_code, coalesce(d.project_name, '') as project_name, d.customer_field_id
    from community c
    left join community_book b on b.company_id = c.company_id and b.community_id = c.id
    left join voucher_dimension d on d.company_id = c.company_id and d.community_id = c.id
    where c.company_id = ${ctx.companyId} ${communityId ? sql`and c.id = ${communityId}` : empty} order by c.name, c.id`);
  if (communityId !== undefined) {
    if (rows.length === 0) throw platformFail('resource.notFound', { label: '小区' });
    requireWholeCommunity(ctx, communityId, '凭证');
    return rows;
  }
  const { wholeCommunityIds } = ctx;
  return wholeCommunityIds === '*' ? rows : rows.filter(({ id }) => wholeCommunityIds.includes(id));
}
