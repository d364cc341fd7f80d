-- A million bills are raised in seconds (CHG-7): what a bill names is checked once per statement instead of row by row
-- (ADR 0029), and the calculation is kept as it is written.

-- Read and written whole; as `json` PostgreSQL checks the text and keeps it, as `jsonb` it takes it apart and sorts it.
alter table bill alter column calculation type json;

do $$
declare one record;
begin
  for one in select k.conname from pg_constraint k
      where k.conrelid = 'bill'::regclass and k.contype = 'f'
        and k.confrelid in ('community'::regclass, 'charge_item'::regclass, 'charge_standard'::regclass, 'standard_binding'::regclass) loop
    execute format('alter table bill drop constraint %I', one.conname);
  end loop;
end $$;

-- References that triggers keep and not foreign keys, for whoever asks the catalogue what refers to what.
create view kept_reference as select * from (values
  ('bill', 'community_id', 'community'),
  ('bill', 'charge_item_id', 'charge_item'),
  ('bill', 'charge_standard_id', 'charge_standard'),
  ('bill', 'standard_binding_id', 'standard_binding')) as kept (table_name, column_name, parent_name);
grant select on kept_reference to anlin_app;

create or replace function references_to(wanted text) returns table (table_name text, column_name text, key_columns text[]) language sql stable as $$
  with referring as (
    select k.conrelid, a.attname::text as column_name
      from pg_constraint k
      cross join unnest(k.conkey, k.confkey) as pair (own, other)
      join pg_attribute target on target.attrelid = k.confrelid and target.attnum = pair.other and target.attname = 'id'
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.own
      where k.contype = 'f' and k.confrelid = wanted::regclass
    union
    select r.table_name::regclass, r.column_name from kept_reference r where r.parent_name::regclass = wanted::regclass
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

-- What a foreign key does when rows are added, for all rows of a statement at once: every row named must be there, and is
-- locked so that it stays until the bills are committed. As the owner and with all communities in sight, as a foreign
-- key would. The bindings, as many as the bills, are looked up by a statement planned anew each time: a plan kept from
-- when the table was small would read all bindings of a company for every bill.
create function require_bill_parents() returns trigger language plpgsql
security definer set search_path = anlin, public set app.community_ids = '*' as $$
declare missing text;
begin
  with named as materialized (select distinct company_id, community_id, charge_item_id, charge_standard_id from added)
  select coalesce(
    (select 'community' from (select distinct company_id, community_id as id from named) n
      left join lateral (select true as is_there from community p where n.company_id = p.company_id and n.id = p.id for key share) p on true
      where is_there is null limit 1),
    (select 'charge_item' from (select distinct company_id, charge_item_id as id from named) n
      left join lateral (select true as is_there from charge_item p where n.company_id = p.company_id and n.id = p.id for key share) p on true
      where is_there is null limit 1),
    (select 'charge_standard' from (select distinct company_id, charge_standard_id as id from named where charge_standard_id is not null) n
      left join lateral (select true as is_there from charge_standard p where n.company_id = p.company_id and n.id = p.id for key share) p on true
      where is_there is null limit 1)) into missing;
  if missing is null and exists (select from added where standard_binding_id is not null) then
    execute $check$
      select 'standard_binding' from added n
        left join lateral (select true as is_there from standard_binding p where p.company_id = n.company_id and p.id = n.standard_binding_id for key share) p on true
        where n.standard_binding_id is not null and is_there is null limit 1 $check$ into missing;
  end if;
  if missing is not null then
    raise foreign_key_violation using table = 'bill', constraint = 'bill_' || missing, message = format('a bill names a row that is not in table %s', missing);
  end if;
  return null;
end $$;
create trigger bill_parents after insert on bill referencing new table as added
  for each statement execute function require_bill_parents();

create index bill_void_of_binding on bill (company_id, standard_binding_id) where voided_at is not null and standard_binding_id is not null;

-- What a foreign key does when the other row is deleted: refused while a bill names it, whoever's communities those bills
-- lie in. The deleted row is locked, so bills that named it meanwhile are committed and seen; a transaction that sees
-- only what was there when it began could not see them, and deletes nothing here.
create function refuse_billed_parent() returns trigger language plpgsql
security definer set search_path = anlin, public set app.community_ids = '*' as $$
declare is_billed boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise feature_not_supported using message = format('rows of %s are deleted in transactions that see what others commit', tg_table_name);
  end if;
  case tg_table_name
    when 'community' then
      select exists (select from bill b where b.company_id = old.company_id and b.community_id = old.id) into is_billed;
    when 'charge_item' then
      select exists (select from bill b where b.company_id = old.company_id and b.charge_item_id = old.id) into is_billed;
    when 'charge_standard' then
      select exists (select from bill b where b.company_id = old.company_id and b.charge_standard_id = old.id) into is_billed;
    when 'standard_binding' then
      -- Void bills name their binding too; each half has its index.
      select exists (select from bill b where b.company_id = old.company_id and b.standard_binding_id = old.id and b.voided_at is null)
        or exists (select from bill b where b.company_id = old.company_id and b.standard_binding_id = old.id and b.voided_at is not null) into is_billed;
  end case;
  if is_billed then
    raise foreign_key_violation using table = 'bill', constraint = 'bill_' || tg_table_name, message = format('bills name this row of %s', tg_table_name);
  end if;
  return null;
end $$;

-- And neither side ever gets another key: a bill stays what it was raised for.
create function refuse_new_key() returns trigger language plpgsql as $$
begin
  raise foreign_key_violation using table = tg_table_name, message = format('a row of %s keeps its key and what it was made for', tg_table_name);
end $$;
create trigger bill_keeps_parents before update of company_id, community_id, charge_item_id, charge_standard_id, standard_binding_id on bill
  for each row when ((old.company_id, old.community_id, old.charge_item_id, old.charge_standard_id, old.standard_binding_id)
    is distinct from (new.company_id, new.community_id, new.charge_item_id, new.charge_standard_id, new.standard_binding_id))
  execute function refuse_new_key();

do $$
declare parent text;
begin
  foreach parent in array array['community', 'charge_item', 'charge_standard', 'standard_binding'] loop
    execute format('create trigger %1$s_billed after delete on %1$I for each row execute function refuse_billed_parent()', parent);
    execute format('create trigger %1$s_keeps_key before update of company_id, id on %1$I
      for each row when ((old.company_id, old.id) is distinct from (new.company_id, new.id)) execute function refuse_new_key()', parent);
  end loop;
end $$;
