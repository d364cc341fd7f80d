-- What charging and finance still lacked.

-- Tiers that held until a day (CHG-2, CHG-4), as formulas do since 0052.
alter table charge_standard_rule drop constraint charge_standard_rule_check;
alter table charge_standard_rule add check (holds_until is null or num_nonnulls(formula, tiers) = 1);

-- What channels keep and pay out, in the books (FIN-4, PAY-7): from the reconciled days of their bills.

-- Whether fees are booked, and whether what the channel paid into the bank is; from which day of the channel's bill, null: all of them.
-- Without a row: fees are, what was paid into the bank is not.
create table channel_settlement_setting (
  company_id uuid not null references company (id),
  books_fees boolean not null default true,
  fees_from date,
  -- The books then take the money from the channel to the bank: without it, the way of paying stands for the bank itself.
  books_payouts boolean not null default false,
  payouts_from date,
  primary key (company_id),
  check (books_fees or fees_from is null),
  check (books_payouts or payouts_from is null),
  -- What is paid out is less the fee.
  check (books_fees or not books_payouts),
  check (not books_payouts or fees_from is null or (payouts_from is not null and payouts_from >= fees_from))
);
call protect_tenant_table('channel_settlement_setting', null, 'select, insert, update');

-- What of a day of a merchant's bill belongs to a community and a way of paying: only ever added to. A day that is compared again and has
-- another fee than before is booked by the difference.
create table channel_settlement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  reconciliation_id uuid not null,
  payment_method_id uuid not null,
  -- The day of the channel's bill, or the first open one after it.
  booked_on date not null,
  -- What the channel kept; negative where it gave back, with refunds.
  fee_fen bigint not null,
  -- What it paid into the bank; negative where it took from there.
  payout_fen bigint not null,
  made_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, reconciliation_id) references reconciliation (company_id, id),
  foreign key (company_id, payment_method_id) references payment_method (company_id, id),
  check (fee_fen <> 0 or payout_fen <> 0)
);
call protect_tenant_table('channel_settlement', 'community_id', 'select, insert');
call scope_tenant_table('channel_settlement', 'false');
create index channel_settlement_by_day on channel_settlement (company_id, community_id, booked_on);
create index channel_settlement_of_day on channel_settlement (company_id, reconciliation_id);
create index channel_settlement_of_method on channel_settlement (company_id, payment_method_id);
create trigger channel_settlement_day before insert on channel_settlement for each row execute function refuse_closed_day('booked_on');

-- What should be booked of each reconciled day: of what our books and the channel's bill both have, however late they found each other.
create view channel_settlement_due with (security_invoker = true) as
  select l.company_id, l.reconciliation_id, l.community_id, m.id as payment_method_id, r.day,
    (case when x.has_fee then sum(l.fee_fen) else 0 end)::bigint as fee_fen,
    (case when x.has_payout then sum(case l.kind when 'payment' then l.their_fen else -l.their_fen end - l.fee_fen) else 0 end)::bigint as payout_fen
  from reconciliation r
  join reconciliation_line l on l.company_id = r.company_id and l.reconciliation_id = r.id
  join payment_method m on m.company_id = r.company_id and m.channel = r.channel_kind
  left join channel_settlement_setting s on s.company_id = r.company_id
  cross join lateral (select coalesce(s.books_fees, true) and (s.fees_from is null or r.day >= s.fees_from) as has_fee,
    coalesce(s.books_payouts, false) and (s.payouts_from is null or r.day >= s.payouts_from) as has_payout) x
  where r.state = 'done' and l.their_fen is not null and l.order_id is not null
    and (l.outcome in ('matched', 'refunded', 'amountDiffers') or l.settled_how = 'otherDay')
  group by l.company_id, l.reconciliation_id, l.community_id, m.id, r.day, x.has_fee, x.has_payout;
grant select on channel_settlement_due to anlin_app;

-- The journal and its detail get what follows from settlements, whatever else they have by now.
do $$
declare
  line text := rtrim(pg_get_viewdef('journal_line'::regclass), '; ');
  detail text := rtrim(pg_get_viewdef('journal_detail'::regclass), '; ');
