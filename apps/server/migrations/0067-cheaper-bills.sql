-- What else a bill may name (the person who owes it, the reading, the division of a shared cost, who pressed the button) is checked
-- once per statement as well (ADR 0029). A foreign key is asked row by row, also where the column is empty: for nearly every bill
-- four questions with the same answer, a fifth of what writing the bill costs.

alter table bill drop constraint bill_debtor, drop constraint bill_meter_reading, drop constraint bill_raised_by, drop constraint bill_apportionment_run;

create or replace view kept_reference as select * from (values
  ('bill', 'community_id', 'community'),
  ('bill', 'charge_item_id', 'charge_item'),
  ('bill', 'charge_standard_id', 'charge_standard'),
  ('bill', 'standard_binding_id', 'standard_binding'),
  ('bill', 'debtor_resident_id', 'resident'),
  ('bill', 'meter_reading_id', 'meter_reading'),
  ('bill', 'raised_by', 'staff'),
  ('bill', 'apportionment_run_id', 'apportionment_run')) as kept (table_name, column_name, parent_name);

-- The four that bills mostly leave empty are looked up only where a bill of the statement names one. Readings, people and bindings
-- may be as many as the bills, so their statements are planned anew each time.
create or replace function require_bill_parents() returns trigger language plpgsql
security definer set search_path = anlin, public set app.community_ids = '*' as $$
declare
  missing text;
  has_bound boolean;
  has_more boolean;
begin
  with named as materialized (
    select distinct company_id, community_id, charge_item_id, charge_standard_id, standard_binding_id is not null as is_bound,
      num_nonnulls(debtor_resident_id, meter_reading_id, raised_by, apportionment_run_id) > 0 as names_more from added)
  select coalesce(
    (select 'community' from (select distinct company_id, community_id as id from named) n
      left join lateral (select true as is_there from community p where n.company_id = p.company_id and n.id = p.id for key share) p on true
      where is_there is null limit 1),
    (select 'charge_item' from (select distinct company_id, charge_item_id as id from named) n
      left join lateral (select true as is_there from charge_item p where n.company_id = p.company_id and n.id = p.id for key share) p on true
      where is_there is null limit 1),
    (select 'charge_standard' from (select distinct company_id, charge_standard_id as id from named where charge_standard_id is not null) n
      left join lateral (select true as is_there from charge_standard p where n.company_id = p.company_id and n.id = p.id for key share) p on true
      where is_there is null limit 1)),
    (select bool_or(is_bound) from named), (select bool_or(names_more) from named) into missing, has_bound, has_more;
  if missing is null and has_bound then
    execute $check$
      select 'standard_binding' from added n
        left join lateral (select true as is_there from standard_binding p where p.company_id = n.company_id and p.id = n.standard_binding_id for key share) p on true
        where n.standard_binding_id is not null and is_there is null limit 1 $check$ into missing;
  end if;
  if missing is null and has_more then
    execute $check$
      select coalesce(
        (select 'staff' from (select distinct company_id, raised_by as id from added where raised_by is not null) n
          left join lateral (select true as is_there from staff p where n.company_id = p.company_id and n.id = p.id for key share) p on true
          where is_there is null limit 1),
        (select 'apportionment_run' from (select distinct company_id, community_id, apportionment_run_id as id from added where apportionment_run_id is not null) n
          left join lateral (select true as is_there from apportionment_run p
            where n.company_id = p.company_id and n.id = p.id and n.community_id = p.community_id for key share) p on true
          where is_there is null limit 1),
        (select 'meter_reading' from added n
          left join lateral (select true as is_there from meter_reading p where p.company_id = n.company_id and p.id = n.meter_reading_id for key share) p on true
          where n.meter_reading_id is not null and is_there is null limit 1),
        (select 'resident' from added n
          left join lateral (select true as is_there from resident p where p.company_id = n.company_id and p.id = n.debtor_resident_id for key share) p on true
          where n.debtor_resident_id is not null and is_there is null limit 1)) $check$ into missing;
  end if;
  if missing is not null then
    raise foreign_key_violation using table = 'bill', constraint = 'bill_' || missing, message = format('a bill names a row that is not in table %s', missing);
  end if;
  return null;
