-- What charging and finance still lacked.

-- Tiers that held until a day (CHG-2, CHG-4), as formulas do since 0052.
alter table charge_standard_rule drop constraint charge_standard_rule_check;
alter table charge_standard_rule add check (holds_until is null or num_nonnulls(formula, tiers) = 1);
