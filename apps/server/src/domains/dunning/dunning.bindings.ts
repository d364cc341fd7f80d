import {
  buildingResource,
  communityResource,
  dunningHouseholdResource,
  dunningNoticeResource,
  houseResource,
} from '@anlin/contract';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';

const targets = defineResources([
  dunningHouseholdResource,
  dunningNoticeResource,
  buildingResource,
  communityResource,
  houseResource,
]);

/** Found by the name of the house, or by that of a present owner for those who may see residents at all. */
export const dunningHouseholdBinding: ResourceBinding = {
  definition: dunningHouseholdResource,
  targets,
  search: (ctx, q) => sql`(t.target_label ilike ${`%${likeText(q)}%`} or t.id = any (array(
    select o.house_id from resident r join occupancy o on o.company_id = r.company_id and o.resident_id = r.id
    where r.company_id = ${ctx.companyId} and ${ctx.permissions.has('resident.view')}::boolean and o.role = 'owner'
      and o.moved_out_on is null and r.name like ${`${likeText(q)}%`})))`,
};

/** Lists of dunning; rows come about by use cases. */
export const dunningBindings: readonly ResourceBinding[] = [
  dunningHouseholdBinding,
  {
    definition: dunningNoticeResource,
    targets,
    search: (_, q) => sql`t.target_label ilike ${`%${likeText(q)}%`}`,
  },
];
