import { type EndpointReply, type EndpointRequest, type getBillLateFee, platformFail } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import { explainLateFee, explainLateFeeRule, type PrincipalPayment } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, lateFeeOfBill, readBills } from '../charging/index.ts';
import { readPayments } from './payment-history.ts';

type Reply = EndpointReply<typeof getBillLateFee>;

/**
 * The late fee of one bill as of a day (CHG-10) with the sentence of all that accrued until then, by the function that the
 * desk charges it by. Reads only. What is paid accrues no more: of a paid bill the day is the one it was paid on.
 */
export async function readBillLateFee(
  ctx: Context,
  billId: string,
  { asOf: wanted }: EndpointRequest<typeof getBillLateFee>['query'],
): Promise<Reply> {
  const [bill] = await readBills(ctx, [billId]);
  if (!bill) throw platformFail('resource.notFound', { label: '账单' });
  const payments = (await readPayments(ctx, [bill])).get(bill.id) ?? [];
  const asOf = wanted ?? (await usualDay(ctx, bill, payments));
  const owes = !bill.isVoided && bill.outstandingFen > 0n;
  const { dueFen, accrued } = bill.isVoided ? { dueFen: zeroFen, accrued: null } : lateFeeOfBill(bill, payments, asOf);
  return {
    asOf,
    rule: explainLateFeeRule(bill.lateFeeRule, bill.dueOn),
    sentence: accrued === null ? '' : explainLateFee(accrued),
    accrued: accrued?.a ?? '0.00',
    received: formatYuan(bill.lateFeeReceivedFen),
    waived: formatYuan(bill.lateFeeWaivedFen),
    due: formatYuan(owes ? dueFen : zeroFen),
  };
}

async function usualDay(ctx: Context, bill: BillAccount, payments: readonly PrincipalPayment[]): Promise<string> {
  const last = payments.at(-1);
  if (bill.outstandingFen === 0n && last) return last.date;
  const place = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${bill.communityId}`,
  );
  return businessDay(ctx.clock, place!.time_zone).toString();
}
