import type { Services } from '../../apps/server/src/platform/services.ts';
import { type BenchCompany, secondsOf } from './bench.ts';

/**
 * Gives every house of a company two bills a month for `months` months up to March 2026, all but the last three months
 * paid, each by a receipt of its own; about one receipt in a thousand is reversed. Written by the owner, set by set on two connections, with
 * triggers asleep and indexes made afterwards: the income detail is filled by the same statement for all.
 */
export async function addManyReceipts(
  { ownerPool }: Services,
  company: BenchCompany,
  months: number,
  say: (message: string) => void,
): Promise<void> {
  const values = [company.companyId, company.communityId, company.staffId, months];
  const inTurn = async (statements: readonly (readonly [name: string, text: string])[]) => {
    const client = await ownerPool.connect();
    try {
      await client.query(`set session_replication_role = replica; set synchronous_commit = off; set work_mem = '256MB';
        set maintenance_work_mem = '512MB'`);
      for (const [name, text] of statements) {
        const used = Math.max(0, ...[...text.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));
        const seconds = await secondsOf(() => client.query(text, values.slice(0, used)));
        if (seconds > 5) say(`    ${name}: ${Math.round(seconds)} s`);
      }
    } finally {
      // Its settings end with it.
      client.release(true);
    }
  };
  await inTurn(before);
  const { rows: indexes } = await ownerPool.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = any ('{bill,receipt,receipt_tender,allocation,income_movement}'::regclass[])
      and not exists (select from pg_constraint where conindid = indexrelid) order by indrelid, indexrelid`);
  for (const { name } of indexes) await ownerPool.query(`drop index ${name}`);
  await Promise.all(lanes.map(inTurn));
  const made = indexes.map(({ name, definition }) => [`index ${name}`, definition] as const);
  // Beside each other, table by table: each reads its table once more.
  await Promise.all([inTurn(made.filter((_, n) => n % 2 === 0)), inTurn(made.filter((_, n) => n % 2 === 1))]);
  await inTurn([
    ['drop', 'drop table bench_due'],
    ['vacuum analyze', 'vacuum analyze'],
  ]);
}

// A month's receipts lie in the order they were taken in, as they would where people work.
const paidOn = 'd.month + d.after';
const paidAt = 'd.month + make_interval(days => d.after, secs => d.place % 36000)';

const before = [
  [
    'items',
    `insert into charge_item (company_id, id, name, kind, created_at, updated_at)
     select $1, gen_random_uuid(), n, 'periodic', now(), now() from unnest(array['物业管理费', '公摊费']) n`,
  ],
  [
    'methods',
    `insert into payment_method (company_id, id, key, name, is_cash, sort_order)
     select $1, gen_random_uuid(), k, n, k = 'cash', o from (values ('cash', '现金', 1), ('wechat', '微信', 2), ('bank', '银行转账', 3)) v (k, n, o)`,
  ],
  [
    'what is due',
    `create unlogged table bench_due as
     select uuidv7() as bill_id, uuidv7() as receipt_id, uuidv7() as tender_id, uuidv7() as reversal_id, u.*, ((u.place - 1) % u.in_month * 28 / u.in_month)::int as after,
       (select array_agg(p.id order by sort_order) from payment_method p where p.company_id = $1) as methods
     from (select h.id as house_id, i.id as item_id, (date '2026-03-01' - make_interval(months => m))::date as month,
         (20000 + (h.sort_order * 7919 + m * 31) % 9000)::bigint as fen, m, row_number() over (order by m desc, h.sort_order, i.id) as place,
         2 * (select count(*) from house where company_id = $1 and community_id = $2) as in_month
       from house h cross join charge_item i cross join generate_series(0, $4::int - 1) m
       where h.company_id = $1 and h.community_id = $2 and i.company_id = $1 and $3::uuid is not null order by place) u`,
  ],
] as const;

/** Two at a time: what is in one lane needs nothing of the other. */
const lanes = [
  [
    [
      'bills',
      `insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on, receivable_fen,
         received_fen, raised_how, raised_at, calculation)
       select $1, bill_id, $2, item_id, 'house', house_id, month, (month + interval '1 month')::date, month + 27, fen,
         case when m >= 3 and place % 1009 <> 0 then fen else 0 end, 'auto', month, jsonb_build_object('q', '98.50', 'u', '㎡', 'p', '2.80',
           'm', '1', 'i', bill_id, 'a', to_char(fen / 100.0, 'FM999990.00'))
       from bench_due`,
    ],
    [
      'tenders',
      `insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen)
       select $1, tender_id, $2, receipt_id, methods[place % 3 + 1], fen from bench_due where m >= 3`,
    ],
    [
      'allocations',
      `insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen, day, charge_item_id, target_kind, target_id, bill_month)
       select $1, uuidv7(), $2, d.receipt_id, d.bill_id, d.fen, ${paidOn}, d.item_id, 'house', d.house_id, d.month from bench_due d where d.m >= 3`,
    ],
    [
      'allocations of reversals',
      `insert into allocation (company_id, id, community_id, receipt_id, receipt_reversal_id, bill_id, principal_fen, day, charge_item_id, target_kind,
         target_id, bill_month)
       select $1, uuidv7(), $2, d.receipt_id, d.reversal_id, d.bill_id, -d.fen, d.month + 29, d.item_id, 'house', d.house_id, d.month
       from bench_due d where d.m >= 3 and d.place % 1009 = 0`,
    ],
  ],
  [
    [
      'receipts',
      `insert into receipt (company_id, id, community_id, number, total_fen, payer_name, target_kind, target_id, received_on, received_at,
         cashier_staff_id, idempotency_key, request_hash, reversed_at)
       select $1, d.receipt_id, $2, 'B1' || to_char(d.month, 'YYYYMM') || '-' || lpad(d.place::text, 8, '0'), d.fen, '业主' || d.place % 5000, 'house',
         d.house_id, ${paidOn}, ${paidAt}, $3, d.receipt_id::text, '\\x00', case when d.place % 1009 = 0 then d.month + interval '29 days' end
       from bench_due d where d.m >= 3`,
    ],
    [
      'reversals',
      `insert into receipt_reversal (company_id, id, community_id, receipt_id, reason, reversed_on, reversed_at, staff_id)
       select $1, reversal_id, $2, receipt_id, '收错了', month + 29, month + interval '29 days', $3 from bench_due where m >= 3 and place % 1009 = 0`,
    ],
    [
      'income',
      `insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, target_kind, target_id, day, at,
         payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_kinds, part_fen)
       select $1, $2, d.receipt_id, d.receipt_id, d.tender_id, 'receipt', 'house', d.house_id, ${paidOn}, ${paidAt}, d.methods[d.place % 3 + 1], $3, d.fen,
         d.fen, 0, array[d.item_id], array[d.month], array['principal'], array[d.fen] from bench_due d where d.m >= 3`,
    ],
    [
      'income of reversals',
      `insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_reversal_id, target_kind,
         target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_kinds, part_fen)
       select $1, $2, d.reversal_id, d.receipt_id, d.tender_id, 'reversal', d.reversal_id, 'house', d.house_id, d.month + 29, d.month + interval '29 days',
         d.methods[d.place % 3 + 1], $3, -d.fen, -d.fen, 0, array[d.item_id], array[d.month], array['principal'], array[-d.fen]
       from bench_due d where d.m >= 3 and d.place % 1009 = 0`,
    ],
  ],
] as const;
