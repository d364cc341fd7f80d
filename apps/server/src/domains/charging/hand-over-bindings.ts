import type { TargetKind } from '@anlin/contract';
import { chargingFail } from '@anlin/contract';
import { type Fen, formatYuanGrouped, sumFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { bindStandard } from './bind-standard.ts';
import { endBindings } from './end-bindings.ts';
import { raiseBills } from './raise-bills.ts';
import { onlyTarget } from './select-targets.ts';

/** A bill as a handover tells of it. Days ISO, half-open. */
export interface HandedBill {
  id: string;
  targetId: string;
  chargeItemName: string;
  periodFrom: string;
  periodTo: string;
  receivableFen: Fen;
}

export interface HandedBindings {
  /** `isEnded`: ended and not opened again. */
  bindings: { targetId: string; chargeItemName: string; chargeStandardName: string; isEnded: boolean }[];
  voided: HandedBill[];
  /** Raised again in their place: those before the day belong to whoever was there before. */
  raised: HandedBill[];
}

interface BindingRow {
  id: string;
  charge_standard_id: string;
  item_name: string;
  standard_name: string;
  target_kind: TargetKind;
  target_id: string;
  ends_on: string | null;
  own_price: string | null;
  own_quantity: string | null;
  own_amount: string | null;
  note: string;
}

/**
 * Ends every binding of some targets on a day and opens it again from that day with the same standard, price, quantity
 * and note, so that what is charged goes on under somebody else; those of vehicles only end. Unpaid bills that reach beyond the day are voided and
 * raised again up to the day and from it on, by the same standards; `splitBills` false refuses them, and paid ones always refuse.
 * Errors: standardBinding.paidBeyond, .billsBeyond, .cannotRaiseAgain.
 */
export async function handOverBindings(
  ctx: Context,
  input: { communityId: string; targetIds: readonly string[]; day: string; splitBills: boolean },
): Promise<HandedBindings> {
  const bindings = await lockBindings(ctx, input.targetIds, input.day);
  if (bindings.length === 0) return { bindings: [], voided: [], raised: [] };
  const ids = bindings.map((binding) => binding.id);
  const beyond = await billsOf(ctx, sql`standard_binding_id = any (${ids}::uuid[]) and period_to > ${input.day}`);
  if (!input.splitBills) await refuseUnpaid(ctx, beyond, input.day);
  await endBindings(ctx, { ids, endsOn: input.day, voidUnpaid: true });
  for (const binding of bindings) if (!leavesWithPeople(binding)) await openAgain(ctx, binding, input);
  await keepFollowing(ctx, ids, input.day);
  const runIds = await raiseAgain(ctx, beyond, input);
  const raised = await billsOf(ctx, sql`raising_run_id = any (${runIds}::uuid[])`);
  return {
    bindings: bindings.map((one) => ({
      targetId: one.target_id,
      chargeItemName: one.item_name,
      chargeStandardName: one.standard_name,
      isEnded: leavesWithPeople(one),
    })),
    voided: beyond,
    raised,
  };
}

/** A vehicle is not sold with the house: what was charged for it ends. */
function leavesWithPeople(binding: BindingRow): boolean {
  return binding.target_kind === 'vehicle';
}

async function lockBindings(ctx: Context, targetIds: readonly string[], day: string): Promise<BindingRow[]> {
  return ctx.tx.rows<BindingRow>(sql`select b.id, b.charge_standard_id, i.name item_name, s.name standard_name, b.target_kind, b.target_id,
      b.ends_on, b.own_price::text, b.own_quantity::text, b.own_amount::text, b.note
    from standard_binding b join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    where b.company_id = ${ctx.companyId} and b.target_id = any (${[...targetIds]}::uuid[])
      and b.starts_on < ${day} and (b.ends_on is null or b.ends_on > ${day}) order by b.id for update of b`);
}

async function billsOf(ctx: Context, condition: ReturnType<typeof sql>): Promise<HandedBill[]> {
  const rows = await ctx.tx.ad<{
    id: string;
    target_id: string;
    item_name: string;
    period_from: string;
    period_to: string;
    receivable_fen: Fen;
  }>(sql`select b.id, b.target_id, i.name item_name, b.period_from, b.period_to, b.receivable_fen
    from (select * from bill where company_id = ${ctx.companyId} and voided_at is null and ${condition}) b
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    order by i.sort_order, i.name, b.target_id, b.period_from`);
  return rows.map((row) => ({
    id: row.id,
    targetId: row.target_id,
    chargeItemName: row.item_name,
    periodFrom: row.period_from,
    periodTo: row.period_to,
    receivableFen: row.receivable_fen,
  }));
}

// Paid ones are left to ending the bindings, which says which and what to do.
async function refuseUnpaid(ctx: Context, beyond: readonly HandedBill[], day: string): Promise<void> {
  const ids = beyond.map((bill) => bill.id);
  const paid =
    await ctx.tx.first(sql`select 1 from bill where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])
    and received_fen + discount_fen + waived_fen + late_fee_received_fen > 0 limit 1`);
  if (beyond.length === 0 || paid) return;
  const sum = formatYuanGrouped(sumFen(beyond.map((bill) => bill.receivableFen)));
  throw chargingFail('standardBinding.billsBeyond', { day, count: beyond.length, sum });
}

async function openAgain(ctx: Context, binding: BindingRow, at: { communityId: string; day: string }): Promise<void> {
  const { communityId } = at;
  await bindStandard(ctx, {
    chargeStandardId: binding.charge_standard_id,
    selection: onlyTarget(communityId, binding.target_kind, binding.target_id),
    startsOn: at.day,
    endsOn: binding.ends_on,
    ownPrice: binding.own_price,
    ownQuantity: binding.own_quantity,
    ownAmount: binding.own_amount,
    note: binding.note,
    skipOverlapping: false,
  });
}

/** What followed a tag goes on following it under somebody else. */
async function keepFollowing(ctx: Context, ids: readonly string[], day: string): Promise<void> {
  await ctx.tx.run(sql`update standard_binding n set tag_binding_id = o.tag_binding_id from standard_binding o
    where o.company_id = ${ctx.companyId} and o.id = any (${[...ids]}::uuid[]) and o.tag_binding_id is not null
      and n.company_id = o.company_id and n.target_id = o.target_id and n.charge_standard_id = o.charge_standard_id and n.starts_on = ${day}`);
}

/**
 * Raises exactly the months of what was voided, target by target, in the open transaction: the month in which a voided
 * period began and, where the day cuts it, the month of the day. Returns the runs.
 */
async function raiseAgain(
  ctx: Context,
  voided: readonly HandedBill[],
  { communityId, day }: { communityId: string; day: string },
): Promise<string[]> {
  const itemIds = await itemsOf(ctx, voided);
  const orders = new Map<string, { month: string; targetId: string; itemIds: Set<string> }>();
  for (const bill of voided) {
    const months = new Set([bill.periodFrom.slice(0, 7), ...(bill.periodFrom < day ? [day.slice(0, 7)] : [])]);
    for (const month of months) {
      const key = `${month} ${bill.targetId}`;
      const order = orders.get(key) ?? { month, targetId: bill.targetId, itemIds: new Set() };
      orders.set(key, { ...order, itemIds: order.itemIds.add(itemIds.get(bill.id)!) });
    }
  }
  const runIds: string[] = [];
  for (const [, { month, targetId, itemIds: items }] of [...orders].sort(([left], [right]) =>
    left < right ? -1 : 1,
  )) {
    const outcome = await raiseBills(
      { transaction: (work) => work(ctx), report: async () => {}, taskId: null },
      {
        communityId,
        chargeItemIds: [...items],
        monthFrom: month,
        monthTo: month,
        targetIds: [targetId],
        raisedHow: 'manual',
      },
    );
    const [failure] = outcome.failures;
    if (failure)
      throw chargingFail('standardBinding.cannotRaiseAgain', { target: failure.targetLabel, reason: failure.reason });
    runIds.push(outcome.raisingRunId);
  }
  return runIds;
}

async function itemsOf(ctx: Context, bills: readonly HandedBill[]): Promise<Map<string, string>> {
  const rows = await ctx.tx.rows<{ id: string; charge_item_id: string }>(sql`select id, charge_item_id from bill
    where company_id = ${ctx.companyId} and id = any (${bills.map((bill) => bill.id)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row.charge_item_id]));
}
