import type { EndpointReply, JournalDocument, listJournalLines, VoucherKind } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { bookCommunities } from './book-communities.ts';
import { refuseReversed } from './range.ts';

export interface LinesRequest {
  communityId?: string | undefined;
  from: string;
  to: string;
  account: string;
  document?: JournalDocument | undefined;
  voucherKind?: VoucherKind | undefined;
  chargeItemIds?: string[] | undefined;
  paymentMethodIds?: string[] | undefined;
  page: number;
  pageSize: number;
}

interface LineRow {
  /** Of all lines, the same in every row. */
  total: bigint;
  all_debit: bigint;
  all_credit: bigint;
  /** Null, as all that follows, where there is no line on the page. */
  day: string | null;
  community_name: string;
  document: JournalDocument;
  document_id: string;
  bill_id: string | null;
  receipt_id: string | null;
  refund_id: string | null;
  channel_day: string | null;
  label: string;
  amount_fen: bigint;
}

const isLine = (row: LineRow): row is LineRow & { day: string } => row.day !== null;

/** What an account was moved by in some days, document by document, with where each is to be found. */
export async function journalLines(
  ctx: Context,
  request: LinesRequest,
): Promise<EndpointReply<typeof listJournalLines>> {
  const { page, pageSize } = request;
  refuseReversed(request.from, request.to);
  const ids = (await bookCommunities(ctx, request.communityId)).map(({ id }) => id);
  const lines = request.voucherKind ? vouchedLines(ctx, ids, request) : accountLines(ctx, ids, request);
  const rows = await ctx.tx.ad<LineRow>(sql`
    with all_lines as materialized (${lines}), sums as (
      select count(*) as total, coalesce(sum(l.amount_fen) filter (where l.amount_fen > 0), 0)::bigint as all_debit,
        coalesce(-sum(l.amount_fen) filter (where l.amount_fen < 0), 0)::bigint as all_credit from all_lines l)
    select s.*, l.day, c.name as community_name, l.document, l.document_id, l.amount_fen, b.id as bill_id, r.id as receipt_id, f.id as refund_id,
      rc.day as channel_day, concat_ws(' ', ct.name, i.name, to_char(b.period_from, 'YYYY-MM'), r.number, f.number, cm.name, rc.day) as label
    from sums s left join (select * from all_lines order by 1, 3, 4 limit ${pageSize} offset ${(page - 1) * pageSize}) l on true
    left join community c on c.company_id = ${ctx.companyId} and c.id = l.community_id
    left join bill_edit be on be.company_id = ${ctx.companyId} and be.id = l.document_id
    left join bill_void bv on bv.company_id = ${ctx.companyId} and bv.id = l.document_id
    left join bill_restoration br on br.company_id = ${ctx.companyId} and br.id = l.document_id
    left join bill_reduction bd on bd.company_id = ${ctx.companyId} and bd.id = l.document_id
    left join bill b on b.company_id = ${ctx.companyId} and b.id = coalesce(be.bill_id, bv.bill_id, br.bill_id, bd.bill_id, l.document_id)
    left join receipt_reversal rv on rv.company_id = ${ctx.companyId} and rv.id = l.document_id
    left join receipt_restoration rs on rs.company_id = ${ctx.companyId} and rs.id = l.document_id
    left join receipt_amendment ra on ra.company_id = ${ctx.companyId} and ra.id = l.document_id
    left join refund_amendment fa on fa.company_id = ${ctx.companyId} and fa.id = l.document_id
    left join receipt r on r.company_id = ${ctx.companyId} and r.id = coalesce(rv.receipt_id, rs.receipt_id, ra.receipt_id, l.document_id)
    left join refund f on f.company_id = ${ctx.companyId} and f.id = coalesce(fa.refund_id, l.document_id)
    left join prepaid_movement pm on pm.company_id = ${ctx.companyId} and pm.id = l.document_id
    left join prepaid_account pa on pa.company_id = ${ctx.companyId} and pa.id = pm.prepaid_account_id
    left join deposit_movement dm on dm.company_id = ${ctx.companyId} and dm.id = l.document_id
    left join deposit d on d.company_id = ${ctx.companyId} and d.id = dm.deposit_id
    left join channel_settlement cs on cs.company_id = ${ctx.companyId} and cs.id = l.document_id
    left join payment_method cm on cm.company_id = ${ctx.companyId} and cm.id = cs.payment_method_id
    left join reconciliation rc on rc.company_id = ${ctx.companyId} and rc.id = cs.reconciliation_id
    left join charge_target ct on ct.company_id = ${ctx.companyId} and ct.id = coalesce(b.target_id, r.target_id, f.target_id, pa.target_id, d.target_id)
    left join charge_item i on i.company_id = ${ctx.companyId} and i.id = coalesce(b.charge_item_id, pa.charge_item_id, d.charge_item_id)
    order by l.day, l.document, l.document_id`);
  return {
    rows: rows.filter(isLine).map((row) => ({
      key: `${row.document} ${row.document_id} ${row.day}`,
      day: row.day,
      communityName: row.community_name,
      document: row.document,
      documentId: row.document_id,
      billId: row.bill_id,
      receiptId: row.receipt_id,
      refundId: row.refund_id,
      channelDay: row.channel_day,
      label: row.label,
      debit: row.amount_fen > 0n ? formatYuan(fen(row.amount_fen)) : null,
      credit: row.amount_fen < 0n ? formatYuan(fen(-row.amount_fen)) : null,
    })),
    total: Number(rows[0]!.total),
    debit: formatYuan(fen(rows[0]!.all_debit)),
    credit: formatYuan(fen(rows[0]!.all_credit)),
  };
}

