import { approvalFail, DomainError, permissionLabel } from '@anlin/contract';
import { inNameOf } from '../boundary.ts';
import type { Context } from '../context.ts';
import { basisHash } from './apply-or-request.ts';
import type { RegisteredApprovable } from './approvable.ts';
import type { ApprovalRecord } from './approval-row.ts';

/**
 * Carries out an approved request in the open transaction, in the requester's name and with the rights and the data
 * scope they have now; entries of the audit then name both. Returns why nothing was done when the facts are no longer
 * those that were approved, or the action refuses: whatever it had begun is taken back. Null: it was done.
 */
export async function carryOut(
  ctx: Context,
  action: RegisteredApprovable | undefined,
  approval: ApprovalRecord,
): Promise<string | null> {
  const { client } = ctx.tx;
  await client.query('savepoint carry_out');
  try {
    if (!action) throw approvalFail('approval.unknownAction', { action: approval.action });
    await inNameOf(ctx, approval.requestedBy, (requester) => applyUnchanged(requester, action, approval));
    await client.query('release savepoint carry_out');
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Also takes back the stepping into the requester's data scope.
    await client.query('rollback to savepoint carry_out');
    return error.message;
  }
}

async function applyUnchanged(
  requester: Context | null,
  action: RegisteredApprovable,
  approval: ApprovalRecord,
): Promise<void> {
  const who = approval.requesterName;
  if (!requester) throw approvalFail('approval.requesterGone', { who });
  if (!requester.permissions.has(action.permission))
    throw approvalFail('approval.requesterLostRight', { who, permission: permissionLabel(action.permission) });
  const restored = action.restore(approval.input);
  const facts = await restored.facts(requester);
  if (!basisHash(facts).equals(approval.basisHash))
    throw approvalFail('approval.targetChanged', { target: approval.targetLabel });
  await restored.apply(requester);
}
