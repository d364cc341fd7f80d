-- Cashier (CSH-1…4, 7): money taken is a receipt with tenders (how it was paid) and allocations (what it paid).
-- Receipts, tenders, allocations and reversals are only ever added to; a reversal adds the opposite allocations.

create table payment_method (
  company_id uuid not null references company (id),
  id uuid not null,
  key text not null,
  name text not null check (name <> ''),
  is_cash boolean not null default false,
  is_enabled boolean not null default true,
  sort_order int not null default 0,
  primary key (company_id, id),
  unique (company_id, key),
  unique (company_id, name)
);
call protect_tenant_table('payment_method');

create table receipt (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  number text not null,
  -- What the money was counted for: the sum of its allocations, and of its tenders.
  total_fen bigint not null check (total_fen > 0),
  -- Cash handed over and given back; both 0 when nobody paid cash.
  cash_tendered_fen bigint not null default 0 check (cash_tendered_fen >= 0),
  change_fen bigint not null default 0 check (change_fen >= 0),
  payer_name text not null default '',
  -- The target whose desk it was taken at, for the list; allocations say what was paid.
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  -- Business day in the community's zone.
  received_on date not null,
  received_at timestamptz not null,
  cashier_staff_id uuid not null,
  note text not null default '',
  -- One click, one receipt: the client's key, kept for ever.
  idempotency_key text not null,
  -- SHA-256 of what was asked for, so that a key used for something else is refused.
  request_hash bytea not null,
  reversed_at timestamptz,
  print_count int not null default 0,
  primary key (company_id, id),
  unique (company_id, community_id, number),
  unique (company_id, idempotency_key),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, cashier_staff_id) references staff (company_id, id)
);
call protect_tenant_table('receipt', 'community_id', 'select, insert');
grant update (reversed_at, print_count) on receipt to anlin_app;
create index receipt_by_day on receipt (company_id, community_id, received_on, id);
create index receipt_of_target on receipt (company_id, target_id, id);

create table receipt_tender (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  payment_method_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  reference text not null default '',
  primary key (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, payment_method_id) references payment_method (company_id, id)
);
call protect_tenant_table('receipt_tender', 'community_id', 'select, insert');
create index receipt_tender_of_receipt on receipt_tender (company_id, receipt_id);

create table receipt_reversal (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  reason text not null check (reason <> ''),
  reversed_on date not null,
  reversed_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  unique (company_id, receipt_id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('receipt_reversal', 'community_id', 'select, insert');

create table allocation (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  -- Set on the opposite rows that a reversal adds; their sums are negative.
  receipt_reversal_id uuid,
  bill_id uuid not null,
  principal_fen bigint not null,
  late_fee_fen bigint not null default 0,
  primary key (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  check (case when receipt_reversal_id is null then principal_fen >= 0 and late_fee_fen >= 0 and principal_fen + late_fee_fen > 0
              else principal_fen <= 0 and late_fee_fen <= 0 and principal_fen + late_fee_fen < 0 end)
);
call protect_tenant_table('allocation', 'community_id', 'select, insert');
create index allocation_of_bill on allocation (company_id, bill_id);
create index allocation_of_receipt on allocation (company_id, receipt_id);

-- The journal is a view over the documents (ADR 0003): accounts receivable, income, lateFeeIncome and one money account per method.
-- Debit positive, credit negative; the sum over any document is zero.
create view journal_line with (security_invoker = true) as
  select company_id, community_id, id as document_id, 'bill' as document, period_from as day, 'receivable' as account, receivable_fen as amount_fen
    from bill where voided_at is null
  union all
  select company_id, community_id, id, 'bill', period_from, 'income', -receivable_fen from bill where voided_at is null
  union all
  select t.company_id, t.community_id, t.receipt_id, 'receipt', r.received_on, 'money', t.amount_fen
    from receipt_tender t join receipt r on r.company_id = t.company_id and r.id = t.receipt_id
  union all
  select v.company_id, v.community_id, v.id, 'reversal', v.reversed_on, 'money', -t.amount_fen
    from receipt_reversal v join receipt_tender t on t.company_id = v.company_id and t.receipt_id = v.receipt_id
  union all
  select a.company_id, a.community_id, coalesce(a.receipt_reversal_id, a.receipt_id), case when a.receipt_reversal_id is null then 'receipt' else 'reversal' end,
      coalesce(v.reversed_on, r.received_on), 'receivable', -a.principal_fen
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join receipt_reversal v on v.company_id = a.company_id and v.id = a.receipt_reversal_id
  union all
  select a.company_id, a.community_id, coalesce(a.receipt_reversal_id, a.receipt_id), case when a.receipt_reversal_id is null then 'receipt' else 'reversal' end,
      coalesce(v.reversed_on, r.received_on), 'lateFeeIncome', -a.late_fee_fen
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join receipt_reversal v on v.company_id = a.company_id and v.id = a.receipt_reversal_id
    where a.late_fee_fen <> 0;
grant select on journal_line to anlin_app;
