import {
  type ClientPlace,
  type DueBill,
  type EndpointReply,
  type EndpointRequest,
  householdFail,
  missingByOrder,
  type PaymentOrder as OrderRule,
  type OwnPayment,
  type PaymentBody,
  paymentOrderHints,
  paymentStates,
  platformFail,
  type startOwnPayment as startEndpoint,
  type listOwnPaymentWays as waysEndpoint,
} from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { channelOf, listUsable, type PaymentOrder, type PaymentRequest, type PaymentWay } from '../payments/index.ts';
import { readOwnDues } from './list-dues.ts';
import { type OwnTarget, readOwnTargets } from './own-targets.ts';
import { canAskPayer } from './wechat/payer-open-id.ts';

/**
 * How a phone comes to a channel, by where the page runs, the best first: its own page, then a code to be scanned or kept. WeChat
 * opens nothing of Alipay and refuses its own page for other browsers; a mini-program's web-view opens no other site at all.
 */
const phoneWays: Readonly<Record<ClientPlace, readonly PaymentWay[]>> = {
  browser: ['h5', 'wap', 'gateway', 'qr', 'native', 'precreate'],
  wechat: ['jsapi', 'gateway', 'qr'],
  miniProgram: ['miniProgram'],
  alipay: ['wap', 'gateway'],
};

/** Channels a phone can pay through in a community. */
export async function listOwnPaymentWays(
  ctx: Context,
  communityId: string,
  place: ClientPlace,
): Promise<EndpointReply<typeof waysEndpoint>['channels']> {
  const usable = await listUsable(ctx, communityId, 'fees');
  const open = await Promise.all(
    usable.map(async (channel) => {
      const way = wayOf(channel.kind, place);
      return way !== undefined && (await canAskPayer(ctx, channel.account, way));
    }),
  );
  return usable.filter((_, index) => open[index]).map(({ kind, name }) => ({ kind, name }));
}

export function wayOf(kind: Parameters<typeof channelOf>[0], place: ClientPlace): PaymentWay | undefined {
  const ways = channelOf(kind)?.ways ?? [];
  return phoneWays[place].find((way) => ways.includes(way));
}

/** Error: reference.notFound where the channel can't be paid through there. */
export function requireWay({ channelKind, place }: Pick<PayRequest, 'channelKind' | 'place'>): PaymentWay {
  const way = wayOf(channelKind, place);
  if (!way) throw platformFail('reference.notFound', { label: '支付方式' });
  return way;
}

type PayRequest = EndpointRequest<typeof startEndpoint>['body'];

/**
 * What a resident's request pays, checked: bills that are due and theirs, in the order the community wants, prepaid for a house
 * or space of theirs. Sums are checked when the order is written. Errors: household.chooseNothing, reference.notFound,
 * household.payOrder.
 */
export async function checkPayment(
  ctx: Context,
  resident: SignedInResident,
  input: Pick<PayRequest, 'communityId' | 'bills' | 'topUp'>,
): Promise<Pick<PaymentBody, 'targetKind' | 'targetId'>> {
  if (input.bills.length === 0 && input.topUp === null) throw householdFail('household.chooseNothing');
  const targets = await readOwnTargets(ctx, resident, input.communityId);
  if (targets.length === 0) throw platformFail('reference.notFound', { label: '小区' });
  const dues = await readOwnDues(ctx, targets);
  const chosen = new Set(input.bills.map((bill) => bill.id.toLowerCase()));
  const known = dues.filter((bill) => chosen.has(bill.id));
  if (known.length < chosen.size) throw platformFail('reference.notFound', { label: '账单' });
  await checkOrder(ctx, input.communityId, dues, chosen, targets[0]!);
  const targetId = input.topUp?.targetId.toLowerCase() ?? known[0]!.targetId;
  const target = targets.find((one) => one.id === targetId);
  if (!target) throw platformFail('reference.notFound', { label: '房屋' });
  return { targetKind: target.kind, targetId: target.id };
}

/** Refuses a choice the community's rule does not allow, naming what must be chosen as well. */
export async function checkOrder(
  ctx: Context,
  communityId: string,
  dues: readonly DueBill[],
  chosen: ReadonlySet<string>,
  { timeZone }: Pick<OwnTarget, 'timeZone'>,
): Promise<void> {
  const community = await ctx.tx.first<{ name: string; rule: OrderRule }>(
    sql`select name, resident_payment_order as rule from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  // What a bank is taking just now cannot be chosen, so no rule asks for it.
  const free = dues.filter((bill) => bill.blockedBy === '');
  const missing = new Set(missingByOrder(community!.rule, free, chosen, businessDay(ctx.clock, timeZone).toString()));
  if (missing.size === 0) return;
  const named = free.filter((bill) => missing.has(bill.id)).map((bill) => `${bill.chargeItemName} ${bill.periodText}`);
  throw householdFail('household.payOrder', {
    community: community!.name,
    rule: paymentOrderHints[community!.rule],
    missing: named.length > 3 ? `${named.slice(0, 3).join('、')} 等 ${named.length} 笔` : named.join('、'),
  });
}

/** What the residents' client asks of `startPayment`. */
export function paymentBodyOf(
  input: Pick<PayRequest, 'communityId' | 'bills' | 'topUp' | 'expectedTotal' | 'channelKind' | 'place'>,
  more: Pick<PaymentRequest, 'targetKind' | 'targetId' | 'payerName' | 'idempotencyKey' | 'returnUrl' | 'openId'>,
): PaymentRequest {
  const way = requireWay(input);
  return {
    communityId: input.communityId,
    bills: input.bills,
    ...(input.topUp ? { topUps: [{ chargeItemId: null, amount: input.topUp.amount }] } : {}),
    expectedTotal: input.expectedTotal,
    application: 'fees',
    way,
    channelKind: input.channelKind,
    ...more,
  };
}

/** What the keys of one client begin with, so that nobody's key meets another's. */
export const ownKeys = (residentId: string): string => `r-${residentId}-`;
export const linkKeys = (linkId: string): string => `l-${linkId}-`;

const notes: Readonly<Record<string, string>> = {
  surplus: '多付的部分已存为预存款。',
  returned: '多付的部分已原路退回。',
  mismatch: '支付结果正在由物业核实，请勿重复支付。',
  unbooked: '款已收到，物业正在入账，请勿重复支付。',
  doubled: '这笔款付了两次，物业会为您处理，请勿再付。',
};

/** An order as whoever pays it needs it. */
export function paymentViewOf(order: PaymentOrder): OwnPayment {
  return {
    state: order.state,
    stateLabel: paymentStates[order.state],
    amount: formatYuan(order.amountFen),
    receiptId: order.receiptId,
    note: notes[order.exception ?? ''] ?? '',
  };
}
