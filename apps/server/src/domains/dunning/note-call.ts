import {
  anyTarget,
  callOutcomes,
  type EndpointRequest,
  type noteDunningCall as noteEndpoint,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Notes what was said on the telephone. Throws reference.notFound (422). */
export async function noteCall(ctx: Context, input: EndpointRequest<typeof noteEndpoint>['body']): Promise<void> {
  const place = await ctx.tx.first<{ community_id: string; label: string }>(sql`
    select community_id, label from charge_target where company_id = ${ctx.companyId} and id = ${input.targetId}`);
  if (!place) throw platformFail('reference.notFound', { label: anyTarget });
  const promisedOn = input.outcome === 'promised' ? input.promisedOn : null;
  await ctx.tx.run(sql`insert into dunning_call (company_id, id, community_id, target_id, outcome, promised_on, note, called_at, staff_id)
    values (${ctx.companyId}, ${ctx.newId()}, ${place.community_id}, ${input.targetId}, ${input.outcome}, ${promisedOn}, ${input.note}, ${nowText(ctx)},
      ${ctx.actor.id})`);
  await recordAudit(ctx, {
    action: 'dunning.noteCall',
    targetKind: 'dunning',
    targetId: input.targetId,
    targetLabel: place.label,
    communityId: place.community_id,
    after: { outcome: callOutcomes[input.outcome], promisedOn },
  });
}
