import { type Fen, negateFen } from '@anlin/money';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillSumChange } from '../charging/index.ts';
import type { NewReduction as GivenReduction } from './payment-input.ts';

export type ReductionKind = 'discount' | 'waiver' | 'lateFeeWaiver';
export const reductionNames: Readonly<Record<ReductionKind, string>> = {
  discount: '优惠',
  waiver: '减免',
  lateFeeWaiver: '违约金减免',
};

/** One reduction of a bill, or with a negative amount the taking back of `oppositeOf`. */
export interface NewReduction {
  billId: string;
  communityId: string;
  kind: ReductionKind;
  amountFen: Fen;
  reason: string;
  reducedOn: string;
  receiptId?: string | null;
  receiptReversalId?: string | null;
  receiptRestorationId?: string | null;
  oppositeOf?: string | null;
  offerId?: string | null;
  fileId?: string | null;
}

/** Writes reductions; the caller changes the sums of the bills by `sumChangeOf` in the same transaction. */
export async function writeReductions(ctx: Context, reductions: readonly NewReduction[]): Promise<void> {
  if (reductions.length === 0) return;
  const column = <T>(read: (one: NewReduction) => T) => reductions.map(read);
  await ctx.tx.run(sql`
    insert into bill_reduction (company_id, id, community_id, bill_id, kind, amount_fen, receipt_id, receipt_reversal_id, receipt_restoration_id,
      opposite_of, offer_id, file_id, reason, reduced_on, reduced_at, staff_id)
    select ${ctx.companyId}, n.id, n.community, n.bill, n.kind, n.amount, n.receipt, n.reversal, n.restoration, n.opposite, n.offer, n.file, n.reason,
      n.day, ${nowText(ctx)}, ${ctx.actor.id}
    from unnest(${column(() => ctx.newId())}::uuid[], ${column((one) => one.communityId)}::uuid[], ${column((one) => one.billId)}::uuid[],
      ${column((one) => one.kind)}::text[], ${column((one) => one.amountFen.toString())}::bigint[], ${column((one) => one.receiptId ?? null)}::uuid[],
      ${column((one) => one.receiptReversalId ?? null)}::uuid[], ${column((one) => one.receiptRestorationId ?? null)}::uuid[],
      ${column((one) => one.oppositeOf ?? null)}::uuid[], ${column((one) => one.offerId ?? null)}::uuid[], ${column((one) => one.fileId ?? null)}::uuid[],
      ${column((one) => one.reason)}::text[], ${column((one) => one.reducedOn)}::date[])
      n (id, community, bill, kind, amount, receipt, reversal, restoration, opposite, offer, file, reason, day)`);
}

/** What was given up at the desk, as rows to write: what an offer took off needs no reason of its own. */
export function givenReductions(
  given: readonly GivenReduction[],
  document: Pick<NewReduction, 'communityId' | 'receiptId' | 'reducedOn' | 'reason'>,
): NewReduction[] {
  return given.map((one) => ({ ...document, ...one, reason: one.offerId === null ? document.reason : '' }));
}

/** What a reduction changes on its bill. */
export function sumChangeOf({
  billId,
  kind,
  amountFen,
}: Pick<NewReduction, 'billId' | 'kind' | 'amountFen'>): BillSumChange {
  if (kind === 'discount') return { billId, discountFen: amountFen };
  return kind === 'waiver' ? { billId, waivedFen: amountFen } : { billId, lateFeeWaivedFen: amountFen };
}

export interface StandingReduction {
  id: string;
  billId: string;
  kind: ReductionKind;
  amountFen: Fen;
  offerId: string | null;
  reason: string;
}

/** Reductions given with a receipt that stand: not taken back yet. */
export async function readReductionsOf(ctx: Context, receiptId: string): Promise<StandingReduction[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    bill_id: string;
    kind: ReductionKind;
    amount_fen: Fen;
    offer_id: string | null;
    reason: string;
  }>(sql`
    select d.id, d.bill_id, d.kind, d.amount_fen, d.offer_id, d.reason from bill_reduction d
    where d.company_id = ${ctx.companyId} and d.receipt_id = ${receiptId} and d.amount_fen > 0
      and not exists (select from bill_reduction o where o.company_id = d.company_id and o.opposite_of = d.id)
    order by d.bill_id, d.id`);
  return rows.map((row) => ({
    id: row.id,
    billId: row.bill_id,
    kind: row.kind,
    amountFen: row.amount_fen,
    offerId: row.offer_id,
    reason: row.reason,
  }));
}

/** The row that takes one back. */
export function oppositeReduction(
  one: StandingReduction,
  document: Pick<NewReduction, 'communityId' | 'reducedOn' | 'reason' | 'receiptId' | 'receiptReversalId'>,
): NewReduction {
  return { ...document, billId: one.billId, kind: one.kind, amountFen: negateFen(one.amountFen), oppositeOf: one.id };
}
