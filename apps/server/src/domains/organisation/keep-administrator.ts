import { organisationFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * People who can manage the staff and will not drop out by themselves: not disabled, no day on which they leave. A
 * company always has one, else nobody could let anybody in again.
 */
export async function lastingAdministrators(ctx: Context): Promise<string[]> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`select distinct s.id from staff s
    join account a on a.id = s.account_id and a.disabled_at is null
    join staff_permission_group l on l.company_id = s.company_id and l.staff_id = s.id
    join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id
    where s.company_id = ${ctx.companyId} and s.disabled_at is null and s.expires_on is null and 'staff.edit' = any (g.permissions)`);
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
