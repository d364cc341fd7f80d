import { type EndpointReply, type houseRelations, type houseSummary, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { raw, sql } from '../../platform/database/sql.ts';
import { asCompanyHasIt, matchingRows } from '../../resource/index.ts';
import { houseBinding } from './estate.bindings.ts';
import { occupanciesOfHouse } from './occupancy.queries.ts';

type Relations = EndpointReply<typeof houseRelations>;
type Summary = EndpointReply<typeof houseSummary>;

/** People, parking spaces and vehicles of a house. Each kind is empty for whoever may not see it. Error: resource.notFound. */
export async function relationsOfHouse(ctx: Context, houseId: string): Promise<Relations> {
  const house = await ctx.tx.first(sql`select 1 from house where company_id = ${ctx.companyId} and id = ${houseId}`);
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  const { permissions } = ctx;
  return {
    people: permissions.has('resident.view') ? await occupanciesOfHouse(ctx, houseId) : [],
    parkingSpaces: permissions.has('parkingSpace.view')
      ? await ctx.tx.rows<Relations['parkingSpaces'][number]>(sql`select k.id, k.number, k.type, k.status, k.area
          from parking_space_house l join parking_space k on k.company_id = l.company_id and k.id = l.parking_space_id
          where l.company_id = ${ctx.companyId} and l.house_id = ${houseId} order by k.number collate natural_order`)
      : [],
    vehicles: permissions.has('vehicle.view')
      ? await ctx.tx.rows<
          Relations['vehicles'][number]
        >(sql`select v.id, v.plate, v.brand, v.color, v.owner_name as "ownerName"
          from vehicle_house l join vehicle v on v.company_id = l.company_id and v.id = l.vehicle_id
          where l.company_id = ${ctx.companyId} and l.house_id = ${houseId} order by v.plate`)
      : [],
  };
}

/** Houses and areas of what the list shows, and how much of it is lived in by owners or tenants (EST-4). */
export async function summariseHouses(ctx: Context, query: Parameters<typeof matchingRows>[2]): Promise<Summary> {
  const { where, by } = await matchingRows(ctx, await asCompanyHasIt(ctx, houseBinding), query);
  const isTally = by === 'tally';
  const count = isTally ? sql`sum(t.row_count)` : sql`count(*)`;
  const area = sql`sum(t.built_area_hundredths)`;
  const isOccupied = sql`filter (where t.status in ('ownerOccupied', 'let'))`;
  const [row] = await ctx.tx.ad<{
    houses: bigint;
    area: string;
    occupied: bigint;
    occupied_area: string;
    rate: string | null;
  }>(
    sql`select houses, area, occupied, occupied_area, round(occupied * 100.0 / nullif(houses, 0), 2)::text as rate from (
      select coalesce(${count}, 0)::bigint as houses, coalesce(${area}, 0) * 0.01 as area,
        coalesce(${count} ${isOccupied}, 0)::bigint as occupied, coalesce(${area} ${isOccupied}, 0) * 0.01 as occupied_area
      from ${raw(isTally ? 'house_tally' : 'house')} t where ${where}) s`,
  );
  return {
    houses: Number(row!.houses),
    builtArea: row!.area,
    occupiedHouses: Number(row!.occupied),
    occupiedArea: row!.occupied_area,
    moveInRate: row!.rate,
  };
}
