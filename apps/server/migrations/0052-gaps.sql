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
