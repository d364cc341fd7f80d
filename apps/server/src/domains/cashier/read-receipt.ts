import { platformFail, type ReceiptDetail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, toChineseAmount, zeroFen } from '@anlin/money';
import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { raw, type Sql, sql } from '../../platform/database/sql.ts';
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
  receivable_fen: Fen;
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
  const others = Map.groupBy(await readOtherLines(ctx, receiptIds), (line) => line.receipt_id);
  const reductions = Map.groupBy(await readReductions(ctx, receiptIds), (one) => one.receipt_id);
  const tenders = Map.groupBy(await readTenders(ctx, receiptIds), (tender) => tender.receipt_id);
  const slips = new Map(
    rows.map((row) => [
      row.id,
      slipOf(row, {
        lines: lines.get(row.id) ?? [],
        others: others.get(row.id) ?? [],
        reductions: reductions.get(row.id) ?? [],
        tenders: tenders.get(row.id) ?? [],
      }),
    ]),
  );
  return receiptIds.flatMap((id) => slips.get(id) ?? []);
}

function slipOf(
  row: ReceiptSqlRow & { company_name: string; service_phone: string; cash_tendered_fen: Fen; change_fen: Fen },
  { lines, others, reductions, tenders }: SlipParts,
): ReceiptSlip {
  return {
    ...receiptRowOf(row),
    companyName: row.company_name,
    servicePhone: row.service_phone,
    totalInWords: toChineseAmount(row.total_fen),
    lateFeeTotal: formatYuan(sumFen(lines.map((line) => line.late_fee_fen))),
    cashTendered: formatYuan(row.cash_tendered_fen),
    change: formatYuan(row.change_fen),
    lines: [...lines, ...freeLines(lines, reductions)].map((line) => viewLine(line, reductions)),
    otherLines: others.map((line) => ({
      kind: line.kind,
      name: line.kind === 'topUp' ? `${line.name ?? '通用'}预存` : (line.name ?? ''),
      description: line.description,
      amount: formatYuan(line.amount_fen),
    })),
    reducedTotal: formatYuan(sumFen(reductions.map((one) => one.amount_fen))),
    tenders: tenders.map(({ name, amount_fen, reference }) => ({ name, amount: formatYuan(amount_fen), reference })),
  };
}

interface SlipParts {
  lines: readonly LineRow[];
  others: readonly OtherRow[];
  reductions: readonly ReductionRow[];
  tenders: readonly TenderRow[];
}

/** Bills that a discount of this receipt settled without any money. */
function freeLines(lines: readonly LineRow[], reductions: readonly ReductionRow[]): LineRow[] {
  const paid = new Set(lines.map((line) => line.bill_id));
  return [...new Map(reductions.filter((one) => !paid.has(one.bill_id)).map((one) => [one.bill_id, one])).values()].map(
    (one) => ({ ...one, principal_fen: zeroFen, late_fee_fen: zeroFen }),
  );
}

interface OtherRow {
  receipt_id: string;
  kind: 'topUp' | 'deposit' | 'income';
  name: string | null;
  description: string;
  amount_fen: Fen;
}

function readOtherLines(ctx: Context, receiptIds: readonly string[]): Promise<OtherRow[]> {
  return ctx.tx.rows<OtherRow>(sql`
    select m.receipt_id, 'topUp' as kind, i.name, m.note as description, m.amount_fen
      from prepaid_movement m join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
      left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
      where m.company_id = ${ctx.companyId} and m.receipt_id = any (${[...receiptIds]}::uuid[]) and m.kind = 'topUp'
    union all
    select d.receipt_id, 'deposit', i.name, concat_ws('，', nullif(d.holder_name, ''), nullif(d.note, '')), d.taken_fen
      from deposit d join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
      where d.company_id = ${ctx.companyId} and d.receipt_id = any (${[...receiptIds]}::uuid[])
    union all
    select o.receipt_id, 'income', i.name, o.description, o.amount_fen
      from other_income o join charge_item i on i.company_id = o.company_id and i.id = o.charge_item_id
      where o.company_id = ${ctx.companyId} and o.receipt_id = any (${[...receiptIds]}::uuid[])
        and o.receipt_reversal_id is null and o.receipt_restoration_id is null and o.refund_id is null
    order by 2 desc, 3`);
}

interface ReductionRow extends Omit<LineRow, 'principal_fen' | 'late_fee_fen'> {
  kind: 'discount' | 'waiver' | 'lateFeeWaiver';
  offer_name: string | null;
  amount_fen: Fen;
}

function readReductions(ctx: Context, receiptIds: readonly string[]): Promise<ReductionRow[]> {
  return ctx.tx.rows<ReductionRow>(sql`
    select d.receipt_id, d.bill_id, d.kind, o.name as offer_name, d.amount_fen, ${billOfLine}
    from bill_reduction d ${lineJoins(raw('d'))} left join offer o on o.company_id = d.company_id and o.id = d.offer_id
    where d.company_id = ${ctx.companyId} and d.receipt_id = any (${[...receiptIds]}::uuid[])
      and d.receipt_reversal_id is null and d.receipt_restoration_id is null and d.opposite_of is null
    order by target_name, b.period_from, i.sort_order, i.name, b.id, d.kind`);
}

const billOfLine = sql`coalesce(ct.label, '') as target_name, i.name as item_name, s.name as standard_name,
      b.period_from, b.period_to, b.calculation, b.receivable_fen`;
const lineJoins = (alias: Sql) => sql`join bill b on b.company_id = ${alias}.company_id and b.id = ${alias}.bill_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    left join charge_target ct on ct.company_id = b.company_id and ct.kind = b.target_kind and ct.id = b.target_id`;

function readLines(ctx: Context, receiptIds: readonly string[]): Promise<LineRow[]> {
  return ctx.tx.rows<LineRow>(sql`
    select a.receipt_id, a.bill_id, ${billOfLine}, a.principal_fen, a.late_fee_fen from allocation a ${lineJoins(raw('a'))}
    where a.company_id = ${ctx.companyId} and a.receipt_id = any (${[...receiptIds]}::uuid[]) and a.kind = 'receipt'
    order by target_name, b.period_from, i.sort_order, i.name, b.id`);
}

function viewLine(line: LineRow, reductions: readonly ReductionRow[]): ReceiptDetail['lines'][number] {
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
    reduction: reductionText(line, reductions),
  };
}

/** What was given up on a line, and that only a part of the bill was paid. */
function reductionText(line: LineRow, reductions: readonly ReductionRow[]): string {
  const own = reductions.filter((one) => one.bill_id === line.bill_id);
  const settledFen = sumFen([
    line.principal_fen,
    ...own.filter((one) => one.kind !== 'lateFeeWaiver').map((one) => one.amount_fen),
  ]);
  return [
    ...own.map(
      ({ kind, offer_name, amount_fen }) => `${offer_name ?? reductionWords[kind]} ${formatYuan(amount_fen)} 元`,
    ),
    ...(settledFen < line.receivable_fen ? [`部分收款，应收 ${formatYuan(line.receivable_fen)} 元`] : []),
  ].join('，');
}

const reductionWords = { discount: '优惠', waiver: '减免', lateFeeWaiver: '减免违约金' } as const;

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
