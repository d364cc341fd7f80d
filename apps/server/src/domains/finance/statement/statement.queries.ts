import type { StatementPayment } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { type Sql, sql } from '../../../platform/database/sql.ts';
import type { StatementSubject } from './statement-subject.ts';

/** Days of a statement, both included. */
export interface StatementDays {
  from: string;
  to: string;
}

/** Houses of the subject with the parking spaces and vehicles that go with them, with the time they were the owner's: rows `t`. */
function targetsOf(ctx: Context, { ownerships }: StatementSubject): Sql {
  const column = (read: (one: StatementSubject['ownerships'][number]) => string) => ownerships.map(read);
  return sql`stay as (
    select * from unnest(${column((one) => one.houseId)}::uuid[], ${column((one) => one.fromDay)}::date[],
      ${column((one) => one.untilDay)}::date[]) s (house_id, from_day, until_day)
  ), target as (
    select s.house_id as id, s.house_id, s.from_day, s.until_day from stay s
    union all select k.id, k.house_id, s.from_day, s.until_day from stay s
      join charge_target k on k.company_id = ${ctx.companyId} and k.house_id = s.house_id and k.kind <> 'house'
  )`;
}

/**
 * The owner's bills: those that name them as debtor; those of a time before that they took over when the house was handed over;
 * else those that reach into the time they owned it. A bill of somebody else's time is never among them.
 */
function ownBills(ctx: Context, subject: StatementSubject): Sql {
  const owners = [...subject.ownerIds];
  const taker = sql`(select c.to_resident_ids from ownership_change c
    where c.company_id = b.company_id and c.house_id = any (array(select house_id from stay)) and c.arrears_decision = 'takeOver'
      and b.id = any (c.arrears_bill_ids) order by c.handed_over_on desc, c.id desc limit 1)`;
  return sql`own as (
    select b.id, b.target_id, b.receivable_fen, coalesce(b.booked_on, b.period_from) as day from bill b
    where b.company_id = ${ctx.companyId} and b.target_id = any (array(select id from target))
      and case when b.debtor_resident_id is not null then b.debtor_resident_id = any (${owners}::uuid[])
        else coalesce(${taker} && ${owners}::uuid[], exists (select from target t where t.id = b.target_id
          and b.period_to > t.from_day and b.period_to <= t.until_day)) end
  )`;
}

/** What was allocated to own bills, with the day of the document that did it. */
function allocated(ctx: Context): Sql {
  return sql`paid as (
    select a.bill_id, a.kind, coalesce(a.refund_id, a.receipt_restoration_id, a.receipt_reversal_id, a.receipt_id) as document_id, a.receipt_id, a.refund_id,
      coalesce(f.refunded_on, x.restored_on, v.reversed_on, r.received_on) as day, a.principal_fen, a.late_fee_fen
    from own o join allocation a on a.company_id = ${ctx.companyId} and a.bill_id = o.id
    join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join receipt_reversal v on v.company_id = a.company_id and v.id = a.receipt_reversal_id
    left join receipt_restoration x on x.company_id = a.company_id and x.id = a.receipt_restoration_id
    left join refund f on f.company_id = a.company_id and f.id = a.refund_id
  )`;
}

export interface BillSumsRow {
  id: string;
  target_id: string;
  place: string;
  opening: Fen;
  billed: Fen;
  reduced: Fen;
  paid: Fen;
  refunded: Fen;
  late_fee: Fen;
}

/**
 * Own bills with what happened to each, document by document on its own day as in the journal: before the first day, and within the
 * days. Bills to which nothing happened and that owed nothing are left out.
 */
