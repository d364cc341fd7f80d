import * as contract from '@anlin/contract';
import { type EndpointRequest, householdFail, platformFail, residentClientPath } from '@anlin/contract';
import { parseYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { originOf } from '../../platform/http/origin-of.ts';
import { publicRoute, type Route, residentRoute, residentSessionRoute } from '../../platform/http/route.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import {
  askAfterOrder,
  findOrderOf,
  type OrderSequel,
  type PaymentOrder,
  type Run,
  readSequelNote,
  startPayment,
} from '../payments/index.ts';
import { advanceSequel, previewOwnAdvance } from './advance.ts';
import {
  checkPayment,
  linkKeys,
  listOwnPaymentWays,
  ownKeys,
  paymentBodyOf,
  paymentViewOf,
  requireWay,
} from './pay.ts';
import { openPayLink, sharePayment, totalOf, withinLink } from './pay-link.ts';
import { payWithPrepaid, prepaidSequel, quotePrepaid } from './pay-with-prepaid.ts';
import { sessionOpenId } from './wechat/keep-open-id.ts';
import { payerOpenId } from './wechat/payer-open-id.ts';
import { browserCookie, visitorOpenId } from './wechat/wechat-visit.ts';

async function requireOrder(ctx: Context, prefix: string, key: string): Promise<PaymentOrder> {
  const order = await findOrderOf(ctx, prefix, key);
  if (!order) throw platformFail('resource.notFound', { label: '支付' });
  return order;
}

type PayRequest = EndpointRequest<typeof contract.startOwnPayment>['body'];

/** Money for months ahead is kept as prepaid first: should they not be raised after all, it is there. */
function topUpOf({ bills, topUp, prepaid, advance, expectedTotal }: PayRequest): PayRequest['topUp'] {
  const isOneThing = advance === null || (bills.length === 0 && topUp === null);
  if (!isOneThing || (parseYuan(prepaid) > 0n && topUp !== null)) throw householdFail('household.oneThing');
  if (advance === null) return topUp;
  return { targetKind: advance.targetKind, targetId: advance.targetId, amount: expectedTotal };
}

const sequelOf = (ctx: Context, resident: SignedInResident, body: PayRequest): Promise<OrderSequel | undefined> =>
  body.advance ? advanceSequel(ctx, resident, body) : prepaidSequel(ctx, body);

async function viewOrder(ctx: Context, order: PaymentOrder) {
  const shown = paymentViewOf(order);
  const note = order.state === 'paid' ? await readSequelNote(ctx, order.id) : '';
  return { orderId: order.id, state: order.state, shown: { ...shown, note: `${shown.note}${note}` } };
}

