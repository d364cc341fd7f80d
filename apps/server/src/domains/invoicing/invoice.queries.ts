import { type EndpointReply, type invoiceStates, platformFail, type readInvoice as read } from '@anlin/contract';
import { type Fen, formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type Detail = EndpointReply<typeof read>;
type StateKey = keyof typeof invoiceStates;

interface HeadRow
  extends Omit<
    Detail,
    'buyer' | 'gross' | 'net' | 'tax' | 'red' | 'original' | 'pdf' | 'lines' | 'parts' | 'reds' | 'exchanges'
  > {
  gross_fen: Fen;
  net_fen: Fen;
  tax_fen: Fen;
  red_fen: Fen;
  buyer: Detail['buyer'];
  original_id: string | null;
  original_number: string | null;
  file_id: string | null;
  pdf_url: string;
}

/** One invoice with all that hangs on it. 404 when out of sight. */
export async function readInvoice(ctx: Context, invoiceId: string): Promise<Detail> {
  const head = await readHead(ctx, invoiceId);
  if (!head) throw platformFail('resource.notFound', { label: '发票' });
  const { gross_fen, net_fen, tax_fen, red_fen, original_id, original_number, file_id, pdf_url, ...view } = head;
  return {
    ...view,
    gross: formatYuan(gross_fen),
    net: formatYuan(net_fen),
    tax: formatYuan(tax_fen),
    red: formatYuan(red_fen),
    original: original_id === null ? null : { id: original_id, number: original_number ?? '' },
    pdf: { fileId: file_id, url: pdf_url },
    lines: await readLines(ctx, invoiceId),
    parts: await readParts(ctx, invoiceId, view.direction === 'red'),
    reds: await readReds(ctx, invoiceId),
    exchanges: await ctx.tx.rows<Detail['exchanges'][number]>(sql`select at, kind, outcome, answer from invoice_exchange
      where company_id = ${ctx.companyId} and invoice_id = ${invoiceId} order by at, id limit 200`),
  };
}

function readHead(ctx: Context, invoiceId: string): Promise<HeadRow | undefined> {
  return ctx.tx.first<HeadRow>(sql`
    select i.id, l.number, i.community_id as "communityId", c.name as "communityName", l.state, i.direction, i.kind, i.source,
      l.target_label as "targetName", coalesce(s.name, '') as "sellerName", i.gross_fen, l.net_fen, i.tax_fen, i.red_fen, i.note, i.reason, i.failure,
      i.issued_on as "issuedOn", i.requested_at as "requestedAt", l.staff_name as "requestedBy", i.request_number as "requestNumber",
      i.original_id, o.number as original_number, i.file_id, i.pdf_url,
      jsonb_build_object('kind', i.buyer_kind, 'name', i.buyer_name, 'taxNumber', i.buyer_tax_number, 'address', i.buyer_address,
        'phone', i.buyer_phone, 'bankName', i.buyer_bank_name, 'bankAccount', i.buyer_bank_account, 'email', i.buyer_email) as buyer
    from invoice i join invoice_list l on l.company_id = i.company_id and l.id = i.id
      join community c on c.company_id = i.company_id and c.id = i.community_id
      left join invoice_seller s on s.company_id = i.company_id and s.id = i.seller_id
      left join invoice o on o.company_id = i.company_id and o.id = i.original_id
    where i.company_id = ${ctx.companyId} and i.id = ${invoiceId}`);
}

async function readLines(ctx: Context, invoiceId: string): Promise<Detail['lines']> {
  const rows = await ctx.tx.rows<{
    itemName: string;
    taxCode: string;
    taxRate: string;
    gross: Fen;
    net: Fen;
    tax: Fen;
  }>(sql`
    select item_name as "itemName", tax_code as "taxCode", trim_scale(tax_rate)::text as "taxRate", gross_fen as gross, net_fen as net, tax_fen as tax
    from invoice_line where company_id = ${ctx.companyId} and invoice_id = ${invoiceId} order by line_number`);
  return rows.map((row) => ({
    ...row,
    gross: formatYuan(row.gross),
    net: formatYuan(row.net),
    tax: formatYuan(row.tax),
  }));
}

/** `left`: less what red letters took back. */
async function readParts(ctx: Context, invoiceId: string, isRed: boolean): Promise<Detail['parts']> {
  const rows = await ctx.tx.rows<{
    receiptId: string;
    receiptNumber: string;
    chargeItemId: string;
    itemName: string;
    gross: Fen;
    taken: Fen;
  }>(sql`
    select p.receipt_id as "receiptId", r.number as "receiptNumber", p.charge_item_id as "chargeItemId", c.name as "itemName", p.gross_fen as gross,
      coalesce((select sum(q.gross_fen) from invoice i join invoice_part q on q.company_id = i.company_id and q.invoice_id = i.id
        where i.company_id = p.company_id and i.original_id = p.invoice_id and i.state = 'issued' and q.receipt_id = p.receipt_id
          and q.charge_item_id = p.charge_item_id), 0)::bigint as taken
    from invoice_part p join receipt r on r.company_id = p.company_id and r.id = p.receipt_id
      join charge_item c on c.company_id = p.company_id and c.id = p.charge_item_id
    where p.company_id = ${ctx.companyId} and p.invoice_id = ${invoiceId} order by r.number, c.name, p.id`);
  return rows.map(({ gross, taken, ...row }) => ({
    ...row,
    gross: formatYuan(gross),
    left: formatYuan(isRed ? zeroFen : ((gross + taken) as Fen)),
  }));
}

async function readReds(ctx: Context, invoiceId: string): Promise<Detail['reds']> {
  const rows = await ctx.tx.rows<{
    id: string;
    number: string;
    state: StateKey;
    gross: Fen;
    reason: string;
    failure: string;
  }>(sql`
    select id, coalesce(number, '') as number, state, gross_fen as gross, reason, failure from invoice
    where company_id = ${ctx.companyId} and original_id = ${invoiceId} order by requested_at, id`);
  return rows.map((row) => ({ ...row, gross: formatYuan(row.gross) }));
}
