-- Third parties (PAY-8, ADR 0057): apps, what a community grants them, their keys, what they synced and pulled, and what is told to them.

-- An app as its maker describes it. It may do nothing before a community grants it something.
create table partner_app (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  maker text not null check (maker <> ''),
  description text not null default '',
  -- What it asks for; a grant gives some of it.
  asked_scopes text[] not null check (cardinality(asked_scopes) > 0 and asked_scopes <@ '{estate,bills,payments,statements}'::text[]),
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name)
);
call protect_tenant_table('partner_app', null, 'select, insert, update');

-- What one community lets an app do. Taken back, its keys end with it.
create table partner_grant (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  partner_app_id uuid not null,
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ '{estate,bills,payments,statements}'::text[]),
  granted_by uuid not null,
  granted_at timestamptz not null,
  revoked_by uuid,
  revoked_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, partner_app_id) references partner_app (company_id, id),
  foreign key (company_id, granted_by) references staff (company_id, id),
  foreign key (company_id, revoked_by) references staff (company_id, id)
);
call protect_tenant_table('partner_grant', 'community_id', 'select, insert, update');
create unique index partner_grant_once on partner_grant (company_id, community_id, partner_app_id) where revoked_at is null;
create index partner_grant_of_app on partner_grant (company_id, partner_app_id);
create index partner_grant_by_granter on partner_grant (company_id, granted_by);
create index partner_grant_by_revoker on partner_grant (company_id, revoked_by) where revoked_by is not null;

-- A key of a grant. Requests are signed with the secret, so it must be known here: it is sealed, and never shown again.
create table partner_key (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  partner_grant_id uuid not null,
  name text not null,
  scopes text[] not null check (cardinality(scopes) > 0),
  -- Empty: from anywhere. Addresses and networks as people write them, `203.0.113.0/24`.
  allowed_addresses text[] not null default '{}',
  requests_per_minute int not null check (requests_per_minute between 1 and 6000),
  -- Null after the company was taken into another installation, where nobody can open it.
  secret_sealed text,
  secret_tail text not null,
  created_by uuid not null,
  created_at timestamptz not null,
  -- It stops working then: an expiry, or the end of the overlap after a rotation.
  ends_at timestamptz,
  revoked_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, partner_grant_id) references partner_grant (company_id, id),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('partner_key', 'community_id', 'select, insert, update');
create index partner_key_of_grant on partner_key (company_id, partner_grant_id);
create index partner_key_by_maker on partner_key (company_id, created_by);

-- How much a key was used in the present minute, and when last. A row of its own, so that counting disturbs nothing else.
create table partner_key_use (
  company_id uuid not null,
  partner_key_id uuid not null,
  community_id uuid not null,
  minute timestamptz not null,
  request_count int not null,
  last_used_at timestamptz not null,
  last_address text not null,
  primary key (company_id, partner_key_id),
  foreign key (company_id, partner_key_id) references partner_key (company_id, id) on delete cascade
);
call protect_tenant_table('partner_key_use', 'community_id');

-- Nonces of the last minutes: a request that was overheard opens nothing a second time.
create table partner_nonce (
  company_id uuid not null,
  partner_key_id uuid not null,
  nonce text not null,
  community_id uuid not null,
  expires_at timestamptz not null,
  primary key (company_id, partner_key_id, nonce),
  foreign key (company_id, partner_key_id) references partner_key (company_id, id) on delete cascade
);
call protect_tenant_table('partner_nonce', 'community_id');
create index partner_nonce_over on partner_nonce (company_id, expires_at);

-- Answers kept by idempotency key: asked again, the same is said and nothing is done. Of a grant, so that they outlive a rotation.
create table partner_answer (
  company_id uuid not null,
  partner_grant_id uuid not null,
  key text not null,
  community_id uuid not null,
  -- SHA-256 of method, address and body.
  request_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (company_id, partner_grant_id, key),
  foreign key (company_id, partner_grant_id) references partner_grant (company_id, id) on delete cascade
);
call protect_tenant_table('partner_answer', 'community_id');
create index partner_answer_over on partner_answer (company_id, expires_at);

