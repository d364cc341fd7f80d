import { platformFail } from '@anlin/contract';
import { type Fen, negateFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireSeller } from './find-seller.ts';
import { lockInvoice, readParts, requireState, sumsByReceipt } from './invoice-row.ts';
import { changeInvoiced, lockReceipts } from './invoiceable.ts';
import { wakeIssuing } from './request-invoice.ts';

/** Issues what was asked for, or rejects it with a reason; then the receipts are free again. Errors: invoice.wrongState, invoice.noSeller. */
export async function reviewInvoice(
  ctx: Context,
  invoiceId: string,
  { decision, reason }: { decision: 'issue' | 'reject'; reason: string },
): Promise<void> {
  const invoice = await lockInvoice(ctx, invoiceId);
  requireState(invoice, ['requested'], decision === 'issue' ? '开具' : '驳回');
  if (decision === 'reject' && reason === '')
    throw platformFail('request.invalid', { count: 1, first: '请填写驳回原因' }, [
      { path: 'reason', message: '请填写驳回原因' },
    ]);
  const isIssued = decision === 'issue';
  const now = nowText(ctx);
  const sellerId = isIssued ? await requireSeller(ctx, invoice.communityId) : null;
  await ctx.tx.run(sql`update invoice set state = ${isIssued ? 'issuing' : 'rejected'}, seller_id = ${sellerId}, reason = ${isIssued ? '' : reason},
      reviewed_at = ${now}, reviewed_by = ${ctx.actor.id}, next_try_at = ${isIssued ? now : null}
    where company_id = ${ctx.companyId} and id = ${invoiceId}`);
  if (isIssued) await wakeIssuing(ctx);
  else await freeReceipts(ctx, invoiceId);
  await recordAudit(ctx, {
    action: `invoice.${decision}`,
    targetKind: 'invoice',
    targetId: invoiceId,
    communityId: invoice.communityId,
    ...(isIssued ? {} : { after: { reason } }),
  });
}

/** An invoice that comes to nothing holds nothing of its receipts; the caller holds the invoice's lock. */
export async function freeReceipts(ctx: Context, invoiceId: string): Promise<void> {
  const sums = sumsByReceipt(await readParts(ctx, invoiceId));
  await lockReceipts(ctx, [...sums.keys()]);
  await changeInvoiced(ctx, new Map([...sums].map(([id, sum]) => [id, negateFen(sum) as Fen])));
}
