import {
  buildingResource,
  chargeItemResource,
  collectionCodeResource,
  collectionResource,
  communityResource,
} from '@anlin/contract';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';

const targets = defineResources([
  collectionCodeResource,
  collectionResource,
  buildingResource,
  chargeItemResource,
  communityResource,
]);

/** Lists of codes and of what came in by them; rows come about by use cases. */
export const collectionBindings: readonly ResourceBinding[] = [
  {
    definition: collectionCodeResource,
    targets,
    search: (_, q) => sql`(t.name ilike ${`%${likeText(q)}%`} or t.place_label ilike ${`%${likeText(q)}%`})`,
  },
  {
    definition: collectionResource,
    targets,
    search: (
      _,
      q,
    ) => sql`(t.remark ilike ${`%${likeText(q)}%`} or t.payer_name ilike ${`%${likeText(q)}%`} or t.place_label ilike ${`%${likeText(q)}%`}
      or t.receipt_number = ${q} or t.order_no = ${q})`,
  },
];
