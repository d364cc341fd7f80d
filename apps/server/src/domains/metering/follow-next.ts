import { meteringFail } from '@anlin/contract';
import { meterUsage } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { voidBillsOf } from './drop-bills.ts';
import type { KnownMeter } from './meter-facts.ts';
import { raiseBillsOf } from './raise-readings.ts';

interface NextRow {
  id: string;
  month: string;
  previous: string;
  current: string;
  is_rolled_over: boolean;
  closing: string | null;
  opening: string | null;
  old_multiplier: string | null;
  multiplier: string;
  digits: number;
  loss_share: string;
  shared_part: string;
  bill_id: string | null;
  is_paid: boolean;
  /** Where the dial stood before it, as the readings are now. */
  begins_at: string;
}

/**
 * After a month's reading was added, changed or deleted, the next one begins where the dial now stood before it: its usage
 * is worked out anew and its unpaid bill voided and raised again. The meter is locked.
 * Errors: meterReading.nextPaid, meterReading.nextLower.
 */
export async function followNext(ctx: Context, meter: Pick<KnownMeter, 'id' | 'number'>, month: string): Promise<void> {
  const next = await ctx.tx.first<NextRow>(sql`
    select r.id, to_char(r.month, 'YYYY-MM') "month", r.previous::text, r.current::text, r.is_rolled_over, r.closing::text, r.opening::text, r.old_multiplier::text,
      r.multiplier::text, r.digits, r.loss_share::text, r.shared_part::text, b.id bill_id, b.received_fen + b.late_fee_received_fen > 0 is_paid,
      coalesce((select x.current from meter_reading x where x.company_id = r.company_id and x.meter_id = r.meter_id and x.month < r.month order by x.month desc limit 1),
        (select coalesce((select x.current from meter_reading x where x.company_id = o.company_id and x.meter_id = o.id order by x.month desc limit 1), o.initial_reading)
          from meter o where o.company_id = r.company_id and o.replaced_by_id = r.meter_id), m.initial_reading)::text begins_at
    from meter_reading r join meter m on m.company_id = r.company_id and m.id = r.meter_id
    left join bill b on b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null
    where r.company_id = ${ctx.companyId} and r.meter_id = ${meter.id} and r.month > ${`${month}-01`} order by r.month limit 1`);
  if (!next || Number(next.begins_at) === Number(next.previous)) return;
  const place = { number: meter.number, month: next.month };
  if (next.bill_id && next.is_paid) throw meteringFail('meterReading.nextPaid', place);
  const outcome = meterUsage({
    previous: next.begins_at,
    current: next.current,
    multiplier: next.multiplier,
    digits: next.digits,
    isRolledOver: next.is_rolled_over,
    replaced:
      next.closing !== null && next.opening !== null
        ? { closing: next.closing, opening: next.opening, multiplier: next.old_multiplier ?? '1' }
        : null,
    lossShare: next.loss_share,
    sharedPart: next.shared_part,
  });
  if (!outcome.ok) throw meteringFail('meterReading.nextLower', place);
  if (next.bill_id) await voidBillsOf(ctx, [next.bill_id], `${month} 的读数变了`);
  await ctx.tx.run(sql`update meter_reading set previous = ${next.begins_at}, counted = ${outcome.counted}, usage = ${outcome.usage},
      version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${next.id}`);
  if (next.bill_id) await raiseBillsOf(ctx, sql`r.id = ${next.id}`);
}
