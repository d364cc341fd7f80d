-- E-invoices (FIN-6, 数电发票) and the special maintenance fund (FIN-9, 专项维修资金).

-- Code of the tax office's catalogue of goods and services an item is invoiced under; its tax rate stands beside it.
alter table charge_item add column tax_code text not null default '' check (tax_code ~ '^([0-9]{19})?$');

-- Invoices. -----------------------------------------------------------------------------------------------------------

-- Who invoices: one for the company (no community), or one of a community's own. The secret is sealed.
create table invoice_seller (
  company_id uuid not null references company (id),
  id uuid not null,
  community_id uuid,
  name text not null check (name <> ''),
  tax_number text not null check (tax_number <> ''),
  address text not null default '',
  phone text not null default '',
  bank_name text not null default '',
  bank_account text not null default '',
  -- Whose name stands on an invoice when nobody else's is given.
  issuer_name text not null check (issuer_name <> ''),
  provider text not null check (provider <> ''),
  -- Where the provider is reached, without a path.
  host text not null check (host <> ''),
  app_key text not null check (app_key <> ''),
  -- Empty where an archive came from another installation: it is entered anew.
  sealed_secret text not null default '',
  is_on boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('invoice_seller', 'community_id');
-- Whoever sees one house of a community may ask who invoices there.
call scope_tenant_table('invoice_seller', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])',
  'community_id is null');
create unique index invoice_seller_once on invoice_seller (company_id, community_id) nulls not distinct;

-- Whom invoices are made out to (抬头簿).
create table invoice_title (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  kind text not null check (kind in ('company', 'person')),
  name text not null check (name <> ''),
  tax_number text not null default '',
  address text not null default '',
  phone text not null default '',
  bank_name text not null default '',
  bank_account text not null default '',
  email text not null default '',
  house_id uuid,
  resident_id uuid,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, name, tax_number),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, house_id) references house (company_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id),
  check (kind = 'person' or tax_number <> '')
);
call protect_tenant_table('invoice_title', 'community_id');
call scope_tenant_table('invoice_title', 'house_id in (select visible_house_ids())');
call record_import_effects('invoice_title');
create index invoice_title_of_house on invoice_title (company_id, house_id) where house_id is not null;
create index invoice_title_of_resident on invoice_title (company_id, resident_id) where resident_id is not null;

-- One invoice: blue, or red against a blue one (sums then negative). Whom it was made out to is frozen in it.
create table invoice (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  seller_id uuid,
  direction text not null check (direction in ('blue', 'red')),
  kind text not null check (kind in ('normal', 'special')),
  -- The blue one a red one takes back.
  original_id uuid,
  state text not null check (state in ('requested', 'rejected', 'issuing', 'issued', 'failed')),
  source text not null check (source in ('staff', 'resident')),
  target_kind text check (target_kind in ('house', 'parkingSpace')),
  target_id uuid,
  buyer_kind text not null check (buyer_kind in ('company', 'person')),
  buyer_name text not null check (buyer_name <> ''),
  buyer_tax_number text not null default '',
  buyer_address text not null default '',
  buyer_phone text not null default '',
  buyer_bank_name text not null default '',
  buyer_bank_account text not null default '',
  buyer_email text not null default '',
  gross_fen bigint not null check (gross_fen <> 0),
  tax_fen bigint not null,
  -- Of a blue one: how much red letters that were issued took back.
  red_fen bigint not null default 0,
  note text not null default '',
  -- Why it was taken back, rejected or refused.
  reason text not null default '',
  failure text not null default '',
  -- Ours, by which the provider tells one request from another; a new one only after the provider refused the last.
  request_number text not null,
  attempt int not null default 1,
  number text,
  issued_on date,
  issued_at timestamptz,
  pdf_url text not null default '',
  file_id uuid,
  requested_at timestamptz not null,
  requested_by uuid,
  reviewed_at timestamptz,
  reviewed_by uuid,
  try_count int not null default 0,
  next_try_at timestamptz,
  claimed_until timestamptz,
  idempotency_key text not null,
  request_hash bytea not null,
  primary key (company_id, id),
  unique (company_id, request_number),
  unique (company_id, idempotency_key),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, seller_id) references invoice_seller (company_id, id),
  foreign key (company_id, original_id) references invoice (company_id, id),
  foreign key (company_id, file_id) references file (company_id, id),
  foreign key (company_id, requested_by) references staff (company_id, id),
  foreign key (company_id, reviewed_by) references staff (company_id, id),
  check ((direction = 'red') = (original_id is not null)),
  check (case when direction = 'blue' then gross_fen > 0 and tax_fen between 0 and gross_fen and red_fen between 0 and gross_fen
    else gross_fen < 0 and tax_fen between gross_fen and 0 and red_fen = 0 and reason <> '' end),
  check ((state = 'issued') = (num_nonnulls(number, issued_on, issued_at) = 3)),
  check (state not in ('issuing', 'issued') or seller_id is not null),
  check ((target_kind is null) = (target_id is null))
);
call protect_tenant_table('invoice', 'community_id', 'select, insert');
call scope_tenant_table('invoice', 'target_id in (select visible_target_ids())');
grant update (state, seller_id, red_fen, reason, failure, request_number, attempt, number, issued_on, issued_at, pdf_url, file_id, reviewed_at, reviewed_by,
  try_count, next_try_at, claimed_until) on invoice to anlin_app;