/** Paying on the phone (PAY-3), and letting somebody else pay. */
export const paymentRoutes: Route[] = [
  residentRoute(contract.listOwnPaymentWays, async (ctx, { query }) => ({
    channels: await listOwnPaymentWays(ctx, query.communityId, query.place),
  })),
  residentRoute(contract.quoteOwnPrepaid, (ctx, { body }, _http, resident) => quotePrepaid(ctx, resident, body)),
  residentRoute(contract.payWithOwnPrepaid, (ctx, { body }, _http, resident) => payWithPrepaid(ctx, resident, body)),
  residentRoute(contract.previewOwnAdvance, (ctx, { body }, _http, resident) => previewOwnAdvance(ctx, resident, body)),
  residentSessionRoute(contract.startOwnPayment, async (session, { body }, http) => {
    const checked = await session.run(async (ctx, resident) => {
      const wanted = { ...body, topUp: topUpOf(body) };
      const prefix = ownKeys(resident.residentId!);
      // Asked again with the same key, the same order answers, whatever became of its bills since.
      const earlier = await findOrderOf(ctx, prefix, body.key);
      const target = earlier ?? (await checkPayment(ctx, resident, wanted));
      const payer = { ...body, way: requireWay(body) };
      return {
        openId: await payerOpenId(ctx, payer, (account) => sessionOpenId(ctx, resident.sessionId, account)),
        target: { targetKind: target.targetKind, targetId: target.targetId },
        isAgain: earlier !== undefined,
        wanted,
        sequel: earlier ? undefined : await sequelOf(ctx, resident, body),
        companyId: ctx.companyId,
        residentId: resident.residentId!,
        residentName: resident.residentName,
      };
    });
    const input = paymentBodyOf(checked.wanted, {
      ...checked.target,
      ...checked.openId,
      payerName: checked.residentName,
      idempotencyKey: `${ownKeys(checked.residentId)}${body.key}`,
      returnUrl: `${originOf(http)}${residentClientPath(checked.companyId)}payments/${body.key}`,
    });
    // Checked again where the order is written: between the two a bill may have gone.
    const run: Run = (work) =>
      session.run(async (ctx, resident) => {
        if (!checked.isAgain) await checkPayment(ctx, resident, checked.wanted);
        return work(ctx);
      });
    const { residentId, sequel } = checked;
    const asker = { residentId, staffId: null, clientIp: http.ip, ...(sequel ? { sequel } : {}) };
    return startPayment(http.services, run, input, asker);
  }),
  residentSessionRoute(contract.getOwnPayment, async (session, { params, query }, { services }) => {
    const read = () =>
      session.run(async (ctx, resident) => ({
        companyId: ctx.companyId,
        view: await viewOrder(ctx, await requireOrder(ctx, ownKeys(resident.residentId!), params.key)),
      }));
    const { companyId, view } = await read();
    if (query.asks === undefined || view.state === 'paid') return view.shown;
    await askAfterOrder(services, companyId, view.orderId);
    return (await read()).view.shown;
  }),
  residentRoute(contract.sharePayment, (ctx, { body }, { services }, resident) =>
    sharePayment(ctx, services.secret, resident, body),
  ),
  publicRoute(contract.openPayLink, (services, { params, query }) =>
    withinLink(services, params.token, (ctx, link) => openPayLink(ctx, link, query.place)),
  ),
  publicRoute(contract.payByLink, async (services, { params, body }, http) => {
    const way = requireWay(body);
    const { link, openId } = await withinLink(services, params.token, async (ctx, found) => {
      const payer = { communityId: found.communityId, channelKind: body.channelKind, way };
      const visitor = { purpose: 'payLink' as const, browser: http.request.cookies[browserCookie] };
      return { link: found, openId: await payerOpenId(ctx, payer, ({ appId }) => visitorOpenId(ctx, visitor, appId)) };
    });
    const [first] = link.debts;
    if (!first) throw householdFail('household.payLinkEnded');
    const bills = link.debts.map((debt) => ({ id: debt.billId, expected: debt.toPay }));
    const input = paymentBodyOf(
      { ...body, communityId: link.communityId, bills, topUp: null },
      {
        targetKind: first.targetKind,
        targetId: first.targetId,
        ...openId,
        payerName: '',
        idempotencyKey: `${linkKeys(link.id)}${body.key}`,
        returnUrl: `${originOf(http)}/m/pay/${params.token}?paid=${body.key}`,
      },
    );
    if (parseYuan(totalOf(link.debts)) !== parseYuan(body.expectedTotal)) {
      // Whoever pays saw another sum: something was paid or has grown since.
      throw householdFail('household.payLinkChanged', { total: totalOf(link.debts) });
    }
    const run: Run = (work) => withinLink(services, params.token, (ctx) => work(ctx));
    const asker = { residentId: link.residentId, staffId: null, clientIp: http.ip, payLinkId: link.id };
    return startPayment(services, run, input, asker);
  }),
  publicRoute(contract.getLinkPayment, async (services, { params, query }) => {
    const read = () =>
      withinLink(services, params.token, async (ctx, link) => ({
        companyId: ctx.companyId,
        order: await requireOrder(ctx, linkKeys(link.id), params.key),
      }));
    const { companyId, order } = await read();
    if (query.asks !== undefined && order.state !== 'paid') await askAfterOrder(services, companyId, order.id);
    const { receiptId: _, ...view } = paymentViewOf((await read()).order);
    return view;
  }),
];
