-- Tells the planner how tables grew before heavy work begins on them: within the minute until autovacuum looks, foreign keys
-- and joins would keep plans of when the tables were small, and go through all of a company's houses for every row. Only
-- tables that grew by half since they were looked at; one that another transaction is looking at is passed over. Only the
-- owner may analyze; no row is read by this.
create function freshen_statistics(names text[]) returns void
language plpgsql security definer set search_path = anlin, public as $$
declare one record;
begin
  for one in select c.oid::regclass as name from pg_class c
      where c.oid = any (select to_regclass('anlin.' || quote_ident(n)) from unnest(names) n) and c.relkind = 'r'
        and pg_relation_size(c.oid) / current_setting('block_size')::int > 8 + 1.5 * greatest(c.relpages, 0)
      order by 1 loop
    begin
      execute format('lock table %s in share update exclusive mode nowait', one.name);
      execute format('analyze %s', one.name);
    exception when lock_not_available then null;
    end;
  end loop;
end $$;
revoke execute on function freshen_statistics(text[]) from public;
grant execute on function freshen_statistics(text[]) to anlin_app;
