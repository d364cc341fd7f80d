import { type EndpointReply, type getReceiptUndo as endpoint, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, sumFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type Reply = EndpointReply<typeof endpoint>;

/** What happened to a receipt after it was taken, and its payments as they can be mended. 404 when out of sight. */
export async function readReceiptUndoing(ctx: Context, receiptId: string): Promise<Reply> {
  const receipt = await ctx.tx.first<{ undone: string | null }>(sql`
    select case when r.reversed_at is null then null else (select v.kind from receipt_reversal v
      where v.company_id = r.company_id and v.receipt_id = r.id order by v.reversed_at desc, v.id desc limit 1) end as undone
    from receipt r where r.company_id = ${ctx.companyId} and r.id = ${receiptId}`);
  if (!receipt) throw platformFail('resource.notFound', { label: '收据' });
  const tenders = await ctx.tx.rows<{
    id: string;
    payment_method_id: string;
    name: string;
    source: 'money' | 'prepaid' | 'deposit';
    amount_fen: Fen;
    reference: string;
  }>(sql`select t.id, t.payment_method_id, m.name, m.source, t.amount_fen, t.reference from receipt_tender t
    join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where t.company_id = ${ctx.companyId} and t.receipt_id = ${receiptId} order by m.sort_order, t.id`);
  const refunds = await ctx.tx.rows<{
    id: string;
    number: string;
    total_fen: Fen;
    refunded_on: string;
    reason: string;
    name: string;
  }>(sql`select f.id, f.number, f.total_fen, f.refunded_on, f.reason, coalesce(s.name, '系统') as name from refund f
    left join staff s on s.company_id = f.company_id and s.id = f.staff_id
    where f.company_id = ${ctx.companyId} and f.receipt_id = ${receiptId} and f.state <> 'failed' order by f.refunded_at, f.id`);
  return {
    state: receipt.undone === null ? 'valid' : receipt.undone === 'void' ? 'voided' : 'reversed',
    tenders: tenders.map((row) => ({
      id: row.id,
      paymentMethodId: row.payment_method_id,
      name: row.name,
      source: row.source,
      amount: formatYuan(row.amount_fen),
      reference: row.reference,
    })),
    refunded: formatYuan(sumFen(refunds.map((row) => row.total_fen))),
    refunds: refunds.map((row) => ({
      id: row.id,
      number: row.number,
      total: formatYuan(row.total_fen),
      refundedOn: row.refunded_on,
      reason: row.reason,
      staffName: row.name,
    })),
    history: await readHistory(ctx, receiptId),
  };
}

async function readHistory(ctx: Context, receiptId: string): Promise<Reply['history']> {
  const rows = await ctx.tx.rows<{ at: string; what: string; detail: string; who: string | null; fen: Fen | null }>(sql`
    select r.received_at as at, '收款' as what, r.number as detail, s.name as who, r.total_fen as fen, r.id
    from receipt r left join staff s on s.company_id = r.company_id and s.id = r.cashier_staff_id
    where r.company_id = ${ctx.companyId} and r.id = ${receiptId}
    union all
    select a.amended_at, case a.kind when 'method' then '改支付方式' when 'payer' then '改付款人' else '改备注' end,
      '由“' || a.before || '”改为“' || a.after || '”，' || a.reason, s.name, null, a.id
    from receipt_amendment a join staff s on s.company_id = a.company_id and s.id = a.staff_id
    where a.company_id = ${ctx.companyId} and a.receipt_id = ${receiptId}
    union all
    select v.reversed_at, case v.kind when 'void' then '作废' else '撤销' end, v.reason, s.name, -r.total_fen, v.id
    from receipt_reversal v join receipt r on r.company_id = v.company_id and r.id = v.receipt_id
    join staff s on s.company_id = v.company_id and s.id = v.staff_id
    where v.company_id = ${ctx.companyId} and v.receipt_id = ${receiptId}
    union all
    select x.restored_at, '恢复', x.reason, s.name, r.total_fen, x.id
    from receipt_restoration x join receipt r on r.company_id = x.company_id and r.id = x.receipt_id
    join staff s on s.company_id = x.company_id and s.id = x.staff_id
    where x.company_id = ${ctx.companyId} and x.receipt_id = ${receiptId}
    union all
    select f.refunded_at, '退款', f.number || '，' || f.reason, s.name, -f.total_fen, f.id
    from refund f left join staff s on s.company_id = f.company_id and s.id = f.staff_id
    where f.company_id = ${ctx.companyId} and f.receipt_id = ${receiptId} and f.state <> 'failed'
    order by 1, 6`);
  return rows.map((row) => ({
    at: row.at,
    what: row.what,
    detail: row.detail,
    who: row.who ?? '系统',
    amount: row.fen === null ? null : formatYuan(row.fen),
  }));
}
