-- Charge items and standards, second part (CHG-1…5): formulas, tiers, quantities of every source, prices by place.

alter table charge_item
  -- Days or months before or after the period starts: when its bill raises itself. Replaces the days ahead.
  add column raise_side text not null default 'ahead' check (raise_side in ('ahead', 'after')),
  add column raise_unit text not null default 'day' check (raise_unit in ('day', 'month')),
  -- Instead of the rate per day, as the contract says it; a thirtieth of it counts for a day.
  add column late_fee_rate_per_month numeric(10, 8) check (late_fee_rate_per_month >= 0 and late_fee_rate_per_month < 1),
  -- Whether the days of grace are charged after all once they have passed.
  add column late_fee_start text not null default 'afterGrace' check (late_fee_start in ('afterGrace', 'dueDate')),
  add column late_fee_workdays_only boolean not null default false,
  add column late_fee_precision text not null default 'fen' check (late_fee_precision in ('yuan', 'jiao', 'fen')),
  add column late_fee_rounding text not null default 'halfUp' check (late_fee_rounding in ('halfUp', 'up', 'down')),
  add constraint charge_item_one_late_fee_rate check (num_nonnulls(late_fee_rate_per_day, late_fee_rate_per_month) <= 1),
  add constraint charge_item_raise_span check (raise_days_ahead <= case raise_unit when 'month' then 12 else 90 end);
alter table charge_item rename column raise_days_ahead to raise_offset;

-- Where an item is charged; an item without rows here is charged everywhere.
create table charge_item_community (
  company_id uuid not null,
  charge_item_id uuid not null,
  community_id uuid not null,
  primary key (company_id, charge_item_id, community_id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id) on delete cascade,
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('charge_item_community', 'community_id');
-- Read by all: whoever sees a part must know too that the item is charged elsewhere only.
call scope_tenant_table('charge_item_community', 'true', 'false');
create index charge_item_community_by_community on charge_item_community (company_id, community_id);

alter table charge_standard drop constraint charge_standard_method_check, drop constraint charge_standard_quantity_source_check;
alter table charge_standard
  add constraint charge_standard_method_check check (method in ('unitPrice', 'perTarget', 'fixed', 'formula', 'tiers')),
  add constraint charge_standard_quantity_source_check check (quantity_source in
    ('builtArea', 'innerArea', 'sharedArea', 'parkingArea', 'headcount', 'one', 'meterUsage', 'custom')),
  -- The numeric custom field a quantity is read from.
  add column quantity_field_id uuid,
  -- Unit of a metered or custom quantity as people read it: m³, 度. Empty: none.
  add column quantity_unit text not null default '',
  add column formula text check (formula <> '' and length(formula) <= 2000),
  -- What the formula's names stood for when it was saved, { "电梯层数": "custom:<field>" }: a field may be renamed afterwards.
  add column formula_names jsonb not null default '{}',
  -- { span, freeHeads, tiers: [{ upTo, perHead, price }] }, decimals as text.
  add column tiers jsonb,
  -- Counts how often formula, tiers or quantity changed; bills of a later version than the first tell theirs.
  add column rule_version int not null default 1 check (rule_version > 0),
  add foreign key (company_id, quantity_field_id) references custom_field (company_id, id),
  add check ((quantity_source = 'custom') = (quantity_field_id is not null)),
  add check ((method = 'formula') = (formula is not null)),
  add check ((method = 'tiers') = (tiers is not null)),
  add check (method not in ('fixed', 'perTarget', 'formula') or quantity_source = 'one');
create index charge_standard_by_quantity_field on charge_standard (company_id, quantity_field_id) where quantity_field_id is not null;

-- Former rules of a standard: what a bill that tells version N was priced by. Only ever added to.
create table charge_standard_rule (
  company_id uuid not null,
  id uuid not null,
  charge_standard_id uuid not null,
  rule_version int not null check (rule_version > 0),
  method text not null,
  quantity_source text not null,
  formula text,
  tiers jsonb,
  replaced_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, charge_standard_id, rule_version),
  foreign key (company_id, charge_standard_id) references charge_standard (company_id, id) on delete cascade
);
call protect_tenant_table('charge_standard_rule');

