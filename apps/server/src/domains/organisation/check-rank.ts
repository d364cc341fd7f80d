import { organisationFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * Nobody gets at an account that may do more than their own, on the PC or on the phone: a new password for it would be a way to its rights.
 * Those who are disabled count with the rights they would have again. The system may. Error: staff.higherRights (403).
 */
export async function checkRank(ctx: Context, people: readonly { id: string; name: string }[]): Promise<void> {
  if (ctx.actor.kind === 'system') return;
  const rows = await ctx.tx.rows<{ name: string }>(sql`select s.name from staff s
    cross join permissions_of(${ctx.companyId}, ${ctx.actor.id}, 'pc') own
    cross join permissions_of(${ctx.companyId}, ${ctx.actor.id}, 'phone') own_phone
    cross join lateral permissions_of(s.company_id, s.id, 'pc') p
    cross join lateral permissions_of(s.company_id, s.id, 'phone') phone
    where s.company_id = ${ctx.companyId} and s.id = any (${people.map((one) => one.id)}::uuid[]) and not own.holds_all
      and (p.holds_all or not p.permissions <@ own.permissions or not phone.permissions <@ own_phone.permissions)
    order by s.id limit 1`);
  const [higher] = rows;
  if (higher) throw organisationFail('staff.higherRights', { name: higher.name });
}
