import { cashierFail, type DomainError, paymentFail, undoFail } from '@anlin/contract';
import { formatYuan, formatYuanGrouped, negateFen, zeroFen } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { putEvent } from '../../platform/outbox/put-event.ts';
import { changeBillSums, lockBills } from '../charging/index.ts';
import { type LockedReceipt, lockReceipt, type ReceiptLines, readReceiptLines, requestAbout } from './lock-receipt.ts';
import { moveDeposits } from './move-deposit.ts';
import { movePrepaid } from './move-prepaid.ts';
import { oppositeReduction, sumChangeOf, writeReductions } from './write-reductions.ts';

export interface Undone {
  number: string;
  total: string;
  billCount: number;
}

/**
 * Reverses a receipt (CSH-7): it never happened. The opposite of everything on it is added today: its bills are due again
 * with the late fee they would have had without it, its discounts are gone, prepaid and deposits are as before, and its
 * number stays, cancelled. Refused (409) a second time, once refunded, and when its prepaid or deposit was used since.
 */
export async function reverseReceipt(ctx: Context, input: { receiptId: string; reason: string }): Promise<Undone> {
  const receipt = await lockReceipt(ctx, input.receiptId);
  const lines = await writeReversal(ctx, receipt, { kind: 'reverse', reason: input.reason });
  return announceReversal(ctx, receipt, lines, { action: 'receipt.reverse', state: 'reversed', reason: input.reason });
}

/** The same as an action that may need approval. */
export const receiptReversing = defineApprovable({
  key: 'receipt.reverse',
  label: '撤销收据',
  permission: 'receipt.reverse',
  hasAmount: true,
  input: z.object({ receiptId: z.string(), reason: z.string() }),
  async facts(ctx, { receiptId }) {
    const receipt = await lockReceipt(ctx, receiptId);
    await refuseUnlessStanding(ctx, receipt, { kind: 'reverse' });
    const lines = await readReceiptLines(ctx, receiptId);
    const sum = formatYuanGrouped(receipt.totalFen);
    return {
      ...requestAbout(receipt),
      summary: `撤销收据 ${receipt.number}，金额 ${sum} 元，${billIdsOf(lines).size} 张账单恢复未收`,
      changes: [{ label: `收据 ${receipt.number}`, before: `有效，${sum} 元`, after: '撤销，号码保留' }],
      basis: [receipt.id, receipt.totalFen, receipt.isReversed],
    };
  },
  apply: reverseReceipt,
});

/** What the undoing is called to a person. */
const words = { reverse: '撤销', void: '作废' } as const;

