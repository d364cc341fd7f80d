import { billFail, platformFail } from '@anlin/contract';
import { formatYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, billName, billPeriodText, lockBills } from './bill-account.ts';

/**
 * Brings voided bills back from the recycle bin (CSH-8), all of them or none: each owes again what it owed. Refused (409) when
 * its period was raised again meanwhile, naming the other bill, when it went with a receipt that is still in the bin, and
 * when it is not void at all.
 */
export async function restoreBills(
  ctx: Context,
  input: { ids: readonly string[]; reason: string },
): Promise<{ restoredCount: number; sum: string }> {
  const ids = [...new Set(input.ids.map((id) => id.toLowerCase()))];
  const bills = await lockBills(ctx, ids);
  if (bills.length < ids.length) throw platformFail('resource.notFound', { label: '账单' });
  for (const bill of bills) if (!bill.isVoided) throw billFail('bill.notVoided', { bill: billName(bill) });
  await refuseWithReceipt(ctx, bills);
  await writeRestorations(ctx, bills, input.reason);
  const sum = formatYuan(sumFen(bills.map((bill) => bill.receivableFen)));
  const only = bills.length === 1 ? bills[0]! : null;
  const communityIds = new Set(bills.map((bill) => bill.communityId));
  await recordAudit(ctx, {
    action: 'bill.restore',
    targetKind: 'bill',
    targetId: only?.id ?? null,
    targetLabel: only ? billName(only) : `${bills.length} 张账单`,
    communityId: communityIds.size === 1 ? bills[0]!.communityId : null,
    before: { state: 'void' },
    after: { state: 'due', restoredCount: bills.length, sum, reason: input.reason },
  });
  return { restoredCount: bills.length, sum };
}

/** A bill that was voided with its receipt comes back with it. */
async function refuseWithReceipt(ctx: Context, bills: readonly BillAccount[]): Promise<void> {
  const row = await ctx.tx.first<{ bill_id: string; number: string }>(sql`
    select v.bill_id, r.number from bill_void v
    join receipt_reversal w on w.company_id = v.company_id and w.id = v.receipt_reversal_id
    join receipt r on r.company_id = w.company_id and r.id = w.receipt_id and r.reversed_at is not null
    where v.company_id = ${ctx.companyId} and v.bill_id = any (${bills.map((bill) => bill.id)}::uuid[])
      and not exists (select from bill_restoration x where x.company_id = v.company_id and x.bill_void_id = v.id)
    order by v.bill_id limit 1`);
  if (!row) return;
  const bill = bills.find((one) => one.id === row.bill_id)!;
  throw billFail('bill.voidedWithReceipt', { bill: billName(bill), number: row.number });
}

/** Unvoids locked bills and writes the document of each; refuses those whose period was raised again. */
export async function writeRestorations(ctx: Context, bills: readonly BillAccount[], reason: string): Promise<void> {
  if (bills.length === 0) return;
  const [ids, now] = [bills.map((bill) => bill.id), nowText(ctx)];
  await refuseRaisedAgain(ctx, bills);
  const row = await restoring(
    ctx.tx.first<{ restored: number; documents: number }>(sql`
    with restored as (
      update bill set voided_at = null where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) and voided_at is not null
      returning id, community_id, receivable_fen
    ), document as (
      insert into bill_restoration (company_id, id, community_id, bill_id, bill_void_id, receivable_fen, reason, restored_on, restored_at, staff_id)
      select ${ctx.companyId}, n.id, b.community_id, b.id, v.id, b.receivable_fen, ${reason},
        (${now}::timestamptz at time zone c.time_zone)::date, ${now}, ${ctx.actor.id}
      from restored b join community c on c.company_id = ${ctx.companyId} and c.id = b.community_id
      join unnest(${ids.map(() => ctx.newId())}::uuid[], ${ids}::uuid[]) as n (id, bill_id) on n.bill_id = b.id
      join bill_void v on v.company_id = ${ctx.companyId} and v.bill_id = b.id
        and not exists (select from bill_restoration x where x.company_id = v.company_id and x.bill_void_id = v.id)
      returning 1
    ) select (select count(*)::int from restored) restored, (select count(*)::int from document) documents`),
    bills,
  );
  if (row?.restored !== ids.length || row.documents !== ids.length) throw new Error('a restoration is written whole');
}

/** Names the standing bill of the same target and item whose period overlaps one that comes back. */
async function refuseRaisedAgain(ctx: Context, bills: readonly BillAccount[]): Promise<void> {
  const row = await ctx.tx.first<{ id: string; period_from: string; period_to: string }>(sql`
    select b.id, o.period_from, o.period_to from bill b join bill o on o.company_id = b.company_id and o.target_id = b.target_id
      and o.charge_item_id = b.charge_item_id and o.id <> b.id and o.voided_at is null
      and o.period_from < b.period_to and o.period_to > b.period_from
    where b.company_id = ${ctx.companyId} and b.id = any (${bills.map((bill) => bill.id)}::uuid[])
      and b.standard_binding_id is not null and o.standard_binding_id is not null order by b.id, o.period_from limit 1`);
  if (!row) return;
  const bill = bills.find((one) => one.id === row.id)!;
  const other = billPeriodText({ periodFrom: row.period_from, periodTo: row.period_to });
  throw billFail('bill.periodTaken', {
    bill: billName(bill),
    other: `${bill.chargeItemName} ${other}`,
    what: '不能恢复',
  });
}

/** The database's own word against two bills of one period, should another transaction raise it at this very moment. */
async function restoring<T>(work: Promise<T>, bills: readonly BillAccount[]): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code !== '23505' || constraint !== 'bill_once') throw error;
    const name = billName(bills[0]!);
    throw billFail('bill.periodTaken', { bill: name, other: name, what: '不能恢复' });
  }
}
