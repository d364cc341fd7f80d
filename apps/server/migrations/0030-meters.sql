-- Meters, readings and apportionment (CHG-11…13): what was used becomes what is owed, exactly once.

create table meter (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  number text not null check (number <> ''),
  kind text not null check (kind in ('coldWater', 'hotWater', 'electricity', 'gas', 'heat')),
  -- Whose usage it counts; neither: a meter of public areas or a master meter, whose readings make no bills.
  house_id uuid,
  parking_space_id uuid,
  -- That of the house, kept by a trigger; for a public meter the building it stands in.
  building_id uuid,
  place text not null default '',
  multiplier numeric(10, 2) not null default 1 check (multiplier > 0),
  -- Places before the decimal point: after 99999 a dial of five shows 0.
  digits int not null default 5 check (digits between 3 and 10),
  initial_reading numeric(14, 3) not null default 0 check (initial_reading >= 0),
  charge_standard_id uuid,
  -- The master meter behind which it is.
  parent_id uuid,
  is_master boolean not null default false,
  -- Added to what was counted: 0.02 is 2 %.
  loss_share numeric(6, 4) not null default 0 check (loss_share >= 0 and loss_share < 1),
  walk_order int not null default 0,
  status text not null default 'inUse' check (status in ('inUse', 'stopped', 'replaced')),
  replaced_by_id uuid,
  closing_reading numeric(14, 3) check (closing_reading >= 0),
  replaced_on date,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, number),
  unique (company_id, community_id, id),
  check (num_nonnulls(house_id, parking_space_id) <= 1),
  check (not is_master or num_nonnulls(house_id, parking_space_id) = 0),
  check (parent_id <> id and replaced_by_id <> id),
  check ((status = 'replaced') = (replaced_by_id is not null)),
  check (num_nonnulls(replaced_by_id, closing_reading, replaced_on) in (0, 3)),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, community_id, parking_space_id) references parking_space (company_id, community_id, id),
  foreign key (company_id, community_id, building_id) references building (company_id, community_id, id),
  foreign key (company_id, charge_standard_id) references charge_standard (company_id, id),
  foreign key (company_id, community_id, parent_id) references meter (company_id, community_id, id),
  foreign key (company_id, community_id, replaced_by_id) references meter (company_id, community_id, id)
);
call protect_tenant_table('meter', 'community_id');
call scope_tenant_table('meter', 'house_id in (select visible_house_ids()) or parking_space_id in (select visible_target_ids())
  or (house_id is null and parking_space_id is null and building_id = any ((select scope_building_ids())::uuid[]))');
create index meter_by_building on meter (company_id, community_id, building_id);
create index meter_of_building on meter (company_id, building_id);
create index meter_of_house on meter (company_id, house_id) where house_id is not null;
create index meter_of_parking_space on meter (company_id, parking_space_id) where parking_space_id is not null;
create index meter_of_parent on meter (company_id, parent_id) where parent_id is not null;
create index meter_of_standard on meter (company_id, charge_standard_id) where charge_standard_id is not null;
-- One meter follows on at most one other.
create unique index meter_replacing on meter (company_id, replaced_by_id) where replaced_by_id is not null;
call record_import_effects('meter');

create function place_meter() returns trigger language plpgsql as $$
begin
  if current_setting('app.taking_in', true) = 'on' then return new; end if;
  if new.house_id is not null then
    select h.building_id into new.building_id from house h where h.company_id = new.company_id and h.id = new.house_id;
  end if;
  return new;
end $$;
create trigger meter_placed before insert or update of house_id, building_id on meter for each row execute function place_meter();

create function follow_house_building() returns trigger language plpgsql as $$
begin
  if current_setting('app.taking_in', true) = 'on' then return new; end if;
  update meter set building_id = new.building_id where company_id = new.company_id and house_id = new.id;
  return new;
end $$;
create trigger house_meters after update of building_id on house for each row
  when (old.building_id is distinct from new.building_id) execute function follow_house_building();

-- One reading of one meter in one month, and the usage worked out from it (`meterUsage` of packages/pricing).
create table meter_reading (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  meter_id uuid not null,
  -- First day of the month it is read for.
  month date not null check (extract(day from month) = 1),
  previous numeric(14, 3) not null check (previous >= 0),
  current numeric(14, 3) not null check (current >= 0),
  is_rolled_over boolean not null default false,
  -- The dial was changed since the last reading: where the old one ended, where the new one began, what the old one counted by.
  closing numeric(14, 3) check (closing >= 0),
  opening numeric(14, 3) check (opening >= 0),
  old_multiplier numeric(10, 2) check (old_multiplier > 0),
  -- As they were when it was read.
  multiplier numeric(10, 2) not null check (multiplier > 0),
  digits int not null,
  loss_share numeric(6, 4) not null,
  shared_part numeric(16, 6) not null default 0 check (shared_part >= 0),
  -- What the dial counted; usage = counted + loss + shared part.
  counted numeric(18, 6) not null check (counted >= 0),
  usage numeric(18, 6) not null check (usage >= counted),
  -- What the check found, and why it is right all the same.
  outcome text not null check (outcome in ('normal', 'rolledOver', 'replaced', 'leap', 'zero', 'gap')),
  confirmation text not null default '',
  read_on date not null,
  read_by uuid,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, meter_id, month),
  check (num_nonnulls(closing, opening, old_multiplier) in (0, 3)),
  foreign key (company_id, community_id, meter_id) references meter (company_id, community_id, id),
  foreign key (company_id, read_by) references staff (company_id, id)
);
call protect_tenant_table('meter_reading', 'community_id');
call scope_tenant_table('meter_reading', 'exists (select from meter m where m.company_id = meter_reading.company_id and m.id = meter_reading.meter_id)');
create index meter_reading_by_month on meter_reading (company_id, community_id, month);
call record_import_effects('meter_reading');

