import type { TargetKind, TargetSelection } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';

/**
 * SQL rows `(id, label, place, built_area, inner_area, shared_area, area)` of the houses, parking spaces or vehicles a
 * selection means, in the order people read them by `place`. Nothing outside the actor's data scope is ever among them.
 */
export function selectTargets(ctx: Context, selection: TargetSelection): Sql {
  if (selection.targetKind === 'parkingSpace') return selectSpaces(ctx, selection);
  if (selection.targetKind === 'vehicle') return selectVehicles(ctx, selection);
  const { buildingIds = [], unitIds = [], houseIds = [], usages = [], tagIds = [] } = selection;
  const isTicked = buildingIds.length + unitIds.length + houseIds.length > 0;
  return sql`select t.id, t.full_name label, row_number() over (order by t.sort_order, t.id) place,
      t.built_area, t.inner_area, t.shared_area, null::numeric area
    from house t where t.company_id = ${ctx.companyId} and t.community_id = ${selection.communityId}
    ${isTicked ? sql`and (t.building_id = any (${buildingIds}::uuid[]) or t.unit_id = any (${unitIds}::uuid[]) or t.id = any (${houseIds}::uuid[]))` : empty}
    ${usages.length > 0 ? sql`and t.usage = any (${usages})` : empty}
    ${tagIds.length > 0 ? sql`and exists (select 1 from house_tag g where g.company_id = t.company_id and g.house_id = t.id and g.tag_id = any (${tagIds}::uuid[]))` : empty}`;
}

function selectSpaces(ctx: Context, selection: Extract<TargetSelection, { targetKind: 'parkingSpace' }>): Sql {
  const { parkingSpaceIds = [], types = [], tagIds = [] } = selection;
  return sql`select t.id, '车位 ' || t.number label, row_number() over (order by t.number collate "zh-x-icu", t.id) place,
      null::numeric built_area, null::numeric inner_area, null::numeric shared_area, t.area
    from parking_space t where t.company_id = ${ctx.companyId} and t.community_id = ${selection.communityId}
    ${parkingSpaceIds.length > 0 ? sql`and t.id = any (${parkingSpaceIds}::uuid[])` : empty}
    ${types.length > 0 ? sql`and t.type = any (${types})` : empty}
    ${tagIds.length > 0 ? sql`and exists (select 1 from parking_space_tag g where g.company_id = t.company_id and g.parking_space_id = t.id and g.tag_id = any (${tagIds}::uuid[]))` : empty}`;
}

function selectVehicles(ctx: Context, selection: Extract<TargetSelection, { targetKind: 'vehicle' }>): Sql {
  const { vehicleIds = [], tagIds = [] } = selection;
  return sql`select t.id, '车辆 ' || t.plate label, row_number() over (order by t.plate, t.id) place,
      null::numeric built_area, null::numeric inner_area, null::numeric shared_area, null::numeric area
    from vehicle t where t.company_id = ${ctx.companyId} and t.community_id = ${selection.communityId}
    ${vehicleIds.length > 0 ? sql`and t.id = any (${vehicleIds}::uuid[])` : empty}
    ${tagIds.length > 0 ? sql`and exists (select 1 from vehicle_tag g where g.company_id = t.company_id and g.vehicle_id = t.id and g.tag_id = any (${tagIds}::uuid[]))` : empty}`;
}

/** The selection of one target alone. */
export function onlyTarget(communityId: string, kind: TargetKind, id: string): TargetSelection {
  switch (kind) {
    case 'house':
      return { targetKind: kind, communityId, houseIds: [id] };
    case 'parkingSpace':
      return { targetKind: kind, communityId, parkingSpaceIds: [id] };
    case 'vehicle':
      return { targetKind: kind, communityId, vehicleIds: [id] };
  }
}

/** What a standard reads of the rows of `selectTargets` as its quantity; null::numeric where a reading brings it. */
export function targetQuantity(
  ctx: Context,
  standard: { quantity_source: string; quantity_field_id: string | null },
): Sql {
  switch (standard.quantity_source) {
    case 'builtArea':
      return sql`t.built_area`;
    case 'innerArea':
      return sql`t.inner_area`;
    case 'sharedArea':
      return sql`t.shared_area`;
    case 'parkingArea':
      return sql`t.area`;
    case 'one':
      return sql`1::numeric`;
    case 'headcount':
      return sql`(select count(distinct o.resident_id)::numeric from occupancy o
        where o.company_id = ${ctx.companyId} and o.house_id = t.id and o.moved_out_on is null)`;
    case 'custom':
      return sql`(select v.number_value * 0.000001 from custom_value v
        where v.company_id = ${ctx.companyId} and v.field_id = ${standard.quantity_field_id} and v.owner_id = t.id and v.position = 0)`;
    default:
      return sql`null::numeric`;
  }
}

/** Refuses a community that does not exist or lies outside the data scope. */
export async function checkCommunity(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first(sql`select 1 from community where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
}

/** Refuses a kept selection that names something that is not of the community or lies outside the data scope. */
export async function checkSelection(
  ctx: Context,
  selection: Extract<TargetSelection, { targetKind: 'house' }>,
): Promise<void> {
  await checkCommunity(ctx, selection.communityId);
  const named = [
    ['楼宇', sql`building`, selection.buildingIds],
    ['单元', sql`unit`, selection.unitIds],
    ['房屋', sql`house`, selection.houseIds],
    ['标签', sql`tag`, selection.tagIds],
  ] as const;
  for (const [label, table, given] of named) {
    const ids = [...new Set(given?.map((id) => id.toLowerCase()))];
    if (ids.length === 0) continue;
    const ofCommunity = label === '标签' ? empty : sql`and community_id = ${selection.communityId}`;
    const found = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int as count from ${table} where company_id = ${ctx.companyId} ${ofCommunity} and id = any (${ids}::uuid[])`,
    );
    if (found?.count !== ids.length) throw platformFail('reference.notFound', { label });
  }
}
