import { bindStandard, createChargeStandard, raiseBills } from '../domains/charging/index.ts';
import type { Context } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const cardCount = 3;

/** Monthly cards of a few vehicles, bound to the vehicles themselves and billed for the present month. */
export async function writeVehicleCards(ctx: Context, at: { communityId: string; month: string }): Promise<void> {
  const item = await ctx.tx.first<{ id: string }>(
    sql`select id from charge_item where company_id = ${ctx.companyId} and name = '车位费'`,
  );
  const vehicles = await ctx.tx.rows<{ id: string }>(sql`select id from vehicle
    where company_id = ${ctx.companyId} and community_id = ${at.communityId} and house_id is not null order by id limit ${cardCount}`);
  if (!item || vehicles.length === 0) return;
  const standard = await createChargeStandard(ctx, {
    chargeItemId: item.id,
    name: '机动车月卡',
    method: 'fixed',
    quantitySource: 'one',
    quantityUnit: '',
    quantityFieldId: null,
    formula: null,
    tiers: null,
    everyMonths: 1,
    alignment: 'natural',
    note: '',
    price: '300',
  });
  await bindStandard(ctx, {
    chargeStandardId: standard.id,
    selection: { targetKind: 'vehicle', communityId: at.communityId, vehicleIds: vehicles.map((one) => one.id) },
    startsOn: `${at.month}-01`,
    endsOn: null,
    ownPrice: null,
    ownQuantity: null,
    ownAmount: null,
    note: '',
    skipOverlapping: false,
  });
  await raiseBills(
    { transaction: (work) => work(ctx), report: async () => {}, taskId: null },
    {
      communityId: at.communityId,
      chargeItemIds: [item.id],
      monthFrom: at.month,
      monthTo: at.month,
      targetIds: vehicles.map((one) => one.id),
      raisedHow: 'manual',
    },
  );
}
