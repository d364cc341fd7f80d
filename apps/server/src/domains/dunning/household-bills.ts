import type { TargetKind } from '@anlin/contract';
import { anyTarget, type DunningSelection, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { whereClause } from '../../resource/index.ts';
import { tellToday } from '../charging/index.ts';
import { dunningHouseholdBinding } from './dunning.bindings.ts';

/** A house with what goes with it, or a parking space or vehicle that belongs to none, and bills of it that are to be paid. */
export interface HouseholdBills {
  communityId: string;
  targetKind: TargetKind;
  targetId: string;
  billIds: string[];
  outstandingFen: bigint;
}

interface HouseholdRow {
  community_id: string;
  target_kind: HouseholdBills['targetKind'];
  target_id: string;
  bill_ids: string[];
  outstanding_fen: bigint;
}

/**
 * Households with unpaid bills `b` that meet a condition; `c` is the community. `having` is asked of all such bills of a
 * household. A bill that a bank is taking the money for just now is left alone (CSH-10).
 */
export async function readHouseholds(ctx: Context, where: Sql, having: Sql = empty): Promise<HouseholdBills[]> {
  const rows = await ctx.tx.ad<HouseholdRow>(sql`
    select b.community_id, case when k.house_id is null then b.target_kind else 'house' end as target_kind,
      coalesce(k.house_id, b.target_id) as target_id, array_agg(b.id order by b.period_from, b.id) as bill_ids,
      sum(b.outstanding_fen)::bigint as outstanding_fen
    from bill b join community c on c.company_id = b.company_id and c.id = b.community_id
      left join charge_target k on k.company_id = b.company_id and k.kind = b.target_kind and k.id = b.target_id
    where b.company_id = ${ctx.companyId} and b.outstanding_fen > 0 and b.withheld_in is null and ${where}
    group by 1, 2, 3 ${having} order by 1, 3`);
  return rows.map((row) => ({
    communityId: row.community_id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    billIds: row.bill_ids,
    outstandingFen: row.outstanding_fen,
  }));
}

/** Bills `b` whose period begins by the end of this month in the zone of community `c`: what was raised further ahead is not dunned unasked. */
export function raisedForNow(ctx: Context): Sql {
  return sql`b.period_from < (date_trunc('month', ${nowText(ctx)}::timestamptz at time zone c.time_zone) + interval '1 month')::date`;
}

/** The households a person chose. Throws reference.notFound (422) for ids that are not there or out of sight. */
export async function selectHouseholds(ctx: Context, selection: DunningSelection): Promise<HouseholdBills[]> {
  const ids = [...new Set(selection.ids ?? [])];
  switch (selection.by) {
    case 'bills':
      await requireAll(
        ctx,
        '账单',
        ids,
        sql`select id from bill where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
      );
      return readHouseholds(ctx, sql`b.id = any (${ids}::uuid[])`);
    case 'houses':
      await requireAll(
        ctx,
        anyTarget,
        ids,
        sql`select id from charge_target where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
      );
      return readHouseholds(ctx, sql`${ofTargets(ctx, ids)} and ${raisedForNow(ctx)}`);
    case 'raising':
      await requireAll(
        ctx,
        '生成批次',
        ids,
        sql`select id from raising_run where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
      );
      return readHouseholds(ctx, sql`b.raising_run_id = any (${ids}::uuid[])`);
    case 'import':
      await requireAll(
        ctx,
        '导入',
        ids,
        sql`select id from import_batch where company_id = ${ctx.companyId} and kind = 'bill' and id = any (${ids}::uuid[])`,
      );
      return readHouseholds(
        ctx,
        sql`b.id = any (array(select i.bill_id from imported_bill i where i.company_id = ${ctx.companyId} and i.import_batch_id = any (${ids}::uuid[])))`,
      );
    case 'list': {
      const listed = await listedHouseholds(ctx, selection.list ?? {});
      return readHouseholds(ctx, sql`${ofTargets(ctx, listed)} and ${raisedForNow(ctx)}`);
    }
  }
}

/** Bills of these targets, and of what goes with them where they are houses. */
function ofTargets(ctx: Context, ids: readonly string[]): Sql {
  return sql`b.target_id = any (array(select unnest(${[...ids]}::uuid[])
    union all select s.id from charge_target s where s.company_id = ${ctx.companyId} and s.house_id = any (${[...ids]}::uuid[])))`;
}

async function listedHouseholds(ctx: Context, list: NonNullable<DunningSelection['list']>): Promise<string[]> {
  await tellToday(ctx);
  const where = whereClause(ctx, dunningHouseholdBinding, list);
  const rows = await ctx.tx.ad<{ id: string }>(
    sql`select t.id from dunning_household_list t where t.company_id = ${ctx.companyId} and ${where}`,
  );
  return rows.map((row) => row.id);
}

async function requireAll(ctx: Context, label: string, ids: readonly string[], found: Sql): Promise<void> {
  const rows = await ctx.tx.rows<{ id: string }>(found);
  if (ids.length === 0 || rows.length < ids.length) throw platformFail('reference.notFound', { label });
}
