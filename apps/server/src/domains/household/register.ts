import {
  type applyAgain as againEndpoint,
  type applyForHouse as applyEndpoint,
  type listOpenCommunities as communitiesEndpoint,
  type EndpointReply,
  type EndpointRequest,
  type listOpenPlaces as placesEndpoint,
  platformFail,
  type RegistrationMode,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { beyondScope, type SignedInResident } from '../../platform/resident-boundary.ts';
import {
  type ApplicationPhotos,
  acceptInvitation,
  resubmitApplication,
  type Submitted,
  submitApplication,
} from '../residents/index.ts';

/** Communities that let people register, for whoever looks for theirs. */
export function listOpenCommunities(ctx: Context): Promise<EndpointReply<typeof communitiesEndpoint>> {
  return beyondScope(ctx, async (wide) => ({
    rows: await wide.tx.rows<{
      id: string;
      name: string;
      place: string;
      mode: RegistrationMode;
      hint: string;
      servicePhone: string;
    }>(sql`select id, name, city || district || address as place, registration_mode as mode, registration_hint as hint, service_phone as "servicePhone"
      from community where company_id = ${ctx.companyId} and status <> 'left' order by sort_order, name, id`),
  }));
}

/** Where residents choose their house themselves: its buildings, or the houses of one. Nothing anywhere else. */
export function listOpenPlaces(
  ctx: Context,
  { communityId, buildingId }: EndpointRequest<typeof placesEndpoint>['query'],
): Promise<EndpointReply<typeof placesEndpoint>> {
  return beyondScope(ctx, async (wide) => {
    const isOpen =
      await wide.tx.first(sql`select 1 from community where company_id = ${ctx.companyId} and id = ${communityId}
      and registration_mode = 'openReview' and status <> 'left'`);
    if (!isOpen) return { rows: [] };
    const rows =
      buildingId === undefined
        ? wide.tx.rows<{ id: string; name: string }>(sql`select id, name from building
            where company_id = ${ctx.companyId} and community_id = ${communityId} order by sort_order, name collate natural_order, id`)
        : wide.tx.rows<{ id: string; name: string }>(sql`select id, full_name as name from house
            where company_id = ${ctx.companyId} and community_id = ${communityId} and building_id = ${buildingId}
            order by sort_order, full_name collate natural_order, id`);
    return { rows: await rows };
  });
}

/** Hands in an application with the phone that proved itself. Whom the company knows keeps the name it knows. */
export async function applyForHouse(
  ctx: Context,
  resident: SignedInResident,
  input: EndpointRequest<typeof applyEndpoint>['body'],
): Promise<Pick<Submitted, 'outcome'>> {
  const { outcome } = await beyondScope(ctx, (wide) =>
    submitApplication(wide, {
      ...input,
      name: resident.residentId === null ? input.name : resident.residentName,
      phone: resident.phone,
      sex: null,
      source: 'resident',
      isPhoneVerified: true,
      photos: photosOf(resident, input.photos),
    }),
  );
  return { outcome };
}

/** Who uploads: the person, or while the phone is nobody's yet the session itself. */
export const uploaderOf = (resident: SignedInResident): string => resident.residentId ?? resident.sessionId;

const photosOf = (resident: SignedInResident, ids: readonly string[]): ApplicationPhotos => ({
  ids,
  uploadedBy: uploaderOf(resident),
});

/** Hands a refused application in again. 404 for one of another phone. Errors: those of `resubmitApplication`. */
export async function applyAgain(
  ctx: Context,
  resident: SignedInResident,
  id: string,
  input: EndpointRequest<typeof againEndpoint>['body'],
): Promise<void> {
  await beyondScope(ctx, async (wide) => {
    const own = await wide.tx.first<{ name: string }>(sql`select name from move_in_application
      where company_id = ${ctx.companyId} and id = ${id} and phone = ${resident.phone}`);
    if (!own) throw platformFail('resource.notFound', { label: '入住申请' });
    const name = resident.residentId === null ? input.name : resident.residentName;
    await resubmitApplication(wide, { ...input, id, name, sex: null, photos: photosOf(resident, input.photos) });
  });
}

/** Moves whoever holds the phone into the house an owner invited them to. Errors: those of `acceptInvitation`. */
export async function takeUpInvitation(
  ctx: Context,
  resident: SignedInResident,
  input: { code: string; name: string },
): Promise<void> {
  const name = resident.residentId === null ? input.name : resident.residentName;
  await beyondScope(ctx, async (wide) => {
    await acceptInvitation(wide, { code: input.code, name, phone: resident.phone, sex: null });
    const now = ctx.clock.now().toString({ smallestUnit: 'millisecond' });
    await wide.tx.run(sql`update resident set phone_verified_at = ${now}, version = version + 1, updated_at = ${now}
      where company_id = ${ctx.companyId} and phone = ${resident.phone} and phone_verified_at is null`);
  });
}
