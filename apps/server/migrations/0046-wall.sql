-- Plan of collection and screens on a wall (FIN-7), owners' statements behind a link (FIN-8).

-- What a community means to collect in each month of a year, in fen; 0 where nothing is planned.
create table collection_plan (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  year int not null check (year between 1990 and 2200),
  month_fen bigint[] not null check (cardinality(month_fen) = 12 and 0 <= all (month_fen) and array_position(month_fen, null) is null),
  version int not null default 1,
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (company_id, id),
  unique (company_id, community_id, year),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, updated_by) references staff (company_id, id)
);
call protect_tenant_table('collection_plan', 'community_id', 'select, insert, update');

-- A screen on a wall with nobody signed in: shows one community, or all of the company, until it is taken back.
create table wall_link (
  company_id uuid not null,
  id uuid not null,
  -- Null: every community of the company.
  community_id uuid,
  name text not null check (name <> ''),
  created_at timestamptz not null,
  created_by uuid not null,
  -- To ten minutes: a screen asks every minute.
  last_opened_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, created_by) references staff (company_id, id),
  foreign key (company_id, revoked_by) references staff (company_id, id)
);
call protect_tenant_table('wall_link', 'community_id', 'select, insert');
-- A link to the whole company is known to whoever sees all of it.
call scope_tenant_table('wall_link');
grant update (last_opened_at, revoked_at, revoked_by) on wall_link to anlin_app;
create index wall_link_of_community on wall_link (company_id, community_id);

-- A statement given to an owner by a link: these houses and these days, until it ends or is taken back.
create table statement_link (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  -- Whose it is; null when it is that of a house and its present owners.
  resident_id uuid,
  -- Who owned it then: the link of a house ends when others do.
  owner_ids uuid[] not null,
  -- The houses that whoever made it saw then; no other is ever shown.
  house_ids uuid[] not null check (cardinality(house_ids) > 0),
  -- Both included.
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid not null,
  open_count int not null default 0,
  last_opened_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, resident_id) references resident (company_id, id) on delete cascade,
  foreign key (company_id, created_by) references staff (company_id, id),
  foreign key (company_id, revoked_by) references staff (company_id, id)
);
call protect_tenant_table('statement_link', 'community_id', 'select, insert');
call scope_tenant_table('statement_link',
  'not exists (select from unnest(house_ids) one (id) where one.id not in (select visible_house_ids()))');
grant update (open_count, last_opened_at, revoked_at, revoked_by) on statement_link to anlin_app;
create index statement_link_of_resident on statement_link (company_id, resident_id) where resident_id is not null;
create index statement_link_of_community on statement_link (company_id, community_id, id);

-- Companies made before this release.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group g set permissions = array(select distinct p from unnest(g.permissions || n.given) p),
        phone_permissions = array(select distinct p from unnest(g.phone_permissions || n.given) p)
      from (values
        ('管理员', '{wall.share,collectionPlan.view,collectionPlan.edit,statement.view,statement.share}'::text[]),
        ('项目经理', '{wall.share,collectionPlan.view,collectionPlan.edit,statement.view,statement.share}'),
        ('收费主管', '{collectionPlan.view,statement.view,statement.share}'),
        ('财务', '{collectionPlan.view,collectionPlan.edit,statement.view,statement.share}'),
        ('收银员', '{statement.view,statement.share}')) n (name, given)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
