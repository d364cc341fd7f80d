-- Archives of a company that are taken in again (PLT-10) bring their movements of income along: the triggers that make
-- them of a receipt add only what is not there yet.

create or replace function put_income_of_receipt() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.receipt_id = new.id and m.kind = 'receipt') then
    return null;
  end if;
  insert into income_movement (company_id, community_id, receipt_id, receipt_tender_id, kind, target_kind, target_id, day, at,
    payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_is_late, part_fen)
  select new.company_id, new.community_id, new.id, i.receipt_tender_id, 'receipt', new.target_kind, new.target_id, new.received_on,
    new.received_at, i.payment_method_id, new.cashier_staff_id, i.amount_fen, i.principal_fen, i.late_fee_fen,
    i.part_item_ids, i.part_months, i.part_is_late, i.part_fen
  from income_of_receipt(new.company_id, new.id) i;
  return null;
end $$;

create or replace function put_income_of_reversal() returns trigger language plpgsql as $$
begin
  if exists (select from income_movement m where m.company_id = new.company_id and m.receipt_id = new.receipt_id and m.kind = 'reversal') then
    return null;
  end if;
  insert into income_movement (company_id, community_id, receipt_id, receipt_tender_id, kind, receipt_reversal_id, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_is_late, part_fen)
  select m.company_id, m.community_id, m.receipt_id, m.receipt_tender_id, 'reversal', new.id, m.target_kind, m.target_id,
    new.reversed_on, new.reversed_at, m.payment_method_id, new.staff_id, -m.amount_fen, -m.principal_fen, -m.late_fee_fen,
    m.part_item_ids, m.part_months, m.part_is_late, array(select -fen from unnest(m.part_fen) with ordinality u (fen, n) order by n)
  from income_movement m where m.company_id = new.company_id and m.receipt_id = new.receipt_id and m.kind = 'receipt';
  return null;
end $$;

-- After a whole company came in at once. Columns that number themselves go on behind the highest that came along. And
-- statistics of every table: without them the planner takes its rows for few, and checking its books takes hours instead
-- of seconds. Only the owner may do either.
create function settle_imported_company() returns void
language plpgsql security definer set search_path = anlin, public as $$
declare
  one record;
  highest bigint;
begin
  for one in select c.oid::regclass::text as name, a.attname::text as column_name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attidentity <> '' and not a.attisdropped
    where n.nspname = 'anlin' and c.relkind = 'r' and c.relrowsecurity loop
    execute format('select max(%I) from %s where company_id = current_company_id()', one.column_name, one.name) into highest;
    if highest is not null then
      perform setval(pg_get_serial_sequence(one.name, one.column_name), greatest(highest, nextval(pg_get_serial_sequence(one.name, one.column_name))));
    end if;
  end loop;
  for one in select c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'anlin' and c.relkind = 'r' and c.relrowsecurity loop
    execute format('analyze %s', one.name);
  end loop;
end $$;
revoke execute on function settle_imported_company() from public;
grant execute on function settle_imported_company() to anlin_app;
