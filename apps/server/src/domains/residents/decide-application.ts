import { applicationStates, estateFail, type OccupancyRole, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { moveIn } from '../estate/index.ts';
import { findCommunity } from './community-mode.ts';
import { findHouse } from './find-house.ts';
import { type Application, checkContent, verifyPhone } from './submit-application.ts';

interface ApplicationRow {
  id: string;
  community_id: string;
  state: keyof typeof applicationStates;
  name: string;
  phone: string;
  is_phone_verified: boolean;
  sex: 'male' | 'female' | null;
}

/** An application, locked: of two people who decide at once, the second finds it decided. Error: resource.notFound. */
async function lockApplication(ctx: Context, id: string): Promise<ApplicationRow> {
  const row = await ctx.tx.first<ApplicationRow>(sql`select id, community_id, state, name, phone, is_phone_verified, sex
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
  }
  return ids.length;
}

/**
 * Hands a refused application in again, put right. The community's present mode says what must be given.
 * Errors: resource.notFound, application.decided, and those of `submitApplication`.
 */
export async function resubmitApplication(
  ctx: Context,
  input: Omit<Application, 'communityId' | 'phone'> & { id: string },
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
  try {
    await ctx.tx.run(sql`update move_in_application set state = ${state}, mode = ${community.mode}, name = ${input.name}, sex = ${input.sex}, role = ${input.role},
        house_id = ${input.houseId}, note = ${input.note}, round = round + 1, submitted_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${input.id}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw estateFail('application.waiting', { community: community.name });
  }
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
