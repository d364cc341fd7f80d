-- Prices without tax (CHG-1). Until now a charge item could say that its prices are without tax, and was charged all the same
-- as if they included it. From here on the tax is added to what such prices come to, so every item says what it was charged by.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update charge_item set is_tax_included = true where company_id = one.id and not is_tax_included;
  end loop;
  perform set_config('app.company_id', '', true);
end $$;

-- A reading's list tells whether its meter is a master meter, whose usage the meters behind it saw once more, and what it is charged as.
create or replace view meter_reading_list with (security_invoker = true) as
  select r.company_id, r.id, r.version, r.created_at, r.updated_at, r.community_id, r.meter_id, m.number meter_number, m.kind, l.label target_label,
    m.building_id, m.house_id, r.month, r.previous, r.current, r.closing, r.opening, r.multiplier, r.counted, r.usage, r.outcome, r.confirmation,
    r.read_on, r.read_by, b.receivable_fen, b.outstanding_fen, b.id bill_id,
    case when b.id is null then 'none' when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid' else 'due' end bill_state,
    m.is_master, s.charge_item_id
  from meter_reading r
    join meter m on m.company_id = r.company_id and m.id = r.meter_id
    join meter_label l on l.company_id = r.company_id and l.id = r.meter_id
    left join bill b on b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null
    left join charge_standard s on s.company_id = m.company_id and s.id = m.charge_standard_id;
