import { compileStandard, type PriceBill, type StandardRule } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type QuantitySource = 'builtArea' | 'innerArea' | 'sharedArea' | 'parkingArea' | 'one';

/** A charge standard with its item and prices, ready to price any number of bindings. */
export interface ReadyStandard {
  id: string;
  name: string;
  itemId: string;
  itemName: string;
  quantitySource: QuantitySource;
  everyMonths: number;
  alignment: 'natural' | 'binding';
  dueDays: number;
  raiseDaysAhead: number;
  price: PriceBill;
}

interface StandardRow {
  id: string;
  name: string;
  item_id: string;
  item_name: string;
  method: 'unitPrice' | 'fixed';
  quantity_source: QuantitySource;
  every_months: number;
  alignment: 'natural' | 'binding';
  due_days: number;
  raise_days_ahead: number;
  precision: StandardRule['precision'];
  rounding: StandardRule['rounding'];
  proration: StandardRule['proration']['kind'];
  proration_days: number | null;
  prices: { id: string; from: string | null; price: string }[];
}

/** The standards of some items, or only those named, each compiled once. */
export async function readStandards(ctx: Context, itemIds: readonly string[]): Promise<ReadyStandard[]> {
  const rows = await ctx.tx.rows<StandardRow>(sql`
    select s.id, s.name, i.id item_id, i.name item_name, s.method, s.quantity_source, s.every_months, s.alignment,
      i.due_days, i.raise_days_ahead, i.precision, i.rounding, i.proration, i.proration_days,
      coalesce((select json_agg(json_build_object('id', p.id, 'from', p.starts_on, 'price', trim_scale(p.price)::text) order by p.starts_on nulls first)
        from charge_standard_price p where p.company_id = s.company_id and p.charge_standard_id = s.id), '[]') prices
    from charge_standard s join charge_item i on i.company_id = s.company_id and i.id = s.charge_item_id
    where s.company_id = ${ctx.companyId} and s.charge_item_id = any (${[...itemIds]}::uuid[])
    order by i.sort_order, i.name, s.name, s.id`);
  return rows.map(makeReady);
}

function makeReady(row: StandardRow): ReadyStandard {
  const compiled = compileStandard(ruleOf(row));
  // Standards are checked when they are saved; one that does not compile is a fault of ours, never of a target.
  if (!compiled.ok) throw new Error(`charge standard ${row.id} does not compile: ${JSON.stringify(compiled.errors)}`);
  return {
    id: row.id,
    name: row.name,
    itemId: row.item_id,
    itemName: row.item_name,
    quantitySource: row.quantity_source,
    everyMonths: row.every_months,
    alignment: row.alignment,
    dueDays: row.due_days,
    raiseDaysAhead: row.raise_days_ahead,
    price: compiled.price,
  };
}

function ruleOf(row: StandardRow): StandardRule {
  return {
    method: row.method === 'fixed' ? { kind: 'fixed' } : { kind: 'unitPrice', quantity: row.quantity_source },
    everyMonths: row.every_months,
    alignment: row.alignment,
    proration:
      row.proration === 'nothingUnder'
        ? { kind: 'nothingUnder', days: row.proration_days ?? 0 }
        : { kind: row.proration },
    prices: row.prices,
    precision: row.precision,
    rounding: row.rounding,
  };
}