begin
  execute 'create or replace view journal_line with (security_invoker = true) as ' || line || $q$
    union all
    select s.company_id, s.community_id, s.id, 'channelSettlement', s.booked_on, x.account, x.fen
      from channel_settlement s cross join lateral (values ('channelFee', s.fee_fen), ('payout', s.payout_fen), ('money', -s.fee_fen - s.payout_fen)) x (account, fen)
      where x.fen <> 0$q$;
  execute 'create or replace view journal_detail with (security_invoker = true) as ' || detail || $q$
    union all
    select s.company_id, s.community_id, s.id, 'channelSettlement', 'settlement', s.booked_on, x.account, null::uuid, s.payment_method_id, x.fen
      from channel_settlement s cross join lateral (values ('channelFee', s.fee_fen), ('payout', s.payout_fen), ('money', -s.fee_fen - s.payout_fen)) x (account, fen)
      where x.fen <> 0$q$;
end $$;

alter table voucher drop constraint voucher_kind_check;
alter table voucher add check (kind in ('accrual', 'receipt', 'offset', 'prepaid', 'deposit', 'refund', 'reduction', 'settlement'));
alter table account_mapping drop constraint account_mapping_account_check;
alter table account_mapping add check (account in ('money', 'receivable', 'prepaid', 'deposit', 'prepaidTransit', 'income', 'lateFeeIncome', 'otherIncome',
  'forfeitIncome', 'discount', 'waiver', 'prepaidBonus', 'outputTax', 'channelFee', 'payout'));

do $$
declare one text;
begin
  -- Its check of what a way of paying may tell apart, whatever it is called.
  select conname into strict one from pg_constraint where conrelid = 'account_mapping'::regclass and contype = 'c'
    and pg_get_constraintdef(oid) like '%payment_method_id IS NULL%' and pg_get_constraintdef(oid) like '%money%';
  execute format('alter table account_mapping drop constraint %I', one);
end $$;
alter table account_mapping add check (payment_method_id is null or account in ('money', 'channelFee', 'payout')),
  -- One line of a voucher for all, for each item, or for each item and house.
  add column detail text not null default 'sum' check (detail in ('sum', 'item', 'target')),
  add check (detail <> 'target' or account in ('receivable', 'prepaid', 'deposit'));

create or replace function fill_account_mapping(company uuid, chart text) returns void language sql as $$
  delete from account_mapping where company_id = company and num_nonnulls(charge_item_id, payment_method_id, tax_rate) > 0;
  insert into account_mapping (company_id, id, account, tax_rate, code, name, has_tax)
  select company, gen_random_uuid(), c.account, c.rate, case chart when 'small' then c.small_code else c.code end,
    case chart when 'small' then c.small_name else c.name end, c.has_tax
  from (values
    ('money', null::numeric, '1002', '银行存款', '1002', '银行存款', false),
    ('receivable', null, '1122', '应收账款', '1122', '应收账款', false),
    ('prepaid', null, '2205', '合同负债', '2203', '预收账款', false),
    ('deposit', null, '2241', '其他应付款', '2241', '其他应付款', false),
    ('prepaidTransit', null, '2241', '其他应付款', '2241', '其他应付款', false),
    ('income', null, '6001', '主营业务收入', '5001', '主营业务收入', true),
    ('lateFeeIncome', null, '6301', '营业外收入', '5301', '营业外收入', true),
    ('otherIncome', null, '6051', '其他业务收入', '5051', '其他业务收入', true),
    ('forfeitIncome', null, '6301', '营业外收入', '5301', '营业外收入', false),
    ('discount', null, '6001', '主营业务收入', '5001', '主营业务收入', true),
    ('waiver', null, '6001', '主营业务收入', '5001', '主营业务收入', true),
    ('prepaidBonus', null, '6601', '销售费用', '5601', '销售费用', false),
    ('channelFee', null, '6603', '财务费用', '5603', '财务费用', false),
    ('payout', null, '1002', '银行存款', '1002', '银行存款', false),
    ('outputTax', null, '22210107', '应交税费—应交增值税—销项税额', '22210107', '应交税费—应交增值税—销项税额', false),
    ('outputTax', 5, '222108', '应交税费—简易计税', '222108', '应交税费—简易计税', false),
    ('outputTax', 3, '222108', '应交税费—简易计税', '222108', '应交税费—简易计税', false),
    ('outputTax', 1, '222108', '应交税费—简易计税', '222108', '应交税费—简易计税', false)
  ) c (account, rate, code, name, small_code, small_name, has_tax)
  on conflict (company_id, account, charge_item_id, payment_method_id, tax_rate)
    do update set code = excluded.code, name = excluded.name, has_tax = excluded.has_tax, auxiliaries = '{}', detail = 'sum';
  insert into account_mapping (company_id, id, account, payment_method_id, code, name)
  select company, gen_random_uuid(), 'money', m.id, case when m.is_cash then '1001' else '1012' end,
    case when m.is_cash then '库存现金' else '其他货币资金' end
  from payment_method m where m.company_id = company and (m.is_cash or m.key in ('wechat', 'alipay')
    or (m.channel is not null and exists (select from channel_settlement_setting s where s.company_id = company and s.books_payouts)));
