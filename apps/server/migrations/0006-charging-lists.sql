-- What the lists of charging show, as views under the rights of whoever asks. Joins are on whole primary keys, so
-- that a count or a sum that does not ask for a joined column does not pay for the join.

-- The day on which the transaction works, told by the application's clock; without it, the day in China.
create function told_today() returns date language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('app.today', true), '')::date, (now() at time zone 'Asia/Shanghai')::date) $$;

-- A price as people read it: at least two decimals.
create function price_text(price numeric) returns text language sql immutable parallel safe as
$$ select case when scale(trim_scale(price)) < 2 then round(price, 2)::text else trim_scale(price)::text end $$;

create view charge_standard_list with (security_invoker = true) as
  select s.company_id, s.id, s.version, s.created_at, s.updated_at, s.name, s.charge_item_id, s.method, s.quantity_source,
    s.every_months::text cycle, s.alignment, s.note,
    (select price_text(p.price) from charge_standard_price p where p.company_id = s.company_id and p.charge_standard_id = s.id
        and (p.starts_on is null or p.starts_on <= told_today()) order by p.starts_on desc nulls last limit 1)
      || ' 元/' || case s.quantity_source when 'one' then '月' else '㎡·月' end price_text,
    coalesce((select to_char(p.starts_on, 'YYYY-MM-DD') || ' 起 ' || price_text(p.price) || ' 元' from charge_standard_price p
        where p.company_id = s.company_id and p.charge_standard_id = s.id and p.starts_on > told_today() order by p.starts_on limit 1), '') next_price_text,
    (select count(*)::int from standard_binding b where b.company_id = s.company_id and b.charge_standard_id = s.id
        and (b.ends_on is null or b.ends_on > told_today())) binding_count
  from charge_standard s;
grant select on charge_standard_list to anlin_app;

create view standard_binding_list with (security_invoker = true) as
  select b.company_id, b.id, b.version, b.created_at, b.updated_at, b.community_id, b.charge_item_id, b.charge_standard_id,
    b.target_kind, b.target_id, coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id, b.house_id, b.starts_on, b.ends_on,
    b.ends_on - 1 last_day, b.own_price, b.own_quantity, b.note,
    case when b.ends_on <= told_today() then 'ended' when b.starts_on > told_today() then 'upcoming' else 'active' end state,
    coalesce(b.own_quantity, case s.quantity_source when 'builtArea' then h.built_area when 'innerArea' then h.inner_area
      when 'sharedArea' then h.shared_area when 'parkingArea' then k.area else 1 end) quantity,
    (select max(x.period_to) - 1 from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id and x.voided_at is null) raised_until,
    -- Worked out by the application for the rows of a page.
    ''::text next_period_text
  from standard_binding b
    left join house h on h.company_id = b.company_id and h.id = b.house_id
    left join parking_space k on k.company_id = b.company_id and k.id = b.parking_space_id
    left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id;
grant select on standard_binding_list to anlin_app;

create view bill_list with (security_invoker = true) as
  select b.company_id, b.id, 1 as version, b.raised_at created_at, coalesce(b.voided_at, b.raised_at) updated_at, b.community_id,
    case when b.voided_at is not null then 'void' when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid'
      else 'due' end state,
    b.target_kind, b.target_id, coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id,
    coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null), '') owner_name,
    (select r.phone from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
        order by o.moved_in_on, o.id limit 1) owner_phone,
    b.charge_item_id, b.charge_standard_id, b.period_from, b.period_to, b.period_to - 1 last_day, b.due_on,
    b.outstanding_fen > 0 and b.due_on < told_today() is_overdue,
    b.receivable_fen, b.discount_fen, b.waived_fen, b.received_fen, b.late_fee_received_fen, b.refunded_fen, b.outstanding_fen,
    b.raised_how, b.raised_at, b.raising_run_id, b.note,
    coalesce((select string_agg(distinct r.number, '、') from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
        where a.company_id = b.company_id and a.bill_id = b.id and r.reversed_at is null), '') receipt_numbers
  from bill b
    left join house h on h.company_id = b.company_id and h.id = b.target_id and b.target_kind = 'house'
    left join parking_space k on k.company_id = b.company_id and k.id = b.target_id and b.target_kind = 'parkingSpace';
grant select on bill_list to anlin_app;

create view raising_run_list with (security_invoker = true) as
  select r.company_id, r.id, 1 as version, r.created_at, r.created_at updated_at, r.community_id,
    to_char(r.created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') || case r.raised_how when 'auto' then ' 自动' else '' end title,
    r.bill_count, r.sum_fen, r.failed_count, r.charge_item_ids, r.month_from, r.month_to, r.raised_how, r.created_by
  from raising_run r;
grant select on raising_run_list to anlin_app;
