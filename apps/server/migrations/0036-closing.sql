-- Closing (CSH-12, FIN-5; ADR 0036): a day or a month of a community's books is closed with its figures, which never change again.

-- Bills have no day of their own; they are booked on the first day of their period, or on the first open day when that is
-- closed already. Whoever adds bills holds their books' row, so closing waits for them. Once per statement, whoever raises.
create function book_bills_open() returns trigger language plpgsql as $$
declare
  book record;
  closed date;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  for book in select distinct company_id, community_id from added order by 1, 2 loop
    select b.closed_until into closed from community_book b
      where b.company_id = book.company_id and b.community_id = book.community_id for key share;
    if closed is not null and exists (select from added where community_id = book.community_id and coalesce(booked_on, period_from) <= closed) then
      execute 'update bill b set booked_on = $1 from added a where a.company_id = $2 and a.community_id = $3
          and coalesce(a.booked_on, a.period_from) < $1 and b.company_id = a.company_id and b.id = a.id'
        using closed + 1, book.company_id, book.community_id;
    end if;
  end loop;
  return null;
end $$;
create trigger bill_booking after insert on bill referencing new table as added
  for each statement execute function book_bills_open();

-- A bill whose period is corrected stays booked where it was once that day is closed, and never moves into closed books. What the
-- trigger above books is no correction.
create function keep_bill_booked() returns trigger language plpgsql as $$
declare closed date;
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return new; end if;
  select b.closed_until into closed from community_book b
    where b.company_id = new.company_id and b.community_id = new.community_id for key share;
  if closed is null then return new; end if;
  if coalesce(old.booked_on, old.period_from) <= closed then
    new.booked_on := coalesce(old.booked_on, old.period_from);
  elsif coalesce(new.booked_on, new.period_from) <= closed then
    new.booked_on := closed + 1;
  end if;
  return new;
end $$;
create trigger bill_stays_booked before update of period_from, booked_on on bill
  for each row when (pg_trigger_depth() = 0 and coalesce(old.booked_on, old.period_from) <> coalesce(new.booked_on, new.period_from)) execute function keep_bill_booked();

