import { type Channel, channelForms, type OutsideChannel } from '@anlin/contract';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { ConcernedResidents, EventKind, Place } from './event-kinds.ts';

/** How a company wants its events told; read once for many events. */
export interface NotificationPlan {
  /** Channels that are switched on; the inbox always is. */
  open: ReadonlySet<Channel>;
  settings: ReadonlyMap<
    string,
    { personal: readonly Channel[]; residents: readonly Channel[]; residentWay: 'all' | 'first' }
  >;
  /** Events a channel can say nothing of: its provider wants a template, and none is set. */
  isMute(channel: Channel, eventKind: string): boolean;
  subscribers: readonly PlannedSubscriber[];
}

interface PlannedSubscriber {
  event_kind: string;
  staff_id: string | null;
  permission_group_id: string | null;
  department_id: string | null;
  channels: Channel[];
  is_everywhere: boolean;
  scopes: { communityId: string; buildingId: string | null }[];
}

export interface Recipient {
  /** `phone`: of a code or an application, whoever's phone it is. */
  kind: 'staff' | 'resident' | 'phone';
  id: string;
  name: string;
  channel: Channel;
  /** Phone, e-mail, WeCom user id or openid; empty in the inbox. */
  address: string;
}

export async function readPlan(ctx: Context): Promise<NotificationPlan> {
  const channels = await ctx.tx.rows<{ channel: OutsideChannel; provider: string; kinds: string[] }>(
    sql`select channel, provider, array(select jsonb_object_keys(templates)) as kinds from message_channel
      where company_id = ${ctx.companyId} and is_on`,
  );
  const settings = await ctx.tx.rows<{
    event_kind: string;
    personal_channels: Channel[];
    resident_channels: Channel[];
    resident_way: 'all' | 'first';
  }>(
    sql`select event_kind, personal_channels, resident_channels, resident_way from notification_setting where company_id = ${ctx.companyId}`,
  );
  const subscribers = await ctx.tx.rows<PlannedSubscriber>(sql`
    select s.event_kind, s.staff_id, s.permission_group_id, s.department_id, s.channels, s.is_everywhere,
      coalesce((select jsonb_agg(jsonb_build_object('communityId', c.community_id, 'buildingId', c.building_id))
        from notification_scope c where c.company_id = s.company_id and c.notification_subscriber_id = s.id), '[]') as scopes
    from notification_subscriber s where s.company_id = ${ctx.companyId}`);
  return {
    open: new Set<Channel>(['inApp', ...channels.map((one) => one.channel)]),
    settings: new Map(
      settings.map((one) => [
        one.event_kind,
        { personal: one.personal_channels, residents: one.resident_channels, residentWay: one.resident_way },
      ]),
    ),
    isMute: (channel, eventKind) => {
      const own = channels.find((one) => one.channel === channel);
      return own !== undefined && needsTemplates(own) && !own.kinds.includes(eventKind);
    },
    subscribers,
  };
}

const needsTemplates = ({ channel, provider }: { channel: OutsideChannel; provider: string }): boolean =>
  channelForms[channel].hasTemplates && provider !== 'development';

/**
 * Everybody who is told of an event. Each is told by the first of their ways that is open: of one way where they are told by every
 * channel, of several where a resident is told by one of them. Channels that are off, and people who left, are left out.
 */
