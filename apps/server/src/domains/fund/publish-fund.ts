import { Readable } from 'node:stream';
import { type FundPublicationContent, fundFail, fundPage, fundProjectStates } from '@anlin/contract';
import { type Fen, formatYuan, formatYuanGrouped, negateFen, parseYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { publicRoute } from '../../platform/http/route.ts';
import { type FundCommunity, requireFundCommunity } from './fund-house.ts';

const pathOf = (companyId: string, communityId: string) =>
  fundPage.path.replace(':company', companyId).replace(':community', communityId);

/** Makes today's figures of a community's fund public (民法典 281, 943). What was published stays as it was. */
export async function publishFund(ctx: Context, communityId: string): Promise<{ path: string }> {
  const community = await requireFundCommunity(ctx, communityId);
  const content = await readContent(ctx, community);
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into fund_publication (company_id, id, community_id, content, published_at, staff_id)
    values (${ctx.companyId}, ${id}, ${communityId}, ${JSON.stringify(content)}::jsonb, ${nowText(ctx)}, ${ctx.actor.id})`);
  await recordAudit(ctx, {
    action: 'fund.publish',
    targetKind: 'fundPublication',
    targetId: id,
    targetLabel: community.name,
    communityId,
    after: { balance: content.balance },
  });
  return { path: pathOf(ctx.companyId, communityId) };
}

/** Communities whose fund is public, and since when the newest figures are. */
export async function listFundPublications(
  ctx: Context,
): Promise<{ communityId: string; communityName: string; publishedAt: string; path: string }[]> {
  const rows = await ctx.tx.rows<{ communityId: string; communityName: string; publishedAt: string }>(sql`
    select distinct on (p.community_id) p.community_id as "communityId", c.name as "communityName", p.published_at as "publishedAt"
    from fund_publication p join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} order by p.community_id, p.published_at desc`);
  return rows.map((row) => ({ ...row, path: pathOf(ctx.companyId, row.communityId) }));
}

async function readContent(ctx: Context, community: FundCommunity): Promise<FundPublicationContent> {
  const head = await ctx.tx.first<{ company: string; accounts: number; balance: Fen }>(sql`
    select (select name from company where id = ${ctx.companyId}) as company, count(*)::int as accounts, coalesce(sum(balance_fen), 0)::bigint as balance
    from fund_account where company_id = ${ctx.companyId} and community_id = ${community.id}`);
  const years = await ctx.tx.rows<{ year: number; deposited: Fen; interest: Fen; drawn: Fen }>(sql`
    select extract(year from d.booked_on)::int as year,
      coalesce(sum(d.total_fen) filter (where coalesce(o.kind, d.kind) in ('opening', 'deposit')), 0)::bigint as deposited,
      coalesce(sum(d.total_fen) filter (where coalesce(o.kind, d.kind) = 'interest'), 0)::bigint as interest,
      coalesce(sum(d.total_fen) filter (where coalesce(o.kind, d.kind) = 'draw'), 0)::bigint as drawn
    from fund_document d left join fund_document o on o.company_id = d.company_id and o.id = d.reverses_id
    where d.company_id = ${ctx.companyId} and d.community_id = ${community.id} group by 1 order by 1 desc limit 20`);
  return {
    communityName: community.name,
    companyName: head!.company,
    asOf: businessDay(ctx.clock, community.timeZone).toString(),
    accountCount: head!.accounts,
    balance: formatYuan(head!.balance),
    years: years.map(({ year, deposited, interest, drawn }) => ({
      year,
      deposited: formatYuan(deposited),
      interest: formatYuan(interest),
      drawn: formatYuan(negateFen(drawn)),
    })),
    projects: await readProjects(ctx, community.id),
  };
}

async function readProjects(ctx: Context, communityId: string): Promise<FundPublicationContent['projects']> {
  const rows = await ctx.tx.rows<{
    name: string;
    reason: string;
    contractor: string;
    total: Fen;
    state: keyof typeof fundProjectStates;
    vote: string;
    paidOn: string | null;
  }>(sql`
    select p.name, p.reason, p.contractor, p.budget_fen as total, p.state, d.booked_on as "paidOn",
      case when p.voted_on is null then '' else format('%s：全体 %s 人 %s ㎡，参与 %s 人 %s ㎡，同意 %s 人 %s ㎡', p.voted_on, p.total_heads, p.total_area,
        p.part_heads, p.part_area, p.agreed_heads, p.agreed_area) end as vote
    from fund_project p left join fund_project_list l on l.company_id = p.company_id and l.id = p.id
      left join fund_document d on d.company_id = p.company_id and d.id = l.draw_id
    where p.company_id = ${ctx.companyId} and p.community_id = ${communityId} order by p.planned_at desc, p.id limit 100`);
  return rows.map((row) => ({ ...row, total: formatYuan(row.total), state: fundProjectStates[row.state] }));
}

/** The page whoever has the address may read: no script, no sign-in, nothing personal; printed as it stands. Error: fund.notPublished. */
export const fundPageRoute = publicRoute(fundPage, async (services, { params }, { reply }) => {
  const row = await asSystem(services, params.company, (ctx) =>
    ctx.tx.first<{ content: FundPublicationContent }>(sql`select content from fund_publication
      where company_id = ${ctx.companyId} and community_id = ${params.community} order by published_at desc, id limit 1`),
  );
  if (!row) throw fundFail('fund.notPublished');
  void reply.type('text/html; charset=utf-8').header('cache-control', 'public, max-age=60');
  return Readable.from([pageOf(row.content)]);
});

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const plain = (text: string) => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? '');
const grouped = (yuan: string) => formatYuanGrouped(parseYuan(yuan));

const style = `body{margin:0;font:16px/1.7 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1f2329;background:#f4f6f8}
main{max-width:820px;margin:0 auto;padding:24px 16px 48px}h1{font-size:26px;line-height:1.3;margin:8px 0 0;text-align:center}h2{font-size:18px;margin:0 0 8px}
.day{text-align:center;color:#646a73;margin:4px 0 16px}section{background:#fff;border-radius:12px;padding:16px 20px;margin-top:16px;overflow-x:auto}
.sum{font-size:28px;font-variant-numeric:tabular-nums;margin:0}table{border-collapse:collapse;width:100%}th,td{padding:8px;border-bottom:1px solid #e4e7eb;text-align:left;vertical-align:top}
.money{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.small{color:#646a73;font-size:14px}footer{text-align:center;color:#646a73;font-size:14px;margin-top:24px}
@media print{body{background:#fff}main{max-width:none;padding:0}section{padding:0;border-radius:0}@page{size:A4;margin:15mm}}`;

function pageOf(content: FundPublicationContent): string {
  const title = `${plain(content.communityName)}专项维修资金公示`;
  const years = content.years
    .map(
      (
        one,
      ) => `<tr><td>${one.year} 年</td><td class="money">${grouped(one.deposited)}</td><td class="money">${grouped(one.interest)}</td>
<td class="money">${grouped(one.drawn)}</td></tr>`,
    )
    .join('');
  const projects = content.projects
    .map(
      (
        one,
      ) => `<tr><td><b>${plain(one.name)}</b><br><span class="small">${plain(one.reason)}<br>施工单位：${plain(one.contractor)}
${one.vote ? `<br>表决 ${plain(one.vote)}` : ''}</span></td><td>${plain(one.state)}${one.paidOn ? `<br><span class="small">${one.paidOn}</span>` : ''}</td>
<td class="money">${grouped(one.total)}</td></tr>`,
    )
    .join('');
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1><p class="day">截至 ${content.asOf}</p>
<section><h2>余额</h2><p class="sum">${grouped(content.balance)} 元</p><p class="small">共 ${content.accountCount} 户账户</p></section>
<section><h2>各年收支（元）</h2><table><tr><th>年份</th><th class="money">归集</th><th class="money">利息</th><th class="money">使用</th></tr>${years}</table></section>
<section><h2>使用情况（元）</h2>${projects ? `<table><tr><th>项目</th><th>状态</th><th class="money">金额</th></tr>${projects}</table>` : '<p>没有使用。</p>'}</section>
<footer>${plain(content.companyName)}。专项维修资金属于业主，与物业公司的资金分开记账。</footer></main></body></html>`;
}
