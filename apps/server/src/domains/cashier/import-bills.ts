import { createHash } from 'node:crypto';
import type { DuplicatePolicy } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { nextImportedReceiptNumbers } from '../../platform/numbers/next-numbers.ts';
import { lockBills, writeVoids } from '../charging/index.ts';
import type { BillRefusal, ImportedBillRow, ResolvedBill } from './imported-bill.ts';
import { replacementProblem, resolveImportedBills } from './resolve-imported-bills.ts';

export interface BillImport {
  importId: string;
  communityId: string;
  fileName: string;
  policy: DuplicatePolicy;
}

export interface ImportedBillCounts {
  added: number;
  updated: number;
  skipped: number;
  refusals: BillRefusal[];
}

/**
 * Writes a chunk of another system's bills (CHG-9), those that were paid with a receipt of kind `import` dated as then. Of
 * bills that are there, `skip` leaves them; the other policies void an untouched imported one whose amount differs and
 * write it anew. The second time nothing is written. Imports of one community wait for each other.
 */
export async function importBills(
  ctx: Context,
  target: BillImport,
  rows: readonly ImportedBillRow[],
): Promise<ImportedBillCounts> {
  await ctx.tx.rows(sql`select 1 from community_book
    where company_id = ${ctx.companyId} and community_id = ${target.communityId} for no key update`);
  const { bills, refusals, closedUntil } = await resolveImportedBills(ctx, target.communityId, rows);
  const sorted = sortOut(bills, target.policy);
  const replaced = sorted.write.flatMap(({ existing }) => (existing ? [existing.id] : []));
  if (replaced.length > 0) await voidReplaced(ctx, replaced);
  await writeBills(ctx, target, sorted.write, closedUntil);
  return {
    added: sorted.write.length - replaced.length,
    updated: replaced.length,
    skipped: sorted.skipped,
    refusals: [...refusals, ...sorted.refusals],
  };
}

/** What becomes of each row under the policy. */
function sortOut(bills: readonly ResolvedBill[], policy: DuplicatePolicy) {
  const write: ResolvedBill[] = [];
  const refusals: BillRefusal[] = [];
  const seen = new Set<string>();
  let skipped = 0;
  for (const bill of bills) {
    const { row, existing } = bill;
    const key = `${bill.targetId} ${bill.chargeItemId} ${row.periodFrom} ${row.periodTo} ${row.repeat}`;
    const isSecond = seen.has(key);
    seen.add(key);
    const isSame = existing?.receivableFen === BigInt(row.amountFen);
    if (isSecond || (existing && (policy === 'skip' || isSame))) skipped += 1;
    else if (!existing && policy === 'updateOnly')
      refusals.push({ row: bill.number, key: 'address', message: '还没有这张账单，所选方式只更新已有的账单' });
    else {
      const problem = replacementProblem(bill);
      if (problem === null) write.push(bill);
      else refusals.push({ row: bill.number, key: 'amount', message: problem });
    }
  }
  return { write, refusals, skipped };
}

// Paid between looking and locking: the chunk is refused whole and tried again row by row.
async function voidReplaced(ctx: Context, billIds: readonly string[]): Promise<void> {
  const locked = await lockBills(ctx, billIds);
  const isFree = locked.every((bill) => !bill.isVoided && bill.receivedFen === 0n && bill.lateFeeReceivedFen === 0n);
  if (!isFree) throw Object.assign(new Error('a bill was paid meanwhile'), { code: '23514' });
  await writeVoids(ctx, billIds, '导入的新账单替换了它');
}

type NumberedBill = ResolvedBill & { id: string };

