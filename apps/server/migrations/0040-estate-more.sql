-- A parking space or a vehicle can belong to several houses (EST-5, EST-6). `house_id` of the row stays and names the first of
-- them, the main house, by which money goes (ADR 0040); these tables hold all of them, the main house too.
create table parking_space_house (
  company_id uuid not null,
  community_id uuid not null,
  parking_space_id uuid not null,
  house_id uuid not null,
  primary key (company_id, parking_space_id, house_id),
  foreign key (company_id, community_id, parking_space_id) references parking_space (company_id, community_id, id) on delete cascade,
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id)
);
create index parking_space_house_of_house on parking_space_house (company_id, house_id, parking_space_id);

create table vehicle_house (
  company_id uuid not null,
  community_id uuid not null,
  vehicle_id uuid not null,
  house_id uuid not null,
  primary key (company_id, vehicle_id, house_id),
  foreign key (company_id, community_id, vehicle_id) references vehicle (company_id, community_id, id) on delete cascade,
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id)
);
create index vehicle_house_of_house on vehicle_house (company_id, house_id, vehicle_id);

call protect_tenant_table('parking_space_house', 'community_id');
call protect_tenant_table('vehicle_house', 'community_id');

do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    insert into parking_space_house (company_id, community_id, parking_space_id, house_id)
      select company_id, community_id, id, house_id from parking_space where company_id = one.id and house_id is not null;
    insert into vehicle_house (company_id, community_id, vehicle_id, house_id)
      select company_id, community_id, id, house_id from vehicle where company_id = one.id and house_id is not null;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;

call scope_tenant_table('parking_space_house', 'house_id in (select visible_house_ids())');
call scope_tenant_table('vehicle_house', 'house_id in (select visible_house_ids())');
-- Whoever sees one of the houses sees the vehicle or the parking space. What is owed for the space goes with the main house,
-- and so do its bindings, bills and receipts (visible_target_ids).
call scope_tenant_table('vehicle', 'house_id in (select visible_house_ids())
  or id in (select l.vehicle_id from vehicle_house l where l.company_id = current_company_id() and l.house_id in (select visible_house_ids()))');
call scope_tenant_table('parking_space', 'house_id in (select visible_house_ids())
  or id in (select l.parking_space_id from parking_space_house l where l.company_id = current_company_id() and l.house_id in (select visible_house_ids()))');
call scope_tenant_table('parking_space_tag', 'exists (select from parking_space k where k.company_id = parking_space_tag.company_id and k.id = parking_space_tag.parking_space_id)');
-- What hangs on a parking space itself is seen with it: its own fields and its pictures.
call scope_tenant_table('custom_value', $$owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = custom_value.company_id and v.id = custom_value.owner_id)
  or exists (select from parking_space k where k.company_id = custom_value.company_id and k.id = custom_value.owner_id)
  or community_id is null and exists (select from occupancy o where o.company_id = custom_value.company_id and o.resident_id = custom_value.owner_id)$$);
call scope_tenant_table('file_use', 'community_id is null or owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = file_use.company_id and v.id = file_use.owner_id)
  or exists (select from parking_space k where k.company_id = file_use.company_id and k.id = file_use.owner_id)
  or exists (select from vehicle_application a where a.company_id = file_use.company_id and a.id = file_use.owner_id)');

call record_import_effects('parking_space_house', 'parking_space_id', 'house_id');
call record_import_effects('vehicle_house', 'vehicle_id', 'house_id');

-- The main house is always one of the houses, whoever wrote it: rows come from forms, imports and reviews. Only where it
-- changed: a keeper who does not see the main house may change the rest of the row.
create function link_main_house() returns trigger language plpgsql as $$
begin
  execute format('insert into %I (company_id, community_id, %I, house_id)
    select n.company_id, n.community_id, n.id, n.house_id from new_rows n %s where n.house_id is not null %s on conflict do nothing',
    tg_table_name || '_house', tg_table_name || '_id',
    case tg_op when 'UPDATE' then 'join old_rows o on o.company_id = n.company_id and o.id = n.id' end,
    case tg_op when 'UPDATE' then 'and n.house_id is distinct from o.house_id' end);
  return null;
end $$;
do $$
declare name text;
begin
  foreach name in array array['parking_space', 'vehicle'] loop
    execute format($sql$create trigger main_house_of_new after insert on %I referencing new table as new_rows for each statement
      when (current_setting('app.taking_in', true) is distinct from 'on') execute function link_main_house()$sql$, name);
    execute format($sql$create trigger main_house_of_changed after update on %I referencing old table as old_rows new table as new_rows for each statement
      when (current_setting('app.taking_in', true) is distinct from 'on') execute function link_main_house()$sql$, name);
  end loop;
end $$;
