import {
  type EndpointReply,
  type EndpointRequest,
  householdFail,
  invoiceStates,
  type OwnInvoice,
  type OwnInvoiceTitle,
  platformFail,
  type getReceiptInvoicing as readEndpoint,
  type requestOwnInvoice as requestEndpoint,
} from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { previewInvoice, requestInvoice } from '../invoicing/index.ts';
import { requireOwnReceipt } from './own-receipts.ts';
import { ownKeys } from './pay.ts';

type View = EndpointReply<typeof readEndpoint>;

/** What of a receipt may still be invoiced, what was, and to whom one usually has it made out. 404 for anybody else's receipt. */
export async function readReceiptInvoicing(ctx: Context, resident: SignedInResident, receiptId: string): Promise<View> {
  await requireOwnReceipt(ctx, resident, receiptId);
  const { left, items, blockedBy, communityId, payerName } = await readLeft(ctx, receiptId);
  return {
    left,
    items: items.map(({ itemName, suggested }) => ({ name: itemName, amount: suggested })),
    blockedBy,
    payerName,
    titles: await listTitles(ctx, resident, communityId),
    invoices: await listInvoices(ctx, receiptId),
  };
}

/** What is left of a receipt, item by item, and what stands in the way. */
async function readLeft(ctx: Context, receiptId: string) {
  const preview = await previewInvoice(ctx, { receiptIds: [receiptId], billIds: [] });
  const items = preview.lines.filter((line) => parseYuan(line.suggested) > zeroFen);
  const left = formatYuan(sumFen(items.map((line) => parseYuan(line.suggested))));
  const receipt = await ctx.tx.first<{ is_reversed: boolean }>(
    sql`select reversed_at is not null as is_reversed from receipt where company_id = ${ctx.companyId} and id = ${receiptId}`,
  );
  const isInvoiced = preview.lines.some((line) => parseYuan(line.invoiced) > zeroFen);
  const blockedBy = receipt!.is_reversed
    ? '这张收据已经撤销'
    : items.length === 0
      ? isInvoiced
        ? '这张收据的发票已经申请过，没有可再开的金额'
        : '这张收据没有可以开票的金额。预存款、押金在抵付账单时才开票'
      : preview.sellerName === null
        ? '物业还没有开通电子发票，请联系服务中心'
        : '';
  return { left, items, blockedBy, communityId: preview.communityId, payerName: preview.payerName };
}

function listTitles(ctx: Context, resident: SignedInResident, communityId: string): Promise<OwnInvoiceTitle[]> {
  return ctx.tx.rows<OwnInvoiceTitle>(sql`select id, kind, name, tax_number as "taxNumber", email, phone from invoice_title
    where company_id = ${ctx.companyId} and community_id = ${communityId} and resident_id = ${resident.residentId}
    order by updated_at desc, id desc limit 20`);
}

interface InvoiceRow {
  id: string;
  state: OwnInvoice['state'];
  buyer_name: string;
  gross_fen: Fen;
  number: string;
  requested_at: string;
  issued_on: string | null;
  reason: string;
  has_file: boolean;
  url: string;
}

/** Blue invoices over a receipt, the newest first; what was taken back again shows in their state. */
async function listInvoices(ctx: Context, receiptId: string): Promise<OwnInvoice[]> {
  const rows = await ctx.tx.rows<InvoiceRow>(sql`
    select i.id, l.state, i.buyer_name, i.gross_fen, coalesce(i.number, '') as number, i.requested_at, i.issued_on,
      case i.state when 'rejected' then i.reason when 'failed' then i.failure else '' end as reason, i.file_id is not null as has_file, i.pdf_url as url
    from invoice i join invoice_list l on l.company_id = i.company_id and l.id = i.id
    where i.company_id = ${ctx.companyId} and i.direction = 'blue' and exists (select from invoice_part p
      where p.company_id = i.company_id and p.invoice_id = i.id and p.receipt_id = ${receiptId})
    order by i.requested_at desc, i.id desc limit 50`);
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    stateLabel: invoiceStates[row.state],
    buyerName: row.buyer_name,
    gross: formatYuan(row.gross_fen),
    number: row.number,
    requestedAt: row.requested_at,
    issuedOn: row.issued_on,
    reason: row.reason,
    hasFile: row.has_file,
    url: row.url,
  }));
}

