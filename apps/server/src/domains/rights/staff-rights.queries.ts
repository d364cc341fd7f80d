import type { EndpointReply, getStaffRights, listStaffRights } from '@anlin/contract';
import { type Permission, platformFail } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { type RightSets, rightSets } from './own-rights.ts';
import { readScope } from './scope.queries.ts';

/** Staff leave at midnight of the company's day, wherever its communities are. */
const officeTimeZone = 'Asia/Shanghai';

const isActive = (ctx: Context) => sql`s.disabled_at is null and
  (s.expires_on is null or s.expires_on > ${businessDay(ctx.clock, officeTimeZone).toString()})`;

interface ListRow {
  id: string;
  name: string;
  position: string;
  is_active: boolean;
  groups: string[] | null;
  has_all_communities: boolean;
  communities: string[] | null;
  building_count: number;
  house_count: number;
}

/** People with their groups and scope, in the order of their names. Communities out of the reader's sight are not named. */
export async function listRights(
  ctx: Context,
  q: string | undefined,
): Promise<EndpointReply<typeof listStaffRights>['rows']> {
  const text = `%${likeText(q ?? '')}%`;
  const rows = await ctx.tx.rows<ListRow>(sql`
    select s.id, s.name, s.position, ${isActive(ctx)} as is_active, s.has_all_communities,
      (select array_agg(distinct g.name) from groups_of(s.company_id, s.id) l
        join permission_group g on g.company_id = s.company_id and g.id = l.permission_group_id) as groups,
      (select array_agg(c.name order by c.sort_order, c.name) from staff_community l
        join community c on c.company_id = l.company_id and c.id = l.community_id
        where l.company_id = s.company_id and l.staff_id = s.id) as communities,
      (select count(*)::int from staff_building l where l.company_id = s.company_id and l.staff_id = s.id) as building_count,
      (select count(*)::int from staff_house l where l.company_id = s.company_id and l.staff_id = s.id) as house_count
    from staff s where s.company_id = ${ctx.companyId} and (s.name ilike ${text} or s.position ilike ${text})
    order by s.disabled_at is not null, s.name, s.id limit 1000`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    position: row.position,
    isActive: row.is_active,
    groups: row.groups ?? [],
    scope: scopeInWords(row),
  }));
}

function scopeInWords(row: ListRow): string {
  if (row.has_all_communities) return '全部小区';
  const parts = [
    ...(row.communities ?? []),
    ...(row.building_count > 0 ? [`${row.building_count} 栋楼`] : []),
    ...(row.house_count > 0 ? [`${row.house_count} 套房屋`] : []),
  ];
  return parts.length === 0 ? '无' : parts.join('、');
}

interface SourceRow {
  id: string;
  name: string;
  department: string | null;
  permissions: string[];
  phone_permissions: string[];
  holds_all: boolean;
}

/** One person's groups, what they may do and through which group, and their scope. Throws resource.notFound. */
export async function readRights(ctx: Context, staffId: string): Promise<EndpointReply<typeof getStaffRights>> {
  const staff = await findStaff(ctx, staffId);
  const groups = await ctx.tx.rows<SourceRow>(sql`
    select g.id, g.name, l.department, g.permissions, g.phone_permissions, g.holds_all
    from groups_of(${ctx.companyId}, ${staffId}) l
    join permission_group g on g.company_id = ${ctx.companyId} and g.id = l.permission_group_id
    order by l.department nulls first, g.sort_order, g.name`);
  const given = groups.map((row) => ({
    source: row.department === null ? row.name : `${row.name}（${row.department}）`,
    sets: rightSets(row),
  }));
  const effective = (of: (sets: RightSets) => ReadonlySet<Permission>) => {
    const sources = new Map<Permission, string[]>();
    for (const { source, sets } of given)
      for (const permission of of(sets)) sources.set(permission, [...(sources.get(permission) ?? []), source]);
    return [...sources].map(([permission, from]) => ({ permission, sources: from }));
  };
  return {
    id: staff.id,
    name: staff.name,
    position: staff.position,
    isActive: staff.is_active,
    groups: groups.map(({ id, name, department }) => ({ id, name, department })),
    pc: effective((sets) => sets.pc),
    phone: effective((sets) => sets.phone),
    ...(await readScope(ctx, staff)),
  };
}

export interface StaffRow {
  id: string;
  name: string;
  position: string;
  is_active: boolean;
  has_all_communities: boolean;
}

/** Throws resource.notFound (404). */
async function findStaff(ctx: Context, id: string): Promise<StaffRow> {
  const row =
    await ctx.tx.first<StaffRow>(sql`select s.id, s.name, s.position, ${isActive(ctx)} as is_active, s.has_all_communities
    from staff s where s.company_id = ${ctx.companyId} and s.id = ${id}`);
  if (!row) throw platformFail('resource.notFound', { label: '员工' });
  return row;
}

/** The same, locked against others who change this person's rights. */
export async function lockStaff(ctx: Context, id: string): Promise<StaffRow> {
  await ctx.tx.rows(sql`select id from staff where company_id = ${ctx.companyId} and id = ${id} for no key update`);
  return findStaff(ctx, id);
}
