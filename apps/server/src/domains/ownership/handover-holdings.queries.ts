import { type HandoverHoldings, platformFail, type TargetKind } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { listPaymentMethods, readHeldMoney } from '../cashier/index.ts';
import { targetLabels } from '../charging/index.ts';

/** A house or parking space that somebody owns today. */
export interface OwnedPlace {
  kind: TargetKind;
  id: string;
  communityId: string;
  label: string;
}

/** Other houses these people own today, and what goes with those, as far as they are in sight. */
export function readOwnedPlaces(
  ctx: Context,
  house: { id: string; communityId: string },
  residentIds: readonly string[],
): Promise<OwnedPlace[]> {
  return ctx.tx.rows<OwnedPlace>(sql`
    with owned as (
      select distinct o.house_id from occupancy o where o.company_id = ${ctx.companyId} and o.resident_id = any (${[...residentIds]}::uuid[])
        and o.role = 'owner' and o.moved_out_on is null and o.house_id <> ${house.id}
    ), place as (
      select t.kind, t.id, t.community_id, t.label as name from owned w
        join charge_target t on t.company_id = ${ctx.companyId} and t.house_id = w.house_id
    )
    select p.kind, p.id, p.community_id as "communityId",
      case when p.community_id = ${house.communityId} then p.name else c.name || ' ' || p.name end as label
    from place p join community c on c.company_id = ${ctx.companyId} and c.id = p.community_id
    order by p.community_id <> ${house.communityId}, p.kind, p.name limit 100`);
}

/** What is to be decided about before a house is handed over. Error: resource.notFound. */
export async function listHandoverHoldings(ctx: Context, houseId: string): Promise<HandoverHoldings> {
  const house = await ctx.tx.first<{ id: string; community_id: string; full_name: string }>(
    sql`select id, community_id, full_name from house where company_id = ${ctx.companyId} and id = ${houseId}`,
  );
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  const targets = await ctx.tx.rows<{ id: string }>(
    sql`select id from charge_target where company_id = ${ctx.companyId} and house_id = ${house.id} order by kind, id`,
  );
  const targetIds = targets.map((target) => target.id);
  const owners = await ctx.tx.rows<{ resident_id: string }>(sql`select resident_id from occupancy
    where company_id = ${ctx.companyId} and house_id = ${house.id} and role = 'owner' and moved_out_on is null`);
  const labels = await targetLabels(ctx, targetIds);
  const { accounts, deposits } = await readHeldMoney(ctx, targetIds);
  const residentIds = owners.map((owner) => owner.resident_id);
  const places = await readOwnedPlaces(ctx, { id: house.id, communityId: house.community_id }, residentIds);
  const labelOf = (targetId: string) => labels.get(targetId) ?? house.full_name;
  return {
    prepaid: accounts
      .filter((one) => one.balanceFen > zeroFen)
      .map((one) => ({
        id: one.id,
        label: one.label,
        targetLabel: labelOf(one.targetId),
        balance: formatYuan(one.balanceFen),
        paid: formatYuan(one.paidFen),
      })),
    deposits: deposits
      .filter((one) => one.heldFen > zeroFen)
      .map((one) => ({
        id: one.id,
        label: one.label,
        targetLabel: labelOf(one.targetId),
        holderName: one.holderName,
        takenOn: one.takenOn,
        held: formatYuan(one.heldFen),
      })),
    places: places.map(({ kind, id, label, communityId }) => ({
      kind,
      id,
      label,
      isSameCommunity: communityId === house.community_id,
    })),
    methods: (await listPaymentMethods(ctx)).map(({ id, name }) => ({ id, name })),
  };
}