create index invoice_by_time on invoice (company_id, community_id, requested_at, id);
create index invoice_of_seller on invoice (company_id, seller_id) where seller_id is not null;
create index invoice_of_target on invoice (company_id, target_id) where target_id is not null;
create index invoice_of_file on invoice (company_id, file_id) where file_id is not null;
create index invoice_due on invoice (company_id, next_try_at) where next_try_at is not null;
create unique index invoice_number_once on invoice (company_id, number) where number is not null;
-- Red letters of one invoice follow each other: what is left is always known.
create unique index invoice_red_once on invoice (company_id, original_id) where direction = 'red' and state = 'issuing';
create index invoice_reds on invoice (company_id, original_id) where original_id is not null;

create table invoice_line (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  invoice_id uuid not null,
  line_number int not null check (line_number > 0),
  charge_item_id uuid not null,
  item_name text not null,
  tax_code text not null default '',
  tax_rate numeric(4, 2) not null,
  gross_fen bigint not null,
  tax_fen bigint not null,
  net_fen bigint not null generated always as (gross_fen - tax_fen) stored,
  primary key (company_id, id),
  unique (company_id, invoice_id, line_number),
  unique (company_id, invoice_id, charge_item_id),
  foreign key (company_id, invoice_id) references invoice (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id)
);
call protect_tenant_table('invoice_line', 'community_id', 'select, insert');
call scope_tenant_table('invoice_line', 'exists (select from invoice i where i.company_id = invoice_line.company_id and i.id = invoice_line.invoice_id)');
create index invoice_line_of_item on invoice_line (company_id, charge_item_id);

-- Which receipt each fen of a line was received by.
create table invoice_part (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  invoice_id uuid not null,
  receipt_id uuid not null,
  charge_item_id uuid not null,
  gross_fen bigint not null check (gross_fen <> 0),
  primary key (company_id, id),
  unique (company_id, invoice_id, receipt_id, charge_item_id),
  foreign key (company_id, invoice_id) references invoice (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, charge_item_id) references charge_item (company_id, id)
);
call protect_tenant_table('invoice_part', 'community_id', 'select, insert');
call scope_tenant_table('invoice_part', 'exists (select from invoice i where i.company_id = invoice_part.company_id and i.id = invoice_part.invoice_id)');
create index invoice_part_of_receipt on invoice_part (company_id, receipt_id);
create index invoice_part_of_item on invoice_part (company_id, charge_item_id);

-- Each word exchanged with the provider about an invoice.
create table invoice_exchange (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  invoice_id uuid not null,
  at timestamptz not null,
  request_number text not null,
  kind text not null check (kind in ('submit', 'query', 'callback')),
  outcome text not null,
  answer text not null default '',
  primary key (company_id, id),
  foreign key (company_id, invoice_id) references invoice (company_id, id)
);
call protect_tenant_table('invoice_exchange', 'community_id', 'select, insert');
call scope_tenant_table('invoice_exchange', 'exists (select from invoice i where i.company_id = invoice_exchange.company_id and i.id = invoice_exchange.invoice_id)');
create index invoice_exchange_of_invoice on invoice_exchange (company_id, invoice_id, at);

