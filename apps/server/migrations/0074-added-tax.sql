-- Prices without tax (CHG-1). Until now a charge item could say that its prices are without tax, and was charged all the same
-- as if they included it. From here on the tax is added to what such prices come to, so every item says what it was charged by.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update charge_item set is_tax_included = true where company_id = one.id and not is_tax_included;
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
