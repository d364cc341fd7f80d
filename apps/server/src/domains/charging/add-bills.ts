import type { TargetKind } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { nowText, staffIdOf } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A bill that no binding asks for: raised for a reading, as a share of a divided cost, or by a third party. */
export interface NewBill {
  id: string;
  communityId: string;
  chargeItemId: string;
  chargeStandardId: string | null;
  targetKind: TargetKind;
  targetId: string;
  /** Half-open, ISO days. */
  periodFrom: string;
  periodTo: string;
  dueOn: string;
  amountFen: Fen;
  raisedHow: 'meter' | 'apportionment' | 'thirdParty';
  calculation: Calculation;
  meterReadingId: string | null;
  apportionmentRunId: string | null;
  note?: string;
}

/**
 * Writes bills in one statement and returns how many. The caller has locked what they are raised for; should a second
 * one slip in all the same, the unique indexes refuse the whole statement (23505).
 */
export async function addBills(ctx: Context, bills: readonly NewBill[]): Promise<number> {
  if (bills.length === 0) return 0;
  const column = <K extends keyof NewBill>(key: K) => bills.map((bill) => bill[key]);
  return ctx.tx.run(sql`
    insert into bill (company_id, id, community_id, charge_item_id, charge_standard_id, target_kind, target_id, period_from, period_to,
      due_on, receivable_fen, raised_how, raised_at, raised_by, calculation, meter_reading_id, apportionment_run_id, note)
    select ${ctx.companyId}, n.id, n.community_id, n.item_id, n.standard_id, n.target_kind, n.target_id, n.period_from, n.period_to,
      n.due_on, n.amount_fen, n.raised_how, ${nowText(ctx)}, ${staffIdOf(ctx)}, n.calculation, n.reading_id, n.run_id, n.note
    from unnest(${column('id')}::uuid[], ${column('communityId')}::uuid[], ${column('chargeItemId')}::uuid[], ${column('chargeStandardId')}::uuid[],
        ${column('targetKind')}::text[], ${column('targetId')}::uuid[], ${column('periodFrom')}::date[], ${column('periodTo')}::date[],
        ${column('dueOn')}::date[], ${bills.map((bill) => bill.amountFen.toString())}::bigint[], ${column('raisedHow')}::text[],
        ${bills.map((bill) => JSON.stringify(bill.calculation))}::jsonb[], ${column('meterReadingId')}::uuid[], ${column('apportionmentRunId')}::uuid[],
        ${bills.map((bill) => bill.note ?? '')}::text[])
      as n (id, community_id, item_id, standard_id, target_kind, target_id, period_from, period_to, due_on, amount_fen, raised_how,
        calculation, reading_id, run_id, note)`);
}