/**
 * Asks for an invoice over all that is left of one's own receipt; staff look at it before it is issued. The same key is the same
 * request. Errors: resource.notFound, household.invoiceRefused (409), invoice.companyNeedsTaxNumber, invoice.taxNumber (422).
 */
export async function requestOwnInvoice(
  ctx: Context,
  resident: SignedInResident,
  receiptId: string,
  { buyer, expected, keepsTitle, key }: EndpointRequest<typeof requestEndpoint>['body'],
): Promise<{ id: string }> {
  await requireOwnReceipt(ctx, resident, receiptId);
  const idempotencyKey = `${ownKeys(resident.residentId!)}${key}`;
  const earlier = await ctx.tx.first<{ id: string }>(
    sql`select id from invoice where company_id = ${ctx.companyId} and idempotency_key = ${idempotencyKey}`,
  );
  if (earlier) return earlier;
  const { left, items, blockedBy, communityId } = await readLeft(ctx, receiptId);
  if (blockedBy !== '') throw householdFail('household.invoiceRefused', { reason: blockedBy });
  if (parseYuan(left) !== parseYuan(expected))
    throw householdFail('household.invoiceRefused', { reason: `可开票的金额已变为 ${left} 元，请刷新页面后再申请` });
  const whole = { ...buyer, address: '', bankName: '', bankAccount: '' };
  const asked = await requestInvoice(
    ctx,
    {
      kind: 'normal',
      lines: items.map((line) => ({
        receiptId: line.receiptId,
        chargeItemId: line.chargeItemId,
        amount: line.suggested,
      })),
      buyer: whole,
      note: '',
      idempotencyKey,
    },
    { next: 'review', source: 'resident' },
  );
  if (keepsTitle) await keepTitle(ctx, resident, communityId, { ...whole, receiptId });
  return asked;
}

/** Under the house it was used for: titles of a house are seen by whoever sees the house. One of the same name is left as it is. */
async function keepTitle(
  ctx: Context,
  resident: SignedInResident,
  communityId: string,
  title: { kind: string; name: string; taxNumber: string; email: string; phone: string; receiptId: string },
): Promise<void> {
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into invoice_title (company_id, id, community_id, kind, name, tax_number, phone, email, house_id, resident_id, created_at, updated_at)
    select ${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${title.kind}, ${title.name}, ${title.taxNumber}, ${title.phone}, ${title.email},
      t.house_id, ${resident.residentId}, ${now}, ${now}
    from receipt r left join charge_target t on t.company_id = r.company_id and t.kind = r.target_kind and t.id = r.target_id
    where r.company_id = ${ctx.companyId} and r.id = ${title.receiptId}
    on conflict do nothing`);
}

/** Forgets a title one kept. 404 for anybody else's. */
export async function forgetTitle(ctx: Context, resident: SignedInResident, id: string): Promise<void> {
  const gone = await ctx.tx.run(sql`delete from invoice_title
    where company_id = ${ctx.companyId} and id = ${id} and resident_id = ${resident.residentId}`);
  if (gone === 0) throw platformFail('resource.notFound', { label: '发票抬头' });
}

/** The file of an issued invoice over one's own receipts. 404 for anybody else's, and while there is none. */
export async function findOwnInvoiceFile(
  ctx: Context,
  resident: SignedInResident,
  invoiceId: string,
): Promise<{ fileId: string; name: string; sizeBytes: bigint }> {
  const row = await ctx.tx.first<{ fileId: string; number: string; sizeBytes: bigint; receipt_ids: string[] }>(sql`
    select i.file_id as "fileId", i.number, f.size_bytes as "sizeBytes", array(select distinct p.receipt_id from invoice_part p
      where p.company_id = i.company_id and p.invoice_id = i.id) as receipt_ids
    from invoice i join file f on f.company_id = i.company_id and f.id = i.file_id
    where i.company_id = ${ctx.companyId} and i.id = ${invoiceId} and i.state = 'issued' and i.direction = 'blue'`);
  if (!row) throw platformFail('resource.notFound', { label: '发票' });
  for (const receiptId of row.receipt_ids) await requireOwnReceipt(ctx, resident, receiptId);
  return { fileId: row.fileId, name: `发票-${row.number}.pdf`, sizeBytes: row.sizeBytes };
}
