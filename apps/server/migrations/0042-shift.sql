-- Shift close (CSH-12; ADR 0042): a cashier hands over what was taken in a community since the last time.

-- From when on shifts are kept in a community; null: they are not. Set by the first shift that is closed there.
alter table community_book add column shifts_from timestamptz;

-- One shift of one cashier: everything of theirs in the community that no shift before it had, up to `until_at`.
create table shift (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  staff_id uuid not null,
  number text not null,
  from_at timestamptz not null,
  -- The moment the cashier looked at; what came later is the next shift's.
  until_at timestamptz not null,
  -- Business day in the community's zone.
  closed_on date not null,
  movement_count int not null check (movement_count > 0),
  expected_fen bigint not null,
  counted_fen bigint not null,
  difference_fen bigint not null generated always as (counted_fen - expected_fen) stored,
  -- Notes and coins that were counted: how many of each, by its worth in fen. Null: the cash was only summed up.
  denominations jsonb,
  reason text not null default '',
  handed_to_staff_id uuid,
  -- Slip of the bank it was paid in at.
  bank_slip text not null default '',
  note text not null default '',
  closed_at timestamptz not null,
  -- Somebody else when the cashier could not.
  closed_by uuid not null,
  print_count int not null default 0,
  primary key (company_id, id),
  unique (company_id, community_id, number),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  foreign key (company_id, closed_by) references staff (company_id, id),
  foreign key (company_id, handed_to_staff_id) references staff (company_id, id),
  check ((handed_to_staff_id is null) = (bank_slip <> '')),
  check (from_at <= until_at)
);
call protect_tenant_table('shift', 'community_id', 'select, insert');
-- Whoever sees a part of a community sees their own shifts.
call scope_tenant_table('shift', 'staff_id = (select current_staff_id())', 'community_id = any ((select visible_community_ids())::uuid[])');
grant update (print_count) on shift to anlin_app;
create index shift_of_community on shift (company_id, community_id, closed_on, id);
create index shift_of_staff on shift (company_id, staff_id, community_id, until_at);

-- What a shift took and gave back by one method: real money only.
create table shift_method (
  company_id uuid not null,
  shift_id uuid not null,
  community_id uuid not null,
  payment_method_id uuid not null,
  received_fen bigint not null check (received_fen >= 0),
  returned_fen bigint not null check (returned_fen >= 0),
  expected_fen bigint not null generated always as (received_fen - returned_fen) stored,
  counted_fen bigint not null,
  movement_count int not null check (movement_count > 0),
  primary key (company_id, shift_id, payment_method_id),
  foreign key (company_id, shift_id) references shift (company_id, id),
  foreign key (company_id, payment_method_id) references payment_method (company_id, id)
);
call protect_tenant_table('shift_method', 'community_id', 'select, insert');
call scope_tenant_table('shift_method', 'exists (select from shift s where s.company_id = shift_method.company_id and s.id = shift_method.shift_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');

-- Which shift handed a movement over: set once, when the shift is closed, and never again. The index holds what is still with
-- the cashiers, by time: what is older than the first shift of its community is never looked at.
alter table income_movement add column shift_id uuid, 
  -- Movements are marked first, so that the shift is written with just what it got.
  add foreign key (company_id, shift_id) references shift (company_id, id) deferrable initially deferred;
grant update (shift_id) on income_movement to anlin_app;
create index income_movement_with_cashier on income_movement (company_id, community_id, at, staff_id)
  where shift_id is null and source = 'money' and staff_id is not null;
create index income_movement_of_shift on income_movement (company_id, shift_id) where shift_id is not null;

create function keep_shift() returns trigger language plpgsql as $$
begin
  raise exception 'movement % was handed over with shift % already', old.document_id, old.shift_id;
end $$;
create trigger income_movement_keeps_shift before update of shift_id on income_movement
  for each row when (old.shift_id is not null and new.shift_id is distinct from old.shift_id) execute function keep_shift();

create view shift_list with (security_invoker = true) as
  select s.company_id, s.id, 1 as version, s.closed_at as created_at, s.closed_at as updated_at, s.community_id, s.number, s.staff_id,
    s.from_at, s.until_at, s.closed_on, s.closed_at, s.movement_count, s.expected_fen, s.counted_fen, s.difference_fen,
    case when s.difference_fen = 0 then 'even' when s.difference_fen < 0 then 'short' else 'over' end as state,
    s.reason, case when s.handed_to_staff_id is null then '存入银行 ' || s.bank_slip else coalesce(h.name, '') end as handed_to,
    case when s.closed_by = s.staff_id then '' else coalesce(b.name, '') end as closed_by_name, s.note, s.print_count
  from shift s
    left join staff h on h.company_id = s.company_id and h.id = s.handed_to_staff_id
    left join staff b on b.company_id = s.company_id and b.id = s.closed_by;
grant select on shift_list to anlin_app;

-- Whoever collects closes shifts; whoever sees the income of others sees theirs. Groups a company made itself are its own to change.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = array(select distinct unnest(permissions ||
        case built_in when '收银员' then '{shift.view,shift.close}'::text[]
          when '项目经理' then '{shift.view,shift.viewAll,shift.export}'
          when '财务' then '{shift.view,shift.viewAll,shift.export}'
          else '{shift.view,shift.close,shift.viewAll,shift.export}' end)),
      phone_permissions = case when built_in = '管理员' then phone_permissions else array(select distinct unnest(phone_permissions ||
        case built_in when '收银员' then '{shift.view,shift.close}'::text[] when '收费主管' then '{shift.view,shift.close,shift.viewAll}'
          else '{shift.view,shift.viewAll}' end)) end
      where company_id = one.id and built_in in ('管理员', '项目经理', '收费主管', '收银员', '财务');
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
