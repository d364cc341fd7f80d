-- Dunning (PAY-6): who is asked to pay, by which channel and when, by hand or by a plan; and what came of it. Whoever is asked is a
-- household: a house with its parking spaces, or a parking space that belongs to none. It is named by `target_id`.

-- How a company duns. Without a row the defaults hold.
create table dunning_setting (
  company_id uuid not null references company (id),
  id uuid not null,
  -- Days between two messages to one household by one channel.
  wechat_pause_days int not null default 3 check (wechat_pause_days between 0 and 365),
  sms_pause_days int not null default 30 check (sms_pause_days between 0 and 365),
  wecom_pause_days int not null default 3 check (wecom_pause_days between 0 and 365),
  -- Who of a household is told by WeChat and WeCom. A short message, which costs money, goes to one person.
  audience text not null default 'residents' check (audience in ('owners', 'residents')),
  -- Address at which residents reach this server; without it messages carry no link.
  site_url text not null default '',
  link_days int not null default 30 check (link_days between 1 and 90),
  -- Days overdue from which each of the three letters may be written.
  ladder_days int[] not null default '{30,60,90}' check (cardinality(ladder_days) = 3 and array_position(ladder_days, null) is null
    and 0 < ladder_days[1] and ladder_days[1] < ladder_days[2] and ladder_days[2] < ladder_days[3]),
  -- Whether nothing is sent beyond the short messages that were bought, and from which number on it is warned.
  is_sms_limited boolean not null default false,
  sms_warn_below int not null default 500 check (sms_warn_below >= 0),
  -- Up to when it was looked for people who came into houses that had been told already.
  newcomers_seen_at timestamptz,
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id)
);
call protect_tenant_table('dunning_setting', null, 'select, insert, update');

-- Short messages bought, in pieces as providers count them; a correction takes some away. Only ever added to.
create table sms_package (
  company_id uuid not null references company (id),
  id uuid not null,
  pieces int not null check (pieces <> 0),
  bought_on date not null,
  note text not null default '',
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (company_id, id),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('sms_package', null, 'select, insert');

-- Pieces used on a day of China's calendar, whatever they were for: the log of messages is not kept as long.
create table sms_usage (
  company_id uuid not null references company (id),
  id uuid not null,
  used_on date not null,
  pieces bigint not null check (pieces > 0),
  primary key (company_id, id),
  unique (company_id, used_on)
);
call protect_tenant_table('sms_usage', null, 'select, insert, update');

-- Asks by itself on days that its rule names, in the community's zone.
create table dunning_plan (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  name text not null check (name <> ''),
  -- None: every item.
  charge_item_ids uuid[] not null default '{}',
  moment text not null check (moment in ('beforeDue', 'onDue', 'afterDue', 'monthStart', 'monthEnd')),
  -- Days before the due day, or every so many days after it.
  days int not null default 0 check (days between 0 and 365),
  channels text[] not null check (cardinality(channels) > 0 and channels <@ array['wechat', 'sms', 'wecom']),
  at_hour int not null default 9 check (at_hour between 0 and 23),
  is_enabled boolean not null default false,
  -- The last day that was decided. Whoever switches a plan on has it begin the next day.
  decided_on date,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, community_id, name),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  check ((moment in ('beforeDue', 'afterDue')) = (days > 0)),
  check (not is_enabled or decided_on is not null)
);
call protect_tenant_table('dunning_plan', 'community_id');

-- One press of the button, or one day of a plan, in one community. A plan has one of a day, whatever crashes or runs twice.
create table dunning_run (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  plan_id uuid,
  task_id uuid,
  day date not null,
  chosen_by text not null check (chosen_by in ('bills', 'houses', 'list', 'raising', 'import', 'plan')),
  household_count int not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (company_id, id),
  unique (company_id, plan_id, day),
  foreign key (company_id, community_id) references community (company_id, id) on delete cascade,
  foreign key (company_id, plan_id) references dunning_plan (company_id, id) on delete set null (plan_id),
  foreign key (company_id, created_by) references staff (company_id, id)
);
call protect_tenant_table('dunning_run', 'community_id', 'select, insert');
call scope_tenant_table('dunning_run', 'created_by = (select current_staff_id())');
create index dunning_run_of_task on dunning_run (company_id, task_id) where task_id is not null;

