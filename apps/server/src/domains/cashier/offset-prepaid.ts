import { createHash } from 'node:crypto';
import type { TargetKind } from '@anlin/contract';
import { type Fen, formatYuan, negateFen, zeroFen } from '@anlin/money';
import { auditInsert } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { eventInsert } from '../../platform/outbox/put-event.ts';
import { type BillAccount, lateFeeOfBill, lockBills } from '../charging/index.ts';
import { movePrepaid } from './move-prepaid.ts';
import { readPayments } from './payment-history.ts';
import { type OffsetAccount, type OffsetBill, type OffsetPlan, planOffset } from './plan-offset.ts';
import { insertReceipt } from './write-receipt.ts';

/** `current`: bills whose period has begun. `all`: advance ones too. */
export type OffsetBills = 'current' | 'all';

export interface OffsetTarget {
  communityId: string;
  targetKind: TargetKind;
  targetId: string;
}

export interface OffsetOutcome {
  receiptId: string;
  number: string;
  billCount: number;
  totalFen: Fen;
}

interface OffsetDesk {
  time_zone: string;
  code: string;
  receipt_number_pattern: string;
  method_id: string;
}

/**
 * Pays bills of one house or parking space from its own prepaid (CSH-5): whole bills with their late fee as of today, the
 * oldest first, the item's account before the general one, on one receipt of the kind `offset`. Bills of a former owner
 * are left alone: the money is the present one's. Everything is decided under the locks (bills, then accounts), so a
 * payment at the desk at the same moment and a second run find what is left. Null when nothing could be paid.
 */
export async function offsetPrepaid(
  ctx: Context,
  target: OffsetTarget,
  which: OffsetBills,
): Promise<OffsetOutcome | null> {
  const desk = await readDesk(ctx, target.communityId);
  if (!desk) return null;
  const day = businessDay(ctx.clock, desk.time_zone);
  const today = day.toString();
  const bills = await lockOffsetBills(ctx, target, which, today);
  if (bills.length === 0) return null;
  const plan = planOffset(bills, await lockOwnAccounts(ctx, target.targetId));
  if (plan.totalFen === zeroFen) return null;
  const { communityId } = target;
  const number = await nextNumber(ctx, {
    communityId,
    communityCode: desk.code,
    kind: 'receipt',
    pattern: desk.receipt_number_pattern,
    day,
  });
  const receiptId = ctx.newId();
  await writeOffset(ctx, { target, plan, receiptId, number, today, methodId: desk.method_id });
  return { receiptId, number, billCount: plan.bills.length, totalFen: plan.totalFen };
}

function readDesk(ctx: Context, communityId: string): Promise<OffsetDesk | undefined> {
  return ctx.tx.first<OffsetDesk>(sql`
    select c.time_zone, c.code, c.receipt_number_pattern, m.id as method_id
    from community c join payment_method m on m.company_id = c.company_id and m.source = 'prepaid'
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
}

async function lockOffsetBills(
  ctx: Context,
  target: OffsetTarget,
  which: OffsetBills,
  today: string,
): Promise<OffsetBill[]> {
  const wanted = await ctx.tx.rows<{ id: string }>(sql`select id from bill
    where company_id = ${ctx.companyId} and target_id = ${target.targetId} and outstanding_fen > 0 and debtor_resident_id is null and withheld_in is null
      and (${which}::text = 'all' or period_from <= ${today}::date)`);
  if (wanted.length === 0) return [];
  const locked = await lockBills(
    ctx,
    wanted.map((row) => row.id),
  );
  // Meanwhile a bank may have been told to take it, or the house may have changed hands.
  const isFree = (bill: BillAccount) => bill.withheldIn === '' && bill.debtorResidentId === null;
  const open = locked.filter(
    (bill) =>
      bill.outstandingFen > zeroFen && !bill.isVoided && isFree(bill) && bill.communityId === target.communityId,
  );
  const payments = await readPayments(ctx, open);
  return open.map((bill) => ({
    id: bill.id,
    chargeItemId: bill.chargeItemId,
    periodFrom: bill.periodFrom,
    dueOn: bill.dueOn,
    principalFen: bill.outstandingFen,
    lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], today).dueFen,
  }));
}

async function lockOwnAccounts(ctx: Context, targetId: string): Promise<OffsetAccount[]> {
  const rows = await ctx.tx.rows<{ id: string; charge_item_id: string | null; balance_fen: Fen }>(sql`
    select id, charge_item_id, balance_fen from prepaid_account
    where company_id = ${ctx.companyId} and target_id = ${targetId} order by id for no key update`);
  return rows.map((row) => ({ id: row.id, chargeItemId: row.charge_item_id, balanceFen: row.balance_fen }));
}

interface NewOffset {
  target: OffsetTarget;
  plan: OffsetPlan;
  receiptId: string;
  number: string;
  today: string;
  methodId: string;
}

async function writeOffset(
  ctx: Context,
  { target, plan, receiptId, number, today, methodId }: NewOffset,
): Promise<void> {
  const { totalFen } = plan;
  const { communityId, targetKind, targetId } = target;
  const key = `offset-${receiptId}`;
  const tenders = plan.draws.map((draw) => ({ ...draw, id: ctx.newId(), paymentMethodId: methodId, reference: '' }));
  await insertReceipt(
    ctx,
    {
      ...target,
      id: receiptId,
      number,
      totalFen,
      cashTenderedFen: zeroFen,
      changeFen: zeroFen,
      payerName: '',
      receivedOn: today,
      cashierStaffId: ctx.actor.id,
      kind: 'offset',
      note: '预存款冲抵',
      idempotencyKey: key,
      requestHash: createHash('sha256').update(key).digest(),
      tenders,
      parts: plan.bills.map(({ id, principalFen, lateFeeFen }) => ({
        billId: id,
        principalFen,
        lateFeeFen,
        offsetFen: (principalFen + lateFeeFen) as Fen,
      })),
    },
    {
      event: eventInsert(ctx, 'receipt.taken', {
        receiptId,
        communityId,
        totalFen: totalFen.toString(),
        number,
        targetKind,
        targetId,
      }),
      audit: auditInsert(ctx, {
        action: 'prepaid.offset',
        targetKind: 'receipt',
        targetId: receiptId,
        targetLabel: number,
        communityId,
        after: { total: formatYuan(totalFen), billCount: plan.bills.length, receivedOn: today },
      }),
    },
  );
  await movePrepaid(
    ctx,
    { communityId, movedOn: today },
    tenders.map(({ id, accountId, amountFen }) => ({
      accountId,
      kind: 'offset' as const,
      amountFen: negateFen(amountFen),
      receiptId,
      receiptTenderId: id,
    })),
  );
}
