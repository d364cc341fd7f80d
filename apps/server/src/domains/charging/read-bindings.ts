import type { TargetKind } from '@anlin/contract';
import { customFactKey } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import type { BindingFacts } from './binding-bills.ts';
import { bindingTargetColumns, bindingTargetValues } from './binding-target.ts';
import { factColumn, factTable } from './formula-facts.ts';
import type { ReadyStandard } from './standards-of-items.ts';

/** Which bindings a run looks at: those of a community that are in force on some day in [from, to). */
export interface BindingScope {
  communityId: string;
  from: string;
  to: string;
  targetIds?: readonly string[] | undefined;
}

/** What is read of a target as its quantity; readings bring the usage of a metered standard themselves. */
function quantityColumn({ quantitySource, quantityFieldId }: ReadyStandard): Sql {
  if (quantitySource === 'one') return sql`'1'`;
  return factColumn(quantityFieldId === null ? quantitySource : customFactKey(quantityFieldId));
}

interface BindingRow {
  id: string;
  target_kind: TargetKind;
  target_id: string;
  starts_on: string;
  ends_on: string | null;
  own_price: string | null;
  own_quantity: string | null;
  own_amount: string | null;
  quantity: string | null;
  raised: string[] | null;
  building_id: string | null;
  unit_id: string | null;
  headcount: string | null;
  facts: (string | null)[] | null;
  used: { from: string; quantity: string }[] | null;
}

/**
 * The next bindings of a standard after `afterId`, in the order of their ids. Bills are looked up binding by binding:
 * a sub-select with a limit is never turned into a join over all bills, however the planner guesses.
 * `untilId`: none beyond this one. `skipRaised`: leaves out those that have a bill in the range; only right where the
 * range is one month. `isLocking`: each is locked against every change, and is as it was when the lock was got.
 */
export async function readBindings(
  ctx: Context,
  scope: BindingScope,
  standard: ReadyStandard,
  page: { afterId: string; untilId?: string | null; limit: number; skipRaised: boolean; isLocking?: boolean },
): Promise<BindingFacts[]> {
  const rows = await ctx.tx.ad<BindingRow>(sql`
    select b.id, b.target_kind, b.target_id, b.starts_on, b.ends_on, b.own_price::text, trim_scale(b.own_quantity)::text own_quantity, b.own_amount::text,
      ${quantityColumn(standard)} quantity, ${furtherColumns(ctx, scope, standard)} ${page.skipRaised ? sql`null` : raisedIn(scope)} raised
    from standard_binding b ${targetJoin(standard)}
    where ${inScope(ctx, scope, standard)} and b.id > ${page.afterId}
      ${page.untilId ? sql`and b.id <= ${page.untilId}` : empty}
      ${page.skipRaised ? sql`and ${hasNoBillIn(scope)}` : empty}
    order by b.id limit ${page.limit} ${page.isLocking ? sql`for share of b` : empty}`);
  return rows.map((row) => toFacts(standard, row));
}

function toFacts(standard: ReadyStandard, row: BindingRow): BindingFacts {
  const binding: BindingFacts = {
    id: row.id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    ownPrice: row.own_price,
    ownQuantity: row.own_quantity,
    ownAmount: row.own_amount,
    quantity: row.quantity,
    raised: row.raised,
  };
  if (standard.isPricedByPlace) binding.place = { buildingId: row.building_id, unitId: row.unit_id };
  if (standard.isByHeads) binding.headcount = row.headcount;
  if (standard.isByYear) binding.used = row.used ?? [];
  if (standard.facts.length > 0) {
    binding.facts = Object.fromEntries(standard.facts.map(({ name }, index) => [name, row.facts?.[index] ?? null]));
  }
  return binding;
}

// Only what this standard asks for, so that the plain ones stay as fast as they are.
function furtherColumns(ctx: Context, scope: BindingScope, standard: ReadyStandard): Sql {
  const columns: Sql[] = [];
  if (standard.isPricedByPlace) columns.push(sql`h.building_id, h.unit_id`);
  if (standard.isByHeads) columns.push(sql`${factColumn('headcount')} headcount`);
  if (standard.isByYear) columns.push(sql`${usedIn(ctx, scope, standard)} used`);
  if (standard.facts.length > 0) {
    columns.push(sql`array[${join(standard.facts.map(({ key }) => factColumn(key)))}] facts`);
  }
  return columns.length === 0 ? empty : sql`${join(columns)},`;
}

