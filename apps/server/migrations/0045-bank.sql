-- Money that comes through banks (CSH-10): taken from accounts by agreement, and found in bank statements.

-- Withholding. --------------------------------------------------------------------------------------------------------

-- How a bank wants its file and how it answers; what `layout` holds is checked by the application.
create table bank_template (
  company_id uuid not null,
  id uuid not null,
  name text not null check (name <> ''),
  layout jsonb not null,
  is_enabled boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name)
);
call protect_tenant_table('bank_template');

-- The company's own accounts: where withheld money goes to and statements come from. Without a community: for several.
create table bank_account (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  name text not null check (name <> ''),
  account_number text not null check (account_number <> ''),
  -- Heading of each column of its statements; null until a statement was read.
  statement_columns jsonb,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('bank_account', 'community_id');
create index bank_account_of_community on bank_account (company_id, community_id) where community_id is not null;

-- What an owner agreed to with their bank. The account number is sealed; of it only the last four digits lie open.
create table bank_agreement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  house_id uuid not null,
  bank_template_id uuid not null,
  -- Empty where an archive came without numbers: they are entered anew.
  account_sealed text not null default '',
  account_index bytea not null default '',
  account_masked text not null,
  account_name text not null check (account_name <> ''),
  starts_on date not null,
  ends_on date,
  last_day date generated always as (ends_on - 1) stored,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, house_id) references house (company_id, id),
  foreign key (company_id, bank_template_id) references bank_template (company_id, id),
  check (ends_on > starts_on),
  -- A house is withheld from by one bank at a time.
  constraint bank_agreement_one_at_a_time exclude using gist (company_id with =, house_id with =, daterange(starts_on, ends_on) with &&)
);
call protect_tenant_table('bank_agreement', 'community_id');
call scope_tenant_table('bank_agreement', 'house_id in (select visible_house_ids())');
create index bank_agreement_of_community on bank_agreement (company_id, community_id, id);
create index bank_agreement_of_house on bank_agreement (company_id, house_id);
create index bank_agreement_of_template on bank_agreement (company_id, bank_template_id);
create index bank_agreement_of_account on bank_agreement (company_id, account_index);
call record_import_effects('bank_agreement');

-- One file to one bank. `template` is the layout as it was then: by it the answer is read.
create table withholding_batch (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  number text not null,
  bank_template_id uuid not null,
  template jsonb not null,
  company_account text not null default '',
  purpose text not null default '',
  charge_item_ids uuid[] not null,
  -- Bills whose period begins in this month or before.
  month_to text not null,
  made_on date not null,
  state text not null check (state in ('making', 'unfit', 'ready', 'booking', 'done', 'cancelled')),
  -- What does not fit into the bank's file, in Chinese.
  problems jsonb not null default '[]',
  file_id uuid,
  result_hash bytea,
  result_name text not null default '',
  received_on date,
  task_id uuid,
  created_by uuid not null,
  created_at timestamptz not null,
  answered_at timestamptz,
  finished_at timestamptz,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, bank_template_id) references bank_template (company_id, id),
  foreign key (company_id, created_by) references staff (company_id, id),
  check (state not in ('booking', 'done') or result_hash is not null and received_on is not null)
);
call protect_tenant_table('withholding_batch', 'community_id', 'select, insert, update');
create index withholding_batch_of_community on withholding_batch (company_id, community_id, id);
create index withholding_batch_of_template on withholding_batch (company_id, bank_template_id);

