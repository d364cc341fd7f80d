import { type EndpointReply, type InvoiceBuyer, platformFail, type previewInvoice as preview } from '@anlin/contract';
import { type Fen, formatYuan, maxFen, minFen, subtractFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { findSeller } from './find-seller.ts';
import { type InvoicedItem, readInvoiceable } from './invoiceable.ts';

type Preview = EndpointReply<typeof preview>;

interface Chosen {
  receiptIds: readonly string[];
  billIds: readonly string[];
}

/**
 * What may be invoiced of the chosen receipts, or of those that paid the chosen bills: then only what they paid of them is
 * suggested. Errors: reference.notFound (422) for an id out of sight or when nothing was paid.
 */
export async function previewInvoice(ctx: Context, { receiptIds, billIds }: Chosen): Promise<Preview> {
  const paid = await readPaid(ctx, billIds);
  const ids = [...new Set([...receiptIds, ...paid.map((one) => one.receiptId)])];
  const { receipts, items } = await readInvoiceable(ctx, ids);
  const [first] = receipts;
  if (!first || receipts.length !== ids.length) throw platformFail('reference.notFound', { label: '收据' });
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${first.communityId}`,
  );
  const lefts = new Map(receipts.map((one) => [one.id, one.leftFen]));
  const lines = items.flatMap((item) => {
    const receipt = receipts.find((one) => one.id === item.receiptId);
    if (!receipt || item.receivedFen <= zeroFen) return [];
    return [
      { ...viewOf(item), ...placeOf(receipt), suggested: formatYuan(suggestedOf(item, lefts, receiptIds, paid)) },
    ];
  });
  const houseIds = receipts.flatMap((one) => (one.targetKind === 'house' && one.targetId ? [one.targetId] : []));
  const titles = await readTitles(ctx, first.communityId, houseIds);
  const ofHouses = titles.filter((one) => one.isOfHouse);
  return {
    communityId: first.communityId,
    communityName: community?.name ?? '',
    sellerName: (await findSeller(ctx, first.communityId))?.name ?? null,
    lines,
    titles: titles.map(({ isOfHouse: _, ...title }) => title),
    houseTitleId: ofHouses.length === 1 ? ofHouses[0]!.id : null,
    payerName: await readPayer(ctx, ids),
  };
}

const viewOf = ({ chargeItemId, itemName, taxRate, receivedFen, invoicedFen, leftFen }: InvoicedItem) => ({
  chargeItemId,
  itemName,
  taxRate: taxRate.replace(/\.?0+$/, '') || '0',
  received: formatYuan(receivedFen),
  invoiced: formatYuan(invoicedFen),
  left: formatYuan(leftFen),
});

const placeOf = (receipt: { id: string; number: string; receivedOn: string; targetName: string }) => ({
  receiptId: receipt.id,
  receiptNumber: receipt.number,
  receivedOn: receipt.receivedOn,
  targetName: receipt.targetName,
});

/** Given prepaid is not invoiced: what the receipt has left runs out before its lines do. */
function suggestedOf(
  item: InvoicedItem,
  lefts: Map<string, Fen>,
  receiptIds: readonly string[],
  paid: readonly Paid[],
): Fen {
  const ofBills = paid.find((one) => one.receiptId === item.receiptId && one.chargeItemId === item.chargeItemId)?.fen;
  const wanted = receiptIds.includes(item.receiptId) ? item.leftFen : minFen(ofBills ?? zeroFen, item.leftFen);
  const left = lefts.get(item.receiptId) ?? zeroFen;
  const suggested = maxFen(zeroFen, minFen(wanted, left));
  lefts.set(item.receiptId, subtractFen(left, suggested));
  return suggested;
}

interface Paid {
  receiptId: string;
  chargeItemId: string;
  fen: Fen;
}

/** What receipts paid of bills and kept. */
async function readPaid(ctx: Context, billIds: readonly string[]): Promise<Paid[]> {
  if (billIds.length === 0) return [];
  const ids = [...new Set(billIds)];
  const bills = await ctx.tx.rows(
    sql`select id from bill where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  if (bills.length !== ids.length) throw platformFail('reference.notFound', { label: '账单' });
  return ctx.tx.rows<Paid>(sql`
    select a.receipt_id as "receiptId", b.charge_item_id as "chargeItemId", sum(a.principal_fen + a.late_fee_fen)::bigint as fen
    from allocation a join bill b on b.company_id = a.company_id and b.id = a.bill_id
    where a.company_id = ${ctx.companyId} and a.bill_id = any (${ids}::uuid[])
    group by a.receipt_id, b.charge_item_id having sum(a.principal_fen + a.late_fee_fen) > 0`);
}

async function readPayer(ctx: Context, receiptIds: readonly string[]): Promise<string> {
  const payers = await ctx.tx.rows<{ name: string }>(sql`select distinct payer_name as name from receipt
    where company_id = ${ctx.companyId} and id = any (${[...receiptIds]}::uuid[]) limit 2`);
  return payers.length === 1 ? payers[0]!.name : '';
}

/** Titles kept for the houses, then those of the community that belong to no house. */
function readTitles(
  ctx: Context,
  communityId: string,
  houseIds: readonly string[],
): Promise<(InvoiceBuyer & { id: string; isOfHouse: boolean })[]> {
  return ctx.tx.rows<InvoiceBuyer & { id: string; isOfHouse: boolean }>(sql`
    select id, kind, name, tax_number as "taxNumber", address, phone, bank_name as "bankName", bank_account as "bankAccount", email,
      house_id is not null as "isOfHouse"
    from invoice_title where company_id = ${ctx.companyId} and community_id = ${communityId}
      and (house_id is null or house_id = any (${[...houseIds]}::uuid[]))
    order by house_id is null, updated_at desc, id limit 50`);
}
