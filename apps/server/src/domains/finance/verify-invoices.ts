import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** E-invoices (FIN-6) against the money they stand for: never more than was received and kept, blue and red to the fen. */
export const invoiceChecks: readonly CheckQuery[] = [
  {
    key: 'invoice.receipt',
    title: '每张收据的开票数 = 各发票之和，且不超过已收减已退',
    count: (company) => sql`select count(*) from receipt where company_id = ${company} and invoiced_fen > 0`,
    breaches: (company) => sql`
      select r.id, format('收据 %s 记开票 %s，发票合计 %s，可开票 %s（分）', r.number, r.invoiced_fen, coalesce(h.fen, 0),
        receipt_invoiceable_fen(r.company_id, r.id)) as detail
      from receipt r left join (select receipt_id, sum(gross_fen) as fen from invoice_held_part where company_id = ${company} group by 1) h on h.receipt_id = r.id
      where r.company_id = ${company} and (r.invoiced_fen > 0 or h.fen is not null)
        and (r.invoiced_fen <> coalesce(h.fen, 0) or r.invoiced_fen > receipt_invoiceable_fen(r.company_id, r.id))
      union all
      select h.receipt_id, format('项目 %s 开票 %s，已收减已退 %s（分）', h.charge_item_id, h.fen, coalesce(x.fen, 0))
      from (select receipt_id, charge_item_id, sum(gross_fen) as fen from invoice_held_part where company_id = ${company} group by 1, 2) h
        left join receipt_item_received x on x.company_id = ${company} and x.receipt_id = h.receipt_id and x.charge_item_id = h.charge_item_id
      where h.fen > coalesce(x.fen, 0)`,
  },
  {
    key: 'invoice.sum',
    title: '发票的价税合计 = 明细之和 = 各收据之和',
    count: (company) => sql`select count(*) from invoice where company_id = ${company}`,
    breaches: (company) => sql`
      select i.id, format('发票 %s 合计 %s、税额 %s，明细 %s、%s，收据 %s（分）', coalesce(i.number, i.request_number), i.gross_fen, i.tax_fen, l.gross, l.tax, p.gross) as detail
      from invoice i
        left join (select invoice_id, sum(gross_fen) as gross, sum(tax_fen) as tax from invoice_line where company_id = ${company} group by 1) l on l.invoice_id = i.id
        left join (select invoice_id, sum(gross_fen) as gross from invoice_part where company_id = ${company} group by 1) p on p.invoice_id = i.id
      where i.company_id = ${company} and (i.gross_fen is distinct from l.gross or i.tax_fen is distinct from l.tax or i.gross_fen is distinct from p.gross)`,
  },
  {
    key: 'invoice.red',
    title: '红字不超过蓝字，冲完时金额和税额都为零',
    count: (company) => sql`select count(*) from invoice where company_id = ${company} and direction = 'red'`,
    breaches: (company) => sql`
      select b.id, format('发票 %s 金额 %s 税额 %s，记红冲 %s，红字 %s、%s（分）', b.number, b.gross_fen, b.tax_fen, b.red_fen, coalesce(r.gross, 0), coalesce(r.tax, 0)) as detail
      from invoice b left join (select original_id, sum(gross_fen) as gross, sum(tax_fen) as tax from invoice
        where company_id = ${company} and direction = 'red' and state = 'issued' group by 1) r on r.original_id = b.id
      where b.company_id = ${company} and b.direction = 'blue' and (b.red_fen <> -coalesce(r.gross, 0) or b.gross_fen + coalesce(r.gross, 0) < 0
        or b.tax_fen + coalesce(r.tax, 0) < 0 or (b.gross_fen = b.red_fen and b.tax_fen + coalesce(r.tax, 0) <> 0))`,
  },
];