/** What moved an account, by document. */
function accountLines(ctx: Context, ids: readonly string[], request: LinesRequest): Sql {
  const { from, to, account, document } = request;
  const sign = account === 'receivable' ? 1 : account === 'income' ? -1 : 0;
  const hasBills = sign !== 0 && (document === undefined || document === 'bill');
  return sql`
    select j.day, j.community_id, j.document, j.document_id, sum(j.amount_fen)::bigint as amount_fen from journal_line j
    where j.company_id = ${ctx.companyId} and j.community_id = any (${[...ids]}::uuid[]) and j.account = ${account} and j.document <> 'bill'
      and j.day >= ${from}::date and j.day <= ${to}::date ${document ? sql`and j.document = ${document}` : empty}
    group by 1, 2, 3, 4 having sum(j.amount_fen) <> 0
    ${hasBills ? sql`union all ${billLines(ctx, ids, request, sign)}` : empty}`;
}

/** The same of what vouchers of one kind sum up. */
function vouchedLines(ctx: Context, ids: readonly string[], request: LinesRequest): Sql {
  const { from, to, account, document, voucherKind, chargeItemIds = [], paymentMethodIds = [] } = request;
  return sql`
    select d.day, d.community_id, d.document, d.document_id, sum(d.amount_fen)::bigint as amount_fen from journal_detail d
    where d.company_id = ${ctx.companyId} and d.community_id = any (${[...ids]}::uuid[]) and d.account = ${account}
      and d.voucher_kind = ${voucherKind} and d.day >= ${from}::date and d.day <= ${to}::date
      ${document ? sql`and d.document = ${document}` : empty}
      ${chargeItemIds.length > 0 ? sql`and d.charge_item_id = any (${chargeItemIds}::uuid[])` : empty}
      ${paymentMethodIds.length > 0 ? sql`and d.payment_method_id = any (${paymentMethodIds}::uuid[])` : empty}
    group by 1, 2, 3, 4 having sum(d.amount_fen) <> 0`;
}

/** The journal's lines of bills, found by the index of their periods: those booked elsewhere are few. */
function billLines(ctx: Context, ids: readonly string[], { from, to }: LinesRequest, sign: number): Sql {
  const bills = (day: Sql, condition: Sql) => sql`
    select ${day} as day, b.community_id, 'bill' as document, b.id as document_id,
      (${sign} * (b.receivable_fen - coalesce(e.delta_fen, 0)))::bigint as amount_fen
    from bill b left join (select bill_id, sum(delta_fen) as delta_fen from bill_edit where company_id = ${ctx.companyId} group by bill_id) e on e.bill_id = b.id
    where b.company_id = ${ctx.companyId} and b.community_id = any (${[...ids]}::uuid[]) and ${condition}
      and ${day} >= ${from}::date and ${day} <= ${to}::date and b.receivable_fen <> coalesce(e.delta_fen, 0)`;
  return sql`${bills(sql`b.period_from`, sql`b.booked_on is null`)} union all ${bills(sql`b.booked_on`, sql`b.booked_on is not null`)}`;
}
