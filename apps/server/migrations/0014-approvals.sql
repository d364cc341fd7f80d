-- Approvals (PLT-11): what needs a yes from others before it takes effect.

-- Who must agree to an action, and when. `levels` is a list of { mode, approvers: [{ kind, id }] }; a request keeps
-- the levels it started with, so a flow may be changed or deleted while requests run.
create table approval_flow (
  company_id uuid not null references company (id),
  id uuid not null,
  name text not null check (name <> ''),
  action text not null check (action <> ''),
  -- The first flow of an action that matches decides; smaller comes first.
  sort_order int not null,
  is_enabled boolean not null default true,
  -- Half-open range of the action's amount in fen; null is open.
  amount_from_fen bigint check (amount_from_fen >= 0),
  amount_to_fen bigint check (amount_to_fen > coalesce(amount_from_fen, 0)),
  -- Empty: every community.
  community_ids uuid[] not null default '{}',
  levels jsonb not null,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name)
);
call protect_tenant_table('approval_flow');
create index approval_flow_of_action on approval_flow (company_id, action, sort_order);

-- One request. Its row is locked by whoever decides anything about it.
create table approval (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  action text not null,
  target_kind text not null,
  target_id uuid,
  target_label text not null,
  amount_fen bigint,
  summary text not null,
  -- What the approver sees: [{ label, before, after }].
  changes jsonb not null,
  -- SHA-256 of the facts the request rests on; compared once more before anything takes effect.
  basis_hash bytea not null,
  -- What is carried out after the last yes; emptied when the request ends, for it may hold personal data.
  input jsonb,
  reason text not null check (reason <> ''),
  state text not null check (state in ('pending', 'approved', 'rejected', 'withdrawn', 'invalid')),
  -- Why a request became invalid, or what came of it.
  outcome text not null default '',
  flow_name text not null,
  flow_version int not null,
  levels jsonb not null,
  -- The level that is asked now, from 1.
  level int not null check (level > 0),
  requested_by uuid not null,
  requested_at timestamptz not null,
  ended_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, community_id) references community (company_id, id),
  foreign key (company_id, requested_by) references staff (company_id, id),
  check ((state = 'pending') = (ended_at is null)),
  check (state = 'pending' or input is null)
);
call protect_tenant_table('approval', 'community_id', 'select, insert, update');
create index approval_of_requester on approval (company_id, requested_by, requested_at desc);
create index approval_recent on approval (company_id, requested_at desc);

-- What a pending request holds, so that nobody asks for the same twice. Gone when the request ends.
create table approval_hold (
  company_id uuid not null,
  community_id uuid,
  approval_id uuid not null,
  action text not null,
  target_id uuid not null,
  primary key (company_id, action, target_id),
  foreign key (company_id, approval_id) references approval (company_id, id)
);
call protect_tenant_table('approval_hold', 'community_id');
create index approval_hold_of_approval on approval_hold (company_id, approval_id);

-- One person's say at one level. A group is asked through its members as they were when the level began.
create table approval_seat (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  approval_id uuid not null,
  level int not null,
  staff_id uuid not null,
  -- Asked as a member of this group; leaving the group takes the say away. Null: asked as a person.
  permission_group_id uuid,
  state text not null check (state in ('waiting', 'approved', 'rejected', 'passedOn', 'released')),
  created_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, approval_id) references approval (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id)
);
call protect_tenant_table('approval_seat', 'community_id', 'select, insert, update');
-- One person has one say at a level, and nobody decides twice.
create unique index approval_seat_once on approval_seat (company_id, approval_id, level, staff_id) where state <> 'passedOn' and state <> 'released';
create index approval_seat_waiting on approval_seat (company_id, staff_id) where state = 'waiting';
create index approval_seat_of_approval on approval_seat (company_id, approval_id, level);

-- What happened to a request, in order. Only ever added to.
create table approval_step (
  company_id uuid not null,
  id uuid not null,
  community_id uuid,
  approval_id uuid not null,
  level int not null,
  kind text not null check (kind in ('requested', 'asked', 'approved', 'rejected', 'passedOn', 'reassigned', 'withdrawn', 'applied', 'invalid')),
  staff_id uuid,
  to_staff_id uuid,
  note text not null default '',
  at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, approval_id) references approval (company_id, id),
  foreign key (company_id, staff_id) references staff (company_id, id),
  foreign key (company_id, to_staff_id) references staff (company_id, id)
);
call protect_tenant_table('approval_step', 'community_id', 'select, insert');
create index approval_step_of_approval on approval_step (company_id, approval_id, id);

-- Where the data scope reaches below the community, whoever sees only a part of one still sees what they asked for themselves.
do $$
begin
  if to_regproc('scope_tenant_table') is not null then
    call scope_tenant_table('approval', 'community_id is null or requested_by = (select current_staff_id()) or target_id in (select visible_target_ids())');
    call scope_tenant_table('approval_hold', 'community_id is null or exists (select from approval p where p.company_id = approval_hold.company_id and p.id = approval_hold.approval_id)');
    call scope_tenant_table('approval_seat', 'community_id is null or exists (select from approval p where p.company_id = approval_seat.company_id and p.id = approval_seat.approval_id)');
    call scope_tenant_table('approval_step', 'community_id is null or exists (select from approval p where p.company_id = approval_step.company_id and p.id = approval_step.approval_id)');
  end if;
end $$;

-- Companies made before this release: their administrators may do all there is.
do $$
declare one record;
begin
  for one in select id from company loop
    perform set_config('app.company_id', one.id::text, true);
    update permission_group set permissions = permissions || '{approval.view,approvalFlow.edit}'
      where company_id = one.id and name = '管理员' and not permissions @> '{approvalFlow.edit}';
  end loop;
  perform set_config('app.company_id', '', true);
end $$;
