-- Vehicles are charged as houses and parking spaces are (CHG-5). What a target is, is said once, by the view `charge_target`: its
-- kind, community, name, and the house whose people pay for it (ADR 0062). A further kind is one more branch here.

-- Kinds of targets, for the checks of every table that names one.
create function is_target_kind(kind text) returns boolean language sql immutable parallel safe as
$$ select kind in ('house', 'parkingSpace', 'vehicle') $$;

-- `house_id`: the house it goes with; null where it stands alone. A house goes with itself. `name` is the label without the word for its kind.
create view charge_target with (security_invoker = true) as
  select company_id, id, 'house'::text as kind, community_id, id as house_id, building_id, full_name as label, full_name as name, built_area as area from house
  union all
  select company_id, id, 'parkingSpace', community_id, house_id, null::uuid, '车位 ' || number, number, area from parking_space
  union all
  select company_id, id, 'vehicle', community_id, house_id, null::uuid, '车辆 ' || plate, plate, null::numeric(12, 2) from vehicle;
grant select on charge_target to anlin_app;

-- The tags of targets, whatever their kind.
create view charge_target_tag with (security_invoker = true) as
  select company_id, community_id, house_id as target_id, 'house'::text as target_kind, tag_id from house_tag
  union all
  select company_id, community_id, parking_space_id, 'parkingSpace', tag_id from parking_space_tag
  union all
  select company_id, community_id, vehicle_id, 'vehicle', tag_id from vehicle_tag;
grant select on charge_target_tag to anlin_app;

-- What a target is called in a list that joins the three tables by their whole keys, so that a count or a sum that shows no name pays
-- for no join.
create function target_label(house text, space text, plate text) returns text language sql immutable parallel safe as
$$ select coalesce(house, '车位 ' || space, '车辆 ' || plate) $$;

-- Litres, from `1.6L`, `1.5T`, `1598mL` or `2.0`; null where no number is written. Nothing on the road has a hundred litres.
create function displacement_litres(written text) returns numeric language sql immutable parallel safe as
$$ select case when n >= 100 then round(n / 1000, 3) else n end
   from (select nullif(substring(written from '\d{1,5}(?:\.\d{1,3})?'), '')::numeric as n) d $$;

-- Every table that names a target by its kind.
do $$
declare one record;
begin
  for one in select k.conrelid::regclass as name, k.conname, a.attname from pg_constraint k
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.contype = 'c' and k.connamespace = current_schema()::regnamespace and cardinality(k.conkey) = 1
        and a.attname like '%target\_kind' and pg_get_constraintdef(k.oid) like '%parkingSpace%' loop
    execute format('alter table %s drop constraint %I, add constraint %I check (is_target_kind(%I))', one.name, one.conname, one.conname, one.attname);
  end loop;
end $$;

-- Bindings. PostgreSQL 15 cannot change what a generated column is made of, so they are made anew. --------------------

drop view standard_binding_list;
do $$
declare one record;
begin
  for one in select conname from pg_constraint where conrelid = 'standard_binding'::regclass and contype = 'c'
      and pg_get_constraintdef(oid) like '%num_nonnulls%' loop
    execute format('alter table standard_binding drop constraint %I', one.conname);
  end loop;
end $$;
drop policy community on standard_binding;
alter table standard_binding drop constraint standard_binding_overlap, drop column target_kind, drop column target_id, add column vehicle_id uuid;
alter table standard_binding
  add column target_kind text not null generated always as
    (case when house_id is not null then 'house' when parking_space_id is not null then 'parkingSpace' else 'vehicle' end) stored,
  add column target_id uuid not null generated always as (coalesce(house_id, parking_space_id, vehicle_id)) stored,
  add constraint standard_binding_target check (num_nonnulls(house_id, parking_space_id, vehicle_id) = 1),
  add foreign key (company_id, community_id, vehicle_id) references vehicle (company_id, community_id, id),
  -- As before: the target comes first, because GiST grows its tree by the first column.
  add constraint standard_binding_overlap exclude using gist
    (target_id with =, charge_item_id with =, company_id with =, daterange(starts_on, ends_on) with &&);
