import {
  chargingFail,
  type EndpointReply,
  type EndpointRequest,
  type listPlacePrices,
  platformFail,
  type setPlacePrice as setEndpoint,
  standardMethods,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockStandard } from './charge-standard.ts';
import { hasPrices } from './check-standard.ts';

interface PlaceIds {
  communityId: string;
  buildingId: string | null;
  unitId: string | null;
}

interface PlacePriceRow {
  id: string;
  community_id: string;
  building_id: string | null;
  unit_id: string | null;
  place: string;
  starts_on: string | null;
  price: string | null;
}

/** The prices of a standard that differ by place, place by place and in order of time. */
export async function readPlacePrices(
  ctx: Context,
  standardId: string,
): Promise<EndpointReply<typeof listPlacePrices>['rows']> {
  const rows = await ctx.tx.rows<PlacePriceRow>(sql`
    select p.id, p.community_id, p.building_id, p.unit_id, concat_ws(' ', c.name, b.name, u.name) place, p.starts_on, price_text(p.price) price
    from charge_standard_place_price p join community c on c.company_id = p.company_id and c.id = p.community_id
    left join building b on b.company_id = p.company_id and b.id = p.building_id
    left join unit u on u.company_id = p.company_id and u.id = p.unit_id
    where p.company_id = ${ctx.companyId} and p.charge_standard_id = ${standardId}
    order by c.name collate "zh-x-icu", b.sort_order nulls first, b.name, u.sort_order nulls first, u.name, p.starts_on nulls first`);
  const today = businessDay(ctx.clock, 'Asia/Shanghai').toString();
  return rows.map((row) => ({
    id: row.id,
    communityId: row.community_id,
    buildingId: row.building_id,
    unitId: row.unit_id,
    placeLabel: row.place,
    startsOn: row.starts_on,
    price: row.price,
    isInForce: row === rows.findLast((one) => isSamePlace(one, row) && (one.starts_on ?? '') <= today),
  }));
}

function isSamePlace(left: PlacePriceRow, right: PlacePriceRow): boolean {
  return (
    left.community_id === right.community_id && left.building_id === right.building_id && left.unit_id === right.unit_id
  );
}

/**
 * A price of a standard in one community, building or unit from a day on (null: from the beginning); without a price the
 * next wider place's holds again from that day. Bills already raised keep theirs: how many is told.
 */
export async function setPlacePrice(
  ctx: Context,
  standardId: string,
  input: EndpointRequest<typeof setEndpoint>['body'],
): Promise<{ id: string; keptBillCount: number }> {
  const standard = await lockStandard(ctx, standardId);
  if (!hasPrices(standard.method))
    throw chargingFail('chargeStandard.noPlacePrice', { method: standardMethods[standard.method] });
  const place = await findPlace(ctx, input);
  const taken = await ctx.tx.first(sql`select 1 from charge_standard_place_price
    where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and community_id = ${input.communityId}
      and building_id is not distinct from ${input.buildingId}::uuid and unit_id is not distinct from ${input.unitId}::uuid
      and starts_on is not distinct from ${input.startsOn}::date`);
  if (taken) {
    const day = input.startsOn ?? '最早';
    throw chargingFail('chargeStandard.placePriceTaken', { place, day }, [
      { path: 'startsOn', message: '这一天已有价格' },
    ]);
  }
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into charge_standard_place_price
      (company_id, id, charge_standard_id, community_id, building_id, unit_id, starts_on, price, created_at)
    values (${ctx.companyId}, ${id}, ${standardId}, ${input.communityId}, ${input.buildingId}, ${input.unitId}, ${input.startsOn},
      ${input.price}, ${nowText(ctx)})`);
  await audit(ctx, 'setPlacePrice', standard, input.communityId, undefined, { place, ...input });
  return { id, keptBillCount: await countBills(ctx, standardId, input, input.startsOn, null) };
}

/** Takes back a price of a place that no bill there was computed by. */
export async function deletePlacePrice(ctx: Context, standardId: string, id: string): Promise<void> {
  const standard = await lockStandard(ctx, standardId);
  const row = await ctx.tx.first<
    PlaceIds & { startsOn: string | null; endsOn: string | null; price: string | null }
  >(sql`
    select community_id "communityId", building_id "buildingId", unit_id "unitId", starts_on "startsOn", price::text,
      (select min(n.starts_on) from charge_standard_place_price n where n.company_id = p.company_id and n.charge_standard_id = p.charge_standard_id
        and n.community_id = p.community_id and n.building_id is not distinct from p.building_id and n.unit_id is not distinct from p.unit_id
        and (p.starts_on is null or n.starts_on > p.starts_on)) "endsOn"
    from charge_standard_place_price p where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and id = ${id}`);
  // A price of a whole community is seen, but not changed, by whoever sees a part of it.
  const { wholeCommunityIds: whole } = ctx;
  const isOutside = row?.buildingId === null && whole !== '*' && !whole.includes(row.communityId);
  if (!row || isOutside) throw platformFail('resource.notFound', { label: '价格' });
  const count = await countBills(ctx, standardId, row, row.startsOn, row.endsOn);
  if (count > 0) throw chargingFail('chargeStandard.placePriceRaised', { count });
  await ctx.tx.run(sql`delete from charge_standard_place_price where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'deletePlacePrice', standard, row.communityId, row, undefined);
}

// Where it is, in words; refuses what does not exist, hangs together or is out of sight.
async function findPlace(ctx: Context, { communityId, buildingId, unitId }: PlaceIds): Promise<string> {
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  if (buildingId === null) {
    if (unitId !== null) throw platformFail('reference.notFound', { label: '楼宇' });
    return community.name;
  }
  const building = await ctx.tx.first<{ name: string }>(sql`select name from building
    where company_id = ${ctx.companyId} and id = ${buildingId} and community_id = ${communityId}`);
  if (!building) throw platformFail('reference.notFound', { label: '楼宇' });
  if (unitId === null) return `${community.name} ${building.name}`;
  const unit = await ctx.tx.first<{ name: string }>(
    sql`select name from unit where company_id = ${ctx.companyId} and id = ${unitId} and building_id = ${buildingId}`,
  );
  if (!unit) throw platformFail('reference.notFound', { label: '单元' });
  return `${community.name} ${building.name} ${unit.name}`;
}

// Bills of the standard at the place with days in [from, to); null is unbounded.
async function countBills(
  ctx: Context,
  standardId: string,
  place: PlaceIds,
  from: string | null,
  to: string | null,
): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int count
    from standard_binding b join bill x on x.company_id = b.company_id and x.standard_binding_id = b.id
    left join house h on h.company_id = b.company_id and h.id = b.house_id
    where b.company_id = ${ctx.companyId} and b.charge_standard_id = ${standardId} and b.community_id = ${place.communityId}
      and (${place.buildingId}::uuid is null or h.building_id = ${place.buildingId}) and (${place.unitId}::uuid is null or h.unit_id = ${place.unitId})
      and x.voided_at is null and (${from}::date is null or x.period_to > ${from}) and (${to}::date is null or x.period_from < ${to})`);
  return row!.count;
}

async function audit(
  ctx: Context,
  verb: string,
  standard: { id: string; name: string },
  communityId: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await recordAudit(ctx, {
    action: `chargeStandard.${verb}`,
    targetKind: 'chargeStandard',
    targetId: standard.id,
    targetLabel: standard.name,
    communityId,
    before,
    after,
  });
}
