import { createHash } from 'node:crypto';
import { type InvoiceBuyer, invoicingFail, platformFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, negateFen, parseYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type InvoicePart, lockInvoice, requireState } from './invoice-row.ts';
import { findByKey, wakeIssuing } from './request-invoice.ts';
import { taxTakenBack } from './tax-split.ts';
import { type NewLine, writeInvoice } from './write-invoice.ts';

interface RedLetter {
  reason: string;
  /** Yuan of each receipt's item; undefined: all that is left. */
  lines?: readonly { receiptId: string; chargeItemId: string; amount: string }[] | undefined;
  idempotencyKey: string;
}

/** What still stands of a blue invoice: of each receipt's item, and of each line. */
interface Standing {
  parts: (InvoicePart & { receiptNumber: string; itemName: string })[];
  lines: NewLine[];
}

/**
 * Takes an issued invoice back, whole or in part, by a red one (红字发票). Red letters of one invoice follow each other, so
 * what stands is always known and blue and red cancel to the fen. The receipts are free again once the red one is issued.
 * Errors: invoice.notBlue, invoice.wrongState, invoice.redInProgress, invoice.redTooMuch (409).
 */
export async function redLetterInvoice(ctx: Context, invoiceId: string, input: RedLetter): Promise<{ id: string }> {
  const { idempotencyKey, ...asked } = input;
  const requestHash = createHash('sha256')
    .update(JSON.stringify([invoiceId, asked]))
    .digest();
  const invoice = await lockInvoice(ctx, invoiceId);
  const earlier = await findByKey(ctx, idempotencyKey, requestHash);
  if (earlier) return earlier;
  if (invoice.direction === 'red') throw invoicingFail('invoice.notBlue');
  requireState(invoice, ['issued'], '红冲');
  await refuseSecond(ctx, invoiceId);
  const standing = await readStanding(ctx, invoiceId);
  const taken = input.lines ? chooseTaken(standing, input.lines) : standing.parts.filter((part) => part.grossFen > 0n);
  if (taken.length === 0) throw invoicingFail('invoice.wrongState', { state: '已红冲', action: '再红冲' });
  const id = ctx.newId();
  const { buyer, note } = await readBuyer(ctx, invoiceId);
  const { communityId, sellerId, kind, targetKind, targetId } = invoice;
  await writeInvoice(ctx, {
    id,
    communityId,
    sellerId,
    direction: 'red',
    kind,
    originalId: invoiceId,
    state: 'issuing',
    source: 'staff',
    target: { targetKind, targetId },
    buyer,
    note,
    reason: input.reason,
    lines: redLines(standing, taken),
    parts: taken.map((part) => ({ ...part, grossFen: negateFen(part.grossFen) })),
    idempotencyKey,
    requestHash,
  });
  await wakeIssuing(ctx);
  await recordAudit(ctx, {
    action: 'invoice.redLetter',
    targetKind: 'invoice',
    targetId: invoiceId,
    targetLabel: invoice.number ?? '',
    communityId,
    after: { total: formatYuan(sumFen(taken.map((part) => part.grossFen))), reason: input.reason },
  });
  return { id };
}

async function refuseSecond(ctx: Context, invoiceId: string): Promise<void> {
  const red = await ctx.tx.first(
    sql`select id from invoice where company_id = ${ctx.companyId} and original_id = ${invoiceId} and state = 'issuing'`,
  );
  if (red) throw invoicingFail('invoice.redInProgress');
}

async function readStanding(ctx: Context, invoiceId: string): Promise<Standing> {
  const parts = await ctx.tx.rows<Standing['parts'][number]>(sql`
    select p.receipt_id as "receiptId", p.charge_item_id as "chargeItemId", sum(p.gross_fen)::bigint as "grossFen",
      r.number as "receiptNumber", c.name as "itemName"
    from invoice i join invoice_part p on p.company_id = i.company_id and p.invoice_id = i.id
      join receipt r on r.company_id = p.company_id and r.id = p.receipt_id
      join charge_item c on c.company_id = p.company_id and c.id = p.charge_item_id
    where i.company_id = ${ctx.companyId} and (i.id = ${invoiceId} or i.original_id = ${invoiceId}) and i.state = 'issued'
    group by p.receipt_id, p.charge_item_id, r.number, c.name order by r.number, c.name, p.receipt_id, p.charge_item_id`);
  const lines = await ctx.tx.rows<NewLine>(sql`
    select l.charge_item_id as "chargeItemId", min(l.item_name) as "itemName", min(l.tax_code) as "taxCode", min(l.tax_rate)::text as "taxRate",
      sum(l.gross_fen)::bigint as "grossFen", sum(l.tax_fen)::bigint as "taxFen"
    from invoice i join invoice_line l on l.company_id = i.company_id and l.invoice_id = i.id
    where i.company_id = ${ctx.companyId} and (i.id = ${invoiceId} or i.original_id = ${invoiceId}) and i.state = 'issued'
    group by l.charge_item_id order by min(l.line_number)`);
  return { parts, lines };
}

function chooseTaken({ parts }: Standing, lines: NonNullable<RedLetter['lines']>): Standing['parts'] {
  const seen = new Set<string>();
  return lines.map(({ receiptId, chargeItemId, amount }) => {
    const part = parts.find((one) => one.receiptId === receiptId && one.chargeItemId === chargeItemId);
    if (!part) throw platformFail('reference.notFound', { label: '红冲的项目' });
    const key = `${receiptId} ${chargeItemId}`;
    if (seen.has(key)) throw invoicingFail('invoice.repeatedLine');
    seen.add(key);
    const grossFen = parseYuan(amount);
    if (grossFen <= 0n) throw invoicingFail('invoice.zeroLine');
    if (grossFen > part.grossFen)
      throw invoicingFail('invoice.redTooMuch', {
        receipt: part.receiptNumber,
        item: part.itemName,
        left: formatYuan(part.grossFen),
        asked: amount,
      });
    return { ...part, grossFen };
  });
}

function redLines({ lines }: Standing, taken: readonly InvoicePart[]): NewLine[] {
  const sums = new Map<string, Fen>();
  for (const { chargeItemId, grossFen } of taken) {
    const known = sums.get(chargeItemId);
    sums.set(chargeItemId, known === undefined ? grossFen : addFen(known, grossFen));
  }
  return lines.flatMap((line) => {
    const takenFen = sums.get(line.chargeItemId);
    if (takenFen === undefined) return [];
    const taxFen = taxTakenBack(line, takenFen, line.taxRate);
    return [{ ...line, grossFen: negateFen(takenFen), taxFen: negateFen(taxFen) }];
  });
}

async function readBuyer(ctx: Context, invoiceId: string): Promise<{ buyer: InvoiceBuyer; note: string }> {
  const row = await ctx.tx.first<InvoiceBuyer & { note: string }>(sql`
    select buyer_kind as kind, buyer_name as name, buyer_tax_number as "taxNumber", buyer_address as address, buyer_phone as phone,
      buyer_bank_name as "bankName", buyer_bank_account as "bankAccount", buyer_email as email, note
    from invoice where company_id = ${ctx.companyId} and id = ${invoiceId}`);
  const { note, ...buyer } = row!;
  return { buyer, note };
}
