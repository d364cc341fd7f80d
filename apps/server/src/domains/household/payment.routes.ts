import * as contract from '@anlin/contract';
import { householdFail, platformFail, residentClientPath } from '@anlin/contract';
import { parseYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { publicRoute, type Route, residentRoute, residentSessionRoute } from '../../platform/http/route.ts';
import { askAfterOrder, findOrderOf, type PaymentOrder, type Run, startPayment } from '../payments/index.ts';
import { originOf } from './origin-of.ts';
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
import { sessionOpenId } from './wechat/keep-open-id.ts';
import { payerOpenId } from './wechat/payer-open-id.ts';
import { browserCookie, visitorOpenId } from './wechat/wechat-visit.ts';

async function requireOrder(ctx: Context, prefix: string, key: string): Promise<PaymentOrder> {
  const order = await findOrderOf(ctx, prefix, key);
  if (!order) throw platformFail('resource.notFound', { label: '支付' });
  return order;
}

/** Paying on the phone (PAY-3), and letting somebody else pay. */
export const paymentRoutes: Route[] = [
  residentRoute(contract.listOwnPaymentWays, async (ctx, { query }) => ({
    channels: await listOwnPaymentWays(ctx, query.communityId, query.place),
  })),
  residentSessionRoute(contract.startOwnPayment, async (session, { body }, http) => {
    const checked = await session.run(async (ctx, resident) => {
      const prefix = ownKeys(resident.residentId!);
      // Asked again with the same key, the same order answers, whatever became of its bills since.
      const earlier = await findOrderOf(ctx, prefix, body.key);
      const target = earlier ?? (await checkPayment(ctx, resident, body));
      const payer = { ...body, way: requireWay(body) };
      return {
        openId: await payerOpenId(ctx, payer, (account) => sessionOpenId(ctx, resident.sessionId, account)),
        target: { targetKind: target.targetKind, targetId: target.targetId },
        isAgain: earlier !== undefined,
        companyId: ctx.companyId,
        residentId: resident.residentId!,
        residentName: resident.residentName,
      };
    });
    const input = paymentBodyOf(body, {
      ...checked.target,
      ...checked.openId,
      payerName: checked.residentName,
      idempotencyKey: `${ownKeys(checked.residentId)}${body.key}`,
      returnUrl: `${originOf(http)}${residentClientPath(checked.companyId)}payments/${body.key}`,
    });
    // Checked again where the order is written: between the two a bill may have gone.
    const run: Run = (work) =>
      session.run(async (ctx, resident) => {
        if (!checked.isAgain) await checkPayment(ctx, resident, body);
        return work(ctx);
      });
    const asker = { residentId: checked.residentId, staffId: null, clientIp: http.ip };
    return startPayment(http.services, run, input, asker);
  }),
  residentSessionRoute(contract.getOwnPayment, async (session, { params, query }, { services }) => {
    const read = () =>
      session.run(async (ctx, resident) => ({
        companyId: ctx.companyId,
        order: await requireOrder(ctx, ownKeys(resident.residentId!), params.key),
      }));
    const { companyId, order } = await read();
    if (query.asks === undefined || order.state === 'paid') return paymentViewOf(order);
    await askAfterOrder(services, companyId, order.id);
    return paymentViewOf((await read()).order);
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
      const browser = http.request.cookies[browserCookie];
      return { link: found, openId: await payerOpenId(ctx, payer, ({ appId }) => visitorOpenId(ctx, browser, appId)) };
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
