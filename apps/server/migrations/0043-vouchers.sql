-- Vouchers (FIN-4; ADR 0043): the journal with what accountants ask of it, the company's own accounts, vouchers made from closed days
-- and never changed after, and quick sums for the trial balance.

-- What a bill was for at a moment: items can be corrected while nothing is paid (CHG-8).
create function bill_item_at(company uuid, bill uuid, item uuid, at timestamptz) returns uuid language sql stable as $$
  select coalesce((select (e.before ->> 'chargeItemId')::uuid from bill_edit e
    where e.company_id = company and e.bill_id = bill and e.edited_at > at and e.before ->> 'chargeItemId' is not null order by e.edited_at, e.id limit 1), item)
$$;
grant execute on function bill_item_at(uuid, uuid, uuid, timestamptz) to anlin_app;

-- The journal once more, with the item or way of paying a line is about and the kind of voucher it goes into. By document and
-- account its sums are those of `journal_line`; `verify` proves it.
create view journal_detail with (security_invoker = true) as
  select b.company_id, b.community_id, b.id as document_id, 'bill' as document, 'accrual' as voucher_kind, coalesce(b.booked_on, b.period_from) as day,
    x.account, coalesce(e.item_id, b.charge_item_id) as charge_item_id, null::uuid as payment_method_id, x.sign * (b.receivable_fen - coalesce(e.delta_fen, 0)) as amount_fen
    from bill b
    left join (select company_id, bill_id, sum(delta_fen)::bigint as delta_fen, (array_agg((before ->> 'chargeItemId')::uuid order by edited_at, id))[1] as item_id
      from bill_edit group by company_id, bill_id) e on e.company_id = b.company_id and e.bill_id = b.id
    cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  -- An edit of the amount alone.
  select e.company_id, e.community_id, e.id, 'billEdit', 'accrual', e.edited_on, x.account, coalesce((e.after ->> 'chargeItemId')::uuid, b.charge_item_id), null, x.sign * e.delta_fen
    from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
    where (e.before ->> 'chargeItemId' = e.after ->> 'chargeItemId') is not false and e.delta_fen <> 0
  union all
  -- An edit of the item: all of it from the old one to the new one.
  select e.company_id, e.community_id, e.id, 'billEdit', 'accrual', e.edited_on, x.account, (y.told ->> 'chargeItemId')::uuid, null,
    x.sign * y.sign * ((y.told ->> 'receivable')::numeric * 100)::bigint
    from bill_edit e cross join lateral (values (e.before, -1), (e.after, 1)) y (told, sign) cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
    where e.before ->> 'chargeItemId' <> e.after ->> 'chargeItemId'
  union all
  select v.company_id, v.community_id, v.id, 'billVoid', 'accrual', v.voided_on, x.account, bill_item_at(v.company_id, v.bill_id, b.charge_item_id, v.voided_at), null, -x.sign * v.receivable_fen
    from bill_void v join bill b on b.company_id = v.company_id and b.id = v.bill_id cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  select v.company_id, v.community_id, v.id, 'billRestoration', 'accrual', v.restored_on, x.account, bill_item_at(v.company_id, v.bill_id, b.charge_item_id, v.restored_at), null, x.sign * v.receivable_fen
    from bill_restoration v join bill b on b.company_id = v.company_id and b.id = v.bill_id cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  select d.company_id, d.community_id, d.id, 'billReduction', 'reduction', d.reduced_on, x.account, bill_item_at(d.company_id, d.bill_id, b.charge_item_id, d.reduced_at), null, x.sign * d.amount_fen
    from bill_reduction d join bill b on b.company_id = d.company_id and b.id = d.bill_id cross join lateral (values (d.kind, 1), ('receivable', -1)) x (account, sign)
    where d.kind <> 'lateFeeWaiver'
  union all
  -- Every piece of a movement of money against what paid it.
  select m.company_id, m.community_id, m.document_id, m.kind,
    case when m.kind = 'refund' then 'refund' when m.source <> 'money' then 'offset' when p.kind = 'prepaid' then 'prepaid' when p.kind = 'deposit' then 'deposit' else 'receipt' end,
    m.day, x.account, x.item_id, x.method_id, x.sign * p.fen
    from income_movement m cross join lateral unnest(m.part_item_ids, m.part_kinds, m.part_fen) p (item_id, kind, fen)
    cross join lateral (values
      (m.source, null::uuid, case m.source when 'money' then m.payment_method_id end, 1),
      (case p.kind when 'principal' then 'receivable' when 'lateFee' then 'lateFeeIncome' when 'other' then 'otherIncome' else p.kind end, p.item_id, null::uuid, -1)) x (account, item_id, method_id, sign)
    where p.fen <> 0
  union all
  select p.company_id, p.community_id, p.id, 'prepaidBonus', 'prepaid', p.moved_on, x.account, a.charge_item_id, null, x.sign * p.amount_fen
    from prepaid_movement p join prepaid_account a on a.company_id = p.company_id and a.id = p.prepaid_account_id
    left join prepaid_movement o on o.company_id = p.company_id and o.id = p.other_movement_id
    cross join (values ('prepaidBonus', 1), ('prepaid', -1)) x (account, sign)
    where p.kind = 'bonus' or (p.kind in ('reversal', 'restoration') and o.kind = 'bonus')
  union all
  select p.company_id, p.community_id, p.id, 'prepaidMove', 'prepaid', p.moved_on, x.account, a.charge_item_id, null, x.sign * p.amount_fen
    from prepaid_movement p join prepaid_account a on a.company_id = p.company_id and a.id = p.prepaid_account_id
    cross join (values ('prepaidTransit', 1), ('prepaid', -1)) x (account, sign) where p.kind in ('moveIn', 'moveOut')
  union all
  select d.company_id, d.community_id, d.id, 'depositForfeit', 'deposit', d.moved_on, x.account, t.charge_item_id, null, x.sign * d.amount_fen
    from deposit_movement d join deposit t on t.company_id = d.company_id and t.id = d.deposit_id
    cross join (values ('forfeitIncome', 1), ('deposit', -1)) x (account, sign) where d.kind = 'forfeit'
  union all
  select d.company_id, d.community_id, d.id, 'depositToPrepaid', 'deposit', d.moved_on, x.account, case x.account when 'deposit' then t.charge_item_id end, null, x.sign * d.amount_fen
    from deposit_movement d join deposit t on t.company_id = d.company_id and t.id = d.deposit_id
    cross join (values ('prepaid', 1), ('deposit', -1)) x (account, sign) where d.kind = 'toPrepaid';
