import { absFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { putEvent } from '../../platform/outbox/put-event.ts';
import { lockInvoice, requireState } from './invoice-row.ts';

/** Tells the owners of the house of an issued invoice once more. Error: invoice.wrongState. */
export async function sendInvoice(ctx: Context, invoiceId: string): Promise<void> {
  const invoice = await lockInvoice(ctx, invoiceId);
  requireState(invoice, ['issued'], '发送');
  const { communityId, number, grossFen, direction, targetKind, targetId } = invoice;
  const row = await ctx.tx.first<{ pdf_url: string }>(
    sql`select pdf_url from invoice where company_id = ${ctx.companyId} and id = ${invoiceId}`,
  );
  await putEvent(ctx, 'invoice.issued', {
    invoiceId,
    communityId,
    number: number ?? '',
    totalFen: absFen(grossFen).toString(),
    isRed: direction === 'red',
    houseId: targetKind === 'house' ? targetId : null,
    url: row?.pdf_url ?? '',
  });
  await recordAudit(ctx, {
    action: 'invoice.send',
    targetKind: 'invoice',
    targetId: invoiceId,
    targetLabel: number ?? '',
    communityId,
  });
}
