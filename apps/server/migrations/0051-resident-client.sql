-- The resident client (CLI-1): sessions and codes of residents, what each sees, and in which order bills are paid (PAY-3).

-- A phone that has proved itself, in one company. The cookie names the company, so the row is found under its row-level
-- security like any other.
create table resident_session (
  company_id uuid not null references company (id) on delete cascade,
  id uuid not null,
  token_hash bytea not null,
  phone text not null check (phone <> ''),
  -- Whose phone it was at sign-in. Once it is another person's, or nobody's, the session is over; null: nobody's then.
  resident_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ip text not null,
  user_agent text not null,
  primary key (company_id, id),
  unique (company_id, token_hash),
  foreign key (company_id, resident_id) references resident (company_id, id) on delete cascade
);
call protect_tenant_table('resident_session');
create index resident_session_of_resident on resident_session (company_id, resident_id) where resident_id is not null;
create index resident_session_ending on resident_session (company_id, expires_at);

-- Codes asked for, whether anybody has the phone or not, so that limits tell nothing. The code itself is derived from the id with the
-- installation's key and stands nowhere. Rows go a day later.
create table resident_sign_in_code (
  company_id uuid not null references company (id) on delete cascade,
  id uuid not null,
  phone text not null check (phone <> ''),
  ip text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  tries int not null default 0,
  used_at timestamptz,
  primary key (company_id, id)
);
call protect_tenant_table('resident_sign_in_code');
create index resident_sign_in_code_phone on resident_sign_in_code (company_id, phone, created_at);
create index resident_sign_in_code_ip on resident_sign_in_code (company_id, ip, created_at);

-- A code goes to a phone that need not be anybody's yet.
alter table message_delivery drop constraint message_delivery_recipient_kind_check;
alter table message_delivery add constraint message_delivery_recipient_kind_check check (recipient_kind in ('staff', 'resident', 'phone'));
-- A resident acts in their own name.
alter table audit_entry drop constraint audit_entry_actor_kind_check;
alter table audit_entry add constraint audit_entry_actor_kind_check check (actor_kind in ('staff', 'system', 'resident'));

-- Which bills a resident must pay with which.
alter table community add column resident_payment_order text not null default 'free'
  check (resident_payment_order in ('free', 'arrearsFirst', 'arrearsAndCurrent', 'all'));

-- Opens the transaction of a resident's request: finds the session and steps into the data scope of the houses where the person
-- lives now — the same scope staff have who see single houses (ADR 0016), so that no query needs to remember it. `only_households`: of
-- those alone where they are owner, family or tenant. No row: no such session, ended, or the phone is another person's by now.
create function open_resident_session(company uuid, token bytea, only_households boolean, now_at timestamptz,
  out session_id uuid, out session_phone text, out person_id uuid, out person_name text, out seen_house_ids uuid[], out seen_community_ids uuid[])
language plpgsql volatile as $$
declare known uuid;
begin
  perform set_config('app.company_id', company::text, true), set_config('app.community_ids', '*', true), set_config('app.staff_id', '', true);
  select s.id, s.phone, s.resident_id into session_id, session_phone, known
    from resident_session s where s.company_id = company and s.token_hash = token and s.expires_at > now_at;
  if session_id is not null then
    select r.id, r.name into person_id, person_name from resident r
      where r.company_id = company and r.phone = session_phone and r.erased_at is null;
    if known is not null and known is distinct from person_id then session_id := null; end if;
  end if;
  if session_id is null then
    perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
    return;
  end if;
  select coalesce(array_agg(distinct o.house_id), '{}'), coalesce(array_agg(distinct o.community_id), '{}') into seen_house_ids, seen_community_ids
    from occupancy o join community c on c.company_id = o.company_id and c.id = o.community_id
    where o.company_id = company and o.resident_id = person_id and o.moved_out_on is null
      and o.moved_in_on <= (now_at at time zone c.time_zone)::date
      and (o.valid_until is null or o.valid_until >= (now_at at time zone c.time_zone)::date)
      and (not only_households or o.role in ('owner', 'family', 'tenant'));
  perform set_config('app.shown_building_ids', array(select distinct h.building_id from house h where h.company_id = company and h.id = any (seen_house_ids))::text, true),
    set_config('app.shown_unit_ids', array(select distinct h.unit_id from house h where h.company_id = company and h.id = any (seen_house_ids) and h.unit_id is not null)::text, true);
  perform set_config('app.community_ids', seen_community_ids::text, true), set_config('app.whole_community_ids', '{}', true),
    set_config('app.building_ids', '{}', true), set_config('app.house_ids', seen_house_ids::text, true);
end $$;

-- A link by which somebody else pays (找人代付): these bills, until it ends. What is owed is asked when it is opened.
create table pay_link (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  resident_id uuid not null,
  bill_ids uuid[] not null check (cardinality(bill_ids) between 1 and 100),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, resident_id) references resident (company_id, id) on delete cascade
);
call protect_tenant_table('pay_link', 'community_id', 'select, insert');
-- A resident makes it of bills in sight; whoever opens it is shown it as the whole community's.
call scope_tenant_table('pay_link', 'not exists (select from unnest(bill_ids) one (id) where not exists (
  select from bill b where b.company_id = pay_link.company_id and b.id = one.id))');
create index pay_link_of_resident on pay_link (company_id, resident_id);
create index pay_link_of_community on pay_link (company_id, community_id);
