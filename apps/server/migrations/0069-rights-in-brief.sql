-- Every request opened its transaction with the whole set of rights: two hundred words gathered, sorted, sent and read again.
-- Now it gets a stamp of them, and whoever knows what the stamp stands for need not ask. Rights are looked up on every request
-- as before; taking them away changes the stamp.

-- The rights of a person for one kind of client, in brief: what is in the groups they hold, whichever these are. Equal stamps are
-- equal rights, in whatever company. '*': all there are.
create function rights_stamp(company uuid, staff uuid, client text) returns text language plpgsql stable as $$
declare held uuid[];
begin
  -- Few companies give rights to departments, and walking up a tree costs more than all the rest.
  if exists (select from department_permission_group l where l.company_id = company) then
    held := array(select held_groups(company, staff));
  else
    held := array(select l.permission_group_id from staff_permission_group l where l.company_id = company and l.staff_id = staff);
  end if;
  return (select case when bool_or(g.holds_all) then '*' else coalesce(string_agg(h.hash, ' ' order by h.hash), '') end
    from permission_group g
    cross join lateral (select case client when 'phone' then g.phone_permissions else g.permissions end as permissions) p
    cross join lateral (select case when not g.holds_all then hash_array_extended(p.permissions, 0) || '.' || hash_array_extended(p.permissions, 1) end as hash) h
    where g.company_id = company and g.id = any (held));
end $$;

-- What a stamp stands for, with the stamp itself: both as of one moment.
create function stamped_rights(company uuid, staff uuid, client text, out rights text, out permissions text[])
language sql stable as $$
  select rights_stamp(company, staff, client), p.permissions from permissions_of(company, staff, client) p
$$;

-- As before, with the stamp in place of the rights.
drop function open_session(bytea, timestamptz);
create function open_session(token bytea, now_at timestamptz, out session_id uuid, out account_id uuid, out company_id uuid,
  out staff_id uuid, out staff_name text, out client text, out must_change_password boolean, out rights text,
  out community_ids uuid[], out whole_community_ids uuid[], out has_all_communities boolean, out last_seen_at timestamptz)
language plpgsql volatile as $$
declare expires date;
begin
  select s.id, s.account_id, s.company_id, s.staff_id, s.client, a.must_change_password, s.last_seen_at
    into session_id, account_id, company_id, staff_id, client, must_change_password, last_seen_at
    from session s join account a on a.id = s.account_id
    where s.token_hash = token and s.expires_at > now_at and a.disabled_at is null;
  if session_id is null then return; end if;
  perform set_config('app.company_id', company_id::text, true);
  select p.name, p.has_all_communities, p.expires_on, rights_stamp(p.company_id, p.id, open_session.client)
    into staff_name, has_all_communities, expires, rights from staff p
    where p.company_id = open_session.company_id and p.id = open_session.staff_id and p.disabled_at is null;
  if staff_name is null or expires <= (now_at at time zone 'Asia/Shanghai')::date then session_id := null; return; end if;
  select e.community_ids, e.whole_ids into community_ids, whole_community_ids from enter_scope(company_id, staff_id, has_all_communities) e;
end $$;
