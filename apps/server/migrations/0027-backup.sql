-- Backups made by the running product (PLT-18) and the way a session was entered by (PLT-2).

-- The company that runs the installation: the oldest. A backup covers every company, so its people alone look after backups.
create function is_operator(company uuid) returns boolean language sql stable as
$$ select company = (select c.id from company c order by c.created_at, c.id limit 1) $$;

-- How the installation is backed up; a row of the operating company, at most one.
create table backup_setting (
  company_id uuid not null references company (id),
  id uuid not null,
  is_on boolean not null default false,
  at_time text not null default '03:00' check (at_time ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  keep_daily int not null default 7 check (keep_daily between 1 and 60),
  keep_weekly int not null default 4 check (keep_weekly between 0 and 52),
  -- Absolute path on the server; empty: `backups` in the data folder.
  folder text not null default '',
  -- Also keeps the database's log, so that any moment can be gone back to.
  is_continuous boolean not null default false,
  -- What is amiss with keeping the log; empty while all is well.
  continuous_problem text not null default '',
  -- Since when the disk is nearly full, and when people were last told.
  disk_low_since timestamptz,
  disk_told_at timestamptz,
  -- A backup is due from this moment on, not before.
  due_from timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id)
);
call protect_tenant_table('backup_setting');

-- Backups and verifications that were begun. The archives themselves are in the folder, each with a note beside it.
create table backup_run (
  company_id uuid not null references company (id),
  id uuid not null,
  kind text not null check (kind in ('scheduled', 'manual', 'verification')),
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  -- Name of the archive's file within the folder.
  archive text not null,
  done_bytes bigint not null default 0,
  total_bytes bigint,
  error text not null default '',
  -- Who asked for it; empty when it was due.
  requested_by text not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (company_id, id)
);
create index backup_run_latest on backup_run (company_id, created_at);
call protect_tenant_table('backup_run');

-- By which proof a session was opened: entering another company of the same person asks for as much as signing in there.
alter table session add column way text not null default 'unknown'
  check (way in ('unknown', 'password', 'code', 'both', 'wecom'));