export async function findRecipients(
  ctx: Context,
  plan: NotificationPlan,
  name: string,
  kind: EventKind<unknown>,
  payload: unknown,
): Promise<Recipient[][]> {
  const setting = plan.settings.get(name);
  const wanted = new Map<string, Set<Channel>>();
  const want = (staffId: string, channels: readonly Channel[]) => {
    const all = wanted.get(staffId) ?? new Set();
    for (const channel of channels) if (plan.open.has(channel)) all.add(channel);
    wanted.set(staffId, all);
  };
  const personal = setting?.personal ?? kind.personal?.channels ?? [];
  for (const staffId of kind.personal?.staffIds(payload) ?? []) want(staffId, personal);
  const place = await exactPlace(ctx, kind.place?.(payload) ?? null);
  const mine = plan.subscribers.filter((one) => one.event_kind === name && covers(one, place));
  for (const one of mine) {
    for (const staffId of await staffOf(ctx, one, place)) want(staffId, one.channels);
  }
  const chosen = kind.residents?.chosen?.(payload) ?? setting?.residents ?? kind.residents?.channels ?? [];
  const outside: readonly Channel[] = chosen.filter((one) => plan.open.has(one));
  const channels: readonly Channel[] = kind.residents?.hasInbox ? ['inApp', ...outside] : outside;
  const concerned = channels.length > 0 ? kind.residents?.of(payload) : undefined;
  if (concerned && 'phoneOfCodeId' in concerned) return each(await phoneOfCode(ctx, concerned.phoneOfCodeId));
  if (concerned && 'phoneOfApplicationId' in concerned) {
    const applicant = outside.includes('sms') ? await phoneOfApplication(ctx, concerned.phoneOfApplicationId) : [];
    return each([...(await staffAddresses(ctx, wanted)), ...applicant]);
  }
  const residentIds = concerned ? await residentsOf(ctx, concerned) : [];
  const staff = each(await staffAddresses(ctx, wanted));
  const residents = await residentAddresses(ctx, residentIds, channels);
  const isInTurn = kind.residents?.chosen !== undefined || setting?.residentWay === 'first';
  return [...staff, ...(isInTurn ? inTurn(residents, (one) => plan.isMute(one.channel, name)) : each(residents))];
}

const each = (recipients: readonly Recipient[]): Recipient[][] => recipients.map((one) => [one]);

/** The inbox by itself, and of the other ways of each resident one; those that can say nothing are passed over where others can. */
function inTurn(residents: readonly Recipient[], isMute: (one: Recipient) => boolean): Recipient[][] {
  const outside = residents.filter((one) => one.channel !== 'inApp');
  const turns = [...Map.groupBy(outside, (one) => one.id).values()].map((own) => {
    const able = own.filter((one) => !isMute(one));
    return able.length > 0 ? able : own.slice(0, 1);
  });
  return [...each(residents.filter((one) => one.channel === 'inApp')), ...turns];
}

/** With the building of the house, where only the house is told. */
async function exactPlace(ctx: Context, place: Place | null): Promise<Place | null> {
  if (!place?.houseId || place.buildingId) return place;
  const house = await ctx.tx.first<{ building_id: string }>(
    sql`select building_id from house where company_id = ${ctx.companyId} and id = ${place.houseId}`,
  );
  return { ...place, buildingId: house?.building_id ?? null };
}

function covers(one: PlannedSubscriber, place: Place | null): boolean {
  if (one.is_everywhere || place === null) return true;
  return one.scopes.some(
    (scope) =>
      scope.communityId === place.communityId &&
      (scope.buildingId === null || place.buildingId == null || scope.buildingId === place.buildingId),
  );
}

/**
 * People a subscriber stands for — of a department with those below it — within their own data scope: whoever sees only
 * buildings or houses of a community is told of what happens there, and nothing of the rest.
 */
async function staffOf(ctx: Context, one: PlannedSubscriber, place: Place | null): Promise<string[]> {
  const { communityId = null, buildingId = null, houseId = null } = place ?? {};
  const rows = await ctx.tx.rows<{ id: string }>(sql`select s.id from staff s
    where s.company_id = ${ctx.companyId}
      and (s.id = ${one.staff_id} or s.id = any (array(select m.staff_id from members_of(${ctx.companyId}, array[${one.permission_group_id}]::uuid[]) m))
      or exists (
        with recursive below as (
          select d.id from department d where d.company_id = ${ctx.companyId} and d.id = ${one.department_id}
          union all select d.id from department d join below on d.company_id = ${ctx.companyId} and d.parent_id = below.id)
        select from below join staff_department l on l.company_id = s.company_id and l.department_id = below.id where l.staff_id = s.id))
      and (${communityId}::uuid is null or s.has_all_communities or exists (select from staff_community c
        where c.company_id = s.company_id and c.staff_id = s.id and c.community_id = ${communityId})
      or exists (select from staff_building b where b.company_id = s.company_id and b.staff_id = s.id and b.building_id = ${buildingId})
      or exists (select from staff_house h where h.company_id = s.company_id and h.staff_id = s.id and h.house_id = ${houseId}))
    order by s.id`);
  return rows.map((row) => row.id);
}

interface StaffRow {
  id: string;
  name: string;
  phone: string;
  email: string;
  wecom_user_id: string;
}