-- What of a receipt is invoiced or asked to be: the sum of its held parts, changed in the transaction that changes them, under
-- the receipt's lock.
alter table receipt add column invoiced_fen bigint not null default 0 check (invoiced_fen >= 0);
grant update (invoiced_fen) on receipt to anlin_app;

-- Parts that count against what was received: of a blue invoice from the moment it is asked for, of a red one once it is issued.
create view invoice_held_part with (security_invoker = true) as
  select p.company_id, p.community_id, p.invoice_id, p.receipt_id, p.charge_item_id, p.gross_fen
  from invoice_part p join invoice i on i.company_id = p.company_id and i.id = p.invoice_id
  where i.state = 'issued' or (i.direction = 'blue' and i.state in ('requested', 'issuing'));
grant select on invoice_held_part to anlin_app;

-- What a receipt received for each item, after everything that undid or gave back some of it. Prepaid and deposits are invoiced
-- when they pay a bill, not when they are taken.
create view receipt_item_received with (security_invoker = true) as
  select x.company_id, x.receipt_id, x.charge_item_id, sum(x.fen)::bigint as fen from (
    select a.company_id, a.receipt_id, b.charge_item_id, a.principal_fen + a.late_fee_fen as fen
      from allocation a join bill b on b.company_id = a.company_id and b.id = a.bill_id
    union all
    select o.company_id, o.receipt_id, o.charge_item_id, o.amount_fen from other_income o) x
  group by x.company_id, x.receipt_id, x.charge_item_id;
grant select on receipt_item_received to anlin_app;

-- The most of a receipt that may be invoiced: what it received less what was paid with prepaid that was given as a bonus.
create function receipt_invoiceable_fen(company uuid, receipt uuid) returns bigint language sql stable as $$
  select greatest(0, coalesce((select sum(x.fen) from receipt_item_received x where x.company_id = company and x.receipt_id = receipt), 0)
    + coalesce((select sum(m.bonus_fen) from prepaid_movement m where m.company_id = company and m.receipt_id = receipt
      and (m.kind in ('offset', 'refundIn') or (m.kind in ('reversal', 'restoration') and m.other_movement_id in (
        select o.id from prepaid_movement o where o.company_id = company and o.receipt_id = receipt and o.kind = 'offset')))), 0))::bigint
$$;
grant execute on function receipt_invoiceable_fen(uuid, uuid) to anlin_app;

-- Money of an invoiced receipt is not given back before a red letter took the invoice back: looked at when the transaction ends,
-- so that the lines of a refund are all there.
create function refuse_return_of_invoiced() returns trigger language plpgsql as $$
declare
  invoiced bigint;
  numbers text;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  select r.invoiced_fen into invoiced from receipt r where r.company_id = new.company_id and r.id = new.receipt_id;
  if coalesce(invoiced, 0) = 0 then return null; end if;
  if invoiced > receipt_invoiceable_fen(new.company_id, new.receipt_id) or exists (
    select from (select h.charge_item_id, sum(h.gross_fen) as fen from invoice_held_part h
      where h.company_id = new.company_id and h.receipt_id = new.receipt_id group by 1) h
    left join receipt_item_received x on x.company_id = new.company_id and x.receipt_id = new.receipt_id and x.charge_item_id = h.charge_item_id
    where h.fen > coalesce(x.fen, 0)) then
    select string_agg(distinct coalesce(i.number, '（开票中）'), '、') into numbers
      from invoice_part p join invoice i on i.company_id = p.company_id and i.id = p.invoice_id
      where p.company_id = new.company_id and p.receipt_id = new.receipt_id and i.direction = 'blue' and i.state in ('requested', 'issuing', 'issued')
        and i.red_fen < i.gross_fen;
    raise exception using errcode = 'AN048', message = 'the receipt is invoiced', detail = coalesce(numbers, '');
  end if;
  return null;
end $$;
create constraint trigger allocation_invoiced after insert on allocation deferrable initially deferred
  for each row when (new.refund_id is not null or new.receipt_reversal_id is not null) execute function refuse_return_of_invoiced();
