import { organisationFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enterCompany } from '../../platform/database/transaction.ts';

/**
 * Nobody gets at an account that may do more than their own: a new password for it would be a way to its rights.
 * The system may. Error: staff.higherRights (403).
 */
export async function checkRank(ctx: Context, people: readonly { id: string; name: string }[]): Promise<void> {
  if (ctx.actor.kind === 'system') return;
  for (const { id, name } of people) {
    // Steps into the person's data scope; the actor's is put back below.
    const row = await ctx.tx.first<{ permissions: string[] | null }>(
      sql`select permissions from act_as_staff(${ctx.companyId}, ${id}, ${nowText(ctx)})`,
    );
    await enterCompany(ctx.tx, ctx.companyId, ctx.communityIds);
    const held: ReadonlySet<string> = ctx.permissions;
    if (row?.permissions?.some((one) => !held.has(one))) throw organisationFail('staff.higherRights', { name });
  }
}