-- What one household is told by one channel in one run; `newcomer_id`: one who came later and is told alone.
create table dunning_notice (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  run_id uuid not null,
  target_kind text not null check (target_kind in ('house', 'parkingSpace')),
  target_id uuid not null,
  channel text not null check (channel in ('wechat', 'sms', 'wecom')),
  newcomer_id uuid,
  state text not null check (state in ('waiting', 'sent', 'held', 'unreachable', 'settled')),
  -- Why it was not sent.
  reason text not null default '',
  -- Held back by the limit: told before on the one day, to be told again from the other.
  held_since date,
  held_until date,
  day date not null,
  bill_ids uuid[] not null check (cardinality(bill_ids) > 0),
  -- What was told, as of that day.
  principal_fen bigint not null default 0,
  late_fee_fen bigint not null default 0,
  -- Pieces of a short message.
  sms_pieces int not null default 0,
  recipient_ids uuid[] not null default '{}',
  outbox_event_id uuid,
  sent_at timestamptz,
  -- Of its messages, as the channels answered.
  delivered_count int not null default 0,
  failed_count int not null default 0,
  fail_reason text not null default '',
  -- Its link: until when, and whether anybody opened it.
  expires_at timestamptz,
  read_at timestamptz,
  open_count int not null default 0,
  last_opened_at timestamptz,
  created_at timestamptz not null,
  primary key (company_id, id),
  unique nulls not distinct (company_id, run_id, target_id, channel, newcomer_id),
  foreign key (company_id, run_id) references dunning_run (company_id, id) on delete cascade,
  foreign key (company_id, outbox_event_id) references outbox_event (company_id, id),
  check ((state = 'sent') = (outbox_event_id is not null and sent_at is not null)),
  check ((state in ('waiting', 'sent')) = (reason = '')),
  check (num_nonnulls(held_since, held_until) in (0, 2))
);
call protect_tenant_table('dunning_notice', 'community_id', 'select, insert, update');
call scope_tenant_table('dunning_notice', 'target_id in (select visible_target_ids())');
create index dunning_notice_waiting on dunning_notice (company_id, run_id) where state = 'waiting';
create index dunning_notice_of_event on dunning_notice (company_id, outbox_event_id) where outbox_event_id is not null;
create index dunning_notice_of_target on dunning_notice (company_id, target_id, day);
-- Short messages nobody has answered for yet.
create index dunning_notice_on_its_way on dunning_notice (company_id, sent_at)
  where channel = 'sms' and state = 'sent' and delivered_count = 0 and failed_count = 0;
create index dunning_notice_by_day on dunning_notice (company_id, community_id, day, id);

-- The latest message to a household by a channel: the one row two runs meet at, so that the limit holds whoever comes first.
create table dunning_last (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  target_id uuid not null,
  channel text not null check (channel in ('wechat', 'sms', 'wecom')),
  notice_id uuid not null,
  sent_on date not null,
  primary key (company_id, id),
  unique (company_id, target_id, channel),
  foreign key (company_id, notice_id) references dunning_notice (company_id, id) on delete cascade
);
call protect_tenant_table('dunning_last', 'community_id', 'select, insert, update');
call scope_tenant_table('dunning_last', 'target_id in (select visible_target_ids())');
create index dunning_last_of_notice on dunning_last (company_id, notice_id);

