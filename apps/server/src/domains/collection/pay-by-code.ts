import {
  collectionFail,
  type EndpointReply,
  type EndpointRequest,
  type getCollectionPayment as getEndpoint,
  type payByCollectionCode as payEndpoint,
  platformFail,
} from '@anlin/contract';
import { formatYuan, parseYuan } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readShareToken } from '../../platform/links/share-token.ts';
import type { Services } from '../../platform/services.ts';
import { payerOpenId, paymentViewOf, requireWay, visitorOpenId } from '../household/index.ts';
import {
  askAfterOrder,
  findOrderOf,
  type PaymentAsker,
  type PaymentOpened,
  type PaymentRequest,
  type Run,
  startPayment,
} from '../payments/index.ts';
import { addHeldItem } from './held-item.ts';
import { type ScannedCode, withinCode } from './open-code.ts';

type Body = EndpointRequest<typeof payEndpoint>['body'];

/** How often one address may begin to pay by one code. Neighbours on one network are several. */
const mostStarts = 20;
const startMinutes = 10;

/** What keys of this paper's payers begin with. A result is read by it also after the paper was replaced. */
const codeKeys = (issueId: string): string => `c-${issueId}-`;

/**
 * Starts the payment of an amount by whoever scanned a code. Errors: collectionCode.ended (404), amountsRefused (409), amountBounds,
 * remarkRequired (422), tooMany (429), household.wechatNeeded (409), those of `startPayment`.
 */
export async function payByCode(
  services: Services,
  token: string,
  body: Body,
  from: { ip: string; origin: string; browser: string | undefined },
): Promise<PaymentOpened> {
  const asked = await withinCode(services, token, async (ctx, code) => {
    await checkAsked(ctx, code, body, from.ip);
    const payer = { communityId: code.communityId, channelKind: body.channelKind, way: requireWay(body) };
    const visitor = { purpose: 'collect' as const, browser: from.browser };
    const openId = await payerOpenId(ctx, payer, ({ appId }) => visitorOpenId(ctx, visitor, appId));
    return { code, openId, heldItemId: code.purpose === 'held' ? await addHeldItem(ctx) : null };
  });
  const { code } = asked;
  const asker: PaymentAsker = {
    residentId: null,
    staffId: null,
    clientIp: from.ip,
    collection: {
      codeId: code.id,
      codeName: code.name,
      remark: body.remark,
      heldItemId: asked.heldItemId,
      incomeItemId: code.purpose === 'income' ? code.chargeItemId : null,
    },
  };
  const run: Run = (work) => withinCode(services, token, (ctx) => work(ctx));
  return startPayment(services, run, { ...requestOf(code, token, body, from.origin), ...asked.openId }, asker);
}

async function checkAsked(ctx: Context, code: ScannedCode, body: Body, ip: string): Promise<void> {
  const { rules } = code;
  if (!rules.takesAmounts) throw collectionFail('collectionCode.amountsRefused');
  const amountFen = parseYuan(body.amount);
  if (amountFen < rules.minFen || amountFen > rules.maxFen)
    throw collectionFail('collectionCode.amountBounds', {
      min: formatYuan(rules.minFen),
      max: formatYuan(rules.maxFen),
    });
  if (code.isRemarkRequired && body.remark === '')
    throw collectionFail('collectionCode.remarkRequired', { hint: rules.remarkHint });
  const since = ctx.clock.now().subtract({ minutes: startMinutes }).toString();
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from payment_order
    where company_id = ${ctx.companyId} and collection_code_id = ${code.id} and created_at > ${since} and client_ip = ${ip}
      and idempotency_key <> ${`${codeKeys(code.issueId)}${body.key}`}`);
  if (row!.count >= mostStarts) throw collectionFail('collectionCode.tooMany');
}

function requestOf(code: ScannedCode, token: string, body: Body, origin: string): PaymentRequest {
  const way = requireWay(body);
  return {
    communityId: code.communityId,
    targetKind: code.targetKind,
    targetId: code.targetId,
    bills: [],
    ...(code.purpose === 'prepaid' ? { topUps: [{ chargeItemId: code.chargeItemId, amount: body.amount }] } : {}),
    expectedTotal: body.amount,
    application: 'fees',
    way,
    channelKind: body.channelKind,
    payerName: body.payerName,
    idempotencyKey: `${codeKeys(code.issueId)}${body.key}`,
    returnUrl: `${origin}/m/c/${token}?paid=${body.key}`,
  };
}

/** What became of a payment of this paper's; also when the paper was replaced meanwhile. 404 when there is none. */
export async function readCodePayment(
  services: Services,
  token: string,
  key: string,
  asks: boolean,
): Promise<EndpointReply<typeof getEndpoint>> {
  const shared = readShareToken(services.secret, 'collect', token);
  if (!shared) throw collectionFail('collectionCode.ended');
  const read = () =>
    asSystem(services, shared.companyId, async (ctx) => {
      const order = await findOrderOf(ctx, codeKeys(shared.linkId), key);
      if (!order) throw platformFail('resource.notFound', { label: '支付' });
      return order;
    });
  const order = await read();
  if (asks && order.state !== 'paid') await askAfterOrder(services, shared.companyId, order.id);
  const { receiptId: _, ...view } = paymentViewOf(await read());
  return view;
}
