import { absFen, type Fen, formatYuan, negateFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { putEvent } from '../../platform/outbox/put-event.ts';
import { type LockedInvoice, lockInvoice, readParts, sumsByReceipt } from './invoice-row.ts';
import { changeInvoiced, lockReceipts } from './invoiceable.ts';
import type { OrderState } from './providers/provider.ts';
import { freeReceipts } from './review-invoice.ts';

/** What a report did: `settled`, or why it changed nothing. */
export type Settling = 'settled' | 'waits' | 'knownAlready' | 'otherRequest' | 'otherAmount';

/**
 * Brings an invoice to what the provider says of a request, once, whoever hears it first: the answer, a query, or a report.
 * A word about another request, about an invoice that is settled, or about another amount changes nothing.
 */
export async function settleInvoice(
  ctx: Context,
  invoiceId: string,
  requestNumber: string,
  result: OrderState,
): Promise<Settling> {
  const invoice = await lockInvoice(ctx, invoiceId);
  if (invoice.requestNumber !== requestNumber) return 'otherRequest';
  if (invoice.state !== 'issuing') return 'knownAlready';
  if (result.state === 'refused') return markFailed(ctx, invoice, result.reason);
  if (result.state !== 'issued') return 'waits';
  if (result.total !== formatYuan(invoice.grossFen) || result.tax !== formatYuan(invoice.taxFen)) {
    await ctx.tx.run(
      sql`update invoice set failure = '服务商说已开具，但金额与申请的不一致，请与服务商核对' where company_id = ${ctx.companyId} and id = ${invoiceId}`,
    );
    return 'otherAmount';
  }
  await markIssued(ctx, invoice, result);
  return 'settled';
}

async function markFailed(ctx: Context, invoice: LockedInvoice, reason: string): Promise<Settling> {
  const failure = reason.replaceAll('\u0000', '').toWellFormed().slice(0, 500) || '服务商没有说明原因';
  await ctx.tx.run(sql`update invoice set state = 'failed', failure = ${failure}, next_try_at = null, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${invoice.id}`);
  if (invoice.direction === 'blue') await freeReceipts(ctx, invoice.id);
  await recordAudit(ctx, {
    action: 'invoice.fail',
    targetKind: 'invoice',
    targetId: invoice.id,
    communityId: invoice.communityId,
    after: { failure },
  });
  return 'settled';
}

async function markIssued(
  ctx: Context,
  invoice: LockedInvoice,
  result: Extract<OrderState, { state: 'issued' }>,
): Promise<void> {
  const { id, communityId, direction, originalId, grossFen, targetKind, targetId } = invoice;
  const zone = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  const issuedOn = businessDay({ now: () => Temporal.Instant.from(result.issuedAt) }, zone!.time_zone).toString();
  const pdfUrl = /^https:\/\//.test(result.pdfUrl) ? result.pdfUrl : '';
  // The document is fetched next; until then it is due again.
  await ctx.tx.run(sql`update invoice set state = 'issued', number = ${result.number}, issued_on = ${issuedOn}, issued_at = ${result.issuedAt},
      pdf_url = ${pdfUrl}, failure = '', try_count = 0, next_try_at = ${ctx.clock.now().toString()}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${id}`);
  if (direction === 'red' && originalId) await takeBack(ctx, originalId, id, absFen(grossFen));
  await recordAudit(ctx, {
    action: 'invoice.issued',
    targetKind: 'invoice',
    targetId: id,
    targetLabel: result.number,
    communityId,
    after: { total: formatYuan(grossFen) },
  });
  await putEvent(ctx, 'invoice.issued', {
    invoiceId: id,
    communityId,
    number: result.number,
    totalFen: absFen(grossFen).toString(),
    isRed: direction === 'red',
    houseId: targetKind === 'house' ? targetId : null,
    url: pdfUrl,
  });
}

/** What a red invoice took back may be invoiced, or given back, again. Locks the blue one, then its receipts. */
async function takeBack(ctx: Context, originalId: string, redId: string, takenFen: Fen): Promise<void> {
  await lockInvoice(ctx, originalId);
  const sums = sumsByReceipt(await readParts(ctx, redId));
  await lockReceipts(ctx, [...sums.keys()]);
  await changeInvoiced(ctx, sums);
  await ctx.tx.run(
    sql`update invoice set red_fen = red_fen - ${negateFen(takenFen).toString()}::bigint where company_id = ${ctx.companyId} and id = ${originalId}`,
  );
}
