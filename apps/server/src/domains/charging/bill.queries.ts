import type { EndpointReply, getBillHistory, getHouseAccount } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { type Calculation, explain } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface BillRow {
  raised_at: string;
  raised_how: string;
  raised_by: string | null;
  voided_at: string | null;
  receivable_fen: Fen;
  calculation: Calculation;
}

const raisedWords: Record<string, string> = { auto: '自动生成', manual: '生成', import: '导入', advance: '预收生成' };

/** How a bill was computed, and what happened to it: raised, paid, payments reversed, voided. */
export async function readBillHistory(ctx: Context, id: string): Promise<EndpointReply<typeof getBillHistory>> {
  const bill =
    await ctx.tx.first<BillRow>(sql`select b.raised_at, b.raised_how, s.name raised_by, b.voided_at, b.receivable_fen, b.calculation
    from bill b left join raising_run r on r.company_id = b.company_id and r.id = b.raising_run_id
    left join staff s on s.company_id = r.company_id and s.id = r.created_by
    where b.company_id = ${ctx.companyId} and b.id = ${id}`);
  if (!bill) throw platformFail('resource.notFound', { label: '账单' });
  const raised = {
    at: bill.raised_at,
    what: raisedWords[bill.raised_how] ?? '生成',
    who: bill.raised_by ?? '系统',
    amount: formatYuan(bill.receivable_fen),
    receiptId: null,
  };
  const voided = bill.voided_at ? [{ at: bill.voided_at, what: '作废', who: '', amount: null, receiptId: null }] : [];
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

interface AccountRow {
  id: string;
  state: 'due' | 'partlyPaid' | 'paid' | 'void';
  target_label: string;
  item: string;
  period_from: string;
  period_to: string;
  due_on: string;
  receivable_fen: Fen;
  received_fen: Fen;
  outstanding_fen: Fen;
  calculation: Calculation;
}

/** The account of a house: its bills and those of its parking spaces, by the month in which the period begins. */
export async function readHouseAccount(ctx: Context, houseId: string): Promise<EndpointReply<typeof getHouseAccount>> {
  const house = await ctx.tx.first<{ time_zone: string }>(sql`select c.time_zone from house h
    join community c on c.company_id = h.company_id and c.id = h.community_id
    where h.company_id = ${ctx.companyId} and h.id = ${houseId}`);
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  const rows = await ctx.tx.rows<AccountRow>(sql`
    select l.id, l.state, l.target_label, i.name item, l.period_from, l.period_to, l.due_on, l.receivable_fen, l.received_fen, l.outstanding_fen, b.calculation
    from bill_list l join bill b on b.company_id = l.company_id and b.id = l.id
    join charge_item i on i.company_id = l.company_id and i.id = l.charge_item_id
    where l.company_id = ${ctx.companyId} and l.target_id = any (array(select ${houseId}::uuid
        union all select k.id from parking_space k where k.company_id = ${ctx.companyId} and k.house_id = ${houseId}))
      and l.state <> 'void'
    order by l.period_from desc, i.sort_order, i.name, l.target_id, l.id`);
  const today = businessDay(ctx.clock, house.time_zone).toString();
  return {
    outstanding: formatYuan(sumFen(rows.map((row) => row.outstanding_fen))),
    overdue: formatYuan(sumFen(rows.filter((row) => row.due_on < today).map((row) => row.outstanding_fen))),
    billCount: rows.length,
    months: byMonth(rows),
  };
}

function byMonth(rows: readonly AccountRow[]): EndpointReply<typeof getHouseAccount>['months'] {
  const months = new Map<string, { receivable: Fen; outstanding: Fen; rows: AccountRow[] }>();
  for (const row of rows) {
    const key = row.period_from.slice(0, 7);
    const month = months.get(key) ?? { receivable: zeroFen, outstanding: zeroFen, rows: [] };
    month.receivable = addFen(month.receivable, row.receivable_fen);
    month.outstanding = addFen(month.outstanding, row.outstanding_fen);
    month.rows.push(row);
    months.set(key, month);
  }
  return [...months].map(([month, one]) => ({
    month,
    receivable: formatYuan(one.receivable),
    outstanding: formatYuan(one.outstanding),
    bills: one.rows.map((row) => ({
      id: row.id,
      state: row.state,
      targetLabel: row.target_label,
      chargeItemLabel: row.item,
      periodFrom: row.period_from,
      periodTo: row.period_to,
      dueOn: row.due_on,
      receivable: formatYuan(row.receivable_fen),
      received: formatYuan(row.received_fen),
      outstanding: formatYuan(row.outstanding_fen),
      sentence: explain(row.calculation),
    })),
  }));
}
