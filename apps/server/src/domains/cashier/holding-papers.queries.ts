import { cashierFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Papers of deposits and prepaid beside the receipt itself (PLT-15). Sums in yuan. */

export interface DepositPaper {
  id: string;
  communityId: string;
  communityName: string;
  companyName: string;
  servicePhone: string;
  number: string;
  houseName: string;
  holderName: string;
  itemName: string;
  note: string;
  takenOn: string;
  takenFen: Fen;
  tenders: string;
  cashierName: string;
}

/** Deposits as they were taken, in the order of the ids; those out of sight are missing. */
export async function readDepositPapers(ctx: Context, ids: readonly string[]): Promise<DepositPaper[]> {
  const rows = await ctx.tx.rows<DepositPaper>(sql`
    select d.id, d.community_id as "communityId", c.name as "communityName", y.name as "companyName", c.service_phone as "servicePhone", r.number,
      coalesce(ct.label, '') as "houseName", coalesce(nullif(d.holder_name, ''), r.payer_name) as "holderName", i.name as "itemName",
      d.note, d.taken_on as "takenOn", d.taken_fen as "takenFen", coalesce((select string_agg(m.name, '，' order by m.sort_order, t.id)
        from receipt_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where t.company_id = r.company_id and t.receipt_id = r.id), '') as tenders, coalesce(s.name, '系统') as "cashierName"
    from deposit d join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
    join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    join community c on c.company_id = d.company_id and c.id = d.community_id join company y on y.id = d.company_id
    left join staff s on s.company_id = r.company_id and s.id = r.cashier_staff_id
    left join charge_target ct on ct.company_id = d.company_id and ct.kind = d.target_kind and ct.id = d.target_id
    where d.company_id = ${ctx.companyId} and d.id = any (${[...ids]}::uuid[])`);
  return inOrder(ids, rows);
}

/** The deposits meant by ids of deposits, or of the receipts they were taken with. */
export async function depositsOf(ctx: Context, ids: readonly string[]): Promise<string[]> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`select id from deposit where company_id = ${ctx.companyId}
    and (id = any (${[...ids]}::uuid[]) or receipt_id = any (${[...ids]}::uuid[])) order by taken_on, id`);
  return rows.map((row) => row.id);
}

/** Deposits that stand, newest first: of one community or all, by part of the receipt number, the holder's or the house's name. */
export function findDepositPapers(
  ctx: Context,
  { communityId, q, most }: { communityId: string | undefined; q: string; most: number },
): Promise<{ id: string; label: string }[]> {
  return ctx.tx.rows<{ id: string; label: string }>(sql`
    select l.id, concat_ws(' ', l.receipt_number, nullif(l.target_label, ''), nullif(l.holder_name, '')) as label from deposit_list l
    where l.company_id = ${ctx.companyId} and l.state <> 'reversed' and (${communityId ?? null}::uuid is null or l.community_id = ${communityId ?? null})
      and strpos(concat_ws(' ', l.receipt_number, l.target_label, l.holder_name), ${q}) > 0
    order by l.taken_on desc, l.id desc limit ${most}`);
}

export interface DepositReturn {
  refundId: string;
  itemName: string;
  receiptNumber: string;
  takenOn: string;
  taken: string;
  returned: string;
  /** What was still held right after it. */
  left: string;
}

/** What refunds gave back of deposits; refunds of something else alone have none. */
export async function readDepositReturns(ctx: Context, refundIds: readonly string[]): Promise<DepositReturn[]> {
  const rows = await ctx.tx.rows<{
    refund_id: string;
    item_name: string;
    receipt_number: string;
    taken_on: string;
    taken_fen: Fen;
    returned_fen: Fen;
    left_fen: Fen;
  }>(sql`
    select m.refund_id, i.name as item_name, r.number as receipt_number, d.taken_on, d.taken_fen, -m.amount_fen as returned_fen,
      (select sum(o.amount_fen)::bigint from deposit_movement o where o.company_id = m.company_id and o.deposit_id = m.deposit_id and o.id <= m.id) as left_fen
    from deposit_movement m join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
    join receipt r on r.company_id = d.company_id and r.id = d.receipt_id join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    where m.company_id = ${ctx.companyId} and m.refund_id = any (${[...refundIds]}::uuid[]) and m.kind = 'return' order by d.taken_on, m.id`);
  return rows.map((row) => ({
    refundId: row.refund_id,
    itemName: row.item_name,
    receiptNumber: row.receipt_number,
    takenOn: row.taken_on,
    taken: formatYuan(row.taken_fen),
    returned: formatYuan(row.returned_fen),
    left: formatYuan(row.left_fen),
  }));
}

