-- The cashier desk (CSH-1…4, CHG-17): rules of a community, how much may be given up at the desk, and offers.

-- Rules of the desk of a community; all off is the most lenient.
alter table community
  -- A later bill of an item is not collected while an older one is left.
  add column takes_oldest_first boolean not null default false,
  add column refuses_part_payment boolean not null default false,
  -- Money above what is owed is not kept as prepaid.
  add column refuses_overpayment boolean not null default false;

-- How much whoever holds `cashier.discount` through a group may give up in one receipt. No row, or null: not limited by this group.
create table discount_limit (
  company_id uuid not null,
  permission_group_id uuid not null,
  discount_fen bigint check (discount_fen >= 0),
  -- Share of the principal on the receipt, 0 to 1.
  discount_share numeric(5, 4) check (discount_share between 0 and 1),
  late_fee_fen bigint check (late_fee_fen >= 0),
  late_fee_share numeric(5, 4) check (late_fee_share between 0 and 1),
  primary key (company_id, permission_group_id),
  foreign key (company_id, permission_group_id) references permission_group (company_id, id) on delete cascade
);
call protect_tenant_table('discount_limit');

-- Offers (CHG-17): discounts that apply by themselves at payment. Terms by kind: `OfferTerms` of the contract.
create table offer (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  terms jsonb not null check (terms ? 'kind'),
  is_enabled boolean not null default true,
  -- Days of payment, both included; null is open.
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  -- Empty: every community, every item.
  community_ids uuid[] not null default '{}',
  charge_item_ids uuid[] not null default '{}',
  -- Together with other stackable ones; else alone.
  is_stackable boolean not null default false,
  sort_order int not null default 0,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name)
);
call protect_tenant_table('offer');

alter table bill_reduction add foreign key (company_id, offer_id) references offer (company_id, id);
create index bill_reduction_of_offer on bill_reduction (company_id, offer_id) where offer_id is not null;
