-- Estate, second part: review of vehicles (EST-6), live tags (EST-9), the public face of a community (EST-1, EST-2).

-- Somebody asks for a vehicle to be registered; staff pass it or refuse it with a reason. Only what was passed becomes a
-- vehicle, so that nothing that waits or was refused is ever found, counted or charged.
create table vehicle_application (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  source text not null check (source in ('staff', 'resident')),
  state text not null default 'waiting' check (state in ('waiting', 'refused', 'passed')),
  plate text not null check (plate <> ''),
  parking_card text not null default '',
  brand text not null default '',
  color text not null default '',
  displacement text not null default '',
  owner_name text not null default '',
  owner_phone text not null default '',
  house_id uuid,
  licence_pictures uuid[] not null default '{}',
  note text not null default '',
  -- 1 at first, one more each time it is handed in again after a refusal.
  round int not null default 1 check (round > 0),
  submitted_at timestamptz not null,
  refuse_reason text not null default '',
  decided_at timestamptz,
  decided_by uuid,
  -- Who handed it in, where it was a resident.
  resident_id uuid,
  vehicle_id uuid,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id),
  foreign key (company_id, vehicle_id) references vehicle (company_id, id) on delete set null (vehicle_id),
  check (state <> 'refused' or refuse_reason <> '')
);
call protect_tenant_table('vehicle_application', 'community_id');
call scope_tenant_table('vehicle_application', 'house_id in (select visible_house_ids())');
-- One plate waits once in a community.
create unique index vehicle_application_waiting on vehicle_application (company_id, community_id, plate) where state = 'waiting';
create index vehicle_application_by_state on vehicle_application (company_id, community_id, state, submitted_at, id);
create index vehicle_application_of_house on vehicle_application (company_id, house_id) where house_id is not null;
create index vehicle_application_of_resident on vehicle_application (company_id, resident_id) where resident_id is not null;
create index vehicle_application_of_vehicle on vehicle_application (company_id, vehicle_id) where vehicle_id is not null;
call forget_with_rows_of('vehicle_application');

-- Pictures of an application are seen by whoever sees the application.
call scope_tenant_table('file_use', 'community_id is null or owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = file_use.company_id and v.id = file_use.owner_id)
  or exists (select from vehicle_application a where a.company_id = file_use.company_id and a.id = file_use.owner_id)');

-- Who asks to be erased leaves nothing personal in applications either (EST-12), also where the actor may not look.
create function erase_vehicle_applications() returns trigger language plpgsql as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  delete from file_use u using vehicle_application a where a.company_id = old.company_id and u.company_id = a.company_id and u.owner_id = a.id
    and (a.resident_id = old.id or (old.phone <> '' and a.owner_phone = old.phone));
  update vehicle_application a set owner_name = '', owner_phone = '', note = '', licence_pictures = '{}', version = version + 1,
      state = case when a.state = 'passed' then a.state else 'refused' end,
      refuse_reason = case when a.state = 'passed' then '' else '申请人已注销' end
    where a.company_id = old.company_id and (a.resident_id = old.id or (old.phone <> '' and a.owner_phone = old.phone));
  perform set_config('app.community_ids', coalesce(scope, ''), true);
  return null;
end $$;
create trigger erase_vehicle_applications after update of erased_at on resident for each row
  when (old.erased_at is null and new.erased_at is not null) execute function erase_vehicle_applications();

-- Groups that exist already get the new right where they hold the old one it grew out of.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{vehicle.review}'::text[]
      where company_id = one.id and permissions @> '{vehicle.edit}' and not permissions @> '{vehicle.review}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- Tags of buildings (EST-9).
create table building_tag (
  company_id uuid not null,
  community_id uuid not null,
  building_id uuid not null,
  tag_id uuid not null,
  primary key (company_id, building_id, tag_id),
  foreign key (company_id, community_id, building_id) references building (company_id, community_id, id) on delete cascade,
  foreign key (company_id, tag_id) references tag (company_id, id)
);
call protect_tenant_table('building_tag', 'community_id');
call scope_tenant_table('building_tag', 'building_id = any ((select shown_building_ids())::uuid[])', 'building_id = any ((select scope_building_ids())::uuid[])');
create index building_tag_by_tag on building_tag (company_id, tag_id);
create index parking_space_tag_by_tag on parking_space_tag (company_id, tag_id);
create index vehicle_tag_by_tag on vehicle_tag (company_id, tag_id);

-- A standard that follows a tag within a community (EST-9): what has the tag is bound, what loses it is no longer.
create table tag_binding (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  tag_id uuid not null,
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  charge_item_id uuid not null,
  charge_standard_id uuid not null,
  starts_on date not null,
  -- First day it no longer follows; null is open.
  ends_on date check (ends_on > starts_on),
  -- From when a target that gets the tag later is charged, and up to when one that loses it.
  joins_on text not null check (joins_on in ('sameDay', 'nextPeriod')),
  own_price numeric(16, 6) check (own_price >= 0),
  note text not null default '',
  -- The community's day on which tag and bindings were last compared.
  followed_on date,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, tag_id) references tag (company_id, id),
  foreign key (company_id, charge_item_id, charge_standard_id) references charge_standard (company_id, charge_item_id, id)
);
call protect_tenant_table('tag_binding', 'community_id');
create unique index tag_binding_open on tag_binding (company_id, community_id, tag_id, target_kind, charge_item_id) where ends_on is null;
create index tag_binding_of_tag on tag_binding (company_id, tag_id);
create index tag_binding_of_standard on tag_binding (company_id, charge_item_id, charge_standard_id);