grant select on journal_detail to anlin_app;

-- Bills booked on another day than the first of their period; the others are found by `bill_by_period`.
create index bill_booked on bill (company_id, community_id, booked_on) where booked_on is not null;

-- Debits and credits of stretches of days, by community and account: one row of the three arrays for each stretch, a null first day from
-- the beginning. Bills are added up from their index; what is left of the journal is small.
create function journal_sums(company uuid, communities uuid[], first_days date[], last_days date[])
  returns table (community_id uuid, account text, debit numeric, credit numeric) language sql stable as $$
  with stretch as (
    select u.community_id, coalesce(u.first_day, '-infinity'::date) as first_day, u.last_day from unnest(communities, first_days, last_days) u (community_id, first_day, last_day)
  ), bills as (
    select s.community_id, sum(q.fen) as fen from stretch s cross join lateral (
      select sum(b.receivable_fen) as fen from bill b
        where b.company_id = company and b.community_id = s.community_id and b.period_from >= s.first_day and b.period_from <= s.last_day
      union all
      -- Booked elsewhere: not on the day of the period, but on its own.
      select -sum(b.receivable_fen) from bill b where b.company_id = company and b.community_id = s.community_id and b.booked_on is not null
        and b.period_from >= s.first_day and b.period_from <= s.last_day
      union all
      select sum(b.receivable_fen) from bill b where b.company_id = company and b.community_id = s.community_id and b.booked_on is not null
        and b.booked_on >= s.first_day and b.booked_on <= s.last_day
      union all
      -- An edit is an entry of its own day; the bill keeps what it was.
      select -sum(e.delta_fen) from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id
        where e.company_id = company and e.community_id = s.community_id
          and coalesce(b.booked_on, b.period_from) >= s.first_day and coalesce(b.booked_on, b.period_from) <= s.last_day) q
    group by 1
  ), others as (
    select s.community_id, j.account, sum(greatest(j.fen, 0)) as debit, sum(greatest(-j.fen, 0)) as credit from stretch s cross join lateral (
      select l.account, sum(l.amount_fen) as fen from journal_line l
      where l.company_id = company and l.community_id = s.community_id and l.document <> 'bill' and l.day >= s.first_day and l.day <= s.last_day
      group by l.document, l.document_id, l.account) j
    group by 1, 2
  )
  select t.community_id, t.account, sum(t.debit), sum(t.credit) from (
    select * from others
    union all select b.community_id, 'receivable', b.fen, 0 from bills b where b.fen <> 0
    union all select b.community_id, 'income', 0, b.fen from bills b where b.fen <> 0) t group by 1, 2
