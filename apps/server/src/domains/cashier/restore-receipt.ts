import { platformFail, undoFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, billName, changeBillSums, lockBills, writeRestorations } from '../charging/index.ts';
import { type LockedReceipt, lockReceipt, type ReceiptLines, readReceiptLines } from './lock-receipt.ts';
import { moveDeposits } from './move-deposit.ts';
import { movePrepaid } from './move-prepaid.ts';
import { explaining, type Undone } from './reverse-receipt.ts';
import { type NewReduction, type ReductionKind, sumChangeOf, writeReductions } from './write-reductions.ts';

/**
 * Brings a voided receipt back from the recycle bin (CSH-8): its bills first, then everything it said, dated today. Refused
 * (409) when a bill's period was raised again or it owes less by now, and when prepaid or a deposit it drew on is gone.
 */
export async function restoreReceipt(ctx: Context, input: { receiptId: string; reason: string }): Promise<Undone> {
  if (ctx.actor.id === null) throw new Error('a receipt is restored by a person');
  const receipt = await lockReceipt(ctx, input.receiptId);
  const reversal = await readVoid(ctx, receipt);
  const lines = await readReceiptLines(ctx, receipt.id);
  const reductions = await readReductionsTakenBack(ctx, receipt, reversal.id, input.reason);
  const id = ctx.newId();
  await restoreBillsOf(ctx, receipt, { reversalId: reversal.id, reason: input.reason }, lines, reductions);
  await ctx.tx.run(sql`
    insert into receipt_restoration (company_id, id, community_id, receipt_id, receipt_reversal_id, reason, restored_on, restored_at, staff_id)
    values (${ctx.companyId}, ${id}, ${receipt.communityId}, ${receipt.id}, ${reversal.id}, ${input.reason}, ${receipt.today},
      ${nowText(ctx)}, ${ctx.actor.id})`);
  await ctx.tx.run(
    sql`update receipt set reversed_at = null where company_id = ${ctx.companyId} and id = ${receipt.id}`,
  );
  await addBillsAgain(ctx, receipt, id, lines, reductions);
  await addMovementsAgain(ctx, receipt, id, lines);
  const billCount = lines.allocations.length;
  const total = formatYuan(receipt.totalFen);
  await recordAudit(ctx, {
    action: 'receipt.restore',
    targetKind: 'receipt',
    targetId: receipt.id,
    targetLabel: receipt.number,
    communityId: receipt.communityId,
    before: { state: 'voided' },
    after: { state: 'valid', total, billCount, reason: input.reason },
  });
  return { number: receipt.number, total, billCount };
}

/** The void that put it in the bin; a reversal leads nowhere back. */
async function readVoid(ctx: Context, receipt: LockedReceipt): Promise<{ id: string }> {
  const row = await ctx.tx.first<{ id: string; kind: string }>(sql`
    select v.id, v.kind from receipt_reversal v where v.company_id = ${ctx.companyId} and v.receipt_id = ${receipt.id}
      and not exists (select from receipt_restoration x where x.company_id = v.company_id and x.receipt_reversal_id = v.id)`);
  if (!receipt.isReversed || row?.kind !== 'void') throw undoFail('receipt.notVoided', { number: receipt.number });
  return row;
}

async function readReductionsTakenBack(
  ctx: Context,
  receipt: LockedReceipt,
  reversalId: string,
  reason: string,
): Promise<(NewReduction & { amountFen: Fen })[]> {
  const rows = await ctx.tx.rows<{
    bill_id: string;
    kind: ReductionKind;
    amount_fen: Fen;
    offer_id: string | null;
    reason: string;
  }>(sql`
    select d.bill_id, d.kind, d.amount_fen, d.offer_id, d.reason from bill_reduction o
    join bill_reduction d on d.company_id = o.company_id and d.id = o.opposite_of
    where o.company_id = ${ctx.companyId} and o.receipt_reversal_id = ${reversalId} order by d.bill_id, d.id`);
  return rows.map((row) => ({
    billId: row.bill_id,
    communityId: receipt.communityId,
    kind: row.kind,
    amountFen: row.amount_fen,
    offerId: row.offer_id,
    reason: row.reason || reason,
    reducedOn: receipt.today,
    receiptId: receipt.id,
  }));
}

