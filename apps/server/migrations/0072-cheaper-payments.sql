-- What a payment writes, with less to prepare for each of its statements (ADR 0066, second part). Nothing means anything else than before.

-- Whoever takes money writes the receipt together with its income and what third parties are told of it, and says so. Triggers complete
-- every other receipt; they are not even called for a whole one.
alter table receipt add column is_whole boolean not null default false;
comment on column receipt.is_whole is 'Its writer also wrote its income and its event for third parties, in the same transaction.';

drop trigger receipt_income on receipt;
create constraint trigger receipt_income after insert on receipt deferrable initially deferred
  for each row when (not new.is_whole) execute function put_income_of_receipt();

drop trigger receipt_open_event on receipt;
create or replace function note_receipts() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  insert into open_event (company_id, id, community_id, stream, kind) values (new.company_id, new.id, new.community_id, 'money', 'receipt');
  return null;
end $$;
create trigger receipt_open_event after insert on receipt
  for each row when (not new.is_whole) execute function note_receipts();

-- Nothing offset is most of what there is: then nobody is called and no rows are gathered.
drop trigger allocation_offset on allocation;
create or replace function add_offset_to_bills() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  update bill b set offset_fen = b.offset_fen + new.offset_fen where b.company_id = new.company_id and b.id = new.bill_id;
  return null;
end $$;
create trigger allocation_offset after insert on allocation
  for each row when (new.offset_fen <> 0) execute function add_offset_to_bills();

-- The text of a check is read and prepared anew by every statement that writes to its table; the body of a function in PL/pgSQL once a
-- connection. So the many conditions of these three tables are one function each, given the row. Null is nothing against it, as in a check.
create function is_sound_receipt(r receipt) returns boolean language plpgsql immutable as $$
begin
  return r.kind = any ('{payment,offset,import,online}'::text[])
    and (r.cashier_staff_id is not null or r.kind <> 'payment')
    and (r.target_kind is null) = (r.target_id is null)
    and (r.target_kind is null or r.target_kind = any ('{house,parkingSpace,vehicle}'::text[]))
    and r.total_fen > 0 and least(r.cash_tendered_fen, r.change_fen, r.invoiced_fen, r.prepaid_print_count) >= 0;
end $$;
alter table receipt
  drop constraint receipt_check, drop constraint receipt_check1, drop constraint receipt_kind_check, drop constraint receipt_sums_check,
  drop constraint receipt_target_kind_check,
  add constraint receipt_check check (is_sound_receipt(receipt));

-- What is received is positive, what goes back negative; the part that was offset lies within the whole.
create function is_sound_allocation(a allocation) returns boolean language plpgsql immutable as $$
declare fen bigint := a.principal_fen + a.late_fee_fen;
begin
  if num_nonnulls(a.receipt_reversal_id, a.receipt_restoration_id, a.refund_id) > 1 then return false; end if;
  if a.receipt_reversal_id is null and a.refund_id is null then
    return a.principal_fen >= 0 and a.late_fee_fen >= 0 and fen > 0 and a.offset_fen between 0 and fen;
  end if;
  return a.principal_fen <= 0 and a.late_fee_fen <= 0 and fen < 0 and a.offset_fen between fen and 0;
end $$;
alter table allocation
  drop constraint allocation_check, drop constraint allocation_check1,
  add constraint allocation_check check (is_sound_allocation(allocation));

create function is_sound_income(m income_movement) returns boolean language plpgsql immutable as $$
begin
  return m.kind = any ('{receipt,reversal,restoration,refund,amendment}'::text[])
    and m.source = any ('{money,prepaid,deposit}'::text[])
    and (m.target_kind is null or m.target_kind = any ('{house,parkingSpace,vehicle}'::text[]))
    -- The parts are the whole, all of one sign.
    and m.principal_fen + m.late_fee_fen + m.prepaid_fen + m.deposit_fen + m.other_fen = m.amount_fen
    and case when m.kind in ('receipt', 'restoration') or (m.kind = 'amendment' and m.amount_fen > 0)
      then m.amount_fen > 0 and least(m.principal_fen, m.late_fee_fen, m.prepaid_fen, m.deposit_fen, m.other_fen) >= 0
      else m.amount_fen < 0 and greatest(m.principal_fen, m.late_fee_fen, m.prepaid_fen, m.deposit_fen, m.other_fen) <= 0 end
    -- Each kind names its document.
    and (m.kind = 'reversal') = (m.receipt_reversal_id is not null)
    and (m.kind = 'restoration') = (m.receipt_restoration_id is not null)
    and (m.kind = 'amendment') = (num_nonnulls(m.receipt_amendment_id, m.refund_amendment_id) = 1)
    and num_nonnulls(m.receipt_amendment_id, m.refund_amendment_id) <= 1
    and (m.refund_id is not null) = (m.kind = 'refund' or m.refund_amendment_id is not null)
    and (m.refund_tender_id is not null) = (m.refund_id is not null)
    and cardinality(m.part_item_ids) = cardinality(m.part_fen) and cardinality(m.part_months) = cardinality(m.part_fen)
    and cardinality(m.part_kinds) = cardinality(m.part_fen)
    -- What the company held already becomes no prepaid, no deposit; of deposits also other income.
    and (m.source = 'money' or m.kind = 'refund'
      or (m.prepaid_fen = 0 and m.deposit_fen = 0 and (m.other_fen = 0 or m.source = 'deposit')));
end $$;
alter table income_movement
  drop constraint income_movement_check, drop constraint income_movement_check1, drop constraint income_movement_check2,
  drop constraint income_movement_check4, drop constraint income_movement_held, drop constraint income_movement_kind_check,
  drop constraint income_movement_source_check, drop constraint income_movement_target_kind_check,
  add constraint income_movement_check check (is_sound_income(income_movement));

-- A movement of income names the documents it is written with, or by whose triggers it is laid out. Receipts, reversals, refunds and their
-- tenders are never deleted, the application may not, and `verify` looks from either side for one without the other.
alter table income_movement
  drop constraint income_movement_company_id_receipt_id_fkey,
  drop constraint income_movement_company_id_receipt_tender_id_fkey,
  drop constraint income_movement_company_id_receipt_reversal_id_fkey,
  drop constraint income_movement_company_id_refund_id_fkey,
  drop constraint income_movement_company_id_refund_tender_id_fkey;

-- Communities are few and found by their key, one at a time, by whoever takes money.
alter policy company on community using (company_id = current_company_id());

-- A statement that adds to sums sees to it itself that it changed every row: then `commit` may follow without waiting for its answer.
create function require_whole(changed bigint, wanted bigint) returns void language plpgsql as $$
begin
  if changed <> wanted then raise 'a document is written whole: % of % rows were changed', changed, wanted; end if;
end $$;
