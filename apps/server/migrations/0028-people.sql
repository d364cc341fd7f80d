-- People: their import, fields of the company's own, tags (EST-7, EST-9, PLT-8, PLT-9).

-- Who has these phones or id cards, also where the actor may not look; as `resident_by_phone`, for many at once.
create function residents_by_identity(phones text[], cards bytea[])
  returns table (id uuid, name text, phone text, card bytea) language plpgsql volatile as $$
declare scope text := current_setting('app.community_ids', true);
begin
  perform set_config('app.community_ids', '*', true);
  return query
    select r.id, r.name, r.phone, r.id_card_index from resident r
      where r.company_id = current_company_id() and r.phone <> '' and r.phone = any (phones)
    union select r.id, r.name, r.phone, r.id_card_index from resident r
      where r.company_id = current_company_id() and r.id_card_index is not null and r.id_card_index = any (cards);
  perform set_config('app.community_ids', coalesce(scope, ''), true);
end $$;

-- Tags of people. A person belongs to the company and is seen through an occupancy; so are their tags.
create table resident_tag (
  company_id uuid not null,
  resident_id uuid not null,
  tag_id uuid not null,
  primary key (company_id, resident_id, tag_id),
  foreign key (company_id, resident_id) references resident (company_id, id) on delete cascade,
  foreign key (company_id, tag_id) references tag (company_id, id)
);
call protect_tenant_table('resident_tag');
create policy community on resident_tag as restrictive for select
  using ((select sees_all_communities())
    or exists (select 1 from occupancy o where o.company_id = resident_tag.company_id and o.resident_id = resident_tag.resident_id));
create index resident_tag_by_tag on resident_tag (company_id, tag_id);
call record_import_effects('resident_tag', 'resident_id', 'tag_id');

-- Fields the company adds to people. Their values have no community: they are seen by whoever sees the person.
call forget_with_rows_of('resident');
call scope_tenant_table('custom_value', $$owner_id in (select visible_target_ids())
  or exists (select from vehicle v where v.company_id = custom_value.company_id and v.id = custom_value.owner_id)
  or community_id is null and exists (select from occupancy o where o.company_id = custom_value.company_id and o.resident_id = custom_value.owner_id)$$);

-- Whoever may register people and import houses may import people.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{resident.import}'::text[]
      where company_id = one.id and permissions @> '{resident.edit,house.import}' and not permissions @> '{resident.import}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