create index standard_binding_of_target on standard_binding (company_id, target_id);
create index standard_binding_of_vehicle on standard_binding (company_id, vehicle_id) where vehicle_id is not null;
call scope_tenant_table('standard_binding', 'target_id in (select visible_target_ids())');

create view standard_binding_list with (security_invoker = true) as
  select b.company_id, b.id, b.version, b.created_at, b.updated_at, b.community_id, b.charge_item_id, b.charge_standard_id,
    b.target_kind, b.target_id, target_label(h.full_name, k.number, v.plate) target_label, h.building_id, b.house_id, b.starts_on, b.ends_on,
    b.ends_on - 1 last_day, b.own_price, b.own_quantity, b.note,
    case when b.ends_on <= told_today() then 'ended' when b.starts_on > told_today() then 'upcoming' else 'active' end state,
    coalesce(b.own_quantity, case s.quantity_source when 'builtArea' then h.built_area when 'innerArea' then h.inner_area
      when 'sharedArea' then h.shared_area when 'parkingArea' then k.area when 'one' then 1
      when 'headcount' then (select count(distinct o.resident_id) from occupancy o
        where o.company_id = b.company_id and o.house_id = b.house_id and o.moved_out_on is null)
      when 'custom' then (select v.number_value * 0.000001 from custom_value v
        where v.company_id = b.company_id and v.field_id = s.quantity_field_id and v.owner_id = b.target_id and v.position = 0) end) quantity,
    (select max(x.period_to) - 1 from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id and x.voided_at is null) raised_until,
    -- Worked out by the application for the rows of a page.
    ''::text next_period_text,
    t.tag_id followed_tag_id, b.own_amount
  from standard_binding b
    left join house h on h.company_id = b.company_id and h.id = b.house_id
    left join parking_space k on k.company_id = b.company_id and k.id = b.parking_space_id
    left join vehicle v on v.company_id = b.company_id and v.id = b.vehicle_id
    left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    left join tag_binding t on t.company_id = b.company_id and t.id = b.tag_binding_id;
grant select on standard_binding_list to anlin_app;

-- Standards may follow a tag of vehicles.
call note_tags_of('vehicle_tag');

-- Who sees it. ----------------------------------------------------------------------------------------------------------

-- What bills, receipts and bindings stand against: houses in sight, and what goes with them. By the main house, as for parking spaces
-- (ADR 0040); a vehicle of no house is seen with its whole community.
create or replace function visible_target_ids() returns setof uuid language plpgsql stable parallel safe rows 1000 as $$
declare houses uuid[] := array(select visible_house_ids());
begin
  return query select unnest(houses)
    union all select k.id from parking_space k where k.company_id = current_company_id() and k.house_id = any (houses)
    union all select v.id from vehicle v where v.company_id = current_company_id() and v.house_id = any (houses);
end $$;

-- What bills were raised against stays.
create trigger vehicle_billed before delete on vehicle for each row execute function refuse_billed_target();

-- What a person still owes, with what goes with their houses.
create or replace function resident_ties(wanted uuid, out all_stays int, out current_stays int, out owed_fen bigint) language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  select count(*), count(*) filter (where o.moved_out_on is null) into all_stays, current_stays
    from occupancy o where o.company_id = current_company_id() and o.resident_id = wanted;
  select coalesce(sum(b.outstanding_fen), 0) into owed_fen from bill b
    where b.company_id = current_company_id() and b.outstanding_fen > 0 and exists (
      select 1 from occupancy o where o.company_id = b.company_id and o.resident_id = wanted and o.role in ('owner', 'tenant')
        and b.target_id in (select t.id from charge_target t where t.company_id = o.company_id and t.house_id = o.house_id)
        and b.period_to > o.moved_in_on and (o.moved_out_on is null or b.period_from < o.moved_out_on));
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- Lists. What belongs to a vehicle of no house shows the owner the vehicle itself names. --------------------------------

