import type { TargetKind } from '@anlin/contract';
import { cashierFail } from '@anlin/contract';
import { addFen, type Fen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { addToBills, type BillAddition } from '../charging/index.ts';
import type { AllocationPart } from './allocate.ts';
import type { NewReduction } from './payment-input.ts';

export interface NewReceipt {
  id: string;
  communityId: string;
  number: string;
  totalFen: Fen;
  cashTenderedFen: Fen;
  changeFen: Fen;
  payerName: string;
  /** Null for other income of people who live nowhere here. */
  targetKind: TargetKind | null;
  targetId: string | null;
  receivedOn: string;
  /** Null only for what the system does by itself. */
  cashierStaffId: string | null;
  /** Paid at the desk unless told. */
  kind?: 'payment' | 'offset' | 'import' | 'online';
  note: string;
  idempotencyKey: string;
  requestHash: Buffer;
  /** Ids are made here where none is given. */
  tenders: readonly { id?: string; paymentMethodId: string; amountFen: Fen; reference: string }[];
  /** `offsetFen`: the part that was drawn from prepaid or a deposit. */
  parts: readonly (AllocationPart & { offsetFen?: Fen })[];
  /** Discounts and late fees not asked for, by bill; their documents are the caller's. */
  reductions?: readonly NewReduction[];
}

/**
 * Writes a receipt with its tenders, allocations, event and audit entry and the sums of its bills in one statement,
 * because the number's counter is locked meanwhile. A key that another transaction used for other bills at the same moment writes nothing.
 */
export async function insertReceipt(
  ctx: Context,
  receipt: NewReceipt,
  beside: { event: Sql; audit: Sql },
): Promise<void> {
  const { parts, tenders, communityId } = receipt;
  const additions = additionsOf(parts, receipt.reductions ?? []);
  const fenTexts = (list: readonly Fen[]) => list.map((amount) => amount.toString());
  const isWritten = sql`exists (select from new_receipt)`;
  const row = await ctx.tx.first<{ receipts: number; tenders: number; allocations: number; bills: number }>(sql`
    with new_receipt as (
      insert into receipt (company_id, id, community_id, number, total_fen, cash_tendered_fen, change_fen, payer_name,
        target_kind, target_id, received_on, received_at, cashier_staff_id, note, idempotency_key, request_hash, kind)
      values (${ctx.companyId}, ${receipt.id}, ${communityId}, ${receipt.number}, ${receipt.totalFen.toString()},
        ${receipt.cashTenderedFen.toString()}, ${receipt.changeFen.toString()}, ${receipt.payerName}, ${receipt.targetKind},
        ${receipt.targetId}, ${receipt.receivedOn}, ${nowText(ctx)}, ${receipt.cashierStaffId}, ${receipt.note},
        ${receipt.idempotencyKey}, ${receipt.requestHash}, ${receipt.kind ?? 'payment'})
      on conflict (company_id, idempotency_key) do nothing
      returning company_id, id, community_id, received_on
    ), new_tender as (
      insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen, reference)
      select r.company_id, t.id, r.community_id, r.id, t.payment_method_id, t.amount_fen, t.reference
      from new_receipt r, unnest(${tenders.map((one) => one.id ?? ctx.newId())}::uuid[], ${tenders.map((one) => one.paymentMethodId)}::uuid[],
        ${fenTexts(tenders.map((one) => one.amountFen))}::bigint[], ${tenders.map((one) => one.reference)}::text[])
        t (id, payment_method_id, amount_fen, reference)
      returning 1
    ), new_allocation as (
      insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen, late_fee_fen, offset_fen, day, charge_item_id,
        target_kind, target_id, bill_month)
      select r.company_id, a.id, r.community_id, r.id, a.bill_id, a.principal_fen, a.late_fee_fen, a.offset_fen, r.received_on, b.charge_item_id,
        b.target_kind, b.target_id, date_trunc('month', b.period_from)::date
      from new_receipt r cross join unnest(${parts.map(() => ctx.newId())}::uuid[], ${parts.map((one) => one.billId)}::uuid[],
        ${fenTexts(parts.map((one) => one.principalFen))}::bigint[], ${fenTexts(parts.map((one) => one.lateFeeFen))}::bigint[],
        ${fenTexts(parts.map((one) => one.offsetFen ?? zeroFen))}::bigint[])
        a (id, bill_id, principal_fen, late_fee_fen, offset_fen)
        join bill b on b.company_id = ${ctx.companyId} and b.id = a.bill_id
      returning 1
    ), changed_bill as (${addToBills(ctx.companyId, additions, isWritten)}),
    event as (${beside.event}), audit as (${beside.audit})
    select (select count(*)::int from new_receipt) as receipts, (select count(*)::int from new_tender) as tenders,
      (select count(*)::int from new_allocation) as allocations, (select count(*)::int from changed_bill) as bills`);
  if (row?.receipts !== 1) throw cashierFail('receipt.keyReused');
  if (row.tenders !== tenders.length || row.allocations !== parts.length || row.bills !== additions.length)
    throw new Error('a receipt is written whole');
}

/** What is added to the sums of each bill: what it was paid and what it was reduced by. */
function additionsOf(parts: readonly AllocationPart[], reductions: readonly NewReduction[]): readonly BillAddition[] {
  if (reductions.length === 0) return parts;
  const additions = new Map<string, BillAddition>(parts.map((part) => [part.billId, part]));
  for (const { billId, kind, amountFen } of reductions) {
    const before = additions.get(billId) ?? { billId, principalFen: zeroFen, lateFeeFen: zeroFen };
    const key = kind === 'discount' ? 'discountFen' : 'lateFeeWaivedFen';
    additions.set(billId, { ...before, [key]: addFen(before[key] ?? zeroFen, amountFen) });
  }
  return [...additions.values()];
}
