-- The platform: companies, people who sign in, rights, and the ledgers of what was done.
-- Every tenant table has primary key (company_id, id), forced row-level security and no way around it:
-- the application connects as anlin_app, which owns nothing and bypasses nothing (ADR 0002).

create extension if not exists btree_gist;

-- Order of names as people count: 2栋 before 10栋. Letters and characters as in Chinese dictionaries (pinyin).
create collation natural_order (provider = icu, locale = 'zh-u-kn-true');

-- Who the current transaction works for. Unset means nobody: every policy then sees nothing.
create function current_company_id() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.company_id', true), '')::uuid $$;

-- Data scope (PLT-5): '*' for every community of the company, otherwise a list of ids.
create function sees_all_communities() returns boolean language sql stable parallel safe as
$$ select coalesce(current_setting('app.community_ids', true), '') = '*' $$;

create function visible_community_ids() returns uuid[] language sql stable parallel safe as
$$ select case when sees_all_communities() then '{}'::uuid[]
               else coalesce(nullif(current_setting('app.community_ids', true), ''), '{}')::uuid[] end $$;

-- Makes a table a tenant table. `community_column` names the column the data scope is checked on, if it has one.
-- The sub-selects are evaluated once per statement, not once per row.
create procedure protect_tenant_table(table_name text, community_column text default null, privileges text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %I enable row level security', table_name);
  execute format('alter table %I force row level security', table_name);
  execute format('create policy company on %I using (company_id = (select current_company_id())) with check (company_id = (select current_company_id()))', table_name);
  if community_column is not null then
    execute format('create policy community on %1$I as restrictive
        using ((select sees_all_communities()) or %2$I is null or %2$I = any ((select visible_community_ids())::uuid[]))
        with check ((select sees_all_communities()) or %2$I is null or %2$I = any ((select visible_community_ids())::uuid[]))', table_name, community_column);
  end if;
  execute format('grant %s on %I to anlin_app', privileges, table_name);
end $$;

-- System tables (no company): listed by name in the tidy test.

create table company (
  id uuid primary key,
  name text not null check (name <> ''),
  contact text not null default '',
  phone text not null default '',
  address text not null default '',
  created_at timestamptz not null
);

create table account (
  id uuid primary key,
  phone text not null unique check (phone <> ''),
  password_hash text not null,
  must_change_password boolean not null default false,
  failed_count int not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null
);

create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references account (id) on delete cascade,
  company_id uuid not null references company (id) on delete cascade,
  staff_id uuid not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ip text not null,
  user_agent text not null
);
create index session_account on session (account_id);

grant select, insert, update on company, account to anlin_app;
grant select, insert, update, delete on session to anlin_app;

-- Tenant tables.

create table community (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  code text not null check (code ~ '^[A-Z0-9]{1,12}$'),
  province text not null default '',
  city text not null default '',
  district text not null default '',
  address text not null default '',
  service_phone text not null default '',
  note text not null default '',
  time_zone text not null default 'Asia/Shanghai',
  receipt_number_pattern text not null default '{community}{yyyy}{mm}-{seq:6}',
  sort_order int not null default 0,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name),
  unique (company_id, code)
);
call protect_tenant_table('community', 'id');

create table staff (
  company_id uuid not null references company (id),
  id uuid not null,
  account_id uuid not null references account (id),
  name text not null check (name <> ''),
  phone text not null,
  position text not null default '',
  has_all_communities boolean not null default false,
  disabled_at timestamptz,
  expires_on date,
  created_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, account_id)
);
call protect_tenant_table('staff');

