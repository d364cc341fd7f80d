import type { TargetKind } from '@anlin/contract';
import { bankFail, cashierFail, platformFail, takePayment as takePaymentEndpoint } from '@anlin/contract';
import { type Fen, formatYuan, zeroFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readClosedUntil, type SharedBill, shareReceived, takePayment } from '../cashier/index.ts';

/** Money that lies in the company's account, and what it is for. */
export interface BankPayment {
  communityId: string;
  targetKind: TargetKind;
  targetId: string;
  amountFen: Fen;
  methodKey: 'withholding' | 'bankTransfer';
  reference: string;
  payerName: string;
  note: string;
  receivedOn: string;
  idempotencyKey: string;
  billIds: readonly string[];
  /**
   * What was asked for by bill when the bank was told: no more is paid on it, and late fee that came on top while the bank
   * had the file is not asked for. Without it each bill gets what it owes on the day.
   */
  asked?: ReadonlyMap<string, { principalFen: Fen; lateFeeFen: Fen }>;
  /** Refuses (409) unless the bills come to exactly the money. */
  isExact?: boolean;
}

/**
 * Books money of a bank on one receipt: bills older first as they are under the lock, what they no longer owe to the
 * prepaid of the house, told by `prepaidFen`. The same key gives the same receipt.
 */
export async function takeBankPayment(
  ctx: Context,
  payment: BankPayment,
): Promise<{ receiptId: string; number: string; prepaidFen: Fen }> {
  const { communityId, targetKind, targetId, receivedOn, amountFen } = payment;
  await checkDay(ctx, communityId, receivedOn);
  const methodId = await readMethod(ctx, payment.methodKey);
  const { bills, leftFen } = await shareOut(ctx, payment);
  const yuan = formatYuan(amountFen);
  const body = takePaymentEndpoint.body.parse({
    communityId,
    targetKind,
    targetId,
    bills,
    ...(bills.some((bill) => bill.lateFeeWaived) ? { reductionReason: '银行处理期间的违约金不计' } : {}),
    ...(leftFen > zeroFen
      ? { topUps: [{ targetKind, targetId, chargeItemId: null, amount: formatYuan(leftFen) }] }
      : {}),
    expectedTotal: yuan,
    tenders: [{ paymentMethodId: methodId, amount: yuan, reference: payment.reference.slice(0, 60) }],
    payerName: payment.payerName.slice(0, 60),
    receivedOn,
    takesWithheld: true,
    note: payment.note.slice(0, 200),
    idempotencyKey: payment.idempotencyKey,
  });
  const taken = await takePayment(ctx, body, { isInBank: true });
  return { receiptId: taken.id, number: taken.number, prepaidFen: leftFen };
}

/** The day must have come, and its books must be open: told before anything is written. */
export async function checkDay(ctx: Context, communityId: string, receivedOn: string): Promise<void> {
  const community = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  const today = businessDay(ctx.clock, community.time_zone).toString();
  if (receivedOn > today) throw cashierFail('receipt.futureDay', { day: receivedOn, today });
  const until = await readClosedUntil(ctx, communityId);
  if (until !== null && receivedOn <= until) throw platformFail('books.closed', { until });
}

const methodNames = { withholding: '银行代扣', bankTransfer: '银行转账' } as const;

async function readMethod(ctx: Context, key: BankPayment['methodKey']): Promise<string> {
  const method = await ctx.tx.first<{ id: string }>(
    sql`select id from payment_method where company_id = ${ctx.companyId} and key = ${key} and is_enabled`,
  );
  if (!method) throw bankFail('withholding.methodMissing', { name: methodNames[key] });
  return method.id;
}

/** What each bill gets, and what is left over. */
async function shareOut(ctx: Context, payment: BankPayment): Promise<{ bills: SharedBill[]; leftFen: Fen }> {
  const { owedFen, ...shared } = await shareReceived(ctx, payment);
  if (payment.isExact && owedFen !== payment.amountFen)
    throw bankFail('bankStatement.proposalStale', { owed: formatYuan(owedFen), amount: formatYuan(payment.amountFen) });
  return shared;
}
