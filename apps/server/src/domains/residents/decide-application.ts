import { applicationStates, estateFail, type OccupancyRole, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { useFiles } from '../../platform/files/file-use.ts';
import { forgetFiles } from '../../platform/files/forget-files.ts';
import { putEvent } from '../../platform/outbox/put-event.ts';
import { moveIn, residentByPhone } from '../estate/index.ts';
import { findCommunity } from './community-mode.ts';
import { findHouse } from './find-house.ts';
import {
  type Application,
  type ApplicationPhotos,
  checkContent,
  checkPhotos,
  photoOwner,
  verifyPhone,
} from './submit-application.ts';

interface ApplicationRow {
  id: string;
  community_id: string;
  state: keyof typeof applicationStates;
  name: string;
  phone: string;
  source: 'staff' | 'resident';
  house_id: string | null;
  photos: string[];
  is_phone_verified: boolean;
  sex: 'male' | 'female' | null;
}

/** An application, locked: of two people who decide at once, the second finds it decided. Error: resource.notFound. */
async function lockApplication(ctx: Context, id: string): Promise<ApplicationRow> {
  const row =
    await ctx.tx.first<ApplicationRow>(sql`select id, community_id, state, source, house_id, photos, name, phone, is_phone_verified, sex
    from move_in_application where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '入住申请' });
  return row;
}

function refuseDecided(row: ApplicationRow, action: string): void {
  if (row.state === 'waiting' || row.state === 'browsing') return;
  throw estateFail('application.decided', { name: row.name, state: applicationStates[row.state], action });
}

/**
 * Lets somebody in: into a house of the community, as what. A phone that is known ties the house to the person who has it.
 * Errors: resource.notFound, application.decided, reference.notFound, and those of `moveIn`.
 */
export async function approveApplication(
  ctx: Context,
  input: {
    id: string;
    houseId: string;
    role: OccupancyRole;
    movedInOn: string;
    validUntil: string | null;
    name?: string | undefined;
  },
): Promise<{ occupancyId: string; residentId: string }> {
  const row = await lockApplication(ctx, input.id);
  refuseDecided(row, '通过');
  const house = await findHouse(ctx, input.houseId, row.community_id);
  const { houseId, role, movedInOn, validUntil } = input;
  const name = input.name ?? row.name;
  const placed = await moveIn(ctx, {
    ...{ houseId, role, movedInOn, validUntil, name },
    phone: row.phone,
    sex: row.sex,
    how: 'review',
  });
  if (row.is_phone_verified) await verifyPhone(ctx, row.phone);
  await ctx.tx.run(sql`update move_in_application set state = 'approved', name = ${name}, resident_id = ${placed.residentId}, occupancy_id = ${placed.occupancyId},
      refuse_reason = '', decided_at = ${nowText(ctx)}, decided_by = ${ctx.actor.id}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${input.id}`);
  await recordAudit(ctx, {
    action: 'moveInApplication.approve',
    targetKind: 'moveInApplication',
    targetId: input.id,
    targetLabel: house.label,
    communityId: row.community_id,
    before: { state: row.state },
    after: { state: 'approved', ...placed, role },
  });
  await tellApplicant(ctx, row, { isApproved: true, houseId, residentId: placed.residentId, reason: '' });
  return placed;
}

/** Refuses applications with one reason, all or none. Returns how many. Errors: resource.notFound, application.decided. */
export async function rejectApplications(
  ctx: Context,
  input: { ids: readonly string[]; reason: string },
): Promise<number> {
  const ids = [...new Set(input.ids)].sort();
  for (const id of ids) {
    const row = await lockApplication(ctx, id);
    refuseDecided(row, '拒绝');
    await ctx.tx.run(sql`update move_in_application set state = 'refused', refuse_reason = ${input.reason}, decided_at = ${nowText(ctx)},
        decided_by = ${ctx.actor.id}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${id}`);
    await recordAudit(ctx, {
      action: 'moveInApplication.reject',
      targetKind: 'moveInApplication',
      targetId: id,
      communityId: row.community_id,
      before: { state: row.state },
      after: { state: 'refused' },
    });
    const known = row.phone === '' ? undefined : await residentByPhone(ctx, row.phone);
    const { reason } = input;
    await tellApplicant(ctx, row, { isApproved: false, houseId: row.house_id, residentId: known?.id ?? null, reason });
  }
  return ids.length;
}

/** Whoever handed it in on the phone is told there, and by the channels the company chose; what staff handed in they tell themselves. */
async function tellApplicant(
  ctx: Context,
  row: ApplicationRow,
  decision: { isApproved: boolean; houseId: string | null; residentId: string | null; reason: string },
): Promise<void> {
  if (row.source !== 'resident') return;
  const place = await ctx.tx.first<{ community: string; house: string }>(sql`
    select c.name as community, coalesce(h.full_name, '') as house from community c
      left join house h on h.company_id = c.company_id and h.id = ${decision.houseId}
    where c.company_id = ${ctx.companyId} and c.id = ${row.community_id}`);
  await putEvent(ctx, 'moveInApplication.decided', {
    applicationId: row.id,
    communityId: row.community_id,
    communityName: place?.community ?? '',
    houseName: place?.house ?? '',
    ...decision,
  });
}

/**
 * Hands a refused application in again, put right. The community's present mode says what must be given.
 * Errors: resource.notFound, application.decided, and those of `submitApplication`.
 */
export async function resubmitApplication(
  ctx: Context,
  input: Omit<Application, 'communityId' | 'phone'> & { id: string; photos?: ApplicationPhotos },
): Promise<void> {
  const row = await lockApplication(ctx, input.id);
  if (row.state !== 'refused') {
    throw estateFail('application.decided', {
      name: row.name,
      state: applicationStates[row.state],
      action: '重新提交',
    });
  }
  const community = await findCommunity(ctx, row.community_id);
  await checkContent(ctx, community, input);
  const state = community.mode === 'browse' ? 'browsing' : 'waiting';
  const photos = await checkPhotos(ctx, input.photos, row.photos);
  try {
    await ctx.tx.run(sql`update move_in_application set state = ${state}, mode = ${community.mode}, name = ${input.name}, sex = ${input.sex}, role = ${input.role},
        house_id = ${input.houseId}, note = ${input.note}, photos = ${photos}::uuid[], round = round + 1, submitted_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${input.id}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw estateFail('application.waiting', { community: community.name });
  }
  await useFiles(ctx, { resource: photoOwner, id: input.id, communityId: community.id }, photos);
  await forgetFiles(
    ctx,
    row.photos.filter((photo) => !photos.includes(photo)),
  );
  await recordAudit(ctx, {
    action: 'moveInApplication.resubmit',
    targetKind: 'moveInApplication',
    targetId: input.id,
    communityId: row.community_id,
    before: { state: 'refused' },
    after: { state },
  });
}

/** How many applications wait for a decision, for the console and the menu. */
export async function countWaiting(ctx: Context, communityId: string | undefined): Promise<number> {
  const within = communityId ? sql`and community_id = ${communityId}` : sql``;
  const [row] = await ctx.tx.ad<{ count: bigint }>(
    sql`select count(*) from move_in_application where company_id = ${ctx.companyId} and state = 'waiting' ${within}`,
  );
  return Number(row!.count);
}
