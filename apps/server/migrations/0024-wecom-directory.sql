-- Staff and departments taken over from WeCom's directory (PLT-4).

-- The department's number in WeCom, once it was matched: it stays the same when the department is renamed or moved there.
alter table department add column wecom_department_id bigint;
create unique index department_wecom on department (company_id, wecom_department_id) where wecom_department_id is not null;

-- The list of staff as before, and what WeCom knows the person by.
create or replace view staff_list with (security_invoker = true) as
  select s.company_id, s.id, s.version, s.created_at, coalesce(s.updated_at, s.created_at) updated_at, s.number, s.name, s.sex, s.nickname,
    s.phone, s.wechat, s.email, s.position, s.joined_on, s.expires_on, s.note, s.photo, s.may_sign_in_pc, s.may_sign_in_phone,
    s.is_shown_to_residents, s.skills, s.introduction, s.pinyin, s.pinyin_initials,
    case when s.disabled_at is not null then 'disabled' when s.expires_on <= told_today() then 'expired' else 'active' end state,
    (select string_agg(department_path(l.company_id, l.department_id), '、' order by department_path(l.company_id, l.department_id))
      from staff_department l where l.company_id = s.company_id and l.staff_id = s.id) departments,
    coalesce(s.wecom_user_id, '') wecom_user_id
  from staff s;
