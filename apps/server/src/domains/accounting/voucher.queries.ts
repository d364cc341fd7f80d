import {
  type EndpointReply,
  type getVoucher,
  type listVoucherBatches,
  type listVouchers,
  platformFail,
  type VoucherGrouping,
  type VoucherKind,
  type VoucherRow,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { bookCommunities } from './book-communities.ts';
import { type ShownLine, viewLine } from './draft-vouchers.ts';
import { partsOfLines, type VoucherPart } from './line-parts.ts';

interface VoucherSqlRow {
  id: string;
  community_id: string;
  community_name: string;
  voucher_batch_id: string;
  kind: VoucherKind;
  number: number;
  day: string;
  first_day: string;
  last_day: string;
  debit_fen: bigint;
  is_voided: boolean;
}

export interface VoucherFilter {
  communityId?: string | undefined;
  month?: string | undefined;
  kind?: VoucherKind | undefined;
  voucherBatchId?: string | undefined;
  page: number;
  pageSize: number;
}

const vouchers = (companyId: string, condition: Sql) => sql`
  select v.id, v.community_id, c.name as community_name, v.voucher_batch_id, v.kind, v.number, v.day, v.first_day, v.last_day, v.debit_fen,
    b.voided_at is not null as is_voided
  from voucher v
  join voucher_batch b on b.company_id = v.company_id and b.id = v.voucher_batch_id
  join community c on c.company_id = v.company_id and c.id = v.community_id
  where v.company_id = ${companyId} ${condition}`;

/** Vouchers made, the newest month first, in the order of their numbers; the sum is of those that stand. */
export async function findVouchers(ctx: Context, filter: VoucherFilter): Promise<EndpointReply<typeof listVouchers>> {
  const { communityId, month, kind, voucherBatchId, page, pageSize } = filter;
  const wanted = sql`${communityId ? sql`and v.community_id = ${communityId}` : empty}
    ${month ? sql`and v.month = ${`${month}-01`}::date` : empty} ${kind ? sql`and v.kind = ${kind}` : empty}
    ${voucherBatchId ? sql`and v.voucher_batch_id = ${voucherBatchId}` : empty}`;
  const [sums] = await ctx.tx.ad<{ total: bigint; fen: bigint }>(sql`
    select count(*) as total, coalesce(sum(q.debit_fen) filter (where not q.is_voided), 0)::bigint as fen from (${vouchers(ctx.companyId, wanted)}) q`);
  const rows = await ctx.tx.ad<VoucherSqlRow>(sql`${vouchers(ctx.companyId, wanted)}
    order by v.month desc, v.number limit ${pageSize} offset ${(page - 1) * pageSize}`);
  return { rows: rows.map(viewRow), total: Number(sums!.total), sum: formatYuan(fen(sums!.fen)) };
}

/** One voucher with its lines. */
export async function readVoucher(ctx: Context, id: string): Promise<EndpointReply<typeof getVoucher>> {
  const [row] = await ctx.tx.ad<VoucherSqlRow>(vouchers(ctx.companyId, sql`and v.id = ${id}`));
  if (!row) throw platformFail('resource.notFound', { label: '凭证' });
  const lines = await ctx.tx.rows<ShownLine & { tax_fen: bigint }>(sql`
    select account, tax_fen, summary, code, name, side, amount_fen, department_code, department_name, customer_code, customer_name, project_code, project_name
    from voucher_line where company_id = ${ctx.companyId} and voucher_id = ${id} and amount_fen <> 0 order by line_number`);
  const parts = partsOfLines(
    lines.map((line) => ({
      account: line.account,
      summary: line.summary,
      grossFen: (line.side === 'debit' ? 1n : -1n) * (line.amount_fen + line.tax_fen),
    })),
    await readParts(ctx, id),
  );
  return { ...viewRow(row), lines: lines.map((line, index) => viewLine(line, parts[index] ?? null)) };
}

async function readParts(ctx: Context, voucherId: string): Promise<VoucherPart[]> {
  const rows = await ctx.tx.rows<{
    account: string;
    name: string;
    charge_item_id: string | null;
    payment_method_id: string | null;
    amount_fen: bigint;
  }>(sql`
    select p.account, coalesce(m.name, i.name, '') as name, p.charge_item_id, p.payment_method_id, sum(p.amount_fen)::bigint as amount_fen
    from voucher_part p
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    left join payment_method m on m.company_id = p.company_id and m.id = p.payment_method_id
    where p.company_id = ${ctx.companyId} and p.voucher_id = ${voucherId} group by 1, 2, 3, 4`);
  return rows.map((row) => ({
    account: row.account,
    name: row.name,
    chargeItemId: row.charge_item_id,
    paymentMethodId: row.payment_method_id,
    amountFen: row.amount_fen,
  }));
}

/** 记-0001: how a voucher is called within its month. */
export const numberText = (number: number) => `记-${String(number).padStart(4, '0')}`;

function viewRow(row: VoucherSqlRow): VoucherRow {
  return {
    id: row.id,
    communityId: row.community_id,
    communityName: row.community_name,
    voucherBatchId: row.voucher_batch_id,
    kind: row.kind,
    number: numberText(row.number),
    day: row.day,
    firstDay: row.first_day,
    lastDay: row.last_day,
    total: formatYuan(fen(row.debit_fen)),
    isVoided: row.is_voided,
  };
}

interface BatchRow {
  id: string;
  community_id: string;
  community_name: string;
  first_day: string;
  last_day: string;
  grouping: VoucherGrouping;
  hash: string;
  made_at: string;
  staff_name: string;
  voided_at: string | null;
  voided_by_name: string | null;
  void_reason: string | null;
  count: bigint;
  sum: bigint;
  first_number: number | null;
  last_number: number | null;
}

/** Batches, the newest first, and how far each community has come. */
export async function findBatches(
  ctx: Context,
  communityId: string | undefined,
): Promise<EndpointReply<typeof listVoucherBatches>> {
  const rows = await ctx.tx.ad<BatchRow>(sql`
    select b.id, b.community_id, c.name as community_name, b.first_day, b.last_day, b.grouping, encode(b.content_hash, 'hex') as hash, b.made_at,
      b.preparer_name as staff_name, b.voided_at, s.name as voided_by_name, b.void_reason, v.*
    from voucher_batch b
    join community c on c.company_id = b.company_id and c.id = b.community_id
    left join staff s on s.company_id = b.company_id and s.id = b.voided_by
    cross join lateral (select count(*) as count, coalesce(sum(v.debit_fen), 0)::bigint as sum, min(v.number) as first_number, max(v.number) as last_number
      from voucher v where v.company_id = b.company_id and v.voucher_batch_id = b.id) v
    where b.company_id = ${ctx.companyId} ${communityId ? sql`and b.community_id = ${communityId}` : empty}
    order by b.made_at desc, b.id desc limit 400`);
  const communities = await bookCommunities(ctx, communityId);
  const until = new Map<string, string>();
  for (const { community_id, last_day, voided_at } of rows)
    if (voided_at === null && last_day > (until.get(community_id) ?? '')) until.set(community_id, last_day);
  return {
    rows: rows.map((row) => ({
      id: row.id,
      communityId: row.community_id,
      communityName: row.community_name,
      firstDay: row.first_day,
      lastDay: row.last_day,
      grouping: row.grouping,
      voucherCount: Number(row.count),
      numbers: numbersText(row),
      total: formatYuan(fen(row.sum)),
      hash: row.hash,
      madeAt: row.made_at,
      staffName: row.staff_name,
      voidedAt: row.voided_at,
      voidedByName: row.voided_by_name ?? '',
      voidReason: row.void_reason ?? '',
    })),
    communities: communities.map(({ id, name, closed_until }) => ({
      communityId: id,
      communityName: name,
      closedUntil: closed_until,
      vouchersUntil: until.get(id) ?? null,
    })),
  };
}

function numbersText({ first_day, last_day, first_number, last_number }: BatchRow): string {
  if (first_number === null || last_number === null) return '';
  // Numbers run by month: of a batch over several there is no one range.
  if (first_day.slice(0, 7) !== last_day.slice(0, 7)) return '';
  return first_number === last_number
    ? numberText(first_number)
    : `${numberText(first_number)} 至 ${numberText(last_number)}`;
}
