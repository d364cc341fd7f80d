import type { EndpointReply, EndpointRequest, listCollectionBills as endpoint } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readPayments, viewBill } from '../cashier/index.ts';
import { listUnpaidBills } from '../charging/index.ts';

/** Unpaid bills of a house or space that held money may pay, older first; those a bank is taking just now are left out. */
export async function listAssignableBills(
  ctx: Context,
  { communityId, targetId }: EndpointRequest<typeof endpoint>['query'],
): Promise<EndpointReply<typeof endpoint>['rows']> {
  const community = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) return [];
  const today = businessDay(ctx.clock, community.time_zone).toString();
  const unpaid = await listUnpaidBills(ctx, [targetId]);
  const bills = unpaid.filter((bill) => bill.communityId === communityId.toLowerCase() && bill.withheldIn === '');
  const payments = await readPayments(ctx, bills);
  return bills.map((bill) => {
    const view = viewBill(bill, '', payments.get(bill.id) ?? [], today);
    return {
      id: view.id,
      chargeItemName: view.chargeItemName,
      periodText: view.periodText,
      dueOn: view.dueOn,
      toPay: view.toPay,
    };
  });
}