create or replace view bill_list with (security_invoker = true) as
  select b.company_id, b.id, 1 as version, b.raised_at created_at, coalesce(b.voided_at, b.raised_at) updated_at, b.community_id,
    case when b.voided_at is not null then 'void' when b.outstanding_fen = 0 and b.receivable_fen > 0 and b.received_fen = b.refunded_fen then 'waived'
      when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid'
      else 'due' end state,
    b.target_kind, b.target_id, target_label(h.full_name, k.number, v.plate) target_label, h.building_id,
    case when b.debtor_resident_id is not null
      then coalesce((select r.name from resident r where r.company_id = b.company_id and r.id = b.debtor_resident_id), '')
      else coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id, v.house_id) and o.role = 'owner' and o.moved_out_on is null), v.owner_name, '') end owner_name,
    case when b.debtor_resident_id is not null
      then (select nullif(r.phone, '') from resident r where r.company_id = b.company_id and r.id = b.debtor_resident_id)
      else coalesce((select r.phone from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id, v.house_id) and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
        order by o.moved_in_on, o.id limit 1), nullif(v.owner_phone, '')) end owner_phone,
    b.charge_item_id, b.charge_standard_id, b.period_from, b.period_to, b.period_to - 1 last_day, b.due_on,
    b.outstanding_fen > 0 and b.due_on < told_today() is_overdue,
    b.receivable_fen, b.discount_fen, b.waived_fen, b.received_fen, b.late_fee_received_fen, b.refunded_fen, b.outstanding_fen,
    b.raised_how, b.raised_at, b.raising_run_id, b.note,
    coalesce((select string_agg(distinct r.number, '、') from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
        where a.company_id = b.company_id and a.bill_id = b.id and r.reversed_at is null), '') receipt_numbers,
    b.offset_fen, b.late_fee_waived_fen,
    coalesce((select string_agg(distinct f.number, '、') from allocation a join refund f on f.company_id = a.company_id and f.id = a.refund_id
        where a.company_id = b.company_id and a.bill_id = b.id), '') refund_numbers
  from bill b
    left join house h on h.company_id = b.company_id and h.id = b.target_id and b.target_kind = 'house'
    left join parking_space k on k.company_id = b.company_id and k.id = b.target_id and b.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = b.company_id and v.id = b.target_id and b.target_kind = 'vehicle';

create or replace view prepaid_account_list with (security_invoker = true) as
  select p.company_id, p.id, 1 as version, p.created_at, p.created_at as updated_at, p.community_id, p.target_kind, p.target_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label, h.building_id,
    coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = p.company_id and o.house_id = coalesce(h.id, k.house_id, v.house_id) and o.role = 'owner' and o.moved_out_on is null), v.owner_name, '') as owner_name,
    p.charge_item_id, coalesce(i.name, '通用') as account_name, p.balance_fen, p.bonus_fen, p.balance_fen - p.bonus_fen as paid_fen, p.movement_count::int as movement_count,
    (select m.moved_on from prepaid_movement m where m.company_id = p.company_id and m.prepaid_account_id = p.id and m.sequence = p.movement_count) as last_moved_on
  from prepaid_account p
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    left join house h on h.company_id = p.company_id and h.id = p.target_id and p.target_kind = 'house'
    left join parking_space k on k.company_id = p.company_id and k.id = p.target_id and p.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = p.company_id and v.id = p.target_id and p.target_kind = 'vehicle';

