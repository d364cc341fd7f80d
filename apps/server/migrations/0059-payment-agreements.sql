-- Withholding by agreement with WeChat Pay or Alipay (PAY-5): what residents signed, when money is taken, and what became of it.

-- Agreements. ---------------------------------------------------------------------------------------------------------

-- One resident's consent that what a house or space owes is taken at a channel. A house's covers its parking spaces, as a bank's does.
create table payment_agreement (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  channel_id uuid not null,
  channel_kind text not null check (channel_kind in ('wechat', 'alipay', 'unionpay')),
  -- Ours, by which the channel tells of it and is asked after it.
  code text not null check (code ~ '^[0-9A-Za-z]{6,32}$'),
  -- The channel's, known once it is signed.
  channel_no text check (channel_no <> ''),
  state text not null default 'signing' check (state in ('signing', 'active', 'ended', 'refused')),
  resident_id uuid not null,
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  -- What is taken; empty: every item.
  charge_item_ids uuid[] not null default '{}',
  starts_on date not null,
  -- The most that is taken at once.
  limit_fen bigint not null check (limit_fen > 0),
  -- What the resident's side was given, so that the same signing is opened again.
  started jsonb,
  created_at timestamptz not null,
  -- Until when it may be signed.
  expires_at timestamptz not null,
  signed_at timestamptz,
  ended_at timestamptz,
  ended_by text check (ended_by in ('resident', 'staff', 'channel', 'movedOut', 'doubled')),
  ended_staff_id uuid,
  reason text not null default '',
  -- Whether the channel knows that it is over.
  is_told boolean not null default true,
  query_count int not null default 0,
  next_query_at timestamptz,
  claimed_until timestamptz,
  primary key (company_id, id),
  unique (company_id, code),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, channel_id) references payment_channel (company_id, id),
  foreign key (company_id, resident_id) references resident (company_id, id),
  foreign key (company_id, ended_staff_id) references staff (company_id, id),
  check ((state in ('active', 'ended')) = (channel_no is not null and signed_at is not null)),
  check ((state = 'ended') = (ended_at is not null and ended_by is not null)),
  check (is_told or state = 'ended')
);
call protect_tenant_table('payment_agreement', 'community_id', 'select, insert');
call scope_tenant_table('payment_agreement', 'target_id in (select visible_target_ids())');
grant update (channel_no, state, started, signed_at, ended_at, ended_by, ended_staff_id, reason, is_told, query_count, next_query_at, claimed_until)
  on payment_agreement to anlin_app;
-- Nothing is taken twice for one house.
create unique index payment_agreement_one on payment_agreement (company_id, target_id) where state = 'active';
create unique index payment_agreement_no on payment_agreement (company_id, channel_id, channel_no) where channel_no is not null;
create index payment_agreement_of_community on payment_agreement (company_id, community_id, id);
create index payment_agreement_of_target on payment_agreement (company_id, target_id, id);
create index payment_agreement_of_resident on payment_agreement (company_id, resident_id);
create index payment_agreement_due on payment_agreement (company_id, next_query_at) where next_query_at is not null;

-- Legal moves; a signature may be heard late. What was signed is not changed: other terms are another agreement.
create function keep_agreement_state() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  if old.channel_no is not null and (new.channel_no, new.signed_at) is distinct from (old.channel_no, old.signed_at) then
    raise exception 'the signature of payment agreement % is for ever', old.id;
  end if;
  if new.state <> old.state and not (old.state, new.state) in (('signing', 'active'), ('signing', 'refused'), ('signing', 'ended'),
    ('refused', 'active'), ('refused', 'ended'), ('active', 'ended')) then
    raise exception 'payment agreement % cannot go from % to %', old.id, old.state, new.state;
  end if;
  return new;
end $$;
create trigger payment_agreement_state before update on payment_agreement for each row execute function keep_agreement_state();

-- Scheduled collection. -----------------------------------------------------------------------------------------------

-- When a community takes, and what it does when it gets nothing.
create table deduction_plan (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  is_on boolean not null,
  day_of_month int not null check (day_of_month between 1 and 28),
  at_hour int not null check (at_hour between 7 and 21),
  charge_item_ids uuid[] not null default '{}',
  -- How long before residents are told what will be taken.
  notice_hours int not null check (notice_hours between 0 and 120),
  -- Days after the planned day on which it is tried again.
  retry_days int[] not null check (cardinality(retry_days) <= 5),
  -- The last planned day that was settled.
  decided_on date not null,
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade
);
call protect_tenant_table('deduction_plan', 'community_id', 'select, insert, update');
-- Whoever signs for one house of a community needs its plan.
call scope_tenant_table('deduction_plan', 'community_id = any ((select visible_community_ids())::uuid[])', 'false');