alter table bill
  -- The reading it was raised for, while there is one.
  add column meter_reading_id uuid,
  add column apportionment_run_id uuid,
  -- Whose press of a button made it, where no raising run tells.
  add column raised_by uuid;
alter table bill add constraint bill_meter_reading foreign key (company_id, meter_reading_id) references meter_reading (company_id, id)
  on delete set null (meter_reading_id);
create index bill_of_reading on bill (company_id, meter_reading_id) where meter_reading_id is not null;
alter table bill add constraint bill_raised_by foreign key (company_id, raised_by) references staff (company_id, id);
-- Exactly one bill for one reading.
create unique index bill_once_of_reading on bill (company_id, meter_reading_id) where voided_at is null and meter_reading_id is not null;
-- What stands in the way of changing a price that no binding tells of.
create index bill_of_standard_unbound on bill (company_id, charge_standard_id) where standard_binding_id is null and charge_standard_id is not null;

-- A reading whose bill stands is what the bill was worked out from.
create function refuse_billed_reading() returns trigger language plpgsql as $$
begin
  if exists (select 1 from bill b where b.company_id = old.company_id and b.meter_reading_id = old.id and b.voided_at is null) then
    raise foreign_key_violation using table = 'bill', message = 'a bill was raised for this reading';
  end if;
  return old;
end $$;
create trigger meter_reading_billed before delete on meter_reading for each row execute function refuse_billed_reading();

-- How a shared cost is divided: kept, so that it can be done month after month.
create table apportionment (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  name text not null check (name <> ''),
  charge_item_id uuid not null,
  -- A sum of money, or what a master meter saw more than the meters behind it, at a price.
  source text not null check (source in ('amount', 'loss')),
  amount_fen bigint check (amount_fen > 0),
  meter_id uuid,
  price numeric(16, 6) check (price > 0),
  basis text not null check (basis in ('equal', 'builtArea', 'usage', 'headcount', 'weights', 'formula')),
  -- Which meters count where shares follow usage.
  meter_kind text check (meter_kind in ('coldWater', 'hotWater', 'electricity', 'gas', 'heat')),
  formula text not null default '',
  -- `TargetSelection` of the contract, evaluated anew each time.
  selection jsonb not null,
  -- Vacant houses count this much: 100 whole, 0 not at all.
  vacant_percent numeric(5, 2) not null default 100 check (vacant_percent between 0 and 100),
  repeats boolean not null default false,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, name),
  unique (company_id, community_id, id),
  check ((source = 'amount') = (amount_fen is not null)),
  check ((source = 'loss') = (meter_id is not null and price is not null)),
  check ((basis = 'usage') = (meter_kind is not null)),
  check ((basis = 'formula') = (formula <> '')),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  foreign key (company_id, community_id, meter_id) references meter (company_id, community_id, id)
);
call protect_tenant_table('apportionment', 'community_id');
create index apportionment_of_meter on apportionment (company_id, meter_id) where meter_id is not null;

