-- Prepaid and deposits on screen and by rule (CSH-5, CSH-6): lists, packages, the automatic offset, opening balances.

-- Which bills are paid from prepaid by themselves, and from which hour of the community's day on.
alter table community
  add column automatic_offset text not null default 'off' check (automatic_offset in ('off', 'current', 'all')),
  add column automatic_offset_hour int not null default 3 check (automatic_offset_hour between 0 and 23);

-- The last business day on which everything of a community was offset.
create table automatic_offset (
  company_id uuid not null,
  community_id uuid not null,
  swept_on date not null,
  primary key (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('automatic_offset', 'community_id', 'select, insert, update');
call scope_tenant_table('automatic_offset', 'community_id = any ((select visible_community_ids())::uuid[])');

-- Where the automatic offset looks: accounts with money in them.
create index prepaid_account_with_money on prepaid_account (company_id, community_id, target_id) where balance_fen > 0;

-- 售价 960 得 1000: what is paid, and what the account is credited with.
create table prepaid_package (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  price_fen bigint not null check (price_fen > 0),
  credit_fen bigint not null,
  -- Null: the general account, every community.
  charge_item_id uuid,
  only_community_id uuid,
  -- Days of payment, both included; null is open.
  valid_from date,
  valid_to date,
  is_enabled boolean not null default true,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  foreign key (company_id, only_community_id) references community (company_id, id),
  check (credit_fen >= price_fen),
  check (valid_to >= valid_from)
);
call protect_tenant_table('prepaid_package');
create index prepaid_package_of_item on prepaid_package (company_id, charge_item_id) where charge_item_id is not null;
create index prepaid_package_of_community on prepaid_package (company_id, only_community_id) where only_community_id is not null;
alter table prepaid_movement add column prepaid_package_id uuid,
  add foreign key (company_id, prepaid_package_id) references prepaid_package (company_id, id),
  add check (prepaid_package_id is null or kind in ('topUp', 'bonus'));
create index prepaid_movement_of_package on prepaid_movement (company_id, prepaid_package_id) where prepaid_package_id is not null;

-- Lists. --------------------------------------------------------------------------------------------------------------

create view prepaid_account_list with (security_invoker = true) as
  select p.company_id, p.id, 1 as version, p.created_at, p.created_at as updated_at, p.community_id, p.target_kind, p.target_id,
    coalesce(h.full_name, '车位 ' || k.number, '') as target_label, h.building_id,
    coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = p.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null), '') as owner_name,
    p.charge_item_id, coalesce(i.name, '通用') as account_name, p.balance_fen, p.bonus_fen, p.balance_fen - p.bonus_fen as paid_fen, p.movement_count::int as movement_count,
    (select m.moved_on from prepaid_movement m where m.company_id = p.company_id and m.prepaid_account_id = p.id and m.sequence = p.movement_count) as last_moved_on
  from prepaid_account p
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    left join house h on h.company_id = p.company_id and h.id = p.target_id and p.target_kind = 'house'
    left join parking_space k on k.company_id = p.company_id and k.id = p.target_id and p.target_kind = 'parkingSpace';
grant select on prepaid_account_list to anlin_app;

create view prepaid_movement_list with (security_invoker = true) as
  select m.company_id, m.id, 1 as version, m.moved_at as created_at, m.moved_at as updated_at, m.community_id, m.prepaid_account_id, p.target_kind, p.target_id,
    coalesce(h.full_name, '车位 ' || k.number, '') as target_label, h.building_id, p.charge_item_id, coalesce(i.name, '通用') as account_name,
    m.sequence::int as sequence, m.kind, m.amount_fen, m.bonus_fen, m.balance_fen, m.moved_on, m.moved_at,
    coalesce(f.number, r.number, '') as document_number, m.receipt_id, m.refund_id, coalesce(s.name, '系统') as staff_name, m.note
  from prepaid_movement m
    join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    left join house h on h.company_id = p.company_id and h.id = p.target_id and p.target_kind = 'house'
    left join parking_space k on k.company_id = p.company_id and k.id = p.target_id and p.target_kind = 'parkingSpace'
    left join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    left join refund f on f.company_id = m.company_id and f.id = m.refund_id
    left join staff s on s.company_id = m.company_id and s.id = m.staff_id;
grant select on prepaid_movement_list to anlin_app;

create view deposit_list with (security_invoker = true) as
  select d.company_id, d.id, 1 as version, d.created_at, d.created_at as updated_at, d.community_id, d.target_kind, d.target_id,
    coalesce(h.full_name, '车位 ' || k.number, '') as target_label, h.building_id, d.holder_name, d.charge_item_id, d.taken_on,
    case when d.is_reversed then 'reversed' when d.held_fen = 0 then 'closed' when d.held_fen < d.taken_fen then 'partly' else 'held' end as state,
    d.taken_fen, d.offset_fen, d.returned_fen, d.forfeited_fen, d.held_fen, r.number as receipt_number, d.receipt_id, d.note
  from deposit d
    join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
    left join house h on h.company_id = d.company_id and h.id = d.target_id and d.target_kind = 'house'
    left join parking_space k on k.company_id = d.company_id and k.id = d.target_id and d.target_kind = 'parkingSpace';
grant select on deposit_list to anlin_app;

create view deposit_movement_list with (security_invoker = true) as
  select m.company_id, m.id, 1 as version, m.moved_at as created_at, m.moved_at as updated_at, m.community_id, m.deposit_id, d.target_kind, d.target_id,
    coalesce(h.full_name, '车位 ' || k.number, '') as target_label, h.building_id, d.holder_name, d.charge_item_id, m.kind, m.amount_fen, m.moved_on, m.moved_at,
    coalesce(f.number, r.number, '') as document_number, m.receipt_id, m.refund_id, coalesce(s.name, '系统') as staff_name, m.reason
  from deposit_movement m
    join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
    left join house h on h.company_id = d.company_id and h.id = d.target_id and d.target_kind = 'house'
    left join parking_space k on k.company_id = d.company_id and k.id = d.target_id and d.target_kind = 'parkingSpace'
    left join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    left join refund f on f.company_id = m.company_id and f.id = m.refund_id
    left join staff s on s.company_id = m.company_id and s.id = m.staff_id;
grant select on deposit_movement_list to anlin_app;

-- Companies made before this release.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = array(select distinct unnest(permissions ||
        '{prepaid.view,prepaid.move,prepaid.offset,prepaid.import,prepaid.export,deposit.view,deposit.keep,deposit.forfeit,deposit.import,deposit.export,prepaidPackage.view,prepaidPackage.edit}'::text[]))
      where company_id = one.id and name = '管理员';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
