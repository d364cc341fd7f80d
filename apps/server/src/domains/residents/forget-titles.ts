import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Takes the invoice titles of a person out of the book. Invoices carry what they were made out to themselves. */
export async function forgetTitles(ctx: Context, residentId: string): Promise<void> {
  await ctx.tx.run(sql`delete from invoice_title where company_id = ${ctx.companyId} and resident_id = ${residentId}`);
  await ctx.tx.run(sql`update import_effect set rows_before = null
    where company_id = ${ctx.companyId} and table_name = 'invoice_title' and position(${residentId} in rows_before::text) > 0`);
}
