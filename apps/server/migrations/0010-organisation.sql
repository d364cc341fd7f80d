-- The company's own organisation: who it is (PLT-1), its departments (PLT-3), its staff (PLT-4) and the people outside
-- it works with; the code that protects an installation nobody has set up yet.

-- `logo` holds the id of one file, or none. It is no foreign key: files belong to companies, and a company comes first.
alter table company
  add column logo uuid[] not null default '{}' check (cardinality(logo) <= 1),
  add column version int not null default 1,
  add column updated_at timestamptz;

-- The actor's own company as a row of its own: whoever may look at it may open its logo.
create view own_company with (security_invoker = true) as
  select c.id company_id, c.id, c.name from company c where c.id = current_company_id();
grant select on own_company to anlin_app;

-- A system table of at most one row: the hash of the code that was printed when the server started without a company.
-- Whoever knows the code may open the first company; the row goes with it.
create table setup_code (
  id int primary key check (id = 1),
  code_hash bytea not null,
  created_at timestamptz not null
);
grant select, insert, update, delete on setup_code to anlin_app;

-- Where a session runs: signing in on a PC and on a phone are separate rights (PLT-2).
alter table session add column client text not null default 'pc' check (client in ('pc', 'phone'));

alter table staff
  add column number text not null default '',
  add column sex text check (sex in ('male', 'female')),
  add column nickname text not null default '',
  add column wechat text not null default '',
  add column email text not null default '',
  add column joined_on date,
  add column note text not null default '',
  add column photo uuid[] not null default '{}' check (cardinality(photo) <= 1),
  add column may_sign_in_pc boolean not null default true,
  add column may_sign_in_phone boolean not null default true,
  add column is_shown_to_residents boolean not null default false,
  add column skills text not null default '',
  add column introduction text not null default '',
  -- Filled by the application; empty until it has looked.
  add column pinyin text not null default '',
  add column pinyin_initials text not null default '',
  -- The person's id in WeCom's directory, where the company uses it.
  add column wecom_user_id text,
  add column version int not null default 1,
  add column updated_at timestamptz;
create unique index staff_number on staff (company_id, number) where number <> '';
create unique index staff_wecom_user on staff (company_id, wecom_user_id) where wecom_user_id is not null;
create index staff_account on staff (account_id);

create table department (
  company_id uuid not null references company (id),
  id uuid not null,
  parent_id uuid,
  name text not null check (name <> '' and name !~ '[/／]'),
  -- Head of the department; approvals go to them.
  manager_id uuid,
  sort_order int not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version int not null default 1,
  primary key (company_id, id),
  unique nulls not distinct (company_id, parent_id, name),
  check (parent_id <> id),
  foreign key (company_id, parent_id) references department (company_id, id),
  foreign key (company_id, manager_id) references staff (company_id, id)
);
call protect_tenant_table('department');
create index department_manager on department (company_id, manager_id) where manager_id is not null;

-- A person may work in several departments. A department that anybody works in cannot go.
create table staff_department (
  company_id uuid not null,
  staff_id uuid not null,
  department_id uuid not null,
  primary key (company_id, staff_id, department_id),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade,
  foreign key (company_id, department_id) references department (company_id, id)
);
call protect_tenant_table('staff_department');
create index staff_department_of on staff_department (company_id, department_id);

-- `工程部/维修组`: a department with all above it.
create function department_path(company uuid, department uuid) returns text language sql stable parallel safe as $$
  with recursive up as (
    select d.parent_id, d.name path from department d where d.company_id = company and d.id = department
    union all
    select d.parent_id, d.name || '/' || up.path from up join department d on d.company_id = company and d.id = up.parent_id
  )
  select path from up where parent_id is null
$$;

-- What the list of staff shows, under the rights of whoever asks. `told_today()` is the application's day.
create view staff_list with (security_invoker = true) as
  select s.company_id, s.id, s.version, s.created_at, coalesce(s.updated_at, s.created_at) updated_at, s.number, s.name, s.sex, s.nickname,
    s.phone, s.wechat, s.email, s.position, s.joined_on, s.expires_on, s.note, s.photo, s.may_sign_in_pc, s.may_sign_in_phone,
    s.is_shown_to_residents, s.skills, s.introduction, s.pinyin, s.pinyin_initials,
    case when s.disabled_at is not null then 'disabled' when s.expires_on <= told_today() then 'expired' else 'active' end state,
    (select string_agg(department_path(l.company_id, l.department_id), '、' order by department_path(l.company_id, l.department_id))
      from staff_department l where l.company_id = s.company_id and l.staff_id = s.id) departments
  from staff s;
grant select on staff_list to anlin_app;

create table external_contact (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  organisation text not null default '',
  category text not null,
  phone text not null default '',
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name, phone)
);
call protect_tenant_table('external_contact');

-- Companies a person works for and may sign in to with this kind of client. Replaces the function without a client,
-- whose callers meant a PC.
drop function employments_of(uuid, timestamptz);
create function employments_of(account uuid, now_at timestamptz, client text default 'pc')
returns table (company_id uuid, company_name text, staff_id uuid, staff_name text, may_sign_in boolean)
language plpgsql volatile as $$
declare one record;
begin
  for one in select c.id, c.name from company c order by c.created_at, c.id loop
    perform set_config('app.company_id', one.id::text, true);
    return query select s.company_id, one.name, s.id, s.name, case client when 'phone' then s.may_sign_in_phone else s.may_sign_in_pc end
      from staff s where s.company_id = one.id and s.account_id = account and s.disabled_at is null
        and (s.expires_on is null or s.expires_on > (now_at at time zone 'Asia/Shanghai')::date);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- Whether the account also belongs to staff of another company, who alone may then change its phone and password.
-- Steps into each company in turn and back.
create function works_elsewhere(account uuid) returns boolean language plpgsql volatile as $$
declare
  own uuid := current_company_id();
  one record;
  is_found boolean := false;
begin
  for one in select c.id from company c where c.id <> own loop
    perform set_config('app.company_id', one.id::text, true);
    select exists (select from staff s where s.company_id = one.id and s.account_id = account) into is_found;
    exit when is_found;
  end loop;
  perform set_config('app.company_id', own::text, true);
  return is_found;
end $$;

-- The new rights for the groups that stand: all of them for administrators, looking for those who look at everything.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || array['company.view', 'company.edit', 'department.view', 'department.edit',
        'staff.view', 'staff.create', 'staff.edit', 'staff.disable', 'staff.resetPassword', 'staff.import', 'staff.export',
        'externalContact.view', 'externalContact.create', 'externalContact.edit', 'externalContact.delete',
        'externalContact.import', 'externalContact.export']
      where company_id = one.id and name = '管理员';
    update permission_group set permissions = permissions || array['company.view', 'department.view', 'staff.view', 'externalContact.view']
      where company_id = one.id and name in ('项目经理', '收费主管', '财务');
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
