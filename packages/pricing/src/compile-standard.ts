import type { CompiledFormula } from '@anlin/formula';
import { type Fen, formatYuan, type MoneyRounding, ratioToMoney } from '@anlin/money';
import {
  type Calculation,
  type CalculationSegment,
  type Outcome,
  type PricingError,
  roundingText,
} from './calculation.ts';
import { type ChargedTime, planTime, type TimePlan } from './charged-time.ts';
import { addRatios, type Exact, multiply, powerOfTen, type Ratio, ratioText, readExact, tidyDecimal } from './exact.ts';
import { type FormulaHistory, layFormulas, readFormulas } from './formula-history.ts';
import { type ReadPrice, readPrices } from './price-history.ts';
import {
  type PricingInput,
  priceName,
  pricePerOf,
  type QuantitySource,
  quantityPlacesOf,
  type StandardRule,
  unitLabelOf,
} from './standard.ts';
import { chargeByHistory, readTiers, type TierHistory, tierHead } from './tier-history.ts';
import { chargeTiers } from './tiers.ts';

/** Prices one bill; never throws for any input and never bills what it could not work out. */
export type PriceBill = (input: PricingInput) => Outcome;

export type StandardCompilation = { ok: true; price: PriceBill } | { ok: false; errors: PricingError[] };

/** Everything of a rule that is worked out once, before a million bills ask for it. */
interface Prepared {
  rule: StandardRule;
  how: MoneyRounding;
  prices: ReadPrice[];
  formula: CompiledFormula | null;
  /** Only where the formula changed in the course of time. */
  history: FormulaHistory | null;
  tiers: TierHistory | null;
  isByTime: boolean;
  /** Months a price is for; 1 unless it is for the whole cycle. */
  perMonths: number;
  unit: string;
  quantityPlaces: number;
  rounding: string | undefined;
  /** Percent added to what prices without tax come to; 0: prices include it. */
  addedTax: number;
}

/**
 * Checks a charge standard and makes it ready to price. The errors are those to show when the standard is saved.
 * One bill of the plain kind takes about a microsecond.
 */
export function compileStandard(rule: StandardRule): StandardCompilation {
  const { prices, errors } = readPrices(rule.prices);
  if (!Number.isInteger(rule.everyMonths) || rule.everyMonths < 1 || rule.everyMonths > 1200) {
    errors.push({ code: 'badCycle', params: { everyMonths: String(rule.everyMonths) } });
  }
  const { proration, method } = rule;
  if (proration.kind === 'nothingUnder' && !(Number.isInteger(proration.days) && proration.days >= 0)) {
    errors.push({ code: 'badMinimumDays', params: { days: String(proration.days) } });
  }
  const tax = rule.addedTaxPercent ?? 0;
  if (!(Number.isInteger(tax) && tax >= 0 && tax <= 100)) errors.push({ code: 'badTax', params: { tax: String(tax) } });
  const read = method.kind === 'formula' ? readFormulas(method) : { formulas: [], errors: [] };
  errors.push(...read.errors);
  const tiers = method.kind === 'tiers' ? readTiers(method) : null;
  errors.push(...(tiers?.errors ?? []));
  if (errors.length > 0) return { ok: false, errors };
  const history = read.formulas.length > 1 ? layFormulas(read.formulas, prices) : null;
  const formula = read.formulas.at(-1)?.formula ?? null;
  return { ok: true, price: preparePricing(rule, prices, { formula, history, tiers: tiers?.history ?? null }) };
}

function preparePricing(
  rule: StandardRule,
  prices: ReadPrice[],
  methods: Pick<Prepared, 'formula' | 'history' | 'tiers'>,
): PriceBill {
  const per = pricePerOf(rule);
  const how = { precision: rule.precision, rounding: rule.rounding };
  const prepared: Prepared = {
    rule,
    how,
    prices,
    ...methods,
    isByTime: per !== 'once',
    perMonths: per === 'period' ? rule.everyMonths : 1,
    unit: unitLabelOf(rule),
    quantityPlaces: 'quantity' in rule.method ? quantityPlacesOf(rule.method.quantity) : 0,
    rounding: roundingText(how),
    addedTax: rule.addedTaxPercent ?? 0,
  };
  const planFor = rememberPlans(prepared);
  return (input) => {
    const plan = planFor(input);
    if (plan === null) return failed('badPeriod', { ...input.period });
    if (plan.total.num === 0) return { kind: 'noBill', reason: 'belowMinimumDays' };
    if (isKnown(input.ownAmount)) return priceOwnAmount(prepared, plan, input.ownAmount);
    switch (rule.method.kind) {
      case 'unitPrice':
        return priceQuantity(prepared, plan, input);
      case 'fixed':
        return priceByHistory(prepared, plan, input, null, {});
      case 'perTarget':
        return failed('missingAmount');
      case 'formula':
        return priceFormula(prepared, plan, input);
      case 'tiers':
        return priceTiers(prepared, plan, input);
    }
  };
}

