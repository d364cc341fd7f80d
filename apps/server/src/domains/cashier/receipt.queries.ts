import type {
  EndpointReply,
  EndpointRequest,
  listReceipts as listEndpoint,
  ReceiptRow,
  TargetKind,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { targetJoins, targetLabel } from '../estate/index.ts';

export interface ReceiptSqlRow {
  id: string;
  number: string;
  community_id: string;
  community_name: string;
  target_kind: TargetKind | null;
  target_id: string | null;
  target_name: string;
  payer_name: string;
  total_fen: Fen;
  methods: string | null;
  received_on: string;
  received_at: string;
  cashier_name: string;
  is_reversed: boolean;
  invoiced_fen: Fen;
  print_count: number;
  note: string;
}

export const receiptColumns: Sql =
  raw(`r.id, r.number, r.community_id, c.name as community_name, r.target_kind, r.target_id,
  ${targetLabel.sql} as target_name, r.payer_name, r.total_fen,
  (select string_agg(distinct m.name, '、') from receipt_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where t.company_id = r.company_id and t.receipt_id = r.id) as methods,
  r.received_on, r.received_at, coalesce(s.name, '系统') as cashier_name, r.reversed_at is not null as is_reversed, r.invoiced_fen, r.print_count, r.note`);

export const receiptTables: Sql = sql`${raw(`receipt r
  join community c on c.company_id = r.company_id and c.id = r.community_id
  left join staff s on s.company_id = r.company_id and s.id = r.cashier_staff_id`)}
  ${targetJoins('r')}`;

export function receiptRowOf(row: ReceiptSqlRow): ReceiptRow {
  return {
    id: row.id,
    number: row.number,
    communityId: row.community_id,
    communityName: row.community_name,
    targetKind: row.target_kind,
    targetId: row.target_id,
    targetName: row.target_name,
    payerName: row.payer_name,
    total: formatYuan(row.total_fen),
    methods: row.methods ?? '',
    receivedOn: row.received_on,
    receivedAt: row.received_at,
    cashierName: row.cashier_name,
    state: row.is_reversed ? 'reversed' : 'valid',
    invoiced: formatYuan(row.invoiced_fen),
    printCount: row.print_count,
    note: row.note,
  };
}

type ListQuery = EndpointRequest<typeof listEndpoint>['query'];
type ListReply = EndpointReply<typeof listEndpoint>;

/** Receipts that match, newest first, with the totals of all that match. */
export async function listReceipts(ctx: Context, query: ListQuery): Promise<ListReply> {
  const where = whereOf(ctx, query);
  const rows = await ctx.tx.ad<ReceiptSqlRow>(sql`select ${receiptColumns} from ${receiptTables} where ${where}
    order by r.received_on desc, r.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  const totals = await readTotals(ctx, where);
  const cashiers = await ctx.tx.rows<{ id: string; name: string }>(sql`select s.id, s.name from staff s
    where s.company_id = ${ctx.companyId}
      and exists (select from receipt r where r.company_id = s.company_id and r.cashier_staff_id = s.id) order by s.name`);
  return { rows: rows.map(receiptRowOf), total: totals.validCount + totals.reversedCount, totals, cashiers };
}

/** Ids of the receipts a list's filter shows that may be printed, by number; at most `most` of them. */
export async function selectPrintableReceipts(
  ctx: Context,
  filter: Omit<ListQuery, 'page' | 'pageSize'>,
  most: number,
): Promise<string[]> {
  const where = whereOf(ctx, filter);
  const rows = await ctx.tx.ad<{ id: string }>(sql`select r.id from ${receiptTables}
    where ${where} and r.reversed_at is null order by r.received_on, r.number, r.id limit ${most}`);
  return rows.map((row) => row.id);
}

function whereOf(ctx: Context, query: Omit<ListQuery, 'page' | 'pageSize'>): Sql {
  const conditions: Sql[] = [sql`r.company_id = ${ctx.companyId}`];
  const { q } = query;
  if (q) {
    const pattern = `%${likeText(q)}%`;
    conditions.push(
      sql`(r.number ilike ${pattern} or r.payer_name ilike ${pattern} or ${targetLabel} ilike ${pattern})`,
    );
  }
  if (query.communityId) conditions.push(sql`r.community_id = ${query.communityId}`);
  if (query.receivedFrom) conditions.push(sql`r.received_on >= ${query.receivedFrom}::date`);
  if (query.receivedTo) conditions.push(sql`r.received_on <= ${query.receivedTo}::date`);
  if (query.cashierStaffId) conditions.push(sql`r.cashier_staff_id = ${query.cashierStaffId}`);
  if (query.targetId) conditions.push(sql`r.target_id = ${query.targetId}`);
  if (query.state)
    conditions.push(query.state === 'valid' ? sql`r.reversed_at is null` : sql`r.reversed_at is not null`);
  if (query.paymentMethodId)
    conditions.push(sql`exists (select from receipt_tender t where t.company_id = r.company_id and t.receipt_id = r.id
      and t.payment_method_id = ${query.paymentMethodId})`);
  return join(conditions, ' and ');
}

async function readTotals(ctx: Context, where: Sql): Promise<ListReply['totals']> {
  const [sums] = await ctx.tx.ad<{
    valid_count: number;
    valid_fen: Fen;
    reversed_count: number;
    reversed_fen: Fen;
  }>(sql`
    select count(*) filter (where r.reversed_at is null)::int as valid_count,
      coalesce(sum(r.total_fen) filter (where r.reversed_at is null), 0)::bigint as valid_fen,
      count(*) filter (where r.reversed_at is not null)::int as reversed_count,
      coalesce(sum(r.total_fen) filter (where r.reversed_at is not null), 0)::bigint as reversed_fen
    from ${receiptTables} where ${where}`);
  const byMethod = await ctx.tx.ad<{ name: string; sum_fen: Fen }>(sql`
    select m.name, sum(t.amount_fen)::bigint as sum_fen from ${receiptTables}
      join receipt_tender t on t.company_id = r.company_id and t.receipt_id = r.id
      join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where ${where} and r.reversed_at is null group by m.id, m.name, m.sort_order order by m.sort_order, m.name`);
  return {
    validCount: sums!.valid_count,
    validSum: formatYuan(sums!.valid_fen),
    reversedCount: sums!.reversed_count,
    reversedSum: formatYuan(sums!.reversed_fen),
    byMethod: byMethod.map(({ name, sum_fen }) => ({ name, sum: formatYuan(sum_fen) })),
  };
}
