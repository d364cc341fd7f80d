import { Decimal } from '@anlin/money';
import type { PricingError } from './calculation.ts';
import { type Exact, readExact, tidyDecimal } from './exact.ts';

/** One step of 阶梯价: usage up to a limit at a price. Decimals are text. */
export interface Tier {
  /** Total usage up to which the price holds; null: without end, only the last. */
  upTo: string | null;
  /** What each person beyond `freeHeads` adds to the limit; '0': nothing. */
  perHead: string;
  price: string;
}

/** Tiers of a month, or of a calendar year charged month by month. */
export interface TierRule {
  span: 'month' | 'year';
  freeHeads: number;
  tiers: readonly Tier[];
}

const mostTiers = 10;
const mostHeads = 10_000;

/** What is wrong with the tiers of a standard: each error names its row, counted from 1, and the column. */
export function checkTiers({ tiers, freeHeads }: TierRule): PricingError[] {
  const errors: PricingError[] = [];
  const add = (row: number, column: string, problem: string) =>
    errors.push({ code: 'badTiers', params: { row: String(row), column, problem } });
  if (tiers.length === 0 || tiers.length > mostTiers) add(0, 'tiers', 'count');
  if (!Number.isInteger(freeHeads) || freeHeads < 0 || freeHeads > mostHeads) add(0, 'freeHeads', 'bad');
  let previous = { limit: new Decimal(0), perHead: new Decimal(0) };
  for (const [index, tier] of tiers.entries()) {
    const row = index + 1;
    if (typeof readExact(tier.price) === 'string') add(row, 'price', 'bad');
    if (tier.upTo === null) {
      if (row < tiers.length) add(row, 'upTo', 'endless');
      continue;
    }
    if (row === tiers.length) add(row, 'upTo', 'ends');
    if (typeof readExact(tier.upTo) === 'string') add(row, 'upTo', 'bad');
    else if (typeof readExact(tier.perHead) === 'string') add(row, 'perHead', 'bad');
    else {
      const limit = { limit: new Decimal(tier.upTo), perHead: new Decimal(tier.perHead) };
      if (limit.limit.lessThanOrEqualTo(previous.limit)) add(row, 'upTo', 'falling');
      // Limits that grow more slowly than those below would meet them for a large household.
      if (limit.perHead.lessThan(previous.perHead)) add(row, 'perHead', 'falling');
      previous = limit;
    }
  }
  return errors;
}

/** Whether a bill by these tiers depends on how many people live there. */
export function growsWithHeads({ tiers }: TierRule): boolean {
  return tiers.some((tier) => tier.upTo !== null && !new Decimal(tier.perHead).isZero());
}

export interface TieredCost {
  /** Exact yuan. */
  cost: Exact;
  /** What fell into each tier, and its price; tiers nothing fell into are left out. */
  parts: [quantity: string, price: string][];
  /** Used before in the year; absent where it does not count. */
  before?: string;
  /** People, where the limits grew by them. */
  heads?: string;
}

const decimalText = /^\d{1,20}(?:\.\d{1,20})?$/;

/** Each part of the usage at the price of its tier (CHG-4). By the year, tiers count on from what was used before. */
export function chargeTiers(
  rule: TierRule,
  usage: string,
  input: { usedBefore?: string | null; headcount?: string | null },
): TieredCost | PricingError {
  const growth = growsWithHeads(rule);
  const heads = input.headcount ?? '';
  if (growth && !decimalText.test(heads)) return { code: 'missingHeadcount', params: {} };
  const beforeText = rule.span === 'year' ? (input.usedBefore ?? '') : '0';
  if (!decimalText.test(beforeText)) return { code: 'missingUsedBefore', params: {} };
  const before = new Decimal(beforeText);
  const extra = growth ? Decimal.max(0, new Decimal(heads).minus(rule.freeHeads)) : new Decimal(0);
  const { total, parts } = addUp(rule, before, before.plus(usage), extra);
  const scale = total.decimalPlaces();
  const cost: TieredCost = { cost: { units: BigInt(total.toFixed(scale).replace('.', '')), scale }, parts };
  if (rule.span === 'year') cost.before = tidyDecimal(beforeText, 0);
  if (!extra.isZero()) cost.heads = tidyDecimal(heads, 0);
  return cost;
}

// Checked when saved: limits rise whatever the number of people, and the last has no end.
function addUp(
  rule: TierRule,
  from: Decimal,
  to: Decimal,
  extra: Decimal,
): { total: Decimal; parts: TieredCost['parts'] } {
  let total = new Decimal(0);
  let lower = new Decimal(0);
  const parts: TieredCost['parts'] = [];
  for (const tier of rule.tiers) {
    const upper = tier.upTo === null ? to : extra.times(tier.perHead).plus(tier.upTo);
    const quantity = Decimal.min(upper, to).minus(Decimal.max(lower, from));
    if (quantity.greaterThan(0)) {
      total = total.plus(quantity.times(tier.price));
      parts.push([quantity.toFixed(), tidyDecimal(tier.price, 2)]);
    }
    lower = Decimal.max(lower, upper);
    if (lower.greaterThanOrEqualTo(to)) break;
  }
  return { total, parts };
}
