import type { TargetKind } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readPayments, viewBill } from '../cashier/index.ts';
import { readBills } from '../charging/index.ts';

/** A bill of a link that is still due. */
export interface Debt {
  billId: string;
  targetKind: TargetKind;
  targetId: string;
  name: string;
  period: string;
  toPay: string;
}

/**
 * What is still due of these bills as of today; what was paid, voided or is being withheld is left out. Undefined once the person
 * no longer is owner, family or tenant of every house the bills are of.
 */
export async function readDebts(
  ctx: Context,
  residentId: string,
  billIds: readonly string[],
): Promise<Debt[] | undefined> {
  const places = await ctx.tx.rows<{ bill_id: string; time_zone: string; lives: boolean }>(sql`
    select b.id as bill_id, c.time_zone, exists (select from occupancy o where o.company_id = b.company_id and o.resident_id = ${residentId}
        and o.house_id = coalesce(k.house_id, b.target_id) and o.moved_out_on is null and o.role in ('owner', 'family', 'tenant')) as lives
    from bill b join community c on c.company_id = b.company_id and c.id = b.community_id
    left join charge_target k on k.company_id = b.company_id and k.kind = b.target_kind and k.id = b.target_id
    where b.company_id = ${ctx.companyId} and b.id = any (${[...billIds]}::uuid[])`);
  if (places.some((place) => !place.lives)) return undefined;
  const zones = new Map(places.map((place) => [place.bill_id, place.time_zone]));
  const bills = (await readBills(ctx, billIds)).filter(
    (bill) => !bill.isVoided && bill.outstandingFen > 0n && bill.withheldIn === '' && bill.debtorResidentId === null,
  );
  const payments = await readPayments(ctx, bills);
  return bills.map((bill) => {
    const today = businessDay(ctx.clock, zones.get(bill.id)!).toString();
    const view = viewBill(bill, '', payments.get(bill.id) ?? [], today);
    return {
      billId: bill.id,
      targetKind: bill.targetKind,
      targetId: bill.targetId,
      name: view.chargeItemName,
      period: view.periodText,
      toPay: view.toPay,
    };
  });
}