-- What was said on the telephone. Only ever added to.
create table dunning_call (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  target_id uuid not null,
  outcome text not null check (outcome in ('promised', 'noAnswer', 'refused', 'disputed', 'wrongNumber', 'other')),
  promised_on date check (promised_on is null or outcome = 'promised'),
  note text not null default '',
  called_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('dunning_call', 'community_id', 'select, insert');
call scope_tenant_table('dunning_call', 'target_id in (select visible_target_ids())');
create index dunning_call_of_target on dunning_call (company_id, target_id, called_at);

-- Letters of the ladder that were printed, with what they asked for. Only ever added to.
create table dunning_letter (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  target_id uuid not null,
  level int not null check (level between 1 and 3),
  overdue_days int not null,
  sum_fen bigint not null,
  printed_on date not null,
  printed_at timestamptz not null,
  staff_id uuid,
  primary key (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('dunning_letter', 'community_id', 'select, insert');
call scope_tenant_table('dunning_letter', 'target_id in (select visible_target_ids())');
create index dunning_letter_of_target on dunning_letter (company_id, target_id, printed_at);

-- Residents that WeCom knows can be told there.
alter table channel_address drop constraint channel_address_channel_check,
  add constraint channel_address_channel_check check (channel in ('wechat', 'miniProgram', 'wecom'));

-- Pieces a short message counts as: one up to 70 characters, beyond that one for every 67.
create function sms_pieces(content text) returns int language sql immutable parallel safe as
$$ select case when char_length(content) <= 70 then 1 else ceil(char_length(content) / 67.0)::int end $$;

-- What came of a delivery is kept with its notice: the log of messages is not kept as long, and not everybody who sees the house sees it.
create function note_dunning_delivery() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  update dunning_notice n set
      delivered_count = n.delivered_count + (new.state = 'sent')::int - (old.state = 'sent')::int,
      failed_count = n.failed_count + (new.state = 'givenUp')::int - (old.state = 'givenUp')::int,
      fail_reason = case when new.state = 'givenUp' then left(new.last_answer, 200) else n.fail_reason end
    where n.company_id = new.company_id and n.outbox_event_id = new.outbox_event_id;
  return null;
end $$;
create trigger message_delivery_dunned after update of state on message_delivery for each row
  when (new.event_kind = 'bill.dunned' and new.state <> old.state and (new.state in ('sent', 'givenUp') or old.state in ('sent', 'givenUp')))
  execute function note_dunning_delivery();

-- Whom a notice's event became a message for: nobody, where the channel was switched off or addresses were lost in between.
create function note_dunning_dispatched() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  update dunning_notice n set recipient_ids = case when d.ids = '{}' then n.recipient_ids else d.ids end,
      failed_count = case when d.ids = '{}' then greatest(cardinality(n.recipient_ids), 1) else n.failed_count end,
      fail_reason = case when d.ids = '{}' then '渠道已停用，或住户没有这个渠道的地址' else n.fail_reason end
    from (select array(select m.recipient_id from message_delivery m where m.company_id = new.company_id and m.outbox_event_id = new.id) ids) d
    where n.company_id = new.company_id and n.outbox_event_id = new.id;
  return null;
end $$;
create trigger outbox_event_dunned after update of dispatched_at on outbox_event for each row
  when (new.kind = 'bill.dunned' and new.dispatched_at is not null and old.dispatched_at is null) execute function note_dunning_dispatched();

-- Pieces used are counted when the provider took them. A notice knows its own with the link; of others the text is counted with the signature.
create function count_sms_used() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  insert into sms_usage (company_id, id, used_on, pieces)
  select new.company_id, gen_random_uuid(), (new.ended_at at time zone 'Asia/Shanghai')::date, coalesce(
      (select nullif(n.sms_pieces, 0) from dunning_notice n where n.company_id = new.company_id and n.outbox_event_id = new.outbox_event_id),
      sms_pieces('【' || coalesce((select c.settings->>'signName' from message_channel c where c.company_id = new.company_id and c.channel = 'sms'), '')
        || '】' || new.body))
  on conflict (company_id, used_on) do update set pieces = sms_usage.pieces + excluded.pieces;
  return null;
end $$;
create trigger message_delivery_sms_used after update of state on message_delivery for each row
  when (new.channel = 'sms' and new.state = 'sent' and old.state <> 'sent') execute function count_sms_used();

-- Why a message that waits is not to be handed over any more, or null: what it asks for was paid in the meantime, or is another sum by now.
create function delivery_refusal(event_kind text, event_id uuid) returns text language plpgsql stable as $$
declare told bigint; owed bigint;
begin
  if event_kind <> 'bill.dunned' then return null; end if;
  select n.principal_fen, (select coalesce(sum(b.outstanding_fen), 0) from bill b where b.company_id = n.company_id and b.id = any (n.bill_ids))
    into told, owed from dunning_notice n where n.company_id = current_company_id() and n.outbox_event_id = event_id;
  return case when owed = told then null when owed = 0 then '费用已缴清，没有发送' else '这期间有缴费或更正，金额变了，没有发送' end;
end $$;

-- Households that owe, with how far each was told this month.
create view dunning_household_list with (security_invoker = true) as
  select w.company_id, w.holder_id id, 1 as version, w.oldest_due_on::timestamptz created_at, w.oldest_due_on::timestamptz updated_at, w.community_id,
    coalesce(h.full_name, '车位 ' || k.number) target_label, h.building_id,
    coalesce((select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = w.company_id and o.house_id = w.holder_id and o.role = 'owner' and o.moved_out_on is null), '') owner_name,
    (select r.phone from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = w.company_id and o.house_id = w.holder_id and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
      order by o.moved_in_on, o.id limit 1) owner_phone,
    w.bill_count, w.outstanding_fen, w.overdue_fen, w.oldest_due_on, greatest(told_today() - w.oldest_due_on, 0) overdue_days,
    case when told_today() - w.oldest_due_on >= l.days[3] then 'third' when told_today() - w.oldest_due_on >= l.days[2] then 'second'
      when told_today() - w.oldest_due_on >= l.days[1] then 'first' when told_today() > w.oldest_due_on then 'overdue' else 'notDue' end stage,
    x.wechat_state, x.sms_state, x.wecom_state,
    case when 'failed' = any (array[x.wechat_state, x.sms_state, x.wecom_state]) and not array[x.wechat_state, x.sms_state, x.wecom_state] && array['read', 'delivered', 'sending']
        then 'failed' when 'read' = any (array[x.wechat_state, x.sms_state, x.wecom_state]) then 'read'
      when array[x.wechat_state, x.sms_state, x.wecom_state] && array['delivered', 'sending'] then 'unread' else 'none' end told,
    nullif(greatest(coalesce(lw.sent_on, '-infinity'), coalesce(ls.sent_on, '-infinity'), coalesce(lc.sent_on, '-infinity')), '-infinity'::date) sent_on,
    (select (max(p.printed_at) at time zone 'Asia/Shanghai')::date from dunning_print p where p.company_id = w.company_id and p.target_id = w.holder_id) printed_on,
    (select case t.level when 1 then 'first' when 2 then 'second' else 'third' end from dunning_letter t where t.company_id = w.company_id and t.target_id = w.holder_id
      and t.printed_on >= w.oldest_due_on order by t.printed_at desc, t.id desc limit 1) letter,
    (select c.outcome from dunning_call c where c.company_id = w.company_id and c.target_id = w.holder_id order by c.called_at desc, c.id desc limit 1) call_outcome,
    (select (max(c.called_at) at time zone 'Asia/Shanghai')::date from dunning_call c where c.company_id = w.company_id and c.target_id = w.holder_id) called_on
  from (select b.company_id, b.community_id, coalesce(q.house_id, b.target_id) holder_id, count(*)::int bill_count, sum(b.outstanding_fen)::bigint outstanding_fen,
        coalesce(sum(b.outstanding_fen) filter (where b.due_on < told_today()), 0)::bigint overdue_fen, min(b.due_on) oldest_due_on
      from bill b left join parking_space q on q.company_id = b.company_id and q.id = b.target_id and b.target_kind = 'parkingSpace'
      where b.outstanding_fen > 0 group by 1, 2, 3) w
    left join house h on h.company_id = w.company_id and h.id = w.holder_id
    left join parking_space k on k.company_id = w.company_id and k.id = w.holder_id
    cross join lateral (select coalesce((select s.ladder_days from dunning_setting s where s.company_id = w.company_id), '{30,60,90}') days) l
    left join dunning_last lw on lw.company_id = w.company_id and lw.target_id = w.holder_id and lw.channel = 'wechat'
    left join dunning_notice nw on nw.company_id = lw.company_id and nw.id = lw.notice_id
    left join dunning_last ls on ls.company_id = w.company_id and ls.target_id = w.holder_id and ls.channel = 'sms'
    left join dunning_notice ns on ns.company_id = ls.company_id and ns.id = ls.notice_id
    left join dunning_last lc on lc.company_id = w.company_id and lc.target_id = w.holder_id and lc.channel = 'wecom'
    left join dunning_notice nc on nc.company_id = lc.company_id and nc.id = lc.notice_id
    cross join lateral (select
      case when nw.day is null or nw.day < date_trunc('month', told_today()::timestamp) then 'none' when nw.read_at is not null then 'read'
        when nw.delivered_count > 0 then 'delivered' when nw.failed_count > 0 then 'failed' else 'sending' end wechat_state,
      case when ns.day is null or ns.day < date_trunc('month', told_today()::timestamp) then 'none' when ns.read_at is not null then 'read'
        when ns.delivered_count > 0 then 'delivered' when ns.failed_count > 0 then 'failed' else 'sending' end sms_state,
      case when nc.day is null or nc.day < date_trunc('month', told_today()::timestamp) then 'none' when nc.read_at is not null then 'read'
        when nc.delivered_count > 0 then 'delivered' when nc.failed_count > 0 then 'failed' else 'sending' end wecom_state) x;
grant select on dunning_household_list to anlin_app;

-- What was sent, held back or could not be sent, household by household.
create view dunning_notice_list with (security_invoker = true) as
  select n.company_id, n.id, 1 as version, n.created_at, coalesce(n.sent_at, n.created_at) updated_at, n.community_id, n.target_id,
    coalesce(h.full_name, '车位 ' || k.number, '') target_label, h.building_id, n.channel,
    case when n.state <> 'sent' then n.state when n.read_at is not null then 'read' when n.delivered_count > 0 then 'delivered'
      when n.failed_count > 0 then 'failed' else 'sending' end state,
    nullif(n.reason, '') reason, n.held_since, n.held_until, n.fail_reason, n.day, n.principal_fen + n.late_fee_fen sum_fen,
    cardinality(n.bill_ids) bill_count, cardinality(n.recipient_ids) recipient_count, n.sms_pieces, n.sent_at, n.read_at, n.newcomer_id is not null is_newcomer,
    coalesce('计划：' || p.name, s.name, case r.chosen_by when 'plan' then '计划' else '' end) origin
  from dunning_notice n join dunning_run r on r.company_id = n.company_id and r.id = n.run_id
    left join dunning_plan p on p.company_id = r.company_id and p.id = r.plan_id
    left join staff s on s.company_id = r.company_id and s.id = r.created_by
    left join house h on h.company_id = n.company_id and h.id = n.target_id
    left join parking_space k on k.company_id = n.company_id and k.id = n.target_id;
grant select on dunning_notice_list to anlin_app;

-- Companies made before this release.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group g set permissions = array(select distinct p from unnest(g.permissions || n.given) p),
        phone_permissions = array(select distinct p from unnest(g.phone_permissions || array(select p from unnest(n.given) p where p !~ '\.(import|export)$')) p)
      from (values
        ('管理员', '{dunning.view,dunning.send,dunning.export,dunningPlan.edit,dunningSetting.edit}'::text[]),
        ('项目经理', '{dunning.view,dunning.send,dunning.export,dunningPlan.edit}'),
        ('收费主管', '{dunning.view,dunning.send,dunning.export,dunningPlan.edit}'),
        ('财务', '{dunning.view,dunning.export}'),
        ('收银员', '{dunning.view,dunning.send}'),
        ('客服', '{dunning.view}')) n (name, given)
      where g.company_id = one.id and g.name = n.name;
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
