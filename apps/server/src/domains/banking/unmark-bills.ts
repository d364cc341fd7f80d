import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** The bank is done with these lines of a batch: their bills may be paid otherwise again. */
export async function unmarkBills(ctx: Context, lineIds: readonly string[]): Promise<void> {
  await ctx.tx.run(sql`
    update bill set withheld_in = null where company_id = ${ctx.companyId} and id in (
      select b.id from withholding_bill w
      join withholding_line l on l.company_id = w.company_id and l.id = w.line_id
      join withholding_batch x on x.company_id = l.company_id and x.id = l.batch_id
      join bill b on b.company_id = w.company_id and b.id = w.bill_id and b.withheld_in = x.number
      where w.company_id = ${ctx.companyId} and w.line_id = any (${[...lineIds]}::uuid[])
      order by b.id for no key update of b)`);
}