const mostPlans = 5000;

// A raising run asks for the same few periods over and over; the last one is compared before the map is asked.
function rememberPlans({ rule, prices, history, tiers }: Prepared): (input: PricingInput) => TimePlan | null {
  const plans = new Map<string, TimePlan | null>();
  const { alignment, proration } = rule;
  const marks = history?.marks ?? (tiers && tiers.marks.length > 0 ? tiers.marks : null);
  const timeRule = { alignment, proration, per: pricePerOf(rule), isByFormula: marks !== null };
  const changes = marks ?? prices;
  let lastKey = '';
  let lastPlan: TimePlan | null = null;
  return ({ period, fullPeriod, alignedTo }) => {
    const anchor = alignedTo ?? fullPeriod.from;
    const key = `${period.from} ${period.to} ${fullPeriod.from} ${fullPeriod.to} ${anchor}`;
    if (key === lastKey) return lastPlan;
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = planTime(timeRule, changes, period, fullPeriod, anchor);
      if (plans.size >= mostPlans) plans.clear();
      plans.set(key, plan);
    }
    lastKey = key;
    lastPlan = plan;
    return plan;
  };
}

function priceOwnAmount(prepared: Prepared, plan: TimePlan, text: string): Outcome {
  const amount = readExact(text);
  if (typeof amount === 'string') return failed(amount === 'bad' ? 'badAmount' : 'negativeAmount', { amount: text });
  return priceOnce(prepared, plan.total, null, amount, { k: 't', p: tidyDecimal(text, 2) });
}

function priceQuantity(prepared: Prepared, plan: TimePlan, input: PricingInput): Outcome {
  const found = quantityOf(prepared, input);
  if ('kind' in found) return found;
  const { source, text, quantity } = found;
  if (source === 'one' && text === '1') return priceByHistory(prepared, plan, input, null, {});
  const q = tidyDecimal(text, prepared.quantityPlaces);
  return priceByHistory(prepared, plan, input, quantity, prepared.unit === '' ? { q } : { q, u: prepared.unit });
}

function quantityOf(
  { rule: { method } }: Prepared,
  input: PricingInput,
): { source: QuantitySource; text: string; quantity: Exact } | Outcome {
  const source = 'quantity' in method ? method.quantity : 'one';
  const text = input.ownQuantity ?? (source === 'one' ? '1' : input.quantity);
  if (!isKnown(text)) return failed('missingQuantity', { source });
  const quantity = readExact(text);
  if (typeof quantity === 'string') {
    return failed(quantity === 'bad' ? 'badQuantity' : 'negativeQuantity', { source, quantity: text.slice(0, 60) });
  }
  return isZero(quantity) ? { kind: 'noBill', reason: 'zeroQuantity' } : { source, text, quantity };
}

// A price of the binding's own goes before the tiers: the whole usage at that price.
function priceTiers(prepared: Prepared, plan: TimePlan, input: PricingInput): Outcome {
  const { tiers } = prepared;
  if (tiers === null || isKnown(input.ownPrice)) return priceQuantity(prepared, plan, input);
  const found = quantityOf(prepared, input);
  if ('kind' in found) return found;
  const head: Partial<Calculation> = { k: 'g', q: tidyDecimal(found.text, prepared.quantityPlaces) };
  if (prepared.unit !== '') head.u = prepared.unit;
  const stretches = tiers.marks.length > 0 ? plan.byPrice : null;
  if (stretches && stretches.length > 1) {
    const { usedBefore = null, headcount = null } = input;
    const use = { usage: found.text, isUsedUp: !prepared.isByTime, usedBefore, headcount };
    const charged = chargeByHistory(tiers, stretches, use);
    if ('code' in charged) return { kind: 'failed', error: charged };
    return toBill(prepared, charged.cost, { ...head, w: charged.version, s: charged.segments });
  }
  const { rule, version } = tiers.tiers[stretches?.[0]?.priceIndex ?? 0]!;
  const tiered = chargeTiers(rule, found.text, input);
  if ('code' in tiered) return { kind: 'failed', error: tiered };
  if (stretches && version > 1) head.w = version;
  return priceOnce(prepared, stretches?.[0] ?? plan.total, null, tiered.cost, { ...head, ...tierHead(tiered) });
}

