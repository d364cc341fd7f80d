-- Attachments of rows, and fields a company adds by itself.

-- Which row a file belongs to, so that whoever may see the row may open the file. `resource` is the definition's name;
-- the row's own table and its policies decide who sees it.
create table file_use (
  company_id uuid not null,
  file_id uuid not null,
  resource text not null,
  owner_id uuid not null,
  community_id uuid,
  primary key (company_id, file_id, resource, owner_id),
  foreign key (company_id, file_id) references file (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id)
);
call protect_tenant_table('file_use', 'community_id');
create index file_use_of_owner on file_use (company_id, owner_id, resource);

alter table house add column attachments uuid[] not null default '{}';
alter table parking_space add column pictures uuid[] not null default '{}';
alter table vehicle add column licence_pictures uuid[] not null default '{}';
