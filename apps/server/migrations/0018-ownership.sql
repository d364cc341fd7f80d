-- Change of ownership (EST-8): a house handed to a new owner on a day.

-- Who owes or paid a bill where that is not the present owner: bills of a former owner's time keep their person.
alter table bill add column debtor_resident_id uuid;
alter table bill add constraint bill_debtor foreign key (company_id, debtor_resident_id) references resident (company_id, id);
create index bill_of_debtor on bill (company_id, debtor_resident_id) where debtor_resident_id is not null;

-- One handover, as it was done. Only ever added to. Names are those of the residents.
create table ownership_change (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  -- First day of the new owners; the former ones are charged to the day before.
  handed_over_on date not null,
  -- Who owes what was unpaid: the former owner, the new one, or nobody because it had to be paid first.
  arrears_decision text not null check (arrears_decision in ('stay', 'takeOver', 'mustBePaid')),
  arrears_fen bigint not null check (arrears_fen >= 0),
  arrears_bill_ids uuid[] not null,
  from_resident_ids uuid[] not null,
  to_resident_ids uuid[] not null,
  left_occupancy_ids uuid[] not null,
  voided_bill_ids uuid[] not null,
  raised_bill_ids uuid[] not null,
  note text not null default '',
  -- Who did it, and with whose approval: `周敏（王强 同意）`.
  done_by text not null,
  staff_id uuid,
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('ownership_change', 'community_id', 'select, insert');
create index ownership_change_of_house on ownership_change (company_id, house_id, handed_over_on);

do $$
begin
  if to_regproc('scope_tenant_table') is not null then
    call scope_tenant_table('ownership_change', 'house_id in (select visible_house_ids())');
  end if;
end $$;

-- The bill list names the person a bill belongs to, not whoever owns the house today.
create or replace view bill_list with (security_invoker = true) as
  select b.company_id, b.id, 1 as version, b.raised_at created_at, coalesce(b.voided_at, b.raised_at) updated_at, b.community_id,
    case when b.voided_at is not null then 'void' when b.outstanding_fen = 0 then 'paid' when b.received_fen > b.refunded_fen then 'partlyPaid'
      else 'due' end state,
    b.target_kind, b.target_id, coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id,
    case when b.debtor_resident_id is not null
      then coalesce((select r.name from resident r where r.company_id = b.company_id and r.id = b.debtor_resident_id), '')
      else coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null), '') end owner_name,
    case when b.debtor_resident_id is not null
      then (select nullif(r.phone, '') from resident r where r.company_id = b.company_id and r.id = b.debtor_resident_id)
      else (select r.phone from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = b.company_id and o.house_id = coalesce(h.id, k.house_id) and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
        order by o.moved_in_on, o.id limit 1) end owner_phone,
    b.charge_item_id, b.charge_standard_id, b.period_from, b.period_to, b.period_to - 1 last_day, b.due_on,
    b.outstanding_fen > 0 and b.due_on < told_today() is_overdue,
    b.receivable_fen, b.discount_fen, b.waived_fen, b.received_fen, b.late_fee_received_fen, b.refunded_fen, b.outstanding_fen,
    b.raised_how, b.raised_at, b.raising_run_id, b.note,
    coalesce((select string_agg(distinct r.number, '、') from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
        where a.company_id = b.company_id and a.bill_id = b.id and r.reversed_at is null), '') receipt_numbers
  from bill b
    left join house h on h.company_id = b.company_id and h.id = b.target_id and b.target_kind = 'house'
    left join parking_space k on k.company_id = b.company_id and k.id = b.target_id and b.target_kind = 'parkingSpace';

-- Companies made before this release.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{house.handOver}'
      where company_id = one.id and name = '管理员' and not permissions @> '{house.handOver}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