$$;
grant execute on function journal_sums(uuid, uuid[], date[], date[]) to anlin_app;

-- Our accounts, by item, way of paying or tax rate where that matters, as the company's books name them. Null: all others.
create table account_mapping (
  company_id uuid not null references company (id),
  id uuid not null,
  account text not null check (account in ('money', 'receivable', 'prepaid', 'deposit', 'prepaidTransit', 'income', 'lateFeeIncome', 'otherIncome',
    'forfeitIncome', 'discount', 'waiver', 'prepaidBonus', 'outputTax')),
  charge_item_id uuid,
  payment_method_id uuid,
  tax_rate numeric(4, 2),
  -- Empty: not said yet.
  code text not null default '',
  name text not null default '',
  -- Whether the amount contains output tax, which goes into a line of its own at the item's rate.
  has_tax boolean not null default false,
  -- What else the books keep the account by.
  auxiliaries text[] not null default '{}' check (auxiliaries <@ array['department', 'customer', 'project']),
  primary key (company_id, id),
  unique nulls not distinct (company_id, account, charge_item_id, payment_method_id, tax_rate),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id) on delete cascade,
  foreign key (company_id, payment_method_id) references payment_method (company_id, id) on delete cascade,
  check (num_nonnulls(charge_item_id, payment_method_id, tax_rate) <= 1),
  check (payment_method_id is null or account = 'money'),
  check ((tax_rate is not null) <= (account = 'outputTax'))
);
call protect_tenant_table('account_mapping');
create index account_mapping_of_item on account_mapping (company_id, charge_item_id) where charge_item_id is not null;
create index account_mapping_of_method on account_mapping (company_id, payment_method_id) where payment_method_id is not null;

