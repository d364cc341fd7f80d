import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A target that could not be billed, in words. */
export interface RaisingFailure {
  targetId: string;
  targetLabel: string;
  reason: string;
}

/** How many failures are told in words; all of them are counted. */
export const mostFailuresShown = 100;

/** Those of the new failures that still find room among the ones shown. */
export function addFailures<T>(shown: readonly RaisingFailure[], failed: readonly T[]): readonly T[] {
  return failed.slice(0, Math.max(0, mostFailuresShown - shown.length));
}

/** What people call some houses and parking spaces. */
export async function targetLabels(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await ctx.tx.rows<{ id: string; label: string }>(sql`
    select id, full_name label from house where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[])
    union all
    select id, '车位 ' || number from parking_space where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[])`);
  return new Map(rows.map(({ id, label }) => [id, label]));
}
