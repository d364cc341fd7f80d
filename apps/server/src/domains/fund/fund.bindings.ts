import {
  buildingResource,
  communityResource,
  fundAccountResource,
  fundDocumentResource,
  fundMovementResource,
  fundProjectResource,
  houseResource,
} from '@anlin/contract';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';

const targets = defineResources(
  [
    fundAccountResource,
    fundMovementResource,
    fundDocumentResource,
    fundProjectResource,
    buildingResource,
    communityResource,
    houseResource,
  ],
  { fund_account: '维修资金账户' },
);

/** Lists of the fund; rows come about by use cases. */
export const fundBindings: readonly ResourceBinding[] = [
  { definition: fundAccountResource, targets, search: (_, q) => sql`t.house_label ilike ${`%${likeText(q)}%`}` },
  { definition: fundMovementResource, targets, search: (_, q) => sql`t.house_label ilike ${`%${likeText(q)}%`}` },
  { definition: fundDocumentResource, targets },
  { definition: fundProjectResource, targets },
];
