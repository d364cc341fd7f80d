import {
  type EndpointReply,
  type EndpointRequest,
  type getWithholdingBatch,
  type listWithholdingBatches,
  platformFail,
  type WithholdingBatchView,
  type WithholdingLineView,
  type WithholdingState,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { join, type Sql, sql } from '../../platform/database/sql.ts';
import { billPeriodText } from '../charging/index.ts';

interface BatchRow {
  id: string;
  number: string;
  community_id: string;
  community_name: string;
  bank_name: string;
  month_to: string;
  made_on: string;
  state: WithholdingState;
  problems: string[];
  file_id: string | null;
  result_name: string;
  received_on: string | null;
  task_id: string | null;
  staff_name: string;
  created_at: string;
  line_count: number;
  total_fen: Fen;
  paid_count: number;
  paid_fen: Fen;
  booked_count: number;
  failed_count: number;
  failed_fen: Fen;
}

function selectBatches(conditions: readonly Sql[], page: Sql): Sql {
  return sql`
    select b.id, b.number, b.community_id, c.name as community_name, b.template ->> 'name' as bank_name, b.month_to, b.made_on, b.state, b.problems,
      b.file_id, b.result_name, b.received_on, b.task_id, s.name as staff_name, b.created_at, l.*
    from withholding_batch b
    join community c on c.company_id = b.company_id and c.id = b.community_id
    join staff s on s.company_id = b.company_id and s.id = b.created_by
    left join lateral (select count(*)::int as line_count, coalesce(sum(amount_fen), 0)::bigint as total_fen,
        count(*) filter (where answer = 'paid')::int as paid_count, coalesce(sum(amount_fen) filter (where answer = 'paid'), 0)::bigint as paid_fen,
        count(receipt_id)::int as booked_count, count(*) filter (where answer = 'failed')::int as failed_count,
        coalesce(sum(amount_fen) filter (where answer = 'failed'), 0)::bigint as failed_fen
      from withholding_line l where l.company_id = b.company_id and l.batch_id = b.id) l on true
    where ${join(conditions, ' and ')} order by b.id desc ${page}`;
}

/** Batches, newest first, with what came of them. */
export async function listBatches(
  ctx: Context,
  { page, pageSize, communityId, state }: EndpointRequest<typeof listWithholdingBatches>['query'],
): Promise<EndpointReply<typeof listWithholdingBatches>> {
  const conditions: Sql[] = [sql`b.company_id = ${ctx.companyId}`];
  if (communityId) conditions.push(sql`b.community_id = ${communityId}`);
  if (state) conditions.push(sql`b.state = ${state}`);
  const rows = await ctx.tx.ad<BatchRow>(
    selectBatches(conditions, sql`limit ${pageSize} offset ${(page - 1) * pageSize}`),
  );
  const [count] = await ctx.tx.ad<{ total: number }>(
    sql`select count(*)::int as total from withholding_batch b where ${join(conditions, ' and ')}`,
  );
  return { rows: rows.map(viewBatch), total: count?.total ?? 0 };
}

function viewBatch(row: BatchRow): WithholdingBatchView {
  return {
    id: row.id,
    number: row.number,
    communityId: row.community_id,
    communityName: row.community_name,
    bankName: row.bank_name,
    monthTo: row.month_to,
    madeOn: row.made_on,
    state: row.state,
    problems: row.problems,
    fileId: row.file_id,
    resultName: row.result_name,
    receivedOn: row.received_on,
    taskId: row.task_id,
    staffName: row.staff_name,
    createdAt: row.created_at,
    count: row.line_count,
    total: formatYuan(row.total_fen),
    paidCount: row.paid_count,
    paidTotal: formatYuan(row.paid_fen),
    bookedCount: row.booked_count,
    failedCount: row.failed_count,
    failedTotal: formatYuan(row.failed_fen),
  };
}

interface LineRow {
  id: string;
  line_number: number;
  reference: string;
  house_id: string;
  house_name: string;
  account_name: string;
  account_masked: string;
  amount_fen: Fen;
  answer: WithholdingLineView['answer'];
  reason: string;
  bills: { item: string; from: string; to: string }[] | null;
  receipt_id: string | null;
  receipt_number: string | null;
  is_reversed: boolean;
  prepaid_fen: Fen;
}

/** A batch with a page of its lines. Error: resource.notFound (404). */
export async function openBatch(
  ctx: Context,
  id: string,
  { page, pageSize, answer }: EndpointRequest<typeof getWithholdingBatch>['query'],
): Promise<EndpointReply<typeof getWithholdingBatch>> {
  const [batch] = await ctx.tx.ad<BatchRow>(
    selectBatches([sql`b.company_id = ${ctx.companyId}`, sql`b.id = ${id}`], sql`limit 1`),
  );
  if (!batch) throw platformFail('resource.notFound', { label: '代扣批次' });
  const conditions: Sql[] = [sql`l.company_id = ${ctx.companyId}`, sql`l.batch_id = ${id}`];
  if (answer) conditions.push(sql`l.answer = ${answer}`);
  const lines = await ctx.tx.ad<LineRow>(sql`
    select l.id, l.line_number, l.reference, l.house_id, h.full_name as house_name, l.account_name, a.account_masked, l.amount_fen, l.answer, l.reason,
      (select jsonb_agg(jsonb_build_object('item', i.name, 'from', b.period_from, 'to', b.period_to) order by b.period_from, i.name) from withholding_bill w
        join bill b on b.company_id = w.company_id and b.id = w.bill_id
        join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
        where w.company_id = l.company_id and w.line_id = l.id) as bills,
      l.receipt_id, r.number as receipt_number, r.reversed_at is not null as is_reversed, l.prepaid_fen
    from withholding_line l
    join house h on h.company_id = l.company_id and h.id = l.house_id
    join bank_agreement a on a.company_id = l.company_id and a.id = l.bank_agreement_id
    left join receipt r on r.company_id = l.company_id and r.id = l.receipt_id
    where ${join(conditions, ' and ')} order by l.line_number limit ${pageSize} offset ${(page - 1) * pageSize}`);
  const [count] = await ctx.tx.ad<{ total: number }>(
    sql`select count(*)::int as total from withholding_line l where ${join(conditions, ' and ')}`,
  );
  return { batch: viewBatch(batch), lines: lines.map(viewLine), lineTotal: count?.total ?? 0 };
}

function viewLine(row: LineRow): WithholdingLineView {
  return {
    id: row.id,
    lineNumber: row.line_number,
    reference: row.reference,
    houseId: row.house_id,
    houseName: row.house_name,
    accountName: row.account_name,
    accountMasked: row.account_masked,
    amount: formatYuan(row.amount_fen),
    answer: row.answer,
    reason: row.reason,
    billNames: (row.bills ?? [])
      .map(({ item, from, to }) => `${item} ${billPeriodText({ periodFrom: from, periodTo: to })}`)
      .join('、'),
    receiptId: row.receipt_id,
    receiptNumber: row.receipt_number ?? '',
    isReversed: row.is_reversed === true,
    prepaid: formatYuan(row.prepaid_fen),
  };
}