// Quantity (null: one) at the binding's own price or at the prices of the standard.
function priceByHistory(
  prepared: Prepared,
  plan: TimePlan,
  input: PricingInput,
  quantity: Exact | null,
  head: Partial<Calculation>,
): Outcome {
  const shape = prepared.rule.method.kind === 'fixed' ? { k: 'f' as const, ...head } : head;
  if (isKnown(input.ownPrice)) {
    const price = readExact(input.ownPrice);
    if (typeof price === 'string') {
      return failed(price === 'bad' ? 'badPrice' : 'negativePrice', { price: input.ownPrice.slice(0, 60) });
    }
    return priceOnce(prepared, plan.total, quantity, price, { ...shape, p: tidyDecimal(input.ownPrice, 2) });
  }
  if (plan.byPrice === null) return failed('missingPrice', { day: input.period.from });
  const only = plan.byPrice.length === 1 ? plan.byPrice[0] : undefined;
  if (only) {
    const price = prepared.prices[only.priceIndex]!;
    const version = prepared.prices.length > 1 ? { p: price.text, i: price.id } : { p: price.text };
    return priceOnce(prepared, only, quantity, price, { ...shape, ...version });
  }
  const costs = plan.byPrice.map((time) => costOf(prepared, time, quantity, prepared.prices[time.priceIndex]!));
  return toBill(prepared, costs.reduce(addRatios), { ...shape, ...timeHead(prepared), s: segmentsOf(prepared, plan) });
}

function segmentsOf(prepared: Prepared, plan: TimePlan): CalculationSegment[] {
  return (plan.byPrice ?? []).map((time, index) => {
    const price = prepared.prices[time.priceIndex]!;
    return segmentOf(prepared, time, price, price.text, index === 0);
  });
}

function segmentOf(
  { isByTime }: Prepared,
  time: ChargedTime,
  price: ReadPrice,
  text: string,
  isFirst: boolean,
): CalculationSegment {
  const segment: CalculationSegment = isByTime
    ? { p: text, m: time.text, i: price.id }
    : { p: text, d: time.text, i: price.id };
  if (!isFirst && price.from !== null) segment.f = price.from;
  return segment;
}

// One price for all of the time.
function priceOnce(
  prepared: Prepared,
  time: ChargedTime,
  quantity: Exact | null,
  price: Exact,
  head: Partial<Calculation>,
): Outcome {
  const timed = prepared.isByTime ? { ...head, m: time.text, ...timeHead(prepared) } : head;
  return toBill(prepared, costOf(prepared, time, quantity, price), timed);
}

function timeHead({ perMonths }: Prepared): Partial<Calculation> | undefined {
  return perMonths === 1 ? undefined : { n: perMonths };
}

function costOf({ perMonths }: Prepared, time: Ratio, quantity: Exact | null, price: Exact): Ratio {
  const units = quantity ? multiply(quantity.units, price.units) : price.units;
  const scale = quantity ? quantity.scale + price.scale : price.scale;
  return {
    num: multiply(units, time.num),
    den: multiply(multiply(powerOfTen(scale), time.den), perMonths),
  };
}

function priceFormula(prepared: Prepared, plan: TimePlan, input: PricingInput): Outcome {
  const { formula, rule, history } = prepared;
  if (history) return priceFormulas(prepared, history, plan, input);
  if (formula === null || rule.method.kind !== 'formula') return failed('badFormula');
  const x = rule.method.source;
  const v = usedValues(formula, input);
  if (!formula.names.includes(priceName) || isKnown(input.ownPrice)) {
    const price = isKnown(input.ownPrice) ? input.ownPrice : null;
    const value = runFormula(formula, input, price);
    if ('kind' in value) return value;
    const values = formula.names.includes(priceName) && price !== null ? { ...v, [priceName]: price } : v;
    return priceOnce(prepared, plan.total, null, value, { k: 'x', x, v: values, p: shortDecimal(value) });
  }
  if (plan.byPrice === null) return failed('missingPrice', { day: input.period.from });
  let total: Ratio = { num: 0, den: 1 };
  const segments: CalculationSegment[] = [];
  for (const time of plan.byPrice) {
    const price = prepared.prices[time.priceIndex]!;
    const value = runFormula(formula, input, price.text);
    if ('kind' in value) return value;
    total = addRatios(total, costOf(prepared, time, null, value));
    segments.push(segmentOf(prepared, time, price, shortDecimal(value), segments.length === 0));
  }
  const only = segments.length === 1 ? segments[0] : undefined;
  if (!only) return toBill(prepared, total, { k: 'x', x, v, ...timeHead(prepared), s: segments });
  const values = { ...v, [priceName]: prepared.prices[plan.byPrice[0]!.priceIndex]!.text };
  const timed = prepared.isByTime ? { m: only.m, ...timeHead(prepared) } : undefined;
  const version = prepared.prices.length > 1 ? { i: only.i } : undefined;
  return toBill(prepared, total, { k: 'x', x, v: values, p: only.p, ...timed, ...version });
}

