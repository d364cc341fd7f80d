import {
  type listReconciliations as daysEndpoint,
  type EndpointReply,
  type EndpointRequest,
  type listReconciliationLines as linesEndpoint,
  platformFail,
  type ReconciliationDay,
  type ReconciliationLine,
  type ReconciliationLineFilter,
} from '@anlin/contract';
import { type Fen, formatYuan, subtractFen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../../platform/database/sql.ts';
import { targetJoins, targetLabel } from '../../estate/index.ts';
import { seesSettings } from '../edit-channel.ts';
import { listMerchants } from './open-days.ts';

type DaysQuery = EndpointRequest<typeof daysEndpoint>['query'];
type LinesQuery = EndpointRequest<typeof linesEndpoint>['query'];

const isOpen = raw(`l.settled_at is null and l.outcome in ('oursOnly', 'theirsOnly', 'amountDiffers')`);
const isException = raw(`l.outcome in ('oursOnly', 'theirsOnly', 'amountDiffers')`);

export interface DayRow
  extends Omit<ReconciliationDay, 'arrived' | 'refunded' | 'fee' | 'net' | 'difference' | 'fetchedAt'> {
  arrivedFen: Fen;
  refundedFen: Fen;
  feeFen: Fen;
  differenceFen: Fen;
  fetchedAt: string | null;
}

/** Days as they are shown, with their exceptions counted; from `r`, joined with its account `k`. */
export const selectDays = (where: Sql): Sql => sql`
  select r.id, r.channel_id as "channelId", r.channel_kind as "channelKind", k.name as "channelName", r.merchant_id as "merchantId", r.day, r.state, r.problem,
    r.try_count as "tryCount", r.next_try_at as "nextTryAt", r.fetched_at as "fetchedAt", r.arrived_count as "arrivedCount", r.arrived_fen as "arrivedFen",
    r.refunded_count as "refundedCount", r.refunded_fen as "refundedFen", r.fee_fen as "feeFen", r.difference_fen as "differenceFen",
    e.all_count as "exceptionCount", e.open_count as "openCount"
  from reconciliation r join payment_channel k on k.company_id = r.company_id and k.id = r.channel_id
  cross join lateral (select count(*)::int as all_count, count(*) filter (where ${isOpen})::int as open_count from reconciliation_line l
    where l.company_id = r.company_id and l.reconciliation_id = r.id and ${isException}) e
  where ${where} order by r.day desc, r.channel_kind, r.merchant_id`;

export function viewDay(row: DayRow): ReconciliationDay {
  const { arrivedFen, refundedFen, feeFen, differenceFen, ...rest } = row;
  return { ...rest, ...viewSums({ arrivedFen, refundedFen, feeFen }), difference: formatYuan(differenceFen) };
}

const viewSums = ({ arrivedFen, refundedFen, feeFen }: { arrivedFen: Fen; refundedFen: Fen; feeFen: Fen }) => ({
  arrived: formatYuan(arrivedFen),
  refunded: formatYuan(refundedFen),
  fee: formatYuan(feeFen),
  net: formatYuan(subtractFen(subtractFen(arrivedFen, refundedFen), feeFen)),
});

interface Sums {
  matchedCount: number;
  matchedFen: Fen;
  arrivedCount: number;
  arrivedFen: Fen;
  refundedCount: number;
  refundedFen: Fen;
  feeFen: Fen;
  exceptionCount: number;
  openCount: number;
}

/** Sums over lines `l`. */
export const lineSums: Sql = raw(`count(*) filter (where l.outcome = 'matched')::int as "matchedCount",
  coalesce(sum(l.their_fen) filter (where l.outcome = 'matched'), 0)::bigint as "matchedFen",
  count(*) filter (where l.kind = 'payment' and l.their_fen is not null)::int as "arrivedCount",
  coalesce(sum(l.their_fen) filter (where l.kind = 'payment'), 0)::bigint as "arrivedFen",
  count(*) filter (where l.kind = 'refund' and l.their_fen is not null)::int as "refundedCount",
  coalesce(sum(l.their_fen) filter (where l.kind = 'refund'), 0)::bigint as "refundedFen", coalesce(sum(l.fee_fen), 0)::bigint as "feeFen",
  count(*) filter (where l.outcome in ('oursOnly', 'theirsOnly', 'amountDiffers'))::int as "exceptionCount",
  count(*) filter (where l.settled_at is null and l.outcome in ('oursOnly', 'theirsOnly', 'amountDiffers'))::int as "openCount"`);

const viewTotals = ({ matchedFen, arrivedFen, refundedFen, feeFen, ...counts }: Sums) => ({
  ...counts,
  matched: formatYuan(matchedFen),
  ...viewSums({ arrivedFen, refundedFen, feeFen }),
});

/** Accounts with the merchant of the given one. */
const sameMerchant = (ctx: Context, channelId: string): Sql => sql`(select s.id from payment_channel w
  join payment_channel s on s.company_id = w.company_id and s.kind = w.kind and s.merchant_id = w.merchant_id
  where w.company_id = ${ctx.companyId} and w.id = ${channelId})`;

type DaysFilter = Partial<Pick<DaysQuery, 'from' | 'to' | 'channelId' | 'open'>> & {
  reconciliationId?: string | undefined;
};

export function daysWhere(ctx: Context, query: DaysFilter): Sql {
  const conditions: Sql[] = [sql`r.company_id = ${ctx.companyId}`];
  if (query.from) conditions.push(sql`r.day >= ${query.from}::date`);
  if (query.to) conditions.push(sql`r.day <= ${query.to}::date`);
  if (query.reconciliationId) conditions.push(sql`r.id = ${query.reconciliationId}`);
  if (query.channelId) conditions.push(sql`r.channel_id = any (array${sameMerchant(ctx, query.channelId)})`);
  if (query.open)
    conditions.push(sql`(r.state = 'failed' or exists (select from reconciliation_line l where l.company_id = r.company_id
      and l.reconciliation_id = r.id and ${isOpen}))`);
  return join(conditions, ' and ');
}

/** Days newest first, with sums over all that match, and the accounts there are. */
export async function listReconciliations(ctx: Context, query: DaysQuery): Promise<EndpointReply<typeof daysEndpoint>> {
  const where = daysWhere(ctx, query);
  const rows = await ctx.tx.ad<DayRow>(
    sql`${selectDays(where)} limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`,
  );
  const [counted] = await ctx.tx.ad<{ total: number; unfinishedCount: number }>(
    sql`select count(*)::int as total, count(*) filter (where r.state <> 'done')::int as "unfinishedCount" from reconciliation r where ${where}`,
  );
  const [sums] = await ctx.tx.ad<Sums>(sql`select ${lineSums} from reconciliation r
    join reconciliation_line l on l.company_id = r.company_id and l.reconciliation_id = r.id where ${where}`);
  const merchants = await listMerchants(ctx);
  return {
    rows: rows.map(viewDay),
    total: counted!.total,
    totals: { ...viewTotals(sums!), unfinishedCount: counted!.unfinishedCount },
    accounts: merchants.flatMap(({ communityId, firstDay: _, ...account }) =>
      seesSettings(ctx, communityId) ? [account] : [],
    ),
  };
}

export interface LineRow extends Omit<ReconciliationLine, 'ourAmount' | 'theirAmount' | 'fee'> {
  ourFen: Fen | null;
  theirFen: Fen | null;
  feeFen: Fen | null;
}

const tables: Sql = sql`${raw(`reconciliation_line l
  join payment_channel k on k.company_id = l.company_id and k.id = l.channel_id
  left join community c on c.company_id = l.company_id and c.id = l.community_id
  left join payment_order o on o.company_id = l.company_id and o.id = l.order_id`)}
  ${targetJoins('o')}
  left join staff s on s.company_id = l.company_id and s.id = l.settled_by`;

/** Lines as they are shown. */
export const selectLines = (where: Sql): Sql => sql`
  select l.id, l.reconciliation_id as "reconciliationId", l.channel_id as "channelId", k.kind as "channelKind", k.name as "channelName",
    k.merchant_id as "merchantId", l.day, l.kind, l.outcome, coalesce(c.name, '') as "communityName",
    ${targetLabel} as "targetName", l.order_id as "orderId", l.order_no as "orderNo", l.refund_no as "refundNo",
    l.transaction_id as "transactionId", l.our_at as "ourAt", l.our_fen as "ourFen", l.their_at as "theirAt", l.their_fen as "theirFen",
    l.fee_fen as "feeFen", l.settled_at as "settledAt", l.settled_how as "settledHow", coalesce(s.name, '') as "settledBy", l.note
  from ${tables} where ${where} order by l.day desc, coalesce(l.their_at, l.our_at) desc, l.id`;

export function viewLine({ ourFen, theirFen, feeFen, ...rest }: LineRow): ReconciliationLine {
  const yuan = (fen: Fen | null) => (fen === null ? null : formatYuan(fen));
  return { ...rest, ourAmount: yuan(ourFen), theirAmount: yuan(theirFen), fee: yuan(feeFen) };
}

export function linesWhere(ctx: Context, query: ReconciliationLineFilter): Sql {
  const conditions: Sql[] = [sql`l.company_id = ${ctx.companyId}`];
  if (query.from) conditions.push(sql`l.day >= ${query.from}::date`);
  if (query.to) conditions.push(sql`l.day <= ${query.to}::date`);
  if (query.reconciliationId) conditions.push(sql`l.reconciliation_id = ${query.reconciliationId}`);
  if (query.channelId) conditions.push(sql`l.channel_id = any (array${sameMerchant(ctx, query.channelId)})`);
  if (query.kind) conditions.push(sql`l.kind = ${query.kind}`);
  if (query.outcome) conditions.push(sql`l.outcome = ${query.outcome}`);
  if (query.open === 'exception') conditions.push(isOpen);
  if (query.open === 'any') conditions.push(isException);
  if (query.q)
    conditions.push(sql`(l.order_no = ${query.q} or l.refund_no = ${query.q} or l.transaction_id = ${query.q})`);
  return join(conditions, ' and ');
}

/** Lines newest first, with sums over all that match. */
export async function listReconciliationLines(
  ctx: Context,
  query: LinesQuery,
): Promise<EndpointReply<typeof linesEndpoint>> {
  const where = linesWhere(ctx, query);
  const rows = await ctx.tx.ad<LineRow>(
    sql`${selectLines(where)} limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`,
  );
  const sums = await sumLines(ctx, where);
  return { rows: rows.map(viewLine), total: sums.total, totals: viewTotals(sums) };
}

export async function sumLines(ctx: Context, where: Sql): Promise<Sums & { total: number }> {
  const [sums] = await ctx.tx.ad<Sums & { total: number }>(
    sql`select count(*)::int as total, ${lineSums} from ${tables} where ${where}`,
  );
  return sums!;
}

/** 404 when out of sight. */
export async function readReconciliationLine(ctx: Context, id: string): Promise<ReconciliationLine> {
  const [row] = await ctx.tx.ad<LineRow>(selectLines(sql`l.company_id = ${ctx.companyId} and l.id = ${id}`));
  if (!row) throw platformFail('resource.notFound', { label: '对账明细' });
  return viewLine(row);
}

/** Exceptions that nobody settled. */
export async function countOpenExceptions(ctx: Context): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from reconciliation_line
    where company_id = ${ctx.companyId} and settled_at is null and outcome in ('oursOnly', 'theirsOnly', 'amountDiffers')`);
  return row!.count;
}

/** Days whose bill is no longer asked for by itself. */
export async function countMissingBills(ctx: Context): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(
    sql`select count(*)::int as count from reconciliation where company_id = ${ctx.companyId} and state = 'failed' and next_try_at is null`,
  );
  return row!.count;
}
