import type { TargetKind } from '@anlin/contract';
import {
  type EndpointReply,
  type EndpointRequest,
  type listRefunds as listEndpoint,
  platformFail,
  type RefundDetail,
  type RefundRow,
  type getRefundable as refundableEndpoint,
  undoFail,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, negateFen, toChineseAmount, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { billName, lockBills, targetLabels } from '../charging/index.ts';
import { targetJoins, targetLabel } from '../estate/index.ts';
import { lockReceipt } from './lock-receipt.ts';
import { readRefundLeft } from './refund-left.ts';

interface RefundSqlRow {
  id: string;
  number: string;
  community_id: string;
  community_name: string;
  receipt_id: string | null;
  receipt_number: string | null;
  target_kind: TargetKind | null;
  target_id: string | null;
  target_name: string;
  payee_name: string;
  total_fen: Fen;
  methods: string | null;
  reason: string;
  refunded_on: string;
  refunded_at: string;
  staff_name: string;
  state: RefundRow['state'];
  print_count: number;
}

const refundColumns: Sql =
  raw(`f.id, f.number, f.community_id, c.name as community_name, f.receipt_id, r.number as receipt_number, f.target_kind, f.target_id,
  ${targetLabel.sql} as target_name, f.payee_name, f.total_fen,
  (select string_agg(distinct m.name, '、') from refund_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where t.company_id = f.company_id and t.refund_id = f.id) as methods,
  f.reason, f.refunded_on, f.refunded_at, coalesce(s.name, '系统') as staff_name, f.state, f.print_count`);

const refundTables: Sql = sql`${raw(`refund f
  join community c on c.company_id = f.company_id and c.id = f.community_id
  left join staff s on s.company_id = f.company_id and s.id = f.staff_id
  left join receipt r on r.company_id = f.company_id and r.id = f.receipt_id`)}
  ${targetJoins('f')}`;

function rowOf(row: RefundSqlRow): RefundRow {
  return {
    id: row.id,
    number: row.number,
    communityId: row.community_id,
    communityName: row.community_name,
    receiptId: row.receipt_id,
    receiptNumber: row.receipt_number ?? '',
    targetKind: row.target_kind,
    targetId: row.target_id,
    targetName: row.target_name,
    payeeName: row.payee_name,
    total: formatYuan(row.total_fen),
    methods: row.methods ?? '',
    reason: row.reason,
    refundedOn: row.refunded_on,
    refundedAt: row.refunded_at,
    staffName: row.staff_name,
    state: row.state,
    printCount: row.print_count,
  };
}

type ListQuery = EndpointRequest<typeof listEndpoint>['query'];

/** Refunds that match, newest first, with the sum of all that match. */
export async function listRefunds(ctx: Context, query: ListQuery): Promise<EndpointReply<typeof listEndpoint>> {
  const where = whereOf(ctx, query);
  const rows = await ctx.tx.ad<RefundSqlRow>(sql`select ${refundColumns} from ${refundTables} where ${where}
    order by f.refunded_on desc, f.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  const [totals] = await ctx.tx.ad<{ count: number; sum: Fen }>(
    sql`select count(*)::int as count, coalesce(sum(f.total_fen), 0)::bigint as sum from ${refundTables} where ${where}`,
  );
  return { rows: rows.map(rowOf), total: totals!.count, sum: formatYuan(totals!.sum) };
}

/** Ids of the refunds a list's filter shows, by number; at most `most` of them. */
export async function selectRefunds(
  ctx: Context,
  filter: Omit<ListQuery, 'page' | 'pageSize'>,
  most: number,
): Promise<string[]> {
  const rows = await ctx.tx.ad<{ id: string }>(
    sql`select f.id from ${refundTables} where ${whereOf(ctx, filter)} order by f.refunded_on, f.number, f.id limit ${most}`,
  );
  return rows.map((row) => row.id);
}

function whereOf(ctx: Context, query: Omit<ListQuery, 'page' | 'pageSize'>): Sql {
  const conditions: Sql[] = [sql`f.company_id = ${ctx.companyId}`];
  if (query.q) {
    const like = `%${likeText(query.q)}%`;
    conditions.push(
      sql`(f.number ilike ${like} or r.number ilike ${like} or f.payee_name ilike ${like} or ${targetLabel} ilike ${like})`,
    );
  }
  if (query.communityId) conditions.push(sql`f.community_id = ${query.communityId}`);
  if (query.refundedFrom) conditions.push(sql`f.refunded_on >= ${query.refundedFrom}::date`);
  if (query.refundedTo) conditions.push(sql`f.refunded_on <= ${query.refundedTo}::date`);
  return join(conditions, ' and ');
}

/** One refund as the drawer shows it. 404 when out of sight. */
export async function readRefund(ctx: Context, id: string): Promise<RefundDetail> {
  const [refund] = await readRefundSlips(ctx, [id]);
  if (!refund) throw platformFail('resource.notFound', { label: '退款' });
  return refund;
}

/** Refunds as their papers show them, in the order of the ids; those out of sight are missing. */
export async function readRefundSlips(ctx: Context, ids: readonly string[]): Promise<RefundDetail[]> {
  const rows = await ctx.tx.rows<RefundSqlRow & { company_name: string; service_phone: string }>(sql`
    select ${refundColumns}, y.name as company_name, c.service_phone from ${refundTables} join company y on y.id = f.company_id
    where f.company_id = ${ctx.companyId} and f.id = any (${[...ids]}::uuid[])`);
  const lines = Map.groupBy(await readLines(ctx, ids), (line) => line.refund_id);
  const tenders = Map.groupBy(
    await ctx.tx.rows<{ refund_id: string; name: string; amount_fen: Fen; reference: string }>(sql`
      select t.refund_id, m.name, t.amount_fen, t.reference from refund_tender t
      join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
      where t.company_id = ${ctx.companyId} and t.refund_id = any (${[...ids]}::uuid[]) order by m.sort_order, t.id`),
    (tender) => tender.refund_id,
  );
  const details = new Map(
    rows.map((row) => [
      row.id,
      {
        ...rowOf(row),
        companyName: row.company_name,
        servicePhone: row.service_phone,
        totalInWords: toChineseAmount(row.total_fen),
        lines: (lines.get(row.id) ?? []).map(lineOf),
        tenders: (tenders.get(row.id) ?? []).map(({ name, amount_fen, reference }) => ({
          name,
          amount: formatYuan(amount_fen),
          reference,
        })),
      },
    ]),
  );
  return ids.flatMap((id) => details.get(id) ?? []);
}

interface LineRow {
  refund_id: string;
  kind: RefundDetail['lines'][number]['kind'];
  label: string;
  target_name: string;
  principal: Fen;
  late_fee: Fen;
}

function lineOf(row: LineRow): RefundDetail['lines'][number] {
  return {
    kind: row.kind,
    label: row.label,
    targetName: row.target_name,
    principal: formatYuan(negateFen(row.principal)),
    lateFee: formatYuan(negateFen(row.late_fee)),
    sum: formatYuan(negateFen(addFen(row.principal, row.late_fee))),
  };
}

function readLines(ctx: Context, ids: readonly string[]): Promise<LineRow[]> {
  const wanted = [...ids];
  return ctx.tx.rows<LineRow>(sql`
    select a.refund_id, 'bill' as kind, i.name || ' ' || to_char(b.period_from, 'YYYY-MM-DD') || ' 至 ' || to_char(b.period_to - 1, 'YYYY-MM-DD') as label,
      coalesce(ct.label, '') as target_name, a.principal_fen as principal, a.late_fee_fen as late_fee
    from allocation a join bill b on b.company_id = a.company_id and b.id = a.bill_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    left join charge_target ct on ct.company_id = b.company_id and ct.kind = b.target_kind and ct.id = b.target_id
    where a.company_id = ${ctx.companyId} and a.refund_id = any (${wanted}::uuid[])
    union all
    select m.refund_id, 'prepaid', coalesce(i.name || '预存款', '预存款'), '', m.amount_fen, 0
    from prepaid_movement m join prepaid_account x on x.company_id = m.company_id and x.id = m.prepaid_account_id
    left join charge_item i on i.company_id = x.company_id and i.id = x.charge_item_id
    where m.company_id = ${ctx.companyId} and m.refund_id = any (${wanted}::uuid[]) and m.kind = 'refund'
    union all
    select m.refund_id, 'deposit', i.name, d.holder_name, m.amount_fen, 0
    from deposit_movement m join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
    join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    where m.company_id = ${ctx.companyId} and m.refund_id = any (${wanted}::uuid[]) and m.kind = 'return'
    union all
    select o.refund_id, 'income', i.name || case when o.description = '' then '' else '（' || o.description || '）' end, '', o.amount_fen, 0
    from other_income o join charge_item i on i.company_id = o.company_id and i.id = o.charge_item_id
    where o.company_id = ${ctx.companyId} and o.refund_id = any (${wanted}::uuid[])
    order by 2, 3`);
}

/** What can still be given back of a receipt, for the dialog. Errors: resource.notFound, receipt.notValid. */
export async function readRefundable(
  ctx: Context,
  receiptId: string,
): Promise<EndpointReply<typeof refundableEndpoint>> {
  const receipt = await lockReceipt(ctx, receiptId);
  if (receipt.isReversed) throw undoFail('receipt.notValid', { number: receipt.number, action: '退款' });
  const left = await readRefundLeft(ctx, receiptId);
  const owed = [...left.bills].filter(([, rest]) => rest.principalFen > zeroFen || rest.lateFeeFen > zeroFen);
  const bills = await lockBills(
    ctx,
    owed.map(([billId]) => billId),
  );
  const labels = await targetLabels(ctx, [...new Set(bills.map((bill) => bill.targetId))]);
  const tenders = await ctx.tx.rows<{
    payment_method_id: string;
    name: string;
    source: 'money' | 'prepaid' | 'deposit';
    amount_fen: Fen;
    is_online: boolean;
  }>(sql`select t.payment_method_id, m.name, m.source, t.amount_fen, m.channel is not null as is_online from receipt_tender t
    join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where t.company_id = ${ctx.companyId} and t.receipt_id = ${receiptId} order by m.sort_order, t.id`);
  const prepaidMethod = await ctx.tx.first<{ id: string }>(
    sql`select id from payment_method where company_id = ${ctx.companyId} and source = 'prepaid' and is_enabled`,
  );
  return {
    number: receipt.number,
    payerName: receipt.payerName,
    receivedOn: receipt.receivedOn,
    today: receipt.today,
    bills: bills.map((bill) => {
      const rest = left.bills.get(bill.id)!;
      return {
        billId: bill.id,
        label: billName(bill),
        targetName: labels.get(bill.targetId) ?? '',
        principal: formatYuan(rest.principalFen),
        lateFee: formatYuan(rest.lateFeeFen),
        offset: formatYuan(rest.offsetFen),
      };
    }),
    incomes: [...left.incomes.values()]
      .filter((one) => one.amountFen > zeroFen)
      .map((one) => ({ otherIncomeId: one.id, label: one.label, amount: formatYuan(one.amountFen) })),
    money: formatYuan(left.moneyFen),
    accounts: await readAccounts(ctx, left.accountIds, receipt.targetId),
    tenders: tenders.map(({ payment_method_id, name, source, amount_fen, is_online }) => ({
      paymentMethodId: payment_method_id,
      name,
      source,
      amount: formatYuan(amount_fen),
      isOnline: is_online,
    })),
    prepaidMethodId: prepaidMethod?.id ?? null,
  };
}

/** Accounts the receipt drew on, then the others of its house or parking space. */
async function readAccounts(ctx: Context, drawn: readonly string[], targetId: string | null) {
  const rows = await ctx.tx.rows<{ id: string; label: string; balance_fen: Fen }>(sql`
    select p.id, coalesce(ct.label, '') || ' ' || coalesce(i.name || '预存款', '通用预存款') as label, p.balance_fen
    from prepaid_account p
    left join charge_target ct on ct.company_id = p.company_id and ct.kind = p.target_kind and ct.id = p.target_id
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    where p.company_id = ${ctx.companyId} and (p.id = any (${[...drawn]}::uuid[]) or p.target_id = ${targetId})
    order by coalesce(array_position(${[...drawn]}::uuid[], p.id), 999), i.sort_order nulls first, p.id`);
  return rows.map((row) => ({ id: row.id, label: row.label, balance: formatYuan(row.balance_fen) }));
}

/** Counts a print of each refund slip; from the second on it is a reprint. */
export async function countRefundPrints(
  ctx: Context,
  ids: readonly string[],
): Promise<{ id: string; printCount: number }[]> {
  const rows = await ctx.tx.rows<{ id: string; print_count: number }>(sql`
    update refund f set print_count = f.print_count + 1 where f.company_id = ${ctx.companyId} and f.id = any (${[...ids]}::uuid[])
    returning f.id, f.print_count`);
  return rows.map((row) => ({ id: row.id, printCount: row.print_count }));
}
