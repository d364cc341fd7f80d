import * as contract from '@anlin/contract';
import { originOf } from '../../platform/http/origin-of.ts';
import { publicRoute, type Route, residentRoute, route } from '../../platform/http/route.ts';
import type { Services } from '../../platform/services.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { browserCookie, endVisit, startVisit, type VisitedPlace, visitInMiniProgram } from '../household/index.ts';
import { assignCollection } from './assign-collection.ts';
import { listAssignableBills } from './assignable-bills.ts';
import { readSheets } from './code-sheets.ts';
import { collectionBindings } from './collection.bindings.ts';
import { readSetting, saveSetting } from './collection-setting.ts';
import { createCode, makeDoorCodes, updateCode } from './make-codes.ts';
import { openCode, withinCode } from './open-code.ts';
import { findOwnPlace, noteOwnPayment } from './own-code.ts';
import { payByCode, readCodePayment } from './pay-by-code.ts';
import { refundCollection } from './refund-collection.ts';
import { renewCodes, switchCodes } from './renew-codes.ts';

const visitedPlace = (services: Services, token: string): VisitedPlace => ({
  purpose: 'collect',
  run: (work) => withinCode(services, token, (ctx) => work(ctx)),
  page: `/m/c/${token}`,
});

const staffRoutes: Route[] = [
  // Before the lists, whose `/:id` would take the word for an id.
  route(contract.listCollectionBills, async (ctx, { query }) => ({ rows: await listAssignableBills(ctx, query) })),
  ...collectionBindings.flatMap(resourceRoutes),
  route(contract.createCollectionCode, async (ctx, { body }) => ({ id: await createCode(ctx, body) })),
  route(contract.makeDoorCodes, (ctx, { body }) => makeDoorCodes(ctx, body)),
  route(contract.updateCollectionCode, async (ctx, { params, body }) => {
    await updateCode(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.renewCollectionCodes, async (ctx, { body }) => ({ count: await renewCodes(ctx, body.ids) })),
  route(contract.switchCollectionCodes, async (ctx, { body }) => ({
    count: await switchCodes(ctx, body.ids, body.isOn),
  })),
  route(contract.readCollectionSheets, async (ctx, { body }, { services }) => ({
    rows: await readSheets(ctx, services.secret, body),
  })),
  route(contract.readCollectionSetting, (ctx, { query }) => readSetting(ctx, query.communityId)),
  route(contract.saveCollectionSetting, async (ctx, { body }) => {
    await saveSetting(ctx, body);
    return contract.okReply;
  }),
  route(contract.assignCollection, (ctx, { params, body }) => assignCollection(ctx, params.id, body)),
  route(contract.refundCollection, (ctx, { params, body }) => refundCollection(ctx, params.id, body)),
];

const payerRoutes: Route[] = [
  publicRoute(contract.openCollectionCode, (services, { params, query }) =>
    withinCode(services, params.token, (ctx, code) => openCode(ctx, code, query.place)),
  ),
  publicRoute(contract.payByCollectionCode, (services, { params, body }, http) =>
    payByCode(services, params.token, body, {
      ip: http.ip,
      origin: originOf(http),
      browser: http.request.cookies[browserCookie],
    }),
  ),
  publicRoute(contract.startCollectAuthorisation, (services, { params }, http) =>
    startVisit(http, visitedPlace(services, params.token)),
  ),
  publicRoute(contract.takeCollectCode, async (services, { params, body }, http) => {
    await endVisit(http, visitedPlace(services, params.token), body);
    return contract.okReply;
  }),
  publicRoute(contract.takeCollectMiniProgramCode, async (services, { params, body }, http) => {
    await visitInMiniProgram(http, visitedPlace(services, params.token), body.code);
    return contract.okReply;
  }),
  publicRoute(contract.getCollectionPayment, (services, { params, query }) =>
    readCodePayment(services, params.token, params.key, query.asks !== undefined),
  ),
  residentRoute(contract.openOwnCollectionCode, async (ctx, { params }, { services }, resident) => ({
    targetId: await findOwnPlace(ctx, services.secret, resident, params.token),
  })),
  residentRoute(contract.noteCollectionPayment, async (ctx, { params, body }, { services }, resident) => {
    await noteOwnPayment(ctx, services.secret, resident, { token: params.token, orderId: body.orderId });
    return contract.okReply;
  }),
];

export const collectionRoutes: Route[] = [...staffRoutes, ...payerRoutes];
