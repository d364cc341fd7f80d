-- Undoing (CSH-7, 8, 9; CHG-8): refunds with numbers of their own, receipts mended afterwards, what the recycle bin no longer
-- shows, documents of waivers, and how much of a bill was offset.

alter table community add column refund_number_pattern text not null default 'T{community}{yyyy}{mm}-{seq:6}';

-- A receipt voided, restored and voided again undoes its movements each time: once for each document.
drop index prepaid_movement_undone;
create unique index prepaid_movement_undone on prepaid_movement (company_id, other_movement_id, coalesce(receipt_reversal_id, receipt_restoration_id))
  where kind in ('reversal', 'restoration');
drop index deposit_movement_undone;
create unique index deposit_movement_undone on deposit_movement (company_id, other_movement_id, coalesce(receipt_reversal_id, receipt_restoration_id))
  where kind in ('reversal', 'restoration');

-- Receipts mended afterwards (CSH-7): how it was paid, who paid, the note. Only ever added to; the receipt shows the newest.
create table receipt_amendment (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  kind text not null check (kind in ('method', 'payer', 'note')),
  receipt_tender_id uuid,
  from_method_id uuid,
  to_method_id uuid,
  -- As people read them: the names of the methods, the payers, the notes.
  before text not null,
  after text not null,
  reason text not null check (reason <> ''),
  -- The day the change counts for in the income detail: the receipt's own. Only of methods.
  booked_on date,
  amended_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_tender_id) references receipt_tender (company_id, id),
  foreign key (company_id, from_method_id) references payment_method (company_id, id),
  foreign key (company_id, to_method_id) references payment_method (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check ((kind = 'method') = (num_nonnulls(receipt_tender_id, from_method_id, to_method_id, booked_on) = 4)),
  check (from_method_id <> to_method_id)
);
call protect_tenant_table('receipt_amendment', 'community_id', 'select, insert');
call scope_tenant_table('receipt_amendment', 'exists (select from receipt r where r.company_id = receipt_amendment.company_id and r.id = receipt_amendment.receipt_id)');
create index receipt_amendment_of_receipt on receipt_amendment (company_id, receipt_id);
create index receipt_amendment_of_tender on receipt_amendment (company_id, receipt_tender_id) where receipt_tender_id is not null;
create trigger receipt_amendment_day before insert on receipt_amendment for each row execute function refuse_closed_day('booked_on');
grant update (payer_name, note) on receipt to anlin_app;
grant update (payment_method_id) on receipt_tender to anlin_app;

-- The income detail has two rows of an amended method: the old one back, the new one instead.
alter table income_movement drop constraint income_movement_pkey;
do $$
declare one record;
begin
  for one in select conname from pg_constraint where conrelid = 'income_movement'::regclass and contype = 'c'
      and pg_get_constraintdef(oid) like '%restoration%' loop
    execute format('alter table income_movement drop constraint %I', one.conname);
  end loop;
end $$;
alter table income_movement
  add column receipt_amendment_id uuid,
  add primary key (company_id, document_id, tender_id, payment_method_id),
  add foreign key (company_id, receipt_amendment_id) references receipt_amendment (company_id, id),
  add check (kind in ('receipt', 'reversal', 'restoration', 'refund', 'amendment')),
  add check ((kind = 'reversal') = (receipt_reversal_id is not null) and (kind = 'restoration') = (receipt_restoration_id is not null)
    and (kind = 'refund') = (refund_id is not null) and (kind = 'refund') = (refund_tender_id is not null)
    and (kind = 'amendment') = (receipt_amendment_id is not null)),
  add check (case when kind in ('receipt', 'restoration') or (kind = 'amendment' and amount_fen > 0)
      then amount_fen > 0 and least(principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen) >= 0
    else amount_fen < 0 and greatest(principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen) <= 0 end);

create function put_income_of_amendment() returns trigger language plpgsql as $$
begin
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_amendment_id, source, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
    part_item_ids, part_months, part_kinds, part_fen)
  select m.company_id, m.community_id, new.id, m.receipt_id, m.receipt_tender_id, 'amendment', new.id, m.source, m.target_kind, m.target_id,
    new.booked_on, new.amended_at, x.method_id, new.staff_id, x.sign * m.amount_fen, x.sign * m.principal_fen, x.sign * m.late_fee_fen,
    x.sign * m.prepaid_fen, x.sign * m.deposit_fen, x.sign * m.other_fen, m.part_item_ids, m.part_months, m.part_kinds,
    array(select x.sign * fen from unnest(m.part_fen) with ordinality u (fen, n) order by n)
  from income_movement m cross join (values (new.from_method_id, -1), (new.to_method_id, 1)) x (method_id, sign)
  where m.company_id = new.company_id and m.document_id = new.receipt_id and m.receipt_tender_id = new.receipt_tender_id;
  return null;
end $$;
create trigger receipt_amendment_income after insert on receipt_amendment
  for each row when (new.kind = 'method') execute function put_income_of_amendment();

