import { cashierFail, type EndpointReply, holdingFail, type keepDeposit as keepEndpoint } from '@anlin/contract';
import { formatYuan, formatYuanGrouped, negateFen, parseYuan } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkPrepaidItem, type HoldingPlace, readDepositPlace } from './holding-place.ts';
import { moveDeposits } from './move-deposit.ts';
import { movePrepaid, openPrepaidAccount } from './move-prepaid.ts';

interface ForfeitInput {
  depositId: string;
  /** Yuan. */
  amount: string;
  reason: string;
}

/** Keeps a deposit, or a part of it, for good (CSH-6): income of the day it happens. 409 when less is held. */
export async function forfeitDeposit(ctx: Context, input: ForfeitInput): Promise<{ held: string }> {
  const deposit = await readDepositPlace(ctx, input.depositId);
  const [moved] = await moveDeposits(ctx, { communityId: deposit.communityId, movedOn: deposit.today }, [
    {
      depositId: deposit.id,
      kind: 'forfeit',
      amountFen: negateFen(parseYuan(input.amount)),
      reason: input.reason,
    },
  ]);
  await audit(ctx, 'deposit.forfeit', deposit, input);
  return { held: formatYuan(moved!.heldFen) };
}

/**
 * Turns a deposit, or a part of it, into prepaid of its house or parking space (CSH-6), general or for one item. No money
 * moves, so there is no receipt. 409 when less is held, or the deposit is of nobody's house.
 */
export async function keepDeposit(
  ctx: Context,
  input: { depositId: string; amount: string; chargeItemId: string | null; reason: string },
): Promise<EndpointReply<typeof keepEndpoint>> {
  const deposit = await readDepositPlace(ctx, input.depositId);
  const { communityId, targetKind, targetId, today } = deposit;
  if (targetKind === null || targetId === null) throw holdingFail('deposit.needsTarget');
  await checkPrepaidItem(ctx, input.chargeItemId);
  const { chargeItemId } = input;
  const accountId = await openPrepaidAccount(ctx, { communityId, targetKind, targetId, chargeItemId });
  const amountFen = parseYuan(input.amount);
  const document = { communityId, movedOn: today };
  const note = `${deposit.label}转入：${input.reason}`;
  // Accounts before deposits, as everywhere; a deposit that holds less takes the movement of the account back with it.
  const [into] = await movePrepaid(ctx, document, [{ accountId, kind: 'depositIn', amountFen, note }]);
  const [out] = await moveDeposits(ctx, document, [
    { depositId: deposit.id, kind: 'toPrepaid', amountFen: negateFen(amountFen), reason: input.reason },
  ]);
  await audit(ctx, 'deposit.keep', deposit, input);
  return { held: formatYuan(out!.heldFen), prepaidAccountId: accountId, balance: formatYuan(into!.balanceFen) };
}

function audit(
  ctx: Context,
  action: 'deposit.forfeit' | 'deposit.keep',
  deposit: HoldingPlace,
  { amount, reason }: { amount: string; reason: string },
): Promise<void> {
  return recordAudit(ctx, {
    action,
    targetKind: 'deposit',
    targetId: deposit.id,
    targetLabel: deposit.label,
    communityId: deposit.communityId,
    after: { amount: formatYuan(parseYuan(amount)), reason },
  });
}

/** 没收押金 as an action that may need approval. */
export const depositForfeiting = defineApprovable({
  key: 'deposit.forfeit',
  label: '没收押金',
  permission: 'deposit.forfeit',
  hasAmount: true,
  input: z.object({ depositId: z.uuid(), amount: z.string(), reason: z.string() }),
  async facts(ctx, input: ForfeitInput) {
    await ctx.tx.rows(
      sql`select id from deposit where company_id = ${ctx.companyId} and id = ${input.depositId} for no key update`,
    );
    const deposit = await readDepositPlace(ctx, input.depositId);
    const amountFen = parseYuan(input.amount);
    if (amountFen > deposit.leftFen)
      throw cashierFail('deposit.short', {
        deposit: deposit.label,
        held: formatYuan(deposit.leftFen),
        amount: formatYuan(amountFen),
      });
    return {
      communityIds: [deposit.communityId],
      targetKind: 'deposit',
      targetIds: [deposit.id],
      targetLabel: deposit.label,
      amountFen,
      summary: `没收押金 ${formatYuanGrouped(amountFen)} 元`,
      changes: [
        {
          label: deposit.label,
          before: `持有 ${formatYuanGrouped(deposit.leftFen)} 元`,
          after: `没收 ${formatYuanGrouped(amountFen)} 元`,
        },
      ],
      basis: [deposit.leftFen],
    };
  },
  apply: (ctx, input) => forfeitDeposit(ctx, input),
});