alter table standard_binding
  -- The tag that brought it about and ends it.
  add column tag_binding_id uuid,
  add foreign key (company_id, tag_binding_id) references tag_binding (company_id, id);
create index standard_binding_of_tag_binding on standard_binding (company_id, tag_binding_id) where tag_binding_id is not null;

-- Tags that were put on or taken off since standards last followed them. Only ever added to and, when followed, deleted: a
-- mark on the tag binding itself would make whoever tags wait for whoever follows, and the other way round.
create table tag_change (
  company_id uuid not null references company (id),
  id uuid not null default gen_random_uuid(),
  community_id uuid not null,
  tag_id uuid not null,
  primary key (company_id, id)
);
call protect_tenant_table('tag_change', 'community_id');

-- However a tag is put on or taken off: form, many at once, import, deletion of the house.
create function note_tag_changes() returns trigger language plpgsql as $$
declare
  scope text := current_setting('app.community_ids', true);
  noted int;
begin
  -- A company taken in from an archive brings its own marks along.
  if current_setting('app.taking_in', true) = 'on' then return null; end if;
  -- Whoever tags may be unable to see what is charged in the whole community.
  perform set_config('app.community_ids', '*', true);
  insert into tag_change (company_id, community_id, tag_id)
    select distinct c.company_id, c.community_id, c.tag_id from changed c
    where exists (select 1 from tag_binding b where b.company_id = c.company_id and b.tag_id = c.tag_id and b.community_id = c.community_id);
  get diagnostics noted = row_count;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
  if noted > 0 and current_company_id() is not null then
    perform enqueue_job('sweepCompany', '{}'::jsonb, 'sweep ' || current_company_id());
  end if;
  return null;
end $$;
create procedure note_tags_of(table_name text) language plpgsql as $$
begin
  execute format('create trigger tags_put_on after insert on %I referencing new table as changed for each statement execute function note_tag_changes()', table_name);
  execute format('create trigger tags_taken_off after delete on %I referencing old table as changed for each statement execute function note_tag_changes()', table_name);
end $$;
call note_tags_of('house_tag');
call note_tags_of('parking_space_tag');

-- The list of bindings tells which tag each follows.
create or replace view standard_binding_list with (security_invoker = true) as
  select b.company_id, b.id, b.version, b.created_at, b.updated_at, b.community_id, b.charge_item_id, b.charge_standard_id,
    b.target_kind, b.target_id, coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id, b.house_id, b.starts_on, b.ends_on,
    b.ends_on - 1 last_day, b.own_price, b.own_quantity, b.note,
    case when b.ends_on <= told_today() then 'ended' when b.starts_on > told_today() then 'upcoming' else 'active' end state,
    coalesce(b.own_quantity, case s.quantity_source when 'builtArea' then h.built_area when 'innerArea' then h.inner_area
      when 'sharedArea' then h.shared_area when 'parkingArea' then k.area else 1 end) quantity,
    (select max(x.period_to) - 1 from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id and x.voided_at is null) raised_until,
    -- Worked out by the application for the rows of a page.
    ''::text next_period_text,
    t.tag_id followed_tag_id
  from standard_binding b
    left join house h on h.company_id = b.company_id and h.id = b.house_id
    left join parking_space k on k.company_id = b.company_id and k.id = b.parking_space_id
    left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    left join tag_binding t on t.company_id = b.company_id and t.id = b.tag_binding_id;

-- What a community shows of itself (EST-1), and what shops and offices are let for (EST-4).
alter table community
  add column status text not null default 'managed' check (status in ('preparing', 'managed', 'left')),
  -- Further phones beside the main one that stands on printed papers: 工程 0755-1234567、保安 …, one a line.
  add column other_phones text not null default '',
  add column logo uuid[] not null default '{}',
  add column pictures uuid[] not null default '{}';
call forget_with_rows_of('community');

alter table house
  add column business_scope text not null default '',
  add column lease_state text check (lease_state in ('vacant', 'let', 'ownUse')),
  -- A month.
  add column rent_fen bigint check (rent_fen >= 0);