// Each stretch of time by the formula that held then, at the price in force.
function priceFormulas(prepared: Prepared, history: FormulaHistory, plan: TimePlan, input: PricingInput): Outcome {
  let total: Ratio = { num: 0, den: 1 };
  const segments: CalculationSegment[] = [];
  const values: Record<string, string> = {};
  const read = new Set<string>();
  let last: FormulaHistory['holding'][number]['formula'] | undefined;
  for (const time of plan.byPrice ?? []) {
    const { formula, price } = history.holding[time.priceIndex]!;
    const isPriceRead = formula.formula.names.includes(priceName);
    const priceText = isKnown(input.ownPrice) ? input.ownPrice : (price?.text ?? null);
    if (isPriceRead && priceText === null) return failed('missingPrice', { day: input.period.from });
    const value = runFormula(formula.formula, input, isPriceRead ? priceText : null);
    if ('kind' in value) return value;
    total = addRatios(total, costOf(prepared, time, null, value));
    const segment = segmentOf(prepared, time, history.marks[time.priceIndex]!, shortDecimal(value), last === undefined);
    segments.push(last && last !== formula ? { ...segment, x: formula.source } : segment);
    Object.assign(values, usedValues(formula.formula, input));
    if (isPriceRead && priceText !== null) read.add(priceText);
    last = formula;
  }
  const [first] = segments;
  if (!first || !last) return failed('badPeriod', { ...input.period });
  const firstFormula = history.holding[plan.byPrice![0]!.priceIndex]!.formula;
  const head: Partial<Calculation> = { k: 'x', x: firstFormula.source, v: values };
  // Several prices are told by their results, stretch by stretch.
  if (read.size === 1) values[priceName] = [...read][0]!;
  if (last.version > 1) head.w = last.version;
  if (segments.length > 1) return toBill(prepared, total, { ...head, ...timeHead(prepared), s: segments });
  const timed = prepared.isByTime ? { m: first.m, ...timeHead(prepared) } : undefined;
  return toBill(prepared, total, { ...head, p: first.p, ...timed, ...(first.i === '' ? undefined : { i: first.i }) });
}

function usedValues(formula: CompiledFormula, input: PricingInput): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of formula.names) {
    const value = name === priceName || !input.facts || !Object.hasOwn(input.facts, name) ? null : input.facts[name];
    if (isKnown(value)) values[name] = value;
  }
  return values;
}

function runFormula(formula: CompiledFormula, input: PricingInput, price: string | null): Exact | Outcome {
  const result = formula.run({ ...input.facts, [priceName]: price }, { withSteps: false });
  if (!result.ok) {
    const { code, position, params } = result.failure;
    return failed('formulaFailed', { ...params, position: String(position), reason: code });
  }
  if (result.value.lessThan(0)) return failed('negativeAmount', { amount: result.value.toString() });
  const scale = result.value.decimalPlaces();
  return { units: BigInt(result.value.toFixed(scale).replace('.', '')), scale };
}

function shortDecimal({ units, scale }: Exact): string {
  return ratioText({ num: units, den: powerOfTen(scale) });
}

// Tax on prices without tax belongs to what is owed: it is added before the one rounding.
function toBill(prepared: Prepared, cost: Ratio, head: Partial<Calculation>): Outcome {
  const { addedTax } = prepared;
  const exact = addedTax === 0 ? cost : { num: multiply(cost.num, 100 + addedTax), den: multiply(cost.den, 100) };
  const amount = ratioToMoney(exact.num, exact.den, prepared.how);
  if (amount === 0n) return { kind: 'noBill', reason: 'zeroAmount' };
  const calculation = head as Calculation;
  if (addedTax !== 0) calculation.o = addedTax;
  if (!isExactly(exact, amount)) calculation.e = ratioText(exact);
  if (prepared.rounding !== undefined) calculation.r = prepared.rounding;
  calculation.a = formatYuan(amount);
  return { kind: 'bill', amount, calculation };
}

function isExactly({ num, den }: Ratio, amount: Fen): boolean {
  if (typeof num === 'number' && typeof den === 'number') {
    const left = Number(amount) * den;
    const right = num * 100;
    if (left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER) return left === right;
  }
  return amount * BigInt(den) === BigInt(num) * 100n;
}

function isZero({ units }: Exact): boolean {
  return units === 0 || units === 0n;
}

function isKnown(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}

function failed(code: PricingError['code'], params: Record<string, string> = {}): Outcome {
  return { kind: 'failed', error: { code, params } };
}