export function billSumsOf(
  ctx: Context,
  subject: StatementSubject,
  { from, to }: StatementDays,
  limit: number,
): Promise<BillSumsRow[]> {
  const { companyId } = ctx;
  const within = (kind: string) =>
    sql`coalesce(sum(m.fen) filter (where m.kind = ${kind} and m.day >= ${from}), 0)::bigint`;
  return ctx.tx.rows<BillSumsRow>(sql`with ${targetsOf(ctx, subject)}, ${ownBills(ctx, subject)}, ${allocated(ctx)}, movement as (
      select o.id as bill_id, o.day, 'billed' as kind,
        o.receivable_fen - coalesce((select sum(e.delta_fen) from bill_edit e where e.company_id = ${companyId} and e.bill_id = o.id), 0)::bigint as fen from own o
      union all select o.id, e.edited_on, 'billed', e.delta_fen from own o join bill_edit e on e.company_id = ${companyId} and e.bill_id = o.id
      union all select o.id, v.voided_on, 'billed', -v.receivable_fen from own o join bill_void v on v.company_id = ${companyId} and v.bill_id = o.id
      union all select o.id, v.restored_on, 'billed', v.receivable_fen from own o join bill_restoration v on v.company_id = ${companyId} and v.bill_id = o.id
      union all select o.id, d.reduced_on, 'reduced', d.amount_fen from own o
        join bill_reduction d on d.company_id = ${companyId} and d.bill_id = o.id and d.kind <> 'lateFeeWaiver'
      union all select p.bill_id, p.day, 'paid', p.principal_fen from paid p where p.kind <> 'refund'
      union all select p.bill_id, p.day, 'refunded', -p.principal_fen from paid p where p.kind = 'refund'
      union all select p.bill_id, p.day, 'lateFee', p.late_fee_fen from paid p
    ), summed as (
      select m.bill_id, coalesce(sum(case m.kind when 'billed' then m.fen when 'refunded' then m.fen when 'lateFee' then 0 else -m.fen end)
          filter (where m.day < ${from}), 0)::bigint as opening,
        ${within('billed')} as billed, ${within('reduced')} as reduced, ${within('paid')} as paid, ${within('refunded')} as refunded,
        ${within('lateFee')} as late_fee
      from movement m where m.day <= ${to} group by m.bill_id
    )
    select o.id, o.target_id, coalesce(ct.label, '') as place, s.opening, s.billed, s.reduced, s.paid, s.refunded, s.late_fee
    from summed s join own o on o.id = s.bill_id
    left join charge_target ct on ct.company_id = ${companyId} and ct.id = o.target_id
    where s.opening <> 0 or s.billed <> 0 or s.reduced <> 0 or s.paid <> 0 or s.refunded <> 0 or s.late_fee <> 0
    limit ${limit}`);
}

export interface PaymentRow {
  id: string;
  kind: StatementPayment['kind'];
  number: string;
  day: string;
  methods: string;
  principal: Fen;
  late_fee: Fen;
}

/** The documents that paid own bills within the days or took that back, each with its part for them, by day. */
export function paymentsOf(
  ctx: Context,
  subject: StatementSubject,
  { from, to }: StatementDays,
): Promise<PaymentRow[]> {
  const { companyId } = ctx;
  return ctx.tx.rows<PaymentRow>(sql`with ${targetsOf(ctx, subject)}, ${ownBills(ctx, subject)}, ${allocated(ctx)}
    select d.document_id as id, d.kind, coalesce(f.number, r.number) as number, d.day, d.principal, d.late_fee,
      coalesce((select string_agg(distinct m.name, '、') from (
        select t.payment_method_id from refund_tender t where t.company_id = ${companyId} and t.refund_id = d.refund_id
        union all select t.payment_method_id from receipt_tender t where t.company_id = ${companyId} and t.receipt_id = d.receipt_id and d.refund_id is null) t
        join payment_method m on m.company_id = ${companyId} and m.id = t.payment_method_id), '') as methods
    from (select document_id, kind, receipt_id, refund_id, day, sum(principal_fen)::bigint as principal, sum(late_fee_fen)::bigint as late_fee
      from paid where day between ${from} and ${to} group by 1, 2, 3, 4, 5) d
    join receipt r on r.company_id = ${companyId} and r.id = d.receipt_id
    left join refund f on f.company_id = ${companyId} and f.id = d.refund_id
    order by d.day, number, d.document_id`);
}

