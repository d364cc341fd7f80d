import type { Context } from '../../platform/context.ts';
import { empty, raw, type Sql, sql } from '../../platform/database/sql.ts';
import type { BindingFacts } from './binding-bills.ts';
import type { ReadyStandard } from './standards-of-items.ts';

/** Which bindings a run looks at: those of a community that are in force on some day in [from, to). */
export interface BindingScope {
  communityId: string;
  from: string;
  to: string;
  targetIds?: readonly string[] | undefined;
}

const quantityColumns = {
  builtArea: 'h.built_area::text',
  innerArea: 'h.inner_area::text',
  sharedArea: 'h.shared_area::text',
  parkingArea: 'k.area::text',
  one: "'1'",
} as const;

interface BindingRow {
  id: string;
  target_kind: 'house' | 'parkingSpace';
  target_id: string;
  starts_on: string;
  ends_on: string | null;
  own_price: string | null;
  own_quantity: string | null;
  quantity: string | null;
  raised: string[] | null;
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
    select b.id, b.target_kind, b.target_id, b.starts_on, b.ends_on, b.own_price::text, b.own_quantity::text,
      ${raw(quantityColumns[standard.quantitySource])} quantity, ${page.skipRaised ? sql`null` : raisedIn(scope)} raised
    from standard_binding b ${targetJoin(standard)}
    where ${inScope(ctx, scope, standard)} and b.id > ${page.afterId}
      ${page.untilId ? sql`and b.id <= ${page.untilId}` : empty}
      ${page.skipRaised ? sql`and ${hasNoBillIn(scope)}` : empty}
    order by b.id limit ${page.limit} ${page.isLocking ? sql`for share of b` : empty}`);
  return rows.map((row) => ({
    id: row.id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    ownPrice: row.own_price,
    ownQuantity: row.own_quantity,
    quantity: row.quantity,
    raised: row.raised,
  }));
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
    ${scope.targetIds ? sql`and b.target_id = any (${[...scope.targetIds]}::uuid[])` : empty}`;
}

function targetJoin({ quantitySource }: ReadyStandard): Sql {
  if (quantitySource === 'one') return empty;
  if (quantitySource === 'parkingArea')
    return sql`left join parking_space k on k.company_id = b.company_id and k.id = b.parking_space_id`;
  return sql`left join house h on h.company_id = b.company_id and h.id = b.house_id`;
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
