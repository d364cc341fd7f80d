import { platformFail, type ReceiptDetail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, toChineseAmount } from '@anlin/money';
import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { billPeriodText } from '../charging/index.ts';
import { billSentence } from './read-account.ts';
import { type ReceiptSqlRow, receiptColumns, receiptRowOf, receiptTables } from './receipt.queries.ts';

interface LineRow {
  receipt_id: string;
  bill_id: string;
  target_name: string;
  item_name: string;
  standard_name: string | null;
  period_from: string;
  period_to: string;
  calculation: Calculation;
  principal_fen: Fen;
  late_fee_fen: Fen;
}

/** What stands on the paper of a receipt. */
export type ReceiptSlip = Omit<ReceiptDetail, 'reversal' | 'history'>;

/** A receipt with its lines, tenders, reversal and history: for the drawer. 404 when out of sight. */
export async function readReceipt(ctx: Context, receiptId: string): Promise<ReceiptDetail> {
  const [slip] = await readReceiptSlips(ctx, [receiptId]);
  if (!slip) throw platformFail('resource.notFound', { label: '收据' });
  return { ...slip, reversal: await readReversal(ctx, receiptId), history: await readHistory(ctx, receiptId) };
}

/** Receipts as their papers show them, in the order of the ids; those out of sight are missing. */
export async function readReceiptSlips(ctx: Context, receiptIds: readonly string[]): Promise<ReceiptSlip[]> {
  const rows = await ctx.tx.rows<
    ReceiptSqlRow & { company_name: string; service_phone: string; cash_tendered_fen: Fen; change_fen: Fen }
  >(sql`select ${receiptColumns}, y.name as company_name, c.service_phone, r.cash_tendered_fen, r.change_fen
    from ${receiptTables} join company y on y.id = r.company_id
    where r.company_id = ${ctx.companyId} and r.id = any (${[...receiptIds]}::uuid[])`);
  const lines = Map.groupBy(await readLines(ctx, receiptIds), (line) => line.receipt_id);
  const tenders = Map.groupBy(await readTenders(ctx, receiptIds), (tender) => tender.receipt_id);
  const slips = new Map(rows.map((row) => [row.id, slipOf(row, lines.get(row.id) ?? [], tenders.get(row.id) ?? [])]));
  return receiptIds.flatMap((id) => slips.get(id) ?? []);
}

function slipOf(
  row: ReceiptSqlRow & { company_name: string; service_phone: string; cash_tendered_fen: Fen; change_fen: Fen },
  lines: readonly LineRow[],
  tenders: readonly TenderRow[],
): ReceiptSlip {
  return {
    ...receiptRowOf(row),
    companyName: row.company_name,
    servicePhone: row.service_phone,
    totalInWords: toChineseAmount(row.total_fen),
    lateFeeTotal: formatYuan(sumFen(lines.map((line) => line.late_fee_fen))),
    cashTendered: formatYuan(row.cash_tendered_fen),
    change: formatYuan(row.change_fen),
    lines: lines.map(viewLine),
    tenders: tenders.map(({ name, amount_fen, reference }) => ({ name, amount: formatYuan(amount_fen), reference })),
  };
}

function readLines(ctx: Context, receiptIds: readonly string[]): Promise<LineRow[]> {
  return ctx.tx.rows<LineRow>(sql`
    select a.receipt_id, a.bill_id, coalesce(h.full_name, '车位 ' || p.number, '') as target_name, i.name as item_name, s.name as standard_name,
      b.period_from, b.period_to, b.calculation, a.principal_fen, a.late_fee_fen
    from allocation a join bill b on b.company_id = a.company_id and b.id = a.bill_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    left join house h on h.company_id = b.company_id and h.id = b.target_id and b.target_kind = 'house'
    left join parking_space p on p.company_id = b.company_id and p.id = b.target_id and b.target_kind = 'parkingSpace'
    where a.company_id = ${ctx.companyId} and a.receipt_id = any (${[...receiptIds]}::uuid[]) and a.kind = 'receipt'
    order by target_name, b.period_from, i.sort_order, i.name, b.id`);
}

function viewLine(line: LineRow): ReceiptDetail['lines'][number] {
  return {
    billId: line.bill_id,
    targetName: line.target_name,
    chargeItemName: line.item_name,
    chargeStandardName: line.standard_name ?? '',
    periodText: billPeriodText({ periodFrom: line.period_from, periodTo: line.period_to }),
    sentence: billSentence(line.calculation),
    principal: formatYuan(line.principal_fen),
    lateFee: formatYuan(line.late_fee_fen),
    sum: formatYuan(addFen(line.principal_fen, line.late_fee_fen)),
  };
}

interface TenderRow {
  receipt_id: string;
  name: string;
  amount_fen: Fen;
  reference: string;
}

function readTenders(ctx: Context, receiptIds: readonly string[]): Promise<TenderRow[]> {
  return ctx.tx.rows<TenderRow>(sql`
    select t.receipt_id, m.name, t.amount_fen, t.reference from receipt_tender t
    join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where t.company_id = ${ctx.companyId} and t.receipt_id = any (${[...receiptIds]}::uuid[]) order by m.sort_order, t.id`);
}

async function readReversal(ctx: Context, receiptId: string): Promise<ReceiptDetail['reversal']> {
  const row = await ctx.tx.first<{ reason: string; reversed_on: string; reversed_at: string; name: string }>(sql`
    select v.reason, v.reversed_on, v.reversed_at, s.name from receipt_reversal v
    join staff s on s.company_id = v.company_id and s.id = v.staff_id
    where v.company_id = ${ctx.companyId} and v.receipt_id = ${receiptId}`);
  return row
    ? { reason: row.reason, reversedOn: row.reversed_on, reversedAt: row.reversed_at, staffName: row.name }
    : null;
}

async function readHistory(ctx: Context, receiptId: string): Promise<ReceiptDetail['history']> {
  const rows = await ctx.tx.rows<{ at: string; action: string; actor_name: string }>(sql`
    select at, action, actor_name from audit_entry
    where company_id = ${ctx.companyId} and target_id = ${receiptId} order by id limit 100`);
  return rows.map(({ at, action, actor_name }) => ({ at, action, actorName: actor_name }));
}
