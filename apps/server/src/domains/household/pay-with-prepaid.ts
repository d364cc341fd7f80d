import {
  type EndpointReply,
  type EndpointRequest,
  householdFail,
  type payWithOwnPrepaid as payEndpoint,
  type quoteOwnPrepaid as quoteEndpoint,
  type startOwnPayment as startEndpoint,
} from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { offerPrepaid, payFromPrepaid } from '../cashier/index.ts';
import type { OrderSequel } from '../payments/index.ts';
import { readOwnTargets } from './own-targets.ts';
import { checkPayment, ownKeys } from './pay.ts';

/** How far one's own prepaid pays the bills chosen. Errors: those of `checkPayment`. */
export async function quotePrepaid(
  ctx: Context,
  resident: SignedInResident,
  { communityId, billIds }: EndpointRequest<typeof quoteEndpoint>['body'],
): Promise<EndpointReply<typeof quoteEndpoint>> {
  await checkPayment(ctx, resident, { communityId, bills: billIds.map((id) => ({ id, expected: '0' })), topUp: null });
  const offer = await offerPrepaid(ctx, communityId, billIds);
  const names = new Map((await readOwnTargets(ctx, resident, communityId)).map(({ id, name }) => [id, name]));
  return {
    total: formatYuan(offer.owedFen),
    prepaid: formatYuan(offer.totalFen),
    rest: formatYuan(subtractFen(offer.owedFen, offer.totalFen)),
    accounts: offer.draws.map(({ accountId, amountFen }) => {
      const account = offer.accounts.find((one) => one.id === accountId)!;
      const targetName = names.get(account.targetId) ?? '';
      return { id: accountId, label: account.label, targetName, amount: formatYuan(amountFen) };
    }),
  };
}

/**
 * Pays one's bills wholly from one's prepaid. The same key is the same receipt. Errors: those of `checkPayment` and of
 * `payFromPrepaid`, household.prepaidShort (409).
 */
export async function payWithPrepaid(
  ctx: Context,
  resident: SignedInResident,
  input: EndpointRequest<typeof payEndpoint>['body'],
): Promise<EndpointReply<typeof payEndpoint>> {
  const { communityId, bills, expectedTotal } = input;
  const idempotencyKey = `${ownKeys(resident.residentId!)}${input.key}`;
  // Pressed twice at once: the second waits for the first, whose receipt it then finds.
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`own prepaid ${idempotencyKey}`}, 0))`);
  const earlier = await ctx.tx.first<{
    id: string;
    number: string;
    total_fen: Fen;
  }>(sql`select id, number, total_fen from receipt
    where company_id = ${ctx.companyId} and idempotency_key = ${idempotencyKey}`);
  // Pressed again after all: the bills are paid, and the same receipt says so.
  if (earlier) return { receiptId: earlier.id, number: earlier.number, total: formatYuan(earlier.total_fen) };
  await checkPayment(ctx, resident, { communityId, bills, topUp: null });
  const wantedFen = sumFen(bills.map((bill) => parseYuan(bill.expected)));
  if (wantedFen !== parseYuan(expectedTotal))
    throw householdFail('household.sumWrong', { bills: formatYuan(wantedFen), total: expectedTotal });
  const payerName = resident.residentName;
  const slip = { communityId, bills, payerName, note: '住户用预存款支付', idempotencyKey };
  const taken = await payFromPrepaid(ctx, slip);
  if (taken) return { receiptId: taken.id, number: taken.number, total: taken.total };
  const ids = bills.map((bill) => bill.id);
  const { totalFen } = await offerPrepaid(ctx, communityId, ids);
  throw householdFail('household.prepaidShort', { total: expectedTotal, prepaid: formatYuan(totalFen) });
}

/** What a channel's payment is completed with from prepaid, as it was quoted. Errors: household.prepaidChanged, household.prepaidCovers (409). */
export async function prepaidSequel(
  ctx: Context,
  { communityId, bills, prepaid }: EndpointRequest<typeof startEndpoint>['body'],
): Promise<OrderSequel | undefined> {
  const wantedFen = parseYuan(prepaid);
  if (wantedFen === zeroFen) return undefined;
  const ids = bills.map((bill) => bill.id.toLowerCase());
  const offer = await offerPrepaid(ctx, communityId, ids);
  if (offer.totalFen !== wantedFen)
    throw householdFail('household.prepaidChanged', { prepaid: formatYuan(offer.totalFen) });
  if (offer.totalFen === offer.owedFen) throw householdFail('household.prepaidCovers');
  return { kind: 'prepaid', paid: offer.paid };
}
