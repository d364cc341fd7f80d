-- Everything money does at the desk besides paying whole bills (CSH-3, 5, 6, 7, 8, 9, 11; ADR 0032): what a receipt was for
-- (bills, prepaid, deposits, other income), what paid it (money, prepaid, a deposit), what was given up (discounts, waivers),
-- and what undoes it (reversal, void, restoration, refund). Documents and movements are only ever added to.

-- What a way of paying draws on: money from outside, or what the company already holds of the payer.
alter table payment_method add column source text not null default 'money' check (source in ('money', 'prepaid', 'deposit'));
create unique index payment_method_source on payment_method (company_id, source) where source <> 'money';

do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    insert into payment_method (company_id, id, key, name, source, sort_order)
      values (one.id, gen_random_uuid(), 'prepaid', '预存抵扣', 'prepaid', 900), (one.id, gen_random_uuid(), 'deposit', '押金抵扣', 'deposit', 910)
      on conflict do nothing;
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- The books of a community: up to which day (inclusive) they are closed (CSH-12, FIN-5). Nothing dated on or before it is
-- added any more. Whoever adds holds a key share of the row, whoever closes holds it for update.
create table community_book (
  company_id uuid not null,
  community_id uuid not null,
  closed_until date,
  primary key (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('community_book', 'community_id', 'select, insert, update');
-- Whoever takes money for one house must know whether the day is still open.
call scope_tenant_table('community_book', 'community_id = any ((select visible_community_ids())::uuid[])');

do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    perform set_config('app.community_ids', '*', true);
    insert into community_book (company_id, community_id) select c.company_id, c.id from community c where c.company_id = one.id;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;

create function open_community_book() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  insert into community_book (company_id, community_id) values (new.company_id, new.id) on conflict do nothing;
  return null;
end $$;
create trigger community_book_open after insert on community for each row execute function open_community_book();

-- Refuses a document dated in closed books; the name of its day's column is the trigger's argument.
create function refuse_closed_day() returns trigger language plpgsql as $$
declare
  day date := (to_jsonb(new) ->> tg_argv[0])::date;
  closed date;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  select b.closed_until into closed from community_book b
    where b.company_id = new.company_id and b.community_id = new.community_id for key share;
  if closed is not null and day <= closed then
    raise exception using errcode = 'AN002', message = 'the books are closed', detail = closed::text, table = tg_table_name;
  end if;
  return new;
end $$;

-- Receipts. -----------------------------------------------------------------------------------------------------------

-- Paid at the desk, by an automatic offset, or brought along from another system with its own number.
alter table receipt add column kind text not null default 'payment' check (kind in ('payment', 'offset', 'import'));
-- The automatic offset is nobody's.
alter table receipt alter column cashier_staff_id drop not null;
alter table receipt add check (cashier_staff_id is not null or kind <> 'payment');
-- Other income comes from people who live nowhere here (CSH-11).
alter table receipt alter column target_kind drop not null, alter column target_id drop not null;
alter table receipt add check ((target_kind is null) = (target_id is null));
create trigger receipt_day before insert on receipt for each row execute function refuse_closed_day('received_on');

-- What a reversal was: it never happened; or it goes to the recycle bin with its bills, from where it can come back.
alter table receipt_reversal add column kind text not null default 'reverse' check (kind in ('reverse', 'void'));
alter table receipt_reversal drop constraint receipt_reversal_company_id_receipt_id_key;
create index receipt_reversal_of_receipt on receipt_reversal (company_id, receipt_id);
create trigger receipt_reversal_day before insert on receipt_reversal for each row execute function refuse_closed_day('reversed_on');

-- A voided receipt brought back from the recycle bin: everything of it again, on the day of the restoration.
create table receipt_restoration (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  receipt_reversal_id uuid not null,
  reason text not null check (reason <> ''),
  restored_on date not null,
  restored_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  unique (company_id, receipt_reversal_id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('receipt_restoration', 'community_id', 'select, insert');
call scope_tenant_table('receipt_restoration', 'exists (select from receipt r where r.company_id = receipt_restoration.company_id and r.id = receipt_restoration.receipt_id)');
create index receipt_restoration_of_receipt on receipt_restoration (company_id, receipt_id);
create trigger receipt_restoration_day before insert on receipt_restoration for each row execute function refuse_closed_day('restored_on');

-- Money given back (CSH-5, 6, 7): for bills of a receipt, from prepaid, a deposit, or other income. `pending` until the channel
-- says so; its sums stand from the moment it is asked for, and a refund that failed is undone by opposite rows.
create table refund (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  number text not null,
  receipt_id uuid,
  total_fen bigint not null check (total_fen > 0),
  payee_name text not null default '',
  target_kind text check (target_kind in ('house', 'parkingSpace')),
  target_id uuid,
  reason text not null check (reason <> ''),
  refunded_on date not null,
  refunded_at timestamptz not null,
  staff_id uuid not null,
  state text not null default 'done' check (state in ('pending', 'done', 'failed')),
  idempotency_key text not null,
  request_hash bytea not null,
  print_count int not null default 0,
  primary key (company_id, id),
  unique (company_id, community_id, number),
  unique (company_id, idempotency_key),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check ((target_kind is null) = (target_id is null))
);
call protect_tenant_table('refund', 'community_id', 'select, insert');
call scope_tenant_table('refund', 'target_id in (select visible_target_ids())');
grant update (state, print_count) on refund to anlin_app;
create index refund_by_day on refund (company_id, community_id, refunded_on, id);
create index refund_of_receipt on refund (company_id, receipt_id) where receipt_id is not null;
create index refund_of_target on refund (company_id, target_id, id);
create trigger refund_day before insert on refund for each row execute function refuse_closed_day('refunded_on');

create table refund_tender (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  refund_id uuid not null,
  payment_method_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  reference text not null default '',
  primary key (company_id, id),
  foreign key (company_id, refund_id) references refund (company_id, id),
  foreign key (company_id, payment_method_id) references payment_method (company_id, id)
);
call protect_tenant_table('refund_tender', 'community_id', 'select, insert');
call scope_tenant_table('refund_tender', 'exists (select from refund r where r.company_id = refund_tender.company_id and r.id = refund_tender.refund_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');
create index refund_tender_of_refund on refund_tender (company_id, refund_id);

-- Allocations may also be those of a restoration or a refund, and say how much of them was offset rather than paid.
alter table allocation add column receipt_restoration_id uuid, add column refund_id uuid,
  add column offset_fen bigint not null default 0,
  add column kind text not null generated always as (case when refund_id is not null then 'refund' when receipt_restoration_id is not null then 'restoration'
    when receipt_reversal_id is not null then 'reversal' else 'receipt' end) stored,
  drop constraint allocation_check,
  add foreign key (company_id, receipt_restoration_id) references receipt_restoration (company_id, id),
  add foreign key (company_id, refund_id) references refund (company_id, id),
  add check (num_nonnulls(receipt_reversal_id, receipt_restoration_id, refund_id) <= 1),
  add check (case when receipt_reversal_id is null and refund_id is null then principal_fen >= 0 and late_fee_fen >= 0 and principal_fen + late_fee_fen > 0
      and offset_fen between 0 and principal_fen + late_fee_fen
    else principal_fen <= 0 and late_fee_fen <= 0 and principal_fen + late_fee_fen < 0 and offset_fen between principal_fen + late_fee_fen and 0 end);
create index allocation_of_refund on allocation (company_id, refund_id) where refund_id is not null;

-- What a bill was reduced by (CSH-3, 9; CHG-17): a discount, a waiver, or a late fee not asked for. Given with a receipt or apart;
-- the opposite row of one taken back names it.
create table bill_reduction (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  bill_id uuid not null,
  kind text not null check (kind in ('discount', 'waiver', 'lateFeeWaiver')),
  amount_fen bigint not null check (amount_fen <> 0),
  receipt_id uuid,
  -- The document that took it back or gave it again.
  receipt_reversal_id uuid,
  receipt_restoration_id uuid,
  opposite_of uuid,
  -- What it was by; null when a person decided it.
  offer_id uuid,
  reason text not null default '',
  reduced_on date not null,
  reduced_at timestamptz not null,
  staff_id uuid,
  primary key (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, receipt_restoration_id) references receipt_restoration (company_id, id),
  foreign key (company_id, opposite_of) references bill_reduction (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check ((amount_fen < 0) = (opposite_of is not null)),
  check (kind <> 'waiver' or reason <> '')
);
call protect_tenant_table('bill_reduction', 'community_id', 'select, insert');
call scope_tenant_table('bill_reduction', 'exists (select from bill b where b.company_id = bill_reduction.company_id and b.id = bill_reduction.bill_id)');
create index bill_reduction_of_bill on bill_reduction (company_id, bill_id);
create index bill_reduction_of_receipt on bill_reduction (company_id, receipt_id) where receipt_id is not null;
create index bill_reduction_by_day on bill_reduction (company_id, community_id, reduced_on, id);
-- One thing is taken back once.
create unique index bill_reduction_once on bill_reduction (company_id, opposite_of) where opposite_of is not null;
create trigger bill_reduction_day before insert on bill_reduction for each row execute function refuse_closed_day('reduced_on');

alter table bill add column late_fee_waived_fen bigint not null default 0 check (late_fee_waived_fen >= 0);

-- A bill in the recycle bin can come back, and be voided once more.
alter table bill_void drop constraint bill_void_company_id_bill_id_key;
create index bill_void_of_bill on bill_void (company_id, bill_id);
-- Business day of the void and what the bill was for then; what was voided before this release is given the day of the instant in China.
alter table bill_void add column voided_on date, add column receivable_fen bigint, add column receipt_reversal_id uuid,
  add foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id);
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update bill_void v set voided_on = (v.voided_at at time zone 'Asia/Shanghai')::date, receivable_fen = b.receivable_fen
      from bill b where b.company_id = v.company_id and b.id = v.bill_id;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
alter table bill_void alter column voided_on set not null, alter column receivable_fen set not null;
create trigger bill_void_day before insert on bill_void for each row execute function refuse_closed_day('voided_on');
create table bill_restoration (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  bill_id uuid not null,
  bill_void_id uuid not null,
  receivable_fen bigint not null,
  reason text not null check (reason <> ''),
  restored_on date not null,
  restored_at timestamptz not null,
  staff_id uuid,
  primary key (company_id, id),
  unique (company_id, bill_void_id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  foreign key (company_id, bill_void_id) references bill_void (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('bill_restoration', 'community_id', 'select, insert');
call scope_tenant_table('bill_restoration', 'exists (select from bill b where b.company_id = bill_restoration.company_id and b.id = bill_restoration.bill_id)');
create index bill_restoration_of_bill on bill_restoration (company_id, bill_id);
create trigger bill_restoration_day before insert on bill_restoration for each row execute function refuse_closed_day('restored_on');

-- Prepaid (CSH-5). ----------------------------------------------------------------------------------------------------

-- One account per house or parking space, general (no item) or for one item.
create table prepaid_account (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  charge_item_id uuid,
  balance_fen bigint not null default 0 check (balance_fen >= 0),
  -- The part of the balance that was given and not paid; used last, never paid out.
  bonus_fen bigint not null default 0 check (bonus_fen between 0 and balance_fen),
  movement_count bigint not null default 0,
  created_at timestamptz not null,
  primary key (company_id, id),
  unique nulls not distinct (company_id, target_id, charge_item_id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id)
);
call protect_tenant_table('prepaid_account', 'community_id', 'select, insert');
call scope_tenant_table('prepaid_account', 'target_id in (select visible_target_ids())');
grant update (balance_fen, bonus_fen, movement_count) on prepaid_account to anlin_app;

-- topUp: paid with a receipt. bonus: given on top. offset: paid bills of a receipt. refund: paid out. refundIn: a refund of what had
-- been offset. depositIn: a deposit kept as prepaid. moveOut/moveIn: to another account. reversal: the opposite of another movement;
-- restoration: it again.
create table prepaid_movement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  prepaid_account_id uuid not null,
  sequence bigint not null check (sequence > 0),
  kind text not null check (kind in ('topUp', 'bonus', 'offset', 'refund', 'refundIn', 'depositIn', 'moveOut', 'moveIn', 'reversal', 'restoration')),
  amount_fen bigint not null check (amount_fen <> 0),
  -- The part of it that was given; same sign.
  bonus_fen bigint not null default 0,
  balance_fen bigint not null check (balance_fen >= 0),
  receipt_id uuid,
  receipt_tender_id uuid,
  receipt_reversal_id uuid,
  receipt_restoration_id uuid,
  refund_id uuid,
  -- The movement it undoes, or the other side of a move.
  other_movement_id uuid,
  moved_on date not null,
  moved_at timestamptz not null,
  staff_id uuid,
  note text not null default '',
  primary key (company_id, id),
  unique (company_id, prepaid_account_id, sequence),
  foreign key (company_id, prepaid_account_id) references prepaid_account (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_tender_id) references receipt_tender (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, receipt_restoration_id) references receipt_restoration (company_id, id),
  foreign key (company_id, refund_id) references refund (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check (case when kind in ('topUp', 'bonus', 'refundIn', 'depositIn', 'moveIn') then amount_fen > 0 when kind in ('offset', 'refund', 'moveOut') then amount_fen < 0 else true end),
  check (abs(bonus_fen) <= abs(amount_fen) and bonus_fen * amount_fen >= 0),
  check (kind <> 'bonus' or bonus_fen = amount_fen),
  check ((kind in ('topUp', 'offset')) <= (receipt_id is not null)),
  check ((kind in ('refund', 'refundIn')) <= (refund_id is not null))
);
call protect_tenant_table('prepaid_movement', 'community_id', 'select, insert');
call scope_tenant_table('prepaid_movement', 'exists (select from prepaid_account p where p.company_id = prepaid_movement.company_id and p.id = prepaid_movement.prepaid_account_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');
create index prepaid_movement_of_receipt on prepaid_movement (company_id, receipt_id) where receipt_id is not null;
create index prepaid_movement_of_refund on prepaid_movement (company_id, refund_id) where refund_id is not null;
create index prepaid_movement_by_day on prepaid_movement (company_id, community_id, moved_on, id);
create unique index prepaid_movement_undone on prepaid_movement (company_id, other_movement_id, kind) where kind in ('reversal', 'restoration');
create trigger prepaid_movement_day before insert on prepaid_movement for each row execute function refuse_closed_day('moved_on');

-- Deposits (CSH-6). ---------------------------------------------------------------------------------------------------

-- One deposit taken: decoration, a stall, a key. Its item is of kind deposit. Target and payer may be unknown here.
create table deposit (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  target_kind text check (target_kind in ('house', 'parkingSpace')),
  target_id uuid,
  charge_item_id uuid not null,
  holder_name text not null default '',
  receipt_id uuid not null,
  taken_on date not null,
  taken_fen bigint not null check (taken_fen > 0),
  offset_fen bigint not null default 0 check (offset_fen >= 0),
  returned_fen bigint not null default 0 check (returned_fen >= 0),
  forfeited_fen bigint not null default 0 check (forfeited_fen >= 0),
  is_reversed boolean not null default false,
  held_fen bigint not null generated always as (case when is_reversed then 0 else taken_fen - offset_fen - returned_fen - forfeited_fen end) stored check (held_fen >= 0),
  note text not null default '',
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  check ((target_kind is null) = (target_id is null)),
  check (not is_reversed or (offset_fen = 0 and returned_fen = 0 and forfeited_fen = 0))
);
call protect_tenant_table('deposit', 'community_id', 'select, insert');
call scope_tenant_table('deposit', 'target_id in (select visible_target_ids())');
grant update (offset_fen, returned_fen, forfeited_fen, is_reversed) on deposit to anlin_app;
create index deposit_of_target on deposit (company_id, target_id, id);
create index deposit_by_day on deposit (company_id, community_id, taken_on, id);
create index deposit_of_receipt on deposit (company_id, receipt_id);

-- take: with the receipt. offset: paid bills of a receipt. return: money given back. toPrepaid: kept as prepaid. forfeit: kept for good.
-- The sum of a deposit's movements is what is held.
create table deposit_movement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  deposit_id uuid not null,
  kind text not null check (kind in ('take', 'offset', 'return', 'toPrepaid', 'forfeit', 'reversal', 'restoration')),
  amount_fen bigint not null check (amount_fen <> 0),
  receipt_id uuid,
  receipt_tender_id uuid,
  receipt_reversal_id uuid,
  receipt_restoration_id uuid,
  refund_id uuid,
  other_movement_id uuid,
  reason text not null default '',
  moved_on date not null,
  moved_at timestamptz not null,
  staff_id uuid,
  primary key (company_id, id),
  foreign key (company_id, deposit_id) references deposit (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_tender_id) references receipt_tender (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, receipt_restoration_id) references receipt_restoration (company_id, id),
  foreign key (company_id, refund_id) references refund (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check (case kind when 'take' then amount_fen > 0 when 'reversal' then true when 'restoration' then true else amount_fen < 0 end),
  check (kind <> 'forfeit' or reason <> ''),
  check ((kind in ('take', 'offset')) <= (receipt_id is not null)),
  check ((kind = 'return') <= (refund_id is not null))
);
call protect_tenant_table('deposit_movement', 'community_id', 'select, insert');
call scope_tenant_table('deposit_movement', 'exists (select from deposit d where d.company_id = deposit_movement.company_id and d.id = deposit_movement.deposit_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');
create index deposit_movement_of_deposit on deposit_movement (company_id, deposit_id, id);
create index deposit_movement_of_receipt on deposit_movement (company_id, receipt_id) where receipt_id is not null;
create index deposit_movement_of_refund on deposit_movement (company_id, refund_id) where refund_id is not null;
create unique index deposit_movement_undone on deposit_movement (company_id, other_movement_id, kind) where kind in ('reversal', 'restoration');
create trigger deposit_movement_day before insert on deposit_movement for each row execute function refuse_closed_day('moved_on');

-- Other income (CSH-11): a line of a receipt that pays no bill. The opposite rows of a reversal or refund are negative.
create table other_income (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  receipt_reversal_id uuid,
  receipt_restoration_id uuid,
  refund_id uuid,
  charge_item_id uuid not null,
  description text not null default '',
  amount_fen bigint not null check (amount_fen <> 0),
  -- The line an opposite row undoes.
  other_income_id uuid,
  primary key (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, receipt_restoration_id) references receipt_restoration (company_id, id),
  foreign key (company_id, refund_id) references refund (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  check (num_nonnulls(receipt_reversal_id, receipt_restoration_id, refund_id) <= 1),
  check ((amount_fen > 0) = (receipt_reversal_id is null and refund_id is null))
);
call protect_tenant_table('other_income', 'community_id', 'select, insert');
call scope_tenant_table('other_income', 'exists (select from receipt r where r.company_id = other_income.company_id and r.id = other_income.receipt_id)',
  'community_id = any ((select visible_community_ids())::uuid[])');
create index other_income_of_receipt on other_income (company_id, receipt_id);
create index other_income_of_refund on other_income (company_id, refund_id) where refund_id is not null;

-- Income detail. ------------------------------------------------------------------------------------------------------

-- A row per tender of a receipt, its reversal, its restoration, or a refund. What the money paid may be principal and late fee of
-- bills, prepaid, a deposit or other income.
alter table income_movement drop constraint income_movement_pkey;
alter table income_movement
  alter column receipt_id drop not null, alter column receipt_tender_id drop not null, alter column staff_id drop not null,
  alter column target_kind drop not null, alter column target_id drop not null,
  add column document_id uuid,
  add column receipt_restoration_id uuid, add column refund_id uuid, add column refund_tender_id uuid,
  add column tender_id uuid generated always as (coalesce(receipt_tender_id, refund_tender_id)) stored,
  add column source text not null default 'money' check (source in ('money', 'prepaid', 'deposit')),
  add column prepaid_fen bigint not null default 0, add column deposit_fen bigint not null default 0, add column other_fen bigint not null default 0,
  add column part_kinds text[];
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update income_movement set document_id = coalesce(receipt_reversal_id, receipt_id),
      part_kinds = array(select case when u.is_late then 'lateFee' else 'principal' end from unnest(part_is_late) with ordinality u (is_late, n) order by n);
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
do $$
declare one record;
begin
  for one in select conname from pg_constraint where conrelid = 'income_movement'::regclass and contype = 'c' and conname <> 'income_movement_source_check'
      and conname <> 'income_movement_target_kind_check' loop
    execute format('alter table income_movement drop constraint %I', one.conname);
  end loop;
end $$;
alter table income_movement
  alter column document_id set not null, alter column part_kinds set not null,
  drop column part_is_late,
  add primary key (company_id, document_id, tender_id),
  add foreign key (company_id, receipt_restoration_id) references receipt_restoration (company_id, id),
  add foreign key (company_id, refund_id) references refund (company_id, id),
  add foreign key (company_id, refund_tender_id) references refund_tender (company_id, id),
  add check (kind in ('receipt', 'reversal', 'restoration', 'refund')),
  -- Refuses at commit a receipt or refund whose lines do not cover its tenders.
  add constraint income_movement_check check (principal_fen + late_fee_fen + prepaid_fen + deposit_fen + other_fen = amount_fen),
  add check ((kind = 'reversal') = (receipt_reversal_id is not null) and (kind = 'restoration') = (receipt_restoration_id is not null)
    and (kind = 'refund') = (refund_id is not null) and (kind = 'refund') = (refund_tender_id is not null)),
  add check (case when kind in ('receipt', 'restoration') then amount_fen > 0 and least(principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen) >= 0
    else amount_fen < 0 and greatest(principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen) <= 0 end),
  -- What the company holds already pays bills only.
  add check (source = 'money' or kind = 'refund' or (prepaid_fen = 0 and deposit_fen = 0 and other_fen = 0)),
  add check (cardinality(part_item_ids) = cardinality(part_fen) and cardinality(part_months) = cardinality(part_fen)
    and cardinality(part_kinds) = cardinality(part_fen));
create index income_movement_of_receipt on income_movement (company_id, receipt_id) where receipt_id is not null;

-- Lays pieces beside tenders: both in order, each tender has the pieces that lie beside it, so both add up to the fen. What was
-- offset comes first on both sides.
drop function income_of_receipt(uuid, uuid);
create function lay_income(tenders jsonb, pieces jsonb) returns table
  (tender_id uuid, principal_fen bigint, late_fee_fen bigint, prepaid_fen bigint, deposit_fen bigint, other_fen bigint,
   part_item_ids uuid[], part_months date[], part_kinds text[], part_fen bigint[])
language sql immutable as $$
  with piece as (
    select p.*, sum(p.fen) over (order by p.is_offset desc, p.rank, p.month, p.item_id) - p.fen as begins
    from jsonb_to_recordset(pieces) p (item_id uuid, month date, kind text, rank int, is_offset boolean, fen bigint)
  ), tender as (
    select t.*, sum(t.fen) over (order by t.is_offset desc, t.id) - t.fen as begins
    from jsonb_to_recordset(tenders) t (id uuid, is_offset boolean, fen bigint)
  ), share as (
    select t.id, p.item_id, p.month, p.kind, p.rank, (least(t.begins + t.fen, p.begins + p.fen) - greatest(t.begins, p.begins))::bigint as fen
    from tender t left join piece p on p.begins < t.begins + t.fen and t.begins < p.begins + p.fen
  )
  select s.id, coalesce(sum(s.fen) filter (where s.kind = 'principal'), 0)::bigint, coalesce(sum(s.fen) filter (where s.kind = 'lateFee'), 0)::bigint,
    coalesce(sum(s.fen) filter (where s.kind = 'prepaid'), 0)::bigint, coalesce(sum(s.fen) filter (where s.kind = 'deposit'), 0)::bigint,
    coalesce(sum(s.fen) filter (where s.kind = 'other'), 0)::bigint,
    coalesce(array_agg(s.item_id order by s.rank, s.month, s.item_id) filter (where s.fen is not null), '{}'),
    coalesce(array_agg(s.month order by s.rank, s.month, s.item_id) filter (where s.fen is not null), '{}'),
    coalesce(array_agg(s.kind order by s.rank, s.month, s.item_id) filter (where s.fen is not null), '{}'),
    coalesce(array_agg(s.fen order by s.rank, s.month, s.item_id) filter (where s.fen is not null), '{}')
  from share s group by s.id
$$;
grant execute on function lay_income(jsonb, jsonb) to anlin_app;

-- What a receipt paid, in pieces of positive fen: what its own rows say, not those of what undid it. Receipts and refunds have a function
-- each, so that both find their rows by an index.
create function income_pieces_of_receipt(company uuid, receipt uuid) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('item_id', p.item_id, 'month', p.month, 'kind', p.kind, 'rank', p.rank, 'is_offset', p.is_offset, 'fen', p.fen)), '[]')
  from (select q.item_id, q.month, q.kind, q.rank, q.is_offset, sum(q.fen)::bigint as fen from (
    select b.charge_item_id as item_id, date_trunc('month', b.period_from)::date as month, x.kind, x.rank, x.is_offset, x.fen
      from (select a.bill_id, a.company_id, abs(a.principal_fen) as principal, abs(a.late_fee_fen) as late,
              least(abs(a.offset_fen), abs(a.late_fee_fen)) as offset_late, abs(a.offset_fen) - least(abs(a.offset_fen), abs(a.late_fee_fen)) as offset_principal
            from allocation a where a.company_id = company and a.receipt_id = receipt and a.kind = 'receipt') a
      join bill b on b.company_id = a.company_id and b.id = a.bill_id
      cross join lateral (values ('principal', 1, false, a.principal - a.offset_principal), ('principal', 1, true, a.offset_principal),
        ('lateFee', 2, false, a.late - a.offset_late), ('lateFee', 2, true, a.offset_late)) x (kind, rank, is_offset, fen) where x.fen <> 0
    union all
    select o.charge_item_id, null, 'other', 3, false, abs(o.amount_fen) from other_income o where o.company_id = company and o.receipt_id = receipt
      and num_nonnulls(o.receipt_reversal_id, o.receipt_restoration_id, o.refund_id) = 0
    union all
    select d.charge_item_id, null, 'deposit', 4, false, abs(m.amount_fen) from deposit_movement m join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
      where m.company_id = company and m.receipt_id = receipt and m.kind = 'take'
    union all
    select p.charge_item_id, null, 'prepaid', 5, false, abs(m.amount_fen) from prepaid_movement m join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
      where m.company_id = company and m.receipt_id = receipt and m.kind = 'topUp'
    ) q group by 1, 2, 3, 4, 5) p
$$;
grant execute on function income_pieces_of_receipt(uuid, uuid) to anlin_app;

-- What a refund gave back, in pieces of positive fen.
create function income_pieces_of_refund(company uuid, refund uuid) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('item_id', p.item_id, 'month', p.month, 'kind', p.kind, 'rank', p.rank, 'is_offset', p.is_offset, 'fen', p.fen)), '[]')
  from (select q.item_id, q.month, q.kind, q.rank, q.is_offset, sum(q.fen)::bigint as fen from (
    select b.charge_item_id as item_id, date_trunc('month', b.period_from)::date as month, x.kind, x.rank, x.is_offset, x.fen
      from (select a.bill_id, a.company_id, abs(a.principal_fen) as principal, abs(a.late_fee_fen) as late,
              least(abs(a.offset_fen), abs(a.late_fee_fen)) as offset_late, abs(a.offset_fen) - least(abs(a.offset_fen), abs(a.late_fee_fen)) as offset_principal
            from allocation a where a.company_id = company and a.refund_id = refund) a
      join bill b on b.company_id = a.company_id and b.id = a.bill_id
      cross join lateral (values ('principal', 1, false, a.principal - a.offset_principal), ('principal', 1, true, a.offset_principal),
        ('lateFee', 2, false, a.late - a.offset_late), ('lateFee', 2, true, a.offset_late)) x (kind, rank, is_offset, fen) where x.fen <> 0
    union all
    select o.charge_item_id, null, 'other', 3, false, abs(o.amount_fen) from other_income o where o.company_id = company and o.refund_id = refund
    union all
    select d.charge_item_id, null, 'deposit', 4, false, abs(m.amount_fen) from deposit_movement m join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
      where m.company_id = company and m.refund_id = refund and m.kind = 'return'
    union all
    select p.charge_item_id, null, 'prepaid', 5, false, abs(m.amount_fen) from prepaid_movement m join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
      where m.company_id = company and m.refund_id = refund and m.kind = 'refund'
    ) q group by 1, 2, 3, 4, 5) p
$$;
grant execute on function income_pieces_of_refund(uuid, uuid) to anlin_app;

-- What a receipt's movements must be, from its documents alone. `verify` compares them with the rows kept.
create function income_of_receipt(company uuid, receipt uuid) returns table
  (receipt_tender_id uuid, payment_method_id uuid, source text, amount_fen bigint, principal_fen bigint, late_fee_fen bigint, prepaid_fen bigint,
   deposit_fen bigint, other_fen bigint, part_item_ids uuid[], part_months date[], part_kinds text[], part_fen bigint[])
language sql stable as $$
  with tender as (
    select t.id, t.payment_method_id, k.source, t.amount_fen from receipt_tender t
    join payment_method k on k.company_id = t.company_id and k.id = t.payment_method_id where t.company_id = company and t.receipt_id = receipt
  )
  select t.id, t.payment_method_id, t.source, t.amount_fen, l.principal_fen, l.late_fee_fen, l.prepaid_fen, l.deposit_fen, l.other_fen,
    l.part_item_ids, l.part_months, l.part_kinds, l.part_fen
  from lay_income((select jsonb_agg(jsonb_build_object('id', id, 'is_offset', source <> 'money', 'fen', amount_fen)) from tender),
    income_pieces_of_receipt(company, receipt)) l join tender t on t.id = l.tender_id
$$;
grant execute on function income_of_receipt(uuid, uuid) to anlin_app;

-- The same of a refund; sums are positive here and negative in the income detail.
create function income_of_refund(company uuid, refund uuid) returns table
  (refund_tender_id uuid, payment_method_id uuid, source text, amount_fen bigint, principal_fen bigint, late_fee_fen bigint, prepaid_fen bigint,
   deposit_fen bigint, other_fen bigint, part_item_ids uuid[], part_months date[], part_kinds text[], part_fen bigint[])
language sql stable as $$
  with tender as (
    select t.id, t.payment_method_id, k.source, t.amount_fen from refund_tender t
    join payment_method k on k.company_id = t.company_id and k.id = t.payment_method_id where t.company_id = company and t.refund_id = refund
  )
  select t.id, t.payment_method_id, t.source, t.amount_fen, l.principal_fen, l.late_fee_fen, l.prepaid_fen, l.deposit_fen, l.other_fen,
    l.part_item_ids, l.part_months, l.part_kinds, l.part_fen
  from lay_income((select jsonb_agg(jsonb_build_object('id', id, 'is_offset', source <> 'money', 'fen', amount_fen)) from tender),
    income_pieces_of_refund(company, refund)) l join tender t on t.id = l.tender_id
$$;
grant execute on function income_of_refund(uuid, uuid) to anlin_app;

create or replace function put_income_of_receipt() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, source, target_kind, target_id, day, at,
    payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen, part_item_ids, part_months, part_kinds, part_fen)
  select new.company_id, new.community_id, new.id, new.id, i.receipt_tender_id, 'receipt', i.source, new.target_kind, new.target_id, new.received_on,
    new.received_at, i.payment_method_id, new.cashier_staff_id, i.amount_fen, i.principal_fen, i.late_fee_fen, i.prepaid_fen, i.deposit_fen, i.other_fen,
    i.part_item_ids, i.part_months, i.part_kinds, i.part_fen
  from income_of_receipt(new.company_id, new.id) i;
  return null;
end $$;

create or replace function put_income_of_reversal() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_reversal_id, source, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
    part_item_ids, part_months, part_kinds, part_fen)
  select m.company_id, m.community_id, new.id, m.receipt_id, m.receipt_tender_id, 'reversal', new.id, m.source, m.target_kind, m.target_id,
    new.reversed_on, new.reversed_at, m.payment_method_id, new.staff_id, -m.amount_fen, -m.principal_fen, -m.late_fee_fen, -m.prepaid_fen,
    -m.deposit_fen, -m.other_fen, m.part_item_ids, m.part_months, m.part_kinds, array(select -fen from unnest(m.part_fen) with ordinality u (fen, n) order by n)
  from income_movement m where m.company_id = new.company_id and m.document_id = new.receipt_id;
  return null;
end $$;

create function put_income_of_restoration() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, receipt_restoration_id, source, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
    part_item_ids, part_months, part_kinds, part_fen)
  select m.company_id, m.community_id, new.id, m.receipt_id, m.receipt_tender_id, 'restoration', new.id, m.source, m.target_kind, m.target_id,
    new.restored_on, new.restored_at, m.payment_method_id, new.staff_id, m.amount_fen, m.principal_fen, m.late_fee_fen, m.prepaid_fen,
    m.deposit_fen, m.other_fen, m.part_item_ids, m.part_months, m.part_kinds, m.part_fen
  from income_movement m where m.company_id = new.company_id and m.document_id = new.receipt_id;
  return null;
end $$;
create constraint trigger receipt_restoration_income after insert on receipt_restoration
  deferrable initially deferred for each row execute function put_income_of_restoration();

create function put_income_of_refund() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, refund_id, refund_tender_id, kind, source, target_kind, target_id, day, at,
    payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen, part_item_ids, part_months, part_kinds, part_fen)
  select new.company_id, new.community_id, new.id, new.receipt_id, new.id, i.refund_tender_id, 'refund', i.source, new.target_kind, new.target_id, new.refunded_on,
    new.refunded_at, i.payment_method_id, new.staff_id, -i.amount_fen, -i.principal_fen, -i.late_fee_fen, -i.prepaid_fen, -i.deposit_fen, -i.other_fen,
    i.part_item_ids, i.part_months, i.part_kinds, array(select -fen from unnest(i.part_fen) with ordinality u (fen, n) order by n)
  from income_of_refund(new.company_id, new.id) i;
  return null;
