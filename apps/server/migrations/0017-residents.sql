-- Residents (EST-7, 10, 12) and how they come to live in a house (EST-1): applications, invitations, leaving, erasure.

alter table community
  add column registration_mode text not null default 'simpleReview'
    check (registration_mode in ('simpleReview', 'openReview', 'closed', 'browse')),
  -- What residents read before they write who they are.
  add column registration_hint text not null default '';

alter table resident
  add column phone_verified_at timestamptz,
  add column is_phone_verified boolean not null generated always as (phone_verified_at is not null) stored,
  add column birthday date,
  add column ethnicity text not null default '',
  add column politics text check (politics in ('masses', 'league', 'party', 'democratic', 'nonparty')),
  add column marriage text check (marriage in ('single', 'married', 'divorced', 'widowed')),
  add column native_place text not null default '',
  add column employer text not null default '',
  add column emergency_name text not null default '',
  add column emergency_phone text not null default '',
  add column emergency_relation text not null default '',
  add column wechat text not null default '',
  add column email text not null default '',
  add column pets text not null default '',
  add column household_type text check (household_type in ('localUrban', 'localRural', 'otherUrban', 'otherRural', 'abroad')),
  -- Sealed by the vault with company, row and field; the index is an HMAC, for exact search and uniqueness alone.
  add column id_card_sealed text,
  add column id_card_index bytea,
  add column has_id_card boolean not null generated always as (id_card_sealed is not null) stored,
  -- Whoever asked to be erased: nothing personal is left on the row, documents of money still point at it.
  add column erased_at timestamptz,
  add check ((id_card_sealed is null) = (id_card_index is null)),
  add check (erased_at is null or phone = '' and id_card_sealed is null);
create unique index resident_id_card on resident (company_id, id_card_index) where id_card_index is not null;

alter table occupancy
  -- How the stay began and ended, and by whom; null where the system did it.
  add column moved_in_how text not null default 'staff'
    check (moved_in_how in ('staff', 'review', 'invitation', 'import', 'ownership')),
  add column moved_in_by uuid,
  add column moved_out_how text check (moved_out_how in ('staff', 'expiry', 'ownership', 'import')),
  add column moved_out_by uuid,
  add column move_out_reason text not null default '';
create index occupancy_expiring on occupancy (company_id, community_id, valid_until) where moved_out_on is null and valid_until is not null;
create index occupancy_moved_out on occupancy (company_id, community_id, moved_out_on, id) where moved_out_on is not null;

-- Somebody asks to be let in; staff place them in a house or refuse with a reason (EST-1, registration modes).
create table move_in_application (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  source text not null check (source in ('staff', 'resident')),
  -- The mode that held when it was made.
  mode text not null check (mode in ('simpleReview', 'openReview', 'browse')),
  state text not null check (state in ('waiting', 'refused', 'approved', 'browsing')),
  name text not null check (name <> ''),
  phone text not null default '',
  is_phone_verified boolean not null default false,
  sex text check (sex in ('male', 'female')),
  -- What was asked for; what came of it is the occupancy.
  role text check (role in ('owner', 'family', 'tenant', 'friend', 'nanny', 'colleague', 'driver', 'employee', 'renovator', 'other')),
  house_id uuid,
  note text not null default '',
  -- 1 at first, one more each time it is handed in again after a refusal.
  round int not null default 1 check (round > 0),
  submitted_at timestamptz not null,
  refuse_reason text not null default '',
  decided_at timestamptz,
  decided_by uuid,
  resident_id uuid,
  occupancy_id uuid,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id),
  foreign key (company_id, occupancy_id) references occupancy (company_id, id) on delete set null (occupancy_id),
  check (state <> 'refused' or refuse_reason <> '')
);
call protect_tenant_table('move_in_application', 'community_id');
call scope_tenant_table('move_in_application', 'house_id in (select visible_house_ids())');
-- One phone waits once in a community.
create unique index move_in_application_waiting on move_in_application (company_id, community_id, phone) where state in ('waiting', 'browsing') and phone <> '';
create index move_in_application_by_state on move_in_application (company_id, community_id, state, submitted_at, id);
create index move_in_application_of_phone on move_in_application (company_id, phone) where phone <> '';
create index move_in_application_of_resident on move_in_application (company_id, resident_id) where resident_id is not null;
create index move_in_application_of_house on move_in_application (company_id, house_id) where house_id is not null;
create index move_in_application_of_occupancy on move_in_application (company_id, occupancy_id) where occupancy_id is not null;

