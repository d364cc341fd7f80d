import {
  type assignCollection as assignEndpoint,
  collectionFail,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  type TargetKind,
  takePayment as takePaymentEndpoint,
} from '@anlin/contract';
import { type Fen, formatYuan, subtractFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { keepDeposit, openPrepaidAccount, shareReceived, takePayment, transferDeposit } from '../cashier/index.ts';
import { type Collection, lockCollection } from './collection-row.ts';

type Input = EndpointRequest<typeof assignEndpoint>['body'];
type Assigned = EndpointReply<typeof assignEndpoint>;
type Held = Collection & { deposit: NonNullable<Collection['deposit']> };

/**
 * Says whose held money is (PAY-4): of a house or space, whose chosen bills it pays, older first, and whose prepaid the rest becomes;
 * or other income of an item. All that is held, at once. Errors: resource.notFound, collection.unbooked, notWaiting, billsGone (409),
 * reference.notFound (422), those of `takePayment`.
 */
export async function assignCollection(ctx: Context, id: string, input: Input): Promise<Assigned> {
  const found = await lockCollection(ctx, id);
  if (!found.deposit || found.deposit.heldFen === zeroFen) throw collectionFail('collection.notWaiting');
  const held: Held = { ...found, deposit: found.deposit };
  const assigned = input.to === 'house' ? await toHouse(ctx, held, input) : await toIncome(ctx, held, input);
  await recordAudit(ctx, {
    action: 'collection.assign',
    targetKind: 'paymentOrder',
    targetId: held.orderId,
    targetLabel: held.orderNo,
    communityId: held.communityId,
    after: { to: input.to, amount: formatYuan(held.deposit.heldFen), ...assigned },
  });
  return assigned;
}

async function toHouse(ctx: Context, held: Held, input: Input): Promise<Assigned> {
  const { targetKind, targetId } = input;
  if (!targetKind || !targetId) throw platformFail('reference.notFound', { label: '房屋或车位' });
  const { communityId, today, deposit } = held;
  await checkPlace(ctx, communityId, targetKind, targetId);
  // Bills before accounts before deposits, as everywhere: this locks the bills.
  const shared = await shareReceived(ctx, {
    communityId,
    amountFen: deposit.heldFen,
    receivedOn: today,
    billIds: input.billIds,
  });
  // Money is left, and a chosen bill took none: it was paid or voided meanwhile.
  if (shared.leftFen > zeroFen && shared.bills.length < new Set(input.billIds).size)
    throw collectionFail('collection.billsGone');
  const accountId = await openPrepaidAccount(ctx, { communityId, targetKind, targetId, chargeItemId: null });
  await ctx.tx.rows(
    sql`select id from prepaid_account where company_id = ${ctx.companyId} and id = ${accountId} for no key update`,
  );
  const reason = input.note || '收款码认领';
  if (deposit.targetId !== targetId.toLowerCase())
    await transferDeposit(ctx, { depositId: deposit.id, targetKind, targetId, reason });
  const toBillsFen = subtractFen(deposit.heldFen, shared.leftFen);
  const receipt =
    toBillsFen === zeroFen
      ? null
      : await use(ctx, held, toBillsFen, { targetKind, targetId, bills: shared.bills }, false);
  if (shared.leftFen > zeroFen)
    await keepDeposit(ctx, {
      depositId: deposit.id,
      amount: formatYuan(shared.leftFen),
      chargeItemId: null,
      reason,
    });
  return {
    receiptNumber: receipt,
    toBills: formatYuan(toBillsFen),
    toPrepaid: formatYuan(shared.leftFen),
  };
}

async function toIncome(ctx: Context, held: Held, input: Input): Promise<Assigned> {
  const { deposit } = held;
  if (!input.chargeItemId) throw platformFail('reference.notFound', { label: '收费项目' });
  const amount = formatYuan(deposit.heldFen);
  const description = (input.note || held.remark).slice(0, 100);
  const place =
    deposit.targetKind && deposit.targetId ? { targetKind: deposit.targetKind, targetId: deposit.targetId } : {};
  const incomes = [{ chargeItemId: input.chargeItemId, amount, description }];
  const receiptNumber = await use(ctx, held, deposit.heldFen, { ...place, bills: [], incomes }, true);
  return { receiptNumber, toBills: '0.00', toPrepaid: '0.00' };
}

/** A receipt that is paid by what is held. Its number. */
async function use(ctx: Context, held: Held, amountFen: Fen, lines: object, paysIncome: boolean): Promise<string> {
  const method = await ctx.tx.first<{ id: string }>(
    sql`select id from payment_method where company_id = ${ctx.companyId} and source = 'deposit'`,
  );
  if (!method) throw platformFail('reference.notFound', { label: '支付方式“押金抵扣”' });
  const amount = formatYuan(amountFen);
  const body = takePaymentEndpoint.body.parse({
    communityId: held.communityId,
    ...lines,
    expectedTotal: amount,
    tenders: [{ paymentMethodId: method.id, amount, reference: held.orderNo, depositId: held.deposit.id }],
    payerName: held.payerName,
    receivedOn: held.today,
    note: `收款码认领，原收据 ${held.receiptNumber}`,
    idempotencyKey: `collect-${ctx.newId()}`,
  });
  const taken = await takePayment(ctx, body, { isInBank: true, paysIncome });
  return taken.number;
}

async function checkPlace(ctx: Context, communityId: string, kind: TargetKind, targetId: string): Promise<void> {
  const place = await ctx.tx.first(sql`select id from charge_target
    where company_id = ${ctx.companyId} and community_id = ${communityId} and kind = ${kind} and id = ${targetId}`);
  if (!place) throw platformFail('reference.notFound', { label: '房屋、车位或车辆' });
}
