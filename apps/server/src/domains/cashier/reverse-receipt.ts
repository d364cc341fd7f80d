import { cashierFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, negateFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { putEvent } from '../../platform/outbox/put-event.ts';
import { addToBills, lockBills } from '../charging/index.ts';
import type { AllocationPart } from './allocate.ts';

interface ReceiptRow {
  number: string;
  community_id: string;
  total_fen: Fen;
  cashier_staff_id: string;
  is_reversed: boolean;
  time_zone: string;
}

/**
 * Reverses a receipt (CSH-7): it never happened. The opposite allocations are added, its bills are due again with the
 * late fee they would have had without it, and its number stays, cancelled. A second time is refused (409).
 */
export async function reverseReceipt(
  ctx: Context,
  input: { receiptId: string; reason: string },
): Promise<{ number: string; total: string; billCount: number }> {
  if (ctx.actor.id === null) throw new Error('a receipt is reversed by a person');
  const receipt = await lockReceipt(ctx, input.receiptId);
  if (receipt.is_reversed) throw cashierFail('receipt.alreadyReversed', { number: receipt.number });
  const parts = await ctx.tx.rows<{ bill_id: string; principal_fen: Fen; late_fee_fen: Fen }>(sql`
    select bill_id, principal_fen, late_fee_fen from allocation
    where company_id = ${ctx.companyId} and receipt_id = ${input.receiptId} and kind = 'receipt' order by bill_id`);
  const opposites = parts.map((part) => ({
    billId: part.bill_id,
    principalFen: negateFen(part.principal_fen),
    lateFeeFen: negateFen(part.late_fee_fen),
  }));
  await lockBills(
    ctx,
    opposites.map((part) => part.billId),
  );
  await insertReversal(ctx, { ...input, staffId: ctx.actor.id, receipt, opposites });
  const { number, community_id: communityId } = receipt;
  const total = formatYuan(receipt.total_fen);
  await recordAudit(ctx, {
    action: 'receipt.reverse',
    targetKind: 'receipt',
    targetId: input.receiptId,
    targetLabel: number,
    communityId,
    before: { state: 'valid' },
    after: { state: 'reversed', total, billCount: opposites.length, reason: input.reason },
  });
  await putEvent(ctx, 'receipt.reversed', {
    receiptId: input.receiptId,
    communityId,
    totalFen: receipt.total_fen.toString(),
    cashierStaffId: receipt.cashier_staff_id,
    number,
    reason: input.reason,
  });
  return { number, total, billCount: opposites.length };
}

async function lockReceipt(ctx: Context, receiptId: string): Promise<ReceiptRow> {
  const row = await ctx.tx.first<ReceiptRow>(sql`
    select r.number, r.community_id, r.total_fen, r.cashier_staff_id, r.reversed_at is not null as is_reversed, c.time_zone
    from receipt r join community c on c.company_id = r.company_id and c.id = r.community_id
    where r.company_id = ${ctx.companyId} and r.id = ${receiptId} for no key update of r`);
  if (!row) throw platformFail('resource.notFound', { label: '收据' });
  return row;
}

async function insertReversal(
  ctx: Context,
  input: {
    receiptId: string;
    reason: string;
    staffId: string;
    receipt: ReceiptRow;
    opposites: readonly AllocationPart[];
  },
): Promise<void> {
  const { opposites, receipt } = input;
  const now = nowText(ctx);
  const day = businessDay(ctx.clock, receipt.time_zone).toString();
  const row = await ctx.tx.first<{ allocations: number; bills: number; receipts: number }>(sql`
    with new_reversal as (
      insert into receipt_reversal (company_id, id, community_id, receipt_id, reason, reversed_on, reversed_at, staff_id)
      values (${ctx.companyId}, ${ctx.newId()}, ${receipt.community_id}, ${input.receiptId}, ${input.reason}, ${day}, ${now}, ${input.staffId})
      returning company_id, id, community_id, receipt_id
    ), new_allocation as (
      insert into allocation (company_id, id, community_id, receipt_id, receipt_reversal_id, bill_id, principal_fen, late_fee_fen)
      select v.company_id, a.id, v.community_id, v.receipt_id, v.id, a.bill_id, a.principal_fen, a.late_fee_fen
      from new_reversal v, unnest(${opposites.map(() => ctx.newId())}::uuid[], ${opposites.map((one) => one.billId)}::uuid[],
        ${opposites.map((one) => one.principalFen.toString())}::bigint[], ${opposites.map((one) => one.lateFeeFen.toString())}::bigint[])
        a (id, bill_id, principal_fen, late_fee_fen)
      returning 1
    ), cancelled as (
      update receipt set reversed_at = ${now} from new_reversal v
      where receipt.company_id = v.company_id and receipt.id = v.receipt_id returning 1
    ), changed_bill as (${addToBills(ctx.companyId, opposites, sql`exists (select from new_reversal)`)})
    select (select count(*)::int from new_allocation) as allocations, (select count(*)::int from changed_bill) as bills,
      (select count(*)::int from cancelled) as receipts`);
  if (row?.receipts !== 1 || row.allocations !== opposites.length || row.bills !== opposites.length)
    throw new Error('a reversal is written whole');
}