-- Weights of their own, where shares follow them.
create table apportionment_weight (
  company_id uuid not null,
  community_id uuid not null,
  apportionment_id uuid not null,
  house_id uuid not null,
  weight numeric(16, 6) not null check (weight >= 0),
  primary key (company_id, apportionment_id, house_id),
  foreign key (company_id, community_id, apportionment_id) references apportionment (company_id, community_id, id) on delete cascade,
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id) on delete cascade
);
call protect_tenant_table('apportionment_weight', 'community_id');
call scope_tenant_table('apportionment_weight', 'house_id in (select visible_house_ids())');
create index apportionment_weight_of_house on apportionment_weight (company_id, house_id);

-- One month divided. Only ever added to; taken back it keeps its bills, voided.
create table apportionment_run (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  apportionment_id uuid not null,
  month date not null check (extract(day from month) = 1),
  total_fen bigint not null check (total_fen > 0),
  -- What was divided and how, in words.
  basis_text text not null,
  bill_count int not null check (bill_count > 0),
  staff_id uuid,
  created_at timestamptz not null,
  voided_at timestamptz,
  void_reason text,
  primary key (company_id, id),
  unique (company_id, community_id, id),
  check ((voided_at is null) = (void_reason is null)),
  foreign key (company_id, community_id, apportionment_id) references apportionment (company_id, community_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('apportionment_run', 'community_id', 'select, insert, update');
-- Exactly one division of one month that stands.
create unique index apportionment_once on apportionment_run (company_id, apportionment_id, month) where voided_at is null;
create index apportionment_run_of on apportionment_run (company_id, apportionment_id, month);
alter table bill add constraint bill_apportionment_run foreign key (company_id, community_id, apportionment_run_id)
  references apportionment_run (company_id, community_id, id);
create unique index bill_once_of_apportionment on bill (company_id, apportionment_run_id, target_id)
  where voided_at is null and apportionment_run_id is not null;
create index bill_of_apportionment on bill (company_id, apportionment_run_id) where apportionment_run_id is not null;

-- Lists. A meter by what it measures for: the house, the space, or the place it stands in.
create view meter_label with (security_invoker = true) as
  select m.company_id, m.id, coalesce(h.full_name, '车位 ' || k.number, nullif(concat_ws(' ', b.name, nullif(m.place, '')), ''), m.number) label,
    h.sort_order house_order
  from meter m
    left join house h on h.company_id = m.company_id and h.id = m.house_id
    left join parking_space k on k.company_id = m.company_id and k.id = m.parking_space_id
    left join building b on b.company_id = m.company_id and b.id = m.building_id;
grant select on meter_label to anlin_app;

create view meter_reading_list with (security_invoker = true) as
  select r.company_id, r.id, r.version, r.created_at, r.updated_at, r.community_id, r.meter_id, m.number meter_number, m.kind, l.label target_label,
    m.building_id, m.house_id, r.month, r.previous, r.current, r.closing, r.opening, r.multiplier, r.counted, r.usage, r.outcome, r.confirmation,
    r.read_on, r.read_by, b.receivable_fen, b.outstanding_fen, b.id bill_id,
    case when b.id is null then 'none' when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid' else 'due' end bill_state
  from meter_reading r
    join meter m on m.company_id = r.company_id and m.id = r.meter_id
    join meter_label l on l.company_id = r.company_id and l.id = r.meter_id
    left join bill b on b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null;
grant select on meter_reading_list to anlin_app;

create view apportionment_list with (security_invoker = true) as
  select a.company_id, a.id, a.version, a.created_at, a.updated_at, a.community_id, a.name, a.charge_item_id, a.source, a.amount_fen, a.meter_id, a.price,
    a.basis, a.meter_kind, a.formula, a.vacant_percent, a.repeats, a.note,
    (select max(r.month) from apportionment_run r where r.company_id = a.company_id and r.apportionment_id = a.id and r.voided_at is null) last_month,
    (select count(*)::int from apportionment_run r where r.company_id = a.company_id and r.apportionment_id = a.id and r.voided_at is null) run_count
  from apportionment a;
grant select on apportionment_list to anlin_app;
