import { createHash } from 'node:crypto';
import { platformFail, type RefundBody, refundBody, undoFail } from '@anlin/contract';
import { type Fen, formatYuan, formatYuanGrouped, minFen, negateFen, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { type ApprovalFacts, defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enqueueJob } from '../../platform/jobs/enqueue-job.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { changeBillSums } from '../charging/index.ts';
import { moveDeposits } from './move-deposit.ts';
import { movePrepaid, openPrepaidAccount } from './move-prepaid.ts';
import { planRefund, type RefundPlan, refuseOtherRequest } from './plan-refund.ts';
import { sumChangeOf, writeReductions } from './write-reductions.ts';

export interface RefundTaken {
  id: string;
  number: string;
  total: string;
}

/**
 * Gives money back (CSH-5, 6, 7): for bills and other income of a receipt, from prepaid accounts, from deposits, in whole or
 * in part and as often as something is left. Everything is written in the caller's transaction with a number of its own; the
 * same key gives the same refund. Bills owe again, or are waived by what was refunded of them. It is `pending` where it goes
 * back through a payment channel, which has still to say yes. `ofOrder`: the system gives back what an online payment paid too much. Refused with nothing written when more is asked for than was paid and is left (409), when the
 * money does not add up, the day is not allowed, or an id is not in sight (422).
 */
export async function takeRefund(
  ctx: Context,
  input: RefundBody,
  { ofOrder = false }: { ofOrder?: boolean } = {},
): Promise<RefundTaken> {
  if (ctx.actor.id === null && !ofOrder) throw new Error('a refund is given by a person');
  const requestHash = hashOf(input);
  const earlier = await findByKey(ctx, input.idempotencyKey);
  if (earlier) return repeatOf(earlier, requestHash);
  const plan = await planOnce(ctx, input, requestHash, ofOrder);
  if ('number' in plan) return plan;
  const id = ctx.newId();
  const tenders = await chooseAccounts(ctx, plan);
  const number = await nextNumber(ctx, {
    communityId: plan.communityId,
    communityCode: plan.communityCode,
    kind: 'refund',
    pattern: plan.numberPattern,
    day: Temporal.PlainDate.from(plan.today),
  });
  const isByChannel = plan.tenders.some((one) => one.isByChannel);
  await insertRefund(ctx, { id, number, input, plan, requestHash, state: isByChannel ? 'pending' : 'done' });
  // Whoever talks to the channel looks for it when this is written.
  if (isByChannel) await enqueueJob(ctx, 'sweepCompany', {}, `payments ${ctx.companyId}`);
  await writeBillLines(ctx, id, input, plan);
  await writeIncomeLines(ctx, id, plan);
  await writeMovements(ctx, id, input, plan, tenders);
  const total = formatYuan(plan.totalFen);
  await recordAudit(ctx, {
    action: 'refund.take',
    targetKind: 'refund',
    targetId: id,
    targetLabel: number,
    communityId: plan.communityId,
    after: {
      total,
      receipt: plan.receipt?.number ?? '',
      billCount: plan.bills.length,
      afterwards: input.afterwards,
      reason: input.reason,
    },
  });
  return { id, number, total };
}

/** Whoever waited for the locks may be the same click, sent twice: then the refund is there by now. */
async function planOnce(
  ctx: Context,
  input: RefundBody,
  requestHash: Buffer,
  ofOrder: boolean,
): Promise<RefundPlan | RefundTaken> {
  try {
    const plan = await planRefund(ctx, input, { ofOrder });
    const earlier = await findByKey(ctx, input.idempotencyKey);
    return earlier ? repeatOf(earlier, requestHash) : plan;
  } catch (problem) {
    const { code } = problem as { code?: string };
    if (code === undefined || !code.includes('.')) throw problem;
    const earlier = await findByKey(ctx, input.idempotencyKey);
    if (earlier) return repeatOf(earlier, requestHash);
    throw problem;
  }
}

interface EarlierRefund {
  id: string;
  number: string;
  total_fen: Fen;
  request_hash: Buffer;
}

function findByKey(ctx: Context, key: string): Promise<EarlierRefund | undefined> {
  return ctx.tx.first<EarlierRefund>(sql`select id, number, total_fen, request_hash from refund
    where company_id = ${ctx.companyId} and idempotency_key = ${key}`);
}

function repeatOf(earlier: EarlierRefund, requestHash: Buffer): RefundTaken {
  refuseOtherRequest(earlier.request_hash, requestHash);
  return { id: earlier.id, number: earlier.number, total: formatYuan(earlier.total_fen) };
}

/** Everything that was asked for except the key. */
function hashOf({ idempotencyKey: _, ...rest }: RefundBody): Buffer {
  const sorted = Object.entries(rest).sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest();
}

type PaidBack = RefundPlan['tenders'][number];

/** Into which account each 退回预存款 goes: the chosen one, the one most was drawn from, or the general one of the house. */
async function chooseAccounts(ctx: Context, plan: RefundPlan): Promise<PaidBack[]> {
  const { target, communityId, left } = plan;
  const chosen: PaidBack[] = [];
  for (const tender of plan.tenders) {
    if (tender.source !== 'prepaid') {
      chosen.push(tender);
      continue;
    }
    const known = tender.prepaidAccountId ?? left?.accountIds[0];
    if (known !== undefined) {
      const account = await ctx.tx.first<{
        community_id: string;
        target_id: string;
      }>(sql`select community_id, target_id from prepaid_account
        where company_id = ${ctx.companyId} and id = ${known}`);
      if (!account) throw platformFail('reference.notFound', { label: '预存账户' });
      const isDrawnOn = left?.accountIds.includes(known) === true;
      if (account.community_id !== communityId || !(isDrawnOn || account.target_id === target?.id))
        throw undoFail('refund.wrongAccount');
      chosen.push({ ...tender, prepaidAccountId: known });
      continue;
    }
    if (!target) throw undoFail('refund.needsTarget');
    const prepaidAccountId = await openPrepaidAccount(ctx, {
      communityId,
      targetKind: target.kind,
      targetId: target.id,
      chargeItemId: null,
    });
    chosen.push({ ...tender, prepaidAccountId });
  }
  await lockAccounts(
    ctx,
    chosen.flatMap((one) => one.prepaidAccountId ?? []),
  );
  return chosen;
}

/** Before the number's counter, as everywhere. */
async function lockAccounts(ctx: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await ctx.tx.rows(sql`select id from prepaid_account where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[])
    order by id for no key update`);
}

interface NewRefund {
  id: string;
  number: string;
  input: RefundBody;
  plan: RefundPlan;
  requestHash: Buffer;
  state: 'done' | 'pending';
}

async function insertRefund(ctx: Context, { id, number, input, plan, requestHash, state }: NewRefund): Promise<void> {
  const { tenders, target } = plan;
  const written = await ctx.tx.run(sql`
    insert into refund (company_id, id, community_id, number, receipt_id, total_fen, payee_name, target_kind, target_id, reason, refunded_on,
      refunded_at, staff_id, state, idempotency_key, request_hash)
    values (${ctx.companyId}, ${id}, ${plan.communityId}, ${number}, ${plan.receipt?.id ?? null}, ${plan.totalFen.toString()}, ${plan.payeeName},
      ${target?.kind ?? null}, ${target?.id ?? null}, ${input.reason}, ${input.refundedOn}, ${nowText(ctx)}, ${ctx.actor.id}, ${state},
      ${input.idempotencyKey}, ${requestHash})
    on conflict (company_id, idempotency_key) do nothing`);
  if (written !== 1) throw undoFail('refund.keyReused');
  await ctx.tx.run(sql`
    insert into refund_tender (company_id, id, community_id, refund_id, payment_method_id, amount_fen, reference)
    select ${ctx.companyId}, t.id, ${plan.communityId}, ${id}, t.method, t.amount, t.reference
    from unnest(${tenders.map(() => ctx.newId())}::uuid[], ${tenders.map((one) => one.paymentMethodId)}::uuid[],
      ${tenders.map((one) => one.amountFen.toString())}::bigint[], ${tenders.map((one) => one.reference)}::text[]) t (id, method, amount, reference)`);
}

async function writeBillLines(ctx: Context, id: string, input: RefundBody, plan: RefundPlan): Promise<void> {
  const { bills, receipt } = plan;
  if (bills.length === 0 || !receipt) return;
  const out = (amountFen: Fen) => negateFen(amountFen).toString();
  await ctx.tx.run(sql`
    insert into allocation (company_id, id, community_id, receipt_id, refund_id, bill_id, principal_fen, late_fee_fen, offset_fen)
    select ${ctx.companyId}, a.id, ${plan.communityId}, ${receipt.id}, ${id}, a.bill, a.principal, a.late_fee, a.offset_part
    from unnest(${bills.map(() => ctx.newId())}::uuid[], ${bills.map((one) => one.billId)}::uuid[], ${bills.map((one) => out(one.principalFen))}::bigint[],
      ${bills.map((one) => out(one.lateFeeFen))}::bigint[], ${bills.map((one) => out(one.offsetFen))}::bigint[]) a (id, bill, principal, late_fee, offset_part)`);
  const waived = bills.filter((one) => input.afterwards === 'waive' && one.principalFen > zeroFen);
  const waivers = waived.map((one) => ({
    billId: one.billId,
    communityId: plan.communityId,
    kind: 'waiver' as const,
    amountFen: one.principalFen,
    reason: input.reason,
    reducedOn: input.refundedOn,
  }));
  await writeReductions(ctx, waivers);
  await changeBillSums(ctx, [
    ...bills.map((one) => ({
      billId: one.billId,
      refundedFen: one.principalFen,
      lateFeeReceivedFen: negateFen(one.lateFeeFen),
    })),
    ...waivers.map(sumChangeOf),
  ]);
}

async function writeIncomeLines(ctx: Context, id: string, { incomes }: RefundPlan): Promise<void> {
  if (incomes.length === 0) return;
  await ctx.tx.run(sql`
    insert into other_income (company_id, id, community_id, receipt_id, refund_id, charge_item_id, description, amount_fen, other_income_id)
    select o.company_id, n.id, o.community_id, o.receipt_id, ${id}, o.charge_item_id, o.description, -n.amount, o.id
    from other_income o join unnest(${incomes.map(() => ctx.newId())}::uuid[], ${incomes.map((one) => one.otherIncomeId)}::uuid[],
      ${incomes.map((one) => one.amountFen.toString())}::bigint[]) n (id, line_id, amount) on n.line_id = o.id
    where o.company_id = ${ctx.companyId}`);
}

/** Out of accounts and deposits, and back into accounts; what was given rather than paid goes back as given, first. */
async function writeMovements(
  ctx: Context,
  id: string,
  input: RefundBody,
  plan: RefundPlan,
  tenders: readonly PaidBack[],
): Promise<void> {
  const document = { communityId: plan.communityId, movedOn: input.refundedOn };
  let bonusFen = plan.left?.bonusFen ?? zeroFen;
  const back = tenders
    .filter((one) => one.source === 'prepaid')
    .map((one) => {
      const given = minFen(bonusFen, one.amountFen);
      bonusFen = subtractFen(bonusFen, given);
      return {
        accountId: one.prepaidAccountId!,
        kind: 'refundIn' as const,
        amountFen: one.amountFen,
        bonusFen: given,
        receiptId: plan.receipt?.id ?? null,
        refundId: id,
      };
    });
  const out = plan.prepaid.map((one) => ({
    accountId: one.prepaidAccountId,
    kind: 'refund' as const,
    amountFen: negateFen(one.amountFen),
    refundId: id,
  }));
  await movePrepaid(ctx, document, [...out, ...back]);
  await moveDeposits(
    ctx,
    document,
    plan.deposits.map((one) => ({
      depositId: one.depositId,
      kind: 'return' as const,
      amountFen: negateFen(one.amountFen),
      refundId: id,
      reason: input.reason,
    })),
  );
}

async function refundFacts(ctx: Context, input: RefundBody): Promise<ApprovalFacts> {
  const plan = await planRefund(ctx, input);
  const of = plan.receipt === null ? '' : `收据 ${plan.receipt.number} `;
  const sum = formatYuanGrouped(plan.totalFen);
  const lines = [
    ...plan.bills.map((one) => ({ label: one.label, fen: sumFen([one.principalFen, one.lateFeeFen]) })),
    ...[...plan.prepaid, ...plan.deposits, ...plan.incomes].map((one) => ({ label: one.label, fen: one.amountFen })),
  ];
  const afterwards = input.afterwards === 'waive' ? '，同时减免所退本金' : '';
  return {
    communityIds: [plan.communityId],
    targetKind: plan.receipt ? 'receipt' : plan.prepaid.length > 0 ? 'prepaidAccount' : 'deposit',
    targetIds: plan.receipt
      ? [plan.receipt.id]
      : [...plan.prepaid.map((one) => one.prepaidAccountId), ...plan.deposits.map((one) => one.depositId)],
    targetLabel: plan.receipt?.number ?? lines[0]?.label ?? '',
    amountFen: plan.totalFen,
    summary: `${of}退款 ${sum} 元${afterwards}`,
    changes: [
      ...lines
        .slice(0, 50)
        .map((one) => ({ label: one.label, before: '已收', after: `退 ${formatYuanGrouped(one.fen)} 元` })),
      {
        label: '退款方式',
        before: '',
        after: plan.tenders.map((one) => `${one.name} ${formatYuanGrouped(one.amountFen)}`).join('，'),
      },
    ],
    basis: [
      plan.receipt?.id,
      plan.totalFen,
      plan.left && [...plan.left.bills].map(([billId, left]) => [billId, left.principalFen, left.lateFeeFen]),
    ],
  };
}

/** A refund as an action that may need approval. */
export const refunding = defineApprovable({
  key: 'receipt.refund',
  label: '退款',
  permission: 'receipt.refund',
  hasAmount: true,
  input: refundBody,
  facts: refundFacts,
  apply: (ctx, input) => takeRefund(ctx, input),
});

/** One that waives what it gives back: an action of its own, so that nobody goes round the approval of waivers. */
export const refundWaiving = defineApprovable({
  key: 'receipt.refundWaive',
  label: '退款并减免',
  permission: 'bill.waive',
  hasAmount: true,
  input: refundBody,
  facts: refundFacts,
  apply: (ctx, input) => takeRefund(ctx, input),
});
