-- What residents do beyond paying what is due (CLI-1, PAY-3): prepaid beside a channel, months ahead, invoices, photos with an
-- application, and what they were told.

-- What a payment through a channel is completed with once its money has come, and not before: prepaid that pays the rest of
-- its bills, or bills of months to come that are raised then and paid with what was just kept ahead.
create table payment_sequel (
  company_id uuid not null,
  id uuid not null,
  community_id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('prepaid', 'advance')),
  -- Prepaid: the bills, and what it pays of them in all. Advance: what the bills to come amount to.
  bill_ids uuid[] not null default '{}',
  amount_fen bigint not null check (amount_fen > 0),
  month_to text check (month_to ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  -- Of an advance: what the resident was shown, `[{"chargeItemId", "periodFrom"}]`.
  lines jsonb not null default '[]',
  state text not null default 'waiting' check (state in ('waiting', 'done', 'partly', 'failed')),
  receipt_id uuid,
  paid_fen bigint not null default 0 check (paid_fen between 0 and amount_fen),
  note text not null default '',
  done_at timestamptz,
  primary key (company_id, id),
  unique (company_id, order_id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, order_id) references payment_order (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  check ((kind = 'advance') = (month_to is not null)),
  check ((kind = 'prepaid') = (cardinality(bill_ids) > 0)),
  check ((state = 'waiting') = (done_at is null)),
  check ((receipt_id is null) = (paid_fen = 0))
);
call protect_tenant_table('payment_sequel', 'community_id', 'select, insert');
call scope_tenant_table('payment_sequel',
  'exists (select from payment_order o where o.company_id = payment_sequel.company_id and o.id = payment_sequel.order_id)');
grant update (state, receipt_id, paid_fen, note, done_at) on payment_sequel to anlin_app;
create index payment_sequel_of_community on payment_sequel (company_id, community_id);
create index payment_sequel_of_receipt on payment_sequel (company_id, receipt_id) where receipt_id is not null;

-- Photos handed in with an application to be let in: seen by whoever reviews it.
alter table move_in_application add column photos uuid[] not null default '{}' check (cardinality(photos) <= 6);
call forget_with_rows_of('move_in_application');
call scope_tenant_table('file_use', 'community_id is null or owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = file_use.company_id and v.id = file_use.owner_id)
  or exists (select from parking_space k where k.company_id = file_use.company_id and k.id = file_use.owner_id)
  or exists (select from vehicle_application a where a.company_id = file_use.company_id and a.id = file_use.owner_id)
  or exists (select from move_in_application a where a.company_id = file_use.company_id and a.id = file_use.owner_id)');

-- Takes the photos off the applications of somebody who is erased (EST-12), also where the actor may not look, and tells which
-- they were: their bytes are forgotten by the caller.
create function take_application_photos(wanted uuid, wanted_phone text) returns setof uuid language plpgsql volatile as $$
declare
  scope text := current_setting('app.community_ids', true);
  one record;
begin
  perform set_config('app.community_ids', '*', true);
  for one in select a.id, a.photos from move_in_application a where a.company_id = current_company_id() and a.photos <> '{}'
      and (a.resident_id = wanted or (wanted_phone <> '' and a.phone = wanted_phone)) for update loop
    delete from file_use u where u.company_id = current_company_id() and u.owner_id = one.id;
    update move_in_application a set photos = '{}', version = version + 1 where a.company_id = current_company_id() and a.id = one.id;
    return query select unnest(one.photos);
  end loop;
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- What residents were told, read in their own client: until when somebody has seen it.
create table resident_inbox (
  company_id uuid not null,
  resident_id uuid not null,
  seen_until timestamptz not null,
  primary key (company_id, resident_id),
  foreign key (company_id, resident_id) references resident (company_id, id) on delete cascade
);
call protect_tenant_table('resident_inbox');
create index message_delivery_of_recipient on message_delivery (company_id, recipient_id, created_at) where recipient_kind = 'resident';
