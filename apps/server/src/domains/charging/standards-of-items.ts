import type { TargetKind, TierRuleInput } from '@anlin/contract';
import {
  compileStandard,
  growsWithHeads,
  type Method,
  type PriceBill,
  type PriceVersion,
  type QuantitySource,
  type StandardRule,
} from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { type FormulaFact, readsMeter } from './formula-facts.ts';
import { mergePrices, type PlacePriceVersion } from './merge-prices.ts';
import type { RaiseShift } from './raise-shift.ts';

/** Where a target lies, for prices that differ by place. */
export interface Place {
  buildingId: string | null;
  unitId: string | null;
}

/** A charge standard with its item and prices, ready to price any number of bindings of one community. */
export interface ReadyStandard {
  id: string;
  name: string;
  itemId: string;
  itemName: string;
  method: Method['kind'];
  /** A custom field goes by its label: `custom:电梯层数`. */
  quantitySource: QuantitySource;
  quantityFieldId: string | null;
  /** What the formula reads. */
  facts: readonly FormulaFact[];
  /** Tiers whose limits grow with the people. */
  isByHeads: boolean;
  /** Tiers of a year, and formulas that read it, count what was used before. */
  isByYear: boolean;
  /** Charges what a meter counted: raised by readings, unless the binding has a quantity of its own. */
  isMetered: boolean;
  everyMonths: number;
  alignment: 'natural' | 'binding';
  dueDays: number;
  raiseShift: RaiseShift;
  ruleVersion: number;
  /** Formula or tiers changed on a day: pricing itself tells the version that held. */
  isRuleDated: boolean;
  /** Whether prices differ between the buildings and units of the community. */
  isPricedByPlace: boolean;
  price: PriceBill;
  /** The pricing of a place; that of the community where the place has none of its own. */
  priceAt(place: Place): PriceBill;
}

interface PlacePriceRow extends PlacePriceVersion {
  building: string | null;
  unit: string | null;
}

/** A formula, or tiers, that held until a day. */
export interface EarlierRule {
  source: string | null;
  tiers: TierRuleInput | null;
  until: string;
  version: number;
  names: Record<string, string>;
}

export interface StandardRow {
  id: string;
  name: string;
  item_id: string;
  item_name: string;
  method: Method['kind'];
  quantity_source: Exclude<QuantitySource, `custom:${string}`> | 'custom';
  quantity_field_id: string | null;
  quantity_field: string | null;
  quantity_unit: string;
  formula: string | null;
  formula_names: Record<string, string>;
  tiers: TierRuleInput | null;
  rule_version: number;
  /** What held until a day, in order of time. */
  earlier_rules: EarlierRule[];
  every_months: number;
  alignment: 'natural' | 'binding';
  due_days: number;
  raise_side: RaiseShift['side'];
  raise_unit: RaiseShift['unit'];
  raise_offset: number;
  precision: StandardRule['precision'];
  rounding: StandardRule['rounding'];
  proration: StandardRule['proration']['kind'];
  proration_days: number | null;
  /** Percent as text, and whether prices are with it. */
  tax_rate: string;
  is_tax_included: boolean;
  prices: PriceVersion[];
  place_prices: PlacePriceRow[];
}

/** The standards of some items that are charged in a community, each compiled once. */
export function readStandards(ctx: Context, itemIds: readonly string[], communityId: string): Promise<ReadyStandard[]> {
  return readWhere(
    ctx,
    communityId,
    sql`s.charge_item_id = any (${[...itemIds]}::uuid[])
      and (exists (select 1 from charge_item_community c where c.company_id = i.company_id and c.charge_item_id = i.id and c.community_id = ${communityId})
        or not exists (select 1 from charge_item_community c where c.company_id = i.company_id and c.charge_item_id = i.id))`,
  );
}

/** Standards by their ids, ready to price bindings of a community; those that do not exist are missing. */
export function readStandardsById(
  ctx: Context,
  standardIds: readonly string[],
  communityId: string,
): Promise<ReadyStandard[]> {
  return readWhere(ctx, communityId, sql`s.id = any (${[...standardIds]}::uuid[])`);
}