async function writeBills(
  ctx: Context,
  target: BillImport,
  resolved: readonly ResolvedBill[],
  closedUntil: string | null,
): Promise<void> {
  if (resolved.length === 0) return;
  const bills = resolved.map((bill) => ({ ...bill, id: ctx.newId() }));
  await insertBills(ctx, target, bills, closedUntil);
  const receiptIds = await insertReceipts(
    ctx,
    target,
    bills.filter((bill) => bill.row.payment !== null),
  );
  await ctx.tx.run(sql`insert into imported_bill (company_id, bill_id, community_id, import_batch_id, row_number, receipt_id, replaced_bill_id)
    select ${ctx.companyId}, n.bill_id, ${target.communityId}, ${target.importId}, n.row_number, n.receipt_id, n.replaced_id
    from unnest(${bills.map((one) => one.id)}::uuid[], ${bills.map((one) => one.number)}::int[],
      ${bills.map((one) => receiptIds.get(one.id) ?? null)}::uuid[], ${bills.map((one) => one.existing?.id ?? null)}::uuid[])
      as n (bill_id, row_number, receipt_id, replaced_id)`);
}

async function insertBills(
  ctx: Context,
  target: BillImport,
  bills: readonly NumberedBill[],
  closedUntil: string | null,
): Promise<void> {
  const received = bills.map(({ row }) => row.payment?.amountFen ?? '0');
  await ctx.tx.run(sql`
    insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
      receivable_fen, received_fen, raised_how, raised_at, raised_by, calculation, note, booked_on)
    select ${ctx.companyId}, n.id, ${target.communityId}, n.item_id, n.target_kind, n.target_id, n.period_from, n.period_to, n.due_on,
      n.amount_fen, n.received_fen, 'import', ${nowText(ctx)}, ${ctx.actor.id}, n.calculation::json, n.note,
      case when n.period_from <= ${closedUntil}::date then ${closedUntil}::date + 1 end
    from unnest(${bills.map((one) => one.id)}::uuid[], ${bills.map((one) => one.chargeItemId)}::uuid[], ${bills.map((one) => one.targetKind)}::text[],
        ${bills.map((one) => one.targetId)}::uuid[], ${bills.map(({ row }) => row.periodFrom)}::date[], ${bills.map(({ row }) => row.periodTo)}::date[],
        ${bills.map((one) => one.dueOn)}::date[], ${bills.map(({ row }) => row.amountFen)}::bigint[], ${received}::bigint[],
        ${bills.map((one) => JSON.stringify(calculationOf(one, target.fileName)))}::text[], ${bills.map(({ row }) => row.note)}::text[])
      as n (id, item_id, target_kind, target_id, period_from, period_to, due_on, amount_fen, received_fen, calculation, note)`);
}

const fileNameShown = 60;

function calculationOf({ number, row }: ResolvedBill, fileName: string): Calculation {
  return {
    k: 'f',
    z: `导入自“${fileName.slice(0, fileNameShown)}”第 ${number} 行`,
    ...(row.exactYuan === null ? {} : { e: row.exactYuan }),
    a: formatYuan(fen(BigInt(row.amountFen))),
  };
}

