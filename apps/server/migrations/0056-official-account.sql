-- The company's 公众号 (CLI-3): message push, menu, auto-replies, followers, templates. One account serves all communities.

-- What belongs to it besides AppID and AppSecret, which stand in the message channel.
create table official_account (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null default '',
  -- `gh_…`, to whom messages are addressed; empty: not checked.
  original_id text not null default '',
  mode text not null default 'aes' check (mode in ('plain', 'aes')),
  site_url text not null default '',
  -- Token and EncodingAESKey as one sealed object; empty where an archive came from another installation.
  sealed_secrets text not null default '',
  is_on boolean not null default false,
  verified_at timestamptz,
  pushed_at timestamptz,
  refused_at timestamptz,
  refusal text not null default '',
  menu jsonb not null default '[]',
  menu_version int not null default 1,
  templates jsonb not null default '[]',
  templates_synced_at timestamptz,
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id)
);
call protect_tenant_table('official_account');

-- What was published to WeChat, and what was read back from there.
create table official_menu (
  company_id uuid not null references company (id),
  id uuid not null,
  kind text not null check (kind in ('publish', 'sync')),
  menu jsonb not null,
  at timestamptz not null,
  staff_name text not null,
  primary key (company_id, id)
);
call protect_tenant_table('official_menu', null, 'select, insert');
create index official_menu_recent on official_menu (company_id, at desc, id desc);

create table official_reply (
  company_id uuid not null references company (id),
  id uuid not null,
  moment text not null check (moment in ('follow', 'keyword', 'default')),
  keywords jsonb not null default '[]',
  content jsonb not null,
  is_on boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id)
);
call protect_tenant_table('official_reply');
create unique index official_reply_single on official_reply (company_id, moment) where moment <> 'keyword';

-- Who follows the account. The openid is never shown whole; which resident it is, says channel_address.
create table official_follower (
  company_id uuid not null references company (id),
  id uuid not null,
  -- An openid is good with one account.
  app_id text not null check (app_id <> ''),
  open_id text not null check (open_id <> ''),
  is_following boolean not null default true,
  -- Null: before this product knew the account.
  followed_at timestamptz,
  left_at timestamptz,
  -- When they last wrote or touched the menu.
  last_seen_at timestamptz,
  -- Of the latest event: an older one that comes late changes nothing.
  changed_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, app_id, open_id),
  check (is_following = (left_at is null))
);
call protect_tenant_table('official_follower');
create index official_follower_recent on official_follower (company_id, app_id, followed_at desc nulls last, id desc);

-- Which resident an openid is bound to.
create index channel_address_by_address on channel_address (company_id, channel, address);

-- Messages that were taken, for as long as WeChat or somebody else may send them again. No texts.
create table official_push (
  company_id uuid not null references company (id),
  id uuid not null,
  -- WeChat's number of the message; of an event who, what and when.
  message_key text not null check (message_key <> ''),
  -- What was signed, and SHA-256 of what came with it: in plain mode the signature does not cover the message.
  signature text not null check (signature <> ''),
  body_hash bytea not null,
  at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, message_key),
  unique (company_id, signature)
);
call protect_tenant_table('official_push', null, 'select, insert, delete');
create index official_push_at on official_push (company_id, at);

-- Companies made before this release: the usual posts get what a new company's would.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group g set permissions = array(select distinct p from unnest(g.permissions || n.added) p),
        phone_permissions = array(select distinct p from unnest(g.phone_permissions || n.added) p)
      from (values
        ('管理员', '{officialAccount.view,officialAccount.edit,officialAccount.publish}'::text[]),
        ('项目经理', '{officialAccount.view}')
      ) n (name, added)
      where g.company_id = one.id and g.built_in = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
