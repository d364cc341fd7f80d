import { type CompiledFormula, compileFormula } from '@anlin/formula';
import type { PricingError } from './calculation.ts';
import { isDay, type ReadPrice } from './price-history.ts';
import { type Method, priceName } from './standard.ts';

/** A formula and the days from which it holds; null: from the beginning. */
export interface DatedFormula {
  from: string | null;
  source: string;
  version: number;
  formula: CompiledFormula;
}

/** What holds from a mark on: a formula, and the price in force, if there is one. */
interface Holding {
  formula: DatedFormula;
  price: ReadPrice | null;
}

/** The days on which the formula or the price it reads changes. */
export interface FormulaHistory {
  /** In the form of a price history, so that time is cut by it; their price is the one in force, 0 where there is none. */
  marks: ReadPrice[];
  holding: Holding[];
}

type FormulaMethod = Extract<Method, { kind: 'formula' }>;

/** Compiles the formulas of a method in order of time; the days they hold until must rise. */
export function readFormulas({ source, names, earlier = [], version = 1 }: FormulaMethod): {
  formulas: DatedFormula[];
  errors: PricingError[];
} {
  const errors: PricingError[] = [];
  const formulas: DatedFormula[] = [];
  const known = [...names, priceName];
  const all = [
    ...earlier.map((one) => ({ ...one, until: one.until as string | null })),
    { source, version, until: null },
  ];
  let from: string | null = null;
  for (const one of all) {
    const compiled = compileFormula(one.source, known);
    if (compiled.ok) formulas.push({ from, source: one.source, version: one.version, formula: compiled });
    else
      for (const { position, code, params } of compiled.errors)
        errors.push({ code: 'badFormula', params: { ...params, position: String(position), reason: code } });
    if (one.until === null) continue;
    if (!isDay(one.until) || one.until <= (from ?? ''))
      errors.push({ code: 'badFormulaDate', params: { until: one.until } });
    from = one.until;
  }
  return { formulas, errors };
}

/** Lays formulas over prices. Days on which nothing changes that the formula reads are left out. */
export function layFormulas(formulas: readonly DatedFormula[], prices: readonly ReadPrice[]): FormulaHistory {
  const days = [...new Set(['', ...formulas.map(startOf), ...prices.map(startOf)])].sort();
  const marks: ReadPrice[] = [];
  const holding: Holding[] = [];
  for (const day of days) {
    const formula = formulas.findLast((one) => startOf(one) <= day) ?? formulas[0]!;
    const isPriceRead = formula.formula.names.includes(priceName);
    const price = isPriceRead ? (prices.findLast((one) => startOf(one) <= day) ?? null) : null;
    const before = holding.at(-1);
    if (before?.formula === formula && before.price === price) continue;
    holding.push({ formula, price });
    marks.push({ ...(price ?? { id: '', text: '0.00', units: 0, scale: 0 }), from: day === '' ? null : day });
  }
  return { marks, holding };
}

function startOf({ from }: { from: string | null }): string {
  return from ?? '';
}
