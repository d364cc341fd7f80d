import {
  type applyForVehicle as applyEndpoint,
  type EndpointReply,
  type EndpointRequest,
  type listOwnVehicles as listEndpoint,
  platformFail,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { beyondScope, type SignedInResident } from '../../platform/resident-boundary.ts';
import { resubmitVehicle, submitVehicle } from '../estate/index.ts';
import { requireOwnHouse } from './members.ts';

type Reply = EndpointReply<typeof listEndpoint>;
type Content = EndpointRequest<typeof applyEndpoint>['body'];

/** Vehicles and parking spaces of one's houses in a community, and what one has applied for. */
export async function listOwnVehicles(ctx: Context, resident: SignedInResident, communityId: string): Promise<Reply> {
  const vehicles = await ctx.tx.rows<Reply['vehicles'][number]>(sql`
    select v.id, v.plate, concat_ws(' ', nullif(v.brand, ''), nullif(v.color, '')) as description, coalesce(h.full_name, '') as "houseName"
    from vehicle v left join house h on h.company_id = v.company_id and h.id = v.house_id
    where v.company_id = ${ctx.companyId} and v.community_id = ${communityId} order by v.plate, v.id limit 100`);
  const parkingSpaces = await ctx.tx.rows<Reply['parkingSpaces'][number]>(sql`
    select k.id, k.number as name, coalesce(h.full_name, '') as "houseName"
    from parking_space k left join house h on h.company_id = k.company_id and h.id = k.house_id
    where k.company_id = ${ctx.companyId} and k.community_id = ${communityId} order by k.number, k.id limit 100`);
  const applications = await ctx.tx.rows<Reply['applications'][number]>(sql`
    select a.id, a.plate, a.brand, a.color, a.house_id as "houseId", coalesce(h.full_name, '') as "houseName", a.note, a.state,
      a.refuse_reason as "refuseReason", a.submitted_at as "submittedAt", cardinality(a.licence_pictures) as "pictureCount"
    from vehicle_application a left join house h on h.company_id = a.company_id and h.id = a.house_id
    where a.company_id = ${ctx.companyId} and a.community_id = ${communityId} and a.resident_id = ${resident.residentId} and a.state <> 'passed'
    order by a.submitted_at desc, a.id desc limit 50`);
  return { vehicles, parkingSpaces, applications };
}

/**
 * Hands in a vehicle of one's own house for review; whether its plate is registered or waits is asked of the whole
 * community. Errors: resource.notFound, and those of `submitVehicle`.
 */
export async function applyForVehicle(
  ctx: Context,
  resident: SignedInResident,
  houseId: string,
  input: Content,
): Promise<string> {
  const house = await requireOwnHouse(ctx, houseId);
  return beyondScope(ctx, (wide) =>
    submitVehicle(wide, {
      ...ownContent(resident, houseId, input),
      communityId: house.communityId,
      source: 'resident',
      residentId: resident.residentId,
    }),
  );
}

/** The same for one that was refused. 404 for anybody else's. */
export async function applyForVehicleAgain(
  ctx: Context,
  resident: SignedInResident,
  id: string,
  input: Content,
): Promise<void> {
  const own = await ctx.tx.first<{ house_id: string; licence_pictures: string[] }>(sql`
    select house_id, licence_pictures from vehicle_application
    where company_id = ${ctx.companyId} and id = ${id} and resident_id = ${resident.residentId} and house_id is not null`);
  if (!own) throw platformFail('resource.notFound', { label: '车辆申请' });
  // A phone shows how many pictures there are and not which: without new ones, those that were sent stay.
  const licencePictures = input.licencePictures.length > 0 ? input.licencePictures : own.licence_pictures;
  await beyondScope(ctx, (wide) =>
    resubmitVehicle(wide, { ...ownContent(resident, own.house_id, { ...input, licencePictures }), id }),
  );
}

const ownContent = (resident: SignedInResident, houseId: string, input: Content) => ({
  ...input,
  houseId,
  ownerName: resident.residentName,
  ownerPhone: resident.phone,
  parkingCard: '',
  displacement: '',
});
