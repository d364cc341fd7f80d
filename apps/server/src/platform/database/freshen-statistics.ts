import type { Context } from '../context.ts';
import { sql } from './sql.ts';

/**
 * Before heavy work on these tables: lets the planner see how they grew, where they grew by half since it last looked.
 * It costs a look at their sizes when nothing is to be done. It holds a lock against others who do the same until the
 * transaction ends; so it comes first in a transaction, before any row is locked.
 */
export async function freshenStatistics(ctx: Context, tables: readonly string[]): Promise<void> {
  await ctx.tx.rows(sql`select freshen_statistics(${[...tables]}::text[])`);
}