-- One account of a batch, by its reference found again in the bank's answer. `receipt_id` is set with the receipt.
create table withholding_line (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  batch_id uuid not null,
  bank_agreement_id uuid not null,
  house_id uuid not null,
  line_number int not null check (line_number > 0),
  reference text not null,
  account_name text not null,
  amount_fen bigint not null check (amount_fen > 0),
  answer text not null default 'none' check (answer in ('none', 'paid', 'failed')),
  code text not null default '',
  reason text not null default '',
  receipt_id uuid,
  -- What of the money was no longer owed and went to the prepaid of the house.
  prepaid_fen bigint not null default 0 check (prepaid_fen between 0 and amount_fen),
  primary key (company_id, id),
  unique (company_id, reference),
  unique (company_id, batch_id, line_number),
  unique (company_id, batch_id, bank_agreement_id),
  foreign key (company_id, batch_id) references withholding_batch (company_id, id),
  foreign key (company_id, bank_agreement_id) references bank_agreement (company_id, id),
  foreign key (company_id, house_id) references house (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  check (receipt_id is null or answer = 'paid')
);
call protect_tenant_table('withholding_line', 'community_id', 'select, insert, update');
call scope_tenant_table('withholding_line', 'house_id in (select visible_house_ids())');
create index withholding_line_of_agreement on withholding_line (company_id, bank_agreement_id, id);
create index withholding_line_of_house on withholding_line (company_id, house_id);
create unique index withholding_line_of_receipt on withholding_line (company_id, receipt_id) where receipt_id is not null;

-- What of a line is for which bill, as of the day the file was made.
create table withholding_bill (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  line_id uuid not null,
  bill_id uuid not null,
  principal_fen bigint not null check (principal_fen > 0),
  late_fee_fen bigint not null check (late_fee_fen >= 0),
  primary key (company_id, id),
  unique (company_id, line_id, bill_id),
  foreign key (company_id, line_id) references withholding_line (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id)
);
call protect_tenant_table('withholding_bill', 'community_id', 'select, insert');
call scope_tenant_table('withholding_bill', 'exists (select from bill b where b.company_id = withholding_bill.company_id and b.id = withholding_bill.bill_id)');
create index withholding_bill_of_bill on withholding_bill (company_id, bill_id);

-- Number of the batch by which a bank is taking the money of a bill just now; the desk warns of it.
alter table bill add column withheld_in text check (withheld_in <> '');

-- Statements. ---------------------------------------------------------------------------------------------------------

create table bank_statement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  bank_account_id uuid not null,
  file_name text not null,
  -- Rows of the file with money coming in, and how many of them were not known yet.
  row_count int not null,
  new_count int not null,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, bank_account_id) references bank_account (company_id, id),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('bank_statement', 'community_id', 'select, insert, update');
-- Who paid what into an account of several communities is shown to those who see all of them.
call scope_tenant_table('bank_statement', 'false');
create index bank_statement_of_account on bank_statement (company_id, bank_account_id, id);

