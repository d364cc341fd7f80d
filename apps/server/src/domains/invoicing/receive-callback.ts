import { invoiceCallback, invoicingFail, okReply } from '@anlin/contract';
import { asSystem } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import { publicRoute } from '../../platform/http/route.ts';
import { adapterOf } from './providers/index.ts';
import { readSellerAccount } from './seller-account.ts';
import { settleInvoice } from './settle-invoice.ts';
import { recordExchange } from './submit-invoices.ts';

/**
 * A provider's report of a result. Believed only with a good signature of this seller's secret and a time near ours; one that
 * comes twice, late or about another amount changes nothing. Error: invoice.callbackRefused (401), the same for whatever is wrong.
 */
export const invoiceCallbackRoute = publicRoute(invoiceCallback, async (services, { params, body }) => {
  await asSystem(services, params.company, async (ctx) => {
    const seller = await readSellerAccount(ctx, params.seller);
    const adapter = seller && adapterOf(seller.provider);
    const reported = seller?.account && adapter ? adapter.readReport(seller.account, body, ctx.clock.now()) : null;
    if (!seller || !reported) throw invoicingFail('invoice.callbackRefused');
    const { requestNumber, result } = reported;
    const invoice = await ctx.tx.first<{ id: string }>(sql`select id from invoice
      where company_id = ${ctx.companyId} and seller_id = ${seller.id} and request_number = ${requestNumber}`);
    // A number given up since: the provider need not say it again.
    if (!invoice) return;
    const settling = await settleInvoice(ctx, invoice.id, requestNumber, result);
    await recordExchange(ctx, invoice.id, requestNumber, 'callback', result, settling);
  });
  return okReply;
});