-- A bill an app keeps, by the app's own number. A number withdrawn may be used again for another bill.
create table partner_bill (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  partner_app_id uuid not null,
  external_id text not null check (external_id <> ''),
  bill_id uuid not null,
  synced_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (company_id, id),
  unique (company_id, bill_id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, partner_app_id) references partner_app (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id)
);
call protect_tenant_table('partner_bill', 'community_id', 'select, insert, update');
call scope_tenant_table('partner_bill', 'exists (select from bill b where b.company_id = partner_bill.company_id and b.id = partner_bill.bill_id)');
create unique index partner_bill_once on partner_bill (company_id, community_id, partner_app_id, external_id) where withdrawn_at is null;
create index partner_bill_of_app on partner_bill (company_id, partner_app_id);

-- An app edits in nobody's name of the staff.
alter table bill_edit alter column staff_id drop not null;
alter table audit_entry drop constraint audit_entry_actor_kind_check;
alter table audit_entry add constraint audit_entry_actor_kind_check check (actor_kind in ('staff', 'system', 'resident', 'app'));

-- 允许财务软件获取银行流水.
alter table community add column shares_bank_statements boolean not null default false;

-- What happened, for those outside: one row for each document, written with it, whoever writes it. The number is given afterwards, under
-- the lock of the community's counter, so that readers who go by it miss nothing that was committed late (ADR 0057).
create sequence open_event_noted;
grant usage on sequence open_event_noted to anlin_app;
create table open_event (
  company_id uuid not null,
  -- That of the document.
  id uuid not null,
  community_id uuid not null,
  stream text not null check (stream in ('money', 'bank', 'estate')),
  kind text not null check (kind in ('receipt', 'reversal', 'restoration', 'refund', 'statementLine', 'moveIn')),
  noted bigint not null default nextval('open_event_noted'),
  sequence bigint,
  primary key (company_id, id)
);
call protect_tenant_table('open_event', 'community_id', 'select, insert, update');
create index open_event_by_stream on open_event (company_id, community_id, stream, sequence) where sequence is not null;
create unique index open_event_by_sequence on open_event (company_id, community_id, sequence) where sequence is not null;
create index open_event_new on open_event (company_id, community_id, noted) where sequence is null;

