import {
  type EndpointReply,
  type listRaisingFailures as listEndpoint,
  mostFailuresKept,
  platformFail,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A target that could not be billed, in words. */
export interface RaisingFailure {
  targetId: string;
  targetLabel: string;
  reason: string;
}

/** How many failures are told in words; all of them are counted. */
export const mostFailuresShown = 100;

/** Those of the new failures that still find room among the ones shown. */
export function addFailures<T>(shown: readonly RaisingFailure[], failed: readonly T[]): readonly T[] {
  return failed.slice(0, Math.max(0, mostFailuresShown - shown.length));
}

/** A period of a binding that could not be billed. */
export interface FailedPeriod {
  bindingId: string;
  targetId: string;
  periodFrom: string;
  reason: string;
}

/** Keeps what a run could not bill, as far as `room` goes, in the transaction that bills the rest. Repeated it keeps nothing twice. */
export async function keepFailures(
  ctx: Context,
  run: { id: string; communityId: string },
  failed: readonly FailedPeriod[],
  room: number,
): Promise<void> {
  const kept = failed.slice(0, Math.max(0, room));
  if (kept.length === 0) return;
  await ctx.tx.run(sql`
    insert into raising_failure (company_id, id, community_id, raising_run_id, standard_binding_id, period_from, reason, created_at)
    select ${ctx.companyId}, n.id, ${run.communityId}, ${run.id}, n.binding_id, n.period_from, n.reason, ${nowText(ctx)}
    from unnest(${kept.map(() => ctx.newId())}::uuid[], ${kept.map((one) => one.bindingId)}::uuid[],
      ${kept.map((one) => one.periodFrom)}::date[], ${kept.map((one) => one.reason)}::text[]) as n (id, binding_id, period_from, reason)
    on conflict (company_id, raising_run_id, standard_binding_id, period_from) do nothing`);
}

/** Days for which failures are kept. */
const keptDays = 90;

/** Forgets failures nobody will look at any more. */
export async function forgetOldFailures(ctx: Context): Promise<void> {
  const before = ctx.clock
    .now()
    .subtract({ hours: keptDays * 24 })
    .toString();
  await ctx.tx.run(sql`delete from raising_failure where company_id = ${ctx.companyId} and created_at < ${before}`);
}

const pageSize = 50;

/** What a run could not bill, and whether it was billed since; what is still missing first. Error: resource.notFound. */
export async function listFailures(
  ctx: Context,
  runId: string,
  page: number,
): Promise<EndpointReply<typeof listEndpoint>> {
  const run = await ctx.tx.first(sql`select 1 from raising_run where company_id = ${ctx.companyId} and id = ${runId}`);
  if (!run) throw platformFail('resource.notFound', { label: '生成批次' });
  const count = await ctx.tx.first<{ count: number }>(sql`select count(*)::int count from raising_failure
    where company_id = ${ctx.companyId} and raising_run_id = ${runId}`);
  const rows = await ctx.tx.rows<EndpointReply<typeof listEndpoint>['rows'][number]>(sql`
    select f.id, b.target_kind "targetKind", b.target_id "targetId", coalesce(ct.label, '') "targetLabel",
      i.name "chargeItemLabel", s.id "chargeStandardId", s.name "standardLabel", f.period_from "periodFrom", f.reason,
      exists (select from bill x where x.company_id = f.company_id and x.standard_binding_id = f.standard_binding_id
        and x.period_from = f.period_from and x.voided_at is null) "isRaisedSince"
    from raising_failure f
      join standard_binding b on b.company_id = f.company_id and b.id = f.standard_binding_id
      join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
      join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
      left join charge_target ct on ct.company_id = b.company_id and ct.id = b.target_id
    where f.company_id = ${ctx.companyId} and f.raising_run_id = ${runId}
    order by "isRaisedSince", coalesce(ct.label, '') collate natural_order, f.period_from, f.id
    limit ${pageSize} offset ${(page - 1) * pageSize}`);
  return { rows, total: count!.count, pageSize };
}

/** How many more failures of a run are kept. */
export function roomForFailures(failedCount: number): number {
  return mostFailuresKept - failedCount;
}

/** What people call some targets. */
export async function targetLabels(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await ctx.tx.rows<{ id: string; label: string }>(sql`
    select id, label from charge_target where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[])`);
  return new Map(rows.map(({ id, label }) => [id, label]));
}
