-- Staff and departments taken over from WeCom's directory (PLT-4).

-- The department's number in WeCom, once it was matched: it stays the same when the department is renamed or moved there.
alter table department add column wecom_department_id bigint;
create unique index department_wecom on department (company_id, wecom_department_id) where wecom_department_id is not null;
