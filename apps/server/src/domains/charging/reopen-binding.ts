import { billFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockBinding, refuseOverlapOf } from './change-binding.ts';
import { refuseFollowing } from './tag-binding.ts';

/** Takes the end off an ended binding (CSH-8): it goes on as if it had none. Refused (409) when another is in its place since. */
export async function reopenBinding(ctx: Context, input: { id: string; reason: string }): Promise<void> {
  const binding = await lockBinding(ctx, input.id);
  if (binding.ends_on === null) throw billFail('binding.reopened', { target: binding.target });
  await refuseFollowing(ctx, [input.id], '恢复');
  await refuseOverlapOf(ctx, { ...binding, ends_on: null }, binding.starts_on);
  await ctx.tx.run(sql`update standard_binding set ends_on = null, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${input.id}`);
  await recordAudit(ctx, {
    action: 'standardBinding.reopen',
    targetKind: 'standardBinding',
    targetId: input.id,
    targetLabel: `${binding.target} ${binding.item_name}`,
    communityId: binding.community_id,
    before: { endsOn: binding.ends_on },
    after: { endsOn: null, reason: input.reason },
  });
}
