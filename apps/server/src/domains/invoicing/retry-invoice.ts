import { invoicingFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkLines } from './check-lines.ts';
import { requireSeller } from './find-seller.ts';
import { type LockedInvoice, lockInvoice, readParts, requireState, sumsByReceipt } from './invoice-row.ts';
import { changeInvoiced, lockReceipts } from './invoiceable.ts';
import { wakeIssuing } from './request-invoice.ts';
import { requestNumberOf } from './write-invoice.ts';

/**
 * Tries an invoice the provider refused once more, under a new request number and only if its receipts still have that much
 * left; of one that is being issued, the provider is asked at once. Errors: invoice.wrongState, those of `checkLines`.
 */
export async function retryInvoice(ctx: Context, invoiceId: string): Promise<void> {
  const invoice = await lockInvoice(ctx, invoiceId);
  requireState(invoice, ['failed', 'issuing'], '重新开具');
  if (invoice.state === 'failed') await beginAgain(ctx, invoice);
  await ctx.tx.run(
    sql`update invoice set next_try_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${invoiceId}`,
  );
  await wakeIssuing(ctx);
  await recordAudit(ctx, {
    action: 'invoice.retry',
    targetKind: 'invoice',
    targetId: invoiceId,
    communityId: invoice.communityId,
  });
}

async function beginAgain(ctx: Context, invoice: LockedInvoice): Promise<void> {
  const { id, communityId } = invoice;
  if (invoice.direction === 'red') throw invoicingFail('invoice.redAgain');
  const parts = await readParts(ctx, id);
  const sums = sumsByReceipt(parts);
  await lockReceipts(ctx, [...sums.keys()]);
  await checkLines(ctx, parts);
  await changeInvoiced(ctx, sums);
  const attempt = invoice.attempt + 1;
  const sellerId = await requireSeller(ctx, communityId);
  await ctx.tx.run(sql`update invoice set state = 'issuing', seller_id = ${sellerId}, attempt = ${attempt}, request_number = ${requestNumberOf(id, attempt)},
      failure = '', try_count = 0, claimed_until = null where company_id = ${ctx.companyId} and id = ${id}`);
}
