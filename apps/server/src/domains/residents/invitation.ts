import { randomInt } from 'node:crypto';
import { estateFail, invitationStates, type invitedRoles, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { moveIn } from '../estate/index.ts';
import { findCommunity } from './community-mode.ts';
import { findHouse } from './find-house.ts';

const longestDays = 90;
/** Without letters and digits that are mistaken for each other. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const codeLength = 8;

export interface Invitation {
  houseId: string;
  /** An owner who lives in the house. */
  inviterResidentId: string;
  role: keyof typeof invitedRoles;
  /** Last day on which the code works, at most 90 days ahead. */
  expiresOn: string;
  /** Until when the invited may live there; null is without end. */
  validUntil: string | null;
}

/**
 * An owner's word that somebody may live in their house: a code that works once.
 * Errors: reference.notFound, invitation.notOwner, invitation.closed, invitation.expiry, occupancy.validity.
 */
export async function issueInvitation(ctx: Context, input: Invitation): Promise<{ id: string; code: string }> {
  const house = await findHouse(ctx, input.houseId);
  const community = await findCommunity(ctx, house.communityId);
  if (community.mode === 'closed') throw estateFail('invitation.closed', { community: community.name });
  await refuseNotOwner(ctx, input.houseId, input.inviterResidentId);
  const latest = community.today.add({ days: longestDays }).toString();
  if (input.expiresOn < community.today.toString() || input.expiresOn > latest) {
    throw estateFail('invitation.expiry', { day: latest });
  }
  if (input.validUntil !== null && input.validUntil < community.today.toString()) {
    throw estateFail('occupancy.validity', { day: community.today.toString() });
  }
  const id = ctx.newId();
  const code = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  await ctx.tx.run(sql`insert into resident_invitation
      (company_id, id, community_id, house_id, inviter_resident_id, code, role, expires_on, valid_until, created_by, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${house.communityId}, ${house.id}, ${input.inviterResidentId}, ${code}, ${input.role}, ${input.expiresOn},
      ${input.validUntil}, ${ctx.actor.kind === 'staff' ? ctx.actor.id : null}, ${nowText(ctx)}, ${nowText(ctx)})`);
  await recordAudit(ctx, {
    action: 'residentInvitation.issue',
    targetKind: 'residentInvitation',
    targetId: id,
    targetLabel: house.label,
    communityId: house.communityId,
    after: { role: input.role, expiresOn: input.expiresOn, validUntil: input.validUntil },
  });
  return { id, code };
}

async function refuseNotOwner(ctx: Context, houseId: string, residentId: string): Promise<void> {
  const stay =
    await ctx.tx.first(sql`select 1 from occupancy where company_id = ${ctx.companyId} and house_id = ${houseId}
    and resident_id = ${residentId} and role = 'owner' and moved_out_on is null`);
  if (!stay) throw estateFail('invitation.notOwner');
}

interface InvitationRow {
  id: string;
  community_id: string;
  house_id: string;
  inviter_resident_id: string;
  role: Invitation['role'];
  expires_on: string;
  valid_until: string | null;
  state: keyof typeof invitationStates;
}

const columns = sql`id, community_id, house_id, inviter_resident_id, role, expires_on, valid_until, state`;

/**
 * Moves the bearer of a code into the house, from today and without a review.
 * Errors: invitation.wrongCode, invitation.over, invitation.notOwner (the inviter has left), and those of `moveIn`.
 */
export async function acceptInvitation(
  ctx: Context,
  input: { code: string; name: string; phone: string; sex: 'male' | 'female' | null },
): Promise<{ occupancyId: string; residentId: string }> {
  const code = input.code.trim().toUpperCase();
  const row = await ctx.tx.first<InvitationRow>(
    sql`select ${columns} from resident_invitation where company_id = ${ctx.companyId} and code = ${code} for update`,
  );
  if (!row) throw estateFail('invitation.wrongCode');
  if (row.state !== 'open') throw estateFail('invitation.over', { state: invitationStates[row.state] });
  const community = await findCommunity(ctx, row.community_id);
  const today = community.today.toString();
  if (row.expires_on < today) throw estateFail('invitation.over', { state: invitationStates.expired });
  await refuseNotOwner(ctx, row.house_id, row.inviter_resident_id);
  const placed = await moveIn(ctx, {
    houseId: row.house_id,
    name: input.name,
    phone: input.phone,
    sex: input.sex,
    role: row.role,
    movedInOn: today,
    validUntil: row.valid_until,
    how: 'invitation',
  });
  await closeInvitation(ctx, row, 'accepted', placed);
  return placed;
}

/** Takes back an invitation that nobody has taken up. Errors: resource.notFound, invitation.over. */
export async function revokeInvitation(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first<InvitationRow>(
    sql`select ${columns} from resident_invitation where company_id = ${ctx.companyId} and id = ${id} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '邀请' });
  if (row.state !== 'open') throw estateFail('invitation.over', { state: invitationStates[row.state] });
  await closeInvitation(ctx, row, 'revoked', { occupancyId: null, residentId: null });
}

async function closeInvitation(
  ctx: Context,
  row: InvitationRow,
  state: 'accepted' | 'revoked',
  placed: { occupancyId: string | null; residentId: string | null },
): Promise<void> {
  await ctx.tx.run(sql`update resident_invitation set state = ${state}, resident_id = ${placed.residentId}, occupancy_id = ${placed.occupancyId},
      closed_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${row.id}`);
  await recordAudit(ctx, {
    action: state === 'accepted' ? 'residentInvitation.accept' : 'residentInvitation.revoke',
    targetKind: 'residentInvitation',
    targetId: row.id,
    communityId: row.community_id,
    before: { state: 'open' },
    after: { state, residentId: placed.residentId },
  });
}
