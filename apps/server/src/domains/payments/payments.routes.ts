import * as contract from '@anlin/contract';
import { type Route, route, sessionRoute } from '../../platform/http/route.ts';
import { streamEvents } from '../../platform/live/event-stream.ts';
import { listUsable } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import { createChannel, deleteChannel, listChannels, updateChannel } from './edit-channel.ts';
import { askAfterFailed } from './follow-refund.ts';
import { handlePayment } from './handle-payment.ts';
import { readOrder } from './order-row.ts';
import { listPayments, readDeskState, readPaymentDetail } from './payment.queries.ts';
import { askAfterOrder, channelSays } from './query-order.ts';
import { paymentCallbackRoute } from './receive-callback.ts';
import { replaceRefund } from './replace-refund.ts';
import { lockRefund, repeatRefund } from './settle-refund.ts';
import { type Run, startPayment } from './start-payment.ts';
import { testChannel } from './test-channel.ts';

/** An order is over after a quarter of an hour, and closed soon after. */
const watchedMinutes = 30;

/** Who is asked for what, where nobody's transaction may stay open: the order first as the person sees it, then the channel. */
async function findOwn(run: Run, id: string) {
  return run(async (ctx) => ({ companyId: ctx.companyId, order: await readOrder(ctx, id) }));
}

/** 404 when the refund is out of sight. */
async function companyOfRefund(run: Run, id: string): Promise<string> {
  return run(async (ctx) => {
    await lockRefund(ctx, id);
    return ctx.companyId;
  });
}

export const paymentsRoutes: Route[] = [
  route(contract.listPaymentChannels, async (ctx) => ({ rows: await listChannels(ctx) })),
  route(contract.createPaymentChannel, (ctx, { body }) => createChannel(ctx, body)),
  route(contract.updatePaymentChannel, async (ctx, { params, body }) => {
    await updateChannel(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deletePaymentChannel, async (ctx, { params }) => {
    await deleteChannel(ctx, params.id);
    return contract.okReply;
  }),
  sessionRoute(contract.testPaymentChannel, (session, { params }, { services }) =>
    testChannel(services, session.run, params.id),
  ),
  route(contract.listPaymentWays, async (ctx, { query }) => {
    const channels = await listUsable(ctx, query.communityId, query.application);
    return {
      channels: channels.flatMap(({ id, kind, name, account }) =>
        account ? [{ id, kind, name, ways: [...(channelOf(kind)?.ways ?? [])] }] : [],
      ),
    };
  }),
  sessionRoute(contract.startDeskPayment, async (session, { body }, { services, ip }) => {
    const staffId = await session.run(async (ctx) => ctx.actor.id);
    return startPayment(services, session.run, body, { staffId, residentId: null, clientIp: ip });
  }),
  route(contract.listPayments, (ctx, { query }) => listPayments(ctx, query)),
  route(contract.getPayment, (ctx, { params }) => readPaymentDetail(ctx, params.id)),
  route(contract.readDeskPayment, (ctx, { params }) => readDeskState(ctx, params.id)),
  sessionRoute(contract.watchDeskPayment, async (session, { params }, { services, reply }) => {
    const read = () => session.run((ctx) => readDeskState(ctx, params.id));
    const { companyId, order } = await findOwn(session.run, params.id);
    const topic = `payment ${companyId} ${order.id}`;
    return streamEvents(services, reply, { topic, read, isLast: contract.isPaymentOver, mostMinutes: watchedMinutes });
  }),
  sessionRoute(contract.queryPayment, async (session, { params }, { services }) => {
    const { companyId, order } = await findOwn(session.run, params.id);
    const { state, answer } = await askAfterOrder(services, companyId, order.id);
    return { state, answer: channelSays(order, answer) };
  }),
  sessionRoute(contract.closePayment, async (session, { params }, { services }) => {
    const { companyId, order } = await findOwn(session.run, params.id);
    if (order.state === 'paid') throw contract.paymentFail('payment.wrongState', { state: '已付款', action: '关闭' });
    const { state, answer } = await askAfterOrder(services, companyId, order.id, { closes: true });
    if (state === 'paid') throw contract.paymentFail('payment.closedPaid');
    return { state, answer: channelSays(order, answer) };
  }),
  route(contract.handlePayment, async (ctx, { params, body }) => {
    await handlePayment(ctx, params.id, body);
    return contract.okReply;
  }),
  sessionRoute(contract.repeatChannelRefund, async (session, { params }, { services }) => {
    await askAfterFailed(services, await companyOfRefund(session.run, params.id), params.id);
    return session.run(async (ctx) => {
      if (!(await repeatRefund(ctx, params.id))) throw contract.paymentFail('payment.refundNotFailed');
      return contract.okReply;
    });
  }),
  sessionRoute(contract.replaceChannelRefund, async (session, { params, body }, { services }) => {
    await askAfterFailed(services, await companyOfRefund(session.run, params.id), params.id);
    return session.run(async (ctx) => {
      await replaceRefund(ctx, params.id, body);
      return contract.okReply;
    });
  }),
  paymentCallbackRoute,
];