export interface PrepaidTopUp {
  receiptId: string;
  accountName: string;
  houseName: string;
  paidFen: Fen;
  givenFen: Fen;
  /** Of the account, after both. */
  balanceFen: Fen;
}

/** What receipts put into prepaid accounts; receipts of something else alone have none. */
export function readPrepaidTopUps(ctx: Context, receiptIds: readonly string[]): Promise<PrepaidTopUp[]> {
  return ctx.tx.rows<PrepaidTopUp>(sql`
    select m.receipt_id as "receiptId", coalesce(i.name, '通用') || '预存' as "accountName", coalesce(ct.label, '') as "houseName",
      coalesce(sum(m.amount_fen) filter (where m.kind = 'topUp'), 0)::bigint as "paidFen",
      coalesce(sum(m.amount_fen) filter (where m.kind = 'bonus'), 0)::bigint as "givenFen",
      (array_agg(m.balance_fen order by m.sequence desc))[1] as "balanceFen"
    from prepaid_movement m join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    left join charge_target ct on ct.company_id = p.company_id and ct.kind = p.target_kind and ct.id = p.target_id
    where m.company_id = ${ctx.companyId} and m.receipt_id = any (${[...receiptIds]}::uuid[]) and m.kind in ('topUp', 'bonus')
    group by m.receipt_id, p.id, i.id, i.name, i.sort_order, ct.label order by i.sort_order nulls first, i.name, p.id`);
}

/** Counts a print of each deposit's receipt; deposits that were taken back with their receipt are left out. */
export function countDepositPrints(ctx: Context, ids: readonly string[]): Promise<PaperCount[]> {
  return ctx.tx.rows<PaperCount>(sql`
    with wanted as (select id from deposit where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[]) and not is_reversed
      order by id for no key update)
    update deposit d set print_count = d.print_count + 1 from wanted w where d.company_id = ${ctx.companyId} and d.id = w.id
    returning d.id, d.print_count as "printCount"`);
}

/** Says why the receipt of a deposit was not printed: out of sight (404), or taken back with its receipt (409). */
export async function refuseDepositPrint(ctx: Context, id: string): Promise<never> {
  const row = await ctx.tx.first<{ number: string }>(sql`select r.number from deposit d
    join receipt r on r.company_id = d.company_id and r.id = d.receipt_id where d.company_id = ${ctx.companyId} and d.id = ${id}`);
  if (!row) throw platformFail('resource.notFound', { label: '押金' });
  throw cashierFail('receipt.reversedPrint', { number: row.number });
}

/** The same of a receipt's prepaid part; reversed receipts and those without one are left out. */
export function countPrepaidPrints(ctx: Context, receiptIds: readonly string[]): Promise<PaperCount[]> {
  return ctx.tx.rows<PaperCount>(sql`
    with wanted as (select r.id from receipt r where r.company_id = ${ctx.companyId} and r.id = any (${[...receiptIds]}::uuid[]) and r.reversed_at is null
        and exists (select from prepaid_movement m where m.company_id = r.company_id and m.receipt_id = r.id and m.kind = 'topUp')
      order by r.id for no key update)
    update receipt r set prepaid_print_count = r.prepaid_print_count + 1 from wanted w where r.company_id = ${ctx.companyId} and r.id = w.id
    returning r.id, r.prepaid_print_count as "printCount"`);
}

export interface PaperCount {
  id: string;
  /** With this one. */
  printCount: number;
}

function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id.toLowerCase()) ?? []);
}
