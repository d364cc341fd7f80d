import {
  billFail,
  type EndpointReply,
  type listWaivable as listEndpoint,
  platformFail,
  undoFail,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, formatYuanGrouped, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';
import {
  type BillAccount,
  billName,
  changeBillSums,
  lateFeeOfBill,
  lockBills,
  targetLabels,
} from '../charging/index.ts';
import { readPayments } from './payment-history.ts';
import { type NewReduction, sumChangeOf, writeReductions } from './write-reductions.ts';

interface WaiveInput {
  lines: readonly { billId: string; principal: string; lateFee: string }[];
  reason: string;
  fileId?: string | undefined;
}

interface Waived {
  bill: BillAccount;
  today: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/**
 * Waives principal or late fee of chosen bills (CSH-9), all of them or none, with the reason and the paper it rests on. Refused
 * (409) where more is waived than is owed today; 404 when a bill is not in sight.
 */
export async function waiveBills(ctx: Context, input: WaiveInput): Promise<{ billCount: number; sum: string }> {
  const waived = await lockWaived(ctx, input);
  if (input.fileId !== undefined) {
    // Checked when it was asked for, as an upload of whoever asked; an approver puts it into force.
    const fileId = input.fileId;
    for (const { bill } of waived)
      await useFiles(ctx, { resource: 'billWaiver', id: bill.id, communityId: bill.communityId }, [
        ...(await filesOf(ctx, bill.id)),
        fileId,
      ]);
  }
  const reductions = waived.flatMap(({ bill, today, principalFen, lateFeeFen }): NewReduction[] => {
    const common = {
      billId: bill.id,
      communityId: bill.communityId,
      reason: input.reason,
      reducedOn: today,
      fileId: input.fileId ?? null,
    };
    return [
      ...(principalFen > zeroFen ? [{ ...common, kind: 'waiver' as const, amountFen: principalFen }] : []),
      ...(lateFeeFen > zeroFen ? [{ ...common, kind: 'lateFeeWaiver' as const, amountFen: lateFeeFen }] : []),
    ];
  });
  await writeReductions(ctx, reductions);
  await changeBillSums(ctx, reductions.map(sumChangeOf));
  const sum = formatYuan(sumFen(reductions.map((one) => one.amountFen)));
  const only = waived.length === 1 ? waived[0]!.bill : null;
  const communityIds = new Set(waived.map(({ bill }) => bill.communityId));
  await recordAudit(ctx, {
    action: 'bill.waive',
    targetKind: 'bill',
    targetId: only?.id ?? null,
    targetLabel: only ? billName(only) : `${waived.length} 张账单`,
    communityId: communityIds.size === 1 ? waived[0]!.bill.communityId : null,
    after: { billCount: waived.length, sum, reason: input.reason },
  });
  return { billCount: waived.length, sum };
}

async function filesOf(ctx: Context, billId: string): Promise<string[]> {
  const rows = await ctx.tx.rows<{ file_id: string }>(sql`select file_id from file_use
    where company_id = ${ctx.companyId} and resource = 'billWaiver' and owner_id = ${billId}`);
  return rows.map((row) => row.file_id);
}

/** Refuses a paper that is not the person's own upload. */
export async function checkPaper(ctx: Context, fileId: string | undefined): Promise<void> {
  if (fileId !== undefined) await checkFiles(ctx, { path: 'fileId', label: '减免文件', accept: 'any' }, [fileId], []);
}

/** Locks the bills and refuses what is above what they owe today. */
async function lockWaived(ctx: Context, { lines }: WaiveInput): Promise<Waived[]> {
  const asked = new Map(lines.map((line) => [line.billId.toLowerCase(), line]));
  if (asked.size !== lines.length) throw undoFail('refund.repeated');
  const owed = await readOwed(ctx, await lockBills(ctx, [...asked.keys()]), asked.size);
  const waived = owed.map((one) => {
    const line = asked.get(one.bill.id)!;
    const [principalFen, lateFeeFen] = [parseYuan(line.principal), parseYuan(line.lateFee)];
    const name = { bill: billName(one.bill) };
    if (one.bill.isVoided) throw billFail('waiver.voided', name);
    if (principalFen > one.bill.outstandingFen)
      throw billFail('waiver.abovePrincipal', {
        ...name,
        outstanding: formatYuan(one.bill.outstandingFen),
        amount: formatYuan(principalFen),
      });
    if (lateFeeFen > one.lateFeeFen)
      throw billFail('waiver.aboveLateFee', {
        ...name,
        lateFee: formatYuan(one.lateFeeFen),
        amount: formatYuan(lateFeeFen),
      });
    return { bill: one.bill, today: one.today, principalFen, lateFeeFen };
  });
  const given = waived.filter((one) => addFen(one.principalFen, one.lateFeeFen) > zeroFen);
  if (given.length === 0) throw billFail('waiver.empty');
  return given;
}

/** Bills with the late fee they owe today in their community. */
async function readOwed(
  ctx: Context,
  bills: readonly BillAccount[],
  wanted: number,
): Promise<{ bill: BillAccount; today: string; lateFeeFen: Fen }[]> {
  if (bills.length < wanted) throw platformFail('resource.notFound', { label: '账单' });
  const zones = await ctx.tx.rows<{ id: string; time_zone: string }>(
    sql`select id, time_zone from community where company_id = ${ctx.companyId} and id = any (${[...new Set(bills.map((bill) => bill.communityId))]}::uuid[])`,
  );
  const days = new Map(zones.map((one) => [one.id, businessDay(ctx.clock, one.time_zone).toString()]));
  const payments = await readPayments(ctx, bills);
  return bills.map((bill) => {
    const today = days.get(bill.communityId)!;
    return { bill, today, lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], today).dueFen };
  });
}

