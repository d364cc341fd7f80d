import {
  billResource,
  type billStates,
  buildingResource,
  chargeItemResource,
  chargeStandardResource,
  houseResource,
  raisingRunResource,
  standardBindingResource,
  tagResource,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';
import { checkChargeItem } from './default-charge-items.ts';

const targets = defineResources(
  [
    chargeItemResource,
    chargeStandardResource,
    standardBindingResource,
    billResource,
    raisingRunResource,
    buildingResource,
    houseResource,
    tagResource,
  ],
  {
    charge_standard: '收费标准',
    standard_binding: '标准绑定',
    bill: '账单',
    tag_binding: '跟随标签的收费标准',
    meter: '仪表',
    apportionment: '公摊',
  },
);

export const chargeItemBinding: ResourceBinding = {
  definition: chargeItemResource,
  targets,
  async prepare(_, { values }) {
    return checkChargeItem(values);
  },
};

export const chargeStandardBinding: ResourceBinding = { definition: chargeStandardResource, targets };

export const standardBindingBinding: ResourceBinding = {
  definition: standardBindingResource,
  targets,
  search: (ctx, q) => sql`t.target_id in (${targetsNamed(ctx, q)})`,
};

export const billBinding: ResourceBinding = {
  definition: billResource,
  targets,
  search: (ctx, q) => sql`t.target_id in (${targetsNamed(ctx, q)} ${targetsOwnedBy(ctx, q)})`,
  implied: {
    state: (states) => (states.every((one) => isOwing.has(one)) ? sql`t.outstanding_fen > 0` : undefined),
  },
};

/** States of bills something is still to be paid of. */
const isOwing = new Set<string>(['due', 'partlyPaid'] satisfies (keyof typeof billStates)[]);

export const raisingRunBinding: ResourceBinding = { definition: raisingRunResource, targets };

// Ids of targets by what people call them.
function targetsNamed(ctx: Context, q: string): Sql {
  const like = `%${likeText(q)}%`;
  return sql`select h.id from house h where h.company_id = ${ctx.companyId} and (h.full_name ilike ${like} or h.search_key ilike ${like})
    union all select x.id from charge_target x where x.company_id = ${ctx.companyId} and x.kind <> 'house' and x.label ilike ${like}`;
}

// Houses by the name of a present owner; only for those who may see residents at all.
function targetsOwnedBy(ctx: Context, q: string): Sql {
  return sql`union all select o.house_id from resident r join occupancy o on o.company_id = r.company_id and o.resident_id = r.id
    where r.company_id = ${ctx.companyId} and ${ctx.permissions.has('resident.view')}::boolean and o.role = 'owner'
      and o.moved_out_on is null and r.name like ${`${likeText(q)}%`}`;
}