// What bills of the item charged to the target since the beginning of the first year asked for.
function usedIn(ctx: Context, scope: BindingScope, standard: ReadyStandard): Sql {
  return sql`(select json_agg(json_build_object('from', x.period_from, 'quantity', coalesce(x.calculation ->> 'q', x.calculation -> 'v' ->> ${usageNameOf(standard)})))
    from bill x where x.company_id = ${ctx.companyId} and x.target_id = b.target_id and x.charge_item_id = ${standard.itemId}
      and x.voided_at is null and x.period_from >= ${`${scope.from.slice(0, 4)}-01-01`} and x.period_from < ${scope.to}
      and coalesce(x.calculation ->> 'q', x.calculation -> 'v' ->> ${usageNameOf(standard)}) is not null)`;
}

function usageNameOf(standard: ReadyStandard): string {
  return standard.facts.find((fact) => fact.key === 'usage')?.name ?? '';
}

/** A target to try a standard on: what a binding of it would read, without there being one. */
export interface TriedTarget {
  kind: TargetKind;
  id: string;
  startsOn: string;
  quantity: string | null;
}

/** What a standard reads of a target, as of a binding that begins on `startsOn`; null where there is no such target. */
export async function readTried(
  ctx: Context,
  standard: ReadyStandard,
  target: TriedTarget,
): Promise<(BindingFacts & { label: string }) | null> {
  const columns = furtherColumns(
    ctx,
    { communityId: '', from: target.startsOn, to: target.startsOn },
    { ...standard, isByYear: false },
  );
  const rows = await ctx.tx.ad<BindingRow & { label: string }>(sql`
    with b (company_id, target_id, own_quantity, ${bindingTargetColumns}) as (select ${ctx.companyId}::uuid, ${target.id}::uuid,
        ${target.quantity}::numeric, ${bindingTargetValues(sql`${target.kind}::text`, sql`${target.id}::uuid`)})
    select n.label, 1 version, b.target_id id, b.target_id, ${target.kind} target_kind, ${target.startsOn} starts_on, null ends_on, null own_price,
      trim_scale(b.own_quantity)::text own_quantity, null own_amount, ${quantityColumn(standard)} quantity, ${columns} null raised
    from b ${targetJoin(standard)}
    join charge_target n on n.company_id = b.company_id and n.kind = ${target.kind} and n.id = b.target_id`);
  const [row] = rows;
  if (!row) return null;
  return { ...toFacts(standard, row), label: row.label };
}

/** How many bindings a run will look at. */
export async function countBindings(ctx: Context, scope: BindingScope, standard: ReadyStandard): Promise<number> {
  const rows = await ctx.tx.ad<{ count: number }>(
    sql`select count(*)::int count from standard_binding b where ${inScope(ctx, scope, standard)}`,
  );
  return rows[0]?.count ?? 0;
}

/** Sorts before every id. */
export const beforeAllIds = '00000000-0000-0000-0000-000000000000';

function inScope(ctx: Context, scope: BindingScope, standard: ReadyStandard): Sql {
  return sql`b.company_id = ${ctx.companyId} and b.charge_standard_id = ${standard.id} and b.community_id = ${scope.communityId}
    and b.starts_on < ${scope.to} and (b.ends_on is null or b.ends_on > ${scope.from})
    ${standard.isMetered ? sql`and (b.own_quantity is not null or b.own_amount is not null)` : empty}
    ${scope.targetIds ? sql`and b.target_id = any (${[...scope.targetIds]}::uuid[])` : empty}`;
}

function targetJoin({ quantitySource, facts, isPricedByPlace }: ReadyStandard): Sql {
  const tables = new Set([quantitySource, ...facts.map(({ key }) => key)].map(factTable));
  if (isPricedByPlace) tables.add('house');
  return sql`${tables.has('house') ? sql`left join lateral (${oneOf('house')} = b.house_id limit 1) h on true` : empty}
    ${tables.has('parkingSpace') ? sql`left join lateral (${oneOf('parking_space')} = b.parking_space_id limit 1) k on true` : empty}
    ${tables.has('vehicle') ? sql`left join lateral (${oneOf('vehicle')} = b.vehicle_id limit 1) w on true` : empty}`;
}

// Looked up one by one, as the bills are: before the tables have statistics, as after a big import, the planner takes a
// company for a row or two and would go through all of its houses for every binding.
function oneOf(table: 'house' | 'parking_space' | 'vehicle'): Sql {
  return sql`select t.* from ${raw(table)} t where t.company_id = b.company_id and t.id`;
}

function billsIn(scope: BindingScope): Sql {
  return sql`from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id
    and x.period_from >= ${scope.from} and x.period_from < ${scope.to} and x.voided_at is null`;
}

function raisedIn(scope: BindingScope): Sql {
  return sql`(select array_agg(x.period_from) ${billsIn(scope)})`;
}

function hasNoBillIn(scope: BindingScope): Sql {
  return sql`(select true ${billsIn(scope)} limit 1) is null`;
}
