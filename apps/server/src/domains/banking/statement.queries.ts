import type {
  EndpointReply,
  EndpointRequest,
  listStatementBills,
  listStatementLines,
  StatementLineView,
  TargetKind,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { join, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { readPayments } from '../cashier/index.ts';
import { billName, billPeriodText, lateFeeOfBill, listUnpaidBills } from '../charging/index.ts';

interface LineRow {
  id: string;
  bank_account_id: string;
  account_name: string;
  paid_on: string;
  amount_fen: Fen;
  payer_name: string;
  payer_account: string;
  remark: string;
  serial: string;
  state: StatementLineView['state'];
  confidence: StatementLineView['confidence'];
  why: string;
  problem: string;
  target_kind: TargetKind | null;
  target_id: string | null;
  target_name: string | null;
  bills: { item: string; from: string; to: string }[] | null;
  receipt_id: string | null;
  receipt_number: string | null;
  aside_reason: string;
}

/** Payments with the house they were booked to or seem to be for; the newest first. */
export async function listLines(
  ctx: Context,
  { page, pageSize, state, bankAccountId, q }: EndpointRequest<typeof listStatementLines>['query'],
): Promise<EndpointReply<typeof listStatementLines>> {
  const ofAccount: Sql[] = [sql`l.company_id = ${ctx.companyId}`];
  if (bankAccountId) ofAccount.push(sql`l.bank_account_id = ${bankAccountId}`);
  const conditions = [...ofAccount];
  if (state) conditions.push(sql`l.state = ${state}`);
  const like = q ? `%${likeText(q)}%` : null;
  if (like) conditions.push(sql`(l.payer_name ilike ${like} or l.remark ilike ${like} or l.serial ilike ${like})`);
  const rows = await ctx.tx.ad<LineRow>(sql`
    select l.id, l.bank_account_id, k.name as account_name, l.paid_on, l.amount_fen, l.payer_name, l.payer_account, l.remark, l.serial, l.state,
      l.confidence, l.why, l.problem, case when r.id is not null then r.target_kind when l.proposal_target_id is not null then 'house' end as target_kind,
      coalesce(r.target_id, l.proposal_target_id) as target_id,
      ct.label as target_name,
      (select jsonb_agg(jsonb_build_object('item', i.name, 'from', b.period_from, 'to', b.period_to) order by b.period_from, i.name)
        from bill b join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
        where b.company_id = l.company_id and b.id = any (case when l.receipt_id is null then l.proposal_bill_ids
          else array(select a.bill_id from allocation a where a.company_id = l.company_id and a.receipt_id = l.receipt_id and a.kind = 'receipt') end)) as bills,
      l.receipt_id, r.number as receipt_number, l.aside_reason
    from bank_statement_line l
    join bank_account k on k.company_id = l.company_id and k.id = l.bank_account_id
    left join receipt r on r.company_id = l.company_id and r.id = l.receipt_id
    left join charge_target ct on ct.company_id = l.company_id and ct.id = coalesce(r.target_id, l.proposal_target_id)
    where ${join(conditions, ' and ')} order by l.paid_on desc, l.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
  const [sums] = await ctx.tx.ad<{ total: number; sum: Fen }>(sql`
    select count(*)::int as total, coalesce(sum(l.amount_fen), 0)::bigint as sum from bank_statement_line l where ${join(conditions, ' and ')}`);
  const [waiting] = await ctx.tx.ad<{ waiting: number; sure: number; sure_fen: Fen }>(sql`
    select count(*)::int as waiting, count(*) filter (where l.confidence = 'sure')::int as sure,
      coalesce(sum(l.amount_fen) filter (where l.confidence = 'sure'), 0)::bigint as sure_fen
    from bank_statement_line l where ${join(ofAccount, ' and ')} and l.state = 'waiting'`);
  return {
    rows: rows.map(viewLine),
    total: sums?.total ?? 0,
    sum: formatYuan(sums!.sum),
    waitingCount: waiting?.waiting ?? 0,
    sureCount: waiting?.sure ?? 0,
    sureSum: formatYuan(waiting!.sure_fen),
  };
}

function viewLine(row: LineRow): StatementLineView {
  return {
    id: row.id,
    bankAccountId: row.bank_account_id,
    bankAccountName: row.account_name,
    paidOn: row.paid_on,
    amount: formatYuan(row.amount_fen),
    payerName: row.payer_name,
    payerAccount: row.payer_account,
    remark: row.remark,
    serial: row.serial,
    state: row.state,
    confidence: row.confidence,
    why: row.why,
    problem: row.problem,
    targetKind: row.target_kind,
    targetId: row.target_id,
    targetName: row.target_name ?? '',
    billNames: (row.bills ?? [])
      .map(({ item, from, to }) => `${item} ${billPeriodText({ periodFrom: from, periodTo: to })}`)
      .join('、'),
    receiptId: row.receipt_id,
    receiptNumber: row.receipt_number ?? '',
    asideReason: row.aside_reason,
  };
}

/** What a house with what goes with it, or a parking space or vehicle, owes as of a day. Out of sight it owes nothing. */
export async function listBillsToPay(
  ctx: Context,
  { targetId, receivedOn }: EndpointRequest<typeof listStatementBills>['query'],
): Promise<EndpointReply<typeof listStatementBills>> {
  const targets = await ctx.tx.rows<{ id: string; name: string }>(sql`
    select t.id, t.label as name from charge_target t where t.company_id = ${ctx.companyId} and (t.id = ${targetId} or t.house_id = ${targetId})`);
  const names = new Map(targets.map((target) => [target.id, target.name]));
  const bills = await listUnpaidBills(ctx, [...names.keys()]);
  const payments = await readPayments(ctx, bills);
  return {
    rows: bills.map((bill) => ({
      id: bill.id,
      name: billName(bill),
      targetName: names.get(bill.targetId) ?? '',
      toPay: formatYuan(
        addFen(bill.outstandingFen, lateFeeOfBill(bill, payments.get(bill.id) ?? [], receivedOn).dueFen),
      ),
      withheldIn: bill.withheldIn,
    })),
  };
}
