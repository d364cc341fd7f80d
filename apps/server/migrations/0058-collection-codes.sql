-- Collection codes (PAY-4): a community's codes and those on doors, what may be paid by them, and money that came without a bill.

-- What codes of a community allow. Without a row the defaults stand.
create table collection_setting (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  -- Whether whoever scans may pay an amount without being registered.
  takes_amounts boolean not null default true,
  min_fen bigint not null default 1 check (min_fen > 0),
  max_fen bigint not null default 5000000 check (max_fen <= 100000000),
  -- Whether a door's code tells anybody the sum that is due there. Never names or bills.
  shows_due boolean not null default false,
  remark_hint text not null default '请输入房号或手机号' check (remark_hint <> ''),
  -- A line of the company's own on posters.
  slogan text not null default '',
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  check (min_fen <= max_fen)
);
call protect_tenant_table('collection_setting', 'community_id');

-- A code on paper. What is scanned names the issue: a renewed code has another, and the old paper opens nothing any more.
create table collection_code (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  -- The door it hangs at; none: the whole community's.
  target_kind text check (target_kind in ('house', 'parkingSpace')),
  target_id uuid,
  name text not null check (name <> ''),
  -- What an amount becomes: kept until staff say whose it is, income of an item, or prepaid of the door's house or space.
  purpose text not null check (purpose in ('held', 'income', 'prepaid')),
  charge_item_id uuid,
  is_remark_required boolean not null,
  is_on boolean not null default true,
  issue_id uuid not null,
  edition int not null default 1 check (edition > 0),
  issued_at timestamptz not null,
  printed_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, issue_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  check ((target_kind is null) = (target_id is null)),
  check ((target_id is null) = (purpose <> 'prepaid')),
  check (case purpose when 'income' then charge_item_id is not null when 'held' then charge_item_id is null else true end)
);
call protect_tenant_table('collection_code', 'community_id');
call scope_tenant_table('collection_code', 'target_id in (select visible_target_ids())');
create unique index collection_code_of_target on collection_code (company_id, target_id) where target_id is not null;
create unique index collection_code_name on collection_code (company_id, community_id, name) where target_id is null;
create index collection_code_of_community on collection_code (company_id, community_id);
create index collection_code_of_item on collection_code (company_id, charge_item_id) where charge_item_id is not null;

-- An order by a code may be nobody's yet: all of it is kept as a deposit of an item, or is income of one.
alter table payment_order alter column target_kind drop not null, alter column target_id drop not null,
  add column collection_code_id uuid, add column held_item_id uuid, add column income_item_id uuid,
  add column remark text not null default '',
  add foreign key (company_id, collection_code_id) references collection_code (company_id, id),
  add foreign key (company_id, held_item_id) references charge_item (company_id, id),
  add foreign key (company_id, income_item_id) references charge_item (company_id, id),
  add check ((target_kind is null) = (target_id is null)),
  add check (num_nonnulls(target_id, held_item_id, income_item_id) = 1);
create index payment_order_of_code on payment_order (company_id, collection_code_id, created_at) where collection_code_id is not null;
create index payment_order_of_held_item on payment_order (company_id, held_item_id) where held_item_id is not null;
create index payment_order_of_income_item on payment_order (company_id, income_item_id) where income_item_id is not null;
-- Bills that a resident paid after scanning a code are noted with it.
grant update (collection_code_id) on payment_order to anlin_app;

-- Money that was kept may turn out to be other income: paid by what the company holds, like a bill. Prepaid pays bills only.
do $$
declare one record;
begin
  for one in select conname from pg_constraint where conrelid = 'income_movement'::regclass and contype = 'c'
      and pg_get_constraintdef(oid) like '%source = ''money''%' and pg_get_constraintdef(oid) like '%prepaid_fen = 0%' loop
    execute format('alter table income_movement drop constraint %I', one.conname);
  end loop;
end $$;
alter table income_movement add constraint income_movement_held
  check (source = 'money' or kind = 'refund' or (prepaid_fen = 0 and deposit_fen = 0 and (other_fen = 0 or source = 'deposit')));

