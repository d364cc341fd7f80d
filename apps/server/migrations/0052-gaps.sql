-- What issues 3 and 4 still lacked.

-- A formula that held until a day (CHG-2, CHG-3): periods before it, and their part of one that straddles it, are priced by
-- it. Null: it was replaced for every bill to come. The names are what the formula reads, as in the standard.
alter table charge_standard_rule add column holds_until date, add column formula_names jsonb not null default '{}',
  add check (holds_until is null or formula is not null);
create unique index charge_standard_rule_until on charge_standard_rule (company_id, charge_standard_id, holds_until)
  where holds_until is not null;
