import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, lateFeeOfBill, lockBills, readBills } from '../charging/index.ts';
import { queueByKey } from './desk.queries.ts';
import { type HeldPrepaid, lockHeldMoney, readHeldMoney } from './held-money.queries.ts';
import { readPayments } from './payment-history.ts';
import type { PaymentInput, PaymentTaken } from './payment-input.ts';
import { type PrepaidPlan, planOwnPrepaid, type WantedBill } from './plan-own-prepaid.ts';
import { quoteBills } from './quote-bills.ts';
import { takePayment } from './take-payment.ts';

interface PrepaidOffer extends PrepaidPlan {
  /** What the bills owe in all, late fee as of today. */
  owedFen: Fen;
  accounts: readonly HeldPrepaid[];
}

/**
 * How far the prepaid of their own houses and spaces would pay these bills today; nothing where the company does not pay with
 * prepaid. Reads only; bills that cannot be paid now are left out.
 */
export async function offerPrepaid(
  ctx: Context,
  communityId: string,
  billIds: readonly string[],
): Promise<PrepaidOffer> {
  const desk = await readDesk(ctx, communityId);
  const wanted = await openBills(ctx, communityId, await readBills(ctx, billIds), desk.today);
  const held = desk.methodId ? await readHeldMoney(ctx, targetsOf(wanted)) : { accounts: [] };
  const owedFen = sumFen(wanted.map((bill) => bill.owedFen));
  return { ...planOwnPrepaid(wanted, held.accounts), owedFen, accounts: held.accounts };
}

/** What one receipt paid with prepaid says, whoever it is for. */
interface Slip {
  communityId: string;
  payerName: string;
  note: string;
  idempotencyKey: string;
}

/**
 * Pays bills whole from the prepaid of their own houses and spaces, as a resident wishes, on one receipt of the kind `offset`; sums
 * are what the payer saw, in yuan. The rules are the desk's, and so are the locks: bills, then accounts, so that a cashier at the
 * same moment is waited for and seen. Null when the prepaid does not reach. The same key is the same receipt. Errors: those of
 * `takePayment`.
 */
export async function payFromPrepaid(
  ctx: Context,
  input: Slip & { bills: readonly { id: string; expected: string }[] },
): Promise<PaymentTaken | null> {
  const earlier = await queueByKey(ctx, input.idempotencyKey);
  if (earlier) {
    const { id, number, totalFen, changeFen } = earlier;
    return { id, number, total: formatYuan(totalFen), change: formatYuan(changeFen) };
  }
  const desk = await readDesk(ctx, input.communityId);
  const quoted = await quoteBills(ctx, { ...input, day: desk.today });
  const bills = await readBills(
    ctx,
    quoted.map((one) => one.billId),
  );
  const wanted = await openBills(ctx, input.communityId, bills, desk.today);
  const plan = await planUnderLock(ctx, desk, wanted);
  if (plan.totalFen < sumFen(wanted.map((bill) => bill.owedFen))) return null;
  return takePayment(ctx, bodyOf(input, { desk, plan, wanted, bills }), { isHeld: true });
}

/**
 * Pays what is left of bills from the prepaid of their own houses and spaces, as far as both still go, at most `mostFen`: what a
 * payment through a channel is completed with. The rules of the desk held when it was asked for. `isGeneral`: only money kept for
 * anything, not that of one item. `receivedOn`: the day it counts for, late fee runs until then. Null when nothing is left to pay
 * or to pay with.
 */
export async function completeFromPrepaid(
  ctx: Context,
  rest: Slip & { billIds: readonly string[]; mostFen: Fen; isGeneral: boolean; receivedOn: string },
): Promise<{ receiptId: string; paidFen: Fen } | null> {
  const desk = { ...(await readDesk(ctx, rest.communityId)), today: rest.receivedOn };
  const bills = await lockBills(ctx, rest.billIds);
  const wanted = await openBills(ctx, rest.communityId, bills, desk.today);
  const plan = await planUnderLock(ctx, desk, wanted, rest);
  if (plan.totalFen === zeroFen) return null;
  const body = bodyOf(rest, { desk, plan, wanted, bills });
  const taken = await takePayment(ctx, body, { isHeld: true, isInBank: true });
  return { receiptId: taken.id, paidFen: plan.totalFen };
}

interface PrepaidDesk {
  today: string;
  /** The method prepaid is used by; null while the company does not use it. */
  methodId: string | null;
}

async function readDesk(ctx: Context, communityId: string): Promise<PrepaidDesk> {
  const row = await ctx.tx.first<{ time_zone: string; method_id: string | null }>(sql`
    select c.time_zone, (select m.id from payment_method m where m.company_id = c.company_id and m.source = 'prepaid' and m.is_enabled limit 1) as method_id
    from community c where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  return { today: businessDay(ctx.clock, row!.time_zone).toString(), methodId: row!.method_id };
}

/** Those of the bills that can be paid now, with what they owe today. */
async function openBills(
  ctx: Context,
  communityId: string,
  bills: readonly BillAccount[],
  today: string,
): Promise<WantedBill[]> {
  const open = bills.filter(
    (bill) =>
      bill.outstandingFen > zeroFen &&
      !bill.isVoided &&
      bill.withheldIn === '' &&
      bill.communityId === communityId.toLowerCase(),
  );
  const payments = await readPayments(ctx, open);
  return open.map((bill) => {
    const { dueFen } = lateFeeOfBill(bill, payments.get(bill.id) ?? [], today);
    const { id, targetId, chargeItemId, periodFrom } = bill;
    return { id, targetId, chargeItemId, periodFrom, owedFen: addFen(bill.outstandingFen, dueFen) };
  });
}

const targetsOf = (bills: readonly WantedBill[]): string[] => [...new Set(bills.map((bill) => bill.targetId))];

/** Accounts are locked after bills, by id, as everywhere. */
async function planUnderLock(
  ctx: Context,
  desk: PrepaidDesk,
  wanted: readonly WantedBill[],
  limit?: { mostFen: Fen; isGeneral: boolean },
): Promise<PrepaidPlan> {
  if (!desk.methodId) return planOwnPrepaid(wanted, []);
  const { accounts } = await lockHeldMoney(ctx, { targetIds: targetsOf(wanted), toIds: [] });
  const usable = limit?.isGeneral ? accounts.filter((one) => one.chargeItemId === null) : accounts;
  return planOwnPrepaid(wanted, usable, limit?.mostFen);
}

function bodyOf(
  { communityId, payerName, note, idempotencyKey }: Slip,
  of: { desk: PrepaidDesk; plan: PrepaidPlan; wanted: readonly WantedBill[]; bills: readonly BillAccount[] },
): PaymentInput {
  const { desk, plan } = of;
  const paid = of.wanted.filter((bill) => plan.paid.has(bill.id));
  const first = of.bills.find((bill) => bill.id === paid[0]?.id);
  return {
    communityId,
    ...(first ? { targetKind: first.targetKind, targetId: first.targetId } : {}),
    bills: paid.map((bill) => ({
      id: bill.id,
      expected: formatYuan(bill.owedFen),
      pay: formatYuan(plan.paid.get(bill.id)!),
    })),
    expectedTotal: formatYuan(plan.totalFen),
    tenders: plan.draws.map(({ accountId, amountFen }) => ({
      paymentMethodId: desk.methodId!,
      amount: formatYuan(amountFen),
      reference: '',
      prepaidAccountId: accountId,
    })),
    payerName,
    receivedOn: desk.today,
    note,
    idempotencyKey,
  };
}
