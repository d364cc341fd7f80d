-- Rights (PLT-5): permission groups with a set for the PC and one for the phone, and the data scope of a person:
-- whole communities, whole buildings, single houses. Both are read at the beginning of every transaction.

-- Which set of rights holds in a session, in the work it started and for the files that came of it.
alter table session add column if not exists client text not null default 'pc' check (client in ('pc', 'phone'));
alter table task
  add column client text not null default 'pc' check (client in ('pc', 'phone')),
  -- What the person must be allowed for as long as the work goes on; null: signed in is enough.
  add column permission text;
-- A file that was made from what a person may see needs the same right as seeing it; null: an upload.
alter table file
  add column permission text,
  -- Fingerprint of the data scope it was made under, for the same kind of file.
  add column scope text;

-- Permission groups.
alter table permission_group
  add column phone_permissions text[] not null default '{}',
  -- The post a group was made for, so that its rights can be taken back to what the product gives; '' for a group of one's own.
  add column built_in text not null default '',
  -- Everything, also what later versions add. Only the built-in administrators have it, so that a company cannot lock itself out.
  add column holds_all boolean not null default false,
  add column note text not null default '',
  add column sort_order int not null default 0,
  add column version int not null default 1,
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now();
create unique index permission_group_built_in on permission_group (company_id, built_in) where built_in <> '';
create index staff_permission_group_of on staff_permission_group (company_id, permission_group_id);

-- The groups that stand: on the phone what they have on the PC, without spreadsheets.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set holds_all = name = '管理员',
      built_in = case when name in ('管理员', '项目经理', '收费主管', '收银员', '财务', '客服', '维修') then name else '' end,
      phone_permissions = array(select p from unnest(permissions) p where p !~ '\.(import|export)$')
      where company_id = one.id;
    -- Raising asked for before the upgrade and not yet begun.
    update task set permission = 'bill.raise' where company_id = one.id and kind = 'raiseBills' and state in ('queued', 'running');
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- Data scope below the community. A person of staff.has_all_communities sees everything; otherwise what is named here
-- and in staff_community. Equipment will be a table of its own beside these.
create table staff_building (
  company_id uuid not null,
  staff_id uuid not null,
  community_id uuid not null,
  building_id uuid not null,
  primary key (company_id, staff_id, building_id),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade,
  foreign key (company_id, community_id, building_id) references building (company_id, community_id, id) on delete cascade
);
call protect_tenant_table('staff_building');
create index staff_building_of on staff_building (company_id, building_id);

create table staff_house (
  company_id uuid not null,
  staff_id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  primary key (company_id, staff_id, house_id),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade,
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id) on delete cascade
);
call protect_tenant_table('staff_house');
create index staff_house_of on staff_house (company_id, house_id);

-- The scope of the transaction, as settings. `app.community_ids` is '*' or the communities of which anything is seen;
-- the others name what is seen whole, and the buildings and units on the way to a single house.
create function setting_ids(setting text) returns uuid[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting(setting, true), ''), '{}')::uuid[] $$;

create function whole_community_ids() returns uuid[] language sql stable parallel safe as
$$ select setting_ids('app.whole_community_ids') $$;
create function scope_building_ids() returns uuid[] language sql stable parallel safe as
$$ select setting_ids('app.building_ids') $$;
create function scope_house_ids() returns uuid[] language sql stable parallel safe as
$$ select setting_ids('app.house_ids') $$;
create function shown_building_ids() returns uuid[] language sql stable parallel safe as
$$ select setting_ids('app.shown_building_ids') $$;
create function shown_unit_ids() returns uuid[] language sql stable parallel safe as
$$ select setting_ids('app.shown_unit_ids') $$;
create function current_staff_id() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.staff_id', true), '')::uuid $$;

-- Tells two scopes apart: what was made under another one may show more than is seen now.
create function current_scope() returns text language sql stable parallel safe as
$$ select case when sees_all_communities() then '*' else md5(current_setting('app.whole_community_ids', true)
  || coalesce(current_setting('app.building_ids', true), '') || coalesce(current_setting('app.house_ids', true), '')) end $$;

-- Houses seen in communities of which only a part is seen. In PL/pgSQL so that the planner of every other statement
-- sees one function and not its tables; policies ask it inside a sub-select, which is run once per statement and only
-- when a row is met that lies in no whole community.
create function visible_house_ids() returns setof uuid language plpgsql stable parallel safe rows 500 as $$
begin
  return query select h.id from house h where h.company_id = current_company_id() and h.building_id = any (scope_building_ids())
    union select unnest(scope_house_ids());
end $$;

