import { platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkPlace, departmentOf, heightOf, readDepartments } from './department.queries.ts';
import { lockOrganisation } from './lock-organisation.ts';

/**
 * Renames a department and names its head, to whom approvals go; null for none.
 * Errors: resource.notFound (404), department.exists (409), reference.notFound (422) for the head.
 */
export async function editDepartment(
  ctx: Context,
  { id, name, managerId }: { id: string; name: string; managerId: string | null },
): Promise<void> {
  await lockOrganisation(ctx);
  const all = await readDepartments(ctx);
  const department = departmentOf(all, id);
  checkPlace(all, { id, parentId: department.parent_id, name, height: heightOf(all, id) });
  const managerName = await nameOfStaff(ctx, managerId);
  const formerName = department.manager_id === managerId ? managerName : await nameOfStaff(ctx, department.manager_id);
  await ctx.tx.run(sql`update department set name = ${name}, manager_id = ${managerId}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'department.update',
    targetKind: 'department',
    targetId: id,
    targetLabel: name,
    before: { name: department.name, manager: formerName },
    after: { name, manager: managerName },
  });
}

async function nameOfStaff(ctx: Context, id: string | null): Promise<string | null> {
  if (id === null) return null;
  const row = await ctx.tx.first<{ name: string }>(
    sql`select name from staff where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (row) return row.name;
  const message = '所选的负责人不存在，请重新选择';
  throw platformFail('reference.notFound', { label: '负责人' }, [{ path: 'managerId', message }]);
}