-- Codes as a list.
create view collection_code_list with (security_invoker = true) as
  select q.company_id, q.id, q.version, q.created_at, q.updated_at, q.community_id,
    coalesce(h.full_name, '车位 ' || k.number, q.name) as name, coalesce(q.target_kind, 'community') place_kind, q.target_id,
    coalesce(h.full_name, '车位 ' || k.number, '') place_label, h.building_id, case when q.is_on then 'on' else 'stopped' end state, q.purpose, q.charge_item_id,
    q.is_remark_required, q.edition, q.issued_at, q.printed_at, s.paid_count, s.paid_fen
  from collection_code q
    left join house h on h.company_id = q.company_id and h.id = q.target_id and q.target_kind = 'house'
    left join parking_space k on k.company_id = q.company_id and k.id = q.target_id and q.target_kind = 'parkingSpace'
    cross join lateral (select count(*)::int paid_count, coalesce(sum(o.amount_fen), 0)::bigint paid_fen from payment_order o
      where o.company_id = q.company_id and o.collection_code_id = q.id and o.state = 'paid') s;
grant select on collection_code_list to anlin_app;

-- What came in by codes. `waiting` is nobody's yet; `partly`: some of it is.
create view collection_list with (security_invoker = true) as
  select o.company_id, o.id, 1 as version, o.created_at, o.paid_at updated_at, o.community_id, o.collection_code_id, coalesce(q.name, '小区收款码') code_name, o.order_no,
    (o.paid_at at time zone c.time_zone)::date paid_on, o.paid_at, o.amount_fen, o.refunded_fen, coalesce(d.held_fen, 0) held_fen, o.payer_name, o.remark,
    o.channel_kind, coalesce(o.receipt_id::text, '') receipt_id, coalesce(r.number, '') receipt_number, coalesce(d.id::text, '') deposit_id,
    case when o.held_item_id is not null then 'held' when o.income_item_id is not null then 'income' when o.top_ups <> '[]' then 'prepaid' else 'bills' end purpose,
    case when o.receipt_id is null then 'unbooked' when o.amount_fen in (o.refunded_fen, d.returned_fen) then 'refunded' when o.held_item_id is null then 'booked'
      when d.held_fen = 0 then 'assigned' when d.held_fen < d.taken_fen then 'partly' else 'waiting' end state,
    coalesce(h.full_name, '车位 ' || k.number, '') place_label
  from payment_order o
    join community c on c.company_id = o.company_id and c.id = o.community_id
    -- Whoever sees one house sees what was paid for it by the community's code, and not the code.
    left join collection_code q on q.company_id = o.company_id and q.id = o.collection_code_id
    left join receipt r on r.company_id = o.company_id and r.id = o.receipt_id
    left join deposit d on d.company_id = o.company_id and d.receipt_id = o.receipt_id and o.held_item_id is not null
    left join house h on h.company_id = o.company_id and h.id = coalesce(o.target_id, d.target_id)
    left join parking_space k on k.company_id = o.company_id and k.id = coalesce(o.target_id, d.target_id)
  where o.collection_code_id is not null and o.state = 'paid';
grant select on collection_list to anlin_app;

-- Companies made before this release: the usual posts get what a new company's would.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group g set permissions = array(select distinct p from unnest(g.permissions || n.given) p),
        phone_permissions = array(select distinct p from unnest(g.phone_permissions || array(select p from unnest(n.given) p where p !~ '\.(import|export)$')) p)
      from (values
        ('管理员', '{collectionCode.view,collectionCode.edit,collection.view,collection.assign,collection.export}'::text[]),
        ('项目经理', '{collectionCode.view,collection.view}'),
        ('收费主管', '{collectionCode.view,collectionCode.edit,collection.view,collection.assign,collection.export}'),
        ('收银员', '{collectionCode.view,collection.view,collection.assign}'),
        ('财务', '{collectionCode.view,collection.view,collection.assign,collection.export}')
      ) n (name, given)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
