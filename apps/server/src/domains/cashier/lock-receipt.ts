import type { TargetKind } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readReductionsOf, type StandingReduction } from './write-reductions.ts';

/** A receipt under its lock. */
export interface LockedReceipt {
  id: string;
  number: string;
  communityId: string;
  communityCode: string;
  totalFen: Fen;
  cashierStaffId: string | null;
  payerName: string;
  note: string;
  targetKind: TargetKind | null;
  targetId: string | null;
  receivedOn: string;
  isReversed: boolean;
  /** Paid through a channel: the money is there, and goes back through it. */
  isOnline: boolean;
  refundNumberPattern: string;
  /** Today in the community's zone. */
  today: string;
}

/** What every request for approval about a receipt says of it. */
export const requestAbout = ({ id, communityId, number, totalFen }: LockedReceipt) => ({
  communityIds: [communityId],
  targetKind: 'receipt',
  targetIds: [id],
  targetLabel: number,
  amountFen: totalFen,
});

/** Locks a receipt, the first step of everything that undoes it. 404 when out of sight. */
export async function lockReceipt(ctx: Context, receiptId: string): Promise<LockedReceipt> {
  const row = await ctx.tx.first<{
    id: string;
    number: string;
    community_id: string;
    code: string;
    total_fen: Fen;
    cashier_staff_id: string | null;
    payer_name: string;
    note: string;
    target_kind: TargetKind | null;
    target_id: string | null;
    received_on: string;
    is_reversed: boolean;
    is_online: boolean;
    refund_number_pattern: string;
    time_zone: string;
  }>(sql`
    select r.id, r.number, r.community_id, c.code, r.total_fen, r.cashier_staff_id, r.payer_name, r.note, r.target_kind, r.target_id, r.received_on,
      r.reversed_at is not null as is_reversed, r.kind = 'online' as is_online, c.refund_number_pattern, c.time_zone
    from receipt r join community c on c.company_id = r.company_id and c.id = r.community_id
    where r.company_id = ${ctx.companyId} and r.id = ${receiptId} for no key update of r`);
  if (!row) throw platformFail('resource.notFound', { label: '收据' });
  return {
    id: row.id,
    number: row.number,
    communityId: row.community_id,
    communityCode: row.code,
    totalFen: row.total_fen,
    cashierStaffId: row.cashier_staff_id,
    payerName: row.payer_name,
    note: row.note,
    targetKind: row.target_kind,
    targetId: row.target_id,
    receivedOn: row.received_on,
    isReversed: row.is_reversed,
    isOnline: row.is_online,
    refundNumberPattern: row.refund_number_pattern,
    today: businessDay(ctx.clock, row.time_zone).toString(),
  };
}

export interface AllocationLine {
  billId: string;
  principalFen: Fen;
  lateFeeFen: Fen;
  offsetFen: Fen;
}

/** A movement that stands or stood last, and the one of the receipt itself it repeats. */
export interface MovementLine {
  /** The movement written when the money was taken. */
  rootId: string;
  holderId: string;
  kind: string;
  amountFen: Fen;
  bonusFen: Fen;
  tenderId: string | null;
}

export interface IncomeLine {
  id: string;
  chargeItemId: string;
  description: string;
  amountFen: Fen;
}

/** Everything a receipt says about its money besides the tenders. */
export interface ReceiptLines {
  allocations: AllocationLine[];
  /** In the order they were written. */
  prepaid: MovementLine[];
  deposits: MovementLine[];
  incomes: IncomeLine[];
  /** Given with it and not taken back. */
  reductions: StandingReduction[];
}

/**
 * The lines of a receipt as they stand, or as they stood before the receipt was undone. Of movements, a restoration's rows
 * take the place of the first ones, because the given part of prepaid may have changed in between.
 */
export async function readReceiptLines(ctx: Context, receiptId: string): Promise<ReceiptLines> {
  const allocations = await ctx.tx.rows<{
    bill_id: string;
    principal_fen: Fen;
    late_fee_fen: Fen;
    offset_fen: Fen;
  }>(sql`select bill_id, principal_fen, late_fee_fen, offset_fen from allocation
    where company_id = ${ctx.companyId} and receipt_id = ${receiptId} and kind = 'receipt' order by bill_id`);
  const incomes = await ctx.tx.rows<{ id: string; charge_item_id: string; description: string; amount_fen: Fen }>(sql`
    select id, charge_item_id, description, amount_fen from other_income
    where company_id = ${ctx.companyId} and receipt_id = ${receiptId}
      and num_nonnulls(receipt_reversal_id, receipt_restoration_id, refund_id) = 0 order by id`);
  const restored = await ctx.tx.first<{ id: string }>(sql`select id from receipt_restoration
    where company_id = ${ctx.companyId} and receipt_id = ${receiptId} order by restored_at desc, id desc limit 1`);
  return {
    allocations: allocations.map((row) => ({
      billId: row.bill_id,
      principalFen: row.principal_fen,
      lateFeeFen: row.late_fee_fen,
      offsetFen: row.offset_fen,
    })),
    prepaid: await readPrepaidLines(ctx, receiptId, restored?.id ?? null),
    deposits: await readDepositLines(ctx, receiptId, restored?.id ?? null),
    incomes: incomes.map((row) => ({
      id: row.id,
      chargeItemId: row.charge_item_id,
      description: row.description,
      amountFen: row.amount_fen,
    })),
    reductions: await readReductionsOf(ctx, receiptId),
  };
}

interface MovementRow {
  root_id: string;
  holder_id: string;
  kind: string;
  amount_fen: Fen;
  bonus_fen: Fen;
  receipt_tender_id: string | null;
}

const lineOf = (row: MovementRow): MovementLine => ({
  rootId: row.root_id,
  holderId: row.holder_id,
  kind: row.kind,
  amountFen: row.amount_fen,
  bonusFen: row.bonus_fen,
  tenderId: row.receipt_tender_id,
});

async function readPrepaidLines(
  ctx: Context,
  receiptId: string,
  restorationId: string | null,
): Promise<MovementLine[]> {
  const rows = await ctx.tx.rows<MovementRow>(sql`
    select o.id as root_id, m.prepaid_account_id as holder_id, o.kind, m.amount_fen, m.bonus_fen, o.receipt_tender_id
    from prepaid_movement m join prepaid_movement o on o.company_id = m.company_id and o.id = case when m.kind = 'restoration' then m.other_movement_id else m.id end
    where m.company_id = ${ctx.companyId} and m.receipt_id = ${receiptId}
      and case when ${restorationId}::uuid is null then m.kind in ('topUp', 'bonus', 'offset') else m.receipt_restoration_id = ${restorationId} end
    order by m.moved_at, m.sequence, m.id`);
  return rows.map(lineOf);
}

async function readDepositLines(
  ctx: Context,
  receiptId: string,
  restorationId: string | null,
): Promise<MovementLine[]> {
  const rows = await ctx.tx.rows<MovementRow>(sql`
    select o.id as root_id, m.deposit_id as holder_id, o.kind, m.amount_fen, 0::bigint as bonus_fen, o.receipt_tender_id
    from deposit_movement m join deposit_movement o on o.company_id = m.company_id and o.id = case when m.kind = 'restoration' then m.other_movement_id else m.id end
    where m.company_id = ${ctx.companyId} and m.receipt_id = ${receiptId}
      and case when ${restorationId}::uuid is null then m.kind in ('take', 'offset') else m.receipt_restoration_id = ${restorationId} end
    order by m.moved_at, m.id`);
  return rows.map(lineOf);
}
