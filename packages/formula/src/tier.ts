import { Decimal } from '@anlin/money';
import type { Evaluation, NumberCode } from './evaluation.ts';
import { FormulaProblem } from './formula-error.ts';
import type { FormulaNode } from './parse-formula.ts';

interface TierCode {
  /** Null: the last tier has no upper end. */
  limit: NumberCode | null;
  price: NumberCode;
}

type CompileNumber = (node: FormulaNode) => NumberCode;

/**
 * `tier(usage, [[limit, price], …], usedBefore)`: each part of the usage at the price of the tier it falls in. Limits are
 * totals and rise; the last may be `null`. With `usedBefore` (0 if left out) the tiers count on from there, which is how
 * a year's tiers are charged month by month.
 */
export function compileTier(args: FormulaNode[], position: number, compileNumber: CompileNumber): NumberCode {
  const [usageNode, listNode, usedBeforeNode] = args as [FormulaNode, FormulaNode, FormulaNode | undefined];
  const usageCode = compileNumber(usageNode);
  const tiers = compileTiers(listNode, compileNumber);
  const usedBeforeCode = usedBeforeNode ? compileNumber(usedBeforeNode) : null;
  return (evaluation) => {
    const usage = usageCode(evaluation);
    const usedBefore = usedBeforeCode ? usedBeforeCode(evaluation) : new Decimal(0);
    if (usage.isNegative() && !usage.isZero())
      throw new FormulaProblem(position, 'negativeUsage', { usage: usage.toString() });
    if (usedBefore.lessThan(0)) throw new FormulaProblem(position, 'negativeUsage', { usage: usedBefore.toString() });
    return charge(tiers, usedBefore, usedBefore.plus(usage), evaluation, position);
  };
}

function compileTiers(list: FormulaNode, compileNumber: CompileNumber): TierCode[] {
  if (list.type !== 'list' || list.items.length === 0) throw new FormulaProblem(list.position, 'badTiers');
  const last = list.items.length - 1;
  return list.items.map((item, index) => {
    if (item.type !== 'list' || item.items.length !== 2) throw new FormulaProblem(item.position, 'badTiers');
    const [limit, price] = item.items as [FormulaNode, FormulaNode];
    if (limit.type === 'null') {
      if (index !== last) throw new FormulaProblem(limit.position, 'badTiers');
      return { limit: null, price: compileNumber(price) };
    }
    return { limit: compileNumber(limit), price: compileNumber(price) };
  });
}

// Adds up the stretch of usage from `from` to `to` tier by tier.
function charge(tiers: TierCode[], from: Decimal, to: Decimal, evaluation: Evaluation, position: number): Decimal {
  let total = new Decimal(0);
  let lower = new Decimal(0);
  const lines: string[] = [];
  // The steps inside limits and prices would bury the one line that matters.
  const quiet: Evaluation = { lookUp: evaluation.lookUp, steps: null };
  for (const tier of tiers) {
    const upper = tier.limit ? tier.limit(quiet) : null;
    if (upper?.lessThanOrEqualTo(lower)) throw new FormulaProblem(position, 'badTiers', { limit: upper.toString() });
    const start = Decimal.max(lower, from);
    const end = upper ? Decimal.min(upper, to) : to;
    if (end.greaterThan(start)) {
      const price = tier.price(quiet);
      const quantity = end.minus(start);
      total = total.plus(quantity.times(price));
      lines.push(`${quantity} × ${price}`);
    }
    if (upper === null || upper.greaterThanOrEqualTo(to)) {
      evaluation.steps?.push({ position, text: lines.length > 0 ? lines.join(' + ') : '0', value: total.toString() });
      return total;
    }
    lower = upper;
  }
  // Usage above the last limit has no price; charging nothing for it would be a silent gift.
  throw new FormulaProblem(position, 'badTiers', { limit: lower.toString(), usage: to.toString() });
}
