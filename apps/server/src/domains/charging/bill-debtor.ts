import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { HandedBill } from './hand-over-bindings.ts';

/** Unpaid bills of some targets for periods that ended by a day, locked in the order of their ids. */
export async function lockArrears(
  ctx: Context,
  targetIds: readonly string[],
  day: string,
): Promise<(HandedBill & { outstandingFen: Fen })[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    target_id: string;
    item_name: string;
    period_from: string;
    period_to: string;
    receivable_fen: Fen;
    outstanding_fen: Fen;
  }>(sql`select b.id, b.target_id, i.name item_name, b.period_from, b.period_to, b.receivable_fen, b.outstanding_fen
    from bill b join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    where b.company_id = ${ctx.companyId} and b.target_id = any (${[...targetIds]}::uuid[]) and b.outstanding_fen > 0
      and b.period_to <= ${day} order by b.id for no key update of b`);
  return rows
    .map((row) => ({
      id: row.id,
      targetId: row.target_id,
      chargeItemName: row.item_name,
      periodFrom: row.period_from,
      periodTo: row.period_to,
      receivableFen: row.receivable_fen,
      outstandingFen: row.outstanding_fen,
    }))
    .toSorted((left, right) => (left.periodFrom < right.periodFrom ? -1 : 1));
}

/**
 * Writes the person who leaves on the bills of their time: those that begin before the day and belong to nobody else
 * already. `isSettledOnly`: what is unpaid goes on to whoever comes.
 */
export async function keepDebtor(
  ctx: Context,
  input: { targetIds: readonly string[]; day: string; residentId: string; isSettledOnly: boolean },
): Promise<void> {
  await ctx.tx.run(sql`
    with locked as materialized (
      select id from bill where company_id = ${ctx.companyId} and target_id = any (${[...input.targetIds]}::uuid[]) and voided_at is null
        and debtor_resident_id is null and period_from < ${input.day} and (not ${input.isSettledOnly}::boolean or outstanding_fen = 0)
      order by id for no key update)
    update bill set debtor_resident_id = ${input.residentId} from locked where bill.company_id = ${ctx.companyId} and bill.id = locked.id`);
}
