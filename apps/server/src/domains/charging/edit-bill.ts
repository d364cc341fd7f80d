import { billFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, formatYuanGrouped, parseYuan, subtractFen, zeroFen } from '@anlin/money';
import type { Calculation } from '@anlin/pricing';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText, staffIdOf } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, billName, billPeriodText, lockBills } from './bill-account.ts';
import { targetLabels } from './raising-failures.ts';

interface EditInput {
  id: string;
  periodFrom?: string | undefined;
  lastDay?: string | undefined;
  chargeItemId?: string | undefined;
  amount?: string | undefined;
  dueOn?: string | undefined;
  note?: string | undefined;
  reason: string;
}

/** What of a bill a person may change. Days ISO, the period half-open. */
export interface Editable {
  chargeItemId: string;
  chargeItemName: string;
  periodFrom: string;
  periodTo: string;
  dueOn: string;
  receivableFen: Fen;
  note: string;
}

interface Plan {
  bill: BillAccount;
  before: Editable;
  after: Editable;
}

/**
 * Changes a bill on which nothing stands (CHG-8): period, item, amount, pay-by day, note. What it was stays with the edit, why and
 * by whom; the books take the difference today. Refused (409) once money or a reduction stands on it, and of period and item
 * also after a payment that was reversed, because that payment's books name them.
 */
export async function editBill(ctx: Context, input: EditInput): Promise<{ ok: true }> {
  const { bill, before, after } = await planEdit(ctx, input);
  await writeEdit(ctx, { bill, before, after, reason: input.reason });
  await recordAudit(ctx, {
    action: 'bill.edit',
    targetKind: 'bill',
    targetId: bill.id,
    targetLabel: billName(bill),
    communityId: bill.communityId,
    before: plain(before),
    after: { ...plain(after), reason: input.reason },
  });
  return { ok: true };
}

/** Changes a locked bill and writes the document of the change; the caller has made sure that nothing stands on it. */
export async function writeEdit(
  ctx: Context,
  { bill, before, after, reason }: Plan & { reason: string },
): Promise<void> {
  const hasMoved = after.periodFrom !== before.periodFrom;
  const deltaFen = subtractFen(after.receivableFen, before.receivableFen);
  const calculation: Calculation | null =
    deltaFen === zeroFen ? null : { k: 't', p: formatYuan(after.receivableFen), a: formatYuan(after.receivableFen) };
  await ctx.tx.run(sql`
    insert into bill_edit (company_id, id, community_id, bill_id, delta_fen, before, after, reason, edited_on, edited_at, staff_id)
    select ${ctx.companyId}, ${ctx.newId()}, c.id, ${bill.id}, ${deltaFen.toString()}, ${textOf(before)}, ${textOf(after)}, ${reason},
      (${nowText(ctx)}::timestamptz at time zone c.time_zone)::date, ${nowText(ctx)}, ${staffIdOf(ctx)}
    from community c where c.company_id = ${ctx.companyId} and c.id = ${bill.communityId}`);
  // The day it was booked stays, so that nothing in closed books moves; another item is no longer priced by the old standard.
  await ctx.tx.run(sql`
    update bill set charge_item_id = ${after.chargeItemId}, period_from = ${after.periodFrom}, period_to = ${after.periodTo}, due_on = ${after.dueOn},
      receivable_fen = ${after.receivableFen.toString()}, note = ${after.note},
      booked_on = case when ${hasMoved}::boolean then coalesce(booked_on, ${before.periodFrom}::date) else booked_on end,
      charge_standard_id = case when ${after.chargeItemId} = charge_item_id then charge_standard_id end,
      calculation = coalesce(${calculation === null ? null : JSON.stringify(calculation)}::json, calculation)
    where company_id = ${ctx.companyId} and id = ${bill.id}`);
}

function plain({ receivableFen, ...rest }: Editable) {
  return { ...rest, receivable: formatYuan(receivableFen) };
}

function textOf(editable: Editable): string {
  return JSON.stringify(plain(editable));
}

/** Locks the bill, works out what it becomes, and refuses what must not change. */
async function planEdit(ctx: Context, input: EditInput): Promise<Plan> {
  const [bill] = await lockBills(ctx, [input.id.toLowerCase()]);
  if (!bill) throw platformFail('resource.notFound', { label: '账单' });
  await refuseUnlessFree(ctx, bill);
  const row = await ctx.tx.first<{ note: string; has_history: boolean; is_bound: boolean }>(sql`select note,
      exists (select from allocation a where a.company_id = b.company_id and a.bill_id = b.id) as has_history, standard_binding_id is not null as is_bound
    from bill b where company_id = ${ctx.companyId} and id = ${bill.id}`);
  const before: Editable = {
    chargeItemId: bill.chargeItemId,
    chargeItemName: bill.chargeItemName,
    periodFrom: bill.periodFrom,
    periodTo: bill.periodTo,
    dueOn: bill.dueOn,
    receivableFen: bill.receivableFen,
    note: row!.note,
  };
  const after = await changed(ctx, before, input);
  if (textOf(before) === textOf(after)) throw billFail('bill.editNothing');
  const isElsewhere =
    after.chargeItemId !== before.chargeItemId ||
    after.periodFrom !== before.periodFrom ||
    after.periodTo !== before.periodTo;
  if (isElsewhere && row!.has_history) throw billFail('bill.editHasHistory', { bill: billName(bill) });
  if (isElsewhere && row!.is_bound) await refuseTaken(ctx, bill, after);
  return { bill, before, after };
}

