import * as contract from '@anlin/contract';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { listHandoverHoldings } from './handover-holdings.queries.ts';
import { houseHandover, previewHandover } from './house-handover.ts';
import { readOwnership } from './ownership.queries.ts';

export const ownershipRoutes: Route[] = [
  route(contract.listOwners, (ctx, { params }) => readOwnership(ctx, params.id)),
  route(contract.listHandoverHoldings, (ctx, { params }) => listHandoverHoldings(ctx, params.id)),
  route(contract.previewHandover, (ctx, { params, body }) => previewHandover(ctx, { ...body, houseId: params.id })),
  route(contract.handOverHouse, (ctx, { params, body: { reason, ...input } }) =>
    applyOrRequest(ctx, houseHandover, { ...input, houseId: params.id }, reason),
  ),
];
