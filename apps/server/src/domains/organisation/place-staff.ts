import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkDepartmentsChange } from '../rights/index.ts';

/**
 * From now on the person works in exactly these departments. What comes or goes with their permission groups must be the
 * actor's own. Errors: reference.notFound (422) naming the field, rights.beyondOwn, rights.takenBeyondOwn (403).
 */
export async function placeStaff(ctx: Context, staffId: string, departmentIds: readonly string[]): Promise<void> {
  const ids = [...new Set(departmentIds)];
  // Held against deletion until the person is placed.
  const found = await ctx.tx.rows(sql`select id from department
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) order by id for key share`);
  if (found.length !== ids.length) {
    const message = '所选的部门不存在，可能刚被删除，请重新选择';
    throw platformFail('reference.notFound', { label: '部门' }, [{ path: 'departmentIds', message }]);
  }
  const former = await ctx.tx.rows<{ id: string }>(sql`select department_id as id from staff_department
    where company_id = ${ctx.companyId} and staff_id = ${staffId}`);
  await checkDepartmentsChange(
    ctx,
    former.map((row) => row.id),
    ids,
  );
  await ctx.tx.run(sql`delete from staff_department where company_id = ${ctx.companyId} and staff_id = ${staffId}
    and department_id <> all (${ids}::uuid[])`);
  await ctx.tx.run(sql`insert into staff_department (company_id, staff_id, department_id)
    select ${ctx.companyId}, ${staffId}, n.id from unnest(${ids}::uuid[]) as n (id) on conflict do nothing`);
}

/** `工程部/维修组、客服部` as the audit writes it. */
export async function departmentsOf(ctx: Context, staffId: string): Promise<{ id: string; path: string }[]> {
  return ctx.tx.rows(sql`select l.department_id as id, department_path(l.company_id, l.department_id) as path
    from staff_department l where l.company_id = ${ctx.companyId} and l.staff_id = ${staffId} order by 2`);
}