create table staff_community (
  company_id uuid not null,
  staff_id uuid not null,
  community_id uuid not null,
  primary key (company_id, staff_id, community_id),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade,
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('staff_community');

create table permission_group (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  permissions text[] not null,
  primary key (company_id, id),
  unique (company_id, name)
);
call protect_tenant_table('permission_group');

create table staff_permission_group (
  company_id uuid not null,
  staff_id uuid not null,
  permission_group_id uuid not null,
  primary key (company_id, staff_id, permission_group_id),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade,
  foreign key (company_id, permission_group_id) references permission_group (company_id, id) on delete cascade
);
call protect_tenant_table('staff_permission_group');

-- Companies a person works for, asked before anyone is signed in. FORCE applies to the owner too, so the function
-- steps into each company in turn instead of around the policies.
create function employments_of(account uuid, now_at timestamptz) returns table (company_id uuid, company_name text, staff_id uuid, staff_name text)
language plpgsql volatile as $$
declare one record;
begin
  for one in select c.id, c.name from company c order by c.created_at, c.id loop
    perform set_config('app.company_id', one.id::text, true);
    return query select s.company_id, one.name, s.id, s.name from staff s
      where s.company_id = one.id and s.account_id = account and s.disabled_at is null
        and (s.expires_on is null or s.expires_on > (now_at at time zone 'Asia/Shanghai')::date);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- Opens the transaction of a request: finds the session, steps into its company and data scope, and returns who it is
-- with all rights, in one round trip. No row: no such session, expired, or the person may no longer work here.
-- Rights are read on every request, so taking them away works at once.
create function open_session(token bytea, now_at timestamptz, out session_id uuid, out account_id uuid, out company_id uuid,
  out staff_id uuid, out staff_name text, out must_change_password boolean, out permissions text[], out community_ids uuid[],
  out has_all_communities boolean, out last_seen_at timestamptz)
language plpgsql volatile as $$
declare expires date;
begin
  select s.id, s.account_id, s.company_id, s.staff_id, a.must_change_password, s.last_seen_at
    into session_id, account_id, company_id, staff_id, must_change_password, last_seen_at
    from session s join account a on a.id = s.account_id
    where s.token_hash = token and s.expires_at > now_at and a.disabled_at is null;
  if session_id is null then return; end if;
  perform set_config('app.company_id', company_id::text, true);
  select p.name, p.has_all_communities, p.expires_on into staff_name, has_all_communities, expires from staff p
    where p.company_id = open_session.company_id and p.id = open_session.staff_id and p.disabled_at is null;
  if staff_name is null or expires <= (now_at at time zone 'Asia/Shanghai')::date then session_id := null; return; end if;
  select coalesce(array_agg(distinct one), '{}') into permissions
    from staff_permission_group l join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id, unnest(g.permissions) one
    where l.company_id = open_session.company_id and l.staff_id = open_session.staff_id;
  select coalesce(array_agg(l.community_id), '{}') into community_ids from staff_community l
    where l.company_id = open_session.company_id and l.staff_id = open_session.staff_id;
  perform set_config('app.community_ids', case when has_all_communities then '*' else community_ids::text end, true);
end $$;

-- Who did what (PLT-12). Only ever added to.
create table audit_entry (
  company_id uuid not null references company (id),
  id uuid not null,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('staff', 'system')),
  actor_id uuid,
  actor_name text not null,
  action text not null,
  target_kind text not null,
  target_id uuid,
  target_label text not null default '',
  community_id uuid,
  before jsonb,
  after jsonb,
  ip text not null default '',
  request_id text not null default '',
  primary key (company_id, id)
);
call protect_tenant_table('audit_entry', 'community_id', 'select, insert');
create index audit_entry_target on audit_entry (company_id, target_id, id);

-- The seal on the entries: each link carries the hash of the one before (ADR 0007). Entries are sealed shortly after
-- they are committed, in the order of the chain; sealing inside the business transaction would make all writers wait for each other.
create table audit_seal (
  company_id uuid not null,
  id uuid not null,
  sequence bigint not null check (sequence > 0),
  audit_entry_id uuid not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (company_id, id),
  unique (company_id, sequence),
  unique (company_id, audit_entry_id),
  foreign key (company_id, audit_entry_id) references audit_entry (company_id, id)
);
call protect_tenant_table('audit_seal', null, 'select, insert');

