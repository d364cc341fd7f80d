import { organisationFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkDepartmentsChange } from '../rights/index.ts';
import { checkParent, checkPlace, departmentOf, heightOf, idsBelow, readDepartments } from './department.queries.ts';
import { keepAdministrator, lastingAdministrators } from './keep-administrator.ts';
import { lockOrganisation } from './lock-organisation.ts';

/**
 * Puts a department below another parent, or elsewhere among its siblings: before `beforeId`, or last. The tree is
 * locked while it is looked at, so that two moves at once cannot put each below the other.
 * Errors: resource.notFound (404), department.cycle, department.exists (409), department.tooDeep, reference.notFound (422),
 * staff.lastAdministrator (409), rights.beyondOwn, rights.takenBeyondOwn (403).
 */
export async function moveDepartment(
  ctx: Context,
  { id, parentId, beforeId }: { id: string; parentId: string | null; beforeId: string | null },
): Promise<void> {
  await lockOrganisation(ctx);
  const all = await readDepartments(ctx);
  const department = departmentOf(all, id);
  checkParent(all, parentId);
  if (parentId !== null && idsBelow(all, id).includes(parentId)) {
    throw organisationFail('department.cycle', { name: department.name });
  }
  const rest = all.filter((one) => one.id !== id);
  checkPlace(rest, { id, parentId, name: department.name, height: heightOf(all, id) });
  const siblings = rest.filter((one) => one.parent_id === parentId).map((one) => one.id);
  const place = beforeId === null ? siblings.length : siblings.indexOf(beforeId);
  if (place < 0) {
    const message = '要排在其前面的部门不在这个上级下，请刷新后再试';
    throw platformFail('reference.notFound', { label: '部门' }, [{ path: 'beforeId', message }]);
  }
  const above = (parent: string | null) => (parent === null ? [] : [parent]);
  await checkDepartmentsChange(ctx, above(department.parent_id), above(parentId));
  const administrators = await lastingAdministrators(ctx);
  await ctx.tx.run(sql`update department set parent_id = ${parentId}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  const ordered = siblings.toSpliced(place, 0, id);
  await ctx.tx.run(sql`update department d set sort_order = n.place from unnest(${ordered}::uuid[]) with ordinality as n (id, place)
    where d.company_id = ${ctx.companyId} and d.id = n.id and d.sort_order <> n.place`);
  await keepAdministrator(ctx, administrators);
  const nameOf = (one: string | null) => all.find((node) => node.id === one)?.name ?? null;
  await recordAudit(ctx, {
    action: 'department.move',
    targetKind: 'department',
    targetId: id,
    targetLabel: department.name,
    before: { parent: nameOf(department.parent_id) },
    after: { parent: nameOf(parentId), place: place + 1 },
  });
}
