import { organisationFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { departmentOf, idsBelow, readDepartments } from './department.queries.ts';
import { lockOrganisation } from './lock-organisation.ts';

const mostNames = 5;

/**
 * Removes a department and the empty ones below it. Errors: resource.notFound (404), department.notEmpty (409) naming
 * who is still in it; those who were disabled count too, for their history belongs somewhere.
 */
export async function deleteDepartment(ctx: Context, id: string): Promise<void> {
  await lockOrganisation(ctx);
  const all = await readDepartments(ctx);
  const department = departmentOf(all, id);
  const ids = idsBelow(all, id);
  // Whoever is placing a person there now is waited for; whoever begins later finds the department gone.
  await ctx.tx.rows(
    sql`select id from department where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) order by id for update`,
  );
  const people = await ctx.tx.rows<{
    name: string;
  }>(sql`select s.name from staff s where s.company_id = ${ctx.companyId}
    and s.id = any (array(select l.staff_id from staff_department l where l.company_id = ${ctx.companyId} and l.department_id = any (${ids}::uuid[])))
    order by s.name, s.id`);
  if (people.length > 0) {
    const names = people.slice(0, mostNames).map((one) => one.name);
    throw organisationFail('department.notEmpty', {
      name: department.name,
      count: people.length,
      people: people.length > mostNames ? `${names.join('、')}等` : names.join('、'),
    });
  }
  await ctx.tx.run(sql`delete from department where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`);
  await recordAudit(ctx, {
    action: 'department.delete',
    targetKind: 'department',
    targetId: id,
    targetLabel: department.name,
    before: { name: department.name, departments: ids.length },
  });
}
