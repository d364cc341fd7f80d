import {
  type ApprovalDetail,
  type ApprovalFlowView,
  type ApprovalRow as ApprovalRowView,
  type ApprovalState,
  type EndpointReply,
  type EndpointRequest,
  type listApprovals as listEndpoint,
  permissionLabel,
  platformFail,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../context.ts';
import { empty, type Sql, sql } from '../database/sql.ts';
import type { ApprovalChange, RegisteredApprovable } from './approvable.ts';
import { mayOversee, type StepKind } from './approval-row.ts';
import {
  findApprovers,
  isLiveSeat,
  isWorking,
  type NamedLevel,
  nameLevels,
  seatTables,
  seesCommunity,
} from './approver.ts';

interface ListedRow {
  id: string;
  state: ApprovalState;
  action: string;
  target_label: string;
  summary: string;
  amount_fen: bigint | null;
  community_label: string | null;
  requester_name: string;
  requested_by: string;
  requested_at: string;
  ended_at: string | null;
  level: number;
  level_count: number;
  waiting_for: string[];
  total: number;
}

const columns = (
  ctx: Context,
): Sql => sql`p.id, p.state, p.action, p.target_label, p.summary, p.amount_fen, c.name community_label,
  r.name requester_name, p.requested_by, p.requested_at, p.ended_at, p.level, jsonb_array_length(p.levels) level_count,
  case when p.state = 'pending' then array(select s.name from ${seatTables} where t.company_id = p.company_id and t.approval_id = p.id
    and t.level = p.level and ${isLiveSeat(ctx)} order by t.id) else '{}' end waiting_for`;

const tables: Sql = sql`approval p
  join staff r on r.company_id = p.company_id and r.id = p.requested_by
  left join community c on c.company_id = p.company_id and c.id = p.community_id`;

/** The actor is asked and can decide. */
const waitsForActor = (ctx: Context): Sql => sql`p.state = 'pending' and exists (select 1 from ${seatTables}
  where t.company_id = p.company_id and t.approval_id = p.id and t.level = p.level and t.staff_id = ${ctx.actor.id} and ${isLiveSeat(ctx)})`;

/** A person's requests by what they have to do with them, newest first. `all` needs the right to oversee. */
export async function listApprovals(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  query: EndpointRequest<typeof listEndpoint>['query'],
): Promise<EndpointReply<typeof listEndpoint>> {
  const { view, state, page, pageSize } = query;
  if (view === 'all' && !mayOversee(ctx))
    throw platformFail('permission.denied', { permission: permissionLabel('approval.view') });
  const where = {
    waiting: waitsForActor(ctx),
    requested: sql`p.requested_by = ${ctx.actor.id}`,
    done: sql`exists (select 1 from approval_step e where e.company_id = p.company_id and e.approval_id = p.id
      and e.staff_id = ${ctx.actor.id} and e.kind in ('approved', 'rejected', 'passedOn', 'reassigned'))`,
    all: sql`true`,
  }[view];
  const rows = await ctx.tx.ad<ListedRow>(sql`select ${columns(ctx)}, count(*) over ()::int total from ${tables}
    where p.company_id = ${ctx.companyId} and ${where} ${state ? sql`and p.state = ${state}` : empty}
    order by p.requested_at desc, p.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
  return { rows: rows.map((row) => viewOf(row, actions)), total: rows[0]?.total ?? 0 };
}

/** How many requests wait for the actor: for the desk and the console. */
export async function countWaitingApprovals(ctx: Context): Promise<number> {
  const row = await ctx.tx.first<{
    count: number;
  }>(sql`select count(distinct t.approval_id)::int count from ${seatTables}
    join approval p on p.company_id = t.company_id and p.id = t.approval_id and p.level = t.level and p.state = 'pending'
    where t.company_id = ${ctx.companyId} and t.staff_id = ${ctx.actor.id} and ${isLiveSeat(ctx)}`);
  return row?.count ?? 0;
}

function viewOf(row: ListedRow, actions: readonly RegisteredApprovable[]): ApprovalRowView {
  return {
    id: row.id,
    state: row.state,
    actionLabel: actions.find((one) => one.key === row.action)?.label ?? row.action,
    targetLabel: row.target_label,
    summary: row.summary,
    amount: row.amount_fen === null ? null : formatYuan(fen(row.amount_fen)),
    communityLabel: row.community_label,
    requesterName: row.requester_name,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
    level: row.level,
    levelCount: row.level_count,
    waitingFor: row.waiting_for,
    isStuck: row.state === 'pending' && row.waiting_for.length === 0,
  };
}

interface DetailRow extends ListedRow {
  reason: string;
  outcome: string;
  flow_name: string;
  target_kind: string;
  target_id: string | null;
  changes: ApprovalChange[];
  levels: NamedLevel[];
  may_decide: boolean;
}

/** One request as a party to it, or an overseer, sees it. Error: resource.notFound, also for everybody else. */
export async function readApproval(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  id: string,
): Promise<ApprovalDetail> {
  const row =
    await ctx.tx.first<DetailRow>(sql`select ${columns(ctx)}, p.reason, p.outcome, p.flow_name, p.target_kind, p.target_id, p.changes, p.levels,
      ${waitsForActor(ctx)} may_decide, 0 total
    from ${tables} where p.company_id = ${ctx.companyId} and p.id = ${id} and ${isVisible(ctx)}`);
  if (!row) throw platformFail('resource.notFound', { label: '审批申请' });
  const isPending = row.state === 'pending';
  const isOwn = row.requested_by === ctx.actor.id;
  const seats = await readSeats(ctx, id);
  return {
    ...viewOf(row, actions),
    reason: row.reason,
    outcome: row.outcome,
    flowName: row.flow_name,
    target: row.target_id === null ? null : { kind: row.target_kind, id: row.target_id },
    changes: row.changes,
    levels: row.levels.map((level, index) => ({
      number: index + 1,
      mode: level.mode,
      approvers: level.approvers.map(({ label }) => label),
      seats: seats.filter((seat) => seat.level === index + 1).map(({ staffName, state }) => ({ staffName, state })),
    })),
    history: await readHistory(ctx, id),
    mayDecide: row.may_decide && !isOwn,
    mayWithdraw: isPending && isOwn,
    mayReassign: isPending && !isOwn && ctx.permissions.has('approvalFlow.edit'),
  };
}

function isVisible(ctx: Context): Sql {
  return mayOversee(ctx)
    ? sql`true`
    : sql`(p.requested_by = ${ctx.actor.id} or exists (select 1 from approval_seat v
        where v.company_id = p.company_id and v.approval_id = p.id and v.staff_id = ${ctx.actor.id}))`;
}

type Seat = ApprovalDetail['levels'][number]['seats'][number] & { level: number };

async function readSeats(ctx: Context, id: string): Promise<Seat[]> {
  const rows = await ctx.tx.rows<{ level: number; name: string; state: Seat['state']; is_live: boolean }>(sql`
    select t.level, s.name, t.state, ${isLiveSeat(ctx)} is_live from ${seatTables}
    where t.company_id = ${ctx.companyId} and t.approval_id = ${id} and t.state <> 'released' order by t.id`);
  return rows.map(({ level, name, state, is_live }) => ({
    level,
    staffName: name,
    state: state === 'waiting' && !is_live ? 'gone' : state,
  }));
}

const stepWords: Readonly<Record<StepKind, string>> = {
  requested: '提交申请',
  asked: '进入审批',
  approved: '同意',
  rejected: '驳回',
  passedOn: '转交',
  reassigned: '改派',
  withdrawn: '撤回',
  applied: '已生效',
  invalid: '已失效',
};

async function readHistory(ctx: Context, id: string): Promise<ApprovalDetail['history']> {
  const rows = await ctx.tx.rows<{
    at: string;
    level: number;
    kind: StepKind;
    who: string | null;
    to_name: string | null;
    note: string;
  }>(sql`select e.at, e.level, e.kind, s.name who, d.name to_name, e.note from approval_step e
    left join staff s on s.company_id = e.company_id and s.id = e.staff_id
    left join staff d on d.company_id = e.company_id and d.id = e.to_staff_id
    where e.company_id = ${ctx.companyId} and e.approval_id = ${id} order by e.id`);
  return rows.map((row) => ({
    at: row.at,
    level: row.level,
    what: stepWords[row.kind],
    who: row.who ?? '系统',
    to: row.to_name ?? '',
    note: row.note,
  }));
}

/** Colleagues a request may be handed to: they work here, manage its community and are not the requester. */
export async function listColleagues(
  ctx: Context,
  id: string,
): Promise<{ id: string; name: string; position: string }[]> {
  const approval = await ctx.tx.first<{ community_id: string | null; requested_by: string }>(sql`
    select p.community_id, p.requested_by from approval p where p.company_id = ${ctx.companyId} and p.id = ${id} and ${isVisible(ctx)}`);
  if (!approval) throw platformFail('resource.notFound', { label: '审批申请' });
  return ctx.tx.rows(sql`select s.id, s.name, s.position from staff s join account a on a.id = s.account_id
    where s.company_id = ${ctx.companyId} and s.id <> ${approval.requested_by} and s.id <> ${ctx.actor.id}
      and ${isWorking(ctx)} and ${seesCommunity(sql`${approval.community_id}::uuid`)} order by s.name, s.id`);
}

/** Every flow in its order within its action, with what is wrong with a level today. */
export async function listFlows(ctx: Context, actions: readonly RegisteredApprovable[]): Promise<ApprovalFlowView[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    version: number;
    name: string;
    action: string;
    is_enabled: boolean;
    amount_from_fen: bigint | null;
    amount_to_fen: bigint | null;
    community_ids: string[];
    levels: NamedLevel[];
  }>(sql`select id, version, name, action, is_enabled, amount_from_fen, amount_to_fen, community_ids, levels from approval_flow
    where company_id = ${ctx.companyId} order by action, sort_order, id`);
  const views: ApprovalFlowView[] = [];
  for (const row of rows) {
    const levels = await nameLevels(ctx, row.levels);
    const counted: ApprovalFlowView['levels'] = [];
    for (const level of levels) {
      const { approvers } = await findApprovers(ctx, level, { communityId: null, requesterId: null });
      counted.push({ ...level, problem: approvers.length === 0 ? '没有在职的审批人，请修改' : '' });
    }
    views.push({
      id: row.id,
      version: row.version,
      name: row.name,
      action: row.action,
      actionLabel: actions.find((one) => one.key === row.action)?.label ?? row.action,
      isEnabled: row.is_enabled,
      amountFrom: row.amount_from_fen === null ? null : formatYuan(fen(row.amount_from_fen)),
      amountTo: row.amount_to_fen === null ? null : formatYuan(fen(row.amount_to_fen)),
      communityIds: row.community_ids,
      levels: counted,
    });
  }
  return views;
}

/** People who work here and groups with how many such members they have. */
export async function listApproverChoices(ctx: Context) {
  const people = await ctx.tx.rows<{ id: string; name: string; position: string }>(sql`select s.id, s.name, s.position
    from staff s join account a on a.id = s.account_id where s.company_id = ${ctx.companyId} and ${isWorking(ctx)} order by s.name, s.id`);
  const groups = await ctx.tx.rows<{ id: string; name: string; memberCount: number }>(sql`select g.id, g.name,
      (select count(*)::int from members_of(g.company_id, array[g.id]) m join staff s on s.company_id = g.company_id and s.id = m.staff_id
        join account a on a.id = s.account_id where ${isWorking(ctx)}) as "memberCount"
    from permission_group g where g.company_id = ${ctx.companyId} order by g.name, g.id`);
  return { people, groups };
}
