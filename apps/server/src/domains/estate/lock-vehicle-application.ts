import { estateFail, platformFail, vehicleApplicationStates } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface VehicleApplicationRow {
  id: string;
  community_id: string;
  resident_id: string | null;
  state: keyof typeof vehicleApplicationStates;
  plate: string;
  parking_card: string;
  brand: string;
  color: string;
  displacement: string;
  owner_name: string;
  owner_phone: string;
  /** The main house first. */
  house_ids: string[];
  licence_pictures: string[];
  note: string;
}

/** An application, locked: of two people who decide at once, the second finds it decided. Error: resource.notFound. */
export async function lockVehicleApplication(ctx: Context, id: string): Promise<VehicleApplicationRow> {
  const row =
    await ctx.tx.first<VehicleApplicationRow>(sql`select id, community_id, resident_id, state, plate, parking_card, brand, color,
      displacement, owner_name, owner_phone, licence_pictures, note, array(select l.house_id from vehicle_application_house l
        where l.company_id = a.company_id and l.vehicle_application_id = a.id order by l.house_id = a.house_id desc, l.house_id) as house_ids
    from vehicle_application a where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '车辆申请' });
  return row;
}

/** Error: vehicle.decided, unless the application is in the state from which the action starts. */
export function refuseDecided(
  row: VehicleApplicationRow,
  from: VehicleApplicationRow['state'],
  action: '通过' | '拒绝' | '重新提交',
): void {
  if (row.state === from) return;
  throw estateFail('vehicle.decided', { plate: row.plate, state: vehicleApplicationStates[row.state], action });
}
