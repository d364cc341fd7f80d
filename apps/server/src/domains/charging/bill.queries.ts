import type { EndpointReply, getBillHistory } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { type Calculation, explain } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface BillRow {
  raised_at: string;
  raised_how: string;
  raised_by: string | null;
  voided_at: string | null;
  voided_by: string | null;
  void_reason: string | null;
  receivable_fen: Fen;
  calculation: Calculation;
}

const raisedWords: Record<string, string> = {
  auto: '自动生成',
  manual: '生成',
  import: '导入',
  advance: '预收生成',
  oneOff: '临时收费',
  meter: '抄表生成',
  apportionment: '公摊生成',
};

/** How a bill was computed, and what happened to it: raised, paid, payments reversed, voided. */
export async function readBillHistory(ctx: Context, id: string): Promise<EndpointReply<typeof getBillHistory>> {
  const bill =
    await ctx.tx.first<BillRow>(sql`select b.raised_at, b.raised_how, s.name raised_by, b.voided_at, b.receivable_fen, b.calculation,
      coalesce(w.name, '系统') voided_by, v.reason void_reason
    from bill b left join raising_run r on r.company_id = b.company_id and r.id = b.raising_run_id
    left join staff s on s.company_id = b.company_id and s.id = coalesce(r.created_by, b.raised_by)
    left join bill_void v on v.company_id = b.company_id and v.bill_id = b.id
    left join staff w on w.company_id = v.company_id and w.id = v.staff_id
    where b.company_id = ${ctx.companyId} and b.id = ${id}`);
  if (!bill) throw platformFail('resource.notFound', { label: '账单' });
  const raised = {
    at: bill.raised_at,
    what: raisedWords[bill.raised_how] ?? '生成',
    who: bill.raised_by ?? '系统',
    amount: formatYuan(bill.receivable_fen),
    receiptId: null,
  };
  const what = bill.void_reason === null ? '作废' : `作废：${bill.void_reason}`;
  const voided = bill.voided_at
    ? [{ at: bill.voided_at, what, who: bill.voided_by ?? '系统', amount: null, receiptId: null }]
    : [];
  const history = [raised, ...(await readPayments(ctx, id)), ...voided];
  return { sentence: explain(bill.calculation), history };
}

// What the cashier did with the bill. Its documents are only read here.
async function readPayments(ctx: Context, billId: string) {
  const rows = await ctx.tx.rows<{
    at: string;
    number: string;
    who: string;
    fen: Fen;
    receipt_id: string;
    is_reversal: boolean;
  }>(sql`
    select coalesce(v.reversed_at, r.received_at) at, r.number, s.name who, a.principal_fen + a.late_fee_fen fen, r.id receipt_id,
      v.id is not null is_reversal
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join receipt_reversal v on v.company_id = a.company_id and v.id = a.receipt_reversal_id
    join staff s on s.company_id = a.company_id and s.id = coalesce(v.staff_id, r.cashier_staff_id)
    where a.company_id = ${ctx.companyId} and a.bill_id = ${billId} order by 1, a.id`);
  return rows.map((row) => ({
    at: row.at,
    what: `${row.is_reversal ? '撤销收款' : '收款'} ${row.number}`,
    who: row.who,
    amount: formatYuan(row.fen),
    receiptId: row.receipt_id,
  }));
}
