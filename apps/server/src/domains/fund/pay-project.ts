import { type EndpointReply, fundFail, type previewFundDraw as previewEndpoint } from '@anlin/contract';
import { Decimal, type Fen, formatYuan, formatYuanGrouped, negateFen, shareByWeights } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockFund } from './deposit-fund.ts';
import { type FundHouse, lockFundHouses, readFundHouses, requireFundCommunity } from './fund-house.ts';
import { type FundProject, lockFundProject, requireProjectState } from './fund-project.ts';
import { countHeads } from './fund-vote.ts';
import { type FundWritten, findWritten, hashOfRequest, writeFundDocument } from './write-document.ts';

interface PayInput {
  projectId: string;
  bookedOn: string;
  idempotencyKey: string;
}

interface Share {
  house: FundHouse;
  amountFen: Fen;
}

/** What each house bears: by built area with the largest remainder, so that the shares add up to the sum. */
function sharesOf(houses: readonly FundHouse[], budgetFen: Fen): Share[] {
  if (houses.length === 0) throw fundFail('fund.noHouses');
  const shares = shareByWeights(
    budgetFen,
    houses.map((house) => new Decimal(house.area)),
  );
  return houses.map((house, place) => ({ house, amountFen: shares[place]! }));
}

/** Errors: fund.noAccount, fund.short (409), naming the first house and how many there are. */
function refuseShort(shares: readonly Share[]): void {
  const without = shares.filter(({ house }) => house.accountId === null);
  if (without[0]) throw fundFail('fund.noAccount', { house: without[0].house.label, count: without.length });
  const short = shares.filter(({ house, amountFen }) => house.balanceFen < amountFen);
  const [first] = short;
  if (first)
    throw fundFail('fund.short', {
      house: first.house.label,
      balance: formatYuan(first.house.balanceFen),
      action: '分摊',
      amount: formatYuan(first.amountFen),
      count: short.length,
    });
}

/**
 * Pays a project that was voted for out of the accounts of the houses that share it. Every house must have its share: nobody's
 * account goes below zero and nobody bears another's. Errors: fund.projectState, fund.noAccount, fund.short (409).
 */
async function payFundProject(ctx: Context, input: PayInput): Promise<FundWritten> {
  const requestHash = hashOfRequest('draw', input);
  const project = await lockFundProject(ctx, input.projectId);
  const earlier = await findWritten(ctx, input.idempotencyKey, requestHash);
  if (earlier) return earlier;
  requireProjectState(project, ['passed'], '拨付');
  const { communityId, buildingIds } = project;
  const community = await requireFundCommunity(ctx, communityId);
  await lockFund(ctx, communityId);
  const shares = sharesOf(await lockFundHouses(ctx, communityId, { buildingIds }), project.budgetFen);
  refuseShort(shares);
  await ctx.tx.run(
    sql`update fund_project set state = 'paid', version = version + 1 where company_id = ${ctx.companyId} and id = ${project.id}`,
  );
  return writeFundDocument(
    ctx,
    {
      communityId,
      kind: 'draw',
      bookedOn: input.bookedOn,
      fundProjectId: project.id,
      note: '',
      idempotencyKey: input.idempotencyKey,
      requestHash,
      movements: shares.map(({ house, amountFen }) => ({
        accountId: house.accountId!,
        amountFen: negateFen(amountFen),
      })),
    },
    community.timeZone,
  );
}

/** 拨付 as an action that may need approval. */
export const fundPaying = defineApprovable({
  key: 'fundProject.pay',
  label: '拨付维修资金',
  permission: 'maintenanceFund.draw',
  hasAmount: true,
  input: z.object({ projectId: z.uuid(), bookedOn: z.string(), idempotencyKey: z.string() }),
  async facts(ctx, input: PayInput) {
    const project = await lockFundProject(ctx, input.projectId);
    requireProjectState(project, ['passed'], '拨付');
    const shares = sharesOf(await readShareHouses(ctx, project), project.budgetFen);
    refuseShort(shares);
    const sum = formatYuanGrouped(project.budgetFen);
    return {
      communityIds: [project.communityId],
      targetKind: 'fundProject',
      targetIds: [project.id],
      targetLabel: project.name,
      amountFen: project.budgetFen,
      summary: `“${project.name}”拨付维修资金 ${sum} 元，${shares.length} 户分摊`,
      changes: [{ label: '维修资金', before: '', after: `拨付 ${sum} 元` }],
      basis: [project.state, project.budgetFen, project.buildingIds],
    };
  },
  apply: payFundProject,
});

const readShareHouses = (ctx: Context, { communityId, buildingIds }: FundProject) =>
  readFundHouses(ctx, communityId, { buildingIds });

/** What a project asks of each house, the houses that are short first. 404 when out of sight. */
export async function previewFundDraw(ctx: Context, projectId: string): Promise<EndpointReply<typeof previewEndpoint>> {
  const project = await lockFundProject(ctx, projectId);
  const shares = sharesOf(await readShareHouses(ctx, project), project.budgetFen);
  const isShort = ({ house, amountFen }: Share) => house.balanceFen < amountFen;
  const files = await ctx.tx.rows<{ id: string; name: string }>(sql`select f.id, f.name from file_use u
      join file f on f.company_id = u.company_id and f.id = u.file_id
    where u.company_id = ${ctx.companyId} and u.resource = 'fundProject' and u.owner_id = ${projectId} order by f.name, f.id`);
  return {
    total: formatYuan(project.budgetFen),
    houseCount: shares.length,
    heads: await countHeads(
      ctx,
      shares.map(({ house }) => house.houseId),
    ),
    area: shares.reduce((sum, { house }) => sum.add(house.area), new Decimal(0)).toFixed(2),
    shortCount: shares.filter(isShort).length,
    files,
    houses: shares
      .toSorted((left, right) => Number(isShort(right)) - Number(isShort(left)))
      .slice(0, 500)
      .map((share) => ({
        houseId: share.house.houseId,
        houseLabel: share.house.label,
        area: share.house.area,
        amount: formatYuan(share.amountFen),
        balance: formatYuan(share.house.balanceFen),
        isShort: isShort(share),
      })),
  };
}
