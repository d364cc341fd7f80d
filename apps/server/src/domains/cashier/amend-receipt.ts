import {
  type EndpointRequest,
  amendReceipt as endpoint,
  okReply,
  paymentFail,
  platformFail,
  undoFail,
} from '@anlin/contract';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type LockedReceipt, lockReceipt, requestAbout } from './lock-receipt.ts';

type Amendment = EndpointRequest<typeof endpoint>['body'];

interface Change {
  kind: 'method' | 'payer' | 'note';
  before: string;
  after: string;
  tenderId: string | null;
  fromMethodId: string | null;
  toMethodId: string | null;
  bookedOn: string | null;
}

/**
 * Mends a receipt afterwards (CSH-7): how it was paid, who paid, its note. Each change is a document; the receipt shows the
 * newest. Another method takes the place of the old one on the day the receipt counts for, so it is refused (409) once that day
 * is closed. Payer and note may change at any time.
 */
export async function amendReceipt(ctx: Context, receiptId: string, input: Amendment): Promise<void> {
  const { receipt, changes } = await planAmendment(ctx, receiptId, input);
  await writeAmendments(ctx, receipt, changes, input.reason);
  for (const { kind, before, after } of changes)
    await recordAudit(ctx, {
      action: `receipt.amend.${kind}`,
      targetKind: 'receipt',
      targetId: receiptId,
      targetLabel: receipt.number,
      communityId: receipt.communityId,
      // The payer's name is a person's: the amendment keeps it, the log doesn't.
      before: kind === 'payer' ? undefined : { [kind]: before },
      after: kind === 'payer' ? { reason: input.reason } : { [kind]: after, reason: input.reason },
    });
}

const words = { method: '支付方式', payer: '付款人', note: '备注' } as const;

/** The same as an action that may need approval. */
export const receiptAmending = defineApprovable({
  key: 'receipt.amend',
  label: '修改收据',
  permission: 'receipt.amend',
  hasAmount: true,
  input: z.object({ receiptId: z.string(), amendment: endpoint.body }),
  async facts(ctx, { receiptId, amendment }) {
    const { receipt, changes } = await planAmendment(ctx, receiptId, amendment);
    const kinds = [...new Set(changes.map((one) => words[one.kind]))];
    return {
      ...requestAbout(receipt),
      summary: `修改收据 ${receipt.number} 的${kinds.join('、')}`,
      changes: changes.map(({ kind, before, after }) => ({ label: words[kind], before, after })),
      basis: [receipt.id, receipt.isReversed, changes.map(({ kind, before, tenderId }) => [kind, before, tenderId])],
    };
  },
  async apply(ctx, { receiptId, amendment }) {
    await amendReceipt(ctx, receiptId, amendment);
    return okReply;
  },
});

/** Locks the receipt and says what would change on it; refuses what can't, and an amendment of nothing. */
async function planAmendment(ctx: Context, receiptId: string, input: Amendment) {
  const receipt = await lockReceipt(ctx, receiptId);
  if (receipt.isReversed) throw undoFail('receipt.notValid', { number: receipt.number, action: '修改' });
  const changes = [...(await planMethods(ctx, receipt, input.methods)), ...planTexts(receipt, input)];
  if (changes.length === 0) throw undoFail('receipt.amendNothing');
  return { receipt, changes };
}

function planTexts(receipt: LockedReceipt, { payerName, note }: Amendment): Change[] {
  const bare = { tenderId: null, fromMethodId: null, toMethodId: null, bookedOn: null };
  return [
    ...(payerName !== undefined && payerName !== receipt.payerName
      ? [{ ...bare, kind: 'payer' as const, before: receipt.payerName, after: payerName }]
      : []),
    ...(note !== undefined && note !== receipt.note
      ? [{ ...bare, kind: 'note' as const, before: receipt.note, after: note }]
      : []),
  ];
}

interface TenderRow {
  id: string;
  payment_method_id: string;
  name: string;
  source: string;
}

