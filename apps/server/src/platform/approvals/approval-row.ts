import { type ApprovalState, approvalFail, approvalStates, platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { putEvent } from '../outbox/put-event.ts';
import { type Approver, isLiveSeat, type NamedLevel, seatTables } from './approver.ts';

/** A request under its lock. */
export interface ApprovalRecord {
  id: string;
  communityId: string | null;
  action: string;
  targetKind: string;
  targetId: string | null;
  targetLabel: string;
  basisHash: Buffer;
  input: unknown;
  reason: string;
  state: ApprovalState;
  levels: readonly NamedLevel[];
  /** From 1. */
  level: number;
  requestedBy: string;
  requesterName: string;
}

interface ApprovalRow {
  id: string;
  community_id: string | null;
  action: string;
  target_kind: string;
  target_id: string | null;
  target_label: string;
  basis_hash: Buffer;
  input: unknown;
  reason: string;
  state: ApprovalState;
  levels: NamedLevel[];
  level: number;
  requested_by: string;
  requester_name: string;
  is_party: boolean;
}

/**
 * Locks a pending request, the first step of everything that is decided about it. A request a person has nothing to do
 * with does not exist for them. Errors: resource.notFound, approval.ended.
 */
export async function lockApproval(ctx: Context, id: string): Promise<ApprovalRecord> {
  const row = await ctx.tx.first<ApprovalRow>(sql`
    select p.id, p.community_id, p.action, p.target_kind, p.target_id, p.target_label, p.basis_hash, p.input, p.reason, p.state, p.levels,
      p.level, p.requested_by, r.name requester_name,
      p.requested_by = ${ctx.actor.id} or exists (select 1 from approval_seat t
        where t.company_id = p.company_id and t.approval_id = p.id and t.staff_id = ${ctx.actor.id}) is_party
    from approval p join staff r on r.company_id = p.company_id and r.id = p.requested_by
    where p.company_id = ${ctx.companyId} and p.id = ${id} for update of p`);
  if (!row || !(row.is_party || mayOversee(ctx))) throw platformFail('resource.notFound', { label: '审批申请' });
  if (row.state !== 'pending') throw approvalFail('approval.ended', { state: approvalStates[row.state] });
  return {
    id: row.id,
    communityId: row.community_id,
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    targetLabel: row.target_label,
    basisHash: row.basis_hash,
    input: row.input,
    reason: row.reason,
    state: row.state,
    levels: row.levels,
    level: row.level,
    requestedBy: row.requested_by,
    requesterName: row.requester_name,
  };
}

/** Sees requests of others within the data scope. */
export function mayOversee(ctx: Context): boolean {
  return ctx.permissions.has('approval.view') || ctx.permissions.has('approvalFlow.edit');
}

/** The seat at which the actor may decide at the level they saw. Errors: approval.self, approval.levelMoved, approval.notAsked. */
export async function takeSeat(ctx: Context, approval: ApprovalRecord, level: number): Promise<string> {
  if (approval.requestedBy === ctx.actor.id) throw approvalFail('approval.self');
  if (approval.level !== level) throw approvalFail('approval.levelMoved', { level: approval.level });
  const seat = await ctx.tx.first<{ id: string }>(sql`select t.id from ${seatTables}
    where t.company_id = ${ctx.companyId} and t.approval_id = ${approval.id} and t.level = ${level} and t.staff_id = ${ctx.actor.id}
      and ${isLiveSeat(ctx)}`);
  if (!seat) throw approvalFail('approval.notAsked');
  return seat.id;
}

export async function setSeat(
  ctx: Context,
  seatId: string,
  state: 'approved' | 'rejected' | 'passedOn',
): Promise<void> {
  await ctx.tx.run(
    sql`update approval_seat set state = ${state} where company_id = ${ctx.companyId} and id = ${seatId}`,
  );
}

/** Takes the say from whoever still has one at the request. */
export async function releaseSeats(ctx: Context, approvalId: string): Promise<void> {
  await ctx.tx.run(sql`update approval_seat set state = 'released'
    where company_id = ${ctx.companyId} and approval_id = ${approvalId} and state = 'waiting'`);
}

type AskedApproval = Pick<ApprovalRecord, 'id' | 'communityId' | 'action' | 'targetLabel' | 'reason' | 'requesterName'>;

/** Seats people at a level and tells them. */
export async function askApprovers(
  ctx: Context,
  approval: AskedApproval & { actionLabel: string },
  level: number,
  approvers: readonly Approver[],
): Promise<void> {
  if (approvers.length === 0) return;
  await ctx.tx.run(sql`insert into approval_seat (company_id, id, community_id, approval_id, level, staff_id, permission_group_id, state, created_at)
    select ${ctx.companyId}, n.id, ${approval.communityId}, ${approval.id}, ${level}, n.staff_id, n.group_id, 'waiting', ${nowText(ctx)}
    from unnest(${approvers.map(() => ctx.newId())}::uuid[], ${approvers.map((one) => one.staffId)}::uuid[],
      ${approvers.map((one) => one.groupId)}::uuid[]) n (id, staff_id, group_id)`);
  await putEvent(ctx, 'approval.waiting', {
    approvalId: approval.id,
    staffIds: approvers.map((one) => one.staffId),
    title: `${approval.actionLabel}：${approval.targetLabel}`,
    requesterName: approval.requesterName,
    reason: approval.reason,
  });
}

export type StepKind =
  | 'requested'
  | 'asked'
  | 'approved'
  | 'rejected'
  | 'passedOn'
  | 'reassigned'
  | 'withdrawn'
  | 'applied'
  | 'invalid';

/** Adds to the history of a request. */
export async function addStep(
  ctx: Context,
  approval: Pick<ApprovalRecord, 'id' | 'communityId' | 'level'>,
  kind: StepKind,
  more: { note?: string; toStaffId?: string } = {},
): Promise<void> {
  await ctx.tx.run(sql`insert into approval_step (company_id, id, community_id, approval_id, level, kind, staff_id, to_staff_id, note, at)
    values (${ctx.companyId}, ${ctx.newId()}, ${approval.communityId}, ${approval.id}, ${approval.level}, ${kind}, ${ctx.actor.id},
      ${more.toStaffId ?? null}, ${more.note ?? ''}, ${nowText(ctx)})`);
}

/** Ends a request: nobody is asked any more, its targets are free, what it would have done is forgotten. */
export async function endApproval(
  ctx: Context,
  approval: ApprovalRecord,
  state: Exclude<ApprovalState, 'pending'>,
  outcome: string,
): Promise<void> {
  await ctx.tx.run(sql`update approval set state = ${state}, outcome = ${outcome}, ended_at = ${nowText(ctx)}, input = null
    where company_id = ${ctx.companyId} and id = ${approval.id}`);
  await ctx.tx.run(sql`delete from approval_hold where company_id = ${ctx.companyId} and approval_id = ${approval.id}`);
  await releaseSeats(ctx, approval.id);
}
