import {
  type EndpointReply,
  type SyncedBillLine,
  type SyncOutcome,
  type SyncRefusal,
  type syncOpenBills,
  syncOutcomes,
  syncRefusals,
} from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedApp } from '../../platform/partners/partner-boundary.ts';
import { addBills, type EditableBill, type NewBill, writeEdit, writeVoids } from '../charging/index.ts';
import { readSurroundings, type StandingBill, type Surroundings } from './sync-surroundings.ts';

type Reply = EndpointReply<typeof syncOpenBills>;
type PutLine = Extract<SyncedBillLine, { action: 'put' }>;

interface Verdict {
  outcome: SyncOutcome;
  billId: string | null;
  code: SyncRefusal | null;
}

/** What the lines come to, before anything is written. */
interface Work {
  created: { bill: NewBill; externalId: string }[];
  edited: { bill: StandingBill; after: EditableBill }[];
  withdrawn: { bill: StandingBill; reason: string }[];
}

const refused = (code: SyncRefusal, billId: string | null = null): Verdict => ({ outcome: 'refused', billId, code });

/**
 * Writes, changes and takes back bills of an app by its own numbers (PAY-8): each line is done or refused for itself, and every line says
 * which. Nothing that money stands on, a bank is collecting, or closed books hold is touched. Batches of one app and community come
 * one after the other.
 */
export async function syncBills(ctx: Context, app: SignedApp, lines: readonly SyncedBillLine[]): Promise<Reply> {
  await ctx.tx.rows(
    sql`select 1 from partner_grant where company_id = ${ctx.companyId} and id = ${app.grantId} for no key update`,
  );
  const around = await readSurroundings(ctx, app, lines);
  const work: Work = { created: [], edited: [], withdrawn: [] };
  const seen = new Set<string>();
  const verdicts = lines.map((line) => {
    if (seen.has(line.externalId)) return refused('repeated');
    seen.add(line.externalId);
    return line.action === 'put' ? judgePut(ctx, app, around, line, work) : judgeWithdrawal(around, line, work);
  });
  await write(ctx, app, work);
  const counts = Object.fromEntries(
    syncOutcomes.map((outcome) => [outcome, verdicts.filter((one) => one.outcome === outcome).length]),
  ) as Reply['counts'];
  await recordAudit(ctx, {
    action: 'bill.sync',
    targetKind: 'partnerApp',
    targetId: app.appId,
    targetLabel: app.appName,
    communityId: app.communityId,
    after: { ...counts, createdSum: formatYuan(sumFen(work.created.map(({ bill }) => bill.amountFen))) },
  });
  return {
    lines: verdicts.map(({ outcome, billId, code }, index) => ({
      externalId: lines[index]!.externalId,
      outcome,
      billId,
      code,
      message: code === null ? '' : syncRefusals[code],
    })),
    counts,
  };
}

function judgePut(ctx: Context, app: SignedApp, around: Surroundings, line: PutLine, work: Work): Verdict {
  const periodTo = dayAfter(line.lastDay);
  const amountFen = parseYuan(line.amount);
  if (periodTo <= line.periodFrom) return refused('badPeriod');
  if (amountFen <= zeroFen) return refused('noAmount');
  const standing = around.standing.get(line.externalId);
  if (standing) return judgeChange(around, standing, { line, periodTo, amountFen }, work);
  const item = around.items.get(line.chargeItemId.toLowerCase());
  const targetId = line.targetId.toLowerCase();
  if (!around.targets.has(`${line.targetKind} ${targetId}`)) return refused('targetNotFound');
  if (!item) return refused('itemNotFound');
  if (around.raised.has(line.externalId)) return refused('taken');
  const amount = formatYuan(amountFen);
  const bill: NewBill = {
    id: ctx.newId(),
    communityId: app.communityId,
    chargeItemId: item.id,
    chargeStandardId: null,
    targetKind: line.targetKind,
    targetId,
    periodFrom: line.periodFrom,
    periodTo,
    dueOn: line.dueOn ?? Temporal.PlainDate.from(line.periodFrom).add({ days: item.dueDays }).toString(),
    amountFen,
    raisedHow: 'thirdParty',
    calculation: { k: 't', p: amount, a: amount },
    meterReadingId: null,
    apportionmentRunId: null,
    note: line.note ?? '',
  };
  work.created.push({ bill, externalId: line.externalId });
  return { outcome: 'created', billId: bill.id, code: null };
}