export interface PrepaidRow {
  place: string;
  item: string;
  opening: Fen;
  added: Fen;
  used: Fen;
}

/** Prepaid accounts of what the owner has now, with what came and went within the days while it was theirs. */
export function prepaidOf(ctx: Context, subject: StatementSubject, { from, to }: StatementDays): Promise<PrepaidRow[]> {
  const { companyId } = ctx;
  return ctx.tx.rows<PrepaidRow>(sql`with ${targetsOf(ctx, subject)}, account as (
      select p.id, p.target_id, p.charge_item_id, greatest(${from}::date, t.from_day) as from_day from target t
      join prepaid_account p on p.company_id = ${companyId} and p.target_id = t.id where t.until_day = 'infinity'
    ), summed as (
      select a.id, coalesce(sum(m.amount_fen) filter (where m.moved_on < a.from_day), 0)::bigint as opening,
        coalesce(sum(m.amount_fen) filter (where m.moved_on >= a.from_day and m.amount_fen > 0), 0)::bigint as added,
        coalesce(-sum(m.amount_fen) filter (where m.moved_on >= a.from_day and m.amount_fen < 0), 0)::bigint as used
      from account a join prepaid_movement m on m.company_id = ${companyId} and m.prepaid_account_id = a.id and m.moved_on <= ${to}
      group by a.id
    )
    select coalesce(ct.label, '') as place, coalesce(i.name, '通用') as item, s.opening, s.added, s.used
    from summed s join account a on a.id = s.id
    left join charge_item i on i.company_id = ${companyId} and i.id = a.charge_item_id
    left join charge_target ct on ct.company_id = ${companyId} and ct.id = a.target_id
    where s.opening <> 0 or s.added <> 0 or s.used <> 0 order by coalesce(ct.name, '') collate natural_order, a.charge_item_id is not null, i.name`);
}

export interface DepositRow {
  place: string;
  item: string;
  taken_on: string;
  taken: Fen;
  held: Fen;
}

/** Deposits taken while the owner had the place: those still held after the last day, or that moved within the days. */
export function depositsOf(
  ctx: Context,
  subject: StatementSubject,
  { from, to }: StatementDays,
): Promise<DepositRow[]> {
  const { companyId } = ctx;
  return ctx.tx.rows<DepositRow>(sql`with ${targetsOf(ctx, subject)}, held as (
      select d.id, d.target_id, d.charge_item_id, d.taken_on, d.taken_fen, sum(m.amount_fen)::bigint as held, bool_or(m.moved_on >= ${from}) as has_moved
      from target t join deposit d on d.company_id = ${companyId} and d.target_id = t.id and d.taken_on >= t.from_day and d.taken_on < t.until_day
      join deposit_movement m on m.company_id = ${companyId} and m.deposit_id = d.id and m.moved_on <= ${to}
      group by d.id, d.target_id, d.charge_item_id, d.taken_on, d.taken_fen
    )
    select coalesce(ct.label, '') as place, i.name as item, x.taken_on, x.taken_fen as taken, x.held
    from held x join charge_item i on i.company_id = ${companyId} and i.id = x.charge_item_id
    left join charge_target ct on ct.company_id = ${companyId} and ct.id = x.target_id
    where x.held <> 0 or x.has_moved order by x.taken_on, x.id`);
}

/** What these places owe today that is not the owner's: of a time before theirs, with nobody named. */
export async function leftOutOf(ctx: Context, subject: StatementSubject): Promise<{ count: number; outstanding: Fen }> {
  const row = await ctx.tx.first<{
    count: number;
    outstanding: Fen;
  }>(sql`with ${targetsOf(ctx, subject)}, ${ownBills(ctx, subject)}
    select count(*)::int as count, coalesce(sum(b.outstanding_fen), 0)::bigint as outstanding from bill b
    where b.company_id = ${ctx.companyId} and b.target_id = any (array(select id from target where until_day = 'infinity')) and b.outstanding_fen > 0
      and b.debtor_resident_id is null and not exists (select from own o where o.id = b.id)`);
  return row!;
}
