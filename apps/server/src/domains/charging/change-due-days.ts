import { billFail, platformFail } from '@anlin/contract';
import { zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { billName, lockBills } from './bill-account.ts';

/**
 * Sets the pay-by day of chosen bills (CHG-8), all of them or none; each keeps an edit with the old day. Refused (409) for bills
 * that are void, were paid or reduced, or come from a third party, and for a day before the period (422).
 */
export async function changeDueDays(
  ctx: Context,
  input: { ids: readonly string[]; dueOn: string; reason: string },
): Promise<{ changedCount: number }> {
  const ids = [...new Set(input.ids.map((id) => id.toLowerCase()))];
  const bills = await lockBills(ctx, ids);
  if (bills.length < ids.length) throw platformFail('resource.notFound', { label: '账单' });
  for (const bill of bills) {
    const name = { bill: billName(bill) };
    if (bill.isVoided) throw billFail('bill.editVoided', name);
    if (bill.raisedHow === 'thirdParty') throw billFail('bill.editThirdParty', name);
    if (bill.receivedFen > zeroFen || bill.lateFeeReceivedFen > zeroFen)
      throw billFail('bill.edited', { ...name, number: '' });
    if (bill.discountFen > zeroFen || bill.waivedFen > zeroFen || bill.lateFeeWaivedFen > zeroFen)
      throw billFail('bill.editReduced', name);
    if (input.dueOn < bill.periodFrom)
      throw billFail('dueDay.before', { ...name, day: input.dueOn, from: bill.periodFrom });
  }
  const changed = bills.filter((bill) => bill.dueOn !== input.dueOn);
  if (changed.length === 0) throw billFail('bill.editNothing');
  const changedIds = changed.map((bill) => bill.id);
  await ctx.tx.run(sql`
    insert into bill_edit (company_id, id, community_id, bill_id, delta_fen, before, after, reason, edited_on, edited_at, staff_id)
    select ${ctx.companyId}, n.id, b.community_id, b.id, 0, jsonb_build_object('dueOn', b.due_on), jsonb_build_object('dueOn', ${input.dueOn}::date),
      ${input.reason}, (${nowText(ctx)}::timestamptz at time zone c.time_zone)::date, ${nowText(ctx)}, ${ctx.actor.id}
    from bill b join community c on c.company_id = b.company_id and c.id = b.community_id
    join unnest(${changedIds.map(() => ctx.newId())}::uuid[], ${changedIds}::uuid[]) n (id, bill_id) on n.bill_id = b.id
    where b.company_id = ${ctx.companyId}`);
  await ctx.tx.run(
    sql`update bill set due_on = ${input.dueOn} where company_id = ${ctx.companyId} and id = any (${changedIds}::uuid[])`,
  );
  const only = changed.length === 1 ? changed[0]! : null;
  await recordAudit(ctx, {
    action: 'bill.changeDueDay',
    targetKind: 'bill',
    targetId: only?.id ?? null,
    targetLabel: only ? billName(only) : `${changed.length} 张账单`,
    communityId: new Set(changed.map((bill) => bill.communityId)).size === 1 ? changed[0]!.communityId : null,
    after: { dueOn: input.dueOn, changedCount: changed.length, reason: input.reason },
  });
  return { changedCount: changed.length };
}
