import { Readable } from 'node:stream';
import { type Fen, formatYuan } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { useFiles } from '../../platform/files/file-use.ts';
import type { Services } from '../../platform/services.ts';
import { adapterOf } from './providers/index.ts';
import type { InvoiceOrder, OrderState } from './providers/provider.ts';
import { readSellerAccount, type SellerAccount } from './seller-account.ts';
import { settleInvoice } from './settle-invoice.ts';

const batchSize = 8;
const claimMinutes = 2;
const answerMs = 5_000;
/** Ten seconds, then twice as long each time, up to an hour. An invoice is asked after until there is an answer. */
const firstPauseSeconds = 10;
const longestPauseSeconds = 3600;
/** The document of an issued invoice is asked for this often. */
const maxDocumentTries = 10;

interface Due {
  id: string;
  state: 'issuing' | 'issued';
  requestNumber: string;
  tryCount: number;
  order: InvoiceOrder;
  seller: SellerAccount;
}

/**
 * Talks to the providers about every invoice that is due (FIN-6): tells them of it, asks what became of it, and fetches the
 * document. Each is claimed in one transaction, talked about outside of any, and settled in another. A process that dies in
 * between leaves a claim that runs out; then the provider is asked by our request number before it is told again, so an
 * invoice is issued once.
 */
export async function submitDueInvoices(services: Services, companyId: string): Promise<void> {
  // One round a sweep: providers that are slow hold up nothing for long, and what is still due comes with the next.
  const due = await asSystem(services, companyId, claim);
  await Promise.all(
    due.map((one) =>
      one.state === 'issuing' ? talk(services, companyId, one) : fetchDocument(services, companyId, one),
    ),
  );
}

async function claim(ctx: Context): Promise<Due[]> {
  const now = nowText(ctx);
  const until = ctx.clock.now().add({ minutes: claimMinutes }).toString();
  const claimed = await ctx.tx.rows<
    { id: string; sellerId: string } & Pick<Due, 'state' | 'requestNumber' | 'tryCount'>
  >(sql`
    with due as (select id from invoice where company_id = ${ctx.companyId} and next_try_at <= ${now}
      and (claimed_until is null or claimed_until <= ${now}) order by next_try_at, id limit ${batchSize} for no key update skip locked)
    update invoice i set claimed_until = ${until}, try_count = i.try_count + 1 from due
    where i.company_id = ${ctx.companyId} and i.id = due.id
    returning i.id, i.state, i.request_number as "requestNumber", i.try_count as "tryCount", i.seller_id as "sellerId"`);
  const found: Due[] = [];
  for (const { sellerId, ...row } of claimed) {
    const seller = await readSellerAccount(ctx, sellerId);
    if (seller) found.push({ ...row, seller, order: await readOrder(ctx, row.id, seller) });
  }
  return found;
}

async function talk(services: Services, companyId: string, due: Due): Promise<void> {
  const adapter = adapterOf(due.seller.provider);
  const { account } = due.seller;
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  if (!adapter || !account) {
    const reason = account ? '当前版本不认识这个开票服务商' : '开票设置的密钥打不开，请重新填写';
    return mark(services, companyId, due, 'query', { state: 'unclear', reason });
  }
  // What was told before may have arrived though no answer came: only a number the provider does not know is told again.
  if (due.tryCount > 1) {
    const known = await adapter.find(account, due.requestNumber, outside);
    await mark(services, companyId, due, 'query', known);
    if (known.state !== 'unknown') return;
  }
  await mark(services, companyId, due, 'submit', await adapter.submit(account, due.order, outside));
}

async function mark(
  services: Services,
  companyId: string,
  due: Due,
  kind: 'submit' | 'query',
  result: OrderState,
): Promise<void> {
  await asSystem(services, companyId, async (ctx) => {
    const settling = await settleInvoice(ctx, due.id, due.requestNumber, result);
    await recordExchange(ctx, due.id, due.requestNumber, kind, result, settling);
    const pause = Math.min(firstPauseSeconds * 2 ** Math.min(due.tryCount - 1, 20), longestPauseSeconds);
    const next = ctx.clock.now().add({ seconds: pause }).toString();
    const failure = result.state === 'unclear' ? result.reason : null;
    await ctx.tx.run(sql`update invoice set claimed_until = null, next_try_at = ${next}, failure = coalesce(${failure}, failure)
      where company_id = ${companyId} and id = ${due.id} and state = 'issuing' and request_number = ${due.requestNumber}`);
  });
}

