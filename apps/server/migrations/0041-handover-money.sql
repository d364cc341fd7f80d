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
