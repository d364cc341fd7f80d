import type { InvoiceBuyer, TargetKind } from '@anlin/contract';
import { type Fen, sumFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { InvoicePart } from './invoice-row.ts';

export interface NewLine {
  chargeItemId: string;
  itemName: string;
  taxCode: string;
  taxRate: string;
  grossFen: Fen;
  taxFen: Fen;
}

export interface NewInvoice {
  id: string;
  communityId: string;
  sellerId: string | null;
  direction: 'blue' | 'red';
  kind: 'normal' | 'special';
  originalId: string | null;
  state: 'requested' | 'issuing';
  source: 'staff' | 'resident';
  target: { targetKind: TargetKind | null; targetId: string | null };
  buyer: InvoiceBuyer;
  note: string;
  reason: string;
  lines: readonly NewLine[];
  parts: readonly InvoicePart[];
  idempotencyKey: string;
  requestHash: Buffer;
}

/** Ours, told to the provider: the same words for the same request, however often it is sent. */
export const requestNumberOf = (invoiceId: string, attempt: number) => `${invoiceId.replaceAll('-', '')}-${attempt}`;

/** Writes an invoice with its lines and parts. One that is to be issued at once is due at once. */
export async function writeInvoice(ctx: Context, invoice: NewInvoice): Promise<void> {
  const { id, buyer, target, lines, parts } = invoice;
  const now = nowText(ctx);
  const gross = sumFen(lines.map((line) => line.grossFen)).toString();
  const tax = sumFen(lines.map((line) => line.taxFen)).toString();
  await ctx.tx.run(sql`
    insert into invoice (company_id, id, community_id, seller_id, direction, kind, original_id, state, source, target_kind, target_id, buyer_kind,
      buyer_name, buyer_tax_number, buyer_address, buyer_phone, buyer_bank_name, buyer_bank_account, buyer_email, gross_fen, tax_fen, note, reason,
      request_number, requested_at, requested_by, next_try_at, idempotency_key, request_hash)
    values (${ctx.companyId}, ${id}, ${invoice.communityId}, ${invoice.sellerId}, ${invoice.direction}, ${invoice.kind}, ${invoice.originalId},
      ${invoice.state}, ${invoice.source}, ${target.targetKind}, ${target.targetId}, ${buyer.kind}, ${buyer.name}, ${buyer.taxNumber},
      ${buyer.address}, ${buyer.phone}, ${buyer.bankName}, ${buyer.bankAccount}, ${buyer.email}, ${gross}, ${tax}, ${invoice.note},
      ${invoice.reason}, ${requestNumberOf(id, 1)}, ${now}, ${ctx.actor.kind === 'staff' ? ctx.actor.id : null}, ${invoice.state === 'issuing' ? now : null},
      ${invoice.idempotencyKey}, ${invoice.requestHash})`);
  await ctx.tx.run(sql`
    insert into invoice_line (company_id, id, community_id, invoice_id, line_number, charge_item_id, item_name, tax_code, tax_rate, gross_fen, tax_fen)
    select ${ctx.companyId}, l.id, ${invoice.communityId}, ${id}, l.place, l.item, l.name, l.code, l.rate, l.gross, l.tax
    from unnest(${lines.map(() => ctx.newId())}::uuid[], ${lines.map((line) => line.chargeItemId)}::uuid[], ${lines.map((line) => line.itemName)}::text[],
      ${lines.map((line) => line.taxCode)}::text[], ${lines.map((line) => line.taxRate)}::numeric[],
      ${lines.map((line) => line.grossFen.toString())}::bigint[], ${lines.map((line) => line.taxFen.toString())}::bigint[])
      with ordinality l (id, item, name, code, rate, gross, tax, place)`);
  await ctx.tx.run(sql`
    insert into invoice_part (company_id, id, community_id, invoice_id, receipt_id, charge_item_id, gross_fen)
    select ${ctx.companyId}, p.id, ${invoice.communityId}, ${id}, p.receipt, p.item, p.gross
    from unnest(${parts.map(() => ctx.newId())}::uuid[], ${parts.map((part) => part.receiptId)}::uuid[],
      ${parts.map((part) => part.chargeItemId)}::uuid[], ${parts.map((part) => part.grossFen.toString())}::bigint[]) p (id, receipt, item, gross)`);
}
