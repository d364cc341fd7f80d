import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * Until the transaction ends, nobody else changes this company's tree of departments or who administers it: whether a
 * move closes a circle, or a person is the last administrator, depends on rows that others could change meanwhile.
 */
export async function lockOrganisation(ctx: Context): Promise<void> {
  await ctx.tx.first(sql`select id from company where id = ${ctx.companyId} for no key update`);
}
