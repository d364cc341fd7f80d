import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { bindStandard } from './bind-standard.ts';
import { createChargeStandard } from './charge-standard.ts';

/** Rows other domains own, put straight into their tables: for the tests of charging and for its benchmark. */

export async function addBuilding(ctx: Context, communityId: string, name: string): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${name}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

export async function addHouse(
  ctx: Context,
  house: { communityId: string; buildingId: string; number: string; builtArea: string; usage?: string },
): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
    select company_id, ${id}, community_id, id, ${house.number}, name || '-' || ${house.number}, name || '-' || ${house.number}, ${house.usage ?? 'residential'},
      ${house.builtArea}, ${nowText(ctx)}, ${nowText(ctx)} from building where company_id = ${ctx.companyId} and id = ${house.buildingId}`);
  return id;
}

/** `count` houses of 60.00 to 159.99 ㎡ numbered from 1, in one statement. */
export async function addManyHouses(
  ctx: Context,
  houses: { communityId: string; buildingId: string; count: number },
): Promise<void> {
  const ids = Array.from({ length: houses.count }, () => ctx.newId());
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, sort_order, created_at, updated_at)
    select ${ctx.companyId}, n.id, ${houses.communityId}, ${houses.buildingId}, n.place::text, n.place::text, n.place::text, 'residential',
      60 + (n.place * 7919 % 10000) / 100.0, n.place, ${nowText(ctx)}, ${nowText(ctx)}
    from unnest(${ids}::uuid[]) with ordinality n (id, place)`);
}

export async function addParkingSpace(
  ctx: Context,
  space: { communityId: string; number: string; area?: string | null },
): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into parking_space (company_id, id, community_id, number, type, area, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${space.communityId}, ${space.number}, 'property', ${space.area ?? null}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

export async function addVehicle(ctx: Context, vehicle: { communityId: string; plate: string }): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into vehicle (company_id, id, community_id, plate, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${vehicle.communityId}, ${vehicle.plate}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

export async function addItem(
  ctx: Context,
  item: {
    name: string;
    proration?: string;
    prorationDays?: number | null;
    precision?: string;
    rounding?: string;
    isRaisedAutomatically?: boolean;
    raiseSide?: string;
    raiseUnit?: string;
    raiseOffset?: number;
  },
): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, proration, proration_days, precision, rounding,
      is_raised_automatically, raise_side, raise_unit, raise_offset, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${item.name}, 'periodic', ${item.proration ?? 'actualDays'}, ${item.prorationDays ?? null},
      ${item.precision ?? 'fen'}, ${item.rounding ?? 'halfUp'}, ${item.isRaisedAutomatically ?? false}, ${item.raiseSide ?? 'ahead'},
      ${item.raiseUnit ?? 'day'}, ${item.raiseOffset ?? 0},
      ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

/** A company's community with a building, an item and a standard by area: what most tests of charging begin with. */
export async function addStandard(
  ctx: Context,
  standard: {
    chargeItemId: string;
    name?: string;
    price: string;
    everyMonths?: 1 | 2 | 3 | 6 | 12;
    alignment?: 'natural' | 'binding';
    quantitySource?: 'builtArea' | 'innerArea' | 'sharedArea' | 'parkingArea' | 'one';
  },
): Promise<string> {
  const { id } = await createChargeStandard(ctx, {
    method: 'unitPrice',
    quantitySource: 'builtArea',
    everyMonths: 1,
    alignment: 'natural',
    note: '',
    quantityFieldId: null,
    quantityUnit: '',
    formula: null,
    tiers: null,
    name: `标准 ${standard.price}`,
    ...standard,
  });
  return id;
}

export async function bindHouses(
  ctx: Context,
  binding: {
    communityId: string;
    chargeStandardId: string;
    houseIds: string[];
    startsOn: string;
    endsOn?: string | null;
    ownPrice?: string | null;
    ownQuantity?: string | null;
  },
): Promise<{ boundCount: number; skippedCount: number }> {
  const { communityId, houseIds, ...terms } = binding;
  return bindStandard(ctx, {
    endsOn: null,
    ownPrice: null,
    ownQuantity: null,
    ownAmount: null,
    note: '',
    skipOverlapping: false,
    ...terms,
    selection: { targetKind: 'house', communityId, houseIds },
  });
}