-- What is taken by one agreement for one planned day, once, however often it is tried.
create table deduction (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  agreement_id uuid not null,
  planned_on date not null,
  state text not null default 'waiting' check (state in ('waiting', 'charging', 'done', 'failed', 'cancelled')),
  -- What the resident was told would be taken, or what was taken.
  amount_fen bigint not null check (amount_fen >= 0),
  attempt int not null default 0,
  retry_days int[] not null default '{}',
  charge_item_ids uuid[] not null default '{}',
  -- Why the last try got nothing.
  failure text check (failure in ('funds', 'ended', 'limit', 'silence', 'time', 'other')),
  reason text not null default '',
  -- Some channels must be told before, and take nothing outside of these days.
  needs_notice boolean not null default false,
  take_from date,
  take_until date,
  next_at timestamptz,
  claimed_until timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  handled_at timestamptz,
  handled_by uuid,
  handled_note text not null default '',
  primary key (company_id, id),
  unique (company_id, agreement_id, planned_on),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, agreement_id) references payment_agreement (company_id, id),
  foreign key (company_id, handled_by) references staff (company_id, id),
  check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
  check ((state = 'waiting') = (next_at is not null)),
  check (state <> 'failed' or failure is not null)
);
call protect_tenant_table('deduction', 'community_id', 'select, insert');
call scope_tenant_table('deduction',
  'exists (select from payment_agreement a where a.company_id = deduction.company_id and a.id = deduction.agreement_id)');
grant update (state, amount_fen, attempt, failure, reason, needs_notice, take_from, take_until, next_at, claimed_until, ended_at, handled_at, handled_by,
  handled_note) on deduction to anlin_app;
create index deduction_of_community on deduction (company_id, community_id, planned_on, id);
create index deduction_due on deduction (company_id, next_at) where next_at is not null;
create index deduction_failed on deduction (company_id, community_id) where state = 'failed' and handled_at is null;

create function keep_deduction_state() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  -- Money that comes late still makes a failed one done.
  if new.state <> old.state and not (old.state, new.state) in (('waiting', 'charging'), ('waiting', 'done'), ('waiting', 'failed'), ('waiting', 'cancelled'),
    ('charging', 'waiting'), ('charging', 'done'), ('charging', 'failed'), ('charging', 'cancelled'), ('failed', 'done'), ('cancelled', 'done')) then
    raise exception 'deduction % cannot go from % to %', old.id, old.state, new.state;
  end if;
  return new;
end $$;
create trigger deduction_state before update on deduction for each row execute function keep_deduction_state();

-- One try, with its order at the channel where it came to one.
create table deduction_try (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  deduction_id uuid not null,
  attempt int not null check (attempt > 0),
  order_id uuid,
  amount_fen bigint not null check (amount_fen >= 0),
  tried_at timestamptz not null,
  outcome text not null default 'charging' check (outcome in ('charging', 'paid', 'failed')),
  failure text check (failure in ('funds', 'ended', 'limit', 'silence', 'time', 'other')),
  reason text not null default '',
  primary key (company_id, id),
  unique (company_id, deduction_id, attempt),
  foreign key (company_id, deduction_id) references deduction (company_id, id),
  foreign key (company_id, order_id) references payment_order (company_id, id),
  check (order_id is not null or outcome = 'failed'),
  check (outcome <> 'failed' or failure is not null)
);
call protect_tenant_table('deduction_try', 'community_id', 'select, insert');
call scope_tenant_table('deduction_try', 'exists (select from deduction d where d.company_id = deduction_try.company_id and d.id = deduction_try.deduction_id)');
grant update (outcome, failure, reason) on deduction_try to anlin_app;
create unique index deduction_try_of_order on deduction_try (company_id, order_id) where order_id is not null;

-- Companies made before this release: the usual posts get what a new company's would.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group g set permissions = (select array_agg(distinct p) from unnest(g.permissions || n.added) p)
      from (values
        ('管理员', '{paymentAgreement.view,paymentAgreement.end,paymentAgreement.plan}'::text[]),
        ('项目经理', '{paymentAgreement.view}'),
        ('收费主管', '{paymentAgreement.view,paymentAgreement.end,paymentAgreement.plan}'),
        ('收银员', '{paymentAgreement.view}'),
        ('财务', '{paymentAgreement.view,paymentAgreement.end,paymentAgreement.plan}')
      ) n (name, added)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