/** Receipts of what had been paid, one a bill, each table in one statement. Returns receipts by bill. */
async function insertReceipts(
  ctx: Context,
  { communityId }: BillImport,
  paid: readonly NumberedBill[],
): Promise<ReadonlyMap<string, string>> {
  if (paid.length === 0) return new Map();
  const code = await ctx.tx.first<{ code: string }>(
    sql`select code from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  const numbers = await nextImportedReceiptNumbers(ctx, {
    communityId,
    frame: `DR-${code?.code ?? ''}-{seq:6}`,
    count: paid.length,
  });
  const lines = paid.map((bill, place) => ({
    bill,
    payment: bill.row.payment!,
    id: ctx.newId(),
    tenderId: ctx.newId(),
    number: numbers[place]!,
  }));
  const column = <T>(read: (line: (typeof lines)[number]) => T) => lines.map(read);
  const hashes = column(({ bill, payment }) =>
    createHash('sha256')
      .update(JSON.stringify([bill.id, payment]))
      .digest('hex'),
  );
  const ids = column((line) => line.id);
  const billIds = column((line) => line.bill.id);
  const tenderIds = column((line) => line.tenderId);
  const methodIds = column((line) => line.bill.paymentMethodId);
  const sums = column((line) => line.payment.amountFen);
  const days = column((line) => line.payment.paidOn);
  // One instant on the receipts and in the income detail: `verify` compares them.
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into receipt (company_id, id, community_id, number, total_fen, payer_name, target_kind, target_id, received_on, received_at,
      note, idempotency_key, request_hash, kind, is_whole)
    select ${ctx.companyId}, n.id, ${communityId}, n.number, n.sum, n.payer, n.target_kind, n.target_id, n.day, ${now},
      n.note, 'import:' || n.bill_id, decode(n.hash, 'hex'), 'import', true
    from unnest(${ids}::uuid[], ${numbers}::text[], ${sums}::bigint[], ${column((line) => line.payment.payerName)}::text[],
        ${column((line) => line.bill.targetKind)}::text[], ${column((line) => line.bill.targetId)}::uuid[], ${days}::date[],
        ${column((line) => (line.payment.originalNumber === '' ? '' : `原收据号 ${line.payment.originalNumber}`))}::text[],
        ${billIds}::text[], ${hashes}::text[])
      as n (id, number, sum, payer, target_kind, target_id, day, note, bill_id, hash)`);
  await ctx.tx.run(sql`
    insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen)
    select ${ctx.companyId}, n.id, ${communityId}, n.receipt_id, n.method_id, n.sum
    from unnest(${tenderIds}::uuid[], ${ids}::uuid[], ${methodIds}::uuid[], ${sums}::bigint[]) as n (id, receipt_id, method_id, sum)`);
  await ctx.tx.run(sql`
    insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen, day, charge_item_id, target_kind, target_id, bill_month)
    select ${ctx.companyId}, n.id, ${communityId}, n.receipt_id, n.bill_id, n.sum, n.day, n.item_id, n.target_kind, n.target_id,
      date_trunc('month', n.period_from)::date
    from unnest(${column(() => ctx.newId())}::uuid[], ${ids}::uuid[], ${billIds}::uuid[], ${sums}::bigint[], ${days}::date[],
        ${column((line) => line.bill.chargeItemId)}::uuid[], ${column((line) => line.bill.targetKind)}::text[],
        ${column((line) => line.bill.targetId)}::uuid[], ${column((line) => line.bill.row.periodFrom)}::date[])
      as n (id, receipt_id, bill_id, sum, day, item_id, target_kind, target_id, period_from)`);
  // What triggers would do receipt by receipt: a whole one is left to its writer.
  await ctx.tx.run(sql`insert into open_event (company_id, id, community_id, stream, kind)
    select ${ctx.companyId}, n.id, ${communityId}, 'money', 'receipt' from unnest(${ids}::uuid[]) n (id)`);
  await ctx.tx.run(sql`
    insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, source, target_kind, target_id, day, at,
      payment_method_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_kinds, part_fen)
    select ${ctx.companyId}, ${communityId}, n.id, n.id, n.tender_id, 'receipt', 'money', n.target_kind, n.target_id, n.day, ${now},
      n.method_id, n.sum, n.sum, 0, array[n.item_id], array[date_trunc('month', n.period_from)::date], array['principal'], array[n.sum]
    from unnest(${ids}::uuid[], ${tenderIds}::uuid[], ${column((line) => line.bill.targetKind)}::text[], ${column((line) => line.bill.targetId)}::uuid[],
        ${days}::date[], ${methodIds}::uuid[], ${sums}::bigint[], ${column((line) => line.bill.chargeItemId)}::uuid[],
        ${column((line) => line.bill.row.periodFrom)}::date[])
      as n (id, tender_id, target_kind, target_id, day, method_id, sum, item_id, period_from)`);
  return new Map(lines.map((line) => [line.bill.id, line.id]));
}
