import { type DepartmentView, departmentLevels, organisationFail, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A place in the tree, as the use cases look at it. */
export interface DepartmentNode {
  id: string;
  parent_id: string | null;
  name: string;
  manager_id: string | null;
  sort_order: number;
}

/** All departments of the company in the order of their siblings. A company has hundreds at most. */
export function readDepartments(ctx: Context): Promise<DepartmentNode[]> {
  return ctx.tx.rows<DepartmentNode>(sql`select id, parent_id, name, manager_id, sort_order from department
    where company_id = ${ctx.companyId} order by sort_order, name, id`);
}

/** The tree as the page shows it: parents before children, siblings in order. */
export async function listDepartments(ctx: Context): Promise<DepartmentView[]> {
  const rows = await ctx.tx.rows<DepartmentNode & { manager_name: string | null; staff_count: bigint }>(sql`
    select d.id, d.parent_id, d.name, d.manager_id, d.sort_order, m.name as manager_name,
      (select count(*) from staff_department l join staff s on s.company_id = l.company_id and s.id = l.staff_id and s.disabled_at is null
        where l.company_id = d.company_id and l.department_id = d.id) as staff_count
    from department d left join staff m on m.company_id = d.company_id and m.id = d.manager_id
    where d.company_id = ${ctx.companyId} order by d.sort_order, d.name, d.id`);
  const below = (parentId: string | null, prefix: string): DepartmentView[] =>
    rows
      .filter((row) => row.parent_id === parentId)
      .flatMap((row) => [
        {
          id: row.id,
          parentId,
          name: row.name,
          path: `${prefix}${row.name}`,
          managerId: row.manager_id,
          managerName: row.manager_name,
          staffCount: Number(row.staff_count),
        },
        ...below(row.id, `${prefix}${row.name}/`),
      ]);
  return below(null, '');
}

/** The department. Error: resource.notFound (404). */
export function departmentOf(all: readonly DepartmentNode[], id: string): DepartmentNode {
  const found = all.find((one) => one.id === id);
  if (!found) throw platformFail('resource.notFound', { label: '部门' });
  return found;
}

/** A department named as a parent. Error: reference.notFound (422). */
export function checkParent(all: readonly DepartmentNode[], parentId: string | null): void {
  if (parentId === null || all.some((one) => one.id === parentId)) return;
  const message = '所选的上级部门不存在，请重新选择';
  throw platformFail('reference.notFound', { label: '上级部门' }, [{ path: 'parentId', message }]);
}

/** Ids of a department and of all below it. */
export function idsBelow(all: readonly DepartmentNode[], id: string): string[] {
  return [id, ...all.filter((one) => one.parent_id === id).flatMap((one) => idsBelow(all, one.id))];
}

/** How many levels lie from the top down to this one; 0 for the company itself. */
export function levelOf(all: readonly DepartmentNode[], id: string | null): number {
  if (id === null) return 0;
  return 1 + levelOf(all, departmentOf(all, id).parent_id);
}

/** How many levels a department and what is below it take. */
export function heightOf(all: readonly DepartmentNode[], id: string): number {
  return 1 + Math.max(0, ...all.filter((one) => one.parent_id === id).map((one) => heightOf(all, one.id)));
}

/** Errors: department.tooDeep (422), department.exists (409) where the parent has another child of that name. */
export function checkPlace(
  all: readonly DepartmentNode[],
  place: { id: string | null; parentId: string | null; name: string; height: number },
): void {
  if (levelOf(all, place.parentId) + place.height > departmentLevels) {
    throw organisationFail('department.tooDeep', { limit: departmentLevels });
  }
  const twin = all.find((one) => one.parent_id === place.parentId && one.name === place.name && one.id !== place.id);
  if (!twin) return;
  const parent = place.parentId === null ? '公司' : departmentOf(all, place.parentId).name;
  const message = `“${parent}”下已有叫“${place.name}”的部门`;
  throw organisationFail('department.exists', { parent, name: place.name }, [{ path: 'name', message }]);
}