create or replace view prepaid_movement_list with (security_invoker = true) as
  select m.company_id, m.id, 1 as version, m.moved_at as created_at, m.moved_at as updated_at, m.community_id, m.prepaid_account_id, p.target_kind, p.target_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label, h.building_id, p.charge_item_id, coalesce(i.name, '通用') as account_name,
    m.sequence::int as sequence, m.kind, m.amount_fen, m.bonus_fen, m.balance_fen, m.moved_on, m.moved_at,
    coalesce(f.number, r.number, '') as document_number, m.receipt_id, m.refund_id, coalesce(s.name, '系统') as staff_name, m.note
  from prepaid_movement m
    join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    left join house h on h.company_id = p.company_id and h.id = p.target_id and p.target_kind = 'house'
    left join parking_space k on k.company_id = p.company_id and k.id = p.target_id and p.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = p.company_id and v.id = p.target_id and p.target_kind = 'vehicle'
    left join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    left join refund f on f.company_id = m.company_id and f.id = m.refund_id
    left join staff s on s.company_id = m.company_id and s.id = m.staff_id;

create or replace view deposit_list with (security_invoker = true) as
  select d.company_id, d.id, 1 as version, d.created_at, d.created_at as updated_at, d.community_id, d.target_kind, d.target_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label, h.building_id, d.holder_name, d.charge_item_id, d.taken_on,
    case when d.is_reversed then 'reversed' when d.held_fen = 0 then 'closed' when d.held_fen < d.taken_fen then 'partly' else 'held' end as state,
    d.taken_fen, d.offset_fen, d.returned_fen, d.forfeited_fen, d.held_fen, r.number as receipt_number, d.receipt_id, d.note
  from deposit d
    join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
    left join house h on h.company_id = d.company_id and h.id = d.target_id and d.target_kind = 'house'
    left join parking_space k on k.company_id = d.company_id and k.id = d.target_id and d.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = d.company_id and v.id = d.target_id and d.target_kind = 'vehicle';

create or replace view deposit_movement_list with (security_invoker = true) as
  select m.company_id, m.id, 1 as version, m.moved_at as created_at, m.moved_at as updated_at, m.community_id, m.deposit_id, d.target_kind, d.target_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label, h.building_id, d.holder_name, d.charge_item_id, m.kind, m.amount_fen, m.moved_on, m.moved_at,
    coalesce(f.number, r.number, '') as document_number, m.receipt_id, m.refund_id, coalesce(s.name, '系统') as staff_name, m.reason
  from deposit_movement m
    join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
    left join house h on h.company_id = d.company_id and h.id = d.target_id and d.target_kind = 'house'
    left join parking_space k on k.company_id = d.company_id and k.id = d.target_id and d.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = d.company_id and v.id = d.target_id and d.target_kind = 'vehicle'
    left join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    left join refund f on f.company_id = m.company_id and f.id = m.refund_id
    left join staff s on s.company_id = m.company_id and s.id = m.staff_id;

create or replace view invoice_list with (security_invoker = true) as
  select i.company_id, i.id, 1 as version, i.requested_at as created_at, i.requested_at as updated_at, i.community_id,
    coalesce(i.number, '') as number,
    case when i.state = 'issued' and i.red_fen = i.gross_fen then 'redLettered' when i.state = 'issued' and i.red_fen > 0 then 'partlyRed' else i.state end as state,
    i.direction, i.kind, i.source, i.buyer_kind, i.buyer_name, i.buyer_tax_number, i.gross_fen, i.gross_fen - i.tax_fen as net_fen, i.tax_fen, i.red_fen,
    i.issued_on, i.requested_at, i.failure, i.note, i.target_id, h.building_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label,
    coalesce((select string_agg(distinct r.number, '、') from invoice_part p join receipt r on r.company_id = p.company_id and r.id = p.receipt_id
      where p.company_id = i.company_id and p.invoice_id = i.id), '') as receipt_numbers,
    coalesce(s.name, case when i.source = 'resident' then '住户' else '系统' end) as staff_name, i.original_id, i.file_id is not null as has_pdf
  from invoice i
    left join house h on h.company_id = i.company_id and h.id = i.target_id and i.target_kind = 'house'
    left join parking_space k on k.company_id = i.company_id and k.id = i.target_id and i.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = i.company_id and v.id = i.target_id and i.target_kind = 'vehicle'
    left join staff s on s.company_id = i.company_id and s.id = i.requested_by;

