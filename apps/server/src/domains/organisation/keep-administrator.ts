import { organisationFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * People who can manage the staff at a PC, by groups of their own or of their departments, and will not drop out by themselves: not disabled, no day on which they leave. A
 * company always has one, else nobody could let anybody in again.
 */
export async function lastingAdministrators(ctx: Context): Promise<string[]> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`select s.id from staff s
    join account a on a.id = s.account_id and a.disabled_at is null
    cross join lateral permissions_of(s.company_id, s.id, 'pc') p
    where s.company_id = ${ctx.companyId} and s.disabled_at is null and s.expires_on is null
      and (p.holds_all or 'staff.edit' = any (p.permissions))`);
  return rows.map((row) => row.id);
}

/**
 * Refuses what would take the last administrator away. `before` is from `lastingAdministrators` under the lock of the
 * organisation, before the change. Error: staff.lastAdministrator (409).
 */
export async function keepAdministrator(ctx: Context, before: readonly string[]): Promise<void> {
  if (before.length > 0 && (await lastingAdministrators(ctx)).length === 0) {
    throw organisationFail('staff.lastAdministrator');
  }
}
