-- Bills brought along from other systems (CHG-9) with what was paid on them.

-- Which import a bill came with and from which row; the receipt of what had been paid; the bill it took the place of.
create table imported_bill (
  company_id uuid not null,
  bill_id uuid not null,
  community_id uuid not null,
  import_batch_id uuid not null,
  row_number int not null check (row_number > 0),
  receipt_id uuid,
  replaced_bill_id uuid,
  primary key (company_id, bill_id),
  foreign key (company_id, bill_id) references bill (company_id, id),
  foreign key (company_id, import_batch_id) references import_batch (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id),
  foreign key (company_id, replaced_bill_id) references bill (company_id, id)
);
call protect_tenant_table('imported_bill', 'community_id', 'select, insert');
call scope_tenant_table('imported_bill', 'exists (select from bill b where b.company_id = imported_bill.company_id and b.id = imported_bill.bill_id)');
create index imported_bill_of_batch on imported_bill (company_id, import_batch_id, bill_id);
create index imported_bill_of_receipt on imported_bill (company_id, receipt_id) where receipt_id is not null;
create index imported_bill_replaced on imported_bill (company_id, replaced_bill_id) where replaced_bill_id is not null;

-- Whether the bills of an import are to be dunned at once or later, as its maker said.
alter table import_batch add column dunning text check (dunning in ('now', 'later'));

-- The administrators of companies that are there get the new right; other groups are theirs to give.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true), set_config('app.community_ids', '*', true);
    update permission_group set permissions = (select array_agg(distinct p) from unnest(permissions || array['bill.import']) p)
      where company_id = one.id and name = '管理员';
  end loop;
  perform set_config('app.company_id', '', true), set_config('app.community_ids', '', true);
end $$;
