import { compileStandard, type PriceBill, type StandardRule } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A charge standard as it prices what a meter counted; time does not count. */
export interface MeterStandard {
  id: string;
  name: string;
  itemId: string;
  itemName: string;
  dueDays: number;
  /** With the unit of the quantity as people read it. */
  price(unit: string): PriceBill;
}

interface StandardRow {
  id: string;
  name: string;
  item_id: string;
  item_name: string;
  method: string;
  due_days: number;
  precision: StandardRule['precision'];
  rounding: StandardRule['rounding'];
  prices: { id: string; from: string | null; price: string }[];
}

/** Those of the named standards that can price usage, by id. */
export async function readMeterStandards(
  ctx: Context,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MeterStandard>> {
  const rows = await ctx.tx.rows<StandardRow>(sql`
    select s.id, s.name, i.id item_id, i.name item_name, s.method, i.due_days, i.precision, i.rounding,
      coalesce((select json_agg(json_build_object('id', p.id, 'from', p.starts_on, 'price', trim_scale(p.price)::text) order by p.starts_on nulls first)
        from charge_standard_price p where p.company_id = s.company_id and p.charge_standard_id = s.id), '[]') prices
    from charge_standard s join charge_item i on i.company_id = s.company_id and i.id = s.charge_item_id
    where s.company_id = ${ctx.companyId} and s.id = any (${[...new Set(ids)]}::uuid[])
      and s.method = 'unitPrice' and s.quantity_source in ('one', 'meterUsage')`);
  return new Map(rows.map((row) => [row.id, makeReady(row)]));
}

function makeReady(row: StandardRow): MeterStandard {
  const priced = new Map<string, PriceBill>();
  return {
    id: row.id,
    name: row.name,
    itemId: row.item_id,
    itemName: row.item_name,
    dueDays: row.due_days,
    price(unit) {
      const known = priced.get(unit);
      if (known) return known;
      const compiled = compileStandard({
        method: { kind: 'unitPrice', quantity: 'meterUsage' },
        everyMonths: 1,
        alignment: 'natural',
        proration: { kind: 'wholePeriod' },
        prices: row.prices,
        precision: row.precision,
        rounding: row.rounding,
        unitLabel: unit,
      });
      // Standards are checked when they are saved; one that does not compile is a fault of ours.
      if (!compiled.ok)
        throw new Error(`charge standard ${row.id} does not compile: ${JSON.stringify(compiled.errors)}`);
      priced.set(unit, compiled.price);
      return compiled.price;
    },
  };
}
