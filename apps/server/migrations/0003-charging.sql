-- Charging (CHG-1, 2, 5…8): from price rule to bill.

create table charge_item (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  kind text not null check (kind in ('periodic', 'metered', 'oneOff', 'rent', 'deposit')),
  precision text not null default 'fen' check (precision in ('yuan', 'jiao', 'fen')),
  rounding text not null default 'halfUp' check (rounding in ('halfUp', 'up', 'down')),
  -- What a part of a period costs.
  proration text not null default 'actualDays' check (proration in ('actualDays', 'thirtyDays', 'wholePeriod', 'nothingUnder')),
  proration_days int check (proration_days between 1 and 31),
  -- Raised by itself at the start of the period in the community's zone, or some days ahead of it.
  is_raised_automatically boolean not null default false,
  raise_days_ahead int not null default 0 check (raise_days_ahead between 0 and 90),
  -- Pay-by date: days after the period starts.
  due_days int not null default 30 check (due_days between 0 and 3650),
  late_fee_rate_per_day numeric(10, 8) check (late_fee_rate_per_day >= 0 and late_fee_rate_per_day < 1),
  late_fee_grace_days int not null default 0 check (late_fee_grace_days between 0 and 3650),
  -- Most that may be charged, as a share of the principal; null is no cap.
  late_fee_cap_share numeric(6, 4) check (late_fee_cap_share > 0),
  tax_rate numeric(4, 2) not null default 6 check (tax_rate in (0, 1, 3, 5, 6, 9, 13)),
  is_tax_included boolean not null default true,
  sort_order int not null default 0,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name),
  check ((proration = 'nothingUnder') = (proration_days is not null))
);
call protect_tenant_table('charge_item');

create table charge_standard (
  company_id uuid not null,
  id uuid not null,
  charge_item_id uuid not null,
  name text not null check (name <> ''),
  method text not null check (method in ('unitPrice', 'fixed')),
  quantity_source text not null check (quantity_source in ('builtArea', 'innerArea', 'sharedArea', 'parkingArea', 'one')),
  every_months int not null check (every_months in (1, 2, 3, 6, 12)),
  alignment text not null default 'natural' check (alignment in ('natural', 'binding')),
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, charge_item_id, name),
  unique (company_id, charge_item_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id)
);
call protect_tenant_table('charge_standard');

-- The price from a day on, until the next one. The first has no start: it always held.
create table charge_standard_price (
  company_id uuid not null,
  id uuid not null,
  charge_standard_id uuid not null,
  starts_on date,
  price numeric(16, 6) not null check (price >= 0),
  created_at timestamptz not null,
  primary key (company_id, id),
  unique nulls not distinct (company_id, charge_standard_id, starts_on),
  foreign key (company_id, charge_standard_id) references charge_standard (company_id, id) on delete cascade
);
call protect_tenant_table('charge_standard_price');

create table standard_binding (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  charge_item_id uuid not null,
  charge_standard_id uuid not null,
  house_id uuid,
  parking_space_id uuid,
  target_kind text not null generated always as (case when house_id is not null then 'house' else 'parkingSpace' end) stored,
  target_id uuid not null generated always as (coalesce(house_id, parking_space_id)) stored,
  starts_on date not null,
  -- First day no longer charged; null is open.
  ends_on date check (ends_on > starts_on),
  own_price numeric(16, 6) check (own_price >= 0),
  own_quantity numeric(16, 6) check (own_quantity >= 0),
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  check (num_nonnulls(house_id, parking_space_id) = 1),
  foreign key (company_id, charge_item_id, charge_standard_id) references charge_standard (company_id, charge_item_id, id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, community_id, parking_space_id) references parking_space (company_id, community_id, id),
  -- One item is charged to one target by one standard at a time. The target comes first: GiST grows its tree by the
  -- first column, and company and item are the same for most rows.
  constraint standard_binding_overlap exclude using gist
    (target_id with =, charge_item_id with =, company_id with =, daterange(starts_on, ends_on) with &&)
);
call protect_tenant_table('standard_binding', 'community_id');
create index standard_binding_target on standard_binding (company_id, target_id);
-- Raising streams the bindings of one standard in one community in the order of their ids.
create index standard_binding_standard on standard_binding (company_id, charge_standard_id, community_id, id);

