import * as contract from '@anlin/contract';
import { type Route, route, sessionRoute } from '../../platform/http/route.ts';
import { readAccount, saveAccount } from './account.ts';
import { createReply, deleteReply, updateReply } from './edit-reply.ts';
import { listFollowers } from './follower.queries.ts';
import { publishMenu, readMenu, saveMenu, syncMenu } from './menu.ts';
import { receivePushRoute, verifyPushRoute } from './receive-push.ts';
import { listReplies } from './reply.queries.ts';
import { listSubscribers, testSubscription } from './subscribers.ts';
import { startFollowerSync } from './sync-followers.task.ts';
import { mapTemplate, readTemplates, syncTemplates, testTemplate } from './templates.ts';
import { testAccount } from './test-account.ts';
import { tryReply } from './try-reply.ts';

export const officialAccountRoutes: Route[] = [
  route(contract.getOfficialAccount, (ctx) => readAccount(ctx)),
  route(contract.saveOfficialAccount, async (ctx, { body }) => {
    await saveAccount(ctx, body);
    return contract.okReply;
  }),
  sessionRoute(contract.testOfficialAccount, (session, _, { services }) => testAccount(services, session)),
  route(contract.getOfficialMenu, (ctx) => readMenu(ctx)),
  route(contract.saveOfficialMenu, async (ctx, { body }) => {
    await saveMenu(ctx, body.menu, body.version);
    return contract.okReply;
  }),
  sessionRoute(contract.publishOfficialMenu, async (session, { body }, { services }) => {
    await publishMenu(services, session, body.version);
    return contract.okReply;
  }),
  sessionRoute(contract.syncOfficialMenu, (session, { body }, { services }) =>
    syncMenu(services, session, body.version),
  ),
  route(contract.listOfficialReplies, async (ctx) => ({ rows: await listReplies(ctx) })),
  route(contract.createOfficialReply, (ctx, { body }) => createReply(ctx, body)),
  route(contract.updateOfficialReply, async (ctx, { params, body }) => {
    await updateReply(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteOfficialReply, async (ctx, { params }) => {
    await deleteReply(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.tryOfficialReply, (ctx, { body }) => tryReply(ctx, body.text)),
  route(contract.listOfficialFollowers, (ctx, { query }) => listFollowers(ctx, query)),
  route(contract.syncOfficialFollowers, async (ctx) => ({ taskId: await startFollowerSync(ctx) })),
  route(contract.listOfficialTemplates, (ctx, { query }) => readTemplates(ctx, query.account)),
  sessionRoute(contract.syncOfficialTemplates, (session, { query }, { services }) =>
    syncTemplates(services, session, query.account),
  ),
  route(contract.saveOfficialTemplate, async (ctx, { params, query, body }) => {
    await mapTemplate(ctx, query.account, params.kind, body.mapping, body.version);
    return contract.okReply;
  }),
  sessionRoute(contract.testOfficialTemplate, (session, { params, body }, { services }) =>
    testTemplate(services, session, params.kind, body.followerId),
  ),
  route(contract.listSubscribers, async (ctx, { params }) => ({ rows: await listSubscribers(ctx, params.kind) })),
  sessionRoute(contract.testSubscription, (session, { params, body }, { services }) =>
    testSubscription(services, session, params.kind, body.subscriberId),
  ),
  verifyPushRoute,
  receivePushRoute,
];
