import { createHash } from 'node:crypto';
import { type InvoiceBody, type InvoiceBuyer, invoicingFail, isTaxNumber } from '@anlin/contract';
import { addFen, type Fen, parseYuan, splitTax } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enqueueJob } from '../../platform/jobs/enqueue-job.ts';
import { type CheckedLines, checkLines } from './check-lines.ts';
import { requireSeller } from './find-seller.ts';
import { sumsByReceipt } from './invoice-row.ts';
import { changeInvoiced, lockReceipts } from './invoiceable.ts';
import { type NewLine, writeInvoice } from './write-invoice.ts';

export interface InvoiceRequest {
  /** `review`: somebody looks at it first; `issue`: it goes to the provider at once. */
  next: 'review' | 'issue';
  source: 'staff' | 'resident';
}

/**
 * Asks for an invoice over receipts, or parts of them (FIN-6). What is asked for counts against the receipts from now on, so
 * that however many ask at once, never more is invoiced than was received and kept. The same key gives the same invoice.
 * Errors: those of `checkLines`; invoice.companyNeedsTaxNumber, invoice.taxNumber, invoice.specialNeedsCompany (422),
 * invoice.noSeller, invoice.keyReused (409).
 */
export async function requestInvoice(
  ctx: Context,
  input: InvoiceBody,
  { next, source }: InvoiceRequest,
): Promise<{ id: string }> {
  checkBuyer(input.kind, input.buyer);
  const requestHash = hashOf(input, next);
  const earlier = await findByKey(ctx, input.idempotencyKey, requestHash);
  if (earlier) return earlier;
  const lines = input.lines.map((line) => ({ ...line, grossFen: parseYuan(line.amount) }));
  await lockReceipts(
    ctx,
    lines.map((line) => line.receiptId),
  );
  // Whoever waited for the locks may be the same click, sent twice.
  const meanwhile = await findByKey(ctx, input.idempotencyKey, requestHash);
  if (meanwhile) return meanwhile;
  const { communityId, target, parts } = await checkLines(ctx, lines);
  const id = ctx.newId();
  const { kind, buyer, note, idempotencyKey } = input;
  await writeInvoice(ctx, {
    id,
    communityId,
    sellerId: next === 'issue' ? await requireSeller(ctx, communityId) : null,
    direction: 'blue',
    kind,
    originalId: null,
    state: next === 'issue' ? 'issuing' : 'requested',
    source,
    target,
    buyer,
    note,
    reason: '',
    lines: linesOf(parts),
    parts,
    idempotencyKey,
    requestHash,
  });
  await changeInvoiced(ctx, sumsByReceipt(parts));
  if (next === 'issue') await wakeIssuing(ctx);
  await recordAudit(ctx, {
    action: next === 'issue' ? 'invoice.issue' : 'invoice.request',
    targetKind: 'invoice',
    targetId: id,
    communityId,
    after: { kind, source, receipts: new Set(parts.map((part) => part.receiptId)).size, lines: parts.length },
  });
  return { id };
}

/** The provider is asked as soon as this is committed; the sweep of each minute is the net beneath it. */
export function wakeIssuing(ctx: Context): Promise<void> {
  return enqueueJob(ctx, 'sweepCompany', {}, `invoices ${ctx.companyId}`);
}

/** One line per item: what several receipts received for it is one line of the invoice, taxed once. */
function linesOf(parts: CheckedLines['parts']): NewLine[] {
  const lines = new Map<string, Omit<NewLine, 'taxFen'>>();
  for (const { chargeItemId, itemName, taxCode, taxRate, grossFen } of parts) {
    const known = lines.get(chargeItemId);
    const sum: Fen = known ? addFen(known.grossFen, grossFen) : grossFen;
    lines.set(chargeItemId, { chargeItemId, itemName, taxCode, taxRate, grossFen: sum });
  }
  return [...lines.values()].map((line) => ({ ...line, taxFen: splitTax(line.grossFen, line.taxRate).taxFen }));
}

function checkBuyer(kind: InvoiceBody['kind'], buyer: InvoiceBuyer): void {
  if (kind === 'special' && (buyer.kind !== 'company' || buyer.taxNumber === ''))
    throw invoicingFail('invoice.specialNeedsCompany');
  if (buyer.kind === 'company' && buyer.taxNumber === '') throw invoicingFail('invoice.companyNeedsTaxNumber');
  if (buyer.taxNumber !== '' && !isTaxNumber(buyer.taxNumber))
    throw invoicingFail('invoice.taxNumber', { taxNumber: buyer.taxNumber }, [
      { path: 'buyer.taxNumber', message: '统一社会信用代码的校验码不对' },
    ]);
}

/** Everything that was asked for except the key. */
function hashOf({ idempotencyKey: _, ...rest }: InvoiceBody, next: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([next, rest]))
    .digest();
}

/** The invoice an earlier request with this key made. Error: invoice.keyReused when it was for something else. */
export async function findByKey(ctx: Context, key: string, hash: Buffer): Promise<{ id: string } | undefined> {
  const row = await ctx.tx.first<{ id: string; request_hash: Buffer }>(sql`select id, request_hash from invoice
    where company_id = ${ctx.companyId} and idempotency_key = ${key}`);
  if (row && !row.request_hash.equals(hash)) throw invoicingFail('invoice.keyReused');
  return row ? { id: row.id } : undefined;
}
