import {
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  type readCollectionPlans as readEndpoint,
  type saveCollectionPlan as saveEndpoint,
} from '@anlin/contract';
import { fen, formatYuan, parseYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

interface PlanRow {
  id: string;
  name: string;
  version: number | null;
  month_fen: string[] | null;
  last_year_fen: string[] | null;
}

/**
 * A year's plans of the communities within the scope, beside the year before: its plan and its income, which is the money of
 * the income detail by business day. Error: resource.notFound.
 */
export async function readCollectionPlans(
  ctx: Context,
  { year, communityId }: { year: number; communityId?: string | undefined },
): Promise<EndpointReply<typeof readEndpoint>> {
  const rows = await ctx.tx.ad<PlanRow>(sql`
    select c.id, c.name, p.version, p.month_fen::text[] as month_fen, l.month_fen::text[] as last_year_fen from community c
    left join collection_plan p on p.company_id = c.company_id and p.community_id = c.id and p.year = ${year}
    left join collection_plan l on l.company_id = c.company_id and l.community_id = c.id and l.year = ${year - 1}
    where c.company_id = ${ctx.companyId} ${communityId ? sql`and c.id = ${communityId}` : empty} order by c.sort_order, c.name`);
  if (communityId && rows.length === 0) throw platformFail('resource.notFound', { label: '小区' });
  const income = await incomeByMonth(ctx, year - 1, communityId);
  return {
    rows: rows.map((row) => ({
      communityId: row.id,
      communityName: row.name,
      version: row.version ?? 0,
      months: yuanOf(row.month_fen),
      lastYear: { months: yuanOf(row.last_year_fen), income: income.get(row.id) ?? yuanOf(null) },
      isOpen: ctx.wholeCommunityIds === '*' || ctx.wholeCommunityIds.includes(row.id),
    })),
  };
}

const none = Array.from({ length: 12 }, () => '0.00');
const yuanOf = (months: readonly string[] | null) => months?.map((text) => formatYuan(fen(text))) ?? none;

async function incomeByMonth(
  ctx: Context,
  year: number,
  communityId: string | undefined,
): Promise<Map<string, string[]>> {
  const rows = await ctx.tx.ad<{ community_id: string; month: number; amount: bigint }>(sql`
    select m.community_id, extract(month from m.day)::int as month, sum(m.amount_fen)::bigint as amount from income_movement m
    where m.company_id = ${ctx.companyId} and m.source = 'money' and m.day >= ${`${year}-01-01`} and m.day < ${`${year + 1}-01-01`}
      ${communityId ? sql`and m.community_id = ${communityId}` : empty} group by 1, 2`);
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const months = found.get(row.community_id) ?? [...none];
    months[row.month - 1] = formatYuan(fen(row.amount));
    found.set(row.community_id, months);
  }
  return found;
}

type Saved = EndpointRequest<typeof saveEndpoint>;

/** Saves a community's year; returns its version. Errors: resource.notFound, scope.wholeCommunity, resource.changed. */
export async function saveCollectionPlan(
  ctx: Context,
  { year, communityId, version, months }: Saved['params'] & Saved['body'],
): Promise<EndpointReply<typeof saveEndpoint>> {
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('resource.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '修改收款计划');
  const amounts = months.map((text) => parseYuan(text));
  const written =
    version === 0
      ? await insertPlan(ctx, communityId, year, amounts)
      : await updatePlan(ctx, { communityId, year, version, amounts });
  if (!written) throw platformFail('resource.changed', { label: '收款计划' });
  await recordAudit(ctx, {
    action: 'collectionPlan.save',
    targetKind: 'collectionPlan',
    targetId: written.id,
    targetLabel: `${community.name} ${year} 年`,
    communityId,
    after: { year: formatYuan(sumFen(amounts)), months: amounts.map((one) => formatYuan(one)) },
  });
  return { version: version + 1 };
}

function insertPlan(ctx: Context, communityId: string, year: number, amounts: readonly bigint[]) {
  return ctx.tx.first<{ id: string }>(sql`
    insert into collection_plan (company_id, id, community_id, year, month_fen, updated_at, updated_by)
    values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${year}, ${amounts.map(String)}::bigint[], ${nowText(ctx)}, ${ctx.actor.id})
    on conflict (company_id, community_id, year) do nothing returning id`);
}

function updatePlan(
  ctx: Context,
  {
    communityId,
    year,
    version,
    amounts,
  }: { communityId: string; year: number; version: number; amounts: readonly bigint[] },
) {
  return ctx.tx.first<{ id: string }>(sql`
    update collection_plan set month_fen = ${amounts.map(String)}::bigint[], version = version + 1, updated_at = ${nowText(ctx)}, updated_by = ${ctx.actor.id}
    where company_id = ${ctx.companyId} and community_id = ${communityId} and year = ${year} and version = ${version} returning id`);
}