-- A price that holds in one community, building or unit, from a day on; the narrowest place wins. Null as the price: from
-- that day the next wider place's price holds again.
create table charge_standard_place_price (
  company_id uuid not null,
  id uuid not null,
  charge_standard_id uuid not null,
  community_id uuid not null,
  building_id uuid,
  unit_id uuid,
  -- Null: from the beginning.
  starts_on date,
  price numeric(16, 6) check (price >= 0),
  created_at timestamptz not null,
  primary key (company_id, id),
  unique nulls not distinct (company_id, charge_standard_id, community_id, building_id, unit_id, starts_on),
  foreign key (company_id, charge_standard_id) references charge_standard (company_id, id) on delete cascade,
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, community_id, building_id) references building (company_id, community_id, id) on delete cascade,
  foreign key (company_id, building_id, unit_id) references unit (company_id, building_id, id) on delete cascade,
  check (unit_id is null or building_id is not null)
);
call protect_tenant_table('charge_standard_place_price', 'community_id');
call scope_tenant_table('charge_standard_place_price', 'building_id is null and community_id = any ((select visible_community_ids())::uuid[])
  or building_id = any ((select shown_building_ids())::uuid[])', 'building_id = any ((select scope_building_ids())::uuid[])');
create index charge_standard_place_price_by_building on charge_standard_place_price (company_id, building_id) where building_id is not null;
create index charge_standard_place_price_by_unit on charge_standard_place_price (company_id, unit_id) where unit_id is not null;
create index charge_standard_place_price_by_community on charge_standard_place_price (company_id, community_id);

-- An amount of one's own goes before price and quantity.
alter table standard_binding add column own_amount numeric(16, 6) check (own_amount >= 0);

-- Bills raised ahead for one target (CHG-14) are a run of their own.
alter table raising_run drop constraint raising_run_raised_how_check;
alter table raising_run add constraint raising_run_raised_how_check check (raised_how in ('auto', 'manual', 'advance'));

-- One-off charges (CHG-15) have no run that says who raised them, and are written once however often the button is pressed.
alter table bill add column one_off_key uuid;
create index bill_raised_by on bill (company_id, raised_by) where raised_by is not null;
create unique index bill_one_off_once on bill (company_id, one_off_key) where one_off_key is not null;

drop view charge_standard_list;
create view charge_standard_list with (security_invoker = true) as
  select s.company_id, s.id, s.version, s.created_at, s.updated_at, s.name, s.charge_item_id, s.method, s.quantity_source,
    s.quantity_field_id, s.quantity_unit, s.formula, s.tiers, s.rule_version,
    s.every_months::text cycle, s.alignment, s.note,
    case s.method when 'perTarget' then '按绑定填写的金额' when 'tiers' then '阶梯价' else
      (select price_text(p.price) from charge_standard_price p where p.company_id = s.company_id and p.charge_standard_id = s.id
          and (p.starts_on is null or p.starts_on <= told_today()) order by p.starts_on desc nulls last limit 1)
        || ' 元' || case when s.method = 'formula' then '（公式）' else coalesce('/' || nullif(concat_ws('·',
          case s.quantity_source when 'one' then null when 'headcount' then '人' when 'meterUsage' then nullif(s.quantity_unit, '')
            when 'custom' then nullif(s.quantity_unit, '') else '㎡' end,
          case s.quantity_source when 'meterUsage' then null else '月' end), ''), '') end end price_text,
    coalesce((select to_char(p.starts_on, 'YYYY-MM-DD') || ' 起 ' || price_text(p.price) || ' 元' from charge_standard_price p
        where p.company_id = s.company_id and p.charge_standard_id = s.id and p.starts_on > told_today() order by p.starts_on limit 1), '') next_price_text,
    (select count(*)::int from standard_binding b where b.company_id = s.company_id and b.charge_standard_id = s.id
        and (b.ends_on is null or b.ends_on > told_today())) binding_count
  from charge_standard s;
grant select on charge_standard_list to anlin_app;

create or replace view standard_binding_list with (security_invoker = true) as
  select b.company_id, b.id, b.version, b.created_at, b.updated_at, b.community_id, b.charge_item_id, b.charge_standard_id,
    b.target_kind, b.target_id, coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id, b.house_id, b.starts_on, b.ends_on,
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
    left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    left join tag_binding t on t.company_id = b.company_id and t.id = b.tag_binding_id;

-- Groups that exist already may charge at the desk where they collect or raise.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{bill.charge}'::text[]
      where company_id = one.id and permissions && '{cashier.collect,bill.raise}' and not permissions @> '{bill.charge}';
    update permission_group set phone_permissions = phone_permissions || '{bill.charge}'::text[]
      where company_id = one.id and phone_permissions && '{cashier.collect,bill.raise}' and not phone_permissions @> '{bill.charge}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