create constraint trigger other_income_invoiced after insert on other_income deferrable initially deferred
  for each row when (new.amount_fen < 0) execute function refuse_return_of_invoiced();

create view invoice_list with (security_invoker = true) as
  select i.company_id, i.id, 1 as version, i.requested_at as created_at, i.requested_at as updated_at, i.community_id,
    coalesce(i.number, '') as number,
    case when i.state = 'issued' and i.red_fen = i.gross_fen then 'redLettered' when i.state = 'issued' and i.red_fen > 0 then 'partlyRed' else i.state end as state,
    i.direction, i.kind, i.source, i.buyer_kind, i.buyer_name, i.buyer_tax_number, i.gross_fen, i.gross_fen - i.tax_fen as net_fen, i.tax_fen, i.red_fen,
    i.issued_on, i.requested_at, i.failure, i.note, i.target_id, h.building_id,
    coalesce(h.full_name, '车位 ' || k.number, '') as target_label,
    coalesce((select string_agg(distinct r.number, '、') from invoice_part p join receipt r on r.company_id = p.company_id and r.id = p.receipt_id
      where p.company_id = i.company_id and p.invoice_id = i.id), '') as receipt_numbers,
    coalesce(s.name, case when i.source = 'resident' then '住户' else '系统' end) as staff_name, i.original_id, i.file_id is not null as has_pdf
  from invoice i
    left join house h on h.company_id = i.company_id and h.id = i.target_id and i.target_kind = 'house'
    left join parking_space k on k.company_id = i.company_id and k.id = i.target_id and i.target_kind = 'parkingSpace'
    left join staff s on s.company_id = i.company_id and s.id = i.requested_by;
grant select on invoice_list to anlin_app;

-- Every receipt with what may be invoiced of it: nothing of one that was taken back, or that took prepaid and deposits alone.
create view receipt_invoicing_list with (security_invoker = true) as
  select r.company_id, r.id, 1 as version, r.received_at as created_at, r.received_at as updated_at, r.community_id, r.number, r.received_on,
    r.payer_name, r.target_id, h.building_id, coalesce(h.full_name, '车位 ' || k.number, '') as target_label, r.total_fen,
    x.fen as invoiceable_fen, r.invoiced_fen, x.fen - r.invoiced_fen as left_fen,
    case when x.fen = 0 then 'nothing' when x.fen <= r.invoiced_fen then 'invoiced' when r.invoiced_fen > 0 then 'partly' else 'none' end as state
  from receipt r
    cross join lateral (select receipt_invoiceable_fen(r.company_id, r.id) as fen) x
    left join house h on h.company_id = r.company_id and h.id = r.target_id and r.target_kind = 'house'
    left join parking_space k on k.company_id = r.company_id and k.id = r.target_id and r.target_kind = 'parkingSpace';
grant select on receipt_invoicing_list to anlin_app;

-- The special maintenance fund. It is the owners' money, kept apart from the company's: in no receipt, no income movement, no journal. --

-- One account per house; its balance is the sum of its movements and never below zero.
create table fund_account (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  -- The first sum paid in (首期交存), by which the warning to pay in again is judged.
  first_deposit_fen bigint not null default 0 check (first_deposit_fen >= 0),
  balance_fen bigint not null default 0 check (balance_fen >= 0),
  opened_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, house_id),
  foreign key (company_id, community_id, house_id) references house (company_id, community_id, id)
);
call protect_tenant_table('fund_account', 'community_id', 'select, insert');
call scope_tenant_table('fund_account', 'house_id in (select visible_house_ids())');
grant update (first_deposit_fen, balance_fen) on fund_account to anlin_app;
create index fund_account_of_community on fund_account (company_id, community_id, id);

