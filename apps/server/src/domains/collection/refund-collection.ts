import {
  collectionFail,
  type EndpointReply,
  type EndpointRequest,
  type RefundBody,
  refundBody,
  type refundCollection as refundEndpoint,
} from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, zeroFen } from '@anlin/money';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addOnlineMethod, refunding } from '../cashier/index.ts';
import { type Collection, lockCollection } from './collection-row.ts';

/**
 * Gives money that came by a code back the way it came, in whole or in part: what is held, the prepaid or the income it became.
 * Asked for where a flow of approval matches. Errors: resource.notFound, collection.unbooked, nothingLeft, refundByReceipt (409), those
 * of a refund.
 */
export async function refundCollection(
  ctx: Context,
  id: string,
  input: EndpointRequest<typeof refundEndpoint>['body'],
): Promise<EndpointReply<typeof refundEndpoint>> {
  const collection = await lockCollection(ctx, id);
  const { amount } = input;
  const body = refundBody.parse({
    receiptId: collection.receiptId,
    lines: await linesOf(ctx, collection, amount),
    tenders: [
      {
        paymentMethodId: await addOnlineMethod(ctx, collection.channelKind),
        amount,
        reference: collection.orderNo,
      },
    ],
    payeeName: collection.payerName,
    reason: input.reason,
    refundedOn: collection.today,
    idempotencyKey: `collect-${id}-${input.key}`.slice(0, 80),
  });
  const done = await applyOrRequest(ctx, refunding, body, input.reason);
  return 'number' in done ? { number: done.number, total: done.total } : done;
}

async function linesOf(ctx: Context, of: Collection, amount: string): Promise<Partial<RefundBody['lines']>> {
  if (of.deposit) {
    refuseAbove(amount, of.deposit.heldFen);
    return { deposits: [{ depositId: of.deposit.id, amount }] };
  }
  if (of.incomeItemId !== null) {
    const line = await ctx.tx.first<{ id: string }>(sql`select id from other_income where company_id = ${ctx.companyId}
      and receipt_id = ${of.receiptId} and num_nonnulls(receipt_reversal_id, receipt_restoration_id, refund_id) = 0`);
    return { incomes: [{ otherIncomeId: line!.id, amount }] };
  }
  const [topUp] = of.topUps;
  if (!topUp) throw collectionFail('collection.refundByReceipt', { number: of.receiptNumber });
  const account = await ctx.tx.first<{ id: string; leftFen: Fen }>(sql`
    select id, balance_fen - bonus_fen as "leftFen" from prepaid_account where company_id = ${ctx.companyId} and target_id = ${of.targetId}
      and charge_item_id is not distinct from ${topUp.chargeItemId}::uuid`);
  refuseAbove(amount, account?.leftFen ?? zeroFen);
  return { prepaid: [{ prepaidAccountId: account!.id, amount }] };
}

function refuseAbove(amount: string, leftFen: Fen): void {
  if (parseYuan(amount) > leftFen)
    throw collectionFail('collection.nothingLeft', {
      left: formatYuan(leftFen),
      amount: formatYuan(parseYuan(amount)),
    });
}
