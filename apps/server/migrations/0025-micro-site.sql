-- The micro-site of a community (EST-2): what stands on the public page its code leads to.
create table micro_site (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  -- Notice and tiles in their order, in the shape of the contract's microSiteContent.
  content jsonb not null,
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('micro_site', 'community_id');

-- Groups that exist already get the new right where they hold the one it grew out of.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{microSite.edit}'::text[]
      where company_id = one.id and permissions @> '{community.edit}' and not permissions @> '{microSite.edit}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
