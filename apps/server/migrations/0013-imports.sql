-- Imports (PLT-9): what an import added and changed, so that it can be taken back; mappings kept by name; chosen rows.

-- What one statement of an import did to one table: keys and versions of its rows after, and the rows as they were before.
-- One record for a statement, not for a row, so that an import of a hundred thousand rows writes a few hundred records.
create table import_effect (
  company_id uuid not null,
  id uuid not null default gen_random_uuid(),
  import_batch_id uuid not null,
  -- Order in which it happened; taking back goes the other way.
  sequence bigint not null generated always as identity,
  table_name text not null,
  action text not null check (action in ('added', 'changed', 'removed')),
  -- Primary keys without the company; of several columns, joined by a space.
  row_keys text[] not null,
  -- Versions after; null for tables whose rows have none.
  versions int[],
  -- Versions of changed rows after the import was taken back.
  versions_undone int[],
  -- 'changed' and 'removed': the rows as they were, in the order of the keys.
  rows_before jsonb,
  primary key (company_id, id),
  foreign key (company_id, import_batch_id) references import_batch (company_id, id) on delete cascade
);
call protect_tenant_table('import_effect');
create index import_effect_of_batch on import_effect (company_id, import_batch_id, sequence);

-- Writes down what the statement did, for the import that the transaction works for.
create function record_import_rows() returns trigger language plpgsql as $$
declare batch uuid := current_setting('app.import_id')::uuid;
begin
  if tg_op = 'INSERT' then
    insert into import_effect (company_id, import_batch_id, table_name, action, row_keys, versions)
      select n.company_id, batch, tg_table_name, 'added', array_agg(n.id::text), array_agg(n.version) from new_rows n group by 1;
  elsif tg_op = 'UPDATE' then
    insert into import_effect (company_id, import_batch_id, table_name, action, row_keys, versions, rows_before)
      select n.company_id, batch, tg_table_name, 'changed', array_agg(n.id::text), array_agg(n.version), jsonb_agg(to_jsonb(o))
        from new_rows n join old_rows o on o.id = n.id group by 1;
  else
    insert into import_effect (company_id, import_batch_id, table_name, action, row_keys, versions, rows_before)
      select o.company_id, batch, tg_table_name, 'removed', array_agg(o.id::text), array_agg(o.version), jsonb_agg(to_jsonb(o))
        from old_rows o group by 1;
  end if;
  return null;
end $$;

-- The same for rows without an id: their key is the columns named by the trigger, in the order of the table.
create function record_import_links() returns trigger language plpgsql as $$
declare batch uuid := current_setting('app.import_id')::uuid;
begin
  if tg_op = 'INSERT' then
    insert into import_effect (company_id, import_batch_id, table_name, action, row_keys)
      select n.company_id, batch, tg_table_name, 'added',
        array_agg(concat_ws(' ', to_jsonb(n) ->> tg_argv[0], to_jsonb(n) ->> tg_argv[1], to_jsonb(n) ->> tg_argv[2])) from new_rows n group by 1;
  else
    insert into import_effect (company_id, import_batch_id, table_name, action, row_keys, rows_before)
      select o.company_id, batch, tg_table_name, 'removed',
        array_agg(concat_ws(' ', to_jsonb(o) ->> tg_argv[0], to_jsonb(o) ->> tg_argv[1], to_jsonb(o) ->> tg_argv[2])), jsonb_agg(to_jsonb(o))
        from old_rows o group by 1;
  end if;
  return null;
end $$;

-- Makes what imports do to a table revocable. For a table with id and version the name alone; for one whose rows are only
-- ever added and removed its key columns, two or three.
create procedure record_import_effects(table_name text, variadic key_columns text[] default '{}') language plpgsql as $$
declare
  during_import text := $when$when (current_setting('app.import_id', true) <> '')$when$;
  work text := case when cardinality(key_columns) = 0 then 'record_import_rows()'
    else format('record_import_links(%s)', (select string_agg(quote_literal(one), ', ') from unnest(key_columns) one)) end;
begin
  execute format('create trigger import_added after insert on %I referencing new table as new_rows for each statement %s execute function %s',
    table_name, during_import, work);
  execute format('create trigger import_removed after delete on %I referencing old table as old_rows for each statement %s execute function %s',
    table_name, during_import, work);
  if cardinality(key_columns) = 0 then
    execute format('create trigger import_changed after update on %I referencing old table as old_rows new table as new_rows for each statement %s execute function %s',
      table_name, during_import, work);
  end if;
end $$;