create table open_event_counter (
  company_id uuid not null,
  community_id uuid not null,
  last_sequence bigint not null,
  primary key (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('open_event_counter', 'community_id');

-- Arguments: stream and kind. Bulk imports of people tell nobody; they are read as a list.
create function note_open_events() returns trigger language plpgsql
security definer set search_path = anlin, public set app.community_ids = '*' as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  if tg_argv[0] = 'estate' and coalesce(current_setting('app.import_id', true), '') <> '' then return null; end if;
  insert into open_event (company_id, id, community_id, stream, kind)
    select a.company_id, a.id, a.community_id, tg_argv[0], tg_argv[1] from added a where a.community_id is not null;
  return null;
end $$;
create trigger receipt_open_event after insert on receipt referencing new table as added
  for each statement execute function note_open_events('money', 'receipt');
create trigger receipt_reversal_open_event after insert on receipt_reversal referencing new table as added
  for each statement execute function note_open_events('money', 'reversal');
create trigger receipt_restoration_open_event after insert on receipt_restoration referencing new table as added
  for each statement execute function note_open_events('money', 'restoration');
create trigger refund_open_event after insert on refund referencing new table as added
  for each statement execute function note_open_events('money', 'refund');
create trigger bank_statement_line_open_event after insert on bank_statement_line referencing new table as added
  for each statement execute function note_open_events('bank', 'statementLine');
create trigger occupancy_open_event after insert on occupancy referencing new table as added
  for each statement execute function note_open_events('estate', 'moveIn');

-- Where pushes go (webhooks). Each is signed with the endpoint's own secret.
create table webhook_endpoint (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  partner_grant_id uuid not null,
  url text not null,
  events text[] not null check (cardinality(events) > 0),
  secret_sealed text,
  is_on boolean not null default true,
  -- Up to where this endpoint was told; it starts where things stand when it is made.
  told_sequence bigint not null,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, partner_grant_id) references partner_grant (company_id, id)
);
call protect_tenant_table('webhook_endpoint', 'community_id', 'select, insert, update');
create index webhook_endpoint_of_grant on webhook_endpoint (company_id, partner_grant_id);

-- One event for one endpoint. The body holds ids and sums, no person.
create table webhook_delivery (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  webhook_endpoint_id uuid not null,
  -- The receiver's proof against doing it twice: the same however often it is sent.
  event_id text not null,
  event_kind text not null,
  object_id uuid not null,
  sequence bigint not null,
  body text not null,
  state text not null check (state in ('waiting', 'sending', 'failed', 'sent', 'givenUp')),
  attempt_count int not null default 0,
  next_attempt_at timestamptz,
  claimed_until timestamptz,
  last_answer text not null default '',
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (company_id, id),
  unique (company_id, webhook_endpoint_id, event_id),
  foreign key (company_id, webhook_endpoint_id) references webhook_endpoint (company_id, id)
);
call protect_tenant_table('webhook_delivery', 'community_id');
create index webhook_delivery_due on webhook_delivery (company_id, next_attempt_at) where next_attempt_at is not null;
create index webhook_delivery_claimed on webhook_delivery (company_id, claimed_until) where claimed_until is not null;
create index webhook_delivery_in_order on webhook_delivery (company_id, webhook_endpoint_id, object_id, sequence) where ended_at is null;
create index webhook_delivery_by_time on webhook_delivery (company_id, community_id, created_at desc, id desc);

create table webhook_attempt (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  webhook_delivery_id uuid not null,
  number int not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- HTTP status; null when there was no answer.
  status int,
  answer text not null default '',
  primary key (company_id, id),
  foreign key (company_id, webhook_delivery_id) references webhook_delivery (company_id, id) on delete cascade
);
call protect_tenant_table('webhook_attempt', 'community_id');
create index webhook_attempt_of_delivery on webhook_attempt (company_id, webhook_delivery_id, number);

-- Opens the transaction of an app's request: steps into the company, finds the key, and into the scope of its one community. No row: there
-- is no such key. Whether it may still be used, the caller decides by what is returned; scope is set only where it may.
create function open_partner_request(company uuid, key uuid, now_at timestamptz, out key_id uuid, out grant_id uuid, out app_id uuid, out app_name text,
  out community uuid, out scopes text[], out allowed_addresses text[], out requests_per_minute int, out secret_sealed text, out is_ended boolean)
language plpgsql volatile as $$
begin
  perform set_config('app.company_id', company::text, true), set_config('app.community_ids', '*', true), set_config('app.staff_id', '', true);
  select k.id, g.id, a.id, a.name, k.community_id, array(select unnest(k.scopes) intersect select unnest(g.scopes) order by 1),
      k.allowed_addresses, k.requests_per_minute, k.secret_sealed,
      g.revoked_at is not null or k.revoked_at is not null or coalesce(k.ends_at <= now_at, false) or k.secret_sealed is null
    into key_id, grant_id, app_id, app_name, community, scopes, allowed_addresses, requests_per_minute, secret_sealed, is_ended
    from partner_key k join partner_grant g on g.company_id = k.company_id and g.id = k.partner_grant_id
      join partner_app a on a.company_id = k.company_id and a.id = g.partner_app_id
    where k.company_id = company and k.id = key;
  if key_id is null then
    perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
    return;
  end if;
  perform set_config('app.community_ids', array[community]::text, true), set_config('app.whole_community_ids', array[community]::text, true),
    set_config('app.building_ids', '{}', true), set_config('app.house_ids', '{}', true),
    set_config('app.shown_building_ids', '{}', true), set_config('app.shown_unit_ids', '{}', true);
end $$;

-- Companies made before this release: what was booked so far, in the order of its days, and the new rights.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    insert into open_event (company_id, id, community_id, stream, kind, sequence)
      select one.id, d.id, d.community_id, d.stream, d.kind, row_number() over (partition by d.community_id order by d.at, d.place, d.id)
      from (
        select id, community_id, 'money' as stream, 'receipt' as kind, received_at as at, 1 as place from receipt where company_id = one.id
        union all select id, community_id, 'money', 'reversal', reversed_at, 2 from receipt_reversal where company_id = one.id
        union all select id, community_id, 'money', 'refund', refunded_at, 2 from refund where company_id = one.id
        union all select id, community_id, 'money', 'restoration', restored_at, 3 from receipt_restoration where company_id = one.id
        union all select id, community_id, 'bank', 'statementLine', paid_on::timestamptz, 4 from bank_statement_line
          where company_id = one.id and community_id is not null) d;
    insert into open_event_counter (company_id, community_id, last_sequence)
      select company_id, community_id, max(sequence) from open_event where company_id = one.id group by 1, 2;
    update permission_group set permissions = (select array_agg(distinct p) from unnest(permissions
        || '{partnerApp.view,partnerApp.edit,partnerApp.grant,openPlatform.view,openPlatform.edit}'::text[]) p)
      where company_id = one.id and name = '管理员';
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
