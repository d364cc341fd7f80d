import type { TargetKind } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { type Fen, subtractFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A receipt as far as it is invoiced. */
export interface InvoicedReceipt {
  id: string;
  number: string;
  receivedOn: string;
  communityId: string;
  targetKind: TargetKind | null;
  targetId: string | null;
  targetName: string;
  /** What may be invoiced of it in all, less what is. */
  leftFen: Fen;
}

/** One item of one receipt. */
export interface InvoicedItem {
  receiptId: string;
  chargeItemId: string;
  itemName: string;
  taxRate: string;
  taxCode: string;
  receivedFen: Fen;
  invoicedFen: Fen;
  leftFen: Fen;
}

/**
 * Locks receipts by id: whoever invoices, refunds or reverses one of them waits for the other. An id that is not in sight is
 * refused (reference.notFound).
 */
export async function lockReceipts(ctx: Context, receiptIds: readonly string[]): Promise<void> {
  const ids = [...new Set(receiptIds)];
  const rows =
    await ctx.tx.rows(sql`select id from receipt where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])
    order by id for no key update`);
  if (rows.length !== ids.length) throw platformFail('reference.notFound', { label: '收据' });
}

/** What is left to invoice of receipts, in all and item by item. Exact only under `lockReceipts`. */
export async function readInvoiceable(
  ctx: Context,
  receiptIds: readonly string[],
): Promise<{ receipts: InvoicedReceipt[]; items: InvoicedItem[] }> {
  const ids = [...new Set(receiptIds)];
  const receipts = await ctx.tx.rows<InvoicedReceipt>(sql`
    select r.id, r.number, r.received_on as "receivedOn", r.community_id as "communityId", r.target_kind as "targetKind", r.target_id as "targetId",
      coalesce(ct.label, '') as "targetName", receipt_invoiceable_fen(r.company_id, r.id) - r.invoiced_fen as "leftFen"
    from receipt r
      left join charge_target ct on ct.company_id = r.company_id and ct.kind = r.target_kind and ct.id = r.target_id
    where r.company_id = ${ctx.companyId} and r.id = any (${ids}::uuid[]) order by r.received_on, r.number, r.id`);
  const rows = await ctx.tx.rows<Omit<InvoicedItem, 'leftFen'>>(sql`
    select x.receipt_id as "receiptId", x.charge_item_id as "chargeItemId", i.name as "itemName", i.tax_rate as "taxRate", i.tax_code as "taxCode",
      x.fen as "receivedFen", coalesce((select sum(p.gross_fen) from invoice_held_part p where p.company_id = x.company_id
        and p.receipt_id = x.receipt_id and p.charge_item_id = x.charge_item_id), 0)::bigint as "invoicedFen"
    from receipt_item_received x join charge_item i on i.company_id = x.company_id and i.id = x.charge_item_id
    where x.company_id = ${ctx.companyId} and x.receipt_id = any (${ids}::uuid[]) order by i.sort_order, i.name, i.id`);
  const order = new Map(receipts.map((one, place) => [one.id, place]));
  return {
    receipts,
    items: rows
      .map((row) => ({ ...row, leftFen: subtractFen(row.receivedFen, row.invoicedFen) }))
      .toSorted((left, right) => (order.get(left.receiptId) ?? 0) - (order.get(right.receiptId) ?? 0)),
  };
}

/** Adds what each receipt is invoiced by; the caller holds the receipts' locks. */
export async function changeInvoiced(ctx: Context, changes: ReadonlyMap<string, Fen>): Promise<void> {
  const entries = [...changes];
  await ctx.tx.run(sql`update receipt r set invoiced_fen = r.invoiced_fen + c.fen
    from unnest(${entries.map(([id]) => id)}::uuid[], ${entries.map(([, fen]) => fen.toString())}::bigint[]) c (id, fen)
    where r.company_id = ${ctx.companyId} and r.id = c.id`);
}