-- A use of the fund: what for, who does it, how the owners voted, and what it cost.
create table fund_project (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  name text not null check (name <> ''),
  reason text not null check (reason <> ''),
  contractor text not null check (contractor <> ''),
  budget_fen bigint not null check (budget_fen > 0),
  -- Whose houses share it: those of these buildings; empty is the whole community.
  building_ids uuid[] not null default '{}',
  state text not null check (state in ('planned', 'passed', 'refused', 'paid')),
  -- The vote (民法典 278): all who may, who took part, who agreed; heads and square metres.
  voted_on date,
  total_heads int check (total_heads > 0),
  total_area numeric(14, 2) check (total_area > 0),
  part_heads int,
  part_area numeric(14, 2),
  agreed_heads int,
  agreed_area numeric(14, 2),
  planned_at timestamptz not null,
  staff_id uuid not null,
  version int not null default 1,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check (num_nulls(voted_on, total_heads, total_area, part_heads, part_area, agreed_heads, agreed_area) in (0, 7)),
  check (agreed_heads between 0 and part_heads and part_heads <= total_heads and agreed_area between 0 and part_area and part_area <= total_area),
  check ((state = 'planned') = (voted_on is null)),
  -- At least two thirds take part, and more than half of them agree, by heads and by area.
  check (state not in ('passed', 'paid') or (3 * part_heads >= 2 * total_heads and 3 * part_area >= 2 * total_area
    and 2 * agreed_heads > part_heads and 2 * agreed_area > part_area))
);
call protect_tenant_table('fund_project', 'community_id', 'select, insert');
grant update (name, reason, contractor, budget_fen, building_ids, state, voted_on, total_heads, total_area, part_heads, part_area, agreed_heads,
  agreed_area, version) on fund_project to anlin_app;
create index fund_project_by_time on fund_project (company_id, community_id, planned_at, id);

-- What moves money of many accounts at once. Only ever added to; a reversal is the opposite, once.
create table fund_document (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  kind text not null check (kind in ('opening', 'deposit', 'interest', 'draw', 'reversal')),
  booked_on date not null,
  total_fen bigint not null check (total_fen <> 0),
  account_count int not null check (account_count > 0),
  -- Yuan per square metre, or percent a year.
  rate numeric(14, 6),
  interest_year int,
  fund_project_id uuid,
  reverses_id uuid,
  note text not null default '',
  written_at timestamptz not null,
  staff_id uuid not null,
  idempotency_key text not null,
  request_hash bytea not null,
  primary key (company_id, id),
  unique (company_id, idempotency_key),
  unique (company_id, reverses_id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, fund_project_id) references fund_project (company_id, id),
  foreign key (company_id, reverses_id) references fund_document (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check ((kind = 'draw') = (fund_project_id is not null)),
  check ((kind = 'reversal') = (reverses_id is not null)),
  check ((kind = 'interest') = (interest_year is not null)),
  check (kind <> 'reversal' or note <> ''),
  check (case kind when 'draw' then total_fen < 0 when 'reversal' then true else total_fen > 0 end)
);
call protect_tenant_table('fund_document', 'community_id', 'select, insert');
create index fund_document_by_day on fund_document (company_id, community_id, booked_on, id);
create index fund_document_of_project on fund_document (company_id, fund_project_id) where fund_project_id is not null;

create table fund_movement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  fund_account_id uuid not null,
  fund_document_id uuid not null,
  amount_fen bigint not null check (amount_fen <> 0),
  primary key (company_id, id),
  unique (company_id, fund_document_id, fund_account_id),
  foreign key (company_id, fund_account_id) references fund_account (company_id, id),
  foreign key (company_id, fund_document_id) references fund_document (company_id, id)
);
call protect_tenant_table('fund_movement', 'community_id', 'select, insert');
call scope_tenant_table('fund_movement', 'exists (select from fund_account a where a.company_id = fund_movement.company_id and a.id = fund_movement.fund_account_id)');
create index fund_movement_of_account on fund_movement (company_id, fund_account_id, id);

create function add_fund_movements() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  update fund_account a set balance_fen = a.balance_fen + s.fen
    from (select company_id, fund_account_id, sum(amount_fen)::bigint as fen from added group by 1, 2) s
    where a.company_id = s.company_id and a.id = s.fund_account_id;
  return null;
end $$;
create trigger fund_movement_sums after insert on fund_movement referencing new table as added
  for each statement execute function add_fund_movements();

