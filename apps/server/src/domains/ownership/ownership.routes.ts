import * as contract from '@anlin/contract';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import { type Route, route } from '../../platform/http/route.ts';
import type { OwnershipStep } from './hand-over-house.ts';
import { houseHandover, previewHandover } from './house-handover.ts';
import { readOwnership } from './ownership.queries.ts';

/** `steps`: what other domains do when a house is handed over. */
export function ownershipRoutes(steps: readonly OwnershipStep[]): Route[] {
  const action = houseHandover(steps);
  return [
    route(contract.listOwners, (ctx, { params }) => readOwnership(ctx, params.id)),
    route(contract.previewHandover, (ctx, { params, body }) =>
      previewHandover(ctx, { ...body, houseId: params.id }, steps),
    ),
    route(contract.handOverHouse, (ctx, { params, body: { reason, ...input } }) =>
      applyOrRequest(ctx, action, { ...input, houseId: params.id }, reason),
    ),
  ];
}
