import { invoicingFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Who invoices for a community: its own seller, otherwise the company's; undefined when none is switched on. */
export function findSeller(ctx: Context, communityId: string): Promise<{ id: string; name: string } | undefined> {
  return ctx.tx.first<{ id: string; name: string }>(sql`select id, name from invoice_seller
    where company_id = ${ctx.companyId} and (community_id = ${communityId} or community_id is null) and is_on
    order by community_id nulls last limit 1`);
}

/** The same, where it must be there. Error: invoice.noSeller (409). */
export async function requireSeller(ctx: Context, communityId: string): Promise<string> {
  const seller = await findSeller(ctx, communityId);
  if (seller) return seller.id;
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  throw invoicingFail('invoice.noSeller', { community: community?.name ?? '' });
}