$$;

-- Where payouts are booked, what lies at a channel is not yet in the bank.
create function map_channel_methods(company uuid) returns void language sql as $$
  insert into account_mapping (company_id, id, account, payment_method_id, code, name)
    select company, gen_random_uuid(), 'money', m.id, '1012', '其他货币资金' from payment_method m
    where m.company_id = company and m.channel is not null
      and exists (select from channel_settlement_setting s where s.company_id = company and s.books_payouts)
    on conflict (company_id, account, charge_item_id, payment_method_id, tax_rate) do nothing
$$;
grant execute on function map_channel_methods(uuid) to anlin_app;
create function map_channel_method() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') <> 'on' then perform map_channel_methods(new.company_id); end if;
  return null;
end $$;
create trigger payment_method_mapped after insert on payment_method for each row when (new.channel is not null) execute function map_channel_method();

-- Companies that are there: the new accounts by the chart they follow, and fees of bills from today on, so that no older day changes the
-- books by surprise.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    insert into account_mapping (company_id, id, account, code, name)
      select one.id, gen_random_uuid(), c.account, case when m.is_small then c.small_code else c.code end, c.name
      from (select bool_or(code like '5%') as is_small from account_mapping where company_id = one.id and account = 'income') m
      cross join (values ('channelFee', '6603', '5603', '财务费用'), ('payout', '1002', '1002', '银行存款')) c (account, code, small_code, name)
      where m.is_small is not null;
    insert into channel_settlement_setting (company_id, books_fees, fees_from)
      select one.id, true, current_date where exists (select from reconciliation where company_id = one.id);
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;

-- Collection codes know vehicles, which are billed since 0062.
create or replace view collection_code_list with (security_invoker = true) as
  select q.company_id, q.id, q.version, q.created_at, q.updated_at, q.community_id,
    coalesce(target_label(h.full_name, k.number, v.plate), q.name) as name, coalesce(q.target_kind, 'community') place_kind, q.target_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') place_label, h.building_id, case when q.is_on then 'on' else 'stopped' end state, q.purpose, q.charge_item_id,
    q.is_remark_required, q.edition, q.issued_at, q.printed_at, s.paid_count, s.paid_fen
  from collection_code q
    left join house h on h.company_id = q.company_id and h.id = q.target_id and q.target_kind = 'house'
    left join parking_space k on k.company_id = q.company_id and k.id = q.target_id and q.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = q.company_id and v.id = q.target_id and q.target_kind = 'vehicle'
    cross join lateral (select count(*)::int paid_count, coalesce(sum(o.amount_fen), 0)::bigint paid_fen from payment_order o
      where o.company_id = q.company_id and o.collection_code_id = q.id and o.state = 'paid') s;

