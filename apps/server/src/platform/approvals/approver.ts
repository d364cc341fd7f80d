import { type ApprovalLevel, approverKinds } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';

/** A person who may decide at a level; `groupId` when only as a member of that group. */
export interface Approver {
  staffId: string;
  name: string;
  groupId: string | null;
}

/** A level with the names of its approvers, as a request keeps it. */
export interface NamedLevel extends Omit<ApprovalLevel, 'approvers'> {
  approvers: (ApprovalLevel['approvers'][number] & { label: string })[];
}

/** Works here today: aliases `s` (staff) and `a` (account). */
export function isWorking(ctx: Pick<Context, 'clock'>): Sql {
  return sql`s.disabled_at is null and a.disabled_at is null
    and (s.expires_on is null or s.expires_on > (${nowText(ctx)}::timestamptz at time zone 'Asia/Shanghai')::date)`;
}

/** Has the community in their data scope: alias `s`. No community means the whole company's business. */
export function seesCommunity(communityId: Sql): Sql {
  return sql`(s.has_all_communities or ${communityId} is null or exists (select 1 from staff_community l
    where l.company_id = s.company_id and l.staff_id = s.id and l.community_id = ${communityId}))`;
}

/** A seat whose holder can still decide: aliases `t` (seat), `s` (staff), `a` (account). */
export function isLiveSeat(ctx: Pick<Context, 'clock'>): Sql {
  return sql`t.state = 'waiting' and ${isWorking(ctx)} and ${seesCommunity(sql`t.community_id`)}
    and (t.permission_group_id is null or t.permission_group_id = any (array(select held_groups(t.company_id, t.staff_id))))`;
}

/** Tables of `isLiveSeat`. */
export const seatTables: Sql = sql`approval_seat t
  join staff s on s.company_id = t.company_id and s.id = t.staff_id join account a on a.id = s.account_id`;

/**
 * Who can decide at a level now: working here, with the community in their data scope. The requester is left out and
 * told of by `hasRequester`: nobody approves for themselves, however they would come to it.
 */
export async function findApprovers(
  ctx: Context,
  level: ApprovalLevel,
  about: { communityId: string | null; requesterId: string | null },
): Promise<{ approvers: Approver[]; hasRequester: boolean }> {
  const idsOf = (kind: string) => level.approvers.flatMap((one) => (one.kind === kind && one.id ? [one.id] : []));
  const isHeadAsked = level.approvers.some((one) => one.kind === 'departmentHead');
  const heads = isHeadAsked ? await findHeads(ctx, about) : [];
  const [people, groups] = [[...idsOf('person'), ...heads], idsOf('group')];
  const rows = await ctx.tx.rows<{ id: string; name: string; group_id: string | null }>(sql`
    select distinct on (s.id) s.id, s.name, case when s.id = any (${people}::uuid[]) then null else g.permission_group_id end group_id
    from staff s join account a on a.id = s.account_id
    left join members_of(${ctx.companyId}, ${groups}::uuid[]) g on g.staff_id = s.id
    where s.company_id = ${ctx.companyId} and (s.id = any (${people}::uuid[]) or g.permission_group_id is not null)
      and ${isWorking(ctx)} and ${seesCommunity(sql`${about.communityId}::uuid`)}
    order by s.id, g.permission_group_id`);
  const approvers = rows
    .filter((row) => row.id !== about.requesterId)
    .map((row) => ({ staffId: row.id, name: row.name, groupId: row.group_id }));
  return { approvers, hasRequester: approvers.length < rows.length };
}

/**
 * For each department of the requester the nearest head at or above it who can decide: another than the requester, or
 * the requester where there is no other, as `findApprovers` must know. Without a requester everybody who heads a
 * department: whether such a level can work at all.
 */
async function findHeads(
  ctx: Context,
  { communityId, requesterId }: { communityId: string | null; requesterId: string | null },
): Promise<string[]> {
  const able = sql`join staff s on s.company_id = ${ctx.companyId} and s.id = h.head_id join account a on a.id = s.account_id
    where ${isWorking(ctx)} and ${seesCommunity(sql`${communityId}::uuid`)}`;
  const rows = await ctx.tx.ad<{ id: string }>(
    requesterId === null
      ? sql`select distinct s.id from (select d.manager_id head_id from department d where d.company_id = ${ctx.companyId}) h ${able}`
      : sql`select distinct on (h.department_id) s.id from heads_above(${ctx.companyId}, ${requesterId}) h ${able}
          order by h.department_id, s.id = ${requesterId}, h.step`,
  );
  return rows.map((row) => row.id);
}

/** Names of people and groups, for a request to keep and a flow to show. */
export async function nameLevels(ctx: Context, levels: readonly ApprovalLevel[]): Promise<NamedLevel[]> {
  const ids = levels.flatMap((level) => level.approvers.flatMap((one) => one.id ?? []));
  const rows = await ctx.tx.rows<{ id: string; label: string }>(sql`
    select id, name label from staff where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])
    union all select id, name from permission_group where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`);
  const labels = new Map(rows.map((row) => [row.id, row.label]));
  return levels.map(({ mode, approvers }) => ({
    mode,
    approvers: approvers.map(({ kind, id }) => ({
      kind,
      id,
      label:
        id === null ? approverKinds[kind] : (labels.get(id) ?? (kind === 'group' ? '已删除的权限组' : '已删除的员工')),
    })),
  }));
}

export const approverNames = (level: NamedLevel) => level.approvers.map(({ label }) => label).join('、');
