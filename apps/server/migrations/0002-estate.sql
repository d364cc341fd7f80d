-- Estate (EST-1, 3…7, 9): communities hold buildings, buildings hold units and houses; people are tied to houses by occupancies.

create table building (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  name text not null check (name <> ''),
  code text not null default '',
  floors_above int check (floors_above between 0 and 300),
  floors_below int check (floors_below between 0 and 20),
  sort_order int not null default 0,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, name),
  unique (company_id, community_id, id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('building', 'community_id');

create table unit (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  building_id uuid not null,
  name text not null check (name <> ''),
  sort_order int not null default 0,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, building_id, name),
  unique (company_id, building_id, id),
  foreign key (company_id, community_id, building_id) references building (company_id, community_id, id)
);
call protect_tenant_table('unit', 'community_id');

create table house (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  building_id uuid not null,
  unit_id uuid,
  number text not null check (number <> ''),
  -- What a person calls it, made from building, unit and number; `search_key` is the same with only digits and hyphens told apart.
  full_name text not null,
  search_key text not null,
  -- The last part of the key, so that 1201 finds every 1201. Under row-level security PostgreSQL only searches an index by
  -- leak-proof comparisons of plain columns: no like, no trigrams, no expression. Hence a column and ranges of it.
  room_key text not null generated always as (regexp_replace(search_key, '^.*-', '')) stored,
  floor int check (floor between -20 and 300),
  usage text not null check (usage in ('residential', 'highRise', 'midRise', 'lowRise', 'villa', 'shop', 'office', 'basement', 'storage', 'advertising', 'other')),
  status text not null default 'unoccupied' check (status in ('unsold', 'unoccupied', 'ownerOccupied', 'let', 'vacant', 'renovating')),
  built_area numeric(12, 2) not null check (built_area >= 0),
  inner_area numeric(12, 2) check (inner_area >= 0),
  shared_area numeric(12, 2) check (shared_area >= 0),
  orientation text not null default '',
  handover_date date,
  property_right_years int check (property_right_years between 0 and 999),
  rooms int check (rooms between 0 and 99),
  halls int check (halls between 0 and 99),
  baths int check (baths between 0 and 99),
  voting_weight numeric(10, 2) check (voting_weight >= 0),
  voting_area numeric(12, 2) check (voting_area >= 0),
  sort_order int not null default 0,
  note text not null default '',
  import_batch_id uuid,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, id),
  unique nulls not distinct (company_id, community_id, building_id, unit_id, number),
  foreign key (company_id, community_id, building_id) references building (company_id, community_id, id),
  foreign key (company_id, building_id, unit_id) references unit (company_id, building_id, id)
);
call protect_tenant_table('house', 'community_id');
-- The order of lists and trees, within a community and across all.
create index house_by_order on house (company_id, community_id, sort_order, full_name collate natural_order, id);
create index house_by_order_overall on house (company_id, sort_order, full_name collate natural_order, id);
-- What lists count, total, filter by and sort by, so that a page over a hundred thousand houses is found without the rows.
create index house_measures on house (company_id, community_id, status, usage)
  include (built_area, inner_area, building_id, floor, sort_order, full_name, id);
create index house_of_unit on house (company_id, building_id, unit_id);
create index house_by_key on house (company_id, search_key text_pattern_ops);
create index house_by_room on house (company_id, room_key text_pattern_ops);

create table resident (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  -- 崔春涛 → cuichuntao, cct
  pinyin text not null,
  pinyin_initials text not null,
  phone text not null default '',
  phone_reversed text not null generated always as (reverse(phone)) stored,
  sex text check (sex in ('male', 'female')),
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id)
);
-- One phone, one resident within a company (EST-7).
create unique index resident_phone on resident (company_id, phone) where phone <> '';
create index resident_phone_tail on resident (company_id, phone_reversed text_pattern_ops) where phone <> '';
create index resident_pinyin on resident (company_id, pinyin text_pattern_ops);
create index resident_pinyin_initials on resident (company_id, pinyin_initials text_pattern_ops);
create index resident_name on resident (company_id, name text_pattern_ops);

create table occupancy (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  resident_id uuid not null,
  role text not null check (role in ('owner', 'family', 'tenant', 'friend', 'nanny', 'colleague', 'driver', 'employee', 'renovator', 'other')),
  moved_in_on date not null,
  -- First day the person no longer lives here.
  moved_out_on date check (moved_out_on >= moved_in_on),
  valid_until date,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id)
);
call protect_tenant_table('occupancy', 'community_id');
create unique index occupancy_current on occupancy (company_id, house_id, resident_id, role) where moved_out_on is null;
create index occupancy_of_resident on occupancy (company_id, resident_id);
create index occupancy_by_day on occupancy (company_id, community_id, moved_in_on, id);

-- A resident belongs to the company and is seen through an occupancy in a visible community.
call protect_tenant_table('resident');
create policy community on resident as restrictive for select
  using ((select sees_all_communities())
    or exists (select 1 from occupancy o where o.company_id = resident.company_id and o.resident_id = resident.id));

-- Who has this phone, also where the actor may not look: one phone is one resident within a company (EST-7), so moving
-- in has to find the person it already knows. Steps out of the data scope for one statement and back.
create function resident_by_phone(wanted text, out id uuid, out name text) language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  select r.id, r.name into id, name from resident r where r.company_id = current_company_id() and r.phone = wanted and wanted <> '';
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

