-- What is asked twice while nothing changed is answered from memory (ADR 0063). To know that nothing changed, companies share
-- 256 counters by the last two digits of their id; one more counts changes of what belongs to no company. Counters are
-- sequences: they are not locked, and what counted stays counted when its transaction is rolled back.
do $$
begin
  for n in 0..255 loop
    execute format('create sequence change_count_%s', lpad(to_hex(n), 2, '0'));
    execute format('grant usage, select on sequence change_count_%s to anlin_app', lpad(to_hex(n), 2, '0'));
  end loop;
end $$;
create sequence change_count_everywhere;
grant usage, select on sequence change_count_everywhere to anlin_app;

-- Counts a transaction's first change. The transaction first takes a shared lock, which it keeps until it ends, and counts before it
-- commits: whoever reads a count, then finds the lock free, and finds the same count when done reading, has read a state that lasts
-- as long as the count does. Nobody holds the lock alone for longer than the look at it takes.
create function count_change() returns trigger language plpgsql as $$
declare company text := current_setting('app.company_id', true);
begin
  if company is null or company = '' then
    perform count_change_everywhere();
  elsif current_setting('app.change_counted', true) is distinct from company then
    perform pg_advisory_xact_lock_shared(63, ('x' || right(company, 2))::bit(8)::int);
    perform nextval(('anlin.change_count_' || right(company, 2))::regclass), set_config('app.change_counted', company, true);
  end if;
  return null;
end $$;
create function count_change_everywhere() returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(63, 256);
  perform nextval('anlin.change_count_everywhere');
end $$;
create function count_change_of_all() returns trigger language plpgsql as $$
begin
  perform count_change_everywhere();
  return null;
end $$;

-- How often anything changed that a company may see.
create function change_stamp(company uuid) returns text language sql volatile as $$
  select coalesce(pg_sequence_last_value(('anlin.change_count_' || right(company::text, 2))::regclass), 0)
    || '.' || coalesce(pg_sequence_last_value('anlin.change_count_everywhere'), 0)
$$;
-- Whether a transaction is under way that changed something of it.
create function is_changing(company uuid) returns boolean language plpgsql volatile as $$
declare bucket int := ('x' || right(company::text, 2))::bit(8)::int;
begin
  if not pg_try_advisory_lock(63, 256) then return true; end if;
  perform pg_advisory_unlock(63, 256);
  if not pg_try_advisory_lock(63, bucket) then return true; end if;
  perform pg_advisory_unlock(63, bucket);
  return false;
end $$;

-- A table whose changes are counted. Sessions are left out: they are read on every request.
create procedure count_changes_of(table_name text) language plpgsql as $$
begin
  execute format('create trigger change_counted after insert or update or delete or truncate on %I for each statement execute function %I()',
    table_name, case when exists (select from pg_attribute a where a.attrelid = format('anlin.%I', table_name)::regclass and a.attname = 'company_id' and not a.attisdropped)
      then 'count_change' else 'count_change_of_all' end);
end $$;

create or replace procedure protect_tenant_table(table_name text, community_column text default null, privileges text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %I enable row level security', table_name);
  execute format('alter table %I force row level security', table_name);
  execute format('create policy company on %I using (company_id = (select current_company_id())) with check (company_id = (select current_company_id()))', table_name);
  if community_column is not null then
    call scope_tenant_table(table_name, format('%I is null', community_column), community_column => community_column);
  end if;
  execute format('grant %s on %I to anlin_app', privileges, table_name);
  call count_changes_of(table_name);
end $$;

do $$
declare one record;
begin
  for one in select c.relname::text as name from pg_class c
      where c.relnamespace = 'anlin'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'session' order by 1 loop
    call count_changes_of(one.name);
  end loop;
end $$;