/** A standard as it is kept, with the prices of the place of a target; null where there is none. */
export async function readStandardRow(
  ctx: Context,
  standardId: string,
  target: { targetKind: TargetKind; targetId: string },
): Promise<StandardRow | null> {
  const place = await ctx.tx.first<{ community_id: string }>(sql`select community_id from charge_target
    where company_id = ${ctx.companyId} and kind = ${target.targetKind} and id = ${target.targetId}`);
  if (!place) return null;
  const [row] = await readRows(ctx, place.community_id, sql`s.id = ${standardId}`);
  return row ?? null;
}

async function readWhere(ctx: Context, communityId: string, condition: Sql): Promise<ReadyStandard[]> {
  return (await readRows(ctx, communityId, condition)).map(makeReady);
}

async function readRows(ctx: Context, communityId: string, condition: Sql): Promise<StandardRow[]> {
  return ctx.tx.ad<StandardRow>(sql`
    select s.id, s.name, i.id item_id, i.name item_name, s.method, s.quantity_source, s.quantity_field_id, s.quantity_unit,
      (select f.label from custom_field f where f.company_id = s.company_id and f.id = s.quantity_field_id) quantity_field,
      s.formula, s.formula_names, s.tiers, s.rule_version, s.every_months, s.alignment,
      case when s.method in ('formula', 'tiers') then coalesce((select json_agg(json_build_object('source', r.formula, 'tiers', r.tiers, 'until', r.holds_until,
          'version', r.rule_version, 'names', r.formula_names) order by r.holds_until)
        from charge_standard_rule r where r.company_id = s.company_id and r.charge_standard_id = s.id and r.holds_until is not null), '[]')
        else '[]' end earlier_rules,
      i.due_days, i.raise_side, i.raise_unit, i.raise_offset, i.precision, i.rounding, i.proration, i.proration_days, i.tax_rate, i.is_tax_included,
      coalesce((select json_agg(json_build_object('id', p.id, 'from', p.starts_on, 'price', trim_scale(p.price)::text) order by p.starts_on nulls first)
        from charge_standard_price p where p.company_id = s.company_id and p.charge_standard_id = s.id), '[]') prices,
      coalesce((select json_agg(json_build_object('id', p.id, 'building', p.building_id, 'unit', p.unit_id, 'from', p.starts_on, 'price', trim_scale(p.price)::text)
          order by p.starts_on nulls first)
        from charge_standard_place_price p where p.company_id = s.company_id and p.charge_standard_id = s.id
          and p.community_id = ${communityId}), '[]') place_prices
    from charge_standard s join charge_item i on i.company_id = s.company_id and i.id = s.charge_item_id
    where s.company_id = ${ctx.companyId} and ${condition}
    order by i.sort_order, i.name, s.name, s.id`);
}

/** Compiles a row. Prices are those of its community, and of its buildings and units where asked for. */
export function makeReady(row: StandardRow): ReadyStandard {
  const ofPlaces = row.place_prices.filter((one) => one.building !== null);
  const ofCommunity = mergePrices(
    row.prices,
    row.place_prices.filter((one) => one.building === null),
  );
  const compile = (prices: readonly PriceVersion[]): PriceBill => {
    const compiled = compileStandard({ ...ruleOf(row), prices });
    // Standards are checked when they are saved; one that does not compile is a fault of ours, never of a target.
    if (!compiled.ok) throw new Error(`charge standard ${row.id} does not compile: ${JSON.stringify(compiled.errors)}`);
    return compiled.price;
  };
  const price = compile(ofCommunity);
  const facts = factsOf(row);
  const tiers = [...row.earlier_rules.map((one) => one.tiers), row.tiers].filter((one) => one !== null);
  return {
    id: row.id,
    name: row.name,
    itemId: row.item_id,
    itemName: row.item_name,
    method: row.method,
    quantitySource: sourceOf(row),
    quantityFieldId: row.quantity_field_id,
    facts,
    isByHeads: tiers.some(growsWithHeads),
    isByYear: tiers.some(({ span }) => span === 'year') || facts.some((fact) => fact.key === 'usedBefore'),
    isMetered: row.quantity_source === 'meterUsage' || readsMeter(facts),
    everyMonths: row.every_months,
    alignment: row.alignment,
    dueDays: row.due_days,
    raiseShift: { side: row.raise_side, unit: row.raise_unit, offset: row.raise_offset },
    ruleVersion: row.rule_version,
    isRuleDated: row.earlier_rules.length > 0,
    isPricedByPlace: ofPlaces.length > 0,
    price,
    priceAt: priceByPlace(price, ofCommunity, ofPlaces, compile),
  };
}

