-- Mini-program subscription messages (PLT-14). WeChat lets a company send one message for each time a person agreed to a template.

-- One agreement: asked for, given, kept for a message, used up by it. Without `given_at` WeChat has not told yet what they said.
create table subscription_consent (
  company_id uuid not null,
  id uuid not null,
  -- The WeChat account that agreed; with it go its agreements.
  channel_address_id uuid not null,
  -- What was asked at once, three templates at most. Whoever answers must name it.
  ask_id uuid not null,
  template_id text not null check (template_id <> ''),
  -- What the template stood for when they agreed: it is good for nothing else.
  event_kinds text[] not null,
  asked_at timestamptz not null,
  given_at timestamptz,
  -- The message it is kept for. Goes back to null where WeChat refused that message for another reason.
  message_delivery_id uuid,
  used_at timestamptz,
  primary key (company_id, id),
  unique (company_id, ask_id, template_id),
  foreign key (company_id, channel_address_id) references channel_address (company_id, id) on delete cascade,
  foreign key (company_id, message_delivery_id) references message_delivery (company_id, id) on delete cascade,
  check (given_at is not null or (message_delivery_id is null and used_at is null))
);
call protect_tenant_table('subscription_consent');
create index subscription_consent_account on subscription_consent (company_id, channel_address_id, template_id);
create index subscription_consent_delivery on subscription_consent (company_id, message_delivery_id) where message_delivery_id is not null;
create index subscription_consent_asked on subscription_consent (company_id, asked_at) where given_at is null;

-- Whether a WeChat account agreed to a message about an event that it has not had yet.
create function has_consent(company uuid, address uuid, event text) returns boolean language sql stable parallel safe as $$
  select exists (select from subscription_consent s
    join message_channel c on c.company_id = s.company_id and c.channel = 'miniProgram' and s.template_id = c.templates->event->>'templateId'
    where s.company_id = company and s.channel_address_id = address and event = any (s.event_kinds)
      and s.given_at is not null and s.message_delivery_id is null and s.used_at is null)
$$;

-- Another account has agreed to nothing.
create function forget_consents() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.taking_in', true), '') = 'on' then return null; end if;
  delete from subscription_consent c where c.company_id = new.company_id and c.channel_address_id = new.id;
  return null;
end $$;
create trigger channel_address_consents after update of address, app_id on channel_address for each row
  when (old.channel = 'miniProgram' and (old.address, old.app_id) is distinct from (new.address, new.app_id)) execute function forget_consents();

-- Residents are told by every channel that is chosen, or in their order until one has taken it.
alter table notification_setting add column resident_way text not null default 'all' check (resident_way in ('all', 'first'));

-- The templates an account has at its provider, as they were read last: the mini-program's.
alter table message_channel add column known_templates jsonb not null default '[]', add column templates_synced_at timestamptz;

-- `unknown`: no answer came, it may have arrived, and the provider could not tell a repetition.
alter table message_attempt drop constraint message_attempt_outcome_check,
  add constraint message_attempt_outcome_check check (outcome in ('sent', 'found', 'refused', 'limited', 'unreachable', 'unknown'));
