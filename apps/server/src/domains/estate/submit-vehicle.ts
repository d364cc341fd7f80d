import { type EndpointRequest, estateFail, platformFail, type submitVehicle as submitEndpoint } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';
import { lockVehicleApplication, refuseDecided } from './lock-vehicle-application.ts';
import { plateOf } from './plate.ts';

type Content = EndpointRequest<typeof submitEndpoint>['body'];

/** Who hands it in: staff on a resident's behalf, or the resident. */
export interface VehicleSubmission extends Content {
  source: 'staff' | 'resident';
  residentId: string | null;
}

/**
 * Hands in a vehicle for review (EST-6) and returns the application's id. Errors: reference.notFound, vehicle.plateWrong,
 * vehicle.ownerRequired, vehicle.registered, vehicle.waiting, file.typeRefused.
 */
export async function submitVehicle(ctx: Context, input: VehicleSubmission): Promise<string> {
  const community = await findCommunity(ctx, input.communityId);
  const plate = await checkContent(ctx, community, input, []);
  const houseIds = housesOf(input);
  const id = ctx.newId();
  const added =
    await ctx.tx.run(sql`insert into vehicle_application (company_id, id, community_id, source, resident_id, plate,
      parking_card, brand, color, displacement, owner_name, owner_phone, house_id, licence_pictures, note, submitted_at, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${community.id}, ${input.source}, ${input.residentId}, ${plate},
      ${input.parkingCard}, ${input.brand}, ${input.color}, ${input.displacement}, ${input.ownerName}, ${input.ownerPhone},
      ${houseIds[0] ?? null}, ${input.licencePictures}, ${input.note}, ${nowText(ctx)}, ${nowText(ctx)}, ${nowText(ctx)})
    on conflict do nothing`);
  if (added === 0) throw estateFail('vehicle.waiting', { plate, community: community.name });
  await linkHouses(ctx, { id, communityId: community.id }, houseIds);
  await useFiles(ctx, { resource: 'vehicleApplication', id, communityId: community.id }, input.licencePictures);
  await recordAudit(ctx, {
    action: 'vehicleApplication.submit',
    targetKind: 'vehicleApplication',
    targetId: id,
    targetLabel: plate,
    communityId: community.id,
    after: { source: input.source, state: 'waiting' },
  });
  return id;
}

/** Hands a refused vehicle in again, put right. Errors: resource.notFound, vehicle.decided, and those of `submitVehicle`. */
export async function resubmitVehicle(
  ctx: Context,
  input: Omit<Content, 'communityId'> & { id: string },
): Promise<void> {
  const row = await lockVehicleApplication(ctx, input.id);
  refuseDecided(row, 'refused', '重新提交');
  const community = await findCommunity(ctx, row.community_id);
  const plate = await checkContent(ctx, community, input, row.licence_pictures);
  const houseIds = housesOf(input);
  try {
    await ctx.tx.run(sql`update vehicle_application set state = 'waiting', plate = ${plate}, parking_card = ${input.parkingCard},
        brand = ${input.brand}, color = ${input.color}, displacement = ${input.displacement}, owner_name = ${input.ownerName},
        owner_phone = ${input.ownerPhone}, house_id = ${houseIds[0] ?? null}, licence_pictures = ${input.licencePictures}, note = ${input.note},
        round = round + 1, submitted_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${input.id}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw estateFail('vehicle.waiting', { plate, community: community.name });
  }
  if (input.furtherHouseIds !== undefined) await unlinkOthers(ctx, input.id, houseIds);
  await linkHouses(ctx, { id: input.id, communityId: community.id }, houseIds);
  const owner = { resource: 'vehicleApplication', id: input.id, communityId: community.id };
  await useFiles(ctx, owner, input.licencePictures);
  await recordAudit(ctx, {
    action: 'vehicleApplication.resubmit',
    targetKind: 'vehicleApplication',
    targetId: input.id,
    targetLabel: plate,
    communityId: community.id,
    before: { state: 'refused' },
    after: { state: 'waiting' },
  });
}

interface Place {
  id: string;
  name: string;
}

async function findCommunity(ctx: Context, id: string): Promise<Place> {
  const row = await ctx.tx.first<Place>(
    sql`select id, name from community where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
  return row;
}

/** Checks what was handed in and returns the plate as it is kept. `kept` are pictures that are there already. */
async function checkContent(
  ctx: Context,
  community: Place,
  input: Omit<Content, 'communityId'>,
  kept: readonly string[],
): Promise<string> {
  const plate = plateOf(input.plate);
  if (plate.length < 5) throw estateFail('vehicle.plateWrong', { plate: input.plate });
  const houseIds = housesOf(input);
  if (input.ownerName === '' && houseIds.length === 0) throw estateFail('vehicle.ownerRequired');
  await checkHouses(ctx, houseIds, community.id);
  const pictures = { path: 'licencePictures', label: '行驶证照片', accept: 'image' } as const;
  await checkFiles(ctx, pictures, input.licencePictures, kept);
  const registered = await ctx.tx.first(sql`select 1 from vehicle where company_id = ${ctx.companyId}
    and community_id = ${community.id} and plate = ${plate}`);
  if (registered) throw estateFail('vehicle.registered', { plate, community: community.name });
  return plate;
}

/** All houses of a vehicle, the main one first. */
function housesOf({ houseId, furtherHouseIds = [] }: Pick<Content, 'houseId' | 'furtherHouseIds'>): string[] {
  const ids = [houseId, ...furtherHouseIds].flatMap((id) => (id === null ? [] : [id.toLowerCase()]));
  return [...new Set(ids)];
}

async function checkHouses(ctx: Context, houseIds: readonly string[], communityId: string): Promise<void> {
  const row = await ctx.tx.first<{
    count: number;
  }>(sql`select count(*)::int as count from house where company_id = ${ctx.companyId}
    and community_id = ${communityId} and id = any (${[...houseIds]}::uuid[])`);
  if (row?.count !== houseIds.length) throw platformFail('reference.notFound', { label: '关联房屋' });
}

async function linkHouses(
  ctx: Context,
  { id, communityId }: { id: string; communityId: string },
  houseIds: readonly string[],
): Promise<void> {
  await ctx.tx.run(sql`insert into vehicle_application_house (company_id, community_id, vehicle_application_id, house_id)
    select ${ctx.companyId}, ${communityId}, ${id}, h.id from unnest(${[...houseIds]}::uuid[]) as h (id) on conflict do nothing`);
}

async function unlinkOthers(ctx: Context, id: string, houseIds: readonly string[]): Promise<void> {
  await ctx.tx.run(sql`delete from vehicle_application_house where company_id = ${ctx.companyId} and vehicle_application_id = ${id}
    and house_id <> all (${[...houseIds]}::uuid[])`);
}