-- What was made public (公示), as it was then, without anything about a person or a house.
create table fund_publication (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  content jsonb not null,
  published_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('fund_publication', 'community_id', 'select, insert');
create index fund_publication_newest on fund_publication (company_id, community_id, published_at desc, id);

create view fund_account_list with (security_invoker = true) as
  select a.company_id, a.id, 1 as version, a.opened_at as created_at, a.opened_at as updated_at, a.community_id, a.house_id, h.full_name as house_label,
    h.building_id, h.built_area, a.first_deposit_fen, a.balance_fen, a.balance_fen * 10 < a.first_deposit_fen * 3 as is_low
  from fund_account a join house h on h.company_id = a.company_id and h.id = a.house_id;
grant select on fund_account_list to anlin_app;
create view fund_movement_list with (security_invoker = true) as
  select m.company_id, m.id, 1 as version, d.written_at as created_at, d.written_at as updated_at, m.community_id, m.fund_account_id, a.house_id,
    h.full_name as house_label, h.building_id, m.fund_document_id, d.kind, d.booked_on, m.amount_fen, coalesce(p.name, d.note) as note
  from fund_movement m
    join fund_document d on d.company_id = m.company_id and d.id = m.fund_document_id
    join fund_account a on a.company_id = m.company_id and a.id = m.fund_account_id
    join house h on h.company_id = a.company_id and h.id = a.house_id
    left join fund_project p on p.company_id = d.company_id and p.id = d.fund_project_id;
grant select on fund_movement_list to anlin_app;
create view fund_document_list with (security_invoker = true) as
  select d.company_id, d.id, 1 as version, d.written_at as created_at, d.written_at as updated_at, d.community_id, d.kind, d.booked_on, d.total_fen,
    d.account_count, d.rate, d.interest_year, coalesce(p.name, '') as project_name, d.note, d.written_at, s.name as staff_name,
    exists (select from fund_document r where r.company_id = d.company_id and r.reverses_id = d.id) as is_reversed
  from fund_document d join staff s on s.company_id = d.company_id and s.id = d.staff_id
    left join fund_project p on p.company_id = d.company_id and p.id = d.fund_project_id;
grant select on fund_document_list to anlin_app;
create view fund_project_list with (security_invoker = true) as
  select p.company_id, p.id, p.version, p.planned_at as created_at, p.planned_at as updated_at, p.community_id, p.name, p.reason, p.contractor, p.budget_fen,
    p.state, p.voted_on, p.total_heads, p.total_area, p.part_heads, p.part_area, p.agreed_heads, p.agreed_area, p.planned_at, s.name as staff_name,
    coalesce((select string_agg(b.name, '、' order by b.name) from building b where b.company_id = p.company_id and b.id = any (p.building_ids)), '全小区') as share_label,
    (select d.id from fund_document d where d.company_id = p.company_id and d.fund_project_id = p.id
      and not exists (select from fund_document r where r.company_id = d.company_id and r.reverses_id = d.id)) as draw_id
  from fund_project p join staff s on s.company_id = p.company_id and s.id = p.staff_id;
grant select on fund_project_list to anlin_app;

-- Companies made before this release: the usual posts get what a new company's would.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group g set permissions = (select array_agg(distinct p) from unnest(g.permissions || n.added) p)
      from (values
        ('管理员', '{invoice.view,invoice.request,invoice.issue,invoice.redLetter,invoice.export,invoiceTitle.view,invoiceTitle.edit,invoiceTitle.import,invoiceTitle.export,invoiceSeller.view,invoiceSeller.edit,maintenanceFund.view,maintenanceFund.edit,maintenanceFund.draw,maintenanceFund.reverse,maintenanceFund.import,maintenanceFund.export}'::text[]),
        ('项目经理', '{invoice.view,invoiceTitle.view,invoiceSeller.view,maintenanceFund.view}'),
        ('收费主管', '{invoice.view,invoice.issue,invoice.redLetter,invoice.export,invoiceTitle.view,invoiceTitle.edit,invoiceSeller.view,maintenanceFund.view}'),
        ('收银员', '{invoice.view,invoice.request,invoiceTitle.view,invoiceTitle.edit}'),
        ('财务', '{invoice.view,invoice.request,invoice.issue,invoice.redLetter,invoice.export,invoiceTitle.view,invoiceTitle.edit,invoiceTitle.export,invoiceSeller.view,invoiceSeller.edit,maintenanceFund.view,maintenanceFund.edit,maintenanceFund.draw,maintenanceFund.reverse,maintenanceFund.export}')
      ) n (name, added)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
