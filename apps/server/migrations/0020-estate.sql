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