end $$;

-- A reading taken away leaves the void bills that were raised for it without one, as before; one whose bill stands is kept by
-- `refuse_billed_reading`. A transaction that sees only what was there when it began would miss bills, so it deletes nothing here.
create or replace function refuse_billed_parent() returns trigger language plpgsql
security definer set search_path = anlin, public set app.community_ids = '*' as $$
declare is_billed boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise feature_not_supported using message = format('rows of %s are deleted in transactions that see what others commit', tg_table_name);
  end if;
  case tg_table_name
    when 'community' then
      select exists (select from bill b where b.company_id = old.company_id and b.community_id = old.id) into is_billed;
    when 'charge_item' then
      select exists (select from bill b where b.company_id = old.company_id and b.charge_item_id = old.id) into is_billed;
    when 'charge_standard' then
      select exists (select from bill b where b.company_id = old.company_id and b.charge_standard_id = old.id) into is_billed;
    when 'standard_binding' then
      -- Void bills name their binding too; each half has its index.
      select exists (select from bill b where b.company_id = old.company_id and b.standard_binding_id = old.id and b.voided_at is null)
        or exists (select from bill b where b.company_id = old.company_id and b.standard_binding_id = old.id and b.voided_at is not null) into is_billed;
    when 'resident' then
      select exists (select from bill b where b.company_id = old.company_id and b.debtor_resident_id = old.id) into is_billed;
    when 'staff' then
      select exists (select from bill b where b.company_id = old.company_id and b.raised_by = old.id) into is_billed;
    when 'apportionment_run' then
      select exists (select from bill b where b.company_id = old.company_id and b.apportionment_run_id = old.id) into is_billed;
    when 'meter_reading' then
      select exists (select from bill b where b.company_id = old.company_id and b.meter_reading_id = old.id and b.voided_at is null) into is_billed;
      if not is_billed then
        update bill b set meter_reading_id = null where b.company_id = old.company_id and b.meter_reading_id = old.id;
      end if;
  end case;
  if is_billed then
    raise foreign_key_violation using table = 'bill', constraint = 'bill_' || tg_table_name, message = format('bills name this row of %s', tg_table_name);
  end if;
  return null;
end $$;

-- Who owes a bill may change, to somebody who is there; its reading may only go; the rest stays.
create function require_changed_debtor() returns trigger language plpgsql
security definer set search_path = anlin, public set app.community_ids = '*' as $$
begin
  perform from resident r where r.company_id = new.company_id and r.id = new.debtor_resident_id for key share;
  if not found then
    raise foreign_key_violation using table = 'bill', constraint = 'bill_resident', message = 'a bill names a row that is not in table resident';
  end if;
  return new;
end $$;
create trigger bill_changed_debtor before update of debtor_resident_id on bill
  for each row when (new.debtor_resident_id is not null and new.debtor_resident_id is distinct from old.debtor_resident_id)
  execute function require_changed_debtor();
create trigger bill_keeps_origin before update of meter_reading_id, raised_by, apportionment_run_id on bill
  for each row when ((old.raised_by, old.apportionment_run_id) is distinct from (new.raised_by, new.apportionment_run_id)
    or (new.meter_reading_id is not null and new.meter_reading_id is distinct from old.meter_reading_id))
  execute function refuse_new_key();

do $$
declare parent text;
begin
  foreach parent in array array['resident', 'staff', 'meter_reading', 'apportionment_run'] loop
    execute format('create trigger %1$s_billed_row after delete on %1$I for each row execute function refuse_billed_parent()', parent);
    execute format('create trigger %1$s_keeps_key before update of company_id, id on %1$I
      for each row when ((old.company_id, old.id) is distinct from (new.company_id, new.id)) execute function refuse_new_key()', parent);
  end loop;
end $$;
-- Bills name a division together with its community.
create trigger apportionment_run_keeps_community before update of community_id on apportionment_run
  for each row when (old.community_id is distinct from new.community_id) execute function refuse_new_key();
