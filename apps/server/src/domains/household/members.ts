import {
  type EndpointReply,
  type EndpointRequest,
  invitationStates,
  type inviteMember as inviteEndpoint,
  type listMembers as membersEndpoint,
  type OccupancyRole,
  occupancyRoles,
  platformFail,
} from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { maskPhone } from '../../resource/index.ts';
import { issueInvitation, revokeInvitation } from '../residents/index.ts';

/** A house in sight. Error: resource.notFound. */
export async function requireOwnHouse(
  ctx: Context,
  houseId: string,
): Promise<{ id: string; name: string; communityId: string; timeZone: string }> {
  const row = await ctx.tx.first<{ id: string; name: string; communityId: string; timeZone: string }>(sql`
    select h.id, h.full_name as name, h.community_id as "communityId", c.time_zone as "timeZone" from house h
    join community c on c.company_id = h.company_id and c.id = h.community_id
    where h.company_id = ${ctx.companyId} and h.id = ${houseId}`);
  if (!row) throw platformFail('resource.notFound', { label: '房屋' });
  return row;
}

interface MemberRow {
  id: string;
  resident_id: string;
  name: string;
  phone: string;
  role: OccupancyRole;
  moved_in_on: string;
  valid_until: string | null;
}

/** Who lives in a house now, owners first; its invitations for its owners alone. Error: resource.notFound. */
export async function listMembers(
  ctx: Context,
  resident: SignedInResident,
  houseId: string,
): Promise<EndpointReply<typeof membersEndpoint>> {
  const house = await requireOwnHouse(ctx, houseId);
  const today = businessDay(ctx.clock, house.timeZone).toString();
  const members = await ctx.tx.rows<MemberRow>(sql`
    select o.id, o.resident_id, r.name, r.phone, o.role, o.moved_in_on, o.valid_until
    from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.house_id = ${houseId} and o.moved_out_on is null
      and (o.valid_until is null or o.valid_until >= ${today}::date)
    order by o.role <> 'owner', o.role not in ('family', 'tenant'), o.moved_in_on, r.name, o.id limit 100`);
  const isOwner = members.some((one) => one.resident_id === resident.residentId && one.role === 'owner');
  return {
    houseName: house.name,
    members: members.map((row) => ({
      id: row.id,
      name: row.name,
      phone: maskPhone(row.phone),
      roleLabel: occupancyRoles[row.role],
      movedInOn: row.moved_in_on,
      validUntil: row.valid_until,
      isSelf: row.resident_id === resident.residentId,
    })),
    invitations: isOwner ? await listInvitations(ctx, houseId, today) : [],
    mayInvite: isOwner,
  };
}

type InvitationView = EndpointReply<typeof membersEndpoint>['invitations'][number];

async function listInvitations(ctx: Context, houseId: string, today: string): Promise<InvitationView[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    code: string;
    role: OccupancyRole;
    expires_on: string;
    valid_until: string | null;
    state: keyof typeof invitationStates;
    invited_name: string | null;
  }>(sql`select i.id, i.code, i.role, i.expires_on, i.valid_until, i.state, r.name as invited_name
    from resident_invitation i left join resident r on r.company_id = i.company_id and r.id = i.resident_id
    where i.company_id = ${ctx.companyId} and i.house_id = ${houseId} order by i.id desc limit 30`);
  return rows.map((row) => {
    const state = row.state === 'open' && row.expires_on < today ? 'expired' : row.state;
    return {
      id: row.id,
      code: state === 'open' ? row.code : '',
      roleLabel: occupancyRoles[row.role],
      expiresOn: row.expires_on,
      validUntil: row.valid_until,
      state: invitationStates[state],
      isOpen: state === 'open',
      invitedName: row.invited_name ?? '',
    };
  });
}

/** Sends an invitation in the owner's own name. Errors: resource.notFound, and those of `issueInvitation`. */
export async function inviteMember(
  ctx: Context,
  resident: SignedInResident,
  houseId: string,
  input: EndpointRequest<typeof inviteEndpoint>['body'],
): Promise<{ id: string; code: string }> {
  await requireOwnHouse(ctx, houseId);
  return issueInvitation(ctx, { ...input, houseId, inviterResidentId: resident.residentId! });
}

/** Takes back one's own invitation. 404 for anybody else's. Error: invitation.over. */
export async function withdrawInvitation(ctx: Context, resident: SignedInResident, id: string): Promise<void> {
  const own = await ctx.tx.first(sql`select 1 from resident_invitation
    where company_id = ${ctx.companyId} and id = ${id} and inviter_resident_id = ${resident.residentId}`);
  if (!own) throw platformFail('resource.notFound', { label: '邀请' });
  await revokeInvitation(ctx, id);
}
