import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { useFiles } from '../../platform/files/file-use.ts';
import { putEvent } from '../../platform/outbox/put-event.ts';
import { createRow } from '../../resource/index.ts';
import { vehicleBinding } from './estate.bindings.ts';
import { lockVehicleApplication, refuseDecided, type VehicleApplicationRow } from './lock-vehicle-application.ts';

/**
 * Registers vehicles that wait, all or none, and returns how many. Locked in the order of their ids.
 * Errors: resource.notFound, vehicle.decided, resource.duplicate where the plate was registered meanwhile.
 */
export async function passVehicles(ctx: Context, input: { ids: readonly string[] }): Promise<number> {
  const ids = [...new Set(input.ids)].sort();
  for (const id of ids) {
    const row = await lockVehicleApplication(ctx, id);
    refuseDecided(row, 'waiting', '通过');
    const vehicleId = await register(ctx, row);
    await ctx.tx.run(sql`update vehicle_application set state = 'passed', vehicle_id = ${vehicleId}, refuse_reason = '',
        decided_at = ${nowText(ctx)}, decided_by = ${ctx.actor.id}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${id}`);
    await recordAudit(ctx, {
      action: 'vehicleApplication.pass',
      targetKind: 'vehicleApplication',
      targetId: id,
      targetLabel: row.plate,
      communityId: row.community_id,
      before: { state: 'waiting' },
      after: { state: 'passed', vehicleId },
    });
    await tellResident(ctx, row, { isPassed: true, reason: '' });
  }
  return ids.length;
}

/** The vehicle, with the pictures of the application: they are the resident's uploads, so the reviewer only hands them on. */
async function register(ctx: Context, row: VehicleApplicationRow): Promise<string> {
  const vehicleId = await createRow(ctx, vehicleBinding, {
    communityId: row.community_id,
    plate: row.plate,
    parkingCard: row.parking_card,
    brand: row.brand,
    color: row.color,
    displacement: row.displacement,
    ownerName: row.owner_name,
    ownerPhone: row.owner_phone,
    houseIds: row.house_ids,
    tags: [],
    licencePictures: [],
    note: row.note,
  });
  if (row.licence_pictures.length > 0) {
    await ctx.tx.run(sql`update vehicle set licence_pictures = ${row.licence_pictures}
      where company_id = ${ctx.companyId} and id = ${vehicleId}`);
    await useFiles(ctx, { resource: 'vehicle', id: vehicleId, communityId: row.community_id }, row.licence_pictures);
  }
  return vehicleId;
}

/** Refuses vehicles with one reason, all or none. Returns how many. Errors: resource.notFound, vehicle.decided. */
export async function rejectVehicles(ctx: Context, input: { ids: readonly string[]; reason: string }): Promise<number> {
  const ids = [...new Set(input.ids)].sort();
  for (const id of ids) {
    const row = await lockVehicleApplication(ctx, id);
    refuseDecided(row, 'waiting', '拒绝');
    await ctx.tx.run(sql`update vehicle_application set state = 'refused', refuse_reason = ${input.reason},
        decided_at = ${nowText(ctx)}, decided_by = ${ctx.actor.id}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${id}`);
    await recordAudit(ctx, {
      action: 'vehicleApplication.reject',
      targetKind: 'vehicleApplication',
      targetId: id,
      targetLabel: row.plate,
      communityId: row.community_id,
      before: { state: 'waiting' },
      after: { state: 'refused' },
    });
    await tellResident(ctx, row, { isPassed: false, reason: input.reason });
  }
  return ids.length;
}

/** Whoever handed it in on the phone is told; what staff handed in they tell themselves. */
async function tellResident(
  ctx: Context,
  row: VehicleApplicationRow,
  decision: { isPassed: boolean; reason: string },
): Promise<void> {
  if (row.resident_id === null) return;
  await putEvent(ctx, 'vehicleApplication.decided', {
    applicationId: row.id,
    communityId: row.community_id,
    houseId: row.house_ids[0] ?? null,
    plate: row.plate,
    residentId: row.resident_id,
    ...decision,
  });
}

/** How many vehicles wait for a decision, for the console and the list. */
export async function countWaitingVehicles(ctx: Context, communityId: string | undefined): Promise<number> {
  const within = communityId ? sql`and community_id = ${communityId}` : empty;
  const [row] = await ctx.tx.ad<{ count: bigint }>(
    sql`select count(*) from vehicle_application where company_id = ${ctx.companyId} and state = 'waiting' ${within}`,
  );
  return Number(row!.count);
}
