import type { EndpointRequest, tagHouses as tagHousesEndpoint } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { tagRows, tagRowsWhere } from '../../resource/index.ts';
import { houseBinding } from './estate.bindings.ts';

export type TagHouses = EndpointRequest<typeof tagHousesEndpoint>['body'];

/** `tagRows` for houses, which can be chosen by places of the tree too. Returns how many houses were chosen. */
export async function tagHouses(ctx: Context, { chosen, ...change }: TagHouses): Promise<number> {
  if (!('places' in chosen)) return tagRows(ctx, houseBinding, { ...change, chosen });
  const { communityIds, buildingIds, unitIds, houseIds } = chosen.places;
  const where = sql`t.company_id = ${ctx.companyId} and (t.community_id = any (${communityIds}::uuid[]) or t.building_id = any (${buildingIds}::uuid[])
    or t.unit_id = any (${unitIds}::uuid[]) or t.id = any (${houseIds}::uuid[]))`;
  return tagRowsWhere(ctx, houseBinding, where, change);
}
