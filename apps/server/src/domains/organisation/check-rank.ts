import { organisationFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * Nobody gets at an account that may do more than their own: a new password for it would be a way to its rights.
 * Those who are disabled count with the rights they would have again. The system may. Error: staff.higherRights (403).
 */
export async function checkRank(ctx: Context, people: readonly { id: string; name: string }[]): Promise<void> {
  if (ctx.actor.kind === 'system') return;
  const rows = await ctx.tx.rows<{ name: string }>(sql`select s.name from staff s where s.company_id = ${ctx.companyId}
    and s.id = any (${people.map((one) => one.id)}::uuid[]) and exists (
      select from staff_permission_group l
      join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id, unnest(g.permissions) one
      where l.company_id = s.company_id and l.staff_id = s.id and one <> all (${[...ctx.permissions]}::text[])
    ) order by s.id limit 1`);
  const [higher] = rows;
  if (higher) throw organisationFail('staff.higherRights', { name: higher.name });
}
