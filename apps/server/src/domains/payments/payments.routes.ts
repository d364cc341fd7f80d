import * as contract from '@anlin/contract';
import { type Route, route, sessionRoute } from '../../platform/http/route.ts';
import { listUsable } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import { createChannel, deleteChannel, listChannels, updateChannel } from './edit-channel.ts';
import { handlePayment } from './handle-payment.ts';
import { readOrder } from './order-row.ts';
import { listPayments, readDeskState, readPaymentDetail } from './payment.queries.ts';
import { askAfterOrder, channelSays } from './query-order.ts';
import { paymentCallbackRoute } from './receive-callback.ts';
import { repeatRefund } from './settle-refund.ts';
import { type Run, startPayment } from './start-payment.ts';
import { testChannel } from './test-channel.ts';

/** Who is asked for what, where nobody's transaction may stay open: the order first as the person sees it, then the channel. */
async function findOwn(run: Run, id: string) {
  return run(async (ctx) => ({ companyId: ctx.companyId, order: await readOrder(ctx, id) }));
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
  route(contract.repeatChannelRefund, async (ctx, { params }) => {
    if (!(await repeatRefund(ctx, params.id))) throw contract.paymentFail('payment.refundNotFailed');
    return contract.okReply;
  }),
  paymentCallbackRoute,
];