-- What a community is called in the books: as department, customer and project.
create table voucher_dimension (
  company_id uuid not null,
  community_id uuid not null,
  department_code text not null default '',
  department_name text not null default '',
  customer_code text not null default '',
  customer_name text not null default '',
  project_code text not null default '',
  project_name text not null default '',
  primary key (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('voucher_dimension', 'community_id');

-- The accounts of the two Chinese standards that a property company needs, as they come with a new company. Replaces what is there.
create function fill_account_mapping(company uuid, chart text) returns void language sql as $$
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
    ('outputTax', null, '22210107', '应交税费—应交增值税—销项税额', '22210107', '应交税费—应交增值税—销项税额', false),
    ('outputTax', 5, '222108', '应交税费—简易计税', '222108', '应交税费—简易计税', false),
    ('outputTax', 3, '222108', '应交税费—简易计税', '222108', '应交税费—简易计税', false),
    ('outputTax', 1, '222108', '应交税费—简易计税', '222108', '应交税费—简易计税', false)
  ) c (account, rate, code, name, small_code, small_name, has_tax)
  on conflict (company_id, account, charge_item_id, payment_method_id, tax_rate)
    do update set code = excluded.code, name = excluded.name, has_tax = excluded.has_tax, auxiliaries = '{}';
  insert into account_mapping (company_id, id, account, payment_method_id, code, name)
  select company, gen_random_uuid(), 'money', m.id, case when m.is_cash then '1001' else '1012' end,
    case when m.is_cash then '库存现金' else '其他货币资金' end
  from payment_method m where m.company_id = company and (m.is_cash or m.key in ('wechat', 'alipay'));
$$;
grant execute on function fill_account_mapping(uuid, text) to anlin_app;

-- Vouchers of a stretch of closed days of a community, made at once and never changed. What was made wrongly is voided as a whole: the
-- numbers stay, the days can be made again.
create table voucher_batch (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  first_day date not null,
  last_day date not null,
  grouping text not null check (grouping in ('day', 'month')),
  -- SHA-256 of all its vouchers: `voucher_batch_hash`.
  content_hash bytea not null,
  -- As the books name whoever made it: the name of that day.
  preparer_name text not null,
  made_at timestamptz not null,
  staff_id uuid not null,
  voided_at timestamptz,
  voided_by uuid,
  void_reason text check (void_reason <> ''),
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  foreign key (company_id, voided_by) references staff (company_id, id),
  check (first_day <= last_day),
  check (num_nulls(voided_at, voided_by, void_reason) in (0, 3)),
  -- A day is made into vouchers once.
  exclude using gist (company_id with =, community_id with =, daterange(first_day, last_day, '[]') with &&) where (voided_at is null)
);
call protect_tenant_table('voucher_batch', 'community_id', 'select, insert');
grant update (content_hash, voided_at, voided_by, void_reason) on voucher_batch to anlin_app;
create index voucher_batch_by_day on voucher_batch (company_id, community_id, last_day);

-- 记-0001: numbers run through the month, over all communities of the company, without gaps.
create table voucher (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  voucher_batch_id uuid not null,
  kind text not null check (kind in ('accrual', 'receipt', 'offset', 'prepaid', 'deposit', 'refund', 'reduction')),
  -- First of the month whose numbers it is one of.
  month date not null check (extract(day from month) = 1),
  number int not null check (number > 0),
  -- Its own date, and the days it sums up.
  day date not null,
  first_day date not null,
  last_day date not null,
  debit_fen bigint not null,
  credit_fen bigint not null,
  primary key (company_id, id),
  unique (company_id, month, number),
  foreign key (company_id, voucher_batch_id) references voucher_batch (company_id, id),
  check (debit_fen = credit_fen),
  check (first_day <= last_day and day = last_day and day >= month and day < month + interval '1 month')
);
call protect_tenant_table('voucher', 'community_id', 'select, insert');
create index voucher_of_batch on voucher (company_id, voucher_batch_id);
create index voucher_by_day on voucher (company_id, community_id, day);

-- A line as it goes into the books; amounts may be negative (red). `tax_fen` is what was taken out of it into the tax's own line, with
-- the line's sign: amount + tax is what the journal has.
create table voucher_line (
  company_id uuid not null,
  voucher_id uuid not null,
  line_number int not null check (line_number > 0),
  community_id uuid not null,
  account text not null,
  summary text not null,
  code text not null check (code <> ''),
  name text not null,
  side text not null check (side in ('debit', 'credit')),
  amount_fen bigint not null,
  tax_rate numeric(4, 2),
  tax_fen bigint not null default 0,
  department_code text not null default '',
  department_name text not null default '',
  customer_code text not null default '',
  customer_name text not null default '',
  project_code text not null default '',
  project_name text not null default '',
  check (amount_fen <> 0 or tax_fen <> 0),
  primary key (company_id, voucher_id, line_number),
  foreign key (company_id, voucher_id) references voucher (company_id, id)
);
call protect_tenant_table('voucher_line', 'community_id', 'select, insert');
create index voucher_line_by_code on voucher_line (company_id, code, voucher_id);

-- What of the journal a voucher sums up; debit positive.
create table voucher_part (
  company_id uuid not null,
  voucher_id uuid not null,
  part_number int not null check (part_number > 0),
  community_id uuid not null,
  account text not null,
  charge_item_id uuid,
  payment_method_id uuid,
  amount_fen bigint not null check (amount_fen <> 0),
  primary key (company_id, voucher_id, part_number),
  foreign key (company_id, voucher_id) references voucher (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id),
  foreign key (company_id, payment_method_id) references payment_method (company_id, id)
);
call protect_tenant_table('voucher_part', 'community_id', 'select, insert');
create index voucher_part_of_item on voucher_part (company_id, charge_item_id) where charge_item_id is not null;
create index voucher_part_of_method on voucher_part (company_id, payment_method_id) where payment_method_id is not null;

-- The last number of each month. The row stays locked until the vouchers are in, and a rollback gives the numbers back.
create table voucher_counter (
  company_id uuid not null references company (id),
  month date not null,
  last_number int not null check (last_number >= 0),
  primary key (company_id, month)
);
call protect_tenant_table('voucher_counter', null, 'select, insert, update');

-- All that the vouchers of a batch say, as one hash.
create function voucher_batch_hash(company uuid, batch uuid) returns bytea language sql stable as $$
  select sha256(convert_to(coalesce(string_agg(concat_ws('|', v.month, v.number, v.kind, v.day, v.first_day, v.last_day, v.debit_fen, v.credit_fen, l.text, p.text), E'\n'
    order by v.month, v.number), ''), 'UTF8'))
  from voucher v
  cross join lateral (select string_agg(concat_ws('|', l.line_number, l.account, l.summary, l.code, l.name, l.side, l.amount_fen, coalesce(l.tax_rate::text, ''), l.tax_fen,
      l.department_code, l.department_name, l.customer_code, l.customer_name, l.project_code, l.project_name), ';' order by l.line_number) as text
    from voucher_line l where l.company_id = v.company_id and l.voucher_id = v.id) l
  cross join lateral (select string_agg(concat_ws('|', p.part_number, p.account, coalesce(p.charge_item_id::text, ''), coalesce(p.payment_method_id::text, ''), p.amount_fen), ';' order by p.part_number) as text
    from voucher_part p where p.company_id = v.company_id and p.voucher_id = v.id) p
  where v.company_id = company and v.voucher_batch_id = batch
$$;
grant execute on function voucher_batch_hash(uuid, uuid) to anlin_app;

-- Days whose vouchers stand are not opened again: what was handed to the accountants must not change beneath them.
create function keep_vouchered_days() returns trigger language plpgsql as $$
declare last date;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  select max(v.last_day) into last from voucher_batch v
    where v.company_id = new.company_id and v.community_id = new.community_id and v.voided_at is null;
  if last is not null and (new.closed_until is null or new.closed_until < last) then
    raise exception using errcode = 'AN004', message = 'days with vouchers stay closed', detail = last::text;
  end if;
  return new;
end $$;
create trigger community_book_vouchered before update of closed_until on community_book
  for each row when (new.closed_until is distinct from old.closed_until) execute function keep_vouchered_days();

-- Companies that are there get the accounts, their administrators and accountants the new rights; other groups are theirs to give.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    perform fill_account_mapping(one.id, 'enterprise');
    update permission_group set permissions = (select array_agg(distinct p) from unnest(permissions || array['voucher.view', 'voucher.make', 'voucher.export',
        'voucher.void', 'accountMapping.view', 'accountMapping.edit', 'trialBalance.view']) p)
      where company_id = one.id and name in ('管理员', '财务');
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
