import { type PermissionGroupView, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { rightSets } from './own-rights.ts';

export interface GroupRow {
  id: string;
  name: string;
  note: string;
  built_in: string;
  holds_all: boolean;
  permissions: string[];
  phone_permissions: string[];
  version: number;
}

/** Who was given a group, as `h`: people, and departments with all their people. */
const holders = sql`(
  select l.company_id, l.permission_group_id, s.name, false is_department
    from staff_permission_group l join staff s on s.company_id = l.company_id and s.id = l.staff_id
  union all
  select l.company_id, l.permission_group_id, department_path(l.company_id, l.department_id) || '（部门）', true
    from department_permission_group l) h`;

/** Locks a group against others who change it, delete it or give it to somebody. Throws resource.notFound. */
export async function lockGroup(ctx: Context, id: string): Promise<GroupRow> {
  const row = await ctx.tx.first<GroupRow>(sql`
    select id, name, note, built_in, holds_all, permissions, phone_permissions, version from permission_group
    where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '权限组' });
  return row;
}

/**
 * Groups kept as they are until the end: one that grows meanwhile would give what the actor does not have.
 * Throws reference.notFound (422).
 */
export async function lockGroups(ctx: Context, groupIds: readonly string[]): Promise<GroupRow[]> {
  const ids = [...new Set(groupIds.map((id) => id.toLowerCase()))];
  const groups = await ctx.tx.rows<GroupRow>(sql`
    select id, name, note, built_in, holds_all, permissions, phone_permissions, version from permission_group
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) order by id for share`);
  if (groups.length < ids.length) throw platformFail('reference.notFound', { label: '权限组' });
  return groups;
}

/** People by name, then departments with those above them: `工程部/维修组（部门）`. */
export async function holdersOf(ctx: Context, groupId: string): Promise<string[]> {
  const rows = await ctx.tx.rows<{ name: string }>(sql`
    select h.name from ${holders} where h.company_id = ${ctx.companyId} and h.permission_group_id = ${groupId}
    order by h.is_department, h.name`);
  return rows.map((row) => row.name);
}

export async function listGroups(ctx: Context): Promise<PermissionGroupView[]> {
  const rows = await ctx.tx.rows<GroupRow & { holders: string[] | null }>(sql`
    select g.id, g.name, g.note, g.built_in, g.holds_all, g.permissions, g.phone_permissions, g.version,
      (select array_agg(h.name order by h.is_department, h.name) from ${holders}
        where h.company_id = g.company_id and h.permission_group_id = g.id) as holders
    from permission_group g where g.company_id = ${ctx.companyId} order by g.built_in = '', g.sort_order, g.name`);
  return rows.map((row) => {
    const sets = rightSets(row);
    return {
      id: row.id,
      name: row.name,
      note: row.note,
      isBuiltIn: row.built_in !== '',
      holdsAll: row.holds_all,
      permissions: [...sets.pc],
      phonePermissions: [...sets.phone],
      holders: row.holders ?? [],
      version: row.version,
    };
  });
}
