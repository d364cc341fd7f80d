-- Attachments of rows, and fields a company adds by itself.

-- Which row a file belongs to, so that whoever may see the row may open the file. `resource` is the definition's name;
-- the row's own table and its policies decide who sees it.
create table file_use (
  company_id uuid not null,
  file_id uuid not null,
  resource text not null,
  owner_id uuid not null,
  community_id uuid,
  primary key (company_id, file_id, resource, owner_id),
  foreign key (company_id, file_id) references file (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('file_use', 'community_id');
call scope_tenant_table('file_use', 'community_id is null or owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = file_use.company_id and v.id = file_use.owner_id)');
create index file_use_of_owner on file_use (company_id, owner_id, resource);

alter table house add column attachments uuid[] not null default '{}';
alter table parking_space add column pictures uuid[] not null default '{}';
alter table vehicle add column licence_pictures uuid[] not null default '{}';

-- A field a company adds to one of its lists (PLT-8): no column of the table, but rows of `custom_value`.
create table custom_field (
  company_id uuid not null references company (id),
  id uuid not null,
  -- Name of the resource definition: 'house'.
  resource text not null,
  -- What the field is called over the wire: c1, c2 …, never used again.
  key text not null check (key ~ '^c[1-9][0-9]*$'),
  kind text not null check (kind in ('text', 'decimal', 'day', 'choice', 'choices', 'files')),
  label text not null check (label <> ''),
  help text not null default '',
  is_required boolean not null default false,
  is_listed boolean not null default true,
  is_totalled boolean not null default false,
  -- Decimals of a number.
  scale int not null default 2 check (scale between 0 and 6),
  -- Of a choice, in order: [{ key, label }]. Values hold keys, so that an option can be renamed.
  options jsonb not null default '[]',
  sort_order int not null default 0,
  -- Put away with its values; can be brought back.
  archived_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, resource, key)
);
call protect_tenant_table('custom_field');
create unique index custom_field_label on custom_field (company_id, resource, label) where archived_at is null;

-- Values of custom fields: one row each, several for multiple choice and files. Plain columns compared by leak-proof
-- operators, so that a list is filtered and sorted by an index under row-level security.
create table custom_value (
  company_id uuid not null,
  field_id uuid not null,
  -- Row of the resource's table.
  owner_id uuid not null,
  position smallint not null default 0,
  community_id uuid,
  -- The text, the key of an option, or the id of a file.
  text_value text,
  -- The number in millionths, or the place of the option among its options. Whole, because comparisons of numeric are not
  -- leak-proof and so would use no index.
  number_value bigint,
  day_value date,
  primary key (company_id, field_id, owner_id, position),
  foreign key (company_id, field_id) references custom_field (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('custom_value', 'community_id');
call scope_tenant_table('custom_value', 'community_id is null or owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = custom_value.company_id and v.id = custom_value.owner_id)');
create index custom_value_of_owner on custom_value (company_id, owner_id);
create index custom_value_by_text on custom_value (company_id, field_id, text_value collate "zh-x-icu", owner_id)
  include (community_id) where text_value is not null;
create index custom_value_by_number on custom_value (company_id, field_id, number_value, owner_id)
  include (community_id) where number_value is not null;
create index custom_value_by_day on custom_value (company_id, field_id, day_value, owner_id)
  include (community_id) where day_value is not null;
-- What a choice is filtered by; texts too are found by equality.
create index custom_value_by_key on custom_value (company_id, field_id, text_value, owner_id)
  include (community_id) where text_value is not null;

-- Rows take their custom values and the hold on their files with them, however they are deleted.
create function forget_what_rows_had() returns trigger language plpgsql as $$
begin
  delete from custom_value v using gone g where v.company_id = g.company_id and v.owner_id = g.id;
  delete from file_use u using gone g where u.company_id = g.company_id and u.owner_id = g.id;
  return null;
end $$;

-- For every table whose rows can have custom values or files.
create procedure forget_with_rows_of(table_name text) language plpgsql as $$
begin
  execute format('create trigger forget_what_rows_had after delete on %I referencing old table as gone
    for each statement execute function forget_what_rows_had()', table_name);
end $$;
call forget_with_rows_of('house');
call forget_with_rows_of('parking_space');
call forget_with_rows_of('vehicle');

-- How many values a field has, by option (by itself where it has none), over all communities of the company: what a person
-- with a narrow data scope would take away from rows out of their sight has to be counted. Steps out of the scope and back.
create function count_option_uses(field uuid, keys text[]) returns table (key text, count bigint) language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  return query select v.text_value, count(*) from custom_value v
    where v.company_id = current_company_id() and v.field_id = field and (keys is null or v.text_value = any (keys)) group by 1;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- Whoever may do everything may do this too.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || array['customField.edit']
      where company_id = one.id and name = '管理员' and not 'customField.edit' = any (permissions);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