-- What bills, receipts and bindings stand against: those houses, and the parking spaces that belong to them.
create function visible_target_ids() returns setof uuid language plpgsql stable parallel safe rows 1000 as $$
declare houses uuid[] := array(select visible_house_ids());
begin
  return query select unnest(houses)
    union all select k.id from parking_space k where k.company_id = current_company_id() and k.house_id = any (houses);
end $$;

-- The policy of the data scope: everything, a whole community, or `partly`, a condition on a row of a community of which
-- only a part is seen. `written` holds for what is written, where it differs.
create procedure scope_tenant_table(table_name text, partly text default 'false', written text default null, community_column text default 'community_id')
language plpgsql as $$
declare
  whole text := format('(select sees_all_communities()) or %I = any ((select whole_community_ids())::uuid[])', community_column);
begin
  execute format('drop policy if exists community on %I', table_name);
  execute format('create policy community on %I as restrictive using (%s or (%s)) with check (%s or (%s))',
    table_name, whole, partly, whole, coalesce(written, partly));
end $$;

-- A table made from now on: rows of a community are seen by whoever sees the whole community, unless `scope_tenant_table` says more.
create or replace procedure protect_tenant_table(table_name text, community_column text default null, privileges text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %I enable row level security', table_name);
  execute format('alter table %I force row level security', table_name);
  execute format('create policy company on %I using (company_id = (select current_company_id())) with check (company_id = (select current_company_id()))', table_name);
  if community_column is not null then
    call scope_tenant_table(table_name, format('%I is null', community_column), community_column => community_column);
  end if;
  execute format('grant %s on %I to anlin_app', privileges, table_name);
end $$;

-- Every table that stands, first as if it were new.
do $$
declare one record;
begin
  for one in select c.relname::text as name from pg_policy p join pg_class c on c.oid = p.polrelid
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'community_id' and not a.attisdropped
      where p.polname = 'community' and c.relnamespace = 'anlin'::regnamespace loop
    call scope_tenant_table(one.name, 'community_id is null');
  end loop;
end $$;

-- A community is shown to whoever sees anything of it, and changed by whoever sees all of it.
drop policy community on community;
create policy community on community as restrictive
  using ((select sees_all_communities()) or id = any ((select visible_community_ids())::uuid[]))
  with check ((select sees_all_communities()) or id = any ((select whole_community_ids())::uuid[]));
call scope_tenant_table('building', 'id = any ((select shown_building_ids())::uuid[])', 'id = any ((select scope_building_ids())::uuid[])');
call scope_tenant_table('unit', 'building_id = any ((select scope_building_ids())::uuid[]) or id = any ((select shown_unit_ids())::uuid[])',
  'building_id = any ((select scope_building_ids())::uuid[])');
call scope_tenant_table('house', 'building_id = any ((select scope_building_ids())::uuid[]) or id = any ((select scope_house_ids())::uuid[])');
call scope_tenant_table('occupancy', 'house_id in (select visible_house_ids())');
call scope_tenant_table('house_tag', 'house_id in (select visible_house_ids())');
call scope_tenant_table('vehicle', 'house_id in (select visible_house_ids())');
call scope_tenant_table('vehicle_tag', 'exists (select from vehicle v where v.company_id = vehicle_tag.company_id and v.id = vehicle_tag.vehicle_id)');
call scope_tenant_table('parking_space', 'house_id in (select visible_house_ids())');
call scope_tenant_table('parking_space_tag', 'parking_space_id in (select visible_target_ids())');
call scope_tenant_table('standard_binding', 'target_id in (select visible_target_ids())');
call scope_tenant_table('bill', 'target_id in (select visible_target_ids())');
call scope_tenant_table('bill_void', 'exists (select from bill b where b.company_id = bill_void.company_id and b.id = bill_void.bill_id)');
call scope_tenant_table('receipt', 'target_id in (select visible_target_ids())');
-- Tenders and allocations are written in one statement with their receipt, which is not yet there to be looked at.
call scope_tenant_table('receipt_tender', 'exists (select from receipt r where r.company_id = receipt_tender.company_id and r.id = receipt_tender.receipt_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');
call scope_tenant_table('receipt_reversal', 'exists (select from receipt r where r.company_id = receipt_reversal.company_id and r.id = receipt_reversal.receipt_id)');
call scope_tenant_table('allocation', 'exists (select from receipt r where r.company_id = allocation.company_id and r.id = allocation.receipt_id)',
  'exists (select from bill b where b.company_id = allocation.company_id and b.id = allocation.bill_id)');
call scope_tenant_table('income_movement', 'target_id in (select visible_target_ids())');
-- A counter tells nothing but how far it has come, and who takes money for one house needs the next number.
call scope_tenant_table('number_counter', 'community_id = any ((select visible_community_ids())::uuid[])');
-- One's own work in a community of which one sees a part.
call scope_tenant_table('task', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])');
call scope_tenant_table('import_batch', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])');
call scope_tenant_table('file', 'community_id is null or created_by = (select current_staff_id())');
-- Raising runs and what raises itself belong to the whole community (ADR 0016): as every table above, without a part.