create or replace view collection_list with (security_invoker = true) as
  select o.company_id, o.id, 1 as version, o.created_at, o.paid_at updated_at, o.community_id, o.collection_code_id, coalesce(q.name, '小区收款码') code_name, o.order_no,
    (o.paid_at at time zone c.time_zone)::date paid_on, o.paid_at, o.amount_fen, o.refunded_fen, coalesce(d.held_fen, 0) held_fen, o.payer_name, o.remark,
    o.channel_kind, coalesce(o.receipt_id::text, '') receipt_id, coalesce(r.number, '') receipt_number, coalesce(d.id::text, '') deposit_id,
    case when o.held_item_id is not null then 'held' when o.income_item_id is not null then 'income' when o.top_ups <> '[]' then 'prepaid' else 'bills' end purpose,
    case when o.receipt_id is null then 'unbooked' when o.amount_fen in (o.refunded_fen, d.returned_fen) then 'refunded' when o.held_item_id is null then 'booked'
      when d.held_fen = 0 then 'assigned' when d.held_fen < d.taken_fen then 'partly' else 'waiting' end state,
    coalesce(target_label(h.full_name, k.number, v.plate), '') place_label
  from payment_order o
    join community c on c.company_id = o.company_id and c.id = o.community_id
    -- Whoever sees one house sees what was paid for it by the community's code, and not the code.
    left join collection_code q on q.company_id = o.company_id and q.id = o.collection_code_id
    left join receipt r on r.company_id = o.company_id and r.id = o.receipt_id
    left join deposit d on d.company_id = o.company_id and d.receipt_id = o.receipt_id and o.held_item_id is not null
    left join house h on h.company_id = o.company_id and h.id = coalesce(o.target_id, d.target_id)
    left join parking_space k on k.company_id = o.company_id and k.id = coalesce(o.target_id, d.target_id)
    left join vehicle v on v.company_id = o.company_id and v.id = coalesce(o.target_id, d.target_id)
  where o.collection_code_id is not null and o.state = 'paid';

-- Vouchers by house (FIN-4): what the company's books call the houses. -------------------------------------------------

-- The text field of houses that holds what the books call them; null: their own names.
alter table voucher_dimension add column customer_field_id uuid,
  add foreign key (company_id, customer_field_id) references custom_field (company_id, id) on delete set null (customer_field_id);
create index voucher_dimension_of_field on voucher_dimension (company_id, customer_field_id) where customer_field_id is not null;

