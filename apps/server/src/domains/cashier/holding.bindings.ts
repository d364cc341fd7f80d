import {
  buildingResource,
  chargeItemResource,
  communityResource,
  depositMovementResource,
  depositResource,
  holdingFail,
  houseResource,
  prepaidAccountResource,
  prepaidMovementResource,
  prepaidPackageResource,
} from '@anlin/contract';
import { formatYuan, parseYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding, type Values } from '../../resource/index.ts';

const targets = defineResources(
  [
    prepaidAccountResource,
    prepaidMovementResource,
    depositResource,
    depositMovementResource,
    prepaidPackageResource,
    buildingResource,
    chargeItemResource,
    communityResource,
    houseResource,
  ],
  { prepaid_movement: '预存变动' },
);

export const prepaidAccountBinding: ResourceBinding = {
  definition: prepaidAccountResource,
  targets,
  search: (ctx, q) => sql`t.target_id in (${targetsNamed(ctx, q)})`,
};
export const prepaidMovementBinding: ResourceBinding = {
  definition: prepaidMovementResource,
  targets,
  search: (ctx, q) => sql`(t.target_id in (${targetsNamed(ctx, q)}) or t.document_number = ${q})`,
};
export const depositBinding: ResourceBinding = {
  definition: depositResource,
  targets,
  search: (ctx, q) =>
    sql`(t.target_id in (${targetsNamed(ctx, q)}) or t.holder_name ilike ${likeOf(q)} or t.receipt_number = ${q})`,
};
export const depositMovementBinding: ResourceBinding = {
  definition: depositMovementResource,
  targets,
  search: (ctx, q) =>
    sql`(t.target_id in (${targetsNamed(ctx, q)}) or t.holder_name ilike ${likeOf(q)} or t.document_number = ${q})`,
};

export const prepaidPackageBinding: ResourceBinding = {
  definition: prepaidPackageResource,
  targets,
  async prepare(ctx, { values }) {
    await checkPackage(ctx, values);
    return {};
  },
};

async function checkPackage(ctx: Context, { price, credit, validFrom, validTo, chargeItemId }: Values): Promise<void> {
  const [priceFen, creditFen] = [parseYuan(String(price)), parseYuan(String(credit))];
  if (priceFen === zeroFen) throw holdingFail('prepaidPackage.price');
  if (creditFen < priceFen)
    throw holdingFail('prepaidPackage.credit', { price: formatYuan(priceFen), credit: formatYuan(creditFen) });
  if (validFrom && validTo && String(validTo) < String(validFrom)) throw holdingFail('prepaidPackage.days');
  if (!chargeItemId) return;
  const item = await ctx.tx.first<{ kind: string }>(
    sql`select kind from charge_item where company_id = ${ctx.companyId} and id = ${String(chargeItemId)}`,
  );
  if (item?.kind === 'deposit') throw holdingFail('prepaidPackage.depositItem');
}

const likeOf = (q: string) => `%${likeText(q)}%`;

/** Ids of targets by what people call them. */
function targetsNamed(ctx: Context, q: string): Sql {
  const like = likeOf(q);
  return sql`select h.id from house h where h.company_id = ${ctx.companyId} and (h.full_name ilike ${like} or h.search_key ilike ${like})
    union all select x.id from charge_target x where x.company_id = ${ctx.companyId} and x.kind <> 'house' and x.label ilike ${like}`;
}

/** Lists of the cashier that can be exported. */
export const cashierBindings: readonly ResourceBinding[] = [
  prepaidAccountBinding,
  prepaidMovementBinding,
  depositBinding,
  depositMovementBinding,
  prepaidPackageBinding,
];