create or replace view receipt_invoicing_list with (security_invoker = true) as
  select r.company_id, r.id, 1 as version, r.received_at as created_at, r.received_at as updated_at, r.community_id, r.number, r.received_on,
    r.payer_name, r.target_id, h.building_id, coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label, r.total_fen,
    x.fen as invoiceable_fen, r.invoiced_fen, x.fen - r.invoiced_fen as left_fen,
    case when x.fen = 0 then 'nothing' when x.fen <= r.invoiced_fen then 'invoiced' when r.invoiced_fen > 0 then 'partly' else 'none' end as state
  from receipt r
    cross join lateral (select receipt_invoiceable_fen(r.company_id, r.id) as fen) x
    left join house h on h.company_id = r.company_id and h.id = r.target_id and r.target_kind = 'house'
    left join parking_space k on k.company_id = r.company_id and k.id = r.target_id and r.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = r.company_id and v.id = r.target_id and r.target_kind = 'vehicle';

create or replace view dunning_household_list with (security_invoker = true) as
  select w.company_id, w.holder_id id, 1 as version, w.oldest_due_on::timestamptz created_at, w.oldest_due_on::timestamptz updated_at, w.community_id,
    target_label(h.full_name, k.number, v.plate) target_label, h.building_id,
    coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = w.company_id and o.house_id = w.holder_id and o.role = 'owner' and o.moved_out_on is null), v.owner_name, '') owner_name,
    coalesce((select r.phone from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = w.company_id and o.house_id = w.holder_id and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
      order by o.moved_in_on, o.id limit 1), nullif(v.owner_phone, '')) owner_phone,
    w.bill_count, w.outstanding_fen, w.overdue_fen, w.oldest_due_on, greatest(told_today() - w.oldest_due_on, 0) overdue_days,
    case when told_today() - w.oldest_due_on >= l.days[3] then 'third' when told_today() - w.oldest_due_on >= l.days[2] then 'second'
      when told_today() - w.oldest_due_on >= l.days[1] then 'first' when told_today() > w.oldest_due_on then 'overdue' else 'notDue' end stage,
    x.wechat_state, x.sms_state, x.wecom_state,
    case when 'failed' = any (array[x.wechat_state, x.sms_state, x.wecom_state]) and not array[x.wechat_state, x.sms_state, x.wecom_state] && array['read', 'delivered', 'sending']
        then 'failed' when 'read' = any (array[x.wechat_state, x.sms_state, x.wecom_state]) then 'read'
      when array[x.wechat_state, x.sms_state, x.wecom_state] && array['delivered', 'sending'] then 'unread' else 'none' end told,
    nullif(greatest(coalesce(lw.sent_on, '-infinity'), coalesce(ls.sent_on, '-infinity'), coalesce(lc.sent_on, '-infinity')), '-infinity'::date) sent_on,
    (select (max(p.printed_at) at time zone 'Asia/Shanghai')::date from dunning_print p where p.company_id = w.company_id and p.target_id = w.holder_id) printed_on,
    (select case t.level when 1 then 'first' when 2 then 'second' else 'third' end from dunning_letter t where t.company_id = w.company_id and t.target_id = w.holder_id
      and t.printed_on >= w.oldest_due_on order by t.printed_at desc, t.id desc limit 1) letter,
    (select c.outcome from dunning_call c where c.company_id = w.company_id and c.target_id = w.holder_id order by c.called_at desc, c.id desc limit 1) call_outcome,
    (select (max(c.called_at) at time zone 'Asia/Shanghai')::date from dunning_call c where c.company_id = w.company_id and c.target_id = w.holder_id) called_on
  from (select b.company_id, b.community_id, coalesce(q.house_id, u.house_id, b.target_id) holder_id, count(*)::int bill_count, sum(b.outstanding_fen)::bigint outstanding_fen,
        coalesce(sum(b.outstanding_fen) filter (where b.due_on < told_today()), 0)::bigint overdue_fen, min(b.due_on) oldest_due_on
      from bill b left join parking_space q on q.company_id = b.company_id and q.id = b.target_id and b.target_kind = 'parkingSpace'
        left join vehicle u on u.company_id = b.company_id and u.id = b.target_id and b.target_kind = 'vehicle'
      where b.outstanding_fen > 0 group by 1, 2, 3) w
    left join house h on h.company_id = w.company_id and h.id = w.holder_id
    left join parking_space k on k.company_id = w.company_id and k.id = w.holder_id
    left join vehicle v on v.company_id = w.company_id and v.id = w.holder_id
    cross join lateral (select coalesce((select s.ladder_days from dunning_setting s where s.company_id = w.company_id), '{30,60,90}') days) l
    left join dunning_last lw on lw.company_id = w.company_id and lw.target_id = w.holder_id and lw.channel = 'wechat'
    left join dunning_notice nw on nw.company_id = lw.company_id and nw.id = lw.notice_id
    left join dunning_last ls on ls.company_id = w.company_id and ls.target_id = w.holder_id and ls.channel = 'sms'
    left join dunning_notice ns on ns.company_id = ls.company_id and ns.id = ls.notice_id
    left join dunning_last lc on lc.company_id = w.company_id and lc.target_id = w.holder_id and lc.channel = 'wecom'
    left join dunning_notice nc on nc.company_id = lc.company_id and nc.id = lc.notice_id
    cross join lateral (select
      case when nw.day is null or nw.day < date_trunc('month', told_today()::timestamp) then 'none' when nw.read_at is not null then 'read'
        when nw.delivered_count > 0 then 'delivered' when nw.failed_count > 0 then 'failed' else 'sending' end wechat_state,
      case when ns.day is null or ns.day < date_trunc('month', told_today()::timestamp) then 'none' when ns.read_at is not null then 'read'
        when ns.delivered_count > 0 then 'delivered' when ns.failed_count > 0 then 'failed' else 'sending' end sms_state,
      case when nc.day is null or nc.day < date_trunc('month', told_today()::timestamp) then 'none' when nc.read_at is not null then 'read'
        when nc.delivered_count > 0 then 'delivered' when nc.failed_count > 0 then 'failed' else 'sending' end wecom_state) x;

