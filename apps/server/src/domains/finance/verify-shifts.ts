import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

const shifts = (company: string) => sql`select count(*) from shift where company_id = ${company}`;

/** Shifts that were closed against the movements they handed over (CSH-12). */
export const shiftChecks: readonly CheckQuery[] = [
  {
    key: 'shift.figures',
    title: '每次交班各支付方式的应交 = 该班收退款之和，合计相符',
    count: shifts,
    breaches: (company) => sql`
      select coalesce(l.shift_id, m.shift_id) as id, format('交班 %s：保存收 %s 退 %s 共 %s 笔，收入明细收 %s 退 %s 共 %s 笔（分）',
        (select s.number from shift s where s.company_id = ${company} and s.id = coalesce(l.shift_id, m.shift_id)), coalesce(l.received_fen, 0),
        coalesce(l.returned_fen, 0), coalesce(l.movement_count, 0), coalesce(m.received, 0), coalesce(m.returned, 0), coalesce(m.movements, 0)) as detail
      from (select * from shift_method where company_id = ${company}) l
      full join (select shift_id, payment_method_id, coalesce(sum(amount_fen) filter (where amount_fen > 0), 0) as received,
          coalesce(-sum(amount_fen) filter (where amount_fen < 0), 0) as returned, count(*) as movements
        from income_movement where company_id = ${company} and shift_id is not null group by 1, 2) m
        on m.shift_id = l.shift_id and m.payment_method_id = l.payment_method_id
      where (l.received_fen, l.returned_fen, l.movement_count) is distinct from (m.received, m.returned, m.movements)
      union all
      select s.id, format('交班 %s：应交 %s 实点 %s 共 %s 笔，各支付方式合计应交 %s 实点 %s 共 %s 笔（分）', s.number, s.expected_fen, s.counted_fen,
        s.movement_count, l.expected, l.counted, l.movements)
      from shift s cross join lateral (select coalesce(sum(expected_fen), 0) as expected, coalesce(sum(counted_fen), 0) as counted,
          coalesce(sum(movement_count), 0) as movements from shift_method l where l.company_id = s.company_id and l.shift_id = s.id) l
      where s.company_id = ${company} and (s.expected_fen, s.counted_fen, s.movement_count) <> (l.expected, l.counted, l.movements)`,
  },
  {
    key: 'shift.documents',
    title: '每张单据只属于一个班，且是该收银员在该小区的',
    count: (company) =>
      sql`select count(*) from income_movement where company_id = ${company} and shift_id is not null`,
    breaches: (company) => sql`
      select m.document_id as id, format('分属 %s 个班，%s 笔中有 %s 笔已交', count(distinct m.shift_id), count(*), count(m.shift_id)) as detail
      from income_movement m where m.company_id = ${company} and m.source = 'money'
        and m.document_id in (select document_id from income_movement where company_id = ${company} and shift_id is not null)
      group by m.document_id having count(distinct m.shift_id) > 1 or count(m.shift_id) < count(*)
      union all
      select m.document_id, format('不该在交班 %s 里', s.number)
      from income_movement m join shift s on s.company_id = m.company_id and s.id = m.shift_id
      where m.company_id = ${company} and (m.source <> 'money' or m.community_id <> s.community_id or m.staff_id is distinct from s.staff_id or m.at > s.until_at)`,
  },
];