async function changed(ctx: Context, before: Editable, input: EditInput): Promise<Editable> {
  const periodFrom = input.periodFrom ?? before.periodFrom;
  const periodTo =
    input.lastDay === undefined ? before.periodTo : Temporal.PlainDate.from(input.lastDay).add({ days: 1 }).toString();
  if (periodTo <= periodFrom)
    throw billFail('bill.editPeriod', {
      from: periodFrom,
      to: Temporal.PlainDate.from(periodTo).subtract({ days: 1 }).toString(),
    });
  const item =
    input.chargeItemId === undefined || input.chargeItemId.toLowerCase() === before.chargeItemId
      ? { id: before.chargeItemId, name: before.chargeItemName }
      : await ctx.tx.first<{ id: string; name: string }>(sql`select id, name from charge_item
          where company_id = ${ctx.companyId} and id = ${input.chargeItemId} and kind <> 'deposit'`);
  if (!item) throw platformFail('reference.notFound', { label: '收费项目' });
  return {
    chargeItemId: item.id,
    chargeItemName: item.name,
    periodFrom,
    periodTo,
    dueOn: input.dueOn ?? before.dueOn,
    receivableFen: input.amount === undefined ? before.receivableFen : parseYuan(input.amount),
    note: input.note ?? before.note,
  };
}

async function refuseUnlessFree(ctx: Context, bill: BillAccount): Promise<void> {
  const name = { bill: billName(bill) };
  if (bill.isVoided) throw billFail('bill.editVoided', name);
  if (bill.raisedHow === 'thirdParty') throw billFail('bill.editThirdParty', name);
  if (bill.receivedFen > zeroFen || bill.lateFeeReceivedFen > zeroFen) {
    const row = await ctx.tx.first<{ number: string }>(sql`select r.number from allocation a
      join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
      where a.company_id = ${ctx.companyId} and a.bill_id = ${bill.id} and r.reversed_at is null order by r.received_at desc limit 1`);
    throw billFail('bill.edited', { ...name, number: row?.number ?? '' });
  }
  if (bill.discountFen > zeroFen || bill.waivedFen > zeroFen || bill.lateFeeWaivedFen > zeroFen)
    throw billFail('bill.editReduced', name);
}

/** One bill for one target, item and period: the edited one must not overlap another. */
async function refuseTaken(ctx: Context, bill: BillAccount, after: Editable): Promise<void> {
  const other = await ctx.tx.first<{ period_from: string; period_to: string }>(sql`
    select period_from, period_to from bill where company_id = ${ctx.companyId} and target_id = ${bill.targetId}
      and charge_item_id = ${after.chargeItemId} and id <> ${bill.id} and voided_at is null and standard_binding_id is not null
      and period_from < ${after.periodTo}::date and period_to > ${after.periodFrom}::date order by period_from limit 1`);
  if (other)
    throw billFail('bill.periodTaken', {
      bill: `${after.chargeItemName} ${billPeriodText(after)}`,
      other: `${after.chargeItemName} ${billPeriodText({ periodFrom: other.period_from, periodTo: other.period_to })}`,
      what: '不能改到这个账期',
    });
}

const rowTexts: readonly (readonly [label: string, read: (one: Editable) => string])[] = [
  ['收费项目', (one) => one.chargeItemName],
  ['账期', (one) => billPeriodText(one)],
  ['应收', (one) => `${formatYuanGrouped(one.receivableFen)} 元`],
  ['缴费期限', (one) => one.dueOn],
  ['备注', (one) => one.note || '（空）'],
];

/** What an edit changed, for approvers and histories. */
export function editChanges(before: Editable, after: Editable): { label: string; before: string; after: string }[] {
  return rowTexts
    .map(([label, read]) => ({ label, before: read(before), after: read(after) }))
    .filter((one) => one.before !== one.after);
}

/** Editing as an action that may need approval; its amount is by how much the bill changes. */
export const billEditing = defineApprovable({
  key: 'bill.edit',
  label: '修改账单',
  permission: 'bill.edit',
  hasAmount: true,
  input: z.object({
    id: z.string(),
    periodFrom: z.string().optional(),
    lastDay: z.string().optional(),
    chargeItemId: z.string().optional(),
    amount: z.string().optional(),
    dueOn: z.string().optional(),
    note: z.string().optional(),
    reason: z.string(),
  }),
  async facts(ctx, input) {
    const { bill, before, after } = await planEdit(ctx, input);
    const labels = await targetLabels(ctx, [bill.targetId]);
    const label = `${labels.get(bill.targetId) ?? ''} ${billName(bill)}`;
    const deltaFen = subtractFen(after.receivableFen, before.receivableFen);
    return {
      communityIds: [bill.communityId],
      targetKind: 'bill',
      targetIds: [bill.id],
      targetLabel: label,
      amountFen: deltaFen < zeroFen ? -deltaFen : deltaFen,
      summary: `修改账单 ${label}`,
      changes: editChanges(before, after),
      basis: [bill.id, textOf(before), bill.outstandingFen],
    };
  },
  apply: editBill,
});
