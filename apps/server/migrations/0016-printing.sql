-- Printing (PLT-15): templates people design, the versions they saved, and the pictures used on paper.
-- Templates that come with the product are code; a company's own are rows.

create table print_template (
  company_id uuid not null references company (id),
  id uuid not null,
  -- Null: for every community that has none of its own.
  community_id uuid,
  type text not null check (type <> ''),
  name text not null check (name <> ''),
  -- What prints where nobody chose: one for each type and community, and one for the company.
  is_default boolean not null default false,
  -- A template of packages/contract/src/printing/print-template.ts, checked before it is written.
  content jsonb not null,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('print_template', 'community_id');
create unique index print_template_name on print_template (company_id, community_id, type, name) nulls not distinct;
create unique index print_template_default on print_template (company_id, community_id, type) nulls not distinct where is_default;

-- Every version that was saved, the present one too. Printing always uses the present one.
create table print_template_version (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  print_template_id uuid not null,
  version int not null,
  name text not null,
  content jsonb not null,
  saved_at timestamptz not null,
  saved_by text not null,
  primary key (company_id, id),
  unique (company_id, print_template_id, version),
  foreign key (company_id, print_template_id) references print_template (company_id, id) on delete cascade
);
call protect_tenant_table('print_template_version', 'community_id', 'select, insert, delete');

-- Pictures on paper. The newest seal (公章) of a community is in force, without one the newest of the company.
create table print_image (
  company_id uuid not null references company (id),
  -- The file's own id.
  id uuid not null,
  community_id uuid,
  is_seal boolean not null,
  name text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  width_px int not null check (width_px > 0),
  height_px int not null check (height_px > 0),
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, id) references file (company_id, id)
);
call protect_tenant_table('print_image', 'community_id', 'select, insert');
create index print_image_of_community on print_image (company_id, community_id, is_seal, created_at);

-- Groups of companies that exist already learn the new rights: who may edit communities designs, who may print
-- receipts prints notices and exit slips too. The policies hold for the owner as well, so each company is entered in turn.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || array['printTemplate.view', 'printTemplate.edit']
      where company_id = one.id and 'community.edit' = any (permissions) and not 'printTemplate.edit' = any (permissions);
    update permission_group set permissions = permissions || array['printTemplate.view']
      where company_id = one.id and 'receipt.print' = any (permissions) and not 'printTemplate.view' = any (permissions);
    update permission_group set permissions = permissions || array['bill.printNotice', 'exitSlip.print']
      where company_id = one.id and 'receipt.print' = any (permissions) and not 'bill.printNotice' = any (permissions);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- Whoever prints for a part of a community prints by the templates of the whole.
call scope_tenant_table('print_template', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])', 'false');
call scope_tenant_table('print_template_version', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])', 'false');
call scope_tenant_table('print_image', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])', 'false');