/** What of chosen bills can be waived today; voided and settled ones ask for nothing. */
export async function readWaivable(
  ctx: Context,
  billIds: readonly string[],
): Promise<EndpointReply<typeof listEndpoint>> {
  const ids = [...new Set(billIds.map((id) => id.toLowerCase()))];
  const owed = await readOwed(ctx, await lockBills(ctx, ids), ids.length);
  const labels = await targetLabels(ctx, [...new Set(owed.map(({ bill }) => bill.targetId))]);
  return {
    rows: owed.map(({ bill, lateFeeFen }) => ({
      billId: bill.id,
      label: billName(bill),
      targetName: labels.get(bill.targetId) ?? '',
      principal: formatYuan(bill.outstandingFen),
      lateFee: formatYuan(bill.isVoided ? zeroFen : lateFeeFen),
    })),
  };
}

const mostBillsShown = 50;

/** Waiving as an action that may need approval. */
export const billWaiving = defineApprovable({
  key: 'bill.waive',
  label: '减免账单',
  permission: 'bill.waive',
  hasAmount: true,
  input: z.object({
    lines: z.array(z.object({ billId: z.string(), principal: z.string(), lateFee: z.string() })),
    reason: z.string(),
    fileId: z.string().optional(),
  }),
  async facts(ctx, input) {
    const waived = await lockWaived(ctx, input);
    const labels = await targetLabels(ctx, [...new Set(waived.map(({ bill }) => bill.targetId))]);
    const nameOf = ({ bill }: Waived) => `${labels.get(bill.targetId) ?? ''} ${billName(bill)}`;
    const sum = sumFen(waived.map((one) => addFen(one.principalFen, one.lateFeeFen)));
    const textOf = ({ principalFen, lateFeeFen }: Waived) =>
      [
        ...(principalFen > zeroFen ? [`减免本金 ${formatYuanGrouped(principalFen)} 元`] : []),
        ...(lateFeeFen > zeroFen ? [`减免违约金 ${formatYuanGrouped(lateFeeFen)} 元`] : []),
      ].join('，');
    return {
      communityIds: [...new Set(waived.map(({ bill }) => bill.communityId))],
      targetKind: 'bill',
      targetIds: waived.map(({ bill }) => bill.id),
      targetLabel: waived.length === 1 ? nameOf(waived[0]!) : `${waived.length} 张账单`,
      amountFen: sum,
      summary: `减免 ${waived.length} 张账单，合计 ${formatYuanGrouped(sum)} 元`,
      changes: [
        ...waived.slice(0, mostBillsShown).map((one) => ({
          label: nameOf(one),
          before: `未收 ${formatYuanGrouped(one.bill.outstandingFen)} 元`,
          after: textOf(one),
        })),
        ...(waived.length > mostBillsShown
          ? [{ label: `另有 ${waived.length - mostBillsShown} 张`, before: '未收', after: '减免' }]
          : []),
      ],
      basis: waived.map(({ bill }) => [bill.id, bill.receivableFen, bill.outstandingFen]),
    };
  },
  apply: waiveBills,
});
