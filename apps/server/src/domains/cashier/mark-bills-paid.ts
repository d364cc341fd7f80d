import {
  type EndpointReply,
  type EndpointRequest,
  type markBillsPaid as endpoint,
  platformFail,
  type previewMarkPaid as previewEndpoint,
  takePayment as takePaymentEndpoint,
  undoFail,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, parseYuan, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, lateFeeOfBill, lockBills } from '../charging/index.ts';
import { readPayments } from './payment-history.ts';
import { takePayment } from './take-payment.ts';

type Input = EndpointRequest<typeof endpoint>['body'];
type Reply = EndpointReply<typeof endpoint>;

interface OwedBill {
  bill: BillAccount;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/**
 * Marks chosen bills as paid by one method on a day (CHG-8), in one transaction: one receipt for each house or parking space,
 * each for whole bills with their late fee. Refused with nothing written when the sum is no longer what the person saw (409), or
 * a bill is paid or void by now. The same key gives the same receipts.
 */
export async function markBillsPaid(ctx: Context, input: Input): Promise<Reply> {
  const owed = await readOwed(ctx, input.ids, input.receivedOn);
  const groups = Map.groupBy(owed, ({ bill }) => bill.targetId);
  const keyOf = (targetId: string) => `${input.idempotencyKey}-${targetId}`;
  const earlier = await findEarlier(ctx, [...groups.keys()].map(keyOf));
  if (earlier.receipts.length > 0) return earlier;
  await refuseOffset(ctx, input.paymentMethodId);
  const total = formatYuan(sumOf(owed));
  if (sumOf(owed) !== parseYuan(input.expectedTotal))
    throw undoFail('markPaid.totalChanged', { actual: total, expected: input.expectedTotal });
  const receipts: Reply['receipts'] = [];
  for (const [targetId, bills] of [...groups].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const { communityId, targetKind } = bills[0]!.bill;
    const sum = formatYuan(sumOf(bills));
    const taken = await takePayment(
      ctx,
      takePaymentEndpoint.body.parse({
        communityId,
        targetKind,
        targetId,
        bills: bills.map((one) => ({ id: one.bill.id, expected: formatYuan(sumOf([one])) })),
        expectedTotal: sum,
        tenders: [{ paymentMethodId: input.paymentMethodId, amount: sum, reference: input.reference }],
        receivedOn: input.receivedOn,
        note: input.note,
        idempotencyKey: keyOf(targetId),
      }),
    );
    receipts.push({ id: taken.id, number: taken.number, total: taken.total });
  }
  return { receipts, total };
}

/** What chosen bills come to on a day. */
export async function previewMarkPaid(
  ctx: Context,
  input: EndpointRequest<typeof previewEndpoint>['body'],
): Promise<EndpointReply<typeof previewEndpoint>> {
  const owed = await readOwed(ctx, input.ids, input.receivedOn);
  return {
    receiptCount: new Set(owed.map(({ bill }) => bill.targetId)).size,
    billCount: owed.length,
    principal: formatYuan(sumFen(owed.map((one) => one.principalFen))),
    lateFee: formatYuan(sumFen(owed.map((one) => one.lateFeeFen))),
    total: formatYuan(sumOf(owed)),
  };
}

function sumOf(bills: readonly OwedBill[]): Fen {
  return sumFen(bills.map((one) => addFen(one.principalFen, one.lateFeeFen)));
}

/** All of them locked at once, in the order of ids, before the receipts lock theirs again. */
async function readOwed(ctx: Context, billIds: readonly string[], day: string): Promise<OwedBill[]> {
  const ids = [...new Set(billIds.map((id) => id.toLowerCase()))];
  const bills = await lockBills(ctx, ids);
  if (bills.length < ids.length) throw platformFail('resource.notFound', { label: '账单' });
  const payments = await readPayments(ctx, bills);
  return bills.map((bill) => ({
    bill,
    principalFen: bill.outstandingFen,
    lateFeeFen: bill.outstandingFen > zeroFen ? lateFeeOfBill(bill, payments.get(bill.id) ?? [], day).dueFen : zeroFen,
  }));
}

async function findEarlier(ctx: Context, keys: readonly string[]): Promise<Reply> {
  const rows = await ctx.tx.rows<{
    id: string;
    number: string;
    total_fen: Fen;
  }>(sql`select id, number, total_fen from receipt
    where company_id = ${ctx.companyId} and idempotency_key = any (${[...keys]}::text[]) order by number`);
  return {
    receipts: rows.map((row) => ({ id: row.id, number: row.number, total: formatYuan(row.total_fen) })),
    total: formatYuan(sumFen(rows.map((row) => row.total_fen))),
  };
}

/** Prepaid and deposits are drawn on house by house at the desk. */
async function refuseOffset(ctx: Context, methodId: string): Promise<void> {
  const method = await ctx.tx.first<{ name: string; source: string }>(
    sql`select name, source from payment_method where company_id = ${ctx.companyId} and id = ${methodId} and is_enabled`,
  );
  if (!method) throw platformFail('reference.notFound', { label: '支付方式' });
  if (method.source !== 'money') throw undoFail('markPaid.offsetMethod', { method: method.name });
}
