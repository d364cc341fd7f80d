import type { TargetKind } from '@anlin/contract';
import { cashierFail } from '@anlin/contract';
import { addFen, type Fen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { addToBills, type BillAddition } from '../charging/index.ts';
import type { AllocationPart } from './allocate.ts';
import { type BilledFor, type BillIncome, monthOf } from './bill-income.ts';
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
  /** Bills of the parts, where the caller has read them. */
  bills?: ReadonlyMap<string, BilledFor>;
  /** What the one tender brought, where it is all for bills. */
  income?: BillIncome | null;
  /** Discounts and late fees not asked for, by bill; their documents are the caller's. */
  reductions?: readonly NewReduction[];
}

/**
 * Writes a receipt with its tenders, allocations, income, event and audit entry and the sums of its bills in one statement,
 * because the number's counter is locked meanwhile. Nothing is asked back: to give rows of a table back, PostgreSQL would prepare
 * what the actor may read of it. Whether every bill was changed, the statement sees to itself. A key that another transaction used
 * at the same moment is refused: receipt.keyReused.
 */
export async function insertReceipt(
  ctx: Context,
  receipt: NewReceipt,
  beside: { event: Sql; audit: Sql },
): Promise<void> {
  const additions = additionsOf(receipt.parts, receipt.reductions ?? []);
  const tenders = receipt.tenders.map((one) => ({ ...one, id: one.id ?? ctx.newId() }));
  const receivedAt = nowText(ctx);
  // Then no trigger lays out income or tells third parties.
  const isWhole = receipt.income != null && tenders.length === 1;
  await ctx.tx
    .run(sql`
    with new_receipt as (
      insert into receipt (company_id, id, community_id, number, total_fen, cash_tendered_fen, change_fen, payer_name,
        target_kind, target_id, received_on, received_at, cashier_staff_id, note, idempotency_key, request_hash, kind, is_whole)
      values (${ctx.companyId}, ${receipt.id}, ${receipt.communityId}, ${receipt.number}, ${receipt.totalFen.toString()},
        ${receipt.cashTenderedFen.toString()}, ${receipt.changeFen.toString()}, ${receipt.payerName}, ${receipt.targetKind},
        ${receipt.targetId}, ${receipt.receivedOn}, ${receivedAt}, ${receipt.cashierStaffId}, ${receipt.note},
        ${receipt.idempotencyKey}, ${receipt.requestHash}, ${receipt.kind ?? 'payment'}, ${isWhole})
    ), new_tender as (${insertTenders(ctx, receipt, tenders)}),
    new_allocation as (${insertAllocations(ctx, receipt)}),
    new_income as (${insertIncome(ctx, { ...receipt, tenders, receivedAt })}),
    told as (${isWhole ? insertOpenEvent(ctx, receipt) : sql`select`}),
    event as (${beside.event}), audit as (${beside.audit}),
    changed as (${addToBills(ctx.companyId, additions)} returning 1)
    select require_whole((select count(*) from changed), ${additions.length})`)
    .catch((error: { code?: string; constraint?: string }) => {
      if (error.code === '23505' && error.constraint === keyIsUnique) throw cashierFail('receipt.keyReused');
      throw error;
    });
}

const keyIsUnique = 'receipt_company_id_idempotency_key_key';
const fenTexts = (list: readonly Fen[]) => list.map((amount) => amount.toString());

function insertTenders(
  ctx: Context,
  { communityId, id }: NewReceipt,
  tenders: readonly (NewReceipt['tenders'][number] & { id: string })[],
): Sql {
  return sql`insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen, reference)
    select ${ctx.companyId}, t.id, ${communityId}, ${id}, t.payment_method_id, t.amount_fen, t.reference
    from unnest(${tenders.map((one) => one.id)}::uuid[], ${tenders.map((one) => one.paymentMethodId)}::uuid[],
      ${fenTexts(tenders.map((one) => one.amountFen))}::bigint[], ${tenders.map((one) => one.reference)}::text[])
      t (id, payment_method_id, amount_fen, reference)`;
}

/** What bills were for is copied from where it is known; where it is not, a trigger looks it up. */
function insertAllocations(ctx: Context, { communityId, id, receivedOn, parts, bills }: NewReceipt): Sql {
  const known = parts.map((one) => bills?.get(one.billId));
  return sql`insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen, late_fee_fen, offset_fen, day,
      charge_item_id, target_kind, target_id, bill_month)
    select ${ctx.companyId}, a.id, ${communityId}, ${id}, a.bill_id, a.principal_fen, a.late_fee_fen, a.offset_fen, ${receivedOn}::date,
      a.charge_item_id, a.target_kind, a.target_id, a.bill_month
    from unnest(${parts.map(() => ctx.newId())}::uuid[], ${parts.map((one) => one.billId)}::uuid[],
      ${fenTexts(parts.map((one) => one.principalFen))}::bigint[], ${fenTexts(parts.map((one) => one.lateFeeFen))}::bigint[],
      ${fenTexts(parts.map((one) => one.offsetFen ?? zeroFen))}::bigint[], ${known.map((bill) => bill?.chargeItemId ?? null)}::uuid[],
      ${known.map((bill) => bill?.targetKind ?? null)}::text[], ${known.map((bill) => bill?.targetId ?? null)}::uuid[],
      ${known.map((bill) => (bill ? monthOf(bill) : null))}::date[])
      a (id, bill_id, principal_fen, late_fee_fen, offset_fen, charge_item_id, target_kind, target_id, bill_month)`;
}

/** The income of a receipt whose only tender is all for bills; of any other a trigger lays tenders against what they paid. */
function insertIncome(
  ctx: Context,
  receipt: NewReceipt & { tenders: readonly { id: string; paymentMethodId: string }[]; receivedAt: string },
): Sql {
  const [tender] = receipt.tenders;
  if (!receipt.income || !tender) return sql`select`;
  const { principalFen, lateFeeFen, pieces } = receipt.income;
  const { id, communityId, targetKind, targetId, receivedOn, receivedAt, cashierStaffId, totalFen } = receipt;
  return sql`insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, source, target_kind,
      target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
      part_item_ids, part_months, part_kinds, part_fen)
    values (${ctx.companyId}, ${communityId}, ${id}, ${id}, ${tender.id}, 'receipt', 'money', ${targetKind},
      ${targetId}, ${receivedOn}, ${receivedAt}, ${tender.paymentMethodId}, ${cashierStaffId}, ${totalFen.toString()},
      ${principalFen.toString()}, ${lateFeeFen.toString()}, 0, 0, 0, ${pieces.map((one) => one.chargeItemId)},
      ${pieces.map((one) => one.month)}, ${pieces.map((one) => one.kind)}, ${fenTexts(pieces.map((one) => one.fen))})`;
}

/** What third parties are told of it (0057). */
function insertOpenEvent({ companyId }: Context, { id, communityId }: NewReceipt): Sql {
  return sql`insert into open_event (company_id, id, community_id, stream, kind)
    values (${companyId}, ${id}, ${communityId}, 'money', 'receipt')`;
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