call record_import_effects('building');
call record_import_effects('unit');
call record_import_effects('house');
call record_import_effects('resident');
call record_import_effects('occupancy');
call record_import_effects('tag');
call record_import_effects('parking_space');
call record_import_effects('vehicle');
call record_import_effects('charge_item');
call record_import_effects('external_contact');
call record_import_effects('house_tag', 'house_id', 'tag_id');
call record_import_effects('parking_space_tag', 'parking_space_id', 'tag_id');
call record_import_effects('vehicle_tag', 'vehicle_id', 'tag_id');
-- Values of the company's own fields are replaced by deleting and adding; the version of their row tells of later edits.
call record_import_effects('custom_value', 'field_id', 'owner_id', 'position');

-- Foreign keys by which many rows may have to be deleted at once.
create index if not exists occupancy_of_house on occupancy (company_id, house_id);
create index if not exists standard_binding_of_house on standard_binding (company_id, house_id) where house_id is not null;
create index if not exists standard_binding_of_parking_space on standard_binding (company_id, parking_space_id) where parking_space_id is not null;

-- What may name a row without a foreign key: a bill and a receipt have targets, and a request for approval holds them while
-- it waits. Not asked: logs, the audit and requests for approval themselves. Asked by whoever takes an import back.
create function references_to(wanted text) returns table (table_name text, column_name text, key_columns text[]) language sql stable as $$
  with referring as (
    select k.conrelid, a.attname::text as column_name
      from pg_constraint k
      cross join unnest(k.conkey, k.confkey) as pair (own, other)
      join pg_attribute target on target.attrelid = k.confrelid and target.attnum = pair.other and target.attname = 'id'
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.own
      where k.contype = 'f' and k.confrelid = wanted::regclass
    union
    select a.attrelid, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = (select relnamespace from pg_class where oid = wanted::regclass) and c.relkind in ('r', 'p')
        and a.attname = 'target_id' and a.attgenerated = '' and not a.attisdropped and c.relname not in ('audit_entry', 'approval')
        and exists (select from pg_attribute own where own.attrelid = wanted::regclass and own.attname = 'id'))
  select r.conrelid::regclass::text, r.column_name,
    (select array_agg(a.attname::text order by a.attnum) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
      where i.indrelid = r.conrelid and i.indisprimary and a.attname <> 'company_id')
  from referring r
$$;

-- A matching of columns kept by name (微小区, 新视窗 …): shared by the company.
create table import_mapping (
  company_id uuid not null references company (id),
  id uuid not null,
  kind text not null,
  name text not null check (name <> ''),
  -- { column key: heading of the file }
  headings jsonb not null,
  version int not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, kind, name),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('import_mapping');

-- Good rows of a checked file as a person looks through them; gone once the import is done.
create table import_row (
  company_id uuid not null,
  import_batch_id uuid not null,
  row_number int not null,
  is_existing boolean not null,
  -- Texts of the matched columns, in the order of the columns.
  cells text[] not null,
  primary key (company_id, import_batch_id, row_number),
  foreign key (company_id, import_batch_id) references import_batch (company_id, id) on delete cascade
);
call protect_tenant_table('import_row', null, 'select, insert, delete');

alter table import_batch
  add column import_mapping_id uuid,
  -- [[from, to], …]: rows of the file, both included; null for all good ones.
  add column chosen_rows jsonb,
  add column undone_by uuid,
  add column undone_at timestamptz,
  drop constraint import_batch_duplicate_policy_check,
  add constraint import_batch_duplicate_policy_check check (duplicate_policy in ('skip', 'replace', 'replaceAndAdd', 'updateOnly')),
  drop constraint import_batch_state_check,
  add constraint import_batch_state_check check (state in ('uploaded', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone')),
  add foreign key (company_id, import_mapping_id) references import_mapping (company_id, id) on delete set null (import_mapping_id),
  add foreign key (company_id, undone_by) references staff (company_id, id);
create index import_batch_of_mapping on import_batch (company_id, import_mapping_id) where import_mapping_id is not null;
create index import_batch_overall on import_batch (company_id, created_at desc, id desc);

-- What was called 'replace' added tags and owners.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update import_batch set duplicate_policy = 'replaceAndAdd' where company_id = one.id and duplicate_policy = 'replace';
    -- The administrators of companies that are there get the new rights; other groups are theirs to give.
    update permission_group set permissions = (select array_agg(distinct p) from unnest(permissions || array['building.import', 'tag.import',
      'importHistory.view', 'importHistory.undo']) p) where company_id = one.id and name = '管理员';
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
