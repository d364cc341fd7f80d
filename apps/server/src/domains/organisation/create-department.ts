import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkParent, checkPlace, type DepartmentNode, readDepartments } from './department.queries.ts';
import { lockOrganisation } from './lock-organisation.ts';

/**
 * Adds a department as the last below its parent, or below the company. Returns its id.
 * Errors: reference.notFound (422), department.exists (409), department.tooDeep (422).
 */
export async function createDepartment(
  ctx: Context,
  input: { parentId: string | null; name: string },
): Promise<string> {
  await lockOrganisation(ctx);
  return addDepartment(ctx, await readDepartments(ctx), input);
}

/** The same while the organisation is locked and `all` is what there is. */
export async function addDepartment(
  ctx: Context,
  all: readonly DepartmentNode[],
  { parentId, name }: { parentId: string | null; name: string },
): Promise<string> {
  checkParent(all, parentId);
  checkPlace(all, { id: null, parentId, name, height: 1 });
  const id = ctx.newId();
  const siblings = all.filter((one) => one.parent_id === parentId);
  const sortOrder = Math.max(0, ...siblings.map((one) => one.sort_order)) + 1;
  await ctx.tx.run(sql`insert into department (company_id, id, parent_id, name, sort_order, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${parentId}, ${name}, ${sortOrder}, ${nowText(ctx)}, ${nowText(ctx)})`);
  await recordAudit(ctx, {
    action: 'department.create',
    targetKind: 'department',
    targetId: id,
    targetLabel: name,
    after: { name, parent: all.find((one) => one.id === parentId)?.name ?? null },
  });
  return id;
}
