-- What every payment runs through, quicker; nothing means anything else than before.

-- A receipt's day is read from the row itself: turning the row into JSON for the name of a column cost more than the look into the books.
create function refuse_closed_receipt_day() returns trigger language plpgsql as $$
declare closed date;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  select b.closed_until into closed from community_book b
    where b.company_id = new.company_id and b.community_id = new.community_id for key share;
  if closed is not null and new.received_on <= closed then
    raise exception using errcode = 'AN002', message = 'the books are closed', detail = closed::text, table = tg_table_name;
  end if;
  return new;
end $$;
drop trigger receipt_day on receipt;
create trigger receipt_day before insert on receipt for each row execute function refuse_closed_receipt_day();

-- Nothing offset is most of what there is.
create or replace function add_offset_to_bills() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  if not exists (select from added a where a.offset_fen <> 0) then return null; end if;
  update bill b set offset_fen = b.offset_fen + s.fen
    from (select a.company_id, a.bill_id, sum(a.offset_fen)::bigint as fen from added a where a.offset_fen <> 0 group by 1, 2) s
    where b.company_id = s.company_id and b.id = s.bill_id;
  return null;
end $$;

-- Money of one kind for bills and nothing else is all one movement, which needs no laying of tenders against pieces. Anything else,
-- and whatever does not add up, goes the general way; `verify` compares both with `income_of_receipt`.
create or replace function put_income_of_receipt() returns trigger language plpgsql as $$
declare tender record; piece record;
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.document_id = new.id) then
    return null;
  end if;
  select count(*) as number, (array_agg(t.id))[1] as id, (array_agg(t.payment_method_id))[1] as payment_method_id, bool_and(k.source = 'money') as is_money,
      sum(t.amount_fen)::bigint as fen into tender
    from receipt_tender t join payment_method k on k.company_id = t.company_id and k.id = t.payment_method_id
    where t.company_id = new.company_id and t.receipt_id = new.id;
  if tender.number = 1 and tender.is_money then
    select coalesce(sum(p.fen), 0)::bigint as fen, coalesce(sum(p.fen) filter (where p.rank = 1), 0)::bigint as principal_fen,
        coalesce(sum(p.fen) filter (where p.rank = 2), 0)::bigint as late_fee_fen, array_agg(p.item_id order by p.rank, p.month, p.item_id) as item_ids,
        array_agg(p.month order by p.rank, p.month, p.item_id) as months, array_agg(p.kind order by p.rank, p.month, p.item_id) as kinds,
        array_agg(p.fen order by p.rank, p.month, p.item_id) as fens, coalesce(bool_or(p.is_odd), true) as is_odd into piece
      from (select a.charge_item_id as item_id, a.bill_month as month, x.kind, x.rank, sum(x.fen)::bigint as fen,
            bool_or(a.offset_fen <> 0 or x.fen < 0) as is_odd
          from allocation a cross join lateral (values ('principal', 1, a.principal_fen), ('lateFee', 2, a.late_fee_fen)) x (kind, rank, fen)
          where a.company_id = new.company_id and a.receipt_id = new.id and a.kind = 'receipt' and x.fen <> 0 group by 1, 2, 3, 4) p;
    if not piece.is_odd and piece.fen = tender.fen
      and not exists (select from other_income o where o.company_id = new.company_id and o.receipt_id = new.id)
      and not exists (select from deposit_movement m where m.company_id = new.company_id and m.receipt_id = new.id)
      and not exists (select from prepaid_movement m where m.company_id = new.company_id and m.receipt_id = new.id) then
      insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, source, target_kind, target_id, day, at,
        payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen, part_item_ids, part_months, part_kinds, part_fen)
      values (new.company_id, new.community_id, new.id, new.id, tender.id, 'receipt', 'money', new.target_kind, new.target_id, new.received_on,
        new.received_at, tender.payment_method_id, new.cashier_staff_id, tender.fen, piece.principal_fen, piece.late_fee_fen, 0, 0, 0,
        piece.item_ids, piece.months, piece.kinds, piece.fens);
      return null;
    end if;
  end if;
  insert into income_movement (company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, source, target_kind, target_id, day, at,
    payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen, part_item_ids, part_months, part_kinds, part_fen)
  select new.company_id, new.community_id, new.id, new.id, i.receipt_tender_id, 'receipt', i.source, new.target_kind, new.target_id, new.received_on,
    new.received_at, i.payment_method_id, new.cashier_staff_id, i.amount_fen, i.principal_fen, i.late_fee_fen, i.prepaid_fen, i.deposit_fen, i.other_fen,
    i.part_item_ids, i.part_months, i.part_kinds, i.part_fen
  from income_of_receipt(new.company_id, new.id) i;
  return null;
end $$;