/** Bills first, and only as many as went with it; then each must still owe what the receipt paid and gave up. */
async function restoreBillsOf(
  ctx: Context,
  receipt: LockedReceipt,
  { reversalId, reason }: { reversalId: string; reason: string },
  { allocations }: ReceiptLines,
  reductions: readonly NewReduction[],
): Promise<void> {
  const billIds = [...new Set([...allocations, ...reductions].map((one) => one.billId))];
  const bills = await lockBills(ctx, billIds);
  if (bills.length < billIds.length) throw platformFail('resource.notFound', { label: '账单' });
  const gone = await ctx.tx.rows<{ bill_id: string }>(sql`select v.bill_id from bill_void v
    where v.company_id = ${ctx.companyId} and v.receipt_reversal_id = ${reversalId}
      and not exists (select from bill_restoration x where x.company_id = v.company_id and x.bill_void_id = v.id)`);
  const withIt = new Set(gone.map((row) => row.bill_id));
  const again = bills.find((bill) => bill.isVoided && !withIt.has(bill.id));
  if (again) throw undoFail('receipt.billGone', { bill: billName(again), number: receipt.number });
  await writeRestorations(
    ctx,
    bills.filter((bill) => bill.isVoided),
    reason,
  );
  for (const bill of await lockBills(ctx, billIds)) refuseOwingLess(receipt, bill, allocations, reductions);
}

function refuseOwingLess(
  receipt: LockedReceipt,
  bill: BillAccount,
  allocations: ReceiptLines['allocations'],
  reductions: readonly NewReduction[],
): void {
  const paid = allocations.filter((one) => one.billId === bill.id).map((one) => one.principalFen);
  const given = reductions
    .filter((one) => one.billId === bill.id && one.kind !== 'lateFeeWaiver')
    .map((one) => one.amountFen);
  const wantedFen = addFen(sumFen(paid), sumFen(given));
  if (wantedFen > bill.outstandingFen)
    throw undoFail('receipt.billOwesLess', {
      bill: billName(bill),
      outstanding: formatYuan(bill.outstandingFen),
      number: receipt.number,
      amount: formatYuan(wantedFen),
    });
}

async function addBillsAgain(
  ctx: Context,
  receipt: LockedReceipt,
  id: string,
  { allocations, incomes }: ReceiptLines,
  reductions: readonly NewReduction[],
): Promise<void> {
  if (allocations.length > 0)
    await ctx.tx.run(sql`
      insert into allocation (company_id, id, community_id, receipt_id, receipt_restoration_id, bill_id, principal_fen, late_fee_fen, offset_fen)
      select ${ctx.companyId}, a.id, ${receipt.communityId}, ${receipt.id}, ${id}, a.bill_id, a.principal, a.late_fee, a.offset_part
      from unnest(${allocations.map(() => ctx.newId())}::uuid[], ${allocations.map((one) => one.billId)}::uuid[],
        ${allocations.map((one) => one.principalFen.toString())}::bigint[], ${allocations.map((one) => one.lateFeeFen.toString())}::bigint[],
        ${allocations.map((one) => one.offsetFen.toString())}::bigint[]) a (id, bill_id, principal, late_fee, offset_part)`);
  const given = reductions.map((one) => ({ ...one, receiptRestorationId: id }));
  await writeReductions(ctx, given);
  await changeBillSums(ctx, [
    ...allocations.map((one) => ({
      billId: one.billId,
      receivedFen: one.principalFen,
      lateFeeReceivedFen: one.lateFeeFen,
    })),
    ...given.map(sumChangeOf),
  ]);
  if (incomes.length > 0)
    await ctx.tx.run(sql`
      insert into other_income (company_id, id, community_id, receipt_id, receipt_restoration_id, charge_item_id, description, amount_fen, other_income_id)
      select o.company_id, n.id, o.community_id, o.receipt_id, ${id}, o.charge_item_id, o.description, o.amount_fen, o.id
      from other_income o join unnest(${incomes.map(() => ctx.newId())}::uuid[], ${incomes.map((one) => one.id)}::uuid[]) n (id, line_id) on n.line_id = o.id
      where o.company_id = ${ctx.companyId} and o.receipt_id = ${receipt.id}`);
}

/** In the order of the first time. What an offset draws now is paid money first, so only what was given keeps its part. */
async function addMovementsAgain(
  ctx: Context,
  receipt: LockedReceipt,
  id: string,
  { prepaid, deposits }: ReceiptLines,
): Promise<void> {
  const document = { communityId: receipt.communityId, movedOn: receipt.today };
  const common = { receiptId: receipt.id, receiptRestorationId: id };
  await explaining(
    () =>
      movePrepaid(
        ctx,
        document,
        prepaid.map((one) => ({
          ...common,
          accountId: one.holderId,
          kind: 'restoration' as const,
          amountFen: one.amountFen,
          ...(one.amountFen > zeroFen ? { bonusFen: one.bonusFen } : {}),
          receiptTenderId: one.tenderId,
          otherMovementId: one.rootId,
        })),
      ),
    (refusal) => undoFail('receipt.prepaidGone', { ...refusal.params, number: receipt.number }),
  );
  await moveDeposits(
    ctx,
    document,
    deposits.map((one) => ({
      ...common,
      depositId: one.holderId,
      kind: 'restoration' as const,
      amountFen: one.amountFen,
      undoes: { movementId: one.rootId, kind: one.kind === 'take' ? ('take' as const) : ('offset' as const) },
      receiptTenderId: one.tenderId,
    })),
  );
}