-- One press of the button "raise": for what, by whom, how far it came.
create table raising_run (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  charge_item_ids uuid[] not null check (cardinality(charge_item_ids) > 0),
  -- First and last month raised, as their first days.
  month_from date not null,
  month_to date not null check (month_to >= month_from),
  raised_how text not null check (raised_how in ('auto', 'manual')),
  -- The run a task belongs to, so that a task taken up again goes on with its own run.
  task_id uuid,
  -- Added to in the transaction that adds the bills, so they are right after any crash.
  bill_count int not null default 0,
  sum_fen bigint not null default 0,
  failed_count int not null default 0,
  created_by uuid,
  created_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, task_id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('raising_run', 'community_id');

-- Up to which day the bills that raise themselves have been raised in a community.
create table automatic_raising (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  swept_on date not null,
  primary key (company_id, id),
  unique (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('automatic_raising', 'community_id');

create table bill (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  charge_item_id uuid not null,
  charge_standard_id uuid,
  standard_binding_id uuid,
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  period_from date not null,
  period_to date not null check (period_to > period_from),
  due_on date not null,
  receivable_fen bigint not null check (receivable_fen >= 0),
  -- Sums of the documents against this bill, kept for speed; they change only in the transaction that adds the document.
  discount_fen bigint not null default 0 check (discount_fen >= 0),
  waived_fen bigint not null default 0 check (waived_fen >= 0),
  received_fen bigint not null default 0 check (received_fen >= 0),
  refunded_fen bigint not null default 0 check (refunded_fen >= 0 and refunded_fen <= received_fen),
  late_fee_received_fen bigint not null default 0 check (late_fee_received_fen >= 0),
  outstanding_fen bigint not null generated always as
    (case when voided_at is null then receivable_fen - discount_fen - waived_fen - received_fen + refunded_fen else 0 end) stored
    check (outstanding_fen >= 0),
  raised_how text not null check (raised_how in ('auto', 'manual', 'advance', 'oneOff', 'meter', 'apportionment', 'import', 'contract', 'thirdParty')),
  raising_run_id uuid,
  raised_at timestamptz not null,
  -- How it was computed: `Calculation` of packages/pricing.
  calculation jsonb not null,
  note text not null default '',
  voided_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  foreign key (company_id, charge_standard_id) references charge_standard (company_id, id),
  foreign key (company_id, standard_binding_id) references standard_binding (company_id, id)
);
call protect_tenant_table('bill', 'community_id', 'select, insert, update');
-- Exactly one bill for one binding and period, whatever crashes, repeats or runs at once (CHG-7).
create unique index bill_once on bill (company_id, standard_binding_id, period_from) where voided_at is null;
create index bill_of_target on bill (company_id, target_id, period_from);

-- A bill taken back before anything was paid on it: why, when and by whom. Only ever added to.
create table bill_void (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  bill_id uuid not null,
  reason text not null check (reason <> ''),
  voided_at timestamptz not null,
  -- Null: done by the system itself.
  staff_id uuid,
  primary key (company_id, id),
  unique (company_id, bill_id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('bill_void', 'community_id', 'select, insert');

-- Whatever bills were raised against stays, also when they were voided: the ledger must be able to name it.
create function refuse_billed_target() returns trigger language plpgsql as $$
begin
  if exists (select 1 from bill b where b.company_id = old.company_id and b.target_id = old.id) then
    raise foreign_key_violation using table = 'bill', message = 'bills were raised against this row';
  end if;
  return old;
end $$;
create trigger house_billed before delete on house for each row execute function refuse_billed_target();
create trigger parking_space_billed before delete on parking_space for each row execute function refuse_billed_target();

-- Carries the sums, so that reports over a million bills read this index and not the bills with their calculations.
create index bill_by_period on bill (company_id, community_id, period_from, charge_item_id)
  include (target_id, target_kind, due_on, receivable_fen, discount_fen, waived_fen, received_fen, refunded_fen, late_fee_received_fen, outstanding_fen, voided_at);
-- Index-only reading needs pages known to be visible to all; vacuum often enough to keep it so.
alter table bill set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
