import { deductionStates, type EndpointRequest, type handleDeduction as endpoint, paymentFail } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { lockDeduction } from './deduction-row.ts';

type Input = EndpointRequest<typeof endpoint>['body'];

/** Staff take note of a deduction that was given up, or stop one that waits. Error: deduction.wrongState (409). */
export async function handleDeduction(ctx: Context, id: string, { action, note }: Input): Promise<void> {
  const deduction = await lockDeduction(ctx, id);
  const now = nowText(ctx);
  if (deduction.state !== (action === 'cancel' ? 'waiting' : 'failed'))
    throw paymentFail('deduction.wrongState', {
      state: deductionStates[deduction.state],
      action: action === 'cancel' ? '取消' : '标为已处理',
    });
  if (action === 'cancel')
    await ctx.tx.run(sql`update deduction set state = 'cancelled', reason = '物业取消', next_at = null, claimed_until = null, ended_at = ${now},
        handled_at = ${now}, handled_by = ${ctx.actor.id}, handled_note = ${note} where company_id = ${ctx.companyId} and id = ${id}`);
  else
    await ctx.tx.run(sql`update deduction set handled_at = ${now}, handled_by = ${ctx.actor.id}, handled_note = ${note}
      where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: `deduction.${action}`,
    targetKind: 'deduction',
    targetId: id,
    targetLabel: deduction.plannedOn,
    communityId: deduction.communityId,
    after: { note },
  });
}