create or replace view dunning_notice_list with (security_invoker = true) as
  select n.company_id, n.id, 1 as version, n.created_at, coalesce(n.sent_at, n.created_at) updated_at, n.community_id, n.target_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') target_label, h.building_id, n.channel,
    case when n.state <> 'sent' then n.state when n.read_at is not null then 'read' when n.delivered_count > 0 then 'delivered'
      when n.failed_count > 0 then 'failed' else 'sending' end state,
    nullif(n.reason, '') reason, n.held_since, n.held_until, n.fail_reason, n.day, n.principal_fen + n.late_fee_fen sum_fen,
    cardinality(n.bill_ids) bill_count, cardinality(n.recipient_ids) recipient_count, n.sms_pieces, n.sent_at, n.read_at, n.newcomer_id is not null is_newcomer,
    coalesce('计划：' || p.name, s.name, case r.chosen_by when 'plan' then '计划' else '' end) origin
  from dunning_notice n join dunning_run r on r.company_id = n.company_id and r.id = n.run_id
    left join dunning_plan p on p.company_id = r.company_id and p.id = r.plan_id
    left join staff s on s.company_id = r.company_id and s.id = r.created_by
    left join house h on h.company_id = n.company_id and h.id = n.target_id
    left join parking_space k on k.company_id = n.company_id and k.id = n.target_id
    left join vehicle v on v.company_id = n.company_id and v.id = n.target_id;