-- The figures of a stretch of days of a community, all from the journal and the documents: fen as whole numbers in text, money only where
-- not said otherwise. `first_day` null: from the beginning. `opening` are the balances before it by account.
create function book_figures(company uuid, community uuid, first_day date, last_day date, opening jsonb) returns jsonb language sql stable as $$
  with line as (
    -- A bill edited since is two lines of its day, which together stay what they were.
    select j.document, j.document_id, j.account, sum(j.amount_fen)::bigint as amount_fen from journal_line j
    where j.company_id = company and j.community_id = community and j.day <= last_day and (first_day is null or j.day >= first_day)
    group by j.document, j.document_id, j.account
  ), account as (
    select l.account, coalesce(sum(l.amount_fen) filter (where l.amount_fen > 0), 0)::bigint as debit,
      coalesce(-sum(l.amount_fen) filter (where l.amount_fen < 0), 0)::bigint as credit
    from line l group by l.account
  ), balance as (
    select x.account, sum(x.fen)::bigint as fen from (
      select a.account, a.debit - a.credit as fen from account a
      union all select o.key, o.value::bigint from jsonb_each_text(coalesce(opening, '{}')) o) x group by x.account
  ), movement as (
    select m.* from income_movement m
    where m.company_id = company and m.community_id = community and m.day <= last_day and (first_day is null or m.day >= first_day)
  ), method as (
    select m.payment_method_id, coalesce(sum(m.amount_fen) filter (where m.amount_fen > 0), 0)::bigint as received,
      coalesce(-sum(m.amount_fen) filter (where m.amount_fen < 0), 0)::bigint as returned, count(*) as movements
    from movement m where m.source = 'money' group by 1
  )
  select jsonb_build_object(
    'accounts', coalesce((select jsonb_object_agg(a.account, jsonb_build_object('debit', a.debit::text, 'credit', a.credit::text)) from account a), '{}'),
    'balances', coalesce((select jsonb_object_agg(b.account, b.fen::text) from balance b), '{}'),
    'methods', coalesce((select jsonb_object_agg(m.payment_method_id, jsonb_build_object('received', m.received::text, 'returned', m.returned::text, 'movements', m.movements)) from method m), '{}'),
    'raised', (select coalesce(sum(l.amount_fen), 0)::text from line l where l.account = 'receivable' and l.document in ('bill', 'billEdit', 'billVoid', 'billRestoration')),
    'discount', (select coalesce(sum(l.amount_fen), 0)::text from line l where l.account = 'discount'),
    'waiver', (select coalesce(sum(l.amount_fen), 0)::text from line l where l.account = 'waiver'),
    'lateFeeWaiver', (select coalesce(sum(r.amount_fen), 0)::text from bill_reduction r where r.company_id = company and r.community_id = community
      and r.kind = 'lateFeeWaiver' and r.reduced_on <= last_day and (first_day is null or r.reduced_on >= first_day)),
    'prepaidBonus', (select coalesce(sum(l.amount_fen), 0)::text from line l where l.account = 'prepaidBonus'),
    'receipts', (select count(distinct m.document_id) from movement m where m.kind = 'receipt')
  ) || (select jsonb_build_object('income', coalesce(sum(m.amount_fen) filter (where m.source = 'money'), 0)::text,
      'refunded', coalesce(-sum(m.amount_fen) filter (where m.source = 'money' and m.kind = 'refund'), 0)::text,
      'reversed', coalesce(-sum(m.amount_fen) filter (where m.source = 'money' and m.kind = 'reversal'), 0)::text,
      'principal', coalesce(sum(m.principal_fen) filter (where m.source = 'money'), 0)::text,
      'lateFee', coalesce(sum(m.late_fee_fen) filter (where m.source = 'money'), 0)::text,
      'prepaid', coalesce(sum(m.prepaid_fen) filter (where m.source = 'money'), 0)::text,
      'deposit', coalesce(sum(m.deposit_fen) filter (where m.source = 'money'), 0)::text,
      'other', coalesce(sum(m.other_fen) filter (where m.source = 'money'), 0)::text,
      'prepaidUsed', coalesce(sum(m.amount_fen) filter (where m.source = 'prepaid'), 0)::text,
      'depositUsed', coalesce(sum(m.amount_fen) filter (where m.source = 'deposit'), 0)::text) from movement m)
$$;
grant execute on function book_figures(uuid, uuid, date, date, jsonb) to anlin_app;

-- A day (or several together) or a month closed. Reopened ones stay and say why; only the newest can be reopened.
create table book_closing (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  kind text not null check (kind in ('day', 'month')),
  -- Null: everything before, at the first closing of its kind.
  first_day date,
  last_day date not null,
  -- Whose balances it goes on from.
  previous_id uuid,
  -- What `book_figures` said, and its SHA-256 as text.
  figures jsonb not null,
  figures_hash bytea not null,
  closed_at timestamptz not null,
  staff_id uuid not null,
  reopened_at timestamptz,
  reopened_by uuid,
  reopen_reason text,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, previous_id) references book_closing (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  foreign key (company_id, reopened_by) references staff (company_id, id),
  check (first_day <= last_day),
  check (num_nulls(reopened_at, reopened_by, reopen_reason) in (0, 3)),
  check (reopen_reason <> '')
);
call protect_tenant_table('book_closing', 'community_id', 'select, insert');
grant update (reopened_at, reopened_by, reopen_reason) on book_closing to anlin_app;
create unique index book_closing_once on book_closing (company_id, community_id, kind, last_day) where reopened_at is null;
create index book_closing_previous on book_closing (company_id, previous_id) where previous_id is not null;
