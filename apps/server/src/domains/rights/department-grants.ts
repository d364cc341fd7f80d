import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { refuseBeyondOwn, rightSets } from './own-rights.ts';
import { type GroupRow, lockGroups } from './permission-group.queries.ts';

/**
 * Somebody is about to work in the departments `after` instead of `before`, or what lies below one is about to lie below
 * the other. The rights that come or go with it must be the actor's own.
 * Throws rights.beyondOwn and rights.takenBeyondOwn (403).
 */
export async function checkDepartmentsChange(
  ctx: Context,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const [former, future] = [await groupsOfDepartments(ctx, before), await groupsOfDepartments(ctx, after)];
  const without = (groups: readonly GroupRow[], others: readonly GroupRow[]) =>
    groups.filter((group) => !others.some((one) => one.id === group.id));
  for (const group of without(future, former)) await refuseBeyondOwn(ctx, rightSets(group));
  for (const group of without(former, future)) await refuseBeyondOwn(ctx, rightSets(group), 'rights.takenBeyondOwn');
}

/** What working in these departments gives, from above too; the groups stay as they are until the end. */
async function groupsOfDepartments(ctx: Context, departmentIds: readonly string[]): Promise<GroupRow[]> {
  if (departmentIds.length === 0) return [];
  const rows = await ctx.tx.rows<{ id: string }>(
    sql`select groups_of_departments(${ctx.companyId}, ${[...departmentIds]}::uuid[]) as id`,
  );
  return lockGroups(
    ctx,
    rows.map((row) => row.id),
  );
}
