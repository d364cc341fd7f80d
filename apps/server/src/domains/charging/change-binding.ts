import {
  chargingFail,
  type EndpointRequest,
  platformFail,
  type updateStandardBinding as updateEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { daysText, lockItemBindings } from './bind-standard.ts';

interface BindingRow {
  id: string;
  community_id: string;
  charge_item_id: string;
  item_name: string;
  target_id: string;
  target: string;
  starts_on: string;
  ends_on: string | null;
  own_price: string | null;
  own_quantity: string | null;
  own_amount: string | null;
  note: string;
  version: number;
}

const label = '标准绑定';

/** Changes price, quantity, note or, while there is no bill, the start of one binding. Bills already raised stay as they are. */
export async function updateBinding(
  ctx: Context,
  id: string,
  { version, ...changes }: EndpointRequest<typeof updateEndpoint>['body'],
): Promise<void> {
  const before = await lockBinding(ctx, id);
  if (before.version !== version) throw platformFail('resource.changed', { label });
  const startsOn = changes.startsOn ?? before.starts_on;
  if (before.ends_on !== null && before.ends_on <= startsOn)
    throw chargingFail('standardBinding.endBeforeStart', { start: startsOn, end: before.ends_on });
  if (startsOn !== before.starts_on) {
    await refuseWithBills(ctx, id, '开始日期不能再改');
    await refuseOverlapOf(ctx, before, startsOn);
  }
  const after = {
    startsOn,
    ownPrice: changes.ownPrice === undefined ? before.own_price : changes.ownPrice,
    ownQuantity: changes.ownQuantity === undefined ? before.own_quantity : changes.ownQuantity,
    ownAmount: changes.ownAmount === undefined ? before.own_amount : changes.ownAmount,
    note: changes.note ?? before.note,
  };
  await ctx.tx.run(sql`update standard_binding set starts_on = ${after.startsOn}, own_price = ${after.ownPrice}, own_quantity = ${after.ownQuantity},
      own_amount = ${after.ownAmount},
      note = ${after.note}, version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  const { starts_on, own_price, own_quantity, own_amount, note } = before;
  await audit(
    ctx,
    'update',
    before,
    { startsOn: starts_on, ownPrice: own_price, ownQuantity: own_quantity, ownAmount: own_amount, note },
    after,
  );
}

/** Deletes a binding that never had a bill. */
export async function deleteBinding(ctx: Context, id: string): Promise<void> {
  const binding = await lockBinding(ctx, id);
  await refuseWithBills(ctx, id, '不能删除');
  await ctx.tx.run(sql`delete from standard_binding where company_id = ${ctx.companyId} and id = ${id}`);
  const { starts_on: startsOn, ends_on: endsOn } = binding;
  await audit(ctx, 'delete', binding, { startsOn, endsOn }, undefined);
}

export async function lockBinding(ctx: Context, id: string): Promise<BindingRow> {
  const row =
    await ctx.tx.first<BindingRow>(sql`select b.id, b.community_id, b.charge_item_id, i.name item_name, b.target_id,
      ct.label target, b.starts_on, b.ends_on, b.own_price::text, b.own_quantity::text, b.own_amount::text, b.note, b.version
    from standard_binding b join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    left join charge_target ct on ct.company_id = b.company_id and ct.id = b.target_id
    where b.company_id = ${ctx.companyId} and b.id = ${id} for update of b`);
  if (!row) throw platformFail('resource.notFound', { label });
  return row;
}

// Voided bills count too: they name the binding for ever.
async function refuseWithBills(ctx: Context, id: string, what: string): Promise<void> {
  const row = await ctx.tx.first<{ count: number }>(
    sql`select count(*)::int count from bill where company_id = ${ctx.companyId} and standard_binding_id = ${id}`,
  );
  if (row!.count > 0) throw chargingFail('standardBinding.hasBills', { count: row!.count, what });
}

export async function refuseOverlapOf(ctx: Context, binding: BindingRow, startsOn: string): Promise<void> {
  await lockItemBindings(ctx, binding.charge_item_id);
  const other = await ctx.tx.first<{ name: string; starts_on: string; ends_on: string | null }>(sql`
    select s.name, b.starts_on, b.ends_on from standard_binding b
    join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    where b.company_id = ${ctx.companyId} and b.target_id = ${binding.target_id} and b.charge_item_id = ${binding.charge_item_id}
      and b.id <> ${binding.id} and daterange(b.starts_on, b.ends_on) && daterange(${startsOn}, ${binding.ends_on}) limit 1`);
  if (!other) return;
  throw chargingFail('standardBinding.overlap', {
    count: 1,
    item: binding.item_name,
    target: binding.target,
    standard: other.name,
    dates: daysText({ startsOn: other.starts_on, endsOn: other.ends_on }),
  });
}

async function audit(ctx: Context, verb: string, binding: BindingRow, before: unknown, after: unknown): Promise<void> {
  await recordAudit(ctx, {
    action: `standardBinding.${verb}`,
    targetKind: 'standardBinding',
    targetId: binding.id,
    targetLabel: `${binding.target} ${binding.item_name}`,
    communityId: binding.community_id,
    before,
    after,
  });
}