-- An entry is seen by whoever sees what it is about. One's own always; what belongs to no community and names nobody of
-- one is everybody's. What is written is not narrowed beyond the community: whoever may act leaves a trace.
call scope_tenant_table('audit_entry', $$ actor_id = (select current_staff_id())
    or case target_kind
      when 'building' then target_id = any ((select shown_building_ids())::uuid[])
      when 'house' then target_id in (select visible_house_ids())
      when 'parkingSpace' then target_id in (select visible_target_ids())
      when 'resident' then exists (select from occupancy o where o.company_id = audit_entry.company_id and o.resident_id = audit_entry.target_id)
      when 'occupancy' then exists (select from occupancy o where o.company_id = audit_entry.company_id and o.id = audit_entry.target_id)
      when 'vehicle' then exists (select from vehicle v where v.company_id = audit_entry.company_id and v.id = audit_entry.target_id)
      when 'standardBinding' then exists (select from standard_binding b where b.company_id = audit_entry.company_id and b.id = audit_entry.target_id)
      when 'bill' then exists (select from bill b where b.company_id = audit_entry.company_id and b.id = audit_entry.target_id)
      when 'receipt' then exists (select from receipt r where r.company_id = audit_entry.company_id and r.id = audit_entry.target_id)
      else community_id is null end $$,
  'community_id is null or community_id = any ((select visible_community_ids())::uuid[])');

-- The groups a person holds, and through which department; null: given to the person.
create function groups_of(company uuid, staff uuid) returns table (permission_group_id uuid, department text) language sql stable as $$
  select l.permission_group_id, null::text from staff_permission_group l where l.company_id = company and l.staff_id = staff
$$;

-- Rights of a person: the union of the groups they were given, for one kind of client.
create function permissions_of(company uuid, staff uuid, client text, out permissions text[], out holds_all boolean)
language plpgsql stable as $$
begin
  select coalesce(array_agg(distinct one.permission) filter (where one.permission is not null), '{}'), coalesce(bool_or(g.holds_all), false)
    into permissions, holds_all
    from staff_permission_group l join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id
    left join lateral unnest(case client when 'phone' then g.phone_permissions else g.permissions end) one (permission) on true
    where l.company_id = company and l.staff_id = staff;
end $$;

-- Steps into the data scope of a person of the company entered: sets it for the transaction and returns it.
-- Reads the scope's own tables before any scope is set; they belong to no community.
create function enter_scope(company uuid, staff uuid, is_all boolean, out community_ids uuid[], out whole_ids uuid[])
language plpgsql volatile as $$
declare
  building_ids uuid[];
  house_ids uuid[];
  building_communities uuid[];
  house_communities uuid[];
begin
  perform set_config('app.staff_id', staff::text, true);
  if is_all then
    perform set_config('app.community_ids', '*', true);
    return;
  end if;
  select coalesce(array_agg(l.community_id order by l.community_id), '{}') into whole_ids from staff_community l where l.company_id = company and l.staff_id = staff;
  select coalesce(array_agg(l.building_id order by l.building_id), '{}'), coalesce(array_agg(distinct l.community_id), '{}') into building_ids, building_communities
    from staff_building l where l.company_id = company and l.staff_id = staff and l.community_id <> all (whole_ids);
  select coalesce(array_agg(l.house_id order by l.house_id), '{}'), coalesce(array_agg(distinct l.community_id), '{}') into house_ids, house_communities
    from staff_house l where l.company_id = company and l.staff_id = staff and l.community_id <> all (whole_ids);
  community_ids := array(select distinct one from unnest(whole_ids || building_communities || house_communities) one);
  perform set_config('app.community_ids', community_ids::text, true), set_config('app.whole_community_ids', whole_ids::text, true);
  if building_ids <> '{}' or house_ids <> '{}' then
    perform set_config('app.building_ids', building_ids::text, true), set_config('app.house_ids', house_ids::text, true);
    perform set_config('app.shown_building_ids', (building_ids || array(select distinct h.building_id from house h where h.company_id = company and h.id = any (house_ids)))::text, true),
      set_config('app.shown_unit_ids', array(select distinct h.unit_id from house h where h.company_id = company and h.id = any (house_ids) and h.unit_id is not null)::text, true);
  end if;
end $$;

