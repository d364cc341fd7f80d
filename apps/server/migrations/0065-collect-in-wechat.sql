-- Whoever pays by a collection code inside WeChat comes by way of WeChat as the payer of a link does: known to the browser's visit.
alter table wechat_visit drop constraint wechat_visit_purpose_check;
alter table wechat_visit add constraint wechat_visit_purpose_check check (purpose in ('bind', 'signIn', 'payLink', 'collect'));
alter table wechat_visit drop constraint wechat_visit_check2;
alter table wechat_visit add constraint wechat_visit_payer check (open_id = '' or (purpose in ('payLink', 'collect') and used_at is not null));
