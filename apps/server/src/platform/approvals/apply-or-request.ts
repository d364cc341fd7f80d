import { createHash } from 'node:crypto';
import { approvalFail, type PendingApproval } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Approvable, ApprovalFacts, RegisteredApprovable } from './approvable.ts';
import { type ApprovalFlow, flowsOf, joinFlows, matchFlow } from './approval-flow.queries.ts';
import { addStep, askApprovers } from './approval-row.ts';
import { type Approver, approverNames, findApprovers, type NamedLevel, nameLevels } from './approver.ts';

/**
 * Does an action, or asks for it where a flow of the company matches (PLT-11). Asked for, nothing takes effect before
 * the last yes. The system itself needs nobody's approval. `reason` may be empty while no flow matches.
 * Errors: those of the action; approval.reasonRequired, approval.alreadyPending, approval.mixedCommunities,
 * approval.onlySelf, approval.nobody.
 */
export async function applyOrRequest<Input, Result extends object>(
  ctx: Context,
  action: Approvable<Input, Result>,
  input: Input,
  reason: string,
): Promise<Result | PendingApproval> {
  return (await requestWhereAsked(ctx, action, input, reason)) ?? action.apply(ctx, input);
}

/** Asks for an action where a flow of the company matches, and does nothing (null) where none does. Errors as above. */
export async function requestWhereAsked<Input, Result extends object>(
  ctx: Context,
  action: Approvable<Input, Result>,
  input: Input,
  reason: string,
): Promise<PendingApproval | null> {
  const flows = ctx.actor.kind === 'system' ? [] : await flowsOf(ctx, [action.key, ...action.contains]);
  if (flows.length === 0) return null;
  const facts = await action.facts(ctx, input);
  const flow = joinFlows([
    matchFlow(flows, { action: action.key, ...facts }),
    ...(facts.contained ?? []).map((part) => matchFlow(flows, { ...part, communityIds: facts.communityIds })),
  ]);
  if (!flow) return null;
  return requestApproval(ctx, { action, input, facts, flow, reason: reason.trim() });
}

interface Request {
  action: RegisteredApprovable;
  input: unknown;
  facts: ApprovalFacts;
  flow: ApprovalFlow;
  reason: string;
}

async function requestApproval(ctx: Context, request: Request): Promise<PendingApproval> {
  const { action, input, facts, flow, reason } = request;
  const communityIds = [...new Set(facts.communityIds)];
  if (communityIds.length > 1)
    throw approvalFail('approval.mixedCommunities', { count: communityIds.length, action: action.label });
  if (reason === '')
    throw approvalFail('approval.reasonRequired', { action: action.label, flow: flow.name }, [
      { path: 'reason', message: '请填写申请理由' },
    ]);
  const communityId = communityIds[0] ?? null;
  const levels = await nameLevels(ctx, flow.levels);
  const first = await firstLevel(ctx, flow, levels, communityId);
  const approval = {
    id: ctx.newId(),
    communityId,
    action: action.key,
    actionLabel: action.label,
    targetLabel: facts.targetLabel,
    reason,
    requesterName: ctx.actor.name,
    level: first.number,
  };
  await ctx.tx.run(sql`insert into approval (company_id, id, community_id, action, target_kind, target_id, target_label, amount_fen,
      summary, changes, basis_hash, input, reason, state, flow_name, flow_version, levels, level, requested_by, requested_at)
    values (${ctx.companyId}, ${approval.id}, ${communityId}, ${action.key}, ${facts.targetKind},
      ${facts.targetIds.length === 1 ? facts.targetIds[0] : null}, ${facts.targetLabel}, ${facts.amountFen}, ${facts.summary},
      ${JSON.stringify(facts.changes)}, ${basisHash(facts)}, ${JSON.stringify(input)}, ${reason}, 'pending', ${flow.name}, ${flow.version},
      ${JSON.stringify(levels)}, ${first.number}, ${ctx.actor.id}, ${nowText(ctx)})`);
  await holdTargets(ctx, action, facts, approval);
  await addStep(ctx, approval, 'requested', { note: reason });
  await askApprovers(ctx, approval, first.number, first.approvers);
  await recordAudit(ctx, {
    action: 'approval.request',
    targetKind: facts.targetKind,
    targetId: facts.targetIds.length === 1 ? facts.targetIds[0]! : null,
    targetLabel: facts.targetLabel,
    communityId,
    after: { approvalAction: action.label, flow: flow.name, reason },
  });
  return { state: 'pending', approvalId: approval.id };
}

/** Fingerprint of what a decision rests on. */
export function basisHash({ basis }: Pick<ApprovalFacts, 'basis'>): Buffer {
  const text = JSON.stringify(basis, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
  return createHash('sha256').update(text).digest();
}

/**
 * The level asked first. Every level must be one somebody can fill: where only the requester could, the next level up
 * decides in their place, and the request is refused where there is none.
 */
async function firstLevel(
  ctx: Context,
  flow: ApprovalFlow,
  levels: readonly NamedLevel[],
  communityId: string | null,
): Promise<{ number: number; approvers: Approver[] }> {
  let first: { number: number; approvers: Approver[] } | undefined;
  let onlySelf: number | undefined;
  for (const [index, level] of levels.entries()) {
    const found = await findApprovers(ctx, level, { communityId, requesterId: ctx.actor.id });
    const number = index + 1;
    if (found.approvers.length > 0) {
      first ??= { number, approvers: found.approvers };
      onlySelf = undefined;
    } else if (found.hasRequester) onlySelf = number;
    else throw approvalFail('approval.nobody', { flow: flow.name, level: number, approvers: approverNames(level) });
  }
  if (!first || onlySelf !== undefined)
    throw approvalFail('approval.onlySelf', { flow: flow.name, level: onlySelf ?? 1 });
  return first;
}

/** Marks the targets as asked for; a second request of the same is refused, however close in time the two are. */
async function holdTargets(
  ctx: Context,
  action: RegisteredApprovable,
  facts: ApprovalFacts,
  approval: { id: string; communityId: string | null },
): Promise<void> {
  const ids = [...new Set(facts.targetIds)].sort();
  const held = await ctx.tx.run(sql`insert into approval_hold (company_id, community_id, approval_id, action, target_id)
    select ${ctx.companyId}, ${approval.communityId}, ${approval.id}, ${action.key}, n.id from unnest(${ids}::uuid[]) n (id) order by n.id
    on conflict (company_id, action, target_id) do nothing`);
  if (held === ids.length) return;
  const other = await ctx.tx.first<{ label: string; who: string; day: string }>(sql`
    select p.target_label label, s.name who, to_char(p.requested_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day
    from approval_hold h join approval p on p.company_id = h.company_id and p.id = h.approval_id
    join staff s on s.company_id = p.company_id and s.id = p.requested_by
    where h.company_id = ${ctx.companyId} and h.action = ${action.key} and h.target_id = any (${ids}::uuid[]) and h.approval_id <> ${approval.id} limit 1`);
  throw approvalFail('approval.alreadyPending', {
    target: other?.label ?? facts.targetLabel,
    action: action.label,
    who: other?.who ?? '同事',
    day: other?.day ?? '近日',
  });
}
