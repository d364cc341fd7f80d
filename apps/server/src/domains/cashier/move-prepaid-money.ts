import {
  anyTarget,
  type EndpointReply,
  type EndpointRequest,
  holdingFail,
  type movePrepaidMoney as moveEndpoint,
  platformFail,
} from '@anlin/contract';
import { formatYuan, negateFen, parseYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkPrepaidItem, readAccountPlace } from './holding-place.ts';
import { movePrepaid, openPrepaidAccount } from './move-prepaid.ts';

type Input = EndpointRequest<typeof moveEndpoint>['body'];

/**
 * Moves prepaid money to another account of the company (CSH-5): two movements of one transaction that name each other,
 * each in its own community's books. Only what was paid moves; what was given stays. Refused with nothing written when
 * there is not enough (409), or source and destination are the same (422).
 */
export async function movePrepaidMoney(
  ctx: Context,
  accountId: string,
  input: Input,
): Promise<EndpointReply<typeof moveEndpoint>> {
  const from = await readAccountPlace(ctx, accountId);
  const place = await readTarget(ctx, input);
  await checkPrepaidItem(ctx, input.chargeItemId);
  const toId = await openPrepaidAccount(ctx, { ...input, communityId: place.communityId });
  if (toId === from.id) throw holdingFail('prepaid.sameAccount');
  // Two books may be concerned, but the accounts are locked in one order.
  await ctx.tx.rows(sql`select id from prepaid_account where company_id = ${ctx.companyId} and id = any (${[from.id, toId]}::uuid[])
    order by id for no key update`);
  const to = await readAccountPlace(ctx, toId);
  const amountFen = parseYuan(input.amount);
  const [out] = await movePrepaid(ctx, { communityId: from.communityId, movedOn: from.today }, [
    { accountId: from.id, kind: 'moveOut', amountFen: negateFen(amountFen), note: `转至 ${to.label}：${input.reason}` },
  ]);
  const [into] = await movePrepaid(ctx, { communityId: to.communityId, movedOn: to.today }, [
    {
      accountId: to.id,
      kind: 'moveIn',
      amountFen,
      otherMovementId: out!.movementId,
      note: `来自 ${from.label}：${input.reason}`,
    },
  ]);
  await recordAudit(ctx, {
    action: 'prepaid.move',
    targetKind: 'prepaidAccount',
    targetId: from.id,
    targetLabel: from.label,
    communityId: from.communityId,
    after: { amount: formatYuan(amountFen), to: to.label, reason: input.reason },
  });
  return { prepaidAccountId: toId, left: formatYuan(out!.balanceFen), balance: formatYuan(into!.balanceFen) };
}

async function readTarget(
  ctx: Context,
  { targetKind, targetId }: Input,
): Promise<{ communityId: string; today: string }> {
  const row = await ctx.tx.first<{ community_id: string; time_zone: string }>(sql`
    select c.id as community_id, c.time_zone from charge_target t join community c on c.company_id = t.company_id and c.id = t.community_id
    where t.company_id = ${ctx.companyId} and t.kind = ${targetKind} and t.id = ${targetId}`);
  if (!row) throw platformFail('reference.notFound', { label: `转入的${anyTarget}` });
  return { communityId: row.community_id, today: businessDay(ctx.clock, row.time_zone).toString() };
}
