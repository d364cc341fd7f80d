import * as contract from '@anlin/contract';
import { publicRoute, type Route, route } from '../../../platform/http/route.ts';
import { openWall, readWall } from './read-wall.ts';
import { createWallLink, listWallLinks, revokeWallLink } from './wall-link.ts';

export const wallRoutes: Route[] = [
  route(contract.viewWall, (ctx, { query }) => readWall(ctx, query)),
  publicRoute(contract.openWall, async (services, { params }, { reply }) => {
    void reply.header('cache-control', 'no-store');
    return openWall(services, params.token);
  }),
  route(contract.listWallLinks, (ctx, _, { services }) => listWallLinks(ctx, services.secret)),
  route(contract.createWallLink, (ctx, { body }, { services }) => createWallLink(ctx, services.secret, body)),
  route(contract.revokeWallLink, async (ctx, { params }) => {
    await revokeWallLink(ctx, params.id);
    return contract.okReply;
  }),
];