/** Writes the reversal of a locked receipt with the opposite of every line; returns the lines. */
export async function writeReversal(
  ctx: Context,
  receipt: LockedReceipt,
  undoing: { kind: 'reverse' | 'void'; reason: string; id?: string },
): Promise<ReceiptLines> {
  if (ctx.actor.id === null) throw new Error('a receipt is reversed by a person');
  await refuseUnlessStanding(ctx, receipt, undoing);
  const lines = await readReceiptLines(ctx, receipt.id);
  await lockBills(ctx, [...billIdsOf(lines)]);
  const id = undoing.id ?? ctx.newId();
  // One instant on both, however long the clock runs on in between: `verify` compares them.
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into receipt_reversal (company_id, id, community_id, receipt_id, kind, reason, reversed_on, reversed_at, staff_id)
    values (${ctx.companyId}, ${id}, ${receipt.communityId}, ${receipt.id}, ${undoing.kind}, ${undoing.reason}, ${receipt.today},
      ${now}, ${ctx.actor.id})`);
  await ctx.tx.run(
    sql`update receipt set reversed_at = ${now} where company_id = ${ctx.companyId} and id = ${receipt.id}`,
  );
  await takeBackBills(ctx, receipt, lines, { id, reason: undoing.reason });
  await takeBackIncomes(ctx, receipt, lines, id);
  await takeBackMovements(ctx, receipt, lines, { id, word: words[undoing.kind] });
  return lines;
}

/** Refuses a receipt that was undone, paid through a channel or refunded. */
async function refuseUnlessStanding(
  ctx: Context,
  receipt: LockedReceipt,
  undoing: { kind: 'reverse' | 'void' },
): Promise<void> {
  if (receipt.isReversed) throw cashierFail('receipt.alreadyReversed', { number: receipt.number });
  if (receipt.isOnline)
    throw paymentFail('receipt.paidOnline', { number: receipt.number, action: words[undoing.kind] });
  await refuseRefunded(ctx, receipt, words[undoing.kind]);
}

/** Every bill the receipt paid or reduced. */
export function billIdsOf(lines: Pick<ReceiptLines, 'allocations' | 'reductions'>): Set<string> {
  return new Set([...lines.allocations.map((one) => one.billId), ...lines.reductions.map((one) => one.billId)]);
}

async function refuseRefunded(ctx: Context, receipt: LockedReceipt, action: string): Promise<void> {
  const row = await ctx.tx.first<{ number: string }>(sql`select number from refund
    where company_id = ${ctx.companyId} and receipt_id = ${receipt.id} and state <> 'failed' order by refunded_at desc limit 1`);
  if (row) throw undoFail('receipt.refunded', { number: receipt.number, refund: row.number, action });
}

async function takeBackBills(
  ctx: Context,
  receipt: LockedReceipt,
  { allocations, reductions }: ReceiptLines,
  reversal: { id: string; reason: string },
): Promise<void> {
  if (allocations.length > 0)
    await ctx.tx.run(sql`
      insert into allocation (company_id, id, community_id, receipt_id, receipt_reversal_id, bill_id, principal_fen, late_fee_fen, offset_fen)
      select ${ctx.companyId}, a.id, ${receipt.communityId}, ${receipt.id}, ${reversal.id}, a.bill_id, -a.principal, -a.late_fee, -a.offset_part
      from unnest(${allocations.map(() => ctx.newId())}::uuid[], ${allocations.map((one) => one.billId)}::uuid[],
        ${allocations.map((one) => one.principalFen.toString())}::bigint[], ${allocations.map((one) => one.lateFeeFen.toString())}::bigint[],
        ${allocations.map((one) => one.offsetFen.toString())}::bigint[]) a (id, bill_id, principal, late_fee, offset_part)`);
  const opposites = reductions.map((one) =>
    oppositeReduction(one, {
      communityId: receipt.communityId,
      reducedOn: receipt.today,
      reason: reversal.reason,
      receiptId: receipt.id,
      receiptReversalId: reversal.id,
    }),
  );
  await writeReductions(ctx, opposites);
  await changeBillSums(ctx, [
    ...allocations.map((one) => ({
      billId: one.billId,
      receivedFen: negateFen(one.principalFen),
      lateFeeReceivedFen: negateFen(one.lateFeeFen),
    })),
    ...opposites.map(sumChangeOf),
  ]);
}

async function takeBackIncomes(
  ctx: Context,
  receipt: LockedReceipt,
  { incomes }: ReceiptLines,
  reversalId: string,
): Promise<void> {
  if (incomes.length === 0) return;
  await ctx.tx.run(sql`
    insert into other_income (company_id, id, community_id, receipt_id, receipt_reversal_id, charge_item_id, description, amount_fen, other_income_id)
    select o.company_id, n.id, o.community_id, o.receipt_id, ${reversalId}, o.charge_item_id, o.description, -o.amount_fen, o.id
    from other_income o join unnest(${incomes.map(() => ctx.newId())}::uuid[], ${incomes.map((one) => one.id)}::uuid[]) n (id, line_id) on n.line_id = o.id
    where o.company_id = ${ctx.companyId} and o.receipt_id = ${receipt.id}`);
}

/** The last movement is undone first, so that money that went in and out again within the receipt is there when it is taken back. */
async function takeBackMovements(
  ctx: Context,
  receipt: LockedReceipt,
  { prepaid, deposits }: ReceiptLines,
  { id, word }: { id: string; word: string },
): Promise<void> {
  const document = { communityId: receipt.communityId, movedOn: receipt.today };
  const moves = prepaid.toReversed().map((one) => ({
    accountId: one.holderId,
    kind: 'reversal' as const,
    amountFen: negateFen(one.amountFen),
    bonusFen: one.bonusFen === zeroFen ? zeroFen : negateFen(one.bonusFen),
    receiptId: receipt.id,
    receiptTenderId: one.tenderId,
    receiptReversalId: id,
    otherMovementId: one.rootId,
  }));
  await explaining(
    () => movePrepaid(ctx, document, moves),
    (refusal) => undoFail('receipt.prepaidUsed', { ...refusal.params, number: receipt.number, action: word }),
  );
  await moveDeposits(
    ctx,
    document,
    deposits.toReversed().map((one) => ({
      depositId: one.holderId,
      kind: 'reversal' as const,
      amountFen: negateFen(one.amountFen),
      undoes: { movementId: one.rootId, kind: one.kind === 'take' ? ('take' as const) : ('offset' as const) },
      receiptId: receipt.id,
      receiptTenderId: one.tenderId,
      receiptReversalId: id,
    })),
  );
}

/** Says in the words of the undoing why prepaid refused; everything else passes. */
export async function explaining<T>(work: () => Promise<T>, explain: (refusal: DomainError) => Error): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = error as Partial<DomainError>;
    if (refusal.code === 'prepaid.short') throw explain(error as DomainError);
    throw error;
  }
}

/** Notes the undoing and tells whoever took the money. */
export async function announceReversal(
  ctx: Context,
  receipt: LockedReceipt,
  lines: ReceiptLines,
  { action, state, reason }: { action: string; state: string; reason: string },
): Promise<Undone> {
  const total = formatYuan(receipt.totalFen);
  const billCount = lines.allocations.length;
  await recordAudit(ctx, {
    action,
    targetKind: 'receipt',
    targetId: receipt.id,
    targetLabel: receipt.number,
    communityId: receipt.communityId,
    before: { state: 'valid' },
    after: { state, total, billCount, reason },
  });
  await putEvent(ctx, 'receipt.reversed', {
    receiptId: receipt.id,
    communityId: receipt.communityId,
    totalFen: receipt.totalFen.toString(),
    cashierStaffId: receipt.cashierStaffId,
    number: receipt.number,
    reason,
  });
  return { number: receipt.number, total, billCount };
}