-- An owner lets somebody into their house: whoever brings the code needs no review.
create table resident_invitation (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  inviter_resident_id uuid not null,
  code text not null check (code <> ''),
  role text not null check (role in ('family', 'tenant', 'friend', 'nanny', 'colleague', 'driver', 'employee', 'renovator', 'other')),
  -- Last day on which the code works.
  expires_on date not null,
  -- Until when the invited may live there; null is without end.
  valid_until date,
  state text not null default 'open' check (state in ('open', 'accepted', 'revoked', 'expired')),
  resident_id uuid,
  occupancy_id uuid,
  closed_at timestamptz,
  created_by uuid,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, code),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, inviter_resident_id) references resident (company_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id),
  foreign key (company_id, occupancy_id) references occupancy (company_id, id) on delete set null (occupancy_id)
);
call protect_tenant_table('resident_invitation', 'community_id');
call scope_tenant_table('resident_invitation', 'house_id in (select visible_house_ids())');
create index resident_invitation_open on resident_invitation (company_id, community_id, expires_on) where state = 'open';
create index resident_invitation_of_house on resident_invitation (company_id, house_id);
create index resident_invitation_of_inviter on resident_invitation (company_id, inviter_resident_id);
create index resident_invitation_of_resident on resident_invitation (company_id, resident_id) where resident_id is not null;
create index resident_invitation_of_occupancy on resident_invitation (company_id, occupancy_id) where occupancy_id is not null;

