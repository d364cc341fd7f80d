import * as contract from '@anlin/contract';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { addFundInterest } from './add-interest.ts';
import { depositFund } from './deposit-fund.ts';
import { fundBindings } from './fund.bindings.ts';
import { planFundProject, voteOnFundProject } from './fund-project.ts';
import { fundPaying, previewFundDraw } from './pay-project.ts';
import { fundPageRoute, listFundPublications, publishFund } from './publish-fund.ts';
import { reverseFundDocument } from './reverse-document.ts';

export const fundRoutes: Route[] = [
  ...fundBindings.flatMap(resourceRoutes),
  route(contract.depositFund, (ctx, { body }) => depositFund(ctx, body)),
  route(contract.addFundInterest, (ctx, { body }) => addFundInterest(ctx, body)),
  route(contract.reverseFundDocument, (ctx, { params, body }) => reverseFundDocument(ctx, params.id, body)),
  route(contract.planFundProject, (ctx, { body }) => planFundProject(ctx, body)),
  route(contract.voteOnFundProject, (ctx, { params, body }) => voteOnFundProject(ctx, params.id, body)),
  route(contract.previewFundDraw, (ctx, { params }) => previewFundDraw(ctx, params.id)),
  route(contract.payFundProject, (ctx, { params, body }) => {
    const { reason, ...rest } = body;
    return applyOrRequest(ctx, fundPaying, { ...rest, projectId: params.id }, reason);
  }),
  route(contract.publishFund, (ctx, { body }) => publishFund(ctx, body.communityId)),
  route(contract.listFundPublications, async (ctx) => ({ rows: await listFundPublications(ctx) })),
  fundPageRoute,
];
