-- Pictures and documents of residents (EST-7), and forgetting files with their bytes (EST-12, PLT-13).

alter table resident
  add column photo uuid[] not null default '{}' check (cardinality(photo) <= 1),
  add column documents uuid[] not null default '{}';

-- Removes those of the files that nothing uses, and tells which they were: their bytes are removed once this is
-- committed. What still uses a file shows in its foreign key, also where the actor may not look.
create function forget_files(wanted uuid[]) returns setof uuid language plpgsql volatile as $$
declare one uuid;
begin
  foreach one in array wanted loop
    begin
      delete from file f where f.company_id = current_company_id() and f.id = one;
      if found then return next one; end if;
    exception when foreign_key_violation then null;
    end;
  end loop;
end $$;
