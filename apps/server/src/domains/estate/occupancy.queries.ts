import type { OccupancyView } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { maskPhone } from '../../resource/index.ts';

const select = sql`select o.id, o.resident_id as "residentId", r.name, r.phone, o.role, o.house_id as "houseId", h.full_name as "houseLabel",
    o.community_id as "communityId", c.name as "communityLabel", o.moved_in_on as "movedInOn", o.moved_out_on as "movedOutOn",
    o.valid_until as "validUntil", o.version
  from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    join house h on h.company_id = o.company_id and h.id = o.house_id
    join community c on c.company_id = o.company_id and c.id = o.community_id`;

// A phone is shown by asking for it.
function masked(row: OccupancyView): OccupancyView {
  return { ...row, phone: maskPhone(row.phone) };
}

/** Who lives in a house or did: those there now first, owners before others. */
export async function occupanciesOfHouse(ctx: Context, houseId: string): Promise<OccupancyView[]> {
  const rows =
    await ctx.tx.rows<OccupancyView>(sql`${select} where o.company_id = ${ctx.companyId} and o.house_id = ${houseId}
    order by o.moved_out_on is not null, o.role <> 'owner', o.moved_out_on desc, o.moved_in_on, o.id`);
  return rows.map(masked);
}

/** Where a person lives or did, in communities the actor sees: those that go on first. */
export async function occupanciesOfResident(ctx: Context, residentId: string): Promise<OccupancyView[]> {
  const rows =
    await ctx.tx.rows<OccupancyView>(sql`${select} where o.company_id = ${ctx.companyId} and o.resident_id = ${residentId}
    order by o.moved_out_on is not null, o.moved_in_on desc, o.id desc`);
  return rows.map(masked);
}
