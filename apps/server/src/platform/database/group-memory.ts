import { sql } from './sql.ts';
import type { Transaction } from './transaction.ts';

/**
 * Lets the rest of a transaction keep as many groups in memory as a report by house has: 100,000 with seven sums each are some
 * 80 MB. Past its usual 32 MB PostgreSQL would write most of the rows it reads to disk and read them again. Only what is used is taken.
 */
export async function allowManyGroups(tx: Transaction): Promise<void> {
  await tx.rows(sql`select set_config('work_mem', '64MB', true)`);
}