async function planMethods(ctx: Context, receipt: LockedReceipt, wanted: Amendment['methods']): Promise<Change[]> {
  const tenders =
    await ctx.tx.rows<TenderRow>(sql`select t.id, t.payment_method_id, m.name, m.source from receipt_tender t
    join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
    where t.company_id = ${ctx.companyId} and t.receipt_id = ${receipt.id}`);
  const methods = await ctx.tx.rows<{
    id: string;
    name: string;
    source: string;
  }>(sql`select id, name, source from payment_method
    where company_id = ${ctx.companyId} and id = any (${wanted.map((one) => one.paymentMethodId)}::uuid[]) and is_enabled`);
  const changes: Change[] = [];
  for (const one of wanted) {
    const tender = tenders.find((row) => row.id === one.tenderId.toLowerCase());
    if (!tender) throw platformFail('reference.notFound', { label: '支付' });
    if (tender.payment_method_id === one.paymentMethodId.toLowerCase()) continue;
    const method = methods.find((row) => row.id === one.paymentMethodId.toLowerCase());
    if (!method) throw platformFail('reference.notFound', { label: '支付方式' });
    const offset = [tender, method].find((row) => row.source !== 'money');
    if (offset) throw undoFail('receipt.amendOffset', { method: offset.name });
    changes.push({
      kind: 'method',
      before: tender.name,
      after: method.name,
      tenderId: tender.id,
      fromMethodId: tender.payment_method_id,
      toMethodId: method.id,
      bookedOn: null,
    });
  }
  if (changes.length === 0) return [];
  if (receipt.isOnline) throw paymentFail('receipt.paidOnline', { number: receipt.number, action: '改支付方式' });
  const bookedOn = await openDayOf(ctx, receipt);
  return changes.map((change) => ({ ...change, bookedOn }));
}

/** The day the receipt's money counts for, or the refusal that says why it can't change any more. */
async function openDayOf(ctx: Context, receipt: LockedReceipt): Promise<string> {
  const row = await ctx.tx.first<{ day: string; closed_until: string | null }>(sql`
    select coalesce((select max(x.restored_on) from receipt_restoration x where x.company_id = b.company_id and x.receipt_id = ${receipt.id}),
        ${receipt.receivedOn}::date) as day, b.closed_until
    from community_book b where b.company_id = ${ctx.companyId} and b.community_id = ${receipt.communityId}`);
  const { number } = receipt;
  const day = row?.day ?? receipt.receivedOn;
  if (row?.closed_until && day <= row.closed_until)
    throw undoFail('receipt.amendClosed', { number, day, until: row.closed_until });
  return day;
}

async function writeAmendments(
  ctx: Context,
  receipt: LockedReceipt,
  changes: readonly Change[],
  reason: string,
): Promise<void> {
  for (const change of changes) {
    await ctx.tx.run(sql`
      insert into receipt_amendment (company_id, id, community_id, receipt_id, kind, receipt_tender_id, from_method_id, to_method_id, before, after,
        reason, booked_on, amended_at, staff_id)
      values (${ctx.companyId}, ${ctx.newId()}, ${receipt.communityId}, ${receipt.id}, ${change.kind}, ${change.tenderId}, ${change.fromMethodId},
        ${change.toMethodId}, ${change.before}, ${change.after}, ${reason}, ${change.bookedOn}, ${nowText(ctx)}, ${ctx.actor.id})`);
    if (change.kind === 'method')
      await ctx.tx.run(sql`update receipt_tender set payment_method_id = ${change.toMethodId}
        where company_id = ${ctx.companyId} and id = ${change.tenderId}`);
    else if (change.kind === 'payer')
      await ctx.tx.run(
        sql`update receipt set payer_name = ${change.after} where company_id = ${ctx.companyId} and id = ${receipt.id}`,
      );
    else
      await ctx.tx.run(
        sql`update receipt set note = ${change.after} where company_id = ${ctx.companyId} and id = ${receipt.id}`,
      );
  }
}
