import { estateFail, type OccupancyRole } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';
import { residentByPhone } from '../estate/index.ts';
import { findCommunity, type RegisteringCommunity } from './community-mode.ts';
import { findHouse } from './find-house.ts';

export interface Application {
  communityId: string;
  name: string;
  /** Empty only where staff hand it in for somebody without a phone. */
  phone: string;
  sex: 'male' | 'female' | null;
  houseId: string | null;
  role: OccupancyRole | null;
  note: string;
}

/** Photos handed in with an application; whoever uploaded them may hand them in. */
export interface ApplicationPhotos {
  ids: readonly string[];
  uploadedBy: string | null;
}

/** Who hands it in: staff on somebody's behalf, or the person, whose phone has been verified. */
export interface Submission extends Application {
  source: 'staff' | 'resident';
  isPhoneVerified: boolean;
  photos?: ApplicationPhotos;
}

export interface Submitted {
  /** `placed`: this phone lives here already and goes straight in, with all its houses. */
  outcome: 'waiting' | 'browsing' | 'placed';
  applicationId: string | null;
}

/**
 * Hands in an application as the community's registration mode has it (EST-1): with a note, with a house and a role, or
 * with the phone alone. Somebody the company has placed already needs no review, unless they ask for one more house.
 * Errors: reference.notFound, application.closed, application.waiting, application.noteRequired,
 * application.houseRequired, application.phoneRequired.
 */
export async function submitApplication(ctx: Context, input: Submission): Promise<Submitted> {
  const community = await findCommunity(ctx, input.communityId);
  await checkContent(ctx, community, input);
  if (input.phone === '' && input.source === 'resident') throw estateFail('application.phoneRequired');
  if (await isPlaced(ctx, community, input)) {
    if (input.isPhoneVerified) await verifyPhone(ctx, input.phone);
    return { outcome: 'placed', applicationId: null };
  }
  const state = community.mode === 'browse' ? 'browsing' : 'waiting';
  const id = ctx.newId();
  const photos = await checkPhotos(ctx, input.photos, []);
  const added = await ctx.tx.run(sql`insert into move_in_application
      (company_id, id, community_id, source, mode, state, name, phone, is_phone_verified, sex, role, house_id, note, photos, submitted_at, created_at,
        updated_at)
    values (${ctx.companyId}, ${id}, ${community.id}, ${input.source}, ${community.mode}, ${state}, ${input.name}, ${input.phone},
      ${input.isPhoneVerified}, ${input.sex}, ${input.role}, ${input.houseId}, ${input.note}, ${photos}::uuid[], ${nowText(ctx)}, ${nowText(ctx)}, ${nowText(ctx)})
    on conflict do nothing`);
  if (added === 0) throw estateFail('application.waiting', { community: community.name });
  await useFiles(ctx, { resource: photoOwner, id, communityId: community.id }, photos);
  await recordAudit(ctx, {
    action: 'moveInApplication.submit',
    targetKind: 'moveInApplication',
    targetId: id,
    communityId: community.id,
    after: { source: input.source, state },
  });
  return { outcome: state, applicationId: id };
}

export const photoOwner = 'moveInApplication';

/** The photos an application has from now on: those handed in, or, without any, those it had. Errors: reference.notFound, file.typeRefused (422). */
export async function checkPhotos(
  ctx: Context,
  photos: ApplicationPhotos | undefined,
  kept: readonly string[],
): Promise<string[]> {
  if (!photos || photos.ids.length === 0) return [...kept];
  const uploader: Context = { ...ctx, actor: { ...ctx.actor, id: photos.uploadedBy } };
  await checkFiles(uploader, { path: 'photos', label: '照片', accept: 'image' }, photos.ids, kept);
  return [...new Set(photos.ids.map((id) => id.toLowerCase()))];
}

/** What must be given in each mode. Errors as of `submitApplication`. */
export async function checkContent(
  ctx: Context,
  community: RegisteringCommunity,
  input: Pick<Application, 'houseId' | 'role' | 'note'>,
): Promise<void> {
  if (community.mode === 'closed') throw estateFail('application.closed', { community: community.name });
  if (community.mode === 'simpleReview' && input.note === '') throw estateFail('application.noteRequired');
  if (community.mode === 'openReview' && (input.houseId === null || input.role === null)) {
    throw estateFail('application.houseRequired');
  }
  if (input.houseId !== null) await findHouse(ctx, input.houseId, community.id);
}

/** Whether the phone belongs to somebody who lives in the company's care already: in the house asked for, where one is. */
async function isPlaced(ctx: Context, community: RegisteringCommunity, input: Application): Promise<boolean> {
  if (input.phone === '') return false;
  const known = await residentByPhone(ctx, input.phone);
  if (!known) return false;
  if (community.mode !== 'openReview') {
    const ties = await ctx.tx.first<{ current_stays: number }>(
      sql`select current_stays from resident_ties(${known.id})`,
    );
    return ties!.current_stays > 0;
  }
  const stay =
    await ctx.tx.first(sql`select 1 from occupancy where company_id = ${ctx.companyId} and resident_id = ${known.id}
    and house_id = ${input.houseId} and moved_out_on is null`);
  return stay !== undefined;
}

/** The person proved that the phone is theirs. */
export async function verifyPhone(ctx: Context, phone: string): Promise<void> {
  await ctx.tx.run(sql`update resident set phone_verified_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and phone = ${phone} and phone <> '' and phone_verified_at is null`);
}
