-- Residents inside WeChat (CLI-1, CLI-3, PAY-1, PAY-3): their openid at the company's 公众号 and mini-program.

-- Rights a release adds, for companies made before it: to the groups made for these posts, whatever they are called by now. On
-- the phone the same, without spreadsheets. Administrators hold everything anyway; it is written down for whoever takes that away.
-- `call grant_built_in('{receipt.view,receipt.export}', '{管理员,财务}')`
create procedure grant_built_in(granted text[], groups text[]) language plpgsql as $$
declare
  one record;
  on_phone text[] := array(select p from unnest(granted) p where p !~ '\.(import|export)$');
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group g set permissions = array(select distinct p from unnest(g.permissions || granted) p),
        phone_permissions = array(select distinct p from unnest(g.phone_permissions || on_phone) p)
      where g.company_id = one.id and g.built_in = any (groups);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
revoke execute on procedure grant_built_in(text[], text[]) from public;

-- An openid is good with one application, and stands for one WeChat account there: it is one resident's in a company.
alter table channel_address add column app_id text not null default '';
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    delete from channel_address a using channel_address b where a.company_id = one.id and b.company_id = one.id and a.channel = b.channel
      and a.address = b.address and a.channel <> 'wecom' and (a.created_at, a.id) < (b.created_at, b.id);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
create unique index channel_address_account on channel_address (company_id, channel, app_id, address) where channel in ('wechat', 'miniProgram');

-- The openid of the WeChat account a session runs in. A resident may be signed in in two accounts: each pays from its own.
create table resident_session_open_id (
  company_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  channel text not null check (channel in ('wechat', 'miniProgram')),
  app_id text not null check (app_id <> ''),
  open_id text not null check (open_id <> ''),
  created_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, session_id, channel),
  foreign key (company_id, session_id) references resident_session (company_id, id) on delete cascade
);
call protect_tenant_table('resident_session_open_id');

-- A browser on its way to WeChat and back (网页授权). The state it must bring back is good once, for this session or this browser
-- alone. Of whoever pays by a link, the openid stays here for the hour the link is open.
create table wechat_visit (
  company_id uuid not null references company (id) on delete cascade,
  id uuid not null,
  purpose text not null check (purpose in ('bind', 'signIn', 'payLink')),
  session_id uuid,
  browser_hash bytea,
  state_hash bytea not null,
  app_id text not null check (app_id <> ''),
  open_id text not null default '',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (company_id, id),
  unique (company_id, state_hash),
  foreign key (company_id, session_id) references resident_session (company_id, id) on delete cascade,
  check ((purpose = 'bind') = (session_id is not null)),
  check ((session_id is null) = (browser_hash is not null)),
  check (open_id = '' or (purpose = 'payLink' and used_at is not null))
);
call protect_tenant_table('wechat_visit');
create index wechat_visit_of_session on wechat_visit (company_id, session_id) where session_id is not null;
create index wechat_visit_ending on wechat_visit (company_id, expires_at);

-- A channel needs the payer's openid to take the order, and not after it is over.
create function forget_payer() returns trigger language plpgsql as $$
begin
  if new.state in ('paid', 'closed') then new.open_id := ''; end if;
  return new;
end $$;
create trigger payment_order_payer before update on payment_order for each row when (old.open_id <> '') execute function forget_payer();

-- A person whose phone is another one now proves themselves anew: whoever had the old one may be somebody else, and holds the account.
create function forget_accounts_of_phone() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  delete from channel_address a where a.company_id = new.company_id and a.resident_id = new.id and a.channel in ('wechat', 'miniProgram');
  return null;
end $$;
create trigger resident_phone_accounts after update of phone on resident for each row
  when (old.phone is distinct from new.phone and old.phone <> '') execute function forget_accounts_of_phone();
