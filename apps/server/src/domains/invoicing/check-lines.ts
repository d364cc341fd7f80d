import { invoicingFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { type InvoicePart, sumsByReceipt } from './invoice-row.ts';
import { type InvoicedItem, type InvoicedReceipt, readInvoiceable } from './invoiceable.ts';

export interface CheckedLines {
  communityId: string;
  /** Of the first receipt: whose data scope the invoice lies in. */
  target: Pick<InvoicedReceipt, 'targetKind' | 'targetId'>;
  /** In the order given, each with its item. */
  parts: (InvoicePart & Pick<InvoicedItem, 'itemName' | 'taxRate' | 'taxCode'>)[];
}

/**
 * Checks what is to be invoiced against what the receipts, which the caller has locked, received and have not invoiced. Errors:
 * invoice.zeroLine, invoice.repeatedLine, invoice.mixedCommunities (422), invoice.tooMuch, invoice.receiptTooMuch (409),
 * reference.notFound for an item the receipt knows nothing of.
 */
export async function checkLines(ctx: Context, lines: readonly InvoicePart[]): Promise<CheckedLines> {
  const { receipts, items } = await readInvoiceable(
    ctx,
    lines.map((line) => line.receiptId),
  );
  const [first] = receipts;
  if (!first) throw platformFail('reference.notFound', { label: '收据' });
  if (receipts.some((one) => one.communityId !== first.communityId)) throw invoicingFail('invoice.mixedCommunities');
  const seen = new Set<string>();
  const parts = lines.map((line) => {
    const key = `${line.receiptId} ${line.chargeItemId}`;
    if (seen.has(key)) throw invoicingFail('invoice.repeatedLine');
    seen.add(key);
    return checkLine(line, receipts, items);
  });
  for (const [receiptId, askedFen] of sumsByReceipt(parts)) {
    const receipt = receipts.find((one) => one.id === receiptId);
    if (receipt && askedFen > receipt.leftFen) throw tooMuch(receipt, askedFen);
  }
  return { communityId: first.communityId, target: first, parts };
}

function checkLine(
  line: InvoicePart,
  receipts: readonly InvoicedReceipt[],
  items: readonly InvoicedItem[],
): CheckedLines['parts'][number] {
  if (line.grossFen <= 0n) throw invoicingFail('invoice.zeroLine');
  const item = items.find((one) => one.receiptId === line.receiptId && one.chargeItemId === line.chargeItemId);
  const receipt = receipts.find((one) => one.id === line.receiptId);
  if (!item || !receipt) throw platformFail('reference.notFound', { label: '开票项目' });
  if (line.grossFen > item.leftFen) {
    const asked = formatYuan(line.grossFen);
    const left = formatYuan(item.leftFen);
    throw invoicingFail('invoice.tooMuch', { receipt: receipt.number, item: item.itemName, left, asked });
  }
  const { itemName, taxRate, taxCode } = item;
  return { ...line, itemName, taxRate, taxCode };
}

const tooMuch = (receipt: InvoicedReceipt, askedFen: Fen) =>
  invoicingFail('invoice.receiptTooMuch', {
    receipt: receipt.number,
    left: formatYuan(receipt.leftFen),
    asked: formatYuan(askedFen),
  });
