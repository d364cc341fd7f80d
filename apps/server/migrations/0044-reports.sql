-- Reports (FIN-3). What a report of received money sums is written on each allocation: the day of its document, and item, target and
-- month of its bill. None of them changes any more once something was paid, so a report reads one narrow index and no document.

alter table allocation
  add column day date,
  add column charge_item_id uuid,
  add column target_kind text,
  add column target_id uuid,
  -- First day of the month the period of its bill begins in.
  add column bill_month date,
  -- By how many years the bill is later than the payment: 0 paid in its own year, less than 0 arrears, more than 0 in advance.
  add column years_ahead smallint generated always as ((extract(year from bill_month) - extract(year from day))::smallint) stored;

-- Fills what the writer leaves out, from the documents the row names; they are there before it by its foreign keys.
create function date_allocation() returns trigger language plpgsql as $$
begin
  if new.day is null then
    new.day := case
      when new.refund_id is not null then (select f.refunded_on from refund f where f.company_id = new.company_id and f.id = new.refund_id)
      when new.receipt_restoration_id is not null then
        (select s.restored_on from receipt_restoration s where s.company_id = new.company_id and s.id = new.receipt_restoration_id)
      when new.receipt_reversal_id is not null then
        (select v.reversed_on from receipt_reversal v where v.company_id = new.company_id and v.id = new.receipt_reversal_id)
      else (select r.received_on from receipt r where r.company_id = new.company_id and r.id = new.receipt_id) end;
  end if;
  if new.bill_month is null then
    select b.charge_item_id, b.target_kind, b.target_id, date_trunc('month', b.period_from)::date
      into new.charge_item_id, new.target_kind, new.target_id, new.bill_month
      from bill b where b.company_id = new.company_id and b.id = new.bill_id;
  end if;
  return new;
end $$;
create trigger allocation_dated before insert on allocation for each row execute function date_allocation();

do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update allocation a set charge_item_id = b.charge_item_id, target_kind = b.target_kind, target_id = b.target_id,
        bill_month = date_trunc('month', b.period_from)::date,
        day = case
          when a.refund_id is not null then (select f.refunded_on from refund f where f.company_id = a.company_id and f.id = a.refund_id)
          when a.receipt_restoration_id is not null then
            (select s.restored_on from receipt_restoration s where s.company_id = a.company_id and s.id = a.receipt_restoration_id)
          when a.receipt_reversal_id is not null then
            (select v.reversed_on from receipt_reversal v where v.company_id = a.company_id and v.id = a.receipt_reversal_id)
          else (select r.received_on from receipt r where r.company_id = a.company_id and r.id = a.receipt_id) end
      from bill b where b.company_id = a.company_id and b.id = a.bill_id and a.company_id = one.id;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
alter table allocation alter column day set not null, alter column charge_item_id set not null, alter column target_kind set not null,
  alter column target_id set not null, alter column bill_month set not null;
-- The receipt is in it because who sees an allocation is asked of its receipt; without it no report would read the index alone.
create index allocation_by_day on allocation (company_id, community_id, day)
  include (charge_item_id, target_id, target_kind, bill_month, years_ahead, kind, principal_fen, late_fee_fen, receipt_id);

-- The day a bill is booked on belongs to the sums a report reads.
drop index bill_by_period;
create index bill_by_period on bill (company_id, community_id, period_from, charge_item_id)
  include (target_id, target_kind, due_on, receivable_fen, discount_fen, waived_fen, received_fen, refunded_fen, late_fee_received_fen, outstanding_fen, voided_at, booked_on);

create index bill_edit_by_day on bill_edit (company_id, community_id, edited_on);
create index bill_void_by_day on bill_void (company_id, community_id, voided_on);
create index bill_restoration_by_day on bill_restoration (company_id, community_id, restored_on);
create index deposit_movement_by_day on deposit_movement (company_id, community_id, moved_on);

-- A bill that was given up whole is not paid up (CSH-9).
create or replace view bill_list with (security_invoker = true) as
  select b.company_id, b.id, 1 as version, b.raised_at created_at, coalesce(b.voided_at, b.raised_at) updated_at, b.community_id,
    case when b.voided_at is not null then 'void' when b.outstanding_fen = 0 and b.receivable_fen > 0 and b.received_fen = b.refunded_fen then 'waived'
      when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid'
      else 'due' end state,
    b.target_kind, b.target_id, coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id,
    case when b.debtor_resident_id is not null
      then coalesce((select r.name from resident r where r.company_id = b.company_id and r.id = b.debtor_resident_id), '')
      else coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null), '') end owner_name,
    case when b.debtor_resident_id is not null
      then (select nullif(r.phone, '') from resident r where r.company_id = b.company_id and r.id = b.debtor_resident_id)
      else (select r.phone from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
        order by o.moved_in_on, o.id limit 1) end owner_phone,
    b.charge_item_id, b.charge_standard_id, b.period_from, b.period_to, b.period_to - 1 last_day, b.due_on,
    b.outstanding_fen > 0 and b.due_on < told_today() is_overdue,
    b.receivable_fen, b.discount_fen, b.waived_fen, b.received_fen, b.late_fee_received_fen, b.refunded_fen, b.outstanding_fen,
    b.raised_how, b.raised_at, b.raising_run_id, b.note,
    coalesce((select string_agg(distinct r.number, '、') from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
        where a.company_id = b.company_id and a.bill_id = b.id and r.reversed_at is null), '') receipt_numbers,
    b.offset_fen, b.late_fee_waived_fen,
    coalesce((select string_agg(distinct f.number, '、') from allocation a join refund f on f.company_id = a.company_id and f.id = a.refund_id
        where a.company_id = b.company_id and a.bill_id = b.id), '') refund_numbers
  from bill b
    left join house h on h.company_id = b.company_id and h.id = b.target_id and b.target_kind = 'house'
    left join parking_space k on k.company_id = b.company_id and k.id = b.target_id and b.target_kind = 'parkingSpace';

-- Companies made before this release.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group set permissions = (select array_agg(distinct p) from unnest(permissions || array['report.view', 'report.export']) p)
      where company_id = one.id and 'chargeLedger.export' = any (permissions);
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
