import type { Services } from '../../apps/server/src/platform/services.ts';
import type { BenchCompany } from './bench.ts';

/**
 * Gives every house of a company two bills a month for `months` months up to March 2026, all but the last three months
 * paid, each by a receipt of its own; about one receipt in a thousand is reversed. Written by the owner, set by set, with
 * triggers asleep: the income detail is filled by the same statement for all.
 */
export async function addManyReceipts(services: Services, company: BenchCompany, months: number): Promise<void> {
  const client = await services.ownerPool.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const text of statements) {
      const values = [company.companyId, company.communityId, company.staffId, months];
      const used = Math.max(...[...text.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));
      await client.query(text, values.slice(0, used));
    }
    await client.query('set session_replication_role = origin');
  } finally {
    client.release();
  }
  await services.ownerPool.query('vacuum analyze');
}

const statements = [
  `insert into charge_item (company_id, id, name, kind, created_at, updated_at)
   select $1, gen_random_uuid(), n, 'periodic', now(), now() from unnest(array['物业管理费', '公摊费']) n`,
  `insert into payment_method (company_id, id, key, name, is_cash, sort_order)
   select $1, gen_random_uuid(), k, n, k = 'cash', o from (values ('cash', '现金', 1), ('wechat', '微信', 2), ('bank', '银行转账', 3)) v (k, n, o)`,
  `create temp table due as
   select gen_random_uuid() as bill_id, gen_random_uuid() as receipt_id, gen_random_uuid() as tender_id, h.id as house_id, i.id as item_id,
     (date '2026-03-01' - make_interval(months => m))::date as month, (20000 + (h.sort_order * 7919 + m * 31) % 9000)::bigint as fen, m,
     row_number() over (order by m desc, h.sort_order, i.id) as place,
     (select array_agg(p.id order by sort_order) from payment_method p where p.company_id = $1) as methods
   from house h cross join charge_item i cross join generate_series(0, $4::int - 1) m
   where h.company_id = $1 and h.community_id = $2 and i.company_id = $1 and $3::uuid is not null`,
  `insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on, receivable_fen,
     received_fen, raised_how, raised_at, calculation)
   select $1, bill_id, $2, item_id, 'house', house_id, month, (month + interval '1 month')::date, month + 27, fen,
     case when m >= 3 and place % 1009 <> 0 then fen else 0 end, 'auto', month, jsonb_build_object('q', '98.50', 'u', '㎡', 'p', '2.80',
       'm', '1', 'i', gen_random_uuid(), 'a', to_char(fen / 100.0, 'FM999990.00'))
   from due order by month, place`,
  `insert into receipt (company_id, id, community_id, number, total_fen, payer_name, target_kind, target_id, received_on, received_at,
     cashier_staff_id, idempotency_key, request_hash, reversed_at)
   select $1, receipt_id, $2, 'B1' || to_char(month, 'YYYYMM') || '-' || lpad(place::text, 7, '0'), fen, '业主' || place % 5000, 'house', house_id,
     month + (place % 28)::int, month + make_interval(days => (place % 28)::int, secs => place % 36000), $3, receipt_id::text, '\\x00',
     case when place % 1009 = 0 then month + interval '29 days' end
   from due where m >= 3 order by month + (place % 28)::int, place`,
  `insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen)
   select $1, tender_id, $2, receipt_id, methods[place % 3 + 1], fen from due where m >= 3 order by month + (place % 28)::int, place`,
  `insert into receipt_reversal (company_id, id, community_id, receipt_id, reason, reversed_on, reversed_at, staff_id)
   select $1, gen_random_uuid(), $2, receipt_id, '收错了', month + 29, month + interval '29 days', $3 from due where m >= 3 and place % 1009 = 0`,
  `insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen, day, charge_item_id, target_kind, target_id, bill_month)
   select $1, gen_random_uuid(), $2, receipt_id, bill_id, fen, month + (place % 28)::int, item_id, 'house', house_id, month from due where m >= 3 order by month, place`,
  `insert into allocation (company_id, id, community_id, receipt_id, receipt_reversal_id, bill_id, principal_fen, day, charge_item_id, target_kind,
     target_id, bill_month)
   select $1, gen_random_uuid(), $2, d.receipt_id, v.id, bill_id, -fen, v.reversed_on, item_id, 'house', house_id, month from due d
   join receipt_reversal v on v.company_id = $1 and v.receipt_id = d.receipt_id`,
  `insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, target_kind, target_id, day, at, payment_method_id,
     staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_kinds, part_fen)
   select $1, $2, r.id, r.id, d.tender_id, 'receipt', 'house', d.house_id, r.received_on, r.received_at, d.methods[d.place % 3 + 1], $3, d.fen, d.fen, 0,
     array[d.item_id], array[d.month], array['principal'], array[d.fen]
   from due d join receipt r on r.company_id = $1 and r.id = d.receipt_id order by r.received_on, r.received_at`,
  `insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_reversal_id, target_kind, target_id, day, at,
     payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_kinds, part_fen)
   select $1, m.community_id, v.id, m.receipt_id, m.receipt_tender_id, 'reversal', v.id, m.target_kind, m.target_id, v.reversed_on, v.reversed_at,
     m.payment_method_id, v.staff_id, -m.amount_fen, -m.principal_fen, 0, m.part_item_ids, m.part_months, m.part_kinds, array[-m.amount_fen]
   from income_movement m join receipt_reversal v on v.company_id = m.company_id and v.receipt_id = m.receipt_id where m.company_id = $1`,
  `drop table due`,
];
