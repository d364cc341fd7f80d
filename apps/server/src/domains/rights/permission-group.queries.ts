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

/** Locks a group against others who change it, delete it or give it to somebody. Throws resource.notFound. */
export async function lockGroup(ctx: Context, id: string): Promise<GroupRow> {
  const row = await ctx.tx.first<GroupRow>(sql`
    select id, name, note, built_in, holds_all, permissions, phone_permissions, version from permission_group
    where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '权限组' });
  return row;
}

/** People by name, then departments. */
export async function holdersOf(ctx: Context, groupId: string): Promise<string[]> {
  const rows = await ctx.tx.rows<{ name: string }>(sql`
    select s.name from staff_permission_group l join staff s on s.company_id = l.company_id and s.id = l.staff_id
    where l.company_id = ${ctx.companyId} and l.permission_group_id = ${groupId} order by s.name, s.id`);
  return rows.map((row) => row.name);
}

export async function listGroups(ctx: Context): Promise<PermissionGroupView[]> {
  const rows = await ctx.tx.rows<GroupRow & { holders: string[] | null }>(sql`
    select g.id, g.name, g.note, g.built_in, g.holds_all, g.permissions, g.phone_permissions, g.version,
      (select array_agg(s.name order by s.name, s.id) from staff_permission_group l
        join staff s on s.company_id = l.company_id and s.id = l.staff_id
        where l.company_id = g.company_id and l.permission_group_id = g.id) as holders
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
