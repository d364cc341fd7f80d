-- Our online payments against the channels' own bills (PAY-7).

-- One day of one merchant at a channel. A merchant may serve several of our accounts: its bill has the payments of all of them.
create table reconciliation (
  company_id uuid not null,
  id uuid not null,
  -- Of the accounts' community, where all of them have the same; null: of several, or of the whole company.
  community_id uuid,
  -- Through which account the bill is fetched.
  channel_id uuid not null,
  channel_kind text not null check (channel_kind in ('wechat', 'alipay', 'unionpay')),
  merchant_id text not null check (merchant_id <> ''),
  -- The day of the channel's bill; UnionPay's begins at eleven in the evening before.
  day date not null,
  state text not null default 'waiting' check (state in ('waiting', 'failed', 'done')),
  problem text not null default '',
  arrived_count int not null default 0 check (arrived_count >= 0),
  arrived_fen bigint not null default 0 check (arrived_fen >= 0),
  refunded_count int not null default 0 check (refunded_count >= 0),
  refunded_fen bigint not null default 0 check (refunded_fen >= 0),
  fee_fen bigint not null default 0,
  -- By how much the channel has more than our books.
  difference_fen bigint not null default 0,
  try_count int not null default 0,
  -- When the bill is asked for; once there is one, when it is compared anew.
  next_try_at timestamptz,
  claimed_until timestamptz,
  -- When the bill was first asked for; a person who asks again begins anew.
  asked_at timestamptz not null,
  fetched_at timestamptz,
  primary key (company_id, id),
  unique (company_id, channel_kind, merchant_id, day),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, channel_id) references payment_channel (company_id, id),
  check (state <> 'done' or fetched_at is not null),
  check (state <> 'failed' or problem <> '')
);
call protect_tenant_table('reconciliation', 'community_id');
-- What a merchant of several communities took is shown to those who see all of them.
call scope_tenant_table('reconciliation', 'false');
create index reconciliation_by_day on reconciliation (company_id, day, id);
create index reconciliation_due on reconciliation (company_id, next_try_at) where next_try_at is not null;
create index reconciliation_of_channel on reconciliation (company_id, channel_id);
create index reconciliation_of_community on reconciliation (company_id, community_id) where community_id is not null;

-- One payment or refund of a day as both sides have it; the account's and the day's words are repeated, so that lines are shown and
-- matched across days without it.
create table reconciliation_line (
  company_id uuid not null,
  id uuid not null,
  -- Of the order; without one, of the reconciliation.
  community_id uuid,
  reconciliation_id uuid not null,
  channel_id uuid not null,
  day date not null,
  kind text not null check (kind in ('payment', 'refund')),
  outcome text not null check (outcome in ('matched', 'refunded', 'oursOnly', 'theirsOnly', 'amountDiffers')),
  order_id uuid,
  order_no text not null,
  refund_no text not null default '',
  transaction_id text not null default '',
  our_at timestamptz,
  our_fen bigint,
  their_at timestamptz,
  their_fen bigint,
  fee_fen bigint,
  settled_at timestamptz,
  settled_how text check (settled_how in ('staff', 'otherDay', 'found')),
  settled_by uuid,
  note text not null default '',
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, reconciliation_id) references reconciliation (company_id, id) on delete cascade,
  foreign key (company_id, channel_id) references payment_channel (company_id, id),
  foreign key (company_id, order_id) references payment_order (company_id, id),
  foreign key (company_id, settled_by) references staff (company_id, id),
  check ((our_at is null) = (our_fen is null) and (their_at is null) = (their_fen is null) and (fee_fen is null) = (their_fen is null)),
  check (our_fen is not null or their_fen is not null),
  check ((outcome = 'oursOnly') = (their_fen is null) and (outcome = 'theirsOnly') = (our_fen is null)),
  check ((outcome = 'amountDiffers') = (our_fen is not null and their_fen is not null and our_fen <> their_fen)),
  check (outcome <> 'matched' or kind = 'payment'),
  check (outcome <> 'refunded' or kind = 'refund'),
  check ((settled_at is null) = (settled_how is null)),
  check ((settled_how = 'staff') = (settled_by is not null)),
  check (settled_how <> 'staff' or note <> '')
);
call protect_tenant_table('reconciliation_line', 'community_id');
call scope_tenant_table('reconciliation_line', 'false');
create index reconciliation_line_by_day on reconciliation_line (company_id, day, id);
create index reconciliation_line_of_day on reconciliation_line (company_id, reconciliation_id, id);
-- By day of a merchant, and all of the company's.
create index reconciliation_line_open on reconciliation_line (company_id, reconciliation_id)
  where settled_at is null and outcome in ('oursOnly', 'theirsOnly', 'amountDiffers');
create index reconciliation_line_of_order on reconciliation_line (company_id, order_id) where order_id is not null;
create index reconciliation_line_of_channel on reconciliation_line (company_id, channel_id);
create index reconciliation_line_of_community on reconciliation_line (company_id, community_id) where community_id is not null;

-- Our side of a day, and since when an account has orders.
drop index payment_order_of_channel;
create index payment_order_of_channel on payment_order (company_id, channel_id, created_at);
create index payment_order_paid on payment_order (company_id, channel_id, paid_at) where paid_at is not null;
create index channel_refund_done on channel_refund (company_id, done_at) where done_at is not null;

-- Companies made before this release: the usual posts get what a new company's would.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group g set permissions = (select array_agg(distinct p) from unnest(g.permissions || n.added) p)
      from (values
        ('管理员', '{reconciliation.view,reconciliation.run,reconciliation.settle,reconciliation.export}'::text[]),
        ('项目经理', '{reconciliation.view}'),
        ('收费主管', '{reconciliation.view,reconciliation.run,reconciliation.settle,reconciliation.export}'),
        ('财务', '{reconciliation.view,reconciliation.run,reconciliation.settle,reconciliation.export}')
      ) n (name, added)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