/** Keeps what was said, in the provider's words where it had any. */
export async function recordExchange(
  ctx: Context,
  invoiceId: string,
  requestNumber: string,
  kind: 'submit' | 'query' | 'callback',
  result: OrderState,
  settling: string,
): Promise<void> {
  const said = 'reason' in result ? result.reason : 'number' in result ? result.number : '';
  await ctx.tx.run(sql`insert into invoice_exchange (company_id, id, community_id, invoice_id, at, request_number, kind, outcome, answer)
    select ${ctx.companyId}, ${ctx.newId()}, i.community_id, i.id, ${nowText(ctx)}, ${requestNumber}, ${kind},
      ${settling === 'settled' || settling === 'waits' ? result.state : settling}, ${said.replaceAll('\u0000', '').toWellFormed().slice(0, 500)}
    from invoice i where i.company_id = ${ctx.companyId} and i.id = ${invoiceId}`);
}

/** Fetches the PDF of an issued invoice into the file store; tried some times, then left to the provider's link. */
async function fetchDocument(services: Services, companyId: string, due: Due): Promise<void> {
  const adapter = adapterOf(due.seller.provider);
  const { account } = due.seller;
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const bytes = adapter && account ? await adapter.fetchPdf(account, due.requestNumber, outside) : undefined;
  const fileId = services.newId();
  const stored = bytes ? await services.files.write(companyId, fileId, Readable.from([bytes])) : undefined;
  await asSystem(services, companyId, async (ctx) => {
    const again = ctx.clock
      .now()
      .add({ seconds: firstPauseSeconds * 2 ** due.tryCount })
      .toString();
    if (!stored) {
      await ctx.tx.run(sql`update invoice set claimed_until = null, next_try_at = ${due.tryCount < maxDocumentTries ? again : null}
        where company_id = ${companyId} and id = ${due.id}`);
      return;
    }
    const invoice = await ctx.tx.first<{ number: string; community_id: string; file_id: string | null }>(
      sql`select number, community_id, file_id from invoice where company_id = ${companyId} and id = ${due.id} for no key update`,
    );
    if (!invoice || invoice.file_id !== null) return;
    await recordFile(ctx, { id: fileId, name: `发票${invoice.number}.pdf`, mediaType: 'application/pdf', ...stored });
    await useFiles(ctx, { resource: 'invoice', id: due.id, communityId: invoice.community_id }, [fileId]);
    await ctx.tx.run(sql`update invoice set file_id = ${fileId}, claimed_until = null, next_try_at = null
      where company_id = ${companyId} and id = ${due.id}`);
  });
}

/** An invoice in the words of a provider. */
async function readOrder(ctx: Context, invoiceId: string, seller: SellerAccount): Promise<InvoiceOrder> {
  const row = await ctx.tx.first<
    InvoiceOrder['buyer'] &
      Pick<InvoiceOrder, 'direction' | 'kind' | 'reason' | 'note' | 'requestNumber'> & {
        originalNumber: string | null;
        grossFen: Fen;
        taxFen: Fen;
      }
  >(sql`
    select i.request_number as "requestNumber", i.direction, i.kind, i.reason, i.note, o.number as "originalNumber", i.gross_fen as "grossFen",
      i.tax_fen as "taxFen", i.buyer_name as name, i.buyer_tax_number as "taxNumber", i.buyer_address as address, i.buyer_phone as phone,
      i.buyer_bank_name as "bankName", i.buyer_bank_account as "bankAccount", i.buyer_email as email
    from invoice i left join invoice o on o.company_id = i.company_id and o.id = i.original_id
    where i.company_id = ${ctx.companyId} and i.id = ${invoiceId}`);
  const lines = await ctx.tx.rows<{
    name: string;
    taxCode: string;
    taxRate: string;
    grossFen: Fen;
    netFen: Fen;
    taxFen: Fen;
  }>(sql`
    select item_name as name, tax_code as "taxCode", tax_rate as "taxRate", gross_fen as "grossFen", net_fen as "netFen", tax_fen as "taxFen"
    from invoice_line where company_id = ${ctx.companyId} and invoice_id = ${invoiceId} order by line_number`);
  const { requestNumber, direction, kind, reason, note, originalNumber, grossFen, taxFen, ...buyer } = row!;
  const { name, taxNumber, address, phone, bankName, bankAccount, issuerName } = seller;
  return {
    requestNumber,
    direction,
    kind,
    reason,
    note,
    originalNumber: originalNumber ?? '',
    seller: { name, taxNumber, address, phone, bankName, bankAccount },
    buyer,
    issuerName,
    total: formatYuan(grossFen),
    tax: formatYuan(taxFen),
    lines: lines.map((line) => ({
      name: line.name,
      taxCode: line.taxCode,
      taxRate: line.taxRate,
      total: formatYuan(line.grossFen),
      net: formatYuan(line.netFen),
      tax: formatYuan(line.taxFen),
    })),
  };
}