function judgeChange(
  around: Surroundings,
  standing: StandingBill,
  { line, periodTo, amountFen }: { line: PutLine; periodTo: string; amountFen: Fen },
  work: Work,
): Verdict {
  const { account, note } = standing;
  if (account.isVoided) return refused('voided', account.id);
  const isFixed =
    account.targetId === line.targetId.toLowerCase() &&
    account.targetKind === line.targetKind &&
    account.chargeItemId === line.chargeItemId.toLowerCase() &&
    account.periodFrom === line.periodFrom &&
    account.periodTo === periodTo;
  if (!isFixed) return refused('fixed', account.id);
  const after: EditableBill = {
    ...editableOf(standing),
    receivableFen: amountFen,
    dueOn: line.dueOn ?? account.dueOn,
    note: line.note ?? note,
  };
  const isSame = after.receivableFen === account.receivableFen && after.dueOn === account.dueOn && after.note === note;
  if (isSame) return { outcome: 'unchanged', billId: account.id, code: null };
  const hindrance = hindranceOf(around, standing);
  if (hindrance) return refused(hindrance, account.id);
  work.edited.push({ bill: standing, after });
  return { outcome: 'updated', billId: account.id, code: null };
}

function judgeWithdrawal(
  around: Surroundings,
  line: Extract<SyncedBillLine, { action: 'withdraw' }>,
  work: Work,
): Verdict {
  const standing = around.standing.get(line.externalId);
  if (!standing) return refused('notSynced');
  const hindrance = standing.account.isVoided ? null : hindranceOf(around, standing);
  if (hindrance) return refused(hindrance, standing.account.id);
  work.withdrawn.push({ bill: standing, reason: line.reason ?? '' });
  return { outcome: 'withdrawn', billId: standing.account.id, code: null };
}

/** Why a bill must stay as it is. What was refunded in full does not stand any more. */
function hindranceOf(around: Surroundings, { account, bookedOn }: StandingBill): SyncRefusal | null {
  if (account.receivedFen > account.refundedFen || account.lateFeeReceivedFen > zeroFen) return 'paid';
  if (account.discountFen > zeroFen || account.waivedFen > zeroFen || account.lateFeeWaivedFen > zeroFen)
    return 'reduced';
  if (account.withheldIn !== '') return 'withheld';
  if (around.closedUntil !== null && bookedOn <= around.closedUntil) return 'closed';
  return null;
}

function editableOf({ account, note }: StandingBill): EditableBill {
  const { chargeItemId, chargeItemName, periodFrom, periodTo, dueOn, receivableFen } = account;
  return { chargeItemId, chargeItemName, periodFrom, periodTo, dueOn, receivableFen, note };
}

async function write(ctx: Context, app: SignedApp, { created, edited, withdrawn }: Work): Promise<void> {
  const now = nowText(ctx);
  await addBills(
    ctx,
    created.map(({ bill }) => bill),
  );
  await ctx.tx.run(sql`insert into partner_bill (company_id, id, community_id, partner_app_id, external_id, bill_id, synced_at)
    select ${ctx.companyId}, n.id, ${app.communityId}, ${app.appId}, n.external_id, n.bill_id, ${now}
    from unnest(${created.map(() => ctx.newId())}::uuid[], ${created.map((one) => one.externalId)}::text[], ${created.map(({ bill }) => bill.id)}::uuid[])
      as n (id, external_id, bill_id)`);
  for (const { bill, after } of edited)
    await writeEdit(ctx, { bill: bill.account, before: editableOf(bill), after, reason: `应用“${app.appName}”同步` });
  const byReason = Map.groupBy(
    withdrawn.filter(({ bill }) => !bill.account.isVoided),
    (one) => one.reason,
  );
  for (const [reason, ones] of byReason)
    await writeVoids(
      ctx,
      ones.map(({ bill }) => bill.account.id),
      reason === '' ? `应用“${app.appName}”撤回` : `应用“${app.appName}”撤回：${reason}`,
    );
  const touched = [...edited, ...withdrawn].map(({ bill }) => bill.account.id);
  await ctx.tx.run(sql`update partner_bill set synced_at = ${now},
      withdrawn_at = case when bill_id = any (${withdrawn.map(({ bill }) => bill.account.id)}::uuid[]) then ${now}::timestamptz end
    where company_id = ${ctx.companyId} and bill_id = any (${touched}::uuid[])`);
}

const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();
