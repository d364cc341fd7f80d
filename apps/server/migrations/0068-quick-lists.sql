-- Lists of a million rows, found, counted and totalled within a tenth of a second (ADR 0068).

-- Values of own fields. What a person of a part of a community sees is asked of one function: with its five sub-selects the planner
-- held a look at this table for so dear that every way of joining it seemed the same. ------------------------------------------

create function visible_value_owner_ids() returns setof uuid language plpgsql stable parallel safe rows 1000 as $$
begin
  return query select visible_target_ids()
    union all select v.id from vehicle v where v.company_id = current_company_id()
    union all select k.id from parking_space k where k.company_id = current_company_id()
    union all select o.resident_id from occupancy o where o.company_id = current_company_id();
end $$;
call scope_tenant_table('custom_value', 'owner_id in (select visible_value_owner_ids())');

-- Areas as whole hundredths. Under row-level security comparisons of numeric neither search an index nor use statistics, because
-- they are not leak-proof; those of whole numbers do both, and are added up faster. ------------------------------------------

alter table house add column built_area_hundredths bigint not null generated always as ((built_area * 100)::bigint) stored;
alter table parking_space add column area_hundredths bigint generated always as ((area * 100)::bigint) stored;
drop index house_measures;
create index house_measures on house (company_id, community_id, status, usage)
  include (built_area_hundredths, building_id, floor, sort_order, full_name, id);
-- Orders a list is asked for besides its own.
create index house_by_area on house (company_id, built_area_hundredths);
create index house_by_name on house (company_id, full_name collate natural_order, id);

-- Tallies: how many rows there are and what they add up to, for each combination of what lists are mostly narrowed by. --------

-- Gives a table `<table>_tally`. Every statement that writes the table adds rows that say what it changed, so writers never wait for
-- each other; the tally of a combination is the sum of its rows, exact in every snapshot. Now and then a writer folds what has
-- gathered into one base row for each combination. Whoever sees a whole community sees its tallies; whoever writes, writes them.
create procedure tally_rows_of(table_name text, dimensions text[], sums text[]) language plpgsql as $$
declare
  tally text := table_name || '_tally';
  -- Casts keep a domain of values one type in table, delta and fold.
  typed_dimensions text := (select string_agg(format('%I %s', d, format_type(a.atttypid, a.atttypmod)), ', ' order by n)
    from unnest(dimensions) with ordinality x (d, n) join pg_attribute a on a.attrelid = format('anlin.%I', table_name)::regclass and a.attname = d);
  listed text := (select string_agg(format('%I', d), ', ' order by n) from unnest(dimensions) with ordinality x (d, n));
  sum_columns text := coalesce((select string_agg(format(', %I', s), '' order by n) from unnest(sums) with ordinality x (s, n)), '');
  typed_sums text := coalesce((select string_agg(format(', %I numeric not null', s), '' order by n) from unnest(sums) with ordinality x (s, n)), '');
  added text := coalesce((select string_agg(format(', coalesce(sum(r.%I), 0)', s), '' order by n) from unnest(sums) with ordinality x (s, n)), '');
  turned text := coalesce((select string_agg(format(', -%1$I as %1$I', s), '' order by n) from unnest(sums) with ordinality x (s, n)), '');
  is_moved text := coalesce((select string_agg(format(' or coalesce(sum(r.%I), 0) <> 0', s), '' order by n) from unnest(sums) with ordinality x (s, n)), '');
  merged text := coalesce((select string_agg(format(', %1$I = b.%1$I + excluded.%1$I', s), '' order by n) from unnest(sums) with ordinality x (s, n)), '');
begin
  execute format('create table %I (company_id uuid not null, id uuid not null default gen_random_uuid(), community_id uuid not null, %s,
    is_base boolean not null default false, row_count bigint not null %s, primary key (company_id, id))', tally, typed_dimensions, typed_sums);
  call protect_tenant_table(tally, 'community_id');
  call scope_tenant_table(tally, 'false', 'true');
  execute format('create unique index %I on %I (company_id, community_id, %s) nulls not distinct where is_base', tally || '_base', tally, listed);
  execute format('create index %I on %I (company_id) where not is_base', tally || '_delta', tally);

  execute format($f$
    create function %1$I() returns trigger language plpgsql as $t$
    declare written bigint;
    begin
      if tg_op = 'INSERT' then
        insert into %2$I (company_id, community_id, %3$s, row_count %4$s)
          select r.company_id, r.community_id, %3$s, count(*) %5$s from new_rows r group by r.company_id, r.community_id, %3$s;
      elsif tg_op = 'DELETE' then
        insert into %2$I (company_id, community_id, %3$s, row_count %4$s)
          select r.company_id, r.community_id, %3$s, -count(*) %6$s from old_rows r group by r.company_id, r.community_id, %3$s;
      else
        insert into %2$I (company_id, community_id, %3$s, row_count %4$s)
          select r.company_id, r.community_id, %3$s, sum(r.one) %5$s
          from (select company_id, community_id, %3$s, 1 as one %4$s from new_rows
            union all select company_id, community_id, %3$s, -1 %7$s from old_rows) r
          group by r.company_id, r.community_id, %3$s having sum(r.one) <> 0 %8$s;
      end if;
      get diagnostics written = row_count;
      -- About once for every 500 rows written; skipped while somebody else is at it, and where the transaction could fail by it.
      if random() * 500 < written and current_setting('transaction_isolation') = 'read committed'
          and pg_try_advisory_xact_lock(68, hashtext(%9$L || current_setting('app.company_id', true))) then
        with gone as (
          delete from %2$I d where d.company_id = current_company_id() and not d.is_base returning d.*
        )
        insert into %2$I as b (company_id, community_id, %3$s, is_base, row_count %4$s)
          select r.company_id, r.community_id, %3$s, true, sum(r.row_count) %5$s from gone r group by r.company_id, r.community_id, %3$s
          on conflict (company_id, community_id, %3$s) where is_base do update set row_count = b.row_count + excluded.row_count %10$s;
      end if;
      return null;
    end $t$ $f$, 'tally_' || table_name, tally, listed, sum_columns, added,
    replace(added, 'coalesce(sum', '-coalesce(sum'), turned, is_moved, tally, merged);
  execute format('create trigger tallied_new after insert on %I referencing new table as new_rows for each statement execute function %I()', table_name, 'tally_' || table_name);
  execute format('create trigger tallied_change after update on %I referencing old table as old_rows new table as new_rows for each statement execute function %I()',
    table_name, 'tally_' || table_name);
  execute format('create trigger tallied_gone after delete on %I referencing old table as old_rows for each statement execute function %I()', table_name, 'tally_' || table_name);

  execute format($f$
    do $t$
    declare one record;
    begin
      for one in select id from company loop
        perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
        insert into %1$I (company_id, community_id, %2$s, is_base, row_count %3$s)
          select r.company_id, r.community_id, %2$s, true, count(*) %4$s from %5$I r where r.company_id = one.id group by r.company_id, r.community_id, %2$s;
      end loop;
      perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
    end $t$ $f$, tally, listed, sum_columns, added, table_name);
end $$;

call tally_rows_of('house', '{building_id,usage,status}', '{built_area_hundredths}');
call scope_tenant_table('house_tally', 'building_id = any ((select scope_building_ids())::uuid[])', 'true');
call tally_rows_of('parking_space', '{type,status}', '{area_hundredths}');