-- One payment into an account. The same serial of the same account is one payment, however often it is read.
create table bank_statement_line (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  statement_id uuid not null,
  bank_account_id uuid not null,
  row_number int not null,
  paid_on date not null,
  amount_fen bigint not null check (amount_fen > 0),
  payer_name text not null default '',
  -- Last four digits of the payer's account.
  payer_account text not null default '',
  remark text not null default '',
  serial text not null check (serial <> ''),
  state text not null default 'waiting' check (state in ('waiting', 'booked', 'aside')),
  receipt_id uuid,
  aside_reason text not null default '',
  confidence text not null default 'none' check (confidence in ('sure', 'likely', 'none')),
  -- Why that house, in Chinese; and why the last attempt to book it was refused.
  why text not null default '',
  problem text not null default '',
  proposal_target_id uuid,
  proposal_bill_ids uuid[] not null default '{}',
  primary key (company_id, id),
  unique (company_id, bank_account_id, serial),
  foreign key (company_id, statement_id) references bank_statement (company_id, id),
  foreign key (company_id, bank_account_id) references bank_account (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  check ((state = 'booked') = (receipt_id is not null)),
  check (state <> 'aside' or aside_reason <> ''),
  check (confidence = 'none' or proposal_target_id is not null)
);
call protect_tenant_table('bank_statement_line', 'community_id', 'select, insert, update');
-- Of a part of a community: what was booked to houses of that part.
call scope_tenant_table('bank_statement_line',
  'exists (select from receipt r where r.company_id = bank_statement_line.company_id and r.id = bank_statement_line.receipt_id)', 'false');
create index bank_statement_line_of_statement on bank_statement_line (company_id, statement_id, row_number);
create index bank_statement_line_by_day on bank_statement_line (company_id, state, paid_on desc, id desc);
create unique index bank_statement_line_of_receipt on bank_statement_line (company_id, receipt_id) where receipt_id is not null;

-- Every receipt a line was ever booked by.
create table bank_statement_booking (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  line_id uuid not null,
  receipt_id uuid not null,
  staff_id uuid not null,
  booked_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, receipt_id),
  foreign key (company_id, line_id) references bank_statement_line (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('bank_statement_booking', 'community_id', 'select, insert');
call scope_tenant_table('bank_statement_booking',
  'exists (select from receipt r where r.company_id = bank_statement_booking.company_id and r.id = bank_statement_booking.receipt_id)', 'false');
create index bank_statement_booking_of_line on bank_statement_booking (company_id, line_id, id);

-- A receipt that is undone gives its payment back to the list; one that is restored takes it again, unless it was booked
-- otherwise meanwhile. Whoever undoes a receipt need not see the account it came from.
create function follow_receipt() returns trigger language plpgsql as $$
declare
  scope text := current_setting('app.community_ids', true);
  line uuid;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  perform set_config('app.community_ids', '*', true);
  select b.line_id into line from bank_statement_booking b where b.company_id = new.company_id and b.receipt_id = new.id;
  if line is not null then
    if new.reversed_at is not null then
      update bank_statement_line set state = 'waiting', receipt_id = null
        where company_id = new.company_id and id = line and receipt_id = new.id;
    else
      update bank_statement_line set state = 'booked', receipt_id = new.id, aside_reason = ''
        where company_id = new.company_id and id = line and state <> 'booked';
      if not found then
        raise exception using errcode = 'AN003', message = 'the payment was booked otherwise', table = tg_table_name;
      end if;
    end if;
  end if;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
  return null;
end $$;
create trigger receipt_follows_statement after update of reversed_at on receipt for each row
  when (old.reversed_at is distinct from new.reversed_at) execute function follow_receipt();

-- What companies that are there get. ----------------------------------------------------------------------------------

do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    insert into payment_method (company_id, id, key, name, sort_order)
      values (one.id, gen_random_uuid(), 'withholding', '银行代扣', 65) on conflict do nothing;
    insert into bank_template (company_id, id, name, layout, created_at, updated_at)
      select one.id, gen_random_uuid(), t ->> 'name', t, now(), now() from jsonb_array_elements($shipped$[{"name":"定长文本（GBK，金额到分）","kind":"fixedWidth","separator":"","encoding":"gbk","lineEnd":"\r\n","amountUnit":"fen","file":{"header":[{"field":"constant","text":"H","width":1},{"field":"batchNumber","width":20},{"field":"day","width":8},{"field":"companyAccount","width":32}],"detail":[{"field":"constant","text":"D","width":1},{"field":"sequence","width":6},{"field":"accountNumber","width":32},{"field":"accountName","width":60},{"field":"amount","width":15},{"field":"reference","width":36},{"field":"purpose","width":40}],"trailer":[{"field":"constant","text":"T","width":1},{"field":"count","width":6},{"field":"totalAmount","width":15}]},"result":{"header":[{"field":"constant","text":"H","width":1},{"field":"batchNumber","width":20},{"field":"day","width":8}],"detail":[{"field":"constant","text":"D","width":1},{"field":"sequence","width":6},{"field":"accountNumber","width":32},{"field":"accountName","width":60},{"field":"amount","width":15},{"field":"reference","width":36},{"field":"purpose","width":40},{"field":"resultCode","width":4},{"field":"resultText","width":60}],"trailer":[{"field":"constant","text":"T","width":1},{"field":"count","width":6},{"field":"totalAmount","width":15}]},"successCodes":["0000"],"reasons":{"0001":"余额不足","0002":"户名不符","0003":"账号不存在","0004":"账户已销户","0005":"账户已冻结或挂失","0006":"没有签约代扣，或协议已过期","0007":"超过单笔或当日限额"}},{"name":"竖线分隔（UTF-8，金额为元）","kind":"separated","separator":"|","encoding":"utf8","lineEnd":"\n","amountUnit":"yuan","file":{"header":[{"field":"batchNumber"},{"field":"count"},{"field":"totalAmount"},{"field":"day"}],"detail":[{"field":"reference"},{"field":"accountName"},{"field":"accountNumber"},{"field":"amount"},{"field":"purpose"}],"trailer":null},"result":{"header":[{"field":"batchNumber"},{"field":"count"},{"field":"totalAmount"}],"detail":[{"field":"reference"},{"field":"accountNumber"},{"field":"amount"},{"field":"resultCode"},{"field":"resultText"}],"trailer":null},"successCodes":["S","00"],"reasons":{"F01":"余额不足","F02":"户名不符","F03":"账户状态不正常","F04":"没有签约代扣","F05":"超过限额"}}]$shipped$::jsonb) t;
    update permission_group g set permissions = (select array_agg(distinct p) from unnest(g.permissions || n.added) p)
      from (values
        ('管理员', array['bankAgreement.view', 'bankAgreement.edit', 'bankAgreement.import', 'bankAgreement.export', 'bankTemplate.view', 'bankTemplate.edit',
          'bankBatch.view', 'bankBatch.make', 'bankBatch.book', 'bankAccount.view', 'bankAccount.edit', 'bankStatement.view', 'bankStatement.book']),
        ('项目经理', array['bankAgreement.view', 'bankTemplate.view', 'bankBatch.view', 'bankAccount.view', 'bankStatement.view']),
        ('收费主管', array['bankAgreement.view', 'bankAgreement.edit', 'bankAgreement.import', 'bankAgreement.export', 'bankTemplate.view',
          'bankBatch.view', 'bankBatch.make', 'bankBatch.book', 'bankAccount.view', 'bankStatement.view', 'bankStatement.book']),
        ('财务', array['bankAgreement.view', 'bankTemplate.view', 'bankTemplate.edit', 'bankBatch.view', 'bankBatch.make', 'bankBatch.book',
          'bankAccount.view', 'bankAccount.edit', 'bankStatement.view', 'bankStatement.book'])) n (name, added)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
