import {
  type bindStandard as bindEndpoint,
  chargeTargetKinds,
  chargingFail,
  type countBindingTargets as countEndpoint,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  type TargetSelection,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { freshenStatistics } from '../../platform/database/freshen-statistics.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { bindingTargetColumns, bindingTargetValues } from './binding-target.ts';
import { checkCommunity, selectTargets, targetQuantity } from './select-targets.ts';

interface Standard {
  id: string;
  name: string;
  item_id: string;
  item_name: string;
  quantity_source: string;
  quantity_field_id: string | null;
}

interface Days {
  startsOn: string;
  endsOn: string | null;
}

const mostOverlapsShown = 20;

/**
 * Binds a standard to everything a selection means, in one statement each for reading and writing. When a target is
 * already bound to the same item on some of the days, nothing is bound and both are shown, unless those are to be skipped.
 */
export async function bindStandard(
  ctx: Context,
  input: EndpointRequest<typeof bindEndpoint>['body'],
): Promise<{ boundCount: number; skippedCount: number }> {
  const { selection, startsOn, endsOn } = input;
  await freshenStatistics(ctx, ['house', 'parking_space', 'vehicle', 'standard_binding']);
  if (endsOn !== null && endsOn <= startsOn)
    throw chargingFail('standardBinding.endBeforeStart', { start: startsOn, end: endsOn });
  await checkCommunity(ctx, selection.communityId);
  const standard = await findStandard(ctx, input.chargeStandardId);
  await refuseOtherCommunity(ctx, standard, selection.communityId);
  await lockItemBindings(ctx, standard.item_id);
  const { targetIds, overlapCount } = await readTargets(ctx, standard, selection, input);
  if (targetIds.length + overlapCount === 0) {
    throw chargingFail('standardBinding.nothingSelected', { label: chargeTargetKinds[selection.targetKind] });
  }
  if (overlapCount > 0 && !input.skipOverlapping) await refuseOverlap(ctx, standard, selection, input, overlapCount);
  await insertBindings(ctx, standard, input, targetIds);
  const result = { boundCount: targetIds.length, skippedCount: overlapCount };
  await recordAudit(ctx, {
    action: 'standardBinding.create',
    targetKind: 'chargeStandard',
    targetId: standard.id,
    targetLabel: `${standard.item_name} ${standard.name}`,
    communityId: selection.communityId,
    after: {
      ...result,
      startsOn,
      endsOn,
      ownPrice: input.ownPrice,
      ownQuantity: input.ownQuantity,
      ownAmount: input.ownAmount,
    },
  });
  return result;
}

/** What a selection holds, before anything is bound. */
export async function countBindingTargets(
  ctx: Context,
  input: EndpointRequest<typeof countEndpoint>['body'],
): Promise<EndpointReply<typeof countEndpoint>> {
  await checkCommunity(ctx, input.selection.communityId);
  const standard = input.chargeStandardId ? await findStandard(ctx, input.chargeStandardId) : null;
  const quantity = standard ? targetQuantity(ctx, standard) : sql`null::numeric`;
  // What a meter counts is not there before it is read.
  const isCounted = standard !== null && standard.quantity_source !== 'meterUsage';
  const rows = await ctx.tx.ad<{ count: number; quantity: string | null; no_quantity: number }>(sql`
    select count(*)::int count, trim_scale(sum(t.quantity))::text quantity,
      count(*) filter (where ${isCounted}::boolean and coalesce(t.quantity, 0) = 0)::int no_quantity
    from (select ${quantity} quantity from (${selectTargets(ctx, input.selection)}) t) t`);
  const counted = rows[0]!;
  const days = standard && input.startsOn ? { startsOn: input.startsOn, endsOn: input.endsOn } : null;
  const overlaps = standard && days ? await findOverlaps(ctx, standard, input.selection, days) : [];
  return {
    targetCount: counted.count,
    quantity: standard ? (counted.quantity ?? '0') : null,
    withoutQuantityCount: counted.no_quantity,
    overlapCount: overlaps[0]?.total ?? 0,
    overlaps: overlaps.map(({ total: _, ...overlap }) => overlap),
  };
}

async function findStandard(ctx: Context, id: string): Promise<Standard> {
  const row =
    await ctx.tx.first<Standard>(sql`select s.id, s.name, i.id item_id, i.name item_name, s.quantity_source, s.quantity_field_id
    from charge_standard s join charge_item i on i.company_id = s.company_id and i.id = s.charge_item_id
    where s.company_id = ${ctx.companyId} and s.id = ${id} for key share of s`);
  if (!row) throw platformFail('reference.notFound', { label: '收费标准' });
  return row;
}

// An item that names its communities is charged in no other.
async function refuseOtherCommunity(ctx: Context, standard: Standard, communityId: string): Promise<void> {
  const row = await ctx.tx.first<{
    name: string;
  }>(sql`select m.name from community m where m.company_id = ${ctx.companyId} and m.id = ${communityId}
    and exists (select 1 from charge_item_community c where c.company_id = m.company_id and c.charge_item_id = ${standard.item_id})
    and not exists (select 1 from charge_item_community c
      where c.company_id = m.company_id and c.charge_item_id = ${standard.item_id} and c.community_id = m.id)`);
  if (row) throw chargingFail('chargeItem.notInCommunity', { item: standard.item_name, community: row.name });
}

/** Lets one transaction at a time bind an item, so that what was checked still holds when it is written. */
export async function lockItemBindings(ctx: Context, itemId: string): Promise<void> {
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended('binding ' || ${ctx.companyId}::text || ${itemId}::text, 0))`,
  );
}

async function readTargets(
  ctx: Context,
  standard: Standard,
  selection: TargetSelection,
  days: Days,
): Promise<{ targetIds: string[]; overlapCount: number }> {
  const rows = await ctx.tx.ad<{ id: string; is_bound: boolean }>(sql`
    select t.id, b.target_id is not null is_bound from (${selectTargets(ctx, selection)}) t
    left join (select distinct target_id from standard_binding b where ${overlapping(ctx, standard, days)}) b on b.target_id = t.id
    order by t.place`);
  const targetIds = rows.filter((row) => !row.is_bound).map((row) => row.id);
  return { targetIds, overlapCount: rows.length - targetIds.length };
}

// Bindings of the item with a day in [startsOn, endsOn).
function overlapping(ctx: Context, standard: Standard, { startsOn, endsOn }: Days): Sql {
  return sql`b.company_id = ${ctx.companyId} and b.charge_item_id = ${standard.item_id}
    and (b.ends_on is null or b.ends_on > ${startsOn}) ${endsOn === null ? empty : sql`and b.starts_on < ${endsOn}`}`;
}

interface Overlap {
  targetLabel: string;
  standardLabel: string;
  startsOn: string;
  endsOn: string | null;
  /** How many targets overlap in all. */
  total: number;
}

async function findOverlaps(
  ctx: Context,
  standard: Standard,
  selection: TargetSelection,
  days: Days,
): Promise<Overlap[]> {
  const rows = await ctx.tx.ad<{
    target: string;
    standard: string;
    starts_on: string;
    ends_on: string | null;
    total: number;
  }>(sql`
    select t.label target, s.name standard, b.starts_on, b.ends_on, count(*) over ()::int total
    from (${selectTargets(ctx, selection)}) t
    join lateral (select b.charge_standard_id, b.starts_on, b.ends_on from standard_binding b
      where b.target_id = t.id and ${overlapping(ctx, standard, days)} order by b.starts_on limit 1) b on true
    join charge_standard s on s.company_id = ${ctx.companyId} and s.id = b.charge_standard_id
    order by t.place limit ${mostOverlapsShown}`);
  return rows.map((row) => ({
    targetLabel: row.target,
    standardLabel: row.standard,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    total: row.total,
  }));
}

async function refuseOverlap(
  ctx: Context,
  standard: Standard,
  selection: TargetSelection,
  days: Days,
  count: number,
): Promise<never> {
  const overlaps = await findOverlaps(ctx, standard, selection, days);
  const first = overlaps[0];
  const wanted = `本次“${standard.name}”（${daysText(days)}）`;
  throw chargingFail(
    'standardBinding.overlap',
    {
      count,
      item: standard.item_name,
      target: first?.targetLabel ?? '',
      standard: first?.standardLabel ?? '',
      dates: first ? daysText(first) : '',
    },
    overlaps.map((one, index) => ({
      path: `selection.${index}`,
      message: `${one.targetLabel}：已绑定“${one.standardLabel}”（${daysText(one)}），与${wanted}重叠`,
    })),
  );
}

/** `2026-01-01 起` or `2026-01-01 至 2026-03-31`, the last day included as people read it. */
export function daysText({ startsOn, endsOn }: Days): string {
  if (endsOn === null) return `${startsOn} 起`;
  return `${startsOn} 至 ${Temporal.PlainDate.from(endsOn).subtract({ days: 1 }).toString()}`;
}

const perStatement = 20_000;

async function insertBindings(
  ctx: Context,
  standard: Standard,
  input: EndpointRequest<typeof bindEndpoint>['body'],
  targetIds: readonly string[],
): Promise<void> {
  for (let start = 0; start < targetIds.length; start += perStatement) {
    const some = targetIds.slice(start, start + perStatement);
    const ids = some.map(() => ctx.newId());
    await ctx.tx.run(sql`insert into standard_binding (company_id, id, community_id, charge_item_id, charge_standard_id, ${bindingTargetColumns},
        starts_on, ends_on, own_price, own_quantity, own_amount, note, created_at, updated_at)
      select ${ctx.companyId}, n.id, ${input.selection.communityId}, ${standard.item_id}, ${standard.id},
        ${bindingTargetValues(sql`${input.selection.targetKind}::text`, sql`n.target_id`)},
        ${input.startsOn}, ${input.endsOn}, ${input.ownPrice}, ${input.ownQuantity}, ${input.ownAmount}, ${input.note}, ${nowText(ctx)}, ${nowText(ctx)}
      from unnest(${ids}::uuid[], ${some}::uuid[]) n (id, target_id)`);
  }
}
