-- Finance (FIN-1): every movement of money as a row of the income detail.
-- A row is written by the database in the transaction that writes the receipt or its reversal, is never changed, and is
-- compared with the documents by `verify`. It carries what filters and totals need, so that lists over millions of
-- movements read one narrow table.

create table income_movement (
  company_id uuid not null,
  community_id uuid not null,
  receipt_id uuid not null,
  receipt_tender_id uuid not null,
  -- A tender brings money once, and at most once it goes back.
  kind text not null check (kind in ('receipt', 'reversal')),
  receipt_reversal_id uuid,
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  -- Business day in the community's zone: the day the money came, or was given back.
  day date not null,
  at timestamptz not null,
  payment_method_id uuid not null,
  -- Who took the money, or who reversed.
  staff_id uuid not null,
  -- Negative where a receipt was reversed.
  amount_fen bigint not null,
  principal_fen bigint not null,
  late_fee_fen bigint not null,
  -- What the amount paid, piece by piece: charge item, first day of the month of the bill's period, late fee or not, fen. The pieces of a
  -- receipt are laid side by side (principal by month and item, then late fees), its tenders beside them in the order they
  -- were entered; a movement has what lies beside its tender, so pieces and tenders both add up to the fen.
  part_item_ids uuid[] not null,
  part_months date[] not null,
  part_is_late boolean[] not null,
  part_fen bigint[] not null,
  primary key (company_id, receipt_id, receipt_tender_id, kind),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, receipt_tender_id) references receipt_tender (company_id, id),
  foreign key (company_id, receipt_reversal_id) references receipt_reversal (company_id, id),
  foreign key (company_id, payment_method_id) references payment_method (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  -- Refuses at commit a receipt whose allocations do not cover its tenders.
  check (principal_fen + late_fee_fen = amount_fen),
  check ((kind = 'receipt') = (receipt_reversal_id is null)),
  check (case kind when 'receipt' then amount_fen > 0 and principal_fen >= 0 and late_fee_fen >= 0
                   else amount_fen < 0 and principal_fen <= 0 and late_fee_fen <= 0 end),
  check (cardinality(part_item_ids) = cardinality(part_fen) and cardinality(part_months) = cardinality(part_fen)
    and cardinality(part_is_late) = cardinality(part_fen))
);
call protect_tenant_table('income_movement', 'community_id', 'select, insert');
create index income_movement_by_day on income_movement (company_id, day, at, receipt_tender_id);
create index income_movement_of_community on income_movement (company_id, community_id, day, at, receipt_tender_id);

-- What a receipt's movements must be, from its documents alone. `verify` compares them with the rows kept.
create function income_of_receipt(company uuid, receipt uuid) returns table
  (receipt_tender_id uuid, payment_method_id uuid, amount_fen bigint, principal_fen bigint, late_fee_fen bigint,
   part_item_ids uuid[], part_months date[], part_is_late boolean[], part_fen bigint[])
language sql stable as $$
  with piece as (
    select item_id, month, is_late, fen, sum(fen) over (order by is_late, month, item_id) - fen as begins
    from (select b.charge_item_id as item_id, date_trunc('month', b.period_from)::date as month, x.is_late, sum(x.fen)::bigint as fen
          from allocation a
          join bill b on b.company_id = a.company_id and b.id = a.bill_id
          cross join lateral (values (false, a.principal_fen), (true, a.late_fee_fen)) x (is_late, fen)
          where a.company_id = company and a.receipt_id = receipt and a.receipt_reversal_id is null and x.fen <> 0
          group by 1, 2, 3) p
  ), tender as (
    select t.id, t.payment_method_id, t.amount_fen, sum(t.amount_fen) over (order by t.id) - t.amount_fen as begins
    from receipt_tender t where t.company_id = company and t.receipt_id = receipt
  ), share as (
    select t.id, t.payment_method_id, t.amount_fen, p.item_id, p.month, p.is_late,
      (least(t.begins + t.amount_fen, p.begins + p.fen) - greatest(t.begins, p.begins))::bigint as fen
    from tender t left join piece p on p.begins < t.begins + t.amount_fen and t.begins < p.begins + p.fen
  )
  select s.id, s.payment_method_id, s.amount_fen,
    coalesce(sum(s.fen) filter (where not s.is_late), 0)::bigint, coalesce(sum(s.fen) filter (where s.is_late), 0)::bigint,
    coalesce(array_agg(s.item_id order by s.is_late, s.month, s.item_id) filter (where s.fen is not null), '{}'),
    coalesce(array_agg(s.month order by s.is_late, s.month, s.item_id) filter (where s.fen is not null), '{}'),
    coalesce(array_agg(s.is_late order by s.is_late, s.month, s.item_id) filter (where s.fen is not null), '{}'),
    coalesce(array_agg(s.fen order by s.is_late, s.month, s.item_id) filter (where s.fen is not null), '{}')
  from share s group by s.id, s.payment_method_id, s.amount_fen
$$;
grant execute on function income_of_receipt(uuid, uuid) to anlin_app;

create function put_income_of_receipt() returns trigger language plpgsql as $$
begin
  insert into income_movement (company_id, community_id, receipt_id, receipt_tender_id, kind, target_kind, target_id, day, at,
    payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_is_late, part_fen)
  select new.company_id, new.community_id, new.id, i.receipt_tender_id, 'receipt', new.target_kind, new.target_id, new.received_on,
    new.received_at, i.payment_method_id, new.cashier_staff_id, i.amount_fen, i.principal_fen, i.late_fee_fen,
    i.part_item_ids, i.part_months, i.part_is_late, i.part_fen
  from income_of_receipt(new.company_id, new.id) i;
  return null;
end $$;

create function put_income_of_reversal() returns trigger language plpgsql as $$
begin
  insert into income_movement (company_id, community_id, receipt_id, receipt_tender_id, kind, receipt_reversal_id, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, part_item_ids, part_months, part_is_late, part_fen)
  select m.company_id, m.community_id, m.receipt_id, m.receipt_tender_id, 'reversal', new.id, m.target_kind, m.target_id,
    new.reversed_on, new.reversed_at, m.payment_method_id, new.staff_id, -m.amount_fen, -m.principal_fen, -m.late_fee_fen,
    m.part_item_ids, m.part_months, m.part_is_late, array(select -fen from unnest(m.part_fen) with ordinality u (fen, n) order by n)
  from income_movement m where m.company_id = new.company_id and m.receipt_id = new.receipt_id and m.kind = 'receipt';
  return null;
end $$;

-- Deferred to the end of the transaction: tenders and allocations are there by then, in whatever order they were written.
create constraint trigger receipt_income after insert on receipt
  deferrable initially deferred for each row execute function put_income_of_receipt();
create constraint trigger receipt_reversal_income after insert on receipt_reversal
  deferrable initially deferred for each row execute function put_income_of_reversal();
