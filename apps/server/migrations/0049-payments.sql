-- Online payment (PAY-1, PAY-2): merchants' accounts at channels, orders, what was said about them, refunds through the channel.

-- Accounts at channels. -----------------------------------------------------------------------------------------------

-- A merchant's account: of the company (no community), or of a community's own. Secrets are sealed together.
create table payment_channel (
  company_id uuid not null references company (id),
  id uuid not null,
  community_id uuid,
  kind text not null check (kind in ('wechat', 'alipay', 'unionpay')),
  name text not null check (name <> ''),
  applications text[] not null check (applications <@ '{fees,bookings,parking}' and applications <> '{}'),
  merchant_id text not null check (merchant_id <> ''),
  app_id text not null default '',
  settings jsonb not null default '{}',
  -- Empty where an archive came from another installation: they are entered anew.
  sealed_secrets text not null default '',
  -- Which secrets are set, by key: the secrets themselves are never shown.
  secret_keys text[] not null default '{}',
  -- What becomes of money that pays nothing any more.
  surplus text not null default 'prepaid' check (surplus in ('prepaid', 'refund')),
  is_on boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('payment_channel', 'community_id');
-- Whoever collects for one house of a community needs its channels.
call scope_tenant_table('payment_channel', 'community_id is null or community_id = any ((select visible_community_ids())::uuid[])',
  'community_id is null');
create index payment_channel_of_community on payment_channel (company_id, community_id) where community_id is not null;

-- Orders. -------------------------------------------------------------------------------------------------------------

-- One order at a channel. What it pays is frozen in it. `started` is what the payer's side was given, so that the same order is
-- opened again rather than made twice.
create table payment_order (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  channel_id uuid not null,
  channel_kind text not null check (channel_kind in ('wechat', 'alipay', 'unionpay')),
  application text not null check (application in ('fees', 'bookings', 'parking')),
  way text not null check (way <> ''),
  order_no text not null check (order_no ~ '^[0-9A-Za-z]{6,32}$'),
  state text not null default 'created' check (state in ('created', 'paying', 'paid', 'closed', 'unknown')),
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  -- Prepaid that was asked for: [{chargeItemId, fen}].
  top_ups jsonb not null default '[]',
  description text not null,
  payer_name text not null default '',
  resident_id uuid,
  -- Who started it at the desk; null: the payer did.
  staff_id uuid,
  open_id text not null default '',
  client_ip text not null default '',
  return_url text not null default '',
  started jsonb,
  -- SHA-256 of whom it is from, how and what for: the same again while it is open is the same order.
  same_as bytea not null,
  idempotency_key text not null,
  request_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  transaction_id text check (transaction_id <> ''),
  paid_at timestamptz,
  closed_at timestamptz,
  receipt_id uuid,
  -- What of it was no longer owed and went to prepaid.
  surplus_fen bigint not null default 0 check (surplus_fen between 0 and amount_fen),
  -- Asked back through the channel; what failed is asked for again.
  refunded_fen bigint not null default 0 check (refunded_fen between 0 and amount_fen),
  -- Why staff should look.
  exception text check (exception in ('surplus', 'returned', 'mismatch', 'unbooked', 'doubled')),
  problem text not null default '',
  handled_at timestamptz,
  handled_by uuid,
  handled_note text not null default '',
  query_count int not null default 0,
  next_query_at timestamptz,
  claimed_until timestamptz,
  primary key (company_id, id),
  unique (company_id, order_no),
  unique (company_id, idempotency_key),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, channel_id) references payment_channel (company_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  foreign key (company_id, handled_by) references staff (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  check ((state = 'paid') = (transaction_id is not null and paid_at is not null)),
  check (receipt_id is null or state = 'paid'),
  check (refunded_fen = 0 or state = 'paid'),
  check (state <> 'paid' or receipt_id is not null or exception is not null)
);
call protect_tenant_table('payment_order', 'community_id', 'select, insert');
call scope_tenant_table('payment_order', 'target_id in (select visible_target_ids())');
grant update (state, started, transaction_id, paid_at, closed_at, receipt_id, surplus_fen, refunded_fen, exception, problem, handled_at, handled_by, handled_note,
  query_count, next_query_at, claimed_until) on payment_order to anlin_app;
-- Money of one transaction is taken once.
create unique index payment_order_transaction on payment_order (company_id, channel_id, transaction_id) where transaction_id is not null;
create unique index payment_order_of_receipt on payment_order (company_id, receipt_id) where receipt_id is not null;
create index payment_order_by_time on payment_order (company_id, community_id, created_at, id);
create index payment_order_of_target on payment_order (company_id, target_id, id);
create index payment_order_of_channel on payment_order (company_id, channel_id);
create index payment_order_of_resident on payment_order (company_id, resident_id) where resident_id is not null;
create index payment_order_due on payment_order (company_id, next_query_at) where next_query_at is not null;
create index payment_order_open on payment_order (company_id, same_as) where state in ('created', 'paying', 'unknown');
create index payment_order_exception on payment_order (company_id, created_at) where exception is not null and handled_at is null;

-- Legal moves, kept here too: what is paid stays paid with its transaction.
create function keep_payment_state() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  if old.state = 'paid' and (new.transaction_id, new.paid_at) is distinct from (old.transaction_id, old.paid_at) then
    raise exception 'the transaction of payment order % is for ever', old.id;
  end if;
  if old.receipt_id is not null and new.receipt_id is distinct from old.receipt_id then
    raise exception 'the receipt of payment order % is for ever', old.id;
  end if;
  if new.state <> old.state and not (old.state, new.state) in (('created', 'paying'), ('created', 'paid'), ('created', 'closed'), ('created', 'unknown'),
    ('paying', 'paid'), ('paying', 'closed'), ('paying', 'unknown'), ('unknown', 'paying'), ('unknown', 'paid'), ('unknown', 'closed'), ('closed', 'paid')) then
    raise exception 'payment order % cannot go from % to %', old.id, old.state, new.state;
  end if;
  return new;
end $$;
create trigger payment_order_state before update on payment_order for each row execute function keep_payment_state();

-- A bill an order was for, as it was seen then.
create table payment_order_bill (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  order_id uuid not null,
  bill_id uuid not null,
  principal_fen bigint not null check (principal_fen >= 0),
  late_fee_fen bigint not null check (late_fee_fen >= 0),
  primary key (company_id, id),
  unique (company_id, order_id, bill_id),
  foreign key (company_id, order_id) references payment_order (company_id, id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  check (principal_fen + late_fee_fen > 0)
);
call protect_tenant_table('payment_order_bill', 'community_id', 'select, insert');
call scope_tenant_table('payment_order_bill',
  'exists (select from payment_order o where o.company_id = payment_order_bill.company_id and o.id = payment_order_bill.order_id)');
create index payment_order_bill_of_bill on payment_order_bill (company_id, bill_id);

-- Everything that was said and heard about an order, in order; of a callback that was refused also without one. No personal data.
create table payment_order_event (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  channel_id uuid not null,
  order_id uuid,
  at timestamptz not null,
  kind text not null check (kind in ('start', 'callback', 'query', 'close', 'refund', 'refundQuery', 'booking', 'staff')),
  outcome text not null,
  detail text not null default '',
  primary key (company_id, id),
  foreign key (company_id, channel_id) references payment_channel (company_id, id),
  foreign key (company_id, order_id) references payment_order (company_id, id),
  check (order_id is null or community_id is not null)
);
call protect_tenant_table('payment_order_event', 'community_id', 'select, insert');
call scope_tenant_table('payment_order_event',
  'exists (select from payment_order o where o.company_id = payment_order_event.company_id and o.id = payment_order_event.order_id)');
create index payment_order_event_of_order on payment_order_event (company_id, order_id, at, id) where order_id is not null;
create index payment_order_event_of_channel on payment_order_event (company_id, channel_id, at);

-- Refunds through the channel. ----------------------------------------------------------------------------------------

-- One refund at the channel, of one order. A failed one is asked for again under another number.
create table channel_refund (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  order_id uuid not null,
  -- The cashier's document.
  refund_id uuid not null,
  refund_no text not null check (refund_no ~ '^[0-9A-Za-z]{6,32}$'),
  attempt int not null default 1,
  amount_fen bigint not null check (amount_fen > 0),
  reason text not null default '',
  state text not null default 'asking' check (state in ('asking', 'waiting', 'done', 'failed')),
  channel_refund_id text not null default '',
  failure text not null default '',
  created_at timestamptz not null,
  done_at timestamptz,
  try_count int not null default 0,
  next_query_at timestamptz,
  claimed_until timestamptz,
  primary key (company_id, id),
  unique (company_id, refund_no),
  unique (company_id, refund_id),
  foreign key (company_id, order_id) references payment_order (company_id, id),
  foreign key (company_id, refund_id) references refund (company_id, id),
  check ((state = 'done') = (done_at is not null)),
  check (state <> 'failed' or failure <> '')
);
call protect_tenant_table('channel_refund', 'community_id', 'select, insert');
call scope_tenant_table('channel_refund',
  'exists (select from payment_order o where o.company_id = channel_refund.company_id and o.id = channel_refund.order_id)');
grant update (refund_no, attempt, state, channel_refund_id, failure, done_at, try_count, next_query_at, claimed_until) on channel_refund to anlin_app;
create index channel_refund_of_order on channel_refund (company_id, order_id);
create index channel_refund_due on channel_refund (company_id, next_query_at) where next_query_at is not null;

-- The desk and its books. ---------------------------------------------------------------------------------------------

-- Money of a channel is booked by a method of its own, which nobody chooses at the desk.
alter table payment_method add column channel text check (channel in ('wechat', 'alipay', 'unionpay'));
create unique index payment_method_of_channel on payment_method (company_id, channel) where channel is not null;

-- A receipt written by itself when a channel says that money came.
alter table receipt drop constraint receipt_kind_check;
alter table receipt add constraint receipt_kind_check check (kind in ('payment', 'offset', 'import', 'online'));
-- What the system gives back by itself is nobody's.
alter table refund alter column staff_id drop not null;
create index refund_pending on refund (company_id, id) where state = 'pending';

-- A job that waits: one under the same key keeps the earlier of the two moments.
create function enqueue_job_at(identifier text, payload jsonb, job_key text, run_at timestamptz) returns void
language plpgsql security definer set search_path = anlin, public as $$
begin
  perform graphile_worker.add_job(
    identifier := enqueue_job_at.identifier,
    payload := (enqueue_job_at.payload || jsonb_build_object('companyId', current_company_id()))::json,
    run_at := least(enqueue_job_at.run_at,
      (select j.run_at from graphile_worker.jobs j where j.key = enqueue_job_at.job_key and j.locked_at is null)),
    job_key := enqueue_job_at.job_key,
    job_key_mode := 'replace',
    max_attempts := 8);
end $$;
revoke execute on function enqueue_job_at(text, jsonb, text, timestamptz) from public;
grant execute on function enqueue_job_at(text, jsonb, text, timestamptz) to anlin_app;

-- Companies made before this release: the usual posts get what a new company's would.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group g set permissions = (select array_agg(distinct p) from unnest(g.permissions || n.added) p)
      from (values
        ('管理员', '{payment.view,payment.handle,paymentChannel.view,paymentChannel.edit}'::text[]),
        ('项目经理', '{payment.view,paymentChannel.view}'),
        ('收费主管', '{payment.view,payment.handle,paymentChannel.view}'),
        ('收银员', '{payment.view}'),
        ('财务', '{payment.view,payment.handle,paymentChannel.view,paymentChannel.edit}')
      ) n (name, added)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