-- Records that are no more: deleted, merged into another, or erased. Without personal data.
create table resident_deletion (
  company_id uuid not null references company (id),
  id uuid not null,
  community_id uuid,
  resident_id uuid not null,
  kind text not null check (kind in ('deleted', 'merged', 'erased')),
  -- 张**
  masked_name text not null,
  house_labels text not null default '',
  reason text not null check (reason <> ''),
  staff_id uuid,
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('resident_deletion', 'community_id', 'select, insert');
create index resident_deletion_by_day on resident_deletion (company_id, created_at, id);

-- Who has this id card, also where the actor may not look; as `resident_by_phone`.
create function resident_by_id_card(wanted bytea, out id uuid, out name text) language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  select r.id, r.name into id, name from resident r where r.company_id = current_company_id() and r.id_card_index = wanted;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- What still ties a person to houses of the company, also where the actor may not look: stays that go on, and what is
-- unpaid of the time in which they were owner or tenant.
create function resident_ties(wanted uuid, out all_stays int, out current_stays int, out owed_fen bigint) language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  select count(*), count(*) filter (where o.moved_out_on is null) into all_stays, current_stays
    from occupancy o where o.company_id = current_company_id() and o.resident_id = wanted;
  select coalesce(sum(b.outstanding_fen), 0) into owed_fen from bill b
    where b.company_id = current_company_id() and b.outstanding_fen > 0 and exists (
      select 1 from occupancy o where o.company_id = b.company_id and o.resident_id = wanted and o.role in ('owner', 'tenant')
        and (b.target_id = o.house_id or b.target_id in (select k.id from parking_space k where k.company_id = o.company_id and k.house_id = o.house_id))
        and b.period_to > o.moved_in_on and (o.moved_out_on is null or b.period_from < o.moved_out_on));
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- Lists. Views under the rights of whoever asks.

create view occupancy_list with (security_invoker = true) as
  select o.company_id, o.id, o.version, o.created_at, o.updated_at, o.community_id, o.resident_id, r.name, r.phone, r.is_phone_verified,
    r.sex, r.birthday, r.household_type, r.has_id_card, o.role, o.house_id, h.building_id, h.unit_id, o.moved_in_on, o.valid_until, o.moved_in_how
  from occupancy o
    left join resident r on r.company_id = o.company_id and r.id = o.resident_id
    left join house h on h.company_id = o.company_id and h.id = o.house_id
  where o.moved_out_on is null;
grant select on occupancy_list to anlin_app;

create view move_in_log with (security_invoker = true) as
  select o.company_id, o.id, o.version, o.created_at, o.updated_at, o.community_id, r.name, o.house_id, h.building_id, o.role, o.moved_in_on,
    o.valid_until, o.moved_in_how how, coalesce(s.name, '') staff_name
  from occupancy o
    left join resident r on r.company_id = o.company_id and r.id = o.resident_id
    left join house h on h.company_id = o.company_id and h.id = o.house_id
    left join staff s on s.company_id = o.company_id and s.id = o.moved_in_by;
grant select on move_in_log to anlin_app;

create view move_out_log with (security_invoker = true) as
  select o.company_id, o.id, o.version, o.created_at, o.updated_at, o.community_id, r.name, o.house_id, h.building_id, o.role, o.moved_in_on,
    o.moved_out_on, coalesce(o.moved_out_how, 'staff') how, o.move_out_reason reason, coalesce(s.name, '') staff_name
  from occupancy o
    left join resident r on r.company_id = o.company_id and r.id = o.resident_id
    left join house h on h.company_id = o.company_id and h.id = o.house_id
    left join staff s on s.company_id = o.company_id and s.id = o.moved_out_by
  where o.moved_out_on is not null;
grant select on move_out_log to anlin_app;

create view absent_resident_list with (security_invoker = true) as
  select a.company_id, a.id, a.version, a.created_at, a.updated_at, a.community_id, 'application' record, a.state, a.name, a.phone, a.house_id,
    a.role, a.note, a.refuse_reason reason, (a.submitted_at at time zone 'Asia/Shanghai')::date since
  from move_in_application a where a.state in ('waiting', 'refused', 'browsing')
  union all
  select r.company_id, r.id, r.version, r.created_at, r.updated_at, l.community_id, 'resident', 'left', r.name, r.phone, l.house_id,
    l.role, r.note, l.move_out_reason, l.moved_out_on
  from resident r
    cross join lateral (select o.community_id, o.house_id, o.role, o.move_out_reason, o.moved_out_on from occupancy o
      where o.company_id = r.company_id and o.resident_id = r.id order by o.moved_out_on desc, o.id desc limit 1) l
  where r.erased_at is null
    and not exists (select 1 from occupancy o where o.company_id = r.company_id and o.resident_id = r.id and o.moved_out_on is null);
grant select on absent_resident_list to anlin_app;

create view resident_invitation_list with (security_invoker = true) as
  select i.company_id, i.id, i.version, i.created_at, i.updated_at, i.community_id, i.house_id, i.code, i.role, i.expires_on, i.valid_until, i.state,
    inviter.name inviter_name, coalesce(r.name, '') invited_name, i.closed_at
  from resident_invitation i
    left join resident inviter on inviter.company_id = i.company_id and inviter.id = i.inviter_resident_id
    left join resident r on r.company_id = i.company_id and r.id = i.resident_id;
grant select on resident_invitation_list to anlin_app;

create view resident_deletion_list with (security_invoker = true) as
  select d.company_id, d.id, 1 as version, d.created_at, d.created_at updated_at, d.community_id, d.kind, d.masked_name, d.house_labels, d.reason,
    coalesce(s.name, '') staff_name
  from resident_deletion d left join staff s on s.company_id = d.company_id and s.id = d.staff_id;
grant select on resident_deletion_list to anlin_app;

-- Groups that exist already get the new rights where they hold the old one they grew out of.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{resident.review,resident.export}'::text[]
      where company_id = one.id and permissions @> '{resident.edit}' and not permissions @> '{resident.review}';
    update permission_group set permissions = permissions || '{resident.delete,resident.erase}'::text[]
      where company_id = one.id and permissions @> '{resident.edit,resident.reveal,community.create}' and not permissions @> '{resident.erase}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- Removes a person without any stay, whom nobody but people with the whole company in their scope would see.
create function remove_resident(wanted uuid) returns void language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  delete from resident r where r.company_id = current_company_id() and r.id = wanted
    and not exists (select 1 from occupancy o where o.company_id = r.company_id and o.resident_id = r.id);
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- Blanks what other tables know of a person who is erased, in the whole company: what they applied with, their name on vehicles,
-- what checks of imports quoted of them. Receipts keep the payer's name: accounting law keeps the document as it was.
create function erase_resident_traces(wanted uuid, wanted_name text, wanted_phone text) returns void language plpgsql volatile as $$
declare
  scope text := current_setting('app.community_ids', true);
  company uuid := current_company_id();
  quoted text[] := array_remove(array[case when length(wanted_name) > 1 then wanted_name end, nullif(wanted_phone, '')], null);
begin
  perform set_config('app.community_ids', '*', true);
  update move_in_application a set name = '已注销', phone = '', is_phone_verified = false, note = '', sex = null,
      state = case when a.state = 'approved' then a.state else 'refused' end,
      refuse_reason = case when a.state = 'approved' then '' else '申请人已注销' end, version = version + 1
    where a.company_id = company and (a.resident_id = wanted or (wanted_phone <> '' and a.phone = wanted_phone));
  update occupancy o set move_out_reason = '' where o.company_id = company and o.resident_id = wanted and o.move_out_reason <> '' and o.moved_out_how = 'staff';
  update vehicle v set owner_name = '', owner_phone = '', version = version + 1
    where v.company_id = company and ((wanted_phone <> '' and v.owner_phone = wanted_phone)
      or (v.owner_name = wanted_name and v.house_id = any (array(select o.house_id from occupancy o where o.company_id = company and o.resident_id = wanted))));
  delete from import_failure f where f.company_id = company
    and exists (select 1 from unnest(quoted) q where position(q in f.value) > 0 or position(q in f.message) > 0);
  update import_batch b set problems = '[]',
      mapping = jsonb_set(b.mapping, '{headings}', coalesce((select jsonb_agg(h || '{"samples": []}') from jsonb_array_elements(b.mapping -> 'headings') h), '[]'))
    where b.company_id = company and b.mapping ? 'headings'
      and exists (select 1 from unnest(quoted) q where position(q in b.problems::text) > 0 or position(q in b.mapping::text) > 0);
  -- What was sent to them, and where to.
  delete from channel_address a where a.company_id = company and a.resident_id = wanted;
  update message_delivery d set recipient_name = '已注销', address_masked = '', body = '', facts = '{}'
    where d.company_id = company and d.recipient_kind = 'resident' and d.recipient_id = wanted;
  delete from import_row r where r.company_id = company and exists (select 1 from unnest(quoted) q where position(q in array_to_string(r.cells, ' ')) > 0);
  -- Rows as they were before an import changed them. Without them the import can no longer be taken back, and says so.
  update import_effect e set rows_before = null where e.company_id = company and e.rows_before is not null
    and (e.table_name = 'resident' and wanted::text = any (e.row_keys)
      or exists (select 1 from unnest(quoted) q where position(q in e.rows_before::text) > 0));
  -- Fields the company added, and files attached.
  if to_regclass('custom_value') is not null then
    execute 'delete from custom_value where company_id = $1 and owner_id = $2' using company, wanted;
  end if;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;
