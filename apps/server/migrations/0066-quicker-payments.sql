-- What every payment runs through, quicker; nobody may see or write more or less than before.

-- A policy's sub-selects are worth their price where a statement looks at many rows: they are asked once, not row by row. A statement
-- that adds one row paid for preparing all of them, of its own table and of those a condition looks into, although whoever sees whole
-- communities never comes to these: half of what a payment cost the database. Where rows are added by ones and twos, the check of what
-- is written therefore calls functions instead, and what only people with a part of a community need stands in a function of its own.
create function sees_target(target uuid) returns boolean language plpgsql stable as $$
begin
  return coalesce(target in (select visible_target_ids()), false);
end $$;
create function sees_bill(company uuid, bill_id uuid) returns boolean language plpgsql stable as $$
begin
  return exists (select from bill b where b.company_id = company and b.id = bill_id);
end $$;

-- `partly` is the written condition the table had for people who do not see the whole community.
create procedure check_each_row(table_name text, partly text default null) language plpgsql as $$
begin
  execute format('alter policy company on %I with check (company_id = current_company_id())', table_name);
  if partly is not null then
    execute format('alter policy community on %I with check (sees_all_communities() or community_id = any (whole_community_ids()) or (%s))',
      table_name, partly);
  end if;
end $$;
call check_each_row('receipt', 'sees_target(target_id)');
call check_each_row('receipt_tender', 'community_id = any (visible_community_ids())');
call check_each_row('allocation', 'sees_bill(company_id, bill_id)');
call check_each_row('income_movement', 'sees_target(target_id)');
call check_each_row('audit_entry', 'community_id is null or community_id = any (visible_community_ids())');
call check_each_row('outbox_event');
call check_each_row('number_counter', 'community_id = any (visible_community_ids())');
drop procedure check_each_row(text, text);

-- Counters and books are only ever found by their key, one at a time.
alter policy company on number_counter using (company_id = current_company_id());
alter policy community on number_counter
  using (sees_all_communities() or community_id = any (whole_community_ids()) or community_id = any (visible_community_ids()));
alter policy company on community_book using (company_id = current_company_id());
alter policy community on community_book
  using (sees_all_communities() or community_id = any (whole_community_ids()) or community_id = any (visible_community_ids()));

-- So are the few ways of paying, items and standards of a company.
alter policy company on payment_method using (company_id = current_company_id());
alter policy company on charge_item using (company_id = current_company_id());
alter policy company on charge_standard using (company_id = current_company_id());

-- PostgreSQL reads and prepares the checks of a table for every statement that writes to it, whatever the rows. So few and short ones:
-- sums that may not be negative are looked at together, and a list of words is one constant instead of one for each word.
alter table bill
  drop constraint bill_receivable_fen_check, drop constraint bill_discount_fen_check, drop constraint bill_waived_fen_check,
  drop constraint bill_received_fen_check, drop constraint bill_late_fee_received_fen_check, drop constraint bill_late_fee_waived_fen_check,
  drop constraint bill_outstanding_fen_check, drop constraint bill_check1,
  add constraint bill_sums_check check (least(receivable_fen, discount_fen, waived_fen, refunded_fen, received_fen - refunded_fen,
    late_fee_received_fen, late_fee_waived_fen, outstanding_fen) >= 0),
  drop constraint bill_raised_how_check,
  add constraint bill_raised_how_check
    check (raised_how = any ('{auto,manual,advance,oneOff,meter,apportionment,import,contract,thirdParty}'::text[])),
  drop constraint bill_target_kind_check,
  add constraint bill_target_kind_check check (target_kind = any ('{house,parkingSpace,vehicle}'::text[]));
alter table receipt
  drop constraint receipt_total_fen_check, drop constraint receipt_cash_tendered_fen_check, drop constraint receipt_change_fen_check,
  drop constraint receipt_invoiced_fen_check, drop constraint receipt_prepaid_print_count_check,
  add constraint receipt_sums_check
    check (total_fen > 0 and least(cash_tendered_fen, change_fen, invoiced_fen, prepaid_print_count) >= 0),
  drop constraint receipt_kind_check,
  add constraint receipt_kind_check check (kind = any ('{payment,offset,import,online}'::text[])),
  drop constraint receipt_target_kind_check,
  add constraint receipt_target_kind_check check (target_kind = any ('{house,parkingSpace,vehicle}'::text[]));
alter table income_movement
  drop constraint income_movement_kind_check,
  add constraint income_movement_kind_check check (kind = any ('{receipt,reversal,restoration,refund,amendment}'::text[])),
  drop constraint income_movement_source_check,
  add constraint income_movement_source_check check (source = any ('{money,prepaid,deposit}'::text[])),
  drop constraint income_movement_target_kind_check,
  add constraint income_movement_target_kind_check check (target_kind = any ('{house,parkingSpace,vehicle}'::text[]));
alter table audit_entry
  drop constraint audit_entry_actor_kind_check,
  add constraint audit_entry_actor_kind_check check (actor_kind = any ('{staff,system,resident,app}'::text[]));
alter table open_event
  drop constraint open_event_stream_check,
  add constraint open_event_stream_check check (stream = any ('{money,bank,estate}'::text[])),
  drop constraint open_event_kind_check,
  add constraint open_event_kind_check check (kind = any ('{receipt,reversal,restoration,refund,statementLine,moveIn}'::text[]));

-- Every payment of a company asked whether its company, its cashier and the way of paying are there, several times over, and locked
-- their rows each time: rows that all payments share. A movement of income names what its document names, whose own keys keep it.
alter table income_movement
  drop constraint income_movement_company_id_community_id_fkey,
  drop constraint income_movement_company_id_payment_method_id_fkey,
  drop constraint income_movement_company_id_staff_id_fkey;
-- A company is never deleted: the application may not, and what it holds refers to it. Its rows say whose they are under row-level
-- security, which lets nobody write but into the company stepped into.
alter table audit_entry drop constraint audit_entry_company_id_fkey;
alter table outbox_event drop constraint outbox_event_company_id_fkey;
create function keep_company() returns trigger language plpgsql as $$
begin
  raise foreign_key_violation using table = tg_table_name, message = 'a company is never deleted';
end $$;
create trigger company_kept before delete on company for each row execute function keep_company();

-- What third parties are told of a receipt is noted by whoever takes it. The trigger for all documents runs as the owner with all
-- communities in sight, which costs more than the row.
alter policy company on open_event with check (company_id = current_company_id());
alter policy community on open_event with check (sees_all_communities() or community_id = any (whole_community_ids())
  or community_id = any (visible_community_ids()));
grant usage on sequence open_event_noted to anlin_app;
create function note_receipts() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  insert into open_event (company_id, id, community_id, stream, kind)
    select a.company_id, a.id, a.community_id, 'money', 'receipt' from added a;
  return null;
end $$;
drop trigger receipt_open_event on receipt;
create trigger receipt_open_event after insert on receipt referencing new table as added
  for each statement execute function note_receipts();

-- Counted once a transaction (0063); the nine statements after the first ask one question instead of three.
create or replace function count_change() returns trigger language plpgsql as $$
declare company text;
begin
  if nullif(current_setting('app.change_counted', true), '') = current_setting('app.company_id', true) then return null; end if;
  company := current_setting('app.company_id', true);
  if company is null or company = '' then
    perform count_change_everywhere();
  else
    perform pg_advisory_xact_lock_shared(63, ('x' || right(company, 2))::bit(8)::int);
    perform nextval(('anlin.change_count_' || right(company, 2))::regclass), set_config('app.change_counted', company, true);
  end if;
  return null;
end $$;
