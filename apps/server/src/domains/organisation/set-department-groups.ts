import type { EndpointReply, getDepartmentGroups } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockGroups, refuseBeyondOwn, rightSets } from '../rights/index.ts';
import { departmentOf, idsBelow, readDepartments } from './department.queries.ts';
import { keepAdministrator, lastingAdministrators } from './keep-administrator.ts';
import { lockOrganisation } from './lock-organisation.ts';

/** Groups that come with working in a department: its own, then those from above. Throws resource.notFound (404). */
export async function readDepartmentGroups(
  ctx: Context,
  id: string,
): Promise<EndpointReply<typeof getDepartmentGroups>> {
  departmentOf(await readDepartments(ctx), id);
  const groups = await ctx.tx.rows<{ id: string; name: string; department: string | null }>(sql`
    select g.id, g.name, case when l.department_id <> ${id} then department_path(l.company_id, l.department_id) end as department
    from department_permission_group l join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id
    where l.company_id = ${ctx.companyId} and l.department_id = any (array(select departments_above(${ctx.companyId}, array[${id}]::uuid[])))
    order by l.department_id <> ${id}, 3, g.sort_order, g.name`);
  return { groups };
}

/**
 * From now on everybody of the department and of those below it holds exactly these groups, besides their own and those
 * from above. Throws resource.notFound (404), reference.notFound (422), rights.beyondOwn and rights.takenBeyondOwn (403),
 * staff.lastAdministrator (409); the database refuses at the end to leave a company without an administrator (rights.lastAdministrator, 409).
 */
export async function setDepartmentGroups(ctx: Context, id: string, groupIds: readonly string[]): Promise<void> {
  await lockOrganisation(ctx);
  const all = await readDepartments(ctx);
  const { name } = departmentOf(all, id);
  // Whoever is placing a person there now is waited for, and has looked at the groups of before.
  await ctx.tx.rows(sql`select id from department where company_id = ${ctx.companyId} and id = any (${idsBelow(all, id)}::uuid[])
    order by id for update`);
  const held = await ctx.tx.rows<{
    permission_group_id: string;
  }>(sql`select permission_group_id from department_permission_group
    where company_id = ${ctx.companyId} and department_id = ${id}`);
  const heldIds = held.map((row) => row.permission_group_id);
  const wantedIds = [...new Set(groupIds.map((one) => one.toLowerCase()))];
  const groups = await lockGroups(ctx, [...heldIds, ...wantedIds]);
  const added = groups.filter((group) => !heldIds.includes(group.id));
  const removed = groups.filter((group) => !wantedIds.includes(group.id));
  const administrators = await lastingAdministrators(ctx);
  for (const group of added) await refuseBeyondOwn(ctx, rightSets(group));
  for (const group of removed) await refuseBeyondOwn(ctx, rightSets(group), 'rights.takenBeyondOwn');
  await ctx.tx.run(sql`delete from department_permission_group where company_id = ${ctx.companyId} and department_id = ${id}
    and permission_group_id <> all (${wantedIds}::uuid[])`);
  await ctx.tx.run(sql`insert into department_permission_group (company_id, department_id, permission_group_id)
    select ${ctx.companyId}, ${id}, n.id from unnest(${added.map((group) => group.id)}::uuid[]) as n (id)`);
  await keepAdministrator(ctx, administrators);
  const namesOf = (ids: readonly string[]) =>
    groups
      .filter((group) => ids.includes(group.id))
      .map((group) => group.name)
      .sort();
  await recordAudit(ctx, {
    action: 'departmentRights.setGroups',
    targetKind: 'department',
    targetId: id,
    targetLabel: name,
    before: { groups: namesOf(heldIds) },
    after: { groups: namesOf(wantedIds) },
  });
}
