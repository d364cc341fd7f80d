import type { ApprovalState } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { putEvent } from '../outbox/put-event.ts';
import type { RegisteredApprovable } from './approvable.ts';
import {
  type ApprovalRecord,
  addStep,
  askApprovers,
  endApproval,
  lockApproval,
  releaseSeats,
  setSeat,
  takeSeat,
} from './approval-row.ts';
import { findApprovers } from './approver.ts';
import { carryOut } from './carry-out.ts';

export interface Decision {
  id: string;
  /** The level the person saw; another one refuses. */
  level: number;
  note: string;
}

interface Decided {
  state: ApprovalState;
  /** Why a request became invalid; empty otherwise. */
  outcome: string;
}

/**
 * Says yes at a level. The last yes carries the action out in this transaction, or makes the request invalid when it
 * may no longer be carried out. Errors: resource.notFound, approval.ended, .self, .levelMoved, .notAsked.
 */
export async function approveApproval(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  { id, level, note }: Decision,
): Promise<Decided> {
  const approval = await lockApproval(ctx, id);
  const action = actions.find((one) => one.key === approval.action);
  await setSeat(ctx, await takeSeat(ctx, approval, level), 'approved');
  await addStep(ctx, approval, 'approved', { note });
  await audit(ctx, approval, 'approve', action, { level, note });
  if (!(await isLevelDone(ctx, approval))) return { state: 'pending', outcome: '' };
  await releaseSeats(ctx, approval.id);
  if (await askNextLevel(ctx, approval, action?.label ?? approval.action)) return { state: 'pending', outcome: '' };
  const failure = await carryOut(ctx, action, approval);
  const state = failure === null ? 'approved' : 'invalid';
  await endApproval(ctx, approval, state, failure ?? '');
  await addStep(ctx, approval, failure === null ? 'applied' : 'invalid', { note: failure ?? '' });
  if (failure !== null) await audit(ctx, approval, 'invalidate', action, { outcome: failure });
  await tellRequester(ctx, approval, action, state, failure ?? note);
  return { state, outcome: failure ?? '' };
}

/** Says no: the request ends and nothing takes effect. Errors as for approving. */
export async function rejectApproval(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  { id, level, note }: Decision,
): Promise<Decided> {
  const approval = await lockApproval(ctx, id);
  const action = actions.find((one) => one.key === approval.action);
  await setSeat(ctx, await takeSeat(ctx, approval, level), 'rejected');
  await addStep(ctx, approval, 'rejected', { note });
  await endApproval(ctx, approval, 'rejected', note);
  await audit(ctx, approval, 'reject', action, { level, note });
  await tellRequester(ctx, approval, action, 'rejected', note);
  return { state: 'rejected', outcome: note };
}

async function isLevelDone(ctx: Context, approval: ApprovalRecord): Promise<boolean> {
  if (approval.levels[approval.level - 1]?.mode !== 'all') return true;
  const row = await ctx.tx.first<{ waiting: number }>(sql`select count(*)::int waiting from approval_seat
    where company_id = ${ctx.companyId} and approval_id = ${approval.id} and level = ${approval.level} and state = 'waiting'`);
  return row?.waiting === 0;
}

/**
 * Moves the request up. A level that only the requester could fill is passed over while there is another above it; one
 * that nobody can fill any more is shown as such until an administrator names somebody. False: there is no level left.
 */
async function askNextLevel(ctx: Context, approval: ApprovalRecord, actionLabel: string): Promise<boolean> {
  const { levels, communityId, requestedBy } = approval;
  for (let number = approval.level + 1; number <= levels.length; number += 1) {
    const found = await findApprovers(ctx, levels[number - 1]!, { communityId, requesterId: requestedBy });
    const isPassedOver = found.approvers.length === 0 && found.hasRequester && number < levels.length;
    if (isPassedOver) continue;
    await ctx.tx.run(
      sql`update approval set level = ${number} where company_id = ${ctx.companyId} and id = ${approval.id}`,
    );
    await askApprovers(ctx, { ...approval, actionLabel }, number, found.approvers);
    return true;
  }
  return false;
}

async function audit(
  ctx: Context,
  approval: ApprovalRecord,
  verb: string,
  action: RegisteredApprovable | undefined,
  after: Record<string, unknown>,
): Promise<void> {
  await recordAudit(ctx, {
    action: `approval.${verb}`,
    targetKind: approval.targetKind,
    targetId: approval.targetId,
    targetLabel: approval.targetLabel,
    communityId: approval.communityId,
    after: { approvalAction: action?.label ?? approval.action, requester: approval.requesterName, ...after },
  });
}

async function tellRequester(
  ctx: Context,
  approval: ApprovalRecord,
  action: RegisteredApprovable | undefined,
  state: 'approved' | 'rejected' | 'invalid',
  note: string,
): Promise<void> {
  await putEvent(ctx, 'approval.decided', {
    approvalId: approval.id,
    staffId: approval.requestedBy,
    title: `${action?.label ?? approval.action}：${approval.targetLabel}`,
    state,
    deciderName: ctx.actor.name,
    note,
  });
}
