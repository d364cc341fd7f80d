import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes, tagRows } from '../../resource/index.ts';
import { countCommunities } from './community.queries.ts';
import { communityPageRoute, communityPictureRoute } from './community-page.ts';
import { countWaitingVehicles, passVehicles, rejectVehicles } from './decide-vehicle.ts';
import { buildingBinding, estateBindings, parkingSpaceBinding, vehicleBinding } from './estate.bindings.ts';
import { generateHouses, previewHouses } from './generate-houses.ts';
import { relationsOfHouse, summariseHouses } from './house.queries.ts';
import { listTree } from './list-tree.ts';
import { applyMicroSiteToAll, readMicroSite, saveMicroSite } from './micro-site.ts';
import { searchEstate } from './search-estate.ts';
import { resubmitVehicle, submitVehicle } from './submit-vehicle.ts';
import { tagHouses } from './tag-houses.ts';

const placeRoutes: Route[] = [
  communityPageRoute,
  communityPictureRoute,
  route(contract.communityCounts, async (ctx) => ({ rows: await countCommunities(ctx) })),
  route(contract.searchEstate, async (ctx, { query }) => ({ rows: await searchEstate(ctx, query) })),
  route(contract.estateTree, async (ctx, { query }) => ({ nodes: await listTree(ctx, query) })),
  route(contract.previewHouses, (ctx, { params, body }) => previewHouses(ctx, params.id, body)),
  route(contract.generateHouses, (ctx, { params, body }) => generateHouses(ctx, params.id, body)),
  route(contract.houseRelations, (ctx, { params }) => relationsOfHouse(ctx, params.id)),
  route(contract.houseSummary, (ctx, { query }) => summariseHouses(ctx, query)),
  route(contract.tagHouses, async (ctx, { body }) => ({ count: await tagHouses(ctx, body) })),
  ...[buildingBinding, parkingSpaceBinding, vehicleBinding].map((binding) =>
    route(contract.tagRowsEndpoint(binding.definition), async (ctx, { body }) => ({
      count: await tagRows(ctx, binding, body),
    })),
  ),
];

const vehicleRoutes: Route[] = [
  route(contract.submitVehicle, async (ctx, { body }) => ({
    id: await submitVehicle(ctx, { ...body, source: 'staff', residentId: null }),
  })),
  route(contract.resubmitVehicle, async (ctx, { params, body }) => {
    await resubmitVehicle(ctx, { ...body, id: params.id });
    return contract.okReply;
  }),
  route(contract.passVehicles, async (ctx, { body }) => ({ passed: await passVehicles(ctx, body) })),
  route(contract.rejectVehicles, async (ctx, { body }) => ({ refused: await rejectVehicles(ctx, body) })),
  route(contract.countVehicleApplications, async (ctx, { query }) => ({
    waiting: await countWaitingVehicles(ctx, query.communityId),
  })),
];

const microSiteRoutes: Route[] = [
  route(contract.getMicroSite, (ctx, { params }) => readMicroSite(ctx, params.communityId)),
  route(contract.saveMicroSite, async (ctx, { params, body }) => {
    await saveMicroSite(ctx, { ...params, ...body });
    return contract.okReply;
  }),
  route(contract.applyMicroSiteToAll, async (ctx, { params, body }) => ({
    count: await applyMicroSiteToAll(ctx, { ...params, ...body }),
  })),
];

export const estateRoutes: Route[] = [
  ...vehicleRoutes,
  ...microSiteRoutes,
  ...estateBindings.flatMap(resourceRoutes),
  ...placeRoutes,
];