create table file (
  company_id uuid not null references company (id),
  id uuid not null,
  community_id uuid,
  name text not null,
  size_bytes bigint not null,
  media_type text not null,
  sha256 bytea not null,
  created_by uuid,
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('file', 'community_id');

-- Long work a person waits for: imports, exports, raising.
create table task (
  company_id uuid not null references company (id),
  id uuid not null,
  community_id uuid,
  kind text not null,
  title text not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  done int not null default 0,
  total int,
  input jsonb not null,
  progress jsonb,
  result jsonb,
  error text,
  created_by uuid not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('task', 'community_id');
create index task_recent on task (company_id, created_by, created_at desc);

-- What happened, told to others after the transaction commits: at least once sent, exactly once taken up.
create table outbox_event (
  company_id uuid not null references company (id),
  id uuid not null,
  kind text not null,
  payload jsonb not null,
  created_at timestamptz not null,
  dispatched_at timestamptz,
  primary key (company_id, id)
);
call protect_tenant_table('outbox_event');
create index outbox_event_waiting on outbox_event (company_id, id) where dispatched_at is null;

-- The in-app inbox. One event makes one message for one person, however often it is dispatched.
create table message (
  company_id uuid not null references company (id),
  id uuid not null,
  staff_id uuid not null,
  outbox_event_id uuid not null,
  title text not null,
  body text not null,
  link text not null default '',
  created_at timestamptz not null,
  read_at timestamptz,
  primary key (company_id, id),
  unique (company_id, outbox_event_id, staff_id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  foreign key (company_id, outbox_event_id) references outbox_event (company_id, id)
);
call protect_tenant_table('message');
create index message_of_staff on message (company_id, staff_id, created_at desc);

-- Gap-free numbers (PLT-16): the row is locked from the moment the number is taken until its document is committed.
create table number_counter (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  kind text not null,
  scope text not null,
  last_value bigint not null check (last_value > 0),
  primary key (company_id, id),
  unique (company_id, community_id, kind, scope),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('number_counter', 'community_id', 'select, insert, update');

-- Enqueues a job in the transaction that causes it. The application's role may not touch the queue's own tables;
-- this function adds the company itself, so that no one can enqueue for another.
create function enqueue_job(identifier text, payload jsonb, job_key text default null) returns void
language plpgsql security definer set search_path = anlin, public as $$
begin
  perform graphile_worker.add_job(
    identifier := enqueue_job.identifier,
    payload := (enqueue_job.payload || jsonb_build_object('companyId', current_company_id()))::json,
    job_key := enqueue_job.job_key,
    job_key_mode := 'replace',
    max_attempts := 8);
end $$;
revoke execute on function enqueue_job(text, jsonb, text) from public;
grant execute on function enqueue_job(text, jsonb, text) to anlin_app;

-- Steps into a company as one of its staff, with that person's data scope and present rights: for work done in the background on their behalf.
create function act_as_staff(company uuid, staff uuid, now_at timestamptz, out staff_name text, out permissions text[], out community_ids uuid[], out has_all_communities boolean)
language plpgsql volatile as $$
begin
  perform set_config('app.company_id', company::text, true);
  select s.name, s.has_all_communities into staff_name, has_all_communities from staff s where s.company_id = company and s.id = staff
    and s.disabled_at is null and (s.expires_on is null or s.expires_on > (now_at at time zone 'Asia/Shanghai')::date)
    and not exists (select from account a where a.id = s.account_id and a.disabled_at is not null);
  if staff_name is null then return; end if;
  select coalesce(array_agg(distinct one), '{}') into permissions
    from staff_permission_group l join permission_group g on g.company_id = l.company_id and g.id = l.permission_group_id, unnest(g.permissions) one
    where l.company_id = company and l.staff_id = staff;
  select coalesce(array_agg(l.community_id), '{}') into community_ids from staff_community l where l.company_id = company and l.staff_id = staff;
  perform set_config('app.community_ids', case when has_all_communities then '*' else community_ids::text end, true);
end $$;
