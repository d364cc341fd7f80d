import * as contract from '@anlin/contract';
import { appRoute, type Http, type Route, route } from '../../platform/http/route.ts';
import { repeatSafely } from '../../platform/partners/repeat-safely.ts';
import { createApp, listApps, updateApp } from './edit-app.ts';
import { grantApp, revokeGrant } from './grant-app.ts';
import {
  listBuildings,
  listHouses,
  listParkingSpaces,
  listResidents,
  listVehicles,
  readOpenCommunity,
} from './list-estate.ts';
import { listBills, listChargeItems } from './open-bill.queries.ts';
import { readPlatform } from './open-platform.queries.ts';
import { createKey, revokeKey, rotateKey, updateKey } from './partner-key.ts';
import { pullPayments, pullStatements } from './pull-events.ts';
import { shareStatements } from './share-statements.ts';
import { syncBills } from './sync-bills.ts';
import { listPushes, readPush, resendPush } from './webhook-delivery.ts';
import { createEndpoint, listEndpoints, renewSecret, updateEndpoint } from './webhook-endpoint.ts';

const hasEmulator = ({ services }: Http) => services.gateway !== undefined;

/** What a secret is shown in is kept by nobody on the way. */
function keepNowhere({ reply }: Http): void {
  reply.header('Cache-Control', 'no-store');
}

const officeRoutes: Route[] = [
  route(contract.listPartnerApps, async (ctx) => ({ rows: await listApps(ctx) })),
  route(contract.createPartnerApp, (ctx, { body }) => createApp(ctx, body)),
  route(contract.updatePartnerApp, async (ctx, { params, body }) => {
    await updateApp(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.grantPartnerApp, (ctx, { params, body }) => grantApp(ctx, params.id, body)),
  route(contract.revokePartnerGrant, async (ctx, { params }) => {
    await revokeGrant(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.readOpenPlatform, (ctx, { query }) => readPlatform(ctx, query.communityId)),
  route(contract.shareBankStatements, async (ctx, { body }) => {
    await shareStatements(ctx, body);
    return contract.okReply;
  }),
  route(contract.createPartnerKey, (ctx, { body }, http) => {
    keepNowhere(http);
    return createKey(ctx, body);
  }),
  route(contract.updatePartnerKey, async (ctx, { params, body }) => {
    await updateKey(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.rotatePartnerKey, (ctx, { params, body }, http) => {
    keepNowhere(http);
    return rotateKey(ctx, params.id, body.oldEndsAt);
  }),
  route(contract.revokePartnerKey, async (ctx, { params }) => {
    await revokeKey(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.listWebhookEndpoints, async (ctx, { query }) => ({
    rows: await listEndpoints(ctx, query.communityId),
  })),
  route(contract.createWebhookEndpoint, (ctx, { body }, http) => {
    keepNowhere(http);
    return createEndpoint(ctx, body, hasEmulator(http));
  }),
  route(contract.updateWebhookEndpoint, async (ctx, { params, body }, http) => {
    await updateEndpoint(ctx, params.id, body, hasEmulator(http));
    return contract.okReply;
  }),
  route(contract.renewWebhookSecret, (ctx, { params }, http) => {
    keepNowhere(http);
    return renewSecret(ctx, params.id);
  }),
  route(contract.listWebhookDeliveries, (ctx, { query }) => listPushes(ctx, query)),
  route(contract.getWebhookDelivery, (ctx, { params }) => readPush(ctx, params.id)),
  route(contract.resendWebhookDelivery, async (ctx, { params }) => {
    await resendPush(ctx, params.id);
    return contract.okReply;
  }),
];

const openRoutes: Route[] = [
  appRoute(contract.openCommunity, (ctx, _, __, app) => readOpenCommunity(ctx, app)),
  appRoute(contract.listOpenBuildings, (ctx, { query }, _, app) => listBuildings(ctx, app, query)),
  appRoute(contract.listOpenHouses, (ctx, { query }, _, app) => listHouses(ctx, app, query)),
  appRoute(contract.listOpenParkingSpaces, (ctx, { query }, _, app) => listParkingSpaces(ctx, app, query)),
  appRoute(contract.listOpenVehicles, (ctx, { query }, _, app) => listVehicles(ctx, app, query)),
  appRoute(contract.listOpenResidents, (ctx, { query }, _, app) => listResidents(ctx, app, query)),
  appRoute(contract.syncOpenBills, async (ctx, { body }, { request, reply }, app) => {
    const header = request.headers['idempotency-key'];
    const asked = { key: Array.isArray(header) ? undefined : header, endpointId: contract.syncOpenBills.id, body };
    const { answer, isRepeated } = await repeatSafely(ctx, app, asked, () => syncBills(ctx, app, body.lines));
    if (isRepeated) reply.header('Idempotency-Replayed', 'true');
    return answer;
  }),
  appRoute(contract.listOpenBills, (ctx, { query }, _, app) => listBills(ctx, app, query)),
  appRoute(contract.listOpenChargeItems, (ctx, _, __, app) => listChargeItems(ctx, app)),
  appRoute(contract.pullOpenPayments, (ctx, { query }, _, app) => pullPayments(ctx, app, query)),
  appRoute(contract.pullOpenStatements, (ctx, { query }, _, app) => pullStatements(ctx, app, query)),
];

export const partnersRoutes: Route[] = [...officeRoutes, ...openRoutes];
