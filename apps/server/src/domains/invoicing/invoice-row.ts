import type { TargetKind } from '@anlin/contract';
import { invoiceStates, invoicingFail, platformFail } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export type KeptState = 'requested' | 'rejected' | 'issuing' | 'issued' | 'failed';

/** An invoice under its lock. */
export interface LockedInvoice {
  id: string;
  communityId: string;
  sellerId: string | null;
  direction: 'blue' | 'red';
  kind: 'normal' | 'special';
  originalId: string | null;
  state: KeptState;
  number: string | null;
  grossFen: Fen;
  taxFen: Fen;
  redFen: Fen;
  requestNumber: string;
  attempt: number;
  targetKind: TargetKind | null;
  targetId: string | null;
}

/** One receipt's share of an item; negative in a red invoice. */
export interface InvoicePart {
  receiptId: string;
  chargeItemId: string;
  grossFen: Fen;
}

/** Locks an invoice, before its receipts. 404 when out of sight. */
export async function lockInvoice(ctx: Context, invoiceId: string): Promise<LockedInvoice> {
  const row = await ctx.tx.first<LockedInvoice>(sql`
    select id, community_id as "communityId", seller_id as "sellerId", direction, kind, original_id as "originalId", state, number,
      gross_fen as "grossFen", tax_fen as "taxFen", red_fen as "redFen", request_number as "requestNumber", attempt,
      target_kind as "targetKind", target_id as "targetId"
    from invoice where company_id = ${ctx.companyId} and id = ${invoiceId} for no key update`);
  if (!row) throw platformFail('resource.notFound', { label: '发票' });
  return row;
}

export function readParts(ctx: Context, invoiceId: string): Promise<InvoicePart[]> {
  return ctx.tx.rows<InvoicePart>(sql`select receipt_id as "receiptId", charge_item_id as "chargeItemId", gross_fen as "grossFen"
    from invoice_part where company_id = ${ctx.companyId} and invoice_id = ${invoiceId} order by receipt_id, charge_item_id`);
}

/** Refuses what the state of an invoice does not allow (409). */
export function requireState(invoice: LockedInvoice, states: readonly KeptState[], action: string): void {
  if (!states.includes(invoice.state))
    throw invoicingFail('invoice.wrongState', { state: invoiceStates[invoice.state], action });
}

/** What parts add up to for each receipt. */
export function sumsByReceipt(parts: readonly InvoicePart[]): Map<string, Fen> {
  const sums = new Map<string, Fen>();
  for (const { receiptId, grossFen } of parts) sums.set(receiptId, ((sums.get(receiptId) ?? 0n) + grossFen) as Fen);
  return sums;
}
