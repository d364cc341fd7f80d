-- More of online payment (PAY-1, PAY-2, PAY-6, PAY-7): its result is told at once, a refund that failed may go another way.

-- Whoever waits for a payment is told that it changed, and nothing more: they read it with the rights they have.
create function tell_payment_changed() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  perform pg_notify('anlin_live', 'payment ' || new.company_id || ' ' || new.id);
  return null;
end $$;
create trigger payment_order_told after update of state, receipt_id, exception, problem on payment_order for each row
  when ((new.state, new.receipt_id, new.exception, new.problem) is distinct from (old.state, old.receipt_id, old.exception, old.problem))
  execute function tell_payment_changed();

-- A refund whose channel failed may be given another way, once. ----------------------------------------------------------

alter table channel_refund drop constraint channel_refund_state_check;
alter table channel_refund add constraint channel_refund_state_check check (state in ('asking', 'waiting', 'done', 'failed', 'replaced'));
alter table payment_order drop constraint payment_order_exception_check;
alter table payment_order add constraint payment_order_exception_check
  check (exception in ('surplus', 'returned', 'mismatch', 'unbooked', 'doubled', 'refundedTwice'));

-- Numbers that were given up for another: the channel may still say that one of them went through.
create table channel_refund_attempt (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  channel_refund_id uuid not null,
  refund_no text not null,
  failure text not null default '',
  given_up_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, refund_no),
  foreign key (company_id, channel_refund_id) references channel_refund (company_id, id)
);
call protect_tenant_table('channel_refund_attempt', 'community_id', 'select, insert');
call scope_tenant_table('channel_refund_attempt',
  'exists (select from channel_refund x where x.company_id = channel_refund_attempt.company_id and x.id = channel_refund_attempt.channel_refund_id)');
create index channel_refund_attempt_of_refund on channel_refund_attempt (company_id, channel_refund_id);

-- How a refund is given back was changed afterwards. Only ever added to, one for each tender; the refund shows what it is now.
create table refund_amendment (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  refund_id uuid not null,
  refund_tender_id uuid not null,
  from_method_id uuid not null,
  to_method_id uuid not null,
  reason text not null check (reason <> ''),
  -- The day on which the money went the other way.
  booked_on date not null,
  amended_at timestamptz not null,
  staff_id uuid not null,
  primary key (company_id, id),
  unique (company_id, refund_tender_id),
  foreign key (company_id, refund_id) references refund (company_id, id),
  foreign key (company_id, refund_tender_id) references refund_tender (company_id, id),
  foreign key (company_id, from_method_id) references payment_method (company_id, id),
  foreign key (company_id, to_method_id) references payment_method (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  check (from_method_id <> to_method_id)
);
call protect_tenant_table('refund_amendment', 'community_id', 'select, insert');
call scope_tenant_table('refund_amendment', 'exists (select from refund r where r.company_id = refund_amendment.company_id and r.id = refund_amendment.refund_id)');
create index refund_amendment_of_refund on refund_amendment (company_id, refund_id);
create trigger refund_amendment_day before insert on refund_amendment for each row execute function refuse_closed_day('booked_on');
grant update (payment_method_id) on refund_tender to anlin_app;

-- The income detail has two rows of it, as of an amended receipt: by the old method back, by the new one instead.
do $$
declare one record;
begin
  for one in select conname from pg_constraint where conrelid = 'income_movement'::regclass and contype = 'c'
      and pg_get_constraintdef(oid) like '%receipt_amendment_id%' loop
    execute format('alter table income_movement drop constraint %I', one.conname);
  end loop;
end $$;
alter table income_movement
  add column refund_amendment_id uuid,
  add foreign key (company_id, refund_amendment_id) references refund_amendment (company_id, id),
  add check ((kind = 'reversal') = (receipt_reversal_id is not null) and (kind = 'restoration') = (receipt_restoration_id is not null)
    and num_nonnulls(receipt_amendment_id, refund_amendment_id) = (kind = 'amendment')::int
    and (refund_id is not null) = (kind = 'refund' or refund_amendment_id is not null) and (refund_tender_id is not null) = (refund_id is not null));
create index income_movement_of_refund_amendment on income_movement (company_id, refund_amendment_id) where refund_amendment_id is not null;

create function put_income_of_refund_amendment() returns trigger language plpgsql as $$
begin
  insert into income_movement (company_id, community_id, document_id, receipt_id, refund_id, refund_tender_id, kind, refund_amendment_id, source, target_kind,
    target_id, day, at, payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
    part_item_ids, part_months, part_kinds, part_fen)
  select m.company_id, m.community_id, new.id, m.receipt_id, m.refund_id, m.refund_tender_id, 'amendment', new.id, m.source, m.target_kind, m.target_id,
    new.booked_on, new.amended_at, x.method_id, new.staff_id, x.sign * m.amount_fen, x.sign * m.principal_fen, x.sign * m.late_fee_fen,
    x.sign * m.prepaid_fen, x.sign * m.deposit_fen, x.sign * m.other_fen, m.part_item_ids, m.part_months, m.part_kinds,
    array(select x.sign * fen from unnest(m.part_fen) with ordinality u (fen, n) order by n)
  from income_movement m cross join (values (new.from_method_id, -1), (new.to_method_id, 1)) x (method_id, sign)
  where m.company_id = new.company_id and m.document_id = new.refund_id and m.refund_tender_id = new.refund_tender_id;
  return null;
end $$;
create trigger refund_amendment_income after insert on refund_amendment for each row
  when (current_setting('app.taking_in', true) is distinct from 'on') execute function put_income_of_refund_amendment();

-- Residents at WeCom (PAY-6): entered by staff or imported, one person each. --------------------------------------------

-- Taking an import back looks whether a row was changed since.
alter table channel_address add column version integer not null default 1;
create unique index channel_address_wecom on channel_address (company_id, address) where channel = 'wecom';
call record_import_effects('channel_address');
