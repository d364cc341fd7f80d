-- Prepaid and deposits at a change of ownership (EST-8), and prints of the papers of deposits and prepaid (PLT-15).

-- A deposit held for another house or parking space from now on, within its community: no money moves, and the books do not change.
create table deposit_transfer (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  deposit_id uuid not null,
  from_target_kind text check (from_target_kind in ('house', 'parkingSpace')),
  from_target_id uuid,
  to_target_kind text not null check (to_target_kind in ('house', 'parkingSpace')),
  to_target_id uuid not null,
  -- What was held on that day.
  amount_fen bigint not null check (amount_fen > 0),
  reason text not null check (reason <> ''),
  moved_on date not null,
  moved_at timestamptz not null,
  staff_id uuid,
  primary key (company_id, id),
  foreign key (company_id, deposit_id) references deposit (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check ((from_target_kind is null) = (from_target_id is null))
);
call protect_tenant_table('deposit_transfer', 'community_id', 'select, insert');
call scope_tenant_table('deposit_transfer', 'exists (select from deposit d where d.company_id = deposit_transfer.company_id and d.id = deposit_transfer.deposit_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');
create index deposit_transfer_of_deposit on deposit_transfer (company_id, deposit_id, id);
grant update (target_kind, target_id) on deposit to anlin_app;

-- What became of each prepaid account and deposit of a house that was handed over, as it was told then; and the refund, if any.
alter table ownership_change
  add column holdings jsonb not null default '[]' check (jsonb_typeof(holdings) = 'array'),
  add column refund_id uuid,
  add foreign key (company_id, refund_id) references refund (company_id, id);
create index ownership_change_of_refund on ownership_change (company_id, refund_id) where refund_id is not null;

-- How often the receipt of a deposit, and that of prepaid, were printed: papers of their own beside the receipt.
alter table deposit add column print_count int not null default 0 check (print_count >= 0);
grant update (print_count) on deposit to anlin_app;
alter table receipt add column prepaid_print_count int not null default 0 check (prepaid_print_count >= 0);
grant update (prepaid_print_count) on receipt to anlin_app;

-- A person has one account wherever they work, and its password was first chosen by whoever added the phone first. So a company that
-- adds a phone with an account is joined only by its person: with the account's password and a code that this company alone gave
-- them. Until then the company is none of theirs, and the one they work for is not disturbed. (PLT-2)
alter table staff add column is_joined boolean not null default true,
  add column join_code_hash bytea;

create or replace function employments_of(account uuid, now_at timestamptz, client text default 'pc')
returns table (company_id uuid, company_name text, staff_id uuid, staff_name text, may_sign_in boolean)
language plpgsql volatile as $$
declare one record;
begin
  for one in select c.id, c.name from company c order by c.created_at, c.id loop
    perform set_config('app.company_id', one.id::text, true);
    return query select s.company_id, one.name, s.id, s.name, case client when 'phone' then s.may_sign_in_phone else s.may_sign_in_pc end
      from staff s where s.company_id = one.id and s.account_id = account and s.is_joined and s.disabled_at is null
        and (s.expires_on is null or s.expires_on > (now_at at time zone 'Asia/Shanghai')::date);
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

create or replace function works_elsewhere(account uuid) returns boolean language plpgsql volatile as $$
declare
  own uuid := current_company_id();
  one record;
  is_found boolean := false;
begin
  for one in select c.id from company c where c.id <> own loop
    perform set_config('app.company_id', one.id::text, true);
    select exists (select from staff s where s.company_id = one.id and s.account_id = account and s.is_joined) into is_found;
    exit when is_found;
  end loop;
  perform set_config('app.company_id', own::text, true);
  return is_found;
end $$;

-- Whether some company waits for the account's person to join it.
create function is_awaited(account uuid) returns boolean language plpgsql volatile as $$
declare
  one record;
  is_found boolean := false;
begin
  for one in select c.id from company c loop
    perform set_config('app.company_id', one.id::text, true);
    select exists (select from staff s where s.company_id = one.id and s.account_id = account and not s.is_joined and s.disabled_at is null) into is_found;
    exit when is_found;
  end loop;
  perform set_config('app.company_id', '', true);
  return is_found;
end $$;

-- Joins the company whose code this is, and returns it; null where no company that waits for this account gave such a code.
create function join_company(account uuid, code_hash bytea) returns uuid language plpgsql volatile as $$
declare
  one record;
  joined uuid;
begin
  for one in select c.id from company c order by c.id loop
    perform set_config('app.company_id', one.id::text, true);
    update staff s set is_joined = true, join_code_hash = null
      where s.company_id = one.id and s.account_id = account and not s.is_joined and s.join_code_hash = code_hash and s.disabled_at is null
      returning s.company_id into joined;
    exit when joined is not null;
  end loop;
  perform set_config('app.company_id', '', true);
  return joined;
end $$;