create table tag (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  color text not null default 'default',
  sort_order int not null default 0,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name)
);
call protect_tenant_table('tag');

create table house_tag (
  company_id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  tag_id uuid not null,
  primary key (company_id, house_id, tag_id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id) on delete cascade,
  foreign key (company_id, tag_id) references tag (company_id, id)
);
call protect_tenant_table('house_tag', 'community_id');
create index house_tag_by_tag on house_tag (company_id, tag_id);

create table parking_space (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  number text not null check (number <> ''),
  type text not null check (type in ('property', 'public', 'civilDefence', 'leased')),
  status text not null default 'vacant' check (status in ('ownUse', 'vacant', 'let', 'sold')),
  area numeric(12, 2) check (area >= 0),
  -- For searching by the beginning and the end of the number, in either case.
  search_key text not null generated always as (lower(number)) stored,
  search_key_reversed text not null generated always as (reverse(lower(number))) stored,
  house_id uuid,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, id),
  unique (company_id, community_id, number),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id)
);
call protect_tenant_table('parking_space', 'community_id');
create index parking_space_by_order on parking_space (company_id, community_id, number collate natural_order, id);
create index parking_space_by_key on parking_space (company_id, search_key text_pattern_ops);
create index parking_space_by_tail on parking_space (company_id, search_key_reversed text_pattern_ops);
create index parking_space_of_house on parking_space (company_id, house_id) where house_id is not null;

create table parking_space_tag (
  company_id uuid not null,
  community_id uuid not null,
  parking_space_id uuid not null,
  tag_id uuid not null,
  primary key (company_id, parking_space_id, tag_id),
  foreign key (company_id, community_id, parking_space_id) references parking_space (company_id, community_id, id) on delete cascade,
  foreign key (company_id, tag_id) references tag (company_id, id)
);
call protect_tenant_table('parking_space_tag', 'community_id');

create table vehicle (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  plate text not null check (plate <> ''),
  plate_reversed text not null generated always as (reverse(plate)) stored,
  parking_card text not null default '',
  displacement text not null default '',
  brand text not null default '',
  color text not null default '',
  owner_name text not null default '',
  owner_phone text not null default '',
  house_id uuid,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, id),
  unique (company_id, community_id, plate),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id)
);
call protect_tenant_table('vehicle', 'community_id');
create index vehicle_by_plate on vehicle (company_id, plate text_pattern_ops);
create index vehicle_by_plate_tail on vehicle (company_id, plate_reversed text_pattern_ops);
create index vehicle_of_house on vehicle (company_id, house_id) where house_id is not null;

create table vehicle_tag (
  company_id uuid not null,
  community_id uuid not null,
  vehicle_id uuid not null,
  tag_id uuid not null,
  primary key (company_id, vehicle_id, tag_id),
  foreign key (company_id, community_id, vehicle_id) references vehicle (company_id, community_id, id) on delete cascade,
  foreign key (company_id, tag_id) references tag (company_id, id)
);
call protect_tenant_table('vehicle_tag', 'community_id');

-- One run of the import wizard (PLT-9): the uploaded file, how its columns were read, what came of it. Seen by its maker alone,
-- as the uploaded file is.
create table import_batch (
  company_id uuid not null references company (id),
  id uuid not null,
  community_id uuid,
  kind text not null,
  file_id uuid not null,
  -- { headerRow, exampleRows, headings: [{ index, title, samples }], columns: { key: index } }
  mapping jsonb not null,
  duplicate_policy text not null default 'skip' check (duplicate_policy in ('skip', 'replace')),
  -- 'checking' and 'importing' hold only as long as the task lives; a task that failed or was stopped leaves 'uploaded' or 'stopped'.
  state text not null check (state in ('uploaded', 'checking', 'checked', 'importing', 'done')),
  task_id uuid,
  -- { rows, good, bad, problems, existing, added, updated, skipped, failed }
  counts jsonb not null default '{}',
  -- The first problems, for the preview: [{ row, column, value, message }]
  problems jsonb not null default '[]',
  notices jsonb not null default '[]',
  -- Good rows dealt with so far, kept in the transaction that dealt with them: where a run that was cut off goes on.
  applied_rows int not null default 0,
  failed_rows_file_id uuid,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, file_id) references file (company_id, id),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, failed_rows_file_id) references file (company_id, id),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('import_batch', 'community_id');
create index import_batch_recent on import_batch (company_id, created_by, kind, created_at desc);

-- Rows that the file's own check let pass and the database refused while importing.
create table import_failure (
  company_id uuid not null,
  id uuid not null,
  import_batch_id uuid not null,
  row_number int not null,
  column_title text not null,
  value text not null,
  message text not null,
  primary key (company_id, id),
  foreign key (company_id, import_batch_id) references import_batch (company_id, id) on delete cascade
);
call protect_tenant_table('import_failure');
create index import_failure_of_batch on import_failure (company_id, import_batch_id, row_number);

-- Tells the planner how the tables grew. A bulk load calls it as it goes on: plans made while the tables were empty, those
-- of foreign keys among them, would otherwise be kept to its end. Only the owner may analyze; no row is read by this.
create function refresh_estate_statistics() returns void
language plpgsql security definer set search_path = anlin, public as $$
begin
  analyze building, unit, house, resident, occupancy, tag, house_tag, parking_space, vehicle;
end $$;
revoke execute on function refresh_estate_statistics() from public;
grant execute on function refresh_estate_statistics() to anlin_app;
