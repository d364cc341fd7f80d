import { type EndpointReply, type getOwnBill, platformFail } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { readPayments, viewBill } from '../cashier/index.ts';
import { readBills } from '../charging/index.ts';
import { isOwnBill, readOwnTargets, receiptsSince } from './own-targets.ts';

/** One bill with how it was computed, in the words staff read. 404 for anybody else's, and for a former owner's. */
export async function readOwnBill(
  ctx: Context,
  resident: SignedInResident,
  billId: string,
): Promise<EndpointReply<typeof getOwnBill>> {
  const [bill] = await readBills(ctx, [billId]);
  const target = (await readOwnTargets(ctx, resident, null)).find((one) => one.id === bill?.targetId);
  if (!bill || !target || !isOwnBill(target, bill)) throw platformFail('resource.notFound', { label: '账单' });
  const payments = await readPayments(ctx, [bill]);
  const today = businessDay(ctx.clock, target.timeZone).toString();
  const view = viewBill(bill, target.name, payments.get(bill.id) ?? [], today);
  const receipts = await ctx.tx.rows<{ id: string; number: string; receivedOn: string }>(sql`
    select distinct r.id, r.number, r.received_on as "receivedOn" from allocation a
    join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    where a.company_id = ${ctx.companyId} and a.bill_id = ${billId} and a.kind = 'receipt' and r.reversed_at is null
      and r.received_on::text >= ${receiptsSince(target)} order by r.id desc limit 20`);
  return {
    id: view.id,
    targetName: view.targetName,
    chargeItemName: view.chargeItemName,
    chargeStandardName: view.chargeStandardName,
    periodText: view.periodText,
    dueOn: view.dueOn,
    receivable: view.receivable,
    discount: view.discount,
    waived: view.waived,
    received: view.received,
    refunded: view.refunded,
    outstanding: view.outstanding,
    lateFee: view.lateFee,
    toPay: view.toPay,
    isVoided: bill.isVoided,
    sentence: view.sentence,
    lateFeeSentence: view.lateFeeSentence,
    receipts,
  };
}