// A unit's history lies over its building's, and that over the community's. Each place is compiled when first met.
function priceByPlace(
  price: PriceBill,
  ofCommunity: readonly PriceVersion[],
  ofPlaces: readonly PlacePriceRow[],
  compile: (prices: readonly PriceVersion[]) => PriceBill,
): ReadyStandard['priceAt'] {
  const known = new Map<string, PriceBill>();
  return ({ buildingId, unitId }) => {
    const key = `${buildingId ?? ''} ${unitId ?? ''}`;
    const found = known.get(key);
    if (found) return found;
    const ofBuilding = ofPlaces.filter((one) => one.building === buildingId && one.unit === null);
    const ofUnit = ofPlaces.filter((one) => unitId !== null && one.unit === unitId);
    const own =
      ofBuilding.length + ofUnit.length === 0
        ? price
        : compile(mergePrices(mergePrices(ofCommunity, ofBuilding), ofUnit));
    known.set(key, own);
    return own;
  };
}

function sourceOf(row: StandardRow): QuantitySource {
  return row.quantity_source === 'custom' ? `custom:${row.quantity_field ?? ''}` : row.quantity_source;
}

function formulaMethod(row: StandardRow): Method {
  const method = { kind: 'formula' as const, source: row.formula ?? '', names: factsOf(row).map(({ name }) => name) };
  if (row.earlier_rules.length === 0) return method;
  const earlier = row.earlier_rules.map(({ source, until, version }) => ({ source: source ?? '', until, version }));
  return { ...method, earlier, version: row.rule_version };
}

function tierMethod(row: StandardRow): Method {
  const none = { span: 'month', freeHeads: 0, tiers: [] } as const;
  const method = { kind: 'tiers' as const, quantity: sourceOf(row), rule: row.tiers ?? none };
  if (row.earlier_rules.length === 0) return method;
  const earlier = row.earlier_rules.map(({ tiers, until, version }) => ({ rule: tiers ?? none, until, version }));
  return { ...method, earlier, version: row.rule_version };
}

// Of all the formulas: a name means the same in each, which is checked when one is saved.
function factsOf(row: Pick<StandardRow, 'formula_names' | 'earlier_rules'>): FormulaFact[] {
  const names = Object.assign({}, ...row.earlier_rules.map((one) => one.names), row.formula_names);
  return Object.entries<string>(names).map(([name, key]) => ({ name, key }));
}

function methodOf(row: StandardRow): Method {
  const quantity = sourceOf(row);
  switch (row.method) {
    case 'unitPrice':
      return { kind: 'unitPrice', quantity };
    case 'tiers':
      return tierMethod(row);
    case 'formula':
      return formulaMethod(row);
    default:
      return { kind: row.method };
  }
}

/** The rule of a row as pricing knows it. */
export function ruleOf(row: StandardRow): StandardRule {
  const rule: StandardRule = {
    method: methodOf(row),
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
  const addedTaxPercent = addedTaxOf(row);
  if (addedTaxPercent !== 0) rule.addedTaxPercent = addedTaxPercent;
  if (row.method === 'formula' && readsMeter(factsOf(row))) rule.per = 'once';
  if (row.quantity_source === 'meterUsage' || row.quantity_source === 'custom') rule.unitLabel = row.quantity_unit;
  return rule;
}

/** Percent of tax that prices of an item are without; 0 where they include it. The rates of the law are whole numbers. */
export function addedTaxOf(item: { tax_rate: string; is_tax_included: boolean }): number {
  return item.is_tax_included ? 0 : Number(item.tax_rate);
}