-- Opens the transaction of a request: finds the session, steps into its company and data scope, and returns who it is
-- with the rights of its client, in one round trip. No row: no such session, expired, or the person may no longer work here.
-- Rights and scope are read on every request, so taking them away works at once.
drop function open_session(bytea, timestamptz);
create function open_session(token bytea, now_at timestamptz, out session_id uuid, out account_id uuid, out company_id uuid,
  out staff_id uuid, out staff_name text, out client text, out must_change_password boolean, out permissions text[], out holds_all boolean,
  out community_ids uuid[], out whole_community_ids uuid[], out has_all_communities boolean, out last_seen_at timestamptz)
language plpgsql volatile as $$
declare expires date;
begin
  select s.id, s.account_id, s.company_id, s.staff_id, s.client, a.must_change_password, s.last_seen_at
    into session_id, account_id, company_id, staff_id, client, must_change_password, last_seen_at
    from session s join account a on a.id = s.account_id
    where s.token_hash = token and s.expires_at > now_at and a.disabled_at is null;
  if session_id is null then return; end if;
  perform set_config('app.company_id', company_id::text, true);
  select p.name, p.has_all_communities, p.expires_on into staff_name, has_all_communities, expires from staff p
    where p.company_id = open_session.company_id and p.id = open_session.staff_id and p.disabled_at is null;
  if staff_name is null or expires <= (now_at at time zone 'Asia/Shanghai')::date then session_id := null; return; end if;
  select r.permissions, r.holds_all into permissions, holds_all from permissions_of(company_id, staff_id, client) r;
  select e.community_ids, e.whole_ids into community_ids, whole_community_ids from enter_scope(company_id, staff_id, has_all_communities) e;
end $$;

-- Steps into a company as one of its staff, with that person's data scope and present rights: for work done in the background on their behalf.
-- `scope` is a fingerprint by which a long run notices that the scope has changed.
drop function act_as_staff(uuid, uuid, timestamptz);
create function act_as_staff(company uuid, staff uuid, client text, now_at timestamptz, out staff_name text, out permissions text[], out holds_all boolean,
  out community_ids uuid[], out whole_community_ids uuid[], out has_all_communities boolean, out scope text)
language plpgsql volatile as $$
begin
  perform set_config('app.company_id', company::text, true);
  select s.name, s.has_all_communities into staff_name, has_all_communities from staff s where s.company_id = company and s.id = staff
    and s.disabled_at is null and (s.expires_on is null or s.expires_on > (now_at at time zone 'Asia/Shanghai')::date)
    and not exists (select from account a where a.id = s.account_id and a.disabled_at is not null);
  if staff_name is null then return; end if;
  select r.permissions, r.holds_all into permissions, holds_all from permissions_of(company, staff, client) r;
  select e.community_ids, e.whole_ids into community_ids, whole_community_ids from enter_scope(company, staff, has_all_communities) e;
  scope := current_scope();
end $$;

-- A company always keeps an administrator: somebody with all rights and all communities who neither left nor will leave.
create function has_administrator(company uuid) returns boolean language sql stable as $$
  select exists (select from staff s join account a on a.id = s.account_id
    where s.company_id = company and s.has_all_communities and s.disabled_at is null and s.expires_on is null and a.disabled_at is null
      and (permissions_of(company, s.id, 'pc')).holds_all)
$$;

-- At the end of a transaction that took an administrator away: are there others? Whoever does so at the same moment waits
-- here, and then sees what the other did. A company that never had one is left alone.
create function keep_administrator() returns trigger language plpgsql as $$
declare was_one boolean := true;
begin
  if tg_table_name = 'staff' then
    was_one := (permissions_of(old.company_id, old.id, 'pc')).holds_all;
  elsif tg_table_name = 'staff_permission_group' then
    was_one := exists (select from permission_group g where g.company_id = old.company_id and g.id = old.permission_group_id and g.holds_all);
  end if;
  if not was_one then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended('administrators ' || old.company_id, 0));
  if not has_administrator(old.company_id) then
    raise exception using errcode = 'AN001', message = 'the last administrator cannot go';
  end if;
  return null;
end $$;

create constraint trigger keep_administrator after update on staff
  deferrable initially deferred for each row
  when (old.has_all_communities and old.disabled_at is null and old.expires_on is null
    and (not new.has_all_communities or new.disabled_at is not null or new.expires_on is not null))
  execute function keep_administrator();
create constraint trigger keep_administrator after delete or update on staff_permission_group
  deferrable initially deferred for each row execute function keep_administrator();
create constraint trigger keep_administrator after delete or update on permission_group
  deferrable initially deferred for each row when (old.holds_all) execute function keep_administrator();
