-- Messages over every channel (PLT-14), who is told what (PLT-6), and signing in by code and by WeCom (PLT-2).

-- How a company's staff sign in. On `company`, which is read before anybody is signed in.
alter table company
  add column is_demo boolean not null default false,
  add column sign_in_way text not null default 'password' check (sign_in_way in ('password', 'passwordOrCode', 'passwordAndCode')),
  add column has_wecom_sign_in boolean not null default false;

-- A channel as the company set it up. Secrets are sealed (ctx.vault) and never read back to a browser.
create table message_channel (
  company_id uuid not null references company (id),
  id uuid not null,
  channel text not null check (channel in ('sms', 'email', 'wecom', 'wechat', 'miniProgram')),
  provider text not null default '',
  is_on boolean not null default false,
  settings jsonb not null default '{}',
  sealed_secrets text,
  templates jsonb not null default '{}',
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, channel)
);
call protect_tenant_table('message_channel');

-- Under which address a provider knows a resident: the openid of a WeChat account. Phones and e-mails stand at the person.
create table channel_address (
  company_id uuid not null,
  id uuid not null,
  resident_id uuid not null,
  channel text not null check (channel in ('wechat', 'miniProgram')),
  address text not null check (address <> ''),
  created_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, resident_id, channel),
  foreign key (company_id, resident_id) references resident (company_id, id) on delete cascade
);
call protect_tenant_table('channel_address');

-- One row per event, recipient and channel: what is never sent twice for one event.
create table message_delivery (
  company_id uuid not null references company (id),
  id uuid not null,
  outbox_event_id uuid not null,
  event_kind text not null,
  channel text not null check (channel in ('inApp', 'sms', 'email', 'wecom', 'wechat', 'miniProgram')),
  recipient_kind text not null check (recipient_kind in ('staff', 'resident')),
  recipient_id uuid not null,
  recipient_name text not null,
  address_masked text not null default '',
  community_id uuid,
  title text not null,
  body text not null,
  link text not null default '',
  facts jsonb not null default '{}',
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'givenUp')),
  attempt_count int not null default 0,
  next_attempt_at timestamptz,
  claimed_until timestamptz,
  expires_at timestamptz,
  provider_id text not null default '',
  last_answer text not null default '',
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (company_id, id),
  unique (company_id, outbox_event_id, channel, recipient_id),
  foreign key (company_id, outbox_event_id) references outbox_event (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  check ((state in ('waiting', 'failed')) = (next_attempt_at is not null)),
  check ((state = 'sending') = (claimed_until is not null)),
  check ((state in ('sent', 'givenUp')) = (ended_at is not null))
);
call protect_tenant_table('message_delivery', 'community_id');
-- It does not say which house it is about: whoever sees a part of a community sees what went to themselves.
call scope_tenant_table('message_delivery', $$ community_id is null or (recipient_kind = 'staff' and recipient_id = (select current_staff_id())) $$);
create index message_delivery_due on message_delivery (company_id, next_attempt_at) where next_attempt_at is not null;
create index message_delivery_claimed on message_delivery (company_id, claimed_until) where claimed_until is not null;
create index message_delivery_recent on message_delivery (company_id, created_at desc, id desc);
create index message_delivery_ended on message_delivery (company_id, ended_at) where ended_at is not null;
create index message_delivery_community on message_delivery (company_id, community_id) where community_id is not null;

-- Every time a delivery was handed to a provider and what it answered. Without an end: the process died in between.
create table message_attempt (
  company_id uuid not null,
  id uuid not null,
  message_delivery_id uuid not null,
  number int not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('sent', 'found', 'refused', 'limited', 'unreachable')),
  code text not null default '',
  answer text not null default '',
  primary key (company_id, id),
  unique (company_id, message_delivery_id, number),
  foreign key (company_id, message_delivery_id) references message_delivery (company_id, id) on delete cascade
);
call protect_tenant_table('message_attempt');

-- Who is told of an event (PLT-6). Without a row the event's own defaults hold.
create table notification_setting (
  company_id uuid not null references company (id),
  id uuid not null,
  event_kind text not null,
  personal_channels text[] not null,
  resident_channels text[] not null,
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, event_kind)
);
call protect_tenant_table('notification_setting');

create table notification_subscriber (
  company_id uuid not null references company (id),
  id uuid not null,
  event_kind text not null,
  staff_id uuid,
  permission_group_id uuid,
  department_id uuid,
  channels text[] not null,
  is_everywhere boolean not null,
  primary key (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade,
  foreign key (company_id, permission_group_id) references permission_group (company_id, id) on delete cascade,
  foreign key (company_id, department_id) references department (company_id, id) on delete cascade,
  check (num_nonnulls(staff_id, permission_group_id, department_id) = 1)
);
call protect_tenant_table('notification_subscriber');
create index notification_subscriber_kind on notification_subscriber (company_id, event_kind);
create index notification_subscriber_staff on notification_subscriber (company_id, staff_id) where staff_id is not null;
create index notification_subscriber_group on notification_subscriber (company_id, permission_group_id) where permission_group_id is not null;
create index notification_subscriber_department on notification_subscriber (company_id, department_id) where department_id is not null;

-- Where a subscriber is told of it (接收范围): a community, or one building of it. Rows outside a person's scope stay hidden and untouched.
create table notification_scope (
  company_id uuid not null,
  id uuid not null,
  notification_subscriber_id uuid not null,
  community_id uuid not null,
  building_id uuid,
  primary key (company_id, id),
  foreign key (company_id, notification_subscriber_id) references notification_subscriber (company_id, id) on delete cascade,
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, building_id) references building (company_id, id) on delete cascade
);
call protect_tenant_table('notification_scope', 'community_id');
-- Of a community of which only a part is seen: the places that name one of the buildings seen whole.
call scope_tenant_table('notification_scope', 'building_id = any ((select scope_building_ids())::uuid[])');
create index notification_scope_subscriber on notification_scope (company_id, notification_subscriber_id);
create index notification_scope_community on notification_scope (company_id, community_id);
create index notification_scope_building on notification_scope (company_id, building_id) where building_id is not null;

create index message_unread on message (company_id, staff_id) where read_at is null;
create index session_company on session (company_id, staff_id);

-- Codes asked for, by the hash of the phone whether anybody has it or not, so that limits tell nothing (PLT-2).
-- The code itself is derived from the id with the installation's key: it stands nowhere.
create table sign_in_code (
  id uuid primary key,
  phone_hash bytea not null,
  ip text not null,
  account_id uuid references account (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  tries int not null default 0,
  used_at timestamptz
);
create index sign_in_code_phone on sign_in_code (phone_hash, created_at);
create index sign_in_code_ip on sign_in_code (ip, created_at);
create index sign_in_code_account on sign_in_code (account_id);
grant select, insert, update, delete on sign_in_code to anlin_app;

-- The administrators that are there already get the new operations.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = array(select distinct unnest(permissions || array[
        'messageChannel.view', 'messageChannel.edit', 'notification.view', 'notification.edit',
        'messageLog.view', 'messageLog.resend', 'signIn.view', 'signIn.edit']))
      where company_id = one.id and name = '管理员';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