async function staffAddresses(ctx: Context, wanted: ReadonlyMap<string, ReadonlySet<Channel>>): Promise<Recipient[]> {
  if (wanted.size === 0) return [];
  const today = ctx.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();
  const rows = await ctx.tx.rows<StaffRow>(sql`select id, name, phone, coalesce(email, '') as email,
      coalesce(wecom_user_id, '') as wecom_user_id from staff
    where company_id = ${ctx.companyId} and id = any (${[...wanted.keys()]}::uuid[]) and disabled_at is null
      and (expires_on is null or expires_on > ${today}) order by id`);
  return rows.flatMap((row) =>
    [...wanted.get(row.id)!].map((channel): Recipient => {
      const address = { sms: row.phone, email: row.email, wecom: row.wecom_user_id }[channel as string] ?? '';
      return { kind: 'staff', id: row.id, name: row.name, channel, address };
    }),
  );
}

/** A code goes by SMS to the phone it was asked for; to none once it has been forgotten. */
async function phoneOfCode(ctx: Context, codeId: string): Promise<Recipient[]> {
  const row = await ctx.tx.first<{ phone: string }>(
    sql`select phone from resident_sign_in_code where company_id = ${ctx.companyId} and id = ${codeId}`,
  );
  return row ? [{ kind: 'phone', id: codeId, name: '登录的住户', channel: 'sms', address: row.phone }] : [];
}

/** The phone somebody applied with; none once it is blanked. */
async function phoneOfApplication(ctx: Context, applicationId: string): Promise<Recipient[]> {
  const row = await ctx.tx.first<{ phone: string }>(
    sql`select phone from move_in_application where company_id = ${ctx.companyId} and id = ${applicationId} and phone <> ''`,
  );
  return row ? [{ kind: 'phone', id: applicationId, name: '入住申请人', channel: 'sms', address: row.phone }] : [];
}

async function residentsOf(
  ctx: Context,
  concerned: Exclude<ConcernedResidents, { phoneOfCodeId: string } | { phoneOfApplicationId: string }>,
): Promise<readonly string[]> {
  if ('residentIds' in concerned) return concerned.residentIds;
  const rows = await ctx.tx.rows<{ id: string }>(sql`select distinct resident_id as id from occupancy
    where company_id = ${ctx.companyId} and house_id = ${concerned.ownersOfHouseId} and role = 'owner' and moved_out_on is null`);
  return rows.map((row) => row.id);
}

async function residentAddresses(
  ctx: Context,
  residentIds: readonly string[],
  channels: readonly Channel[],
): Promise<Recipient[]> {
  if (residentIds.length === 0 || channels.length === 0) return [];
  const rows = await ctx.tx.rows<{ id: string; name: string; phone: string; known: Record<string, string> }>(sql`
    select r.id, r.name, r.phone, coalesce((select jsonb_object_agg(a.channel, a.address) from channel_address a
      where a.company_id = r.company_id and a.resident_id = r.id), '{}') as known
    from resident r where r.company_id = ${ctx.companyId} and r.id = any (${[...residentIds]}::uuid[]) order by r.id`);
  return rows.flatMap((row) =>
    channels.flatMap((channel): Recipient[] => {
      const address = channel === 'sms' ? row.phone : (row.known[channel] ?? '');
      // Who never followed the 公众号 has no address there: nothing to send, nothing to log.
      return address === '' && channel !== 'inApp'
        ? []
        : [{ kind: 'resident', id: row.id, name: row.name, channel, address }];
    }),
  );
}

/** The address of one delivery as it is now. */
export async function addressOf(
  ctx: Context,
  delivery: { recipientKind: Recipient['kind']; recipientId: string; channel: Channel },
): Promise<string> {
  const { recipientKind, recipientId, channel } = delivery;
  if (recipientKind === 'phone') {
    const found = [...(await phoneOfCode(ctx, recipientId)), ...(await phoneOfApplication(ctx, recipientId))];
    return found[0]?.address ?? '';
  }
  const found =
    recipientKind === 'staff'
      ? await staffAddresses(ctx, new Map([[recipientId, new Set([channel])]]))
      : await residentAddresses(ctx, [recipientId], [channel]);
  return found[0]?.address ?? '';
}

/** Phone, e-mail or id with its middle hidden. */
export function maskAddress(address: string): string {
  const at = address.indexOf('@');
  if (at > 0) return `${address.slice(0, Math.min(2, at))}***${address.slice(at)}`;
  if (address.length < 5) return address === '' ? '' : '***';
  return `${address.slice(0, 3)}****${address.slice(-(address.length > 7 ? 4 : 1))}`;
}
