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

-- Whoever writes an allocation with the bills at hand says what they were for.
drop trigger allocation_dated on allocation;
create trigger allocation_dated before insert on allocation for each row when (new.day is null or new.bill_month is null)
  execute function date_allocation();

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