-- A reversal or restoration goes by the method the receipt shows by then.
create or replace function put_income_of_reversal() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_reversal_id, source, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
    part_item_ids, part_months, part_kinds, part_fen)
  select m.company_id, m.community_id, new.id, m.receipt_id, m.receipt_tender_id, 'reversal', new.id, m.source, m.target_kind, m.target_id,
    new.reversed_on, new.reversed_at, t.payment_method_id, new.staff_id, -m.amount_fen, -m.principal_fen, -m.late_fee_fen, -m.prepaid_fen,
    -m.deposit_fen, -m.other_fen, m.part_item_ids, m.part_months, m.part_kinds, array(select -fen from unnest(m.part_fen) with ordinality u (fen, n) order by n)
  from income_movement m join receipt_tender t on t.company_id = m.company_id and t.id = m.receipt_tender_id
  where m.company_id = new.company_id and m.document_id = new.receipt_id;
  return null;
end $$;

create or replace function put_income_of_restoration() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_restoration_id, source, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
    part_item_ids, part_months, part_kinds, part_fen)
  select m.company_id, m.community_id, new.id, m.receipt_id, m.receipt_tender_id, 'restoration', new.id, m.source, m.target_kind, m.target_id,
    new.restored_on, new.restored_at, t.payment_method_id, new.staff_id, m.amount_fen, m.principal_fen, m.late_fee_fen, m.prepaid_fen,
    m.deposit_fen, m.other_fen, m.part_item_ids, m.part_months, m.part_kinds, m.part_fen
  from income_movement m join receipt_tender t on t.company_id = m.company_id and t.id = m.receipt_tender_id
  where m.company_id = new.company_id and m.document_id = new.receipt_id;
  return null;
end $$;

-- A refund gives each fen of a receipt's line back once, however many try at once: the use case locks the receipt first.
create index other_income_of_line on other_income (company_id, other_income_id) where other_income_id is not null;

-- The paper a waiver rests on.
alter table bill_reduction add column file_id uuid, add foreign key (company_id, file_id) references file (company_id, id);
create index bill_reduction_file on bill_reduction (company_id, file_id) where file_id is not null;

-- How much of what a bill received was offset from prepaid or a deposit, for lists and their totals: the sum of its allocations' parts.
alter table bill add column offset_fen bigint not null default 0;
create function add_offset_to_bills() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  update bill b set offset_fen = b.offset_fen + s.fen
    from (select a.company_id, a.bill_id, sum(a.offset_fen)::bigint as fen from added a where a.offset_fen <> 0 group by 1, 2) s
    where b.company_id = s.company_id and b.id = s.bill_id;
  return null;
end $$;
create trigger allocation_offset after insert on allocation referencing new table as added
  for each statement execute function add_offset_to_bills();

-- A bill nothing stands on may be edited to be of another item (CHG-8); it then is of no standard any more. All else stays what it
-- was raised for.
drop trigger bill_keeps_parents on bill;
create trigger bill_keeps_parents before update of company_id, community_id, charge_standard_id, standard_binding_id on bill
  for each row when ((old.company_id, old.community_id, old.standard_binding_id) is distinct from (new.company_id, new.community_id, new.standard_binding_id)
    or (new.charge_standard_id is not null and new.charge_standard_id is distinct from old.charge_standard_id))
  execute function refuse_new_key();
create function require_edited_item() returns trigger language plpgsql as $$
begin
  perform from charge_item i where i.company_id = new.company_id and i.id = new.charge_item_id for key share;
  if not found then
    raise foreign_key_violation using table = 'bill', constraint = 'bill_charge_item', message = 'a bill names a row that is not in table charge_item';
  end if;
  return new;
end $$;
create trigger bill_edited_item before update of charge_item_id on bill
  for each row when (old.charge_item_id is distinct from new.charge_item_id) execute function require_edited_item();

-- What was removed from the view of the recycle bin (CSH-8). The ledger keeps it.
create table recycle_purge (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  kind text not null check (kind in ('receipt', 'bill', 'standardBinding')),
  -- The void or, of a binding, the binding itself.
  document_id uuid not null,
  purged_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('recycle_purge', 'community_id', 'select, insert');
call scope_tenant_table('recycle_purge', 'community_id = any ((select visible_community_ids())::uuid[])');
create index recycle_purge_of_document on recycle_purge (company_id, document_id);

-- Dunning notices that were printed, for the history of a bill: one row for each house or parking space.
create table dunning_print (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  target_id uuid not null,
  printed_at timestamptz not null,
  staff_id uuid,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('dunning_print', 'community_id', 'select, insert');
call scope_tenant_table('dunning_print', 'target_id in (select visible_target_ids())');
create index dunning_print_of_target on dunning_print (company_id, target_id, printed_at);

-- What was asked for about one thing, for its history.
create index approval_of_target on approval (company_id, target_id) where target_id is not null;

-- The list of bills, with what CHG-8 asks for at its end.
create or replace view bill_list with (security_invoker = true) as
  select b.company_id, b.id, 1 as version, b.raised_at created_at, coalesce(b.voided_at, b.raised_at) updated_at, b.community_id,
    case when b.voided_at is not null then 'void' when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid'
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
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = array(select distinct unnest(permissions || '{receipt.refund,receipt.void,receipt.amend,bill.waive,bill.edit,recycleBin.view,recycleBin.purge}'::text[]))
      where company_id = one.id and name = '管理员';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
