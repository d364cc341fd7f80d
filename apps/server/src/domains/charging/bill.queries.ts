import type { EndpointReply, getBillHistory } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { type Fen, formatYuan, splitTax } from '@anlin/money';
import { type Calculation, explain } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readBillBasis } from './bill-basis.queries.ts';

type History = EndpointReply<typeof getBillHistory>['history'];

/** How a bill was computed, and everything that happened to it, oldest first, from all documents that name it (CHG-8). */
export async function readBillHistory(ctx: Context, id: string): Promise<EndpointReply<typeof getBillHistory>> {
  const bill = await ctx.tx.first<{ calculation: Calculation; receivable_fen: Fen; tax_rate: string }>(sql`
    select b.calculation, b.receivable_fen, trim_scale(i.tax_rate)::text as tax_rate
    from bill b join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    where b.company_id = ${ctx.companyId} and b.id = ${id}`);
  if (!bill) throw platformFail('resource.notFound', { label: '账单' });
  const steps = [
    ...(await readRaising(ctx, id)),
    ...(await readOwnSteps(ctx, id)),
    ...(await readMoney(ctx, id)),
    ...(await readApprovals(ctx, id)),
  ];
  // Several documents may be of one moment; their order within it is the order of their kinds above.
  steps.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
  return {
    sentence: explain(bill.calculation),
    basis: await readBillBasis(ctx, id, bill.calculation),
    tax: taxOf(bill.receivable_fen, bill.tax_rate),
    history: steps,
  };
}

/** What of the amount is tax, as an invoice over all of it would say. */
function taxOf(receivableFen: Fen, rate: string): EndpointReply<typeof getBillHistory>['tax'] {
  if (rate === '0' || receivableFen === 0n) return null;
  const { netFen, taxFen } = splitTax(receivableFen, rate);
  return { rate, net: formatYuan(netFen), tax: formatYuan(taxFen) };
}

interface StepRow {
  at: string;
  what: string;
  detail: string;
  who: string | null;
  fen: Fen | null;
  link_kind: 'receipt' | 'refund' | 'approval' | 'file' | null;
  link_id: string | null;
  takes_back_id?: string | null;
}

