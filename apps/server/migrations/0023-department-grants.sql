-- A permission group attaches to a department too (PLT-5): everybody of the department and of those below it holds it.
-- A group somebody holds is not deleted by the application; a department takes its grants along.
create table department_permission_group (
  company_id uuid not null references company (id),
  department_id uuid not null,
  permission_group_id uuid not null,
  primary key (company_id, department_id, permission_group_id),
  foreign key (company_id, department_id) references department (company_id, id) on delete cascade,
  foreign key (company_id, permission_group_id) references permission_group (company_id, id)
);
call protect_tenant_table('department_permission_group');
create index department_permission_group_of on department_permission_group (company_id, permission_group_id);

-- These departments and all above them.
create function departments_above(company uuid, departments uuid[]) returns setof uuid language sql stable as $$
  with recursive up as (
    select d.id, d.parent_id from department d where d.company_id = company and d.id = any (departments)
    union
    select d.id, d.parent_id from up join department d on d.company_id = company and d.id = up.parent_id
  )
  select id from up
$$;

-- The groups that come with working in these departments.
create function groups_of_departments(company uuid, departments uuid[]) returns setof uuid language sql stable as $$
  select distinct l.permission_group_id from department_permission_group l
  where l.company_id = company and l.department_id = any (array(select departments_above(company, departments)))
$$;

-- The groups of a person, however they came by them.
create function held_groups(company uuid, staff uuid) returns setof uuid language sql stable as $$
  select l.permission_group_id from staff_permission_group l where l.company_id = company and l.staff_id = staff
  union
  select groups_of_departments(company, array(select l.department_id from staff_department l where l.company_id = company and l.staff_id = staff))
$$;

-- The people who hold any of these groups, each with the groups of them that they hold.
create function members_of(company uuid, groups uuid[]) returns table (staff_id uuid, permission_group_id uuid) language sql stable as $$
  with recursive below as (
    select l.department_id, l.permission_group_id from department_permission_group l where l.company_id = company and l.permission_group_id = any (groups)
    union
    select d.id, below.permission_group_id from below join department d on d.company_id = company and d.parent_id = below.department_id
  )
  select l.staff_id, l.permission_group_id from staff_permission_group l where l.company_id = company and l.permission_group_id = any (groups)
  union
  select l.staff_id, below.permission_group_id from below join staff_department l on l.company_id = company and l.department_id = below.department_id
$$;

-- The groups a person holds, and through which department; null: given to the person.
create or replace function groups_of(company uuid, staff uuid) returns table (permission_group_id uuid, department text) language sql stable as $$
  select l.permission_group_id, null::text from staff_permission_group l where l.company_id = company and l.staff_id = staff
  union all
  select l.permission_group_id, department_path(company, l.department_id) from department_permission_group l
  where l.company_id = company and l.department_id = any (array(
    select departments_above(company, array(select d.department_id from staff_department d where d.company_id = company and d.staff_id = staff))))
$$;

-- Rights of a person: the union of the groups they hold, for one kind of client.
create or replace function permissions_of(company uuid, staff uuid, client text, out permissions text[], out holds_all boolean)
language plpgsql stable as $$
begin
  select coalesce(array_agg(distinct one.permission) filter (where one.permission is not null), '{}'), coalesce(bool_or(g.holds_all), false)
    into permissions, holds_all
    from permission_group g
    left join lateral unnest(case client when 'phone' then g.phone_permissions else g.permissions end) one (permission) on true
    where g.company_id = company and g.id = any (array(select held_groups(company, staff)));
end $$;

-- Now also when an administrator leaves a department that made them one, the department loses the group, or moves away
-- from below one that has it.
create or replace function keep_administrator() returns trigger language plpgsql as $$
declare was_one boolean := true;
begin
  if tg_table_name = 'staff' then
    was_one := (permissions_of(old.company_id, old.id, 'pc')).holds_all;
  elsif tg_table_name in ('staff_permission_group', 'department_permission_group') then
    was_one := exists (select from permission_group g where g.company_id = old.company_id and g.id = old.permission_group_id and g.holds_all);
  elsif tg_table_name in ('staff_department', 'department') then
    was_one := exists (select from permission_group g where g.company_id = old.company_id and g.holds_all
      and g.id = any (array(select groups_of_departments(old.company_id,
        array[case tg_table_name when 'department' then to_jsonb(old) ->> 'parent_id' else to_jsonb(old) ->> 'department_id' end::uuid]))));
  end if;
  if not was_one then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended('administrators ' || old.company_id, 0));
  if not has_administrator(old.company_id) then
    raise exception using errcode = 'AN001', message = 'the last administrator cannot go';
  end if;
  return null;
end $$;

create constraint trigger keep_administrator after delete or update on department_permission_group
  deferrable initially deferred for each row execute function keep_administrator();
create constraint trigger keep_administrator after delete or update on staff_department
  deferrable initially deferred for each row execute function keep_administrator();
create constraint trigger keep_administrator after update on department
  deferrable initially deferred for each row when (old.parent_id is distinct from new.parent_id) execute function keep_administrator();

-- Heads of a person's departments, each with those above it: `step` 0 is the nearest.
create function heads_above(company uuid, staff uuid) returns table (department_id uuid, step int, head_id uuid) language sql stable as $$
  with recursive up as (
    select l.department_id first_id, 0 step, d.parent_id, d.manager_id
      from staff_department l join department d on d.company_id = l.company_id and d.id = l.department_id
      where l.company_id = company and l.staff_id = staff
    union all
    select up.first_id, up.step + 1, d.parent_id, d.manager_id from up join department d on d.company_id = company and d.id = up.parent_id
  )
  select first_id, step, manager_id from up where manager_id is not null
$$;
