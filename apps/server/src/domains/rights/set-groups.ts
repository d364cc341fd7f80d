import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { refuseBeyondOwn, refuseHigher, rightSets } from './own-rights.ts';
import { lockGroups } from './permission-group.queries.ts';
import { lockStaff } from './staff-rights.queries.ts';

/**
 * A person holds exactly these groups from now on, besides those of their departments. Throws resource.notFound (404),
 * reference.notFound (422), rights.beyondOwn and rights.higher (403); the database refuses at the end of the
 * transaction to leave a company without an administrator (rights.lastAdministrator, 409).
 */
export async function setGroups(ctx: Context, staffId: string, groupIds: readonly string[]): Promise<void> {
  const staff = await lockStaff(ctx, staffId);
  await refuseHigher(ctx, staff);
  const wanted = await lockGroups(ctx, groupIds);
  const held = await ctx.tx.rows<{ id: string; name: string }>(sql`
    select g.id, g.name from staff_permission_group l join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id
    where l.company_id = ${ctx.companyId} and l.staff_id = ${staffId} order by g.name`);
  const added = wanted.filter((group) => !held.some((one) => one.id === group.id));
  for (const group of added) await refuseBeyondOwn(ctx, rightSets(group));
  const ids = wanted.map((group) => group.id);
  await ctx.tx.run(sql`delete from staff_permission_group where company_id = ${ctx.companyId} and staff_id = ${staffId}
    and permission_group_id <> all (${ids}::uuid[])`);
  await ctx.tx.run(sql`insert into staff_permission_group (company_id, staff_id, permission_group_id)
    select ${ctx.companyId}, ${staffId}, n.id from unnest(${added.map((group) => group.id)}::uuid[]) as n (id)`);
  await recordAudit(ctx, {
    action: 'staffRights.setGroups',
    targetKind: 'staff',
    targetId: staffId,
    targetLabel: staff.name,
    before: { groups: held.map((group) => group.name) },
    after: { groups: wanted.map((group) => group.name).sort() },
  });
}
