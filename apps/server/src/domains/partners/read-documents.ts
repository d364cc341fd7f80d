import type { OpenDocument } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A numbered event of the stream of money. */
export interface MoneyEvent {
  id: string;
  kind: OpenDocument['kind'];
  sequence: bigint;
}

interface DocumentRow {
  id: string;
  booked_on: string;
  at: string;
  number: string;
  receipt_id: string | null;
  target_kind: OpenDocument['targetKind'];
  target_id: string | null;
  total_fen: Fen;
  tenders: { method: string; source: OpenDocument['tenders'][number]['source']; fen: string }[] | null;
  bills:
    | {
        billId: string;
        externalId: string | null;
        chargeItemName: string;
        periodFrom: string;
        lastDay: string;
        principal: string;
        lateFee: string;
      }[]
    | null;
}

const yuan = (fen: string) => formatYuan(BigInt(fen) as Fen);

/**
 * Documents as third parties see them, in the order of the events. What gives money back has negative sums. `appId`: whose external numbers
 * stand beside the bills.
 */
export async function readDocuments(
  ctx: Context,
  events: readonly MoneyEvent[],
  appId: string,
): Promise<OpenDocument[]> {
  if (events.length === 0) return [];
  const rows = await ctx.tx.rows<DocumentRow>(sql`
    select e.id, coalesce(v.reversed_on, x.restored_on, f.refunded_on, r.received_on) as booked_on,
      coalesce(v.reversed_at, x.restored_at, f.refunded_at, r.received_at) as at, coalesce(f.number, r.number) as number,
      case when e.kind = 'refund' then f.receipt_id else r.id end as receipt_id,
      case when e.kind = 'refund' then f.target_kind else r.target_kind end as target_kind,
      case when e.kind = 'refund' then f.target_id else r.target_id end as target_id,
      case e.kind when 'refund' then -f.total_fen when 'reversal' then -r.total_fen else r.total_fen end as total_fen,
      case when e.kind = 'refund' then
          (select jsonb_agg(jsonb_build_object('method', m.name, 'source', m.source, 'fen', (-t.amount_fen)::text) order by t.id)
            from refund_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
            where t.company_id = ${ctx.companyId} and t.refund_id = f.id)
        else
          (select jsonb_agg(jsonb_build_object('method', m.name, 'source', m.source,
              'fen', (case when e.kind = 'reversal' then -t.amount_fen else t.amount_fen end)::text) order by t.id)
            from receipt_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
            where t.company_id = ${ctx.companyId} and t.receipt_id = r.id) end as tenders,
      (select jsonb_agg(jsonb_build_object('billId', b.id, 'externalId', p.external_id, 'chargeItemName', i.name, 'periodFrom', b.period_from,
            'lastDay', b.period_to - 1, 'principal', a.principal::text, 'lateFee', a.late_fee::text) order by b.period_from, b.id)
        from (select o.bill_id, sum(o.principal_fen)::bigint as principal, sum(o.late_fee_fen)::bigint as late_fee from allocation o
            where o.company_id = ${ctx.companyId} and (
              (e.kind = 'refund' and o.refund_id = e.id)
              or (e.kind <> 'refund' and o.receipt_id = r.id and o.kind = e.kind and (e.kind = 'receipt' or coalesce(o.receipt_reversal_id, o.receipt_restoration_id) = e.id)))
            group by o.bill_id) a
          join bill b on b.company_id = ${ctx.companyId} and b.id = a.bill_id
          join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
          left join partner_bill p on p.company_id = b.company_id and p.bill_id = b.id and p.partner_app_id = ${appId}) as bills
    from unnest(${events.map((one) => one.id)}::uuid[], ${events.map((one) => one.kind)}::text[]) as e (id, kind)
      left join receipt_reversal v on e.kind = 'reversal' and v.company_id = ${ctx.companyId} and v.id = e.id
      left join receipt_restoration x on e.kind = 'restoration' and x.company_id = ${ctx.companyId} and x.id = e.id
      left join refund f on e.kind = 'refund' and f.company_id = ${ctx.companyId} and f.id = e.id
      left join receipt r on r.company_id = ${ctx.companyId}
        and r.id = case e.kind when 'receipt' then e.id when 'reversal' then v.receipt_id when 'restoration' then x.receipt_id else f.receipt_id end`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return events.flatMap(({ id, kind, sequence }) => {
    const row = byId.get(id);
    return row ? [viewOf(row, kind, sequence)] : [];
  });
}

function viewOf(row: DocumentRow, kind: OpenDocument['kind'], sequence: bigint): OpenDocument {
  return {
    id: row.id,
    sequence: Number(sequence),
    kind,
    bookedOn: row.booked_on,
    at: row.at,
    number: row.number,
    receiptId: row.receipt_id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    total: formatYuan(row.total_fen),
    tenders: (row.tenders ?? []).map(({ fen, ...tender }) => ({ ...tender, amount: yuan(fen) })),
    bills: (row.bills ?? []).map(({ principal, lateFee, ...bill }) => ({
      ...bill,
      principal: yuan(principal),
      lateFee: yuan(lateFee),
    })),
  };
}
