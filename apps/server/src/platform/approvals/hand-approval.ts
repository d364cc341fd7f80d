import { approvalFail } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
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
import { isWorking, seesCommunity } from './approver.ts';

/** Whose business a request is, other than by deciding it: handed to another, or taken back. */

export interface Handing {
  id: string;
  /** The level the person saw. */
  level: number;
  staffId: string;
  note: string;
}

/** Gives the actor's say at a level to a colleague, who then decides. Errors as for deciding; approval.badDelegate. */
export async function passOnApproval(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  { id, level, staffId, note }: Handing,
): Promise<void> {
  const approval = await lockApproval(ctx, id);
  const seat = await takeSeat(ctx, approval, level);
  const delegate = await checkDelegate(ctx, approval, staffId);
  await setSeat(ctx, seat, 'passedOn');
  await handTo(ctx, actions, approval, delegate, 'passedOn', note);
}

/** Gives a level to somebody else because those asked cannot decide. Not for one's own request. */
export async function reassignApproval(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  { id, level, staffId, note }: Handing,
): Promise<void> {
  const approval = await lockApproval(ctx, id);
  if (approval.requestedBy === ctx.actor.id) throw approvalFail('approval.self');
  if (approval.level !== level) throw approvalFail('approval.levelMoved', { level: approval.level });
  await releaseSeats(ctx, id);
  const delegate = await checkDelegate(ctx, approval, staffId);
  await handTo(ctx, actions, approval, delegate, 'reassigned', note);
}

/** Takes one's own request back before it is decided. Errors: resource.notFound, approval.ended, approval.notRequester. */
export async function withdrawApproval(ctx: Context, id: string): Promise<void> {
  const approval = await lockApproval(ctx, id);
  if (approval.requestedBy !== ctx.actor.id)
    throw approvalFail('approval.notRequester', { who: approval.requesterName });
  await endApproval(ctx, approval, 'withdrawn', '');
  await addStep(ctx, approval, 'withdrawn');
  await audit(ctx, approval, 'withdraw', {});
}

interface Delegate {
  staffId: string;
  name: string;
}

async function checkDelegate(ctx: Context, approval: ApprovalRecord, staffId: string): Promise<Delegate> {
  const row = await ctx.tx.first<{ name: string; is_working: boolean; sees: boolean; has_seat: boolean }>(sql`
    select s.name, (${isWorking(ctx)}) is_working, ${seesCommunity(sql`${approval.communityId}::uuid`)} sees,
      exists (select 1 from approval_seat t where t.company_id = s.company_id and t.approval_id = ${approval.id}
        and t.level = ${approval.level} and t.staff_id = s.id and t.state in ('waiting', 'approved')) has_seat
    from staff s join account a on a.id = s.account_id where s.company_id = ${ctx.companyId} and s.id = ${staffId}`);
  const who = row?.name ?? '所选同事';
  const reason = !row
    ? '没有这位员工'
    : staffId === approval.requestedBy
      ? '这是申请人本人，不能审批自己的申请'
      : !row.is_working
        ? '该员工已停用或离职'
        : !row.sees
          ? '该员工不管理这个小区'
          : row.has_seat
            ? '该员工已是本级审批人'
            : '';
  if (reason !== '')
    throw approvalFail('approval.badDelegate', { who, reason }, [{ path: 'staffId', message: reason }]);
  return { staffId, name: who };
}

async function handTo(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  approval: ApprovalRecord,
  { staffId, name }: Delegate,
  kind: 'passedOn' | 'reassigned',
  note: string,
): Promise<void> {
  const actionLabel = actions.find((one) => one.key === approval.action)?.label ?? approval.action;
  await askApprovers(ctx, { ...approval, actionLabel }, approval.level, [{ staffId, name, groupId: null }]);
  await addStep(ctx, approval, kind, { toStaffId: staffId, note });
  await audit(ctx, approval, kind === 'passedOn' ? 'passOn' : 'reassign', { to: name, note });
}

async function audit(
  ctx: Context,
  approval: ApprovalRecord,
  verb: string,
  after: Record<string, unknown>,
): Promise<void> {
  await recordAudit(ctx, {
    action: `approval.${verb}`,
    targetKind: approval.targetKind,
    targetId: approval.targetId,
    targetLabel: approval.targetLabel,
    communityId: approval.communityId,
    after: { requester: approval.requesterName, ...after },
  });
}
