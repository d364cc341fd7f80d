-- What issues 3 and 4 still lacked.

-- A formula that held until a day (CHG-2, CHG-3): periods before it, and their part of one that straddles it, are priced by
-- it. Null: it was replaced for every bill to come. The names are what the formula reads, as in the standard.
alter table charge_standard_rule add column holds_until date, add column formula_names jsonb not null default '{}',
  add check (holds_until is null or formula is not null);
create unique index charge_standard_rule_until on charge_standard_rule (company_id, charge_standard_id, holds_until)
  where holds_until is not null;

-- What a run could not bill (CHG-7): which binding, from which day, and why. Kept for a while, so that whoever comes in the morning
-- sees what the night could not do; a run counts all of them in `failed_count`.
create table raising_failure (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  raising_run_id uuid not null,
  standard_binding_id uuid not null,
  -- First day of the period.
  period_from date not null,
  reason text not null check (reason <> ''),
  created_at timestamptz not null,
  primary key (company_id, id),
  -- A chunk that is repeated tells a failure once.
  unique (company_id, raising_run_id, standard_binding_id, period_from),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, raising_run_id) references raising_run (company_id, id) on delete cascade,
  foreign key (company_id, standard_binding_id) references standard_binding (company_id, id) on delete cascade
);
call protect_tenant_table('raising_failure', 'community_id', 'select, insert, delete');
call scope_tenant_table('raising_failure', 'exists (select from standard_binding b where b.company_id = raising_failure.company_id
  and b.id = raising_failure.standard_binding_id)');
create index raising_failure_of_binding on raising_failure (company_id, standard_binding_id);
create index raising_failure_by_age on raising_failure (company_id, created_at);

create or replace view raising_run_list with (security_invoker = true) as
  select r.company_id, r.id, 1 as version, r.created_at, r.created_at updated_at, r.community_id,
    to_char(r.created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') || case r.raised_how when 'auto' then ' 自动' else '' end title,
    r.bill_count, r.sum_fen, r.failed_count, r.charge_item_ids, r.month_from, r.month_to, r.raised_how, r.created_by,
    to_char(r.month_from, 'YYYY-MM') || case when r.month_to > r.month_from then ' 至 ' || to_char(r.month_to, 'YYYY-MM') else '' end months,
    r.failed_count > 0 has_failures
  from raising_run r;

-- Whose channel carried the code a session was opened with: it proves the person to that company and to no other. Null: no code,
-- or one taken before it was kept.
alter table session add column code_company_id uuid references company (id) on delete cascade;

-- A vehicle that is applied for may belong to several houses, as a vehicle may (EST-6). `house_id` of the application stays and
-- names the first of them.
create table vehicle_application_house (
  company_id uuid not null,
  community_id uuid not null,
  vehicle_application_id uuid not null,
  house_id uuid not null,
  primary key (company_id, vehicle_application_id, house_id),
  foreign key (company_id, vehicle_application_id) references vehicle_application (company_id, id) on delete cascade,
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id)
);
create index vehicle_application_house_of_house on vehicle_application_house (company_id, house_id, vehicle_application_id);
call protect_tenant_table('vehicle_application_house', 'community_id');
call scope_tenant_table('vehicle_application_house', 'house_id in (select visible_house_ids())');
call scope_tenant_table('vehicle_application', 'house_id in (select visible_house_ids())
  or id in (select l.vehicle_application_id from vehicle_application_house l where l.company_id = current_company_id() and l.house_id in (select visible_house_ids()))');
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    insert into vehicle_application_house (company_id, community_id, vehicle_application_id, house_id)
      select company_id, community_id, id, house_id from vehicle_application where company_id = one.id and house_id is not null;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
  -- As with vehicles: the main house is always one of the houses, whoever wrote it.
  create trigger main_house_of_new after insert on vehicle_application referencing new table as new_rows for each statement
    when (current_setting('app.taking_in', true) is distinct from 'on') execute function link_main_house();
  create trigger main_house_of_changed after update on vehicle_application referencing old table as old_rows new table as new_rows for each statement
    when (current_setting('app.taking_in', true) is distinct from 'on') execute function link_main_house();
end $$;

-- Who asks to be erased leaves neither name nor number in the agreements by which a bank took their money (EST-12); an
-- agreement still open ends. What was collected keeps its lines, as receipts keep the payer. A number a bank is using
-- just now stays until its answer was read.
create function erase_bank_agreements() returns trigger language plpgsql as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  with meant as (
    select a.id, (new.erased_at at time zone c.time_zone)::date as today,
      exists (select from withholding_line l join withholding_batch b on b.company_id = l.company_id and b.id = l.batch_id
        where l.company_id = a.company_id and l.bank_agreement_id = a.id and l.answer = 'none' and b.state in ('ready', 'booking')) as is_under_way
    from bank_agreement a join community c on c.company_id = a.company_id and c.id = a.community_id
    where a.company_id = old.company_id and a.account_name = old.name
      and a.house_id = any (array(select o.house_id from occupancy o where o.company_id = old.company_id and o.resident_id = old.id)))
  update bank_agreement a set account_name = '已注销', note = '', version = a.version + 1, updated_at = new.erased_at,
      account_sealed = case when m.is_under_way then a.account_sealed else '' end,
      account_index = case when m.is_under_way then a.account_index else ''::bytea end,
      account_masked = case when m.is_under_way then a.account_masked else '****' end,
      ends_on = least(coalesce(a.ends_on, 'infinity'), greatest(a.starts_on + 1, m.today))
    from meant m where a.company_id = old.company_id and a.id = m.id;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
  return null;
end $$;
create trigger erase_bank_agreements after update of erased_at on resident for each row
  when (old.erased_at is null and new.erased_at is not null) execute function erase_bank_agreements();