function stepOf(row: StepRow): History[number] {
  return {
    at: row.at,
    what: row.what,
    detail: row.detail,
    who: row.who ?? '系统',
    amount: row.fen === null ? null : formatYuan(row.fen),
    link: row.link_kind && row.link_id ? { kind: row.link_kind, id: row.link_id } : null,
    takesBackId: row.takes_back_id ?? null,
  };
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

/** What it was raised for: before its first edit, should there be one. */
async function readRaising(ctx: Context, id: string): Promise<History> {
  const row = await ctx.tx.first<{ at: string; raised_how: string; who: string | null; fen: Fen }>(sql`
    select b.raised_at as at, b.raised_how, s.name as who,
      b.receivable_fen - coalesce((select sum(e.delta_fen) from bill_edit e where e.company_id = b.company_id and e.bill_id = b.id), 0)::bigint as fen
    from bill b left join raising_run r on r.company_id = b.company_id and r.id = b.raising_run_id
    left join staff s on s.company_id = b.company_id and s.id = coalesce(r.created_by, b.raised_by)
    where b.company_id = ${ctx.companyId} and b.id = ${id}`);
  const what = raisedWords[row!.raised_how] ?? '生成';
  return [stepOf({ ...row!, what, detail: '', link_kind: null, link_id: null })];
}

/** Edits, voids, restorations, and notices printed while something was owed. */
async function readOwnSteps(ctx: Context, id: string): Promise<History> {
  const edits = await ctx.tx.rows<{
    at: string;
    who: string;
    reason: string;
    delta: Fen;
    before: Record<string, string>;
    after: Record<string, string>;
  }>(sql`
    select e.edited_at as at, coalesce(s.name, '第三方应用') as who, e.reason, e.delta_fen as delta, e.before, e.after
    from bill_edit e left join staff s on s.company_id = e.company_id and s.id = e.staff_id
    where e.company_id = ${ctx.companyId} and e.bill_id = ${id} order by e.edited_at, e.id`);
  const others = await ctx.tx.rows<StepRow>(sql`
    select v.voided_at as at, '作废' as what, concat_ws('，', v.reason, '随收据 ' || r.number) as detail, s.name as who, null::bigint as fen,
      case when r.id is not null then 'receipt' end as link_kind, r.id as link_id
    from bill_void v left join staff s on s.company_id = v.company_id and s.id = v.staff_id
    left join receipt_reversal w on w.company_id = v.company_id and w.id = v.receipt_reversal_id
    left join receipt r on r.company_id = w.company_id and r.id = w.receipt_id
    where v.company_id = ${ctx.companyId} and v.bill_id = ${id}
    union all
    select x.restored_at, '恢复', x.reason, s.name, x.receivable_fen, null, null
    from bill_restoration x left join staff s on s.company_id = x.company_id and s.id = x.staff_id
    where x.company_id = ${ctx.companyId} and x.bill_id = ${id}
    union all
    select p.printed_at, '打印催缴单', '', s.name, null, null, null
    from bill b left join charge_target k on k.company_id = b.company_id and k.id = b.target_id
    join dunning_print p on p.company_id = b.company_id and p.target_id in (b.target_id, k.house_id) and p.printed_at >= b.raised_at
      and p.printed_at < coalesce((select max(r.received_at) from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
        where a.company_id = b.company_id and a.bill_id = b.id and b.outstanding_fen = 0), 'infinity')
    left join staff s on s.company_id = p.company_id and s.id = p.staff_id
    where b.company_id = ${ctx.companyId} and b.id = ${id}
    union all
    select n.sent_at, case n.channel when 'wechat' then '微信' when 'sms' then '短信' else '企业微信' end || '催缴',
      case when n.read_at is not null then '已读' when n.delivered_count > 0 then '已送达' when n.failed_count > 0 then '发送失败' else '' end, n.origin, null, null, null
    from bill b left join charge_target k on k.company_id = b.company_id and k.id = b.target_id
    join lateral (select x.sent_at, x.channel, x.read_at, x.delivered_count, x.failed_count, s.name as origin from dunning_notice x
      join dunning_run r on r.company_id = x.company_id and r.id = x.run_id left join staff s on s.company_id = r.company_id and s.id = r.created_by
      where x.company_id = b.company_id and x.target_id in (b.target_id, k.house_id) and x.state = 'sent' and b.id = any (x.bill_ids)) n on true
    where b.company_id = ${ctx.companyId} and b.id = ${id}
    order by 1`);
  return [
    ...edits.map((row) =>
      stepOf({
        at: row.at,
        what: '修改',
        detail: [editText(row.before, row.after), row.reason].filter((text) => text !== '').join('。'),
        who: row.who,
        fen: row.delta === 0n ? null : row.delta,
        link_kind: null,
        link_id: null,
      }),
    ),
    ...others.map(stepOf),
  ];
}

const editLabels: Record<string, string> = {
  chargeItemName: '收费项目',
  periodFrom: '账期起',
  periodTo: '账期止（不含）',
  dueOn: '缴费期限',
  receivable: '应收',
  note: '备注',
};

function editText(before: Record<string, string>, after: Record<string, string>): string {
  return Object.entries(editLabels)
    .filter(([key]) => before[key] !== after[key])
    .map(([key, label]) => `${label}由“${before[key] ?? ''}”改为“${after[key] ?? ''}”`)
    .join('，');
}

/** What the cashier did with the bill. Its documents are only read here. */
async function readMoney(ctx: Context, id: string): Promise<History> {
  const rows = await ctx.tx.rows<StepRow>(sql`
    select coalesce(f.refunded_at, x.restored_at, v.reversed_at, r.received_at) as at,
      case a.kind when 'refund' then '退款' when 'restoration' then '恢复收款' when 'reversal' then case v.kind when 'void' then '作废收款' else '撤销收款' end
        else '收款' end as what,
      concat_ws('，', coalesce(f.number || '（收据 ' || r.number || '）', r.number), coalesce(f.reason, x.reason, v.reason),
        case when a.late_fee_fen <> 0 then '含违约金 ' || to_char(a.late_fee_fen / 100.0, 'FM999999999990.00') end,
        case when a.offset_fen <> 0 then '其中抵扣 ' || to_char(a.offset_fen / 100.0, 'FM999999999990.00') end) as detail,
      s.name as who, a.principal_fen + a.late_fee_fen as fen,
      case when f.id is not null then 'refund' else 'receipt' end as link_kind, coalesce(f.id, r.id) as link_id, null::uuid as takes_back_id
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join receipt_reversal v on v.company_id = a.company_id and v.id = a.receipt_reversal_id
    left join receipt_restoration x on x.company_id = a.company_id and x.id = a.receipt_restoration_id
    left join refund f on f.company_id = a.company_id and f.id = a.refund_id
    left join staff s on s.company_id = a.company_id and s.id = coalesce(f.staff_id, x.staff_id, v.staff_id, r.cashier_staff_id)
    where a.company_id = ${ctx.companyId} and a.bill_id = ${id}
    union all
    select d.reduced_at, case when d.amount_fen < 0 then '撤回' else '' end
        || case d.kind when 'discount' then '优惠' when 'waiver' then '减免' else '减免违约金' end,
      concat_ws('，', nullif(d.reason, ''), '收据 ' || r.number), s.name, d.amount_fen,
      case when r.id is not null then 'receipt' when d.file_id is not null then 'file' end, coalesce(r.id, d.file_id),
      case when d.amount_fen > 0 and d.receipt_id is null and d.kind <> 'discount'
        and not exists (select from bill_reduction o where o.company_id = d.company_id and o.opposite_of = d.id) then d.id end
    from bill_reduction d left join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
    left join staff s on s.company_id = d.company_id and s.id = d.staff_id
    where d.company_id = ${ctx.companyId} and d.bill_id = ${id}
    order by 1`);
  return rows.map(stepOf);
}

/** Requests about this bill alone; those about many bills are found from the approvals. */
async function readApprovals(ctx: Context, id: string): Promise<History> {
  const rows = await ctx.tx.rows<StepRow>(sql`
    select p.requested_at as at, '申请审批' as what, concat_ws('，', p.summary, p.reason) as detail, s.name as who, null::bigint as fen,
      'approval' as link_kind, p.id as link_id
    from approval p join staff s on s.company_id = p.company_id and s.id = p.requested_by
    where p.company_id = ${ctx.companyId} and p.target_id = ${id} and p.target_kind = 'bill'
    union all
    select p.ended_at, case p.state when 'approved' then '审批通过' when 'rejected' then '审批驳回' when 'withdrawn' then '审批撤回' else '审批失效' end,
      p.outcome, null, null, 'approval', p.id
    from approval p where p.company_id = ${ctx.companyId} and p.target_id = ${id} and p.target_kind = 'bill' and p.ended_at is not null
    order by 1`);
  return rows.map(stepOf);
}
