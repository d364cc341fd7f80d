import { type FundProjectBody, fundFail, fundProjectStates, platformFail } from '@anlin/contract';
import { Decimal, type Fen, parseYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';
import { readFundHouses, requireFundCommunity, requireParts } from './fund-house.ts';
import { countHeads, hasPassed } from './fund-vote.ts';

export interface FundProject {
  id: string;
  communityId: string;
  name: string;
  budgetFen: Fen;
  buildingIds: string[];
  state: keyof typeof fundProjectStates;
}

/** Writes down what the fund is to be used for. Errors: fund.nothing, reference.notFound (422). */
export async function planFundProject(
  ctx: Context,
  { communityId, ...input }: FundProjectBody & { communityId: string },
): Promise<{ id: string }> {
  await requireFundCommunity(ctx, communityId);
  await requireParts(ctx, communityId, { buildingIds: input.buildingIds });
  const budgetFen = parseYuan(input.budget);
  if (budgetFen <= 0n) throw fundFail('fund.nothing');
  await checkFiles(ctx, { path: 'fileIds', label: '附件', accept: 'any' }, input.fileIds, []);
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into fund_project (company_id, id, community_id, name, reason, contractor, budget_fen, building_ids, state, planned_at, staff_id)
    values (${ctx.companyId}, ${id}, ${communityId}, ${input.name}, ${input.reason}, ${input.contractor}, ${budgetFen.toString()},
      ${[...new Set(input.buildingIds)]}::uuid[], 'planned', ${nowText(ctx)}, ${ctx.actor.id})`);
  await useFiles(ctx, { resource: 'fundProject', id, communityId }, input.fileIds);
  await recordAudit(ctx, {
    action: 'fundProject.plan',
    targetKind: 'fundProject',
    targetId: id,
    targetLabel: input.name,
    communityId,
    after: { budget: input.budget, contractor: input.contractor, files: input.fileIds.length },
  });
  return { id };
}

/** A project under its lock, of a community seen whole. Errors: resource.notFound, scope.wholeCommunity. */
export async function lockFundProject(ctx: Context, projectId: string): Promise<FundProject> {
  const project =
    await ctx.tx.first<FundProject>(sql`select id, community_id as "communityId", name, budget_fen as "budgetFen",
      building_ids as "buildingIds", state from fund_project where company_id = ${ctx.companyId} and id = ${projectId} for no key update`);
  if (!project) throw platformFail('resource.notFound', { label: '使用方案' });
  await requireFundCommunity(ctx, project.communityId);
  return project;
}

export function requireProjectState(
  project: FundProject,
  states: readonly FundProject['state'][],
  action: string,
): void {
  if (!states.includes(project.state))
    throw fundFail('fund.projectState', { project: project.name, state: fundProjectStates[project.state], action });
}

export interface FundVote {
  votedOn: string;
  partHeads: number;
  /** Square metres. */
  partArea: string;
  agreedHeads: number;
  agreedArea: string;
}

/**
 * Writes down how the owners voted; using the fund is an ordinary matter. A vote may be entered again until the money is paid.
 * All who may vote are the owners of the houses that share, of several houses once. Errors: fund.projectState (409), fund.voteFigures, fund.futureDay (422).
 */
export async function voteOnFundProject(
  ctx: Context,
  projectId: string,
  vote: FundVote,
): Promise<{ isPassed: boolean }> {
  const project = await lockFundProject(ctx, projectId);
  requireProjectState(project, ['planned', 'passed', 'refused'], '登记表决结果');
  const community = await requireFundCommunity(ctx, project.communityId);
  const today = businessDay(ctx.clock, community.timeZone).toString();
  if (vote.votedOn > today) throw fundFail('fund.futureDay', { day: vote.votedOn, today });
  const houses = await readFundHouses(ctx, project.communityId, { buildingIds: project.buildingIds });
  if (houses.length === 0) throw fundFail('fund.noHouses');
  const area = houses.reduce((sum, house) => sum.add(house.area), new Decimal(0));
  const heads = await countHeads(
    ctx,
    houses.map(({ houseId }) => houseId),
  );
  const [partArea, agreedArea] = [new Decimal(vote.partArea), new Decimal(vote.agreedArea)];
  const isSound =
    vote.agreedHeads <= vote.partHeads && vote.partHeads <= heads && agreedArea.lte(partArea) && partArea.lte(area);
  if (!isSound) throw fundFail('fund.voteFigures', { heads, area: area.toFixed(2) });
  const isPassed = hasPassed(
    { all: heads, part: vote.partHeads, agreed: vote.agreedHeads },
    { all: area, part: partArea, agreed: agreedArea },
  );
  await ctx.tx.run(sql`update fund_project set state = ${isPassed ? 'passed' : 'refused'}, voted_on = ${vote.votedOn}, total_heads = ${heads},
      total_area = ${area.toFixed(2)}, part_heads = ${vote.partHeads}, part_area = ${partArea.toFixed(2)}, agreed_heads = ${vote.agreedHeads},
      agreed_area = ${agreedArea.toFixed(2)}, version = version + 1 where company_id = ${ctx.companyId} and id = ${projectId}`);
  await recordAudit(ctx, {
    action: 'fundProject.vote',
    targetKind: 'fundProject',
    targetId: projectId,
    targetLabel: project.name,
    communityId: project.communityId,
    after: { ...vote, isPassed },
  });
  return { isPassed };
}