-- What of the journal is about one house, space or vehicle: receivables, prepaid money and deposits. By community, day, kind of voucher
-- and account its sums are those of `journal_detail`; `verify` proves it. Of what was offset from prepaid or a deposit the journal
-- names no item on that side, and neither does this.
create view journal_target with (security_invoker = true) as
  select b.company_id, b.community_id, 'accrual' as voucher_kind, coalesce(b.booked_on, b.period_from) as day, 'receivable' as account,
    coalesce(e.item_id, b.charge_item_id) as charge_item_id, b.target_kind, b.target_id, b.receivable_fen - coalesce(e.delta_fen, 0) as amount_fen
    from bill b
    left join (select company_id, bill_id, sum(delta_fen)::bigint as delta_fen, (array_agg((before ->> 'chargeItemId')::uuid order by edited_at, id))[1] as item_id
      from bill_edit group by company_id, bill_id) e on e.company_id = b.company_id and e.bill_id = b.id
  union all
  select e.company_id, e.community_id, 'accrual', e.edited_on, 'receivable', coalesce((e.after ->> 'chargeItemId')::uuid, b.charge_item_id), b.target_kind, b.target_id, e.delta_fen
    from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id
    where (e.before ->> 'chargeItemId' = e.after ->> 'chargeItemId') is not false and e.delta_fen <> 0
  union all
  select e.company_id, e.community_id, 'accrual', e.edited_on, 'receivable', (y.told ->> 'chargeItemId')::uuid, b.target_kind, b.target_id,
    y.sign * ((y.told ->> 'receivable')::numeric * 100)::bigint
    from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id
    cross join lateral (values (e.before, -1), (e.after, 1)) y (told, sign) where e.before ->> 'chargeItemId' <> e.after ->> 'chargeItemId'
  union all
  select v.company_id, v.community_id, 'accrual', v.voided_on, 'receivable', bill_item_at(v.company_id, v.bill_id, b.charge_item_id, v.voided_at), b.target_kind, b.target_id,
    -v.receivable_fen from bill_void v join bill b on b.company_id = v.company_id and b.id = v.bill_id
  union all
  select v.company_id, v.community_id, 'accrual', v.restored_on, 'receivable', bill_item_at(v.company_id, v.bill_id, b.charge_item_id, v.restored_at), b.target_kind, b.target_id,
    v.receivable_fen from bill_restoration v join bill b on b.company_id = v.company_id and b.id = v.bill_id
  union all
  select d.company_id, d.community_id, 'reduction', d.reduced_on, 'receivable', bill_item_at(d.company_id, d.bill_id, b.charge_item_id, d.reduced_at), b.target_kind, b.target_id,
    -d.amount_fen from bill_reduction d join bill b on b.company_id = d.company_id and b.id = d.bill_id where d.kind <> 'lateFeeWaiver'
  union all
  -- What paid a bill, the late fee being offset first, as the pieces of a receipt are laid beside its tenders.
  select a.company_id, a.community_id, case when a.kind = 'refund' then 'refund' else x.voucher_kind end,
    coalesce(f.refunded_on, rs.restored_on, rv.reversed_on, r.received_on), 'receivable',
    bill_item_at(a.company_id, a.bill_id, b.charge_item_id, coalesce(f.refunded_at, r.received_at)), b.target_kind, b.target_id, -x.fen
    from allocation a join bill b on b.company_id = a.company_id and b.id = a.bill_id join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join receipt_reversal rv on rv.company_id = a.company_id and rv.id = a.receipt_reversal_id
    left join receipt_restoration rs on rs.company_id = a.company_id and rs.id = a.receipt_restoration_id
    left join refund f on f.company_id = a.company_id and f.id = a.refund_id
    cross join lateral (select sign(a.principal_fen + a.late_fee_fen)::int as sign, abs(a.offset_fen) - least(abs(a.offset_fen), abs(a.late_fee_fen)) as by_offset) o
    cross join lateral (values ('receipt', a.principal_fen - o.sign * o.by_offset), ('offset', o.sign * o.by_offset)) x (voucher_kind, fen)
    where x.fen <> 0
  union all
  select m.company_id, m.community_id, k.voucher_kind, m.moved_on, 'prepaid', case when k.has_item then p.charge_item_id end, p.target_kind, p.target_id, -m.amount_fen
    from prepaid_movement m join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
    left join prepaid_movement o on o.company_id = m.company_id and o.id = m.other_movement_id and m.kind in ('reversal', 'restoration')
    join (values ('topUp', 'prepaid', true), ('bonus', 'prepaid', true), ('moveIn', 'prepaid', true), ('moveOut', 'prepaid', true), ('offset', 'offset', false),
      ('refund', 'refund', true), ('refundIn', 'refund', false), ('depositIn', 'deposit', false)) k (kind, voucher_kind, has_item) on k.kind = coalesce(o.kind, m.kind)
  union all
  select m.company_id, m.community_id, k.voucher_kind, m.moved_on, 'deposit', case when k.has_item then d.charge_item_id end, d.target_kind, d.target_id, -m.amount_fen
    from deposit_movement m join deposit d on d.company_id = m.company_id and d.id = m.deposit_id
    left join deposit_movement o on o.company_id = m.company_id and o.id = m.other_movement_id and m.kind in ('reversal', 'restoration')
    join (values ('take', 'deposit', true), ('offset', 'offset', false), ('return', 'refund', true), ('toPrepaid', 'deposit', true), ('forfeit', 'deposit', true))
      k (kind, voucher_kind, has_item) on k.kind = coalesce(o.kind, m.kind);
grant select on journal_target to anlin_app;
