-- What a person set up for themselves: favourite functions, columns, saved filters (PLT-7). It follows them to any device.

create table staff_preference (
  company_id uuid not null,
  id uuid not null,
  staff_id uuid not null,
  key text not null check (key ~ '^[A-Za-z][A-Za-z0-9.-]{0,79}$'),
  value jsonb not null check (pg_column_size(value) <= 16384),
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, staff_id, key),
  foreign key (company_id, staff_id) references staff (company_id, id) on delete cascade
);
call protect_tenant_table('staff_preference');
