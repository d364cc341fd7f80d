import {
  type EndpointReply,
  type getOwnReceipt,
  type listOwnReceipts as listEndpoint,
  type OwnReceipt,
  platformFail,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { FileStore } from '../../platform/files/file-store.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { type ReceiptSlip, readReceiptSlips } from '../cashier/index.ts';
import { printingSources, renderCopy } from '../printing/index.ts';
import { type OwnTarget, readOwnTargets, receiptsSince } from './own-targets.ts';

const pageSize = 20;

/** Receipts of these targets from the day on from which they are the resident's to see, newest first. */
function receiptIds(
  ctx: Context,
  targets: readonly OwnTarget[],
  { only, page }: { only: string | null; page: number },
): Promise<{ id: string }[]> {
  return ctx.tx.rows<{ id: string }>(sql`
    select r.id from unnest(${targets.map((one) => one.id)}::uuid[], ${targets.map(receiptsSince)}::text[]) t (id, since)
    join receipt r on r.company_id = ${ctx.companyId} and r.target_id = t.id and r.received_on::text >= t.since
    where ${only}::uuid is null or r.id = ${only}
    order by r.received_on desc, r.id desc limit ${pageSize + 1} offset ${(page - 1) * pageSize}`);
}

/** What was paid for the resident's houses and parking spaces in a community. Reversed receipts are shown as such. */
export async function listOwnReceipts(
  ctx: Context,
  resident: SignedInResident,
  { communityId, page }: { communityId: string; page: number },
): Promise<EndpointReply<typeof listEndpoint>> {
  const targets = await readOwnTargets(ctx, resident, communityId);
  const found = await receiptIds(ctx, targets, { only: null, page });
  const shown = found.slice(0, pageSize).map(({ id }) => id);
  return { rows: (await readReceiptSlips(ctx, shown)).map(rowOf), hasMore: found.length > pageSize };
}

function rowOf(slip: ReceiptSlip): OwnReceipt {
  const names = [
    ...slip.lines.map((line) => `${line.chargeItemName} ${line.periodText}`),
    ...slip.otherLines.map((line) => line.name),
  ];
  return {
    id: slip.id,
    number: slip.number,
    targetName: slip.targetName,
    total: slip.total,
    methods: slip.methods,
    receivedOn: slip.receivedOn,
    summary: names.length > 1 ? `${names[0]} 等 ${names.length} 项` : (names[0] ?? ''),
    state: slip.state,
  };
}

/** 404 for a receipt that is not theirs to see. */
export async function requireOwnReceipt(ctx: Context, resident: SignedInResident, receiptId: string): Promise<void> {
  const targets = await readOwnTargets(ctx, resident, null);
  const found = await receiptIds(ctx, targets, { only: receiptId, page: 1 });
  if (found.length === 0) throw platformFail('resource.notFound', { label: '收据' });
}

/** A receipt as its paper shows it. 404 for anybody else's. */
export async function readOwnReceipt(
  ctx: Context,
  resident: SignedInResident,
  receiptId: string,
): Promise<EndpointReply<typeof getOwnReceipt>> {
  await requireOwnReceipt(ctx, resident, receiptId);
  const [slip] = await readReceiptSlips(ctx, [receiptId]);
  return slipOf(slip!);
}

function slipOf(slip: ReceiptSlip): EndpointReply<typeof getOwnReceipt> {
  return {
    id: slip.id,
    number: slip.number,
    companyName: slip.companyName,
    communityName: slip.communityName,
    servicePhone: slip.servicePhone,
    targetName: slip.targetName,
    payerName: slip.payerName,
    receivedOn: slip.receivedOn,
    receivedAt: slip.receivedAt,
    total: slip.total,
    totalInWords: slip.totalInWords,
    tenders: slip.tenders.map(({ name, amount }) => ({ name, amount })),
    lines: [
      ...slip.lines.map((line) => ({
        name: line.chargeItemName,
        place: line.targetName,
        period: line.periodText,
        sentence: [line.sentence, line.reduction].filter((text) => text !== '').join('；'),
        lateFee: line.lateFee,
        sum: line.sum,
      })),
      ...slip.otherLines.map((line) => ({
        name: line.name,
        place: '',
        period: '',
        sentence: line.description,
        lateFee: '0.00',
        sum: line.amount,
      })),
    ],
    note: slip.note,
    state: slip.state,
  };
}

/** The paper itself as a PDF, with its number for the file's name. 404 for anybody else's. */
export async function renderOwnReceipt(
  ctx: Context,
  resident: SignedInResident,
  files: FileStore,
  receiptId: string,
): Promise<{ number: string; content: Buffer }> {
  const { number } = await readOwnReceipt(ctx, resident, receiptId);
  return { number, content: await renderCopy(ctx, files, printingSources, { type: 'receipt', id: receiptId }) };
}