end $$;
create constraint trigger refund_income after insert on refund
  deferrable initially deferred for each row execute function put_income_of_refund();

-- The journal. --------------------------------------------------------------------------------------------------------

-- Bills raised for a month that is closed already are booked on the first open day; null: on the first day of their period.
alter table bill add column booked_on date;

-- A bill changed before anything was paid on it (CHG-8): by how much, and what it was before.
create table bill_edit (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  bill_id uuid not null,
  delta_fen bigint not null,
  before jsonb not null,
  after jsonb not null,
  reason text not null check (reason <> ''),
  edited_on date not null,
  edited_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('bill_edit', 'community_id', 'select, insert');
call scope_tenant_table('bill_edit', 'exists (select from bill b where b.company_id = bill_edit.company_id and b.id = bill_edit.bill_id)');
create index bill_edit_of_bill on bill_edit (company_id, bill_id);
create trigger bill_edit_day before insert on bill_edit for each row execute function refuse_closed_day('edited_on');

-- Double entry over every document, debit positive, credit negative; the sum over any document is zero. Accounts: receivable, income,
-- lateFeeIncome, otherIncome, forfeitIncome, money, prepaid, deposit, discount, waiver, prepaidBonus. A document keeps its day for ever, so
-- what was booked up to a closed day never changes.
drop view journal_line;
create view journal_line with (security_invoker = true) as
  select b.company_id, b.community_id, b.id as document_id, 'bill' as document, coalesce(b.booked_on, b.period_from) as day, x.account, x.sign * b.receivable_fen as amount_fen
    from bill b cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  -- An edit takes the difference from the day the bill was booked to its own.
  select e.company_id, e.community_id, e.bill_id, 'bill', coalesce(b.booked_on, b.period_from), x.account, -x.sign * e.delta_fen
    from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
    where e.delta_fen <> 0
  union all
  select e.company_id, e.community_id, e.id, 'billEdit', e.edited_on, x.account, x.sign * e.delta_fen
    from bill_edit e cross join (values ('receivable', 1), ('income', -1)) x (account, sign) where e.delta_fen <> 0
  union all
  select v.company_id, v.community_id, v.id, 'billVoid', v.voided_on, x.account, -x.sign * v.receivable_fen
    from bill_void v cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  select v.company_id, v.community_id, v.id, 'billRestoration', v.restored_on, x.account, x.sign * v.receivable_fen
    from bill_restoration v cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  select d.company_id, d.community_id, d.id, 'billReduction', d.reduced_on, x.account, x.sign * d.amount_fen
    from bill_reduction d cross join lateral (values (d.kind, 1), ('receivable', -1)) x (account, sign) where d.kind <> 'lateFeeWaiver'
  union all
  select m.company_id, m.community_id, m.document_id, m.kind, m.day, m.source, m.amount_fen from income_movement m
  union all
  select m.company_id, m.community_id, m.document_id, m.kind, m.day, x.account, -x.fen
    from income_movement m cross join lateral (values ('receivable', m.principal_fen), ('lateFeeIncome', m.late_fee_fen), ('prepaid', m.prepaid_fen),
      ('deposit', m.deposit_fen), ('otherIncome', m.other_fen)) x (account, fen) where x.fen <> 0
  union all
  -- Prepaid given on top, and taken back.
  select p.company_id, p.community_id, p.id, 'prepaidBonus', p.moved_on, x.account, x.sign * p.amount_fen
    from prepaid_movement p left join prepaid_movement o on o.company_id = p.company_id and o.id = p.other_movement_id
    cross join (values ('prepaidBonus', 1), ('prepaid', -1)) x (account, sign)
    where p.kind = 'bonus' or (p.kind in ('reversal', 'restoration') and o.kind = 'bonus')
  union all
  select p.company_id, p.community_id, p.id, 'prepaidMove', p.moved_on, x.account, x.sign * p.amount_fen
    from prepaid_movement p cross join (values ('prepaidTransit', 1), ('prepaid', -1)) x (account, sign) where p.kind in ('moveIn', 'moveOut')
  union all
  select d.company_id, d.community_id, d.id, 'depositForfeit', d.moved_on, x.account, x.sign * d.amount_fen
    from deposit_movement d cross join (values ('forfeitIncome', 1), ('deposit', -1)) x (account, sign) where d.kind = 'forfeit'
  union all
  select d.company_id, d.community_id, d.id, 'depositToPrepaid', d.moved_on, x.account, x.sign * d.amount_fen
    from deposit_movement d cross join (values ('prepaid', 1), ('deposit', -1)) x (account, sign) where d.kind = 'toPrepaid';
grant select on journal_line to anlin_app;
